//! What the library tells of jobs that are not in memory.

use std::collections::HashSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::run::Session;
use crate::domain::JobId;
use crate::domain::facts::{BestClips, CardFacts, CardQuestion, Counts, LedgerRow, PaidDay};
use crate::domain::ledger::Entry;
use crate::domain::ledger::csv::{self, Reader};
use crate::domain::ledger::found::{LedgerFound, LedgerQuestion};
use crate::domain::ledger::table::Row;
use crate::library::LibraryError;

/// Orders that are read at once for a file.
const PAGE: usize = 500;

/// All of these fail when the library cannot be read.
impl Session {
    /// How many cards and clips there are.
    pub async fn counts(&self) -> Result<Counts, LibraryError> {
        self.library.counts().await
    }

    /// What counts against caps on `first` and every day after it, without the jobs that are named.
    pub async fn paid_since(
        &self,
        first: Date,
        zone: TimeZone,
        without: Vec<JobId>,
    ) -> Result<Vec<PaidDay>, LibraryError> {
        self.library.paid_since(first, zone, without).await
    }

    /// What is known of a card beyond its own job.
    pub async fn card_facts(&self, question: CardQuestion) -> Result<CardFacts, LibraryError> {
        self.library.card_facts(question).await
    }

    /// What the ledger finds, without the jobs that are named; `None` as soon as nobody waits for it any more.
    pub async fn ledger(
        &self,
        question: LedgerQuestion,
        without: HashSet<JobId>,
        is_wanted: impl Fn() -> bool,
    ) -> Result<Option<LedgerFound>, LibraryError> {
        self.library.ledger(question, without, is_wanted).await
    }

    /// Rows of the ledger; with `true`, without their jobs.
    pub async fn ledger_rows(&self, ids: Vec<(JobId, bool)>) -> Result<Vec<(JobId, LedgerRow)>, LibraryError> {
        self.library.ledger_rows(ids).await
    }

    /// The best clip of each prompt that `of` asks for.
    pub async fn best_clips(&self, of: BestClips) -> Result<BestClips, LibraryError> {
        self.library.best_clips(of).await
    }

    /// The ledger as a file for a spreadsheet. Of its orders only some are in memory at a time.
    pub async fn ledger_file(&self, question: LedgerQuestion) -> Result<Vec<u8>, LibraryError> {
        let found = self.library.ledger(question.clone(), HashSet::new(), || true).await?.unwrap_or_default();
        let mut bytes = csv::bytes(&[], Reader::Spreadsheet);
        for page in found.rows.chunks(PAGE) {
            let ids = page.iter().map(|(_, id)| (*id, false)).collect();
            let read = self.library.ledger_rows(ids).await?;
            let row = |(_, row): &(JobId, LedgerRow)| {
                let entry = Entry::of(row.job.as_deref()?, question.now, &question.zone)?;
                Some(Row::of(&entry, row.take.number))
            };
            bytes.extend(csv::more(&read.iter().filter_map(row).collect::<Vec<_>>()));
        }
        Ok(bytes)
    }
}
