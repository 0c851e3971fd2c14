//! WITH WHOM: talks to the gateways, each in its own wire protocol.
//!
//! One file for each gateway turns a [`Submission`] into bytes and bytes into the outcomes of
//! [`crate::domain::outcome`]. Nothing here decides what follows; that is the engine's.

mod aigateway;
mod apiin;
mod bucket;
mod classify;
mod clients;
#[doc(hidden)]
pub mod fuzzing;
mod http;
mod json;
mod link;
mod media;
mod pixverse;
mod proxy;
mod redact;
mod retry_after;
mod submission;
mod tls;
mod upload;
mod wire;

use reqwest::Method;
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

pub use self::bucket::{BucketClient, BucketConnection};
use self::classify::Attempt;
use self::clients::Clients;
pub use self::clients::{Http, HttpError, NetworkOptions, certificate_trouble};
pub use self::http::LimitHint;
use self::http::{Call, Payload, Seen};
pub use self::link::{check_base_url, is_loopback};
pub use self::media::{BodyEnd, Media, MediaError, ResumeFrom};
pub use self::pixverse::Picture as UploadedPicture;
pub use self::proxy::proxy_trouble;
use self::redact::Redactor;
pub use self::submission::{Submission, SubmittedPicture};
pub use self::upload::Progress;
use self::wire::Dialect;
use crate::domain::outcome::{
    CancelOutcome, FindOutcome, KeyCheck, NetworkCause, PollOutcome, Rejection, RejectionKind, SubmitOutcome,
    UploadOutcome,
};
use crate::domain::{GatewayId, GatewayText, KeyMark, RawExchange, RemoteId, Sha256Hex, TraceId, UnixMillis, catalog};

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

impl Connection {
    /// The mark by which the key of this connection is recognized later; `None` without a key.
    pub fn key_mark(&self) -> Option<KeyMark> {
        let key = self.key.as_ref()?;
        let digits = Sha256Hex::of(key.expose_secret().as_bytes()).first_digits(8);
        u32::from_str_radix(&digits, 16).ok().map(KeyMark)
    }
}

/// An outcome with what was seen on the way to it.
#[derive(Clone, Debug)]
pub struct Answer<T> {
    /// What the answer means for the job or the key.
    pub outcome: T,
    /// The gateway's own number of this request (`X-Request-Id`), for questions to its support.
    pub request_id: Option<GatewayText>,
    /// Request and answer as text for the user to look at, without keys and signatures.
    pub exchange: RawExchange,
    /// What the rate limiter said beside it; empty where there was no answer.
    pub limit: LimitHint,
}

/// A client of one gateway. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Client {
    http: Http,
    connection: Connection,
}

/// Why a call cannot even be made.
enum Unable {
    /// There is no key that could be sent.
    NoKey,
    /// Nothing can be sent from this computer as it is.
    Obstacle(NetworkCause),
}

impl Client {
    /// A client for `connection`. Never fails: a connection without a key is answered with "key refused" locally.
    pub fn new(http: &Http, connection: Connection) -> Self {
        Self { http: http.clone(), connection }
    }

    /// Where the API of the gateway lives.
    pub fn base_url(&self) -> &Url {
        &self.connection.base_url
    }

