//! What lies over the gallery: one clip, large, or several beside each other.

use crate::app::state::ledger::LedgerView;
use crate::app::state::storyboard::BoardView;
use crate::domain::JobId;

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
    /// One clip, large: the selected one.
    QuickLook,
    /// Clips beside each other.
    Compare(Comparison),
    /// The storyboard of the project that is shown.
    Storyboard(BoardView),
    /// What was spent, order by order.
    Ledger(LedgerView),
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

/// Most clips of a comparison.
pub const MAX_COMPARED: usize = 4;

impl CompareMode {
    /// Its name.
    pub fn text(self) -> &'static str {
        match self {
            Self::SideBySide => "Side by side",
            Self::Swap => "Swap",
            Self::Slider => "Slider",
        }
    }
}

impl Comparison {
    /// The clip that takes the place of the present one when clips are swapped, and lies right of the line in slider mode:
    /// the one after [`Self::focus`].
    pub fn partner(&self) -> JobId {
        let at = self.jobs.iter().position(|job| *job == self.focus).unwrap_or(0);
        self.jobs.get((at + 1) % self.jobs.len().max(1)).copied().unwrap_or(self.focus)
    }
}
