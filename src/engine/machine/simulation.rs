//! Thousands of random histories of the machine with two model gateways, a model disk, crashes, closing, sleep, wrong
//! clocks and changing keys, under a virtual clock. Each is made from one seed, which is named when an invariant breaks
//! (docs/reliability.md, section 6.1). [`mutants`] shows that the invariants notice what they are there for.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::time::Duration;

use url::Url;

use super::*;
use crate::domain::Sha256Hex;
use crate::domain::job::PartFile;
use crate::domain::outcome::{
    Accepted, CancelOutcome, Delivered, Failure, NetworkCause, Phase, PollOutcome, Rejection, RejectionKind,
    SubmitOutcome, UnconfirmedCause,
};
use crate::domain::price::estimate;
use crate::domain::request::{Draft, InputPicture};
use crate::domain::samples::{id, request, stored_picture};
use crate::domain::{Asker, Clip, GatewayHold, PictureWay, Project, Rating, RawExchange, RemoteId, Verdict};
use crate::engine::command::{Command, NewJob, UnconfirmedDecision};
use crate::engine::schedule::least_request_gap;
use crate::gateway::{Answer, Connection, LimitHint};

mod bucket;
mod end;
mod files;
mod library;
mod mutants;
mod service;
mod spending;
mod user;
use bucket::Bucket;
use files::Files;
use mutants::Mutant;
use spending::Spending;

const HISTORIES: u64 = 10_000;

/// Longest history; what is not quiet by then never will be. A clip that is deleted is looked for as long as the
/// gateway may keep it.
const LONGEST: Duration = Duration::from_secs(60 * 24 * 3600);

/// Time of faults; afterwards everything works, so that every history can come to its end.
const STORMY: Duration = Duration::from_secs(600);

/// What the model gateway knows of one order.
#[derive(Clone, Debug, PartialEq)]
enum Remote {
    Alive { until: Duration, ends_well: bool },
    Done,
    Failed,
    Cancelled,
    Deleted,
}

/// What came of one order of the user at the model gateway.
#[derive(Clone, Debug, Default)]
struct Sent {
    /// Number of requests that the gateway took, or may have taken.
    bodies: u32,
    /// Number of jobs that it made of them.
    accepted: u32,
}

/// What the model knows of one gateway and its connection.
#[derive(Clone, Debug, Default)]
struct Service {
    /// The rate limit lets no request through before this time; it holds for one key.
    closed_until: Duration,
    last_request: Option<Duration>,
    is_connected: bool,
    /// The key in use, and the one that is right.
    key: u32,
    right_key: u32,
    /// Whether it refused an order for lack of credits, and the user was told.
    is_wallet_empty: bool,
}

struct World {
    seed: u64,
    random: Random,
    time: Duration,
    /// How far the monotonic clock lags behind because the computer slept.
    slept: Duration,
    /// How far the wall clock is set wrong, in milliseconds.
    wrong_by: i64,
    machine: Machine,
    disk: BTreeMap<JobId, Job>,
    /// What holds orders back, as it is on disk.
    disk_holds: Holds,
    /// Whether the user paused the queue, as far as the disk took it.
    is_paused: bool,
    /// What this run of the program may send.
    sends: Sends,
    /// Jobs that were ordered, or let go by hand, in this run.
    own: HashSet<JobId>,
    /// Queued jobs that wait for a press of the user.
    held: BTreeSet<JobId>,
    /// Jobs that the user does not want watched.
    let_go: HashSet<JobId>,
    /// The key by which each question that is on its way was asked.
    asked_with: HashMap<JobId, u32>,
    /// Inputs on their way to the machine, by the time of their arrival.
    coming: BTreeMap<(Duration, u64), Input>,
    serial: u64,
    wake_at: Option<Duration>,
    remotes: HashMap<RemoteId, Remote>,
    sent: HashMap<JobId, Sent>,
    services: BTreeMap<GatewayId, Service>,
    /// The model of the clip folder and the trash.
    files: Files,
    /// The model of the user's bucket.
    bucket: Bucket,
    /// The model of what is spent.
    spending: Spending,
    /// Whether the program is killed before it does the work on a file that was asked for.
    is_dying: bool,
    /// When a closing program ends at the latest.
    ends_at: Option<Duration>,
    polls_running: HashMap<JobId, u32>,
    deleted: u32,
    crashes: u32,
    closings: u32,
    steps: u32,
    /// How many finished jobs the machine asked for.
    recalled: u32,
    /// Jobs that the user let be watched again.
    by_hand: HashSet<JobId>,
    /// Whether nothing is held back while it waits, so that only the last look before an order goes out is left.
    holds_nothing: bool,
    /// A fault that is planted, to see whether it is noticed.
    mutant: Option<Mutant>,
}

