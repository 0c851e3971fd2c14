//! The library on real files: kills, damage, two instances, old schemas.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use proptest::prelude::*;
use rushes::domain::Sha256Hex;
use rushes::domain::{
    AspectRatio, Charge, Clip, ClipDuration, Draft, Ending, GatewayId, GatewayText, HeldFor, Job, JobId, JobState,
    RawExchange, RemoteId, Resolution, UnixMillis, job::Poster, price, samples,
};
use rushes::library::{Library, LibraryError, Opened, Paths};
use uuid::Uuid;

mod asked;
mod boards;
mod damage;
mod facts;
mod form;
mod quick;

/// Names the library folder to the child process that is going to be killed.
const CHILD_LIBRARY: &str = "RUSHES_TEST_CHILD_LIBRARY";

fn paths(dir: &Path) -> Paths {
    Paths::portable(&dir.join("library"))
}

fn job(number: u128) -> Job {
    let gateway = GatewayId::PAID[usize::try_from(number % 2).expect("0 or 1")];
    let created_at = UnixMillis(1_700_000_000_000 + i64::try_from(number % 1_000_000).expect("small"));
    let prompt = format!("shot {number}, “日本” \u{1f3ac}");
    samples::job(number).gateway(gateway).at(created_at).prompt(&prompt).queued()
}

fn in_state(number: u128, state: JobState) -> Job {
    let has_remote_id = state.is_watched() || state == JobState::Ready;
    let remote_id = has_remote_id.then(|| RemoteId::new(&format!("remote-{number}")).expect("plain"));
    Job { state, remote_id, ..job(number) }
}

/// An open library with all its jobs.
struct Whole {
    library: Library,
    jobs: Vec<Job>,
    warnings: Vec<String>,
}

impl Whole {
    fn of(opened: Opened, paths: &Paths) -> Self {
        let Opened { library, live, warnings, .. } = opened;
        let jobs = Library::read_only(paths).expect("readable beside its owner");
        let unfinished: Vec<Job> = jobs.iter().filter(|job| job.is_live()).cloned().collect();
        assert_eq!(live, unfinished, "opening gives the live ones");
        Self { library, jobs, warnings }
    }
}

fn open(paths: &Paths) -> Whole {
    Whole::of(Library::open(paths).expect("the library opens"), paths)
}

/// Opens a library of which nothing is to be told.
fn open_quietly(paths: &Paths) -> (Library, Vec<Job>) {
    let Whole { library, jobs, warnings } = open(paths);
    assert_eq!(warnings, Vec::<String>::new());
    (library, jobs)
}

/// A closed library with these jobs.
async fn filled(paths: &Paths, jobs: &[Job]) {
    let (library, _) = open_quietly(paths);
    library.put_all(jobs.to_vec()).await.expect("stored");
    library.close().await;
}

fn damaged_files(paths: &Paths) -> BTreeMap<String, Vec<u8>> {
    let files = fs::read_dir(&paths.data).expect("readable").map(|entry| entry.expect("readable").path());
    files
        .filter_map(|file| {
            let name = file.file_name()?.to_str()?.to_owned();
            name.starts_with("library.db.damaged-").then(|| (name, fs::read(&file).expect("readable")))
        })
        .collect()
}

