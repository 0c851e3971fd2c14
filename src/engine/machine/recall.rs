//! Jobs that the machine does not hold: those that were finished when the program started.
//!
//! A command about such a job asks for it ([`Effect::Recall`]) and waits for it; a later command about the same job waits
//! behind it, and commands about other jobs do not wait at all. What comes is held from then on like any other job. A job
//! that the library does not have is one that nobody knows, and the command does with it what it always did: nothing.
//!
//! What those jobs count against the caps comes as sums ([`Effect::SumUp`]), at the start and whenever another day begins.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Machine;
use super::alarm::Alarm;
use super::effect::Effect;
use super::now::Now;
use crate::domain::past::Past;
use crate::domain::{Job, JobId};
use crate::engine::command::Command;
use crate::engine::schedule::backoff;

/// The longest wait until a library is asked again that could not be read.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// What the machine knows of the jobs that it does not hold.
#[derive(Debug, Default)]
pub(super) struct Recalls {
    /// Whether there are no such jobs.
    pub(super) holds_all: bool,
    /// Commands that wait for a job, in the order in which they came.
    waiting: VecDeque<Command>,
    /// Jobs that were asked for and have not come, and the folder that their clips lie in when their paths are relative.
    asked: BTreeMap<JobId, Option<PathBuf>>,
    /// Those of them that could not be read, and are to be asked for again.
    failed: BTreeSet<JobId>,
    failures: u32,
    retry_at: Option<Duration>,
    /// The old clip folder, while the library makes the paths of its clips absolute.
    leaving: Option<PathBuf>,
    /// How many jobs were added so far.
    added: u64,
    sum_failures: u32,
    sum_retry_at: Option<Duration>,
}

impl Recalls {
    pub(super) fn new(holds_all: bool) -> Self {
        Self { holds_all, ..Self::default() }
    }

    /// Takes note that the machine holds one more job.
    pub(super) fn note_added(&mut self) {
        self.added += 1;
    }

    /// Whether a command still waits for its job.
    pub(super) fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }
}

impl Machine {
    /// Obeys a command at once, or as soon as all jobs that it is about are here.
    pub(super) fn command(&mut self, now: Now, command: Command) {
        if self.recalls.holds_all {
            self.obey(now, command);
            return;
        }
        self.recalls.waiting.push_back(command);
        self.obey_waiting(now, &BTreeSet::new());
    }

    /// Obeys the commands that wait for nothing any more. `absent` are jobs that the library does not have.
    fn obey_waiting(&mut self, now: Now, absent: &BTreeSet<JobId>) {
        let mut blocked = BTreeSet::new();
        let mut to_ask = BTreeSet::new();
        for command in std::mem::take(&mut self.recalls.waiting) {
            let about = command.about();
            let is_unknown = |id: &JobId| !self.entries.contains(*id) && !absent.contains(id);
            let unknown: Vec<JobId> = command.reads().into_iter().filter(is_unknown).collect();
            let is_behind = about.iter().any(|id| blocked.contains(id));
            if unknown.is_empty() && !is_behind {
                self.obey(now, command);
                continue;
            }
            to_ask.extend(unknown);
            blocked.extend(about);
            self.recalls.waiting.push_back(command);
        }
        let asked = &mut self.recalls.asked;
        to_ask.retain(|id| !asked.contains_key(id));
        if !to_ask.is_empty() {
            asked.extend(to_ask.iter().map(|id| (*id, self.recalls.leaving.clone())));
            self.effects.push(Effect::Recall(to_ask.into_iter().collect()));
        }
    }

    /// Takes in jobs that were asked for. Those of `ids` that did not come are not in the library.
    pub(super) fn recalled(&mut self, now: Now, ids: &[JobId], result: Result<Vec<Job>, String>) {
        let jobs = match result {
            Ok(jobs) => jobs,
            Err(reason) => {
                tracing::warn!(%reason, "jobs cannot be read; they are asked for again");
                self.recalls.failures = self.recalls.failures.saturating_add(1);
                let first = Duration::from_secs(1);
                let delay = backoff(first, self.recalls.failures, LONGEST_WAIT, &mut self.random);
                let asked = ids.iter().filter(|id| self.recalls.asked.contains_key(*id));
                self.recalls.failed.extend(asked);
                self.recalls.retry_at = Some(now.monotonic + delay);
                return;
            }
        };
        self.recalls.failures = 0;
        let mut folders: BTreeMap<JobId, Option<PathBuf>> =
            ids.iter().filter_map(|id| Some((*id, self.recalls.asked.remove(id)?))).collect();
        for job in jobs {
            let Some(folder) = folders.remove(&job.id) else { continue };
            if !self.entries.contains(job.id) {
                self.take_back_in(now, job, folder.as_deref());
            }
        }
        let absent: BTreeSet<JobId> = folders.into_keys().collect();
        self.obey_waiting(now, &absent);
    }