    /// Submits a job. Exactly one POST with at most one body, whatever happens.
    pub async fn submit(&self, submission: &Submission) -> Answer<SubmitOutcome> {
        let gateway = self.connection.gateway;
        let Some(entry) = catalog::entry(submission.request.model(), gateway) else {
            let unknown = "this program does not know the model at this gateway".into();
            let kind = RejectionKind::BadRequest;
            let rejection = Rejection { kind, param: Some("model".into()), gateway_text: Some(unknown) };
            return local_answer(SubmitOutcome::Rejected(rejection), "the model is not known, so nothing was sent");
        };
        let (model_id, undocumented) = (entry.model_id.as_str(), self.connection.send_undocumented);
        let (path, tag, body) = match Dialect::of(gateway) {
            Dialect::Aigateway => {
                let body = aigateway::body(model_id, submission, undocumented);
                (aigateway::SUBMIT, aigateway::tag(submission.job), body)
            }
            Dialect::Apiin => (apiin::SUBMIT, None, apiin::body(model_id, submission, gateway, undocumented)),
            Dialect::Platform => {
                let Some((path, body)) = pixverse::order(model_id, submission, undocumented) else {
                    let refusal = "a picture of the order was not uploaded before it".into();
                    let kind = RejectionKind::PictureRefused;
                    let rejection = Rejection { kind, param: None, gateway_text: Some(refusal) };
                    return local_answer(
                        SubmitOutcome::Rejected(rejection),
                        "a picture was missing, so nothing was sent",
                    );
                };
                (path, pixverse::name(submission.trace), body)
            }
        };
        let redactor = self.redactor();
        let mut call = match self.call(&self.clients().submit, Method::POST, path, &redactor) {
            Ok(call) => call,
            Err(Unable::NoKey) => {
                let no_key = Rejection { kind: RejectionKind::KeyRefused, param: None, gateway_text: None };
                return no_key_answer(SubmitOutcome::Rejected(no_key));
            }
            Err(Unable::Obstacle(cause)) => return stuck_answer(SubmitOutcome::NotSent(cause)),
        };
        call.patience = self.http.options.for_orders();
        call.tag = tag;
        call.body = Some(Payload::Json(&body));
        let has_picture = submission.start.is_some();
        answer(http::make(call).await, |attempt| classify::submit(gateway, has_picture, attempt, &redactor))
    }

    /// Asks the gateway where a job stands.
    pub async fn poll(&self, remote_id: &RemoteId) -> Answer<PollOutcome> {
        let (gateway, redactor) = (self.connection.gateway, self.redactor());
        let path = self.job_path(remote_id);
        let call = match self.call(&self.clients().api, Method::GET, &path, &redactor) {
            Ok(call) => call,
            Err(Unable::NoKey) => return no_key_answer(PollOutcome::KeyRefused),
            Err(Unable::Obstacle(cause)) => return stuck_answer(PollOutcome::Trouble(cause)),
        };
        answer(http::make(call).await, |attempt| classify::poll(gateway, remote_id, attempt, &redactor))
    }

    /// Asks the gateway to cancel a job: `DELETE`, and where that is not known the other documented way
    /// (docs/gateways.md, section 1.5). Gateways that list no such call are not asked.
    pub async fn cancel(&self, remote_id: &RemoteId) -> Answer<CancelOutcome> {
        if !self.connection.gateway.can_cancel() {
            return local_answer(CancelOutcome::Refused, "this gateway has no call to cancel");
        }
        let (path, redactor) = (self.job_path(remote_id), self.redactor());
        let call = match self.call(&self.clients().api, Method::DELETE, &path, &redactor) {
            Ok(call) => call,
            Err(Unable::NoKey) => return no_key_answer(CancelOutcome::Refused),
            Err(Unable::Obstacle(cause)) => return stuck_answer(CancelOutcome::Trouble(cause)),
        };
        let mut seen = http::make(call).await;
        if classify::knows_no_such_call(&seen.attempt) {
            let path: Vec<&str> = path.iter().copied().chain(["cancel"]).collect();
            if let Ok(call) = self.call(&self.clients().api, Method::POST, &path, &redactor) {
                seen = http::make(call).await;
            }
        }
        answer(seen, classify::cancel)
    }

    /// Asks a question that costs nothing and that needs a good key, to learn whether the key is one.
    pub async fn check_key(&self) -> Answer<KeyCheck> {
        let (gateway, redactor) = (self.connection.gateway, self.redactor());
        let path = match Dialect::of(gateway) {
            Dialect::Aigateway => aigateway::BALANCE,
            Dialect::Apiin => &["tasks", apiin::NO_JOB],
            Dialect::Platform => pixverse::BALANCE,
        };
        let call = match self.call(&self.clients().api, Method::GET, path, &redactor) {
            Ok(call) => call,
            Err(Unable::NoKey) => return no_key_answer(KeyCheck::Refused),
            Err(Unable::Obstacle(cause)) => return stuck_answer(KeyCheck::Trouble(cause)),
        };
        answer(http::make(call).await, |attempt| classify::key_check(gateway, attempt, &redactor))
    }

