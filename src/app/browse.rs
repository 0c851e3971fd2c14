//! How the gallery is looked at: order, view, size, stars, project, and which cards are chosen together.

use std::collections::{BTreeSet, HashSet};

use super::state::AppState;
pub use crate::domain::browsing::{CardSize, KeptLook, ProjectChoice, SortBy, View};
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
    /// Where a range begins that Shift extends: the card that was clicked last without it.
    pub anchor: Option<JobId>,
    /// What the library found for the search, with the number of the question; `None` while nothing is searched for.
    pub hits: Option<HashSet<JobId>>,
    /// Number of the newest question to the library; answers to older ones are dropped.
    pub question: u64,
    /// Jobs that changed since it was asked: the answer may not know them as they are.
    pub changed_since_question: BTreeSet<JobId>,
}

/// All chosen cards that are shown, in reading order: what an act on several clips is about.
pub fn chosen(state: &AppState) -> Vec<JobId> {
    let also = &state.browsing.also_selected;
    let is_chosen = |job: &JobId| state.selected == Some(*job) || also.contains(job);
    // To sort many by their places takes longer than to read all cards once.
    if also.len() > state.gallery.shown() / 16 {
        return state.gallery.order().filter(is_chosen).collect();
    }
    let mut placed: Vec<_> = state
        .selected
        .iter()
        .chain(also.iter().filter(|job| state.selected != Some(**job)))
        .filter_map(|job| Some((state.gallery.place_of(*job)?, *job)))
        .collect();
    placed.sort_unstable();
    placed.into_iter().map(|(_, job)| job).collect()
}

/// Whether a card is among the chosen ones.
pub fn is_chosen(state: &AppState, job: JobId) -> bool {
    state.selected == Some(job) || state.browsing.also_selected.contains(&job)
}
