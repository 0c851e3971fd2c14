//! What counts against the caps, and who is held or goes on: tables, and sums against a fresh count.

use super::*;
use crate::domain::caps::{Cap, Caps};
use crate::domain::samples::{id, job};
use crate::domain::{Charge, Credits, Money};

const DAY: i64 = 24 * 3600 * 1000;
/// Midday of the 15th of a month.
const NOW: UnixMillis = UnixMillis(1_700_049_600_000);

fn dollars(number: i64) -> Amount {
    Amount::Money(Money(number * 1_000_000))
}

fn caps(run: Option<Amount>, day: Option<Amount>, month: Option<Amount>) -> SpendingRules {
    let cap = |limit: Option<Amount>| Cap { limit: limit.unwrap_or(dollars(0)), is_on: limit.is_some() };
    let caps = Caps { run: cap(run), day: cap(day), month: cap(month), ..Caps::default() };
    SpendingRules { caps, ..SpendingRules::default() }
}

/// A job of one run, with this price.
fn at(place: Place, state: JobState, price: Amount, days_ago: i64) -> (Place, Job) {
    let gateway = if matches!(price, Amount::Credits(_)) { GatewayId::Apiin } else { GatewayId::Aigateway };
    let mut job = job(u128::from(place)).gateway(gateway).state(state);
    job.estimate.amount = price;
    job.run = Some(id(1));
    let is_sent = state != JobState::Queued;
    job.charge = if is_sent { Charge::NotKnown } else { Charge::Nothing };
    job.sent_at = is_sent.then_some(UnixMillis(NOW.0 - days_ago * DAY));
    (place, job)
}

fn budget(rules: SpendingRules, jobs: &[(Place, Job)]) -> Budget {
    let mut budget = Budget::new(rules, TimeZone::UTC, None);
    assert!(budget.turn(NOW));
    budget.recount(jobs.iter().map(|(place, job)| (*place, job)));
    budget
}

#[test]
fn an_order_is_stopped_by_the_first_cap_that_it_would_pass() {
    use JobState::{Queued, Ready, Removed};
    let (one, five) = (dollars(1), Some(dollars(5)));
    for (name, rules, before, price, expected) in [
        ("no cap", caps(None, None, None), vec![at(1, Ready, dollars(99), 0)], one, None),
        ("just room", caps(None, five, None), vec![at(1, Ready, dollars(4), 0)], one, None),
        ("no room", caps(None, five, None), vec![at(1, Ready, dollars(5), 0)], one, Some(CapKind::Day)),
        ("yesterday", caps(None, five, None), vec![at(1, Ready, dollars(5), 1)], one, None),
        ("this month", caps(None, five, five), vec![at(1, Ready, dollars(5), 1)], one, Some(CapKind::Month)),
        ("last month", caps(None, five, five), vec![at(1, Ready, dollars(5), 31)], one, None),
        ("set back", caps(None, five, None), vec![at(1, Ready, dollars(5), -40)], one, Some(CapKind::Day)),
        ("in its run", caps(five, None, None), vec![at(1, Queued, dollars(5), 0)], one, Some(CapKind::Run)),
        ("reserved", caps(None, five, None), vec![at(1, Queued, dollars(5), 0)], one, Some(CapKind::Day)),
        ("taken out", caps(None, five, None), vec![at(1, Removed, dollars(5), 0)], one, Some(CapKind::Day)),
        (
            "narrowest",
            caps(five, five, five),
            vec![at(1, Ready, dollars(5), 0), at(2, Queued, dollars(0), 0)],
            one,
            Some(CapKind::Run),
        ),
        ("free", caps(None, five, None), vec![at(1, Ready, dollars(9), 0)], Amount::Free, None),
        (
            "dollars under credits",
            caps(None, Some(Amount::Credits(Credits(500))), None),
            vec![],
            one,
            Some(CapKind::Day),
        ),
        (
            "credits",
            caps(None, Some(Amount::Credits(Credits(500))), None),
            vec![at(1, Ready, Amount::Credits(Credits(410)), 0)],
            Amount::Credits(Credits(90)),
            None,
        ),
    ] {
        let mut before = before;
        // What was taken out before it was sent cost nothing.
        before.iter_mut().filter(|(_, job)| job.state == Removed).for_each(|(_, job)| job.charge = Charge::Nothing);
        let expected = expected.filter(|_| name != "taken out");
        let (place, order) = at(9, Queued, price, 0);
        assert_eq!(budget(rules, &before).stop(&order, place), expected, "{name}");
    }
}