    /// Uploads a picture to PixVerse's Platform, which then keeps it under a number (docs/gateways.md, section 3.2). It costs
    /// nothing, so that it may be repeated. `progress` counts the bytes of the form that were taken; [`Progress::new`] with a
    /// body. Other gateways are not asked.
    pub async fn upload_picture(&self, picture: UploadedPicture<'_>, progress: Progress) -> Answer<UploadOutcome> {
        if Dialect::of(self.connection.gateway) != Dialect::Platform {
            let refusal = UploadOutcome::Refused("this gateway takes no pictures".into());
            return local_answer(refusal, "this gateway has no call for it");
        }
        let redactor = self.redactor();
        let mut call = match self.call(&self.clients().submit, Method::POST, pixverse::UPLOAD, &redactor) {
            Ok(call) => call,
            Err(Unable::NoKey) => return no_key_answer(UploadOutcome::KeyRefused),
            Err(Unable::Obstacle(cause)) => return stuck_answer(UploadOutcome::Trouble(cause)),
        };
        let (media_type, body) = pixverse::form(picture);
        call.body = Some(Payload::Form(media_type, body));
        call.progress = Some(progress);
        answer(http::make(call).await, |attempt| classify::platform::upload(attempt, &redactor))
    }

    /// Looks for an order of unknown fate among what the gateway billed around the time when it was sent, without ordering
    /// anything (docs/gateways.md, section 3.7). Gateways whose orders carry no name of ours are not asked.
    pub async fn find_order(&self, trace: TraceId, sent_at: UnixMillis) -> Answer<FindOutcome> {
        if !self.connection.gateway.names_orders() {
            return local_answer(FindOutcome::CannotTell, "this gateway lists no orders");
        }
        let redactor = self.redactor();
        let mut cursor: Option<String> = None;
        let mut is_certain = true;
        let mut page = 1;
        loop {
            let mut call = match self.call(&self.clients().api, Method::POST, pixverse::USAGE, &redactor) {
                Ok(call) => call,
                Err(Unable::NoKey) => return no_key_answer(FindOutcome::Trouble(NetworkCause::CannotConnect)),
                Err(Unable::Obstacle(cause)) => return stuck_answer(FindOutcome::Trouble(cause)),
            };
            let body = pixverse::usage(sent_at, cursor.as_deref());
            call.body = Some(Payload::Json(&body));
            let answer = answer(http::make(call).await, |attempt| classify::platform::find(trace, attempt, &redactor));
            is_certain &= answer.outcome.outcome != FindOutcome::CannotTell;
            let end = match (&answer.outcome.outcome, &answer.outcome.more) {
                (found @ (FindOutcome::Found(_) | FindOutcome::Trouble(_)), _) => Some(found.clone()),
                (_, Some(Some(next))) if page < pixverse::USAGE_PAGES && cursor.as_ref() != Some(next) => {
                    cursor = Some(next.clone());
                    page += 1;
                    None
                }
                // The list goes on, but nothing leads to the rest of it.
                (_, Some(_)) => Some(FindOutcome::CannotTell),
                (_, None) if is_certain => Some(FindOutcome::NotFound),
                (_, None) => Some(FindOutcome::CannotTell),
            };
            if let Some(outcome) = end {
                let Answer { request_id, exchange, limit, .. } = answer;
                return Answer { outcome, request_id, exchange, limit };
            }
        }
    }

    /// Begins to fetch a clip. The key never goes along. Where aigateway asks one for a file of its own, its API is asked for
    /// a signed link to that file (docs/gateways.md, section 1.4).
    ///
    /// # Errors
    ///
    /// [`MediaError`] says what went wrong and with it what to do next.
    pub async fn open_media(&self, link: &Url, resume: Option<&ResumeFrom>) -> Result<Media, MediaError> {
        let redactor = self.redactor();
        let fetch = media::Fetch { http: &self.http, base_url: &self.connection.base_url, resume, redactor: &redactor };
        let opened = fetch.open(link).await;
        if !matches!(opened, Err(MediaError::LinkExpired(401 | 403))) {
            return opened;
        }
        match self.signed_link(link, &redactor).await {
            Some(signed) => fetch.open(&signed).await,
            None => opened,
        }
    }

    /// Asks aigateway for a signed link to a file that it keeps itself. `None` when `link` is no such file, is signed
    /// already, or no link comes.
    async fn signed_link(&self, link: &Url, redactor: &Redactor) -> Option<Url> {
        let Connection { gateway, base_url, .. } = &self.connection;
        let path = media::own_file(*gateway, base_url, link)?;
        let path: Vec<&str> = path.iter().map(String::as_str).chain(["signed"]).collect();
        let call = self.call(&self.clients().api, Method::GET, &path, redactor).ok()?;
        classify::signed_link(&http::make(call).await.attempt, redactor)
    }

