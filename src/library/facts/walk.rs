//! A walk over the orders that the ledger asks about, in portions.

use std::collections::HashSet;

use rusqlite::{Connection, params};

use super::super::database::copy_of;
use super::super::error::LibraryError;
use super::{MARGIN, begin, used_gateways};
use crate::domain::JobId;
use crate::domain::ledger::Period;
use crate::domain::ledger::found::{LedgerFound, LedgerQuestion};

/// Orders that are read in one portion, which takes some hundredths of a second.
const PORTION: usize = 1_000;

/// How far a walk is.
#[derive(Debug)]
pub(in crate::library) struct Walk {
    question: LedgerQuestion,
    /// Jobs that whoever asks knows better.
    without: HashSet<JobId>,
    /// Moments of payment that are still to be looked at: from the first one, before the second.
    ranges: Vec<(i64, i64)>,
    /// How many orders of the first moment of the last range were read already.
    ties: usize,
    is_begun: bool,
    found: LedgerFound,
}

impl Walk {
    pub(in crate::library) fn new(question: LedgerQuestion, without: HashSet<JobId>) -> Self {
        let zone = &question.zone;
        let today = question.today;
        // What a clock that was set back dates into the future counts today.
        let this_month = (begin(today.first_of_month(), zone).saturating_sub(MARGIN), i64::MAX);
        let year = |year: i16| jiff::civil::Date::new(year, 1, 1).map_or(i64::MAX, |first| begin(first, zone));
        let next = |day: jiff::civil::Date| day.last_of_month().tomorrow().map_or(i64::MAX, |first| begin(first, zone));
        let (from, to) = match question.period {
            Period::All => (i64::MIN, i64::MAX),
            Period::Year(day) => (year(day.year()), year(day.year().saturating_add(1))),
            Period::Month(day) => (begin(day.first_of_month(), zone), next(day)),
        };
        let (from, to) = (from.saturating_sub(MARGIN), to.saturating_add(MARGIN));
        // Both ranges may overlap; no order is to be counted twice.
        let ranges = if question.period.holds(today) || to >= this_month.0 {
            vec![(from.min(this_month.0), i64::MAX)]
        } else {
            vec![this_month, (from, to)]
        };
        Self { question, without, ranges, ties: 0, is_begun: false, found: LedgerFound::default() }
    }

    /// Reads a portion. Returns whether there is more.
    pub(in crate::library) fn step(&mut self, connection: &Connection) -> Result<bool, LibraryError> {
        if !self.is_begun {
            self.is_begun = true;
            self.found.gateways = used_gateways(connection)?;
            // Orders that wait to be sent are paid for today.
            let mut waiting = connection
                .prepare_cached("SELECT id, seq, doc, doc_sum FROM jobs WHERE is_live = 1 AND state = 'queued'")?;
            let mut rows = waiting.query([])?;
            while let Some(row) = rows.next()? {
                self.take_in(row);
            }
        }
        let Some((from, to)) = self.ranges.last().copied() else { return Ok(false) };
        let mut statement = connection.prepare_cached(
            "SELECT id, seq, doc, doc_sum, paid_at FROM jobs WHERE paid_at IS NOT NULL AND paid_at >= ?1 AND paid_at < ?2
                ORDER BY paid_at, gateway, paid_money, paid_credits, rowid LIMIT ?3 OFFSET ?4",
        )?;
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let mut rows = statement.query(params![from, to, number(PORTION), number(self.ties)])?;
        let (mut count, mut at, mut ties) = (0, from, self.ties);
        while let Some(row) = rows.next()? {
            count += 1;
            let paid_at: i64 = row.get(4)?;
            ties = if paid_at == at { ties + 1 } else { 1 };
            at = paid_at;
            self.take_in(row);
        }
        drop(rows);
        if count < PORTION {
            self.ranges.pop();
            self.ties = 0;
        } else {
            // The statement skips what it has read of the last moment.
            if let Some(range) = self.ranges.last_mut() {
                range.0 = at;
            }
            self.ties = ties;
        }
        Ok(!self.ranges.is_empty())
    }

    fn take_in(&mut self, row: &rusqlite::Row<'_>) {
        let Some(job) = copy_of(row).map(|copy| copy.job) else { return };
        if !self.without.contains(&job.id) {
            self.found.add(&job, &self.question);
        }
    }

    /// What was found, the newest order first.
    pub(in crate::library) fn finish(mut self) -> LedgerFound {
        self.found.sort();
        self.found
    }
}
