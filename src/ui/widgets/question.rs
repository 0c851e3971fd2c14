//! Questions: framed notes of a title, a sentence, and the buttons that answer it.

use egui::{CornerRadius, Margin, Stroke, Ui, Vec2};

use crate::ui::icons::{self, Icon};
use crate::ui::paint;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens::{self, Tone};

/// A framed note with a title, a sentence below it, and buttons below that.
#[must_use = "the question is drawn by `show`"]
pub struct Question<'a> {
    title: &'a str,
    text: &'a str,
    icon: Option<Icon>,
    tone: Tone,
}

impl<'a> Question<'a> {
    /// Creates a neutral question without an icon.
    pub fn new(title: &'a str, text: &'a str) -> Self {
        Self { title, text, icon: None, tone: Tone::Neutral }
    }

    /// Puts an icon before the title.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// Sets the tone, which decides the colors.
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }

    /// Draws the question over the available width, with `buttons` in a row at its foot.
    pub fn show<R>(self, ui: &mut Ui, buttons: impl FnOnce(&mut Ui) -> R) -> R {
        let tokens = tokens::tokens(ui);
        let c = &tokens.color;
        let corner: CornerRadius = paint::radius(tokens.radius.control);
        egui::Frame::new()
            .fill(c.tone_bg(self.tone, c.bg_raised))
            .stroke(Stroke::new(paint::hair(ui.ctx()), c.tone_stroke(self.tone)))
            .corner_radius(corner)
            .inner_margin(Margin::symmetric(11, 10))
            .show(ui, |ui| {
                ui.set_width(ui.available_width());
                ui.spacing_mut().item_spacing = Vec2::new(8.0, 4.0);
                match self.icon {
                    Some(icon) => paint::row(ui, 8.0, |ui| {
                        icons::show(ui, icon, 15.0, c.tone_fg(self.tone));
                        text_style::label_line(ui, Text::Body, c.text_hi, self.title);
                    }),
                    None => {
                        text_style::label(ui, Text::SmallStrong, c.text_hi, self.title);
                    }
                }
                text_style::label(ui, Text::Small, c.text_mid, self.text);
                ui.add_space(4.0);
                paint::row(ui, 8.0, buttons)
            })
            .inner
    }
}
