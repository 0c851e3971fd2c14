//! Questions about jobs that are not loaded, and their answers.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::app::state::jobs::partial::MoneyQuestion;
use crate::domain::JobId;
use crate::domain::facts::{BestClips, CardFacts, CardQuestion, Counts, LedgerRow, PaidDay};
use crate::domain::ledger::found::{LedgerFound, LedgerQuestion};

/// What is asked of the library. Each is answered by the [`Told`] of the same name.
#[derive(Clone, Debug)]
pub enum Wanted {
    /// How many cards and clips there are.
    Counts,
    /// What was spent this month by jobs that are not loaded.
    Money(MoneyQuestion),
    /// What is known of a card beyond its own job.
    Card(CardQuestion),
    /// What the ledger finds, without these jobs. A newer question makes an older one void.
    Ledger(Box<LedgerQuestion>, Arc<HashSet<JobId>>),
    /// Rows of the ledger, each with whether its job is known already.
    Rows(Vec<(JobId, bool)>),
    /// The best clip of each of these prompts.
    BestClips(BestClips),
    /// The ledger as a file of this name, in a place that is asked for; answered as
    /// [`Effect::ExportLedger`](super::Effect::ExportLedger) is.
    Export(String, Box<LedgerQuestion>),
}

/// What the library told; `None` where it could not be read.
#[derive(Clone, Debug)]
pub enum Told {
    /// How many cards and clips there are.
    Counts(Option<Counts>),
    /// What was spent on the days of this time zone.
    Money(TimeZone, Option<Vec<PaidDay>>),
    /// What is known of a card.
    Card(Option<Box<CardFacts>>),
    /// What the ledger finds.
    Ledger(Option<Box<LedgerFound>>),
    /// The rows that were asked for, and those of them that were found.
    Rows(Vec<JobId>, Vec<(JobId, LedgerRow)>),
    /// The best clip of each prompt.
    BestClips(Option<BestClips>),
}
