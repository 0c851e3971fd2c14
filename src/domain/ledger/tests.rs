use jiff::civil::date;
use jiff::{Timestamp, tz};
use strum::IntoEnumIterator as _;

use super::sums::{Part, Sum, Totals};
use super::table::{Row, sort, takes};
use super::*;
use crate::domain::asker::Asker;
use crate::domain::caps::{SpendingRules, Spent, spent_of};
use crate::domain::ending::Ending;
use crate::domain::gateway::GatewayId;
use crate::domain::holds::HeldFor;
use crate::domain::money::{CreditValue, Credits, Money};
use crate::domain::price::Dollars;
use crate::domain::random::Random;
use crate::domain::samples::job;

fn at(text: &str) -> UnixMillis {
    UnixMillis(text.parse::<Timestamp>().expect("a moment").as_millisecond())
}

fn credits(number: i64) -> Amount {
    Amount::Credits(Credits(number))
}

fn cents(number: i64) -> Amount {
    Amount::Money(Money(number * 10_000))
}

fn ending(kind: EndingKind, charge: Charge) -> Option<Ending> {
    Some(Ending { kind, what_happened: "It happened.".to_owned(), charge, what_now: "Go on.".to_owned() })
}

fn zone() -> TimeZone {
    TimeZone::fixed(tz::offset(2))
}

const NOW: &str = "2026-06-24T12:07:00Z";

/// Rows as a file has them, newest first, for these jobs.
pub(super) fn rows(jobs: &[Job]) -> Vec<Row> {
    let takes = takes(jobs);
    let mut entries: Vec<_> = jobs.iter().filter_map(|job| Entry::of(job, at(NOW), &zone())).collect();
    sort(&mut entries);
    entries.iter().map(|entry| Row::of(entry, takes[&entry.job.id])).collect()
}

/// One job of every kind that a file has to tell apart.
pub(super) fn golden_jobs() -> Vec<Job> {
    let sent = |job: Job, time: &str| Job { sent_at: Some(at(time)), ..job };
    let ready = job(1).prompt("A paper boat, \"drifting\"\ndown a street").project("Spring film").ready();
    let differs =
        job(2).prompt("A paper boat, \"drifting\"\ndown a street").project("Spring film").rejected(true).ready();
    let assumed = job(3).gateway(GatewayId::Aigateway).prompt("=HYPERLINK(\"x\")").ready();
    let free = job(4).gateway(GatewayId::Aigateway).prompt("Lighthouse in a storm").state(JobState::Failed);
    let moderated = job(5).prompt("Profile in warm blind light").state(JobState::Failed);
    let unconfirmed = job(6).gateway(GatewayId::Pixverse).prompt("Dragon").unconfirmed();
    let held = job(7).at(at("2026-06-24T12:06:30Z")).prompt("Mountain lake").queued();
    let practice = job(8).gateway(GatewayId::Practice).prompt("Never money").ready();
    vec![
        sent(Job { charge: Charge::Yes(Some(credits(90))), ..ready }, "2026-06-24T12:02:00.123Z"),
        sent(
            Job { charge: Charge::Yes(Some(credits(72))), is_hidden: true, asked_by: Asker::Agent, ..differs },
            "2026-06-24T12:02:00.124Z",
        ),
        sent(Job { charge: Charge::Yes(None), asked_by: Asker::CommandLine, ..assumed }, "2026-06-23T20:00:00Z"),
        sent(Job { charge: Charge::No, ..free }, "2026-06-23T19:00:00Z"),
        sent(
            Job {
                charge: Charge::NotKnown,
                message: ending(EndingKind::NotAllowed, Charge::NotKnown),
                trashed_at: Some(at(NOW)),
                ..moderated
            },
            "2026-05-31T21:59:00Z",
        ),
        sent(Job { charge: Charge::NotKnown, ..unconfirmed }, "2026-05-31T22:00:00Z"),
        Job { held: Some(HeldFor::DayCap), ..held },
        sent(Job { charge: Charge::Yes(None), ..practice }, "2026-06-24T12:02:00Z"),
    ]
}

