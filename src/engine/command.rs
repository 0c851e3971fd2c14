//! What the window and the command line ask of the engine: the commands.

use std::path::PathBuf;

use crate::domain::{
    Asker, Estimate, GatewayId, GenerationRequest, JobId, Parent, PictureWay, Project, RemoteId, SpendingRules, Verdict,
};
use crate::gateway::{BucketConnection, Connection};

/// A decision of the user that the engine carries out.
#[derive(Debug)]
pub enum Command {
    /// Order these clips, in this order. They are one run. Whoever sends the command draws their ids and computes their
    /// prices.
    Enqueue(Vec<NewJob>),
    /// Order these clips, held until they are released: nothing is sent before. They are one run.
    EnqueueHeld(Vec<NewJob>),
    /// Order these clips at the place in the line of an order that was taken out to be edited, one behind the other, and
    /// behind all others where that one was sent after all. They are one run.
    EnqueueInPlace {
        /// The order whose place they take.
        of: JobId,
        /// What is ordered.
        new_jobs: Vec<NewJob>,
        /// Whether they are held until they are released, as [`Command::EnqueueHeld`] does.
        is_held: bool,
    },
    /// Decide about an order of which it is not known whether the gateway took it.
    Resolve(JobId, UnconfirmedDecision),
    /// Cancel a job: take it out of the queue, ask the gateway to cancel it where it can, or stop watching it where
    /// it cannot.
    Cancel(JobId),
    /// Take a job out of the queue. Does nothing when it is being sent or was sent.
    TakeOut(JobId),
    /// Stop asking about a job, without telling the gateway anything.
    StopWatching(JobId),
    /// Ask again about a job that is not watched or whose clip is gone, or fetch a clip again whose file is missing.
    WatchAgain(JobId),
    /// Fetch a ready clip again because its file is missing.
    DownloadAgain(JobId),
    /// Rate or reject these clips. The verdicts replace the earlier ones, so that sending those again undoes it.
    Judge(Vec<(JobId, Verdict)>),
    /// Put these clips into a project, or into none; their files move into its folder, or out of it. Files that lie
    /// outside of the clip folder, because the user put them there, stay where they are.
    MoveToProject(Vec<JobId>, Option<Project>),
    /// Hide these jobs and put the files of their clips, if they have any, into the system's trash. Jobs that are
    /// unfinished or unconfirmed stay.
    ToTrash(Vec<JobId>),
    /// Undo [`Command::ToTrash`]: jobs and files come back to where they were.
    TakeBack(Vec<JobId>),
    /// The user says that the missing file of this ready clip is at this path. It is taken only if it holds this very
    /// clip.
    FileFound(JobId, PathBuf),
    /// Make the poster of this ready clip again, because its file is gone or damaged, or because it could not be made
    /// earlier. Its filmstrip is made again with it.
    MakePosterAgain(JobId),
    /// Pause (`true`) or resume the download of this clip. The bytes that have arrived are kept.
    PauseDownload(JobId, bool),
    /// Pause (`true`) or resume the queue. Jobs that were sent are watched all the same. Resuming also tries gateways
    /// again that refused an order because of its key or for lack of credits, and sends pictures again that could not be
    /// sent.
    PauseQueue(bool),
    /// Let these queued orders go that were held because they may be stale, or that an earlier run left. Others are left
    /// as they are.
    Release(Vec<JobId>),
    /// Send these queued orders although they pass a cap, which the user said deliberately.
    SendOverCap(Vec<JobId>),
    /// Hold these queued orders until they are released; others are left as they are.
    Hold(Vec<JobId>),
    /// Give an order that waits another place in the queue of its gateway.
    MoveInQueue(JobId, QueueMove),
    /// Heed these caps from now on.
    SetSpendingRules(SpendingRules),
    /// Set how many orders may be in flight at a gateway, at least one. Orders that are in flight already stay.
    SetAtOnce(GatewayId, usize),
    /// Save clips in this folder from now on. Finished clips stay where they are and are still found there; a clip
    /// that is being fetched is saved where it was begun.
    SetClipFolder(PathBuf),
    /// Use a gateway from now on, with this address and key. Replaces an earlier connection to it.
    Connect(Connection),
    /// Stop using a gateway, because its key was removed. Its jobs wait until it is connected again.
    Disconnect(GatewayId),
    /// Use this bucket for pictures from now on, or none, because its keys were removed. Orders that wait for a bucket go
    /// through the new one; what lies in the old one is deleted as far as the new keys allow it.
    UseBucket(Option<BucketConnection>),
    /// Write, read and delete a small object in a bucket; answered by [`super::event::Event::BucketChecked`].
    CheckBucket(BucketConnection),
    /// Try a key without spending anything; answered by [`super::event::Event::KeyChecked`].
    CheckKey(Connection),
}

