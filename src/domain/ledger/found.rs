//! What a walk over orders finds for the ledger, be they in memory or in a database.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::sums::{Sum, Totals};
use super::{Certainty, Entry, Period};
use crate::domain::caps::SpendingRules;
use crate::domain::gateway::GatewayId;
use crate::domain::id::JobId;
use crate::domain::job::Job;
use crate::domain::time::UnixMillis;

/// What is looked for in the ledger, and when.
#[derive(Clone, Debug, PartialEq)]
pub struct LedgerQuestion {
    /// The orders that are listed and added up.
    pub period: Period,
    /// Whether only those are listed of which nobody knows what they cost. All are added up.
    pub only_not_known: bool,
    /// The day that it is.
    pub today: Date,
    /// The moment of the question.
    pub now: UnixMillis,
    /// The time zone whose days count.
    pub zone: TimeZone,
    /// What credits are worth.
    pub rules: SpendingRules,
}

/// What was found of a [`LedgerQuestion`]. Orders are taken in one by one, in any order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LedgerFound {
    /// What the orders of the period come to.
    pub totals: Totals,
    /// What the orders of today come to.
    pub today: Sum,
    /// What the orders of this month come to.
    pub this_month: Sum,
    /// The paid gateways at which anything was ever ordered.
    pub gateways: BTreeSet<GatewayId>,
    /// The listed orders with the moments by which they are sorted; in no order until [`LedgerFound::sort`].
    pub rows: Vec<(UnixMillis, JobId)>,
}

impl LedgerFound {
    /// Takes an order in, wherever it belongs. One of practice belongs nowhere.
    pub fn add(&mut self, job: &Job, question: &LedgerQuestion) {
        let Some(entry) = Entry::of(job, question.now, &question.zone) else { return };
        self.gateways.insert(job.gateway);
        if entry.day == question.today {
            self.today.add(&entry, &question.rules);
        }
        if entry.day.first_of_month() == question.today.first_of_month() {
            self.this_month.add(&entry, &question.rules);
        }
        if question.period.holds(entry.day) {
            self.totals.add(&entry, &question.rules);
            if !question.only_not_known || is_not_known(&entry) {
                self.rows.push((entry.at, job.id));
            }
        }
    }

    /// Puts the newest order first.
    pub fn sort(&mut self) {
        self.rows.sort_unstable_by_key(|row| std::cmp::Reverse(*row));
    }
}

fn is_not_known(entry: &Entry<'_>) -> bool {
    matches!(entry.counted, Some((Certainty::NotKnown, _)))
}