/// Every state, charge and kind of message has one outcome and one word about the charge, and never a friendlier word than
/// what is known.
#[test]
fn every_job_has_one_outcome_and_one_word_about_its_charge() {
    let charges = [
        Charge::Nothing,
        Charge::No,
        Charge::Yes(Some(credits(7))),
        Charge::Yes(Some(cents(64))),
        Charge::Yes(None),
        Charge::NotKnown,
    ];
    let mut seen = std::collections::HashSet::new();
    for state in JobState::iter() {
        for charge in charges {
            for kind in EndingKind::iter().map(Some).chain([None]) {
                for (is_rejected, held) in [(false, None), (true, None), (false, Some(HeldFor::DayCap))] {
                    let message = kind.and_then(|kind| ending(kind, charge));
                    let job = Job { charge, message, held, ..job(1).rejected(is_rejected).state(state) };
                    let entry = Entry::of(&job, at(NOW), &zone()).expect("a paid order");
                    seen.insert(entry.outcome);
                    assert_eq!(entry.outcome, expected_outcome(state, kind, is_rejected, held), "{state} {kind:?}");
                    let word = match (charge, state) {
                        (Charge::Nothing, JobState::Submitting) | (Charge::NotKnown, _) => "not known",
                        (Charge::Nothing | Charge::No, _) => "no",
                        (Charge::Yes(Some(_)), _) => "yes",
                        (Charge::Yes(None), _) => "assumed",
                    };
                    assert_eq!(entry.charged.word(), word, "{state} {charge:?}");
                    // What stands as charged counts, and what counts though nothing was charged is an order to be sent.
                    match entry.counted {
                        None => assert_eq!(word, "no", "{state} {charge:?}"),
                        Some((Certainty::Reserved, _)) => assert_eq!((state, word), (JobState::Queued, "no")),
                        Some((Certainty::Charged, amount)) => assert_eq!(entry.charged, Charged::Yes(amount)),
                        Some((Certainty::Assumed, amount)) => assert_eq!(entry.charged, Charged::Assumed(amount)),
                        Some((Certainty::NotKnown, amount)) => {
                            assert_eq!((word, amount), ("not known", job.estimate.amount));
                        }
                    }
                }
            }
        }
    }
    assert_eq!(seen.len(), Outcome::iter().count(), "each outcome occurs");
}

fn expected_outcome(state: JobState, kind: Option<EndingKind>, rejected: bool, held: Option<HeldFor>) -> Outcome {
    let is_not_allowed = kind == Some(EndingKind::NotAllowed);
    match state {
        JobState::Queued => [Outcome::Waiting, Outcome::Held][usize::from(held.is_some())],
        JobState::Submitting | JobState::Waiting | JobState::Generating | JobState::Downloading => Outcome::Working,
        JobState::Ready => [Outcome::Ready, Outcome::ReadyRejected][usize::from(rejected)],
        JobState::Failed => [Outcome::Failed, Outcome::NotAllowed][usize::from(is_not_allowed)],
        JobState::Rejected => [Outcome::Refused, Outcome::NotAllowed][usize::from(is_not_allowed)],
        JobState::Unconfirmed => Outcome::Unconfirmed,
        JobState::Cancelled => Outcome::Cancelled,
        JobState::NotWatched => Outcome::NotWatched,
        JobState::Gone => Outcome::Gone,
        JobState::Removed => Outcome::Removed,
        JobState::Discarded => Outcome::Discarded,
    }
}

