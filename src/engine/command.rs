//! What the window and the command line ask of the engine.

use std::path::PathBuf;

use crate::domain::outcome::KeyCheck;
use crate::domain::{Estimate, GatewayId, GenerationRequest, JobId, Parent, Project, RemoteId, Verdict};
use crate::gateway::Connection;

/// A decision of the user.
#[derive(Debug)]
pub enum Command {
    /// Make these clips. Ids are drawn and prices computed by whoever sends the command.
    Enqueue(Vec<NewJob>),
    /// What to do with an unconfirmed order.
    Resolve(JobId, UnconfirmedDecision),
    /// Take a queued job out, ask the gateway to cancel where it can, or stop watching where it cannot.
    Cancel(JobId),
    /// Take a job out if it is still queued; once it is being sent it goes on.
    TakeOut(JobId),
    /// Look away from a job without asking the gateway anything.
    StopWatching(JobId),
    /// Look again at a job that is not watched, is gone, or whose file is missing.
    WatchAgain(JobId),
    /// Fetch a ready clip again because its file is missing.
    DownloadAgain(JobId),
    /// What the user thinks of these clips. Absolute, so that sending the earlier verdicts undoes it.
    Judge(Vec<(JobId, Verdict)>),
    /// These clips belong to a project now, or to none; their files move into its folder, or out of it. Files that lie
    /// outside of the clip folder, because the user put them there, stay where they are.
    MoveToProject(Vec<JobId>, Option<Project>),
    /// Take these cards off the gallery and put their files into the system's trash, if they have any. Jobs that are
    /// unfinished or unconfirmed stay.
    ToTrash(Vec<JobId>),
    /// Undo [`Command::ToTrash`]: files and cards come back to where they were.
    TakeBack(Vec<JobId>),
    /// The missing file of this ready clip was found here. It is taken only if it is this very clip.
    FileFound(JobId, PathBuf),
    /// Hold the download of this clip, or let it go on. What is here already stays and is not fetched again.
    PauseDownload(JobId, bool),
    /// Hold or release the queue; what was sent is watched on. Releasing also tries gateways again that refused an order
    /// for its key or for lack of credits.
    PauseQueue(bool),
    /// So many orders may be in flight at a gateway from now on, at least one. What is in flight already stays.
    SetAtOnce(GatewayId, usize),
    /// Clips go to this folder from now on. Clips that are finished stay where they are, and are still found there; one
    /// that is being fetched is finished where it was begun.
    SetClipFolder(PathBuf),
    /// A gateway's key, address or manners changed.
    Connect(Connection),
    /// Forget a gateway's key.
    Disconnect(GatewayId),
    /// Try a key without spending; answered by [`super::event::Event::KeyChecked`].
    CheckKey(Connection),
}

/// A job to be made.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// Fresh id.
    pub id: JobId,
    /// Who makes it.
    pub gateway: GatewayId,
    /// What is asked.
    pub request: GenerationRequest,
    /// The price that stood on the button.
    pub estimate: Estimate,
    /// The project it belongs to.
    pub project: Option<Project>,
    /// The clip it goes on from.
    pub parent: Option<Parent>,
}

/// What the user decides about an unconfirmed order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnconfirmedDecision {
    /// Look whether the gateway can tell. Never sends the order again.
    Check,
    /// The job was found on the dashboard; watch it.
    Adopt(RemoteId),
    /// Make a new job of the same request; this one is put aside. May be charged twice, and the user knows.
    Resend {
        /// Fresh id of the new job.
        new_id: JobId,
    },
    /// Put it aside.
    Discard,
}

/// The answer to [`Command::CheckKey`].
pub type KeyAnswer = (GatewayId, KeyCheck);
