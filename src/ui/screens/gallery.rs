//! The gallery: all clips and jobs, grouped by recipe or as one wall of cards. Only the cards in view are drawn.

mod cards;
mod header;
mod keys;
mod menu;
mod paged;
mod queue;
mod toolbar;

use std::collections::BTreeSet;
use std::sync::Arc;

use egui::{Rangef, Rect, Sense, Ui, UiBuilder, Vec2};

pub(super) use cards::{icon_of, tone_of};
pub(super) use menu::{other_gateway_rows, selection_ui};

use super::gallery_layout::{Block, LaidOut, Layout, Places, Wall, arrange_from, arrange_wall_from};
use super::{Frame, welcome};
use crate::app::Action;
use crate::app::action::spend::Spend;
use crate::app::state::FolderPresence;
use crate::app::state::gallery::Group;
use crate::app::view::spending::{self, HeldView};
use crate::domain::JobId;
use crate::domain::browsing::{CardSize, View};
use crate::ui::icons::Icon;
use crate::ui::paint;
use crate::ui::tokens::{self, Tone};
use crate::ui::widgets::{Button, ButtonKind, Note, Question};

/// Padding at the left and the right of the cards, in points.
const PAD: f32 = 16.0;
/// Padding above the first card, in points.
const TOP: f32 = 8.0;

pub(super) fn gallery_ui(frame: &mut Frame<'_>, ui: &mut Ui) {
    let tokens = tokens::tokens(ui);
    let rect = ui.max_rect();
    let toolbar = Rect::from_min_size(rect.min, Vec2::new(rect.width(), tokens.size.toolbar));
    let mut child = ui.new_child(UiBuilder::new().id_salt("toolbar").max_rect(toolbar));
    toolbar::toolbar_ui(frame, &mut child);
    paint::divider(ui.painter(), toolbar.x_range(), toolbar.bottom() - 1.0, tokens.color.stroke_soft);

    let mut below = Rect::from_min_max(toolbar.left_bottom(), rect.max);
    if frame.state.clip_folder_presence == FolderPresence::Missing {
        below.min.y += banner_ui(frame, ui, below);
    }
    if let Some(held) = spending::held(frame.state) {
        below.min.y += held_ui(frame, ui, below, &held);
    }
    let mut child = ui.new_child(UiBuilder::new().id_salt("cards").max_rect(below));
    child.set_clip_rect(below.intersect(ui.clip_rect()));
    child.spacing_mut().item_spacing = Vec2::ZERO;
    if frame.state.is_welcome() {
        frame.ui_state.focused_card = None;
        welcome::welcome_ui(frame, &mut child);
    } else if frame.state.gallery.here() == 0 && !frame.state.gallery.is_partial() {
        frame.ui_state.focused_card = None;
        // While the library is looking, nobody knows that there is nothing.
        if frame.state.paging.asked.is_none() {
            welcome::empty_ui(frame, &mut child);
        }
    } else {
        shown_ui(frame, &mut child, below);
    }
}

/// Above the cards: what a cap holds back. Returns the height that it takes.
fn held_ui(frame: &mut Frame<'_>, ui: &mut Ui, room: Rect, held: &HeldView) -> f32 {
    let place = Rect::from_min_max(room.min + Vec2::new(PAD, TOP), room.right_bottom() - Vec2::new(PAD, 0.0));
    let mut child = ui.new_child(UiBuilder::new().id_salt("held by a cap").max_rect(place));
    Question::new(&held.title, &held.text).icon(Icon::Pause).tone(Tone::Ask).show(&mut child, |ui| {
        if let Some(raise) = &held.raise
            && Button::new(raise).kind(ButtonKind::Small).show(ui).clicked()
        {
            frame.act(Action::Spend(Spend::Raise(held.kind)));
        }
        if Button::new("Keep waiting").kind(ButtonKind::QuietSmall).show(ui).clicked() {
            frame.act(Action::Spend(Spend::KeepWaiting(held.kind)));
        }
    });
    child.min_rect().height() + TOP
}

