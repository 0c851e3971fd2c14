//! How the gallery is looked at: order, view, size, stars, project, and which cards are chosen together.

use std::collections::{BTreeSet, HashSet};

use super::state::AppState;
use crate::domain::{JobId, Project, Rating};

/// What the user did to the gallery as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Browse {
    /// Chose an order.
    SortBy(SortBy),
    /// Chose groups or wall.
    View(View),
    /// Chose a card size.
    CardSize(CardSize),
    /// Wants only clips with at least so many stars; `None` for all.
    Stars(Option<Rating>),
    /// Chose what is looked at.
    Project(ProjectChoice),
    /// Named a new project; it is looked at from now on. The text as typed.
    NewProject(String),
    /// Ctrl + click: takes a card in or out of the choice.
    SelectAlso(JobId),
    /// Shift + click: everything from the chosen card to this one, in reading order.
    SelectTo(JobId),
    /// Everything that is shown.
    SelectAll,
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

/// How the gallery is looked at now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Browsing {
    /// Order.
    pub sort_by: SortBy,
    /// Groups or wall.
    pub view: View,
    /// Card size.
    pub card_size: CardSize,
    /// Fewest stars.
    pub stars: Option<Rating>,
    /// What is looked at.
    pub project: ProjectChoice,
    /// All projects that are known: those of jobs, and folders that have no clip yet.
    pub projects: BTreeSet<Project>,
    /// Why a new project's name was refused: a sentence.
    pub project_problem: Option<String>,
    /// Cards chosen besides [`super::AppState::selected`].
    pub also_selected: BTreeSet<JobId>,
    /// What the library found for the search, with the number of the question; `None` while nothing is searched for.
    pub hits: Option<HashSet<JobId>>,
    /// Number of the newest question to the library; answers to older ones are dropped.
    pub question: u64,
}

/// All chosen cards that are shown, in reading order: what an act on several clips is about.
pub fn chosen(state: &AppState) -> Vec<JobId> {
    state.gallery.order().filter(|job| is_chosen(state, *job)).collect()
}

/// Whether a card is among the chosen ones.
pub fn is_chosen(state: &AppState, job: JobId) -> bool {
    state.selected == Some(job) || state.browsing.also_selected.contains(&job)
}
