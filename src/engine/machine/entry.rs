//! A job with what is known of it in this run only. Nothing here survives a restart; what has to is in [`Job`](crate::domain::Job).

use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use super::file_work::FileWork;
use crate::domain::job::Poster;
use crate::domain::shared::SharedJob;
use crate::domain::{Hosted, JobState, Project, UnixMillis};

/// The one piece of work that is under way for a job outside of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Call {
    /// The pictures are being read, or sent to where the gateway fetches them from.
    Picture,
    /// The order was sent and is not answered yet.
    Submit,
    /// The order is looked for among what the gateway billed.
    Find,
    /// The gateway was asked how the job stands.
    Poll,
    /// The gateway was asked to cancel the job.
    Cancel,
    /// The clip is being fetched.
    Download,
    /// The clip's file is being moved, put into the trash, taken out of it or looked at.
    File,
    /// The poster is being made.
    Poster,
}

/// A job and what is known of it in this run.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) job: SharedJob,
    /// Its place among all jobs; an older job has a lower one.
    pub(super) place: u64,
    /// Number of changes of the job in this run.
    pub(super) revision: u64,
    /// The newest revision that is known to be on disk.
    pub(super) stored: u64,
    pub(super) store_failures: u32,
    /// Whether the gateway's id of the job is known to be on disk.
    pub(super) is_remote_id_stored: bool,
    pub(super) store_retry_at: Option<Duration>,
    pub(super) call: Option<Call>,
    /// The connection of the gateway by which the last question about this job went out.
    pub(super) generation: u64,
    /// Whether it was ordered in this run of the program.
    pub(super) is_own: bool,
    /// Nothing is asked or fetched for this job before this monotonic time.
    pub(super) due: Duration,
    /// Address of the clip. It may hold a signature, so it is never stored where the gateway can be asked for it again.
    pub(super) link: Option<Url>,
    /// Whether the stored start picture was read and is ready to be sent.
    pub(super) has_picture: bool,
    /// When the picture was last made ready to be sent: by the wall clock and the monotonic one.
    pub(super) picture_ready_at: Option<(UnixMillis, Duration)>,
    /// While a picture is sent to a server: the bytes that have left, and their whole number.
    pub(super) sending_picture: Option<(u64, u64)>,
    /// When pictures that nobody needs are to be deleted from a server.
    pub(super) unhost_at: Option<Duration>,
    /// Whether they are being deleted.
    pub(super) is_unhosting: bool,
    pub(super) unhost_failures: u32,
    /// Whether the user wants the job cancelled as soon as that is possible.
    pub(super) wants_cancel: bool,
    /// Whether the gateway took a request to cancel, so that the next poll tells what it did.
    pub(super) asked_to_cancel: bool,
    pub(super) cancel_failures: u32,
    pub(super) watch: Watch,
    pub(super) fetch: Fetch,
    pub(super) poster_tried: bool,
    /// Whether the file was not found when it was to be moved. That is not tried again in this run.
    pub(super) move_tried: bool,
    /// A project that was chosen while the file was being moved. It is set once it is known where the file went,
    /// because until then the stored job has to name the project that the file was sent to.
    pub(super) next_project: Option<Option<Project>>,
    /// A file of which the user says that it is the missing clip.
    pub(super) found_at: Option<PathBuf>,
    /// When set, the next stored revision is told as [`crate::engine::event::Event::Settled`] with this remark.
    pub(super) to_settle: Option<Option<String>>,
    /// What is said of the job as soon as its present state is stored and told.
    pub(super) notes: Vec<String>,
}

/// What the polls of a job have told so far. The numbers count answers in a row, except `polls`, which counts all.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Watch {
    pub(super) last_poll: Option<Duration>,
    pub(super) polls: u32,
    pub(super) too_early: u32,
    pub(super) trouble: u32,
    /// Answers that led nowhere: the job is not known, or there is no link.
    pub(super) fruitless: u32,
    /// When the job is looked at again, when that is further away than [`patience::RARE`](crate::engine::patience::RARE).
    pub(super) next_look: Option<UnixMillis>,
    /// How long the last answer asked to wait until the next look.
    pub(super) hint: Option<Duration>,
}

