//! Tooltips, which appear after half a second. A price or a reason must never be shown in a tooltip only.

use egui::{Margin, Response, Ui};

use super::keycap::{self, KeyCap};
use crate::ui::paint;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens;

/// Distance between the text and the shortcut, in points.
pub(in crate::ui) const KEY_GAP: f32 = 7.0;

/// Padding around the text of a tooltip, in points.
pub(in crate::ui) const MARGIN: Margin = Margin::symmetric(10, 6);

/// Adds a tooltip to a widget.
pub fn tooltip(response: Response, text: &str) -> Response {
    tooltip_key(response, text, None)
}

/// Adds a tooltip with the shortcut after the text. Several keys are separated by spaces.
pub fn tooltip_key(response: Response, text: &str, key: Option<&str>) -> Response {
    let show = |ui: &mut Ui| body(ui, text, key);
    // The state of the `Ui` decides, not that of the widget, so that a disabled button still has a tooltip.
    if response.enabled() { response.on_hover_ui(show) } else { response.on_disabled_hover_ui(show) }
}

/// Draws the surface of a tooltip inside a layout, for the component sheet.
pub(in crate::ui) fn surface(ui: &mut Ui, text: &str, key: Option<&str>) {
    let tokens = tokens::tokens(ui);
    paint::popover_frame(tokens, tokens.radius.control, MARGIN).show(ui, |ui| body(ui, text, key));
}

fn body(ui: &mut Ui, text: &str, key: Option<&str>) {
    let tokens = tokens::tokens(ui);
    ui.set_max_width(tokens.size.tooltip.max_width - 2.0 * f32::from(MARGIN.left));
    if let Some(key) = key {
        ui.spacing_mut().interact_size.y = keycap::HEIGHT;
        paint::row(ui, KEY_GAP, |ui| {
            text_style::label_line(ui, Text::Small, tokens.color.text_hi, text);
            KeyCap::new(key).show(ui);
        });
    } else {
        text_style::label(ui, Text::Small, tokens.color.text_hi, text);
    }
}