#[test]
fn the_words_of_outcomes_are_pinned_because_files_hold_them() {
    let words: Vec<_> = Outcome::iter().map(Outcome::name).collect();
    assert_eq!(
        words,
        [
            "ready",
            "ready_rejected",
            "failed",
            "not_allowed",
            "refused",
            "cancelled",
            "unconfirmed",
            "discarded",
            "not_watched",
            "gone",
            "held",
            "waiting",
            "working",
            "removed"
        ]
    );
    for outcome in Outcome::iter() {
        assert_eq!(serde_json::to_value(outcome).expect("a plain enum"), outcome.name());
        assert!(!outcome.title().is_empty());
    }
}

#[test]
fn practice_is_no_row_and_everything_else_is_one() {
    let jobs = golden_jobs();
    assert_eq!(rows(&jobs).len(), jobs.len() - 1);
    for state in JobState::iter() {
        let practice = Job { charge: Charge::Yes(None), ..job(1).gateway(GatewayId::Practice).state(state) };
        assert!(Entry::of(&practice, at(NOW), &zone()).is_none(), "{state}");
        for hidden in [false, true] {
            let trashed_at = hidden.then_some(at(NOW));
            let paid = Job { is_hidden: hidden, trashed_at, ..job(1).state(state) };
            assert!(Entry::of(&paid, at(NOW), &zone()).is_some(), "{state}");
        }
    }
}

#[test]
fn a_row_counts_on_the_day_of_its_sending_where_the_user_lives() {
    let jobs = golden_jobs();
    let days: Vec<_> = jobs.iter().filter_map(|job| Entry::of(job, at(NOW), &zone())).map(|entry| entry.day).collect();
    assert_eq!(days[4], date(2026, 5, 31), "a minute before midnight");
    assert_eq!(days[5], date(2026, 6, 1), "midnight of the user, not of Greenwich");
    let waits = job(1).at(at("2026-05-30T12:00:00Z")).queued();
    let entry = Entry::of(&waits, at(NOW), &zone()).expect("paid");
    assert_eq!((entry.at, entry.day), (waits.created_at, date(2026, 6, 24)), "what waits would be paid for today");
}

#[test]
fn what_was_charged_otherwise_than_shown_is_said() {
    for (shown, charged, words) in [
        (credits(180), credits(198), "18 cr more than shown"),
        (credits(180), credits(162), "18 cr less than shown"),
        (cents(64), cents(80), "$0.16 more than shown"),
        (cents(64), cents(60), "$0.04 less than shown"),
        (credits(180), cents(36), "shown was 180 cr"),
        (credits(180), Amount::Free, "180 cr less than shown"),
    ] {
        assert_eq!(Difference { shown, charged }.words(), words);
    }
    let same = Job { charge: Charge::Yes(Some(credits(90))), ..job(1).ready() };
    assert_eq!(Entry::of(&same, at(NOW), &zone()).and_then(|entry| entry.difference()), None);
}

#[test]
fn worth_is_a_range_until_the_user_says_what_credits_cost() {
    let paid = Job { charge: Charge::Yes(Some(credits(180))), ..job(1).ready() };
    let sum = |rules: &SpendingRules| {
        let mut sum = Sum::default();
        sum.add(&Entry::of(&paid, at(NOW), &zone()).expect("paid"), rules);
        sum.total()
    };
    let mut rules = SpendingRules::default();
    let unknown = sum(&rules);
    assert_eq!(unknown.worth(), Dollars::Range(Money(360_000), Money(1_800_000)));
    assert_eq!((unknown.worth().to_string(), unknown.billed()), ("$0.36–1.80".to_owned(), "180 cr".to_owned()));
    let value = CreditValue::new(Money(20_000_000), Credits(10_000)).expect("above zero");
    rules.credit_values.insert(GatewayId::Apiin, value);
    assert_eq!(sum(&rules).worth(), Dollars::Exact(Money(360_000)));
}

