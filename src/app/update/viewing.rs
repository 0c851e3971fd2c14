//! Quick look, compare and the playhead.

use crate::app::action::Effects;
use crate::app::action::viewing::{FrameNews, SoundNews, Viewing};
use crate::app::state::AppState;
use crate::app::state::playback::{FilmFacts, Heard};
use crate::app::state::viewer::{CompareMode, Comparison, MAX_COMPARED, Viewer};
use crate::app::view::compare;
use crate::app::view::viewer::{film, is_viewable, looked_at, neighbor};
use crate::domain::JobId;
use crate::domain::settings::{SoundSettings, VOLUME};

use super::settings::save;
use super::{storyboard, toast};

pub(super) fn act(state: &mut AppState, viewing: Viewing, to: &mut Effects) {
    match viewing {
        Viewing::QuickLook(job) => quick_look(state, job),
        Viewing::Compare(jobs) => begin(state, jobs),
        Viewing::Close => {
            storyboard::stop(state);
            close(state);
        }
        Viewing::Turn(forward) => turn(state, forward),
        Viewing::Play(is_playing) => {
            // Touched first: only then the film of the selected clip counts.
            state.playback.is_touched = true;
            let film = film(state);
            state.playback.play(is_playing, state.now, film);
        }
        Viewing::Step(frames) => {
            state.playback.is_touched = true;
            let film = film(state);
            state.playback.step(frames, state.now, film);
        }
        Viewing::Seek(frame) => {
            state.playback.is_touched = true;
            let film = film(state);
            state.playback.seek(frame, film);
        }
        Viewing::SetSpeed(speed) => {
            let film = film(state);
            state.playback.set_speed(speed, state.now, film);
        }
        Viewing::SetLooping(is_looping) => {
            let film = film(state);
            state.playback.set_looping(is_looping, state.now, film);
        }
        Viewing::SetMode(mode) => set_mode(state, mode),
        Viewing::Focus(job) => change(state, |comparison| {
            if comparison.jobs.contains(&job) {
                comparison.focus = job;
            }
        }),
        Viewing::Swap => change(state, |comparison| comparison.focus = comparison.partner()),
        Viewing::Divide(divide) => change(state, |comparison| comparison.divide = divide.min(1000)),
        Viewing::Mute(is_muted) => set_sound(state, to, |sound| {
            sound.is_muted = is_muted;
            // Whoever wants to hear something hears something.
            if !is_muted && sound.volume == 0 {
                sound.volume = SoundSettings::default().volume;
            }
        }),
        Viewing::SetVolume(volume) => set_sound(state, to, |sound| {
            sound.volume = volume.min(*VOLUME.end());
            sound.is_muted = false;
        }),
    }
}

fn set_sound(state: &mut AppState, to: &mut Effects, change: impl FnOnce(&mut SoundSettings)) {
    let before = state.settings.sound;
    change(&mut state.settings.sound);
    if state.settings.sound != before {
        save(state, to);
    }
}

/// The playhead waits for the first frames of its run. What is told of an earlier run is over.
pub(super) fn frames_told(state: &mut AppState, news: FrameNews) {
    match news {
        FrameNews::Missing(run) if run == state.playback.run => state.playback.wait_for_frames(state.now),
        FrameNews::Ready(run) if run == state.playback.run => state.playback.go_on_with_frames(state.now),
        FrameNews::Missing(_) | FrameNews::Ready(_) => {}
    }
}

/// The sound is the clock while it is heard.
pub(super) fn sound_told(state: &mut AppState, news: SoundNews) {
    let film = film(state);
    state.heard = match news {
        SoundNews::Opening => {
            state.playback.wait_for_sound(state.now);
            Heard::Opening
        }
        SoundNews::At(millis) => {
            state.playback.hear(millis, state.now, film);
            Heard::On
        }
        SoundNews::Ended => Heard::Silent,
        SoundNews::NoDevice(reason) => Heard::NoDevice(reason),
        SoundNews::Unreadable(job, reason) => Heard::Unreadable(job, reason),
    };
    if !matches!(state.heard, Heard::Opening | Heard::On) {
        state.playback.go_on_silently(state.now);
    }
}

pub(super) fn film_opened(state: &mut AppState, job: JobId, opened: Result<FilmFacts, String>) {
    state.films.insert(job, opened);
    let film = film(state);
    if let Some(film) = film {
        // What was typed while the length was not known.
        state.playback.frame = state.playback.frame.min(film.last_frame());
    }
}

/// Moves the playhead on with the clock.
pub(super) fn tick(state: &mut AppState) {
    let film = film(state);
    state.playback.advance(state.now, film);
}

