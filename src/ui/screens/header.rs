//! The line at the top: whose window this is, and the settings.

use egui::{Align, Layout, Sense, Ui, Vec2};

use super::Frame;
use crate::app::Action;
use crate::app::command::UiCommand;
use crate::app::state::SettingsPage;
use crate::domain::GatewayId;
use crate::ui::icons::{self, Icon};
use crate::ui::text_style::{self, Text};
use crate::ui::tokens;
use crate::ui::widgets::{Badge, IconButton};

pub(super) fn header_ui(frame: &mut Frame<'_>, ui: &mut Ui) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let rect = ui.max_rect();
    ui.allocate_ui_with_layout(rect.size(), Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_size(rect.size());
        ui.add_space(16.0);
        let (mark, _) = ui.allocate_exact_size(Vec2::splat(18.0), Sense::hover());
        icons::paint_logo(ui.painter(), mark.min, 18.0, c.text_hi);
        ui.add_space(8.0);
        text_style::label_line(ui, Text::ButtonPrimary, c.text_hi, "Rushes");
        if frame.state.draft.gateway == GatewayId::Practice {
            ui.add_space(12.0);
            Badge::new("Practice").icon(Icon::Clapperboard).show(ui);
            ui.add_space(8.0);
            // With a key there may be clips that did cost something.
            if rect.width() >= 900.0 && frame.state.has_no_paid_key() {
                text_style::label_line(
                    ui,
                    Text::Caption,
                    c.text_low,
                    "Clips are made on this computer and cost nothing",
                );
            }
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(10.0);
            let key = UiCommand::Settings.shortcut().text();
            if IconButton::new(Icon::Settings, "Settings").key(&key).show(ui).clicked() {
                frame.act(Action::OpenSettings(SettingsPage::Gateways));
            }
        });
    });
}
