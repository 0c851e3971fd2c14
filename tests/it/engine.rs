//! The engine over real HTTP, real SQLite and real files, with a practice gateway that misbehaves.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use futures_util::future::join_all;
use rushes::domain::job::Poster;
use rushes::domain::poster_frame::PosterFrame;
use rushes::domain::price::estimate;
use rushes::domain::request::InputPicture;
use rushes::domain::{Asker, Charge, Draft, GatewayId, Job, JobId, JobState};
use rushes::engine::command::{Command, NewJob, UnconfirmedDecision};
use rushes::engine::download::{DownloadLimits, RateLimits};
use rushes::engine::event::Event;
use rushes::engine::{self, EngineHandle, EngineOptions, EngineParts};
use rushes::gateway::{Connection, Http};
use rushes::library::{Library, LibraryError, Paths};
use rushes::practice::{
    AigatewayShape, ApiinShape, ApiinSubmitShape, Config, Fault, FaultKind, Faults, Pace, Practice, Shapes, Target,
};
use strum::IntoEnumIterator as _;
use tempfile::TempDir;
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::support::film::practice_film;
use crate::support::sha256;

/// A small real film, made larger by a box of padding so that it does not arrive in one piece.
static FILM: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut film = practice_film(96, 64, false);
    let padding = 1 << 20;
    film.extend_from_slice(&u32::to_be_bytes(padding + 8));
    film.extend_from_slice(b"free");
    film.extend((0..padding).map(|index| (index.wrapping_mul(2_654_435_761) >> 13) as u8));
    film
});

/// Longest wait for anything; a test that needs it has failed.
const PATIENCE: Duration = Duration::from_secs(90);

/// One library with one engine on one practice gateway.
struct Studio {
    folder: TempDir,
    practice: Arc<Practice>,
    running: Option<Running>,
    rate: RateLimits,
    jobs: HashMap<JobId, Job>,
    notes: Vec<String>,
}

struct Running {
    runtime: tokio::runtime::Runtime,
    handle: EngineHandle,
    events: mpsc::Receiver<Event>,
}

fn connection(practice: &Practice, gateway: GatewayId) -> Connection {
    let (base_url, key) = match gateway {
        GatewayId::Aigateway => (practice.aigateway_url(), "sk-aig-canary"),
        GatewayId::Apiin => (practice.apiin_url(), "aio_canary"),
        // These tests order nothing from PixVerse.
        GatewayId::Practice | GatewayId::Pixverse => (practice.apiin_url(), GatewayId::PRACTICE_KEY),
    };
    Connection { gateway, base_url, key: Some(key.to_owned().into()), send_undocumented: false }
}

impl Studio {
    async fn open(config: Config) -> Self {
        Self::open_with(config, RateLimits::default()).await
    }

    async fn open_with(config: Config, rate: RateLimits) -> Self {
        let practice = Arc::new(Practice::start(config).await.expect("a free port"));
        let folder = tempfile::tempdir().expect("a folder");
        let mut studio = Self { folder, practice, running: None, rate, jobs: HashMap::new(), notes: Vec::new() };
        studio.start();
        studio
    }

    fn paths(&self) -> Paths {
        Paths::portable(self.folder.path())
    }

    fn start(&mut self) {
        let opened = loop {
            // A killed engine gives its lock back when its threads have ended.
            match Library::open(&self.paths()) {
                Ok(opened) => break opened,
                Err(LibraryError::InUse) => std::thread::yield_now(),
                Err(error) => panic!("{error}"),
            }
        };
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
        let jobs = Library::read_only(&self.paths()).expect("readable beside its owner");
        self.jobs.extend(jobs.into_iter().map(|job| (job.id, job)));
        let parts = EngineParts {
            runtime: runtime.handle().clone(),
            library: opened.library,
            live: opened.live.into_iter().map(Into::into).collect(),
            history: opened.history,
            http: Http::new().expect("HTTP"),
            connections: [GatewayId::Apiin, GatewayId::Aigateway, GatewayId::Practice]
                .map(|gateway| connection(&self.practice, gateway))
                .into(),
            options: EngineOptions {
                download: DownloadLimits { rate: self.rate, ..DownloadLimits::default() },
                ..EngineOptions::new(self.paths())
            },
        };
        let (handle, events) = engine::start(parts);
        self.running = Some(Running { runtime, handle, events });
    }

