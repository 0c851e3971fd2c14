//! Single decisions of the machine, one table or story each. What holds in every history is in `simulation.rs`.

use std::time::Duration;

use super::bench::{Bench, answer, completed, secs};
use super::*;
use crate::domain::ending::EndingKind;
use crate::domain::holds::HeldFor;
use crate::domain::outcome::{
    Accepted, CancelOutcome, NetworkCause, Phase, PollOutcome, Rejection, RejectionKind, SubmitOutcome,
    UnconfirmedCause,
};
use crate::domain::samples::id;
use crate::domain::{Asker, Charge, RemoteId};
use crate::engine::command::{Command, UnconfirmedDecision};

#[test]
fn an_order_is_stored_as_queued_then_as_being_sent_and_only_then_sent() {
    let mut bench = Bench::new(GatewayId::Apiin);
    let new_job = bench.new_job(1);
    bench.tell_only(Input::Command(Command::Enqueue(vec![new_job])));
    for expected in [JobState::Queued, JobState::Submitting] {
        let [Effect::Persist { job, revision }] = &bench.effects[..1] else { panic!("{:?}", bench.effects) };
        assert_eq!((job.state, job.sent_at.is_some()), (expected, expected == JobState::Submitting));
        assert_eq!(bench.submits(), 0);
        let revision = *revision;
        bench.tell_only(Input::Stored { job: id(1), revision });
        bench.effects.retain(|effect| !matches!(effect, Effect::Emit(_)));
    }
    assert_eq!(bench.submits(), 1);
}

#[test]
fn what_is_ordered_held_is_not_sent_before_it_is_released() {
    let mut bench = Bench::new(GatewayId::Apiin);
    let new_job = bench.new_job(1);
    bench.tell(Input::Command(Command::EnqueueHeld(vec![new_job])));
    for _ in 0..3 {
        bench.wait(secs(3_600));
        let job = bench.machine.job(id(1)).expect("it is known");
        assert_eq!((job.state, job.held, bench.submits()), (JobState::Queued, Some(HeldFor::Paused), 0));
    }
    bench.tell(Input::Command(Command::Release(vec![id(1)])));
    assert_eq!((bench.state(id(1)), bench.submits()), (JobState::Submitting, 1));
}

#[test]
fn nothing_is_sent_while_the_disk_fails_and_it_is_tried_again() {
    let mut bench = Bench::new(GatewayId::Apiin);
    let job = bench.enqueue(1);
    assert_eq!(bench.submits(), 1);
    let accepted = Accepted {
        remote_id: RemoteId::new("job_1").expect("a plain id"),
        phase: Phase::Waiting,
        link: None,
        charge: None,
    };
    bench.tell_only(Input::Submitted(job, answer(SubmitOutcome::Accepted(accepted))));
    let Some(revision) = bench.effects.iter().find_map(|effect| match effect {
        Effect::Persist { revision, .. } => Some(*revision),
        _ => None,
    }) else {
        panic!("it is not stored")
    };
    bench.tell_only(Input::StoreFailed { job, revision, reason: "full".to_owned() });
    assert!(bench.count(|effect| matches!(effect, Effect::Emit(Event::StorageTrouble(Some(_))))) == 1);
    // The job is not looked at before its remote id is safe, and the next order is held.
    let new_job = bench.new_job(2);
    bench.tell_only(Input::Command(Command::Enqueue(vec![new_job])));
    assert_eq!(bench.live().jobs[&id(2)].hold, Some(Hold::Storage));
    bench.time += secs(60);
    bench.tell_only(Input::Wake);
    let again = bench.count(|effect| matches!(effect, Effect::Persist { job: stored, .. } if stored.id == job));
    assert_eq!((again, bench.polls(), bench.submits()), (1, 0, 0));
    bench.tell_only(Input::Stored { job, revision: revision + 1 });
    assert_eq!(bench.count(|effect| matches!(effect, Effect::Emit(Event::StorageTrouble(None)))), 1);
    assert_eq!(bench.polls(), 1);
    bench.time += secs(1);
    bench.tell_only(Input::Stored { job: id(2), revision: 1 });
    assert_eq!(bench.state(id(2)), JobState::Submitting);
}

