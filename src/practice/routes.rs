//! Carries out requests: what each route of the gateways does (docs/gateways.md, section 8).

use std::{collections::BTreeMap, io, sync::Arc};

use serde_json::json;
use tokio::time::Instant;

use super::{
    config::{AigatewayShape, ApiinSubmitShape, Cancelling, LinkKind, Pace},
    faults::{FaultKind, Target},
    fetch, files, films,
    http::{Answer, Head},
    jobs::{Fate, MadeJob, Protocol, Stage},
    locked::locked,
    log::Origin,
    platform::OrderKind,
    server::{Server, now_unix, now_unix_millis, refusal_of},
    shapes::{self, View},
    submit::{Refusal, Rules, read_submit},
};
use crate::domain::{Amount, Money};

/// The meaning of a request's method and path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Route {
    Submit(Protocol),
    Order(OrderKind),
    Upload,
    Uploaded(String),
    Poll(Protocol, String),
    Cancel { job: String, by_delete: bool },
    File { protocol: Protocol, job: String },
    SignFile { job: String, name: String },
    Balance(Protocol),
    Bills,
    Models,
    Model(String),
    ModelSchema(String),
    Usage,
    Unknown(Protocol),
}

impl Route {
    pub fn of(origin: Origin, head: &Head) -> Self {
        let segments = head.segments();
        let parts: Vec<&str> = segments.iter().map(String::as_str).collect();
        let is_get = matches!(head.method.as_str(), "GET" | "HEAD");
        let file_job = |name: &str| name.strip_suffix(".mp4").unwrap_or(name).to_owned();
        let file = match parts.as_slice() {
            ["v1", "files", "jobs", job, _] | ["v1", "files", "jobs", job, _, "public"] => {
                Some(Self::File { protocol: Protocol::Aigateway, job: (*job).to_owned() })
            }
            ["v1", "files", "jobs", job, name, "signed"] => {
                Some(Self::SignFile { job: (*job).to_owned(), name: (*name).to_owned() })
            }
            ["video", name] => Some(Self::File { protocol: Protocol::Aigateway, job: file_job(name) }),
            ["web", name] => {
                let job = name.split('_').next().unwrap_or(name);
                Some(Self::File { protocol: Protocol::Pixverse, job: job.to_owned() })
            }
            ["upload", name] => Some(Self::Uploaded((*name).to_owned())),
            ["out", name] => Some(Self::File { protocol: Protocol::Apiin, job: file_job(name) }),
            _ => None,
        };
        if let (Some(file), true) = (file, is_get) {
            return file;
        }
        let protocol = match parts.first() {
            Some(&"api") => Protocol::Apiin,
            Some(&"openapi") => Protocol::Pixverse,
            _ => Protocol::Aigateway,
        };
        if origin == Origin::Media {
            return Self::Unknown(protocol);
        }
        if let ["openapi", "v2", path @ ..] = parts.as_slice() {
            return match (head.method.as_str(), path) {
                ("POST", ["image", "upload"]) => Self::Upload,
                ("POST", ["video", word, "generate"]) => {
                    OrderKind::of(word).map_or(Self::Unknown(protocol), Self::Order)
                }
                ("GET", ["video", "result", id]) => Self::Poll(protocol, (*id).to_owned()),
                ("GET", ["account", "balance"]) => Self::Balance(protocol),
                ("POST", ["account", "billing", "usage-detail"]) => Self::Bills,
                _ => Self::Unknown(protocol),
            };
        }
        match (head.method.as_str(), parts.as_slice()) {
            ("POST", ["v1", "videos", "generations"] | ["api", "v1", "videos", "generations"]) => {
                Self::Submit(protocol)
            }
            ("GET", ["v1", "jobs", id] | ["api", "v1", "tasks", id]) => Self::Poll(protocol, (*id).to_owned()),
            ("DELETE", ["v1", "jobs", id]) => Self::Cancel { job: (*id).to_owned(), by_delete: true },
            ("POST", ["v1", "jobs", id, "cancel"]) => Self::Cancel { job: (*id).to_owned(), by_delete: false },
            ("GET", ["v1", "balance"]) => Self::Balance(protocol),
            ("GET", ["v1", "models"]) => Self::Models,
            ("GET", ["v1", "models", id]) => Self::Model((*id).to_owned()),
            ("GET", ["v1", "models", id, "schema"]) => Self::ModelSchema((*id).to_owned()),
            ("GET", ["v1", "usage", "by-tag"]) => Self::Usage,
            _ => Self::Unknown(protocol),
        }
    }

