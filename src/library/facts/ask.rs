//! The questions of the window, put to the reading thread.

use std::collections::HashSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use rusqlite::Connection;

use super::super::Library;
use super::super::error::LibraryError;
use super::chain::relatives;
use super::walk::Walk;
use super::{best_clips, counts, job, ledger_rows, newer, paid_since, seeds};
use crate::domain::facts::{BestClips, CardFacts, CardQuestion, Counts, LedgerRow, Newer, PaidDay};
use crate::domain::ledger::found::{LedgerFound, LedgerQuestion};
use crate::domain::{Job, JobId};

/// Every answer is of what was stored before the question.
///
/// All of these fail with [`LibraryError::Database`] when the library cannot be read, and with [`LibraryError::Closed`]
/// after [`Library::close`].
impl Library {
    /// How many cards and clips there are.
    pub async fn counts(&self) -> Result<Counts, LibraryError> {
        self.about(counts).await
    }

    /// What counts against caps on `first` and every day after it, by the days of `zone`, without the jobs that are named
    /// and without orders that wait to be sent.
    pub async fn paid_since(
        &self,
        first: Date,
        zone: TimeZone,
        without: Vec<JobId>,
    ) -> Result<Vec<PaidDay>, LibraryError> {
        self.about(move |connection| paid_since(connection, first, &zone, &without)).await
    }

    /// What is known of a card beyond its own job; nothing of one that is not there.
    pub async fn card_facts(&self, question: CardQuestion) -> Result<CardFacts, LibraryError> {
        let of = move |connection: &Connection| {
            let Some(job) = job(connection, question.job)? else { return Ok(None) };
            let (relatives, seeds) = (relatives(connection, &job)?, seeds(connection, &job)?);
            Ok(Some((job, CardFacts { relatives, seeds, newer: Vec::new() })))
        };
        let Some((job, mut facts)) = self.about(of).await? else { return Ok(CardFacts::default()) };
        if question.asks_price {
            facts.newer = self.newer_than(job).await?;
        }
        Ok(facts)
    }

    async fn newer_than(&self, job: Job) -> Result<Vec<Job>, LibraryError> {
        let (mut sieve, mut found, mut before) = (Newer::than(&job), Vec::new(), None);
        loop {
            let of = job.clone();
            let portion = move |connection: &Connection| {
                let next = newer(connection, &of, &mut sieve, &mut found, before)?;
                Ok((sieve, found, next))
            };
            (sieve, found, before) = self.about(portion).await?;
            if before.is_none() {
                return Ok(found);
            }
        }
    }

    /// What the ledger finds, without the jobs that are named. `None` as soon as `is_wanted` says that nobody waits for it
    /// any more; other questions get their turn meanwhile.
    pub async fn ledger(
        &self,
        question: LedgerQuestion,
        without: HashSet<JobId>,
        is_wanted: impl Fn() -> bool,
    ) -> Result<Option<LedgerFound>, LibraryError> {
        let mut walk = Walk::new(question, without);
        while is_wanted() {
            let portion = move |connection: &Connection| {
                let has_more = walk.step(connection)?;
                Ok((walk, has_more))
            };
            let (next, has_more) = self.about(portion).await?;
            if !has_more {
                return Ok(Some(next.finish()));
            }
            walk = next;
        }
        Ok(None)
    }

    /// Rows of the ledger, in the order in which they are named. With `true`, a row comes without its job. Orders that are
    /// not there are left out.
    pub async fn ledger_rows(&self, ids: Vec<(JobId, bool)>) -> Result<Vec<(JobId, LedgerRow)>, LibraryError> {
        self.about(move |connection| ledger_rows(connection, &ids)).await
    }

    /// The best clip of each prompt that `best` asks for.
    pub async fn best_clips(&self, mut best: BestClips) -> Result<BestClips, LibraryError> {
        let mut after = None;
        loop {
            let portion = move |connection: &Connection| {
                let next = best_clips(connection, &mut best, after)?;
                Ok((best, next))
            };
            (best, after) = self.about(portion).await?;
            if after.is_none() {
                return Ok(best);
            }
        }
    }
}
