//! WITH WHOM: talks to the gateways, each in its own wire protocol.
//!
//! One file for each gateway turns a [`Submission`] into bytes and bytes into the outcomes of
//! [`crate::domain::outcome`]. Nothing here decides what follows; that is the engine's.

mod aigateway;
mod apiin;
mod classify;
mod http;
mod link;
mod media;
mod redact;
mod retry_after;
mod submission;
mod wire;

use std::time::Duration;

use reqwest::Method;
use reqwest::header::HeaderValue;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use self::classify::Attempt;
use self::http::{Call, Clients, Seen};
pub use self::http::{HttpError, LimitHint};
pub use self::link::check_base_url;
pub use self::media::{BodyEnd, Media, MediaError, ResumeFrom};
pub use self::submission::Submission;
use self::wire::Dialect;
use crate::domain::outcome::{CancelOutcome, KeyCheck, PollOutcome, Rejection, RejectionKind, SubmitOutcome};
use crate::domain::{GatewayId, RawExchange, RemoteId};

/// Everything that is needed to talk to one gateway: its address, the key, and how much is told to it.
#[derive(Clone, Debug)]
pub struct Connection {
    /// The gateway that is spoken to.
    pub gateway: GatewayId,
    /// Where its API lives; checked by [`check_base_url`].
    pub base_url: Url,
    /// The key; `None` where there is none yet. `SecretString` never prints itself.
    pub key: Option<SecretString>,
    /// Whether settings that the gateway does not document go out too.
    pub send_undocumented: bool,
}

/// An outcome with what was seen on the way to it.
#[derive(Clone, Debug)]
pub struct Answer<T> {
    /// What the answer means for the job or the key.
    pub outcome: T,
    /// The gateway's own number of this request (`X-Request-Id`), for questions to its support.
    pub request_id: Option<String>,
    /// Request and answer as text for the user to look at, without keys and signatures.
    pub exchange: RawExchange,
    /// What the rate limiter said beside it; empty where there was no answer.
    pub limit: LimitHint,
}

/// A client of one gateway. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Client {
    clients: Clients,
    connection: Connection,
}

impl Client {
    /// A client for `connection`. Never fails: a connection without a key is answered with "key refused" locally.
    pub fn new(http: &Http, connection: Connection) -> Self {
        let clients = if link::is_loopback(&connection.base_url) { &http.near } else { &http.far };
        Self { clients: clients.clone(), connection }
    }

    /// Submits a job. Exactly one POST with at most one body, whatever happens.
    pub async fn submit(&self, submission: &Submission) -> Answer<SubmitOutcome> {
        let gateway = self.connection.gateway;
        let (path, tag, body) = match Dialect::of(gateway) {
            Dialect::Aigateway => {
                let body = aigateway::body(submission, self.connection.send_undocumented);
                (aigateway::SUBMIT, aigateway::tag(submission.job), body)
            }
            Dialect::Apiin => (apiin::SUBMIT, None, apiin::body(gateway, submission)),
        };
        let Some(mut call) = self.call(&self.clients.submit, Method::POST, path, SUBMIT_TIMEOUT) else {
            let no_key = Rejection { kind: RejectionKind::KeyRefused, param: None, gateway_text: None };
            return no_key_answer(SubmitOutcome::Rejected(no_key));
        };
        call.tag = tag;
        call.body = Some(&body);
        answer(http::make(call).await, |attempt| classify::submit(gateway, submission.picture.is_some(), attempt))
    }

    /// Asks the gateway where a job stands.
    pub async fn poll(&self, remote_id: &RemoteId) -> Answer<PollOutcome> {
        let gateway = self.connection.gateway;
        let Some(call) = self.call(&self.clients.api, Method::GET, &self.job_path(remote_id), POLL_TIMEOUT) else {
            return no_key_answer(PollOutcome::KeyRefused);
        };
        answer(http::make(call).await, |attempt| classify::poll(gateway, remote_id, attempt))
    }

    /// Asks the gateway to cancel a job: `DELETE`, and where that is not known the other documented way
    /// (docs/gateways.md, section 1.5). Gateways that list no such call are not asked.
    pub async fn cancel(&self, remote_id: &RemoteId) -> Answer<CancelOutcome> {
        if !self.connection.gateway.can_cancel() {
            return local_answer(CancelOutcome::Refused, "this gateway has no call to cancel");
        }
        let path = self.job_path(remote_id);
        let Some(call) = self.call(&self.clients.api, Method::DELETE, &path, POLL_TIMEOUT) else {
            return no_key_answer(CancelOutcome::Refused);
        };
        let mut seen = http::make(call).await;
        if classify::knows_no_such_call(&seen.attempt) {
            let path = [path[0], path[1], "cancel"];
            if let Some(call) = self.call(&self.clients.api, Method::POST, &path, POLL_TIMEOUT) {
                seen = http::make(call).await;
            }
        }
        answer(seen, classify::cancel)
    }