impl Command {
    /// The finished jobs that have to be read before it can be obeyed. Those that only a job in flight obeys are not among
    /// them, because such a job is always at hand.
    pub fn reads(&self) -> Vec<JobId> {
        match self {
            Self::EnqueueInPlace { of, .. } => vec![*of],
            Self::Resolve(id, _)
            | Self::Cancel(id)
            | Self::StopWatching(id)
            | Self::WatchAgain(id)
            | Self::DownloadAgain(id)
            | Self::FileFound(id, _)
            | Self::MakePosterAgain(id)
            | Self::PauseDownload(id, _) => vec![*id],
            Self::Judge(verdicts) => verdicts.iter().map(|(id, _)| *id).collect(),
            Self::MoveToProject(ids, _) | Self::ToTrash(ids) | Self::TakeBack(ids) => ids.clone(),
            Self::TakeOut(_)
            | Self::Release(_)
            | Self::SendOverCap(_)
            | Self::Hold(_)
            | Self::MoveInQueue(..)
            | Self::Enqueue(_)
            | Self::EnqueueHeld(_)
            | Self::PauseQueue(_)
            | Self::SetSpendingRules(_)
            | Self::SetAtOnce(..)
            | Self::SetClipFolder(_)
            | Self::Connect(_)
            | Self::Disconnect(_)
            | Self::UseBucket(_)
            | Self::CheckBucket(_)
            | Self::CheckKey(_) => Vec::new(),
        }
    }

    /// All jobs that it names or makes: a later command about one of them comes after it.
    pub fn about(&self) -> Vec<JobId> {
        let mut about = self.reads();
        match self {
            Self::EnqueueInPlace { new_jobs, .. } | Self::Enqueue(new_jobs) | Self::EnqueueHeld(new_jobs) => {
                about.extend(new_jobs.iter().map(|job| job.id));
            }
            Self::Resolve(_, UnconfirmedDecision::Resend { new_id, .. }) => about.push(*new_id),
            Self::TakeOut(id) => about.push(*id),
            Self::Release(ids) | Self::SendOverCap(ids) | Self::Hold(ids) => about.extend(ids),
            Self::MoveInQueue(id, to) => {
                about.push(*id);
                if let QueueMove::Before(other) = to {
                    about.push(*other);
                }
            }
            _ => {}
        }
        about
    }
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
    /// How its pictures, if they are files of this computer, reach the gateway. PixVerse always uses its own upload and
    /// the practice gateway takes them in the order, whatever is said here.
    pub picture_way: PictureWay,
    /// Who orders it.
    pub asked_by: Asker,
    /// Whether the user said that it is to be sent although it passes a cap.
    pub is_over_cap: bool,
}

/// Where an order that waits goes in the queue of its gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueMove {
    /// Before all others, so that it runs next.
    First,
    /// One place earlier.
    Earlier,
    /// One place later.
    Later,
    /// Behind all others.
    Last,
    /// Right before this other order of the same gateway.
    Before(JobId),
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
        /// The price that was shown for it; `None` for that of the first order.
        price: Option<Estimate>,
        /// Who decides it.
        asked_by: Asker,
        /// Whether the user said that it is to be sent although it passes a cap.
        is_over_cap: bool,
    },
    /// Put the order aside and ask nothing about it any more.
    Discard,
}
