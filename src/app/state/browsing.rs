//! How the gallery is looked at: order, view, card size, stars, project, and what the search found.

use std::collections::{BTreeSet, HashSet};

use crate::domain::browsing::{CardSize, ProjectChoice, SortBy, View};
use crate::domain::{JobId, Project, Rating};

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
    /// What the library found for the search, with the number of the question; `None` while nothing is searched for.
    pub hits: Option<HashSet<JobId>>,
    /// Number of the newest question to the library; answers to older ones are dropped.
    pub question: u64,
    /// Jobs that changed since it was asked: the answer may not know them as they are.
    pub changed_since_question: BTreeSet<JobId>,
}
