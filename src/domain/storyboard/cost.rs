//! What the shots of a storyboard cost so far, and what those to come will cost. Each unit stands by itself, and every
//! doubt has its own number.

use std::collections::{BTreeMap, BTreeSet};

use super::{BoardShot, Storyboard, is_to_be_charged};
use crate::domain::{Amount, Charge, Credits, Estimate, GatewayId, Job, JobId, Money};

/// Amounts of several units. Credits of one gateway are not those of another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// US dollars.
    pub money: Money,
    /// Credits of each gateway that has any.
    pub credits: BTreeMap<GatewayId, Credits>,
}

impl Sum {
    /// Adds what a gateway bills, saturating.
    pub fn add(&mut self, gateway: GatewayId, amount: Amount) {
        match amount {
            Amount::Free => {}
            Amount::Money(more) => self.money = self.money.plus(more),
            Amount::Credits(more) if more.0 == 0 => {}
            Amount::Credits(more) => {
                let credits = self.credits.entry(gateway).or_default();
                credits.0 = credits.0.saturating_add(more.0);
            }
        }
    }

    /// Whether it is nothing of any unit.
    pub fn is_zero(&self) -> bool {
        self.money == Money::ZERO && self.credits.is_empty()
    }
}

/// `1,080 cr + $0.64`; with credits of two gateways `1,080 cr at apiin + 45 cr at PixVerse`; `nothing`.
impl std::fmt::Display for Sum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names = self.credits.len() > 1;
        let mut parts: Vec<String> = self
            .credits
            .iter()
            .map(|(gateway, credits)| if names { format!("{credits} at {gateway}") } else { credits.to_string() })
            .collect();
        if self.money != Money::ZERO {
            parts.push(self.money.to_string());
        }
        if parts.is_empty() { f.write_str("nothing") } else { f.write_str(&parts.join(" + ")) }
    }
}

/// What was spent on a board.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// What gateways said that they charged, and what was charged as shown without a word about the amount.
    pub charged: Sum,
    /// How many of these charges are assumed to be as shown.
    pub assumed: usize,
    /// How many orders may have been charged or not.
    pub not_known: usize,
    /// What those are at most.
    pub at_most: Sum,
}

/// What a board will still cost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ToCome {
    /// Orders on their way at the price on their button, and planned shots at the price of the form.
    pub sum: Sum,
    /// Number of planned shots in it.
    pub planned: usize,
    /// Number of orders on their way in it.
    pub ordered: usize,
    /// Planned shots whose settings have no price at the chosen gateway.
    pub unpriced: usize,
    /// Whether a price rests on something that is not documented.
    pub is_doubted: bool,
}

/// Every job that the board has to do with, once: its clips, and what was ordered for shots, failed takes included.
pub fn jobs_of(board: &Storyboard) -> BTreeSet<JobId> {
    let clips = board.shots().iter().filter_map(|shot| shot.key().job());
    clips.chain(board.orders().iter().map(|(_, job)| *job)).collect()
}

/// What the board cost so far.
pub fn spent<'a>(board: &Storyboard, job: impl Fn(JobId) -> Option<&'a Job>) -> Spent {
    let mut spent = Spent::default();
    for job in jobs_of(board).into_iter().filter_map(job).filter(|job| job.gateway.is_paid()) {
        match job.charge {
            Charge::Nothing | Charge::No => {}
            Charge::Yes(Some(amount)) => spent.charged.add(job.gateway, amount),
            Charge::Yes(None) => {
                spent.assumed += 1;
                spent.charged.add(job.gateway, job.estimate.amount);
            }
            Charge::NotKnown => {
                spent.not_known += 1;
                spent.at_most.add(job.gateway, job.estimate.amount);
            }
        }
    }
    spent
}

/// What the board will still cost, when every planned shot for which nothing is on its way is ordered once with the form as
/// it stands: `takes` clips at `price` each. `price` is `None` where the chosen gateway does not offer the settings.
pub fn to_come<'a>(
    board: &Storyboard,
    job: impl Fn(JobId) -> Option<&'a Job>,
    price: Option<&Estimate>,
    takes: u8,
) -> ToCome {
    let mut to_come = ToCome::default();
    let coming = |id: &JobId| job(*id).filter(|job| is_to_be_charged(job));
    for job in jobs_of(board).iter().filter_map(coming).filter(|job| job.gateway.is_paid()) {
        to_come.ordered += 1;
        to_come.is_doubted |= !job.estimate.doubts.is_empty();
        to_come.sum.add(job.gateway, job.estimate.amount);
    }
    let on_their_way: BTreeSet<_> =
        board.orders().iter().filter(|(_, id)| coming(id).is_some()).map(|(shot, _)| *shot).collect();
    for shot in board.shots() {
        let BoardShot::Planned(planned) = shot else { continue };
        if on_their_way.contains(&planned.id) {
            continue;
        }
        to_come.planned += 1;
        match price {
            Some(price) => {
                to_come.is_doubted |= !price.doubts.is_empty();
                to_come.sum.add(price.gateway, price.amount.times(u32::from(takes)));
            }
            None => to_come.unpriced += 1,
        }
    }
    to_come
}
