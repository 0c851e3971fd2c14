//! The rows of the ledger in words, as files and the command line have them. The names of the columns are pinned: scripts
//! and spreadsheets read them.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::Serialize;

use super::{Charged, Entry, Outcome};
use crate::domain::asker::Asker;
use crate::domain::gateway::GatewayId;
use crate::domain::id::JobId;
use crate::domain::job::Job;
use crate::domain::money::{Amount, Credits, Money};
use crate::domain::setting::ModelId;
use crate::domain::take::TakeKey;
use crate::domain::time::UnixMillis;

/// One row of the ledger in words. An amount stands in two cells: a plain decimal number, and its unit, `credits` or `USD`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Our own name for the job.
    pub id: JobId,
    /// When it was sent, else when it was ordered: RFC 3339, in Coordinated Universal Time.
    pub time: String,
    /// The gateway.
    pub gateway: GatewayId,
    /// The model.
    pub model: ModelId,
    /// The settings in one line: `720p · 5 s · 16:9 · silent`.
    pub settings: String,
    /// What the shot shows.
    pub prompt: String,
    /// Its number among all orders of the same recipe, from 1 in the order of their making. It never changes.
    pub take: usize,
    /// The project.
    pub project: Option<String>,
    /// The price that was shown.
    pub shown: String,
    /// The unit of the price that was shown.
    pub shown_unit: &'static str,
    /// `no`, `yes`, `assumed` or `not known`.
    pub charged: &'static str,
    /// What was charged, as told or assumed; none where that is not known, and 0 where nothing was charged.
    pub charged_amount: Option<String>,
    /// The unit of what was charged.
    pub charged_unit: Option<&'static str>,
    /// What was charged more than shown; less than zero where it was less. Only where the gateway named another amount of
    /// the same unit.
    pub difference: Option<String>,
    /// How it ended.
    pub outcome: Outcome,
    /// Who ordered it: `window`, `command_line` or `agent`.
    pub asked_by: Asker,
}

impl Row {
    /// The row of an order.
    pub fn of(entry: &Entry<'_>, take: usize) -> Self {
        let job = entry.job;
        let (shown, shown_unit) = cells(job.estimate.amount);
        let charged = match entry.charged {
            Charged::No => Some((cells(job.estimate.amount.zero()).0, shown_unit)),
            Charged::Yes(amount) | Charged::Assumed(amount) => Some(cells(amount)),
            Charged::NotKnown => None,
        };
        let difference = entry.difference();
        let unit = |amount| matches!(amount, Amount::Credits(_));
        let difference = difference.and_then(|found| {
            let more = found.more()?;
            let is_in_credits = unit(found.shown) || unit(found.charged);
            Some(if is_in_credits { more.to_string() } else { decimal(Money(more)) })
        });
        Self {
            id: job.id,
            time: rfc3339(entry.at),
            gateway: job.gateway,
            model: job.request.model().clone(),
            settings: job.request.settings_line(),
            prompt: job.request.prompt().to_owned(),
            take,
            project: job.project.as_ref().map(ToString::to_string),
            shown,
            shown_unit,
            charged: entry.charged.word(),
            charged_amount: charged.as_ref().map(|(number, _)| number.clone()),
            charged_unit: charged.map(|(_, unit)| unit),
            difference,
            outcome: entry.outcome,
            asked_by: job.asked_by,
        }
    }
}

/// A moment as files have it, to the millisecond: `2026-06-04T14:02:00.123Z`.
fn rfc3339(at: UnixMillis) -> String {
    format!("{:.3}", Timestamp::from_millisecond(at.0).unwrap_or_default())
}

/// An amount as a plain number and the name of its unit.
pub fn cells(amount: Amount) -> (String, &'static str) {
    match amount {
        Amount::Free => (decimal(Money::ZERO), "USD"),
        Amount::Money(money) => (decimal(money), "USD"),
        Amount::Credits(Credits(number)) => (number.to_string(), "credits"),
    }
}

/// Dollars with a point and at least two decimals, as every program reads them: `1234.50`.
fn decimal(money: Money) -> String {
    money.to_string().replace(['$', ','], "")
}

/// The number of each order among all of its gateway with the same recipe, by age. Of all jobs of the library.
pub fn takes<'a>(jobs: impl IntoIterator<Item = &'a Job>) -> HashMap<JobId, usize> {
    let mut alike: HashMap<(GatewayId, TakeKey<'a>), Vec<JobId>> = HashMap::new();
    for job in jobs {
        alike.entry((job.gateway, TakeKey(&job.request))).or_default().push(job.id);
    }
    let mut numbers = HashMap::new();
    for mut ids in alike.into_values() {
        ids.sort_unstable();
        numbers.extend(ids.into_iter().enumerate().map(|(place, id)| (id, place + 1)));
    }
    numbers
}

/// Sorts rows as the ledger shows them: the newest first.
pub fn sort(entries: &mut [Entry<'_>]) {
    entries.sort_unstable_by_key(|entry| std::cmp::Reverse((entry.at, entry.job.id)));
}
