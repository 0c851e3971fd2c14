//! The two listeners: reads requests, asks the faults, carries requests out and writes answers.

use std::{
    collections::{HashMap, VecDeque},
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::Instant,
};

use super::{
    config::{Config, GoodKeys},
    faults::{ActiveFaults, FaultKind, Target},
    films::Films,
    hex,
    http::{Answer, Body, Connection, Framing, Head, ReadError},
    jobs::{Jobs, MadeJob, Protocol, Room},
    locked,
    log::{Log, Origin},
    order::Refusal,
    routes::Route,
    shapes,
    store::Store,
};

/// Connections at the same time per listener; more are closed at once.
const CONNECTION_LIMIT: usize = 256;

/// Everything that the connections share.
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
    /// Where jobs are kept beyond the life of this gateway.
    pub store: Option<Store>,
    secret: Vec<u8>,
    drawn: AtomicU64,
    requests: Mutex<HashMap<String, VecDeque<Instant>>>,
}

/// What becomes of a request.
enum Reply {
    Answer(Answer),
    /// The connection is closed without a byte.
    Drop,
}

/// Takes connections for ever. They end with this task.
pub(super) async fn listen(server: Arc<Server>, listener: TcpListener, origin: Origin) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) if connections.len() < CONNECTION_LIMIT => {
                    connections.spawn(converse(Arc::clone(&server), stream, origin));
                }
                Ok(_) => {}
                // Out of file handles: taking a breath is better than spinning.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
        }
    }
}

async fn converse(server: Arc<Server>, stream: TcpStream, origin: Origin) {
    // Small answers shall leave at once; an error here costs only time.
    stream.set_nodelay(true).ok();
    let mut connection = Connection::new(stream);
    loop {
        let head = match connection.read_head().await {
            Ok(head) => head,
            Err(ReadError::Closed) => return,
            Err(ReadError::Refused(status)) => return refuse(connection, status).await,
        };
        let route = Route::of(origin, &head);
        let target = route.target();
        let number = server.log.begin(origin, target, &head);
        if locked(&server.faults).strike_before_body(target) {
            return;
        }
        let body = match connection.read_body(&head).await {
            Ok(body) => body,
            Err(ReadError::Closed) => return,
            Err(ReadError::Refused(status)) => return refuse(connection, status).await,
        };
        server.log.body(number, &body);
        match server.reply(origin, &route, &head, &body, number).await {
            Reply::Drop => return,
            Reply::Answer(answer) => {
                if !answer.is_stalled {
                    server.log.answered(number, answer.status);
                }
                match connection.write(&head, &answer).await {
                    Ok(true) => {}
                    Ok(false) => return connection.close().await,
                    Err(_) => return,
                }
            }
        }
    }
}

