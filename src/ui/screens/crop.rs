//! The crop dialog: the picture with the frame at the left, and what is sent at the right.

mod stage;

use egui::{Id, Layout, Rect, Role, Sense, Ui, UiBuilder, Vec2, WidgetInfo, pos2};
use strum::IntoEnumIterator as _;

use super::Frame;
use crate::app::Action;
use crate::app::action::pictures::Pictures;
use crate::app::state::crop::{Crop, CropAct, CropSource};
use crate::app::view::crop::{CropView, NoteKind, view};
use crate::domain::AspectRatio;
use crate::domain::picture_edit::Ground;
use crate::ui::icons::{self, Icon};
use crate::ui::paint;
use crate::ui::text_style::{self, Text};
use crate::ui::tokens;
use crate::ui::widgets::{Button, ButtonKind, Dialog, IconButton, RatioFrames, Segmented};

/// Width of the right part, in points.
const SIDE: f32 = 312.0;
/// Padding of the right part, in points.
const PAD: f32 = 16.0;
/// Width of the labels in the right part, in points.
const LABEL: f32 = 84.0;

pub(super) fn crop_ui(frame: &mut Frame<'_>, ui: &Ui) {
    let state = frame.state;
    let Some(crop) = &state.crop else { return };
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let shown = view(state, crop);
    let mut acts = Vec::new();
    let (mut is_used, mut is_closed) = (false, false);
    let name = shown.as_ref().map_or(crop.picture.display_name.as_str(), |shown| &shown.name);
    let size = tokens::size(tokens.size.dialog.crop);
    let response = Dialog::new(Id::unique("crop"), crop.slot.title(), size).subtitle(name).show(
        ui.ctx(),
        |ui| {
            let whole = ui.available_rect_before_wrap();
            let side = Rect::from_min_max(pos2(whole.right() - SIDE, whole.top()), whole.max);
            let stage = Rect::from_min_max(whole.min, side.left_bottom());
            ui.painter().rect_filled(stage, 0.0, c.bg_gallery);
            let mut child = ui.new_child(UiBuilder::new().id_salt("stage").max_rect(stage));
            match (&crop.source, &shown) {
                (CropSource::Known { preview, .. }, Some(shown)) => {
                    acts.extend(stage::stage_ui(&mut frame.ui_state.crop, &mut child, crop, preview, shown));
                }
                (CropSource::Trouble(reason), _) => centered(&child, stage, c.fail_fg, reason),
                _ => centered(&child, stage, c.text_low, "Reading the picture"),
            }
            paint::upright(ui.painter(), side.left(), side.y_range(), c.stroke_soft);
            if let Some(shown) = &shown {
                let inner = side.shrink2(Vec2::new(PAD, 0.0));
                let mut child = ui.new_child(UiBuilder::new().id_salt("side").max_rect(inner));
                egui::ScrollArea::vertical().id_salt("crop side").auto_shrink([false, false]).show(&mut child, |ui| {
                    ui.add_space(PAD);
                    side_ui(ui, crop, shown, &mut acts);
                    ui.add_space(PAD);
                });
            }
        },
        |ui| {
            let button = Button::new("Use picture").kind(ButtonKind::PrimaryLow).enabled(shown.is_some());
            is_used = button.show(ui).clicked();
            is_closed = Button::new("Cancel").show(ui).clicked();
            ui.with_layout(Layout::left_to_right(egui::Align::Center), |ui| {
                ui.add_space(20.0);
                let kept = "A copy is kept with the recipe, so the clip can be made again.";
                text_style::label_ellipsis(ui, Text::Small, c.text_low, kept);
            });
        },
    );
    if response.close || is_closed {
        frame.act(Action::CloseDialog);
        return;
    }
    if is_used {
        acts.push(Pictures::UseCrop);
    }
    frame.actions.extend(acts.into_iter().map(Action::Pictures));
}

