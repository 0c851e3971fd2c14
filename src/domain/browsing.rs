//! The look of the gallery that is kept from one start to the next: order, view, card size and projects.

use super::curation::Project;
use super::job::{Job, JobState};

/// The order, the view, the card size and the project that were chosen last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptLook {
    /// The order of groups, or of cards on the wall.
    pub sort_by: SortBy,
    /// Whether takes stand in groups or all cards on one wall.
    pub view: View,
    /// How high cards are drawn.
    pub card_size: CardSize,
    /// Which projects are shown.
    pub project: ProjectChoice,
}

/// The chips above the gallery.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, strum::EnumIter)]
pub enum Filter {
    /// Every card.
    #[default]
    All,
    /// Jobs that go on by themselves.
    Working,
    /// Jobs that wait for the user.
    NeedsYou,
    /// Clips that lie on this computer.
    Ready,
    /// Failed, refused, cancelled or gone.
    Failed,
}

impl Filter {
    /// The word on the chip.
    pub fn word(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Working => "Working",
            Self::NeedsYou => "Needs you",
            Self::Ready => "Ready",
            Self::Failed => "Failed",
        }
    }

    /// The number under which a library keeps the chip of a job; [`Filter::All`] stands for jobs that no other chip counts.
    pub fn number(self) -> i64 {
        self as i64
    }

    /// The chip that a library keeps under this number.
    pub fn from_number(number: i64) -> Self {
        use strum::IntoEnumIterator as _;

        Self::iter().find(|chip| chip.number() == number).unwrap_or_default()
    }

    /// The chip of a job, next to [`Filter::All`]. `None` for jobs that are over without a result, such as removed ones.
    pub fn of(job: &Job, is_file_missing: bool) -> Option<Self> {
        match job.state {
            JobState::Ready if is_file_missing => Some(Self::NeedsYou),
            JobState::Ready => Some(Self::Ready),
            state if state.needs_user() => Some(Self::NeedsYou),
            state if state.is_unfinished() => Some(Self::Working),
            JobState::Failed | JobState::Rejected | JobState::Cancelled | JobState::Gone => Some(Self::Failed),
            _ => None,
        }
    }
}

/// Whether a job has a card at all: what was taken off, taken out of the queue or put aside is history.
pub fn has_card(job: &Job) -> bool {
    !job.is_hidden && !matches!(job.state, JobState::Removed | JobState::Discarded)
}

/// Order of groups, or of cards on the wall.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, strum::EnumIter, strum::EnumString, strum::IntoStaticStr,
)]
#[strum(serialize_all = "snake_case")]
pub enum SortBy {
    /// By the time of the order, the newest first.
    #[default]
    Newest,
    /// By the time of the order, the oldest first.
    Oldest,
    /// Most stars first, then newest.
    Stars,
    /// Longest first, then newest.
    Longest,
}

/// How cards are laid out.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, strum::EnumIter, strum::EnumString, strum::IntoStaticStr,
)]
#[strum(serialize_all = "snake_case")]
pub enum View {
    /// The takes of one recipe stand together under their prompt.
    #[default]
    Groups,
    /// All cards stand in rows of equal width, without groups.
    Wall,
}

/// Height of a 16:9 card.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    strum::EnumIter,
    strum::EnumString,
    strum::IntoStaticStr,
)]
#[strum(serialize_all = "snake_case")]
pub enum CardSize {
    /// A 16:9 picture is 104 points high.
    Small,
    /// A 16:9 picture is 136 points high.
    #[default]
    Medium,
    /// A 16:9 picture is 184 points high.
    Large,
}

/// Which projects are shown. New clips go into the one that is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum ProjectChoice {
    /// Clips of all projects and of none. New clips belong to none.
    #[default]
    All,
    /// Clips that belong to no project.
    None,
    /// Clips of this project only.
    Only(Project),
}

impl ProjectChoice {
    /// The project of a clip that is made while this is shown.
    pub fn of_new_clips(&self) -> Option<&Project> {
        match self {
            Self::Only(project) => Some(project),
            Self::All | Self::None => None,
        }
    }

    /// Whether a clip of this project is shown.
    pub fn shows(&self, project: Option<&Project>) -> bool {
        match self {
            Self::All => true,
            Self::None => project.is_none(),
            Self::Only(only) => project == Some(only),
        }
    }
}