async fn refuse(mut connection: Connection, status: u16) {
    let mut answer = Answer::empty(status);
    answer.framing = Framing::Length;
    let head = Head::unknown();
    if connection.write(&head, &answer).await.is_ok() {
        connection.close().await;
    }
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
        hex(&hasher.finalize())
    }

    /// Whether the key of this request is good for `protocol`.
    pub fn is_key_good(&self, protocol: Protocol, head: &Head) -> bool {
        let key = head.header("authorization").and_then(|value| value.strip_prefix("Bearer ")).map(str::trim);
        let prefix = match protocol {
            Protocol::Aigateway => "sk-aig-",
            Protocol::Apiin => "aio_",
        };
        let has_prefix = key.is_some_and(|key| key.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty()));
        match &self.config.keys {
            GoodKeys::NotChecked => true,
            GoodKeys::AnyWithPrefix => has_prefix,
            GoodKeys::Exactly { aigateway, apiin } => {
                let good = if protocol == Protocol::Aigateway { aigateway } else { apiin };
                has_prefix && key == Some(good)
            }
        }
    }

    async fn reply(self: &Arc<Self>, origin: Origin, route: &Route, head: &Head, body: &[u8], number: u64) -> Reply {
        let limits =
            if route.protocol() == Protocol::Aigateway && origin == Origin::Api { self.count(head) } else { None };
        let mut reply = if let Some(wait) = limits.as_ref().and_then(|limits| limits.wait) {
            let answer = self.error(route.protocol(), &refusal_of(429));
            Reply::Answer(answer.with_header("retry-after", wait.as_secs().max(1).to_string()))
        } else {
            self.faulty_reply(origin, route, head, body, number).await
        };
        if let (Reply::Answer(answer), Some(limits)) = (&mut reply, limits) {
            for (name, value) in
                [("limit", limits.limit), ("remaining", limits.remaining), ("reset", limits.reset_secs)]
            {
                answer.headers.push((format!("x-ratelimit-{name}-requests"), value.to_string()));
            }
        }
        reply
    }

    async fn faulty_reply(
        self: &Arc<Self>,
        origin: Origin,
        route: &Route,
        head: &Head,
        body: &[u8],
        number: u64,
    ) -> Reply {
        let fault = {
            let (prompt, is_finished) = self.subject(route, body);
            locked(&self.faults).strike(route.target(), prompt.as_deref(), is_finished)
        };
        if let Some(reply) = fault.as_ref().and_then(|fault| self.reply_instead(origin, route, head, fault)) {
            return reply;
        }
        let answer = self.carry_out(route, head, body, number, fault.as_ref()).await;
        let mut answer = answer.with_header("x-request-id", format!("req_{}", &self.draw("request")[..20]));
        match fault {
            Some(FaultKind::DropAfterAccept) => return Reply::Drop,
            Some(FaultKind::Status { status, retry_after_secs, .. }) => {
                answer = self.status_answer(route, status, retry_after_secs);
            }
            Some(FaultKind::BadGateway { .. }) => answer = bad_gateway(),
            Some(FaultKind::TruncatedJson { cut }) => {
                let half = answer.body.bytes().len() / 2;
                if cut {
                    answer.cut_at = Some(half as u64);
                } else {
                    answer.body = Body::Owned(answer.body.bytes()[..half].to_vec());
                }
            }
            Some(FaultKind::RawBody { body }) => {
                answer.status = 200;
                answer.body = Body::Owned(body.into_bytes());
            }
            Some(FaultKind::Bloated { size_bytes }) => {
                if let Ok(Value::Object(mut fields)) = serde_json::from_slice(answer.body.bytes()) {
                    fields.insert("padding".to_owned(), Value::String("x".repeat(size_bytes)));
                    answer.body = Body::Owned(Value::Object(fields).to_string().into_bytes());
                }
            }
            Some(FaultKind::Slow { delay_millis }) => answer.delay = Some(Duration::from_millis(delay_millis)),
            Some(FaultKind::Stall) => answer.is_stalled = true,
            _ => {}
        }
        Reply::Answer(answer)
    }

    /// What a fault answers without the request being carried out.
    fn reply_instead(&self, origin: Origin, route: &Route, head: &Head, fault: &FaultKind) -> Option<Reply> {
        let answer = match fault {
            FaultKind::DropAfterBody => return Some(Reply::Drop),
            FaultKind::Throttle { retry_after_secs, as_date } => {
                let mut answer = self.error(route.protocol(), &refusal_of(429));
                if let Some(secs) = retry_after_secs {
                    let value = if *as_date {
                        httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(*secs))
                    } else {
                        secs.to_string()
                    };
                    answer = answer.with_header("retry-after", value);
                }
                answer
            }
            FaultKind::Status { status, retry_after_secs, accepted: false } => {
                self.status_answer(route, *status, *retry_after_secs)
            }
            FaultKind::BadGateway { accepted: false } => bad_gateway(),
            FaultKind::Redirect { location, status } => {
                let location = location.clone().unwrap_or_else(|| {
                    let other = if origin == Origin::Api { self.media } else { self.api };
                    let query = head.query.as_deref().map(|query| format!("?{query}")).unwrap_or_default();
                    format!("http://{other}{}{query}", head.path)
                });
                Answer::empty(*status).with_header("location", location)
            }
            FaultKind::Html => Answer::html(
                200,
                "<!doctype html><html><head><title>Sign in to the network</title></head><body>Please sign in.</body></html>",
            ),
            _ => return None,
        };
        Some(Reply::Answer(answer))
    }

    fn status_answer(&self, route: &Route, status: u16, retry_after_secs: Option<u64>) -> Answer {
        let answer = self.error(route.protocol(), &refusal_of(status));
        match retry_after_secs {
            Some(secs) => answer.with_header("retry-after", secs.to_string()),
            None => answer,
        }
    }

    /// An error in the shape of this gateway.
    pub fn error(&self, protocol: Protocol, refusal: &Refusal) -> Answer {
        if protocol == Protocol::Apiin && self.config.apiin_errors_under_200 {
            return Answer::json(200, &shapes::enveloped_error(refusal));
        }
        Answer::json(refusal.status, &shapes::error(protocol, refusal))
    }

    /// Prompt of the job that a request speaks of, and whether a poll would find it finished.
    fn subject(&self, route: &Route, body: &[u8]) -> (Option<String>, bool) {
        if route.target() == Target::Submit {
            let prompt = serde_json::from_slice::<Value>(body)
                .ok()
                .and_then(|body| body.get("prompt").and_then(Value::as_str).map(str::to_owned));
            return (prompt, false);
        }
        let Some(id) = route.job() else { return (None, false) };
        let prompt = locked(&self.jobs).get(id).map(|job| job.film.prompt.clone());
        (prompt, self.is_finished(id))
    }

    /// Counts a request of a key against its limit.
    fn count(&self, head: &Head) -> Option<Limits> {
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

struct Limits {
    limit: u64,
    remaining: u64,
    reset_secs: u64,
    /// When the request is over the limit: how long until one is free again.
    wait: Option<Duration>,
}

fn bad_gateway() -> Answer {
    Answer::html(
        502,
        "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>",
    )
    .with_header("server", "nginx")
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

/// Now, as seconds since 1970.
pub(super) fn now_unix() -> i64 {
    now_unix_millis().div_euclid(1000)
}

/// Now, as milliseconds since 1970.
pub(super) fn now_unix_millis() -> i64 {
    let passed = SystemTime::now().duration_since(UNIX_EPOCH);
    passed.map_or(0, |passed| i64::try_from(passed.as_millis()).unwrap_or(i64::MAX))
}
