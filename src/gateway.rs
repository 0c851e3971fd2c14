//! WITH WHOM: the gateways' wire protocols.
//!
//! One file for each provider turns a [`GenerationRequest`] into bytes and bytes into the outcomes of
//! [`crate::domain::outcome`]. Nothing here decides what follows; that is the engine's.

use std::time::Duration;

use secrecy::SecretString;
use url::Url;

use crate::domain::outcome::{CancelOutcome, KeyCheck, PollOutcome, SubmitOutcome};
use crate::domain::{GatewayId, GenerationRequest, JobId, RawExchange, RemoteId};

/// How to reach one gateway.
#[derive(Clone, Debug)]
pub struct Connection {
    /// Which one.
    pub gateway: GatewayId,
    /// Where its API lives; checked by [`check_base_url`].
    pub base_url: Url,
    /// The key; `None` where there is none yet. `SecretString` never prints itself.
    pub key: Option<SecretString>,
    /// Whether settings that the gateway does not document go out too.
    pub send_undocumented: bool,
}

/// An order as it goes out.
#[derive(Clone, Debug)]
pub struct Order {
    /// Our id of the job; goes out as a cost tag where a gateway has one.
    pub job: JobId,
    /// What is asked.
    pub request: GenerationRequest,
    /// The start picture in the form in which it goes out: a web address, or a `data:` URI.
    pub picture: Option<String>,
}

/// What the gateway's limiter said beside its answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LimitHint {
    /// Requests left in the window (`x-ratelimit-remaining-requests`).
    pub remaining: Option<u32>,
    /// Time until the window begins anew (`x-ratelimit-reset-requests`).
    pub reset_after: Option<Duration>,
}

/// An outcome with what was seen on the way to it.
#[derive(Clone, Debug)]
pub struct Answer<T> {
    /// What it means.
    pub outcome: T,
    /// `X-Request-Id`.
    pub request_id: Option<String>,
    /// The conversation, free of secrets.
    pub exchange: RawExchange,
    /// What the limiter said.
    pub limit: LimitHint,
}

/// A client of one gateway. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Client {}

impl Client {
    /// A client for `connection`. Never fails: a connection without a key is answered with "key refused" locally.
    pub fn new(_http: &Http, _connection: Connection) -> Self {
        unimplemented!()
    }

    /// Sends an order. Exactly one POST with at most one body, whatever happens.
    pub async fn submit(&self, _order: &Order) -> Answer<SubmitOutcome> {
        unimplemented!()
    }

    /// Looks at a job.
    pub async fn poll(&self, _remote_id: &RemoteId) -> Answer<PollOutcome> {
        unimplemented!()
    }

    /// Asks the gateway to cancel a job.
    pub async fn cancel(&self, _remote_id: &RemoteId) -> Answer<CancelOutcome> {
        unimplemented!()
    }

    /// Tries the key without spending anything.
    pub async fn check_key(&self) -> Answer<KeyCheck> {
        unimplemented!()
    }

    /// Begins to fetch a clip. The key goes along only to this gateway's own file path, and only after a try without it.
    pub async fn open_media(&self, _link: &Url, _resume: Option<&ResumeFrom>) -> Result<Media, MediaError> {
        unimplemented!()
    }
}

/// Where a download goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResumeFrom {
    /// First byte that is wanted, more than zero.
    pub offset: u64,
    /// Strong validator for If-Range.
    pub validator: String,
    /// Full length, when it is known.
    pub total_bytes: Option<u64>,
}

/// An answer of a media host whose head was checked. Read it with [`Media::chunk`].
#[derive(Debug)]
pub struct Media {
    /// Offset of the first byte of the body: 0, or the offset that was asked for and confirmed by Content-Range.
    pub offset: u64,
    /// Full length of the file, when the server states one.
    pub total_bytes: Option<u64>,
    /// Strong ETag, else Last-Modified, when the server states one.
    pub validator: Option<String>,
}

impl Media {
    /// The next bytes, or `None` at the end of the body as the server framed it.
    pub async fn chunk(&mut self) -> Result<Option<Vec<u8>>, MediaError> {
        unimplemented!()
    }
}

/// Why a clip could not be fetched (any more).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MediaError {
    /// 401, 403, 404, 410, or 400 on a signed link: ask the job for a fresh link.
    #[error("the link has expired (HTTP {0})")]
    LinkExpired(u16),
    /// 416: what lies on disk does not fit the file any more; begin anew.
    #[error("the file changed on the server")]
    Changed,
    /// The link may not be fetched at all: its scheme or host is refused.
    #[error("the link is not safe to fetch: {0}")]
    RefusedLink(String),
    /// The server sent something that is no film.
    #[error("the server sent {0} instead of a film")]
    NotAFilm(String),
    /// Network trouble or 5xx, 429; try again later.
    #[error("{detail}")]
    Trouble {
        /// For people.
        detail: String,
        /// How long the server asked to wait.
        retry_after: Option<Duration>,
    },
}

/// The two HTTP clients: one for APIs (no redirects, no retries), one for media (no key, few redirects).
#[derive(Clone, Debug)]
pub struct Http {}

impl Http {
    /// Builds both clients. Fails only when the TLS library cannot start.
    pub fn new() -> Result<Self, HttpError> {
        unimplemented!()
    }
}

/// The HTTP library could not start.
#[derive(Debug, thiserror::Error)]
#[error("the network library could not start: {0}")]
pub struct HttpError(pub String);

/// Checks a base URL: `https` anywhere, `http` on loopback only; no user name, no query. Returns it without a slash at
/// its end.
pub fn check_base_url(_text: &str) -> Result<Url, String> {
    unimplemented!()
}
