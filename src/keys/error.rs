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
    /// The environment variable of the gateway is set, but not to a key; says why as a clause.
    #[error("{variable} is set, but not to a key: {why}")]
    Variable {
        /// The name of the variable.
        variable: &'static str,
        /// What is wrong with its value, without the value.
        why: String,
    },
    /// The keyring gave no answer in the time that a command waits for it. The time is in seconds.
    #[error(
        "The keyring did not answer within {0} s; it may be waiting for its password to be typed, perhaps on a screen that \
         nobody sees"
    )]
    NoAnswer(u64),
    /// The password store failed in another way; the text is its own.
    #[error("The password store refused: {0}")]
    Refused(String),
}
