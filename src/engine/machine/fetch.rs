//! What follows from a download: progress, the clip, its failures, and the poster.

use std::path::Path;
use std::time::Duration;

use super::Machine;
use super::entry::{Call, Entry, Fetch};
use super::input::FetchFailure;
use super::now::Now;
use crate::domain::job::{PartFile, Poster};
use crate::domain::{Clip, Ending, Job, JobId, JobState};
use crate::engine::schedule::{LONGEST_RETRY_AFTER, backoff};

/// After more bad files in a row than these, the clip is fetched only every few minutes.
const BAD_FILES: u32 = 5;

impl Machine {
    pub(super) fn progress(&mut self, id: JobId, bytes: u64, total: Option<u64>) {
        let Some(entry) = self.entries.get_mut(id) else { return };
        match entry.call {
            Some(Call::Download) => entry.fetch.downloaded = Some((bytes, total)),
            Some(Call::Picture) => entry.sending_picture = total.map(|total| (bytes, total)),
            _ => {}
        }
    }

    pub(super) fn checkpoint(&mut self, now: Now, id: JobId, part: PartFile) {
        let Some(entry) = self.entries.get_mut(id).filter(|entry| entry.call == Some(Call::Download)) else { return };
        let grew = part.verified_bytes > entry.job.part.as_ref().map_or(0, |part| part.verified_bytes);
        if grew {
            entry.fetch.expired = 0;
            entry.watch.fruitless = 0;
            entry.watch.next_look = None;
            entry.fetch.trouble = 0;
            entry.fetch.disk = 0;
        }
        let state = entry.job.state;
        if state.is_watched() || state == JobState::NotWatched {
            self.change(now, id, state, |job| {
                job.part = Some(part);
                if grew {
                    job.forget_last_try();
                }
            });
        }
    }

    pub(super) fn downloaded(&mut self, now: Now, id: JobId, clip: Clip) {
        let Some(entry) = self.entries.get_mut(id).filter(|entry| entry.call == Some(Call::Download)) else { return };
        entry.call = None;
        entry.link = None;
        entry.fetch = Fetch::default();
        entry.watch.next_look = None;
        entry.poster_tried = false;
        // Should an earlier file have been missing when it was to be moved, this one is here.
        entry.move_tried = false;
        // A download that was to be stopped may have ended before. The clip is kept.
        if matches!(entry.job.state, JobState::NotWatched | JobState::Gone) {
            self.change(now, id, JobState::Waiting, |_| {});
        }
        if self.job(id).is_some_and(|job| matches!(job.state, JobState::Waiting | JobState::Generating)) {
            self.change(now, id, JobState::Downloading, |_| {});
        }
        if self.job(id).is_none_or(|job| job.state != JobState::Downloading) {
            return;
        }
        self.change(now, id, JobState::Ready, |job| job.receive(clip));
        if let Some(entry) = self.entries.get(id) {
            self.history.learn(&entry.job);
        }
    }

    pub(super) fn download_failed(&mut self, now: Now, id: JobId, failure: FetchFailure) {
        let mut random = self.random;
        let Some(entry) = self.entries.get_mut(id).filter(|entry| entry.call == Some(Call::Download)) else { return };
        entry.call = None;
        let gateway = entry.job.gateway;
        let is_wanted = entry.job.state == JobState::Downloading;
        let fetch = &mut entry.fetch;
        fetch.downloaded = None;
        let secs = Duration::from_secs;
        let drops_part = matches!(failure, FetchFailure::Changed | FetchFailure::BadFile(_));
        let mut message = None;
        let mut wants_fresh_link = false;
        let wait = match failure {
            FetchFailure::Stopped => Duration::ZERO,
            FetchFailure::LinkExpired => {
                fetch.expired = fetch.expired.saturating_add(1);
                // Where the gateway knows the job, it is asked for a fresh link.
                entry.drop_link();
                self.random = random;
                if is_wanted {
                    self.link_refused(now, id);
                }
                return;
            }
            FetchFailure::Changed => {
                fetch.trouble = fetch.trouble.saturating_add(1);
                backoff(secs(1), fetch.trouble, secs(60), &mut random)
            }
            FetchFailure::Trouble { retry_after } => {
                fetch.trouble = fetch.trouble.saturating_add(1);
                let own = backoff(secs(1), fetch.trouble, secs(60), &mut random);
                if fetch.trouble.is_multiple_of(4) {
                    // A new link may lead to another host, or have a new signature.
                    wants_fresh_link = true;
                }
                own.max(retry_after.unwrap_or_default().min(LONGEST_RETRY_AFTER))
            }
            FetchFailure::BadFile(reason) => {
                fetch.bad = fetch.bad.saturating_add(1);
                wants_fresh_link = true;
                message = Some(Ending::bad_file(gateway, &reason));
                let first = if fetch.bad > BAD_FILES { secs(600) } else { secs(1) };
                backoff(first, fetch.bad.min(BAD_FILES), secs(600), &mut random)
            }
            FetchFailure::Disk(reason) => {
                fetch.disk = fetch.disk.saturating_add(1);
                message = Some(Ending::disk(gateway, &reason));
                backoff(secs(3), fetch.disk, secs(60), &mut random)
            }
        };
        fetch.not_before = now.monotonic + wait;
        entry.due = fetch.not_before;
        if wants_fresh_link {
            entry.drop_link();
        }
        self.random = random;
        if !is_wanted {
            return;
        }
        if let Some(message) = &mut message
            && let Some(job) = self.job(id)
        {
            message.charge = job.charge;
        }
        let Some(job) = self.job(id) else { return };
        let is_news = message.as_ref().is_some_and(|message| job.message.as_ref() != Some(message));
        if is_news || (drops_part && job.part.is_some()) {
            self.change(now, id, JobState::Downloading, |job| {
                if drops_part {
                    job.part = None;
                }
                if is_news {
                    job.message = message;
                }
            });
        }
    }

