//! What the user says about clips: stars, reject, keep, project, trash.

use crate::domain::{JobId, Project, Rating};

/// A verdict on clips, a move between projects, a deletion, or a search for a missing file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Curate {
    /// Gave so many stars; zero takes them off.
    Rate(Vec<JobId>, Rating),
    /// Put aside, or took that back.
    Reject(Vec<JobId>, bool),
    /// Keep: at least four stars, not rejected.
    Keep(JobId),
    /// Keep the first, reject the others.
    KeepOnly(JobId, Vec<JobId>),
    /// Put into a project, or into none.
    MoveTo(Vec<JobId>, Option<Project>),
    /// Delete: file to the system's trash, card off the gallery.
    ToTrash(Vec<JobId>),
    /// Wants to show where a missing file is now.
    FindFile(JobId),
    /// Hold a download, or let it go on.
    PauseDownload(JobId, bool),
}
