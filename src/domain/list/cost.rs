//! What the jobs of a list cost together, and from which of them on a cap stands in the way.

use std::collections::BTreeMap;

use super::PlannedJob;
use crate::domain::caps::{CapKind, SpendingRules, Spent};
use crate::domain::storyboard::cost::Sum;
use crate::domain::{Amount, GatewayId};

/// What some jobs cost at one gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Total {
    /// Their number.
    pub count: usize,
    /// Their prices together.
    pub amount: Amount,
}

/// What some jobs cost, by gateway.
pub fn totals<'a>(jobs: impl IntoIterator<Item = &'a PlannedJob>) -> BTreeMap<GatewayId, Total> {
    let mut totals: BTreeMap<GatewayId, Total> = BTreeMap::new();
    for job in jobs {
        let gateway = job.draft.gateway;
        let total = totals.entry(gateway).or_insert(Total { count: 0, amount: job.estimate.amount.zero() });
        total.count += 1;
        total.amount = total.amount.plus(job.estimate.amount);
    }
    totals
}

/// All totals in one line: `$15.36`, `900 cr`, `900 cr + $0.40`, `free`.
pub fn total_words(totals: &BTreeMap<GatewayId, Total>) -> String {
    let mut sum = Sum::default();
    for (gateway, total) in totals {
        sum.add(*gateway, total.amount);
    }
    if sum.is_zero() { "free".to_owned() } else { sum.to_string() }
}

/// What all of them count for against a limit in dollars or in credits.
pub fn weight(totals: &BTreeMap<GatewayId, Total>, rules: &SpendingRules) -> Spent {
    let weigh = |(gateway, total): (&GatewayId, &Total)| rules.weigh(total.amount, *gateway);
    totals.iter().map(weigh).fold(Spent::default(), Spent::plus)
}

/// Whether all of them together may exceed `limit`. Credits count as dollars at the most that they may be worth, and
/// dollars exceed any limit in credits: a brake that cannot be checked has to hold.
pub fn exceeds(totals: &BTreeMap<GatewayId, Total>, limit: Amount, rules: &SpendingRules) -> bool {
    let has_dollars = totals.values().any(|total| matches!(total.amount, Amount::Money(_)));
    weight(totals, rules).exceeds(limit, has_dollars)
}

/// The first cap that some jobs of a list pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OverCap {
    /// The cap.
    pub kind: CapKind,
    /// The place of the first job that does not fit under it, among those that were looked at.
    pub from: usize,
    /// How many jobs do not fit.
    pub count: usize,
}

/// Which jobs would be held by a cap, were all of them ordered now, one after another and in one run. `spent` says what was
/// spent or reserved before. Jobs that are held count nothing, so that a cheaper one behind them may still fit.
pub fn over_cap<'a>(
    jobs: impl IntoIterator<Item = &'a PlannedJob>,
    rules: &SpendingRules,
    spent: impl Fn(CapKind) -> Spent,
) -> Option<OverCap> {
    let mut found: Option<OverCap> = None;
    let mut reserved = Spent::default();
    for (place, job) in jobs.into_iter().enumerate() {
        let (price, gateway) = (job.estimate.amount, job.draft.gateway);
        match rules.passed(|kind| spent(kind).plus(reserved), price, gateway) {
            None => reserved = reserved.plus(rules.weigh(price, gateway)),
            Some(kind) => found.get_or_insert(OverCap { kind, from: place, count: 0 }).count += 1,
        }
    }
    found
}