fn answer<T>(outcome: T) -> Answer<T> {
    Answer { outcome, request_id: None, exchange: RawExchange::default(), limit: LimitHint::default() }
}

fn connection(gateway: GatewayId, key: u32) -> Connection {
    Connection {
        gateway,
        base_url: "https://gateway.example/v1".parse().expect("an address"),
        key: Some(format!("canary {key}").into()),
        send_undocumented: false,
    }
}

/// The gateway of an input that answers a question, and the job.
fn asked_by(input: &Input) -> Option<JobId> {
    match input {
        Input::Submitted(job, _) | Input::Polled(job, _) | Input::CancelAnswered(job, _) => Some(*job),
        _ => None,
    }
}

impl World {
    fn new(seed: u64, mutant: Option<Mutant>) -> Self {
        let mut random = Random(seed);
        let all = [GatewayId::Apiin, GatewayId::Aigateway, GatewayId::Practice];
        let left_out = (random.draw() % 3) as usize;
        let services = all.iter().enumerate().filter(|(index, _)| *index != left_out);
        Self {
            seed,
            random,
            time: Duration::ZERO,
            slept: Duration::ZERO,
            wrong_by: 0,
            machine: Machine::new(library::setup(), Vec::<Job>::new()),
            disk: BTreeMap::new(),
            disk_holds: Holds::default(),
            is_paused: false,
            sends: Sends::All,
            own: HashSet::new(),
            held: BTreeSet::new(),
            let_go: HashSet::new(),
            asked_with: HashMap::new(),
            coming: BTreeMap::new(),
            serial: 0,
            wake_at: None,
            remotes: HashMap::new(),
            sent: HashMap::new(),
            services: services.map(|(_, gateway)| (*gateway, Service::default())).collect(),
            files: Files::default(),
            bucket: Bucket::default(),
            spending: Spending::default(),
            is_dying: false,
            ends_at: None,
            polls_running: HashMap::new(),
            deleted: 0,
            crashes: 0,
            closings: 0,
            steps: 0,
            recalled: 0,
            by_hand: HashSet::new(),
            holds_nothing: false,
            mutant,
        }
    }

    fn service(&mut self, gateway: GatewayId) -> &mut Service {
        self.services.get_mut(&gateway).expect("one of the two")
    }

    fn any_gateway(&mut self) -> GatewayId {
        let index = self.below(2) as usize;
        *self.services.keys().nth(index).expect("there are two")
    }

    fn is_stormy(&self) -> bool {
        self.time < STORMY
    }

    /// True in `percent` of cases, never when the storm is over.
    fn happens(&mut self, percent: u64) -> bool {
        let drawn = self.random.draw() % 100;
        self.is_stormy() && drawn < percent
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.random.draw() % limit
    }

    fn delay(&mut self) -> Duration {
        match self.below(20) {
            0 => Duration::from_secs(self.below(40)),
            _ => Duration::from_millis(self.below(900)),
        }
    }

    fn later(&mut self, input: Input) {
        let delay = self.delay();
        self.after(delay, input);
    }

    fn after(&mut self, delay: Duration, input: Input) {
        self.serial += 1;
        self.coming.insert((self.time + delay, self.serial), input);
    }

    fn wall(&self) -> UnixMillis {
        let wall = UnixMillis(1_700_000_000_000).after(self.time + self.slept);
        UnixMillis(wall.0 + self.wrong_by)
    }

    fn now(&mut self) -> Now {
        Now { wall: self.wall(), monotonic: self.time, random: self.random.draw() }
    }

