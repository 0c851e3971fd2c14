//! What is handed on to an editor: the chosen clips, or the shots of the storyboard.

use jiff::Timestamp;

use crate::app::state::AppState;
use crate::domain::hand_off::board::{Cards, has_clip, shots};
use crate::domain::hand_off::names;
use crate::domain::hand_off::order::{HandOff, Shot};
use crate::domain::{Job, JobId};

/// The ready ones of these clips, in the order in which they were made.
pub fn clips_order(state: &AppState, jobs: &[JobId]) -> HandOff {
    let mut ready: Vec<&Job> =
        jobs.iter().filter_map(|id| state.jobs.get(id)).filter(|job| state.is_clip(job)).collect();
    ready.sort_unstable_by_key(|job| job.id);
    ready.dedup_by_key(|job| job.id);
    let name = names::first_name(ready.iter().copied(), &today(state));
    let shots = ready.into_iter().map(|job| Shot::Clip(Box::new(job.clone()))).collect();
    HandOff { name, shots, join: true }
}

/// Whether the storyboard that is shown has anything to hand on.
pub fn can_hand_board(state: &AppState) -> bool {
    has_clip(state.board(), state)
}

/// All shots of the storyboard that is shown, with their best takes; gaps where there is none.
pub fn board_order(state: &AppState) -> HandOff {
    let shots = shots(state.board(), state, state.draft.duration);
    HandOff { name: names::of_project(state.board_key().as_ref()), shots, join: true }
}

impl Cards for AppState {
    fn job(&self, id: JobId) -> Option<&Job> {
        self.jobs.get(&id)
    }

    fn takes_of<'a>(&'a self, job: &'a Job) -> impl Iterator<Item = &'a Job> {
        self.jobs.takes_of(job)
    }

    fn is_missing(&self, job: &Job) -> bool {
        self.missing_files.contains(&job.id)
    }
}

fn today(state: &AppState) -> String {
    let now = Timestamp::from_millisecond(state.now.0).unwrap_or_default();
    state.time_zone.to_datetime(now).strftime("%Y-%m-%d").to_string()
}
