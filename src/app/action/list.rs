//! What the user does with a list of shots, and what the services do for it.

use std::path::PathBuf;

use crate::domain::request::StoredPicture;

/// What the user did with the list.
#[derive(Clone, Debug)]
pub enum List {
    /// Wants to see it, as it was left.
    Open,
    /// Dropped a list file on the window.
    OpenFile(PathBuf),
    /// Changed its text.
    Edit(String),
    /// Wants to choose a file.
    ChooseFile,
    /// Empties it.
    Clear,
    /// Leaves the row at this place out (`true`), or takes it in again.
    LeaveOut(usize, bool),
    /// Leaves out every job that asks for the very same as an earlier one.
    LeaveOutSame,
    /// Leaves out every line that has a problem.
    LeaveOutProblems,
    /// Takes every row in again.
    TakeAllIn,
    /// Pressed the button: orders what is not left out.
    Order,
}

/// Work for the list that may block. Answered by [`ListNews`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListWork {
    /// Ask for a file in the desktop's own dialog.
    Pick,
    /// Read this file.
    Read(PathBuf),
    /// Bring this picture into the library, which the list names like that.
    Bring {
        /// How the list names it.
        name: String,
        /// The file.
        path: PathBuf,
    },
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum ListNews {
    /// This file was chosen, or none.
    Picked(Option<PathBuf>),
    /// The file could not be asked for: a sentence.
    NoPicker(String),
    /// This file holds this text, or cannot be read: a sentence.
    Read(PathBuf, Result<String, String>),
    /// The picture that the list names like that is in the library, or a sentence says why not.
    Brought(String, Result<StoredPicture, String>),
}
