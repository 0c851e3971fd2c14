//! What the library was asked about jobs that are not loaded, and what it told. Of a library that is loaded whole nothing is
//! asked, and nothing stands here.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::civil::Date;

use crate::app::action::spend::Consent;
use crate::app::state::AppState;
use crate::app::state::jobs::Jobs;
use crate::app::state::ledger::LedgerView;
use crate::domain::caps::{SpendingRules, day_of};
use crate::domain::facts::{CardFacts, CardQuestion, LedgerRow, TakeNumber};
use crate::domain::ledger::Period;
use crate::domain::ledger::found::{LedgerFound, LedgerQuestion};
use crate::domain::{Job, JobId};

/// Most rows of the ledger that are kept; when there are more, all are read anew.
const MOST_ROWS: usize = 2_000;

/// All questions that are asked again and again.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The number of the last question. An answer carries the number of its own.
    number: u64,
    /// How many cards there are; the answer lies in [`Jobs`].
    pub counts: Line<(), ()>,
    /// The card that is selected, or that something waits for.
    pub card: Line<CardQuestion, CardFacts>,
    /// The shown part of the ledger.
    pub ledger: Line<LedgerAsked, LedgerFound>,
    /// The best clip of each prompt; the answer lies in the history of prompts.
    pub best_clips: Line<(), ()>,
    /// Whether the best clips were asked for.
    pub wants_best_clips: bool,
    /// Rows of the ledger near the view.
    pub rows: Rows,
    /// More takes that are to be ordered as soon as their seeds are known.
    pub more: Option<(JobId, Consent)>,
    /// Changes with everything that was told of the ledger.
    pub revision: u64,
}

/// One question that is asked again whenever its answer may be out of date. At most one is on its way; a newer one makes it
/// void.
#[derive(Clone, Debug)]
pub struct Line<Q, A> {
    on_its_way: Option<(u64, Q)>,
    known: Option<(Q, A)>,
    is_stale: bool,
    /// The question that had no answer, because the library could not be read: it waits for a change.
    given_up: Option<Q>,
}

impl<Q, A> Default for Line<Q, A> {
    fn default() -> Self {
        Self { on_its_way: None, known: None, is_stale: false, given_up: None }
    }
}

impl<Q: PartialEq + Clone, A> Line<Q, A> {
    /// Says that an answer to `question` is wanted. Returns whether it has to be asked now, under the number that is counted
    /// on then.
    pub fn want(&mut self, question: &Q, number: &mut u64) -> bool {
        let is_answered = self.known.as_ref().is_some_and(|(known, _)| known == question);
        let is_asked = match &self.on_its_way {
            Some((_, asked)) => asked == question,
            None => !self.is_stale && (is_answered || self.given_up.as_ref() == Some(question)),
        };
        if is_asked {
            return false;
        }
        *number += 1;
        self.on_its_way = Some((*number, question.clone()));
        (self.is_stale, self.given_up) = (false, None);
        true
    }

    /// Says that the answer may be out of date, also one that is on its way.
    pub fn changed(&mut self) {
        self.is_stale = true;
    }

    /// Takes in an answer; `None` where the library could not be read. Returns whether it was waited for.
    pub fn told(&mut self, number: u64, answer: Option<A>) -> bool {
        let Some((_, question)) = self.on_its_way.take_if(|(asked, _)| *asked == number) else { return false };
        match answer {
            Some(answer) => self.known = Some((question, answer)),
            None => self.given_up = Some(question),
        }
        true
    }

    /// The last answer with its question.
    pub fn known(&self) -> Option<&(Q, A)> {
        self.known.as_ref()
    }

    /// The question that is on its way.
    pub fn asked(&self) -> Option<&Q> {
        self.on_its_way.as_ref().map(|(_, question)| question)
    }

    /// Forgets everything; an answer that is on its way is not waited for any more.
    pub fn forget(&mut self) {
        *self = Self::default();
    }
}

/// What is asked of the ledger, and of which jobs the window knows more than the answer.
#[derive(Clone, Debug)]
pub struct LedgerAsked {
    period: Period,
    only_not_known: bool,
    today: Date,
    rules: SpendingRules,
    /// Jobs that were loaded when it was asked: they are not in the answer.
    pub without: Arc<HashSet<JobId>>,
}

impl PartialEq for LedgerAsked {
    fn eq(&self, other: &Self) -> bool {
        let key = |of: &Self| (of.period, of.only_not_known, of.today, of.rules.clone());
        key(self) == key(other)
    }
}