#[tokio::test]
async fn jobs_and_draft_come_back_as_they_were() {
    let dir = tempfile::tempdir().expect("a folder");
    let paths = paths(dir.path());
    let (library, jobs) = open_quietly(&paths);
    assert_eq!(jobs, []);
    assert_eq!(library.draft().await.expect("readable"), None);
    let draft = Draft { prompt: "half a tho".to_owned(), seed_text: "not a seed".to_owned(), ..Draft::default() };
    library.keep_draft(Draft::default()).await.expect("kept");
    library.keep_draft(draft.clone()).await.expect("kept");
    let mut first = job(1);
    library.put_all(vec![job(2), first.clone()]).await.expect("stored");
    first.state = JobState::Submitting;
    first.is_hidden = true;
    library.put(first.clone()).await.expect("stored");
    library.close().await;

    let (library, jobs) = open_quietly(&paths);
    assert_eq!(jobs, [first, job(2)], "oldest first");
    assert_eq!(library.draft().await.expect("readable"), Some(draft));
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read() {
    use std::os::unix::fs::PermissionsExt as _;

    let dir = tempfile::tempdir().expect("a folder");
    let paths = paths(dir.path());
    fs::create_dir_all(&paths.data).expect("made");
    fs::set_permissions(&paths.data, fs::Permissions::from_mode(0o755)).expect("changed");
    let (library, _) = open_quietly(&paths);
    library.put(job(1)).await.expect("stored");
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    for dir in [&paths.data, &paths.posters(), &paths.inputs(), &paths.logs(), &paths.clips] {
        assert_eq!(mode(dir), 0o700, "{}", dir.display());
    }
    let files: Vec<PathBuf> = fs::read_dir(&paths.data)
        .expect("readable")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.is_file())
        .collect();
    assert!(files.len() >= 5, "database, its log and index, job log, lock: {files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

#[tokio::test]
async fn the_commit_is_synchronous_and_in_a_write_ahead_log() {
    let dir = tempfile::tempdir().expect("a folder");
    let paths = paths(dir.path());
    let (library, _) = open_quietly(&paths);
    library.put(job(1)).await.expect("stored");
    let wal = fs::metadata(paths.data.join("library.db-wal")).expect("there while it is open");
    assert!(wal.len() > 0);
    library.close().await;
    assert!(!paths.data.join("library.db-wal").exists(), "closing moves it into the database");
}

#[tokio::test]
async fn a_second_instance_is_told_and_may_read() {
    let dir = tempfile::tempdir().expect("a folder");
    let paths = paths(dir.path());
    assert_eq!(Library::read_only(&paths).expect("nothing there is no trouble"), []);
    assert!(!paths.data.exists(), "reading makes nothing");

    let (library, _) = open_quietly(&paths);
    library.put(job(1)).await.expect("stored");
    assert!(matches!(Library::open(&paths), Err(LibraryError::InUse)));
    assert_eq!(Library::read_only(&paths).expect("readable beside the owner"), [job(1)]);
    library.put(job(2)).await.expect("reading took nothing away");
    let other = library.clone();
    library.close().await;
    assert!(matches!(other.put(job(3)).await, Err(LibraryError::Closed)));

    let (_library, jobs) = open_quietly(&paths);
    assert_eq!(jobs, [job(1), job(2)]);
}

#[tokio::test]
async fn the_last_handle_closes_the_library() {
    let dir = tempfile::tempdir().expect("a folder");
    let paths = paths(dir.path());
    let (library, _) = open_quietly(&paths);
    let other = library.clone();
    drop(library);
    other.put(job(1)).await.expect("one handle is left");
    drop(other);
    // The thread ends in its own time: wait for the lock, which goes last.
    let opened = tokio::task::spawn_blocking(move || {
        loop {
            match Library::open(&paths) {
                Err(LibraryError::InUse) => std::thread::yield_now(),
                other => return other,
            }
        }
    });
    assert_eq!(opened.await.expect("no panic").expect("it opens").live, [job(1)]);
}

#[tokio::test]
async fn a_newer_library_is_left_alone() {
    let dir = tempfile::tempdir().expect("a folder");
    let paths = paths(dir.path());
    filled(&paths, &[job(1)]).await;
    rusqlite::Connection::open(paths.database())
        .and_then(|newer| {
            newer.execute_batch(
                "PRAGMA user_version = 99; UPDATE kept SET value = '99' WHERE key = 'schema_version';
                 ALTER TABLE jobs ADD COLUMN future TEXT;",
            )
        })
        .expect("made newer");
    let before = fs::read(paths.database()).expect("readable");
    assert!(matches!(Library::open(&paths), Err(LibraryError::TooNew)));
    assert!(matches!(Library::read_only(&paths), Err(LibraryError::TooNew)));
    assert_eq!(fs::read(paths.database()).expect("readable"), before);
    assert_eq!(damaged_files(&paths).len(), 0);
}

/// The fixture was written by schema 1 and is never changed; it opens in every later program.
#[tokio::test]
async fn schema_1_opens() {
    let dir = tempfile::tempdir().expect("a folder");
    let paths = paths(dir.path());
    fs::create_dir_all(&paths.data).expect("made");
    rusqlite::Connection::open(paths.database())
        .and_then(|old| old.execute_batch(include_str!("../fixtures/library-1.sql")))
        .expect("the fixture is whole");
    let (library, jobs) = open_quietly(&paths);
    let told: Vec<_> = jobs
        .iter()
        .map(|job| (job.request.prompt(), job.state, job.remote_id.as_ref().map(RemoteId::as_str)))
        .collect();
    assert_eq!(
        told,
        [
            ("a paper boat", JobState::Ready, Some("job_abc123")),
            ("a fox in the snow", JobState::Generating, Some("n65_pixverse")),
        ]
    );
    assert_eq!(library.draft().await.expect("readable").expect("kept").prompt, "next");
}

/// Runs only as the child of the test below: stores jobs as fast as it can and tells each one after it is stored.
#[tokio::test]
async fn child_that_stores_until_it_is_killed() {
    let Ok(dir) = std::env::var(CHILD_LIBRARY) else { return };
    let (library, jobs) = open_quietly(&paths(Path::new(&dir)));
    for number in u128::try_from(jobs.len()).expect("small").. {
        let mut job = job(number);
        library.put(job.clone()).await.expect("stored");
        job.state = JobState::Submitting;
        library.put(job).await.expect("stored");
        println!("stored {number}");
    }
}

struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

#[tokio::test]
async fn what_was_acknowledged_survives_kill_9() {
    let dir = tempfile::tempdir().expect("a folder");
    let paths = paths(dir.path());
    let mut told = BTreeSet::new();
    for round in 1..=8 {
        let mut child = Killed(
            Command::new(std::env::current_exe().expect("known"))
                .args(["--exact", "library::child_that_stores_until_it_is_killed", "--nocapture"])
                .env(CHILD_LIBRARY, dir.path())
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .expect("the child starts"),
        );
        let mut lines = BufReader::new(child.0.stdout.take().expect("piped")).lines().map_while(Result::ok);
        let mut numbers =
            std::iter::from_fn(|| lines.find_map(|line| Some(line.split_once("stored ")?.1.parse::<u128>().ok())))
                .map(|number| number.expect("a number"));
        told.extend(numbers.by_ref().take(round * 7));
        assert!(matches!(Library::open(&paths), Err(LibraryError::InUse)), "the child holds the lock");
        child.0.kill().expect("it runs");
        child.0.wait().expect("it ends");
        told.extend(numbers);

        let (library, jobs) = open_quietly(&paths);
        let stored: BTreeMap<_, _> = jobs.iter().map(|job| (job.id, job.state)).collect();
        for number in &told {
            assert_eq!(stored.get(&job(*number).id), Some(&JobState::Submitting), "job {number} in round {round}");
        }
        library.close().await;
    }
    let verdict: String = rusqlite::Connection::open(paths.database())
        .and_then(|database| database.query_row("PRAGMA integrity_check", [], |row| row.get(0)))
        .expect("readable");
    assert_eq!(verdict, "ok");
}

/// A database that nobody can read is set aside whole, and every job that was ever decided is recovered.
#[tokio::test]
async fn a_ruined_database_is_set_aside_and_its_jobs_recovered() {
    let jobs: Vec<Job> = [
        (1, JobState::Ready),
        (2, JobState::Generating),
        (3, JobState::Submitting),
        (4, JobState::Unconfirmed),
        (5, JobState::Queued),
    ]
    .map(|(number, state)| in_state(number, state))
    .to_vec();
    type Ruin = fn(Vec<u8>) -> Vec<u8>;
    let ruins: [(&str, Ruin); 5] = [
        ("zeroed", |bytes| vec![0; bytes.len()]),
        ("not a database", |_| b"<html>not found</html>".repeat(500)),
        ("cut in the header", |bytes| bytes[..50].to_vec()),
        ("cut in a page", |bytes| bytes[..5000].to_vec()),
        ("another version", |mut bytes| {
            bytes[60] ^= 0x40;
            bytes
        }),
    ];
    for (what, ruin) in ruins {
        let dir = tempfile::tempdir().expect("a folder");
        let paths = paths(dir.path());
        filled(&paths, &jobs).await;
        let ruined = ruin(fs::read(paths.database()).expect("readable"));
        fs::write(paths.database(), &ruined).expect("writable");

        let Whole { library, jobs: found, warnings } = open(&paths);
        assert_eq!(found, held(&jobs), "{what}");
        assert!(warnings.iter().any(|text| text.contains("set aside as library.db.damaged-")), "{what}: {warnings:?}");
        let kept = damaged_files(&paths);
        assert!(kept.values().any(|bytes| *bytes == ruined), "{what}: {:?}", kept.keys());
        library.put(job(6)).await.expect("the new database works");
        library.close().await;
        let (_library, found) = open_quietly(&paths);
        assert_eq!(found.len(), 6, "{what}");
    }
}

/// With the log lost as well, what is readable in the damaged database is still saved.
#[tokio::test]
async fn the_readable_part_of_a_damaged_database_is_saved() {
    let dir = tempfile::tempdir().expect("a folder");
    let paths = paths(dir.path());
    let jobs: Vec<Job> = (0..200).map(|number| in_state(number, JobState::Ready)).collect();
    filled(&paths, &jobs).await;
    let mut bytes = fs::read(paths.database()).expect("readable");
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 4096].fill(0xaa);
    fs::write(paths.database(), bytes).expect("writable");
    fs::remove_file(paths.intents()).expect("there");

    let Whole { jobs: found, warnings, .. } = open(&paths);
    assert!(found.len() > 150, "{} of 200, {warnings:?}", found.len());
    assert!(found.iter().all(|job| jobs.contains(job)));
    assert!(!damaged_files(&paths).is_empty());
}

/// The write-ahead log holds the last commits until they are moved; without it the database says that a sent order is
/// still queued. The job log knows better.
#[tokio::test]
async fn a_lost_write_ahead_log_never_makes_a_sent_order_sendable() {
    let dir = tempfile::tempdir().expect("a folder");
    let paths = paths(dir.path());
    filled(&paths, &[job(1), job(2)]).await;
    let old = fs::read(paths.database()).expect("readable");

    let (library, _) = open_quietly(&paths);
    let accepted = in_state(1, JobState::Waiting);
    library.put_all(vec![in_state(1, JobState::Submitting), in_state(2, JobState::Submitting)]).await.expect("stored");
    let exchange = RawExchange { request_line: "POST https://example.org".into(), ..RawExchange::default() };
    library.put(Job { exchange: Some(exchange), ..accepted.clone() }).await.expect("stored");
    library.put(job(3)).await.expect("stored");
    library.close().await;
    fs::write(paths.database(), old).expect("writable");

    let read_only = Library::read_only(&paths).expect("readable");
    let Whole { library, jobs, warnings } = open(&paths);
    let known = [accepted, in_state(2, JobState::Submitting), job(3)];
    assert_eq!(read_only, known);
    assert_eq!(jobs, held(&known), "what is still queued may have been sent all the same");
    assert_eq!(warnings, ["3 jobs recovered from the job log.", &held_words(1)]);
    library.close().await;
    assert_eq!(open_quietly(&paths).1, jobs, "what was recovered is in the database now");
}

#[tokio::test]
async fn an_empty_database_beside_a_full_write_ahead_log_is_set_aside() {
    let dir = tempfile::tempdir().expect("a folder");
    let paths = paths(dir.path());
    filled(&paths, &[in_state(1, JobState::Waiting)]).await;
    fs::write(paths.database(), "").expect("writable");
    fs::write(paths.data.join("library.db-wal"), "the last commits").expect("writable");
    let Whole { jobs, .. } = open(&paths);
    assert_eq!(jobs, [in_state(1, JobState::Waiting)]);
    assert!(damaged_files(&paths).values().any(|bytes| bytes == b"the last commits"));
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_kept_and_told() {
    let dir = tempfile::tempdir().expect("a folder");
    let paths = paths(dir.path());
    let waiting = in_state(2, JobState::Waiting);
    filled(&paths, &[job(1), waiting.clone(), job(3)]).await;
    // One digit of the remote id flips: still JSON, still an id, but of somebody else's job.
    let spoil = |id: JobId, from: &str, to: &str| {
        let database = rusqlite::Connection::open(paths.database()).expect("opens");
        let sql = "UPDATE jobs SET doc = replace(doc, ?2, ?3) WHERE id = ?1";
        assert_eq!(database.execute(sql, [&id.to_string(), from, to]).expect("runs"), 1);
    };
    spoil(waiting.id, "remote-2", "remote-7");
    let Whole { library, jobs, warnings } = open(&paths);
    assert_eq!(jobs, held(&[job(1), waiting.clone(), job(3)]), "{warnings:?}");
    assert_eq!(warnings, ["1 job recovered from the job log.", &held_words(2)]);
    library.close().await;

    spoil(job(3).id, "{", "[");
    fs::remove_file(paths.intents()).expect("there");
    for is_first in [true, false] {
        let Whole { library, jobs, warnings } = open(&paths);
        assert_eq!(jobs, if is_first { held(&[job(1), waiting.clone()]) } else { vec![job(1), waiting.clone()] });
        // Damage that is known is no reason to hold an order that was let go.
        let unreadable = "1 job cannot be read. Nothing of it was deleted.".to_owned();
        assert_eq!(warnings, if is_first { vec![unreadable, held_words(1)] } else { vec![unreadable] });
        library.put(job(1)).await.expect("stored");
        library.close().await;
    }
    let database = rusqlite::Connection::open(paths.database()).expect("opens");
    let count = |table: &str| -> i64 {
        database.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).expect("a number")
    };
    assert_eq!((count("jobs"), count("unreadable_jobs")), (3, 1));
}

#[tokio::test]
async fn a_spoiled_job_log_is_no_reason_not_to_open() {
    let dir = tempfile::tempdir().expect("a folder");
    let paths = paths(dir.path());
    let jobs = [in_state(1, JobState::Waiting), in_state(2, JobState::Submitting)];
    filled(&paths, &jobs).await;
    let log = fs::read(paths.intents()).expect("readable");
    let cut = [&b"\xff\xfe not json\n"[..], &log, &log[..log.len() / 3]].concat();
    fs::write(paths.intents(), cut).expect("writable");
    let (library, found) = open_quietly(&paths);
    assert_eq!(found, jobs);
    // The cut line is closed first, so the new one can be read.
    library.put(in_state(3, JobState::Waiting)).await.expect("stored");
    library.close().await;
    fs::write(paths.database(), "ruined").expect("writable");
    assert_eq!(open(&paths).jobs.len(), 3);
}

#[tokio::test]
async fn a_long_job_log_is_shortened_to_what_is_not_over() {
    let dir = tempfile::tempdir().expect("a folder");
    let paths = paths(dir.path());
    let waiting = in_state(5000, JobState::Waiting);
    let mut jobs: Vec<Job> = (0..4000).map(|number| in_state(number, JobState::Ready)).collect();
    jobs.push(waiting.clone());
    filled(&paths, &jobs).await;
    let long = fs::metadata(paths.intents()).expect("there").len();
    let (library, jobs) = open_quietly(&paths);
    assert_eq!(jobs.len(), 4001);
    let short = fs::metadata(paths.intents()).expect("there").len();
    assert!(long > 2 * 1024 * 1024 && short < 10_000, "{long} to {short} bytes");
    library.put(in_state(5001, JobState::Submitting)).await.expect("stored");
    library.close().await;
    fs::write(paths.database(), "ruined").expect("writable");
    assert_eq!(open(&paths).jobs, [waiting, in_state(5001, JobState::Submitting)]);
}

#[tokio::test]
async fn clips_are_found_after_the_clip_folder_was_changed_or_moved() {
    let dir = tempfile::tempdir().expect("a folder");
    let paths = paths(dir.path());
    let clip = |name: &str| Clip { size_bytes: 4, ..samples::clip(name) };
    let stays = Job { clip: Some(clip("stays.mp4")), ..in_state(1, JobState::Ready) };
    let moves = Job { clip: Some(clip("moves.mp4")), ..in_state(2, JobState::Ready) };
    let lost = Job { clip: Some(clip("lost.mp4")), ..in_state(3, JobState::Ready) };
    filled(&paths, &[stays, moves, lost]).await;
    fs::write(paths.clips.join("stays.mp4"), "film").expect("written");
    let changed = Paths { clips: dir.path().join("elsewhere"), ..paths.clone() };
    fs::create_dir(&changed.clips).expect("made");
    fs::write(changed.clips.join("moves.mp4"), "film").expect("written");

    // Twice: what was settled is stored.
    for _ in 0..2 {
        let (library, jobs) = open_quietly(&changed);
        let found: Vec<_> = jobs.iter().filter_map(|job| Some(job.clip.as_ref()?.path.clone())).collect();
        assert_eq!(found, [paths.clips.join("stays.mp4"), "moves.mp4".into(), paths.clips.join("lost.mp4")]);
        library.close().await;
    }
}

/// A drive that is away says nothing of what is on it, and a file of the same name elsewhere is another one.
#[tokio::test]
async fn a_clip_folder_that_is_changed_while_the_old_one_is_away_takes_no_clip_over() {
    let dir = tempfile::tempdir().expect("a folder");
    let paths = paths(dir.path());
    let clip = |name: &str| Some(Clip { size_bytes: 4, ..samples::clip(name) });
    let jobs = ["one.mp4", "two.mp4"].map(clip);
    let jobs: Vec<Job> =
        jobs.into_iter().zip(1..).map(|(clip, id)| Job { clip, ..in_state(id, JobState::Ready) }).collect();
    filled(&paths, &jobs).await;
    fs::remove_dir_all(&paths.clips).ok();
    let changed = Paths { clips: dir.path().join("elsewhere"), ..paths.clone() };
    fs::create_dir(&changed.clips).expect("made");
    fs::write(changed.clips.join("one.mp4"), "bit").expect("written");
    for _ in 0..2 {
        let (library, jobs) = open_quietly(&changed);
        let found: Vec<_> = jobs.iter().filter_map(|job| Some(job.clip.as_ref()?.path.clone())).collect();
        assert_eq!(found, [paths.clips.join("one.mp4"), paths.clips.join("two.mp4")]);
        library.close().await;
    }
}

/// What was settled while the program ran is not settled once more at the next start.
#[tokio::test]
async fn a_clip_folder_that_is_noted_holds_at_the_next_start() {
    let dir = tempfile::tempdir().expect("a folder");
    let paths = paths(dir.path());
    let changed = Paths { clips: dir.path().join("elsewhere"), ..paths.clone() };
    let (library, _) = open_quietly(&paths);
    library.keep_clip_folder(changed.clips.clone()).await.expect("noted");
    let clip = Clip { size_bytes: 4, ..samples::clip("new.mp4") };
    library.put(Job { clip: Some(clip), ..in_state(1, JobState::Ready) }).await.expect("stored");
    library.close().await;
    let (library, jobs) = open_quietly(&changed);
    assert_eq!(jobs[0].clip.as_ref().map(|clip| clip.path.clone()), Some("new.mp4".into()));
    library.close().await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_folder_whose_name_is_no_text_is_as_good_as_another() {
    use std::os::unix::ffi::OsStrExt as _;

    let dir = tempfile::tempdir().expect("a folder");
    let odd = dir.path().join(std::ffi::OsStr::from_bytes(b"caf\xe9"));
    let paths = paths(&odd);
    let clip = samples::clip("x.mp4");
    let kept = Job { clip: Some(Clip { path: odd.join("moved.mp4"), ..clip }), ..in_state(1, JobState::Ready) };
    filled(&paths, std::slice::from_ref(&kept)).await;
    let (library, jobs) = open_quietly(&paths);
    assert_eq!(jobs, [kept]);
    library.close().await;
    let settings = rushes::domain::Settings { clip_folder: Some(odd.clone()), ..rushes::domain::Settings::default() };
    rushes::library::settings::save(&settings, &paths.settings).expect("saved");
    assert_eq!(rushes::library::settings::load(&paths.settings).0.clip_folder, Some(odd));
}

#[test]
fn a_clip_folder_that_cannot_be_made_is_only_a_warning() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut paths = paths(dir.path());
    fs::write(dir.path().join("file"), "").expect("writable");
    paths.clips = dir.path().join("file/clips");
    assert_eq!(open(&paths).warnings.len(), 1);
    paths.data = dir.path().join("file/data");
    assert!(matches!(Library::open(&paths), Err(LibraryError::Io { .. })));
}

/// A job with everything that a job can have.
fn any_job() -> impl Strategy<Value = Job> {
    let state = prop::sample::select(<JobState as strum::IntoEnumIterator>::iter().collect::<Vec<_>>());
    let recipe = ("\\PC{1,60}", "\\PC{0,30}", 0..4_usize, 0..3_usize, any::<bool>());
    (any::<u128>(), recipe, state, any::<i64>(), "[A-Za-z0-9_-]{1,40}", any::<[bool; 4]>(), "\\PC{0,40}").prop_map(
        |(id, (prompt, negative_prompt, resolution, duration, audio), state, time, remote_id, flags, text)| {
            let draft = Draft {
                prompt: format!("x{prompt}"),
                negative_prompt,
                resolution: [Resolution::P360, Resolution::P540, Resolution::P720, Resolution::P1080][resolution],
                duration: [ClipDuration::S5, ClipDuration::S8, ClipDuration::S8][duration],
                aspect_ratio: AspectRatio::R9x16,
                audio,
                ..Draft::default()
            };
            let request = draft.to_request().expect("a valid draft");
            let gateway = GatewayId::PAID[usize::from(flags[0])];
            let estimate = price::estimate(&request, gateway).expect("offered");
            let mut job = Job::new(JobId(Uuid::from_u128(id)), gateway, request, estimate, UnixMillis(time));
            job.state = state;
            job.remote_id = flags[1].then(|| RemoteId::new(&remote_id).expect("plain"));
            job.charge = if flags[2] { Charge::NotKnown } else { Charge::Yes(Some(job.estimate.amount)) };
            job.message = flags[2].then(|| Ending::not_watched(gateway));
            job.is_hidden = flags[3];
            job.poster = if flags[3] { Poster::Impossible(text.clone()) } else { Poster::None };
            job.exchange = flags[0].then(|| RawExchange {
                response_body: GatewayText::already_redacted(text.clone()),
                ..RawExchange::default()
            });
            job.clip = flags[1].then(|| Clip {
                path: PathBuf::from(&text),
                sha256: Sha256Hex::new(&"ab".repeat(32)).expect("a checksum"),
                size_bytes: u64::MAX / 2,
                width: 1280,
                height: 720,
                duration_millis: 5_000,
                has_audio: audio,
                recipe_note: None,
            });
            job
        },
    )
}

/// The jobs as they come out of a library that had to be repaired: what is queued waits for a word of the user.
fn held(jobs: &[Job]) -> Vec<Job> {
    let hold = |job: &Job| match job.state {
        JobState::Queued => Job { held: Some(HeldFor::Repaired), ..job.clone() },
        _ => job.clone(),
    };
    jobs.iter().map(hold).collect()
}

/// What is said of orders that a repaired library holds.
fn held_words(number: usize) -> String {
    let jobs = if number == 1 { "1 job".to_owned() } else { format!("{number} jobs") };
    format!("{jobs} in the queue may have been sent before, and wait for a word of yours.")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_put_is_what_comes_back(jobs in prop::collection::vec(any_job(), 1..12)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let dir = tempfile::tempdir().expect("a folder");
        let paths = paths(dir.path());
        runtime.block_on(filled(&paths, &jobs));
        let mut expected: Vec<Job> = jobs.iter().cloned().map(|job| (job.id, job)).collect::<BTreeMap<_, _>>().into_values().collect();
        expected.sort_by_key(|job| (job.created_at, job.id));
        for job in &mut expected {
            job.exchange = None;
        }
        prop_assert_eq!(&Library::read_only(&paths).expect("readable"), &expected);
        let (library, found) = open_quietly(&paths);
        prop_assert_eq!(&found, &expected);
        // Conversations are read one by one, and stay when a job is stored again as it was opened.
        runtime.block_on(library.put_all(found)).expect("stored");
        for id in jobs.iter().map(|job| job.id) {
            // What is put without one keeps the last that was put with one.
            let last = jobs.iter().rev().filter(|job| job.id == id).find_map(|job| job.exchange.clone());
            prop_assert_eq!(runtime.block_on(library.exchange(id)).expect("readable"), last);
        }
        runtime.block_on(library.close());

        // The job log alone gives the jobs back.
        fs::write(paths.database(), "ruined").expect("writable");
        prop_assert_eq!(open(&paths).jobs, held(&expected));
    }
}
