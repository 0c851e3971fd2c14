//! The part of a large gallery that is in memory: what a library is asked for it, and what it answers.
//!
//! A *place* is a group where takes stand in groups, and a card on the wall. A *span* is a run of places that follow each
//! other in one look at the gallery, with the number of places before and after it.

use std::collections::HashSet;

use super::browsing::{Filter, ProjectChoice, SortBy, View};
use super::curation::{Project, Rating};
use super::id::JobId;
use super::job::Job;

/// A library with no more jobs than this is in memory as a whole.
pub const WHOLE: usize = 2_000;

/// How many places a span has when it is read; an odd place more or less does no harm.
pub const SPAN: usize = 320;

/// How many places the window opens on.
pub const FIRST_PAGE: usize = 48;

/// How many hits of a search are looked at before the first answer: more than a window shows, and few enough that nobody waits.
pub const FIRST_HITS: usize = 100;

/// The most cards that can be chosen at once where not all of them are in memory.
pub const MOST_CHOSEN: usize = 10_000;

/// How a gallery is looked at: everything that decides which cards a library shows, and where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageLook {
    /// The chip that is chosen. A library knows nothing of files that are missing.
    pub filter: Filter,
    /// The fewest stars of a shown clip; `None` shows all.
    pub stars: Option<Rating>,
    /// The project that is shown.
    pub project: ProjectChoice,
    /// The order of places.
    pub sort_by: SortBy,
    /// Whether places are groups or cards.
    pub view: View,
    /// What was typed into the search; without a word in it nothing is searched for.
    pub search: String,
}

/// From where a span is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// Its first place is the first of all.
    Start,
    /// Its last place is the last of all.
    End,
    /// Around the place with this number, from 0.
    Rank(u64),
    /// Around the place of this job. Where the job has none any more, around the place with this number.
    Around(JobId, u64),
}

/// What a library is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Number of the question, by which its answer is known.
    pub number: u64,
    /// How the gallery is looked at.
    pub look: PageLook,
    /// From where.
    pub from: From,
    /// How many places are wanted.
    pub limit: usize,
    /// Jobs that are needed besides, each with all takes of its recipe.
    pub pins: Vec<JobId>,
    /// Jobs that are in memory: the answer names them and does not repeat them.
    pub known: HashSet<JobId>,
    /// Of a search only the newest hits are wanted, at once: see [`Span::is_rough`].
    pub is_quick: bool,
}

/// What decides where a place lies in its order, next to its job: the stars or the seconds, 0 in orders of age; and the job
/// that speaks for it: the newest take of a group or its oldest, or the card itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Stars or seconds.
    pub key: u32,
    /// The job that speaks for the place.
    pub job: JobId,
}

/// How the library counts one card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountedCard {
    /// The job.
    pub id: JobId,
    /// Its chip.
    pub chip: Filter,
    /// Its stars.
    pub stars: Rating,
    /// Its project.
    pub project: Option<Project>,
    /// Bytes of its clip; `None` while there is none.
    pub clip_bytes: Option<u64>,
}

/// Cards of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Their project.
    pub project: Option<Project>,
    /// Their chip.
    pub chip: Filter,
    /// Their stars.
    pub stars: Rating,
    /// How many there are.
    pub cards: u64,
    /// How many of them have a clip.
    pub clips: u64,
    /// Bytes of these clips together.
    pub clip_bytes: u64,
}

/// The answer to an [`Ask`], all of it as of one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Span {
    /// Number of the question.
    pub number: u64,
    /// The first and the last place of the span; `None` where nothing is shown.
    pub ends: Option<(Mark, Mark)>,
    /// Number of places before the first of the span.
    pub before: u64,
    /// Number of places behind the last of the span.
    pub after: u64,
    /// There are more hits than were looked at, so the places behind it are not counted, and some may be missing among those
    /// that are here.
    pub is_rough: bool,
    /// All cards whose recipe has a place in the span or a pinned job, each once.
    pub cards: Vec<CountedCard>,
    /// The jobs of those cards that were not known, and pinned jobs without a card.
    pub jobs: Vec<Job>,
    /// All cards of the library.
    pub tallies: Vec<Tally>,
}
