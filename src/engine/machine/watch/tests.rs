//! What is made of the answers about a job, and when it is looked at next.

use std::time::Duration;

use super::super::*;
use crate::domain::ending::EndingKind;
use crate::domain::outcome::{Accepted, Delivered, NetworkCause, Phase, PollOutcome, RejectionKind, SubmitOutcome};
use crate::domain::samples::{self, id, request};
use crate::domain::{Charge, RemoteId};
use crate::engine::command::Command;
use crate::engine::machine::bench::{Bench, answer, completed, rejected, secs};
use crate::gateway::{Answer, LimitHint};

/// Three answers in 25 seconds, or four, or a thousand: none of them is a word about the clip.
#[test]
fn answers_that_lead_nowhere_make_looks_rarer_and_end_no_job() {
    let fruitless = [
        (PollOutcome::UnknownJob, JobState::Waiting, EndingKind::UnknownJob),
        (completed(None), JobState::Generating, EndingKind::NoLink),
    ];
    for (outcome, state, kind) in fruitless {
        let mut bench = Bench::new(GatewayId::Apiin);
        let job = bench.accepted();
        let mut gaps = Vec::new();
        for answers in 1..=30 {
            let before = bench.time;
            while bench.polls() == 0 {
                bench.wait(secs(20));
            }
            gaps.push(bench.time - before);
            bench.tell(Input::Polled(job, answer(outcome.clone())));
            assert_eq!(bench.state(job), state, "{kind:?} after {answers}");
            assert_eq!(bench.message(job).is_some(), answers >= 3, "{kind:?} after {answers}");
        }
        assert_eq!(bench.message(job), Some(kind));
        assert!(gaps[1] <= secs(20) && gaps[29] >= secs(3000), "{gaps:?}");
        // It says when it looks again, and the user can do so at once.
        assert!(bench.live().jobs[&job].next_look.is_some(), "{kind:?}");
        bench.tell(Input::Command(Command::WatchAgain(job)));
        bench.wait(secs(3));
        assert_eq!((bench.polls(), bench.state(job)), (1, state));
        // The next good answer takes the message away.
        bench.tell(Input::Polled(job, answer(PollOutcome::Alive(Phase::Generating))));
        assert_eq!((bench.message(job), bench.live().jobs[&job].next_look), (None, None));
    }
}

#[test]
fn a_job_is_given_up_when_its_time_is_over_and_can_be_looked_at_again() {
    let day = secs(24 * 3600);
    for (gateway, outcome, kept, ending, kind) in [
        (GatewayId::Aigateway, PollOutcome::UnknownJob, 7 * day, JobState::NotWatched, EndingKind::UnknownJob),
        (GatewayId::Apiin, PollOutcome::UnknownJob, 30 * day, JobState::NotWatched, EndingKind::UnknownJob),
        (GatewayId::Aigateway, completed(None), 7 * day, JobState::NotWatched, EndingKind::NoLink),
    ] {
        let mut bench = Bench::new(gateway);
        let job = bench.accepted();
        let began = bench.time;
        while bench.state(job).is_watched() {
            bench.wait(secs(600));
            if bench.polls() == 1 {
                bench.tell(Input::Polled(job, answer(outcome.clone())));
            }
        }
        assert_eq!((bench.state(job), bench.message(job)), (ending, Some(kind)), "{gateway}");
        assert!((kept..kept + secs(7200)).contains(&(bench.time - began)), "{gateway} {:?}", bench.time - began);
        bench.tell(Input::Command(Command::WatchAgain(job)));
        bench.wait(secs(3));
        assert_eq!((bench.state(job), bench.polls()), (JobState::Waiting, 1), "{gateway}");
    }
}

