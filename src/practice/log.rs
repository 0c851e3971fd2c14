//! The log of all requests that the practice gateway has seen, so that tests can count requests and find keys where none may be.

use std::{collections::VecDeque, fmt, sync::Mutex, time::Duration};

use serde_json::Value;
use tokio::sync::watch;

use super::{faults::Target, http::Head, locked::locked};
use crate::domain::Sha256Hex;

/// JSON bodies up to this size are kept in the log; of larger ones only hash and length.
const KEPT_JSON_BYTES: usize = 4 * 1024 * 1024;

/// How long [`super::Practice::wait_until`] waits before it says that nothing will come.
const WAIT_LIMIT: Duration = Duration::from_secs(60);

/// Which listener a request came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The listener of the API.
    Api,
    /// The listener from which finished films are served.
    Media,
}

/// One request as the practice gateway has seen it.
#[derive(Clone, PartialEq)]
pub struct Seen {
    /// Counted from 1 over all requests since the start.
    pub number: u64,
    /// The listener that it came to.
    pub origin: Origin,
    /// The kind of the request, by its method and path.
    pub target: Target,
    /// The HTTP method, such as `GET`.
    pub method: String,
    /// Path without the query, as it was sent.
    pub path: String,
    /// The query without its question mark, as it was sent.
    pub query: Option<String>,
    /// All headers with the case in which they were sent.
    pub headers: Vec<(String, String)>,
    /// Whether the whole body was read.
    pub is_whole: bool,
    /// Length of the body in bytes.
    pub body_bytes: u64,
    /// SHA-256 of the body in hexadecimal; empty until it was read.
    pub body_sha256: String,
    /// The body when it is JSON and not huge.
    pub json: Option<Value>,
    /// The job that it made or spoke of.
    pub job: Option<String>,
    /// Status of the answer; `None` when none was sent (yet).
    pub status: Option<u16>,
}

impl Seen {
    /// The first header of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Value of the header `Authorization`, which holds the key.
    pub fn authorization(&self) -> Option<&str> {
        self.header("authorization")
    }

    /// Value of the header `API-KEY`, which holds the key at PixVerse.
    pub fn api_key(&self) -> Option<&str> {
        self.header("api-key")
    }

    /// The name of the request at PixVerse, `Ai-trace-id` (docs/gateways.md, section 3.1).
    pub fn trace(&self) -> Option<&str> {
        self.header("ai-trace-id")
    }

    /// The cost tag of aigateway, `x-aig-tag` (docs/gateways.md, section 1.8).
    pub fn tag(&self) -> Option<&str> {
        self.header("x-aig-tag")
    }

    /// The field `prompt` of a JSON body, which submits have.
    pub fn prompt(&self) -> Option<&str> {
        self.json.as_ref()?.get("prompt")?.as_str()
    }

    /// Whether it is a submit whose whole body arrived: something that a gateway could charge for.
    pub fn is_submit(&self) -> bool {
        self.target == Target::Submit && self.is_whole
    }

    /// Whether `text` stands anywhere in it: path, query, headers or JSON. For tests that look for a key.
    pub fn mentions(&self, text: &str) -> bool {
        self.path.contains(text)
            || self.query.as_deref().is_some_and(|query| query.contains(text))
            || self.headers.iter().any(|(name, value)| name.contains(text) || value.contains(text))
            || self.json.as_ref().is_some_and(|json| json.to_string().contains(text))
    }
}

/// Says nothing of headers, query and body: a key or a signature could stand there.
impl fmt::Debug for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { number, origin, method, path, status, body_bytes, is_whole, .. } = self;
        write!(f, "#{number} {origin:?} {method} {path} ({body_bytes} B, whole: {is_whole}) -> {status:?}")
    }
}

/// What was waited for did not happen. Holds what was seen instead.
#[derive(Debug, thiserror::Error)]
#[error("not seen within {WAIT_LIMIT:?}; seen so far: {0:?}")]
pub struct NotSeen(pub Vec<Seen>);

#[derive(Debug)]
pub(super) struct Log {
    entries: Mutex<Entries>,
    changed: watch::Sender<u64>,
    limit: usize,
}

#[derive(Debug, Default)]
struct Entries {
    seen: VecDeque<Seen>,
    last_number: u64,
}

impl Log {
    pub fn new(limit: usize) -> Self {
        Self { entries: Mutex::default(), changed: watch::Sender::new(0), limit: limit.max(1) }
    }

    /// Notes a request whose head was read. The number names it from now on.
    pub fn begin(&self, origin: Origin, target: Target, head: &Head) -> u64 {
        let number = {
            let mut entries = locked(&self.entries);
            entries.last_number += 1;
            let number = entries.last_number;
            entries.seen.push_back(Seen {
                number,
                origin,
                target,
                method: head.method.clone(),
                path: head.path.clone(),
                query: head.query.clone(),
                headers: head.headers.clone(),
                is_whole: false,
                body_bytes: 0,
                body_sha256: String::new(),
                json: None,
                job: None,
                status: None,
            });
            if entries.seen.len() > self.limit {
                entries.seen.pop_front();
            }
            number
        };
        self.wake();
        number
    }

    pub fn body(&self, number: u64, body: &[u8]) {
        let json = if body.len() <= KEPT_JSON_BYTES { serde_json::from_slice(body).ok() } else { None };
        let sha256 = Sha256Hex::of(body).to_string();
        self.change(number, |seen| {
            seen.is_whole = true;
            seen.body_bytes = body.len() as u64;
            seen.body_sha256 = sha256;
            seen.json = json;
        });
    }

    pub fn job(&self, number: u64, job: &str) {
        self.change(number, |seen| seen.job = Some(job.to_owned()));
    }

    pub fn answered(&self, number: u64, status: u16) {
        self.change(number, |seen| seen.status = Some(status));
    }

    fn change(&self, number: u64, change: impl FnOnce(&mut Seen)) {
        {
            let mut entries = locked(&self.entries);
            if let Some(seen) = entries.seen.iter_mut().rev().find(|seen| seen.number == number) {
                change(seen);
            }
        }
        self.wake();
    }

    /// Wakes everybody who waits: something is to be looked at anew.
    pub fn wake(&self) {
        self.changed.send_modify(|version| *version = version.wrapping_add(1));
    }

    pub fn all(&self) -> Vec<Seen> {
        locked(&self.entries).seen.iter().cloned().collect()
    }

    pub async fn wait_until(&self, is_so: impl Fn(&[Seen]) -> bool) -> Result<Vec<Seen>, NotSeen> {
        let mut changes = self.changed.subscribe();
        let wait = async {
            loop {
                changes.borrow_and_update();
                let all = self.all();
                if is_so(&all) {
                    return all;
                }
                if changes.changed().await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
        };
        tokio::time::timeout(WAIT_LIMIT, wait).await.ok().ok_or_else(|| NotSeen(self.all()))
    }
}
