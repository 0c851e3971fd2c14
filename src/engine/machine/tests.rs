//! Single decisions of the machine, one table or story each. What holds in every history is in `simulation.rs`.

use std::time::Duration;

use super::*;
use crate::domain::ending::EndingKind;
use crate::domain::outcome::{
    Accepted, CancelOutcome, NetworkCause, Phase, PollOutcome, Rejection, RejectionKind, SubmitOutcome,
    UnconfirmedCause,
};
use crate::domain::price::estimate;
use crate::domain::samples::{self, id, request};
use crate::domain::{Charge, RawExchange, RemoteId};
use crate::engine::command::{Command, NewJob, UnconfirmedDecision};
use crate::gateway::{Answer, Connection, LimitHint};

fn answer<T>(outcome: T) -> Answer<T> {
    Answer { outcome, request_id: None, exchange: RawExchange::default(), limit: LimitHint::default() }
}

fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

/// A machine with a disk that works and a clock that is set by hand.
struct Bench {
    machine: Machine,
    gateway: GatewayId,
    time: Duration,
    wall_lead: Duration,
    effects: Vec<Effect>,
}

impl Bench {
    fn new(gateway: GatewayId) -> Self {
        let machine = Machine::new(Limits::default(), Vec::<Job>::new());
        let mut bench = Self { machine, gateway, time: secs(100), wall_lead: Duration::ZERO, effects: Vec::new() };
        bench.tell(Input::Start);
        bench.connect();
        bench
    }

    fn connect(&mut self) {
        let connection = Connection {
            gateway: self.gateway,
            base_url: "https://gateway.example".parse().expect("an address"),
            key: Some("canary".to_owned().into()),
            send_undocumented: false,
        };
        self.tell(Input::Command(Command::Connect(connection)));
    }

    /// Steps the machine once, without storing what it wants stored.
    fn tell_only(&mut self, input: Input) {
        let wall = UnixMillis(1_700_000_000_000).after(self.time + self.wall_lead);
        self.effects = self.machine.step(Now { wall, monotonic: self.time, random: 5 }, input);
    }

    /// Steps, and stores whatever is to be stored until nothing more is.
    fn tell(&mut self, input: Input) {
        self.tell_only(input);
        let mut all = Vec::new();
        loop {
            all.append(&mut self.effects);
            let stored = all.iter().position(|effect| matches!(effect, Effect::Persist { .. }));
            let Some(index) = stored else { break };
            if let Effect::Persist { job, revision } = all.remove(index) {
                self.tell_only(Input::Stored { job: job.id, revision });
            }
        }
        self.effects = all;
    }

    fn wait(&mut self, time: Duration) {
        self.time += time;
        self.tell(Input::Wake);
    }

    fn enqueue(&mut self, number: u128) -> JobId {
        let request = request("a heron");
        let estimate = estimate(&request, self.gateway).expect("a price");
        let new_job = NewJob { id: id(number), gateway: self.gateway, request, estimate, project: None, parent: None };
        self.tell(Input::Command(Command::Enqueue(vec![new_job])));
        id(number)
    }

    /// A job that the gateway accepted.
    fn accepted(&mut self) -> JobId {
        let job = self.enqueue(1);
        let accepted = Accepted {
            remote_id: RemoteId::new("job_1").expect("a plain id"),
            phase: Phase::Waiting,
            link: None,
            charge: None,
        };
        self.tell(Input::Submitted(job, answer(SubmitOutcome::Accepted(accepted))));
        job
    }

    /// Lets time pass until the next look, and answers it.
    fn poll(&mut self, job: JobId, outcome: PollOutcome) {
        for _ in 0..100 {
            if self.polls() > 0 {
                break;
            }
            self.wait(secs(1));
        }
        assert_eq!(self.polls(), 1, "no look came");
        self.tell(Input::Polled(job, answer(outcome)));
    }

    fn state(&self, job: JobId) -> JobState {
        self.machine.job(job).expect("it is known").state
    }

    fn message(&self, job: JobId) -> Option<EndingKind> {
        self.machine.job(job).expect("it is known").message.as_ref().map(|message| message.kind)
    }

    fn count(&self, is: impl Fn(&Effect) -> bool) -> usize {
        self.effects.iter().filter(|effect| is(effect)).count()
    }

    fn submits(&self) -> usize {
        self.count(|effect| matches!(effect, Effect::Submit(_)))
    }

    fn polls(&self) -> usize {
        self.count(|effect| matches!(effect, Effect::Poll(..)))
    }
}

fn completed(link: Option<&str>) -> PollOutcome {
    PollOutcome::Completed { link: link.map(|link| link.parse().expect("an address")), charge: None }
}

