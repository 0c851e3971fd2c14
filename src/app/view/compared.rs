//! Which clips are meant when the user names none, by an act on several cards and by *Compare*.
//!
//! *Compare* has two rules. On the line above a group it is about the group: [`best_takes`]. While a card has the keyboard
//! it is about that card: [`chosen_or_neighbors`].

use std::cmp::Reverse;

use super::viewer::is_viewable;
use crate::domain::JobId;

use crate::app::state::AppState;
use crate::app::state::viewer::MAX_COMPARED;

/// Those of `jobs` that are clips, in the given order.
pub fn clips_of(state: &AppState, jobs: &[JobId]) -> Vec<JobId> {
    let found = jobs.iter().filter_map(|id| state.jobs.get(id));
    found.filter(|job| state.is_clip(job)).map(|job| job.id).collect()
}

/// What *Compare* on the line above a group compares: up to four clips, those with most stars first and of equal ones the newest;
/// rejected ones only where nothing else is left. In the order of `takes`; empty with less than two.
pub fn best_takes(state: &AppState, takes: &[JobId]) -> Vec<JobId> {
    let clips = clips_of(state, takes);
    let mut ranked: Vec<_> = clips
        .iter()
        .filter_map(|id| state.jobs.get(id))
        .map(|job| (job.verdict.is_rejected, Reverse(job.verdict.rating), Reverse(job.id)))
        .collect();
    ranked.sort_unstable();
    let kept = ranked.iter().filter(|(is_rejected, ..)| !is_rejected).count();
    // Two are needed; beyond that a rejected take is not brought back to the table.
    ranked.truncate(kept.clamp(2, MAX_COMPARED));
    if ranked.len() < 2 {
        return Vec::new();
    }
    clips.into_iter().filter(|id| ranked.iter().any(|(_, _, Reverse(picked))| picked == id)).collect()
}

/// The cards that keys are about while `card` has the keyboard: all chosen ones if it is among them, else itself alone.
pub fn chosen_with(state: &AppState, card: JobId) -> Vec<JobId> {
    if state.selection.holds(card) { state.chosen() } else { vec![card] }
}

/// What *Compare* compares while `card` has the keyboard: the chosen cards, or else the ready takes of its group. Of more
/// than four takes those that were not rejected, and of these four neighbors, `card` among them.
pub fn chosen_or_neighbors(state: &AppState, card: JobId) -> Vec<JobId> {
    let chosen = chosen_with(state, card);
    if chosen.len() > 1 {
        return chosen;
    }
    let group = state.gallery.place_in_groups(card).and_then(|(group, _)| state.gallery.groups.get(group));
    let mut takes: Vec<JobId> =
        group.into_iter().flat_map(|group| &group.takes).copied().filter(|job| is_viewable(state, *job)).collect();
    if takes.len() > MAX_COMPARED {
        takes.retain(|id| *id == card || state.jobs.get(id).is_some_and(|job| !job.verdict.is_rejected));
    }
    let at = takes.iter().position(|take| *take == card).unwrap_or(0);
    let first = at.min(takes.len().saturating_sub(MAX_COMPARED));
    takes.into_iter().skip(first).take(MAX_COMPARED).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Input;
    use crate::app::update::kit::put;
    use crate::domain::samples::job;
    use crate::domain::{JobState, UnixMillis};
    use crate::engine::event::Event;

    fn picked(takes: &[(u8, bool, JobState)]) -> Vec<u128> {
        let mut state = AppState::new(UnixMillis(1));
        let mut ids = Vec::new();
        for (number, (stars, is_rejected, job_state)) in (1..).zip(takes) {
            let job = job(number).stars(*stars).rejected(*is_rejected).state(*job_state);
            ids.push(job.id);
            put(&mut state, Input::Engine(Event::JobChanged(Box::new(job))));
        }
        best_takes(&state, &ids).iter().map(|id| id.0.as_u128()).collect()
    }

    #[test]
    fn the_best_are_compared_then_the_newest_and_rejected_ones_last() {
        use JobState::{Failed, Ready};
        let ready = |stars| (stars, false, Ready);
        assert_eq!(picked(&[ready(0), ready(0)]), [1, 2]);
        assert_eq!(picked(&[ready(0), ready(5), ready(0), ready(0), ready(2), ready(0)]), [2, 4, 5, 6]);
        assert_eq!(picked(&[ready(1), (5, true, Ready), ready(0)]), [1, 3]);
        assert_eq!(picked(&[ready(1), (5, true, Ready), (0, true, Ready)]), [1, 2]);
        assert_eq!(picked(&[ready(1), (0, false, Failed)]), [0_u128; 0]);
        assert_eq!(picked(&[ready(1)]), [0_u128; 0]);
    }
}
