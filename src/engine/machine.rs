//! The life of all jobs as a value: [`Machine::step`] takes what happened and returns what to do, in order.
//!
//! There is no clock, socket, file or random number in here; they come in with [`Now`]. So thousands of random
//! histories with failures and crashes run in a second, and each can be replayed from its seed
//! (`machine/simulation.rs`).
//!
//! The rules that guard money:
//!
//! * Nothing is acted on before it is stored. Every change of a job makes an [`Effect::Persist`] with a revision; the
//!   next action for that job waits for [`Input::Stored`] with the same revision. So an order is sent only after its
//!   `Submitting` row is safe, and a remote id is used only after it is safe.
//! * A job has at most one call on its way. Its answer is awaited before the next one is made, also across
//!   "stop watching" and "watch again".
//! * Every change of state goes through one function, which asks [`JobState::may_become`].
//! * At most [`Limits::at_once`] orders of a gateway are *in flight*: being sent, in line there, or being made. A clip
//!   that is made and on its way to disk does not count, so the next one is ordered meanwhile. The rest wait in order.
//! * No order goes out that would pass a cap on spending, unless the user said so for this very order: see the private
//!   modules `budget` and `capping`.
//! * What holds orders back survives a restart ([`Holds`]); an order that may be stale is held until the user says so.
//! * Where a picture has to lie on a server before its order goes out, that is noted before the first byte of it leaves, the
//!   picture is read back before the order goes out, and it is deleted when the job has ended (module `hosting`).
//! * An answer changes what is known of a gateway only if the connection that asked is still the one in use.
//!
//! A step costs as much as it changes, however many jobs there are: see the private module `agenda`.

use std::collections::{BTreeMap, HashMap};
use std::ops::Deref;
use std::time::Duration;

use jiff::tz::TimeZone;

use super::event::{Event, Hold, Live, LiveJob};
use super::schedule::backoff;
use crate::domain::holds::STALE_AFTER;
use crate::domain::past::Past;
use crate::domain::progress::History;
use crate::domain::random::Random;
use crate::domain::settings::AT_ONCE_AT_FIRST;
use crate::domain::shared::SharedJob;
use crate::domain::{GatewayHold, GatewayId, Holds, Job, JobId, JobState, SpendingRules, UnixMillis};
use agenda::{Agenda, Place};
use budget::Budget;
use entries::Entries;
use entry::Entry;
use gateway_state::GatewayState;
use hosting::Hosts;
use recall::Recalls;

pub use effect::Effect;
pub use file_work::{FileAnswer, FileWork};
pub use host::Host;
pub use input::{FetchFailure, HostFailure, Input};
pub use now::Now;

mod advance;
mod agenda;
mod alarm;
#[cfg(test)]
mod bench;
mod budget;
mod capping;
mod commands;
mod curation;
mod effect;
mod entries;
mod entry;
mod fetch;
mod file_work;
mod gateway_state;
mod gateways;
mod holding;
mod host;
mod hosting;
mod input;
mod learned_limit;
mod now;
mod queue;
mod recall;
#[cfg(test)]
mod simulation;
mod sought;
mod submit;
#[cfg(test)]
mod tests;
mod watch;

/// How many orders may be in flight at a gateway.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// By gateway, at least 1; [`AT_ONCE_AT_FIRST`] where nothing is said.
    pub at_once: HashMap<GatewayId, usize>,
}

impl Limits {
    /// How many orders may be in flight at this gateway.
    fn of(&self, gateway: GatewayId) -> usize {
        self.at_once.get(&gateway).copied().unwrap_or(AT_ONCE_AT_FIRST.into())
    }
}

/// Which queued orders a run of the program sends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sends {
    /// All of them: the window, and the command that goes on with everything.
    #[default]
    All,
    /// Only those that are ordered in this run. What an earlier run left stays queued: a command spends no more than it
    /// was told to.
    OwnOnly,
}

/// Which jobs a machine is given.
#[derive(Clone, Debug, Default)]
pub enum Given {
    /// All jobs that there are.
    #[default]
    All,
    /// Only those that are live ([`Job::is_live`]). The others are read when a command names them.
    Live {
        /// How long finished jobs took.
        history: History,
    },
}

/// What a machine is told before its first step.
#[derive(Clone, Debug)]
pub struct Setup {
    /// How many orders may be in flight at each gateway.
    pub limits: Limits,
    /// Which queued orders are sent.
    pub sends: Sends,
    /// What the user, or a gateway's refusal, held back in earlier runs.
    pub holds: Holds,
    /// Whether the library was restored, copied, or moved to another computer since it was open last. Its queued orders
    /// may have been sent by another copy of it.
    pub is_moved: bool,
    /// The caps on spending.
    pub rules: SpendingRules,
    /// The time zone whose days and months the caps are about.
    pub zone: TimeZone,
    /// Which jobs the machine is given.
    pub given: Given,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            sends: Sends::default(),
            holds: Holds::default(),
            is_moved: false,
            rules: SpendingRules::default(),
            zone: TimeZone::UTC,
            given: Given::All,
        }
    }
}

