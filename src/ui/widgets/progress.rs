//! Thin progress bars. They move only when a number changed.

use egui::{Painter, Rect, Response, Role, Sense, Ui, Vec2, WidgetInfo};

use crate::ui::paint;
use crate::ui::tokens::{self, Tone};

/// A bar of 2 or 4 points.
#[must_use = "the bar is drawn by `show`"]
pub struct ProgressBar<'a> {
    name: &'a str,
    fraction: f32,
    tone: Tone,
    thick: bool,
    width: Option<f32>,
}

impl<'a> ProgressBar<'a> {
    /// A bar with its accessible name and how full it is, `0.0..=1.0`.
    pub fn new(name: &'a str, fraction: f32) -> Self {
        Self { name, fraction: fraction.clamp(0.0, 1.0), tone: Tone::Work, thick: false, width: None }
    }

    /// What the bar means; neutral for money.
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }

    /// 4 points instead of 2.
    pub fn thick(mut self) -> Self {
        self.thick = true;
        self
    }

    /// A fixed width in points; else the width that is left.
    pub fn width(mut self, width: f32) -> Self {
        self.width = Some(width);
        self
    }

    /// Draws the bar.
    pub fn show(self, ui: &mut Ui) -> Response {
        let tokens = tokens::tokens(ui);
        let height = if self.thick { 2.0 * tokens.stroke.progress } else { tokens.stroke.progress };
        let width = self.width.unwrap_or_else(|| ui.available_width());
        let (rect, response) = ui.allocate_exact_size(Vec2::new(width, height), Sense::hover());
        let (name, value) = (self.name, f64::from(self.fraction));
        response.widget_info(|| {
            let mut info = WidgetInfo::labeled(Role::ProgressIndicator, true, name);
            info.value = Some(value);
            info
        });
        self.paint(ui.painter(), rect);
        response
    }

    /// Paints the bar into `rect`.
    pub fn paint(&self, painter: &Painter, rect: Rect) {
        let tokens = tokens::tokens(painter.ctx());
        let corner = paint::radius(rect.height() / 2.0);
        painter.rect_filled(rect, corner, tokens.color.stroke_mid);
        let full = Rect::from_min_size(rect.min, Vec2::new(rect.width() * self.fraction, rect.height()));
        if full.width() > 0.0 {
            painter.rect_filled(full, corner, tokens.color.tone_fg(self.tone));
        }
    }
}
