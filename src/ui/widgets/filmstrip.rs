//! The filmstrip: frames side by side, with a playhead that follows the pointer or the arrow keys.

use egui::{EventFilter, Key, Painter, Pos2, Rect, Response, Sense, TextureId, Ui, Vec2, WidgetInfo};

use crate::ui::paint;
use crate::ui::tokens;

/// Frames of one clip in one texture, side by side, all of one size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StripTexture {
    /// The texture.
    pub id: TextureId,
    /// How many frames lie in it.
    pub frames: u16,
    /// Frame width ÷ height.
    pub ratio: f32,
}

impl StripTexture {
    /// Where the frame at `position` (`0.0..=1.0` of the clip) lies in the texture.
    #[must_use]
    pub fn uv(&self, position: f32) -> Rect {
        let frames = f32::from(self.frames.max(1));
        let index = (position.clamp(0.0, 1.0) * (frames - 1.0)).round();
        Rect::from_min_max(Pos2::new(index / frames, 0.0), Pos2::new((index + 1.0) / frames, 1.0))
    }
}

/// What a filmstrip reports.
#[derive(Debug)]
pub struct FilmstripResponse {
    /// The strip.
    pub response: Response,
    /// Where the user moved the playhead, `0.0..=1.0`.
    pub moved_to: Option<f32>,
    /// The pointer or the keyboard is on the strip, so that the playhead stays where it is.
    pub is_held: bool,
}

/// A strip with a playhead.
#[must_use = "the strip is drawn by `show`"]
pub struct Filmstrip<'a> {
    name: &'a str,
    texture: Option<StripTexture>,
    position: f32,
    height: f32,
    frame_step: f32,
    is_at_rest: bool,
    duration_secs: f32,
}

impl<'a> Filmstrip<'a> {
    /// A strip with its accessible name and where the playhead is, `0.0..=1.0`.
    pub fn new(name: &'a str, position: f32) -> Self {
        Self {
            name,
            texture: None,
            position: position.clamp(0.0, 1.0),
            height: 36.0,
            frame_step: 1.0 / 192.0,
            is_at_rest: false,
            duration_secs: 1.0,
        }
    }

    /// The frames, when they are read.
    pub fn texture(mut self, texture: Option<StripTexture>) -> Self {
        self.texture = texture;
        self
    }

    /// Height in points.
    pub fn height(mut self, height: f32) -> Self {
        self.height = height;
        self
    }

    /// How far one frame moves the playhead: 1 ÷ frames of the clip.
    pub fn frame_step(mut self, step: f32) -> Self {
        self.frame_step = step;
        self
    }

    /// Nobody moves through the film: the whole strip is shown without a playhead.
    pub fn at_rest(mut self, is_at_rest: bool) -> Self {
        self.is_at_rest = is_at_rest;
        self
    }

    /// Length of the clip in seconds, in which the place of the playhead is told to screen readers.
    pub fn duration(mut self, secs: f32) -> Self {
        self.duration_secs = secs;
        self
    }

