//! Thin progress bars. They are not animated; they change only when their value does.

use egui::{Painter, Rect, Response, Role, Sense, Ui, Vec2, WidgetInfo};

use crate::ui::paint;
use crate::ui::tokens::{self, Tone};

/// A progress bar, 2 or 4 points high.
#[must_use = "the bar is drawn by `show`"]
pub struct ProgressBar<'a> {
    name: &'a str,
    fraction: f32,
    tone: Tone,
    thick: bool,
    width: Option<f32>,
}

impl<'a> ProgressBar<'a> {
    /// Creates a bar with its accessible name and its value, from 0.0 to 1.0.
    pub fn new(name: &'a str, fraction: f32) -> Self {
        Self { name, fraction: fraction.clamp(0.0, 1.0), tone: Tone::Work, thick: false, width: None }
    }

    /// Sets the tone, which decides the color; neutral for money.
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }

    /// Makes the bar 4 points high; the default is 2.
    pub fn thick(mut self) -> Self {
        self.thick = true;
        self
    }

    /// Sets a fixed width in points. The default is the available width.
    pub fn width(mut self, width: f32) -> Self {
        self.width = Some(width);
        self
    }

    /// Draws the bar in a layout.
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
