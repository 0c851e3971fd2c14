//! What was spent and is reserved, kept by day while jobs change, so that no frame has to walk all jobs.
//!
//! The rules are those of [`caps`](crate::domain::caps): a shown price counts from the moment it is queued, becomes the
//! charge, and is released when nothing was charged. Practice never counts.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use strum::IntoEnumIterator as _;

use crate::domain::caps::{CapKind, SpendingRules, Spent, SpentNow, counted, day_of, paid_at};
use crate::domain::facts::PaidDay;
use crate::domain::price::{Dollars, dollars};
use crate::domain::{Amount, Credits, GatewayId, Job, JobState, Money, UnixMillis};

/// Sums of dollars and of credits at one gateway, with the number of orders in them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    money: Money,
    credits: Credits,
    orders: usize,
}

/// What was spent by day. Orders that wait to be sent are paid for today, whatever day it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spending {
    days: BTreeMap<Date, BTreeMap<GatewayId, Tally>>,
    waiting: BTreeMap<GatewayId, Tally>,
    /// What jobs that are not loaded come to, by day, as far back as was asked; see [`Jobs`](super::jobs::Jobs). Their number
    /// is not known, and an amount may be below zero while an answer is on its way.
    elsewhere: BTreeMap<(Date, GatewayId), (Money, Credits)>,
    /// How many orders a cap holds back, by gateway and price; they count against nothing.
    held: BTreeMap<CapKind, HashMap<(GatewayId, Amount), u32>>,
}

/// What a cap holds back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// What it costs; credits count as dollars at the most that they may be worth.
    pub spent: Spent,
    /// Whether some of it is billed in dollars.
    pub has_dollars: bool,
}

/// The cap that holds an order back, if one does.
fn cap_of(job: &Job) -> Option<CapKind> {
    if job.state != JobState::Queued {
        return None;
    }
    CapKind::iter().find(|kind| job.held == Some(kind.held()))
}

impl Tally {
    fn add(&mut self, amount: Amount) {
        self.orders += 1;
        match amount {
            Amount::Free => {}
            Amount::Money(more) => self.money = self.money.plus(more),
            Amount::Credits(more) => self.credits.0 = self.credits.0.saturating_add(more.0),
        }
    }

    fn take_off(&mut self, amount: Amount) {
        self.orders = self.orders.saturating_sub(1);
        match amount {
            Amount::Free => {}
            Amount::Money(less) => self.money.0 = self.money.0.saturating_sub(less.0),
            Amount::Credits(less) => self.credits.0 = self.credits.0.saturating_sub(less.0),
        }
    }
}

impl Spending {
    /// Counts a job in.
    pub fn add(&mut self, job: &Job, zone: &TimeZone) {
        if let Some(kind) = cap_of(job) {
            *self.held.entry(kind).or_default().entry((job.gateway, job.estimate.amount)).or_default() += 1;
        }
        if let Some(amount) = counted(job) {
            self.place(job, zone).entry(job.gateway).or_default().add(amount);
        }
    }

    /// Takes a job out that was counted in as it is.
    pub fn take_off(&mut self, job: &Job, zone: &TimeZone) {
        if let Some(held) = cap_of(job).and_then(|kind| self.held.get_mut(&kind)) {
            if let Some(count) = held.get_mut(&(job.gateway, job.estimate.amount)) {
                *count = count.saturating_sub(1);
            }
            held.retain(|_, count| *count > 0);
            self.held.retain(|_, held| !held.is_empty());
        }
        if let Some(amount) = counted(job)
            && take_from(self.place(job, zone), job.gateway, amount)
        {
            self.days.retain(|_, tallies| !tallies.is_empty());
        }
    }

    /// How many orders the cap of this kind holds back.
    pub fn held_count(&self, kind: CapKind) -> usize {
        self.held.get(&kind).into_iter().flatten().map(|(_, count)| *count as usize).sum()
    }

    /// What the cap of this kind holds back.
    pub fn held(&self, kind: CapKind, rules: &SpendingRules) -> Held {
        let mut held = Held::default();
        for ((gateway, price), count) in self.held.get(&kind).into_iter().flatten() {
            held.has_dollars |= matches!(price, Amount::Money(money) if *money != Money::ZERO);
            held.spent = held.spent.plus(rules.weigh(price.times(*count), *gateway));
        }
        held
    }

    /// Whether an order waits for this cap that it may let pass some time, so that no newer one overtakes it.
    fn is_waited_for(&self, kind: CapKind, rules: &SpendingRules) -> bool {
        let mut held = self.held.get(&kind).into_iter().flatten();
        held.any(|((gateway, price), _)| rules.never_fits(*price, *gateway).is_none())
    }

    /// What counts against the caps at `now`, as [`spent_of`](crate::domain::caps::spent_of) finds it in all jobs.
    pub fn now(&self, now: UnixMillis, zone: &TimeZone, rules: &SpendingRules) -> SpentNow {
        let spent = |kind| self.spent(kind, now, zone, rules).spent;
        SpentNow {
            day: spent(CapKind::Day),
            month: spent(CapKind::Month),
            waits_for_day: self.is_waited_for(CapKind::Day, rules),
            waits_for_month: self.is_waited_for(CapKind::Month, rules),
        }
    }

