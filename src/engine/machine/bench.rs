//! A machine for tests, with a disk that works and a clock that is set by hand.

use std::time::Duration;

use super::*;
use crate::domain::ending::EndingKind;
use crate::domain::outcome::{Accepted, Phase, PollOutcome, Rejection, RejectionKind, SubmitOutcome};
use crate::domain::price::estimate;
use crate::domain::samples::{id, request};
use crate::domain::{Asker, RawExchange, RemoteId};
use crate::engine::command::{Command, NewJob};
use crate::gateway::{Answer, Connection, LimitHint};

pub(super) fn answer<T>(outcome: T) -> Answer<T> {
    Answer { outcome, request_id: None, exchange: RawExchange::default(), limit: LimitHint::default() }
}

pub(super) fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

pub(super) fn completed(link: Option<&str>) -> PollOutcome {
    PollOutcome::Completed { link: link.map(|link| link.parse().expect("an address")), charge: None }
}

pub(super) fn rejected(kind: RejectionKind) -> SubmitOutcome {
    SubmitOutcome::Rejected(Rejection { kind, param: None, gateway_text: None })
}

/// A machine with a disk that works and a clock that is set by hand.
pub(super) struct Bench {
    pub(super) machine: Machine,
    pub(super) gateway: GatewayId,
    pub(super) time: Duration,
    pub(super) wall_lead: Duration,
    pub(super) effects: Vec<Effect>,
}

impl Bench {
    pub(super) fn new(gateway: GatewayId) -> Self {
        let machine = Machine::new(Setup::default(), Vec::<Job>::new());
        let mut bench = Self { machine, gateway, time: secs(100), wall_lead: Duration::ZERO, effects: Vec::new() };
        bench.tell(Input::Start);
        bench.connect();
        bench
    }

    pub(super) fn connect(&mut self) {
        self.connect_with("canary");
    }

    pub(super) fn connect_with(&mut self, key: &str) {
        let connection = Connection {
            gateway: self.gateway,
            base_url: "https://gateway.example".parse().expect("an address"),
            key: Some(key.to_owned().into()),
            send_undocumented: false,
        };
        self.tell(Input::Command(Command::Connect(connection)));
    }

    /// The program is started anew with what it stored.
    pub(super) fn restart(&mut self, setup: Setup) {
        let mut jobs: Vec<Job> = self.machine.jobs().cloned().collect();
        jobs.sort_by_key(|job| job.id);
        self.machine = Machine::new(setup, jobs);
        self.tell(Input::Start);
        self.connect();
    }

    pub(super) fn now(&self) -> Now {
        let wall = UnixMillis(1_700_000_000_000).after(self.time + self.wall_lead);
        Now { wall, monotonic: self.time, random: 5 }
    }

    pub(super) fn live(&self) -> Live {
        self.machine.live(self.now())
    }

    /// Steps the machine once, without storing what it wants stored.
    pub(super) fn tell_only(&mut self, input: Input) {
        self.effects = self.machine.step(self.now(), input);
    }

    /// Steps, and stores whatever is to be stored until nothing more is.
    pub(super) fn tell(&mut self, input: Input) {
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

    pub(super) fn wait(&mut self, time: Duration) {
        self.time += time;
        self.tell(Input::Wake);
    }

    /// An order at the gateway of the bench.
    pub(super) fn new_job(&self, number: u128) -> NewJob {
        let request = request("a heron");
        let estimate = estimate(&request, self.gateway).expect("a price");
        NewJob {
            id: id(number),
            gateway: self.gateway,
            request,
            estimate,
            project: None,
            parent: None,
            picture_way: crate::domain::PictureWay::InOrder,
            asked_by: Asker::Window,
            is_over_cap: false,
        }
    }

    pub(super) fn enqueue(&mut self, number: u128) -> JobId {
        let new_job = self.new_job(number);
        self.tell(Input::Command(Command::Enqueue(vec![new_job])));
        id(number)
    }

    /// A job that the gateway accepted.
    pub(super) fn accepted(&mut self) -> JobId {
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
    pub(super) fn poll(&mut self, job: JobId, outcome: PollOutcome) {
        self.poll_within(job, 100, outcome);
    }

    pub(super) fn poll_within(&mut self, job: JobId, secs_at_most: u32, outcome: PollOutcome) {
        for _ in 0..secs_at_most {
            if self.polls() > 0 {
                break;
            }
            self.wait(secs(1));
        }
        assert_eq!(self.polls(), 1, "no look came");
        self.tell(Input::Polled(job, answer(outcome)));
    }

    pub(super) fn state(&self, job: JobId) -> JobState {
        self.machine.job(job).expect("it is known").state
    }

    pub(super) fn message(&self, job: JobId) -> Option<EndingKind> {
        self.machine.job(job).expect("it is known").message.as_ref().map(|message| message.kind)
    }

    pub(super) fn count(&self, is: impl Fn(&Effect) -> bool) -> usize {
        self.effects.iter().filter(|effect| is(effect)).count()
    }

    pub(super) fn submits(&self) -> usize {
        self.count(|effect| matches!(effect, Effect::Submit(_)))
    }

    pub(super) fn polls(&self) -> usize {
        self.count(|effect| matches!(effect, Effect::Poll(..)))
    }
}
