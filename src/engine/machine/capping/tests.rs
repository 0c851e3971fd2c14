//! Caps on spending, one story each: what is held back, and what lets it go on.

use std::time::Duration;

use super::super::bench::{Bench, answer, completed, rejected, secs};
use super::super::*;
use crate::domain::caps::{Cap, CapKind, Caps};
use crate::domain::outcome::{Accepted, Phase, PollOutcome, RejectionKind, SubmitOutcome, UnconfirmedCause};
use crate::domain::samples::id;
use crate::domain::{Amount, Asker, Estimate, HeldFor, Money, RemoteId};
use crate::engine::command::{Command, UnconfirmedDecision};

const GATEWAY: GatewayId = GatewayId::Aigateway;

/// The price of one clip of the bench.
fn price() -> Money {
    match Bench::new(GATEWAY).new_job(1).estimate.amount {
        Amount::Money(price) => price,
        other => panic!("{other}"),
    }
}

/// Caps that let so many clips pass; zero is off.
fn rules(run: u32, day: u32, month: u32) -> SpendingRules {
    let cap = |clips: u32| Cap { limit: Amount::Money(price().times(clips)), is_on: clips > 0 };
    let caps = Caps { run: cap(run), day: cap(day), month: cap(month), ..Caps::default() };
    SpendingRules { caps, ..SpendingRules::default() }
}

fn set(bench: &mut Bench, rules: SpendingRules) {
    bench.tell(Input::Command(Command::SetSpendingRules(rules)));
}

/// A bench with these caps on which three orders of one run were made.
fn three(rules: SpendingRules) -> Bench {
    let mut bench = Bench::new(GATEWAY);
    bench.tell(Input::Command(Command::SetAtOnce(GATEWAY, 8)));
    set(&mut bench, rules);
    let new_jobs = (1..=3).map(|number| bench.new_job(number)).collect();
    bench.tell(Input::Command(Command::Enqueue(new_jobs)));
    bench.wait(secs(5));
    bench
}

fn held(bench: &Bench) -> Vec<Option<HeldFor>> {
    let mut jobs: Vec<&Job> = bench.machine.jobs().collect();
    jobs.sort_by_key(|job| job.id);
    jobs.iter().map(|job| job.held).collect()
}

fn accepted(charge: Option<Amount>) -> SubmitOutcome {
    let remote_id = RemoteId::new("job_1").expect("a plain id");
    SubmitOutcome::Accepted(Accepted { remote_id, phase: Phase::Waiting, link: None, charge })
}

#[test]
fn an_order_without_room_is_stored_as_held_and_is_not_sent() {
    for (rules, expected) in [
        (rules(0, 0, 0), [None, None, None]),
        (rules(2, 0, 0), [None, None, Some(HeldFor::RunCap)]),
        (rules(0, 1, 0), [None, Some(HeldFor::DayCap), Some(HeldFor::DayCap)]),
        (rules(0, 0, 2), [None, None, Some(HeldFor::MonthCap)]),
        (rules(2, 1, 1), [None, Some(HeldFor::DayCap), Some(HeldFor::DayCap)]),
    ] {
        let mut bench = Bench::new(GATEWAY);
        set(&mut bench, rules.clone());
        let new_jobs = (1..=3).map(|number| bench.new_job(number)).collect();
        bench.tell_only(Input::Command(Command::Enqueue(new_jobs)));
        let stored = |effect: &Effect| match effect {
            Effect::Persist { job, .. } => Some(job.held),
            _ => None,
        };
        let first: Vec<Option<HeldFor>> = bench.effects.iter().filter_map(stored).take(3).collect();
        assert_eq!(first, expected, "as they are stored first");
        let mut bench = three(rules);
        let sent = |bench: &Bench| bench.machine.jobs().filter(|job| job.state == JobState::Submitting).count();
        let free = held(&bench).iter().filter(|held| held.is_none()).count();
        assert_eq!(sent(&bench), free);
        bench.wait(secs(3600));
        assert_eq!(sent(&bench), free, "nothing more by itself");
    }
}

