//! Limits on what is spent: caps that stop, and what counts against them.
//!
//! An order's shown price counts from the moment it is queued to be sent. It becomes the charge once that is known, and
//! stops counting when the gateway says that nothing was charged. An order of unknown fate goes on counting. Practice
//! clips never count.
//!
//! Dollars are compared with dollars. Credits count as dollars at what the user paid for them, and at the most that a
//! credit may be worth while that is not known, so that a cap is never passed by a guess.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};

use super::ending::Charge;
use super::gateway::GatewayId;
use super::holds::HeldFor;
use super::job::{Job, JobState};
use super::money::{Amount, CreditValue, Credits, Money};
use super::price::{Dollars, dollars};
use super::time::UnixMillis;

pub mod field;

/// A limit, and whether it holds. The amount is kept while it is off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cap {
    /// The most that may be spent: dollars, or credits. A cap in credits adds up the credits of all gateways, and lets no
    /// order pass that is billed in dollars, since the two cannot be compared.
    pub limit: Amount,
    /// Whether it holds.
    pub is_on: bool,
}

impl Cap {
    const fn off(dollars: i64) -> Self {
        Self { limit: Amount::Money(Money(dollars * 1_000_000)), is_on: false }
    }

    /// The limit, if it holds.
    pub fn in_force(self) -> Option<Amount> {
        self.is_on.then_some(self.limit)
    }
}

/// All limits on spending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caps {
    /// The most that may be spent on one day of the calendar.
    pub day: Cap,
    /// The most that may be spent in one month of the calendar.
    pub month: Cap,
    /// The most that one run may spend: one press of *Generate*, one command, one list.
    pub run: Cap,
    /// The price above which *Generate* asks once more. It holds nothing back.
    pub confirm_above: Cap,
}

impl Default for Caps {
    fn default() -> Self {
        let confirm_above = Cap { is_on: true, ..Cap::off(2) };
        Self { day: Cap::off(5), month: Cap::off(60), run: Cap::off(3), confirm_above }
    }
}

/// What a cap is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::EnumIter)]
#[serde(rename_all = "snake_case")]
pub enum CapKind {
    /// One run: one press of *Generate*, one command, one list.
    Run,
    /// One day of the calendar.
    Day,
    /// One month of the calendar.
    Month,
}

impl CapKind {
    /// What a sentence calls the cap, as in "under today's cap of $5.00".
    pub fn title(self) -> &'static str {
        match self {
            Self::Run => "the cap of one run",
            Self::Day => "today's cap",
            Self::Month => "this month's cap",
        }
    }

    /// Why an order is held that this cap stops.
    pub fn held(self) -> HeldFor {
        match self {
            Self::Run => HeldFor::RunCap,
            Self::Day => HeldFor::DayCap,
            Self::Month => HeldFor::MonthCap,
        }
    }
}

impl Caps {
    /// The cap of this kind, to be changed.
    pub fn of_mut(&mut self, kind: CapKind) -> &mut Cap {
        match kind {
            CapKind::Run => &mut self.run,
            CapKind::Day => &mut self.day,
            CapKind::Month => &mut self.month,
        }
    }

    /// The cap of this kind.
    pub fn of(&self, kind: CapKind) -> Cap {
        match kind {
            CapKind::Run => self.run,
            CapKind::Day => self.day,
            CapKind::Month => self.month,
        }
    }
}

/// What the engine has to know to hold orders back: the caps, and what the user paid for credits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SpendingRules {
    /// The limits.
    pub caps: Caps,
    /// What the user paid for credits, by gateway, where the user has said so.
    pub credit_values: BTreeMap<GatewayId, CreditValue>,
}

impl SpendingRules {
    /// What an amount at a gateway counts for.
    pub fn weigh(&self, amount: Amount, gateway: GatewayId) -> Spent {
        if !gateway.is_paid() {
            return Spent::default();
        }
        let most = match dollars(amount, gateway, self.credit_values.get(&gateway).copied()) {
            Dollars::Exact(money) | Dollars::Range(_, money) => money,
        };
        let credits = if let Amount::Credits(credits) = amount { credits } else { Credits::default() };
        Spent { dollars: most, credits }
    }