/// All jobs that are not finished, those that were touched since the start, and what is known of the gateways that make them.
#[derive(Debug)]
pub struct Machine {
    limits: Limits,
    sends: Sends,
    holds: Holds,
    holds_failures: u32,
    holds_retry_at: Option<Duration>,
    is_moved: bool,
    budget: Budget,
    /// Whether all jobs were counted anew for the caps, so that all that wait are to be looked at.
    is_recounted: bool,
    /// When the next day begins, while an order waits for it.
    next_day: Option<Duration>,
    entries: Entries,
    recalls: Recalls,
    agenda: Agenda,
    next_place: u64,
    /// The highest rank that was given to an order so far.
    last_rank: i64,
    gateways: BTreeMap<GatewayId, GatewayState>,
    hosts: Hosts,
    history: History,
    is_closing: bool,
    storage_trouble: Option<String>,
    last_step: Option<(UnixMillis, Duration)>,
    wake_at: Option<Duration>,
    random: Random,
    effects: Vec<Effect>,
}

/// When the wall clock runs ahead of the monotonic one by more than this between two steps, the computer slept.
const SLEEP_JUMP: Duration = Duration::from_secs(10);

impl Machine {
    /// A machine for the jobs that were found on disk, oldest first: all of them, or those that are live. Its first input has to be [`Input::Start`].
    pub fn new<J: Into<SharedJob>>(setup: Setup, jobs: Vec<J>) -> Self {
        let jobs: Vec<SharedJob> = jobs.into_iter().map(Into::into).collect();
        let Setup { limits, sends, holds, is_moved, rules, zone, given } = setup;
        let (history, past) = match given {
            Given::All => (History::of(jobs.iter().map(Deref::deref)), None),
            // It is asked for in the first step, when it is known which day it is.
            Given::Live { history } => (history, Some(Past::default())),
        };
        let mut machine = Self {
            limits,
            sends,
            holds,
            holds_failures: 0,
            holds_retry_at: None,
            is_moved,
            recalls: Recalls::new(past.is_none()),
            budget: Budget::new(rules, zone, past),
            is_recounted: false,
            next_day: None,
            entries: Entries::default(),
            agenda: Agenda::default(),
            next_place: 0,
            last_rank: 0,
            gateways: BTreeMap::new(),
            hosts: Hosts::default(),
            history,
            is_closing: false,
            storage_trouble: None,
            last_step: None,
            wake_at: None,
            random: Random(0),
            effects: Vec::new(),
        };
        for job in jobs {
            machine.add(job, false);
        }
        machine.file_touched();
        machine
    }

    /// Takes in what happened; returns what to do, in order.
    pub fn step(&mut self, now: Now, input: Input) -> Vec<Effect> {
        self.random = Random(now.random);
        self.turn_the_calendar(now);
        self.notice_sleep(now);
        match input {
            Input::Start => self.start(now),
            Input::Command(command) => self.command(now, command),
            Input::Recalled(ids, result) => self.recalled(now, &ids, result),
            Input::SummedUp(number, result) => self.summed_up(now, number, result),
            Input::ClipFolderLeft => self.clip_folder_left(),
            Input::Stored { job, revision } => self.stored(job, revision),
            Input::StoreFailed { job, revision, reason } => self.store_failed(now, job, revision, reason),
            Input::PictureReady(job) => self.picture_ready(now, job),
            Input::PicturesSent(job, host, hosted) => self.pictures_sent(now, job, host, hosted),
            Input::PicturesNotSent(job, host, failure) => self.pictures_not_sent(now, job, host, failure),
            Input::Unhosted(job, results) => self.unhosted(now, job, results),
            Input::PictureFailed(job, reason) => self.picture_failed(now, job, &reason),
            Input::Submitted(job, answer) => self.submitted(now, job, answer),
            Input::OrderSought(job, answer) => self.order_sought(now, job, answer),
            Input::Polled(job, answer) => self.polled(now, job, answer),
            Input::CancelAnswered(job, answer) => self.cancel_answered(now, job, answer),
            Input::Progress { job, bytes, total } => self.progress(job, bytes, total),
            Input::Checkpoint(job, part) => self.checkpoint(now, job, part),
            Input::Downloaded(job, clip) => self.downloaded(now, job, clip),
            Input::DownloadFailed(job, failure) => self.download_failed(now, job, failure),
            Input::FileDone(job, work, answer) => self.file_done(now, job, work, answer),
            Input::PosterMade(job, result) => self.poster_made(now, job, result),
            Input::ClipFolderChanged(old) => self.clip_folder_changed(now, &old),
            Input::HoldsStored(result) => self.holds_stored(now, result),
            // Whatever woke the machine, its own alarm may have been used up by it: it is set anew.
            Input::Wake => self.wake_at = None,
            Input::Closing => self.is_closing = true,
        }
        self.advance(now);
        std::mem::take(&mut self.effects)
    }