    /// Holds a finished job again. `folder` is where its clip lies when its path is relative, unless that is the clip folder
    /// of now.
    fn take_back_in(&mut self, now: Now, job: Job, folder: Option<&Path>) {
        let id = job.id;
        // It counts as one that is held from here on, and may not count twice.
        self.budget.take_out(&job);
        self.add(job, false);
        self.file_touched();
        if let Some(folder) = folder {
            self.leave_behind(now, id, folder);
        }
        // Should it be unfinished after all, because its row says so and the list of such rows did not.
        self.hold_if_stale(now, id);
        self.take_up(now, id);
    }

    /// Asks again for what could not be read.
    pub(super) fn retry_recalls(&mut self, now: Now, alarm: &mut Alarm) {
        if let Some(moment) = self.recalls.retry_at {
            if moment <= now.monotonic {
                self.recalls.retry_at = None;
                let ids: Vec<JobId> = std::mem::take(&mut self.recalls.failed).into_iter().collect();
                self.effects.push(Effect::Recall(ids));
            } else {
                alarm.at(moment);
            }
        }
        if let Some(moment) = self.recalls.sum_retry_at {
            if moment <= now.monotonic {
                self.sum_up();
            } else {
                alarm.at(moment);
            }
        }
    }

    /// Asks what the jobs count that the machine does not hold, if that is not known for this day.
    pub(super) fn sum_up(&mut self) {
        self.recalls.sum_retry_at = None;
        let Some(calendar) = self.budget.asks_for() else { return };
        let held = self.entries.values().map(|entry| entry.job.id).collect();
        let runs = self.budget.runs().collect();
        self.effects.push(Effect::SumUp { calendar, runs, held, number: self.recalls.added });
    }

    /// Takes in what the jobs count that the machine does not hold.
    pub(super) fn summed_up(&mut self, now: Now, number: u64, result: Result<Past, String>) {
        if self.budget.asks_for().is_none() {
            return;
        }
        let past = match result {
            Ok(past) => past,
            Err(reason) => {
                tracing::warn!(%reason, "what was spent cannot be read; nothing that is paid goes out until it can");
                self.recalls.sum_failures = self.recalls.sum_failures.saturating_add(1);
                let first = Duration::from_secs(1);
                let delay = backoff(first, self.recalls.sum_failures, LONGEST_WAIT, &mut self.random);
                self.recalls.sum_retry_at = Some(now.monotonic + delay);
                return;
            }
        };
        self.recalls.sum_failures = 0;
        let is_of_now = self.budget.asks_for().is_some_and(|calendar| past.is_of(calendar));
        // A job that came meanwhile may be among the sums and among those that are held.
        if !is_of_now || number != self.recalls.added {
            self.sum_up();
            return;
        }
        self.budget.set_past(past);
        self.count_anew();
    }

    /// Lets the library make the paths of clips in the folder `old` absolute, of all jobs that the machine does not hold.
    pub(super) fn leave_clip_folder(&mut self, old: &Path) {
        if self.recalls.holds_all {
            return;
        }
        for folder in self.recalls.asked.values_mut() {
            folder.get_or_insert_with(|| old.to_owned());
        }
        // What the library still has to leave lies in the folder before that: new clips belong to jobs that are held.
        if self.recalls.leaving.is_none() {
            self.recalls.leaving = Some(old.to_owned());
            self.effects.push(Effect::LeaveClipFolder(old.to_owned()));
        }
    }

    pub(super) fn clip_folder_left(&mut self) {
        self.recalls.leaving = None;
    }
}

#[cfg(test)]
mod tests;
