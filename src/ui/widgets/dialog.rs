//! Dialogs over a veil, with header, body and footer. They keep the focus inside and close with Esc.

use egui::{Align, Context, Id, Layout, Modal, Ui, UiBuilder, Vec2};

use super::button::IconButton;
use crate::ui::icons::Icon;
use crate::ui::paint;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens::{self, Tokens};

/// The rest of `ui` without a margin of so many points at its sides, and at its top and bottom.
pub fn inset(ui: &mut Ui, margin: Vec2) -> Ui {
    let area = ui.available_rect_before_wrap().shrink2(margin);
    ui.new_child(UiBuilder::new().max_rect(area))
}

/// Result of a dialog.
#[derive(Debug)]
pub struct DialogResponse<R> {
    /// The return value of the contents.
    pub inner: R,
    /// Whether the user pressed Esc, clicked the cross or clicked beside the dialog.
    pub close: bool,
}

/// A dialog of a fixed size. It shrinks if the window is smaller.
#[must_use = "the dialog is drawn by `show`"]
pub struct Dialog<'a> {
    id: Id,
    title: &'a str,
    subtitle: &'a str,
    size: Vec2,
    top: Option<f32>,
    footer: bool,
    header: bool,
    raised: bool,
}

impl<'a> Dialog<'a> {
    /// Creates a dialog with its title and its size in points.
    pub fn new(id: Id, title: &'a str, size: Vec2) -> Self {
        Self { id, title, subtitle: "", size, top: None, footer: true, header: true, raised: false }
    }

    /// Adds what the dialog is about, behind its title.
    pub fn subtitle(mut self, subtitle: &'a str) -> Self {
        self.subtitle = subtitle;
        self
    }

    /// Places the dialog `top` points below the upper edge of the window. The default is the middle.
    pub fn top(mut self, top: f32) -> Self {
        self.top = Some(top);
        self
    }

    /// Gives the dialog the ground of menus, which is one step lighter.
    pub fn raised(mut self) -> Self {
        self.raised = true;
        self
    }

    /// Leaves out the footer, which is 56 points high.
    pub fn without_footer(mut self) -> Self {
        self.footer = false;
        self
    }

    /// Leaves out the header, which is 48 points high. The title remains the accessible name.
    pub fn without_header(mut self) -> Self {
        self.header = false;
        self
    }

    /// Draws the dialog. `footer` lays out from right to left, so the main button comes first.
    pub fn show<R>(
        self,
        ctx: &Context,
        body: impl FnOnce(&mut Ui) -> R,
        footer: impl FnOnce(&mut Ui),
    ) -> DialogResponse<R> {
        let tokens = tokens::tokens(ctx);
        let window = ctx.content_rect();
        let size = self.size.min(window.size() - Vec2::splat(2.0 * tokens.space.x6));
        let mut area = Modal::default_area(self.id).accessible_name(self.title);
        if let Some(top) = self.top {
            area = area.anchor(egui::Align2::CENTER_TOP, Vec2::new(0.0, top));
        }
        let modal = Modal::new(self.id).area(area).frame(surface(tokens, self.raised)).backdrop_color(tokens.veil());
        let shown = modal.show(ctx, |ui| self.contents(ui, size, body, footer));
        let close = shown.inner.1 || shown.should_close();
        DialogResponse { inner: shown.inner.0, close }
    }

    /// Draws the dialog inside a layout and without a veil, for the component sheet.
    pub(in crate::ui) fn show_inside<R>(
        self,
        ui: &mut Ui,
        body: impl FnOnce(&mut Ui) -> R,
        footer: impl FnOnce(&mut Ui),
    ) -> R {
        let size = self.size;
        surface(tokens::tokens(ui), self.raised).show(ui, |ui| self.contents(ui, size, body, footer)).inner.0
    }

    /// Draws header, body and footer. Returns the result of the body, and whether the cross was clicked.
    fn contents<R>(
        self,
        ui: &mut Ui,
        size: Vec2,
        body: impl FnOnce(&mut Ui) -> R,
        footer: impl FnOnce(&mut Ui),
    ) -> (R, bool) {
        let tokens = tokens::tokens(ui);
        ui.set_width(size.x - 2.0);
        ui.set_height(size.y - 2.0);
        ui.spacing_mut().item_spacing = Vec2::ZERO;
        let mut close = false;
        let header = if self.header { 48.0 } else { 0.0 };
        if self.header {
            ui.allocate_ui_with_layout(
                Vec2::new(ui.available_width(), header - 1.0),
                Layout::left_to_right(Align::Center),
                |ui| {
                    ui.set_min_size(ui.available_size());
                    ui.add_space(20.0);
                    text_style::label_line(ui, Text::Title, tokens.color.text_hi, self.title);
                    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                        ui.add_space(8.0);
                        close = IconButton::new(Icon::X, "Close").key("Esc").show(ui).clicked();
                        if !self.subtitle.is_empty() {
                            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                                ui.add_space(8.0);
                                text_style::label_ellipsis(ui, Text::Body, tokens.color.text_low, self.subtitle);
                            });
                        }
                    });
                },
            );
            paint::show_divider(ui);
        }
        let below = if self.footer { 56.0 } else { 0.0 };
        let body_size = Vec2::new(ui.available_width(), (ui.available_height() - below).max(0.0));
        let inner = ui
            .allocate_ui_with_layout(body_size, Layout::top_down(Align::Min), |ui| {
                ui.set_min_size(body_size);
                ui.spacing_mut().item_spacing = Vec2::splat(tokens.space.x2);
                body(ui)
            })
            .inner;
        if self.footer {
            paint::show_divider(ui);
            ui.allocate_ui_with_layout(ui.available_size(), Layout::right_to_left(Align::Center), |ui| {
                ui.set_min_size(ui.available_size());
                ui.spacing_mut().item_spacing.x = tokens.space.x2;
                ui.add_space(16.0);
                footer(ui);
            });
        }
        (inner, close)
    }
}

/// Builds the [`egui::Frame`] of a dialog.
fn surface(tokens: &Tokens, is_raised: bool) -> egui::Frame {
    egui::Frame::new()
        .fill(if is_raised { tokens.color.bg_raised } else { tokens.color.bg_pane })
        .stroke(egui::Stroke::new(tokens.stroke.hair, tokens.color.stroke_mid))
        .corner_radius(paint::radius(tokens.radius.dialog))
        .shadow(tokens.shadow_dialog)
}
