//! What is handed on to an editor: the chosen clips, or the shots of the storyboard.

use jiff::Timestamp;

use crate::app::state::AppState;
use crate::domain::hand_off::choice::{best_take, why_not};
use crate::domain::hand_off::order::{HandOff, Shot};
use crate::domain::hand_off::{Gap, names};
use crate::domain::storyboard::{BoardShot, ShotId, Standing, Storyboard, running_millis};
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
    state.board().shots().iter().any(|shot| take_of(state, state.board(), shot).is_some())
}

/// All shots of the storyboard that is shown, with their best takes; gaps where there is none.
pub fn board_order(state: &AppState) -> HandOff {
    let board = state.board();
    let shots = board.shots().iter().map(|shot| match take_of(state, board, shot) {
        Some(job) => Shot::Clip(Box::new(job.clone())),
        None => Shot::Gap(gap(state, shot)),
    });
    let project = state.board_key();
    HandOff { name: names::of_project(project.as_ref()), shots: shots.collect(), join: true }
}

fn take_of<'a>(state: &'a AppState, board: &Storyboard, shot: &BoardShot) -> Option<&'a Job> {
    let is_missing = |job: &Job| state.missing_files.contains(&job.id);
    match shot {
        BoardShot::Clip(id) => {
            let job = state.jobs.get(id);
            // A card that the user took off is gone from the board's film as well.
            let on_board = job.filter(|job| !job.is_hidden && job.trashed_at.is_none())?;
            // A take that has a place of its own stands there, and not for others as well.
            let has_own_place = |take: &Job| take.id != *id && board.shots().contains(&BoardShot::Clip(take.id));
            let takes = state.jobs.takes_of(on_board).filter(|take| !has_own_place(take));
            best_take(Some(on_board), takes, is_missing)
        }
        BoardShot::Planned(planned) => best_take(None, orders_of(state, board, planned.id), is_missing),
    }
}

fn orders_of<'a>(state: &'a AppState, board: &Storyboard, shot: ShotId) -> Vec<&'a Job> {
    board.orders_of(shot).filter_map(|id| state.jobs.get(&id)).collect()
}

fn gap(state: &AppState, shot: &BoardShot) -> Gap {
    let (title, why, millis) = match shot {
        BoardShot::Clip(id) => {
            let job = state.jobs.get(id);
            let standing = Standing::of(job, state.missing_files.contains(id));
            let title = job.map(|job| job.request.prompt().to_owned()).unwrap_or_default();
            (title, why_not(standing), job.map(running_millis))
        }
        BoardShot::Planned(planned) => {
            let coming = orders_of(state, state.board(), planned.id).into_iter().find(|job| job.state.is_unfinished());
            let standing = if coming.is_some() { Standing::Coming } else { Standing::Planned };
            (planned.prompt.clone(), why_not(standing), coming.map(running_millis))
        }
    };
    // What was never ordered is as long as the form would make it.
    let of_form = || u64::from(state.draft.duration.secs()) * 1000;
    Gap { title, why: why.to_owned(), millis: millis.unwrap_or_else(of_form) }
}

fn today(state: &AppState) -> String {
    let now = Timestamp::from_millisecond(state.now.0).unwrap_or_default();
    state.time_zone.to_datetime(now).strftime("%Y-%m-%d").to_string()
}
