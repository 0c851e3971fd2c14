//! What the machine is told: everything that can happen to a job, a gateway or a file.

use std::path::PathBuf;
use std::time::Duration;

use super::file_work::{FileAnswer, FileWork};
use crate::domain::job::PartFile;
use crate::domain::outcome::{CancelOutcome, PollOutcome, SubmitOutcome};
use crate::domain::{Clip, JobId};
use crate::engine::command::Command;
use crate::gateway::Answer;

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
        /// The number that came with [`Effect::Persist`](super::effect::Effect::Persist).
        revision: u64,
    },
    /// This revision of a job could not be written.
    StoreFailed {
        /// Which job.
        job: JobId,
        /// The number that came with [`Effect::Persist`](super::effect::Effect::Persist).
        revision: u64,
        /// A sentence for the user.
        reason: String,
    },
    /// The start picture can go out with the order ([`Effect::PreparePicture`](super::effect::Effect::PreparePicture)).
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
    Checkpoint(JobId, PartFile),
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
    /// It is time ([`Effect::WakeAt`](super::effect::Effect::WakeAt)), or somebody just looks.
    Wake,
    /// The program is about to end: begin nothing new.
    Closing,
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
    /// Stopped because [`Effect::StopDownload`](super::effect::Effect::StopDownload) asked for it.
    Stopped,
}
