//! The gallery of a library that is not in memory as a whole: which part of it is.

use std::cmp::Ordering;
use std::sync::Arc;

use super::{Bounds, Gallery, Mark, Rank, Tally};
use crate::app::state::gallery::Look;
use crate::app::state::jobs::Jobs;
use crate::domain::browsing::View;
use crate::domain::{JobId, Rating};

/// The part of the gallery that was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SpanFacts {
    /// Its first and its last place; `None` where nothing is shown.
    pub ends: Option<(Mark, Mark)>,
    /// Number of places before it.
    pub before: usize,
    /// Number of places behind it.
    pub after: usize,
    /// The cards of the library that are not in memory.
    pub elsewhere: Vec<Tally>,
}

impl Bounds {
    /// Whether a place lies before the span (`Less`), in it, or behind it.
    pub(super) fn side(self, rank: Rank) -> Ordering {
        if self.first.is_some_and(|first| rank < first) {
            Ordering::Less
        } else if self.last.is_some_and(|last| rank > last) {
            Ordering::Greater
        } else {
            Ordering::Equal
        }
    }

    /// Counts a place that leaves.
    pub(super) fn leaves(&mut self, rank: Rank) {
        match self.side(rank) {
            Ordering::Less => self.before = self.before.saturating_sub(1),
            Ordering::Greater => self.after = self.after.saturating_sub(1),
            Ordering::Equal => {}
        }
    }

    /// Counts a place that comes; whether it lies in the span.
    pub(super) fn comes(&mut self, rank: Rank) -> bool {
        let side = self.side(rank);
        match side {
            Ordering::Less => self.before += 1,
            Ordering::Greater => self.after += 1,
            Ordering::Equal => {}
        }
        side.is_eq()
    }
}

impl Gallery {
    /// The gallery of these jobs, which are a part of all.
    pub fn of_span(jobs: &Jobs, look: &Look<'_>, facts: SpanFacts) -> Self {
        let mut gallery = Self { index: super::Index::of(jobs, look), ..Self::default() };
        let rank = |mark: Mark| {
            let stars = Rating::new(u8::try_from(mark.key).unwrap_or(u8::MAX));
            Rank::new(look.sort_by, mark.job, stars, mark.key)
        };
        gallery.elsewhere = Arc::from(facts.elsewhere);
        gallery.span = Bounds {
            first: facts.ends.filter(|_| facts.before > 0).map(|(first, _)| rank(first)),
            last: facts.ends.filter(|_| facts.after > 0).map(|(_, last)| rank(last)),
            before: facts.before,
            after: facts.after,
        };
        gallery.look_anew(look);
        gallery
    }

    /// All jobs in memory anew; the span and what lies elsewhere stay.
    pub fn walk_anew(&mut self, jobs: &Jobs, look: &Look<'_>) {
        self.index = super::Index::of(jobs, look);
        self.look_anew(look);
    }

    /// Forgets which part of the gallery is in memory: until that is known anew, it is all that there is.
    pub fn unbind(&mut self) {
        self.span = Bounds::default();
    }

    /// Number of places before those in memory: of groups, or of cards on the wall.
    pub fn before(&self) -> usize {
        self.span.before
    }

    /// Number of places behind those in memory.
    pub fn after(&self) -> usize {
        self.span.after
    }

    /// Number of places in memory.
    pub fn here(&self) -> usize {
        match self.view {
            View::Groups => self.groups.len(),
            View::Wall => self.wall.len(),
        }
    }

    /// Number of the place of a card among those in memory, from 0. `None` for a card that is elsewhere or not shown.
    pub fn index_of(&self, job: JobId) -> Option<usize> {
        match self.view {
            View::Groups => self.place_in_groups(job).map(|(group, _)| group),
            View::Wall => self.place_on_wall(job),
        }
    }

    /// The first job of the place with this number among those in memory.
    pub fn job_at(&self, index: usize) -> Option<JobId> {
        match self.view {
            View::Groups => self.groups.get(index)?.takes.first().copied(),
            View::Wall => Some(self.wall.get(index)?.job),
        }
    }

    /// Whether some of the gallery is not in memory.
    pub fn is_partial(&self) -> bool {
        self.span.before > 0 || self.span.after > 0
    }
}