    fn step(&mut self, input: Input) {
        self.steps += 1;
        if let Input::Polled(job, _) = &input {
            *self.polls_running.entry(*job).or_default() -= 1;
        }
        let input = self.sabotage_input(input);
        self.foresee(&input);
        let answered = asked_by(&input);
        let before: HashMap<JobId, JobState> = self.machine.jobs().map(|job| (job.id, job.state)).collect();
        let now = self.now();
        let effects = self.machine.step(now, input);
        if let Some(job) = answered {
            self.note_charge(job);
        }
        let machine = &self.machine;
        machine.agenda.check(machine.entries.values(), |entry| machine.may_send(entry));
        // A job that the user lets be watched again takes no place that another waits for, and may come between.
        let is_given_up = |was: Option<&JobState>| was.is_none_or(|was| was.needs_user() || *was == JobState::Gone);
        let watched_again = machine.jobs().filter(|job| job.state.is_watched() && is_given_up(before.get(&job.id)));
        self.by_hand.extend(watched_again.map(|job| job.id));
        let mut promoted: HashSet<GatewayId> = HashSet::new();
        for (job, was) in before {
            let known = self.machine.job(job).expect("jobs are never forgotten");
            let is = known.state;
            let is_ended = matches!(
                was,
                JobState::Failed | JobState::Rejected | JobState::Cancelled | JobState::Removed | JobState::Discarded
            );
            assert!(!is_ended || was == is, "seed {}: {job} went back from {was} to {is}", self.seed);
            if was == JobState::Queued && is == JobState::Submitting {
                promoted.insert(known.gateway);
            }
        }
        self.spending.held += effects
            .iter()
            .filter(
                |effect| matches!(effect, Effect::Persist { job, .. } if job.held.is_some_and(|held| held.is_cap())),
            )
            .count() as u32;
        for effect in effects {
            self.perform(effect);
        }
        // Jobs that are watched again by hand were paid for already and are watched whatever their number.
        let is_in_flight =
            |job: &Job| matches!(job.state, JobState::Submitting | JobState::Waiting | JobState::Generating);
        let in_flight = |job: &&Job| is_in_flight(job) && !self.by_hand.contains(&job.id);
        for gateway in promoted {
            let count = self.machine.jobs().filter(in_flight).filter(|job| job.gateway == gateway).count();
            assert!(count <= usize::from(AT_ONCE_AT_FIRST), "seed {}: {count} in flight", self.seed);
        }
        // Only the key in use can have been refused.
        for (gateway, service) in &self.services {
            let is_held = matches!(self.machine.holds.gateways.get(gateway), Some(GatewayHold::KeyRefused { .. }));
            let is_right = service.is_connected && service.key == service.right_key;
            assert!(!is_held || !is_right, "seed {}: the right key counts as refused", self.seed);
        }
    }

    /// Notes what the machine has to obey from this input on.
    fn foresee(&mut self, input: &Input) {
        let current = |world: &Self, job: &JobId| {
            let gateway = world.machine.job(*job).map(|job| job.gateway);
            let service = gateway.and_then(|gateway| world.services.get(&gateway));
            service.is_some_and(|service| world.asked_with.get(job) == Some(&service.key))
        };
        match input {
            Input::Submitted(job, answer) if current(self, job) => {
                let gateway = self.machine.job(*job).expect("it was sent").gateway;
                match &answer.outcome {
                    SubmitOutcome::Rejected(rejection) if rejection.kind == RejectionKind::NoCredits => {
                        self.service(gateway).is_wallet_empty = true;
                    }
                    SubmitOutcome::Throttled { retry_after: Some(retry_after) } => {
                        self.close_for(gateway, *retry_after)
                    }
                    _ => {}
                }
            }
            Input::Polled(job, answer) if current(self, job) => {
                let gateway = self.machine.job(*job).expect("it was asked about").gateway;
                if let PollOutcome::Throttled { retry_after: Some(retry_after) } = &answer.outcome {
                    self.close_for(gateway, *retry_after);
                }
            }
            Input::Command(Command::PauseQueue(is_paused)) => {
                self.is_paused = *is_paused;
                if !is_paused {
                    for service in self.services.values_mut() {
                        service.is_wallet_empty = false;
                    }
                }
            }
            _ => {}
        }
        if let Some(job) = asked_by(input) {
            self.asked_with.remove(&job);
        }
    }

    /// A refusal of the limiter binds from the moment it is heard.
    fn close_for(&mut self, gateway: GatewayId, retry_after: Duration) {
        let until = self.time + retry_after;
        let service = self.service(gateway);
        service.closed_until = service.closed_until.max(until);
    }

