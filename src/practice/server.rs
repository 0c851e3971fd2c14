//! The state of a running practice gateway, which all its connections share.

use std::{
    collections::{HashMap, VecDeque},
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use sha2::{Digest as _, Sha256};
use tokio::{task::JoinSet, time::Instant};

use super::{
    config::{Config, GoodKeys},
    faults::ActiveFaults,
    films::Films,
    http::{Answer, Head},
    jobs::{Jobs, MadeJob, Protocol, Room},
    locked::locked,
    log::Log,
    shapes,
    store::Store,
    submit::Refusal,
    uploads::Uploads,
};
use crate::domain::Sha256Hex;

/// The state of a practice gateway: jobs, money, faults, films and the log of requests.
#[derive(Debug)]
pub(super) struct Server {
    pub config: Config,
    pub api: SocketAddr,
    pub media: SocketAddr,
    pub jobs: Mutex<Jobs>,
    pub faults: Mutex<ActiveFaults>,
    pub films: Arc<Films>,
    pub log: Log,
    pub renders: Mutex<JoinSet<()>>,
    /// The pictures that were uploaded. They end with this gateway.
    pub uploads: Mutex<Uploads>,
    /// Where jobs are kept beyond the life of this gateway.
    pub store: Option<Store>,
    secret: Vec<u8>,
    drawn: AtomicU64,
    requests: Mutex<HashMap<String, VecDeque<Instant>>>,
}

impl Server {
    pub fn new(config: Config, kept: Option<(Store, Vec<MadeJob>)>, api: SocketAddr, media: SocketAddr) -> Self {
        let secret = match config.id_seed {
            Some(seed) => seed.to_be_bytes().to_vec(),
            None => uuid::Uuid::now_v7().as_bytes().to_vec(),
        };
        let (store, restored) = kept.map_or((None, Vec::new()), |(store, jobs)| (Some(store), jobs));
        let mut jobs = Jobs::new(config.wallet, Room::default());
        for job in restored {
            jobs.insert(job);
        }
        Self {
            jobs: Mutex::new(jobs),
            store,
            faults: Mutex::new(ActiveFaults::new(&config.faults)),
            films: Arc::new(Films::new(config.films.clone())),
            log: Log::new(config.log_limit),
            renders: Mutex::default(),
            uploads: Mutex::default(),
            secret,
            drawn: AtomicU64::new(0),
            requests: Mutex::default(),
            config,
            api,
            media,
        }
    }

    /// Ends the tasks that wait for films. The listeners and their connections end with their own tasks.
    pub fn stop(&self) {
        locked(&self.renders).abort_all();
    }

    /// A fresh number that nobody can guess without the secret, as hexadecimal.
    pub fn draw(&self, purpose: &str) -> String {
        let count = self.drawn.fetch_add(1, Ordering::Relaxed);
        self.digest(&[purpose, &count.to_string()])
    }

    /// A hash over the secret and these parts, as hexadecimal.
    pub fn digest(&self, parts: &[&str]) -> String {
        let mut hasher = Sha256::new();
        hasher.update(&self.secret);
        for part in parts {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part.as_bytes());
        }
        Sha256Hex::from(hasher).to_string()
    }

    /// Whether the key of this request is good for `protocol`.
    pub fn is_key_good(&self, protocol: Protocol, head: &Head) -> bool {
        let key = match protocol {
            Protocol::Aigateway | Protocol::Apiin => {
                head.header("authorization").and_then(|value| value.strip_prefix("Bearer "))
            }
            Protocol::Pixverse => head.header("api-key"),
        };
        let key = key.map(str::trim);
        let prefix = match protocol {
            Protocol::Aigateway => "sk-aig-",
            Protocol::Apiin => "aio_",
            Protocol::Pixverse => "",
        };
        let has_prefix = key.is_some_and(|key| key.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty()));
        match &self.config.keys {
            GoodKeys::NotChecked => true,
            GoodKeys::AnyWithPrefix => has_prefix,
            GoodKeys::Exactly { aigateway, apiin, pixverse } => {
                let good = match protocol {
                    Protocol::Aigateway => aigateway,
                    Protocol::Apiin => apiin,
                    Protocol::Pixverse => pixverse,
                };
                has_prefix && key == Some(good)
            }
        }
    }

    /// An error in the shape of this gateway.
    pub fn error(&self, protocol: Protocol, refusal: &Refusal) -> Answer {
        if protocol == Protocol::Apiin && self.config.apiin_errors_under_200 {
            return Answer::json(200, &shapes::enveloped_error(refusal));
        }
        Answer::json(refusal.status, &shapes::error(protocol, refusal))
    }

    /// Counts a request of a key against its limit.
    pub fn count(&self, head: &Head) -> Option<Limits> {
        let limit = self.config.requests_per_minute?;
        let now = Instant::now();
        let window = self.config.timing.rate_window;
        let key = self.digest(&[head.header("authorization").unwrap_or_default()]);
        let mut requests = locked(&self.requests);
        let times = requests.entry(key).or_default();
        while times.front().is_some_and(|time| now.saturating_duration_since(*time) >= window) {
            times.pop_front();
        }
        let free_in = |times: &VecDeque<Instant>| {
            times.front().map_or(Duration::ZERO, |first| window.saturating_sub(now.saturating_duration_since(*first)))
        };
        let is_over = times.len() >= limit as usize;
        if !is_over {
            times.push_back(now);
        }
        let wait = free_in(times);
        Some(Limits {
            limit: u64::from(limit),
            remaining: u64::from(limit).saturating_sub(times.len() as u64),
            reset_secs: wait.as_secs() + u64::from(wait.subsec_nanos() > 0),
            wait: is_over.then_some(wait),
        })
    }
}

/// Where a key stands against its limit of requests per minute.
pub(super) struct Limits {
    pub limit: u64,
    pub remaining: u64,
    pub reset_secs: u64,
    /// When the request is over the limit: how long until one is free again.
    pub wait: Option<Duration>,
}

/// The words of the gateways for a status (docs/gateways.md, section 1.6).
pub(super) fn refusal_of(status: u16) -> Refusal {
    let (kind, message) = match status {
        400 => ("invalid_request", "Invalid parameters"),
        401 => ("authentication_error", "Invalid API key"),
        402 => ("insufficient_credits", "Insufficient credits"),
        403 => ("forbidden", "Forbidden"),
        404 => ("not_found", "Not found"),
        405 => ("method_not_allowed", "Method not allowed"),
        408 => ("timeout", "Request timeout"),
        409 => ("conflict", "Conflict"),
        429 => ("rate_limit_error", "Rate limit exceeded"),
        503 => ("service_unavailable", "Upstream saturated"),
        _ => ("server_error", "Upstream failed"),
    };
    Refusal { status, kind, message: message.to_owned(), param: None }
}

/// The present time in seconds since 1970 (Unix time).
pub(super) fn now_unix() -> i64 {
    now_unix_millis().div_euclid(1000)
}

/// The present time in milliseconds since 1970.
pub(super) fn now_unix_millis() -> i64 {
    let passed = SystemTime::now().duration_since(UNIX_EPOCH);
    passed.map_or(0, |passed| i64::try_from(passed.as_millis()).unwrap_or(i64::MAX))
}