#[test]
fn held_orders_go_on_in_their_order_when_there_is_room() {
    type Story = fn(&mut Bench);
    let stories: [(&str, Story); 8] = [
        ("a charge below the price", |bench| {
            bench.tell(Input::Submitted(id(1), answer(accepted(Some(Amount::Money(Money(0)))))));
        }),
        ("not charged", |bench| {
            bench.tell(Input::Submitted(id(1), answer(rejected(RejectionKind::NotAllowed))));
        }),
        ("failed and not charged", |bench| {
            bench.tell(Input::Submitted(id(1), answer(accepted(None))));
            let failure = crate::domain::outcome::Failure {
                code: None,
                gateway_text: None,
                not_allowed: false,
                charge: Some(Amount::Money(Money(0))),
            };
            bench.poll(id(1), PollOutcome::Failed(failure));
        }),
        ("raised", |bench| set(bench, rules(0, 2, 0))),
        ("another day", |bench| bench.wait(secs(24 * 3600))),
        ("slept into another day", |bench| {
            bench.wall_lead += secs(12 * 3600);
            bench.wait(secs(1));
        }),
        ("the user says so", |bench| bench.tell(Input::Command(Command::SendOverCap(vec![id(2)])))),
        ("moved to the front, then another day", |bench| {
            bench.tell(Input::Command(Command::MoveInQueue(id(2), crate::engine::command::QueueMove::First)));
            bench.wait(secs(24 * 3600));
        }),
    ];
    for (name, story) in stories {
        let mut bench = three(rules(0, 1, 0));
        assert_eq!(held(&bench), [None, Some(HeldFor::DayCap), Some(HeldFor::DayCap)], "{name}");
        story(&mut bench);
        bench.wait(secs(5));
        assert_eq!(bench.machine.job(id(2)).map(|job| job.held), Some(None), "{name}");
        assert_eq!(bench.state(id(2)), JobState::Submitting, "{name}");
        assert_eq!(held(&bench)[2], Some(HeldFor::DayCap), "{name}: one at a time");
    }
    let mut bench = three(rules(0, 1, 0));
    bench.tell(Input::Command(Command::TakeOut(id(2))));
    set(&mut bench, rules(0, 2, 0));
    bench.wait(secs(5));
    assert_eq!(bench.state(id(3)), JobState::Submitting, "the next one");
    let mut bench = three(rules(0, 1, 0));
    set(&mut bench, rules(0, 0, 0));
    assert_eq!(held(&bench), [None; 3], "switched off");
}

#[test]
fn the_next_day_is_waited_for_and_comes_by_itself() {
    let mut bench = three(rules(0, 1, 0));
    bench.tell_only(Input::Wake);
    let woken = bench.machine.wake_at.expect("it waits for midnight");
    let midnight = 86_400_000 - bench.now().wall.0 % 86_400_000;
    let until = woken.checked_sub(bench.time).expect("later").as_millis();
    assert!(until.abs_diff(u128::try_from(midnight).expect("later")) <= 1_000, "{until} of {midnight}");
    // It is not set anew at every step.
    bench.time += Duration::from_micros(1_300);
    bench.effects.clear();
    bench.tell_only(Input::Command(Command::Release(Vec::new())));
    assert_eq!(bench.count(|effect| matches!(effect, Effect::WakeAt(_))), 0);
}

#[test]
fn nothing_but_room_or_the_users_word_lets_an_order_pass_a_cap() {
    let mut bench = three(rules(0, 1, 0));
    for command in [
        Command::Release(vec![id(2), id(3)]),
        Command::PauseQueue(true),
        Command::PauseQueue(false),
        Command::Hold(vec![id(2)]),
        Command::MoveInQueue(id(3), crate::engine::command::QueueMove::First),
    ] {
        bench.tell(Input::Command(command));
        bench.wait(secs(60));
        assert_eq!(held(&bench), [None, Some(HeldFor::DayCap), Some(HeldFor::DayCap)]);
    }
    let jobs: Vec<Job> = bench.machine.jobs().cloned().collect();
    let rules = rules(0, 1, 0);
    bench.restart(Setup { rules: rules.clone(), ..Setup::default() });
    bench.wait(secs(60));
    assert_eq!(held(&bench)[1..], [Some(HeldFor::DayCap), Some(HeldFor::DayCap)], "after a restart");
    // A row that says nothing of a cap is held at the start.
    let mut jobs = jobs;
    jobs.iter_mut().for_each(|job| job.held = None);
    bench.machine = Machine::new(Setup { rules, ..Setup::default() }, jobs);
    bench.tell(Input::Start);
    bench.connect();
    bench.wait(secs(60));
    assert_eq!(held(&bench)[1..], [Some(HeldFor::DayCap), Some(HeldFor::DayCap)], "whatever the rows say");
    bench.tell(Input::Command(Command::SendOverCap(vec![id(3)])));
    bench.wait(secs(5));
    assert_eq!(bench.state(id(3)), JobState::Submitting, "out of turn, because the user named it");
    assert!(bench.machine.job(id(3)).is_some_and(|job| job.is_over_cap));
}

