//! The life of all jobs as a value: [`Machine::step`] takes what happened and returns what to do, in order.
//!
//! There is no clock, socket, file or random number in here; they come in with [`Now`]. So thousands of hostile
//! histories run in a second, and each can be replayed from its seed (`machine/simulation.rs`).
//!
//! The rules that guard money:
//!
//! * Nothing is acted on before it is stored. Every change of a job makes an [`Effect::Persist`] with a revision; the
//!   next action for that job waits for [`Input::Stored`] with the same revision. So an order is sent only after its
//!   `Submitting` row is safe, and a remote id is used only after it is safe.
//! * A job has at most one call on its way. Its answer is awaited before the next one is made, also across
//!   "stop watching" and "watch again".
//! * Every change of state goes through one function, which asks [`JobState::may_become`].
//! * At most [`Settings::at_once`] orders of a gateway are *in flight*: being sent, in line there, or being made. A clip
//!   that is made and on its way to disk does not count, so the next one is ordered meanwhile. The rest wait in order.

use std::collections::{BTreeMap, HashMap};
use std::ops::Deref;
use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use super::command::Command;
use super::event::{Event, Hold, Live, LiveJob};
use super::schedule::{Random, backoff};
use crate::domain::outcome::{CancelOutcome, PollOutcome, SubmitOutcome};
use crate::domain::progress::History;
use crate::domain::shared::SharedJob;
use crate::domain::{Clip, GatewayId, Job, JobId, JobState, RemoteId, UnixMillis};
use crate::gateway::Answer;
use entry::{Call, Entry};
use gateways::GatewayState;

mod advance;
mod commands;
mod entry;
mod fetch;
mod gateways;
#[cfg(test)]
mod simulation;
mod sorting;
mod submit;
#[cfg(test)]
mod tests;
mod watch;

/// Orders in flight at one gateway unless the settings say otherwise.
pub const DEFAULT_AT_ONCE: usize = 2;

/// The moment of a step.
#[derive(Clone, Copy, Debug)]
pub struct Now {
    /// Wall clock; for the record and for the detection of sleep. Never for deadlines.
    pub wall: UnixMillis,
    /// Time since the engine started, which only grows. May stand still while the computer sleeps.
    pub monotonic: Duration,
    /// Fresh random bits for jitter.
    pub random: u64,
}

/// What the user can set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Orders in flight per gateway; [`DEFAULT_AT_ONCE`] where nothing is said.
    pub at_once: HashMap<GatewayId, usize>,
}

/// Something happened.
#[derive(Debug)]
pub enum Input {
    /// The very first input: go on with the jobs that were found.
    Start,
    /// The user decided something.
    Command(Command),
    /// This revision of a job is on disk.
    Stored {
        /// Which job.
        job: JobId,
        /// The number that came with [`Effect::Persist`].
        revision: u64,
    },
    /// This revision of a job could not be written.
    StoreFailed {
        /// Which job.
        job: JobId,
        /// The number that came with [`Effect::Persist`].
        revision: u64,
        /// A sentence for the user.
        reason: String,
    },
    /// The start picture can go out with the order ([`Effect::PreparePicture`]).
    PictureReady(JobId),
    /// The start picture cannot be used; the reason as a sentence.
    PictureFailed(JobId, String),
    /// A submit was answered.
    Submitted(JobId, Answer<SubmitOutcome>),
    /// A look was answered.
    Polled(JobId, Answer<PollOutcome>),
    /// A cancel was answered.
    CancelAnswered(JobId, Answer<CancelOutcome>),
    /// Bytes of a clip arrived.
    Progress {
        /// Which job.
        job: JobId,
        /// Bytes here.
        bytes: u64,
        /// Full length, when known.
        total: Option<u64>,
    },
    /// Bytes of a clip are flushed to disk.
    Checkpoint(JobId, crate::domain::job::PartFile),
    /// A clip is whole and has its final name.
    Downloaded(JobId, Clip),
    /// A download ended without a clip.
    DownloadFailed(JobId, FetchFailure),
    /// Work on a clip's file has ended.
    FileDone(JobId, FileWork, FileAnswer),
    /// The poster is there with this size, or cannot be made.
    PosterMade(JobId, Result<(u32, u32), String>),
    /// New clips go to another folder from now on; this is the one until now. What lies there is named in full.
    ClipFolderChanged(PathBuf),
    /// It is time ([`Effect::WakeAt`]), or somebody just looks.
    Wake,
    /// The program is about to end: begin nothing new.
    Closing,
}