    pub fn target(&self) -> Target {
        match self {
            Self::Submit(_) | Self::Order(_) => Target::Submit,
            Self::Upload => Target::Upload,
            Self::Poll(..) => Target::Poll,
            Self::Cancel { .. } => Target::Cancel,
            Self::File { .. } | Self::SignFile { .. } | Self::Uploaded(_) => Target::Media,
            Self::Balance(_) | Self::Bills => Target::Account,
            Self::Models | Self::Model(_) | Self::ModelSchema(_) | Self::Usage => Target::Account,
            Self::Unknown(_) => Target::Unknown,
        }
    }

    pub fn protocol(&self) -> Protocol {
        match self {
            Self::Submit(protocol)
            | Self::Poll(protocol, _)
            | Self::File { protocol, .. }
            | Self::Balance(protocol)
            | Self::Unknown(protocol) => *protocol,
            Self::Order(_) | Self::Upload | Self::Uploaded(_) | Self::Bills => Protocol::Pixverse,
            _ => Protocol::Aigateway,
        }
    }

    pub fn job(&self) -> Option<&str> {
        match self {
            Self::Poll(_, job) | Self::Cancel { job, .. } | Self::File { job, .. } | Self::SignFile { job, .. } => {
                Some(job)
            }
            _ => None,
        }
    }
}

impl Server {
    /// Does what is asked for. Faults of the wire are none of its business; those of jobs and files are.
    pub async fn carry_out(
        self: &Arc<Self>,
        route: &Route,
        head: &Head,
        body: &[u8],
        number: u64,
        fault: Option<&FaultKind>,
    ) -> Answer {
        let protocol = route.protocol();
        if !matches!(route, Route::File { .. } | Route::Uploaded(_)) && !self.is_key_good(protocol, head) {
            return self.error(protocol, &refusal_of(401));
        }
        if let Some(job) = route.job() {
            self.log.job(number, job);
        }
        if protocol == Protocol::Pixverse {
            return self.carry_out_at_platform(route, head, body, number, fault).await;
        }
        match route {
            Route::Submit(protocol) => self.submit(*protocol, head, body, number, fault).await,
            Route::Poll(protocol, job) => self.poll(*protocol, job, fault).await,
            Route::Cancel { job, by_delete } => self.cancel(job, *by_delete).await,
            Route::File { job, .. } => self.file(protocol, job, head, fault).await,
            Route::SignFile { job, name } => self.sign_file(job, name, head),
            Route::Balance(_) => self.balance(),
            Route::Models => Answer::json(200, &json!({"object": "list", "data": [model()]})),
            Route::Model(id) if id == "pixverse/v5.6" => Answer::json(200, &model()),
            Route::ModelSchema(id) if id == "pixverse/v5.6" => Answer::json(
                200,
                &json!({"id": id, "endpoint": "/v1/videos/generations",
                    "request": {"model": id, "prompt": "…", "duration": 5, "aspect_ratio": "16:9", "resolution": "720p"}}),
            ),
            Route::Usage => self.usage(),
            _ => self.error(protocol, &refusal_of(404)),
        }
    }

    /// The same for PixVerse's Platform, where every request has a name.
    async fn carry_out_at_platform(
        self: &Arc<Self>,
        route: &Route,
        head: &Head,
        body: &[u8],
        number: u64,
        fault: Option<&FaultKind>,
    ) -> Answer {
        match route {
            Route::File { job, .. } => return self.file(Protocol::Pixverse, job, head, fault).await,
            Route::Uploaded(name) => return self.uploaded(name),
            _ => {}
        }
        let trace = match Self::trace_of(head) {
            Ok(trace) => trace,
            Err(denial) => return Self::deny(denial),
        };
        match route {
            Route::Upload => self.upload(head, body.to_vec(), trace, fault).await,
            Route::Order(kind) => self.order(*kind, body, trace, number, fault).await,
            Route::Poll(_, job) => self.result(job, fault).await,
            Route::Balance(_) => self.purses(),
            Route::Bills => self.bills(body),
            _ => self.error(Protocol::Pixverse, &refusal_of(404)),
        }
    }

