//! Work on the files of finished clips as the machine asks for it and is answered.

use std::path::PathBuf;

/// A piece of work on the file of a finished clip. It may be asked for again after the program was killed at any
/// moment, and then goes on from what it finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileWork {
    /// Move it into the folder of [`Job::project`](crate::domain::Job::project), or out of all of them where there is none.
    Move,
    /// Put it into the system's trash.
    Trash,
    /// Take it out of the system's trash.
    TakeBack,
    /// Look whether the file at this path is the job's clip.
    Recognize(PathBuf),
}

/// What became of a piece of [`FileWork`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileAnswer {
    /// The file is at this path, in the form of [`Clip::path`](crate::domain::Clip::path).
    At(PathBuf),
    /// The file is in the system's trash.
    InTrash,
    /// The file is not there: that of the clip, or the one to be looked at.
    Missing,
    /// The work was not done, and nothing was changed: a sentence that says why.
    Refused(String),
}
