//! Why the library cannot be opened, read or written.

use std::io;

/// Why the library cannot be used. The text is the beginning of a sentence for the user, without a full stop.
#[derive(Debug, Clone, thiserror::Error)]
pub enum LibraryError {
    /// Another running Rushes has the library open.
    #[error("Another Rushes has this library open")]
    InUse,
    /// The database is newer than this program.
    #[error("This library was made by a newer Rushes")]
    TooNew,
    /// A folder or file cannot be used.
    #[error("{what}: {cause}")]
    Io {
        /// What could not be done, as in "The folder /x cannot be used".
        what: String,
        /// The reason that the file system gave.
        cause: String,
    },
    /// SQLite failed; the text is its own.
    #[error("The library could not be written: {0}")]
    Database(String),
    /// The library's thread has ended.
    #[error("The library is closed")]
    Closed,
}

impl LibraryError {
    /// An error of the file system; `what` says what was tried, as in "the folder /x cannot be made".
    pub(super) fn io(what: impl Into<String>, cause: &io::Error) -> Self {
        Self::Io { what: what.into(), cause: cause.to_string() }
    }
}
