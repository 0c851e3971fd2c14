//! What the user does while looking at clips.

use crate::app::state::playback::Speed;
use crate::app::state::viewer::CompareMode;
use crate::domain::JobId;

/// What the user did while looking at clips.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Viewing {
    /// Wants to see a clip large.
    QuickLook(JobId),
    /// Wants to see two to four clips beside each other.
    Compare(Vec<JobId>),
    /// Closes quick look or compare.
    Close,
    /// Goes to the next ready clip in the gallery's order (`true`), or to the one before (`false`).
    Turn(bool),
    /// Starts the playhead, or halts it.
    Play(bool),
    /// So many frames on, or back when negative; halts.
    Step(i32),
    /// Moves the playhead to this frame and halts it.
    Seek(u32),
    /// Chose the speed of the playhead.
    SetSpeed(Speed),
    /// Whether it begins again at the end.
    SetLooping(bool),
    /// Chose how clips are compared.
    SetMode(CompareMode),
    /// Chose the clip of a comparison that keys are about.
    Focus(JobId),
    /// Swap mode: shows the next clip in place of the present one.
    Swap,
    /// Slider mode: where the two pictures meet, in thousandths of the width.
    Divide(u16),
    /// Whether clips are heard.
    Mute(bool),
    /// Chose how loud clips are heard, from 0 to 100.
    SetVolume(u8),
}

/// What the open films say when the playhead begins to run. Both carry the number of that run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameNews {
    /// The first frames are not all decoded yet.
    Missing(u64),
    /// The first frames are there.
    Ready(u64),
}

/// What became of the sound that [`wanted`](crate::app::view::heard::wanted) asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SoundNews {
    /// It is about to be heard.
    Opening,
    /// This place of the film is heard now, in milliseconds.
    At(u64),
    /// It was heard to its end.
    Ended,
    /// There is nothing to hear it with: a clause that says why.
    NoDevice(String),
    /// The sound of this clip cannot be played: a clause that says why.
    Unreadable(JobId, String),
}