/// A store may answer 403 or 404 for a while after the gateway said "finished".
#[test]
fn a_link_that_does_not_open_yet_is_tried_again_and_the_clip_is_not_called_gone() {
    let mut bench = Bench::new(GatewayId::Apiin);
    let job = bench.accepted();
    let began = bench.time;
    for tries in 1..=12 {
        bench.poll_within(job, 4000, completed(Some("https://media.example/x.mp4")));
        for _ in 0..4000 {
            if bench.count(|effect| matches!(effect, Effect::Download(..))) == 1 {
                break;
            }
            bench.wait(secs(1));
        }
        assert_eq!(bench.state(job), JobState::Downloading, "try {tries}");
        if tries == 5 {
            assert!(bench.time - began < secs(60), "five tries fit into a minute: {:?}", bench.time - began);
        }
        bench.tell(Input::DownloadFailed(job, FetchFailure::LinkExpired));
        assert_eq!(bench.state(job), JobState::Downloading, "try {tries}");
    }
    assert_eq!(bench.message(job), Some(EndingKind::NotThereYet));
    assert_eq!(bench.machine.job(job).map(|job| job.charge), Some(Charge::Yes(None)));
    // Ten weeks later it is.
    bench.wall_lead = secs(70 * 24 * 3600);
    bench.wait(secs(0));
    for _ in 0..2 {
        bench.poll_within(job, 4000, completed(Some("https://media.example/x.mp4")));
        bench.wait(secs(4000));
        if bench.count(|effect| matches!(effect, Effect::Download(..))) == 1 {
            bench.tell(Input::DownloadFailed(job, FetchFailure::LinkExpired));
        }
        if bench.state(job) == JobState::Gone {
            break;
        }
    }
    assert_eq!((bench.state(job), bench.message(job)), (JobState::Gone, Some(EndingKind::Gone)));
    bench.tell(Input::Command(Command::WatchAgain(job)));
    assert_eq!(bench.state(job), JobState::Waiting);
}

#[test]
fn a_late_answer_to_the_old_key_changes_nothing_for_the_new_one() {
    let late: [fn(&mut Bench, JobId); 4] = [
        |bench, job| bench.tell(Input::Polled(job, answer(PollOutcome::KeyRefused))),
        |bench, job| bench.tell(Input::Polled(job, answer(PollOutcome::NotPermitted))),
        |bench, job| bench.tell(Input::Polled(job, answer(PollOutcome::UnknownJob))),
        |bench, job| {
            bench.tell(Input::Polled(job, answer(PollOutcome::Throttled { retry_after: Some(secs(3600)) })));
        },
    ];
    for (number, late) in late.iter().enumerate() {
        let mut bench = Bench::new(GatewayId::Apiin);
        let job = bench.accepted();
        while bench.polls() == 0 {
            bench.wait(secs(1));
        }
        bench.connect_with("another canary");
        late(&mut bench, job);
        assert_eq!((bench.state(job), bench.message(job)), (JobState::Waiting, None), "{number}");
        let second = bench.enqueue(2);
        bench.wait(secs(1));
        assert_eq!(bench.live().jobs.get(&second).and_then(|shown| shown.hold.clone()), None, "{number}");
        assert_eq!(bench.state(second), JobState::Submitting, "{number}");
        let polls: usize = (0..40)
            .map(|_| {
                bench.wait(secs(1));
                bench.polls()
            })
            .sum();
        assert_eq!(polls, 1, "{number}: it is asked about with the new key");
    }
    // A late refusal of an order ends that order only.
    for kind in [RejectionKind::KeyRefused, RejectionKind::NoCredits] {
        let mut bench = Bench::new(GatewayId::Apiin);
        let first = bench.enqueue(1);
        bench.connect_with("another canary");
        bench.tell(Input::Submitted(first, answer(rejected(kind))));
        assert_eq!(bench.state(first), JobState::Rejected);
        let second = bench.enqueue(2);
        bench.wait(secs(1));
        assert_eq!((bench.state(second), bench.submits()), (JobState::Submitting, 1), "{kind:?}");
    }
}

#[test]
fn a_new_key_ends_the_wait_that_was_asked_of_the_old_one() {
    let mut bench = Bench::new(GatewayId::Apiin);
    let job = bench.accepted();
    bench.poll(job, PollOutcome::Throttled { retry_after: Some(secs(3000)) });
    bench.connect();
    bench.wait(secs(10));
    assert_eq!(bench.polls(), 0, "the same key waits on");
    bench.connect_with("another canary");
    assert_eq!(bench.polls(), 1);
}