#[test]
fn stricter_rules_hold_back_the_latest_orders_that_are_not_sent() {
    let mut bench = Bench::new(GATEWAY);
    bench.tell(Input::Command(Command::PauseQueue(true)));
    for number in 1..=3 {
        bench.enqueue(number);
    }
    set(&mut bench, rules(0, 2, 0));
    assert_eq!(held(&bench), [None, None, Some(HeldFor::DayCap)]);
    set(&mut bench, rules(0, 0, 1));
    assert_eq!(held(&bench), [None, Some(HeldFor::MonthCap), Some(HeldFor::MonthCap)]);
    // Each of these is a run of its own.
    set(&mut bench, rules(1, 0, 0));
    assert_eq!(held(&bench), [None, None, None]);
    // A cap in credits lets no order pass that is billed in dollars.
    let mut credits = rules(0, 0, 0);
    credits.caps.day = Cap { limit: Amount::Credits(crate::domain::Credits(9_000)), is_on: true };
    set(&mut bench, credits);
    assert_eq!(held(&bench), [Some(HeldFor::DayCap); 3]);
    set(&mut bench, rules(0, 3, 0));
    assert_eq!(held(&bench), [None; 3]);
}

#[test]
fn rules_that_come_while_an_order_is_stored_as_being_sent_stop_it() {
    let mut bench = Bench::new(GATEWAY);
    let new_job = bench.new_job(1);
    bench.tell_only(Input::Command(Command::Enqueue(vec![new_job])));
    bench.tell_only(Input::Stored { job: id(1), revision: 1 });
    assert_eq!(bench.state(id(1)), JobState::Submitting);
    let mut none = rules(0, 1, 0);
    none.caps.day.limit = Amount::Money(Money(1));
    bench.tell_only(Input::Command(Command::SetSpendingRules(none)));
    bench.tell_only(Input::Stored { job: id(1), revision: 2 });
    assert_eq!((bench.submits(), bench.state(id(1))), (0, JobState::Queued));
    assert_eq!(held(&bench), [Some(HeldFor::DayCap)]);
}

#[test]
fn what_was_held_for_another_reason_is_checked_when_it_is_let_go() {
    let mut bench = Bench::new(GATEWAY);
    bench.tell(Input::Command(Command::PauseQueue(true)));
    let jobs = [bench.enqueue(1), bench.enqueue(2)];
    bench.tell(Input::Command(Command::Hold(vec![jobs[0]])));
    // What is paused keeps its room, so the second one has none.
    set(&mut bench, rules(0, 1, 0));
    assert_eq!(held(&bench), [Some(HeldFor::Paused), Some(HeldFor::DayCap)]);
    let mut lower = rules(0, 1, 0);
    lower.caps.day.limit = Amount::Money(Money(price().0 - 1));
    set(&mut bench, lower);
    bench.tell(Input::Command(Command::Release(vec![jobs[0]])));
    assert_eq!(held(&bench), [Some(HeldFor::DayCap), Some(HeldFor::DayCap)]);
    set(&mut bench, rules(0, 1, 0));
    assert_eq!(held(&bench), [None, Some(HeldFor::DayCap)]);
}

#[test]
fn an_order_that_a_cap_holds_waits_for_a_press_in_a_copied_library() {
    let mut bench = three(rules(0, 1, 0));
    bench.restart(Setup { is_moved: true, rules: rules(0, 0, 0), ..Setup::default() });
    assert_eq!(held(&bench)[1..], [Some(HeldFor::Moved), Some(HeldFor::Moved)]);
    assert_eq!(bench.submits(), 0);
}