    /// The first cap that `price`, at this gateway, would pass after what was spent already; the narrowest is named first.
    pub fn passed(&self, spent: impl Fn(CapKind) -> Spent, price: Amount, gateway: GatewayId) -> Option<CapKind> {
        use CapKind::{Day, Month, Run};
        let more = self.weigh(price, gateway);
        [Run, Day, Month].into_iter().find(|kind| {
            let Some(limit) = self.caps.of(*kind).in_force() else { return false };
            let is_billed_in_dollars = matches!(price, Amount::Money(_));
            price != Amount::Free && spent(*kind).plus(more).exceeds(limit, is_billed_in_dollars)
        })
    }

    /// The cap that can never let an order at this price pass, because it is above it by itself or cannot be compared with it.
    /// Such an order stands in nobody's way.
    pub fn never_fits(&self, price: Amount, gateway: GatewayId) -> Option<CapKind> {
        self.passed(|_| Spent::default(), price, gateway)
    }
}

/// A sum of what was spent or is reserved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// All of it in dollars; credits at the most that they may be worth.
    pub dollars: Money,
    /// The part of it that is billed in credits, in credits.
    pub credits: Credits,
}

impl Spent {
    /// Both sums together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            dollars: self.dollars.plus(other.dollars),
            credits: Credits(self.credits.0.saturating_add(other.credits.0)),
        }
    }

    /// The part of it that a limit is compared with: credits with credits, everything else in dollars.
    pub fn in_unit_of(self, limit: Amount) -> Amount {
        match limit {
            Amount::Credits(_) => Amount::Credits(self.credits),
            Amount::Money(_) | Amount::Free => Amount::Money(self.dollars),
        }
    }

    /// Whether it is above a limit; `has_dollars` says whether some of it is billed in dollars. A limit in credits cannot be
    /// compared with dollars, and a brake that cannot be checked has to hold.
    pub fn exceeds(self, limit: Amount, has_dollars: bool) -> bool {
        match limit {
            Amount::Money(limit) => self.dollars > limit,
            Amount::Credits(limit) => has_dollars || self.credits > limit,
            Amount::Free => self != Self::default(),
        }
    }

    /// What is left of it without `other`.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        Self {
            dollars: Money(self.dollars.0.saturating_sub(other.dollars.0)),
            credits: Credits(self.credits.0.saturating_sub(other.credits.0)),
        }
    }
}

/// What a job counts against the caps: its charge, or its shown price while the charge is not known. `None` when it costs
/// nothing: practice, not charged, taken out, or held back by a cap.
pub fn counted(job: &Job) -> Option<Amount> {
    if !job.gateway.is_paid() {
        return None;
    }
    match job.charge {
        Charge::No => None,
        Charge::Yes(Some(amount)) => Some(amount),
        Charge::Yes(None) | Charge::NotKnown => Some(job.estimate.amount),
        Charge::Nothing if job.state == JobState::Submitting => Some(job.estimate.amount),
        Charge::Nothing if job.state == JobState::Queued => {
            (!job.held.is_some_and(HeldFor::is_cap)).then_some(job.estimate.amount)
        }
        Charge::Nothing => None,
    }
}

/// When a job was or will be paid for: when it was sent, and `now` while it waits to be sent.
pub fn paid_at(job: &Job, now: UnixMillis) -> UnixMillis {
    match job.state {
        JobState::Queued => now,
        _ => job.sent_at.unwrap_or(job.created_at),
    }
}

/// The calendar day of a moment.
pub fn day_of(moment: UnixMillis, zone: &TimeZone) -> Date {
    let moment = Timestamp::from_millisecond(moment.0).unwrap_or_default();
    zone.to_datetime(moment).date()
}

/// The beginnings of the day and of the month in which a moment lies, and of the day after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// When the day began.
    pub day: UnixMillis,
    /// When the month began.
    pub month: UnixMillis,
    /// When the next day begins.
    pub next_day: UnixMillis,
}

impl Calendar {
    /// The day and the month of a moment in a time zone.
    pub fn at(moment: UnixMillis, zone: &TimeZone) -> Self {
        let day = day_of(moment, zone);
        // A day that has no midnight, because the clocks go forward then, begins with its first moment.
        let begin = |day: Date| {
            let begin = day.to_zoned(zone.clone()).map(|begin| begin.timestamp().as_millisecond());
            UnixMillis(begin.unwrap_or(moment.0))
        };
        let tomorrow = day.checked_add(1.day()).unwrap_or(day);
        Self { day: begin(day), month: begin(day.first_of_month()), next_day: begin(tomorrow) }
    }
}

