//! Downloads from a real hostile media host on loopback: whatever it does, no wrong file gets a final name, and what was
//! paid for arrives in the end.
//!
//! Tests whose number of runs matters print one line, such as `bar R-20: wrong files 0 in 1234 runs`. `RUSHES_TEST_RUNS`
//! multiplies the number of runs.

mod host;
mod hostile;
mod limits;
mod places;
mod random;

use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use rushes::domain::price::estimate;
use rushes::domain::{Clip, Draft, GatewayId, Job, JobId, JobState, RemoteId, UnixMillis};
use rushes::engine::download::{self, DownloadLimits, DownloadTask, MAX_CLIP_BYTES, Report};
use rushes::engine::machine::FetchFailure;
use rushes::gateway::{Client, Connection, Http};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use url::Url;
use uuid::Uuid;

use crate::support::film::{make, practice_film, small_film};
use crate::support::sha256;

/// A download on its way.
type Fetching = JoinHandle<Result<Clip, FetchFailure>>;

const NAME: &str = "boat.mp4";

/// How many times the usual number of runs is asked for.
fn runs(usual: usize) -> usize {
    let factor: usize = std::env::var("RUSHES_TEST_RUNS").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    usual * factor.max(1)
}

/// A film, and what is special about it.
struct Film {
    name: &'static str,
    bytes: Vec<u8>,
    /// Where its boxes begin, but for the first, and where it ends.
    borders: Vec<usize>,
}

/// Films of all the kinds that end in another way.
fn films() -> &'static [Film] {
    static FILMS: LazyLock<Vec<Film>> = LazyLock::new(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let made = |flags: &str| {
            let path = folder.path().join("film.mp4");
            let source = "-f lavfi -i testsrc2=s=160x96:r=12:d=4 -c:v libx264 -bf 2 -g 6 -pix_fmt yuv420p";
            make(&format!("{source}{flags}"), &path);
            fs::read(&path).expect("the film")
        };
        let fragments = " -movflags frag_keyframe+empty_moov+default_base_moof";
        let stray = |bytes: &[u8]| [small_film(), bytes].concat();
        [
            ("a practice film", practice_film(320, 180, true)),
            ("tables in front", small_film().to_vec()),
            ("tables behind", made("")),
            ("fragments with an index", made(fragments)),
            ("fragments without an index", made(&format!("{fragments}+skip_trailer"))),
            ("a line end behind it", stray(b"\r\n")),
            ("zeros behind it", stray(&[0; 512])),
            ("garbage behind it", stray(b"\x48\xb5\x9b\x70\x48\xb5\x9b\x70\x48\xb5\x9b\x70\x01")),
        ]
        .map(|(name, bytes)| Film { name, borders: borders(&bytes), bytes })
        .into()
    });
    &FILMS
}

fn borders(film: &[u8]) -> Vec<usize> {
    let mut borders = Vec::new();
    let mut at = 0;
    while let Some(head) = film.get(at..at + 8) {
        let size = u32::from_be_bytes(head[..4].try_into().expect("four bytes")) as usize;
        if size < 8 || at + size > film.len() {
            break;
        }
        at += size;
        borders.push(at);
    }
    borders
}

/// A clip folder with one job, and what the engine knows of its download.
struct Download {
    folder: TempDir,
    file_name: String,
    job: Job,
    limits: DownloadLimits,
    max_bytes: u64,
    http: Http,
}

