//! The practice gateway, a pretend server: all wire protocols over real HTTP on loopback, real MP4s, faults on demand.
//!
//! Two listeners stand for the two origins of a real gateway: the API, which takes the key, and the media host, which must
//! never see it. Everything that a client has sent is in [`Practice::log`]. What goes wrong is said by [`Faults`].

pub mod config;
pub mod faults;
mod fetch;
mod files;
pub mod film;
mod films;
mod http;
mod jobs;
mod listener;
mod locked;
mod log;
mod multipart;
mod platform;
pub mod render;
mod routes;
mod server;
mod shapes;
mod store;
mod submit;
mod uploads;

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

pub use config::{
    AigatewayShape, ApiinShape, ApiinSubmitShape, Cancelling, Config, FilmSource, GoodKeys, LinkKind, Pace,
    PlatformNumbers, PlatformRules, Shapes, Timing, UnknownFields, Wallet,
};
pub use faults::{Fault, FaultFileError, FaultKind, Faults, Target};
use jobs::Room;
pub use jobs::{MadeJob, Protocol, Stage};
use locked::locked;
pub use log::{NotSeen, Origin, Seen};
use server::Server;
use store::Store;
use tokio::{net::TcpListener, task::JoinHandle};
pub use uploads::Uploaded;
use url::Url;

/// A running practice gateway. Dropping it stops it: listeners close, connections break. A film that is being rendered
/// is finished and thrown away.
#[derive(Debug)]
pub struct Practice {
    server: Arc<Server>,
    listeners: [JoinHandle<()>; 2],
}

impl Practice {
    /// Starts listening on `127.0.0.1:port` (0 picks a free port) for the API, and on another free port for media.
    ///
    /// # Errors
    /// When a port cannot be had, or the folder of [`Config::state_dir`] cannot be made or listed.
    pub async fn start(config: Config) -> io::Result<Self> {
        let kept = match config.state_dir.clone() {
            Some(folder) => {
                let retention = config.timing.retention;
                let opening = tokio::task::spawn_blocking(move || Store::open(folder, retention, Room::default()));
                Some(opening.await.map_err(io::Error::other)??)
            }
            None => None,
        };
        let api = TcpListener::bind((Ipv4Addr::LOCALHOST, config.port)).await?;
        let media = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let server = Arc::new(Server::new(config, kept, api.local_addr()?, media.local_addr()?));
        let listeners = [(api, Origin::Api), (media, Origin::Media)]
            .map(|(listener, origin)| tokio::spawn(listener::listen(Arc::clone(&server), listener, origin)));
        Ok(Self { server, listeners })
    }

    /// The address on which the API listens.
    pub fn address(&self) -> SocketAddr {
        self.server.api
    }

    /// The address on which finished films are served.
    pub fn media_address(&self) -> SocketAddr {
        self.server.media
    }

    /// Base URL of the aigateway protocol, `http://127.0.0.1:PORT/v1`.
    pub fn aigateway_url(&self) -> Url {
        self.url("v1")
    }

    /// Base URL of the apiin protocol, `http://127.0.0.1:PORT/api/v1`.
    pub fn apiin_url(&self) -> Url {
        self.url("api/v1")
    }

    /// Base URL of the protocol of PixVerse's Platform, `http://127.0.0.1:PORT/openapi/v2`.
    pub fn pixverse_url(&self) -> Url {
        self.url("openapi/v2")
    }

    fn url(&self, path: &str) -> Url {
        Url::parse(&format!("http://{}/{path}", self.server.api)).expect("an address and a plain path make a URL")
    }

    /// All requests in the order of their heads; the oldest are forgotten beyond [`Config::log_limit`].
    pub fn log(&self) -> Vec<Seen> {
        self.server.log.all()
    }

    /// Submits whose whole body arrived, whatever they were answered.
    pub fn submits(&self) -> Vec<Seen> {
        self.log().into_iter().filter(Seen::is_submit).collect()
    }

    /// Number of submits with exactly this prompt whose whole body arrived.
    pub fn submits_of(&self, prompt: &str) -> usize {
        self.submits().iter().filter(|seen| seen.prompt() == Some(prompt)).count()
    }

    /// Waits until the log is as wished; comes back at once when it is already. After a minute it gives up.
    ///
    /// # Errors
    /// When the minute has passed and the log is still not so.
    pub async fn wait_until(&self, is_so: impl Fn(&[Seen]) -> bool) -> Result<Vec<Seen>, NotSeen> {
        self.server.log.wait_until(is_so).await
    }

    /// All jobs that were taken, oldest first.
    pub fn jobs(&self) -> Vec<MadeJob> {
        locked(&self.server.jobs).all()
    }

    /// The pictures that were uploaded, oldest first.
    pub fn uploads(&self) -> Vec<Uploaded> {
        locked(&self.server.uploads).all()
    }

    /// The money and credits that are left.
    pub fn wallet(&self) -> Wallet {
        locked(&self.server.jobs).wallet()
    }

    /// The film of a job, made now if it was not yet; `None` for unknown jobs and when it cannot be made.
    pub async fn film_of(&self, job: &str) -> Option<Vec<u8>> {
        let spec = locked(&self.server.jobs).get(job).map(|job| Arc::clone(&job.film))?;
        let made = self.server.films.made(&spec).await;
        made.get()?.as_ref().ok().map(|film| film.bytes.to_vec())
    }

    /// Replaces all faults; their counters begin anew.
    pub fn set_faults(&self, faults: &Faults) {
        *locked(&self.server.faults) = faults::ActiveFaults::new(faults);
    }

    /// Expires all links that were given so far.
    pub fn expire_links(&self) {
        for job in locked(&self.server.jobs).iter_mut() {
            job.link_epoch += 1;
        }
    }
}

impl Drop for Practice {
    fn drop(&mut self) {
        for listener in &self.listeners {
            listener.abort();
        }
        self.server.stop();
    }
}
