//! Text fields of one or several lines, with placeholder, help, warning and problem. They wrap [`egui::TextEdit`],
//! so input methods work.

use egui::{
    CompletionPopup, CompletionQuery, Key, Margin, Pos2, Rect, RectAlign, Response, Role, Sense, Suggestion, TextEdit,
    Ui, UiBuilder, Vec2, WidgetInfo,
};

use super::keycap::KeyCap;
use crate::ui::icons::{self, Icon};
use crate::ui::paint::{self, Look};
use crate::ui::text_style::{self, Text};
use crate::ui::tokens::{self, NONE};

/// Result of a text field.
#[derive(Debug)]
pub struct FieldResponse {
    /// Response of the text editor, with `changed`, `lost_focus` and `has_focus`.
    pub response: Response,
    /// Whether the icon button at the end was clicked.
    pub trailing_clicked: bool,
    /// Whether Enter was pressed in a field of one line.
    pub submitted: bool,
}

/// A text field with its look and its accompanying lines.
#[must_use = "the field is drawn by `show`"]
pub struct Field<'a> {
    name: &'a str,
    placeholder: &'a str,
    helper: Option<&'a str>,
    problem: Option<&'a str>,
    warning: Option<&'a str>,
    leading: Option<Icon>,
    trailing: Option<(Icon, &'a str)>,
    key: Option<&'a str>,
    style: Text,
    masked: bool,
    lines_height: Option<f32>,
    width: Option<f32>,
    small: bool,
    enabled: bool,
    char_limit: Option<usize>,
    look: Look,
    id: Option<egui::Id>,
    suggest: Option<Suggest<'a>>,
}

