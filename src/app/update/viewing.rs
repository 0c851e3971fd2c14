//! Quick look, compare and the playhead.

use crate::app::action::Effect;
use crate::app::playback::FilmFacts;
use crate::app::state::AppState;
use crate::app::viewing::Viewing;
use crate::domain::JobId;

pub(super) fn act(state: &mut AppState, viewing: Viewing, _to: &mut Vec<Effect>) {
    match viewing {
        Viewing::Play(is_playing) => {
            state.playback.is_touched = true;
            state.playback.is_playing = is_playing;
        }
        Viewing::Seek(frame) => {
            state.playback.is_touched = true;
            state.playback.is_playing = false;
            state.playback.frame = frame;
        }
        _ => {}
    }
}

pub(super) fn film_opened(state: &mut AppState, job: JobId, film: Result<FilmFacts, String>) {
    state.films.insert(job, film);
}
