//! The folder in which accepted jobs outlive the program: a small JSON file for each job, and its start picture beside it.
//!
//! A client may be told of a job only after [`Store::keep`] has come back: from then on the job is known to the next
//! practice gateway on this folder, however this one ends. All of this blocks; async code calls it on a blocking thread.

use std::{
    collections::HashSet,
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::{
    film::FilmSpec,
    http::BODY_LIMIT,
    jobs::{Fate, MadeJob, Protocol, Room, Stage},
};
use crate::domain::Amount;

/// Version of the files. Files of another version are skipped.
const VERSION: u32 = 1;

/// Largest file that is read. What a job says came in one body, so no file of ours is larger than that and some brackets.
const FILE_LIMIT: usize = BODY_LIMIT + 1024 * 1024;

/// Files without a job may belong to a submit that another program is writing just now; older ones are left-overs.
const LEFT_OVER_AGE: Duration = Duration::from_secs(60 * 60);

/// A folder of jobs. Nothing else belongs into it.
#[derive(Clone, Debug)]
pub(super) struct Store {
    folder: PathBuf,
}

/// A job as its file says it. The words are stored: never rename one.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    version: u32,
    id: String,
    protocol: Protocol,
    created_unix_millis: i64,
    updated_unix: i64,
    film: KeptFilm,
    tag: Option<String>,
    /// Absent in files of earlier releases.
    #[serde(default)]
    trace: Option<String>,
    price: Amount,
    fate: Option<Fate>,
    end: Option<KeptEnd>,
}

#[derive(Debug, Serialize, Deserialize)]
struct KeptFilm {
    prompt: String,
    negative_prompt: String,
    seed: u32,
    width: u32,
    height: u32,
    duration_secs: u32,
    audio: bool,
    /// Size of the picture's own file; `None` when there is no picture.
    picture_bytes: Option<usize>,
    /// Size of the end picture, which stands behind the other one in the same file. Absent in files of earlier releases.
    #[serde(default)]
    end_picture_bytes: Option<usize>,
}

impl KeptFilm {
    /// Size of the picture file; 0 when there is none.
    fn file_bytes(&self) -> usize {
        self.picture_bytes.unwrap_or(0).saturating_add(self.end_picture_bytes.unwrap_or(0))
    }
}

/// An end without a film. Completion is not stored: it follows from the time and the film, which is made anew.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum KeptEnd {
    Failed { code: String, message: String },
    Cancelled,
}

