//! Menus and popovers. A menu row has an icon, a shortcut, and a reason if it is disabled.

use egui::{Align2, Color32, Popup, Pos2, Response, Role, ScrollArea, Sense, Ui, Vec2, WidgetInfo};

use crate::ui::icons::{self, Icon};
use crate::ui::paint::{self, Look};
use crate::ui::text_style::{self, Text};
use crate::ui::tokens::{self, NONE};

/// A row of a menu.
#[derive(Clone, Debug)]
#[must_use = "a row is drawn by `menu_row`"]
pub struct MenuItem<'a> {
    text: &'a str,
    icon: Option<Icon>,
    indent: bool,
    key: Option<&'a str>,
    reason: Option<&'a str>,
    danger: bool,
    look: Look,
    selected: bool,
    leads_on: bool,
}

impl<'a> MenuItem<'a> {
    /// Creates a row with its text.
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            icon: None,
            indent: false,
            key: None,
            reason: None,
            danger: false,
            look: Look::Live,
            selected: false,
            leads_on: false,
        }
    }

    /// Puts an icon before the text.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// Leaves room for an icon, in menus where other rows have one.
    pub fn indented(mut self) -> Self {
        self.indent = true;
        self
    }

    /// Adds the shortcut or a short text at the right.
    pub fn key(mut self, key: &'a str) -> Self {
        self.key = Some(key).filter(|key| !key.is_empty());
        self
    }

    /// Disables the row for the given reason, which the row shows.
    pub fn disabled(mut self, reason: &'a str) -> Self {
        self.reason = Some(reason);
        self
    }

    /// Marks the row as destructive.
    pub fn danger(mut self) -> Self {
        self.danger = true;
        self
    }

    /// Sets whether the row is the current choice.
    pub fn selected(mut self, selected: bool) -> Self {
        self.selected = selected;
        self
    }

    setters!(look);

    fn width(&self, ui: &Ui) -> f32 {
        let text = |text: &str, style| text_style::line(ui.ctx(), text, style, NONE).size().x;
        let icon = if self.icon.is_some() || self.indent { 24.0 } else { 0.0 };
        let detail = self.reason.or(self.key).map_or(0.0, |detail| 24.0 + text(detail, Text::Caption));
        let arrow = if self.leads_on { 18.0 } else { 0.0 };
        (16.0 + icon + text(self.text, Text::Body) + detail + arrow).ceil()
    }
}

/// Draws a row over the width of the menu. A click chooses it and closes the menu.
pub fn menu_row(ui: &mut Ui, item: MenuItem<'_>) -> Response {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let enabled = item.reason.is_none() && ui.is_enabled();
    // A menu is as wide as its widest row. The width is known one frame late; egui's sizing pass hides that.
    let width = ui.available_width().max(item.width(ui));
    let sense = if enabled { Sense::click() } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, tokens.size.control.normal), sense);
    if response.gained_focus() {
        response.scroll_to_me(None);
    }
    let name = match item.reason {
        Some(reason) => format!("{}, {reason}", item.text),
        None => item.text.to_owned(),
    };
    let selected = item.selected;
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::MenuItem, enabled, &name);
        info.selected = selected.then_some(true);
        info
    });
    if ui.is_rect_visible(rect) {
        let mut drawn = paint::drawn(ui, &response, enabled, item.look);
        // A focused row looks like a hovered row.
        if drawn.focus {
            drawn.hover = 1.0;
        }
        let painter = ui.painter();
        if drawn.hover > 0.0 {
            paint::boxed(painter, rect, tokens.radius.control, tokens::faded(c.bg_active, drawn.hover), NONE);
        }
        let text: Color32 = match (enabled, item.danger) {
            (false, _) => c.text_off,
            (true, true) => c.fail_fg,
            (true, false) => c.text_hi,
        };
        let icon_color = if enabled { c.text_mid } else { c.text_off };
        let y = rect.center().y;
        let mut x = rect.left() + 8.0;
        if let Some(icon) = item.icon {
            icons::paint(painter, icon, Pos2::new(x + 8.0, y), 16.0, icon_color);
        }
        if item.icon.is_some() || item.indent {
            x += 24.0;
        }
        let mut right = rect.right() - 8.0;
        if item.leads_on {
            icons::paint(painter, Icon::ChevronRight, Pos2::new(right - 7.0, y), 14.0, icon_color);
            right -= 18.0;
        }
        if let Some(detail) = item.reason.or(item.key) {
            let at = Pos2::new(right, y);
            right =
                text_style::paint(painter, at, Align2::RIGHT_CENTER, Text::Caption, c.text_mid, detail).left() - 12.0;
        }
        text_style::paint_ellipsis(
            painter,
            Pos2::new(x, y),
            Align2::LEFT_CENTER,
            Text::Body,
            text,
            item.text,
            right - x,
        );
        if drawn.focus {
            painter.rect_stroke(
                rect,
                paint::radius(tokens.radius.control),
                egui::Stroke::new(tokens.stroke.focus, c.focus_ring),
                egui::StrokeKind::Inside,
            );
        }
    }
    response
}

