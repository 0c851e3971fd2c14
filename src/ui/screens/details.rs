//! The details pane of the selected clip: its picture, its recipe, its cost, and what can be done with it.

mod actions;
mod chain;
mod message;
mod player;
mod recipe;
mod several;

use egui::{Align2, Rect, Sense, Ui, UiBuilder, Vec2, pos2};

use super::Frame;
use super::gallery::{icon_of, tone_of};
use crate::app::Action;
use crate::app::view::card::{CardFacts, CardView as Said, card_view};
use crate::app::view::chosen::Chosen;
use crate::domain::{Job, JobState};
use crate::ui::icons::Icon;
use crate::ui::paint;
use crate::ui::text_style::{self, Spans, Text};
use crate::ui::tokens::{self, Tone};
use crate::ui::widgets::{Badge, IconButton};

const PAD: f32 = 16.0;
/// Distance from the edge of the pane to its contents, in points. It includes the frame of the pane.
const LEFT: f32 = PAD + 1.0;
const RIGHT: f32 = PAD;
/// Width of the column of names in a list of facts, in points.
const NAMES: f32 = 84.0;
/// Width of the same column in the panel of an unconfirmed job, whose names are longer.
const WIDE_NAMES: f32 = 100.0;

pub(super) fn details_ui(frame: &mut Frame<'_>, ui: &mut Ui) {
    let tokens = tokens::tokens(ui);
    let pane = ui.max_rect();
    let header = Rect::from_min_size(pane.min, Vec2::new(pane.width(), tokens.size.toolbar));
    let state = frame.state;
    if let Some(chosen) = Chosen::of(state) {
        several::several_ui(frame, ui, header, &chosen);
        return;
    }
    let Some(job) = state.selected_job() else {
        nothing_ui(ui, header, pane);
        return;
    };
    let facts = CardFacts::of(state, job);
    let said = card_view(job, &facts);
    header_ui(frame, ui, header, job, &said, facts.take);

    let foot_height = actions::height(ui, state, job, &said);
    let foot = Rect::from_min_max(pos2(pane.left(), pane.bottom() - foot_height), pane.max);
    let body = Rect::from_min_max(header.left_bottom(), pos2(pane.right(), foot.top()));
    let mut child = ui.new_child(UiBuilder::new().id_salt("details body").max_rect(body));
    child.set_clip_rect(body.intersect(ui.clip_rect()));
    let scroll = egui::ScrollArea::vertical().id_salt(("details scroll", job.id)).auto_shrink([false, false]);
    let shown = scroll.show(&mut child, |ui| {
        padded(ui, |ui| {
            let playhead = if job.state == JobState::Unconfirmed {
                message::unconfirmed_ui(frame, ui, job);
                player::Playhead::of(state, job, None)
            } else {
                let playhead = player::player_ui(frame, ui, job, &said);
                message::message_ui(frame, ui, job);
                playhead
            };
            chain::chain_ui(frame, ui, job);
            recipe::recipe_ui(frame, ui, job);
            recipe::cost_ui(frame, ui, job);
            recipe::file_ui(frame, ui, job);
            // The raw exchange of a finished clip is rarely needed, so it shows only while the ids are unfolded.
            if job.state != JobState::Ready || frame.ui_state.shows_ids {
                message::exchange_ui(frame, ui, job);
            }
            playhead
        })
    });
    if foot_height > 0.0 {
        // Draw the lower edge only if the contents scroll.
        if shown.content_size.y > shown.inner_rect.height() + 0.5 {
            paint::divider(ui.painter(), pane.x_range(), foot.top(), tokens.color.stroke_soft);
        }
        let mut child = ui.new_child(UiBuilder::new().id_salt("details actions").max_rect(foot));
        actions::actions_ui(frame, &mut child, job, &said, &shown.inner);
    }
}

fn padded<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let width = ui.available_width() - LEFT - RIGHT;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing = Vec2::ZERO;
        ui.add_space(LEFT);
        ui.vertical(|ui| {
            ui.set_width(width);
            ui.add_space(PAD);
            let inner = contents(ui);
            ui.add_space(PAD);
            inner
        })
        .inner
    })
    .inner
}

fn nothing_ui(ui: &mut Ui, header: Rect, pane: Rect) {
    let tokens = tokens::tokens(ui);
    let c = &tokens.color;
    let at = header.left_center() + Vec2::new(LEFT, 0.0);
    text_style::paint(ui.painter(), at, Align2::LEFT_CENTER, Text::SmallStrong, c.text_low, "No clip selected");
    paint::divider(ui.painter(), header.x_range(), header.bottom() - 1.0, c.stroke_soft);
    let place = Rect::from_min_size(
        pos2(pane.left() + PAD, header.bottom() + PAD),
        Vec2::new(pane.width() - 2.0 * PAD, (pane.width() - 2.0 * PAD) * 9.0 / 16.0),
    );
    paint::dashed_frame(ui.painter(), place, tokens.radius.card, c.stroke_mid);
    let text = "The clip you select is shown here";
    text_style::paint(ui.painter(), place.center(), Align2::CENTER_CENTER, Text::Small, c.text_low, text);
    let below = "With its recipe, what it was shown to cost and what was charged.";
    let galley = text_style::wrapped(ui.ctx(), below, Text::Caption, c.text_low, place.width(), 3);
    text_style::paint_galley(ui.painter(), place.left_bottom() + Vec2::new(0.0, 10.0), Align2::LEFT_TOP, galley);
}

