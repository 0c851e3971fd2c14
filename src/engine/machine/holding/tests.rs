//! What holds orders back, and for how long: stories over restarts, keys and refusals.

use super::super::*;
use crate::domain::ending::EndingKind;
use crate::domain::outcome::{NetworkCause, PollOutcome, RejectionKind, SubmitOutcome, UnconfirmedCause};
use crate::domain::samples::id;
use crate::domain::{Asker, HeldFor};
use crate::engine::command::{Command, UnconfirmedDecision};
use crate::engine::machine::bench::{Bench, answer, rejected, secs};

fn holds(bench: &Bench) -> Vec<Holds> {
    let holds = |effect: &Effect| match effect {
        Effect::KeepHolds(holds) => Some(holds.clone()),
        _ => None,
    };
    bench.effects.iter().filter_map(holds).collect()
}

#[test]
fn a_pause_and_a_refusal_survive_a_restart() {
    let mut bench = Bench::new(GatewayId::Apiin);
    bench.tell(Input::Command(Command::PauseQueue(true)));
    let [stored] = &holds(&bench)[..] else { panic!("{:?}", bench.effects) };
    assert!(stored.is_paused);
    let job = bench.enqueue(1);
    bench.restart(Setup { holds: stored.clone(), ..Setup::default() });
    bench.wait(secs(3600));
    assert_eq!((bench.submits(), bench.live().jobs[&job].hold.clone()), (0, Some(Hold::Paused)));
    bench.tell(Input::Command(Command::PauseQueue(false)));
    assert_eq!((bench.submits(), holds(&bench)), (1, vec![Holds::default()]));

    for (kind, hold) in [(RejectionKind::NoCredits, Hold::NoCredits), (RejectionKind::KeyRefused, Hold::KeyRefused)] {
        let mut bench = Bench::new(GatewayId::Apiin);
        let first = bench.enqueue(1);
        bench.tell(Input::Submitted(first, answer(rejected(kind))));
        let stored = holds(&bench).pop().expect("it is stored");
        let second = bench.enqueue(2);
        // The next start begins with the same key.
        bench.restart(Setup { holds: stored.clone(), ..Setup::default() });
        bench.wait(secs(3600));
        assert_eq!((bench.submits(), bench.live().jobs[&second].hold.clone()), (0, Some(hold)), "{kind:?}");
        // Or with another one, which somebody gave meanwhile.
        let jobs: Vec<Job> = bench.machine.jobs().cloned().collect();
        bench.machine = Machine::new(Setup { holds: stored, ..Setup::default() }, jobs);
        bench.tell(Input::Start);
        bench.connect_with("another canary");
        bench.wait(secs(1));
        let is_sent = bench.state(second) == JobState::Submitting;
        assert_eq!(is_sent, kind == RejectionKind::KeyRefused, "{kind:?}");
        bench.tell(Input::Command(Command::PauseQueue(false)));
        bench.wait(secs(1));
        assert_eq!(bench.state(second), JobState::Submitting, "{kind:?}");
    }
}

#[test]
fn holds_that_the_disk_does_not_take_are_stored_later() {
    let mut bench = Bench::new(GatewayId::Apiin);
    bench.tell(Input::Command(Command::PauseQueue(true)));
    bench.tell(Input::HoldsStored(Err("full".to_owned())));
    assert!(holds(&bench).is_empty());
    bench.wait(secs(2));
    let [again] = &holds(&bench)[..] else { panic!("{:?}", bench.effects) };
    assert!(again.is_paused);
    bench.tell(Input::HoldsStored(Ok(())));
    let is_told = |effect: &Effect| matches!(effect, Effect::Emit(Event::HoldsChanged(holds)) if holds.is_paused);
    assert_eq!(bench.count(is_told), 1);
    bench.wait(secs(3600));
    assert!(holds(&bench).is_empty());
}

#[test]
fn orders_that_may_be_stale_wait_for_one_press() {
    let day = secs(24 * 3600);
    for (name, is_moved, age, why) in
        [("old", false, 2 * day, HeldFor::Waited), ("in a copied library", true, secs(60), HeldFor::Moved)]
    {
        let mut bench = Bench::new(GatewayId::Apiin);
        bench.tell(Input::Command(Command::PauseQueue(true)));
        let (first, second) = (bench.enqueue(1), bench.enqueue(2));
        let since = bench.machine.job(first).expect("it is known").created_at;
        bench.time += age;
        bench.restart(Setup { is_moved, ..Setup::default() });
        bench.wait(secs(60));
        assert_eq!(bench.submits(), 0, "{name}");
        assert_eq!(bench.live().jobs[&first].hold, Some(Hold::Waiting { since, why }), "{name}");
        // What is ordered now is not held up by them.
        bench.enqueue(3);
        assert_eq!((bench.submits(), bench.state(id(3))), (1, JobState::Submitting), "{name}");
        bench.tell(Input::Command(Command::Release(vec![first])));
        bench.wait(secs(1));
        assert_eq!((bench.state(first), bench.state(second)), (JobState::Submitting, JobState::Queued), "{name}");
        // The press is remembered.
        bench.tell(Input::Command(Command::Release(vec![second])));
        assert_eq!(bench.machine.job(second).and_then(|job| job.held), None);
        bench.restart(Setup::default());
        bench.wait(secs(1));
        assert_eq!(bench.live().jobs[&second].hold, None, "{name}");
    }
}

