//! The confirmation of several pictures: one clip each, with the sum on the button.

use egui::{Align2, Id, Rect, Role, Sense, Ui, UiBuilder, Vec2, WidgetInfo, pos2};

use super::{Frame, hold};
use crate::app::Action;
use crate::app::action::pictures::Pictures;
use crate::app::action::spend::{Door, Spend};
use crate::app::state::pictures::{Brought, OneOfSeveral};
use crate::app::view::several;
use crate::app::view::words;
use crate::ui::icons::{self, Icon};
use crate::ui::paint;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens;
use crate::ui::widgets::{Button, ButtonKind, Dialog, IconButton, inset, tooltip};

/// Size of the dialog in points.
const SIZE: Vec2 = Vec2::new(720.0, 520.0);
/// Size of one picture with its name, in points.
const CELL: Vec2 = Vec2::new(128.0, 112.0);
/// Height of the picture in a cell, in points.
const PICTURE: f32 = 72.0;

pub(super) fn several_ui(frame: &mut Frame<'_>, ui: &Ui) {
    let state = frame.state;
    let Some(held) = &state.several else { return };
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let view = several::view(state, held);
    let mut acts = Vec::new();
    let (mut is_ordered, mut is_cancelled) = (false, false);
    let mut consent = None;
    let dialog = Dialog::new(Id::unique("several pictures"), "Several pictures", SIZE);
    let shown = dialog.show(
        ui.ctx(),
        |ui| {
            let ui = &mut inset(ui, Vec2::new(20.0, 16.0));
            ui.spacing_mut().item_spacing = Vec2::new(8.0, 4.0);
            text_style::label(ui, Text::Strong, c.text_hi, &view.question);
            text_style::label(ui, Text::Small, c.text_mid, several::settings_line(state));
            if !view.travel.is_empty() {
                text_style::label(ui, Text::Small, c.text_mid, &view.travel);
            }
            if !view.left_out.is_empty() {
                text_style::label(ui, Text::Small, c.fail_fg, &view.left_out);
            }
            ui.add_space(8.0);
            egui::ScrollArea::vertical().id_salt("several scroll").auto_shrink([false, false]).show(ui, |ui| {
                ui.horizontal_wrapped(|ui| {
                    ui.spacing_mut().item_spacing = Vec2::splat(8.0);
                    for (index, one) in held.pictures.iter().enumerate() {
                        if one_ui(frame, ui, one) {
                            acts.push(Pictures::LeaveOut(index));
                        }
                    }
                });
            });
        },
        |ui| {
            let mut button = Button::new(&view.button).kind(ButtonKind::PrimaryLow).enabled(view.off_because.is_none());
            let name = view.off_because.as_ref().map(|reason| format!("{}, {reason}", view.button));
            if let Some(name) = &name {
                button = button.accessible_name(name);
            }
            if let Some(words) = &view.hold {
                ui.scope(|ui| {
                    ui.set_max_width(300.0);
                    consent = hold::button(ui, words, ButtonKind::PrimaryLow, false);
                });
            } else {
                is_ordered = button.show(ui).clicked();
            }
            is_cancelled = Button::new("Cancel").show(ui).clicked();
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                ui.add_space(20.0);
                let (color, text) = match &view.off_because {
                    None if view.hold.is_some() => {
                        let words = view.hold.as_ref().map(|words| words.reason.as_str()).unwrap_or_default();
                        (c.ask_fg, format!("{words}. Nothing is ordered yet."))
                    }
                    Some(reason) => (c.ask_fg, format!("{reason}. Nothing is ordered yet.")),
                    None if view.dollars.is_empty() => (c.text_low, "Nothing is ordered yet.".to_owned()),
                    None => (c.text_low, format!("{}. Nothing is ordered yet.", view.dollars)),
                };
                text_style::label_ellipsis(ui, Text::Small, color, text);
            });
        },
    );
    if shown.close || is_cancelled {
        frame.act(Action::CloseDialog);
        return;
    }
    if let Some(consent) = consent {
        frame.act(Action::Spend(Spend::Order(Door::Several, consent)));
    }
    if is_ordered {
        acts.push(Pictures::OrderSeveral);
    }
    frame.actions.extend(acts.into_iter().map(Action::Pictures));
}

/// Draws one picture. Returns whether it is to be left out.
fn one_ui(frame: &mut Frame<'_>, ui: &mut Ui, one: &OneOfSeveral) -> bool {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let (rect, response) = ui.allocate_exact_size(CELL, Sense::hover());
    let name = one.name();
    let (line, color) = match &one.picture {
        Brought::Waiting => ("Waiting".to_owned(), c.text_low),
        Brought::Reading => ("Reading".to_owned(), c.text_low),
        Brought::Ready(picture) => {
            (format!("{} × {}, {}", picture.width, picture.height, words::size(picture.size_bytes)), c.text_low)
        }
        Brought::Trouble(reason) => (reason.clone(), c.fail_fg),
    };
    response.widget_info(|| WidgetInfo::labeled(Role::Group, true, format!("{name}: {line}")));
    let spot = Rect::from_min_size(rect.min, Vec2::new(CELL.x, PICTURE));
    let painter = ui.painter();
    painter.rect_filled(spot, paint::radius(tokens.radius.card), c.bg_field);
    match &one.picture {
        Brought::Ready(picture) => {
            if let Some((texture, size)) = frame.pictures.start_picture(picture) {
                paint::covered(painter, spot, texture, size, tokens.radius.card);
            }
        }
        Brought::Trouble(_) => icons::paint(painter, Icon::ImageOff, spot.center(), 18.0, c.fail_fg),
        _ => icons::paint(painter, Icon::Hourglass, spot.center(), 16.0, c.text_low),
    }
    let at = pos2(rect.left(), spot.bottom() + 6.0);
    text_style::paint_ellipsis(painter, at, Align2::LEFT_TOP, Text::SmallStrong, c.text_hi, &name, CELL.x);
    let at = at + Vec2::new(0.0, 16.0);
    text_style::paint_ellipsis(painter, at, Align2::LEFT_TOP, Text::Caption, color, &line, CELL.x);
    let corner = Rect::from_min_size(pos2(spot.right() - 28.0, spot.top() + 4.0), Vec2::splat(24.0));
    let mut child = ui.new_child(UiBuilder::new().id_salt(&one.path).max_rect(corner));
    let did = IconButton::new(Icon::X, &format!("Leave out {name}")).small().framed().show(&mut child).clicked();
    if let Brought::Trouble(reason) = &one.picture {
        tooltip(response, reason);
    }
    did
}
