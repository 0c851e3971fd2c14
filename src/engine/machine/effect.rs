//! What the machine asks for: the work that whoever runs it does outside of it.

use std::time::Duration;

use url::Url;

use super::file_work::FileWork;
use crate::domain::{GatewayId, Job, JobId, RemoteId};
use crate::engine::event::{Event, Live};

/// Something to do, in the order given.
#[derive(Debug)]
pub enum Effect {
    /// Store this job; answer with [`Input::Stored`](super::input::Input::Stored) or [`Input::StoreFailed`](super::input::Input::StoreFailed). A later one for the same job replaces an
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
    /// Stop fetching; answer with [`Input::DownloadFailed`](super::input::Input::DownloadFailed) all the same.
    StopDownload(JobId),
    /// Do this with the clip's file; answer with [`Input::FileDone`](super::input::Input::FileDone).
    WorkOnFile(Box<Job>, FileWork),
    /// Decode a poster.
    MakePoster(Box<Job>),
    /// Send [`Input::Wake`](super::input::Input::Wake) at this monotonic time; replaces an earlier wish.
    WakeAt(Duration),
    /// Tell the window.
    Emit(Event),
    /// Show these numbers.
    UpdateLive(Live),
}
