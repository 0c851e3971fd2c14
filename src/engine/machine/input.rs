//! What the machine is told: everything that can happen to a job, a gateway or a file.

use std::path::PathBuf;
use std::time::Duration;

use super::file_work::{FileAnswer, FileWork};
use super::host::Host;
use crate::domain::job::PartFile;
use crate::domain::outcome::{CancelOutcome, FindOutcome, PollOutcome, SubmitOutcome};
use crate::domain::past::Past;
use crate::domain::{Clip, Hosted, Job, JobId};
use crate::engine::command::Command;
use crate::gateway::Answer;

/// Something that happened outside of the machine.
#[derive(Debug)]
pub enum Input {
    /// The program has started: go on with the jobs that were found. Always the first input.
    Start,
    /// The user decided something, in the window or on the command line.
    Command(Command),
    /// The jobs that were asked for ([`Effect::Recall`](super::effect::Effect::Recall)), or why they cannot be read, as a
    /// sentence. Those that did not come are not in the library.
    Recalled(Vec<JobId>, Result<Vec<Job>, String>),
    /// What jobs count that the machine does not hold ([`Effect::SumUp`](super::effect::Effect::SumUp)), or why that cannot
    /// be read, as a sentence. The number is that of the effect.
    SummedUp(u64, Result<Past, String>),
    /// The clips of an old folder have absolute paths
    /// ([`Effect::LeaveClipFolder`](super::effect::Effect::LeaveClipFolder)).
    ClipFolderLeft,
    /// A revision of a job is on disk.
    Stored {
        /// The job that was to be stored.
        job: JobId,
        /// The revision that came with [`Effect::Persist`](super::effect::Effect::Persist).
        revision: u64,
    },
    /// A revision of a job could not be written to disk.
    StoreFailed {
        /// The job that was to be stored.
        job: JobId,
        /// The revision that came with [`Effect::Persist`](super::effect::Effect::Persist).
        revision: u64,
        /// What is wrong, as a sentence for the user.
        reason: String,
    },
    /// The start picture can go out with the order ([`Effect::PreparePicture`](super::effect::Effect::PreparePicture)).
    PictureReady(JobId),
    /// The start picture cannot be used; the sentence says why.
    PictureFailed(JobId, String),
    /// All pictures of an order lie on this kind of server and were read back from there
    /// ([`Effect::SendPictures`](super::effect::Effect::SendPictures)). Names where they lie.
    PicturesSent(JobId, Host, Vec<Hosted>),
    /// The pictures of an order are not all where they have to be.
    PicturesNotSent(JobId, Host, HostFailure),
    /// What came of deleting pictures ([`Effect::Unhost`](super::effect::Effect::Unhost)): for each whether it is gone.
    Unhosted(JobId, Vec<(Hosted, Result<(), HostFailure>)>),
    /// The gateway answered an order, or the order could not be sent.
    Submitted(JobId, Answer<SubmitOutcome>),
    /// What the search for an order of unknown fate found ([`Effect::FindOrder`](super::effect::Effect::FindOrder)).
    OrderSought(JobId, Answer<FindOutcome>),
    /// The gateway answered how a job stands, or did not answer.
    Polled(JobId, Answer<PollOutcome>),
    /// The gateway answered a request to cancel a job, or did not answer.
    CancelAnswered(JobId, Answer<CancelOutcome>),
    /// More bytes of a clip have arrived, which may not be on disk yet, or more bytes of a picture have left.
    Progress {
        /// The job whose clip is fetched or whose picture is sent.
        job: JobId,
        /// Number of bytes that have arrived or left.
        bytes: u64,
        /// Full length in bytes, when it is known.
        total: Option<u64>,
    },
    /// The bytes of a clip that this names were flushed to disk.
    Checkpoint(JobId, PartFile),
    /// A clip was fetched, checked and given its final name.
    Downloaded(JobId, Clip),
    /// A download has ended without a clip.
    DownloadFailed(JobId, FetchFailure),
    /// The work on the file of a job's clip has ended.
    FileDone(JobId, FileWork, FileAnswer),
    /// The poster was made with this width and height in pixels, or cannot be made for this reason.
    PosterMade(JobId, Result<(u32, u32), String>),
    /// New clips go to another folder from now on; this is the one that they went to. The paths of clips in it become
    /// absolute.
    ClipFolderChanged(PathBuf),
    /// What holds orders back was written, or could not be, for the reason in this sentence
    /// ([`Effect::KeepHolds`](super::effect::Effect::KeepHolds)).
    HoldsStored(Result<(), String>),
    /// The moment of [`Effect::WakeAt`](super::effect::Effect::WakeAt) has come. May be sent at any time.
    Wake,
    /// The program is about to end: begin nothing new and finish what cannot be broken off.
    Closing,
}

/// Why a picture is not on a server, or still there. Sentences are for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostFailure {
    /// It was broken off as [`Effect::StopPictures`](super::effect::Effect::StopPictures) asked for.
    Stopped,
    /// The stored picture cannot be read, for the reason in this sentence.
    Unreadable(String),
    /// The server takes every other picture, but not this one.
    Refused(String),
    /// It goes away by itself, such as a broken connection.
    Passing(String),
    /// It stays until the user does something, such as a wrong key.
    Lasting(String),
}

/// Why a download has ended without a clip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FetchFailure {
    /// The address of the clip does not open any more. The bytes that are on disk are kept.
    LinkExpired,
    /// The bytes that are on disk do not fit the file that is served now; they were dropped.
    Changed,
    /// The connection failed or broke off. The bytes that are on disk are kept.
    Trouble {
        /// How long the server asked to wait, if it did.
        retry_after: Option<Duration>,
    },
    /// What was served is not a whole clip, for the reason in this clause; it was dropped.
    BadFile(String),
    /// The disk does not take the clip, for the reason in this clause.
    Disk(String),
    /// The download was stopped as [`Effect::StopDownload`](super::effect::Effect::StopDownload) asked for.
    Stopped,
}
