//! Text in the styles of the type scale: laid out with exact line heights and shortened with
//! an ellipsis, never clipped. Characters that could deceive the eye are written out.

use std::sync::Arc;

use egui::text::{LayoutJob, TextFormat, TextWrapping};
use egui::{Align2, Color32, Context, FontFamily, FontId, Galley, Painter, Pos2, Rect, Response, RichText, Ui};

use super::tokens::{self, TypeStyle};
use crate::domain::text::visible;

/// Name of the font family with the medium weight, 500.
pub const MEDIUM: &str = "Inter Medium";
/// Name of the font family with the semibold weight, 600.
pub const SEMIBOLD: &str = "Inter SemiBold";

/// A style of the type scale. The variants give font size and line height in points, and the weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Text {
    /// 11/16 regular: card footers and lines of help.
    Caption,
    /// 11/16 medium: badges and key caps.
    Label,
    /// 12/16 regular: second lines.
    Small,
    /// 12/16 medium: labels of form rows, names in wells and tiles, chips.
    SmallStrong,
    /// 13/20 regular: running text.
    Body,
    /// 13/20 medium: emphasized running text.
    Strong,
    /// 13/20 medium: labels of buttons.
    Button,
    /// 13/20 semibold: labels of lit buttons.
    ButtonLit,
    /// 14/20 semibold: the label of the primary button, and the name of the program in the header.
    ButtonPrimary,
    /// 15/20 semibold: titles of dialogs and sections.
    Title,
    /// 20/28 semibold: headings of pages.
    Heading,
    /// 24/28 semibold: the first sentence of the welcome page.
    Welcome,
    /// 24/28 medium: large numbers.
    Number,
    /// 12/16 JetBrains Mono, for ids and addresses only.
    Mono,
    /// 11/16 JetBrains Mono, for ids and addresses in small print.
    MonoSmall,
}

impl Text {
    /// Font size, line height and weight of the style. They are the same in both themes.
    #[must_use]
    pub fn measures(self) -> TypeStyle {
        let scale = &tokens::of_theme(egui::Theme::Dark).text;
        match self {
            Self::Caption => scale.caption,
            Self::Label => scale.label,
            Self::Small | Self::Mono => scale.small,
            Self::SmallStrong => TypeStyle { weight: 500, ..scale.small },
            Self::Body => scale.body,
            Self::Strong => scale.strong,
            Self::Button => scale.button,
            Self::ButtonLit => TypeStyle { weight: 600, ..scale.button },
            Self::ButtonPrimary => TypeStyle { size: scale.button.size + 1.0, weight: 600, ..scale.button },
            Self::Title => scale.title,
            Self::Heading => scale.heading,
            Self::Welcome => TypeStyle { weight: 600, ..scale.number },
            Self::Number => scale.number,
            Self::MonoSmall => scale.caption,
        }
    }

    /// Font family and size of the style.
    #[must_use]
    pub fn font(self) -> FontId {
        let measures = self.measures();
        let family = match (self, measures.weight) {
            (Self::Mono | Self::MonoSmall, _) => FontFamily::Monospace,
            (_, 600..) => FontFamily::Name(SEMIBOLD.into()),
            (_, 500..) => FontFamily::Name(MEDIUM.into()),
            _ => FontFamily::Proportional,
        };
        FontId::new(measures.size, family)
    }

    /// Line height of the style, in points.
    #[must_use]
    pub fn line(self) -> f32 {
        self.measures().line
    }

    /// Extra space between letters in points. It is negative for large text, which is set tighter.
    fn spacing(self) -> f32 {
        match self {
            Self::Title => -0.15,
            Self::Heading => -0.3,
            Self::Welcome => -0.36,
            Self::Number => -0.48,
            Self::Mono | Self::MonoSmall => 0.0,
            _ => -0.04,
        }
    }

    /// Format of the style in a given color, for a section of a [`LayoutJob`].
    #[must_use]
    pub fn format(self, color: Color32) -> TextFormat {
        TextFormat {
            font_id: self.font(),
            line_height: Some(self.line()),
            extra_letter_spacing: self.spacing(),
            color,
            valign: egui::Align::Center,
            ..TextFormat::default()
        }
    }

    /// Converts the style to egui's rich text, for egui's own widgets.
    #[must_use]
    pub fn rich(self, text: impl Into<String>, color: Color32) -> RichText {
        let text: String = text.into();
        RichText::new(visible(&text))
            .font(self.font())
            .line_height(Some(self.line()))
            .extra_letter_spacing(self.spacing())
            .color(color)
    }
}

/// A paragraph made of several pieces of text, each with its own style and color.
#[derive(Clone, Debug)]
pub struct Spans(LayoutJob);

impl Default for Spans {
    fn default() -> Self {
        Self::new()
    }
}

impl Spans {
    /// Creates an empty paragraph.
    #[must_use]
    pub fn new() -> Self {
        Self(LayoutJob { break_on_newline: true, ..LayoutJob::default() })
    }

