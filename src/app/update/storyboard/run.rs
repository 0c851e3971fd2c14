//! Plays the storyboard through: one clip after the other, and a card for a second where there is a gap.

use std::time::Duration;

use crate::app::state::AppState;
use crate::app::state::storyboard::{GAP_STAYS, Run};
use crate::app::state::viewer::Viewer;
use crate::app::view::storyboard::{first_to_play, is_playable};
use crate::app::view::viewer::film;
use crate::domain::storyboard::{BoardShot, ShotKey};

fn run(state: &AppState) -> Option<Run> {
    match &state.viewer {
        Some(Viewer::Storyboard(view)) => view.run,
        _ => None,
    }
}

fn set(state: &mut AppState, run: Option<Run>) {
    if let Some(Viewer::Storyboard(view)) = &mut state.viewer {
        view.run = run;
    }
}

/// Begins at the chosen shot; halts, or goes on.
pub(super) fn play(state: &mut AppState) {
    match run(state) {
        Some(run) => halt(state, run, !run.is_halted),
        None => {
            let Some(Viewer::Storyboard(view)) = &state.viewer else { return };
            if let Some(first) = first_to_play(state.board(), view.focus) {
                play_from(state, first);
            }
        }
    }
}

pub(super) fn play_from(state: &mut AppState, key: ShotKey) {
    let was_looping = run(state).map_or(state.playback.is_looping, |run| run.was_looping);
    if state.board().position(key).is_some() && matches!(state.viewer, Some(Viewer::Storyboard(_))) {
        // Films that could not be opened are tried again.
        state.films.retain(|_, film| film.is_ok());
        enter(state, Run { at: key, still_until: None, is_halted: false, was_looping });
    }
}

/// Ends playing; the shot that was shown last is chosen.
pub(in crate::app::update) fn stop(state: &mut AppState) {
    let Some(run) = run(state) else { return };
    state.playback = state.playback.rewound();
    state.playback.is_looping = run.was_looping;
    if let Some(Viewer::Storyboard(view)) = &mut state.viewer {
        view.run = None;
        view.choose_only(Some(run.at));
    }
}

pub(super) fn turn(state: &mut AppState, forward: bool) {
    let Some(run) = run(state) else { return };
    if let Some(next) = beside(state, run.at, forward) {
        enter(state, Run { at: next, ..run });
    }
}

pub(super) fn tick(state: &mut AppState) {
    let Some(run) = run(state) else { return };
    if run.is_halted {
        return;
    }
    let is_over = match (run.still_until, run.at.job()) {
        (Some(until), _) => until <= state.now,
        (None, Some(job)) => match state.films.get(&job) {
            // One that cannot be played is shown as long as a gap.
            Some(Err(_)) => {
                set(state, Some(Run { still_until: Some(state.now.after(GAP_STAYS)), ..run }));
                return;
            }
            Some(Ok(_)) => !state.playback.is_playing,
            None => false,
        },
        (None, None) => true,
    };
    if is_over {
        match beside(state, run.at, true) {
            Some(next) => enter(state, Run { at: next, ..run }),
            None => stop(state),
        }
    }
}

/// How long the window may sleep before a gap ends.
pub(in crate::app::update) fn next_change(state: &AppState) -> Option<Duration> {
    let unkept = state.storyboards_unkept_since;
    let keep = unkept.map(|since| since.after(super::KEEP_DRAFT_AFTER).since(state.now));
    let gap = run(state).filter(|run| !run.is_halted).and_then(|run| run.still_until);
    let gap = gap.map(|until| until.since(state.now));
    keep.into_iter().chain(gap).map(|time| time.max(Duration::from_millis(20))).min()
}

fn beside(state: &AppState, at: ShotKey, forward: bool) -> Option<ShotKey> {
    let board = state.board();
    let place = board.position(at)?;
    let next = if forward { place.checked_add(1)? } else { place.checked_sub(1)? };
    board.shots().get(next).map(BoardShot::key)
}

/// Shows a shot from its beginning.
fn enter(state: &mut AppState, run: Run) {
    let is_clip = is_playable(state, run.at);
    let still_until = (!is_clip).then(|| state.now.after(GAP_STAYS));
    set(state, Some(Run { still_until, ..run }));
    state.playback = state.playback.rewound();
    state.playback.is_looping = false;
    if is_clip {
        let film = film(state);
        state.playback.play(!run.is_halted, state.now, film);
    }
}

fn halt(state: &mut AppState, run: Run, is_halted: bool) {
    let still_until = run.still_until.map(|_| state.now.after(GAP_STAYS));
    set(state, Some(Run { is_halted, still_until, ..run }));
    if run.still_until.is_none() {
        let film = film(state);
        state.playback.play(!is_halted, state.now, film);
    }
}
