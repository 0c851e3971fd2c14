//! A library of which only some jobs are loaded: what was told of the others, and what has to be asked for.
//!
//! Jobs that go on or wait for the user are always loaded, and whatever changes becomes loaded by that. Of all others only
//! sums are known. They are exact whenever no question is on its way, however jobs are loaded and dropped meanwhile.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::Jobs;
use crate::app::state::spending::paid_day;
use crate::domain::facts::{Counts, PaidDay};
use crate::domain::shared::SharedJob;
use crate::domain::{JobId, Money};

/// What is known of the jobs that are not loaded.
#[derive(Clone, Debug, Default)]
pub struct Partial {
    /// The cards of the whole library, as they were told last.
    counts: Option<Counts>,
    money: MoneyElsewhere,
    /// Jobs that were changed or are new, and jobs that were dropped, since somebody looked.
    moved: Moved,
}

/// What happened to jobs since somebody looked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// Jobs that were changed or are new.
    pub changed: BTreeSet<JobId>,
    /// Jobs that are not loaded any more.
    pub dropped: BTreeSet<JobId>,
}

/// A question for the sums of jobs that are not loaded.
#[derive(Clone, Debug, PartialEq)]
pub struct MoneyQuestion {
    /// The first day that is asked for.
    pub first: Date,
    /// The time zone whose days count.
    pub zone: TimeZone,
    /// The jobs that are loaded, which are not to be counted.
    pub without: Arc<[JobId]>,
}

#[derive(Clone, Debug, Default)]
struct MoneyElsewhere {
    /// The first day of what is known; `None` until the first answer.
    since: Option<Date>,
    /// The first day of the question that is on its way.
    asked: Option<Date>,
    /// Whether something happened that makes what is known doubtful, or the answer that is on its way.
    is_stale: bool,
    /// Whether the last question had no answer, because the library could not be read: then it waits for a change.
    is_given_up: bool,
    /// What became or ceased to be loaded since the question, with its sign: the answer does not know of it.
    moves: Vec<PaidDay>,
}

impl Partial {
    /// Notes a change of a job, or a new one.
    pub(super) fn changed(&mut self, id: JobId, is_loaded: bool) {
        self.moved.changed.insert(id);
        // Whether it is a new one, or one that the sums elsewhere hold, only the library can tell.
        self.money.is_stale |= !is_loaded;
        self.money.is_given_up = false;
    }
}

impl Jobs {
    /// Whether all jobs of the library are loaded. Then nothing has to be asked.
    pub fn is_whole(&self) -> bool {
        self.partial.is_none()
    }

    /// Says whether all jobs of the library are loaded, or only some of them; all that are live among those.
    pub fn set_whole(&mut self, is_whole: bool) {
        if is_whole != self.is_whole() {
            self.partial = (!is_whole).then(Box::default);
            self.spending.set_elsewhere(&[]);
            self.edits += 1;
        }
    }

    /// Takes in a job that was read from the library, unless it is known, and maybe better, already.
    pub fn load(&mut self, id: JobId, job: impl Into<SharedJob>) {
        if self.jobs.contains_key(&id) {
            return;
        }
        let job = job.into();
        self.edits += 1;
        self.moved_elsewhere(&job, true);
        self.put(id, job);
    }

    /// Drops a job that is not near the view any more. One that is live stays, and every one where all jobs are loaded.
    /// Returns whether it is gone.
    pub fn unload(&mut self, id: &JobId) -> bool {
        if self.is_whole() || self.jobs.get(id).is_none_or(|job| job.is_live()) {
            return false;
        }
        let Some(job) = self.jobs.remove(id) else { return false };
        self.edits += 1;
        self.sums.take_off(&job);
        self.spending.take_off(&job, &self.zone);
        let recipe = self.hash(&job);
        if let Some(alike) = self.by_recipe.get_mut(&recipe) {
            alike.retain(|other| other != id);
            if alike.is_empty() {
                self.by_recipe.remove(&recipe);
            }
        }
        let shape = crate::domain::price_book::PricedShape::of(&job);
        if let Some(alike) = self.by_price.get_mut(&shape) {
            alike.remove(id);
            if alike.is_empty() {
                self.by_price.remove(&shape);
            }
        }
        self.moved_elsewhere(&job, false);
        if let Some(partial) = &mut self.partial {
            partial.moved.dropped.insert(*id);
        }
        true
    }

