//! The control for the aspect ratio, which draws each ratio as a frame in its true proportions.

use egui::{Align2, Pos2, Rect, Response, Stroke, StrokeKind, Ui, Vec2};

use super::choice::{Cell, Choices, Frame};
use crate::ui::paint;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens::{self, NONE, Tokens};

/// The frame that is drawn for an aspect ratio.
#[derive(Clone, Copy, Debug)]
pub struct RatioFrame {
    /// Width and height of the frame, in points.
    size: Vec2,
}

/// A choice of aspect ratios, each drawn as a frame.
pub type RatioFrames<'a, T> = Choices<'a, T, RatioFrame>;

impl RatioFrame {
    /// Computes the frame for a ratio. All frames have about the same area; upright ones are a little smaller, to stay
    /// clear of the edge.
    fn of(width: f32, height: f32) -> Self {
        let long_to_short = (width / height).max(height / width);
        let most = if height > width { 25.0 } else { 26.0 };
        let long = ((19.0 * long_to_short.powf(0.53) * 2.0).round() / 2.0).min(most);
        let short_halves = long / long_to_short * 2.0;
        let size = if width >= height {
            Vec2::new(long, short_halves.ceil() / 2.0)
        } else {
            Vec2::new(short_halves.floor() / 2.0, long)
        };
        Self { size }
    }
}

impl<'a, T: Copy + PartialEq> RatioFrames<'a, T> {
    /// Creates a control without ratios. `name` is its accessible name.
    pub fn new(name: &'a str) -> Self {
        Self::named(name)
    }

    /// Adds a ratio with its label and its two sides, for example `16, 9`.
    pub fn item(self, value: T, label: &'a str, width: f32, height: f32) -> Self {
        self.item_enabled(value, label, width, height, true)
    }

    /// Adds a ratio that is disabled if `enabled` is false.
    pub fn item_enabled(self, value: T, label: &'a str, width: f32, height: f32, enabled: bool) -> Self {
        self.add(value, label, enabled, RatioFrame::of(width, height))
    }

    /// Draws the control. The response is `changed` if the user chose another ratio.
    pub fn show(self, ui: &mut Ui, chosen: &mut T) -> Response {
        let tokens = tokens::tokens(ui);
        let (corner, cell_corner) = (tokens.radius.tile, tokens.radius.control);
        let frame = Frame { cell: 48.0, pad: 3.0, gap: 4.0, corner, cell_corner };
        self.show_cells(ui, chosen, &frame, paint_ratio)
    }
}

fn paint_ratio(ui: &Ui, tokens: &Tokens, cell: Cell<'_, RatioFrame>) {
    let c = &tokens.color;
    let painter = ui.painter();
    let (text, frame) = match (cell.usable, cell.on) {
        (false, _) => (c.text_off, c.text_off),
        (true, true) => (c.text_hi, c.lit_fill),
        (true, false) => (c.text_mid, c.text_low),
    };
    // The labels share a baseline at the bottom, with the frames 4 points above them.
    let foot = Pos2::new(cell.rect.center().x, cell.rect.bottom() - 3.0);
    text_style::paint(painter, foot, Align2::CENTER_BOTTOM, Text::Label, text, cell.label);
    let size = cell.kind.size;
    let bottom = cell.rect.bottom() - 4.0 - 14.0 - 4.0;
    let at = Rect::from_min_size(Pos2::new(cell.rect.center().x - size.x / 2.0, bottom - size.y), size);
    if cell.on && cell.usable {
        painter.rect_filled(at, paint::radius(2.0), frame);
    } else {
        // The stroke is 1.5 points wide, rounded down to whole pixels so that the frame is sharp.
        let scale = ui.ctx().pixels_per_point();
        let stroke = Stroke::new((1.5 * scale).floor().max(1.0) / scale, frame);
        painter.rect(at, paint::radius(2.0), NONE, stroke, StrokeKind::Inside);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_have_the_sizes_of_the_design() {
        for (sides, drawn) in [
            ((16.0, 9.0), (26.0, 15.0)),
            ((4.0, 3.0), (22.0, 16.5)),
            ((1.0, 1.0), (19.0, 19.0)),
            ((3.0, 4.0), (16.5, 22.0)),
            ((9.0, 16.0), (14.0, 25.0)),
        ] {
            let size = RatioFrame::of(sides.0, sides.1).size;
            assert_eq!(size, Vec2::from(drawn), "{sides:?}");
        }
    }
}
