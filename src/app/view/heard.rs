//! Which clip is heard, how loud, and what stands beside the control of the sound. Pure.

use crate::app::state::AppState;
use crate::app::state::playback::{Heard, Speed};
use crate::app::state::viewer::Viewer;
use crate::app::view::viewer::{film, looked_at};
use crate::domain::JobId;

/// The sound that is to be heard now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WantedSound {
    /// The clip whose sound it is.
    pub job: JobId,
    /// The run of the playhead.
    pub run: u64,
    /// Where the playhead is, in milliseconds.
    pub from_millis: u64,
    /// The length of the run through the film, in milliseconds: in a comparison that of the longest.
    pub length_millis: u64,
    /// Whether it begins again at the end.
    pub is_looping: bool,
    /// How loud it is, from 0 to 100.
    pub volume: u8,
}

/// What stands beside the control of the sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SoundSign {
    /// The clip has no sound, so that there is nothing to control.
    NoSound,
    /// It is heard when the film plays.
    On,
    /// The user wants to hear nothing.
    Muted,
    /// Sound is heard at the film's own speed only.
    OtherSpeed,
    /// There is nothing to hear it with: a clause that says why.
    NoDevice(String),
    /// This clip's sound cannot be played: a clause that says why.
    Unreadable(String),
}

/// The one clip that is heard when the playhead runs: in a comparison the one that keys are about.
pub fn heard_clip(state: &AppState) -> Option<JobId> {
    match &state.viewer {
        Some(Viewer::Compare(comparison)) => Some(comparison.focus),
        _ => looked_at(state).first().copied(),
    }
}

/// Whether a clip has a sound track: by its film once that is open, else by its file.
pub fn has_sound(state: &AppState, job: JobId) -> bool {
    match state.films.get(&job) {
        Some(Ok(film)) => film.has_audio,
        _ => state.jobs.get(&job).and_then(|job| job.clip.as_ref()).is_some_and(|clip| clip.has_audio),
    }
}

/// The sound that is to be heard now; `None` for silence. Who mutes a sound that is heard does not lose its place.
pub fn wanted(state: &AppState) -> Option<WantedSound> {
    let playback = &state.playback;
    let (job, film) = (heard_clip(state)?, film(state)?);
    let has_sound = state.films.get(&job)?.as_ref().is_ok_and(|film| film.has_audio);
    // It would run ahead of the picture.
    let has_frames = playback.frames_awaited_since.is_none();
    if !playback.is_playing || !has_frames || playback.speed != Speed::Normal || !has_sound {
        return None;
    }
    let is_muted = is_muted(state);
    if is_muted && !matches!(state.heard, Heard::Opening | Heard::On) {
        return None;
    }
    Some(WantedSound {
        job,
        run: playback.run,
        from_millis: film.starts_at(playback.frame),
        length_millis: film.duration_millis,
        is_looping: playback.is_looping,
        volume: if is_muted { 0 } else { state.settings.sound.volume },
    })
}

/// Whether nothing is heard, because the user wants it so.
pub fn is_muted(state: &AppState) -> bool {
    state.settings.sound.is_muted || state.settings.sound.volume == 0
}

/// What stands beside the control of the sound of a clip.
pub fn sign(state: &AppState, job: JobId) -> SoundSign {
    match &state.heard {
        _ if !has_sound(state, job) => SoundSign::NoSound,
        Heard::Unreadable(of, reason) if *of == job => SoundSign::Unreadable(reason.clone()),
        _ if is_muted(state) => SoundSign::Muted,
        Heard::NoDevice(reason) => SoundSign::NoDevice(reason.clone()),
        _ if state.playback.speed != Speed::Normal => SoundSign::OtherSpeed,
        _ => SoundSign::On,
    }
}

impl SoundSign {
    /// A few words beside the control; none while all is as it should be.
    pub fn words(&self) -> Option<&'static str> {
        match self {
            Self::On | Self::Muted => None,
            Self::NoSound => Some("No sound in this clip"),
            Self::OtherSpeed => Some("Heard at 1\u{d7} only"),
            Self::NoDevice(_) => Some("No sound device"),
            Self::Unreadable(_) => Some("Sound not playable"),
        }
    }

    /// What happened and what to do, where that takes a sentence or two.
    pub fn advice(&self) -> Option<String> {
        match self {
            Self::On | Self::Muted | Self::NoSound => None,
            Self::OtherSpeed => Some("The film runs at another speed. Choose 1\u{d7} to hear it.".to_owned()),
            Self::NoDevice(reason) => {
                let start = if cfg!(target_os = "linux") {
                    "Start PulseAudio or PipeWire, or connect a device"
                } else {
                    "Connect a device, or choose one in the settings of the system"
                };
                Some(format!("The film plays on silently: {reason}. {start}, and press play again."))
            }
            Self::Unreadable(reason) => {
                Some(format!("The film plays on silently: {reason}. The file is whole; the system player may play it."))
            }
        }
    }

    /// What to do in a few words, for a narrow row.
    pub fn brief_advice(&self) -> Option<&'static str> {
        match self {
            Self::NoDevice(_) if cfg!(target_os = "linux") => Some("start PulseAudio or PipeWire, then play again"),
            Self::NoDevice(_) => Some("connect one, then play again"),
            Self::Unreadable(_) => Some("the system player may play it"),
            Self::On | Self::Muted | Self::NoSound | Self::OtherSpeed => None,
        }
    }
}

#[cfg(test)]
mod tests;
