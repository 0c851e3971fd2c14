//! The details pane while several cards are selected: a summary of them, and what can be done with all of them at once.

use egui::{Rect, Ui, UiBuilder, Vec2, pos2};

use super::super::Frame;
use super::actions::move_rows_ui;
use super::player::stars_ui;
use super::{LEFT, NAMES, PAD, RIGHT, column, fact, fact_with, header_line, padded, section};
use crate::app::Action;
use crate::app::action::curate::Curate;
use crate::app::action::viewing::Viewing;
use crate::app::view::chosen::Chosen;
use crate::app::view::words;
use crate::domain::numbers;
use crate::ui::icons::Icon;
use crate::ui::text_style::{self, Spans, Text};
use crate::ui::tokens;
use crate::ui::widgets::{Button, ButtonKind, IconButton, menu_button, seconds};

/// Maximum number of pictures that are shown.
const PICTURES: usize = 9;

pub(super) fn several_ui(frame: &mut Frame<'_>, ui: &mut Ui, header: Rect, chosen: &Chosen) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let pane = ui.max_rect();
    let count = numbers::counted(chosen.jobs.len(), "card", "cards");
    header_line(ui, header, |ui| {
        text_style::label_line(ui, Text::Strong, c.text_hi, format!("{count} selected"));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.add_space(8.0);
            if IconButton::new(Icon::X, "Select one only").show(ui).clicked() {
                frame.act(Action::Select(chosen.jobs.first().copied()));
            }
        });
    });
    let foot = Rect::from_min_max(pos2(pane.left(), pane.bottom() - (12.0 + 28.0 + 8.0 + 28.0 + 16.0)), pane.max);
    let body = Rect::from_min_max(header.left_bottom(), pos2(pane.right(), foot.top()));
    let mut child = ui.new_child(UiBuilder::new().id_salt("several").max_rect(body));
    child.set_clip_rect(body.intersect(ui.clip_rect()));
    egui::ScrollArea::vertical().id_salt("several scroll").auto_shrink([false, false]).show(&mut child, |ui| {
        padded(ui, |ui| {
            pictures_ui(frame, ui, chosen);
            if !chosen.clips.is_empty() {
                ui.add_space(12.0);
                stars_ui(frame, ui, &chosen.clips, chosen.rating, chosen.are_rejected);
            }
            section(ui, "Together", |_| {});
            ui.add_space(8.0);
            column(ui, 6.0, |ui| {
                fact(ui, "Clips", &format!("{} of {}", chosen.clips.len(), count), c.text_hi);
                if !chosen.clips.is_empty() {
                    fact(ui, "Length", &format!("{} s", seconds(chosen.duration_millis)), c.text_hi);
                    fact(ui, "Size", &words::size(chosen.size_bytes), c.text_hi);
                }
                if let Some(price) = &chosen.price {
                    let mut text = Spans::new().add(&price.amount, Text::Small, c.text_hi);
                    if !price.remark.is_empty() {
                        text = text.add(&format!("  {}", price.remark), Text::Small, c.ask_fg);
                    }
                    fact_with(ui, NAMES, "Price", text);
                }
                if let Some(project) = &chosen.project {
                    let name = project.as_ref().map_or("none", |project| project.as_str());
                    fact(ui, "Project", name, c.text_hi);
                }
            });
        });
    });
    let mut child = ui.new_child(UiBuilder::new().id_salt("several actions").max_rect(foot));
    actions_ui(frame, &mut child, chosen);
}

/// Draws the first pictures of the selection, three to a row.
fn pictures_ui(frame: &mut Frame<'_>, ui: &mut Ui, chosen: &Chosen) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let gap = 4.0;
    let width = ((ui.available_width() - 2.0 * gap) / 3.0).floor();
    let cell = Vec2::new(width, (width * 9.0 / 16.0).round());
    let rows = chosen.jobs.len().min(PICTURES).div_ceil(3);
    #[expect(clippy::cast_precision_loss, reason = "three rows")]
    let height = rows as f32 * (cell.y + gap) - gap;
    let (place, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), height), egui::Sense::hover());
    for (index, id) in chosen.jobs.iter().take(PICTURES).enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "nine pictures")]
        let (column, row) = ((index % 3) as f32, (index / 3) as f32);
        let at = place.min + Vec2::new(column * (cell.x + gap), row * (cell.y + gap));
        let rect = Rect::from_min_size(at, cell);
        crate::ui::paint::boxed(ui.painter(), rect, tokens.radius.chip, c.bg_raised, c.stroke_mid);
        let Some(job) = frame.state.jobs.get(id).filter(|job| job.clip.is_some()) else { continue };
        if let Some((texture, size)) = frame.pictures.poster(job) {
            crate::ui::paint::covered(ui.painter(), rect, texture, size, tokens.radius.chip);
        }
        let left = chosen.jobs.len() - PICTURES.min(chosen.jobs.len());
        if index + 1 == PICTURES && left > 0 {
            let chip = format!("+{left}");
            let chip = crate::ui::widgets::PictureChip::new(&chip);
            chip.paint(ui.painter(), rect.center(), egui::Align2::CENTER_CENTER, rect.width());
        }
    }
}

fn actions_ui(frame: &mut Frame<'_>, ui: &mut Ui, chosen: &Chosen) {
    let mut rect = ui.max_rect();
    (rect.min.x, rect.max.x) = (rect.min.x + LEFT, rect.max.x - RIGHT);
    let mut child = ui.new_child(UiBuilder::new().max_rect(rect));
    let ui = &mut child;
    ui.spacing_mut().item_spacing = Vec2::splat(8.0);
    ui.add_space(PAD - 4.0);
    ui.horizontal(|ui| {
        let why_not = chosen.why_not_compared();
        let name = why_not.map_or_else(|| "Compare".to_owned(), |reason| format!("Compare {reason}"));
        let button = Button::new(&name).icon(Icon::Columns2).full_width().enabled(why_not.is_none());
        let spoken = why_not.map_or("Compare the selected clips", |_| name.as_str());
        if button.accessible_name(spoken).show(ui).clicked() {
            frame.act(Action::View(Viewing::Compare(chosen.clips.clone())));
        }
    });
    ui.horizontal(|ui| {
        let half = (ui.available_width() - 8.0) / 2.0;
        let to = Button::new("Move to")
            .icon(Icon::Folder)
            .drops()
            .width(half.ceil())
            .accessible_name("Move to project")
            .show(ui);
        menu_button(&to, "Move to project", |ui| {
            let now = chosen.project.as_ref().map(Option::as_ref);
            move_rows_ui(frame, ui, &chosen.jobs, now);
        });
        let count = chosen.over.len();
        let name = format!("Move {} to the trash", numbers::counted(count, "card", "cards"));
        let button = Button::new("To the trash").icon(Icon::Trash2).kind(ButtonKind::Secondary).full_width();
        if button.enabled(count > 0).accessible_name(&name).show(ui).clicked() {
            frame.act(Action::Curate(Curate::ToTrash(chosen.over.clone())));
        }
    });
}