/// What these jobs count against a cap now: what was sent in this day or month, and what is reserved for orders that wait.
/// A run is named by its first job; a new run has spent nothing.
pub fn spent_of<'a>(
    jobs: impl IntoIterator<Item = &'a Job>,
    now: UnixMillis,
    zone: &TimeZone,
    rules: &SpendingRules,
) -> SpentNow {
    spent_in(jobs, now, Calendar::at(now, zone), rules)
}

/// As [`spent_of`], in a day and a month that begin as the calendar says.
pub fn spent_in<'a>(
    jobs: impl IntoIterator<Item = &'a Job>,
    now: UnixMillis,
    calendar: Calendar,
    rules: &SpendingRules,
) -> SpentNow {
    let mut spent = SpentNow::default();
    for job in jobs {
        // One that its cap can never let pass is in nobody's way.
        if job.state == JobState::Queued && rules.never_fits(job.estimate.amount, job.gateway).is_none() {
            spent.waits_for_day |= job.held == Some(HeldFor::DayCap);
            spent.waits_for_month |= job.held == Some(HeldFor::MonthCap);
        }
        let Some(amount) = counted(job) else { continue };
        let weight = rules.weigh(amount, job.gateway);
        let paid_at = paid_at(job, now);
        if paid_at >= calendar.day {
            spent.day = spent.day.plus(weight);
        }
        if paid_at >= calendar.month {
            spent.month = spent.month.plus(weight);
        }
    }
    spent
}

/// What counts against the caps of the day and of the month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SpentNow {
    /// In the day that it is.
    pub day: Spent,
    /// In the month that it is.
    pub month: Spent,
    /// Whether an order waits for the cap of the day. Newer ones do not overtake it.
    pub waits_for_day: bool,
    /// Whether an order waits for the cap of the month.
    pub waits_for_month: bool,
}

impl SpentNow {
    /// The sum that a cap of this kind is about, for a run that has spent `run` so far.
    pub fn of(self, kind: CapKind, run: Spent) -> Spent {
        match kind {
            CapKind::Run => run,
            CapKind::Day => self.day,
            CapKind::Month => self.month,
        }
    }

    /// What the caps hold of a new run of these orders, were they queued now, one after the other: the one answer for
    /// every door that orders. `None` when all of them go out.
    ///
    /// An order is held when it would pass a cap, and also when it fits but an older one waits for the cap: newer ones do not
    /// overtake. What is held counts nothing. An order that its cap can never let pass stands in nobody's way.
    pub fn held_back(
        self,
        rules: &SpendingRules,
        orders: impl IntoIterator<Item = (GatewayId, Amount)>,
    ) -> Option<HeldBack> {
        let mut waiting: Vec<CapKind> = Vec::new();
        for (kind, waits) in [(CapKind::Day, self.waits_for_day), (CapKind::Month, self.waits_for_month)] {
            if waits && rules.caps.of(kind).is_on {
                waiting.push(kind);
            }
        }
        let mut run = Spent::default();
        let mut found: Option<HeldBack> = None;
        for (index, (gateway, price)) in orders.into_iter().enumerate() {
            if !gateway.is_paid() || price == Amount::Free {
                continue;
            }
            let so_far = |kind| match kind {
                CapKind::Run => run,
                CapKind::Day | CapKind::Month => self.of(kind, run).plus(run),
            };
            let passed = rules.passed(so_far, price, gateway);
            let Some(kind) = passed.into_iter().chain(waiting.iter().copied()).min() else {
                run = run.plus(rules.weigh(price, gateway));
                continue;
            };
            let first = HeldBack { kind, from: index, count: 0, is_behind: passed.is_none() };
            found.get_or_insert(first).count += 1;
            if rules.never_fits(price, gateway).is_none() {
                waiting.push(kind);
            }
        }
        found
    }
}

/// What the caps hold of a new run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeldBack {
    /// The cap that holds the first of the orders that are held.
    pub kind: CapKind,
    /// The place of that order in the run, from zero.
    pub from: usize,
    /// How many orders of the run are held.
    pub count: usize,
    /// Whether the first of them would fit under its caps, and is held only because an older order waits for the cap.
    pub is_behind: bool,
}