/// Above the cards: the folder of all clips is not there. Returns the height that it takes.
fn banner_ui(frame: &mut Frame<'_>, ui: &mut Ui, room: Rect) -> f32 {
    let place = Rect::from_min_max(room.min + Vec2::new(PAD, TOP), room.right_bottom() - Vec2::new(PAD, 0.0));
    let mut child = ui.new_child(UiBuilder::new().id_salt("clip folder").max_rect(place));
    child.spacing_mut().item_spacing = Vec2::splat(8.0);
    let text = format!("The clip folder is not there. Was a drive unplugged? {}", frame.state.clip_folder);
    Note::new(&text).icon(Icon::FileQuestionMark).tone(Tone::Ask).show(&mut child);
    paint::row(&mut child, 8.0, |ui| {
        if Button::new("Find…").accessible_name("Find the clip folder").show(ui).clicked() {
            frame.act(Action::ChooseClipFolder);
        }
        let wait = Button::new("Wait").kind(ButtonKind::Quiet).accessible_name("Wait for the clip folder");
        if wait.show(ui).clicked() {
            frame.act(Action::WaitForClipFolder);
        }
    });
    child.min_rect().height() + 2.0 * TOP
}

fn shown_ui(frame: &mut Frame<'_>, ui: &mut Ui, view: Rect) {
    // Take the cached layout out of the state for this frame, because drawing borrows the rest of the state mutably.
    let (laid_out, offset) = lay_out(frame, ui, view.width() - 2.0 * PAD);
    let places = &laid_out.places;
    let mut focused = None;
    let is_partial = frame.state.gallery.is_partial();
    let mut area = egui::ScrollArea::vertical().id_salt("gallery scroll").auto_shrink([false, false]);
    if is_partial {
        area = area.scroll_bar_visibility(egui::scroll_area::ScrollBarVisibility::AlwaysHidden);
    }
    let go_to = paged::follow_jump(frame, places, view.height()).or(offset);
    if is_partial && paged::is_away(frame) {
        // The part at which the scroll bar points is on its way.
        paged::placeholders_ui(frame, ui, view);
        paged::bar_ui(frame, ui, view, places);
        frame.ui_state.layout = Some(laid_out);
        return;
    }
    let go_to = paged::reach_goal(frame, places).or(go_to);
    if let Some(offset) = go_to {
        area = area.vertical_scroll_offset(offset.max(0.0));
    }
    let scrolled = area.show_viewport(ui, |ui, seen| {
        let (content, _) =
            ui.allocate_exact_size(Vec2::new(ui.available_width(), places.height() + TOP + PAD), Sense::hover());
        let origin = content.min.to_vec2() + Vec2::new(PAD, TOP);
        let wanted = frame.ui_state.wants_focus.and_then(|job| places.place_of(&frame.state.gallery, job));
        if let Some(wanted) = wanted {
            ui.scroll_to_rect(wanted.translate(origin).expand(40.0), None);
        }
        let seen = Rangef::new(seen.top() - TOP, seen.bottom() - TOP);
        focused = match places {
            Places::Groups(layout) => groups_ui(frame, ui, layout, origin, seen),
            Places::Wall(wall) => wall_ui(frame, ui, wall, origin, seen),
        };
        queue::end_drag(frame, ui);
    });
    frame.ui_state.page.offset = scrolled.state.clamped_offset().y;
    if is_partial {
        paged::ask_near(frame, ui, places, view.height());
        paged::bar_ui(frame, ui, view, places);
    }
    frame.ui_state.focused_card = focused;
    if let Some(card) = focused {
        keys::move_by_keys(frame, ui, card, view.height(), || places.cards());
    }
    frame.ui_state.layout = Some(laid_out);
}

/// Extends the visible range by half of its height at both ends, so that Tab and the arrow keys find the next card.
fn near(seen: Rangef) -> Rangef {
    seen.expand(seen.span() * 0.5)
}

