//! Key caps, which show keyboard shortcuts.

use egui::{Align2, Rect, Response, Role, Sense, Ui, Vec2, WidgetInfo};

use crate::ui::paint;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens::{self, NONE};

const GAP: f32 = 3.0;
/// Height of a key cap, in points.
pub(super) const HEIGHT: f32 = 18.0;

/// One or more keys, separated by spaces, such as `Ctrl ⏎`.
#[must_use = "the keys are drawn by `show`"]
pub struct KeyCap<'a> {
    keys: &'a str,
}

impl<'a> KeyCap<'a> {
    /// Creates key caps from keys that are separated by spaces.
    pub fn new(keys: &'a str) -> Self {
        Self { keys }
    }

    /// Total width of the key caps, in points.
    #[must_use]
    pub fn width(&self, ui: &Ui) -> f32 {
        let widths: Vec<f32> = self.keys.split_whitespace().map(|key| cap_width(ui, key)).collect();
        #[allow(clippy::cast_precision_loss, reason = "a handful of keys")]
        let gaps = GAP * widths.len().saturating_sub(1) as f32;
        widths.iter().sum::<f32>() + gaps
    }

    /// Draws the key caps.
    pub fn show(self, ui: &mut Ui) -> Response {
        let (rect, response) = ui.allocate_exact_size(Vec2::new(self.width(ui), HEIGHT), Sense::hover());
        let keys = self.keys;
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, keys));
        self.paint(ui, rect);
        response
    }

    /// Paints the key caps from the left edge of `rect`, vertically centered in it.
    pub fn paint(&self, ui: &Ui, rect: Rect) {
        let tokens = tokens::tokens(ui);
        let mut left = rect.left();
        for key in self.keys.split_whitespace() {
            let size = Vec2::new(cap_width(ui, key), HEIGHT);
            let cap = Rect::from_min_size(egui::pos2(left, rect.center().y - HEIGHT / 2.0), size);
            paint::boxed(ui.painter(), cap, tokens.radius.chip, tokens.color.bg_field, tokens.color.stroke_mid);
            text_style::paint(
                ui.painter(),
                cap.center(),
                Align2::CENTER_CENTER,
                Text::Label,
                tokens.color.text_mid,
                key,
            );
            left += size.x + GAP;
        }
    }
}

fn cap_width(ui: &Ui, key: &str) -> f32 {
    (text_style::line(ui.ctx(), key, Text::Label, NONE).size().x + 12.0).round().max(20.0)
}
