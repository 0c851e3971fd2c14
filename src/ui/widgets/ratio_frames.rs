//! The aspect ratio choice: frames with the true proportions.

use egui::{Align2, Pos2, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo};

use super::choice::{self, Choice};
use crate::ui::paint::{self, Look};
use crate::ui::text_style::{self, Text};
use crate::ui::tokens::{self, NONE};

struct Item<'a, T> {
    value: T,
    label: &'a str,
    frame: Vec2,
    enabled: bool,
    look: Look,
}

/// A choice of aspect ratios, each drawn as a frame. One Tab stop; arrow keys move the choice.
#[must_use = "the control is drawn by `show`"]
pub struct RatioFrames<'a, T> {
    name: &'a str,
    items: Vec<Item<'a, T>>,
    width: Option<f32>,
    enabled: bool,
}

/// The frame for a ratio: about the same area for each, as in the design (26×15, 22×16.5, 19×19, …).
fn frame_size(width: f32, height: f32) -> Vec2 {
    let ratio = width / height;
    let half = |value: f32| (value * 2.0).round() / 2.0;
    let long = 19.0 * ratio.max(1.0 / ratio).powf(0.53);
    let long = half(long);
    let short = (long / ratio.max(1.0 / ratio) * 2.0).ceil() / 2.0;
    if ratio >= 1.0 { Vec2::new(long, short) } else { Vec2::new(short, long) }
}

impl<'a, T: Copy + PartialEq> RatioFrames<'a, T> {
    /// A control without ratios yet.
    pub fn new(name: &'a str) -> Self {
        Self { name, items: Vec::new(), width: None, enabled: true }
    }

    /// Adds a ratio with its label and its sides, for example `16, 9`.
    pub fn item(self, value: T, label: &'a str, width: f32, height: f32) -> Self {
        self.item_enabled(value, label, width, height, true)
    }

    /// Adds a ratio that may not be offered now.
    pub fn item_enabled(mut self, value: T, label: &'a str, width: f32, height: f32, enabled: bool) -> Self {
        self.items.push(Item { value, label, frame: frame_size(width, height), enabled, look: Look::Live });
        self
    }

    /// Gives the ratio that was added last a fixed look, for the component sheet.
    pub fn look(mut self, look: Look) -> Self {
        if let Some(item) = self.items.last_mut() {
            item.look = look;
        }
        self
    }

    /// A fixed width in points; else the width that is left.
    pub fn width(mut self, width: f32) -> Self {
        self.width = Some(width);
        self
    }

    /// Whether any ratio can be chosen.
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// Draws the control; the response is `changed` when the user chose another ratio.
    pub fn show(self, ui: &mut Ui, chosen: &mut T) -> Response {
        let tokens = tokens::tokens(ui);
        let c = &tokens.color;
        let cell = 48.0;
        let pad = 3.0;
        let gap = 4.0;
        let width = self.width.unwrap_or_else(|| ui.available_width());
        let (rect, mut response) = ui.allocate_exact_size(Vec2::new(width, cell + 2.0 * pad), Sense::hover());
        let name = self.name;
        response.widget_info(|| WidgetInfo::labeled(Role::RadioGroup, true, name));
        let enabled = self.enabled && ui.is_enabled();
        paint::boxed(ui.painter(), rect, tokens.radius.tile, c.bg_field, c.stroke_mid);

        let inner = rect.shrink(pad);
        #[allow(clippy::cast_precision_loss, reason = "a handful of items")]
        let count = self.items.len().max(1) as f32;
        let each = (inner.width() - gap * (count - 1.0)) / count;
        let places: Vec<Rect> = (0..self.items.len())
            .map(|index| {
                #[allow(clippy::cast_precision_loss, reason = "a handful of items")]
                let left = inner.left() + (each + gap) * index as f32;
                Rect::from_min_size(Pos2::new(left, inner.top()), Vec2::new(each, cell))
            })
            .collect();
        let options: Vec<_> = self
            .items
            .iter()
            .zip(&places)
            .map(|(item, place)| Choice { value: item.value, label: item.label, enabled: item.enabled, rect: *place })
            .collect();
        let (responses, changed) = choice::choose(ui, response.id, self.name, &options, chosen, enabled);
        if changed {
            response.mark_changed();
        }
        for ((item, place), of_item) in self.items.iter().zip(&places).zip(responses) {
            let usable = enabled && item.enabled;
            let drawn = paint::drawn(ui, &of_item, enabled, item.look);
            let on = item.value == *chosen;
            let painter = ui.painter();
            let corner = tokens.radius.control;
            if on {
                paint::boxed(painter, *place, corner, c.bg_active, c.stroke_mid);
            } else if usable && drawn.hover > 0.0 {
                paint::boxed(painter, *place, corner, tokens::faded(c.bg_hover, drawn.hover), NONE);
            }
            let (text, frame) = match (usable, on) {
                (false, _) => (c.text_off, c.text_off),
                (true, true) => (c.text_hi, c.lit_fill),
                (true, false) => (c.text_mid, c.text_low),
            };
            // Text stands on a common line at the bottom, the frame 4 above it.
            let baseline_box = Pos2::new(place.center().x, place.bottom() - 4.0);
            text_style::paint(
                painter,
                baseline_box + Vec2::new(0.0, 1.0),
                Align2::CENTER_BOTTOM,
                Text::Label,
                text,
                item.label,
            );
            let bottom = place.bottom() - 4.0 - 14.0 - 4.0;
            let frame_rect = Rect::from_min_size(
                Pos2::new(place.center().x - item.frame.x / 2.0, bottom - item.frame.y),
                item.frame,
            );
            if on && usable {
                painter.rect_filled(frame_rect, paint::radius(2.0), frame);
            } else {
                // 1.5 points, cut to whole pixels so that the frame stays sharp.
                let scale = ui.ctx().pixels_per_point();
                let stroke = Stroke::new((1.5 * scale).floor().max(1.0) / scale, frame);
                painter.rect(frame_rect, paint::radius(2.0), NONE, stroke, StrokeKind::Inside);
            }
            if drawn.focus {
                paint::focus_ring(painter, *place, corner);
            }
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_have_the_sizes_of_the_design() {
        for (w, h, wide, high) in
            [(16.0, 9.0, 26.0, 15.0), (4.0, 3.0, 22.0, 16.5), (1.0, 1.0, 19.0, 19.0), (9.0, 16.0, 15.0, 26.0)]
        {
            let size = frame_size(w, h);
            assert!((size.x - wide).abs() <= 0.5 && (size.y - high).abs() <= 0.5, "{w}:{h} is {size:?}");
        }
    }
}
