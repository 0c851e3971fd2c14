//! Every moment at which the program can be killed between the last byte of a film and the word that it is ready, as the
//! disk looks then. The way on needs no network: the link leads nowhere.

use std::fs;
use std::path::{Path, PathBuf};

use rushes::domain::job::PartFile;
use rushes::domain::price::estimate;
use rushes::domain::{Clip, Draft, GatewayId, Job, JobId, JobState, RemoteId, UnixMillis};
use rushes::engine::download::{self, DownloadLimits, DownloadTask, MAX_CLIP_BYTES};
use rushes::engine::machine::FetchFailure;
use rushes::gateway::{Client, Connection, Http};
use rushes::media;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::recipe_in;
use crate::support::film::tiny_film;
use crate::support::sha256;

const NAME: &str = "boat.mp4";
const PART: &str = ".boat.mp4.part";

/// A clip folder with one job that is being downloaded.
struct Crashed {
    folder: TempDir,
    job: Job,
}

impl Crashed {
    /// Nothing is here; the record says that `verified` bytes of `total` are.
    fn new(verified: u64, total: Option<u64>) -> Self {
        let draft = Draft { prompt: "a boat".to_owned(), gateway: GatewayId::Apiin, ..Draft::default() };
        let request = draft.to_request().expect("a good draft");
        let price = estimate(&request, GatewayId::Apiin).expect("a price");
        let id = JobId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0bad_cafe));
        let part = PartFile {
            file_name: PART.to_owned(),
            validator: Some("\"v1\"".to_owned()),
            total_bytes: total,
            verified_bytes: verified,
        };
        let asked = Job::new(id, GatewayId::Apiin, request, price, UnixMillis(1_780_000_000_000));
        let remote_id = RemoteId::new("n65_boat");
        let job = Job { state: JobState::Downloading, remote_id, part: Some(part), ..asked };
        Self { folder: tempfile::tempdir().expect("a folder"), job }
    }

    /// Every byte is recorded.
    fn sealed() -> Self {
        let length = tiny_film().len() as u64;
        Self::new(length, Some(length))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        fs::write(self.path(name), bytes).expect("room");
    }

    async fn fetch(&self) -> Result<Clip, FetchFailure> {
        let http = Http::new().expect("HTTP");
        let connection = Connection {
            gateway: GatewayId::Apiin,
            base_url: "http://127.0.0.1:9/".parse().expect("an address"),
            key: None,
            send_undocumented: false,
        };
        let task = DownloadTask {
            job: Box::new(self.job.clone()),
            link: "http://127.0.0.1:9/boat.mp4".parse().expect("an address"),
            folder: self.folder.path().to_owned(),
            file_name: NAME.to_owned(),
            max_bytes: MAX_CLIP_BYTES,
            limits: DownloadLimits::default(),
            clock: || UnixMillis(1_780_000_060_000),
        };
        let (reports, _heard) = tokio::sync::mpsc::channel(64);
        download::fetch(&Client::new(&http, connection), task, reports, CancellationToken::new()).await
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).expect("a folder");
        let mut names: Vec<_> =
            entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// One whole clip with its recipe is here, and nothing else.
    fn is_finished(&self, clip: &Clip, what: &str) {
        assert_eq!(self.names(), [NAME], "{what}");
        assert_eq!(clip.path, Path::new(NAME), "{what}");
        let film = tiny_film();
        assert!(fs::read(self.path(NAME)).expect("the clip").starts_with(film), "{what}: another film");
        assert_eq!((clip.sha256.to_string(), clip.size_bytes), (sha256(film), film.len() as u64), "{what}");
        let recipe = recipe_in(&self.path(NAME)).unwrap_or_else(|| panic!("{what}: no recipe"));
        assert_eq!((recipe.job, recipe.film.sha256), (self.job.id, clip.sha256), "{what}");
        assert_eq!(clip.recipe_note, None, "{what}");
        media::check_movie(&self.path(NAME)).unwrap_or_else(|error| panic!("{what}: {error}"));
    }
}

/// The finished file of the job.
async fn finished() -> Vec<u8> {
    let crashed = Crashed::sealed();
    crashed.put(PART, tiny_film());
    let clip = crashed.fetch().await.expect("all is here");
    crashed.is_finished(&clip, "no crash");
    fs::read(crashed.path(NAME)).expect("the clip")
}