/// Something to do with the file of a finished clip. Each may be asked for again after a kill at any moment, and then goes
/// on from what it finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileWork {
    /// Into the folder of [`Job::project`].
    Move,
    /// Into the system's trash.
    Trash,
    /// Out of it again.
    TakeBack,
    /// See whether this file is the job's clip.
    Recognize(PathBuf),
}

/// What became of [`FileWork`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileAnswer {
    /// The file lies here: a path as in [`Clip::path`].
    At(PathBuf),
    /// It is in the system's trash.
    InTrash,
    /// There is no such file.
    Missing,
    /// It was not done, and nothing was changed: a sentence that says why.
    Refused(String),
}

/// Why a download ended without a clip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FetchFailure {
    /// The link does not open any more; what is here stays.
    LinkExpired,
    /// What is here does not fit the served file; it was dropped.
    Changed,
    /// Network trouble; what is here stays.
    Trouble {
        /// How long the server asked to wait.
        retry_after: Option<Duration>,
    },
    /// What was served is no whole clip, as a plain clause; it was dropped.
    BadFile(String),
    /// The disk refuses, as a plain clause.
    Disk(String),
    /// Stopped because [`Effect::StopDownload`] asked for it.
    Stopped,
}

/// Something to do, in the order given.
#[derive(Debug)]
pub enum Effect {
    /// Store this job; answer with [`Input::Stored`] or [`Input::StoreFailed`]. A later one for the same job replaces an
    /// earlier one that was not begun.
    Persist {
        /// The job as it is now.
        job: Box<Job>,
        /// To be handed back.
        revision: u64,
    },
    /// Read the stored start picture and keep it at hand for the submit.
    PreparePicture(Box<Job>),
    /// Send the order: exactly one POST.
    Submit(Box<Job>),
    /// Look at the job.
    Poll(JobId, GatewayId, RemoteId),
    /// Ask the gateway to cancel it.
    Cancel(JobId, GatewayId, RemoteId),
    /// Fetch the clip from this link, going on from [`Job::part`].
    Download(Box<Job>, Url),
    /// Stop fetching; answer with [`Input::DownloadFailed`] all the same.
    StopDownload(JobId),
    /// Do this with the clip's file; answer with [`Input::FileDone`].
    WorkOnFile(Box<Job>, FileWork),
    /// Decode a poster.
    MakePoster(Box<Job>),
    /// Send [`Input::Wake`] at this monotonic time; replaces an earlier wish.
    WakeAt(Duration),
    /// Tell the window.
    Emit(Event),
    /// Show these numbers.
    UpdateLive(Live),
}

/// All jobs and what is known of their gateways.
#[derive(Debug)]
pub struct Machine {
    settings: Settings,
    entries: HashMap<JobId, Entry>,
    /// Jobs with something left to do, in the order in which they were asked for.
    active: BTreeMap<u64, JobId>,
    next_place: u64,
    gateways: BTreeMap<GatewayId, GatewayState>,
    history: History,
    is_paused: bool,
    is_closing: bool,
    storage_trouble: Option<String>,
    last_step: Option<(UnixMillis, Duration)>,
    wake_at: Option<Duration>,
    live: Live,
    random: Random,
    effects: Vec<Effect>,
}

/// A jump of the wall clock against the monotonic one by more than this is a computer that slept.
const SLEEP_JUMP: Duration = Duration::from_secs(10);

impl Machine {
    /// A machine that found `jobs` on disk, oldest first. Feed it [`Input::Start`] first.
    pub fn new<J: Into<SharedJob>>(settings: Settings, jobs: Vec<J>) -> Self {
        let jobs: Vec<SharedJob> = jobs.into_iter().map(Into::into).collect();
        let mut machine = Self {
            settings,
            entries: HashMap::new(),
            active: BTreeMap::new(),
            next_place: 0,
            gateways: BTreeMap::new(),
            history: History::of(jobs.iter().map(Deref::deref)),
            is_paused: false,
            is_closing: false,
            storage_trouble: None,
            last_step: None,
            wake_at: None,
            live: Live::default(),
            random: Random(0),
            effects: Vec::new(),
        };
        for job in jobs {
            machine.add(job);
        }
        machine
    }

