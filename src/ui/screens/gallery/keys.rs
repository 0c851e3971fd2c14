//! Keyboard navigation between the cards of the gallery.

use egui::{EventFilter, Key, Modifiers, Rect, Ui};

use super::cards::card_id;
use crate::app::Action;
use crate::app::action::browse::Browse;
use crate::domain::JobId;
use crate::ui::screens::Frame;

/// The direction in which a key moves the selection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Next,
    Previous,
    Up,
    Down,
    PageUp,
    PageDown,
    First,
    Last,
}

const STEPS: [(Key, Step); 8] = [
    (Key::ArrowRight, Step::Next),
    (Key::ArrowLeft, Step::Previous),
    (Key::ArrowUp, Step::Up),
    (Key::ArrowDown, Step::Down),
    (Key::PageUp, Step::PageUp),
    (Key::PageDown, Step::PageDown),
    (Key::Home, Step::First),
    (Key::End, Step::Last),
];

/// Moves the selection by the arrow keys, Page Up, Page Down, Home and End; with Shift it extends the selection. `page`
/// is the visible height in points; `rects` returns the rectangles of all cards in reading order.
pub(super) fn move_by_keys(frame: &mut Frame<'_>, ui: &Ui, card: JobId, page: f32, rects: impl FnOnce() -> Vec<Rect>) {
    let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(card_id(card), filter));
    let pressed =
        |modifiers| STEPS.into_iter().find(|(key, _)| ui.input_mut(|input| input.consume_key(modifiers, *key)));
    let (step, extends) = match pressed(Modifiers::SHIFT) {
        Some((_, step)) => (step, true),
        None => match pressed(Modifiers::NONE) {
            Some((_, step)) => (step, false),
            None => return,
        },
    };
    // What is not in memory is read first.
    let gallery = &frame.state.gallery;
    if (step == Step::First && gallery.before() > 0) || (step == Step::Last && gallery.after() > 0) {
        frame.act(Action::Browse(Browse::ToEnd(step == Step::Last)));
        return;
    }
    let order: Vec<JobId> = frame.state.gallery.order().collect();
    let Some(at) = order.iter().position(|id| *id == card) else { return };
    let next = neighbor(&rects(), at, page, step).and_then(|next| order.get(next)).copied();
    if let Some(next) = next.filter(|next| *next != card) {
        frame.ui_state.wants_focus = Some(next);
        frame.act(if extends { Action::Browse(Browse::SelectTo(next)) } else { Action::Select(Some(next)) });
        ui.ctx().request_repaint();
    }
}

/// Index of the card that `step` leads to from the card at index `at`. `None` if there is no card in that direction.
fn neighbor(rects: &[Rect], at: usize, page: f32, step: Step) -> Option<usize> {
    let here = *rects.get(at)?;
    match step {
        Step::Next => Some(at + 1).filter(|next| *next < rects.len()),
        Step::Previous => at.checked_sub(1),
        Step::First => Some(0),
        Step::Last => rects.len().checked_sub(1),
        Step::Up | Step::Down => {
            let is_beyond = |rect: &Rect| match step {
                Step::Up => rect.bottom() <= here.top(),
                _ => rect.top() >= here.bottom(),
            };
            // A difference in height counts four times, so that the nearest row wins, and in that row the nearest card.
            let distance = |rect: &Rect| {
                let rows = (rect.center().y - here.center().y).abs();
                rows * 4.0 + (rect.center().x - here.center().x).abs()
            };
            nearest(rects, is_beyond, distance)
        }
        Step::PageUp | Step::PageDown => {
            let is_up = step == Step::PageUp;
            let wanted = here.center().y + if is_up { -page } else { page };
            let is_beyond = |rect: &Rect| match is_up {
                true => rect.bottom() <= here.top(),
                false => rect.top() >= here.bottom(),
            };
            let distance =
                |rect: &Rect| (rect.center().y - wanted).abs() * 4.0 + (rect.center().x - here.center().x).abs();
            nearest(rects, is_beyond, distance)
        }
    }
}

fn nearest(rects: &[Rect], counts: impl Fn(&Rect) -> bool, distance: impl Fn(&Rect) -> f32) -> Option<usize> {
    let candidates = rects.iter().enumerate().filter(|(_, rect)| counts(rect));
    candidates.min_by(|(_, a), (_, b)| distance(a).total_cmp(&distance(b))).map(|(index, _)| index)
}

#[cfg(test)]
mod tests {
    use egui::{Vec2, pos2};

    use super::*;

    /// Ten rows of three cards, of which the last has only two.
    fn rows() -> Vec<Rect> {
        (0..29)
            .map(|index: u8| {
                let corner = pos2(f32::from(index % 3) * 110.0, f32::from(index / 3) * 100.0);
                Rect::from_min_size(corner, Vec2::new(100.0, 60.0))
            })
            .collect()
    }

    #[test]
    fn every_key_has_its_neighbor() {
        for (at, step, expected) in [
            (4, Step::Next, Some(5)),
            (5, Step::Next, Some(6)),
            (28, Step::Next, None),
            (0, Step::Previous, None),
            (3, Step::Previous, Some(2)),
            (4, Step::Up, Some(1)),
            (1, Step::Up, None),
            (4, Step::Down, Some(7)),
            (26, Step::Down, Some(28)),
            (4, Step::First, Some(0)),
            (4, Step::Last, Some(28)),
            (4, Step::PageDown, Some(16)),
            (25, Step::PageUp, Some(13)),
            (4, Step::PageUp, Some(1)),
            (1, Step::PageUp, None),
            (22, Step::PageDown, Some(28)),
        ] {
            assert_eq!(neighbor(&rows(), at, 400.0, step), expected, "{at} {step:?}");
        }
    }
}
