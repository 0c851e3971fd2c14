//! A gallery of which only a part is in memory: what is in view stays still while that part moves, and the scroll bar leads
//! through all of it.
//!
//! The scroll area is as high as what is in memory. An area as high as a million cards would measure more than fifty million
//! points, of which egui's numbers can tell only every fourth; so the scroll bar is drawn here, by the numbers of places.

use std::collections::BTreeSet;

use egui::{CornerRadius, Pos2, Rect, Sense, Ui, Vec2};

use super::{Frame, LaidOut, PAD, Places, TOP};
use crate::app::Action;
use crate::app::action::browse::Browse;
use crate::app::state::gallery::Gallery;
use crate::app::state::paging::Jump;
use crate::domain::JobId;
use crate::ui::paint;
use crate::ui::tokens;

/// The library is asked when the view comes so near to an end of what is in memory, in heights of the view.
const NEAR: f32 = 2.0;
/// It is asked again only after the view went on by so many places.
const STEP: usize = 8;
/// Smallest height of the handle of the scroll bar, in points.
const HANDLE: f32 = 24.0;

/// What keeps the view still when other cards come before it.
pub(super) struct Anchor {
    /// Where rows begin as they did before, down to the first one in view.
    pub(super) starts: BTreeSet<usize>,
    index: usize,
    /// How far the view began below the upper edge of that place.
    below: f32,
}

impl Anchor {
    /// The first row in view at this offset that is still there.
    pub(super) fn of(before: &LaidOut, gallery: &Gallery, offset: f32) -> Option<Self> {
        if before.before == 0 && offset < 1.0 {
            // At the very top a new clip shows itself.
            return None;
        }
        // The row that the upper edge of the view lies in; when its first place left, one after it.
        let seen = before.rows.partition_point(|(_, top)| *top + TOP <= offset).saturating_sub(1);
        let mut rows = before.rows.get(seen..)?.iter();
        let (index, below) = rows.find_map(|(job, top)| Some((gallery.index_of(*job)?, offset - top)))?;
        let kept = before.rows[..seen].iter().filter_map(|(job, _)| gallery.index_of(*job));
        let starts = kept.filter(|start| *start < index).chain([index]).collect();
        Some(Self { starts, index, below })
    }

    /// The offset at which the same place lies where it lay.
    pub(super) fn offset(&self, places: &Places) -> Option<f32> {
        Some(places.top_of(self.index)? + self.below)
    }
}

/// Where rows begin, by their first job.
pub(super) fn rows(places: &Places, gallery: &Gallery) -> Vec<(JobId, f32)> {
    places.rows().into_iter().filter_map(|(index, top)| Some((gallery.job_at(index)?, top))).collect()
}

/// Where the view goes because the state says so: at once and not by a scroll through all that lies between.
pub(super) fn follow_jump(frame: &mut Frame<'_>, places: &Places, height: f32) -> Option<f32> {
    let (number, jump) = frame.state.paging.jump;
    if number == frame.ui_state.page.jump {
        return None;
    }
    frame.ui_state.page.jump = number;
    frame.ui_state.page.goal = None;
    frame.ui_state.page.asked = None;
    match jump {
        Jump::Start => Some(0.0),
        Jump::To(job) => {
            if frame.state.viewer.is_none() && frame.state.dialog.is_none() {
                frame.ui_state.wants_focus = Some(job);
            }
            let at = places.place_of(&frame.state.gallery, job)?;
            Some((at.center().y + TOP - height / 2.0).clamp(0.0, (places.height() + TOP + PAD - height).max(0.0)))
        }
    }
}

/// Whether the scroll bar points at a part that is not in memory; then it is asked for.
pub(super) fn is_away(frame: &mut Frame<'_>) -> bool {
    let Some(goal) = frame.ui_state.page.goal else { return false };
    let gallery = &frame.state.gallery;
    let rank = whole(goal);
    let is_here = (gallery.before()..gallery.before() + gallery.here()).contains(&rank);
    if !is_here && !frame.state.paging.is_coming(rank as u64) {
        frame.act(Action::Browse(Browse::Near(rank as u64)));
    }
    !is_here
}

/// The offset that the scroll bar points at, once that is in memory.
pub(super) fn reach_goal(frame: &mut Frame<'_>, places: &Places) -> Option<f32> {
    let goal = frame.ui_state.page.goal.take()?;
    let rank = whole(goal);
    let index = rank.checked_sub(frame.state.gallery.before())?;
    let top = places.top_of(index)?;
    let next = next_row(places, index, top);
    let share = (goal - goal.floor()) as f32;
    Some(top + share * (next.unwrap_or(top) - top))
}

/// Asks the library when the view is near an end of what is in memory.
pub(super) fn ask_near(frame: &mut Frame<'_>, ui: &Ui, places: &Places, height: f32) {
    let gallery = &frame.state.gallery;
    let offset = frame.ui_state.page.offset;
    let is_near = (gallery.before() > 0 && offset < NEAR * height)
        || (gallery.after() > 0 && offset + (1.0 + NEAR) * height > places.height());
    if !is_near {
        return;
    }
    let seen = places.visible(offset - TOP, offset - TOP + height);
    let rank = gallery.before() + (seen.start + seen.end) / 2;
    let is_asked = frame.ui_state.page.asked.is_some_and(|asked| asked.abs_diff(rank) < STEP);
    if is_asked || frame.state.paging.is_coming(rank as u64) {
        return;
    }
    frame.ui_state.page.asked = Some(rank);
    frame.act(Action::Browse(Browse::Near(rank as u64)));
    ui.ctx().request_repaint();
}

