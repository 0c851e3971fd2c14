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
    /// Back to the gallery.
    Close,
    /// The next ready clip in the gallery's order (`true`), or the one before.
    Turn(bool),
    /// Starts or halts.
    Play(bool),
    /// So many frames on, or back when negative; halts.
    Step(i32),
    /// To this frame; halts.
    Seek(u32),
    /// Chose a speed.
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
}