    /// A job as the machine holds it, stored or not.
    pub fn job(&self, id: JobId) -> Option<&Job> {
        self.entries.get(id).map(|entry| &*entry.job)
    }

    /// All jobs that the machine holds, in no particular order, stored or not.
    pub fn jobs(&self) -> impl Iterator<Item = &Job> {
        self.entries.values().map(|entry| &*entry.job)
    }

    /// Whether the program should not end now: an order is being sent, a file is being moved, something is not stored yet,
    /// or a command waits for its job.
    pub fn must_finish(&self) -> bool {
        self.agenda.busy() > 0 || self.recalls.is_waiting()
    }

    /// Whether the newest form of every job that is held is on disk. Looks at all jobs.
    pub fn is_all_stored(&self) -> bool {
        self.entries.values().all(Entry::is_stored)
    }

    /// Whether some job is unfinished, so that sleep of the computer has to be noticed soon.
    pub fn is_watching(&self) -> bool {
        !self.agenda.unfinished.is_empty()
    }

    /// Adds a job; `is_own` says whether it was ordered in this run.
    fn add(&mut self, job: impl Into<SharedJob>, is_own: bool) {
        let job = job.into();
        let place = self.next_place;
        self.next_place += 1;
        self.recalls.note_added();
        let id = job.id;
        self.last_rank = self.last_rank.max(job.queue_rank);
        self.entries.insert(id, Entry { is_own, ..Entry::new(job, place) });
    }

    /// How many orders may be in flight at a gateway now: what the user set, or less while the gateway takes less.
    fn at_once(&self, now: Now, id: GatewayId) -> usize {
        let set = self.limits.of(id);
        self.gateways.get(&id).map_or(set, |gateway| gateway.learned_limit.in_force(set, now.monotonic))
    }

    fn gateway(&mut self, id: GatewayId) -> &mut GatewayState {
        self.gateways.entry(id).or_insert_with(|| GatewayState::new(id))
    }

    /// The only place where a job changes. If the step to the state `next` is legal, changes the state, runs `edit`
    /// and asks for the job to be stored. Returns whether it was legal.
    fn change(&mut self, now: Now, id: JobId, next: JobState, edit: impl FnOnce(&mut Job)) -> bool {
        let Some(entry) = self.entries.get_mut(id) else { return false };
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
        self.plan_unhosting(now, id);
        self.persist(id);
        true
    }

    /// Asks for the job to be stored as it is now, under a new revision.
    fn persist(&mut self, id: JobId) {
        let Some(entry) = self.entries.get_mut(id) else { return };
        entry.revision += 1;
        entry.store_retry_at = None;
        self.effects.push(Effect::Persist { job: Box::new(entry.job.clone()), revision: entry.revision });
    }

    fn emit(&mut self, event: Event) {
        self.effects.push(Effect::Emit(event));
    }

    /// Says something of a job, after its state is told: a sentence about an order of unknown fate means nothing to
    /// whoever still takes the order for one on its way.
    fn note(&mut self, id: JobId, note: String) {
        match self.entries.get_mut(id) {
            Some(entry) if !entry.is_stored() => entry.notes.push(note),
            _ => self.emit(Event::Note(id, note)),
        }
    }

    fn stored(&mut self, id: JobId, revision: u64) {
        let Some(entry) = self.entries.get_mut(id) else { return };
        entry.stored = entry.stored.max(revision);
        if !entry.is_stored() {
            return;
        }
        entry.store_failures = 0;
        entry.store_retry_at = None;
        entry.is_remote_id_stored = entry.job.remote_id.is_some();
        let job = Box::new(entry.job.clone());
        let notes = std::mem::take(&mut entry.notes);
        let event = match entry.to_settle.take() {
            Some(remark) => Event::Settled(job, remark),
            None => Event::JobChanged(job),
        };
        self.emit(event);
        for note in notes {
            self.emit(Event::Note(id, note));
        }
        if self.storage_trouble.is_some() {
            // The disk takes writes again: whatever waits for it goes now.
            self.file_touched();
            let waiting: Vec<JobId> =
                self.agenda.retries.iter().filter_map(|(_, place)| self.agenda.job(*place)).collect();
            for id in &waiting {
                if let Some(entry) = self.entries.get_mut(*id) {
                    entry.store_retry_at = Some(Duration::ZERO);
                }
            }
            if waiting.is_empty() {
                self.storage_trouble = None;
                self.emit(Event::StorageTrouble(None));
            }
        }
    }