/// Draws the scroll bar and follows the pointer on it.
pub(super) fn bar_ui(frame: &mut Frame<'_>, ui: &mut Ui, view: Rect, places: &Places) {
    let gallery = &frame.state.gallery;
    let total = gallery.before() + gallery.here() + gallery.after();
    let scroll = &ui.style().spacing.scroll;
    let (margin, wide) = (scroll.bar_outer_margin, scroll.bar_width);
    let track = Rect::from_min_max(
        Pos2::new(view.right() - margin - wide, view.top() + margin),
        Pos2::new(view.right() - margin, view.bottom() - margin),
    );
    // Where the view begins, and how many places it shows.
    let offset = frame.ui_state.page.offset;
    let seen = places.visible(offset - TOP, offset - TOP + view.height());
    let shown = seen.len().max(1);
    let most = total.saturating_sub(shown).max(1) as f64;
    let first = frame.ui_state.page.goal.unwrap_or_else(|| {
        let top = places.top_of(seen.start).unwrap_or(0.0);
        let (row, high) = match next_row(places, seen.start, top) {
            Some(next) => (in_row(places, seen.start), next - top),
            None => (1, 1.0),
        };
        let share = f64::from(((offset - TOP - top) / high).clamp(0.0, 1.0)) * row as f64;
        (gallery.before() + seen.start) as f64 + share
    });
    let is_end = gallery.after() == 0 && offset + view.height() >= places.height() + TOP + PAD - 1.0;
    let fraction =
        if is_end && frame.ui_state.page.goal.is_none() { 1.0 } else { (first / most).clamp(0.0, 1.0) } as f32;
    let long = (track.height() * shown as f32 / total.max(1) as f32).clamp(HANDLE.min(track.height()), track.height());
    let room = (track.height() - long).max(1.0);
    let handle =
        Rect::from_min_size(Pos2::new(track.left(), track.top() + room * fraction), Vec2::new(track.width(), long));
    let response = ui.interact(track.expand(margin), ui.scope_id().with("bar of all"), Sense::click_and_drag());
    if response.is_pointer_button_down_on()
        && let Some(pointer) = response.interact_pointer_pos()
    {
        if ui.input(|input| input.pointer.any_pressed()) {
            let is_on_handle = (handle.top()..=handle.bottom()).contains(&pointer.y);
            frame.ui_state.page.grip = if is_on_handle { pointer.y - handle.top() } else { long / 2.0 };
        }
        let wanted = ((pointer.y - frame.ui_state.page.grip - track.top()) / room).clamp(0.0, 1.0);
        let goal = (f64::from(wanted) * most).min(total.saturating_sub(1) as f64);
        let has_moved = (wanted - fraction).abs() * room > 0.5;
        if has_moved {
            frame.ui_state.page.goal = Some(goal);
            ui.ctx().request_repaint();
        }
    }
    let visuals = match (response.is_pointer_button_down_on(), response.hovered()) {
        (true, _) => &ui.visuals().widgets.active,
        (false, true) => &ui.visuals().widgets.hovered,
        (false, false) => &ui.visuals().widgets.inactive,
    };
    ui.painter().rect_filled(handle, CornerRadius::same(3), visuals.bg_fill);
}

/// Draws the shapes of cards that are not in memory yet.
pub(super) fn placeholders_ui(frame: &mut Frame<'_>, ui: &mut Ui, view: Rect) {
    let tokens = tokens::tokens(ui);
    let heights = &tokens.size.card.row_height16x9;
    let high = super::row_height(frame.state.browsing.card_size, heights);
    let painter = ui.painter().with_clip_rect(view);
    let (card, gap) = (Vec2::new(high * 16.0 / 9.0, high), 8.0);
    let mut y = view.top() + TOP;
    while y < view.bottom() {
        let title = Rect::from_min_size(Pos2::new(view.left() + PAD, y + 12.0), Vec2::new(card.x, 12.0));
        painter.rect_filled(title, paint::radius(tokens.radius.control), tokens.color.bg_raised);
        let mut x = view.left() + PAD;
        while x + card.x <= view.right() - PAD {
            let at = Rect::from_min_size(Pos2::new(x, y + 44.0), card);
            painter.rect_filled(at, paint::radius(tokens.radius.card), tokens.color.bg_raised);
            x += card.x + gap;
        }
        y += 44.0 + card.y + 28.0 + 16.0;
    }
}

fn places_len(places: &Places) -> usize {
    match places {
        Places::Groups(layout) => layout.blocks.len(),
        Places::Wall(wall) => wall.cards.len(),
    }
}

/// Where the row after that of a place begins, of which the upper edge is `top`: places in one row share that.
fn next_row(places: &Places, index: usize, top: f32) -> Option<f32> {
    (index..places_len(places)).find_map(|next| places.top_of(next).filter(|next| *next > top))
}

/// How many places lie in the row of this one, from it on.
fn in_row(places: &Places, index: usize) -> usize {
    let top = places.top_of(index);
    (index..places_len(places)).take_while(|next| places.top_of(*next) == top).count()
}

/// The whole part of the number of a place.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "numbers of places are not negative")]
fn whole(goal: f64) -> usize {
    goal.max(0.0) as usize
}