#[test]
fn each_answer_to_an_order_leads_where_the_table_says() {
    let rejection = Rejection { kind: RejectionKind::NoCredits, param: None, gateway_text: None };
    let network = NetworkCause::Broken;
    for (outcome, state, charge) in [
        (SubmitOutcome::NotSent(NetworkCause::CannotConnect), JobState::Queued, Charge::Nothing),
        (SubmitOutcome::Throttled { retry_after: None }, JobState::Queued, Charge::Nothing),
        (SubmitOutcome::Rejected(rejection), JobState::Rejected, Charge::No),
        (SubmitOutcome::Unconfirmed(UnconfirmedCause::Network(network)), JobState::Unconfirmed, Charge::NotKnown),
        (SubmitOutcome::Unconfirmed(UnconfirmedCause::Conflict(409)), JobState::Unconfirmed, Charge::NotKnown),
    ] {
        let mut bench = Bench::new(GatewayId::Aigateway);
        let job = bench.enqueue(1);
        let what = format!("{outcome:?}");
        bench.tell(Input::Submitted(job, answer(outcome)));
        assert_eq!((bench.state(job), bench.submits()), (state, 0), "{what}");
        assert_eq!(bench.machine.job(job).map(|job| job.charge), Some(charge), "{what}");
        bench.wait(secs(120));
        // Only what provably was not taken goes out again.
        assert_eq!(bench.submits(), usize::from(state == JobState::Queued), "{what}");
    }
}

#[test]
fn a_restart_goes_on_by_state() {
    for (state, becomes, polls, submits) in [
        (JobState::Queued, JobState::Submitting, 0, 1),
        (JobState::Submitting, JobState::Unconfirmed, 0, 0),
        (JobState::Unconfirmed, JobState::Unconfirmed, 0, 0),
        (JobState::Waiting, JobState::Waiting, 1, 0),
        (JobState::Generating, JobState::Generating, 1, 0),
        (JobState::Downloading, JobState::Downloading, 1, 0),
        (JobState::NotWatched, JobState::NotWatched, 0, 0),
        (JobState::Failed, JobState::Failed, 0, 0),
    ] {
        let mut bench = Bench::new(GatewayId::Apiin);
        let job = bench.enqueue(1);
        let mut found = bench.machine.job(job).expect("it is known").clone();
        found.state = state;
        found.remote_id = RemoteId::new("job_1");
        bench.machine = Machine::new(Setup::default(), vec![found]);
        bench.tell(Input::Start);
        bench.connect();
        assert_eq!((bench.state(job), bench.polls(), bench.submits()), (becomes, polls, submits), "{state}");
    }
}

#[test]
fn cancelling_depends_on_what_was_sent_and_on_the_gateway() {
    let mut bench = Bench::new(GatewayId::Apiin);
    bench.tell(Input::Command(Command::PauseQueue(true)));
    let job = bench.enqueue(1);
    bench.tell(Input::Command(Command::Cancel(job)));
    assert_eq!(bench.state(job), JobState::Removed);

    // While the order is on its way the wish is kept; apiin has no such call, so the job is only looked away from.
    let mut bench = Bench::new(GatewayId::Apiin);
    let job = bench.enqueue(1);
    bench.tell(Input::Command(Command::Cancel(job)));
    assert_eq!(bench.state(job), JobState::Submitting);
    let accepted = Accepted {
        remote_id: RemoteId::new("job_1").expect("a plain id"),
        phase: Phase::Waiting,
        link: None,
        charge: None,
    };
    bench.tell(Input::Submitted(job, answer(SubmitOutcome::Accepted(accepted))));
    assert_eq!((bench.state(job), bench.message(job)), (JobState::NotWatched, Some(EndingKind::NotWatched)));

    // aigateway is asked; only the look afterwards says that it is cancelled.
    let mut bench = Bench::new(GatewayId::Aigateway);
    let job = bench.accepted();
    bench.wait(secs(1));
    bench.tell(Input::Command(Command::Cancel(job)));
    assert_eq!(bench.count(|effect| matches!(effect, Effect::Cancel(..))), 1);
    bench.tell(Input::CancelAnswered(job, answer(CancelOutcome::Asked)));
    assert_eq!(bench.state(job), JobState::Waiting);
    bench.poll(job, PollOutcome::Cancelled);
    assert_eq!(bench.state(job), JobState::Cancelled);

    let mut bench = Bench::new(GatewayId::Aigateway);
    let job = bench.accepted();
    bench.wait(secs(1));
    bench.tell(Input::Command(Command::Cancel(job)));
    bench.tell(Input::CancelAnswered(job, answer(CancelOutcome::Refused)));
    // It is made and billed all the same, so it is watched on.
    assert_eq!(bench.state(job), JobState::Waiting);
    assert_eq!(bench.count(|effect| matches!(effect, Effect::Emit(Event::Note(..)))), 1);
    bench.wait(secs(10));
    assert_eq!(bench.polls(), 1);
}

