//! Looking at clips: quick look, compare, and the playhead that both share with the details.

use crate::domain::JobId;

use super::playback::Speed;

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

/// How clips are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, strum::EnumIter)]
pub enum CompareMode {
    /// All of them.
    #[default]
    SideBySide,
    /// One in the place of the other.
    Swap,
    /// Two of one shape, divided by a line.
    Slider,
}

/// What lies over the gallery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// One clip, large: [`super::AppState::selected`].
    QuickLook,
    /// Clips beside each other.
    Compare(Comparison),
}

/// Two to four clips under one playhead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The clips, in the gallery's order.
    pub jobs: Vec<JobId>,
    /// The one that keys are about; one of `jobs`.
    pub focus: JobId,
    /// How.
    pub mode: CompareMode,
    /// Where the pictures meet in slider mode, in thousandths of the width.
    pub divide: u16,
}