    /// Sets what jobs that are not loaded come to.
    pub fn set_elsewhere(&mut self, days: &[PaidDay]) {
        self.elsewhere.clear();
        for paid in days {
            self.move_elsewhere(*paid);
        }
    }

    /// Adds to what jobs that are not loaded come to.
    pub fn move_elsewhere(&mut self, paid: PaidDay) {
        let (money, credits) = self.elsewhere.entry((paid.day, paid.gateway)).or_default();
        *money = money.plus(paid.money);
        credits.0 = credits.0.saturating_add(paid.credits.0);
        self.elsewhere.retain(|_, sum| *sum != (Money::ZERO, Credits::default()));
    }

    /// Takes over what is known of jobs that are not loaded.
    pub fn take_elsewhere_of(&mut self, other: &Self) {
        self.elsewhere.clone_from(&other.elsewhere);
    }

    fn place(&mut self, job: &Job, zone: &TimeZone) -> &mut BTreeMap<GatewayId, Tally> {
        if job.state == JobState::Queued {
            return &mut self.waiting;
        }
        // No queued job comes here, and only for those does the moment of the question matter.
        self.days.entry(day_of(paid_at(job, UnixMillis(0)), zone)).or_default()
    }

    /// What counts against the cap of this kind at `now`. A run that only begins has spent nothing yet.
    pub fn spent(&self, kind: CapKind, now: UnixMillis, zone: &TimeZone, rules: &SpendingRules) -> Sum {
        let today = day_of(now, zone);
        let first = match kind {
            CapKind::Run => return Sum::default(),
            CapKind::Day => today,
            CapKind::Month => today.first_of_month(),
        };
        // What a clock that was set back dates into the future is spent all the same.
        let days = self.days.range(first..);
        let mut sum = Sum::default();
        let mut tallies: Vec<(GatewayId, Tally)> =
            self.waiting.iter().map(|(gateway, tally)| (*gateway, *tally)).collect();
        if self.elsewhere.is_empty() {
            tallies.extend(days.flat_map(|(_, tallies)| tallies).map(|(gateway, tally)| (*gateway, *tally)));
        } else {
            // A day is weighed once, whatever part of it is loaded.
            let mut both = BTreeMap::<(Date, GatewayId), Tally>::new();
            for (day, of_day) in days {
                both.extend(of_day.iter().map(|(gateway, tally)| ((*day, *gateway), *tally)));
            }
            for ((day, gateway), (money, credits)) in self.elsewhere.iter().filter(|((day, _), _)| *day >= first) {
                let tally = both.entry((*day, *gateway)).or_default();
                tally.money = tally.money.plus(*money);
                tally.credits.0 = tally.credits.0.saturating_add(credits.0);
            }
            tallies.extend(both.into_iter().map(|((_, gateway), tally)| (gateway, tally)));
        }
        for (gateway, tally) in &tallies {
            let (money, credits) = (Amount::Money(tally.money), Amount::Credits(tally.credits));
            sum.spent = sum.spent.plus(rules.weigh(money, *gateway));
            if tally.credits.0 != 0 {
                sum.spent = sum.spent.plus(rules.weigh(credits, *gateway));
                let worth = dollars(credits, *gateway, rules.credit_values.get(gateway).copied());
                sum.is_at_most |= matches!(worth, Dollars::Range(..));
            }
        }
        sum
    }
}

/// What a job comes to that was paid for; `None` where nothing counts, or where it waits to be sent.
pub fn paid_day(job: &Job, zone: &TimeZone) -> Option<PaidDay> {
    let amount = counted(job).filter(|_| job.state != JobState::Queued)?;
    let (money, credits) = match amount {
        Amount::Free => return None,
        Amount::Money(money) => (money, Credits::default()),
        Amount::Credits(credits) => (Money::ZERO, credits),
    };
    Some(PaidDay { day: day_of(paid_at(job, UnixMillis(0)), zone), gateway: job.gateway, money, credits })
}

/// Takes an amount off. Returns whether nothing is left at the gateway.
fn take_from(tallies: &mut BTreeMap<GatewayId, Tally>, gateway: GatewayId, amount: Amount) -> bool {
    let Some(tally) = tallies.get_mut(&gateway) else { return false };
    tally.take_off(amount);
    let is_empty = tally.orders == 0;
    if is_empty {
        tallies.remove(&gateway);
    }
    is_empty
}

