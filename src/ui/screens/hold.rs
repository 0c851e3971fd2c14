//! The button of an order that needs more than a press: it is held, or its amount is typed.

use egui::{Align, Layout, Ui, Vec2};

use super::Frame;
use crate::app::Action;
use crate::app::action::command::UiCommand;
use crate::app::action::spend::{Consent, Door, OverCap, Spend};
use crate::app::view::spending::{HoldWords, is_amount};
use crate::ui::text_style::{self, Text};
use crate::ui::tokens;
use crate::ui::widgets::{Button, ButtonKind, Field, HOLD_SECS};

/// Height of the row in which the amount can be typed, in points.
const TYPED: f32 = 24.0;
/// Gap between the rows, in points.
const GAP: f32 = 8.0;
/// Height of a line of caption, in points.
const CAPTION: f32 = 16.0;

/// Height of everything below the button, in points.
pub(super) fn height_below(words: &HoldWords, asks: bool) -> f32 {
    let typed = if asks { TYPED + GAP } else { 0.0 };
    let wait = if words.wait.is_some() { TYPED + GAP } else { 0.0 };
    GAP + CAPTION + typed + wait
}

/// Draws the button alone, as wide as there is room.
pub(super) fn button_ui(frame: &mut Frame<'_>, ui: &mut Ui, words: &HoldWords, door: Door, kind: ButtonKind) {
    let is_by_shortcut = door.is_form() && holds_shortcut(frame, ui);
    if let Some(consent) = button(ui, words, kind, is_by_shortcut)
        && (consent != Consent::PRESS || frame.state.asked != Some(door))
    {
        frame.act(Action::Spend(Spend::Order(door, consent)));
    }
}

/// Draws the button and returns what the user said with it: after a whole hold the word that it stands for, and after a
/// short press [`Consent::PRESS`], which orders nothing and offers to type the amount.
pub(super) fn button(ui: &mut Ui, words: &HoldWords, kind: ButtonKind, is_held: bool) -> Option<Consent> {
    let kind = if words.is_over_cap { ButtonKind::OverCap } else { kind };
    let mut button = Button::new(&words.text).kind(kind).trailing(&words.trailing).full_width();
    if !words.detail.is_empty() {
        button = button.detail(&words.detail);
    }
    let shown = button.accessible_name(&words.name).held(is_held).show_hold(ui, HOLD_SECS);
    if shown.completed { Some(words.consent) } else { shown.response.clicked().then_some(Consent::PRESS) }
}

/// Whether the shortcut of *Generate* is down, where it counts.
fn holds_shortcut(frame: &Frame<'_>, ui: &Ui) -> bool {
    let state = frame.state;
    if state.dialog.is_some() || state.viewer.is_some() || frame.ui_state.is_composing {
        return false;
    }
    super::shortcuts::is_down(frame, ui, UiCommand::Generate)
}

/// Draws what stands below the button: why it has to be held, the field for the amount, and the way into the queue.
pub(super) fn below_ui(frame: &mut Frame<'_>, ui: &mut Ui, words: &HoldWords, door: Door, asks: bool) {
    let c = &tokens::tokens(ui).color;
    let width = ui.available_width();
    ui.add_space(GAP);
    captions_ui(ui, &words.reason, c.text_low, &words.hint);
    if asks {
        ui.add_space(GAP);
        let mut typed = std::mem::take(&mut frame.ui_state.typed_amount);
        let size = Vec2::new(width, TYPED);
        let mut is_sent = false;
        ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
            ui.set_min_size(size);
            ui.spacing_mut().item_spacing = Vec2::new(8.0, 0.0);
            text_style::label_line(ui, Text::Caption, c.text_mid, format!("Hold it, or type {}", words.amount));
            let send = Button::new("Send").kind(ButtonKind::Small).enabled(is_amount(&typed, words));
            let room = (ui.available_width() - send.natural_width(ui) - 8.0).max(40.0);
            let name = format!("Type {} to order", words.amount);
            let field = Field::new(&name).small().width(room);
            is_sent = field.show(ui, &mut typed).submitted && is_amount(&typed, words);
            let send = Button::new("Send").kind(ButtonKind::Small).enabled(is_amount(&typed, words));
            is_sent |= send.accessible_name("Send the order for the typed amount").show(ui).clicked();
        });
        if is_sent {
            frame.act(Action::Spend(Spend::Order(door, words.consent)));
        } else {
            frame.ui_state.typed_amount = typed;
        }
    }
    if let Some(must_hold) = words.wait {
        ui.add_space(GAP);
        let consent = Consent { is_confirmed: true, over_cap: Some(OverCap::Wait) };
        let button = Button::new("Queue, waits for the cap").kind(ButtonKind::Small).full_width();
        let is_done = if must_hold {
            // What fits under the cap is sent at once, and it may be much.
            button.trailing("hold").show_hold(ui, HOLD_SECS).completed
        } else {
            button.show(ui).clicked()
        };
        if is_done {
            frame.act(Action::Spend(Spend::Order(door, consent)));
        }
    }
}

/// Draws a line of caption with a second text at its right end, which is never cut.
pub(super) fn captions_ui(ui: &mut Ui, left: &str, color: egui::Color32, right: &str) {
    let c = &tokens::tokens(ui).color;
    let size = Vec2::new(ui.available_width(), CAPTION);
    ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
        ui.set_min_size(size);
        ui.spacing_mut().item_spacing = Vec2::new(8.0, 0.0);
        if !right.is_empty() {
            text_style::label_line(ui, Text::Caption, c.text_low, right);
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            // A second half, behind a dot, is left out where there is no room for it.
            let fits = |text: &str| {
                text_style::line(ui.ctx(), text, Text::Caption, color).size().x <= ui.available_width() + 0.5
            };
            let first = left.split_once(" · ").map_or(left, |(first, _)| first);
            let text = if fits(left) { left } else { first };
            text_style::label_ellipsis(ui, Text::Caption, color, text);
        });
    });
}
