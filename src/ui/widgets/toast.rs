//! Toasts: short messages about what was done, with Undo. Errors that need an answer are never toasts.

use egui::{Align2, Pos2, Rect, Role, Sense, Ui, UiBuilder, Vec2, WidgetInfo};

use super::button::{Button, ButtonKind, IconButton};
use crate::ui::icons::{self, Icon};
use crate::ui::paint;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens::{self, Tone};

/// Lines that the text of a toast takes at most, so that a toast never fills the window.
const MOST_LINES: usize = 12;

/// What the user did with a toast.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ToastResponse {
    /// Whether the action was clicked.
    pub acted: bool,
    /// Whether the second action was clicked.
    pub declined: bool,
    /// Whether the cross was clicked.
    pub closed: bool,
    /// Whether the pointer is over the toast, which should then stay.
    pub hovered: bool,
}

/// A toast. The caller places it at the lower right and removes it when its time is over.
#[must_use = "the toast is drawn by `show`"]
pub struct Toast<'a> {
    icon: Icon,
    tone: Tone,
    title: &'a str,
    detail: &'a str,
    action: Option<&'a str>,
    second: Option<&'a str>,
}

impl<'a> Toast<'a> {
    /// Creates a toast that tells what was done, with some words of detail.
    pub fn new(icon: Icon, title: &'a str, detail: &'a str) -> Self {
        Self { icon, tone: Tone::Neutral, title, detail, action: None, second: None }
    }

    /// Sets the tone, which decides the color of the icon.
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }

    /// Adds an action, such as "Undo".
    pub fn action(mut self, action: &'a str) -> Self {
        self.action = Some(action);
        self
    }

    /// Adds a second action behind the first, such as "No".
    pub fn second(mut self, second: &'a str) -> Self {
        self.second = Some(second);
        self
    }

    /// Draws the toast and reports what the user did.
    pub fn show(self, ui: &mut Ui) -> ToastResponse {
        let tokens = tokens::tokens(ui);
        let c = &tokens.color;
        let width = tokens.size.toast.width;
        let action = self.action.map(|text| Button::new(text).kind(ButtonKind::Small));
        let second = self.second.map(|text| Button::new(text).kind(ButtonKind::Small));
        let widths = action.iter().chain(&second).map(|button| button.natural_width(ui) + 8.0);
        let action_width: f32 = widths.sum();
        let text_width = width - 2.0 - 12.0 - 16.0 - 8.0 - 8.0 - action_width - 24.0 - 8.0;
        let title = text_style::wrapped(ui.ctx(), self.title, Text::Strong, c.text_hi, text_width, 2);
        let mut detail = text_style::wrapped(ui.ctx(), self.detail, Text::Small, c.text_mid, text_width, 3);
        let mut detail_top = title.size().y;
        if detail.elided {
            // What is too long beside the buttons stands below them, where there is room for all of it.
            let full_width = width - 2.0 - 12.0 - 16.0 - 8.0 - 12.0;
            detail = text_style::wrapped(ui.ctx(), self.detail, Text::Small, c.text_mid, full_width, MOST_LINES);
            detail_top = detail_top.max(24.0) + 4.0;
        }
        let height = 22.0 + if self.detail.is_empty() { title.size().y } else { detail_top + detail.size().y };
        let (rect, response) = ui.allocate_exact_size(Vec2::new(width, height), Sense::hover());
        let name = format!("{} {}", self.title, self.detail);
        response.widget_info(|| WidgetInfo::labeled(Role::Status, true, &name));
        paint::popover(ui.painter(), rect, tokens.radius.popover, tokens);
        let top = rect.top() + 11.0;
        icons::paint(
            ui.painter(),
            self.icon,
            Pos2::new(rect.left() + 13.0 + 8.0, top + 10.0),
            16.0,
            if self.tone == Tone::Neutral { c.text_hi } else { c.tone_fg(self.tone) },
        );
        let x = rect.left() + 13.0 + 16.0 + 8.0;
        text_style::paint_galley(ui.painter(), Pos2::new(x, top), Align2::LEFT_TOP, title);
        if !self.detail.is_empty() {
            text_style::paint_galley(ui.painter(), Pos2::new(x, top + detail_top), Align2::LEFT_TOP, detail);
        }
        let buttons = Rect::from_min_max(Pos2::new(x, top), Pos2::new(rect.right() - 9.0, top + 24.0));
        let layout = egui::Layout::right_to_left(egui::Align::Min);
        let mut child = ui.new_child(UiBuilder::new().id_salt(response.id).max_rect(buttons).layout(layout));
        child.spacing_mut().item_spacing.x = 8.0;
        let closed = IconButton::new(Icon::X, "Dismiss").small().show(&mut child).clicked();
        let declined = second.is_some_and(|button| button.show(&mut child).clicked());
        let acted = action.is_some_and(|button| button.show(&mut child).clicked());
        ToastResponse { acted, declined, closed, hovered: response.contains_pointer() }
    }
}