impl Download {
    fn new(http: &Http) -> Self {
        let draft = Draft { prompt: "a boat".to_owned(), gateway: GatewayId::Apiin, ..Draft::default() };
        let request = draft.to_request().expect("a good draft");
        let price = estimate(&request, GatewayId::Apiin).expect("a price");
        let id = JobId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0bad_cafe));
        let asked = Job::new(id, GatewayId::Apiin, request, price, UnixMillis(1_780_000_000_000));
        Self {
            folder: tempfile::tempdir().expect("a folder"),
            file_name: NAME.to_owned(),
            job: Job { state: JobState::Downloading, remote_id: RemoteId::new("n65_boat"), ..asked },
            limits: DownloadLimits::default(),
            max_bytes: MAX_CLIP_BYTES,
            http: http.clone(),
        }
    }

    fn clips(&self) -> PathBuf {
        self.folder.path().join("clips")
    }

    /// Begins a try. What it reports arrives in the channel.
    fn begin(&self, link: &Url, stop: &CancellationToken) -> (Fetching, tokio::sync::mpsc::Receiver<(JobId, Report)>) {
        let base_url = link.join("/api/v1").expect("an address");
        let connection = Connection { gateway: GatewayId::Apiin, base_url, key: None, send_undocumented: false };
        let task = DownloadTask {
            job: Box::new(self.job.clone()),
            link: link.clone(),
            folder: self.clips(),
            file_name: self.file_name.clone(),
            max_bytes: self.max_bytes,
            limits: self.limits.clone(),
            clock: || UnixMillis(1_780_000_060_000),
        };
        let (reports, heard) = tokio::sync::mpsc::channel(64);
        let (client, stop) = (Client::new(&self.http, connection), stop.clone());
        (tokio::spawn(async move { download::fetch(&client, task, reports, stop).await }), heard)
    }

    fn hear(&mut self, report: Report) {
        if let Report::Checkpoint(part) = report {
            self.job.part = Some(part);
        }
    }

    /// One try, with the consequences that the engine draws from it.
    async fn fetch(&mut self, link: &Url) -> Result<Clip, FetchFailure> {
        self.fetch_until(link, &CancellationToken::new()).await
    }

    async fn fetch_until(&mut self, link: &Url, stop: &CancellationToken) -> Result<Clip, FetchFailure> {
        let (running, mut heard) = self.begin(link, stop);
        while let Some((_, report)) = heard.recv().await {
            self.hear(report);
        }
        let result = running.await.expect("no panic");
        if matches!(result, Err(FetchFailure::Changed | FetchFailure::BadFile(_))) {
            self.job.part = None;
        }
        result
    }

    /// Tries until the clip is there, at most `limit` times. Gives the failures before it.
    async fn fetch_all(&mut self, link: &Url, limit: usize) -> (Option<Clip>, Vec<FetchFailure>) {
        let mut failures = Vec::new();
        while failures.len() < limit {
            match self.fetch(link).await {
                Ok(clip) => return (Some(clip), failures),
                Err(failure) => failures.push(failure),
            }
        }
        (None, failures)
    }

    /// The files under final names; part files are hidden.
    fn named(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.clips()) else { return Vec::new() };
        let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
        names.filter(|name| !name.starts_with('.')).collect()
    }

    /// Takes away whole films beside the clip. A try that was broken off while it named its file may do so after all,
    /// because the thread that does it outlives the task; a kill of the program would have ended both.
    fn take_doubles_away(&self, clip: &Clip, films: &[&[u8]]) {
        for path in self.named().into_iter().map(|name| self.clips().join(name)) {
            let bytes = fs::read(&path).expect("a file");
            if path != self.clips().join(&clip.path) && films.iter().any(|film| bytes.starts_with(film)) {
                fs::remove_file(&path).expect("a file");
            }
        }
    }

    /// What is wrong with the finished clip, which has to be one of these films, byte for byte.
    fn faults(&self, clip: &Clip, films: &[&[u8]]) -> Option<String> {
        let named = self.named();
        let path = self.clips().join(&clip.path);
        if named.len() != 1 || !path.is_file() {
            return Some(format!("the files are {named:?}"));
        }
        let bytes = fs::read(&path).expect("the clip");
        let Some(served) = bytes.get(..clip.size_bytes as usize) else { return Some("it is too short".to_owned()) };
        let Some(film) = films.iter().find(|film| **film == served) else {
            return Some(format!("its {} bytes are no film that was served", served.len()));
        };
        if clip.sha256.to_string() != sha256(film) {
            return Some("its hash is another".to_owned());
        }
        // Nothing follows the film but its recipe, and that is where the clip says that it is.
        let has_recipe = bytes.len() > film.len();
        (has_recipe == clip.recipe_note.is_some()).then(|| format!("recipe {has_recipe}, {:?}", clip.recipe_note))
    }
}