/// Brings the playhead and what lies over the gallery in line with what else changed: another card was chosen, or a clip
/// that is looked at left. `before` is the card that was chosen.
pub(super) fn follow(state: &mut AppState, before: Option<JobId>) {
    let is_comparing = matches!(state.viewer, Some(Viewer::Compare(_) | Viewer::Storyboard(_)));
    if state.selection.card != before && !is_comparing {
        rewind(state);
    }
    match &state.viewer {
        Some(Viewer::QuickLook) if !state.selection.card.is_some_and(|job| is_viewable(state, job)) => close(state),
        Some(Viewer::Compare(comparison)) if !comparison.jobs.iter().all(|job| is_viewable(state, *job)) => {
            let left: Vec<JobId> = comparison.jobs.iter().copied().filter(|job| is_viewable(state, *job)).collect();
            if left.len() < 2 {
                close(state);
            } else {
                change(state, |comparison| {
                    if !left.contains(&comparison.focus) {
                        comparison.focus = left[0];
                    }
                    comparison.jobs = left;
                });
                // A shape may have gone with its clip.
                if let Some(Viewer::Compare(comparison)) = &state.viewer {
                    set_mode(state, comparison.mode);
                }
            }
        }
        Some(Viewer::Storyboard(_)) => storyboard::follow(state),
        _ => {}
    }
}

fn quick_look(state: &mut AppState, job: JobId) {
    if !is_viewable(state, job) {
        return;
    }
    if state.selection.card != Some(job) {
        state.selection.card = Some(job);
        state.playback = state.playback.rewound();
    }
    storyboard::stop(state);
    state.viewer = Some(Viewer::QuickLook);
    forget_troubles(state);
    let film = film(state);
    state.playback.play(!state.moves_less(), state.now, film);
}

/// The same clips in the gallery's order, at the frame that is looked at now.
fn begin(state: &mut AppState, jobs: Vec<JobId>) {
    let order: Vec<JobId> = state.gallery.order().collect();
    let mut jobs: Vec<JobId> = jobs.into_iter().filter(|job| is_viewable(state, *job)).collect();
    jobs.sort_by_key(|job| (order.iter().position(|id| id == job).unwrap_or(usize::MAX), *job));
    jobs.dedup();
    let count = jobs.len();
    if count < 2 {
        let text = "Choose cards with Ctrl + click, or a card whose group has more than one ready take.";
        toast(state, "Comparing needs two to four ready clips", text, None);
        return;
    }
    if count > MAX_COMPARED {
        let text = format!("These are the first four of the {count} that you chose.");
        toast(state, "Four clips are compared at most", text, None);
        jobs.truncate(MAX_COMPARED);
    }
    let focus = state.selection.card.filter(|job| jobs.contains(job)).unwrap_or(jobs[0]);
    state.viewer = Some(Viewer::Compare(Comparison { jobs, focus, mode: CompareMode::SideBySide, divide: 500 }));
    forget_troubles(state);
    let film = film(state);
    let frame = state.playback.frame;
    state.playback.seek(frame, film);
}

fn close(state: &mut AppState) {
    state.viewer = None;
    let film = film(state);
    if state.playback.is_touched {
        state.playback.play(false, state.now, film);
    }
}

fn turn(state: &mut AppState, forward: bool) {
    if state.viewer != Some(Viewer::QuickLook) {
        return;
    }
    if let Some(next) = state.selection.card.and_then(|job| neighbor(state, job, forward)) {
        // `follow` rewinds the playhead.
        state.selection.card = Some(next);
    }
}

/// The first frame of another clip. In quick look it goes on playing if the last one did.
fn rewind(state: &mut AppState) {
    let was_playing = state.playback.is_playing;
    state.playback = state.playback.rewound();
    forget_troubles(state);
    if state.viewer == Some(Viewer::QuickLook) {
        let film = film(state);
        state.playback.play(was_playing, state.now, film);
    }
}

fn set_mode(state: &mut AppState, mode: CompareMode) {
    let Some(Viewer::Compare(comparison)) = &state.viewer else { return };
    let mode = if compare::offers(state, comparison, mode) { mode } else { CompareMode::SideBySide };
    change(state, |comparison| comparison.mode = mode);
}

fn change(state: &mut AppState, change: impl FnOnce(&mut Comparison)) {
    if let Some(Viewer::Compare(comparison)) = &mut state.viewer {
        change(comparison);
    }
}

/// Films that could not be opened are tried again when they are looked at the next time.
fn forget_troubles(state: &mut AppState) {
    let seen = looked_at(state);
    state.films.retain(|job, film| film.is_ok() || seen.contains(job));
}

#[cfg(test)]
mod tests;