    fn store_failed(&mut self, now: Now, id: JobId, revision: u64, reason: String) {
        let Some(entry) = self.entries.get_mut(id) else { return };
        if revision != entry.revision {
            // A newer revision is being stored, and its result counts.
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

    /// After sleep, every watched job is asked about at once, every wait for the network is over, and the waits that a
    /// gateway asked for have run on. A wall clock that was set ahead looks the same; then a gateway is asked too early
    /// once, and says so.
    fn notice_sleep(&mut self, now: Now) {
        if let Some((wall, monotonic)) = self.last_step
            && let slept = now.wall.since(wall).saturating_sub(now.monotonic.saturating_sub(monotonic))
            && slept > SLEEP_JUMP
        {
            let active: Vec<JobId> = self.agenda.active().collect();
            for id in active {
                if let Some(entry) = self.entries.get_mut(id) {
                    entry.due = entry.due.min(now.monotonic);
                }
                self.plan_unhosting(now, id);
            }
            self.hosts.woke(now.monotonic);
            for gateway in self.gateways.values_mut() {
                gateway.submits_from = gateway.submits_from.min(now.monotonic);
                gateway.throttled_until = gateway.throttled_until.saturating_sub(slept);
            }
            if slept > STALE_AFTER {
                self.hold_stale_orders(now);
            }
        }
        self.last_step = Some((now.wall, now.monotonic));
    }

    /// The numbers of unfinished jobs for the window. Costs as much as there are unfinished jobs, so it is called some
    /// times a second at most.
    pub fn live(&self, now: Now) -> Live {
        let mut live = Live::default();
        let places: HashMap<Place, usize> = self
            .agenda
            .queues
            .values()
            .flat_map(|queue| queue.iter().zip(1..).map(|((_, place), number)| (*place, number)))
            .collect();
        let holds: HashMap<GatewayId, Option<Hold>> =
            self.agenda.queues.keys().map(|gateway| (*gateway, self.hold(now, *gateway))).collect();
        for id in self.agenda.unfinished.iter().filter_map(|place| self.agenda.job(*place)) {
            let Some(entry) = self.entries.get(id) else { continue };
            let mut shown = LiveJob { downloaded: entry.fetch.downloaded, ..LiveJob::default() };
            let gateway = self.gateways.get(&entry.job.gateway);
            if entry.job.state != JobState::Downloading {
                shown.throttled_until = gateway.and_then(|gateway| gateway.throttled_until_wall(now.monotonic));
            }
            if entry.job.state.is_watched() && entry.call.is_none() {
                shown.next_look = entry.watch.next_look;
            }
            if entry.job.state == JobState::Queued {
                shown.hold = match entry.job.held {
                    Some(why) => Some(Hold::Waiting { since: entry.job.queued_since(), why }),
                    None if !self.may_send(entry) => Some(Hold::LeftOver),
                    None => {
                        shown.place = places.get(&entry.place).copied();
                        let hold = holds.get(&entry.job.gateway).cloned().flatten();
                        hold.or_else(|| self.picture_hold(now, entry))
                    }
                };
            }
            shown.sending_picture = entry.sending_picture;
            if entry.job.state == JobState::Submitting && self.storage_trouble.is_some() && entry.call.is_none() {
                shown.hold = Some(Hold::Storage);
            }
            live.jobs.insert(id, shown);
        }
        live
    }

    /// Why no order goes out to a gateway; `None` when orders may go out.
    fn hold(&self, now: Now, id: GatewayId) -> Option<Hold> {
        let gateway = self.gateways.get(&id);
        if self.storage_trouble.is_some() {
            Some(Hold::Storage)
        } else if self.holds.is_paused {
            Some(Hold::Paused)
        } else if gateway.is_some_and(|gateway| gateway.key_refused) {
            Some(Hold::KeyRefused)
        } else if gateway.is_none_or(|gateway| !gateway.can_be_asked()) {
            // The practice gateway needs no key; without a connection it is simply not there yet.
            Some(if id.is_paid() { Hold::NoKey } else { Hold::Offline { retry_in: Duration::ZERO } })
        } else if let Some(hold) = self.holds.gateways.get(&id) {
            Some(match hold {
                GatewayHold::NoCredits => Hold::NoCredits,
                GatewayHold::KeyRefused { .. } => Hold::KeyRefused,
            })
        } else if gateway.is_some_and(|gateway| gateway.full_until > now.monotonic) {
            Some(Hold::Full)
        } else {
            let wait = gateway?.submits_from.saturating_sub(now.monotonic);
            // Whole seconds, so that the numbers do not change at every step.
            (wait > Duration::ZERO)
                .then(|| Hold::Offline { retry_in: Duration::from_secs(wait.as_millis().div_ceil(1000) as u64) })
        }
    }
}
