//! The filmstrip: frames of a clip side by side, with a playhead that the pointer and the arrow keys move.

use egui::epaint::RectShape;
use egui::{
    Align2, CornerRadius, EventFilter, Key, Painter, Pos2, Rect, Response, Sense, TextureId, Ui, Vec2, WidgetInfo,
};

use super::badge::PictureChip;
use crate::ui::paint;
use crate::ui::tokens;

/// Frames of a clip, all of one size, side by side in one texture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StripTexture {
    /// Texture that contains the frames.
    pub id: TextureId,
    /// Number of frames in the texture.
    pub frames: u16,
    /// Aspect ratio of a frame: width divided by height.
    pub ratio: f32,
}

impl StripTexture {
    /// Texture coordinates of the frame at `position`, from 0.0 (start of the clip) to 1.0 (its end).
    #[must_use]
    pub fn uv(&self, position: f32) -> Rect {
        let frames = f32::from(self.frames.max(1));
        let index = (position.clamp(0.0, 1.0) * (frames - 1.0)).round();
        Rect::from_min_max(Pos2::new(index / frames, 0.0), Pos2::new((index + 1.0) / frames, 1.0))
    }
}

/// Result of a filmstrip.
#[derive(Debug)]
pub struct FilmstripResponse {
    /// Response of the strip.
    pub response: Response,
    /// Position to which the user moved the playhead, from 0.0 (start of the film) to 1.0 (its end). `None` if
    /// it did not move.
    pub moved_to: Option<f32>,
}

impl FilmstripResponse {
    /// Number of the frame to which the user moved the playhead, in a film of `frames` frames.
    #[must_use]
    pub fn frame(&self, frames: u32) -> Option<u32> {
        self.moved_to.map(|position| frame_at(position, frames))
    }
}

/// Number of the frame at `position`, from 0.0 to 1.0, in a film of `frames` frames.
#[must_use]
pub fn frame_at(position: f32, frames: u32) -> u32 {
    // A step by key leads to the start of a frame, which rounding may have moved slightly before it.
    let exact = f64::from(position.clamp(0.0, 1.0)) * f64::from(frames) + 0.01;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and the count of frames")]
    let frame = exact.floor() as u32;
    frame.min(frames.saturating_sub(1))
}

/// A filmstrip with a playhead. A press, a drag or a key moves the playhead; a pointer that only hovers shows
/// the time under it.
#[must_use = "the strip is drawn by `show`"]
pub struct Filmstrip<'a> {
    name: &'a str,
    texture: Option<StripTexture>,
    position: f32,
    height: f32,
    frame_step: f32,
    frames: Option<u32>,
    is_at_rest: bool,
    duration_secs: f32,
}

impl<'a> Filmstrip<'a> {
    /// Creates a strip with its accessible name and the position of the playhead, from 0.0 to 1.0.
    pub fn new(name: &'a str, position: f32) -> Self {
        Self {
            name,
            texture: None,
            position: position.clamp(0.0, 1.0),
            height: 36.0,
            frame_step: 1.0 / 192.0,
            frames: None,
            is_at_rest: false,
            duration_secs: 1.0,
        }
    }

    /// Sets the frames; `None` until they are loaded.
    pub fn texture(mut self, texture: Option<StripTexture>) -> Self {
        self.texture = texture;
        self
    }

    /// Sets the height in points.
    pub fn height(mut self, height: f32) -> Self {
        self.height = height;
        self
    }

    /// Sets how far a key press moves the playhead, as a fraction of the film.
    pub fn frame_step(mut self, step: f32) -> Self {
        self.frame_step = step;
        self
    }

    /// Sets the number of frames of the film. A key press then moves the playhead by one frame, and hovering shows the
    /// frame number beside the time.
    pub fn frames(mut self, frames: u32) -> Self {
        #[allow(clippy::cast_precision_loss, reason = "some thousand frames")]
        let step = 1.0 / frames.max(1) as f32;
        (self.frames, self.frame_step) = (Some(frames), step);
        self
    }

    /// Sets whether the playhead is hidden because the user has not moved through the film yet.
    pub fn at_rest(mut self, is_at_rest: bool) -> Self {
        self.is_at_rest = is_at_rest;
        self
    }

    /// Sets the length of the clip in seconds, which is used to show times.
    pub fn duration(mut self, secs: f32) -> Self {
        self.duration_secs = secs;
        self
    }