/// Draws the line at the top of the pane.
fn header_line(ui: &mut Ui, rect: Rect, contents: impl FnOnce(&mut Ui)) {
    let layout = egui::Layout::left_to_right(egui::Align::Center);
    let mut child = ui.new_child(UiBuilder::new().id_salt("details header").max_rect(rect).layout(layout));
    child.spacing_mut().item_spacing = Vec2::ZERO;
    child.add_space(LEFT);
    contents(&mut child);
    paint::divider(ui.painter(), rect.x_range(), rect.bottom() - 1.0, tokens::tokens(ui).color.stroke_soft);
}

fn header_ui(frame: &mut Frame<'_>, ui: &mut Ui, rect: Rect, job: &Job, said: &Said, take: (usize, usize)) {
    let c = &tokens::tokens(ui).color;
    header_line(ui, rect, |ui| {
        text_style::label_line(ui, Text::Strong, c.text_hi, format!("Take {} of {}", take.0, take.1));
        ui.add_space(8.0);
        match tone_of(said.tone) {
            Tone::Neutral => {
                text_style::label_line(ui, Text::Small, c.text_low, &said.word);
            }
            tone => {
                Badge::new(&said.word).icon(icon_of(said.icon)).tone(tone).show(ui);
            }
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.add_space(8.0);
            let next = frame.state.gallery.beside(job.id, true);
            let previous = frame.state.gallery.beside(job.id, false);
            let right = IconButton::new(Icon::ChevronRight, "Next clip").enabled(next.is_some()).show(ui);
            if right.clicked() {
                frame.act(Action::Select(next));
            }
            let left = IconButton::new(Icon::ChevronLeft, "Previous clip").enabled(previous.is_some()).show(ui);
            if left.clicked() {
                frame.act(Action::Select(previous));
            }
            if frame.ui_state.shows_details
                && ui.ctx().content_rect().width() < tokens::tokens(ui).breakpoint.details_become_sheet
            {
                let close = IconButton::new(Icon::X, "Close the details").key("Esc").show(ui);
                if close.clicked() {
                    frame.ui_state.shows_details = false;
                }
            }
        });
    });
}

/// Draws a divider across the pane, and below it a title with optional controls at its right end.
fn section(ui: &mut Ui, text: &str, end: impl FnOnce(&mut Ui)) {
    let c = &tokens::tokens(ui).color;
    ui.add_space(12.0);
    let across = ui.max_rect().x_range();
    let (line, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), paint::hair(ui.ctx())), Sense::hover());
    let across = egui::Rangef::new(across.min - PAD, across.max + PAD);
    paint::divider(ui.painter(), across, line.top(), c.stroke_soft);
    ui.add_space(12.0);
    let size = Vec2::new(ui.available_width(), 24.0);
    let (mut rect, _) = ui.allocate_exact_size(size, Sense::hover());
    text_style::paint(ui.painter(), rect.left_center(), Align2::LEFT_CENTER, Text::Strong, c.text_hi, text);
    // The text of a button without a frame is aligned with the edge of the column, so the button juts
    // out by its padding.
    rect.max.x += 8.0;
    let layout = egui::Layout::right_to_left(egui::Align::Center);
    let mut child = ui.new_child(UiBuilder::new().id_salt(text).max_rect(rect).layout(layout));
    end(&mut child);
}

/// Lays out the contents in a column with `gap` points between them.
fn column<R>(ui: &mut Ui, gap: f32, contents: impl FnOnce(&mut Ui) -> R) -> R {
    paint::column(ui, gap, contents)
}

/// Draws a name and its value side by side.
fn fact(ui: &mut Ui, name: &str, text: &str, color: egui::Color32) {
    fact_with(ui, NAMES, name, Spans::new().add(text, Text::Small, color));
}

/// Draws a name and its value like [`fact`], with the wider column of names that an unconfirmed job needs.
fn fact_wide(ui: &mut Ui, name: &str, text: &str, color: egui::Color32) {
    fact_with(ui, WIDE_NAMES, name, Spans::new().add(text, Text::Small, color));
}

fn fact_with(ui: &mut Ui, names: f32, name: &str, text: Spans) {
    let c = &tokens::tokens(ui).color;
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing = Vec2::ZERO;
        let (rect, _) = ui.allocate_exact_size(Vec2::new(names, 16.0), Sense::hover());
        text_style::paint(ui.painter(), rect.left_center(), Align2::LEFT_CENTER, Text::Small, c.text_low, name);
        text.show(ui);
    });
}