/// What the tries to fetch a clip have told so far. The numbers count failures of one kind.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Fetch {
    pub(super) downloaded: Option<(u64, Option<u64>)>,
    /// No new try is made before this monotonic time.
    pub(super) not_before: Duration,
    /// Links that did not open, without a byte in between.
    pub(super) expired: u32,
    pub(super) bad: u32,
    pub(super) disk: u32,
    pub(super) trouble: u32,
}

impl Entry {
    pub(super) fn new(job: SharedJob, place: u64) -> Self {
        Self {
            is_remote_id_stored: job.remote_id.is_some(),
            link: job.delivered.as_ref().map(|link| link.0.clone()),
            place,
            revision: 0,
            stored: 0,
            store_failures: 0,
            store_retry_at: None,
            call: None,
            generation: 0,
            is_own: false,
            due: Duration::ZERO,
            has_picture: false,
            picture_ready_at: None,
            sending_picture: None,
            // When exactly is planned at the start.
            unhost_at: job.hosted.iter().any(Hosted::can_be_deleted).then_some(Duration::ZERO),
            is_unhosting: false,
            unhost_failures: 0,
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
            notes: Vec::new(),
            job,
        }
    }

    /// Its seat in the line of orders that wait: its rank, then its place.
    pub(super) fn seat(&self) -> (i64, u64) {
        (self.job.queue_rank, self.place)
    }

    /// Whether the newest revision is on disk.
    pub(super) fn is_stored(&self) -> bool {
        self.stored == self.revision
    }

    /// Whether the job counts among the gateway's orders in flight: being sent, in line there, or being made.
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

    /// Whether a file that the user shows may be this job's clip: its own file is away, or it is fetched again or was
    /// given up, and the record of the old file is kept.
    pub(super) fn may_be_found(&self) -> bool {
        match self.job.state {
            JobState::Ready => self.job.clip.is_some(),
            state => {
                (state.is_watched() || matches!(state, JobState::NotWatched | JobState::Gone))
                    && self.job.old_clip.is_some()
            }
        }
    }

    /// What is to be done with the clip's file, so that it lies where the job says that it should. `None` when it
    /// lies there.
    pub(super) fn wanted_file_work(&self) -> Option<FileWork> {
        let Some(clip) = self.job.clip.as_ref().filter(|_| self.job.state == JobState::Ready) else {
            // A clip that is fetched again, or cannot be any more, may turn up.
            let found_at = self.found_at.as_ref().filter(|_| self.may_be_found())?;
            return Some(FileWork::Recognize(found_at.clone()));
        };
        let is_elsewhere = clip.path.is_relative() && Project::of_path(&clip.path) != self.job.project;
        let moves = is_elsewhere && !self.move_tried;
        match (self.job.trashed_at, self.job.is_in_trash) {
            // A move that was killed may have been done. Then the file is not yet where the job says, and moving it
            // again finds it.
            (Some(_), false) => return Some(if moves { FileWork::Move } else { FileWork::Trash }),
            (None, true) => return Some(FileWork::TakeBack),
            (Some(_), true) => return None,
            // A move that was killed is finished here as well: nobody sees the card, but its file has to be where it says.
            (None, false) if self.job.is_hidden => return moves.then_some(FileWork::Move),
            (None, false) => {}
        }
        if let Some(path) = &self.found_at {
            return Some(FileWork::Recognize(path.clone()));
        }
        moves.then_some(FileWork::Move)
    }

    /// Whether the machine still has something to do for this job.
    pub(super) fn is_active(&self) -> bool {
        self.job.state.is_unfinished()
            || !self.is_stored()
            || self.call.is_some()
            || self.wants_poster()
            || self.unhost_at.is_some()
            || self.is_unhosting
            || self.wanted_file_work().is_some()
    }

    /// Forgets a link that led to nothing, so that the gateway is asked for a fresh one. A link that came with the answer
    /// to the order stays: nobody can be asked for another.
    pub(super) fn drop_link(&mut self) {
        self.link = self.job.delivered.as_ref().map(|link| link.0.clone());
    }

    /// Forgets what earlier polls told and asks again at once, for a job that is watched anew.
    pub(super) fn watch_anew(&mut self, now: Duration) {
        let last_poll = self.watch.last_poll;
        self.watch = Watch { last_poll, ..Watch::default() };
        self.fetch = Fetch::default();
        self.drop_link();
        self.wants_cancel = false;
        self.asked_to_cancel = false;
        self.due = now;
    }
}