    /// Moves what a job comes to between the sums of the loaded jobs and those of the others.
    fn moved_elsewhere(&mut self, job: &SharedJob, is_loaded: bool) {
        let Some(partial) = &mut self.partial else { return };
        let Some(mut paid) = paid_day(job, &self.zone) else { return };
        if is_loaded {
            paid.money = Money(paid.money.0.saturating_neg());
            paid.credits.0 = paid.credits.0.saturating_neg();
        }
        let money = &mut partial.money;
        if money.asked.is_some() {
            money.moves.push(paid);
        }
        // What lies before is not known, and counts for nothing that is shown.
        if money.since.is_some_and(|since| paid.day >= since) {
            self.spending.move_elsewhere(paid);
        }
    }

    /// Forgets what was told of days, because they are other days now.
    pub(super) fn forget_elsewhere(&mut self) {
        self.spending.set_elsewhere(&[]);
        if let Some(partial) = &mut self.partial {
            partial.money = MoneyElsewhere::default();
        }
    }

    /// Whether what was spent is known: not before the first answer to [`Jobs::money_question`].
    pub fn is_spending_known(&self) -> bool {
        self.partial.as_ref().is_none_or(|partial| partial.money.since.is_some())
    }

    /// What has to be asked to know what was spent, if anything: the sums of this month, which begins on `first`, of the
    /// jobs that are not loaded. It is then on its way, and nothing else is asked until it is answered.
    pub fn money_question(&mut self, first: Date) -> Option<MoneyQuestion> {
        let money = &mut self.partial.as_mut()?.money;
        let is_due = money.is_stale || money.since.is_none_or(|since| since != first);
        if !is_due || money.is_given_up || money.asked.is_some() {
            return None;
        }
        (money.asked, money.is_stale) = (Some(first), false);
        money.moves.clear();
        Some(MoneyQuestion { first, zone: self.zone.clone(), without: self.jobs.keys().copied().collect() })
    }

    /// Takes in the answer to [`Jobs::money_question`]; `None` where the library could not be read. What was dropped and
    /// loaded since the question is taken into account. An answer that something new made doubtful counts until the next
    /// one, which has to be asked for.
    pub fn money_told(&mut self, zone: &TimeZone, days: Option<&[PaidDay]>) {
        let Some(partial) = &mut self.partial else { return };
        let money = &mut partial.money;
        // An answer in the days of another time zone is to a question that was given up.
        if *zone != self.zone {
            return;
        }
        let Some(first) = money.asked.take() else { return };
        let moves = std::mem::take(&mut money.moves);
        let Some(days) = days else {
            (money.is_stale, money.is_given_up) = (true, true);
            return;
        };
        // A job that came in meanwhile may be in the answer and is loaded as well: better the sums that are known.
        if money.is_stale && money.since == Some(first) {
            return;
        }
        money.since = Some(first);
        self.spending.set_elsewhere(days);
        for paid in moves.into_iter().filter(|paid| paid.day >= first) {
            self.spending.move_elsewhere(paid);
        }
        self.edits += 1;
    }

    /// What is counted of all cards of the library: of the loaded ones until it was told.
    pub fn counts(&self) -> &Counts {
        self.partial.as_ref().and_then(|partial| partial.counts.as_ref()).unwrap_or(&self.sums.counts)
    }

    /// Takes in what was counted of all cards of the library.
    pub fn counts_told(&mut self, counts: Counts) {
        if let Some(partial) = &mut self.partial {
            partial.counts = Some(counts);
        }
    }

    /// What happened since this was asked last; nothing where all jobs are loaded.
    pub fn moved(&mut self) -> Moved {
        self.partial.as_mut().map(|partial| std::mem::take(&mut partial.moved)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