/// Why a job's files are of no use. Says nothing of what they hold: prompts do not belong into a log.
#[derive(Debug, thiserror::Error)]
enum Broken {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("not the JSON of a job (line {}, column {})", .0.line(), .0.column())]
    Json(#[from] serde_json::Error),
    #[error("version {0} is not known")]
    Version(u32),
    #[error("{0}")]
    Content(&'static str),
}

impl Store {
    /// Opens the folder, makes it (0700) when it is missing, clears away what is too old or too much, and reads the jobs,
    /// oldest first. Broken files are skipped with a warning, and removed when they are too old as well.
    ///
    /// # Errors
    /// When the folder cannot be made or listed.
    pub fn open(folder: PathBuf, retention: Duration, room: Room) -> io::Result<(Self, Vec<MadeJob>)> {
        make_private(&folder)?;
        let store = Self { folder };
        let now = SystemTime::now();
        let mut kept = Vec::new();
        let mut others = Vec::new();
        for entry in fs::read_dir(&store.folder)? {
            let Ok(entry) = entry else { continue };
            // Asks for the entry itself, so that a link to elsewhere is neither read nor removed.
            let Ok(metadata) = entry.metadata() else { continue };
            let name = entry.file_name();
            let Some(name) = name.to_str().filter(|_| metadata.is_file()) else { continue };
            let age = metadata.modified().ok().and_then(|time| now.duration_since(time).ok()).unwrap_or_default();
            let Some(id) = name.strip_suffix(".json") else {
                others.push((name.to_owned(), age));
                continue;
            };
            match store.read_kept(id) {
                Ok(job) if age_of(&job, now) >= retention => store.remove([id]),
                Ok(job) => kept.push(job),
                Err(reason) => {
                    tracing::warn!(file = name, %reason, "a practice job cannot be read and is skipped");
                    if age >= retention {
                        store.remove([id]);
                    }
                }
            }
        }
        let jobs = store.newest(kept, room, now);
        let ids: HashSet<&str> = jobs.iter().map(|job| job.id.as_str()).collect();
        for (name, age) in others {
            let is_ours = match name.strip_suffix(".picture") {
                Some(id) => !ids.contains(id) && !store.job_file(id).exists(),
                None => name.starts_with('.') && name.ends_with(".part"),
            };
            if is_ours && age >= LEFT_OVER_AGE {
                remove_file(&store.folder.join(name));
            }
        }
        Ok((store, jobs))
    }

    /// The newest jobs that there is room for, oldest first, with their pictures. The others are removed.
    fn newest(&self, mut kept: Vec<Kept>, mut room: Room, now: SystemTime) -> Vec<MadeJob> {
        kept.sort_by(|a, b| (b.created_unix_millis, &b.id).cmp(&(a.created_unix_millis, &a.id)));
        let mut jobs = Vec::new();
        for kept in kept {
            let text_bytes = kept.film.prompt.len() + kept.film.negative_prompt.len();
            if !room.take(text_bytes.saturating_add(kept.film.file_bytes())) {
                self.remove([kept.id.as_str()]);
                continue;
            }
            let id = kept.id.clone();
            match self.restored(kept, now) {
                Ok(job) => jobs.push(job),
                Err(reason) => {
                    tracing::warn!(job = id, %reason, "the picture of a practice job cannot be read; the job is skipped");
                }
            }
        }
        jobs.reverse();
        jobs
    }

    fn read_kept(&self, id: &str) -> Result<Kept, Broken> {
        if !is_plain(id) {
            return Err(Broken::Content("its name is no id"));
        }
        let bytes = read_limited(&self.job_file(id))?;
        // The version first: another version may have other fields.
        #[derive(Deserialize)]
        struct Version {
            version: u32,
        }
        let Version { version } = serde_json::from_slice(&bytes)?;
        if version != VERSION {
            return Err(Broken::Version(version));
        }
        let kept: Kept = serde_json::from_slice(&bytes)?;
        if kept.id == id { Ok(kept) } else { Err(Broken::Content("it is of another job than its name says")) }
    }

    fn restored(&self, kept: Kept, now: SystemTime) -> Result<MadeJob, Broken> {
        let (picture, end_picture) = match kept.film.picture_bytes {
            None => (None, None),
            Some(size) => {
                let mut bytes = read_limited(&self.picture_file(&kept.id))?;
                if bytes.len() != kept.film.file_bytes() || size > bytes.len() {
                    return Err(Broken::Content("the picture has another size"));
                }
                let end = bytes.split_off(size);
                (Some(bytes), kept.film.end_picture_bytes.map(|_| end))
            }
        };
        let stage = match kept.end {
            None => Stage::Queued,
            Some(KeptEnd::Failed { ref code, ref message }) => {
                Stage::Failed { code: code.clone(), message: message.clone() }
            }
            Some(KeptEnd::Cancelled) => Stage::Cancelled,
        };
        let created = Instant::now();
        let age_at_start = age_of(&kept, now);
        let film = FilmSpec {
            prompt: kept.film.prompt,
            negative_prompt: kept.film.negative_prompt,
            seed: kept.film.seed,
            width: kept.film.width,
            height: kept.film.height,
            duration_secs: kept.film.duration_secs,
            audio: kept.film.audio,
            picture,
            end_picture,
        };
        Ok(MadeJob {
            age_at_start,
            tag: kept.tag,
            trace: kept.trace,
            // A refund belongs to the wallet of the gateway that took the price; this one begins with a new wallet.
            is_charged_here: false,
            is_refunded: stage.is_final(),
            ended: stage.is_final().then_some(created),
            stage,
            updated_unix: kept.updated_unix,
            fate: kept.fate,
            created,
            ..MadeJob::accepted(kept.id, kept.protocol, Arc::new(film), kept.price, kept.created_unix_millis)
        })
    }

    /// Writes a new job: when this comes back, the next start will find it.
    ///
    /// # Errors
    /// When a file cannot be written; then none of the job is left behind.
    pub fn keep(&self, job: &MadeJob) -> io::Result<()> {
        // The job's own file comes last, so that it never speaks of a picture that is not there.
        let written = match &job.film.picture {
            Some(picture) => {
                let end = job.film.end_picture.as_deref().unwrap_or_default();
                self.write(&job.id, &self.picture_file(&job.id), &[picture.as_slice(), end].concat())
            }
            None => Ok(()),
        };
        let written = written.and_then(|()| self.update(job));
        if written.is_err() {
            self.remove([job.id.as_str()]);
        }
        written
    }

    /// Writes what may change of a job that is kept already.
    ///
    /// # Errors
    /// When the file cannot be written; the earlier one is still there then.
    pub fn update(&self, job: &MadeJob) -> io::Result<()> {
        let film = &*job.film;
        let kept = Kept {
            version: VERSION,
            id: job.id.clone(),
            protocol: job.protocol,
            created_unix_millis: job.created_unix_millis,
            updated_unix: job.updated_unix,
            film: KeptFilm {
                prompt: film.prompt.clone(),
                negative_prompt: film.negative_prompt.clone(),
                seed: film.seed,
                width: film.width,
                height: film.height,
                duration_secs: film.duration_secs,
                audio: film.audio,
                picture_bytes: film.picture.as_ref().map(Vec::len),
                end_picture_bytes: film.picture.as_ref().and(film.end_picture.as_ref()).map(Vec::len),
            },
            tag: job.tag.clone(),
            trace: job.trace.clone(),
            price: job.price,
            fate: job.fate.clone(),
            end: match &job.stage {
                Stage::Queued | Stage::Running | Stage::Completed => None,
                Stage::Failed { code, message } => {
                    Some(KeptEnd::Failed { code: code.clone(), message: message.clone() })
                }
                Stage::Cancelled => Some(KeptEnd::Cancelled),
            },
        };
        let json = serde_json::to_vec(&kept).map_err(io::Error::other)?;
        self.write(&job.id, &self.job_file(&job.id), &json)
    }

    /// Removes the files of these jobs. What cannot be removed is removed at a later start.
    pub fn remove<'a>(&self, ids: impl IntoIterator<Item = &'a str>) {
        for id in ids {
            // The picture goes last: a job file without its picture would be broken.
            remove_file(&self.job_file(id));
            remove_file(&self.picture_file(id));
        }
    }

    fn job_file(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{id}.json"))
    }

    fn picture_file(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{id}.picture"))
    }

    /// Writes a private file (0600) under another name, flushes it and gives it its name.
    fn write(&self, id: &str, target: &Path, bytes: &[u8]) -> io::Result<()> {
        static COUNTER: AtomicU64 = AtomicU64::new(0);
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        let part = self.folder.join(format!(".{id}-{}-{number}.part", std::process::id()));
        let written = write_new(&part, bytes).and_then(|()| fs::rename(&part, target));
        if written.is_err() {
            remove_file(&part);
        }
        written
    }
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn read_limited(path: &Path) -> Result<Vec<u8>, Broken> {
    let mut bytes = Vec::new();
    File::open(path)?.take(FILE_LIMIT as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > FILE_LIMIT { Err(Broken::Content("it is too large")) } else { Ok(bytes) }
}

fn remove_file(path: &Path) {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            tracing::warn!(path = %path.display(), %error, "a file of a practice job cannot be removed");
        }
        _ => {}
    }
}

