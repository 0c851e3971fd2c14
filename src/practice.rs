//! The pretend gateway: both wire protocols over real HTTP on loopback, real MP4s, faults on demand.

pub mod film;
pub mod render;

use std::net::SocketAddr;

use url::Url;

/// A running practice gateway. Dropping it stops it.
#[derive(Debug)]
pub struct Practice {}

impl Practice {
    /// Starts listening on `127.0.0.1:port` (0 picks a free port) for the API, and on another free port for media.
    pub async fn start(_config: Config) -> std::io::Result<Self> {
        unimplemented!()
    }

    /// Where the API listens.
    pub fn address(&self) -> SocketAddr {
        unimplemented!()
    }

    /// Base URL of the aigateway protocol, `http://127.0.0.1:PORT/v1`.
    pub fn aigateway_url(&self) -> Url {
        unimplemented!()
    }

    /// Base URL of the apiin protocol, `http://127.0.0.1:PORT/api/v1`.
    pub fn apiin_url(&self) -> Url {
        unimplemented!()
    }
}

/// How the practice gateway behaves.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Port of the API, 0 for any.
    pub port: u16,
}

/// The key that the practice gateway's apiin protocol takes from the program itself. Not a secret.
pub const PRACTICE_KEY: &str = "aio_practice";
