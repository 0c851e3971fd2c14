//! Everything that touches the HTTP library: builds the clients, makes one call, and says what was seen.
//!
//! Three clients for each side (the internet, and this computer):
//! * **submit** opens a fresh HTTP/1.1 connection for every order and closes it after. No kept connection can die under
//!   an order, no HTTP/2 stream can be refused and silently sent again, and a failed connect is proof that nothing left.
//! * **api** for small questions, with kept connections.
//! * **media** for clips. It never holds a key; its addresses are checked after the lookup.
//!
//! None follows redirects by itself, repeats a request, keeps cookies, or unpacks compressed bodies.

use std::error::Error as _;
use std::io;
use std::time::{Duration, SystemTime};

use reqwest::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{ClientBuilder, Method, Response};
use serde_json::Value;
use url::Url;

use super::classify::{Attempt, Body, Reply};
use super::link::{CheckedResolver, Reach, proxy_names};
use super::{redact, retry_after};
use crate::domain::RawExchange;
use crate::domain::ending::clean_text;
use crate::domain::outcome::NetworkCause;

/// Longest JSON body that is read, in bytes.
pub const JSON_LIMIT: usize = 1024 * 1024;

/// Deepest nesting of JSON that is read.
pub const DEPTH_LIMIT: usize = 64;

/// Time for the lookup of the name, the connection and the TLS handshake.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);

/// Longest silence of a media host in the middle of a clip.
const MEDIA_IDLE_TIMEOUT: Duration = Duration::from_secs(30);

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

/// The HTTP library could not start, most likely its TLS part. The text is the library's own.
#[derive(Debug, thiserror::Error)]
#[error("the network library could not start: {0}")]
pub struct HttpError(pub String);

/// The HTTP clients for gateways on the internet, or for those on this computer.
#[derive(Clone, Debug)]
pub struct Clients {
    /// Submits jobs, each over a connection of its own.
    pub submit: reqwest::Client,
    /// Asks everything else of an API: jobs, balances, cancels.
    pub api: reqwest::Client,
    /// Fetches clips from media hosts.
    pub media: reqwest::Client,
}

impl Clients {
    /// The clients for gateways on the internet.
    pub fn for_internet() -> Result<Self, HttpError> {
        let media = CheckedResolver { reach: Reach::Public, exempt: proxy_names(environment()) };
        Self::build(|builder| builder, media)
    }

    /// The clients for gateways on this computer: no proxy, and plain names lead nowhere else.
    pub fn for_this_computer() -> Result<Self, HttpError> {
        let media = CheckedResolver { reach: Reach::PublicOrLoopback, exempt: Vec::new() };
        let near = |builder: ClientBuilder| {
            builder.no_proxy().dns_resolver(CheckedResolver { reach: Reach::Loopback, exempt: Vec::new() })
        };
        Self::build(near, media)
    }

    fn build(side: impl Fn(ClientBuilder) -> ClientBuilder, media: CheckedResolver) -> Result<Self, HttpError> {
        let common = || {
            let builder = reqwest::Client::builder()
                .user_agent(concat!("rushes/", env!("CARGO_PKG_VERSION")))
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never())
                .referer(false)
                .connect_timeout(CONNECT_TIMEOUT);
            side(builder)
        };
        let start = |builder: ClientBuilder| builder.build().map_err(|cause| HttpError(chain(&cause)));
        Ok(Self {
            submit: start(common().http1_only().pool_max_idle_per_host(0))?,
            api: start(common())?,
            media: start(common().read_timeout(MEDIA_IDLE_TIMEOUT).dns_resolver(media))?,
        })
    }
}

/// The environment as far as it is text.
fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
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
    /// The value of the header `Authorization`, which holds the key.
    pub authorization: HeaderValue,
    /// The key itself, so that it can be taken out of what is kept.
    pub key: &'a str,
    /// A cost tag for the header `x-aig-tag` (docs/gateways.md, section 1.8).
    pub tag: Option<HeaderValue>,
    /// The JSON body; `None` sends no body.
    pub body: Option<&'a Value>,
    /// Longest time for the whole call, the body of the answer included.
    pub timeout: Duration,
}