/// Draws a divider between rows.
pub fn menu_separator(ui: &mut Ui) {
    let width = ui.available_width();
    let (rect, _) = ui.allocate_exact_size(Vec2::new(width, 9.0), Sense::hover());
    let color = tokens::tokens(ui).color.stroke_soft;
    paint::divider(ui.painter(), rect.shrink2(Vec2::new(4.0, 0.0)).x_range(), rect.top() + 4.0, color);
}

/// Width of the narrowest menu in points. A row that needs more makes its menu wider.
const NARROWEST: f32 = 168.0;

/// Points of the height of the window that a menu leaves to its frame and to what is around it.
const ROOM_AROUND: f32 = 24.0;

fn prepare(ui: &mut Ui, min_width: f32) {
    ui.spacing_mut().item_spacing = Vec2::ZERO;
    ui.set_min_width(min_width);
}

/// Draws the rows of a menu, which scroll where the window is lower than they are.
fn rows<R>(ui: &mut Ui, min_width: f32, contents: impl FnOnce(&mut Ui) -> R) -> R {
    prepare(ui, min_width);
    let height = ui.ctx().content_rect().height() - ROOM_AROUND;
    ui.set_max_height(height);
    // The bar stands in the margin of the rows, so that it covers no shortcut.
    ui.spacing_mut().scroll.bar_outer_margin = 0.0;
    ScrollArea::vertical()
        .max_height(height)
        .show(ui, |ui| {
            ui.set_min_width(min_width);
            contents(ui)
        })
        .inner
}

/// Opens a menu below a clicked widget. `contents` draws rows with [`menu_row`], which close the menu.
pub fn menu_button<R>(response: &Response, name: &str, contents: impl FnOnce(&mut Ui) -> R) -> Option<R> {
    let tokens = tokens::tokens(&response.ctx);
    Popup::menu(response)
        .accessible_name(name)
        .gap(4.0)
        // Rows fill the available width, and a popup may be much wider than its rows need.
        .width(NARROWEST)
        .frame(paint::popover_frame(tokens, tokens.radius.popover, 4))
        .show(|ui| rows(ui, NARROWEST, contents))
        .map(|shown| shown.inner)
}

/// Opens a menu that holds fields besides its rows, `width` points wide. A click inside leaves it open, so `contents`
/// has to close it with [`Ui::close`].
pub fn menu_panel<R>(response: &Response, name: &str, width: f32, contents: impl FnOnce(&mut Ui) -> R) -> Option<R> {
    let tokens = tokens::tokens(&response.ctx);
    Popup::menu(response)
        .accessible_name(name)
        .gap(4.0)
        .close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside)
        .frame(paint::popover_frame(tokens, tokens.radius.popover, 4))
        .show(|ui| {
            prepare(ui, width);
            ui.set_max_width(width);
            contents(ui)
        })
        .map(|shown| shown.inner)
}

/// Opens a popover with controls below a clicked widget. It stays open until the user clicks elsewhere or presses Esc,
/// or `contents` closes it with [`Ui::close`].
pub fn popover_button<R>(response: &Response, name: &str, contents: impl FnOnce(&mut Ui) -> R) -> Option<R> {
    let tokens = tokens::tokens(&response.ctx);
    Popup::menu(response)
        .close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside)
        .accessible_name(name)
        .gap(4.0)
        .frame(paint::popover_frame(tokens, tokens.radius.popover, 12))
        .show(contents)
        .map(|shown| shown.inner)
}

/// Draws a row that opens a submenu beside it.
pub fn menu_more<R>(ui: &mut Ui, item: MenuItem<'_>, contents: impl FnOnce(&mut Ui) -> R) -> Option<R> {
    let row = menu_row(ui, MenuItem { leads_on: true, ..item });
    if !row.enabled() {
        return None;
    }
    egui::containers::menu::SubMenu::new().show(ui, &row, |ui| rows(ui, NARROWEST, contents)).map(|shown| shown.inner)
}

/// Opens a menu at the pointer after a secondary click or the context menu key.
pub fn context_menu<R>(response: &Response, name: &str, contents: impl FnOnce(&mut Ui) -> R) -> Option<R> {
    let tokens = tokens::tokens(&response.ctx);
    Popup::context_menu(response)
        .accessible_name(name)
        .width(232.0)
        .frame(paint::popover_frame(tokens, tokens.radius.popover, 4))
        .show(|ui| rows(ui, 232.0, contents))
        .map(|shown| shown.inner)
}

/// Draws the surface of a menu inside a layout, `width` points wide, for the component sheet and for panes
/// that contain a list.
pub fn menu_surface<R>(ui: &mut Ui, width: f32, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let tokens = tokens::tokens(ui);
    paint::popover_frame(tokens, tokens.radius.popover, 4)
        .show(ui, |ui| {
            // The frame and the margin are part of the width.
            ui.set_width(width - 10.0);
            prepare(ui, width - 10.0);
            contents(ui)
        })
        .inner
}
