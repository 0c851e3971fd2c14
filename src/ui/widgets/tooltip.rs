//! Tooltips: a short help after half a second, never the only place of a price or a reason.

use egui::{Response, Ui};

use super::keycap::KeyCap;
use crate::ui::paint;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens;

/// Adds a tooltip to what the response stands for.
pub fn tooltip(response: Response, text: &str) -> Response {
    tooltip_key(response, text, None)
}

/// Adds a tooltip with the shortcut after the text. Several keys are separated by spaces.
pub fn tooltip_key(response: Response, text: &str, key: Option<&str>) -> Response {
    let show = |ui: &mut Ui| body(ui, text, key);
    if response.enabled() && response.sense.senses_click() {
        response.on_hover_ui(show)
    } else {
        response.on_disabled_hover_ui(show)
    }
}

pub(super) fn body(ui: &mut Ui, text: &str, key: Option<&str>) {
    let tokens = tokens::tokens(ui);
    ui.set_max_width(tokens.size.tooltip.max_width);
    if let Some(key) = key {
        paint::row(ui, 8.0, |ui| {
            text_style::label_line(ui, Text::Small, tokens.color.text_hi, text);
            KeyCap::new(key).show(ui);
        });
    } else {
        text_style::label(ui, Text::Small, tokens.color.text_hi, text);
    }
}