    /// Draws the strip over the width that is left.
    pub fn show(self, ui: &mut Ui) -> FilmstripResponse {
        let tokens = tokens::tokens(ui);
        let enabled = ui.is_enabled();
        let sense = if enabled { Sense::click_and_drag() } else { Sense::hover() };
        let (rect, mut response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), self.height), sense);
        let mut position = self.position;
        let mut moved = false;
        let pointer = if enabled { response.interact_pointer_pos().or(response.hover_pos()) } else { None };
        // A pointer that rests leaves the playhead to the keyboard.
        let is_moving = ui.input(|input| input.pointer.delta() != Vec2::ZERO || input.pointer.any_down());
        if let Some(pointer) = pointer.filter(|_| is_moving || self.is_at_rest) {
            position = ((pointer.x - rect.left()) / rect.width()).clamp(0.0, 1.0);
            moved = self.is_at_rest;
        }
        if enabled {
            #[allow(clippy::cast_precision_loss, reason = "a handful of steps")]
            let asked = paint::accessible_steps(ui, response.id, 0.0, f64::from(self.duration_secs)) as f32;
            position = (position + asked * self.frame_step).clamp(0.0, 1.0);
        }
        if response.has_focus() {
            let filter = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
            let pressed = |key| ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, key));
            if pressed(Key::ArrowRight) {
                position = (position + self.frame_step).min(1.0);
            }
            if pressed(Key::ArrowLeft) {
                position = (position - self.frame_step).max(0.0);
            }
            if pressed(Key::Home) {
                (position, moved) = (0.0, true);
            }
            if pressed(Key::End) {
                (position, moved) = (1.0, true);
            }
        }
        let moved_to = (moved || (position - self.position).abs() > f32::EPSILON).then_some(position);
        if moved_to.is_some() {
            response.mark_changed();
        }
        let is_held = pointer.is_some() || response.has_focus();
        let (name, value) = (self.name, f64::from(position * self.duration_secs));
        response.widget_info(|| WidgetInfo::slider(enabled, value, name));
        if ui.is_rect_visible(rect) {
            let playhead = (!self.is_at_rest || moved_to.is_some()).then_some(position);
            paint_strip(ui.painter(), rect, self.texture, playhead);
            let drawn = paint::drawn(ui, &response, enabled, paint::Look::Live);
            if drawn.focus {
                paint::focus_ring(ui.painter(), rect, tokens.radius.chip);
            }
        }
        FilmstripResponse { response, moved_to, is_held }
    }
}

/// Paints a strip, with its playhead if it has one, into `rect`.
fn paint_strip(painter: &Painter, rect: Rect, texture: Option<StripTexture>, playhead: Option<f32>) {
    let tokens = tokens::tokens(painter.ctx());
    painter.rect_filled(rect, paint::radius(tokens.radius.chip), tokens.color.bg_active);
    if let Some(strip) = texture {
        let frame_width = rect.height() * strip.ratio.max(0.1);
        let count = (rect.width() / frame_width).round().max(1.0);
        let each = rect.width() / count;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small count of frames")]
        for index in 0..count as u16 {
            let at = if count > 1.0 { f32::from(index) / (count - 1.0) } else { 0.5 };
            let mut uv = strip.uv(at);
            // A cell narrower than the frame shows its middle.
            let part = (each / frame_width).min(1.0);
            uv = Rect::from_center_size(uv.center(), Vec2::new(uv.width() * part, uv.height()));
            let cell = Rect::from_min_size(
                Pos2::new(rect.left() + f32::from(index) * each, rect.top()),
                Vec2::new(each, rect.height()),
            );
            painter.image(strip.id, cell, uv, tokens::UNTINTED);
        }
    }
    let Some(position) = playhead else { return };
    let x = rect.left() + position * rect.width();
    let rest = Rect::from_min_max(Pos2::new(x, rect.top()), rect.max);
    painter.rect_filled(rest, egui::CornerRadius::ZERO, tokens.picture.strip_rest);
    let head = Rect::from_min_max(Pos2::new(x - 1.0, rect.top() - 2.0), Pos2::new(x + 1.0, rect.bottom() + 2.0));
    painter.rect_filled(head.expand(1.0), paint::radius(1.0), tokens.picture.line_edge);
    painter.rect_filled(head, paint::radius(1.0), tokens.picture.line);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_and_the_last_frame_are_at_the_ends_of_the_texture() {
        let strip = StripTexture { id: TextureId::default(), frames: 12, ratio: 16.0 / 9.0 };
        assert_eq!(strip.uv(0.0).left(), 0.0);
        assert!((strip.uv(1.0).right() - 1.0).abs() < 1e-6);
        assert!((strip.uv(0.5).width() - 1.0 / 12.0).abs() < 1e-6);
    }
}