#[test]
fn months_are_read_as_they_are_typed() {
    assert_eq!(Period::parse_month("2026-06"), Some(Period::Month(date(2026, 6, 1))));
    for bad in ["2026-6", "2026-13", "2026-00", "06-2026", "2026-06-01", "2026", "", "+026-06", "2026-0６"] {
        assert_eq!(Period::parse_month(bad), None, "{bad:?}");
    }
    let june = Period::Month(date(2026, 6, 1));
    assert!(june.holds(date(2026, 6, 30)) && !june.holds(date(2026, 7, 1)) && !june.holds(date(2025, 6, 30)));
    assert!(
        Period::Year(date(2026, 6, 1)).holds(date(2026, 1, 1))
            && !Period::Year(date(2026, 1, 1)).holds(date(2025, 1, 1))
    );
}

/// One step of a life: what gateways, the program and the user do to an order, in any order that the table of steps allows.
fn step(job: &mut Job, now: &mut UnixMillis, random: &mut Random) {
    now.0 += i64::from(random.draw_u32() % 40_000_000);
    let states = [
        JobState::Queued,
        JobState::Submitting,
        JobState::Unconfirmed,
        JobState::Waiting,
        JobState::Generating,
        JobState::Downloading,
        JobState::Ready,
        JobState::Failed,
        JobState::Rejected,
        JobState::Cancelled,
        JobState::NotWatched,
        JobState::Gone,
        JobState::Removed,
        JobState::Discarded,
    ];
    let next = states[random.draw() as usize % states.len()];
    if !job.state.may_become(next) {
        return;
    }
    if next == JobState::Submitting {
        job.sent_at = Some(*now);
    }
    job.state = next;
    job.held = (next == JobState::Queued && random.draw().is_multiple_of(3)).then_some(HeldFor::DayCap);
    let amount = if random.draw().is_multiple_of(2) {
        credits(i64::from(random.draw_u32() % 400))
    } else {
        cents(i64::from(random.draw_u32() % 90))
    };
    job.charge = match (next, random.draw() % 4) {
        (JobState::Queued | JobState::Submitting | JobState::Removed, _) => Charge::Nothing,
        (JobState::Rejected, _) => Charge::No,
        (_, 0) => Charge::No,
        (_, 1) => Charge::Yes(Some(amount)),
        (_, 2) => Charge::Yes(None),
        _ => Charge::NotKnown,
    };
    job.is_hidden = random.draw().is_multiple_of(2);
    job.verdict.is_rejected = random.draw().is_multiple_of(2);
}