/// The folder exists, and only its owner may look into it.
fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    #[cfg(unix)]
    fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    Ok(())
}

/// Whether a text can be an id of ours: as a file name it stays inside the folder.
fn is_plain(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// By the clock on the wall, which may have been set back: then the job is new.
fn age_of(job: &Kept, now: SystemTime) -> Duration {
    let created = Duration::from_millis(u64::try_from(job.created_unix_millis).unwrap_or(0));
    now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().saturating_sub(created)
}

#[cfg(test)]
mod tests {
    use super::{
        super::{jobs::tests::job, server::now_unix_millis},
        *,
    };

    const WEEK: Duration = Duration::from_secs(7 * 24 * 60 * 60);

    fn made_ago(id: &str, ago: Duration) -> MadeJob {
        let ago = i64::try_from(ago.as_millis()).expect("short");
        MadeJob { created_unix_millis: now_unix_millis() - ago, ..job(id, Amount::Free) }
    }

    fn with_picture(job: MadeJob, picture: &[u8]) -> MadeJob {
        MadeJob { film: Arc::new(FilmSpec { picture: Some(picture.to_vec()), ..(*job.film).clone() }), ..job }
    }

    fn open(folder: &Path, room: Room) -> (Store, Vec<String>) {
        let (store, jobs) = Store::open(folder.to_owned(), WEEK, room).expect("a folder");
        (store, jobs.into_iter().map(|job| job.id).collect())
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        let mut names: Vec<_> =
            entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("a plain name")).collect();
        names.sort();
        names
    }

    fn make_old(path: &Path, age: Duration) {
        let file = OpenOptions::new().write(true).open(path).expect("the file");
        file.set_modified(SystemTime::now() - age).expect("a time");
    }

    #[test]
    fn a_job_comes_back_as_it_was() {
        let folder = tempfile::tempdir().expect("a folder");
        let (store, none) = open(&folder.path().join("deep/jobs"), Room::default());
        assert_eq!(none, Vec::<String>::new());
        let film = FilmSpec {
            prompt: "a heron \"ü\"\n".to_owned(),
            negative_prompt: "blur".to_owned(),
            seed: 42,
            width: 540,
            height: 720,
            duration_secs: 8,
            audio: true,
            picture: Some(vec![0x89, 0, 255]),
            end_picture: Some(vec![7; 5]),
        };
        let job = MadeJob {
            protocol: Protocol::Apiin,
            film: Arc::new(film.clone()),
            tag: Some("rushes-1".to_owned()),
            trace: Some("t".to_owned()),
            fate: Some(Fate::NeverEnds),
            updated_unix: 7,
            ..made_ago("n65a_pixverse", Duration::from_secs(100))
        };
        store.keep(&job).expect("written");
        let again = || Store::open(store.folder.clone(), WEEK, Room::default()).expect("a folder").1.remove(0);
        let back = again();
        assert_eq!((&back.id, back.protocol, &*back.film), (&job.id, job.protocol, &film));
        assert_eq!((&back.tag, &back.fate, back.price), (&job.tag, &job.fate, job.price));
        assert_eq!(back.trace, job.trace);
        assert_eq!((back.created_unix_millis, back.updated_unix), (job.created_unix_millis, 7));
        assert!(back.age_at_start >= Duration::from_secs(100), "{:?}", back.age_at_start);
        assert_eq!(back.stage, Stage::Queued);

        for (stage, expected) in [
            (Stage::Completed, Stage::Queued),
            (Stage::Cancelled, Stage::Cancelled),
            (
                Stage::Failed { code: "c".to_owned(), message: "m".to_owned() },
                Stage::Failed { code: "c".to_owned(), message: "m".to_owned() },
            ),
        ] {
            store.update(&MadeJob { stage, ..job.clone() }).expect("written");
            assert_eq!(again().stage, expected);
        }
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_them() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("a mode");
        let (store, _) = open(folder.path(), Room::default());
        store.keep(&with_picture(made_ago("a", Duration::ZERO), b"png")).expect("written");
        let mode = |path: &Path| fs::metadata(path).expect("it exists").permissions().mode() & 0o777;
        assert_eq!(mode(folder.path()), 0o700);
        assert_eq!((mode(&store.job_file("a")), mode(&store.picture_file("a"))), (0o600, 0o600));
        assert_eq!(names(folder.path()), ["a.json", "a.picture"]);
    }

    #[test]
    fn too_old_and_too_many_jobs_go() {
        let folder = tempfile::tempdir().expect("a folder");
        let (store, _) = open(folder.path(), Room::default());
        for (id, days) in [("f", 8), ("e", 6), ("d", 5), ("b", 3), ("c", 4), ("a", 1)] {
            let job = made_ago(id, Duration::from_secs(days * 24 * 60 * 60));
            store.keep(&with_picture(job, &[1; 10])).expect("written");
        }
        assert_eq!(open(folder.path(), Room::default()).1, ["e", "d", "c", "b", "a"]);
        assert!(!store.job_file("f").exists() && !store.picture_file("f").exists());
        assert_eq!(open(folder.path(), Room { jobs: 4, film_spec_bytes: 100 }).1, ["d", "c", "b", "a"]);
        assert_eq!(open(folder.path(), Room { jobs: 4, film_spec_bytes: 25 }).1, ["b", "a"]);
        assert_eq!(names(folder.path()), ["a.json", "a.picture", "b.json", "b.picture"]);
    }

    #[test]
    fn broken_files_are_skipped_and_later_removed() {
        let folder = tempfile::tempdir().expect("a folder");
        let (store, _) = open(folder.path(), Room::default());
        for id in ["good", "other", "future", "half", "bare", "shrunk"] {
            store.keep(&with_picture(made_ago(id, Duration::ZERO), b"picture")).expect("written");
        }
        let change = |id: &str, from: &str, to: &str| {
            let text = fs::read_to_string(store.job_file(id)).expect("the file");
            assert!(text.contains(from));
            fs::write(store.job_file(id), text.replace(from, to)).expect("written");
        };
        change("other", "\"other\"", "\"good\"");
        change("future", "\"version\":1", "\"version\":2");
        change("half", "}", "");
        fs::remove_file(store.picture_file("bare")).expect("removed");
        fs::write(store.picture_file("shrunk"), b"pic").expect("written");
        fs::write(folder.path().join("empty.json"), b"").expect("written");
        fs::write(folder.path().join("not an id.json"), b"{}").expect("written");
        fs::create_dir(folder.path().join("folder.json")).expect("made");
        assert_eq!(open(folder.path(), Room::default()).1, ["good"]);
        assert!(store.job_file("half").exists(), "a broken file is not removed at once");

        make_old(&store.job_file("half"), WEEK);
        assert_eq!(open(folder.path(), Room::default()).1, ["good"]);
        assert!(!store.job_file("half").exists() && !store.picture_file("half").exists());
    }

    #[test]
    fn left_overs_of_a_kill_go_when_nobody_writes_them_any_more() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in [".a-1-1.part", "b.picture", "notes.txt", ".c-1-1.part", "d.picture"] {
            fs::write(folder.path().join(name), b"x").expect("written");
        }
        for name in [".a-1-1.part", "b.picture", "notes.txt"] {
            make_old(&folder.path().join(name), LEFT_OVER_AGE);
        }
        open(folder.path(), Room::default());
        assert_eq!(names(folder.path()), [".c-1-1.part", "d.picture", "notes.txt"]);
    }

    #[test]
    fn a_job_that_cannot_be_written_leaves_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let (store, _) = open(folder.path(), Room::default());
        // A folder of this name cannot be replaced by a file.
        fs::create_dir_all(store.job_file("a").join("inside")).expect("made");
        assert!(store.keep(&with_picture(made_ago("a", Duration::ZERO), b"png")).is_err());
        assert_eq!(names(folder.path()), ["a.json"]);
    }
}