    /// Takes in what happened; returns what to do, in order.
    pub fn step(&mut self, now: Now, input: Input) -> Vec<Effect> {
        self.random = Random(now.random);
        self.notice_sleep(now);
        match input {
            Input::Start => self.start(now),
            Input::Command(command) => self.obey(now, command),
            Input::Stored { job, revision } => self.stored(job, revision),
            Input::StoreFailed { job, revision, reason } => self.store_failed(now, job, revision, reason),
            Input::PictureReady(job) => self.picture_ready(job),
            Input::PictureFailed(job, reason) => self.picture_failed(now, job, &reason),
            Input::Submitted(job, answer) => self.submitted(now, job, answer),
            Input::Polled(job, answer) => self.polled(now, job, answer),
            Input::CancelAnswered(job, answer) => self.cancel_answered(now, job, answer),
            Input::Progress { job, bytes, total } => self.progress(job, bytes, total),
            Input::Checkpoint(job, part) => self.checkpoint(now, job, part),
            Input::Downloaded(job, clip) => self.downloaded(now, job, clip),
            Input::DownloadFailed(job, failure) => self.download_failed(now, job, failure),
            Input::FileDone(job, work, answer) => self.file_done(now, job, work, answer),
            Input::PosterMade(job, result) => self.poster_made(now, job, result),
            Input::ClipFolderChanged(old) => self.clip_folder_changed(now, &old),
            Input::Wake => {}
            Input::Closing => self.is_closing = true,
        }
        self.advance(now);
        std::mem::take(&mut self.effects)
    }

    /// A job as the machine knows it, stored or not.
    pub fn job(&self, id: JobId) -> Option<&Job> {
        self.entries.get(&id).map(|entry| &*entry.job)
    }

    /// All jobs, in no order.
    pub fn jobs(&self) -> impl Iterator<Item = &Job> {
        self.entries.values().map(|entry| &*entry.job)
    }

    /// Whether a submit is on its way, a file is being moved or something is not stored yet, so that the program should not
    /// end now.
    pub fn must_finish(&self) -> bool {
        self.entries.values().any(|entry| matches!(entry.call, Some(Call::Submit | Call::File)) || !entry.is_stored())
    }

    /// Whether some job is asked about by itself, so that sleep has to be noticed soon.
    pub fn is_watching(&self) -> bool {
        self.active.values().any(|id| self.entries.get(id).is_some_and(|entry| entry.job.state.is_unfinished()))
    }

    fn add(&mut self, job: impl Into<SharedJob>) {
        let job = job.into();
        let place = self.next_place;
        self.next_place += 1;
        self.active.insert(place, job.id);
        self.entries.insert(job.id, Entry::new(job, place));
    }

    fn gateway(&mut self, id: GatewayId) -> &mut GatewayState {
        self.gateways.entry(id).or_insert_with(|| GatewayState::new(id))
    }

    /// The only place where a job changes. `edit` runs when the step is legal; then the job is given to the disk.
    /// Returns whether it was legal.
    fn change(&mut self, now: Now, id: JobId, next: JobState, edit: impl FnOnce(&mut Job)) -> bool {
        let Some(entry) = self.entries.get_mut(&id) else { return false };
        let from = entry.job.state;
        if !from.may_become(next) {
            tracing::error!(job = %id, %from, to = %next, "an illegal step was refused");
            debug_assert!(false, "{id} cannot go from {from} to {next}");
            return false;
        }
        entry.job.state = next;
        if from != next {
            let has_ended = !next.is_unfinished() && next != JobState::Unconfirmed;
            entry.job.ended_at = has_ended.then_some(now.wall);
        }
        edit(&mut entry.job);
        self.persist(id);
        true
    }

    /// Gives the job as it is to the disk.
    fn persist(&mut self, id: JobId) {
        let Some(entry) = self.entries.get_mut(&id) else { return };
        entry.revision += 1;
        entry.store_retry_at = None;
        self.active.insert(entry.place, id);
        self.effects.push(Effect::Persist { job: Box::new(entry.job.clone()), revision: entry.revision });
    }

    fn emit(&mut self, event: Event) {
        self.effects.push(Effect::Emit(event));
    }

    fn stored(&mut self, id: JobId, revision: u64) {
        let Some(entry) = self.entries.get_mut(&id) else { return };
        entry.stored = entry.stored.max(revision);
        if !entry.is_stored() {
            return;
        }
        entry.store_failures = 0;
        entry.store_retry_at = None;
        entry.is_remote_id_stored = entry.job.remote_id.is_some();
        let job = Box::new(entry.job.clone());
        let event = match entry.to_settle.take() {
            Some(remark) => Event::Settled(job, remark),
            None => Event::JobChanged(job),
        };
        self.emit(event);
        if self.storage_trouble.is_some() {
            // The disk takes writes again: whatever waits for it goes now.
            let mut is_waiting = false;
            for id in self.active.values() {
                if let Some(entry) = self.entries.get_mut(id)
                    && entry.store_retry_at.is_some()
                {
                    entry.store_retry_at = Some(Duration::ZERO);
                    is_waiting = true;
                }
            }
            if !is_waiting {
                self.storage_trouble = None;
                self.emit(Event::StorageTrouble(None));
            }
        }
    }

