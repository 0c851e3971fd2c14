//! What finished jobs count against the caps, as sums: of the day, of the month, and of the runs that still have orders to
//! send. So nobody has to hold every finished job to heed a cap.
//!
//! Amounts are kept by gateway and unit, as they were paid, and weighed only when they are compared: what a credit is worth
//! may change.

use std::collections::BTreeMap;

use super::caps::{Calendar, SpendingRules, Spent, counted, paid_at};
use super::gateway::GatewayId;
use super::id::JobId;
use super::job::{Job, JobState};
use super::money::{Amount, Credits, Money};
use super::time::UnixMillis;

/// What was paid at each gateway, in dollars and in credits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums(BTreeMap<GatewayId, (Money, Credits)>);

impl Sums {
    /// Adds an amount that was paid at a gateway.
    pub fn add(&mut self, gateway: GatewayId, amount: Amount) {
        let (money, credits) = self.0.entry(gateway).or_default();
        match amount {
            Amount::Money(more) => *money = money.plus(more),
            Amount::Credits(more) => credits.0 = credits.0.saturating_add(more.0),
            Amount::Free => {}
        }
    }

    /// Takes an amount out that was added before.
    pub fn take(&mut self, gateway: GatewayId, amount: Amount) {
        let (money, credits) = self.0.entry(gateway).or_default();
        match amount {
            Amount::Money(less) => money.0 = money.0.saturating_sub(less.0),
            Amount::Credits(less) => credits.0 = credits.0.saturating_sub(less.0),
            Amount::Free => {}
        }
    }

    /// What the sums count under these rules.
    pub fn weigh(&self, rules: &SpendingRules) -> Spent {
        let mut sum = Spent::default();
        for (gateway, (money, credits)) in &self.0 {
            // Nothing is worth nothing, also where nobody knows what a credit is worth.
            if *money != Money::ZERO {
                sum = sum.plus(rules.weigh(Amount::Money(*money), *gateway));
            }
            if *credits != Credits::default() {
                sum = sum.plus(rules.weigh(Amount::Credits(*credits), *gateway));
            }
        }
        sum
    }
}

/// What was paid for one job, or for several of one run at the same moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payment {
    /// The run that it belongs to.
    pub run: JobId,
    /// Where it was paid.
    pub gateway: GatewayId,
    /// What counts against the caps.
    pub amount: Amount,
    /// When.
    pub at: UnixMillis,
}

impl Payment {
    /// What a job counts; `None` when it costs nothing, and while it waits: an order is paid for when it goes out.
    pub fn of(job: &Job) -> Option<Self> {
        if job.state == JobState::Queued {
            return None;
        }
        let amount = counted(job)?;
        Some(Self { run: job.run.unwrap_or(job.id), gateway: job.gateway, amount, at: paid_at(job, job.created_at) })
    }
}

/// What all jobs of a library count that the engine does not hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Past {
    /// When the day began that it was counted for.
    pub day: UnixMillis,
    /// When the month began that it was counted for.
    pub month: UnixMillis,
    /// What was paid since the day began.
    pub of_day: Sums,
    /// What was paid since the month began.
    pub of_month: Sums,
    /// What was paid in each of the runs that were asked for, whenever that was.
    pub of_runs: BTreeMap<JobId, Sums>,
}

impl Past {
    /// Sums without any payment, for this day and month and for these runs.
    pub fn new(calendar: Calendar, runs: impl IntoIterator<Item = JobId>) -> Self {
        Self {
            day: calendar.day,
            month: calendar.month,
            of_runs: runs.into_iter().map(|run| (run, Sums::default())).collect(),
            ..Self::default()
        }
    }

    /// Whether it was counted for the day and the month of this calendar.
    pub fn is_of(&self, calendar: Calendar) -> bool {
        (self.day, self.month) == (calendar.day, calendar.month)
    }

    /// Adds a payment to all sums that it belongs to.
    pub fn add(&mut self, payment: Payment) {
        self.each(payment, Sums::add);
    }

    /// Takes a payment out of all sums that it belongs to.
    pub fn take(&mut self, payment: Payment) {
        self.each(payment, Sums::take);
    }

    fn each(&mut self, payment: Payment, change: impl Fn(&mut Sums, GatewayId, Amount)) {
        let Payment { run, gateway, amount, at } = payment;
        if at >= self.day {
            change(&mut self.of_day, gateway, amount);
        }
        if at >= self.month {
            change(&mut self.of_month, gateway, amount);
        }
        if let Some(sums) = self.of_runs.get_mut(&run) {
            change(sums, gateway, amount);
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::domain::CreditValue;
    use crate::domain::samples::id;

    /// Midday of the 15th of a month.
    const NOW: UnixMillis = UnixMillis(1_700_049_600_000);
    const DAY: i64 = 24 * 3600 * 1000;

    #[test]
    fn a_payment_counts_where_it_belongs_and_can_be_taken_out_again() {
        let dollar = Amount::Money(Money(1_000_000));
        let spent = Spent { dollars: Money(1_000_000), credits: Credits(0) };
        let nothing = Spent::default();
        let rules = SpendingRules::default();
        for (name, run, days_ago, in_day, in_month, in_run) in [
            ("today", 1, 0, spent, spent, spent),
            ("this month", 1, 3, nothing, spent, spent),
            ("last month", 1, 31, nothing, nothing, spent),
            ("another run", 2, 0, spent, spent, nothing),
            ("paid in the future, as it seems", 2, -40, spent, spent, nothing),
        ] {
            let mut past = Past::new(Calendar::at(NOW, &TimeZone::UTC), [id(1)]);
            let empty = past.clone();
            let at = UnixMillis(NOW.0 - days_ago * DAY);
            let payment = Payment { run: id(run), gateway: GatewayId::Aigateway, amount: dollar, at };
            past.add(payment);
            let sums = [&past.of_day, &past.of_month, &past.of_runs[&id(1)]].map(|sums| sums.weigh(&rules));
            assert_eq!(sums, [in_day, in_month, in_run], "{name}");
            past.take(payment);
            let sums = [&past.of_day, &past.of_month, &past.of_runs[&id(1)]].map(|sums| sums.weigh(&rules));
            assert_eq!(sums, [nothing; 3], "{name}");
            assert!(past.is_of(Calendar::at(NOW, &TimeZone::UTC)) && empty.is_of(Calendar::at(NOW, &TimeZone::UTC)));
            assert!(!past.is_of(Calendar::at(UnixMillis(NOW.0 + DAY), &TimeZone::UTC)), "another day");
        }
    }

    #[test]
    fn credits_are_weighed_when_they_are_compared() {
        let mut sums = Sums::default();
        sums.add(GatewayId::Apiin, Amount::Credits(Credits(100)));
        sums.add(GatewayId::Practice, Amount::Credits(Credits(100)));
        let value = CreditValue::new(Money(1_000_000), Credits(50)).expect("both above zero");
        let told = SpendingRules { credit_values: [(GatewayId::Apiin, value)].into(), ..SpendingRules::default() };
        assert_eq!(sums.weigh(&told), Spent { dollars: Money(2_000_000), credits: Credits(100) }, "practice is free");
        // A gateway that bills dollars has no credits, whatever they might be worth.
        sums.add(GatewayId::Aigateway, Amount::Money(Money(5)));
        assert_eq!(sums.weigh(&told).dollars, Money(2_000_005));
        let unknown = sums.weigh(&SpendingRules::default());
        assert!(unknown.dollars > Money(0) && unknown.dollars < Money(1_000_000_000), "{unknown:?}");
    }
}
