//! Thousands of random histories of the machine with a model gateway, a model disk, crashes and sleep, under a virtual
//! clock. Each is made from one seed, which is named when an invariant breaks (docs/reliability.md, section 6.1).

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use url::Url;

use super::*;
use crate::domain::Sha256Hex;
use crate::domain::job::PartFile;
use crate::domain::outcome::{
    Accepted, CancelOutcome, Failure, NetworkCause, Phase, PollOutcome, Rejection, RejectionKind, SubmitOutcome,
    UnconfirmedCause,
};
use crate::domain::price::estimate;
use crate::domain::samples::{id, request};
use crate::domain::{Clip, Project, Rating, RawExchange, RemoteId, Verdict};
use crate::engine::command::{Command, NewJob, UnconfirmedDecision};
use crate::engine::schedule::least_request_gap;
use crate::gateway::{Answer, Connection, LimitHint};

mod files;

use files::Files;

const HISTORIES: u64 = 10_000;

/// Longest history; what is not quiet by then never will be.
const LONGEST: Duration = Duration::from_secs(40 * 24 * 3600);

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

struct World {
    seed: u64,
    random: Random,
    time: Duration,
    /// How far the monotonic clock lags behind because the computer slept.
    slept: Duration,
    machine: Machine,
    disk: BTreeMap<JobId, Job>,
    /// Inputs on their way to the machine, by the time of their arrival.
    coming: BTreeMap<(Duration, u64), Input>,
    serial: u64,
    wake_at: Option<Duration>,
    remotes: HashMap<RemoteId, Remote>,
    sent: HashMap<JobId, Sent>,
    gateway: GatewayId,
    /// The model of the clip folder and the trash.
    files: Files,
    /// Whether the program is killed before it does the work on a file that was asked for.
    is_dying: bool,
    polls_running: HashMap<JobId, u32>,
    /// The rate limit of the gateway lets no request through before this monotonic time.
    closed_until: Duration,
    last_request: Option<Duration>,
    connected: bool,
    deleted: u32,
    crashes: u32,
    steps: u32,
}

fn answer<T>(outcome: T) -> Answer<T> {
    Answer { outcome, request_id: None, exchange: RawExchange::default(), limit: LimitHint::default() }
}

fn connection(gateway: GatewayId) -> Connection {
    Connection {
        gateway,
        base_url: "https://gateway.example/v1".parse().expect("an address"),
        key: Some("canary".to_owned().into()),
        send_undocumented: false,
    }
}