/// What was seen of one call, whether or not an answer came.
#[derive(Debug)]
pub struct Seen {
    /// What was seen, for the table in [`super::classify`].
    pub attempt: Attempt,
    /// The header `X-Request-Id`, cleaned and at most 128 characters long.
    pub request_id: Option<String>,
    /// Request and answer as text, without keys and signatures.
    pub exchange: RawExchange,
    /// What the rate limiter said in the headers of the answer.
    pub limit: LimitHint,
}

/// Makes the call exactly once: nothing is repeated and no redirect is followed.
pub async fn make(call: Call<'_>) -> Seen {
    let key = Some(call.key);
    let mut seen = Seen {
        attempt: Attempt::Broken(NetworkCause::Broken),
        request_id: None,
        exchange: RawExchange {
            request_line: format!("{} {}", call.method, redact::url(&call.url)),
            request_body: call.body.map(|body| redact::json(body, key)).unwrap_or_default(),
            ..RawExchange::default()
        },
        limit: LimitHint::default(),
    };
    let mut request = call
        .client
        .request(call.method, call.url)
        .header(AUTHORIZATION, call.authorization)
        .header(ACCEPT, "application/json")
        .header(ACCEPT_ENCODING, "identity")
        .timeout(call.timeout);
    if let Some(tag) = call.tag {
        request = request.header("x-aig-tag", tag);
    }
    if let Some(body) = call.body {
        request = request.header(CONTENT_TYPE, "application/json").body(body.to_string());
    }
    let mut response = match request.send().await {
        Ok(response) => response,
        Err(cause) => {
            seen.attempt = failed(&cause);
            seen.exchange.error = Some(describe(cause, key));
            return seen;
        }
    };
    let status = response.status().as_u16();
    let headers = std::mem::take(response.headers_mut());
    let now = SystemTime::now();
    seen.exchange.status = Some(status);
    seen.exchange.response_headers = redact::headers(&headers, key);
    seen.request_id = header_text(&headers, "x-request-id").map(|id| clean_text(&redact::text(&id, key), 128));
    seen.limit = LimitHint {
        remaining: header_text(&headers, "x-ratelimit-remaining-requests").and_then(|text| text.trim().parse().ok()),
        reset_after: header_text(&headers, "x-ratelimit-reset-requests")
            .and_then(|text| retry_after::parse_reset(&text, now)),
        poll_after: waits(&headers, now).max(waits_in_millis(&headers)),
    };
    let (body, text, error) = read_body(response, key).await;
    seen.exchange.response_body = text;
    seen.exchange.error = error;
    seen.attempt = Attempt::Answered(Reply {
        status,
        body,
        has_retry_after: headers.contains_key(RETRY_AFTER),
        retry_after: waits(&headers, now),
        cost_cents: header_text(&headers, "x-cost-cents"),
    });
    seen
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
async fn read_body(mut response: Response, key: Option<&str>) -> (Body, String, Option<String>) {
    let mut bytes = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if bytes.len() + chunk.len() <= JSON_LIMIT => bytes.extend_from_slice(&chunk),
            Ok(Some(_)) => {
                let error = format!("the answer is longer than {JSON_LIMIT} bytes; the rest was not read");
                return (Body::Unusable, redact::body(&bytes, key), Some(error));
            }
            Ok(None) => break,
            Err(cause) => return (Body::Unusable, redact::body(&bytes, key), Some(describe(cause, key))),
        }
    }
    let (body, error) = meaning(&bytes);
    let text = match &body {
        Body::Json(value) => redact::json(value, key),
        Body::Empty | Body::Foreign | Body::Unusable => redact::body(&bytes, key),
    };
    (body, text, error)
}