#[tokio::test]
async fn a_piece_of_the_recipe_is_cut_off_and_written_anew() {
    let (whole, film) = (finished().await, tiny_film().len());
    for cut in [film, film + 1, film + 7, film + 8, film + 23, film + 24, film + 500, whole.len() - 1, whole.len()] {
        let crashed = Crashed::sealed();
        crashed.put(PART, &whole[..cut]);
        let clip = crashed.fetch().await.unwrap_or_else(|error| panic!("cut at {cut}: {error:?}"));
        crashed.is_finished(&clip, &format!("cut at {cut}"));
        assert!(fs::read(crashed.path(NAME)).expect("the clip") == whole, "cut at {cut}: another file");
    }
    let mut damaged = whole.clone();
    damaged[film + 300] ^= 0x55;
    damaged.extend_from_slice(b"and more");
    let crashed = Crashed::sealed();
    crashed.put(PART, &damaged);
    let clip = crashed.fetch().await.expect("the film is whole");
    crashed.is_finished(&clip, "a damaged recipe");
}

#[tokio::test]
async fn a_named_clip_is_known_and_never_written_again() {
    let whole = finished().await;
    let film = tiny_film().len() as u64;
    for (what, record) in [
        ("the last record", (film, Some(film))),
        ("an older record", (film / 2, Some(film))),
        ("a record without a length", (0, None)),
    ] {
        // Named, the part's name is still there: both lead to one file.
        let crashed = Crashed::new(record.0, record.1);
        crashed.put(PART, &whole);
        fs::hard_link(crashed.path(PART), crashed.path(NAME)).expect("a second name");
        let written = fs::metadata(crashed.path(NAME)).and_then(|meta| meta.modified()).expect("a time");
        let clip = crashed.fetch().await.unwrap_or_else(|error| panic!("{what}, two names: {error:?}"));
        assert_eq!(fs::metadata(crashed.path(NAME)).and_then(|meta| meta.modified()).expect("a time"), written);
        crashed.is_finished(&clip, &format!("{what}, two names"));

        // Named, and the part's name is gone.
        let crashed = Crashed::new(record.0, record.1);
        crashed.put(NAME, &whole);
        let clip = crashed.fetch().await.unwrap_or_else(|error| panic!("{what}, one name: {error:?}"));
        crashed.is_finished(&clip, &format!("{what}, one name"));
        assert!(fs::read(crashed.path(NAME)).expect("the clip") == whole, "{what}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_named_clip_without_a_recipe_is_not_cut_by_an_older_record() {
    let film = tiny_film();
    let length = film.len() as u64;
    let crashed = Crashed::new(length / 2, Some(length));
    crashed.put(PART, film);
    fs::hard_link(crashed.path(PART), crashed.path(NAME)).expect("a second name");
    crashed.fetch().await.expect_err("the record proves nothing, and the link leads nowhere");
    assert!(fs::read(crashed.path(NAME)).expect("the clip") == film, "the named clip is as it was");

    let crashed = Crashed::sealed();
    crashed.put(PART, film);
    fs::hard_link(crashed.path(PART), crashed.path(NAME)).expect("a second name");
    let clip = crashed.fetch().await.expect("all is here");
    assert!(fs::read(crashed.path(NAME)).expect("the clip") == film, "a named file is not written any more");
    assert_eq!((crashed.names(), clip.recipe_note.is_some()), (vec![NAME.to_owned()], true));
}

#[tokio::test]
async fn a_file_of_another_job_under_the_name_stays() {
    let whole = finished().await;
    let mut other = Crashed::sealed();
    other.job.id = JobId(Uuid::from_u128(7));
    other.put(NAME, &whole);
    other.put(PART, tiny_film());
    let clip = other.fetch().await.expect("all is here");
    assert_eq!(clip.path, Path::new("boat (2).mp4"));
    assert!(fs::read(other.path(NAME)).expect("the clip") == whole, "the other clip is as it was");
    assert_eq!(recipe_in(&other.path("boat (2).mp4")).map(|recipe| recipe.job), Some(other.job.id));
}
