//! Why a session, or a part of one, cannot be had.

use std::path::PathBuf;

use crate::domain::GatewayId;
use crate::engine::runtime::Busy;
use crate::gateway::HttpError;
pub use crate::keys::KeyError;
pub use crate::library::LibraryError;

/// Why something could not be done. Nothing was sent then, so none of these costs money. The text of each is a clause
/// without a full stop; whoever shows it adds what can be done about it.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The library cannot be opened or read.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// The address of a gateway may not be used.
    #[error("The address of {gateway} in {origin} cannot be used: {reason}")]
    Address {
        /// The gateway that cannot be asked.
        gateway: GatewayId,
        /// Where the address stands: the name of an environment variable, or a file.
        origin: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// No key of a gateway is known.
    #[error("No key for {gateway} is known{}", .cause.as_ref().map(|cause| format!(" ({cause})")).unwrap_or_default())]
    NoKey {
        /// The gateway that cannot be asked.
        gateway: GatewayId,
        /// Why the password store could not tell, if that is the reason.
        cause: Option<KeyError>,
    },
    /// The keys of the bucket cannot be read.
    #[error("The keys of the bucket cannot be read ({0})")]
    Bucket(KeyError),
    /// No bucket is set up, or it has no keys.
    #[error("No bucket with keys is set up")]
    NoBucket,
    /// The HTTP library cannot start.
    #[error(transparent)]
    Network(#[from] HttpError),
    /// The engine takes no command: too many wait, or it has ended.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// The practice gateway cannot listen.
    #[error("The practice gateway cannot start: {0}")]
    Practice(std::io::Error),
    /// A fault file of the practice gateway cannot be used.
    #[error("The fault file {} cannot be used: {reason}", .file.display())]
    FaultFile {
        /// The file with the faults.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A folder cannot be read.
    #[error("The folder {} cannot be read: {cause}", .folder.display())]
    Folder {
        /// The folder that was to be read.
        folder: PathBuf,
        /// The error of the system.
        cause: std::io::Error,
    },
    /// A picture cannot be used as a start picture. Holds a sentence for the user.
    #[error("{0}")]
    Picture(String),
    /// Work in the background ended without an answer, which is a bug of Rushes.
    #[error("A part of Rushes broke: {0}")]
    Broken(#[from] tokio::task::JoinError),
}