    async fn submit(
        self: &Arc<Self>,
        protocol: Protocol,
        head: &Head,
        body: &[u8],
        number: u64,
        fault: Option<&FaultKind>,
    ) -> Answer {
        let rules =
            Rules { unknown_fields: self.config.unknown_fields, refuse_long_1080p: self.config.refuse_long_1080p };
        let mut clip = match read_submit(protocol, body, rules) {
            Ok(clip) => clip,
            Err(refusal) => return self.error(protocol, &refusal),
        };
        if let Some((name, address)) = fetch::near_picture(body) {
            match fetch::picture(&address).await {
                Ok(bytes) => clip.film.picture = Some(bytes),
                Err(why) => {
                    let message = format!("the picture cannot be fetched from its address: {why}");
                    return self.error(protocol, &Refusal { message, param: Some(name.to_owned()), ..refusal_of(400) });
                }
            }
        }
        clip.price = fault.map_or(clip.price, |fault| fault.price(clip.price));
        let id = self.new_id(protocol);
        if !clip.has_seed {
            clip.film.seed = self.seed_of(&id);
        }
        let spec = Arc::new(clip.film);
        let job = MadeJob {
            tag: head.header("x-aig-tag").map(str::to_owned),
            fate: Fate::of(fault),
            ..MadeJob::accepted(id.clone(), protocol, Arc::clone(&spec), clip.price, now_unix_millis())
        };
        let taken = locked(&self.jobs).take_in(job.clone());
        let Some(gone) = taken else { return self.error(protocol, &refusal_of(402)) };
        if let Err(error) = self.keep(&job, gone).await {
            // Nobody knows the id yet, so the job can be taken back. A status of 500 or more would leave the client in
            // doubt whether it was accepted; this one says that it was not.
            tracing::warn!(%error, "a practice job cannot be written and is refused");
            locked(&self.jobs).take_back(&id);
            let message = "The practice gateway cannot write to its folder, so it took no job".to_owned();
            return self.error(protocol, &Refusal { message, ..refusal_of(400) });
        }
        self.log.job(number, &id);
        self.render(&id);
        let is_immediate =
            protocol == Protocol::Apiin && self.config.shapes.apiin_submit == ApiinSubmitShape::Immediate;
        if is_immediate && job.fate != Some(Fate::NeverEnds) {
            let Some(job) = self.settle(&id, true).await else { return self.error(protocol, &refusal_of(404)) };
            let url = (job.stage == Stage::Completed).then(|| self.link(&job, 0));
            let view = View { job: &job, model: &clip.model, stage: job.stage.clone(), word: None, url };
            return Answer::json(200, &shapes::job(&view, self.config.shapes));
        }
        let (status, body) = shapes::submitted(&job, &clip.model, self.config.shapes);
        Answer::json(status, &body)
    }

    /// The seed of a job whose submit named none.
    pub(super) fn seed_of(&self, id: &str) -> u32 {
        u32::from_str_radix(&self.digest(&["seed", id])[..8], 16).unwrap_or(0) & i32::MAX as u32
    }

    /// An id that no job has, not even one of an earlier gateway with the same seed.
    pub(super) fn new_id(&self, protocol: Protocol) -> String {
        loop {
            let drawn = self.draw("job");
            let id = match protocol {
                Protocol::Aigateway => format!("job_{}", &drawn[..20]),
                Protocol::Apiin => format!("n65{}_pixverse", &drawn[..8]),
                Protocol::Pixverse => self.draw_number("job").to_string(),
            };
            if locked(&self.jobs).get(&id).is_none() {
                return id;
            }
        }
    }

    /// Writes a new job and removes the files of those that had to go for it.
    pub(super) async fn keep(&self, job: &MadeJob, gone: Vec<String>) -> io::Result<()> {
        let Some(store) = self.store.clone() else { return Ok(()) };
        let job = job.clone();
        let writing = tokio::task::spawn_blocking(move || {
            store.remove(gone.iter().map(String::as_str));
            store.keep(&job)
        });
        writing.await.map_err(io::Error::other)?
    }

