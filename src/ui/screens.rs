//! The screens of the window. They read [`AppState`] and push [`Action`]s; they contain no logic about jobs or money.

mod compare;
pub mod context;
mod crop;
mod details;
mod drop;
mod film;
mod form;
mod gallery;
pub mod gallery_layout;
mod header;
mod history;
mod hold;
mod ledger;
mod list;
mod order;
mod overlay;
mod palette;
mod paste;
mod presets;
mod quick_look;
mod settings;
mod several;
mod shortcuts;
mod sound;
mod status;
mod storyboard;
mod welcome;

use egui::{Rect, Sense, Ui, UiBuilder, Vec2, pos2};

pub use context::{FilmPicture, Frame, NoPictures, Pictures, UiState};

use crate::app::state::Dialog;
use crate::app::state::viewer::Viewer;
use crate::app::{Action, AppState};
use crate::ui::paint;
use crate::ui::tokens;
use crate::ui::widgets::Splitter;

/// Height of the folded form, in points.
const FOLDED_FORM: f32 = 64.0;

/// Draws the whole window into `ui`.
pub fn root_ui(
    state: &AppState,
    ui_state: &mut UiState,
    pictures: &mut dyn Pictures,
    ui: &mut Ui,
    actions: &mut Vec<Action>,
) {
    let tokens = tokens::tokens(ui);
    let frame = &mut Frame { state, ui_state, pictures, actions };
    follow_dialog(frame, ui);
    drop::handle(frame, ui);
    paste::handle(frame, ui);
    shortcuts::handle(frame, ui);
    form::words::keys(frame, ui);
    frame.ui_state.form.types_in_form = false;

    let window = ui.max_rect();
    let size = &tokens.size;
    let header = Rect::from_min_size(window.min, Vec2::new(window.width(), size.header));
    let status = Rect::from_min_max(pos2(window.left(), window.bottom() - size.status_line), window.max);
    let middle = Rect::from_min_max(header.left_bottom(), status.right_top());

    let mut gallery = middle;
    match &state.viewer {
        // A viewer replaces the panes. Hidden panes are not drawn, so Tab cannot reach them.
        Some(Viewer::Compare(comparison)) => compare::compare_ui(frame, ui, comparison, middle),
        Some(Viewer::Storyboard(view)) => storyboard::storyboard_ui(frame, ui, view, middle),
        Some(Viewer::Ledger(view)) => ledger::ledger_ui(frame, ui, view, middle),
        _ => gallery = panes_ui(frame, ui, window, middle),
    }

    pane(ui, header, "header", tokens.color.bg_pane, |ui| header::header_ui(frame, ui));
    paint::divider(ui.painter(), header.x_range(), header.bottom() - 1.0, tokens.color.stroke_soft);
    pane(ui, status, "status", tokens.color.bg_pane, |ui| status::status_ui(frame, ui));
    paint::divider(ui.painter(), status.x_range(), status.top(), tokens.color.stroke_soft);

    if state.viewer == Some(Viewer::QuickLook) {
        quick_look::quick_look_ui(frame, ui);
    }
    follow_viewer(frame, ui);
    // Quick look covers the panes, so the targets cover it.
    let over = if state.viewer.is_some() { middle } else { gallery };
    drop::targets_ui(frame, ui, over);
    match state.dialog {
        Some(Dialog::Settings(page)) => settings::settings_ui(frame, ui, page),
        Some(Dialog::Shortcuts) => shortcuts::shortcuts_ui(frame, ui),
        Some(Dialog::Palette) => palette::palette_ui(frame, ui),
        Some(Dialog::Crop) => crop::crop_ui(frame, ui),
        Some(Dialog::Several) => several::several_ui(frame, ui),
        Some(Dialog::List) => list::list_ui(frame, ui),
        Some(Dialog::Order) => order::order_ui(frame, ui),
        Some(Dialog::History) => history::history_ui(frame, ui),
        Some(Dialog::SavePreset) => presets::save_ui(frame, ui),
        Some(Dialog::ImportPresets) => presets::import_ui(frame, ui),
        None => {}
    }
    if state.asked.is_none() {
        frame.ui_state.typed_amount.clear();
    }
    if state.dialog != Some(Dialog::Crop) {
        frame.ui_state.crop = context::CropUi::default();
    }
    if state.dialog != Some(Dialog::Palette) {
        frame.ui_state.palette = context::PaletteUi::default();
    }
    if state.dialog != Some(Dialog::Shortcuts) {
        frame.ui_state.key_edit = None;
    }
    if !matches!(state.dialog, Some(Dialog::Settings(_))) {
        frame.ui_state.had_settings = false;
        frame.ui_state.open_gateways.clear();
    }
    let is_folded = window.width() < tokens.breakpoint.form_folds || frame.ui_state.folds_form;
    let bar = if is_folded && state.viewer.is_none() { FOLDED_FORM } else { 0.0 };
    overlay::toasts_ui(frame, ui, size.status_line + bar);
}