    /// Ends everything at once, as a kill does: no task comes to its end.
    async fn kill(&mut self) {
        let running = self.running.take().expect("it runs");
        let runtime = running.runtime;
        // The handle is held until then: the engine must not hear of its end, as with a real kill.
        tokio::task::spawn_blocking(move || runtime.shutdown_timeout(Duration::from_secs(5))).await.expect("it ended");
        drop((running.handle, running.events));
    }

    fn handle(&self) -> &EngineHandle {
        &self.running.as_ref().expect("it runs").handle
    }

    fn send(&self, command: Command) {
        self.handle().send(command).expect("room for a command");
    }

    fn order(&self, gateway: GatewayId, prompt: &str) -> JobId {
        self.order_draft(&Draft { prompt: prompt.to_owned(), gateway, ..Draft::default() })
    }

    fn order_draft(&self, draft: &Draft) -> JobId {
        let request = draft.to_request().expect("a good draft");
        let gateway = draft.gateway;
        let id = JobId(Uuid::now_v7());
        let estimate = estimate(&request, gateway).expect("a price");
        self.send(Command::Enqueue(vec![NewJob {
            id,
            gateway,
            request,
            estimate,
            project: None,
            parent: None,
            picture_way: rushes::domain::PictureWay::InOrder,
            asked_by: rushes::domain::Asker::Window,
            is_over_cap: false,
        }]));
        id
    }

    /// Waits until the job is as wished, as the window hears it.
    async fn until(&mut self, id: JobId, what: &str, is_so: impl Fn(&Job) -> bool) -> Job {
        if let Some(job) = self.jobs.get(&id).filter(|job| is_so(job)) {
            return job.clone();
        }
        let waiting = async {
            let events = &mut self.running.as_mut().expect("it runs").events;
            loop {
                match events.recv().await.expect("the engine runs") {
                    Event::JobChanged(job) => {
                        self.jobs.insert(job.id, (*job).clone());
                        if job.id == id && is_so(&job) {
                            return *job;
                        }
                    }
                    Event::Note(_, note) => self.notes.push(note),
                    _ => {}
                }
            }
        };
        match tokio::time::timeout(PATIENCE, waiting).await {
            Ok(job) => job,
            Err(_) => panic!("it never was {what}: {:#?}\n{:#?}", self.jobs.get(&id), self.practice.log()),
        }
    }

    async fn until_state(&mut self, id: JobId, state: JobState) -> Job {
        self.until(id, state.name(), |job| job.state == state).await
    }

    fn file(&self, job: &Job) -> PathBuf {
        self.paths().clips.join(&job.clip.as_ref().expect("a clip").path)
    }

    fn stored(&self, id: JobId) -> Job {
        let jobs = Library::read_only(&self.paths()).expect("a library");
        jobs.into_iter().find(|job| job.id == id).expect("it was stored")
    }

    /// Names in the clip folder, without part files.
    fn names(&self) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.paths().clips) else { return Vec::new() };
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
    }

    /// The clip is on disk, whole, under its name, and it was bought once.
    fn check_clip(&self, job: &Job, film: &[u8], submits: usize) {
        let bytes = std::fs::read(self.file(job)).expect("the clip");
        assert!(bytes.starts_with(film), "the clip differs: {} of {} bytes", bytes.len(), film.len());
        let clip = job.clip.as_ref().expect("a clip");
        assert_eq!((clip.sha256.to_string(), clip.size_bytes), (sha256(film), film.len() as u64));
        assert_eq!(self.practice.submits().len(), submits);
        assert_eq!(self.names().iter().filter(|name| name.ends_with(".part")).count(), 0);
        assert_eq!(self.stored(job.id).clip, job.clip);
    }
}

impl Drop for Studio {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.runtime.shutdown_background();
        }
    }
}

fn quick() -> Config {
    Config::quick(FILM.clone())
}

