//! State badges, and chips that lie on pictures.

use egui::{Align2, Painter, Pos2, Rect, Response, Role, Sense, Ui, Vec2, WidgetInfo};

use crate::ui::icons::{self, Icon};
use crate::ui::paint;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens::{self, Tone};

/// A state in a word, an icon and a color.
#[must_use = "the badge is drawn by `show`"]
pub struct Badge<'a> {
    text: &'a str,
    icon: Option<Icon>,
    tone: Tone,
}

impl<'a> Badge<'a> {
    /// A neutral badge.
    pub fn new(text: &'a str) -> Self {
        Self { text, icon: None, tone: Tone::Neutral }
    }

    /// The icon before the word.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// What the state means.
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }

    /// Draws the badge.
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

/// A chip on a picture: white text on a dark surface that is readable on any picture.
#[must_use = "the chip is drawn by `paint`"]
pub struct PictureChip<'a> {
    text: &'a str,
    icon: Option<Icon>,
    tone: Tone,
}

impl<'a> PictureChip<'a> {
    /// A neutral chip. The text may be empty when there is an icon.
    pub fn new(text: &'a str) -> Self {
        Self { text, icon: None, tone: Tone::Neutral }
    }

    /// The icon before the text.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// What the chip means.
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }

    /// The width of a chip without an icon, in points.
    #[must_use]
    pub fn width(&self, painter: &Painter) -> f32 {
        (text_style::line(painter.ctx(), self.text, Text::Label, tokens::NONE).size().x + 12.0).ceil()
    }

    /// Paints the chip with the given corner at `pos`, at most `max_width` wide. Returns where it lies.
    /// A word that does not fit beside its icon is left out rather than cut.
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
