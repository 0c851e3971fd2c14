//! Notes: framed paragraphs with advice and an optional action.

use egui::{Align2, Pos2, Rect, Role, Sense, Ui, Vec2, WidgetInfo};

use crate::ui::icons::{self, Icon};
use crate::ui::paint;
use crate::ui::text_style::{self, Spans, Text};
use crate::ui::tokens::{self, Tone};

/// What the user did with a note.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoteResponse {
    /// Whether the action was clicked.
    pub acted: bool,
}

/// A framed note of one paragraph.
#[must_use = "the note is drawn by `show`"]
pub struct Note<'a> {
    text: &'a str,
    icon: Icon,
    tone: Tone,
    action: Option<&'a str>,
}

impl<'a> Note<'a> {
    /// Creates a neutral note.
    pub fn new(text: &'a str) -> Self {
        Self { text, icon: Icon::Info, tone: Tone::Neutral, action: None }
    }

    /// Puts an icon at the left.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = icon;
        self
    }

    /// Sets the tone, which decides the colors.
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }

    /// Adds an action, shown as the last words of the paragraph.
    pub fn action(mut self, action: &'a str) -> Self {
        self.action = Some(action);
        self
    }

    /// Draws the note over the available width.
    pub fn show(self, ui: &mut Ui) -> NoteResponse {
        let tokens = tokens::tokens(ui);
        let c = &tokens.color;
        let width = ui.available_width();
        let text_width = (width - 22.0 - 15.0 - 8.0).max(40.0);
        let mut spans = Spans::new().add(self.text, Text::Small, c.text_hi);
        if let Some(action) = self.action {
            spans = spans.add(" ", Text::Small, c.text_hi).add(action, Text::SmallStrong, c.text_hi);
        }
        let galley = spans.layout(ui.ctx(), text_width, usize::MAX);
        let (rect, response) = ui.allocate_exact_size(Vec2::new(width, galley.size().y + 18.0), Sense::hover());
        let text = self.text;
        response.widget_info(|| WidgetInfo::labeled(Role::Note, true, text));
        paint::boxed(
            ui.painter(),
            rect,
            tokens.radius.control,
            c.tone_bg(self.tone, c.bg_raised),
            c.tone_stroke(self.tone),
        );
        let icon_center = Pos2::new(rect.left() + 11.0 + 7.5, rect.top() + 9.0 + 8.0);
        icons::paint(ui.painter(), self.icon, icon_center, 15.0, c.tone_fg(self.tone));
        let text_pos = Pos2::new(rect.left() + 11.0 + 15.0 + 8.0, rect.top() + 9.0);
        let mut acted = false;
        let mut of_action = None;
        if let Some(action) = self.action {
            // The action is the last part of the paragraph; the rectangle around its words is what can be clicked.
            let from = self.text.chars().count() + 1;
            let area = galley_rect_from(&galley, from).translate(text_pos.to_vec2()).expand2(Vec2::new(2.0, 1.0));
            let link = ui.interact(area, response.id.with("action"), Sense::click());
            link.widget_info(|| WidgetInfo::labeled(Role::Button, true, action));
            acted = link.clicked();
            of_action = Some((paint::drawn(ui, &link, true, paint::Look::Live), area));
        }
        text_style::paint_galley(ui.painter(), text_pos, Align2::LEFT_TOP, galley);
        if let Some((drawn, area)) = of_action {
            if drawn.hover > 0.0 {
                let line = tokens::faded(c.text_hi, drawn.hover);
                paint::divider(ui.painter(), area.shrink(2.0).x_range(), area.bottom() - 2.0, line);
            }
            if drawn.focus {
                paint::focus_ring(ui.painter(), area, tokens.radius.chip);
            }
        }
        NoteResponse { acted }
    }
}

/// Rectangle around all glyphs from the character with index `from` on, relative to the text.
fn galley_rect_from(galley: &egui::Galley, from: usize) -> Rect {
    let mut rect = Rect::NOTHING;
    let mut count = 0;
    for row in &galley.rows {
        for glyph in &row.glyphs {
            if count >= from {
                let min = Pos2::new(row.pos.x + glyph.pos.x, row.pos.y);
                rect = rect.union(Rect::from_min_size(min, Vec2::new(glyph.advance_width, row.height())));
            }
            count += 1;
        }
        count += usize::from(row.ends_with_newline);
    }
    rect
}