    /// Where a job is looked at (docs/gateways.md, sections 1.3, 2.3 and 3.6).
    fn job_path<'a>(&self, remote_id: &'a RemoteId) -> Vec<&'a str> {
        match Dialect::of(self.connection.gateway) {
            Dialect::Aigateway => vec!["jobs", remote_id.as_str()],
            Dialect::Apiin => vec!["tasks", remote_id.as_str()],
            Dialect::Platform => pixverse::result(remote_id.as_str()).to_vec(),
        }
    }

    /// The key; practice has one that is no secret.
    fn key(&self) -> Option<&str> {
        let key = self.connection.key.as_ref().map(|key| key.expose_secret().trim()).filter(|key| !key.is_empty());
        match self.connection.gateway {
            GatewayId::Practice => key.or(Some(GatewayId::PRACTICE_KEY)),
            GatewayId::Apiin | GatewayId::Aigateway | GatewayId::Pixverse => key,
        }
    }

    /// Takes the key of this connection out of what comes back. Made for each call, so that no second copy of the key lasts.
    fn redactor(&self) -> Redactor {
        Redactor::new(self.key())
    }

    fn clients(&self) -> &Clients {
        self.http.side_of(&self.connection.base_url)
    }

    /// A call without a body and with the patience for questions.
    fn call<'a>(
        &'a self,
        client: &'a reqwest::Client,
        method: Method,
        path: &[&str],
        redactor: &'a Redactor,
    ) -> Result<Call<'a>, Unable> {
        let is_platform = Dialect::of(self.connection.gateway) == Dialect::Platform;
        let (key, tag) = if is_platform {
            (self.key().and_then(|key| secret(key).map(|value| (pixverse::KEY_HEADER, value))), pixverse::name(None))
        } else {
            (self.key().and_then(bearer), None)
        };
        let key = key.ok_or(Unable::NoKey)?;
        let mut url = self.connection.base_url.clone();
        let near = link::is_loopback(&url);
        match url.path_segments_mut() {
            Ok(mut segments) => {
                segments.pop_if_empty().extend(path);
            }
            // `check_base_url` lets no such address in.
            Err(()) => return Err(Unable::Obstacle(NetworkCause::CannotConnect)),
        };
        if let Some(obstacle) = self.http.obstacle(&url, near) {
            return Err(Unable::Obstacle(obstacle));
        }
        let (patience, proxy) = (self.http.options.for_questions(), self.http.proxy_for(&url, near));
        Ok(Call { client, method, url, key, redactor, tag, body: None, progress: None, patience, proxy })
    }
}

/// The key as a header `Authorization` that no debug output shows. `None` for a key that no header can hold, which no gateway
/// gave out.
fn bearer(key: &str) -> Option<(HeaderName, HeaderValue)> {
    let text = Zeroizing::new(format!("Bearer {key}"));
    secret(&text).map(|value| (AUTHORIZATION, value))
}

/// A text as the value of a header that no debug output shows. `None` for one that no header can hold.
fn secret(text: &str) -> Option<HeaderValue> {
    let mut header = HeaderValue::from_str(text).ok()?;
    header.set_sensitive(true);
    Some(header)
}

fn answer<T>(seen: Seen, outcome: impl FnOnce(&Attempt) -> T) -> Answer<T> {
    Answer { outcome: outcome(&seen.attempt), request_id: seen.request_id, exchange: seen.exchange, limit: seen.limit }
}

fn no_key_answer<T>(outcome: T) -> Answer<T> {
    local_answer(outcome, "there is no key that could be sent, so nothing was sent")
}

fn stuck_answer<T>(outcome: T) -> Answer<T> {
    local_answer(outcome, "this computer cannot ask the gateway as it is set up, so nothing was sent")
}

/// An answer that was given without the network.
fn local_answer<T>(outcome: T, why: &'static str) -> Answer<T> {
    let exchange = RawExchange { error: Some(why.into()), ..RawExchange::default() };
    Answer { outcome, request_id: None, exchange, limit: LimitHint::default() }
}

#[cfg(test)]
mod tests;
