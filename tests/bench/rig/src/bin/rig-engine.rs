//! What a step of the engine's machine costs with many jobs: `rig-engine`.
//!
//! It prints, for 1,000, 10,000 and 100,000 jobs, the mean time of one input while so many clips are rated at once, while
//! so many orders are queued, and while one job among them is looked at. A step that walked through all jobs would cost a
//! hundred times as much in the last column as in the first.

use std::time::{Duration, Instant};

use rushes::domain::outcome::{Accepted, Phase, PollOutcome, SubmitOutcome};
use rushes::domain::samples::{id, job, request};
use rushes::domain::settings::AT_ONCE_AT_FIRST;
use rushes::domain::{Asker, GatewayId, Job, JobId, Rating, RawExchange, RemoteId, UnixMillis, Verdict, price};
use rushes::engine::command::{Command, NewJob};
use rushes::engine::machine::{Effect, Input, Machine, Now, Setup};
use rushes::gateway::{Answer, Connection, LimitHint};

const SIZES: [u128; 3] = [1_000, 10_000, 100_000];

/// A machine with a disk that works, and a clock that goes on by a second with each input from outside.
struct Bench {
    machine: Machine,
    time: Duration,
    inputs: u64,
}

impl Bench {
    fn new(jobs: Vec<Job>) -> Self {
        let mut bench = Self { machine: Machine::new(Setup::default(), jobs), time: Duration::ZERO, inputs: 0 };
        bench.tell(Input::Start);
        bench.tell(Input::Command(Command::Connect(Connection {
            gateway: GatewayId::Apiin,
            base_url: "https://gateway.example".parse().expect("an address"),
            key: Some("no key".to_owned().into()),
            send_undocumented: false,
        })));
        bench
    }

    /// Gives an input, stores what is to be stored, and returns what else is asked for.
    fn tell(&mut self, input: Input) -> Vec<Effect> {
        self.time += Duration::from_secs(1);
        let mut waiting = vec![input];
        let mut others = Vec::new();
        while let Some(input) = waiting.pop() {
            self.inputs += 1;
            let wall = UnixMillis(1_700_000_000_000).after(self.time);
            for effect in self.machine.step(Now { wall, monotonic: self.time, random: self.inputs }, input) {
                match effect {
                    Effect::Persist { job, revision } => waiting.push(Input::Stored { job: job.id, revision }),
                    other => others.push(other),
                }
            }
        }
        others
    }

    /// The mean time of one input during `work`, in microseconds.
    fn measure(&mut self, work: impl FnOnce(&mut Self)) -> f64 {
        let (before, began) = (self.inputs, Instant::now());
        work(self);
        began.elapsed().as_secs_f64() * 1e6 / (self.inputs - before) as f64
    }
}

fn orders(count: u128) -> Vec<NewJob> {
    let request = request("a heron");
    let estimate = price::estimate(&request, GatewayId::Apiin).expect("a price");
    let order = |number| NewJob {
        id: id(number),
        gateway: GatewayId::Apiin,
        request: request.clone(),
        estimate: estimate.clone(),
        project: None,
        parent: None,
        picture_way: rushes::domain::PictureWay::InOrder,
        asked_by: Asker::Window,
        is_over_cap: false,
    };
    (1..=count).map(order).collect()
}

fn answer<T>(outcome: T) -> Answer<T> {
    Answer { outcome, request_id: None, exchange: RawExchange::default(), limit: LimitHint::default() }
}

fn rated_at_once(count: u128) -> f64 {
    let mut bench = Bench::new((1..=count).map(|number| job(number).ready()).collect());
    let verdict = Verdict { rating: Rating::new(4), is_rejected: false };
    let verdicts = (1..=count).map(|number| (id(number), verdict)).collect();
    bench.measure(|bench| drop(bench.tell(Input::Command(Command::Judge(verdicts)))))
}

/// The mean times while so many orders are queued, and while a job in front of them is looked at.
fn queued_and_looked_at(count: u128) -> (f64, f64) {
    let mut bench = Bench::new(Vec::new());
    let queued = bench.measure(|bench| drop(bench.tell(Input::Command(Command::Enqueue(orders(count))))));
    // Time for the rate limit to let the first ones out.
    for _ in 0..10 {
        bench.tell(Input::Wake);
    }
    let sent: Vec<JobId> = (1..=u128::from(AT_ONCE_AT_FIRST)).map(id).collect();
    for (number, job) in sent.iter().enumerate() {
        let remote_id = RemoteId::new(&format!("job_{number}")).expect("a plain id");
        let accepted = Accepted { remote_id, phase: Phase::Generating, link: None, charge: None };
        bench.tell(Input::Submitted(*job, answer(SubmitOutcome::Accepted(accepted))));
    }
    let looked_at = bench.measure(|bench| {
        for _ in 0..1_000 {
            for effect in bench.tell(Input::Wake) {
                if let Effect::Poll(job, ..) = effect {
                    bench.tell(Input::Polled(job, answer(PollOutcome::Alive(Phase::Generating))));
                }
            }
        }
    });
    (queued, looked_at)
}

fn main() {
    println!("{:<34}{:>12}{:>12}{:>12}", "mean time of one input", "1,000 jobs", "10,000", "100,000");
    let rated = SIZES.map(rated_at_once);
    let others = SIZES.map(queued_and_looked_at);
    for (name, times) in [
        ("all clips rated at once", rated),
        ("all orders queued at once", others.map(|(queued, _)| queued)),
        ("a job looked at before the queue", others.map(|(_, looked_at)| looked_at)),
    ] {
        println!("{name:<34}{:>9.2} µs{:>9.2} µs{:>9.2} µs", times[0], times[1], times[2]);
    }
}