    /// Moves a job on, and writes it when it has come to an end that does not follow from its time and its film.
    pub(super) async fn move_to(&self, id: &str, stage: Stage, now: Instant) {
        let changed = locked(&self.jobs).move_to(id, stage, now, now_unix());
        let ended = changed.filter(|job| matches!(job.stage, Stage::Failed { .. } | Stage::Cancelled));
        let (Some(job), Some(store)) = (ended, self.store.clone()) else { return };
        let written = tokio::task::spawn_blocking(move || store.update(&job)).await.map_err(io::Error::other);
        if let Err(error) = written.and_then(|written| written) {
            tracing::warn!(%error, "the end of a practice job cannot be written");
        }
    }

    /// Begins to make the film of a job, once.
    pub(super) fn render(self: &Arc<Self>, id: &str) {
        let film = {
            let mut jobs = locked(&self.jobs);
            let Some(job) = jobs.get_mut(id).filter(|job| !job.is_rendering && job.made.is_none()) else { return };
            job.is_rendering = true;
            Arc::clone(&job.film)
        };
        let (server, id) = (Arc::clone(self), id.to_owned());
        let mut renders = locked(&self.renders);
        while renders.try_join_next().is_some() {}
        renders.spawn(async move {
            let made = films::outcome(&*server.films.made(&film).await);
            if let Some(job) = locked(&server.jobs).get_mut(&id) {
                job.made = made;
            }
        });
    }

    /// What became of the film of a job; `None` when it is not made yet.
    fn outcome(&self, job: &MadeJob) -> Option<Result<(), String>> {
        job.made.clone().or_else(|| self.films.outcome(&job.film))
    }

    /// Moves a job to where it should stand now, and gives it. `at_once` ends it whatever the time.
    pub(super) async fn settle(self: &Arc<Self>, id: &str, at_once: bool) -> Option<MadeJob> {
        let pace = self.config.timing.pace;
        let now = Instant::now();
        let job = locked(&self.jobs).get(id).cloned()?;
        if !job.stage.is_final() {
            // One that an earlier gateway has taken is made when it is first asked for.
            self.render(id);
        }
        let due = if at_once { Stage::Completed } else { job.due_stage(pace, now) };
        let stage = if job.stage.is_final() || due != Stage::Completed {
            due
        } else if let Some(Fate::Fails { code, message }) = &job.fate {
            Stage::Failed { code: code.clone(), message: message.clone() }
        } else {
            let outcome = if at_once || matches!(pace, Pace::Polls { .. }) {
                films::outcome(&*self.films.made(&job.film).await)
            } else {
                self.outcome(&job)
            };
            match outcome {
                None => Stage::Running,
                Some(Ok(())) => Stage::Completed,
                Some(Err(reason)) => Stage::Failed { code: "generation_failed".to_owned(), message: reason },
            }
        };
        self.move_to(id, stage, now).await;
        locked(&self.jobs).get(id).cloned()
    }

    /// Whether a poll now would find the job completed.
    pub fn is_finished(&self, id: &str) -> bool {
        let Some(job) = locked(&self.jobs).get(id).cloned() else { return false };
        let pace = self.config.timing.pace;
        job.stage == Stage::Completed
            || !job.stage.is_final()
                && job.fate.is_none()
                && job.due_stage(pace, Instant::now()) == Stage::Completed
                && (matches!(pace, Pace::Polls { .. }) || self.outcome(&job).is_some())
    }

    async fn poll(self: &Arc<Self>, protocol: Protocol, id: &str, fault: Option<&FaultKind>) -> Answer {
        let known = locked(&self.jobs).get(id).filter(|job| job.protocol == protocol).map(|job| job.last_poll);
        let Some(last_poll) = known.filter(|_| fault != Some(&FaultKind::JobMissing)) else {
            return self.error(protocol, &refusal_of(404));
        };
        let now = Instant::now();
        let is_early = protocol == Protocol::Aigateway
            && last_poll.is_some_and(|last| now.saturating_duration_since(last) < self.config.timing.min_poll_interval);
        if is_early || fault == Some(&FaultKind::NotModified) {
            return Answer::empty(304);
        }
        if let Some(Fate::Fails { code, message }) = Fate::of(fault) {
            self.move_to(id, Stage::Failed { code, message }, now).await;
        }
        let Some(job) = self.settle(id, false).await else { return self.error(protocol, &refusal_of(404)) };
        if let Some(job) = locked(&self.jobs).get_mut(id) {
            job.polls = job.polls.saturating_add(1);
            job.last_poll = Some(now);
        }
        let view = self.view(&job, model_of(protocol), fault);
        Answer::json(200, &shapes::job(&view, self.config.shapes))
    }