#[test]
fn a_wait_that_a_gateway_asked_for_runs_on_while_the_computer_sleeps() {
    let mut bench = Bench::new(GatewayId::Apiin);
    let job = bench.accepted();
    bench.poll(job, PollOutcome::Throttled { retry_after: Some(secs(3000)) });
    bench.wall_lead = secs(2000);
    bench.wait(secs(0));
    assert_eq!(bench.polls(), 0, "a part of it is left");
    bench.wait(secs(999));
    assert_eq!(bench.polls(), 0);
    bench.wait(secs(2));
    assert_eq!(bench.polls(), 1);
}

#[test]
fn a_throttled_look_throttles_the_whole_key() {
    let mut bench = Bench::new(GatewayId::Apiin);
    let job = bench.accepted();
    bench.poll(job, PollOutcome::Throttled { retry_after: Some(secs(90)) });
    let second = bench.enqueue(2);
    bench.wait(secs(89));
    assert_eq!((bench.polls(), bench.submits(), bench.state(second)), (0, 0, JobState::Queued));
    assert!(bench.live().jobs[&second].throttled_until.is_some());
    bench.wait(secs(1));
    assert!(bench.polls() + bench.submits() >= 1);
}

#[test]
fn an_empty_limiter_is_left_alone_until_it_is_full_again() {
    let mut bench = Bench::new(GatewayId::Aigateway);
    let job = bench.accepted();
    for _ in 0..10 {
        if bench.polls() == 1 {
            break;
        }
        bench.wait(secs(1));
    }
    let limit = LimitHint { remaining: Some(0), reset_after: Some(secs(40)), ..LimitHint::default() };
    let alive = Answer { limit, ..answer(PollOutcome::Alive(Phase::Generating)) };
    bench.tell(Input::Polled(job, alive));
    bench.wait(secs(39));
    assert_eq!(bench.polls(), 0);
    bench.wait(secs(1));
    assert_eq!(bench.polls(), 1);
}

#[test]
fn a_job_is_looked_at_when_its_gateway_asked_for_it() {
    for asked in [5, 40, 900] {
        let limit = LimitHint { poll_after: Some(secs(asked)), ..LimitHint::default() };
        let mut bench = Bench::new(GatewayId::Apiin);
        let job = bench.accepted();
        for outcome in [PollOutcome::Alive(Phase::Generating), PollOutcome::Trouble(NetworkCause::ServerTrouble(503))] {
            while bench.polls() == 0 {
                bench.wait(secs(1));
            }
            bench.tell(Input::Polled(job, Answer { limit, ..answer(outcome) }));
            bench.wait(secs(asked) - Duration::from_millis(1));
            assert_eq!(bench.polls(), 0, "sooner than after {asked} s");
            bench.wait(secs(asked / 10) + Duration::from_millis(1_001));
            assert_eq!(bench.polls(), 1, "later than after {asked} s");
        }
        // What was asked for once does not hold for ever.
        bench.tell(Input::Polled(job, answer(PollOutcome::Alive(Phase::Generating))));
        bench.wait(secs(31));
        assert_eq!(bench.polls(), 1, "{asked}");
    }
}

#[test]
fn what_was_learned_replaces_the_first_looks() {
    let mut bench = Bench::new(GatewayId::Apiin);
    bench.machine.history = History::of((0..40).map(|number| finished_within(90 + number)).collect::<Vec<_>>().iter());
    bench.accepted();
    bench.wait(secs(30));
    assert_eq!(bench.polls(), 0);
    bench.wait(secs(60));
    assert_eq!(bench.polls(), 1);
}

/// A clip of the kind that [`Bench::enqueue`] orders, which took so many seconds.
fn finished_within(secs: i64) -> Job {
    let (accepted_at, made_at) = (Some(UnixMillis(0)), Some(UnixMillis(secs * 1_000)));
    Job { accepted_at, made_at, ..samples::job(9).gateway(GatewayId::Apiin).request(request("a heron")).ready() }
}

#[test]
fn after_sleep_watched_jobs_are_looked_at_at_once() {
    let mut bench = Bench::new(GatewayId::Apiin);
    let job = bench.accepted();
    bench.poll(job, PollOutcome::Trouble(NetworkCause::CannotConnect));
    bench.wait(secs(3));
    assert_eq!(bench.polls(), 0);
    bench.wall_lead = secs(3600);
    bench.wait(secs(0));
    assert_eq!(bench.polls(), 1);
    assert_eq!(bench.state(job), JobState::Waiting);
}