impl HeldBack {
    /// What a sentence says of the cap that holds: `today's cap of $5.00, of which $4.80 are spent or reserved`.
    pub fn cap_words(&self, rules: &SpendingRules, before: &SpentNow) -> String {
        let (cap, limit) = (self.kind.title(), rules.caps.of(self.kind).limit);
        if self.kind == CapKind::Run {
            return format!("{cap} of {limit}");
        }
        let spent = before.of(self.kind, Spent::default()).in_unit_of(limit);
        format!("{cap} of {limit}, of which {spent} are spent or reserved")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::samples::job;

    const CENT: i64 = 10_000;

    fn money(cents: i64) -> Amount {
        Amount::Money(Money(cents * CENT))
    }

    fn credits(number: i64) -> Amount {
        Amount::Credits(Credits(number))
    }

    fn rules(day: Amount) -> SpendingRules {
        let caps = Caps { day: Cap { limit: day, is_on: true }, ..Caps::default() };
        SpendingRules { caps, ..SpendingRules::default() }
    }

    #[test]
    fn an_order_passes_a_cap_only_if_the_sum_is_above_it() {
        let value = CreditValue::new(Money(20_000_000), Credits(10_000)).expect("above zero");
        let (aigateway, apiin) = (GatewayId::Aigateway, GatewayId::Apiin);
        for (cap, spent, price, gateway, is_value_known, expected) in [
            (money(500), money(436), money(64), aigateway, false, false),
            (money(500), money(437), money(64), aigateway, false, true),
            // 90 credits are at most 90 cents, and 18 at the price that the user paid.
            (money(500), money(410), credits(90), apiin, false, false),
            (money(500), money(411), credits(90), apiin, false, true),
            (money(500), money(482), credits(90), apiin, true, false),
            (money(500), money(483), credits(90), apiin, true, true),
            (credits(500), credits(410), credits(90), apiin, false, false),
            (credits(500), credits(411), credits(90), apiin, false, true),
            (credits(500), credits(0), money(1), aigateway, false, true),
            (money(0), money(0), Amount::Free, GatewayId::Practice, false, false),
        ] {
            let mut rules = rules(cap);
            if is_value_known {
                rules.credit_values.insert(apiin, value);
            }
            let before = rules.weigh(spent, gateway);
            let passed = rules.passed(|_| before, price, gateway);
            assert_eq!(passed, expected.then_some(CapKind::Day), "{price} after {spent} under {cap}");
        }
    }

    #[test]
    fn a_cap_that_is_off_stops_nothing() {
        let rules = SpendingRules::default();
        let spent = rules.weigh(money(1_000_000), GatewayId::Aigateway);
        assert_eq!(rules.passed(|_| spent, money(1_000_000), GatewayId::Aigateway), None);
    }

    #[test]
    fn a_price_counts_until_the_gateway_says_that_it_was_not_charged() {
        let base = || job(1).gateway(GatewayId::Aigateway);
        let price = base().queued().estimate.amount;
        for (state, charge, expected) in [
            (JobState::Queued, Charge::Nothing, Some(price)),
            (JobState::Submitting, Charge::Nothing, Some(price)),
            (JobState::Waiting, Charge::NotKnown, Some(price)),
            (JobState::Unconfirmed, Charge::NotKnown, Some(price)),
            (JobState::Discarded, Charge::NotKnown, Some(price)),
            (JobState::Ready, Charge::Yes(None), Some(price)),
            (JobState::Ready, Charge::Yes(Some(money(7))), Some(money(7))),
            (JobState::Failed, Charge::No, None),
            (JobState::Rejected, Charge::No, None),
            (JobState::Removed, Charge::Nothing, None),
        ] {
            let job = Job { charge, ..base().state(state) };
            assert_eq!(counted(&job), expected, "{state} {charge:?}");
        }
        let held = Job { held: Some(HeldFor::DayCap), ..base().queued() };
        assert_eq!(counted(&held), None);
        let practice = Job { charge: Charge::NotKnown, ..job(1).gateway(GatewayId::Practice).queued() };
        assert_eq!(counted(&practice), None);
    }

    #[test]
    fn days_and_months_begin_where_the_user_lives() {
        let at = |text: &str| UnixMillis(text.parse::<Timestamp>().expect("a moment").as_millisecond());
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        let calendar = Calendar::at(at("2026-06-30T22:30:00Z"), &zone);
        assert_eq!(calendar.day, at("2026-06-30T22:00:00Z"));
        assert_eq!(calendar.month, at("2026-06-30T22:00:00Z"));
        assert_eq!(calendar.next_day, at("2026-07-01T22:00:00Z"));
    }
}
