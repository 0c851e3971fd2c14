//! A job with everything that is known of it in this run only. Nothing here survives a restart; whatever has to is in
//! [`Job`].

use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use super::file_work::{FileWork, project_of};
use crate::domain::job::Poster;
use crate::domain::shared::SharedJob;
use crate::domain::{JobState, Project};

/// The one thing that is going on for a job outside of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Call {
    /// The start picture is being read.
    Picture,
    /// The order is on its way.
    Submit,
    /// A look is on its way.
    Poll,
    /// A wish to cancel is on its way.
    Cancel,
    /// The clip is being fetched.
    Download,
    /// The clip's file is being moved, put into the trash, taken out of it or looked at.
    File,
    /// The poster is being made.
    Poster,
}

/// One job.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) job: SharedJob,
    /// Its place among all jobs, by age.
    pub(super) place: u64,
    /// Grows with every change.
    pub(super) revision: u64,
    /// The newest revision that is on disk.
    pub(super) stored: u64,
    pub(super) store_failures: u32,
    /// The gateway's id of the job is on disk.
    pub(super) is_remote_id_stored: bool,
    pub(super) store_retry_at: Option<Duration>,
    pub(super) call: Option<Call>,
    /// Nothing is asked for this job before this monotonic time.
    pub(super) due: Duration,
    /// Where the clip is; secret, so never stored.
    pub(super) link: Option<Url>,
    /// The stored start picture was read and is at hand.
    pub(super) has_picture: bool,
    /// The user wants it cancelled as soon as that is possible.
    pub(super) wants_cancel: bool,
    /// The gateway was asked to cancel, and the next look tells.
    pub(super) asked_to_cancel: bool,
    pub(super) cancel_failures: u32,
    pub(super) watch: Watch,
    pub(super) fetch: Fetch,
    pub(super) poster_tried: bool,
    /// The file was not found when it was to be moved, so that this is not tried again in this run.
    pub(super) move_tried: bool,
    /// A project that was chosen while the file was on its way, perhaps into another one. Until it is known where the file
    /// went, the row has to say where it was sent.
    pub(super) next_project: Option<Option<Project>>,
    /// Where the user says that the missing file is.
    pub(super) found_at: Option<PathBuf>,
    /// The next stored revision is told as [`crate::engine::event::Event::Settled`] with this remark.
    pub(super) to_settle: Option<Option<String>>,
}

/// What looking at the job told so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Watch {
    /// When the gateway accepted it, if that was in this run.
    pub(super) accepted: Option<Duration>,
    pub(super) last_poll: Option<Duration>,
    pub(super) polls: u32,
    pub(super) too_early: u32,
    pub(super) trouble: u32,
    pub(super) not_found: u32,
    pub(super) no_link: u32,
}

/// What fetching the clip told so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Fetch {
    pub(super) downloaded: Option<(u64, Option<u64>)>,
    /// No new try before this.
    pub(super) not_before: Duration,
    pub(super) expired: u32,
    pub(super) bad: u32,
    pub(super) disk: u32,
    pub(super) trouble: u32,
}

impl Entry {
    pub(super) fn new(job: SharedJob, place: u64) -> Self {
        Self {
            is_remote_id_stored: job.remote_id.is_some(),
            job,
            place,
            revision: 0,
            stored: 0,
            store_failures: 0,
            store_retry_at: None,
            call: None,
            due: Duration::ZERO,
            link: None,
            has_picture: false,
            wants_cancel: false,
            asked_to_cancel: false,
            cancel_failures: 0,
            watch: Watch::default(),
            fetch: Fetch::default(),
            poster_tried: false,
            move_tried: false,
            next_project: None,
            found_at: None,
            to_settle: None,
        }
    }

    /// Whether the disk knows everything that the machine knows.
    pub(super) fn is_stored(&self) -> bool {
        self.stored == self.revision
    }

    /// Whether it takes one of the gateway's places for orders in flight.
    pub(super) fn is_in_flight(&self) -> bool {
        match self.job.state {
            JobState::Submitting | JobState::Waiting | JobState::Generating => true,
            JobState::Queued => self.call == Some(Call::Picture) || self.has_picture,
            _ => false,
        }
    }

    /// Whether a poster is still to be made.
    pub(super) fn wants_poster(&self) -> bool {
        self.job.state == JobState::Ready
            && !self.job.is_hidden
            && self.job.poster == Poster::None
            && self.job.clip.is_some()
            && !self.poster_tried
    }

    /// What is to be done with the clip's file, so that it lies where the row says that it should.
    pub(super) fn wanted_file_work(&self) -> Option<FileWork> {
        let clip = self.job.clip.as_ref().filter(|_| self.job.state == JobState::Ready)?;
        let is_elsewhere = clip.path.is_relative() && project_of(&clip.path) != self.job.project;
        let moves = is_elsewhere && !self.move_tried;
        match (self.job.trashed_at, self.job.is_in_trash) {
            // A move that was killed may have been done; then the file is not where the row says before it is adopted.
            (Some(_), false) => return Some(if moves { FileWork::Move } else { FileWork::Trash }),
            (None, true) => return Some(FileWork::TakeBack),
            (Some(_), true) => return None,
            (None, false) if self.job.is_hidden => return None,
            (None, false) => {}
        }
        if let Some(path) = &self.found_at {
            return Some(FileWork::Recognize(path.clone()));
        }
        moves.then_some(FileWork::Move)
    }

    /// Whether anything is left to do.
    pub(super) fn is_active(&self) -> bool {
        self.job.state.is_unfinished()
            || !self.is_stored()
            || self.call.is_some()
            || self.wants_poster()
            || self.wanted_file_work().is_some()
    }

    /// Forgets what earlier looks told, for a job that is watched anew.
    pub(super) fn watch_anew(&mut self, now: Duration) {
        let last_poll = self.watch.last_poll;
        self.watch = Watch { last_poll, ..Watch::default() };
        self.fetch = Fetch::default();
        self.link = None;
        self.wants_cancel = false;
        self.asked_to_cancel = false;
        self.due = now;
    }
}