    /// A link did not open. The first time that is most likely its age, so a fresh one is asked for at once; then it is
    /// the store, which may take a while to show the file.
    fn link_refused(&mut self, now: Now, id: JobId) {
        let Some(entry) = self.entries.get_mut(id) else { return };
        let gateway = entry.job.gateway;
        if entry.fetch.expired == 1 && entry.job.delivered.is_none() {
            entry.fetch.not_before = now.monotonic;
            entry.due = now.monotonic;
            return;
        }
        self.fruitless(now, id, JobState::Gone, Ending::not_there_yet(gateway));
        let Some(entry) = self.entries.get_mut(id) else { return };
        entry.fetch.not_before = entry.due;
        if entry.job.state == JobState::Gone {
            self.change(now, id, JobState::Gone, |job| {
                job.message = Some(Ending { charge: job.charge, ..Ending::gone(gateway) });
            });
        }
    }

    /// Clips that lie in the folder `old` keep their place: their paths become absolute.
    pub(super) fn clip_folder_changed(&mut self, now: Now, old: &Path) {
        let lies_there = |entry: &&Entry| entry.job.known_clip().is_some_and(|clip| clip.path.is_relative());
        let lying = self.entries.values().filter(lies_there);
        let mut ids: Vec<_> = lying.map(|entry| (entry.place, entry.job.id)).collect();
        ids.sort_unstable();
        for (_, id) in ids {
            self.leave_behind(now, id, old);
        }
        self.leave_clip_folder(old);
        // What the old folder did not take, the new one may.
        for id in self.agenda.active().collect::<Vec<_>>() {
            let is_disk = |entry: &Entry| entry.fetch.disk > 0 && entry.job.state == JobState::Downloading;
            if self.entries.get(id).is_some_and(is_disk)
                && let Some(entry) = self.entries.get_mut(id)
            {
                entry.fetch.disk = 0;
                entry.fetch.not_before = now.monotonic;
                entry.due = now.monotonic;
            }
        }
    }

    /// The clip of this job lies in the folder `old` and stays there: its path becomes absolute.
    pub(super) fn leave_behind(&mut self, now: Now, id: JobId, old: &Path) {
        let is_relative = |job: &&Job| job.known_clip().is_some_and(|clip| clip.path.is_relative());
        let Some(job) = self.job(id).filter(is_relative) else { return };
        let state = job.state;
        self.change(now, id, state, |job| {
            if let Some(clip) = job.clip.as_mut().or(job.old_clip.as_mut()) {
                clip.path = old.join(&clip.path);
            }
        });
    }

    pub(super) fn poster_made(&mut self, now: Now, id: JobId, result: Result<(u32, u32), String>) {
        let Some(entry) = self.entries.get_mut(id).filter(|entry| entry.call == Some(Call::Poster)) else { return };
        entry.call = None;
        let state = entry.job.state;
        self.change(now, id, state, |job| {
            job.poster = match result {
                Ok((width, height)) => Poster::Made { width, height },
                Err(reason) => Poster::Impossible(reason),
            };
        });
    }
}