/// Draws the three panes: form, gallery and details. Returns where the gallery is.
fn panes_ui(frame: &mut Frame<'_>, ui: &mut Ui, window: Rect, middle: Rect) -> Rect {
    let tokens = tokens::tokens(ui);
    let (state, size) = (frame.state, &tokens.size);
    let is_narrow = window.width() < tokens.breakpoint.details_become_sheet;
    let is_narrower = window.width() < tokens.breakpoint.form_folds;
    let folds_form = is_narrower || frame.ui_state.folds_form;
    let folds_details = is_narrow || frame.ui_state.folds_details;
    let mut body = middle;
    if folds_form {
        let bar = Rect::from_min_max(pos2(body.left(), body.bottom() - FOLDED_FORM), body.max);
        body.max.y = bar.top();
        pane(ui, bar, "folded form", tokens.color.bg_pane, |ui| form::folded_ui(frame, ui));
        paint::divider(ui.painter(), bar.x_range(), bar.top(), tokens.color.stroke_soft);
    } else {
        let width = form_width(frame.ui_state, is_narrow, tokens);
        let at = Rect::from_min_size(body.min, Vec2::new(width, body.height()));
        body.min.x = at.right();
        pane(ui, at, "form", tokens.color.bg_pane, |ui| form::form_ui(frame, ui));
        paint::upright(ui.painter(), at.right() - 1.0, at.y_range(), tokens.color.stroke_soft);
    }
    if !folds_details {
        let width = details_width(frame.ui_state, body.width(), tokens);
        let at = Rect::from_min_max(pos2(body.right() - width, body.top()), body.max);
        body.max.x = at.left();
        pane(ui, at, "details", tokens.color.bg_pane, |ui| details::details_ui(frame, ui));
        paint::upright(ui.painter(), at.left(), at.y_range(), tokens.color.stroke_soft);
    }
    pane(ui, body, "gallery", tokens.color.bg_gallery, |ui| gallery::gallery_ui(frame, ui));

    if is_narrow && frame.ui_state.shows_details && state.selected_job().is_some() {
        let width = tokens.size.dialog.details_sheet_width.min(middle.width());
        let at = Rect::from_min_max(pos2(middle.right() - width, middle.top()), body.right_bottom());
        sheet(ui, at, "details sheet", tokens, |ui| details::details_ui(frame, ui));
    }
    if folds_form && frame.ui_state.shows_form {
        let at = Rect::from_min_size(middle.min, Vec2::new(tokens.size.pane_form.default, middle.height()));
        sheet(ui, at, "form sheet", tokens, |ui| form::form_ui(frame, ui));
    }
    // In a narrow window the form has its least width, and there is nothing to drag.
    if !folds_form && !is_narrow {
        let mut width = frame.ui_state.form_width;
        let handle = Splitter::of_left_pane("Width of the form", size.pane_form);
        if handle.show(ui, middle.left() + width, middle.y_range(), &mut width).changed() {
            frame.ui_state.form_width = width;
        }
    }
    if !folds_details {
        let mut width = frame.ui_state.details_width;
        let handle = Splitter::of_right_pane("Width of the details", size.pane_details);
        if handle.show(ui, body.right(), middle.y_range(), &mut width).changed() {
            frame.ui_state.details_width = width;
        }
    }
    body
}

