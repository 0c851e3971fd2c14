//! How a library is looked at, as far as it is kept for the next time.

use super::curation::Project;

/// Order, view, size and project together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptLook {
    /// Order.
    pub sort_by: SortBy,
    /// Groups or wall.
    pub view: View,
    /// Card size.
    pub card_size: CardSize,
    /// Which projects.
    pub project: ProjectChoice,
}

/// Order of groups, or of cards on the wall.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, strum::EnumIter, strum::EnumString, strum::IntoStaticStr,
)]
#[strum(serialize_all = "snake_case")]
pub enum SortBy {
    /// Newest first.
    #[default]
    Newest,
    /// Oldest first.
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
    /// Takes of one recipe under their prompt.
    #[default]
    Groups,
    /// One justified wall of cards.
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
    /// 104 points.
    Small,
    /// 136 points.
    #[default]
    Medium,
    /// 184 points.
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
    /// One project.
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
