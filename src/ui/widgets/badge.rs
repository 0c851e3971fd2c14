//! Badges that show a state, and chips that lie on pictures.

use egui::{Align2, Painter, Pos2, Rect, Response, Role, Sense, Ui, Vec2, WidgetInfo};

use crate::ui::icons::{self, Icon};
use crate::ui::paint;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens::{self, Tone};

/// A badge that shows a state with a word, an icon and a color.
#[must_use = "the badge is drawn by `show`"]
pub struct Badge<'a> {
    text: &'a str,
    icon: Option<Icon>,
    tone: Tone,
}

impl<'a> Badge<'a> {
    /// Creates a neutral badge.
    pub fn new(text: &'a str) -> Self {
        Self { text, icon: None, tone: Tone::Neutral }
    }

    /// Puts an icon before the word.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// Sets the tone, which decides the colors.
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }

    /// Draws the badge in a layout.
    pub fn show(self, ui: &mut Ui) -> Response {
        let tokens = tokens::tokens(ui);
        let c = &tokens.color;
        let fg = c.tone_fg(self.tone);
        let galley = text_style::line(ui.ctx(), self.text, Text::Label, fg);
        let icon = if self.icon.is_some() { 16.0 } else { 0.0 };
        let size = Vec2::new((galley.size().x + icon + 14.0).round(), tokens.size.card.chip);
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        let text = self.text;
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
        let fill = c.tone_bg(self.tone, c.bg_field);
        paint::boxed(ui.painter(), rect, tokens.radius.chip, fill, c.tone_stroke(self.tone));
        let mut x = rect.left() + 7.0;
        if let Some(icon) = self.icon {
            icons::paint(ui.painter(), icon, Pos2::new(x + 6.0, rect.center().y), 12.0, fg);
            x += 16.0;
        }
        text_style::paint_galley(ui.painter(), Pos2::new(x, rect.center().y), Align2::LEFT_CENTER, galley);
        response
    }
}

/// A chip on a picture: light text on a dark, translucent surface that is readable on any picture.
#[must_use = "the chip is drawn by `paint`"]
pub struct PictureChip<'a> {
    text: &'a str,
    icon: Option<Icon>,
    tone: Tone,
}

impl<'a> PictureChip<'a> {
    /// Creates a neutral chip. `text` may be empty if the chip has an icon.
    pub fn new(text: &'a str) -> Self {
        Self { text, icon: None, tone: Tone::Neutral }
    }

    /// Puts an icon before the text.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// Sets the tone, which decides the color of the text.
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }

    /// Width of the chip without its icon, in points.
    #[must_use]
    pub fn width(&self, painter: &Painter) -> f32 {
        (text_style::line(painter.ctx(), self.text, Text::Label, tokens::NONE).size().x + 12.0).ceil()
    }

    /// Paints the chip so that the corner or side `anchor` is at `pos`, at most `max_width` points wide. Returns its
    /// rectangle. A text that does not fit beside the icon is left out and not cut.
    pub fn paint(mut self, painter: &Painter, pos: Pos2, anchor: Align2, max_width: f32) -> Rect {
        let tokens = tokens::tokens(painter.ctx());
        let color = tokens.picture.tone(self.tone);
        let natural = text_style::ellipsis(painter.ctx(), self.text, Text::Label, color, f32::INFINITY).size().x;
        if self.icon.is_some() && natural + 28.0 > max_width {
            self.text = "";
        }
        let mut icon = if self.icon.is_some() { 12.0 } else { 0.0 };
        if !self.text.is_empty() && icon > 0.0 {
            icon += 4.0;
        }
        let room = (max_width - 12.0 - icon).max(8.0);
        let galley = text_style::ellipsis(painter.ctx(), self.text, Text::Label, color, room);
        let size = Vec2::new((galley.size().x + icon + 12.0).ceil(), tokens.size.card.chip);
        let rect = anchor.anchor_size(pos, size);
        painter.rect_filled(rect, paint::radius(tokens.radius.chip), tokens.picture.chip_fill);
        let mut x = rect.left() + 6.0;
        if let Some(drawing) = self.icon {
            icons::paint(painter, drawing, Pos2::new(x + 6.0, rect.center().y), 12.0, color);
            x += icon;
        }
        text_style::paint_galley(painter, Pos2::new(x, rect.center().y), Align2::LEFT_CENTER, galley);
        rect
    }
}