impl World {
    fn new(seed: u64) -> Self {
        let mut random = Random(seed);
        let gateway = [GatewayId::Apiin, GatewayId::Aigateway, GatewayId::Practice][(random.draw() % 3) as usize];
        Self {
            seed,
            random,
            time: Duration::ZERO,
            slept: Duration::ZERO,
            machine: Machine::new(Limits::default(), Vec::<Job>::new()),
            disk: BTreeMap::new(),
            coming: BTreeMap::new(),
            serial: 0,
            wake_at: None,
            remotes: HashMap::new(),
            sent: HashMap::new(),
            gateway,
            files: Files::default(),
            is_dying: false,
            polls_running: HashMap::new(),
            closed_until: Duration::ZERO,
            last_request: None,
            connected: false,
            deleted: 0,
            crashes: 0,
            steps: 0,
        }
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

    fn now(&mut self) -> Now {
        Now {
            wall: UnixMillis(1_700_000_000_000).after(self.time + self.slept),
            monotonic: self.time,
            random: self.random.draw(),
        }
    }

    fn step(&mut self, input: Input) {
        self.steps += 1;
        match &input {
            Input::Polled(job, _) => *self.polls_running.entry(*job).or_default() -= 1,
            Input::Stored { .. } | Input::StoreFailed { .. } => {}
            _ => {}
        }
        let before: HashMap<JobId, JobState> = self.machine.jobs().map(|job| (job.id, job.state)).collect();
        let now = self.now();
        let effects = self.machine.step(now, input);
        let mut is_promoted = false;
        for (job, was) in before {
            let is = self.machine.job(job).expect("jobs are never forgotten").state;
            let is_ended = matches!(
                was,
                JobState::Failed | JobState::Rejected | JobState::Cancelled | JobState::Removed | JobState::Discarded
            );
            assert!(!is_ended || was == is, "seed {}: {job} went back from {was} to {is}", self.seed);
            is_promoted |= was == JobState::Queued && is == JobState::Submitting;
        }
        for effect in effects {
            self.perform(effect);
        }
        // Jobs that are watched again by hand were paid for already and are watched whatever their number.
        let in_flight =
            |job: &&Job| matches!(job.state, JobState::Submitting | JobState::Waiting | JobState::Generating);
        let count = self.machine.jobs().filter(in_flight).count();
        assert!(!is_promoted || count <= usize::from(AT_ONCE_AT_FIRST), "seed {}: {count} in flight", self.seed);
    }

    /// Checks that a request may go out now: connected, at a distance to the last one, and not against the rate
    /// limit.
    fn request(&mut self) {
        assert!(self.connected, "seed {}: asked without a connection", self.seed);
        assert!(self.time >= self.closed_until, "seed {}: asked against the limiter", self.seed);
        if let Some(last) = self.last_request {
            assert!(self.time >= last + least_request_gap(self.gateway), "seed {}: asked too fast", self.seed);
        }
        self.last_request = Some(self.time);
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Persist { job, revision } => {
                let id = job.id;
                if self.happens(3) {
                    let reason = "The library could not be written: disk I/O error".to_owned();
                    self.later(Input::StoreFailed { job: id, revision, reason });
                } else {
                    // One thread writes in order, and writing takes no virtual time; only the word of it does. A crash
                    // in between leaves a row that the machine never heard of, as in life.
                    self.disk.insert(id, *job);
                    let delay = Duration::from_millis(self.below(30));
                    self.after(delay, Input::Stored { job: id, revision });
                }
            }
            Effect::PreparePicture(job) => self.later(Input::PictureReady(job.id)),
            Effect::Submit(job) => self.take_order(&job),
            Effect::Poll(job, _, remote) => {
                self.request();
                let running = self.polls_running.entry(job).or_default();
                *running += 1;
                assert_eq!(*running, 1, "seed {}: two looks at {job} at once", self.seed);
                let outcome = self.look(&remote);
                self.later(Input::Polled(job, answer(outcome)));
            }
            Effect::Cancel(job, _, remote) => {
                self.request();
                assert!(self.gateway.can_cancel());
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
            Effect::Emit(_) | Effect::UpdateLive(_) => {}
        }
    }

    fn take_order(&mut self, job: &Job) {
        self.request();
        let stored = self.disk.get(&job.id).expect("on disk before it is sent");
        assert_eq!(stored.state, JobState::Submitting, "seed {}: sent before it was stored", self.seed);
        assert!(stored.sent_at.is_some());
        assert_eq!(self.sent.entry(job.id).or_default().bodies, 0, "seed {}: sent twice", self.seed);
        let kind = if self.is_stormy() { self.below(100) } else { 99 };
        let trouble = NetworkCause::Broken;
        let outcome = match kind {
            0..15 => SubmitOutcome::NotSent(NetworkCause::CannotConnect),
            15..25 => {
                let retry_after = (self.below(2) == 0).then(|| Duration::from_secs(self.random.draw() % 30));
                SubmitOutcome::Throttled { retry_after }
            }
            25..30 => {
                let rejection = Rejection { kind: RejectionKind::NoCredits, param: None, gateway_text: None };
                SubmitOutcome::Rejected(rejection)
            }
            30..45 => {
                // The order may or may not have arrived.
                self.sent.entry(job.id).or_default().bodies += 1;
                if self.below(2) == 0 {
                    self.make(job.id);
                }
                SubmitOutcome::Unconfirmed(UnconfirmedCause::Network(trouble))
            }
            _ => {
                self.sent.entry(job.id).or_default().bodies += 1;
                let remote_id = self.make(job.id);
                let phase = if self.below(2) == 0 { Phase::Waiting } else { Phase::Unknown("warming".into()) };
                let is_instant = self.below(20) == 0;
                if is_instant {
                    self.remotes.insert(remote_id.clone(), Remote::Done);
                }
                SubmitOutcome::Accepted(Accepted { remote_id, phase, link: is_instant.then(link), charge: None })
            }
        };
        self.later(Input::Submitted(job.id, answer(outcome)));
    }

    fn make(&mut self, job: JobId) -> RemoteId {
        let remote_id = RemoteId::new(&format!("job_{}_{}", self.remotes.len(), job.short())).expect("a plain id");
        let until = self.time + Duration::from_secs(5 + self.below(120));
        let ends_well = self.below(8) != 0;
        self.remotes.insert(remote_id.clone(), Remote::Alive { until, ends_well });
        self.sent.entry(job).or_default().accepted += 1;
        remote_id
    }

    fn look(&mut self, remote: &RemoteId) -> PollOutcome {
        match if self.is_stormy() { self.below(100) } else { 99 } {
            0..8 => return PollOutcome::Trouble(NetworkCause::ServerTrouble(503)),
            8..12 => return PollOutcome::Trouble(NetworkCause::Unreadable),
            12..18 => return PollOutcome::NotModified,
            18..24 => {
                let retry_after = (self.below(2) == 0).then(|| Duration::from_secs(self.random.draw() % 60));
                return PollOutcome::Throttled { retry_after };
            }
            24..27 => return PollOutcome::UnknownJob,
            27..29 => return PollOutcome::KeyRefused,
            29..32 => return PollOutcome::Alive(Phase::Unknown("dreaming".into())),
            32..36 if self.remotes.get(remote) == Some(&Remote::Done) => {
                return PollOutcome::Completed { link: None, charge: None };
            }
            _ => {}
        }
        let time = self.time;
        let Some(known) = self.remotes.get_mut(remote) else { return PollOutcome::UnknownJob };
        if let Remote::Alive { until, ends_well } = known
            && *until <= time
        {
            *known = if *ends_well { Remote::Done } else { Remote::Failed };
        }
        match known {
            Remote::Alive { .. } => PollOutcome::Alive(Phase::Generating),
            Remote::Done => PollOutcome::Completed { link: Some(link()), charge: None },
            Remote::Failed => {
                PollOutcome::Failed(Failure { code: None, gateway_text: None, not_allowed: false, charge: None })
            }
            Remote::Cancelled => PollOutcome::Cancelled,
            Remote::Deleted => PollOutcome::UnknownJob,
        }
    }

    fn download(&mut self, job: &Job) {
        let id = job.id;
        let part = PartFile { file_name: ".x.part".to_owned(), verified_bytes: 7, ..PartFile::default() };
        let result = match if self.is_stormy() { self.below(100) } else { 99 } {
            0..10 => Err(FetchFailure::LinkExpired),
            10..13 => Err(FetchFailure::Changed),
            13..25 => Err(FetchFailure::Trouble { retry_after: None }),
            25..35 => Err(FetchFailure::BadFile("it ends early".to_owned())),
            35..45 => Err(FetchFailure::Disk("the disk is full".to_owned())),
            _ => Ok(Clip {
                path: self.files.arrive(id),
                sha256: Sha256Hex::of(b"a film"),
                size_bytes: 9,
                width: 1280,
                height: 720,
                duration_millis: 5000,
                has_audio: false,
                recipe_note: None,
            }),
        };
        let delay = self.delay();
        self.after(delay / 2, Input::Progress { job: id, bytes: 5, total: Some(9) });
        self.after(delay / 2, Input::Checkpoint(id, part));
        self.after(
            delay,
            match result {
                Ok(clip) => Input::Downloaded(id, clip),
                Err(failure) => Input::DownloadFailed(id, failure),
            },
        );
    }

    /// The program is killed and started again with what is on disk.
    fn crash(&mut self) {
        self.crashes += 1;
        self.coming.clear();
        self.polls_running.clear();
        self.last_request = None;
        self.closed_until = Duration::ZERO;
        self.wake_at = None;
        let jobs: Vec<Job> = self.disk.values().cloned().collect();
        self.machine = Machine::new(Limits::default(), jobs);
        self.step(Input::Start);
        self.connect();
    }

    fn connect(&mut self) {
        self.connected = true;
        self.step(Input::Command(Command::Connect(connection(self.gateway))));
    }

    /// The user rates a clip, moves it to a project, trashes it or takes it back.
    fn sort(&mut self) {
        let is_ready = |job: &&Job| job.state == JobState::Ready;
        let mut ready: Vec<JobId> = self.machine.jobs().filter(is_ready).map(|job| job.id).collect();
        ready.sort_unstable();
        let Some(most) = (!ready.is_empty()).then_some(ready.len() as u64) else { return };
        let job = ready[self.below(most) as usize];
        let command = match self.below(10) {
            0..2 => Command::ToTrash(vec![job]),
            2..5 => Command::TakeBack(vec![job]),
            5..8 => {
                let name = ["Spring", "Autumn", ""][self.below(3) as usize];
                Command::MoveToProject(vec![job], Project::new(name).ok())
            }
            8 => Command::Judge(vec![(job, Verdict { rating: Rating::new(self.below(6) as u8), is_rejected: false })]),
            _ => Command::FileFound(job, "elsewhere.mp4".into()),
        };
        self.step(Input::Command(command));
    }

    /// The user does something at random with a job or the queue.
    fn meddle(&mut self) {
        let jobs: Vec<JobId> = self.machine.jobs().map(|job| job.id).collect();
        let Some(most) = (!jobs.is_empty()).then_some(jobs.len() as u64) else { return };
        let mut sorted = jobs;
        sorted.sort_unstable();
        let job = sorted[self.below(most) as usize];
        let command = match self.below(14) {
            0 => Command::Cancel(job),
            1 => Command::StopWatching(job),
            2 | 3 => Command::WatchAgain(job),
            4 => Command::DownloadAgain(job),
            5 => Command::ToTrash(vec![job]),
            12 => Command::PauseDownload(job, self.below(2) == 0),
            6 => Command::PauseQueue(self.below(2) == 0),
            7 => Command::Resolve(job, UnconfirmedDecision::Check),
            8 => Command::Resolve(job, UnconfirmedDecision::Discard),
            9 => {
                self.serial += 1;
                Command::Resolve(job, UnconfirmedDecision::Resend { new_id: id(10_000 + u128::from(self.serial)) })
            }
            10 => {
                let mut known: Vec<RemoteId> = self.remotes.keys().cloned().collect();
                known.sort_unstable_by(|a, b| a.as_str().cmp(b.as_str()));
                if known.is_empty() {
                    return;
                }
                let index = self.below(known.len() as u64) as usize;
                Command::Resolve(job, UnconfirmedDecision::Adopt(known[index].clone()))
            }
            _ => {
                self.connected = false;
                let gateway = self.gateway;
                self.step(Input::Command(Command::Disconnect(gateway)));
                return;
            }
        };
        self.step(Input::Command(command));
    }

    fn run(&mut self) {
        self.step(Input::Start);
        self.connect();
        let count = 1 + self.below(5);
        let request = request("a paper boat");
        let new_jobs = (0..count)
            .map(|number| NewJob {
                id: id(u128::from(number) + 1),
                gateway: self.gateway,
                request: request.clone(),
                estimate: estimate(&request, self.gateway).expect("a price"),
                project: None,
                parent: None,
            })
            .collect();
        self.step(Input::Command(Command::Enqueue(new_jobs)));
        while self.is_stormy() || self.machine.is_watching() || self.machine.must_finish() || !self.coming.is_empty() {
            assert!(self.time < LONGEST, "seed {}: no end in sight", self.seed);
            self.go_on();
        }
        self.check_the_end();
    }

    /// Advances the clock to the next thing that happens, and lets it happen.
    fn go_on(&mut self) {
        if std::mem::take(&mut self.is_dying) {
            self.crash();
            return;
        }
        let arrival = self.coming.keys().next().map(|(moment, _)| *moment);
        let wake = self.wake_at.map(|moment| moment.max(self.time));
        let calm_down = self.is_stormy().then_some(STORMY);
        let Some(next) = [arrival, wake, calm_down].into_iter().flatten().min() else {
            panic!("seed {}: nothing will ever happen again, but jobs wait", self.seed);
        };
        self.time = next;
        if self.happens(1) && self.crashes < 5 {
            self.crash();
            return;
        }
        if self.happens(2) {
            let asleep = Duration::from_secs(self.below(100_000));
            self.slept += asleep;
        }
        if self.happens(4) {
            self.meddle();
        }
        if self.happens(20) {
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
            // A refusal of the limiter binds from the moment it is heard.
            let retry_after = match &input {
                Input::Polled(_, answer) => match answer.outcome {
                    PollOutcome::Throttled { retry_after } => retry_after,
                    _ => None,
                },
                Input::Submitted(_, answer) => match answer.outcome {
                    SubmitOutcome::Throttled { retry_after } => retry_after,
                    _ => None,
                },
                _ => None,
            };
            if let Some(retry_after) = retry_after {
                self.closed_until = self.closed_until.max(self.time + retry_after);
            }
            let is_lockout = matches!(&input, Input::Polled(_, answer) if answer.outcome == PollOutcome::KeyRefused);
            self.step(input);
            if is_lockout {
                // The user gives the right key some time later.
                self.connect();
            }
        } else if wake == Some(next) {
            self.wake_at = None;
            self.step(Input::Wake);
        } else {
            // The storm is over: the user connects, resumes, and looks again at what was put away.
            self.connect();
            self.step(Input::Command(Command::PauseQueue(false)));
            let held: Vec<JobId> = self.machine.jobs().filter(|job| job.is_download_paused).map(|job| job.id).collect();
            for job in held {
                self.step(Input::Command(Command::PauseDownload(job, false)));
            }
        }
    }

    fn check_the_end(&mut self) {
        let seed = self.seed;
        assert!(self.coming.is_empty(), "seed {seed}: not quiet");
        for job in self.machine.jobs() {
            assert_eq!(self.disk.get(&job.id), Some(job), "seed {seed}: the disk knows less");
            let sent = self.sent.get(&job.id).cloned().unwrap_or_default();
            assert!(sent.bodies <= 1, "seed {seed}: {} bodies", sent.bodies);
            match job.state {
                JobState::Queued | JobState::Removed | JobState::Rejected => {
                    assert_eq!(sent.accepted, 0, "seed {seed}: {} was accepted and is lost as {}", job.id, job.state);
                }
                JobState::Submitting | JobState::Waiting | JobState::Generating | JobState::Downloading => {
                    panic!("seed {seed}: {} never ended, {}", job.id, job.state)
                }
                JobState::Ready => {
                    let clip = job.clip.as_ref().unwrap_or_else(|| panic!("seed {seed}: ready without a clip"));
                    self.files.check(seed, job, clip);
                }
                JobState::Failed => {
                    let remote = job.remote_id.as_ref().and_then(|remote| self.remotes.get(remote));
                    assert_eq!(remote, Some(&Remote::Failed), "seed {seed}: failed without the gateway's word");
                }
                JobState::Cancelled => {
                    let remote = job.remote_id.as_ref().and_then(|remote| self.remotes.get(remote));
                    assert_eq!(remote, Some(&Remote::Cancelled), "seed {seed}: cancelled without the gateway's word");
                }
                JobState::Unconfirmed | JobState::NotWatched | JobState::Gone | JobState::Discarded => {}
            }
            let is_silent = !job.state.is_unfinished() && job.state != JobState::Ready && job.message.is_none();
            assert!(!is_silent, "seed {seed}: {} ended without a word", job.state);
        }
        // A restart at the end changes nothing that is not a decision.
        let mut again = Machine::new(Limits::default(), self.disk.values().cloned().collect());
        let now = self.now();
        again.step(now, Input::Start);
        for job in again.jobs() {
            assert_eq!(self.disk.get(&job.id), Some(job), "seed {seed}: a restart changed the end");
        }
    }
}

fn link() -> Url {
    "https://media.example/clip.mp4?signature=x".parse().expect("an address")
}

#[test]
fn no_history_buys_twice_or_loses_a_clip() {
    let mut crashes = 0;
    let mut ready = 0;
    let mut filed = 0;
    for seed in 0..HISTORIES {
        let mut world = World::new(seed);
        world.run();
        crashes += world.crashes;
        filed += world.files.done;
        ready += world.machine.jobs().filter(|job| job.state == JobState::Ready).count();
    }
    // The histories really hold what they are meant to hold.
    assert!(crashes > 1_000 && ready > 10_000, "{crashes} crashes, {ready} clips");
    assert!(filed > 5_000, "{filed} pieces of work on files");
}

#[test]
fn a_history_can_be_replayed() {
    for seed in 0..100 {
        let end = |seed| {
            let mut world = World::new(seed);
            world.run();
            (format!("{:?}", world.disk), world.steps, world.time)
        };
        assert_eq!(end(seed), end(seed), "seed {seed}");
    }
}
