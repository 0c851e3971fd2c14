//! The stepper: a small whole number with a minus and a plus button.

use std::ops::RangeInclusive;

use egui::{Align2, EventFilter, Key, Pos2, Rect, Response, Role, Sense, Ui, Vec2, WidgetInfo};

use crate::ui::icons::{self, Icon};
use crate::ui::paint::{self, Look};
use crate::ui::text_style::{self, Text};
use crate::ui::tokens;

/// A whole number in a range. The arrow keys and the two buttons change it by one.
#[must_use = "the stepper is drawn by `show`"]
pub struct Stepper<'a> {
    name: &'a str,
    range: RangeInclusive<u32>,
    width: f32,
    enabled: bool,
    look: Look,
}

impl<'a> Stepper<'a> {
    /// Creates a stepper with its accessible name and its range.
    pub fn new(name: &'a str, range: RangeInclusive<u32>) -> Self {
        Self { name, range, width: 96.0, enabled: true, look: Look::Live }
    }

    /// Sets the width in points.
    pub fn width(mut self, width: f32) -> Self {
        self.width = width;
        self
    }

    setters!(enabled, look);

    /// Draws the stepper. The response is `changed` if the number changed.
    pub fn show(self, ui: &mut Ui, value: &mut u32) -> Response {
        let tokens = tokens::tokens(ui);
        let c = &tokens.color;
        let enabled = self.enabled && ui.is_enabled();
        let sense = if enabled { Sense::click() } else { Sense::hover() };
        let size = Vec2::new(self.width, tokens.size.control.normal);
        let (rect, mut response) = ui.allocate_exact_size(size, sense);
        let (least, most) = (*self.range.start(), *self.range.end());
        let before = *value;

        let side = Vec2::new(24.0, rect.height());
        let less_rect = Rect::from_min_size(rect.min, side);
        let more_rect = Rect::from_min_size(Pos2::new(rect.right() - side.x, rect.top()), side);
        let part = |of: Rect, salt: &str, text: String, usable: bool| {
            let sense = if usable { Sense::CLICK } else { Sense::hover() };
            let response = ui.interact(of, response.id.with(salt), sense);
            response.widget_info(|| WidgetInfo::labeled(Role::Button, usable, &text));
            response
        };
        let less = part(less_rect, "less", format!("{}: one less", self.name), enabled && before > least);
        let more = part(more_rect, "more", format!("{}: one more", self.name), enabled && before < most);
        if less.clicked() {
            *value = before.saturating_sub(1).max(least);
        }
        if more.clicked() {
            *value = before.saturating_add(1).min(most);
        }
        if enabled && response.has_focus() {
            let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
            let pressed = |key| ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, key));
            if pressed(Key::ArrowUp) || pressed(Key::ArrowRight) || pressed(Key::Plus) {
                *value = value.saturating_add(1).min(most);
            }
            if pressed(Key::ArrowDown) || pressed(Key::ArrowLeft) || pressed(Key::Minus) {
                *value = value.saturating_sub(1).max(least);
            }
        }
        if enabled {
            let steps = paint::accessible_steps(ui, response.id, f64::from(least), f64::from(most));
            *value = value.saturating_add_signed(steps);
        }
        *value = (*value).clamp(least, most);
        if *value != before {
            response.mark_changed();
        }
        let (name, now) = (self.name, *value);
        response.widget_info(|| {
            let mut info = WidgetInfo::drag_value(enabled, f64::from(now));
            info.label = Some(name.to_owned());
            info
        });
        if !ui.is_rect_visible(rect) {
            return response;
        }
        let drawn = paint::drawn(ui, &response, enabled, self.look);
        let painter = ui.painter();
        let inside = drawn.hover.max(f32::from(u8::from(less.hovered() || more.hovered())));
        let stroke = if enabled { tokens::mix(c.stroke_mid, c.stroke_control, inside) } else { c.stroke_soft };
        paint::boxed(painter, rect, tokens.radius.control, if enabled { c.bg_field } else { tokens::NONE }, stroke);
        let sign = |at: Rect, icon: Icon, of: &Response, usable: bool| {
            let color = match (usable, of.hovered()) {
                (false, _) => c.text_off,
                (true, true) => c.text_hi,
                (true, false) => c.text_mid,
            };
            icons::paint(painter, icon, at.center(), 14.0, color);
        };
        sign(less_rect, Icon::Minus, &less, enabled && *value > least);
        sign(more_rect, Icon::Plus, &more, enabled && *value < most);
        let color = if enabled { c.text_hi } else { c.text_off };
        text_style::paint(painter, rect.center(), Align2::CENTER_CENTER, Text::Strong, color, &value.to_string());
        if drawn.focus {
            paint::focus_ring(painter, rect, tokens.radius.control);
        }
        response
    }
}