    /// Draws the strip over the available width.
    pub fn show(self, ui: &mut Ui) -> FilmstripResponse {
        let tokens = tokens::tokens(ui);
        let enabled = ui.is_enabled();
        let sense = if enabled { Sense::click_and_drag() } else { Sense::hover() };
        let (rect, mut response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), self.height), sense);
        let along = |pointer: Pos2| ((pointer.x - rect.left()) / rect.width().max(1.0)).clamp(0.0, 1.0);
        let mut position = self.position;
        let mut moved = false;
        if let Some(pointer) = response.interact_pointer_pos().filter(|_| response.is_pointer_button_down_on()) {
            // A pointer that is held still does not hold the playhead of a playing film; only the press
            // and each movement count.
            let is_new = ui.input(|input| input.pointer.delta() != Vec2::ZERO || input.pointer.any_pressed());
            if is_new {
                (position, moved) = (along(pointer), true);
            }
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
        let (name, value) = (self.name, f64::from(position * self.duration_secs));
        response.widget_info(|| WidgetInfo::slider(enabled, value, name));
        if ui.is_rect_visible(rect) {
            let playhead = (!self.is_at_rest || moved_to.is_some()).then_some(position);
            paint_strip(ui.painter(), rect, self.texture, playhead);
            let passing = response.hover_pos().filter(|_| enabled && !response.is_pointer_button_down_on());
            if let Some(pointer) = passing {
                self.paint_passing(ui.painter(), rect, along(pointer));
            }
            let drawn = paint::drawn(ui, &response, enabled, paint::Look::Live);
            if drawn.focus {
                paint::focus_ring(ui.painter(), rect, tokens.radius.chip);
            }
        }
        FilmstripResponse { response, moved_to }
    }

    /// Paints the line under a hovering pointer, with the time and the frame number there.
    fn paint_passing(&self, painter: &Painter, rect: Rect, position: f32) {
        let tokens = tokens::tokens(painter.ctx());
        let x = rect.left() + position * rect.width();
        let line = Rect::from_min_max(Pos2::new(x, rect.top()), Pos2::new(x + 1.0, rect.bottom()));
        painter.rect_filled(line.expand2(Vec2::new(1.0, 0.0)), CornerRadius::ZERO, tokens.picture.line_edge);
        painter.rect_filled(line, CornerRadius::ZERO, tokens.picture.line);
        let time = format!("{:.2} s", position * self.duration_secs);
        let text = match self.frames {
            Some(frames) => format!("{time} · {}", frame_at(position, frames)),
            None => time,
        };
        let half = PictureChip::new(&text).width(painter) / 2.0;
        let center = x.clamp(rect.left() + half, (rect.right() - half).max(rect.left() + half));
        let above = Pos2::new(center, rect.top() - 6.0);
        PictureChip::new(&text).paint(painter, above, Align2::CENTER_BOTTOM, rect.width());
    }
}

/// Paints a strip into `rect`, with a playhead if there is one.
fn paint_strip(painter: &Painter, rect: Rect, texture: Option<StripTexture>, playhead: Option<f32>) {
    let tokens = tokens::tokens(painter.ctx());
    painter.rect_filled(rect, paint::radius(tokens.radius.chip), tokens.color.bg_active);
    if let Some(strip) = texture {
        let frame_width = rect.height() * strip.ratio.max(0.1);
        let count = (rect.width() / frame_width).round().max(1.0);
        let each = rect.width() / count;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small count of frames")]
        let cells = count as u16;
        for index in 0..cells {
            let at = if cells > 1 { f32::from(index) / (count - 1.0) } else { 0.5 };
            let mut uv = strip.uv(at);
            // A cell that is narrower than a frame shows the middle of the frame.
            let part = (each / frame_width).min(1.0);
            uv = Rect::from_center_size(uv.center(), Vec2::new(uv.width() * part, uv.height()));
            let cell = Rect::from_min_size(
                Pos2::new(rect.left() + f32::from(index) * each, rect.top()),
                Vec2::new(each, rect.height()),
            );
            let rounding = corners(index, cells, tokens.radius.chip);
            painter.add(RectShape::filled(cell, rounding, tokens::UNTINTED).with_texture(strip.id, uv));
        }
    }
    let Some(position) = playhead else { return };
    let x = rect.left() + position * rect.width();
    let rest = Rect::from_min_max(Pos2::new(x, rect.top()), rect.max);
    let mut rounding = paint::radius(tokens.radius.chip);
    if x - rect.left() > tokens.radius.chip {
        (rounding.nw, rounding.sw) = (0, 0);
    }
    painter.rect_filled(rest, rounding, tokens.picture.strip_rest);
    let head = Rect::from_min_max(Pos2::new(x - 1.0, rect.top() - 2.0), Pos2::new(x + 1.0, rect.bottom() + 2.0));
    painter.rect_filled(head.expand(1.0), paint::radius(1.0), tokens.picture.line_edge);
    painter.rect_filled(head, paint::radius(1.0), tokens.picture.line);
}

/// Corner radii of a cell: only the two ends of the strip are rounded.
fn corners(index: u16, count: u16, corner: f32) -> CornerRadius {
    let mut rounding = paint::radius(corner);
    if index > 0 {
        (rounding.nw, rounding.sw) = (0, 0);
    }
    if index + 1 < count {
        (rounding.ne, rounding.se) = (0, 0);
    }
    rounding
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

    #[test]
    fn a_place_in_the_strip_is_a_frame() {
        for (position, frames, frame) in [
            (0.0, 192, 0),
            (0.42, 192, 80),
            (0.5, 192, 96),
            (0.999, 192, 191),
            (1.0, 192, 191),
            (0.7, 1, 0),
            (2.0, 8, 7),
        ] {
            assert_eq!(frame_at(position, frames), frame, "{position} of {frames}");
        }
    }

    #[test]
    fn a_key_reaches_every_frame() {
        for frames in [1_u16, 7, 120, 121, 192, 300, 2_400] {
            for frame in 0..frames {
                let at = f32::from(frame) / f32::from(frames);
                assert_eq!(frame_at(at, u32::from(frames)), u32::from(frame), "{frame} of {frames}");
            }
        }
    }
}