/// Draws the groups in view. Returns the job whose card has the keyboard focus.
fn groups_ui(frame: &mut Frame<'_>, ui: &mut Ui, layout: &Layout, origin: Vec2, seen: Rangef) -> Option<JobId> {
    let state = frame.state;
    let near = near(seen);
    let mut focused = None;
    for index in layout.visible(near.min, near.max) {
        let (Some(group), Some(placed)) = (state.gallery.groups.get(index), layout.blocks.get(index)) else {
            continue;
        };
        if placed.header.y_range().intersects(seen) {
            let cards_right = placed.cards.iter().map(|card| card.right()).fold(0.0, f32::max);
            let header = placed.header.translate(origin);
            header::header_ui(frame, ui, group, header, (cards_right + origin.x).min(header.right()));
        }
        for (id, card) in group.takes.iter().zip(&placed.cards) {
            if card.bottom() + 60.0 >= near.min
                && card.top() <= near.max
                && let Some(job) = state.jobs.get(id)
                && cards::card_ui(frame, ui, job, card.translate(origin))
            {
                focused = Some(*id);
            }
        }
    }
    focused
}

/// Draws the cards of the wall in view. Returns the job whose card has the keyboard focus.
fn wall_ui(frame: &mut Frame<'_>, ui: &mut Ui, wall: &Wall, origin: Vec2, seen: Rangef) -> Option<JobId> {
    let state = frame.state;
    let near = near(seen);
    let mut focused = None;
    for index in wall.visible(near.min, near.max) {
        if let (Some(card), Some(at)) = (state.gallery.wall.get(index), wall.cards.get(index))
            && let Some(job) = state.jobs.get(&card.job)
            && cards::card_ui(frame, ui, job, at.translate(origin))
        {
            focused = Some(card.job);
        }
    }
    focused
}

/// Returns the cached layout, or a new one if the cards, the view, the card size or the width changed. Where only a part of
/// the gallery is in memory, what is in view keeps its place: then the new offset comes with it.
fn lay_out(frame: &mut Frame<'_>, ui: &Ui, width: f32) -> (LaidOut, Option<f32>) {
    let gallery = &frame.state.gallery;
    let generation = gallery.generation;
    let mut before = frame.ui_state.layout.take();
    if let Some(known) = before.take_if(|known| known.generation == generation && (known.width - width).abs() < 0.1) {
        return (known, None);
    }
    let anchor = before.and_then(|before| paged::Anchor::of(&before, gallery, frame.ui_state.page.offset));
    let none = BTreeSet::new();
    let starts = anchor.as_ref().map_or(&none, |anchor| &anchor.starts);
    let heights = &tokens::tokens(ui).size.card.row_height16x9;
    let size = row_height(frame.state.browsing.card_size, heights);
    let places = match frame.state.browsing.view {
        View::Groups => {
            let block = |group: &Arc<Group>| Block { ratio: ratio(group.pixels), count: group.takes.len() };
            let blocks: Vec<Block> = gallery.groups.iter().map(block).collect();
            Places::Groups(arrange_from(&blocks, starts, width, size))
        }
        View::Wall => {
            Places::Wall(arrange_wall_from(gallery.wall.iter().map(|card| ratio(card.pixels)), starts, width, size))
        }
    };
    let offset = anchor.and_then(|anchor| anchor.offset(&places));
    let rows = if gallery.is_partial() { paged::rows(&places, gallery) } else { Vec::new() };
    (LaidOut { generation, width, places, rows, before: gallery.before() }, offset)
}

/// Height of a card of 16:9 in points.
fn row_height(size: CardSize, heights: &tokens::RowHeights) -> f32 {
    match size {
        CardSize::Small => heights.small,
        CardSize::Medium => heights.medium,
        CardSize::Large => heights.large,
    }
}

/// Aspect ratio: width divided by height.
fn ratio((width, height): (u32, u32)) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "sides of pictures")]
    let ratio = width as f32 / height.max(1) as f32;
    ratio.clamp(0.25, 4.0)
}
