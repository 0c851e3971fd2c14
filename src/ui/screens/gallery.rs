//! The gallery: groups of takes or one wall, waiting and finished clips together. Only what is in view is drawn.

mod cards;
mod header;
mod keys;
mod menu;
mod toolbar;

use egui::{Rect, Sense, Ui, UiBuilder, Vec2};

pub(super) use cards::{icon_of, tone_of};
pub(super) use menu::selection_ui;

use super::gallery_layout::{Block, Layout, arrange};
use super::{Frame, welcome};
use crate::app::browse::CardSize;
use crate::app::gallery::Group;
use crate::domain::JobId;
use crate::ui::paint;
use crate::ui::tokens;

/// Space at both sides of the content.
const PAD: f32 = 16.0;
/// Space above it.
const TOP: f32 = 8.0;

pub(super) fn gallery_ui(frame: &mut Frame<'_>, ui: &mut Ui) {
    let tokens = tokens::tokens(ui);
    let rect = ui.max_rect();
    let toolbar = Rect::from_min_size(rect.min, Vec2::new(rect.width(), tokens.size.toolbar));
    let mut child = ui.new_child(UiBuilder::new().id_salt("toolbar").max_rect(toolbar));
    toolbar::toolbar_ui(frame, &mut child);
    paint::divider(ui.painter(), toolbar.x_range(), toolbar.bottom() - 1.0, tokens.color.stroke_soft);

    let below = Rect::from_min_max(toolbar.left_bottom(), rect.max);
    let mut child = ui.new_child(UiBuilder::new().id_salt("cards").max_rect(below));
    child.set_clip_rect(below.intersect(ui.clip_rect()));
    child.spacing_mut().item_spacing = Vec2::ZERO;
    if frame.state.is_welcome() {
        frame.ui_state.focused_card = None;
        welcome::welcome_ui(frame, &mut child);
    } else if frame.state.gallery.groups.is_empty() {
        frame.ui_state.focused_card = None;
        welcome::empty_ui(frame, &mut child);
    } else {
        groups_ui(frame, &mut child, below);
    }
}

fn groups_ui(frame: &mut Frame<'_>, ui: &mut Ui, view: Rect) {
    let heights = &tokens::tokens(ui).size.card.row_height16x9;
    let size = match frame.state.browsing.card_size {
        CardSize::Small => heights.small,
        CardSize::Medium => heights.medium,
        CardSize::Large => heights.large,
    };
    lay_out(frame, view.width() - 2.0 * PAD, size);
    // Taken out for the frame, because drawing needs the rest of the state.
    let Some((generation, laid_for, layout)) = frame.ui_state.layout.take() else { return };
    let mut focused = None;
    egui::ScrollArea::vertical().id_salt("gallery scroll").auto_shrink([false, false]).show_viewport(ui, |ui, seen| {
        let (content, _) =
            ui.allocate_exact_size(Vec2::new(ui.available_width(), layout.height + TOP + PAD), Sense::hover());
        let origin = content.min + Vec2::new(PAD, TOP);
        if let Some(wanted) = frame.ui_state.wants_focus.and_then(|job| place_of(frame, &layout, job)) {
            ui.scroll_to_rect(wanted.translate(origin.to_vec2()).expand(40.0), None);
        }
        let state = frame.state;
        for index in layout.visible(seen.top() - TOP, seen.bottom()) {
            let (Some(group), Some(placed)) = (state.gallery.groups.get(index), layout.blocks.get(index)) else {
                continue;
            };
            let cards_right = placed.cards.iter().map(|card| card.right()).fold(0.0, f32::max);
            let header = placed.header.translate(origin.to_vec2());
            header::header_ui(frame, ui, group, header, (cards_right + origin.x).min(header.right()));
            for (id, card) in group.takes.iter().zip(&placed.cards) {
                // Half a screen more than is seen, so that Tab and arrow keys find their next card.
                let margin = seen.height() * 0.5;
                if card.bottom() + 60.0 < seen.top() - margin || card.top() > seen.bottom() + margin {
                    continue;
                }
                if let Some(job) = state.jobs.get(id)
                    && cards::card_ui(frame, ui, job, card.translate(origin.to_vec2()))
                {
                    focused = Some(*id);
                }
            }
        }
    });
    frame.ui_state.focused_card = focused;
    if let Some(card) = focused {
        let rects = || layout.blocks.iter().flat_map(|placed| placed.cards.iter().copied()).collect();
        keys::move_by_keys(frame, ui, card, view.height(), rects);
    }
    frame.ui_state.layout = Some((generation, laid_for, layout));
}

/// Computes the layout again if groups, size or width changed.
fn lay_out(frame: &mut Frame<'_>, width: f32, size: f32) {
    let generation = frame.state.gallery.generation;
    if let Some((made_for, laid_width, _)) = &frame.ui_state.layout
        && *made_for == generation
        && (*laid_width - width).abs() < 0.1
    {
        return;
    }
    let blocks: Vec<Block> = frame.state.gallery.groups.iter().map(|group| block_of(group)).collect();
    frame.ui_state.layout = Some((generation, width, arrange(&blocks, width, size)));
}

/// All takes of a group share one ratio.
fn block_of(group: &Group) -> Block {
    let (width, height) = group.pixels;
    #[expect(clippy::cast_precision_loss, reason = "sides of pictures")]
    let ratio = (width as f32 / height.max(1) as f32).clamp(0.25, 4.0);
    Block { ratio, count: group.takes.len() }
}

fn place_of(frame: &Frame<'_>, layout: &Layout, job: JobId) -> Option<Rect> {
    let (group, take) = frame.state.gallery.place_in_groups(job)?;
    layout.blocks.get(group)?.cards.get(take).copied()
}
