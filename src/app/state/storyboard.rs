//! How the storyboard is looked at: which shots are chosen, and how far it is played.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::domain::UnixMillis;
use crate::domain::storyboard::ShotKey;

/// How long a gap is shown while the board is played.
pub const GAP_STAYS: Duration = Duration::from_secs(1);

/// The storyboard in place of the three panes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BoardView {
    /// The shot that keys are about.
    pub focus: Option<ShotKey>,
    /// The chosen shots; holds `focus`.
    pub chosen: BTreeSet<ShotKey>,
    /// The shot from which a range is chosen.
    pub anchor: Option<ShotKey>,
    /// How far it is played, while it is.
    pub run: Option<Run>,
}

impl BoardView {
    /// Chooses one shot and no other, or none.
    pub fn choose_only(&mut self, key: Option<ShotKey>) {
        self.focus = key;
        self.anchor = key;
        self.chosen = key.into_iter().collect();
    }
}

/// A board that is played through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// The shot that is shown.
    pub at: ShotKey,
    /// Until when a gap is shown; `None` for a clip, which ends by itself.
    pub still_until: Option<UnixMillis>,
    /// Whether the user halted it.
    pub is_halted: bool,
    /// Whether the playhead began again at the end before; it does not while a board is played.
    pub was_looping: bool,
}