/// Parses a body that was read to its end; the second value says what is wrong with it.
pub fn meaning(bytes: &[u8]) -> (Body, Option<String>) {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return (Body::Empty, None);
    }
    if depth(bytes) > DEPTH_LIMIT {
        return (Body::Unusable, Some(format!("the answer is nested deeper than {DEPTH_LIMIT} levels")));
    }
    match serde_json::from_slice(bytes) {
        Ok(value) => (Body::Json(value), None),
        Err(cause) => (Body::Foreign, Some(format!("the answer is no JSON: {cause}"))),
    }
}

/// The deepest nesting of brackets outside of texts. One pass without recursion, before the parser sees the bytes.
fn depth(bytes: &[u8]) -> usize {
    let (mut here, mut deepest) = (0usize, 0usize);
    let (mut in_text, mut is_escaped) = (false, false);
    for byte in bytes {
        if in_text {
            match byte {
                _ if is_escaped => is_escaped = false,
                b'\\' => is_escaped = true,
                b'"' => in_text = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_text = true,
            b'{' | b'[' => {
                here += 1;
                deepest = deepest.max(here);
            }
            b'}' | b']' => here = here.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// Says how a call failed before an answer. Only a failure to make the connection proves that nothing left, and with a
/// fresh connection for each order every such failure is known.
fn failed(cause: &reqwest::Error) -> Attempt {
    if cause.is_builder() {
        return Attempt::NoByteSent(NetworkCause::CannotConnect);
    }
    if cause.is_connect() {
        return Attempt::NoByteSent(if is_tls(cause) { NetworkCause::Tls } else { NetworkCause::CannotConnect });
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
        if ["certificate", "handshake", "tls", "corrupt message"].iter().any(|word| text.contains(word)) {
            return true;
        }
        source = error.source();
    }
    false
}

/// The error with its causes, without the address and without secrets.
pub fn describe(cause: reqwest::Error, key: Option<&str>) -> String {
    redact::text(&chain(&cause.without_url()), key)
}

fn chain(cause: &reqwest::Error) -> String {
    let mut text = cause.to_string();
    let mut source = cause.source();
    while let Some(error) = source {
        let next = error.to_string();
        if !text.contains(&next) {
            text.push_str(": ");
            text.push_str(&next);
        }
        source = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_counts_brackets_outside_of_texts() {
        for (text, expected) in [
            ("", 0),
            ("1", 0),
            ("{}", 1),
            ("[[]]", 2),
            ("{\"a\":[{}]}", 3),
            ("\"[[[[\"", 0),
            ("\"\\\"[[\"", 0),
            ("[\"\\\\\",[]]", 2),
            ("]]]][", 1),
        ] {
            assert_eq!(depth(text.as_bytes()), expected, "{text}");
        }
        assert_eq!(depth("[".repeat(1_000_000).as_bytes()), 1_000_000);
    }

    #[test]
    fn bodies() {
        let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        for (text, expected) in [
            ("", Body::Empty),
            (" \r\n", Body::Empty),
            ("{}", Body::Json(serde_json::json!({}))),
            ("{\"id\":", Body::Foreign),
            ("{\"a\":NaN}", Body::Foreign),
            ("{\"a\":1e400}", Body::Foreign),
            ("{\"a\":\"\\ud800\"}", Body::Foreign),
            ("{\"a\":1}x", Body::Foreign),
            ("<html></html>", Body::Foreign),
            (&deep(DEPTH_LIMIT + 1), Body::Unusable),
            (&deep(1_000_000), Body::Unusable),
        ] {
            assert_eq!(meaning(text.as_bytes()).0, expected, "{}", &text[..text.len().min(40)]);
        }
        assert!(matches!(meaning(deep(DEPTH_LIMIT).as_bytes()).0, Body::Json(_)));
        assert_eq!(meaning(b"{\"a\":\"\xff\"}").0, Body::Foreign);
    }
}