#[test]
fn a_command_sends_only_its_own_orders() {
    let mut bench = Bench::new(GatewayId::Apiin);
    bench.tell(Input::Command(Command::PauseQueue(true)));
    let left = bench.enqueue(1);
    bench.restart(Setup { sends: Sends::OwnOnly, ..Setup::default() });
    let own = bench.enqueue(2);
    bench.wait(secs(3600));
    assert_eq!((bench.state(left), bench.state(own)), (JobState::Queued, JobState::Submitting));
    assert_eq!(bench.live().jobs[&left].hold, Some(Hold::LeftOver));
    // What it is told to send once more is its own as well.
    bench.tell(Input::Submitted(
        own,
        answer(SubmitOutcome::Unconfirmed(UnconfirmedCause::Network(NetworkCause::Broken))),
    ));
    bench.tell(Input::Command(Command::Resolve(
        own,
        UnconfirmedDecision::Resend { new_id: id(9), price: None, asked_by: Asker::Window, is_over_cap: false },
    )));
    bench.wait(secs(1));
    assert_eq!((bench.state(id(9)), bench.state(left)), (JobState::Submitting, JobState::Queued));
    bench.restart(Setup::default());
    bench.wait(secs(1));
    assert_eq!(bench.state(left), JobState::Submitting, "the window sends it");
}

#[test]
fn an_empty_wallet_or_a_refused_key_holds_the_rest_until_the_user_says_so() {
    for (kind, hold) in [(RejectionKind::NoCredits, Hold::NoCredits), (RejectionKind::KeyRefused, Hold::KeyRefused)] {
        for release in 0..3 {
            let mut bench = Bench::new(GatewayId::Apiin);
            bench.tell(Input::Command(Command::SetAtOnce(GatewayId::Apiin, 1)));
            let first = bench.enqueue(1);
            let second = bench.enqueue(2);
            let third = bench.enqueue(3);
            bench.tell(Input::Submitted(first, answer(rejected(kind))));
            bench.wait(secs(3600));
            assert_eq!((bench.submits(), bench.state(second)), (0, JobState::Queued), "{kind:?}");
            assert_eq!(bench.live().jobs[&second].hold, Some(hold.clone()));
            bench.tell(Input::Command(Command::TakeOut(third)));
            assert_eq!(bench.state(third), JobState::Removed);
            match release {
                0 => bench.connect_with("another canary"),
                1 => bench.tell(Input::Command(Command::PauseQueue(false))),
                // A further order is no word about those that wait.
                _ => {
                    bench.enqueue(4);
                    assert_eq!((bench.submits(), bench.state(second)), (0, JobState::Queued), "{kind:?}");
                    bench.tell(Input::Command(Command::PauseQueue(false)));
                }
            }
            assert_eq!((bench.submits(), bench.state(second)), (1, JobState::Submitting), "{kind:?} {release}");
            // What is being sent is not taken out.
            bench.tell(Input::Command(Command::TakeOut(second)));
            assert_eq!(bench.state(second), JobState::Submitting);
        }
    }
}

#[test]
fn an_order_that_is_stored_but_not_sent_goes_back_when_the_wallet_is_empty() {
    let mut bench = Bench::new(GatewayId::Apiin);
    let first = bench.enqueue(1);
    let second = bench.enqueue(2);
    // The limiter still keeps the second one back.
    assert_eq!(bench.state(second), JobState::Queued);
    bench.time += secs(1);
    bench.tell_only(Input::Wake);
    assert_eq!(bench.state(second), JobState::Submitting);
    let Some(revision) = bench.effects.iter().find_map(|effect| match effect {
        Effect::Persist { revision, .. } => Some(*revision),
        _ => None,
    }) else {
        panic!("it is not stored")
    };
    bench.tell(Input::Submitted(first, answer(rejected(RejectionKind::NoCredits))));
    bench.tell(Input::Stored { job: second, revision });
    assert_eq!((bench.state(second), bench.submits()), (JobState::Queued, 0));
}

#[test]
fn a_refused_key_holds_everything_and_sends_nothing_again() {
    let mut bench = Bench::new(GatewayId::Apiin);
    let job = bench.accepted();
    bench.poll(job, PollOutcome::KeyRefused);
    assert_eq!((bench.state(job), bench.message(job)), (JobState::Waiting, Some(EndingKind::KeyRefused)));
    let second = bench.enqueue(2);
    bench.wait(secs(3600));
    assert_eq!((bench.polls(), bench.submits()), (0, 0));
    assert_eq!(bench.live().jobs[&second].hold, Some(Hold::KeyRefused));
    bench.connect();
    assert_eq!(bench.polls() + bench.submits(), 1);
    bench.wait(secs(1));
    assert_eq!(bench.polls() + bench.submits(), 1);
}
