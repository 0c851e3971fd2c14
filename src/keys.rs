//! The OS keyring behind one trait, on its own thread.

use secrecy::SecretString;

use crate::domain::GatewayId;

/// Where a key was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// The OS keyring.
    Keyring,
    /// The environment variable of the gateway.
    Environment,
    /// Typed in this session only.
    Session,
}

/// Why the keyring cannot be used. Its text is one sentence for the user.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// No password store runs on this desktop.
    #[error("This desktop has no password store running, so the key cannot be saved safely")]
    NoStore,
    /// It is locked and was not opened.
    #[error("The password store is locked")]
    Locked,
    /// Anything else, with its cause.
    #[error("The password store refused: {0}")]
    Refused(String),
}

/// A handle on the keyring's thread. Cheap to clone. No call blocks a thread of the window or the engine: a locked
/// keyring keeps only the keyring's own thread waiting.
#[derive(Clone, Debug)]
pub struct Keys {}

impl Keys {
    /// Starts the thread with the OS keyring.
    pub fn of_system() -> Self {
        unimplemented!()
    }

    /// The key of a gateway: typed in this session, else the keyring's, else the environment's. May wait for as long as
    /// the user needs to open the keyring.
    pub async fn get(&self, _gateway: GatewayId) -> Result<Option<(SecretString, KeySource)>, KeyError> {
        unimplemented!()
    }

    /// Stores a key in the keyring.
    pub async fn set(&self, _gateway: GatewayId, _key: SecretString) -> Result<(), KeyError> {
        unimplemented!()
    }

    /// Keeps a key in memory until the program ends.
    pub fn set_for_session(&self, _gateway: GatewayId, _key: SecretString) {
        unimplemented!()
    }

    /// Deletes a key from the keyring and from memory. Deleting what is not there is no error.
    pub async fn forget(&self, _gateway: GatewayId) -> Result<(), KeyError> {
        unimplemented!()
    }
}
