//! What the window and the command line ask of the engine: the commands.

use std::path::PathBuf;

use crate::domain::{Estimate, GatewayId, GenerationRequest, JobId, Parent, Project, RemoteId, Verdict};
use crate::gateway::Connection;

/// A decision of the user that the engine carries out.
#[derive(Debug)]
pub enum Command {
    /// Order these clips. Whoever sends the command draws their ids and computes their prices.
    Enqueue(Vec<NewJob>),
    /// Decide about an order of which it is not known whether the gateway took it.
    Resolve(JobId, UnconfirmedDecision),
    /// Take a queued job out, ask the gateway to cancel where it can, or stop watching where it cannot.
    Cancel(JobId),
    /// Take a job out if it is still queued; once it is being sent it goes on.
    TakeOut(JobId),
    /// Stop asking about a job, without telling the gateway anything.
    StopWatching(JobId),
    /// Ask again about a job that is not watched or whose clip is gone, or fetch a clip again whose file is missing.
    WatchAgain(JobId),
    /// Fetch a ready clip again because its file is missing.
    DownloadAgain(JobId),
    /// Rate or reject these clips. The verdicts replace the earlier ones, so that sending those again undoes it.
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
    /// Use a gateway from now on, with this address and key. Replaces an earlier connection to it.
    Connect(Connection),
    /// Stop using a gateway, because its key was removed. Its jobs wait until it is connected again.
    Disconnect(GatewayId),
    /// Try a key without spending anything; answered by [`super::event::Event::KeyChecked`].
    CheckKey(Connection),
}

/// A clip that is ordered.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// A fresh id, which no job has yet.
    pub id: JobId,
    /// The gateway that it is ordered from.
    pub gateway: GatewayId,
    /// What the gateway is asked to make.
    pub request: GenerationRequest,
    /// The price that was shown when the user ordered it.
    pub estimate: Estimate,
    /// The project that the clip will belong to, if any.
    pub project: Option<Project>,
    /// The clip that this one continues, and the moment in it, if any.
    pub parent: Option<Parent>,
}

/// What the user decides about an unconfirmed order: one that was sent, and of which it is not known whether the
/// gateway took it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnconfirmedDecision {
    /// Find out whether the gateway can tell what became of the order. Never sends the order again.
    Check,
    /// The user found the job on the gateway's own pages; it is watched under this id.
    Adopt(RemoteId),
    /// Order the same clip again as a new job and put this one aside. It may be charged twice, which the user
    /// accepted.
    Resend {
        /// Fresh id of the new job, which no job has yet.
        new_id: JobId,
    },
    /// Put the order aside and ask nothing about it any more.
    Discard,
}