/// What is offered for the word that is being typed.
type Suggest<'a> = &'a dyn Fn(&CompletionQuery<'_>) -> Vec<Suggestion>;

impl<'a> Field<'a> {
    /// Creates a field of one line with its accessible name.
    pub fn new(name: &'a str) -> Self {
        Self {
            name,
            placeholder: "",
            helper: None,
            problem: None,
            warning: None,
            leading: None,
            trailing: None,
            key: None,
            style: Text::Body,
            masked: false,
            lines_height: None,
            width: None,
            small: false,
            enabled: true,
            char_limit: None,
            look: Look::Live,
            id: None,
            suggest: None,
        }
    }

    /// Sets the text that shows while the field is empty.
    pub fn placeholder(mut self, placeholder: &'a str) -> Self {
        self.placeholder = placeholder;
        self
    }

    /// Adds a line of help below the field.
    pub fn helper(mut self, helper: &'a str) -> Self {
        self.helper = Some(helper);
        self
    }

    /// Marks the text as unusable, with a red frame and the reason below the field.
    pub fn problem(mut self, problem: Option<&'a str>) -> Self {
        self.problem = problem;
        self
    }

    /// Adds an amber line below the field about an effect that the user may not expect.
    pub fn warning(mut self, warning: Option<&'a str>) -> Self {
        self.warning = warning;
        self
    }

    /// Puts an icon before the text.
    pub fn leading(mut self, icon: Icon) -> Self {
        self.leading = Some(icon);
        self
    }

    /// Adds an icon button with its accessible name at the end.
    pub fn trailing(mut self, icon: Icon, name: &'a str) -> Self {
        self.trailing = Some((icon, name));
        self
    }

    /// Shows the shortcut that focuses the field, at its end, while the field is empty and not focused.
    pub fn key(mut self, key: &'a str) -> Self {
        self.key = Some(key).filter(|key| !key.is_empty());
        self
    }

    /// Uses JetBrains Mono, for ids and addresses.
    pub fn mono(mut self) -> Self {
        self.style = Text::Mono;
        self
    }

    /// Shows dots in place of the text, as for passwords.
    pub fn masked(mut self) -> Self {
        self.masked = true;
        self
    }

    /// Allows several lines and sets the height of the field in points.
    pub fn multi_line(mut self, height: f32) -> Self {
        self.lines_height = Some(height);
        self
    }

    /// Sets the width in points. The default is the available width.
    pub fn width(mut self, width: f32) -> Self {
        self.width = Some(width);
        self
    }

    /// Makes the field 24 points high; the default is 28.
    pub fn small(mut self) -> Self {
        self.small = true;
        self
    }

    setters!(enabled);

    /// Limits the number of characters that can be typed.
    pub fn char_limit(mut self, limit: usize) -> Self {
        self.char_limit = Some(limit);
        self
    }

    setters!(look);

    /// Sets the id of the text editor, so that a shortcut can focus it.
    pub fn id(mut self, id: egui::Id) -> Self {
        self.id = Some(id);
        self
    }

    /// Offers words below a field of several lines while something is typed. Tab takes one over, and Enter stays a new line.
    /// The text may change then without a `changed` response.
    pub fn suggest(mut self, suggest: Suggest<'a>) -> Self {
        self.suggest = Some(suggest);
        self
    }

    /// Draws the field, which edits `text`.
    pub fn show(mut self, ui: &mut Ui, text: &mut String) -> FieldResponse {
        // The editor keeps its id, and with it the focus, when a line appears below it while somebody types.
        self.id = self.id.or_else(|| Some(ui.unique_id().with(("field", self.name))));
        let width = self.width.unwrap_or_else(|| ui.available_width());
        if self.helper.is_none() && self.problem.is_none() && self.warning.is_none() {
            return self.show_box(ui, text, width);
        }
        paint::column(ui, 4.0, |ui| {
            let (helper, problem, warning) = (self.helper, self.problem, self.warning);
            let shown = self.show_box(ui, text, width);
            let c = &tokens::tokens(ui).color;
            ui.set_max_width(width);
            match (problem, warning, helper) {
                (Some(line), ..) => below(ui, line, c.fail_fg, width),
                (None, Some(line), _) => below(ui, line, c.ask_fg, width),
                (None, None, Some(line)) => {
                    text_style::label(ui, Text::Caption, c.text_low, line);
                }
                (None, None, None) => {}
            }
            shown
        })
    }

    fn show_box(self, ui: &mut Ui, text: &mut String, width: f32) -> FieldResponse {
        let tokens = tokens::tokens(ui);
        let c = &tokens.color;
        let enabled = self.enabled && ui.is_enabled();
        let heights = &tokens.size.control;
        let height = self.lines_height.unwrap_or(if self.small { heights.small } else { heights.normal });
        let (rect, frame) = ui.allocate_exact_size(Vec2::new(width, height), Sense::hover());
        let at_frame = ui.painter().add(egui::Shape::Noop);

        let area = self.lines_height.is_some();
        let pad = if area { 11.0 } else { 9.0 };
        let mut inner = rect.shrink2(Vec2::new(pad, if area { 9.0 } else { 1.0 }));
        if let Some(icon) = self.leading {
            icons::paint(ui.painter(), icon, Pos2::new(inner.left() + 7.0, rect.center().y), 14.0, c.text_low);
            inner.min.x += 20.0;
        }
        let mut trailing_clicked = false;
        if let Some((icon, name)) = self.trailing {
            let spot = Rect::from_min_max(Pos2::new(rect.right() - 28.0, rect.top()), rect.max);
            let sense = if enabled { Sense::click() } else { Sense::hover() };
            let button = ui.interact(spot, frame.id.with("trailing"), sense);
            button.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, name));
            let drawn = paint::drawn(ui, &button, enabled, Look::Live);
            let color = if enabled { tokens::mix(c.text_mid, c.text_hi, drawn.hover) } else { c.text_off };
            icons::paint(ui.painter(), icon, Pos2::new(rect.right() - 16.0, rect.center().y), 14.0, color);
            if drawn.focus {
                paint::focus_ring(ui.painter(), spot.shrink(4.0), tokens.radius.chip);
            }
            trailing_clicked = button.clicked();
            super::tooltip::tooltip(button, name);
            inner.max.x = rect.right() - 28.0;
        }
        let id = self.id.unwrap_or_else(|| frame.id.with("editor"));
        let had_focus = ui.memory(|memory| memory.has_focus(id));
        if let Some(key) = self.key
            && text.is_empty()
            && !had_focus
        {
            let cap = KeyCap::new(key);
            let cap_width = cap.width(ui);
            let spot = Rect::from_min_max(
                Pos2::new(inner.right() - cap_width, rect.top()),
                Pos2::new(inner.right(), rect.bottom()),
            );
            cap.paint(ui, spot);
            if enabled && ui.rect_contains_pointer(spot) && ui.input(|input| input.pointer.primary_clicked()) {
                ui.memory_mut(|memory| memory.request_focus(id));
            }
            inner.max.x -= cap_width + 6.0;
        }

        let style = self.style;
        let color = if enabled { c.text_hi } else { c.text_off };
        let placeholder = if self.placeholder.is_empty() {
            text_style::Text::rich(style, "", c.text_low)
        } else {
            style.rich(self.placeholder, c.text_low)
        };
        let mask = self.masked;
        let mut layouter = |ui: &Ui, buffer: &dyn egui::TextBuffer, wrap: f32| {
            let shown = if mask { "•".repeat(buffer.as_str().chars().count()) } else { buffer.as_str().to_owned() };
            let mut job = egui::text::LayoutJob::single_section(shown, style.format(color));
            job.wrap.max_width = if area { wrap } else { f32::INFINITY };
            job.break_on_newline = area;
            job.keep_trailing_whitespace = true;
            ui.fonts_mut(|fonts| fonts.layout_job(job))
        };
        let line = style.line();
        let mut editor = if area { TextEdit::multiline(text) } else { TextEdit::singleline(text) };
        editor = editor
            .id(id)
            .font(style.font())
            .frame(egui::Frame::NONE)
            .margin(Margin::ZERO)
            .hint_text(placeholder)
            .password(mask)
            .interactive(enabled)
            .layouter(&mut layouter);
        if let Some(limit) = self.char_limit {
            editor = editor.char_limit(limit);
        }
        let response = if area {
            let mut child = ui.new_child(UiBuilder::new().id_salt(frame.id.with("area")).max_rect(inner));
            child.set_clip_rect(inner.expand(2.0).intersect(ui.clip_rect()));
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small count of lines")]
            let rows = (inner.height() / line).floor().max(1.0) as usize;
            egui::ScrollArea::vertical()
                .id_salt(frame.id.with("scroll"))
                .auto_shrink([false, false])
                .max_height(inner.height())
                .show(&mut child, |ui| {
                    let editor = editor.desired_width(inner.width()).desired_rows(rows);
                    let Some(suggest) = self.suggest else { return ui.add(editor) };
                    let popup = CompletionPopup::new(id).align(RectAlign::BOTTOM_START).accept_keys([Key::Tab]);
                    let popup = popup.word_boundary(crate::domain::shot_words::is_between_words);
                    popup.show(ui, editor, suggest).text_edit.response.response
                })
                .inner
        } else {
            let line_rect = Rect::from_min_size(
                Pos2::new(inner.left(), rect.center().y - line / 2.0),
                Vec2::new(inner.width(), line),
            );
            let mut child = ui.new_child(UiBuilder::new().id_salt(frame.id.with("line")).max_rect(line_rect));
            // egui centers the text in at least the height of `interact_size`, which would push it down.
            child.spacing_mut().interact_size.y = 0.0;
            child.set_clip_rect(line_rect.expand2(Vec2::new(1.0, 2.0)).intersect(ui.clip_rect()));
            child.add(editor.desired_width(line_rect.width()).clip_text(true).align(egui::Align2::LEFT_CENTER))
        };
        let name = self.name;
        let response = response.accessible_name(name);

        let focus = match self.look {
            Look::Live => response.has_focus(),
            look => look == Look::Focus,
        };
        let hover = match self.look {
            Look::Live => enabled && (response.hovered() || frame.hovered()),
            look => look == Look::Hover,
        };
        let fill = if enabled { c.bg_field } else { NONE };
        let (stroke, width) = if focus {
            (c.focus_ring, tokens.stroke.focus)
        } else if self.problem.is_some() {
            (c.fail_fg, paint::hair(ui.ctx()))
        } else if hover {
            (c.stroke_control, paint::hair(ui.ctx()))
        } else {
            (c.stroke_mid, paint::hair(ui.ctx()))
        };
        let grown = if focus { rect.expand(1.0) } else { rect };
        let corner = paint::radius(tokens.radius.control + if focus { 1.0 } else { 0.0 });
        let shape = egui::epaint::RectShape::new(
            grown,
            corner,
            fill,
            egui::Stroke::new(width, stroke),
            egui::StrokeKind::Inside,
        );
        ui.painter().set(at_frame, shape);

        if self.look == Look::Focus {
            let end = inner.left() + text_style::line(ui.ctx(), text, style, color).size().x + 1.0;
            let caret = egui::Rangef::new(rect.center().y - 8.0, rect.center().y + 8.0);
            paint::upright(ui.painter(), end, caret, c.text_hi);
        }
        let submitted = !area && response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
        FieldResponse { response, trailing_clicked, submitted }
    }
}

fn below(ui: &mut Ui, line: &str, color: egui::Color32, width: f32) {
    let galley = text_style::wrapped(ui.ctx(), line, Text::Caption, color, width - 16.0, usize::MAX);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, galley.size().y), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, line));
    icons::paint(ui.painter(), Icon::CircleAlert, rect.min + Vec2::new(6.0, 6.0), 12.0, color);
    text_style::paint_galley(ui.painter(), rect.min + Vec2::new(16.0, 0.0), egui::Align2::LEFT_TOP, galley);
}
