//! Makes one call to an API over the HTTP library, exactly once, and says what was seen.

use std::error::Error as _;
use std::io;
use std::time::{Duration, SystemTime};

use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER,
};
use reqwest::{Body as Outgoing, Method, Response};
use serde_json::Value;
use url::Url;

use super::classify::{Attempt, Body, Reply};
use super::clients::chain;
use super::json::meaning;
use super::redact::Redactor;
use super::retry_after;
use super::upload::{Patience, Progress, Upload};
use crate::domain::outcome::{NetworkCause, ProxyFault, ProxyPlace, ProxyTrouble};
use crate::domain::{GatewayText, RawExchange};

/// Longest JSON body that is read, in bytes.
pub const JSON_LIMIT: usize = 1024 * 1024;

/// Longest description of what went wrong on the way, in characters.
const ERROR_LIMIT: usize = 1000;

/// What the gateway said beside its answer of when to ask again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LimitHint {
    /// Requests that may still be sent in the current window of the limiter (`x-ratelimit-remaining-requests`).
    pub remaining: Option<u32>,
    /// Time until the next window of the limiter begins (`x-ratelimit-reset-requests`).
    pub reset_after: Option<Duration>,
    /// How long to wait until the next look at a job: `Retry-After`, or a header such as `openai-poll-after-ms`. Of
    /// several the longest.
    pub poll_after: Option<Duration>,
}

/// One call to a gateway's API.
#[derive(Debug)]
pub struct Call<'a> {
    /// The client that makes the call.
    pub client: &'a reqwest::Client,
    /// The HTTP method, such as `POST`.
    pub method: Method,
    /// The whole address, path included.
    pub url: Url,
    /// The header that holds the key, with its value.
    pub key: (HeaderName, HeaderValue),
    /// Takes the key out of what is kept.
    pub redactor: &'a Redactor,
    /// One more header, such as the cost tag `x-aig-tag` (docs/gateways.md, section 1.8).
    pub tag: Option<(HeaderName, HeaderValue)>,
    /// What is sent; `None` sends no body.
    pub body: Option<Payload<'a>>,
    /// Told of each piece of the body that was taken: how many bytes so far.
    pub progress: Option<Progress>,
    /// How long it may take.
    pub patience: Patience,
    /// Where the proxy is set that carries it, if one does.
    pub proxy: Option<ProxyPlace>,
}

/// What a call sends.
#[derive(Debug)]
pub enum Payload<'a> {
    /// A JSON document.
    Json(&'a Value),
    /// A form with a file in it: its media type and its bytes.
    Form(String, Vec<u8>),
}

impl Payload<'_> {
    /// What is kept of it for the user to look at.
    fn shown(&self, redactor: &Redactor) -> GatewayText {
        match self {
            Self::Json(value) => redactor.json(value),
            Self::Form(_, bytes) => {
                redactor.line(&format!("a form of {} bytes, with a picture in it", bytes.len()), 100)
            }
        }
    }

    /// Its media type and its bytes.
    fn into_bytes(self) -> (String, Vec<u8>) {
        match self {
            Self::Json(value) => ("application/json".to_owned(), value.to_string().into_bytes()),
            Self::Form(media_type, bytes) => (media_type, bytes),
        }
    }
}

/// What was seen of one call, whether or not an answer came.
#[derive(Debug)]
pub struct Seen {
    /// What was seen, for the table in [`super::classify`].
    pub attempt: Attempt,
    /// The header `X-Request-Id`, at most 128 characters long.
    pub request_id: Option<GatewayText>,
    /// Request and answer as text, without keys and signatures.
    pub exchange: RawExchange,
    /// What the rate limiter said in the headers of the answer.
    pub limit: LimitHint,
}

/// Makes the call exactly once: nothing is repeated and no redirect is followed.
pub async fn make(call: Call<'_>) -> Seen {
    let Call { client, method, url, key, redactor, tag, body, progress, patience, proxy } = call;
    let mut seen = Seen {
        attempt: Attempt::Broken(NetworkCause::TimedOut),
        request_id: None,
        exchange: RawExchange {
            request_line: redactor.request_line(method.as_str(), &url),
            request_body: body.as_ref().map(|body| body.shown(redactor)).unwrap_or_default(),
            ..RawExchange::default()
        },
        limit: LimitHint::default(),
    };
    let mut request = client
        .request(method, url)
        .header(key.0, key.1)
        .header(ACCEPT, "application/json")
        .header(ACCEPT_ENCODING, "identity");
    if let Some((name, value)) = tag {
        request = request.header(name, value);
    }
    let progress = progress.unwrap_or_else(|| Progress::new(body.is_some()));
    let mut body_bytes = 0;
    if let Some(body) = body {
        let (media_type, bytes) = body.into_bytes();
        body_bytes = bytes.len();
        request = request
            .header(CONTENT_TYPE, media_type)
            .header(CONTENT_LENGTH, body_bytes)
            .body(Outgoing::wrap_stream(Upload::stream(bytes, progress.clone())));
    }
    let is_in_time = tokio::select! {
        () = converse(request, &mut seen, redactor, proxy) => true,
        () = progress.overdue(patience, body_bytes) => false,
    };
    if !is_in_time {
        let error = "it took too long; the rest was not waited for";
        seen.exchange.error.get_or_insert_with(|| error.into());
    }
    seen
}