#[test]
fn an_offline_order_says_when_it_goes_out() {
    let mut bench = Bench::new(GatewayId::Apiin);
    let job = bench.enqueue(1);
    bench.tell(Input::Submitted(job, answer(SubmitOutcome::NotSent(NetworkCause::CannotConnect))));
    let hold = bench.live().jobs[&job].hold.clone();
    assert_eq!(hold, Some(Hold::Offline { retry_in: secs(1) }));
    bench.wait(secs(1));
    assert_eq!(bench.submits(), 1);
}

#[test]
fn a_bad_file_is_fetched_anew_and_never_kept() {
    let mut bench = Bench::new(GatewayId::Apiin);
    let job = bench.accepted();
    bench.poll(job, completed(Some("https://media.example/x.mp4")));
    bench.tell(Input::DownloadFailed(job, FetchFailure::BadFile("it ends early".to_owned())));
    let known = bench.machine.job(job).expect("it is known");
    assert_eq!((known.state, known.part.is_none()), (JobState::Downloading, true));
    assert_eq!(bench.message(job), Some(EndingKind::BadFile));
    bench.poll(job, completed(Some("https://media.example/x.mp4")));
    assert_eq!(bench.count(|effect| matches!(effect, Effect::Download(..))), 1);
}

#[test]
fn only_an_unconfirmed_order_can_be_resolved() {
    let mut bench = Bench::new(GatewayId::Apiin);
    let job = bench.accepted();
    bench.tell(Input::Command(Command::Resolve(
        job,
        UnconfirmedDecision::Resend { new_id: id(9), price: None, asked_by: Asker::Window, is_over_cap: false },
    )));
    assert!(bench.machine.job(id(9)).is_none());
    assert_eq!((bench.state(job), bench.submits()), (JobState::Waiting, 0));
}

#[test]
fn closing_begins_nothing_new() {
    let mut bench = Bench::new(GatewayId::Apiin);
    bench.tell(Input::Closing);
    let job = bench.enqueue(1);
    bench.wait(secs(60));
    assert_eq!((bench.submits(), bench.state(job)), (0, JobState::Queued));
    assert!(!bench.machine.must_finish());
}

#[test]
fn aigateway_is_left_alone_for_three_seconds_after_a_restart() {
    let mut bench = Bench::new(GatewayId::Aigateway);
    let job = bench.accepted();
    let found = bench.machine.job(job).expect("it is known").clone();
    bench.machine = Machine::new(Setup::default(), vec![found]);
    bench.tell(Input::Start);
    bench.connect();
    assert_eq!(bench.polls(), 0);
    bench.wait(Duration::from_millis(2_900));
    assert_eq!(bench.polls(), 0);
    bench.wait(Duration::from_millis(100));
    assert_eq!(bench.polls(), 1);
}

#[test]
fn an_id_that_cannot_be_stored_is_told() {
    let mut bench = Bench::new(GatewayId::Apiin);
    let job = bench.enqueue(1);
    let accepted = Accepted {
        remote_id: RemoteId::new("job_1").expect("a plain id"),
        phase: Phase::Waiting,
        link: None,
        charge: None,
    };
    bench.tell_only(Input::Submitted(job, answer(SubmitOutcome::Accepted(accepted))));
    let revision = bench.machine.entries.get(job).expect("it is known").revision;
    bench.tell_only(Input::StoreFailed { job, revision, reason: "full".to_owned() });
    let is_note =
        |effect: &Effect| matches!(effect, Effect::Emit(Event::Note(id, text)) if *id == job && text.contains("job_1"));
    assert_eq!(bench.count(is_note), 1);
}

#[test]
fn at_once_changes_while_jobs_wait() {
    let mut bench = Bench::new(GatewayId::Apiin);
    for number in 1..=4 {
        bench.enqueue(number);
        bench.wait(secs(1));
    }
    let sending = |bench: &Bench| (1..=4).filter(|number| bench.state(id(*number)) == JobState::Submitting).count();
    assert_eq!(sending(&bench), 2);
    bench.tell(Input::Command(Command::SetAtOnce(GatewayId::Apiin, 3)));
    bench.wait(secs(1));
    assert_eq!(sending(&bench), 3);
}
