//! What the window asks a library that is too large for memory, and what comes of it.

use crate::domain::JobId;
use crate::domain::paging::{Ask, PageLook, Span};

/// What the library is asked.
#[derive(Clone, Debug, PartialEq)]
pub enum PageWork {
    /// A part of the gallery.
    Span(Box<Ask>),
    /// The shown jobs from one to another, or all of them.
    Shown {
        /// Number of the question.
        number: u64,
        /// How the gallery is looked at.
        look: Box<PageLook>,
        /// The first and the last of them; `None` for all.
        ends: Option<(JobId, JobId)>,
        /// How many are wanted at most. One more is named where there are more.
        limit: usize,
    },
}

/// What the library answered.
#[derive(Clone, Debug, PartialEq)]
pub enum PageNews {
    /// The library is too large to be in memory as a whole; this is what the window opens on.
    Opened(Box<Span>),
    /// The answer to [`PageWork::Span`].
    Span(Box<Span>),
    /// The answer to [`PageWork::Shown`].
    Shown {
        /// The number of the question.
        number: u64,
        /// The jobs.
        jobs: Vec<JobId>,
    },
    /// The question with this number found no answer: a sentence.
    Failed(u64, String),
}
