//! How a command ends before it has a job to speak of: an exit code and the three parts of its message.

use super::exit::Exit;
use crate::domain::{GatewayId, Problem};
use crate::session::{KeyError, LibraryError, SessionError};

/// Why a command came to its end before it had a job to speak of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stop {
    /// The code with which the program ends.
    pub exit: Exit,
    /// The message for the user: what happened, whether it was charged, what can be done now.
    pub message: String,
    /// What is wrong with each part of the request. Empty when the command ends for another reason.
    pub problems: Vec<Problem>,
}

impl Stop {
    pub(super) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), problems: Vec::new() }
    }

    pub(super) fn of_problems(problems: Vec<Problem>) -> Self {
        let sentences: Vec<_> = problems.iter().map(|problem| format!("{}.", problem.message)).collect();
        let message =
            format!("{} Not charged: nothing was sent. Change the request and try again.", sentences.join(" "));
        Self { exit: Exit::BadRequest, message, problems }
    }

    /// The end of a command whose key the password store did not take or delete.
    pub(super) fn of_key(gateway: GatewayId, err: &KeyError) -> Self {
        match err {
            KeyError::NotAKey(_) => Self::new(Exit::BadRequest, format!("{err}. Nothing was kept.")),
            KeyError::NoAnswer(_) => {
                let variable = gateway.key_variable().unwrap_or_default();
                let message = format!(
                    "{err}. It is not known whether the key was kept. Open the keyring and try again, or set {variable} in \
                     the environment."
                );
                Self::new(Exit::LocalTrouble, message)
            }
            KeyError::NoStore | KeyError::Locked | KeyError::Variable { .. } | KeyError::Refused(_) => {
                let variable = gateway.key_variable().unwrap_or_default();
                Self::new(Exit::LocalTrouble, format!("{err}. Set {variable} in the environment instead."))
            }
        }
    }
}

impl From<LibraryError> for Stop {
    fn from(err: LibraryError) -> Self {
        let advice = match err {
            LibraryError::InUse => "Close its window or wait for its command, or use another folder with --library",
            LibraryError::TooNew => "Use that one, or another folder with --library",
            LibraryError::Io { .. } | LibraryError::Database(_) | LibraryError::Closed => {
                "Look at the folder named above"
            }
        };
        Self::new(Exit::LocalTrouble, format!("{err}. Not charged: nothing was sent. {advice}."))
    }
}

impl From<SessionError> for Stop {
    fn from(err: SessionError) -> Self {
        match err {
            SessionError::Library(err) => Self::from(err),
            SessionError::Address { .. } => {
                Self::new(Exit::BadRequest, format!("{err}. Not charged. Correct it there."))
            }
            SessionError::NoKey { gateway, ref cause } => {
                let (name, variable) = (gateway.name(), gateway.key_variable().unwrap_or_default());
                let advice = match cause {
                    Some(KeyError::Variable { .. }) => {
                        format!("Correct {variable}, or unset it so that the keyring is asked.")
                    }
                    Some(KeyError::NoAnswer(_)) => {
                        format!("Open the keyring and try again, or set {variable}: the keyring is then not asked.")
                    }
                    Some(KeyError::NotAKey(_)) => {
                        format!("Set the right one with `rushes key set {name}`, or set {variable}.")
                    }
                    Some(KeyError::NoStore | KeyError::Locked | KeyError::Refused(_)) | None => {
                        format!("Keep one with `rushes key set {name}`, or set {variable}.")
                    }
                };
                let message = format!("{err}. Not charged: nothing was sent. {advice}");
                Self::new(Exit::Key, message)
            }
            SessionError::Bucket(_) => {
                let [id, secret] = crate::session::BUCKET_VARIABLES;
                Self::new(
                    Exit::LocalTrouble,
                    format!("{err}. Nothing was sent. Set {id} and {secret} in the environment."),
                )
            }
            SessionError::NoBucket => {
                Self::new(Exit::Key, format!("{err}. Nothing was sent. `rushes bucket set` sets one up."))
            }
            SessionError::FaultFile { .. } => Self::new(Exit::BadRequest, format!("{err}.")),
            SessionError::Folder { .. } => Self::new(Exit::LocalTrouble, format!("{err}. Nothing was changed.")),
            SessionError::Picture(sentence) => Self::new(Exit::BadRequest, sentence),
            SessionError::Busy(_) => {
                Self::new(Exit::LocalTrouble, format!("The order was not taken: {err}. Not charged."))
            }
            SessionError::Network(_) | SessionError::Practice(_) | SessionError::Broken(_) => {
                Self::new(Exit::LocalTrouble, format!("{err}. Not charged."))
            }
        }
    }
}
