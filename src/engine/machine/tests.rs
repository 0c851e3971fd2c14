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
use crate::domain::{Charge, HeldFor, RawExchange, RemoteId};
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
        let machine = Machine::new(Setup::default(), Vec::<Job>::new());
        let mut bench = Self { machine, gateway, time: secs(100), wall_lead: Duration::ZERO, effects: Vec::new() };
        bench.tell(Input::Start);
        bench.connect();
        bench
    }

    fn connect(&mut self) {
        self.connect_with("canary");
    }

    fn connect_with(&mut self, key: &str) {
        let connection = Connection {
            gateway: self.gateway,
            base_url: "https://gateway.example".parse().expect("an address"),
            key: Some(key.to_owned().into()),
            send_undocumented: false,
        };
        self.tell(Input::Command(Command::Connect(connection)));
    }

    /// The program is started anew with what it stored.
    fn restart(&mut self, setup: Setup) {
        let mut jobs: Vec<Job> = self.machine.jobs().cloned().collect();
        jobs.sort_by_key(|job| job.id);
        self.machine = Machine::new(setup, jobs);
        self.tell(Input::Start);
        self.connect();
    }

    fn now(&self) -> Now {
        let wall = UnixMillis(1_700_000_000_000).after(self.time + self.wall_lead);
        Now { wall, monotonic: self.time, random: 5 }
    }

    fn live(&self) -> Live {
        self.machine.live(self.now())
    }

    /// Steps the machine once, without storing what it wants stored.
    fn tell_only(&mut self, input: Input) {
        self.effects = self.machine.step(self.now(), input);
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
        self.poll_within(job, 100, outcome);
    }

    fn poll_within(&mut self, job: JobId, secs_at_most: u32, outcome: PollOutcome) {
        for _ in 0..secs_at_most {
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
        bench.effects.retain(|effect| !matches!(effect, Effect::Emit(_)));
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
    bench.tell(Input::Command(Command::Resolve(own, UnconfirmedDecision::Resend { new_id: id(9) })));
    bench.wait(secs(1));
    assert_eq!((bench.state(id(9)), bench.state(left)), (JobState::Submitting, JobState::Queued));
    bench.restart(Setup::default());
    bench.wait(secs(1));
    assert_eq!(bench.state(left), JobState::Submitting, "the window sends it");
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
