//! What the window knows of the desktop around it.

use crate::domain::{JobId, UnixMillis};

/// The desktop around the window, and the endings that it has not been told yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeskState {
    /// Whether another window has the focus.
    pub is_away: bool,
    /// Whether the user was asked, since the window is open, if the desktop is to tell of endings.
    pub was_asked: bool,
    /// Whether the desktop wishes for less movement.
    pub wishes_less_motion: bool,
    /// Whether the desktop wishes for more contrast.
    pub wishes_contrast: bool,
    /// Endings since the window was left that the desktop is to tell, oldest first.
    pub endings: Vec<(JobId, Ended)>,
    /// When these endings are told.
    pub tells_at: Option<UnixMillis>,
}

/// How a job ended, as far as a message of the desktop goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ended {
    /// Its clip is ready.
    Ready,
    /// Somebody has to decide about it.
    NeedsYou,
    /// There is no clip.
    Failed,
}
