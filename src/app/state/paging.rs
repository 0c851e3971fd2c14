//! Which part of a large library is in memory, and what it was asked last.

use std::collections::{BTreeSet, HashSet};

use super::viewer::Viewer;
use super::{AppState, UndoStep};
use crate::domain::paging::{From, PageLook};
use crate::domain::search::SearchWords;
use crate::domain::{JobId, UnixMillis};

/// Most jobs of steps that can be taken back which are kept in memory for them.
const MOST_OF_UNDO: usize = 4_000;

/// What is known of the part that is in memory.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Paging {
    /// Whether the library is too large to be in memory as a whole.
    pub is_on: bool,
    /// Number of the last question.
    pub number: u64,
    /// The question that is not answered yet.
    pub asked: Option<Asked>,
    /// What is to be asked when that one is answered.
    pub wanted: Option<Want>,
    /// The look that was asked for last.
    pub look: PageLook,
    /// Jobs that changed, or were told of, since that question: they stay as they are.
    pub newer: BTreeSet<JobId>,
    /// When to ask once more, because something changed that memory cannot tell the place of.
    pub due_at: Option<UnixMillis>,
    /// When a card changed last: the library may not know it yet.
    pub changed_at: Option<UnixMillis>,
    /// Number of the last jump, and where it leads: so the view goes there once.
    pub jump: (u64, Jump),
    /// Number of the question for cards that are to be chosen.
    pub choosing: Option<u64>,
}

/// A question on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Its number.
    pub number: u64,
    /// For which look.
    pub look: PageLook,
    /// From where.
    pub from: From,
    /// The jobs that it names as needed.
    pub pins: HashSet<JobId>,
    /// What is to be done with the answer.
    pub then: Then,
}

/// A question that is to be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Want {
    /// From where.
    pub from: From,
    /// What is to be done with the answer.
    pub then: Then,
}

/// What follows when a span is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// The view stays where it is.
    Nothing,
    /// The view goes to the first card.
    GoToStart,
    /// The view goes to this card, if it is shown.
    Show(JobId),
    /// The first card of all is chosen and shown.
    ChooseFirst,
    /// The last card of all is chosen and shown.
    ChooseLast,
}

/// Where the view goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Jump {
    /// To the first card.
    #[default]
    Start,
    /// To this card.
    To(JobId),
}

impl Paging {
    /// Whether a question is on its way whose answer holds the place with this number.
    pub fn is_coming(&self, rank: u64) -> bool {
        let is_near = |from: From| match from {
            From::Start | From::End => true,
            From::Rank(asked) | From::Around(_, asked) => asked.abs_diff(rank) < 60,
        };
        self.asked.as_ref().is_some_and(|asked| is_near(asked.from))
            || self.wanted.is_some_and(|want| is_near(want.from))
    }
}

impl AppState {
    /// How the gallery is looked at, as a library is asked.
    pub fn page_look(&self) -> PageLook {
        let is_searching = !SearchWords::new(&self.search).is_empty();
        PageLook {
            filter: self.filter,
            stars: self.browsing.stars,
            project: self.browsing.project.clone(),
            sort_by: self.browsing.sort_by,
            view: self.browsing.view,
            search: if is_searching { self.search.clone() } else { String::new() },
        }
    }

    /// Jobs that stay in memory wherever the view is: those at work, chosen, looked at, in the storyboard, and those that a
    /// step would take back.
    pub fn pins(&self) -> HashSet<JobId> {
        let mut pins: HashSet<JobId> = self.jobs.values().filter(|job| job.is_live()).map(|job| job.id).collect();
        pins.extend(self.selection.card);
        pins.extend(self.selection.anchor);
        pins.extend(&self.selection.also);
        if let Some(Viewer::Compare(comparison)) = &self.viewer {
            pins.extend(&comparison.jobs);
        }
        pins.extend(self.draft.parent.map(|parent| parent.job));
        let board = self.board();
        pins.extend(board.shots().iter().filter_map(|shot| shot.key().job()));
        pins.extend(board.orders().iter().map(|(_, job)| *job));
        let steps = self.undo.iter().rev().chain(self.redo.iter().rev());
        let of_steps = steps.flat_map(|step| -> Vec<JobId> {
            match step {
                UndoStep::Verdicts(verdicts) => verdicts.iter().map(|(job, _)| *job).collect(),
                UndoStep::Projects(projects) => projects.iter().map(|(job, _)| *job).collect(),
                UndoStep::Trash(jobs) => jobs.clone(),
                _ => Vec::new(),
            }
        });
        pins.extend(of_steps.take(MOST_OF_UNDO));
        pins
    }
}