/// Gives the keyboard back to what had it before a dialog opened, unless something else took it. That is done one frame
/// after the dialog was drawn last, because until then the focus may still be on a control of it.
fn follow_dialog(frame: &mut Frame<'_>, ui: &Ui) {
    let focused = ui.memory(egui::Memory::focused);
    let (is_open, wants_card) = (frame.state.dialog.is_some(), frame.ui_state.wants_focus.is_some());
    let memory = &mut frame.ui_state.dialog_focus;
    if is_open {
        if !memory.was_open && !memory.is_owed {
            memory.before = focused;
        }
        memory.is_owed = false;
    } else if memory.was_open {
        memory.is_owed = true;
        ui.ctx().request_repaint();
    } else if std::mem::take(&mut memory.is_owed)
        && let Some(before) = memory.before.take()
        && focused.is_none()
        && !wants_card
    {
        ui.memory_mut(|memory| memory.request_focus(before));
    }
    memory.was_open = is_open;
}

/// Runs once when quick look or compare closes: leaves full screen and gives the keyboard focus back to the card.
fn follow_viewer(frame: &mut Frame<'_>, ui: &Ui) {
    let is_open = frame.state.viewer.is_some();
    if frame.ui_state.viewer.was_open && !is_open {
        if frame.ui_state.viewer.is_full_screen {
            quick_look::toggle_full_screen(frame, ui);
        }
        frame.ui_state.viewer = context::ViewerUi::default();
        frame.ui_state.board = context::BoardUi::default();
        frame.ui_state.ledger = context::LedgerUi::default();
        let state = frame.state;
        // If the viewer closed because the form was filled, the text cursor stays in the form.
        if !ui.ctx().text_edit_focused() {
            frame.ui_state.wants_focus =
                state.selection.card.filter(|job| state.gallery.order().any(|shown| shown == *job));
        }
        ui.ctx().request_repaint();
    }
    frame.ui_state.viewer.was_open = is_open;
}

/// Width of the form pane in points, kept from frame to frame.
fn form_width(ui_state: &mut UiState, at_minimum: bool, tokens: &tokens::Tokens) -> f32 {
    let pane = &tokens.size.pane_form;
    if ui_state.form_width == 0.0 {
        ui_state.form_width = pane.default;
    }
    if at_minimum {
        return pane.min;
    }
    ui_state.form_width = ui_state.form_width.clamp(pane.min, pane.max);
    ui_state.form_width
}

/// Width of the details pane in points. It shrinks before the gallery goes below its minimum width.
fn details_width(ui_state: &mut UiState, room: f32, tokens: &tokens::Tokens) -> f32 {
    let pane = &tokens.size.pane_details;
    if ui_state.details_width == 0.0 {
        ui_state.details_width = pane.default;
    }
    let most = (room - tokens.size.gallery_min).clamp(pane.min, pane.max);
    ui_state.details_width = ui_state.details_width.clamp(pane.min, most);
    ui_state.details_width
}

/// Draws a part of the window on its own background, clipped to `rect`.
fn pane<R>(ui: &mut Ui, rect: Rect, name: &str, ground: egui::Color32, contents: impl FnOnce(&mut Ui) -> R) -> R {
    ui.painter().rect_filled(rect, 0.0, ground);
    let mut child = ui.new_child(UiBuilder::new().id_salt(name).max_rect(rect));
    child.set_clip_rect(rect.intersect(ui.clip_rect()));
    child.spacing_mut().item_spacing = Vec2::ZERO;
    contents(&mut child)
}

/// Draws a pane that lies over other panes and blocks the pointer from reaching them.
fn sheet<R>(ui: &mut Ui, rect: Rect, name: &str, tokens: &tokens::Tokens, contents: impl FnOnce(&mut Ui) -> R) -> R {
    ui.interact(rect, ui.unique_id().with(name), Sense::hover() | Sense::CLICK | Sense::DRAG);
    ui.painter().add(tokens.shadow_popover.as_shape(rect, 0.0));
    pane(ui, rect, name, tokens.color.bg_pane, contents)
}