#[test]
fn sums_follow_each_change_as_if_they_were_counted_anew() {
    use JobState::{Failed, Queued, Ready, Removed, Submitting, Waiting};
    let rules = caps(Some(dollars(50)), Some(dollars(20)), Some(dollars(90)));
    let mut random = crate::domain::random::Random(7);
    let mut jobs: Vec<(Place, Job)> = Vec::new();
    let mut budget = budget(rules.clone(), &jobs);
    for _ in 0..3_000 {
        let states = [Queued, Submitting, Waiting, Ready, Failed, Removed];
        let state = states[(random.draw() % 6) as usize];
        let place = random.draw() % 12;
        let (_, mut job) = at(place, state, dollars((random.draw() % 9) as i64), (random.draw() % 40) as i64);
        job.run = Some(id(u128::from(random.draw() % 3)));
        job.charge = match state {
            Queued | Submitting | Removed => Charge::Nothing,
            Failed => Charge::No,
            _ if random.draw().is_multiple_of(2) => Charge::NotKnown,
            _ => Charge::Yes(Some(dollars((random.draw() % 9) as i64))),
        };
        job.held = match random.draw() % 4 {
            0 if state == Queued => Some(HeldFor::DayCap),
            1 if state == Queued => Some(HeldFor::Paused),
            _ => None,
        };
        jobs.retain(|(known, _)| *known != place);
        jobs.push((place, job.clone()));
        budget.file(place, &job);
        let fresh = self::budget(rules.clone(), &jobs);
        // The sum of a run in which nothing waits matters to nobody.
        let of = |sums: &BTreeMap<Span, Spent>| -> Vec<(Span, Spent)> {
            let is_live = |span: &Span| !matches!(span, Span::Run(run) if !fresh.live_runs.contains(run));
            let sums = sums.iter().filter(|(span, sum)| is_live(span) && **sum != Spent::default());
            sums.map(|(span, sum)| (*span, *sum)).collect()
        };
        let days = |sums: &BTreeMap<Span, Spent>| -> Vec<(Span, Spent)> {
            of(sums).into_iter().filter(|(span, _)| !matches!(span, Span::Run(_))).collect()
        };
        assert_eq!((days(&budget.total), days(&budget.sent)), (days(&fresh.total), days(&fresh.sent)));
        // A run keeps what it counted of earlier months only while something of it waits.
        for (span, sum) in of(&fresh.total) {
            let kept = budget.total.get(&span).copied().unwrap_or_default();
            assert!(kept.dollars <= sum.dollars, "{span:?}: {kept:?} of {sum:?}");
        }
        assert_eq!((&budget.held, &budget.reserved), (&fresh.held, &fresh.reserved));
    }
}

#[test]
fn the_latest_is_held_back_first_and_the_oldest_goes_on_first() {
    use JobState::Queued;
    let mut jobs: Vec<_> = (1..=4).map(|place| at(place, Queued, dollars(2), 0)).collect();
    let rules = caps(None, Some(dollars(5)), None);
    assert_eq!(budget(rules.clone(), &jobs).overdrawn(), Some((id(4), CapKind::Day)));
    jobs[3].1.held = Some(HeldFor::DayCap);
    assert_eq!(budget(rules.clone(), &jobs).overdrawn(), Some((id(3), CapKind::Day)));
    jobs[2].1.held = Some(HeldFor::DayCap);
    assert_eq!((budget(rules.clone(), &jobs).overdrawn(), budget(rules.clone(), &jobs).moving_on()), (None, None));
    jobs[0].1.held = Some(HeldFor::DayCap);
    assert_eq!(budget(rules.clone(), &jobs).moving_on(), Some((id(1), None)));
    // A cheap one does not overtake the ones that wait; an order that can never go is in nobody's way.
    jobs[0].1.held = None;
    let cheap = at(9, Queued, dollars(1), 0);
    assert_eq!(budget(rules.clone(), &jobs).stop(&cheap.1, 9), Some(CapKind::Day));
    jobs[2].1.estimate.amount = dollars(6);
    jobs[3].1.estimate.amount = dollars(7);
    assert_eq!(budget(rules, &jobs).stop(&cheap.1, 9), None);
}

#[test]
fn the_brake_looks_at_what_was_sent_and_at_nothing_else() {
    use JobState::{Queued, Ready, Submitting};
    let rules = caps(None, Some(dollars(5)), None);
    let order = at(2, Queued, dollars(2), 0).1;
    let spent = |price| {
        budget(rules.clone(), &[at(1, Ready, dollars(price), 0), (2, order.clone()), at(3, Queued, dollars(3), 0)])
    };
    assert_eq!(spent(3).brake(&order, 2), None);
    assert_eq!(spent(4).brake(&order, 2), Some(CapKind::Day));
    assert_eq!(spent(4).brake(&Job { is_over_cap: true, ..order.clone() }, 2), None);
    let going = at(2, Submitting, dollars(2), 0).1;
    let sent = |price| budget(rules.clone(), &[at(1, Ready, dollars(price), 0), (2, going.clone())]);
    assert_eq!((sent(3).brake(&going, 2), sent(4).brake(&going, 2)), (None, Some(CapKind::Day)));
}

#[test]
fn another_day_is_noticed_also_when_the_clock_is_set_back() {
    let mut budget = budget(caps(None, Some(dollars(5)), None), &[]);
    for (now, expected) in [(NOW.0, false), (NOW.0 + DAY / 2 - 1, false), (NOW.0 + DAY / 2, true), (NOW.0, true)] {
        assert_eq!(budget.turn(UnixMillis(now)), expected, "{now}");
    }
}
