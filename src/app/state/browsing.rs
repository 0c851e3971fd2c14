//! How the gallery is looked at: order, view, card size, stars, project, and what the search found.

use std::collections::{BTreeSet, HashSet};

use crate::domain::browsing::{CardSize, ProjectChoice, SortBy, View};
use crate::domain::{JobId, Project, Rating};

/// How the gallery is looked at now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Browsing {
    /// The order of groups, or of cards on the wall.
    pub sort_by: SortBy,
    /// Whether takes stand in groups or all cards on one wall.
    pub view: View,
    /// How high cards are drawn.
    pub card_size: CardSize,
    /// The fewest stars of a shown clip; `None` shows all.
    pub stars: Option<Rating>,
    /// The project that is shown.
    pub project: ProjectChoice,
    /// All projects that are known: those of jobs, and folders that have no clip yet.
    pub projects: BTreeSet<Project>,
    /// Why a new project's name was refused: a sentence.
    pub project_problem: Option<String>,
    /// The jobs that match the search; `None` while nothing is searched for.
    pub hits: Option<HashSet<JobId>>,
    /// Number of the newest question to the library; answers to older ones are dropped.
    pub question: u64,
    /// Jobs that changed since it was asked: the answer may not know them as they are.
    pub changed_since_question: BTreeSet<JobId>,
}