/// A sum of what was spent and is reserved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// The sum itself; credits count as dollars at the most that they may be worth.
    pub spent: Spent,
    /// Whether the dollars are only known to be at most this much.
    pub is_at_most: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::state::jobs::Jobs;
    use crate::domain::samples::job;
    use crate::domain::{Charge, CreditValue};

    const DAY: i64 = 24 * 60 * 60 * 1_000;
    /// The first of June 2026, at midnight in UTC.
    const JUNE: i64 = 1_780_272_000_000;

    fn sent(number: u128, gateway: GatewayId, state: JobState, at: i64) -> Job {
        let mut job = job(number).gateway(gateway).state(state);
        (job.created_at, job.sent_at) = (UnixMillis(at), Some(UnixMillis(at)));
        if state != JobState::Queued {
            job.charge = Charge::NotKnown;
        }
        job
    }

    fn sum(jobs: &Jobs, kind: CapKind, at: i64) -> Spent {
        jobs.spending().spent(kind, UnixMillis(at), &TimeZone::UTC, &SpendingRules::default()).spent
    }

    #[test]
    fn sums_follow_every_change_of_a_job_as_a_count_from_scratch_does() {
        let now = JUNE + 3 * DAY + 5;
        let mut jobs = Jobs::default();
        let states = [
            (JobState::Queued, Charge::Nothing),
            (JobState::Submitting, Charge::Nothing),
            (JobState::Unconfirmed, Charge::NotKnown),
            (JobState::Ready, Charge::Yes(Some(Amount::Credits(Credits(198))))),
            (JobState::Ready, Charge::Yes(None)),
            (JobState::Failed, Charge::No),
            (JobState::Rejected, Charge::No),
        ];
        let gateways = [GatewayId::Apiin, GatewayId::Aigateway, GatewayId::Pixverse, GatewayId::Practice];
        for step in 0..500_usize {
            let number = (step * 7 % 40) as u128 + 1;
            let (state, charge) = states[step % states.len()];
            let gateway = gateways[number as usize % gateways.len()];
            let day = (step * 11 % 50) as i64 - 40;
            let mut changed = sent(number, gateway, state, now + day * DAY);
            changed.charge = charge;
            if step % 3 == 0
                && let Some(mut known) = jobs.get_mut(&changed.id)
            {
                *known = changed;
            } else {
                jobs.insert(changed.id, changed);
            }
        }
        assert_eq!(jobs.len(), 40);
        let rules = SpendingRules::default();
        for (kind, from) in [(CapKind::Day, now - 5), (CapKind::Month, JUNE)] {
            let mut expected = Spent::default();
            for job in jobs.values().filter(|job| paid_at(job, UnixMillis(now)).0 >= from) {
                if let Some(amount) = counted(job) {
                    expected = expected.plus(rules.weigh(amount, job.gateway));
                }
            }
            assert_ne!(expected, Spent::default());
            assert_eq!(sum(&jobs, kind, now), expected, "{kind:?}");
        }
        assert_eq!(jobs.clone().spending(), jobs.spending(), "a copy counts the same");
    }

    #[test]
    fn a_new_day_begins_with_nothing_but_what_waits() {
        let price = |job: &Job| SpendingRules::default().weigh(job.estimate.amount, job.gateway);
        let done = sent(1, GatewayId::Aigateway, JobState::Waiting, JUNE + DAY - 1);
        let waits = sent(2, GatewayId::Aigateway, JobState::Queued, JUNE);
        let (one, two) = (price(&done), price(&waits));
        let jobs: Jobs = vec![done, waits].into();
        for (at, day, month) in [
            (JUNE + DAY - 1, one.plus(two), one.plus(two)),
            (JUNE + DAY, two, one.plus(two)),
            (JUNE + 30 * DAY, two, two),
            (JUNE - 1, one.plus(two), one.plus(two)),
        ] {
            assert_eq!((sum(&jobs, CapKind::Day, at), sum(&jobs, CapKind::Month, at)), (day, month), "{at}");
            assert_eq!(sum(&jobs, CapKind::Run, at), Spent::default());
        }
        let mut jobs = jobs;
        jobs.keep_days_of(TimeZone::fixed(jiff::tz::offset(2)));
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        let spent = jobs.spending().spent(CapKind::Day, UnixMillis(JUNE + DAY), &zone, &SpendingRules::default());
        assert_eq!(spent.spent, one.plus(two), "the day of another time zone");
    }

    #[test]
    fn practice_never_counts_and_doubt_about_credits_is_told() {
        let practice = sent(1, GatewayId::Practice, JobState::Ready, JUNE);
        let jobs: Jobs = vec![practice].into();
        assert_eq!(sum(&jobs, CapKind::Month, JUNE), Spent::default());
        let jobs: Jobs = vec![sent(1, GatewayId::Apiin, JobState::Waiting, JUNE)].into();
        let mut rules = SpendingRules::default();
        let told = |rules: &SpendingRules| {
            jobs.spending().spent(CapKind::Day, UnixMillis(JUNE), &TimeZone::UTC, rules).is_at_most
        };
        assert!(told(&rules));
        let value = CreditValue::new(Money(20_000_000), Credits(10_000)).expect("above zero");
        rules.credit_values.insert(GatewayId::Apiin, value);
        assert!(!told(&rules));
    }
}