    /// A job as the answer to a look shows it, with what a fault makes of it.
    pub(super) fn view<'a>(&self, job: &'a MadeJob, model: &'a str, fault: Option<&FaultKind>) -> View<'a> {
        let mut view = View { job, model, stage: job.stage.clone(), word: None, url: None };
        match fault {
            Some(FaultKind::NeverEnds) => view.stage = Stage::Running,
            Some(FaultKind::UnknownWord { word }) => {
                view.stage = Stage::Running;
                view.word = Some(word.clone());
            }
            _ => {}
        }
        if view.stage == Stage::Completed {
            view.url = match fault {
                Some(FaultKind::NoUrl) => None,
                Some(FaultKind::OtherLink { url }) => Some(url.clone()),
                Some(FaultKind::ExpiredLink) => Some(self.link(job, -60)),
                _ => Some(self.link(job, 0)),
            };
        }
        view
    }

    async fn cancel(self: &Arc<Self>, id: &str, by_delete: bool) -> Answer {
        match (self.config.cancelling, by_delete) {
            (Cancelling::DeleteOnly, false) => return self.error(Protocol::Aigateway, &refusal_of(404)),
            (Cancelling::PostOnly, true) => return self.error(Protocol::Aigateway, &refusal_of(405)),
            _ => {}
        }
        let settled = self.settle(id, false).await.filter(|job| job.protocol == Protocol::Aigateway);
        let Some(job) = settled else { return self.error(Protocol::Aigateway, &refusal_of(404)) };
        if job.stage == Stage::Queued {
            self.move_to(id, Stage::Cancelled, Instant::now()).await;
        }
        let job = locked(&self.jobs).get(id).cloned().unwrap_or(job);
        let url = (job.stage == Stage::Completed).then(|| self.link(&job, 0));
        let stage = job.stage.clone();
        let view = View { job: &job, model: model_of(job.protocol), stage, word: None, url };
        Answer::json(200, &shapes::job(&view, self.config.shapes))
    }

    /// A link to the film of a job, with a signature that is new every time. `shift_secs` below 0 gives one that has expired;
    /// 0 gives the usual life.
    pub(super) fn link(&self, job: &MadeJob, shift_secs: i64) -> String {
        let id = &job.id;
        let path = match (job.protocol, self.config.links, self.config.shapes.aigateway) {
            (Protocol::Apiin, ..) => format!("out/{id}.mp4"),
            (Protocol::Pixverse, ..) => format!("web/{id}_seed{}.mp4", job.film.seed),
            (_, LinkKind::NeedsKey, _) => return format!("http://{}/v1/files/jobs/{id}/video.mp4", self.media),
            (_, _, AigatewayShape::ModelPage) => format!("video/{id}.mp4"),
            (_, _, AigatewayShape::JobsPage) => format!("v1/files/jobs/{id}/video.mp4"),
            (_, _, AigatewayShape::Sdk) => format!("v1/files/jobs/{id}/video.mp4/public"),
        };
        let life = i64::try_from(self.config.timing.link_life.as_secs()).unwrap_or(i64::MAX);
        let expiry = now_unix().saturating_add(if shift_secs < 0 { shift_secs } else { life });
        self.signed(&path, job, expiry)
    }

    fn signed(&self, path: &str, job: &MadeJob, expiry: i64) -> String {
        let nonce = &self.draw("link")[..12];
        let token = self.token(job, expiry, nonce);
        format!("http://{}/{path}?token={token}&exp={expiry}&k={nonce}", self.media)
    }

    fn token(&self, job: &MadeJob, expiry: i64, nonce: &str) -> String {
        self.digest(&["link", &job.id, &expiry.to_string(), nonce, &job.link_epoch.to_string()])[..40].to_owned()
    }

    fn is_link_good(&self, job: &MadeJob, head: &Head) -> bool {
        let (Some(token), Some(expiry), Some(nonce)) =
            (head.query_value("token"), head.query_value("exp"), head.query_value("k"))
        else {
            return false;
        };
        expiry.parse().is_ok_and(|expiry: i64| expiry > now_unix() && token == self.token(job, expiry, &nonce))
    }