/// Sends the request and reads the answer. Whatever is known by then stands in `seen` when it is given up midway.
async fn converse(request: reqwest::RequestBuilder, seen: &mut Seen, redactor: &Redactor, proxy: Option<ProxyPlace>) {
    let mut response = match request.send().await {
        Ok(response) => response,
        Err(cause) => {
            seen.attempt = failed(&cause, proxy);
            seen.exchange.error = Some(describe(cause, redactor));
            return;
        }
    };
    let status = response.status().as_u16();
    let headers = std::mem::take(response.headers_mut());
    let now = SystemTime::now();
    seen.exchange.status = Some(status);
    seen.exchange.response_headers = redactor.headers(&headers);
    seen.request_id = header_text(&headers, "x-request-id").map(|id| redactor.line(&id, 128));
    seen.limit = LimitHint {
        remaining: header_text(&headers, "x-ratelimit-remaining-requests").and_then(|text| text.trim().parse().ok()),
        reset_after: header_text(&headers, "x-ratelimit-reset-requests")
            .and_then(|text| retry_after::parse_reset(&text, now)),
        poll_after: waits(&headers, now).max(waits_in_millis(&headers)),
    };
    let reply = |body| {
        Attempt::Answered(Reply {
            status,
            body,
            has_retry_after: headers.contains_key(RETRY_AFTER),
            retry_after: waits(&headers, now),
            cost_cents: header_text(&headers, "x-cost-cents"),
        })
    };
    // What counts if the body never ends.
    seen.attempt = reply(Body::Unusable);
    let (body, text, error) = read_body(response, redactor).await;
    seen.exchange.response_body = text;
    seen.exchange.error = error;
    seen.attempt = reply(body);
}

/// What all `Retry-After` headers of an answer ask for.
pub fn waits(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    retry_after::parse(headers.get_all(RETRY_AFTER).iter().map(HeaderValue::as_bytes), now)
}

/// What headers ask for whose names end in `poll-after-ms` or `retry-after-ms`, as several gateways send them.
fn waits_in_millis(headers: &HeaderMap) -> Option<Duration> {
    let asks = |name: &str| name.ends_with("poll-after-ms") || name.ends_with("retry-after-ms");
    let texts = headers.iter().filter(|(name, _)| asks(name.as_str())).filter_map(|(_, value)| value.to_str().ok());
    texts.filter_map(retry_after::parse_millis).max()
}

fn header_text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// Reads the body piece by piece, never more than [`JSON_LIMIT`]. Returns its meaning, its text to keep, and what went
/// wrong.
async fn read_body(mut response: Response, redactor: &Redactor) -> (Body, GatewayText, Option<GatewayText>) {
    let mut bytes = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if bytes.len() + chunk.len() <= JSON_LIMIT => bytes.extend_from_slice(&chunk),
            Ok(Some(_)) => {
                let error = format!("the answer is longer than {JSON_LIMIT} bytes; the rest was not read");
                return (Body::Unusable, redactor.body(&bytes), Some(redactor.line(&error, ERROR_LIMIT)));
            }
            Ok(None) => break,
            Err(cause) => return (Body::Unusable, redactor.body(&bytes), Some(describe(cause, redactor))),
        }
    }
    let (body, error) = meaning(&bytes);
    let text = match &body {
        Body::Json(value) => redactor.json(value),
        Body::Empty | Body::Foreign | Body::Unusable => redactor.body(&bytes),
    };
    (body, text, error.map(|error| redactor.line(&error, ERROR_LIMIT)))
}

/// Says how a call failed before an answer. Only a failure to make the connection proves that nothing left, and with a
/// fresh connection for each order every such failure is known.
pub fn failed(cause: &reqwest::Error, proxy: Option<ProxyPlace>) -> Attempt {
    if cause.is_builder() {
        return Attempt::NoByteSent(NetworkCause::CannotConnect);
    }
    if cause.is_connect() {
        return Attempt::NoByteSent(match proxy {
            _ if is_tls(cause) => NetworkCause::Tls,
            Some(place) => NetworkCause::Proxy(ProxyTrouble { place, fault: ProxyFault::NoWay }),
            None => NetworkCause::CannotConnect,
        });
    }
    Attempt::Broken(if cause.is_timeout() { NetworkCause::TimedOut } else { NetworkCause::Broken })
}

/// Whether a failed connect failed in the TLS handshake. The TLS library reports its errors as bad data.
fn is_tls(cause: &reqwest::Error) -> bool {
    let mut source = cause.source();
    while let Some(error) = source {
        if let Some(error) = error.downcast_ref::<io::Error>()
            && error.kind() == io::ErrorKind::InvalidData
        {
            return true;
        }
        let text = error.to_string().to_ascii_lowercase();
        if ["certificate", "handshake", "tls", "corrupt message", "fatal alert"].iter().any(|word| text.contains(word))
        {
            return true;
        }
        source = error.source();
    }
    false
}

/// The error with its causes, without the address and without secrets.
pub fn describe(cause: reqwest::Error, redactor: &Redactor) -> GatewayText {
    redactor.line(&chain(&cause.without_url()), ERROR_LIMIT)
}
