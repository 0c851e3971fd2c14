//! The start of the practice gateway: beside a session, or alone.

use std::path::Path;

use secrecy::SecretString;

use super::error::SessionError;
use super::home::Paths;
use crate::domain::GatewayId;
use crate::gateway::Connection;
use crate::practice::{Config, Faults};

pub use crate::practice::Practice;

/// Starts the practice gateway of a library and says how it is reached. Its jobs are kept in the library, so that a
/// clip of an earlier start still arrives.
pub(super) async fn practice_of(paths: &Paths) -> Result<(Practice, Connection), SessionError> {
    let practice = start(Config { state_dir: Some(paths.practice()), ..Config::default() }).await?;
    let connection = Connection {
        gateway: GatewayId::Practice,
        base_url: practice.apiin_url(),
        key: Some(SecretString::from(GatewayId::PRACTICE_KEY.to_owned())),
        send_undocumented: false,
    };
    Ok((practice, connection))
}

/// Starts the practice gateway alone, on a port of this computer (0 for any free one), with the faults that a file
/// names.
///
/// # Errors
///
/// [`SessionError::FaultFile`] when the file cannot be used, [`SessionError::Practice`] when the port cannot be had.
pub async fn practice_alone(port: u16, faults: Option<&Path>) -> Result<Practice, SessionError> {
    let mut config = Config { port, ..Config::default() };
    if let Some(file) = faults {
        let unusable = |reason: String| SessionError::FaultFile { file: file.to_owned(), reason };
        let text = std::fs::read_to_string(file).map_err(|err| unusable(err.to_string()))?;
        config.faults = Faults::from_json(&text).map_err(|err| unusable(err.to_string()))?;
    }
    start(config).await
}

async fn start(config: Config) -> Result<Practice, SessionError> {
    Practice::start(config).await.map_err(SessionError::Practice)
}
