//! The searchable sheet of all shortcuts.

use egui::{Id, Ui, UiBuilder, Vec2};
use strum::IntoEnumIterator as _;

use super::Frame;
use crate::app::Action;
use crate::app::action::command::{Scope, UiCommand};
use crate::ui::icons::Icon;
use crate::ui::paint;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens;
use crate::ui::widgets::{Dialog, Field, KeyCap};

const PAD: f32 = 20.0;
/// Width of the sheet in points. It is narrower than in the design, which also edits shortcuts, because a plain list is
/// easier to read that way.
const WIDTH: f32 = 560.0;

pub(in crate::ui::screens) fn shortcuts_ui(frame: &mut Frame<'_>, ui: &Ui) {
    let size = Vec2::new(WIDTH, tokens::tokens(ui).size.dialog.shortcuts[1]);
    let mut search = std::mem::take(&mut frame.ui_state.shortcut_search);
    let shown = Dialog::new(Id::unique("shortcuts"), "Shortcuts", size).without_footer().show(
        ui.ctx(),
        |ui| {
            let inner = ui.available_rect_before_wrap().shrink2(Vec2::new(PAD, 0.0));
            let mut inner = ui.new_child(UiBuilder::new().id_salt("shortcuts").max_rect(inner));
            contents_ui(&mut inner, &mut search);
        },
        |_| {},
    );
    frame.ui_state.shortcut_search = search;
    if shown.close {
        frame.ui_state.shortcut_search.clear();
        frame.act(Action::CloseDialog);
    }
}

fn contents_ui(ui: &mut Ui, search: &mut String) {
    let c = &tokens::tokens(ui).color;
    ui.add_space(12.0);
    let field = Field::new("Search shortcuts")
        .id(Id::unique("search shortcuts"))
        .placeholder("Search by name or key")
        .leading(Icon::Search)
        .show(ui, search);
    if ui.memory(|memory| memory.focused().is_none()) {
        field.response.request_focus();
    }
    ui.add_space(4.0);
    let found = UiCommand::found_by(search);
    egui::ScrollArea::vertical().id_salt("shortcuts").auto_shrink([false, false]).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        if found.is_empty() {
            text_style::label(ui, Text::Small, c.text_low, "No shortcut is called so.");
        }
        for scope in Scope::iter() {
            scope_ui(ui, scope, &found);
        }
        ui.add_space(12.0);
    });
}

fn scope_ui(ui: &mut Ui, scope: Scope, found: &[UiCommand]) {
    let c = &tokens::tokens(ui).color;
    let of_scope: Vec<_> = found.iter().filter(|command| command.shortcut().scope == scope).collect();
    if of_scope.is_empty() {
        return;
    }
    ui.add_space(6.0);
    text_style::label_line(ui, Text::SmallStrong, c.text_low, scope.text());
    for command in of_scope {
        paint::row(ui, 8.0, |ui| {
            text_style::label_line(ui, Text::Body, c.text_hi, command.text());
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                KeyCap::new(&command.shortcut().text()).show(ui);
            });
        });
    }
}