    /// Asks a question that costs nothing and that needs a good key, to learn whether the key is one.
    pub async fn check_key(&self) -> Answer<KeyCheck> {
        let gateway = self.connection.gateway;
        let path = match Dialect::of(gateway) {
            Dialect::Aigateway => aigateway::BALANCE,
            Dialect::Apiin => &["tasks", apiin::NO_JOB],
        };
        let Some(call) = self.call(&self.clients.api, Method::GET, path, POLL_TIMEOUT) else {
            return no_key_answer(KeyCheck::Refused);
        };
        answer(http::make(call).await, |attempt| classify::key_check(gateway, attempt))
    }

    /// Begins to fetch a clip. The key goes along only to this gateway's own file path, and only after a try without it.
    ///
    /// # Errors
    ///
    /// [`MediaError`] says what went wrong and with it what to do next.
    pub async fn open_media(&self, link: &Url, resume: Option<&ResumeFrom>) -> Result<Media, MediaError> {
        let fetch = media::Fetch {
            client: &self.clients.media,
            gateway: self.connection.gateway,
            base_url: &self.connection.base_url,
            authorization: self.key().and_then(bearer),
            resume,
        };
        fetch.open(link).await
    }

    /// Where a job is looked at (docs/gateways.md, sections 1.3 and 2.3).
    fn job_path<'a>(&self, remote_id: &'a RemoteId) -> [&'a str; 2] {
        match Dialect::of(self.connection.gateway) {
            Dialect::Aigateway => ["jobs", remote_id.as_str()],
            Dialect::Apiin => ["tasks", remote_id.as_str()],
        }
    }

    /// The key; practice has one that is no secret.
    fn key(&self) -> Option<&str> {
        let key = self.connection.key.as_ref().map(|key| key.expose_secret().trim()).filter(|key| !key.is_empty());
        match self.connection.gateway {
            GatewayId::Practice => key.or(Some(GatewayId::PRACTICE_KEY)),
            GatewayId::Apiin | GatewayId::Aigateway => key,
        }
    }

    /// A call without a body, or `None` when there is no key that could be sent.
    fn call<'a>(
        &'a self,
        client: &'a reqwest::Client,
        method: Method,
        path: &[&str],
        timeout: Duration,
    ) -> Option<Call<'a>> {
        let key = self.key()?;
        let mut url = self.connection.base_url.clone();
        url.path_segments_mut().ok()?.pop_if_empty().extend(path);
        Some(Call { client, method, url, authorization: bearer(key)?, key, tag: None, body: None, timeout })
    }
}

/// Longest time that a submit may take: long, because giving up leaves the fate of the order unclear.
const SUBMIT_TIMEOUT: Duration = Duration::from_secs(60);

/// Longest time that any other call to the API may take.
const POLL_TIMEOUT: Duration = Duration::from_secs(30);

/// The key as a header that no debug output shows. `None` for a key that no header can hold, which no gateway gave out.
fn bearer(key: &str) -> Option<HeaderValue> {
    let text = Zeroizing::new(format!("Bearer {key}"));
    let mut header = HeaderValue::from_str(&text).ok()?;
    header.set_sensitive(true);
    Some(header)
}

fn answer<T>(seen: Seen, outcome: impl FnOnce(&Attempt) -> T) -> Answer<T> {
    Answer { outcome: outcome(&seen.attempt), request_id: seen.request_id, exchange: seen.exchange, limit: seen.limit }
}

fn no_key_answer<T>(outcome: T) -> Answer<T> {
    local_answer(outcome, "there is no key that could be sent, so nothing was sent")
}

/// An answer that was given without the network.
fn local_answer<T>(outcome: T, why: &str) -> Answer<T> {
    let exchange = RawExchange { error: Some(why.to_owned()), ..RawExchange::default() };
    Answer { outcome, request_id: None, exchange, limit: LimitHint::default() }
}

/// The HTTP clients for gateways on the internet and on this computer: orders (a fresh connection each), questions (no
/// redirects, no retries), and media (no key, few redirects). Cheap to clone.
#[derive(Clone, Debug)]
pub struct Http {
    far: Clients,
    near: Clients,
}

impl Http {
    /// Builds the clients. Fails only when the TLS library cannot start.
    ///
    /// # Errors
    ///
    /// [`HttpError`] holds the words of the HTTP library.
    pub fn new() -> Result<Self, HttpError> {
        Ok(Self { far: Clients::for_internet()?, near: Clients::for_this_computer()? })
    }
}

#[cfg(test)]
mod tests;