impl LedgerAsked {
    /// The question of `view` now.
    pub fn of(state: &AppState, view: &LedgerView) -> Self {
        let question = question(state, view);
        let LedgerQuestion { period, only_not_known, today, rules, .. } = question;
        Self {
            period,
            only_not_known,
            today,
            rules,
            without: state.jobs.values().map(|job| job.id).collect::<HashSet<_>>().into(),
        }
    }
}

/// What the ledger looks for in `view` now.
pub fn question(state: &AppState, view: &LedgerView) -> LedgerQuestion {
    LedgerQuestion {
        period: view.period(),
        only_not_known: view.only_not_known,
        today: day_of(state.now, &state.time_zone),
        now: state.now,
        zone: state.time_zone.clone(),
        rules: SpendingRules::from(&state.settings),
    }
}

/// Rows of the ledger that were read.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    known: HashMap<JobId, LedgerRow>,
    asked: HashSet<JobId>,
}

impl Rows {
    /// Which of these rows have to be read, each with whether its job is known already; they are on their way then.
    pub fn want(&mut self, ids: &[JobId], jobs: &Jobs) -> Vec<(JobId, bool)> {
        if self.known.len() + ids.len() > MOST_ROWS {
            self.known.clear();
        }
        let missing = ids.iter().filter(|id| !self.has(**id, jobs) && !self.asked.contains(*id));
        let missing: Vec<(JobId, bool)> = missing.map(|id| (*id, jobs.contains_key(id))).collect();
        self.asked.extend(missing.iter().map(|(id, _)| *id));
        missing
    }

    /// Whether everything that a row shows is known.
    pub fn has(&self, id: JobId, jobs: &Jobs) -> bool {
        self.known.get(&id).is_some_and(|row| row.job.is_some() || jobs.contains_key(&id))
    }

    /// Whether a row is known, or on its way.
    pub fn is_known_or_asked(&self, id: JobId, jobs: &Jobs) -> bool {
        self.has(id, jobs) || self.asked.contains(&id)
    }

    /// Takes in what was read of the rows that were `asked`.
    pub fn told(&mut self, asked: &[JobId], rows: Vec<(JobId, LedgerRow)>) {
        for id in asked {
            self.asked.remove(id);
        }
        self.known.extend(rows);
    }

    /// Forgets a row that changed.
    pub fn forget(&mut self, id: JobId) {
        self.known.remove(&id);
    }

    /// Forgets all rows.
    pub fn clear(&mut self) {
        self.known = HashMap::new();
        self.asked.clear();
    }

    /// The order of a row that was read.
    pub fn job(&self, id: JobId) -> Option<&Job> {
        self.known.get(&id)?.job.as_deref()
    }

    /// The number of an order among the takes of its recipe.
    pub fn take(&self, id: JobId) -> Option<TakeNumber> {
        self.known.get(&id).map(|row| row.take)
    }
}

impl Facts {
    /// The number of the next question of a line, if it has to be asked now.
    pub fn ask<Q: PartialEq + Clone, A>(
        &mut self,
        line: impl FnOnce(&mut Self) -> &mut Line<Q, A>,
        question: &Q,
    ) -> Option<u64> {
        let mut number = self.number;
        let is_asked = line(self).want(question, &mut number);
        self.number = number;
        is_asked.then_some(number)
    }

    /// What was told of the card of this job.
    pub fn of_card(&self, job: JobId) -> Option<&CardFacts> {
        self.card.known().filter(|(question, _)| question.job == job).map(|(_, facts)| facts)
    }
}

impl AppState {
    /// An order of the ledger: one that is loaded, or was read for it.
    pub fn order_of(&self, id: JobId) -> Option<&Job> {
        self.jobs.get(&id).or_else(|| self.facts.rows.job(id))
    }

    /// Every job that is known to belong to the chain of `job`: all that are loaded, and those that were read for it.
    pub fn family_of(&self, job: JobId) -> impl Iterator<Item = &Job> {
        let read = self.facts.of_card(job).into_iter().flat_map(|facts| &facts.relatives);
        self.jobs.values().chain(read.filter(|read| !self.jobs.contains_key(&read.id)))
    }

    /// A job that is loaded, or was read for the chain of the card that is looked at.
    pub fn known_job(&self, id: JobId) -> Option<&Job> {
        let read = || self.facts.card.known()?.1.relatives.iter().find(|job| job.id == id);
        self.jobs.get(&id).or_else(read)
    }

    /// Whether all takes of the recipe of `job` are known.
    pub fn knows_takes_of(&self, job: JobId) -> bool {
        self.jobs.is_whole() || self.facts.of_card(job).is_some()
    }
}

#[cfg(test)]
mod tests;