/// The header and the caps add up what `counted` says, job by job, as `spent_of` does. The ledger comes to the same,
/// whatever happened before and wherever the clock was set, and so does each of its tables.
#[test]
fn the_ledger_is_the_sum_of_what_counts_in_100_000_random_histories() {
    const HISTORIES: u64 = 100_000;
    let projects = ["Spring film", "Perfume"].map(|name| crate::domain::Project::new(name).ok());
    let gateways = [GatewayId::Apiin, GatewayId::Aigateway, GatewayId::Pixverse, GatewayId::Practice];
    let mut pool: Vec<Job> = (0..4).map(|number| job(number).gateway(gateways[number as usize]).queued()).collect();
    let mut rules = SpendingRules::default();
    let third = CreditValue::new(Money(10_000_000), Credits(3_001)).expect("above zero");
    let zone = zone();
    let mut counted_rows = 0;
    for history in 0..HISTORIES {
        let mut random = Random(history);
        let mut now = at("2026-05-29T20:00:00Z");
        if history % 2 == 0 {
            rules.credit_values.insert(GatewayId::Apiin, third);
        } else {
            rules.credit_values.remove(&GatewayId::Apiin);
        }
        for job in &mut pool {
            (job.state, job.charge, job.sent_at, job.held) = (JobState::Queued, Charge::Nothing, None, None);
            job.created_at = now;
            if history % 16 == 0 {
                job.project = projects.get(random.draw() as usize % 3).cloned().flatten();
            }
        }
        for _ in 0..12 {
            let which = random.draw() as usize % pool.len();
            step(&mut pool[which], &mut now, &mut random);
        }
        if history % 5 == 0 {
            // The clock was set back by days.
            now.0 -= i64::from(random.draw_u32() % 500_000_000);
        }
        let totals = Totals::of(pool.iter().filter_map(|job| Entry::of(job, now, &zone)), &rules);

        let mut expected = Spent::default();
        for job in &pool {
            let Some(amount) = counted(job) else { continue };
            counted_rows += 1;
            expected = expected.plus(rules.weigh(amount, job.gateway));
        }
        let by_caps = spent_of(&pool, now, &zone, &rules);
        let today = super::super::caps::day_of(now, &zone);
        let of_day = totals.by_day.get(&today).map(|sum| sum.total().spent()).unwrap_or_default();
        let of_month = totals.by_month.get(&today.first_of_month()).map(|sum| sum.total().spent()).unwrap_or_default();
        assert_eq!(totals.all.total().spent(), expected, "history {history}");
        assert_eq!(of_day, by_caps.day, "history {history}, today");
        assert_eq!(of_month, by_caps.month, "history {history}, month");
        let whole = |parts: &mut dyn Iterator<Item = &Sum>| parts.fold(Sum::default(), plus);
        for (name, sum) in [
            ("days", whole(&mut totals.by_day.values())),
            ("months", whole(&mut totals.by_month.values())),
            ("projects", whole(&mut totals.by_project.values())),
            ("gateways", whole(&mut totals.by_gateway.values())),
            ("outcomes", whole(&mut totals.by_outcome.values())),
        ] {
            assert_eq!(sum, totals.all, "history {history}, {name}");
        }
    }
    assert!(counted_rows > 100_000, "the histories cost something: {counted_rows}");
}

fn plus(sum: Sum, other: &Sum) -> Sum {
    Sum {
        rows: sum.rows + other.rows,
        charged: sum.charged.plus(other.charged),
        assumed: sum.assumed.plus(other.assumed),
        not_known: sum.not_known.plus(other.not_known),
        reserved: sum.reserved.plus(other.reserved),
    }
}

#[test]
fn sums_tell_apart_what_is_certain() {
    let jobs = golden_jobs();
    let rules = SpendingRules::default();
    let totals = Totals::of(jobs.iter().filter_map(|job| Entry::of(job, at(NOW), &zone())), &rules);
    let of = |gateway: GatewayId| totals.by_gateway[&gateway];
    let apiin = of(GatewayId::Apiin);
    assert_eq!((apiin.rows, apiin.charged.credits, apiin.not_known.credits), (4, Credits(162), Credits(90)));
    assert_eq!(
        (apiin.known().billed(), apiin.reserved),
        ("162 cr".to_owned(), Part::default()),
        "a held order reserves nothing"
    );
    let aigateway = of(GatewayId::Aigateway);
    assert_eq!((aigateway.rows, aigateway.assumed.money, aigateway.charged.orders), (2, Money(400_000), 0));
    assert_eq!(totals.by_outcome[&Outcome::Failed].total().most, Money::ZERO);
    assert_eq!(totals.all.not_known.orders, 2);
    assert!(!totals.by_gateway.contains_key(&GatewayId::Practice));
    assert_eq!(totals.by_month.keys().copied().collect::<Vec<_>>(), [date(2026, 5, 1), date(2026, 6, 1)]);
}

#[test]
fn takes_are_numbered_by_age_and_never_anew() {
    let jobs = golden_jobs();
    let before = takes(&jobs);
    assert_eq!((before[&jobs[0].id], before[&jobs[1].id], before[&jobs[2].id]), (1, 2, 1));
    let hidden: Vec<_> = jobs.iter().map(|job| Job { is_hidden: true, ..job.clone() }).collect();
    assert_eq!(takes(&hidden), before);
}