    fn store_failed(&mut self, now: Now, id: JobId, revision: u64, reason: String) {
        let Some(entry) = self.entries.get_mut(&id) else { return };
        if revision != entry.revision {
            // A newer one is on its way and will tell.
            return;
        }
        entry.store_failures = entry.store_failures.saturating_add(1);
        let delay = backoff(Duration::from_secs(1), entry.store_failures, Duration::from_secs(30), &mut self.random);
        entry.store_retry_at = Some(now.monotonic + delay);
        let (gateway, remote_id) = (entry.job.gateway, entry.job.remote_id.clone());
        if let Some(remote_id) = remote_id.filter(|_| !entry.is_remote_id_stored) {
            // Should the program end before the disk works again, this is how the user finds the job.
            self.emit(Event::Note(id, format!("{gateway} took this order as {remote_id}, which is not stored yet.")));
        }
        if self.storage_trouble.as_ref() != Some(&reason) {
            self.storage_trouble = Some(reason.clone());
            self.emit(Event::StorageTrouble(Some(reason)));
        }
    }

    /// After sleep every watched job is due and every wait for the network is over. What a limiter asked for stays.
    fn notice_sleep(&mut self, now: Now) {
        if let Some((wall, monotonic)) = self.last_step
            && now.wall.since(wall) > now.monotonic.saturating_sub(monotonic) + SLEEP_JUMP
        {
            for id in self.active.values() {
                if let Some(entry) = self.entries.get_mut(id) {
                    entry.due = entry.due.min(now.monotonic);
                }
            }
            for gateway in self.gateways.values_mut() {
                gateway.submits_from = gateway.submits_from.min(now.monotonic);
            }
        }
        self.last_step = Some((now.wall, now.monotonic));
    }

    /// Numbers for the window: places, holds, bytes.
    fn update_live(&mut self, now: Now) {
        let mut live = Live::default();
        let mut places: BTreeMap<GatewayId, usize> = BTreeMap::new();
        for id in self.active.values() {
            let Some(entry) = self.entries.get(id) else { continue };
            let mut shown = LiveJob { downloaded: entry.fetch.downloaded, ..LiveJob::default() };
            let gateway = self.gateways.get(&entry.job.gateway);
            if !entry.job.state.is_unfinished() {
                continue;
            }
            if entry.job.state != JobState::Downloading {
                shown.throttled_until = gateway.and_then(|gateway| gateway.throttled_until_wall(now.monotonic));
            }
            if entry.job.state == JobState::Queued {
                let place = places.entry(entry.job.gateway).or_default();
                *place += 1;
                shown.place = Some(*place);
                shown.hold = self.hold(now, entry.job.gateway);
            }
            if entry.job.state == JobState::Submitting && self.storage_trouble.is_some() && entry.call.is_none() {
                shown.hold = Some(Hold::Storage);
            }
            live.jobs.insert(*id, shown);
        }
        if live.jobs != self.live.jobs {
            self.live = live.clone();
            self.effects.push(Effect::UpdateLive(live));
        }
    }

    /// Why orders do not go out to a gateway.
    fn hold(&self, now: Now, id: GatewayId) -> Option<Hold> {
        let gateway = self.gateways.get(&id);
        if self.storage_trouble.is_some() {
            Some(Hold::Storage)
        } else if self.is_paused {
            Some(Hold::Paused)
        } else if gateway.is_some_and(|gateway| gateway.key_refused) {
            Some(Hold::KeyRefused)
        } else if gateway.is_none_or(|gateway| !gateway.can_be_asked()) {
            // The practice gateway needs no key; without a connection it is simply not there yet.
            Some(if id.is_paid() { Hold::NoKey } else { Hold::Offline { retry_in: Duration::ZERO } })
        } else if let Some(hold) = gateway.and_then(|gateway| gateway.orders_held.clone()) {
            Some(hold)
        } else {
            let wait = gateway?.submits_from.saturating_sub(now.monotonic);
            // Whole seconds, so that the numbers do not change at every step.
            (wait > Duration::ZERO)
                .then(|| Hold::Offline { retry_in: Duration::from_secs(wait.as_millis().div_ceil(1000) as u64) })
        }
    }
}