    /// Checks that a request may go out now: connected, at a distance to the last one, and not against the rate
    /// limit.
    fn request(&mut self, job: JobId, gateway: GatewayId) {
        let (time, seed) = (self.time, self.seed);
        assert!(self.ends_at.is_none(), "seed {seed}: asked while closing");
        let service = self.service(gateway);
        assert!(service.is_connected, "seed {seed}: asked without a connection");
        assert!(time >= service.closed_until, "seed {seed}: asked against the limiter");
        if let Some(last) = service.last_request {
            assert!(time >= last + least_request_gap(gateway), "seed {seed}: asked too fast");
        }
        service.last_request = Some(time);
        let key = service.key;
        self.asked_with.insert(job, key);
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Persist { job, revision } => {
                let id = job.id;
                let is_lost = self.happens(3);
                // A write may be reported as failed and be on disk all the same.
                let is_written = !is_lost || self.below(3) == 0;
                if is_written {
                    self.disk.insert(id, self.sabotage_row(*job));
                }
                if is_lost {
                    let reason = "The library could not be written: disk I/O error".to_owned();
                    self.later(Input::StoreFailed { job: id, revision, reason });
                } else {
                    // One thread writes in order, and writing takes no virtual time; only the word of it does. A crash
                    // in between leaves a row that the machine never heard of, as in life.
                    let delay = Duration::from_millis(self.below(30));
                    self.after(delay, Input::Stored { job: id, revision });
                }
            }
            Effect::KeepHolds(holds) => {
                if self.happens(3) {
                    self.later(Input::HoldsStored(Err("The library could not be written".to_owned())));
                } else {
                    self.disk_holds = holds;
                    self.after(Duration::from_millis(5), Input::HoldsStored(Ok(())));
                }
            }
            Effect::Recall(ids) => self.recall(ids),
            Effect::SumUp { calendar, runs, held, number } => self.sum_up(calendar, runs, &held, number),
            Effect::LeaveClipFolder(_) => unreachable!("the clip folder of this model stays"),
            Effect::PreparePicture(job) => self.later(Input::PictureReady(job.id)),
            Effect::SendPictures(job, host) => self.send_pictures(&job, host),
            Effect::StopPictures(job) => {
                // The upload may be faster; whichever word comes second is ignored.
                self.after(Duration::from_millis(5), Input::PicturesNotSent(job, Host::Bucket, HostFailure::Stopped));
            }
            Effect::Unhost(job, unneeded) => self.unhost(&job, unneeded),
            Effect::Submit(job) => self.take_order(&job),
            Effect::Poll(job, gateway, remote) => {
                self.request(job, gateway);
                let running = self.polls_running.entry(job).or_default();
                *running += 1;
                assert_eq!(*running, 1, "seed {}: two looks at {job} at once", self.seed);
                let outcome = self.look(gateway, &remote);
                self.later(Input::Polled(job, answer(outcome)));
            }
            Effect::FindOrder(..) => unreachable!("no gateway of this model gives orders a name"),
            Effect::Cancel(job, gateway, remote) => {
                self.request(job, gateway);
                assert!(gateway.can_cancel());
                let outcome = match self.below(4) {
                    0 => CancelOutcome::Trouble(NetworkCause::Broken),
                    1 => CancelOutcome::Refused,
                    _ => {
                        if self.below(2) == 0 && matches!(self.remotes.get(&remote), Some(Remote::Alive { .. })) {
                            self.remotes.insert(remote, Remote::Cancelled);
                        }
                        CancelOutcome::Asked
                    }
                };
                self.later(Input::CancelAnswered(job, answer(outcome)));
            }
            Effect::WorkOnFile(job, work) => {
                assert_eq!(self.disk.get(&job.id), Some(&*job), "seed {}: files move before rows", self.seed);
                if self.crashes < 5 && self.happens(5) {
                    self.is_dying = true;
                    return;
                }
                let is_refused = self.happens(15);
                let answer = self.files.work(&job, &work, is_refused);
                self.later(Input::FileDone(job.id, work, answer));
            }
            Effect::Download(job, _) => {
                assert!(!job.is_download_paused, "seed {}: a held download began", self.seed);
                assert_eq!(self.disk.get(&job.id).map(|job| job.state), Some(JobState::Downloading));
                self.download(&job);
            }
            Effect::StopDownload(job) => {
                // The running download may be faster; whichever word comes second is ignored.
                self.after(Duration::from_millis(5), Input::DownloadFailed(job, FetchFailure::Stopped));
            }
            Effect::MakePoster(job) => {
                let result = if self.below(10) == 0 { Err("nothing to see".to_owned()) } else { Ok((960, 540)) };
                self.later(Input::PosterMade(job.id, result));
            }
            Effect::WakeAt(moment) => self.wake_at = Some(moment),
            Effect::Emit(Event::JobChanged(job) | Event::Settled(job, _)) => {
                let stored = self.disk.get(&job.id).expect("told only when stored");
                assert_eq!(stored, &*job, "seed {}: the window knows more than the disk", self.seed);
            }
            Effect::Emit(Event::Note(job, note)) => self.note_told(job, &note),
            Effect::Emit(_) => {}
        }
    }

    fn connect_all(&mut self) {
        self.connect_bucket();
        let gateways: Vec<GatewayId> = self.services.keys().copied().collect();
        for gateway in gateways {
            self.connect(gateway);
        }
    }

    fn connect(&mut self, gateway: GatewayId) {
        let service = self.service(gateway);
        service.is_connected = true;
        let key = service.key;
        self.step(Input::Command(Command::Connect(connection(gateway, key))));
    }

    /// The user gives the right key, while questions by the old one may be on their way.
    fn give_right_key(&mut self, gateway: GatewayId) {
        let service = self.service(gateway);
        if service.key != service.right_key {
            service.key = service.right_key;
            // Another key is another account, with its own limiter and its own wallet.
            service.closed_until = Duration::ZERO;
            service.is_wallet_empty = false;
        }
        self.connect(gateway);
    }

    fn run(&mut self) {
        self.plant_fault();
        self.step(Input::Start);
        self.connect_all();
        if self.below(2) == 0 {
            self.spending.rules = self.draw_rules();
            let rules = self.spending.rules.clone();
            self.step(Input::Command(Command::SetSpendingRules(rules)));
        }
        let count = 1 + self.below(5);
        self.order(1, count);
        self.go_on_to_the_end();
        self.check_bucket(false);
        // The next start has another try at what could not be deleted.
        self.crash();
        self.go_on_to_the_end();
        self.check_bucket(true);
        self.check_the_end();
    }

    fn go_on_to_the_end(&mut self) {
        while self.is_stormy()
            || self.machine.is_watching()
            || self.machine.must_finish()
            || self.machine.unhosts_soon(self.time)
            || !self.coming.is_empty()
        {
            assert!(self.time < LONGEST, "seed {}: no end in sight", self.seed);
            self.go_on();
        }
    }

    /// Advances the clock to the next thing that happens, and lets it happen.
    fn go_on(&mut self) {
        let has_ended = self.ends_at.is_some_and(|end| self.time >= end || !self.machine.must_finish());
        if std::mem::take(&mut self.is_dying) || has_ended {
            self.crash();
            return;
        }
        let arrival = self.coming.keys().next().map(|(moment, _)| *moment);
        let wake = self.wake_at.map(|moment| moment.max(self.time));
        let calm_down = self.is_stormy().then_some(STORMY);
        let Some(next) = [arrival, wake, calm_down, self.ends_at].into_iter().flatten().min() else {
            panic!("seed {}: nothing will ever happen again, but jobs wait", self.seed);
        };
        self.time = next;
        if self.happens(1) && self.crashes < 5 {
            self.crash();
            return;
        }
        if self.happens(1) && self.closings < 3 && self.ends_at.is_none() {
            self.closings += 1;
            self.ends_at = Some(self.time + Duration::from_secs(3));
            self.step(Input::Closing);
            return;
        }
        if self.happens(2) {
            let asleep = Duration::from_secs(self.below(100_000));
            self.sleep(asleep);
        }
        if self.happens(1) {
            // Set by hand, by a time server, or by an empty battery: hours or years, forwards or backwards.
            let most = [3_600_000_u64, 300_000_000_000][self.below(2) as usize];
            let jump = Duration::from_millis(self.below(most));
            if self.below(2) == 0 {
                self.sleep(Duration::ZERO);
                self.wrong_by += i64::try_from(jump.as_millis()).expect("some years");
                // It cannot be told from sleep, so a wait that the gateway asked for may seem over.
                self.run_limiters(jump);
            } else {
                self.wrong_by -= i64::try_from(jump.as_millis()).expect("some years");
            }
        }
        if self.happens(4) && self.ends_at.is_none() {
            self.meddle();
        }
        if self.happens(20) && self.ends_at.is_none() {
            self.sort();
        }
        if self.deleted == 0 && self.happens(1) {
            let done = self.remotes.iter().filter(|(_, remote)| **remote == Remote::Done);
            if let Some(remote) = done.map(|(remote, _)| remote.clone()).min_by(|a, b| a.as_str().cmp(b.as_str())) {
                self.deleted += 1;
                self.remotes.insert(remote, Remote::Deleted);
            }
        }
        if arrival == Some(next) {
            let (_, input) = self.coming.pop_first().expect("just seen");
            let told = match &input {
                Input::Polled(job, answer) if answer.outcome == PollOutcome::KeyRefused => Some(*job),
                _ => None,
            };
            let gateway = told.and_then(|job| Some(self.machine.job(job)?.gateway));
            self.step(input);
            if let Some(gateway) = gateway
                && self.ends_at.is_none()
                && self.below(3) == 0
            {
                self.give_right_key(gateway);
            }
        } else if wake == Some(next) {
            self.wake_at = None;
            self.step(Input::Wake);
        } else if self.ends_at == Some(next) {
            // The program has had its time to end; the next turn ends it.
        } else {
            self.calm_down();
        }
    }

    fn sleep(&mut self, asleep: Duration) {
        self.slept += asleep;
        self.run_limiters(asleep);
    }

    /// The limiters of the gateways run on while the computer sleeps.
    fn run_limiters(&mut self, asleep: Duration) {
        if asleep > SLEEP_JUMP {
            for service in self.services.values_mut() {
                service.closed_until = service.closed_until.saturating_sub(asleep);
            }
        }
    }
}

