//! The checkbox, with two or three states.

use egui::{Align2, Pos2, Rect, Response, Role, Sense, Ui, Vec2, WidgetInfo};

use crate::ui::icons::{self, Icon};
use crate::ui::paint::{self, Look};
use crate::ui::text_style::{self, Text};
use crate::ui::tokens::{self, NONE};

/// The state of a checkbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checked {
    /// The box is empty.
    Off,
    /// The box shows a check mark.
    On,
    /// Checked for some of the items that it stands for. A click checks it for all.
    Mixed,
}

/// A checkbox with a label.
#[must_use = "the checkbox is drawn by `show`"]
pub struct Checkbox<'a> {
    label: &'a str,
    name: Option<&'a str>,
    enabled: bool,
    look: Look,
    style: Text,
}

impl<'a> Checkbox<'a> {
    /// Creates a checkbox with its visible label.
    pub fn new(label: &'a str) -> Self {
        Self { label, name: None, enabled: true, look: Look::Live, style: Text::Small }
    }

    /// Sets the accessible name where the label alone is not clear.
    pub fn accessible_name(mut self, name: &'a str) -> Self {
        self.name = Some(name);
        self
    }

    setters!(enabled);

    /// Sets the text style of the label.
    pub fn text(mut self, style: Text) -> Self {
        self.style = style;
        self
    }

    setters!(look);

    /// Draws a checkbox with two states. The response is `changed` if the user clicked it.
    pub fn show(self, ui: &mut Ui, on: &mut bool) -> Response {
        let mut checked = if *on { Checked::On } else { Checked::Off };
        let response = self.show_mixed(ui, &mut checked);
        *on = checked == Checked::On;
        response
    }

    /// Draws a checkbox with three states. The response is `changed` if the user clicked it.
    pub fn show_mixed(self, ui: &mut Ui, checked: &mut Checked) -> Response {
        let tokens = tokens::tokens(ui);
        let c = &tokens.color;
        let edge = tokens.size.checkbox;
        let enabled = self.enabled && ui.is_enabled();
        let color = if enabled { c.text_mid } else { c.text_off };
        let room = (ui.available_width() - edge - 8.0).max(24.0);
        let label = text_style::wrapped(ui.ctx(), self.label, self.style, color, room, usize::MAX);
        let gap = if self.label.is_empty() { 0.0 } else { 8.0 };
        let size = Vec2::new(edge + gap + label.size().x, edge.max(label.size().y));
        let (rect, mut response) = ui.allocate_exact_size(size, if enabled { Sense::click() } else { Sense::hover() });
        if response.clicked() {
            *checked = if *checked == Checked::On { Checked::Off } else { Checked::On };
            response.mark_changed();
        }
        let name = self.name.unwrap_or(self.label);
        let state = *checked;
        response.widget_info(|| WidgetInfo::selected(Role::CheckBox, enabled, state == Checked::On, name));
        if !ui.is_rect_visible(rect) {
            return response;
        }
        let drawn = paint::drawn(ui, &response, enabled, self.look);
        let first_line = self.style.line().max(edge);
        let mark =
            Rect::from_min_size(Pos2::new(rect.left(), rect.top() + (first_line - edge) / 2.0), Vec2::splat(edge));
        let painter = ui.painter();
        let set = *checked != Checked::Off;
        let (fill, stroke, check) = match (enabled, set) {
            (true, true) => (c.lit_fill, c.lit_fill, c.lit_on),
            (true, false) => (NONE, tokens::mix(c.stroke_control, c.text_mid, drawn.hover), NONE),
            (false, true) => (c.stroke_mid, c.stroke_mid, c.text_off),
            (false, false) => (NONE, c.stroke_mid, NONE),
        };
        paint::boxed(painter, mark, tokens.radius.chip, fill, stroke);
        let icon = if *checked == Checked::Mixed { Icon::Minus } else { Icon::Check };
        if set {
            icons::paint(painter, icon, mark.center(), 12.0, check);
        }
        let text_top = rect.top() + (first_line - self.style.line()) / 2.0;
        text_style::paint_galley(painter, Pos2::new(mark.right() + gap, text_top), Align2::LEFT_TOP, label);
        if drawn.focus {
            paint::focus_ring(painter, mark, tokens.radius.chip);
        }
        response
    }
}
