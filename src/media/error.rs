//! Why a film file cannot be used.

/// Why a file is no whole film. The text is a plain clause, as in "it ends before its film data does".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MovieError {
    /// The file is of another kind: it does not begin with an `ftyp` box.
    #[error("it is not an MP4 file")]
    NotMp4,
    /// The file is cut off, or its tables contradict each other.
    #[error("{0}")]
    Broken(String),
    /// The file is whole, but nothing here can decode or change it.
    #[error("{0}")]
    Unsupported(String),
    /// The file cannot be read.
    #[error("it cannot be read: {0}")]
    Io(String),
}

impl From<std::io::Error> for MovieError {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error.to_string())
    }
}

impl MovieError {
    /// A [`MovieError::Broken`] that says `clause`.
    pub(super) fn broken(clause: &str) -> Self {
        Self::Broken(clause.to_owned())
    }
}
