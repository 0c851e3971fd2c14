//! Which films are open, how large, and which of their frames is shown. Pure.

use std::path::PathBuf;

use crate::app::state::AppState;
use crate::app::state::playback::Playback;
use crate::app::state::viewer::{CompareMode, Viewer};
use crate::app::view::viewer::looked_at;
use crate::domain::JobId;

/// Films that are open at once at most: the clips of a comparison.
pub const MOST_FILMS: usize = 4;

/// So many frames earlier than the playhead's a frame may be that is shown in its place while the film runs.
const LATE: u32 = 30;

/// In points: the longer side of a film in the details.
const DETAILS_SIDE: f32 = 640.0;

/// In pixels: sizes rise by this step, so that films are not scaled anew for every pixel by which the window grows.
const STEP: u32 = 128;

/// The clips whose films are open, with their paths as the library keeps them.
pub fn open_films(state: &AppState) -> Vec<(JobId, PathBuf)> {
    let film = |job: &JobId| {
        let job = state.jobs.get(job).filter(|job| state.is_clip(job))?;
        Some((job.id, job.clip.as_ref()?.path.clone()))
    };
    looked_at(state).iter().filter_map(film).take(MOST_FILMS).collect()
}

/// The box in pixels for a film of which it is not known yet how large it is shown, in a window of that size in points: as large as
/// it may be at most.
pub fn film_bounds(state: &AppState, (width, height): (f32, f32), pixels_per_point: f32) -> (u32, u32) {
    let (width, height) = match &state.viewer {
        None => (width.min(DETAILS_SIDE), height.min(DETAILS_SIDE)),
        Some(Viewer::Compare(comparison)) if comparison.mode == CompareMode::SideBySide => {
            match comparison.jobs.len() {
                0 | 1 => (width, height),
                2 => (width / 2.0, height),
                3 => (width / 3.0, height),
                _ => (width / 2.0, height / 2.0),
            }
        }
        Some(_) => (width, height),
    };
    let pixels = |points: f32| ((points * pixels_per_point).max(1.0) as u32).div_ceil(STEP).saturating_mul(STEP);
    (pixels(width), pixels(height))
}

/// What an open film has.
pub struct Supply<'a> {
    /// Number of its frames; `None` while it is opened.
    pub frames: Option<u32>,
    /// Whether a frame is ready to be shown.
    pub has: &'a dyn Fn(u32) -> bool,
}

impl Supply<'_> {
    /// The frame of this film that goes with frame `number` of the longest: a shorter film stays at its last.
    pub fn frame_at(&self, number: u32) -> Option<u32> {
        Some(number.min(self.frames?.saturating_sub(1)))
    }
}

/// The frame number that all films show now, so that they never differ; `None` when what is shown stays. `shown` is the
/// number that they show, if they do. A playhead that stands waits for its own frame. While it runs, the newest frame that
/// all films have is shown, and those that came too late are passed over.
pub fn common_frame(playback: &Playback, shown: Option<u32>, films: &[Supply<'_>]) -> Option<u32> {
    let wanted = playback.frame;
    let oldest = match shown {
        _ if !playback.is_playing => wanted,
        Some(shown) if shown < wanted => (shown + 1).max(wanted.saturating_sub(LATE)),
        _ => wanted.saturating_sub(LATE),
    };
    let is_there = |number: &u32| films.iter().all(|film| film.frame_at(*number).is_some_and(film.has));
    (oldest..=wanted).rev().filter(|_| !films.is_empty()).find(is_there)
}

/// Frames that were never shown between one picture and the next of a film that runs.
pub fn dropped_frames(playback: &Playback, shown: Option<u32>, next: u32) -> u32 {
    match shown {
        Some(shown) if playback.is_playing && shown < next => next - shown - 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests;