#[test]
fn a_refused_key_is_told_of_every_watched_job_and_one_forbidden_job_locks_no_other() {
    let accept = |bench: &mut Bench, number: u128| {
        let job = bench.enqueue(number);
        bench.wait(secs(1));
        let remote_id = RemoteId::new(&format!("job_{number}")).expect("a plain id");
        let accepted = Accepted { remote_id, phase: Phase::Waiting, link: None, charge: None };
        bench.tell(Input::Submitted(job, answer(SubmitOutcome::Accepted(accepted))));
        job
    };
    for (outcome, told, is_locked) in [
        (PollOutcome::KeyRefused, [Some(EndingKind::KeyRefused); 2], true),
        (PollOutcome::NotPermitted, [Some(EndingKind::KeyRefused), None], false),
    ] {
        let mut bench = Bench::new(GatewayId::Apiin);
        bench.tell(Input::Command(Command::SetAtOnce(GatewayId::Apiin, 3)));
        let jobs = [accept(&mut bench, 1), accept(&mut bench, 2)];
        let asked = loop {
            bench.wait(secs(1));
            if let Some(Effect::Poll(job, ..)) = bench.effects.iter().find(|effect| matches!(effect, Effect::Poll(..)))
            {
                break *job;
            }
        };
        bench.tell(Input::Polled(asked, answer(outcome.clone())));
        let other = if asked == jobs[0] { jobs[1] } else { jobs[0] };
        assert_eq!([bench.message(asked), bench.message(other)], told, "{outcome:?}");
        bench.wait(secs(600));
        assert_eq!(bench.polls() == 0, is_locked, "{outcome:?}");
        bench.enqueue(3);
        bench.wait(secs(1));
        assert_eq!(bench.submits() == 0 && bench.state(id(3)) == JobState::Queued, is_locked, "{outcome:?}");
    }
}

#[test]
fn a_clip_in_the_answer_is_fetched_and_its_link_forgotten() {
    let link: url::Url = "https://media.example/x.mp4?signature=secret".parse().expect("an address");
    let mut bench = Bench::new(GatewayId::Apiin);
    let job = bench.enqueue(1);
    let delivered = Delivered { link: link.clone(), charge: None };
    bench.tell(Input::Submitted(job, answer(SubmitOutcome::Delivered(delivered))));
    let known = bench.machine.job(job).expect("it is known").clone();
    assert_eq!((known.state, known.charge, known.remote_id.as_ref()), (JobState::Downloading, Charge::Yes(None), None));
    assert_eq!(known.delivered.as_ref().map(|kept| &kept.0), Some(&link), "it is stored before it is used");
    assert!(!format!("{known:?}").contains("secret"), "and shown nowhere");
    let asks_for_it =
        |bench: &Bench| bench.count(|effect| matches!(effect, Effect::Download(_, asked) if *asked == link));
    assert_eq!(asks_for_it(&bench), 1);

    // A restart goes on with it, and a link that does not open yet is tried again: there is no other.
    bench.restart(Setup::default());
    assert_eq!((bench.state(job), asks_for_it(&bench)), (JobState::Downloading, 1));
    for tries in 1..=12 {
        bench.tell(Input::DownloadFailed(job, FetchFailure::LinkExpired));
        assert_eq!((bench.state(job), bench.polls()), (JobState::Downloading, 0), "{tries}");
        for _ in 0..400 {
            if asks_for_it(&bench) == 1 {
                break;
            }
            bench.wait(secs(10));
        }
        assert_eq!(asks_for_it(&bench), 1, "{tries}");
    }
    assert_eq!(bench.message(job), Some(EndingKind::NotThereYet));
    bench.tell(Input::Downloaded(job, samples::clip("x.mp4")));
    let whole = bench.machine.job(job).expect("it is known");
    assert_eq!((whole.state, whole.delivered.as_ref(), whole.message.as_ref()), (JobState::Ready, None, None));
}