fn centered(ui: &Ui, rect: Rect, color: egui::Color32, text: &str) {
    let galley = text_style::wrapped(ui.ctx(), text, Text::Body, color, rect.width() - 96.0, 4);
    text_style::paint_galley(ui.painter(), rect.center(), egui::Align2::CENTER_CENTER, galley);
    let response = ui.interact(rect, ui.unique_id().with("said"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
}

fn side_ui(ui: &mut Ui, crop: &Crop, shown: &CropView, acts: &mut Vec<Pictures>) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let mut act = |act| acts.push(Pictures::Crop(act));
    ui.spacing_mut().item_spacing = Vec2::ZERO;
    text_style::label_line(ui, Text::SmallStrong, c.text_mid, "Frame");
    ui.add_space(6.0);
    let mut ratio = crop.ratio_of_clip();
    let mut frames = RatioFrames::new("Frame");
    for value in AspectRatio::iter() {
        let (width, height) = value.parts();
        #[expect(clippy::cast_precision_loss, reason = "numbers up to 16")]
        let (width, height) = (width as f32, height as f32);
        frames = frames.item(value, value.name(), width, height);
    }
    if frames.show(ui, &mut ratio).changed() {
        act(CropAct::SetRatio(ratio));
    }
    ui.add_space(6.0);
    text_style::label(ui, Text::Caption, c.text_low, &shown.ratio_line);
    ui.add_space(12.0);
    let mut is_whole = crop.is_whole;
    let parts = Segmented::new("Part").item(false, "Crop").item(true, "Whole picture");
    if parts.show(ui, &mut is_whole).changed() {
        act(CropAct::SetWhole(is_whole));
    }
    ui.add_space(12.0);
    paint::row(ui, 6.0, |ui| {
        if IconButton::new(Icon::RotateCcw, "Turn left by a quarter").framed().show(ui).clicked() {
            act(CropAct::Turn);
        }
        let mirror = IconButton::new(Icon::FlipHorizontal2, "Mirror").framed().on(crop.edit.is_mirrored);
        if mirror.show(ui).clicked() {
            act(CropAct::Mirror);
        }
        ui.with_layout(Layout::right_to_left(egui::Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            if Button::new("Reset").kind(ButtonKind::Quiet).show(ui).clicked() {
                act(CropAct::Reset);
            }
            if Button::new("Center").enabled(!crop.is_whole).show(ui).clicked() {
                act(CropAct::Center);
            }
        });
    });
    if let Some(mut ground) = shown.ground {
        ui.add_space(12.0);
        text_style::label_line(ui, Text::SmallStrong, c.text_mid, "Behind transparent parts");
        ui.add_space(6.0);
        let grounds = Segmented::new("Ground").item(Ground::White, "White").item(Ground::Black, "Black");
        if grounds.show(ui, &mut ground).changed() {
            act(CropAct::SetGround(ground));
        }
    }
    ui.add_space(12.0);
    divider(ui);
    ui.add_space(12.0);
    for (label, value) in [("Original", &shown.original), ("Sent", &shown.sent), ("Limit", &shown.limit)] {
        row_ui(ui, label, value);
    }
    ui.add_space(6.0);
    for (kind, text) in &shown.notes {
        note_ui(ui, *kind, text);
        ui.add_space(8.0);
    }
}

/// Draws a line over the whole width of the side, beyond its padding.
fn divider(ui: &mut Ui) {
    let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), paint::hair(ui.ctx())), Sense::hover());
    let line = rect.expand2(Vec2::new(PAD, 0.0));
    let painter = ui.painter().with_clip_rect(ui.clip_rect().expand2(Vec2::new(PAD, 0.0)));
    paint::divider(&painter, line.x_range(), line.top(), tokens::tokens(ui).color.stroke_soft);
}

fn row_ui(ui: &mut Ui, label: &str, value: &str) {
    let c = &tokens::tokens(ui).color;
    let size = Vec2::new(ui.available_width(), 22.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let y = rect.center().y;
    let anchor = egui::Align2::LEFT_CENTER;
    text_style::paint(ui.painter(), pos2(rect.left(), y), anchor, Text::Small, c.text_low, label);
    let at = pos2(rect.left() + LABEL, y);
    text_style::paint_ellipsis(ui.painter(), at, anchor, Text::Small, c.text_hi, value, rect.width() - LABEL);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{label}: {value}")));
}

fn note_ui(ui: &mut Ui, kind: NoteKind, text: &str) {
    let c = &tokens::tokens(ui).color;
    let (icon, color) = match kind {
        NoteKind::Place => (Icon::MapPinOff, c.text_mid),
        NoteKind::Info => (Icon::Info, c.text_mid),
        NoteKind::Warning => (Icon::CircleAlert, c.ask_fg),
    };
    let width = ui.available_width() - 23.0;
    let galley = text_style::wrapped(ui.ctx(), text, Text::Small, color, width, 8);
    let (rect, response) =
        ui.allocate_exact_size(Vec2::new(ui.available_width(), galley.size().y.max(16.0)), Sense::hover());
    icons::paint(ui.painter(), icon, rect.min + Vec2::new(7.5, 8.0), 15.0, color);
    text_style::paint_galley(ui.painter(), rect.min + Vec2::new(23.0, 0.0), egui::Align2::LEFT_TOP, galley);
    response.widget_info(|| WidgetInfo::labeled(Role::Note, true, text));
}
