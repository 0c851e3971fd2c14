//! Why a key cannot be read from the OS keyring or kept in it.

/// Why the keyring or a key cannot be used. Its text is one sentence for the user and never holds the key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// No password store runs on this desktop.
    #[error("This desktop has no password store running, so the key cannot be saved safely")]
    NoStore,
    /// The password store is locked, and its user did not open it.
    #[error("The password store is locked")]
    Locked,
    /// The text cannot be a key; says why as a clause.
    #[error("This is no key: {0}")]
    NotAKey(String),
    /// The password store failed in another way; the text is its own.
    #[error("The password store refused: {0}")]
    Refused(String),
}