    async fn file(&self, protocol: Protocol, id: &str, head: &Head, fault: Option<&FaultKind>) -> Answer {
        // The documents say 400 for aigateway's own links (docs/gateways.md, section 1.4); storage hosts in general say
        // 403.
        let expired = || {
            let status = if protocol == Protocol::Aigateway { 400 } else { 403 };
            let message = "The link is invalid or has expired".to_owned();
            Answer::json(status, &shapes::error(protocol, &Refusal { message, ..refusal_of(status) }))
        };
        let missing = || Answer::json(404, &shapes::error(protocol, &refusal_of(404)));
        let Some(job) = locked(&self.jobs).get(id).filter(|job| job.protocol == protocol).cloned() else {
            return missing();
        };
        if head.query_value("token").is_some() {
            if !self.is_link_good(&job, head) {
                return expired();
            }
        } else if !head.path.starts_with("/v1/files/") {
            return expired();
        } else if !self.is_key_good(protocol, head) {
            return Answer::json(401, &shapes::error(protocol, &refusal_of(401)));
        }
        if fault == Some(&FaultKind::Expired) {
            return expired();
        }
        if job.stage != Stage::Completed || !self.is_kept(&job) {
            return missing();
        }
        let cell = self.films.made(&job.film).await;
        let Some(Ok(film)) = cell.get() else { return missing() };
        if matches!(fault, Some(FaultKind::ExpireAt { .. }))
            && let Some(job) = locked(&self.jobs).get_mut(id)
        {
            job.link_epoch += 1;
        }
        files::answer(head, film, fault)
    }

    /// Whether the file of a job that has ended is still there.
    pub(super) fn is_kept(&self, job: &MadeJob) -> bool {
        let age = |ended: Instant| ended.elapsed().saturating_add(job.age_at_start);
        job.ended.is_some_and(|ended| age(ended) < self.config.timing.retention)
    }

    fn sign_file(&self, id: &str, name: &str, head: &Head) -> Answer {
        let job = locked(&self.jobs).get(id).filter(|job| job.protocol == Protocol::Aigateway).cloned();
        let Some(job) = job else { return self.error(Protocol::Aigateway, &refusal_of(404)) };
        let life = head.query_value("expires_in").map_or(Some(3600), |text| text.parse::<i64>().ok());
        let Some(life) = life.filter(|life| (60..=604_800).contains(life)) else {
            let message = "expires_in must be from 60 to 604800".to_owned();
            let refusal = Refusal { message, param: Some("expires_in".to_owned()), ..refusal_of(400) };
            return self.error(Protocol::Aigateway, &refusal);
        };
        let expiry = now_unix().saturating_add(life);
        let url = self.signed(&format!("v1/files/jobs/{id}/{name}/public"), &job, expiry);
        Answer::json(200, &json!({"url": url, "expires_at": expiry}))
    }

    /// The real body is not documented, so this one is invented, and says so.
    fn balance(&self) -> Answer {
        let Money(micros) = locked(&self.jobs).wallet().money.unwrap_or(Money(100_000_000));
        let cents = micros / 10_000;
        Answer::json(200, &json!({"balance_cents": cents, "currency": "usd", "is_invented": true}))
    }

    fn usage(&self) -> Answer {
        let mut by_tag: BTreeMap<String, (i64, u64)> = BTreeMap::new();
        for job in locked(&self.jobs).all() {
            let (Protocol::Aigateway, Some(tag)) = (job.protocol, job.tag) else { continue };
            let entry = by_tag.entry(tag).or_default();
            if let (Amount::Money(Money(micros)), false) = (job.price, job.is_refunded) {
                entry.0 += micros / 10_000;
            }
            entry.1 += 1;
        }
        let rows = |name: &str| -> Vec<_> {
            by_tag
                .iter()
                .map(|(tag, (cents, requests))| json!({name: tag, "requests": requests, "cost_cents": cents}))
                .collect()
        };
        match self.config.shapes.aigateway {
            AigatewayShape::JobsPage => Answer::json(200, &json!(rows("tag"))),
            _ => Answer::json(200, &json!({"data": rows("label")})),
        }
    }
}

fn model_of(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Aigateway => "pixverse/v5.6",
        Protocol::Apiin => "pixverse-5-6",
        Protocol::Pixverse => "v5.6",
    }
}

fn model() -> serde_json::Value {
    json!({"id": "pixverse/v5.6", "object": "model", "modality": "video", "owned_by": "pixverse"})
}
