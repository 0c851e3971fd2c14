//! What the machine asks for: the work that the actor does for it.

use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use super::file_work::FileWork;
use super::host::Host;
use crate::domain::caps::Calendar;
use crate::domain::{GatewayId, Holds, Hosted, Job, JobId, RemoteId, TraceId, UnixMillis};
use crate::engine::event::Event;

/// Work that the machine asks for. Effects are carried out in the order in which they come.
#[derive(Debug)]
pub enum Effect {
    /// Store this job; answer with [`Input::Stored`](super::input::Input::Stored) or
    /// [`Input::StoreFailed`](super::input::Input::StoreFailed). Replaces an earlier request for the same job that
    /// was not begun yet.
    Persist {
        /// The job as it is now.
        job: Box<Job>,
        /// Number of this change of the job, which the answer names.
        revision: u64,
    },
    /// Read these finished jobs, because a command is about them; answer with
    /// [`Input::Recalled`](super::input::Input::Recalled).
    Recall(Vec<JobId>),
    /// Sum up what jobs count against the caps; answer with [`Input::SummedUp`](super::input::Input::SummedUp).
    SumUp {
        /// The day and the month.
        calendar: Calendar,
        /// Runs that still have orders to send.
        runs: Vec<JobId>,
        /// The jobs that are left out, because the machine holds them.
        held: Vec<JobId>,
        /// Comes back with the answer, which counts only for the jobs that were held when it was asked for.
        number: u64,
    },
    /// Make the paths of clips in this folder absolute, of all jobs that the machine does not hold; answer with
    /// [`Input::ClipFolderLeft`](super::input::Input::ClipFolderLeft).
    LeaveClipFolder(PathBuf),
    /// Store what holds orders back; answer with [`Input::HoldsStored`](super::input::Input::HoldsStored).
    KeepHolds(Holds),
    /// Read the stored start picture and keep it for the order; answer with
    /// [`Input::PictureReady`](super::input::Input::PictureReady) or
    /// [`Input::PictureFailed`](super::input::Input::PictureFailed).
    PreparePicture(Box<Job>),
    /// Bring all stored pictures of the order to where [`Job::hosted`] says (at PixVerse Platform that is known only
    /// afterwards), and read them back as the gateway will; answer with
    /// [`Input::PicturesSent`](super::input::Input::PicturesSent) or
    /// [`Input::PicturesNotSent`](super::input::Input::PicturesNotSent). What is there already is not sent again.
    SendPictures(Box<Job>, Host),
    /// Break off [`Effect::SendPictures`]. It still answers.
    StopPictures(JobId),
    /// Delete these pictures of the job; answer with [`Input::Unhosted`](super::input::Input::Unhosted).
    Unhost(Box<Job>, Vec<Hosted>),
    /// Send the order in exactly one POST; answer with [`Input::Submitted`](super::input::Input::Submitted).
    Submit(Box<Job>),
    /// Look for the order of this name among what the gateway billed around the moment when it was sent, without sending it
    /// again; answer with [`Input::OrderSought`](super::input::Input::OrderSought).
    FindOrder(JobId, GatewayId, TraceId, UnixMillis),
    /// Ask the gateway how the job stands; answer with [`Input::Polled`](super::input::Input::Polled).
    Poll(JobId, GatewayId, RemoteId),
    /// Ask the gateway to cancel the job; answer with [`Input::CancelAnswered`](super::input::Input::CancelAnswered).
    Cancel(JobId, GatewayId, RemoteId),
    /// Fetch the clip from this link, going on from [`Job::part`]; answer with
    /// [`Input::Downloaded`](super::input::Input::Downloaded) or
    /// [`Input::DownloadFailed`](super::input::Input::DownloadFailed).
    Download(Box<Job>, Url),
    /// Stop fetching this clip. The download still answers with
    /// [`Input::DownloadFailed`](super::input::Input::DownloadFailed).
    StopDownload(JobId),
    /// Do this with the file of the job's clip; answer with [`Input::FileDone`](super::input::Input::FileDone).
    WorkOnFile(Box<Job>, FileWork),
    /// Make the still picture that stands for the clip; answer with
    /// [`Input::PosterMade`](super::input::Input::PosterMade).
    MakePoster(Box<Job>),
    /// Send [`Input::Wake`](super::input::Input::Wake) at this monotonic time. Replaces an earlier wish.
    WakeAt(Duration),
    /// Hand this event to the window or the command line.
    Emit(Event),
}
