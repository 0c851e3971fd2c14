//! What the jobs of a list cost together.

use std::collections::BTreeMap;

use super::PlannedJob;
use crate::domain::caps::{SpendingRules, Spent};
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

/// What the jobs of a list are to the caps, in their order; see [`SpentNow::held_back`](crate::domain::caps::SpentNow::held_back).
pub fn orders<'a>(jobs: impl IntoIterator<Item = &'a PlannedJob>) -> impl Iterator<Item = (GatewayId, Amount)> {
    jobs.into_iter().map(|job| (job.draft.gateway, job.estimate.amount))
}