#[test]
fn an_order_is_stored_as_queued_then_as_being_sent_and_only_then_sent() {
    let mut bench = Bench::new(GatewayId::Apiin);
    let request = request("a heron");
    let price = estimate(&request, GatewayId::Apiin).expect("a price");
    let new_job =
        NewJob { id: id(1), gateway: GatewayId::Apiin, request, estimate: price, project: None, parent: None };
    bench.tell_only(Input::Command(Command::Enqueue(vec![new_job])));
    for expected in [JobState::Queued, JobState::Submitting] {
        let [Effect::Persist { job, revision }] = &bench.effects[..1] else { panic!("{:?}", bench.effects) };
        assert_eq!((job.state, job.sent_at.is_some()), (expected, expected == JobState::Submitting));
        assert_eq!(bench.submits(), 0);
        let revision = *revision;
        bench.tell_only(Input::Stored { job: id(1), revision });
        bench.effects.retain(|effect| !matches!(effect, Effect::Emit(_) | Effect::UpdateLive(_)));
    }
    assert_eq!(bench.submits(), 1);
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
    let request = request("a stork");
    let price = estimate(&request, GatewayId::Apiin).expect("a price");
    let new_job =
        NewJob { id: id(2), gateway: GatewayId::Apiin, request, estimate: price, project: None, parent: None };
    bench.tell_only(Input::Command(Command::Enqueue(vec![new_job])));
    assert_eq!(bench.machine.live.jobs[&id(2)].hold, Some(Hold::Storage));
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
        bench.machine = Machine::new(Limits::default(), vec![found]);
        bench.tell(Input::Start);
        bench.connect();
        assert_eq!((bench.state(job), bench.polls(), bench.submits()), (becomes, polls, submits), "{state}");
    }
}

#[test]
fn a_job_that_is_not_known_is_given_up_only_after_three_answers_spread_over_time() {
    let mut bench = Bench::new(GatewayId::Apiin);
    let job = bench.accepted();
    // Within ten seconds of acceptance the word counts for nothing.
    bench.poll(job, PollOutcome::UnknownJob);
    bench.wait(secs(10));
    for answers in 1..=3 {
        assert_eq!(bench.state(job), JobState::Waiting, "after {answers} answers");
        bench.poll(job, PollOutcome::UnknownJob);
    }
    assert_eq!((bench.state(job), bench.message(job)), (JobState::NotWatched, Some(EndingKind::UnknownJob)));
    bench.wait(secs(5));
    bench.tell(Input::Command(Command::WatchAgain(job)));
    assert_eq!((bench.state(job), bench.polls()), (JobState::Waiting, 1));
}

#[test]
fn a_completed_job_without_a_link_is_looked_at_three_times_more() {
    let mut bench = Bench::new(GatewayId::Apiin);
    let job = bench.accepted();
    for _ in 0..3 {
        bench.poll(job, completed(None));
        assert!(bench.state(job).is_watched());
    }
    bench.poll(job, completed(None));
    assert_eq!((bench.state(job), bench.message(job)), (JobState::NotWatched, Some(EndingKind::NoLink)));
}

#[test]
fn a_clip_is_gone_only_when_fresh_links_fail_again_and_again() {
    let mut bench = Bench::new(GatewayId::Apiin);
    let job = bench.accepted();
    for tries in 1..=4 {
        bench.poll(job, completed(Some("https://media.example/x.mp4")));
        for _ in 0..60 {
            if bench.count(|effect| matches!(effect, Effect::Download(..))) == 1 {
                break;
            }
            bench.wait(secs(1));
        }
        assert_eq!(bench.state(job), JobState::Downloading, "try {tries}");
        bench.tell(Input::DownloadFailed(job, FetchFailure::LinkExpired));
    }
    assert_eq!((bench.state(job), bench.message(job)), (JobState::Gone, Some(EndingKind::Gone)));
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
    assert_eq!(bench.machine.live.jobs[&second].hold, Some(Hold::KeyRefused));
    bench.connect();
    assert_eq!(bench.polls() + bench.submits(), 1);
    bench.wait(secs(1));
    assert_eq!(bench.polls() + bench.submits(), 1);
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
    assert_eq!(bench.state(job), JobState::NotWatched);
}

#[test]
fn a_throttled_look_throttles_the_whole_key() {
    let mut bench = Bench::new(GatewayId::Apiin);
    let job = bench.accepted();
    bench.poll(job, PollOutcome::Throttled { retry_after: Some(secs(90)) });
    let second = bench.enqueue(2);
    bench.wait(secs(89));
    assert_eq!((bench.polls(), bench.submits(), bench.state(second)), (0, 0, JobState::Queued));
    assert!(bench.machine.live.jobs[&second].throttled_until.is_some());
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
fn an_offline_order_says_when_it_goes_out() {
    let mut bench = Bench::new(GatewayId::Apiin);
    let job = bench.enqueue(1);
    bench.tell(Input::Submitted(job, answer(SubmitOutcome::NotSent(NetworkCause::CannotConnect))));
    let hold = bench.machine.live.jobs[&job].hold.clone();
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
    bench.tell(Input::Command(Command::Resolve(job, UnconfirmedDecision::Resend { new_id: id(9) })));
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

fn rejected(kind: RejectionKind) -> SubmitOutcome {
    SubmitOutcome::Rejected(Rejection { kind, param: None, gateway_text: None })
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
            assert_eq!(bench.machine.live.jobs[&second].hold, Some(hold.clone()));
            bench.tell(Input::Command(Command::TakeOut(third)));
            assert_eq!(bench.state(third), JobState::Removed);
            match release {
                0 => bench.connect(),
                1 => bench.tell(Input::Command(Command::PauseQueue(false))),
                _ => drop(bench.enqueue(4)),
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
fn aigateway_is_left_alone_for_three_seconds_after_a_restart() {
    let mut bench = Bench::new(GatewayId::Aigateway);
    let job = bench.accepted();
    let found = bench.machine.job(job).expect("it is known").clone();
    bench.machine = Machine::new(Limits::default(), vec![found]);
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
    let revision = bench.machine.entries[&job].revision;
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
