//! The slider, which sets a number in a range by dragging a knob along a track.

use std::ops::RangeInclusive;

use egui::{Align2, EventFilter, Key, Pos2, Rect, Response, Sense, Ui, Vec2, WidgetInfo};

use crate::ui::paint::{self, Look};
use crate::ui::text_style::{self, Text};
use crate::ui::tokens;

/// A slider over a range of numbers.
#[must_use = "the slider is drawn by `show`"]
pub struct Slider<'a> {
    name: &'a str,
    range: RangeInclusive<f32>,
    step: f32,
    width: f32,
    value_text: Option<String>,
    enabled: bool,
    look: Look,
}

impl<'a> Slider<'a> {
    /// Creates a slider with its accessible name and its range, divided into 20 steps.
    pub fn new(name: &'a str, range: RangeInclusive<f32>) -> Self {
        let step = (range.end() - range.start()) / 20.0;
        Self { name, range, step, width: 180.0, value_text: None, enabled: true, look: Look::Live }
    }

    /// Sets the step to which values snap and by which the arrow keys change the value. With 0, values do not snap.
    pub fn step(mut self, step: f32) -> Self {
        self.step = step;
        self
    }

    /// Sets the width of the track in points.
    pub fn width(mut self, width: f32) -> Self {
        self.width = width;
        self
    }

    /// Sets the text at the right of the track, which says the value in words.
    pub fn value_text(mut self, text: impl Into<String>) -> Self {
        self.value_text = Some(text.into());
        self
    }

    setters!(enabled, look);

    fn snapped(&self, value: f32) -> f32 {
        let (start, end) = (*self.range.start(), *self.range.end());
        let value = if self.step > 0.0 { start + ((value - start) / self.step).round() * self.step } else { value };
        value.clamp(start, end)
    }

    /// Draws the slider. The response is `changed` if the value changed.
    pub fn show(self, ui: &mut Ui, value: &mut f32) -> Response {
        let tokens = tokens::tokens(ui);
        let c = &tokens.color;
        let enabled = self.enabled && ui.is_enabled();
        let knob = tokens.size.slider.knob;
        let text = self
            .value_text
            .as_ref()
            .map(|text| text_style::line(ui.ctx(), text, Text::Small, if enabled { c.text_hi } else { c.text_off }));
        let extra = text.as_ref().map_or(0.0, |galley| 12.0 + galley.size().x);
        let height = Text::Small.line().max(knob);
        let (whole, _) = ui.allocate_exact_size(Vec2::new(self.width + extra, height), Sense::hover());
        let rect = Rect::from_min_size(whole.min, Vec2::new(self.width, height));
        let id = ui.next_auto_id();
        ui.skip_ahead_auto_ids(1);
        let sense = if enabled { Sense::click_and_drag() } else { Sense::hover() };
        let mut response = ui.interact(rect.expand2(Vec2::new(knob / 2.0, 4.0)), id, sense);

        let (start, end) = (*self.range.start(), *self.range.end());
        let before = *value;
        if enabled {
            if let Some(pointer) = response.interact_pointer_pos()
                && (response.dragged() || response.clicked() || response.is_pointer_button_down_on())
            {
                let t = ((pointer.x - rect.left()) / rect.width()).clamp(0.0, 1.0);
                *value = self.snapped(start + t * (end - start));
            }
            let step = if self.step > 0.0 { self.step } else { (end - start) / 100.0 };
            #[allow(clippy::cast_precision_loss, reason = "a handful of steps")]
            let asked = paint::accessible_steps(ui, id, f64::from(start), f64::from(end)) as f32;
            if asked != 0.0 {
                *value = self.snapped(*value + asked * step);
            }
            if response.has_focus() {
                let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
                ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
                let pressed = |key| ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, key));
                if pressed(Key::ArrowRight) || pressed(Key::ArrowUp) {
                    *value = self.snapped(*value + step);
                }
                if pressed(Key::ArrowLeft) || pressed(Key::ArrowDown) {
                    *value = self.snapped(*value - step);
                }
                if pressed(Key::Home) {
                    *value = start;
                }
                if pressed(Key::End) {
                    *value = end;
                }
            }
        }
        if (*value - before).abs() > f32::EPSILON {
            response.mark_changed();
        }
        let (name, now) = (self.name, f64::from(*value));
        response.widget_info(|| WidgetInfo::slider(enabled, now, name));
        if !ui.is_rect_visible(whole) {
            return response;
        }
        let drawn = paint::drawn(ui, &response, enabled, self.look);
        let painter = ui.painter();
        let t = if end > start { ((*value - start) / (end - start)).clamp(0.0, 1.0) } else { 0.0 };
        let track = Rect::from_center_size(rect.center(), Vec2::new(rect.width(), tokens.size.slider.track));
        let corner = paint::radius(tokens.size.slider.track / 2.0);
        painter.rect_filled(track, corner, c.bg_active);
        let x = rect.left() + t * rect.width();
        let filled = Rect::from_min_max(track.min, Pos2::new(x, track.bottom()));
        painter.rect_filled(filled, corner, if enabled { c.text_mid } else { c.text_off });
        let center = Pos2::new(x, rect.center().y);
        let color = if enabled { drawn.color(c.lit_fill, c.lit_hover, c.lit_press) } else { c.text_off };
        painter.circle_filled(center, knob / 2.0, color);
        if let Some(text) = text {
            text_style::paint_galley(
                painter,
                Pos2::new(rect.right() + 12.0, rect.center().y),
                Align2::LEFT_CENTER,
                text,
            );
        }
        if drawn.focus {
            paint::focus_ring(painter, Rect::from_center_size(center, Vec2::splat(knob)), knob / 2.0);
        }
        response
    }
}