    /// Appends a piece of text.
    #[must_use]
    pub fn add(mut self, text: &str, style: Text, color: Color32) -> Self {
        self.0.append(&visible(text), 0.0, style.format(color));
        self
    }

    /// Appends a struck-through piece of text, for a value that the chosen gateway does not offer.
    #[must_use]
    pub fn strike(mut self, text: &str, style: Text, color: Color32) -> Self {
        let format = TextFormat { strikethrough: egui::Stroke::new(1.0, color), ..style.format(color) };
        self.0.append(&visible(text), 0.0, format);
        self
    }

    /// Lays out the paragraph, wrapped at `max_width` points and shortened with an ellipsis after `max_rows` rows.
    #[must_use]
    pub fn layout(mut self, ctx: &Context, max_width: f32, max_rows: usize) -> Arc<Galley> {
        self.0.wrap = wrapping(max_width, max_rows);
        ctx.fonts_mut(|fonts| fonts.layout_job(self.0))
    }

    /// Shows the paragraph as a label, wrapped to the available width.
    pub fn show(mut self, ui: &mut Ui) -> Response {
        self.0.wrap = wrapping(ui.available_width(), usize::MAX);
        // `wrap` is set explicitly because labels in a row do not wrap by default.
        ui.add(egui::Label::new(self.0).wrap().selectable(false))
    }
}

fn wrapping(max_width: f32, max_rows: usize) -> TextWrapping {
    TextWrapping {
        max_width,
        max_rows,
        // A single row that does not fit may break inside a word, so that as much text as possible is visible.
        break_anywhere: max_rows == 1,
        overflow_character: Some('…'),
    }
}

/// Lays out text on one line of any width.
#[must_use]
pub fn line(ctx: &Context, text: &str, style: Text, color: Color32) -> Arc<Galley> {
    Spans::new().add(text, style, color).layout(ctx, f32::INFINITY, 1)
}

/// Lays out text on one line of at most `max_width` points. An ellipsis replaces what does not fit.
#[must_use]
pub fn ellipsis(ctx: &Context, text: &str, style: Text, color: Color32, max_width: f32) -> Arc<Galley> {
    Spans::new().add(text, style, color).layout(ctx, max_width.max(0.0), 1)
}

/// Lays out text wrapped at `max_width` points in at most `max_rows` rows, with an ellipsis at the end of the last row
/// if text is left over.
#[must_use]
pub fn wrapped(ctx: &Context, text: &str, style: Text, color: Color32, max_width: f32, max_rows: usize) -> Arc<Galley> {
    Spans::new().add(text, style, color).layout(ctx, max_width.max(1.0), max_rows)
}

/// Paints laid-out text so that the corner or side `anchor` is at `pos`. Returns the rectangle of the text.
pub fn paint_galley(painter: &Painter, pos: Pos2, anchor: Align2, galley: Arc<Galley>) -> Rect {
    let rect = anchor.anchor_size(pos, galley.size());
    painter.galley(rect.min, galley, tokens::of_theme(egui::Theme::Dark).color.text_hi);
    rect
}

/// Paints one line of text so that the corner or side `anchor` is at `pos`. Returns the rectangle of the text.
pub fn paint(painter: &Painter, pos: Pos2, anchor: Align2, style: Text, color: Color32, text: &str) -> Rect {
    let galley = line(painter.ctx(), text, style, color);
    paint_galley(painter, pos, anchor, galley)
}

/// Paints one line of text like [`paint`], shortened with an ellipsis to `max_width` points. Returns the
/// rectangle of the text.
pub fn paint_ellipsis(
    painter: &Painter,
    pos: Pos2,
    anchor: Align2,
    style: Text,
    color: Color32,
    text: &str,
    max_width: f32,
) -> Rect {
    let galley = ellipsis(painter.ctx(), text, style, color, max_width);
    paint_galley(painter, pos, anchor, galley)
}

/// Shows a label that wraps to the available width.
pub fn label(ui: &mut Ui, style: Text, color: Color32, text: impl Into<String>) -> Response {
    ui.add(egui::Label::new(style.rich(text, color)).wrap().selectable(false))
}

/// Shows a label on one line, shortened with an ellipsis to the available width. The whole text shows on hover.
pub fn label_ellipsis(ui: &mut Ui, style: Text, color: Color32, text: impl Into<String>) -> Response {
    ui.add(egui::Label::new(style.rich(text, color)).truncate().selectable(false))
}

/// Shows a label on one line of any width.
pub fn label_line(ui: &mut Ui, style: Text, color: Color32, text: impl Into<String>) -> Response {
    ui.add(egui::Label::new(style.rich(text, color)).extend().selectable(false))
}

/// Shows a label whose text the user can select and copy.
pub fn label_selectable(ui: &mut Ui, style: Text, color: Color32, text: impl Into<String>) -> Response {
    ui.add(egui::Label::new(style.rich(text, color)).wrap().selectable(true))
}