fn link() -> Url {
    "https://media.example/clip.mp4?signature=x".parse().expect("an address")
}

/// How many histories are played: some thousands, or as many as `RUSHES_TEST_RUNS` says.
fn histories() -> u64 {
    std::env::var("RUSHES_TEST_RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(HISTORIES)
}

#[test]
fn no_history_buys_twice_or_loses_a_clip() {
    let (mut uploads, mut deletions, mut held, mut over_cap) = (0, 0, 0, 0);
    let (mut crashes, mut closings, mut ready, mut filed, mut orders, mut recalled) = (0, 0, 0, 0, 0, 0);
    let runs = histories();
    for seed in 0..runs {
        let mut world = World::new(seed, None);
        world.run();
        crashes += u64::from(world.crashes);
        closings += u64::from(world.closings);
        uploads += u64::from(world.bucket.uploads);
        deletions += u64::from(world.bucket.deletions);
        filed += u64::from(world.files.done);
        held += u64::from(world.spending.held);
        over_cap += world.spending.over_cap.len() as u64;
        orders += world.sent.values().map(|sent| u64::from(sent.bodies)).sum::<u64>();
        ready += world.disk.values().filter(|job| job.state == JobState::Ready).count() as u64;
        recalled += u64::from(world.recalled);
    }
    // The histories really hold what they are meant to hold.
    assert!(crashes > runs / 10 && ready > runs && closings > runs / 20, "{crashes} {closings} {ready}");
    assert!(uploads > runs / 4 && deletions > runs / 8, "{uploads} uploads, {deletions} deletions");
    assert!(filed > runs / 2 && recalled > runs / 4, "{filed} pieces of work on files, {recalled} jobs recalled");
    assert!(held > runs / 4 && over_cap > runs / 20, "{held} held by a cap, {over_cap} sent over it");
    println!(
        "bar R-01: 0 of {orders} orders sent twice in {runs} histories with {crashes} kills and {closings} closings"
    );
    println!("bar R-02: 0 of {orders} orders lost in {runs} histories; {ready} clips ready");
    println!("bar R-05: {runs} histories played from their seeds");
    println!(
        "no cap passed in {runs} histories: {held} times an order was held, {over_cap} were sent over a cap by the user"
    );
}

#[test]
fn a_history_can_be_replayed() {
    for seed in 0..100 {
        let end = |seed| {
            let mut world = World::new(seed, None);
            world.run();
            (format!("{:?}", world.disk), world.steps, world.time)
        };
        assert_eq!(end(seed), end(seed), "seed {seed}");
    }
}