#[test]
fn what_a_command_leaves_and_what_is_of_unknown_fate_counts() {
    let mut bench = three(rules(0, 0, 0));
    bench.tell(Input::Submitted(id(1), answer(SubmitOutcome::Unconfirmed(UnconfirmedCause::Interrupted))));
    let restarted = Setup { sends: Sends::OwnOnly, rules: rules(0, 3, 0), ..Setup::default() };
    bench.restart(restarted);
    let own = bench.enqueue(4);
    assert_eq!(bench.machine.job(own).map(|job| job.held), Some(Some(HeldFor::DayCap)));
    // Sent again is one more, because the first may have been charged.
    let new_id = id(9);
    let decision = UnconfirmedDecision::Resend { new_id, price: None, asked_by: Asker::Window, is_over_cap: false };
    bench.tell(Input::Command(Command::Resolve(id(1), decision)));
    assert_eq!(bench.machine.job(new_id).map(|job| job.held), Some(Some(HeldFor::DayCap)));
    // At the price that was shown for it, which may be another by now.
    let price =
        bench.machine.job(id(2)).map(|job| Estimate { amount: job.estimate.amount.times(2), ..job.estimate.clone() });
    let decision = UnconfirmedDecision::Resend {
        new_id: id(10),
        price: price.clone(),
        asked_by: Asker::Window,
        is_over_cap: true,
    };
    bench.tell(Input::Command(Command::Resolve(id(2), decision)));
    assert_eq!(bench.machine.job(id(10)).map(|job| job.estimate.clone()), price);
    assert_eq!(bench.machine.job(id(10)).map(|job| (job.held, job.is_over_cap)), Some((None, true)));
}

#[test]
fn practice_clips_never_count_and_are_never_held() {
    let mut bench = Bench::new(GatewayId::Practice);
    let mut none = rules(1, 1, 1);
    for kind in [&mut none.caps.run, &mut none.caps.day, &mut none.caps.month] {
        kind.limit = Amount::Money(Money(0));
    }
    set(&mut bench, none);
    let job = bench.enqueue(1);
    assert_eq!((bench.state(job), held(&bench)), (JobState::Submitting, vec![None]));
}

#[test]
fn a_finished_clip_counts_at_its_charge() {
    let mut bench = three(rules(0, 2, 0));
    assert_eq!(held(&bench), [None, None, Some(HeldFor::DayCap)]);
    bench.tell(Input::Submitted(id(1), answer(accepted(None))));
    bench.poll_within(id(1), 300, completed(Some("https://media.example/a.mp4")));
    assert_eq!(held(&bench)[2], Some(HeldFor::DayCap), "no charge is named, so the price counts");
    assert_eq!(CapKind::Day.held(), HeldFor::DayCap);
}

/// What every door says beforehand is what the machine does.
#[test]
fn the_machine_holds_what_was_said_beforehand() {
    let now = Bench::new(GATEWAY).now().wall;
    for case in crate::domain::samples::caps::cap_cases(now) {
        let mut bench = Bench::new(case.gateway);
        let rules = SpendingRules { caps: case.caps, ..SpendingRules::default() };
        let holds = crate::domain::Holds { is_paused: true, ..Default::default() };
        bench.machine = Machine::new(Setup { rules, holds, ..Setup::default() }, case.jobs);
        bench.tell(Input::Start);
        bench.wait(secs(1));
        let new_jobs: Vec<_> = (1..=case.clips).map(|number| bench.new_job(number.into())).collect();
        bench.tell(Input::Command(Command::Enqueue(new_jobs)));
        for _ in 0..2 {
            let jobs: Vec<_> = (1..=case.clips).filter_map(|number| bench.machine.job(id(number.into()))).collect();
            assert_eq!(jobs.len(), usize::from(case.clips));
            let held: Vec<usize> = (0..jobs.len()).filter(|place| jobs[*place].held.is_some()).collect();
            let name = format!("{} ({})", case.name, case.clips);
            assert_eq!(held.len(), case.held.map_or(0, |held| held.count), "{name}");
            assert_eq!(held.first(), case.held.map(|held| held.from).as_ref(), "{name}");
            let why = held.first().and_then(|place| jobs[*place].held);
            assert_eq!(why, case.held.map(|held| held.kind.held()), "{name}");
            bench.wait(secs(5));
        }
    }
}