async fn makes_a_clip(gateway: GatewayId, shapes: Shapes) {
    let mut studio = Studio::open(Config { shapes, ..quick() }).await;
    let id = studio.order(gateway, "a heron in the reeds");
    let job = studio.until_state(id, JobState::Ready).await;
    studio.check_clip(&job, &FILM, 1);
    assert!(matches!(job.charge, Charge::Yes(_)), "{gateway} {shapes:?}: {:?}", job.charge);
    assert!(job.message.is_none() && job.remote_id.is_some());
    let job = studio.until(id, "pictured", |job| job.poster != Poster::None).await;
    assert!(matches!(job.poster, Poster::Made { .. }), "{:?}", job.poster);
    assert!(studio.paths().poster(id).is_file());
    let media = studio.practice.log().into_iter().filter(|seen| seen.origin == rushes::practice::Origin::Media);
    assert!(media.into_iter().all(|seen| seen.authorization().is_none()), "the key went to the media host");
    studio.handle().shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn takes_of_one_picture_can_be_told_apart_by_their_posters() {
    let mut studio = Studio::open(quick()).await;
    let folder = tempfile::tempdir().expect("a folder");
    let mut bytes = Vec::new();
    let picture = Some(InputPicture::WebAddress("https://example.com/heron.png".to_owned()));
    for (picture, frame) in [(None, PosterFrame::Key), (picture, PosterFrame::Tenth)] {
        let id = studio.order_draft(&Draft { prompt: "a heron".to_owned(), picture, ..Draft::default() });
        let job = studio.until(id, "pictured", |job| job.poster != Poster::None).await;
        let clip = studio.paths().clips.join(&job.clip.expect("a clip").path);
        let poster = folder.path().join("poster.jpg");
        rushes::media::write_poster(&clip, &poster, frame, 960).expect("a poster");
        bytes.push(std::fs::read(&poster).expect("a poster"));
        assert!(std::fs::read(studio.paths().poster(id)).expect("a poster") == bytes[bytes.len() - 1], "{frame:?}");
    }
    assert!(bytes[0] != bytes[1], "both show the same frame");
    studio.handle().shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_finished_clip_gets_a_filmstrip_after_its_poster() {
    let mut studio = Studio::open(quick()).await;
    let id = studio.order(GatewayId::Practice, "a heron in the reeds");
    studio.until(id, "pictured", |job| job.poster != Poster::None).await;
    let strip = studio.paths().filmstrip(id);
    let waiting = async {
        while !strip.exists() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.expect("a filmstrip");
    // The file appears whole. Sixteen frames of 96 × 64, each 160 pixels high.
    let sheet = image::open(&strip).expect("a picture").into_rgb8();
    assert_eq!(sheet.dimensions(), (240 * 16, 160));
    let frame = |index: u32| image::imageops::crop_imm(&sheet, index * 240, 0, 240, 160).to_image();
    let difference: u64 = frame(0).iter().zip(frame(15).iter()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    assert!(difference / (240 * 160 * 3) >= 2, "the film does not move: {difference}");
    assert!(studio.notes.is_empty(), "{:?}", studio.notes);
    studio.handle().shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_gateways_make_a_clip_in_every_shape() {
    let aigateway =
        AigatewayShape::iter().map(|aigateway| (GatewayId::Aigateway, Shapes { aigateway, ..Shapes::default() }));
    let apiin = ApiinShape::iter().map(|apiin| (GatewayId::Apiin, Shapes { apiin, ..Shapes::default() }));
    let submits =
        ApiinSubmitShape::iter().map(|apiin_submit| (GatewayId::Apiin, Shapes { apiin_submit, ..Shapes::default() }));
    let all = aigateway.chain(apiin).chain(submits);
    join_all(all.map(|(gateway, shapes)| makes_a_clip(gateway, shapes))).await;
}

async fn submit_fault(fault: FaultKind, state: JobState, most_submits: usize) {
    let what = format!("{fault:?}");
    let mut studio = Studio::open(quick().with_faults(Faults::default().on_submit(fault))).await;
    let id = studio.order(GatewayId::Practice, "a heron");
    let job = studio.until(id, &what, |job| !job.state.is_unfinished()).await;
    assert_eq!(job.state, state, "{what}");
    assert!(job.message.is_some(), "{what}: no word for the user");
    assert!(studio.practice.submits().len() <= most_submits, "{what}");
    // Killed and started again, nothing is sent once more.
    studio.kill().await;
    studio.start();
    studio.handle().shutdown().await;
    assert!(studio.practice.submits().len() <= most_submits, "{what}: sent again after a restart");
    assert_eq!(studio.stored(id).state, state, "{what}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_whose_fate_is_unclear_is_sent_once() {
    use FaultKind as Kind;
    let status = |status, accepted| Kind::Status { status, retry_after_secs: Some(1), accepted };
    let faults = [
        Kind::DropAfterBody,
        Kind::DropAfterAccept,
        Kind::BadGateway { accepted: false },
        Kind::BadGateway { accepted: true },
        Kind::Html,
        Kind::TruncatedJson { cut: false },
        Kind::TruncatedJson { cut: true },
        Kind::RawBody { body: "{}".to_owned() },
        Kind::Redirect { location: None, status: 307 },
        status(500, true),
        status(503, false),
        status(408, false),
        status(409, false),
    ];
    join_all(faults.into_iter().map(|fault| submit_fault(fault, JobState::Unconfirmed, 1))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_order_ends_without_a_charge() {
    let status = |status| FaultKind::Status { status, retry_after_secs: None, accepted: false };
    join_all([400, 401, 402, 403, 404, 413].map(|code| submit_fault(status(code), JobState::Rejected, 1))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_throttled_order_goes_out_again_when_it_may() {
    let throttle = FaultKind::Throttle { retry_after_secs: Some(2), as_date: false };
    let mut studio = Studio::open(quick().with_faults(Faults::default().on_submit(throttle.once()))).await;
    let id = studio.order(GatewayId::Practice, "a heron");
    let job = studio.until_state(id, JobState::Ready).await;
    studio.check_clip(&job, &FILM, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_user_ends_an_unconfirmed_order() {
    let faults = Faults::default().on_submit(FaultKind::DropAfterAccept.times(2));
    let mut studio = Studio::open(quick().with_faults(faults)).await;
    let first = studio.order(GatewayId::Practice, "a heron");
    studio.until_state(first, JobState::Unconfirmed).await;
    studio.send(Command::Resolve(first, UnconfirmedDecision::Check));
    let remote_id = studio.practice.jobs()[0].id.parse_remote();
    studio.send(Command::Resolve(first, UnconfirmedDecision::Adopt(remote_id)));
    let job = studio.until_state(first, JobState::Ready).await;
    studio.check_clip(&job, &FILM, 1);
    assert_eq!(studio.notes.len(), 1, "{:?}", studio.notes);

    let second = studio.order(GatewayId::Practice, "a stork");
    studio.until_state(second, JobState::Unconfirmed).await;
    let new_id = JobId(Uuid::now_v7());
    studio.send(Command::Resolve(
        second,
        UnconfirmedDecision::Resend { new_id, price: None, asked_by: Asker::Window, is_over_cap: false },
    ));
    studio.until_state(new_id, JobState::Ready).await;
    assert_eq!(studio.stored(second).state, JobState::Discarded);
    assert_eq!(studio.practice.submits().len(), 3);
}

trait ParseRemote {
    fn parse_remote(&self) -> rushes::domain::RemoteId;
}

impl ParseRemote for String {
    fn parse_remote(&self) -> rushes::domain::RemoteId {
        rushes::domain::RemoteId::new(self).expect("a plain id")
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_word_of_the_gateway_ends_a_watched_job() {
    use FaultKind as Kind;
    let status = |status| Kind::Status { status, retry_after_secs: None, accepted: false };
    let troubles = [
        status(503),
        Kind::NotModified,
        Kind::UnknownWord { word: "dreaming".to_owned() },
        Kind::Html,
        Kind::BadGateway { accepted: false },
        Kind::Throttle { retry_after_secs: Some(1), as_date: true },
        Kind::TruncatedJson { cut: false },
        Kind::DropAfterBody,
        Kind::NoUrl,
        Kind::JobMissing,
        Kind::ExpiredLink,
    ];
    join_all(troubles.map(async |trouble| {
        let what = format!("{trouble:?}");
        let mut studio = Studio::open(quick().with_faults(Faults::default().on_poll(trouble.times(2)))).await;
        let id = studio.order(GatewayId::Practice, "a heron");
        let job = studio.until(id, &what, |job| !job.state.is_unfinished()).await;
        assert_eq!(job.state, JobState::Ready, "{what}: {:?}", job.message);
        studio.check_clip(&job, &FILM, 1);
    }))
    .await;
    join_all([Kind::UpstreamFailure { message: None }, Kind::Moderation { message: None }].map(async |word| {
        let mut studio = Studio::open(quick().with_faults(Faults::default().on_poll(word))).await;
        let id = studio.order(GatewayId::Practice, "a heron");
        let job = studio.until(id, "ended", |job| !job.state.is_unfinished()).await;
        assert_eq!((job.state, job.message.is_some()), (JobState::Failed, true));
    }))
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_key_pauses_watching_until_there_is_another() {
    let refusal = FaultKind::Status { status: 401, retry_after_secs: None, accepted: false };
    let mut studio = Studio::open(quick().with_faults(Faults::default().on_poll(refusal.once()))).await;
    let id = studio.order(GatewayId::Practice, "a heron");
    let job = studio.until(id, "locked out", |job| job.message.is_some()).await;
    assert!(job.state.is_watched());
    studio.send(Command::Connect(connection(&studio.practice, GatewayId::Practice)));
    let job = studio.until_state(id, JobState::Ready).await;
    studio.check_clip(&job, &FILM, 1);
    assert!(job.message.is_none());
}

async fn media_fault(what: &str, faults: Faults) {
    let mut studio = Studio::open(quick().with_faults(faults)).await;
    let id = studio.order(GatewayId::Practice, "a heron");
    let job = studio.until_state(id, JobState::Ready).await;
    let bytes = std::fs::read(studio.file(&job)).expect("the clip");
    assert!(bytes.starts_with(&FILM), "{what}: another file, {} of {} bytes", bytes.len(), FILM.len());
    studio.check_clip(&job, &FILM, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_media_servers_never_get_a_wrong_file_named() {
    use FaultKind as Kind;
    let at = FILM.len() as u64 / 2;
    let cut = || Faults::default().on_media(Kind::Cut { at }.once());
    let cases = [
        ("cut once", cut()),
        ("cut at every attempt for a while", Faults::default().on_media(Kind::Cut { at }.times(3))),
        ("range ignored", cut().on_media(Kind::IgnoreRange.nth(2))),
        ("206 with a wrong start", cut().on_media(Kind::WrongStart { shift: -7 }.nth(2))),
        ("short 206, cleanly ended", cut().on_media(Kind::ShortRange { len: 1000 }.nth(2))),
        ("chunked, cut", Faults::default().on_media(Kind::Chunked { at: Some(at) }.once())),
        ("no length, cut", Faults::default().on_media(Kind::CloseDelimited { at: Some(40) }.once())),
        ("a page instead of a film", Faults::default().on_media(Kind::Html.once())),
        ("no length, whole", Faults::default().on_media(Kind::CloseDelimited { at: None })),
        ("weak validator", cut().on_media(Kind::WeakEtag)),
        ("expired in the middle", Faults::default().on_media(Kind::ExpireAt { at }.once())),
        ("expired at once", Faults::default().on_media(Kind::Expired.times(2))),
        ("longer than stated", Faults::default().on_media(Kind::WrongLength { stated: at }.once())),
        ("server trouble", {
            Faults::default()
                .on_media(Kind::Status { status: 503, retry_after_secs: Some(1), accepted: false }.times(2))
        }),
    ];
    join_all(cases.map(async |(what, faults)| media_fault(what, faults).await)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_changed_between_two_tries_is_not_mixed() {
    let at = FILM.len() as u64 / 2;
    let faults = Faults::default().on_media(FaultKind::Cut { at }.once()).on_media(FaultKind::ChangedFile);
    let mut studio = Studio::open(quick().with_faults(faults)).await;
    let id = studio.order(GatewayId::Practice, "a heron");
    let job = studio.until_state(id, JobState::Ready).await;
    let mut bytes = std::fs::read(studio.file(&job)).expect("the clip");
    let served = job.clip.as_ref().map_or(0, |clip| clip.size_bytes);
    bytes.truncate(usize::try_from(served).expect("a small film"));
    assert!(bytes != *FILM, "the changed file was not fetched anew");
    let half = at as usize;
    let is_mixed = bytes.len() == FILM.len() && bytes[..half] == FILM[..half] && bytes[half..] != FILM[half..];
    assert!(!is_mixed || bytes.len() != FILM.len(), "two files in one");
    assert_eq!(job.clip.expect("a clip").sha256.to_string(), sha256(&bytes));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cut_download_goes_on_where_it_was() {
    let at = FILM.len() as u64 / 2;
    let mut studio = Studio::open(quick().with_faults(Faults::default().on_media(FaultKind::Cut { at }.once()))).await;
    let id = studio.order(GatewayId::Practice, "a heron");
    studio.until_state(id, JobState::Ready).await;
    let seen = studio.practice.log();
    let ranges: Vec<_> = seen.iter().filter_map(|seen| seen.header("range")).collect();
    assert_eq!(ranges.len(), 1, "{ranges:?}");
    let from: u64 = ranges[0].trim_start_matches("bytes=").trim_end_matches('-').parse().expect("a start");
    assert!(from > 0 && from <= at, "{from}");
    assert!(seen.iter().any(|seen| seen.header("if-range").is_some()));
}

/// As many clips as are fetched at once come from a host that sends next to nothing; one more does not wait for them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trickling_host_gives_up_its_place() {
    let trickle = FaultKind::Trickle { chunk_bytes: 1, pause_millis: 20 };
    let faults = Faults::default().on_media(Fault::from(trickle).for_prompt("slow"));
    let rate = RateLimits {
        silence: Duration::from_secs(5),
        window: Duration::from_secs(1),
        window_bytes: FILM.len() as u64 / 4,
    };
    let mut studio = Studio::open_with(quick().with_faults(faults), rate).await;
    let slow: Vec<JobId> =
        ["slow 1", "slow 2", "slow 3"].map(|prompt| studio.order(GatewayId::Practice, prompt)).into();
    for id in &slow {
        studio.until_state(*id, JobState::Downloading).await;
    }
    studio
        .practice
        .wait_until(|log| log.iter().filter(|seen| seen.target == Target::Media).count() >= 3)
        .await
        .expect("downloads");
    let fast = studio.order(GatewayId::Practice, "a heron");
    let job = studio.until_state(fast, JobState::Ready).await;
    assert!(std::fs::read(studio.file(&job)).expect("the clip").starts_with(&FILM));
    for id in &slow {
        assert_eq!(studio.jobs[id].state, JobState::Downloading, "it goes on later");
    }
}

async fn killed_in(state: JobState) {
    let pace = Pace::Polls { queued: 1, running: 1 };
    let faults = match state {
        JobState::Submitting => Faults::default().on_submit(FaultKind::Stall),
        JobState::Downloading => Faults::default().on_media(FaultKind::StallAt { at: FILM.len() as u64 / 2 }.once()),
        _ => Faults::default(),
    };
    let shapes = Shapes { apiin_submit: ApiinSubmitShape::Older, ..Shapes::default() };
    let config = Config { shapes, ..quick().with_pace(pace).with_faults(faults) };
    let mut studio = Studio::open(config).await;
    let id = studio.order(GatewayId::Practice, "a heron");
    studio.until_state(id, state).await;
    if state == JobState::Submitting {
        studio.practice.wait_until(|log| log.iter().any(|seen| seen.is_submit())).await.expect("an order");
    }
    studio.kill().await;
    studio.start();
    let job = studio.until(id, "ended", |job| !job.state.is_unfinished()).await;
    if state == JobState::Submitting {
        assert_eq!((job.state, studio.practice.submits().len()), (JobState::Unconfirmed, 1));
    } else {
        assert_eq!(job.state, JobState::Ready, "killed in {state}");
        studio.check_clip(&job, &FILM, 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_in_any_state_loses_nothing_and_buys_nothing_twice() {
    let states =
        [JobState::Submitting, JobState::Waiting, JobState::Generating, JobState::Downloading, JobState::Ready];
    join_all(states.map(killed_in)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_orders_are_in_flight_and_the_rest_wait_in_order() {
    let faults = Faults::default().on_submit(FaultKind::NeverEnds);
    let mut studio = Studio::open(quick().with_faults(faults)).await;
    let jobs: Vec<JobId> = ["one", "two", "three"].map(|prompt| studio.order(GatewayId::Practice, prompt)).into();
    for job in &jobs[..2] {
        studio.until(*job, "at the gateway", |job| job.remote_id.is_some()).await;
    }
    studio.until(jobs[2], "queued", |job| job.state == JobState::Queued).await;
    studio
        .practice
        .wait_until(|log| log.iter().filter(|seen| seen.path.contains("tasks")).count() >= 4)
        .await
        .expect("looks");
    assert_eq!(studio.practice.submits().len(), 2);
    assert_eq!(studio.handle().live().jobs[&jobs[2]].place, Some(1));
    studio.send(Command::StopWatching(jobs[0]));
    studio.until_state(jobs[0], JobState::NotWatched).await;
    studio.until(jobs[2], "at the gateway", |job| job.remote_id.is_some()).await;
    assert_eq!(studio.practice.submits().len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clip_folder_that_cannot_be_written_is_waited_for() {
    let mut studio = Studio::open(quick()).await;
    // A file in the place of the folder fails for every user, root included.
    let clips = studio.paths().clips;
    if clips.exists() {
        std::fs::remove_dir_all(&clips).expect("an empty folder");
    }
    std::fs::write(&clips, b"in the way").expect("a file");
    let id = studio.order(GatewayId::Practice, "a heron");
    let job = studio.until(id, "told of the disk", |job| job.message.is_some()).await;
    assert_eq!(job.state, JobState::Downloading);
    std::fs::remove_file(&clips).expect("out of the way");
    let job = studio.until_state(id, JobState::Ready).await;
    studio.check_clip(&job, &FILM, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_clip_folder_holds_from_now_on_and_loses_no_clip() {
    let mut studio = Studio::open(quick()).await;
    let old = studio.paths().clips;
    let first = studio.order(GatewayId::Practice, "a heron");
    studio.until_state(first, JobState::Ready).await;
    let folder = studio.folder.path().join("elsewhere");
    studio.send(Command::SetClipFolder(folder.clone()));
    let moved =
        studio.until(first, "named in full", |job| job.clip.as_ref().is_some_and(|clip| clip.path.is_absolute())).await;
    let path = moved.clip.expect("a clip").path;
    assert!(path.starts_with(&old) && path.is_file(), "{}", path.display());
    let second = studio.order(GatewayId::Practice, "a stork");
    let job = studio.until_state(second, JobState::Ready).await;
    assert!(folder.join(&job.clip.expect("a clip").path).is_file());
    assert_eq!(studio.names().len(), 1, "the old folder holds the first clip only");
}

/// "Choose another folder; the download goes on by itself."
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_download_that_the_disk_holds_up_goes_on_in_another_folder() {
    let mut studio = Studio::open(quick()).await;
    let clips = studio.paths().clips;
    if clips.exists() {
        std::fs::remove_dir_all(&clips).expect("an empty folder");
    }
    std::fs::write(&clips, b"in the way").expect("a file");
    let id = studio.order(GatewayId::Practice, "a heron");
    studio.until(id, "told of the disk", |job| job.message.is_some()).await;
    let folder = studio.folder.path().join("elsewhere");
    studio.send(Command::SetClipFolder(folder.clone()));
    let job = studio.until_state(id, JobState::Ready).await;
    assert!(folder.join(&job.clip.expect("a clip").path).is_file());
    assert!(clips.is_file(), "the old place was left alone");
}
