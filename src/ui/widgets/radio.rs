//! The radio button: one option of a group, of which only one can be chosen.

use egui::{Align2, Pos2, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo};

use crate::ui::paint::{self, Look};
use crate::ui::text_style::{self, Text};
use crate::ui::tokens;

/// A radio button with its label.
#[must_use = "the radio button is drawn by `show`"]
pub struct Radio<'a> {
    label: &'a str,
    selected: bool,
    enabled: bool,
    look: Look,
    style: Text,
}

impl<'a> Radio<'a> {
    /// Creates a radio button with its visible label. `selected` tells whether it is the chosen one.
    pub fn new(label: &'a str, selected: bool) -> Self {
        Self { label, selected, enabled: true, look: Look::Live, style: Text::Small }
    }

    setters!(enabled);

    /// Sets the text style of the label.
    pub fn text(mut self, style: Text) -> Self {
        self.style = style;
        self
    }

    setters!(look);

    /// Draws the radio button. A click chooses it.
    pub fn show(self, ui: &mut Ui) -> Response {
        let tokens = tokens::tokens(ui);
        let c = &tokens.color;
        let edge = tokens.size.checkbox;
        let enabled = self.enabled && ui.is_enabled();
        let color = if enabled { c.text_mid } else { c.text_off };
        let label = text_style::line(ui.ctx(), self.label, self.style, color);
        let size = Vec2::new(edge + 8.0 + label.size().x, edge.max(self.style.line()));
        let (rect, response) = ui.allocate_exact_size(size, if enabled { Sense::click() } else { Sense::hover() });
        let (name, selected) = (self.label, self.selected);
        response.widget_info(|| WidgetInfo::selected(Role::RadioButton, enabled, selected, name));
        if !ui.is_rect_visible(rect) {
            return response;
        }
        let drawn = paint::drawn(ui, &response, enabled, self.look);
        let painter = ui.painter();
        let center = Pos2::new(rect.left() + edge / 2.0, rect.center().y);
        if self.selected {
            let (ring, dot) = if enabled { (c.lit_fill, c.lit_on) } else { (c.stroke_mid, c.text_off) };
            painter.circle_filled(center, edge / 2.0, ring);
            painter.circle_filled(center, 3.0, dot);
        } else {
            let stroke = if enabled { tokens::mix(c.stroke_control, c.text_mid, drawn.hover) } else { c.stroke_mid };
            // The circle is a rectangle with full corner radii, because egui aligns only rectangles with whole pixels.
            let frame = Stroke::new(paint::hair(ui.ctx()), stroke);
            let circle = Rect::from_center_size(center, Vec2::splat(edge));
            painter.rect_stroke(circle, paint::radius(edge / 2.0), frame, StrokeKind::Inside);
        }
        text_style::paint_galley(
            painter,
            Pos2::new(rect.left() + edge + 8.0, rect.center().y),
            Align2::LEFT_CENTER,
            label,
        );
        if drawn.focus {
            paint::focus_ring(painter, Rect::from_center_size(center, Vec2::splat(edge)), edge / 2.0);
        }
        response
    }
}
