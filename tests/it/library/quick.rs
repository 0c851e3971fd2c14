//! A large library: its start reads what is unfinished, and nothing that is in flight is lost by that, whatever is damaged.

use std::collections::HashSet;

use rushes::domain::browsing::View;
use rushes::domain::paging::{self, Ask, PageLook};

use super::*;

/// More than are read at every start.
const MANY: u128 = 2_100;

/// The states of the jobs that are live, one each.
const LIVE: [JobState; 7] = [
    JobState::Queued,
    JobState::Submitting,
    JobState::Unconfirmed,
    JobState::Waiting,
    JobState::Generating,
    JobState::Downloading,
    JobState::NotWatched,
];

/// A clip with which nothing is left to do.
fn finished(number: u128) -> Job {
    let clip = samples::clip(&format!("{number}.mp4"));
    let job = samples::job(number).at(UnixMillis(1_700_000_000_000 + i64::try_from(number).expect("small"))).clip(clip);
    Job { poster: Poster::Made { width: 1, height: 1 }, ..job.ready() }
}

fn live(number: usize) -> Job {
    in_state(900_000 + number as u128, LIVE[number])
}

/// A closed library of many finished jobs and one of each state that is live, which was opened before.
async fn large(paths: &Paths, finished_jobs: u128) {
    let mut jobs: Vec<Job> = (0..finished_jobs).map(finished).collect();
    jobs.extend((0..LIVE.len()).map(live));
    filled(paths, &jobs).await;
    // Takes the new orders into the history of prompts, and shortens the job log.
    Library::open(paths).expect("opens").library.close().await;
}

fn sorted(mut jobs: Vec<Job>) -> Vec<Job> {
    jobs.sort_by_key(|job| (job.created_at, job.id));
    jobs
}

fn database(paths: &Paths) -> rusqlite::Connection {
    rusqlite::Connection::open(paths.database()).expect("opens")
}

fn copy(from: &Paths, to: &Paths) {
    fs::create_dir_all(&to.data).expect("made");
    for name in ["library.db", "intents.jsonl"] {
        fs::copy(from.data.join(name), to.data.join(name)).expect("copied");
    }
    // The same folder of clips, so that it is no other one.
    fs::create_dir_all(&from.clips).expect("made");
}

#[tokio::test]
async fn what_a_start_reads_does_not_grow_with_the_library() {
    let dir = tempfile::tempdir().expect("a folder");
    let paths = paths(dir.path());
    large(&paths, 5_000).await;
    let opened = Library::open(&paths).expect("opens");
    assert_eq!(opened.live, sorted((0..LIVE.len()).map(live).collect()));
    assert_eq!(opened.warnings, Vec::<String>::new());
    // Each live one twice: by the list of live ones, and by its name, which the job log holds.
    assert!(opened.rows_read <= 2 * LIVE.len(), "{} rows were read", opened.rows_read);
    assert_eq!(opened.library.every_job().await.expect("readable").len(), 5_000 + LIVE.len());
    // New writes are newer than all that is there: they count, also in the search, and after another start.
    let changed = Job { is_hidden: true, ..finished(17) };
    opened.library.put(changed.clone()).await.expect("stored");
    opened.library.close().await;
    let library = Library::open(&paths).expect("opens").library;
    assert_eq!(library.jobs(vec![changed.id]).await.expect("readable"), [changed]);
    library.close().await;
}

/// Something is wrong with the library, and with what of it.
type Harm = fn(&Paths);

#[tokio::test]
async fn whatever_is_odd_is_looked_at_thoroughly_and_nothing_in_flight_is_lost() {
    let dir = tempfile::tempdir().expect("a folder");
    let origin = paths(&dir.path().join("origin"));
    large(&origin, MANY).await;
    let harms: [(&str, Harm); 10] = [
        ("the row is older than the job log", |paths| run(paths, "UPDATE jobs SET seq = 1 WHERE state = 'submitting'")),
        ("the list lacks one", |paths| run(paths, "UPDATE jobs SET is_live = 0 WHERE state = 'waiting'")),
        ("the list lacks all", |paths| run(paths, "UPDATE jobs SET is_live = NULL")),
        ("the list names a finished one", |paths| {
            run(paths, "UPDATE jobs SET is_live = 1 WHERE rowid = 5");
        }),
        ("a live one cannot be read", |paths| run(paths, "UPDATE jobs SET doc = 'x' WHERE state = 'generating'")),
        ("a live one is not there", |paths| run(paths, "DELETE FROM jobs WHERE state = 'unconfirmed'")),
        ("a line of the log cannot be read", |paths| {
            let mut log = fs::read(paths.intents()).expect("readable");
            log.splice(0..0, *b"{\n");
            fs::write(paths.intents(), log).expect("writable");
        }),
        ("damage was seen", |paths| run(paths, "INSERT INTO kept VALUES ('damage_seen', 'a page')")),
        ("the history of prompts is new", |paths| run(paths, "DELETE FROM kept WHERE key = 'prompts_seen_until'")),
        ("an index is damaged", |paths| {
            let database = database(paths);
            let page: i64 = database
                .query_row("SELECT rootpage FROM sqlite_schema WHERE name = 'jobs_live'", [], |row| row.get(0))
                .expect("it is there");
            drop(database);
            let mut bytes = fs::read(paths.database()).expect("readable");
            let begin = usize::try_from(page - 1).expect("a page") * 4096;
            bytes[begin..begin + 4096].fill(0);
            fs::write(paths.database(), bytes).expect("writable");
        }),
    ];
    for (name, harm) in harms {
        let harmed = Paths { data: dir.path().join(name), ..origin.clone() };
        copy(&origin, &harmed);
        harm(&harmed);
        let opened = Library::open(&harmed).unwrap_or_else(|err| panic!("{name}: {err}"));
        let expected = sorted((0..LIVE.len()).map(live).collect());
        let states = |jobs: &[Job]| jobs.iter().map(|job| (job.id, job.state)).collect::<Vec<_>>();
        assert_eq!(states(&opened.live), states(&expected), "{name}");
        assert!(opened.rows_read > usize::try_from(MANY).expect("small"), "{name}: {} rows", opened.rows_read);
        let all = opened.library.every_job().await.expect("readable");
        assert_eq!(all.len(), expected.len() + usize::try_from(MANY).expect("small"), "{name}");
        opened.library.close().await;
        // All of it is set right, or known: the starts after that are quick again.
        Library::open(&harmed).expect("opens").library.close().await;
        let again = Library::open(&harmed).expect("opens");
        assert_eq!(states(&again.live), states(&expected), "{name}");
        assert!(again.rows_read < 500, "{name}: {} rows", again.rows_read);
        assert_eq!(again.warnings, Vec::<String>::new(), "{name}");
        again.library.close().await;
    }
}

fn run(paths: &Paths, sql: &str) {
    database(paths).execute(sql, []).expect(sql);
}

#[tokio::test]
async fn damage_to_a_finished_job_is_found_beside_the_use_and_told_at_once() {
    let dir = tempfile::tempdir().expect("a folder");
    let paths = paths(dir.path());
    large(&paths, MANY).await;
    let checked_at = |paths: &Paths| -> Option<String> {
        let found = database(paths).query_row("SELECT value FROM kept WHERE key = 'checked_at'", [], |row| row.get(0));
        found.ok()
    };
    // A check that finds nothing is noted, and not made again for a week.
    run(&paths, "UPDATE kept SET value = '5' WHERE key = 'checked_at'");
    let library = Library::open(&paths).expect("opens").library;
    while checked_at(&paths).as_deref() == Some("5") {
        tokio::task::yield_now().await;
    }
    library.close().await;

    run(&paths, "UPDATE jobs SET doc = replace(doc, 'a', 'b') WHERE rowid = 1000");
    let opened = Library::open(&paths).expect("opens");
    assert!(opened.rows_read < 500, "{} rows: nothing is odd yet", opened.rows_read);
    opened.library.close().await;
    run(&paths, "UPDATE kept SET value = '5' WHERE key = 'checked_at'");
    let library = Library::open(&paths).expect("opens").library;
    let what = library.found_damage().await;
    assert!(what.contains("1 of its jobs cannot be read"), "{what}");
    library.close().await;

    let opened = Library::open(&paths).expect("opens");
    assert!(opened.rows_read > 2_000, "{} rows: it is looked at thoroughly", opened.rows_read);
    assert_eq!(opened.warnings[0], "1 job cannot be read. Nothing of it was deleted.");
    opened.library.close().await;
    // It is no news any more, and the row is still there.
    let opened = Library::open(&paths).expect("opens");
    assert_eq!((opened.rows_read < 500, opened.warnings), (true, vec![]));
    opened.library.close().await;
    let rows: i64 = database(&paths).query_row("SELECT count(*) FROM jobs", [], |row| row.get(0)).expect("a number");
    assert_eq!(rows, 2_100 + 7);
}

#[tokio::test]
async fn a_number_of_groups_that_is_not_right_is_found_and_set_right() {
    let dir = tempfile::tempdir().expect("a folder");
    let paths = paths(dir.path());
    large(&paths, MANY).await;
    for harm in ["UPDATE group_count SET number = number - 5", "DELETE FROM group_count"] {
        run(&paths, harm);
        run(&paths, "UPDATE kept SET value = '5' WHERE key = 'checked_at'");
        let library = Library::open(&paths).expect("opens").library;
        if harm.starts_with("DELETE") {
            let look = PageLook { view: View::Groups, ..PageLook::default() };
            let (pins, known) = (Vec::new(), HashSet::new());
            let ask = Ask { number: 1, look, from: paging::From::Start, limit: 10, pins, known, is_quick: false };
            let span = library.span(ask).await.expect("the gallery opens");
            assert!(span.ends.is_some(), "they are counted instead");
        }
        let what = library.found_damage().await;
        assert!(what.contains("the number of its groups is not right"), "{harm}: {what}");
        library.close().await;
        Library::open(&paths).expect("opens").library.close().await;
        let sql = "SELECT (SELECT count(*) FROM groups) IS (SELECT number FROM group_count)";
        let is_right: bool = database(&paths).query_row(sql, [], |row| row.get(0)).expect("a number");
        assert!(is_right, "{harm}");
    }
}

#[tokio::test]
async fn a_check_ends_with_the_library() {
    let dir = tempfile::tempdir().expect("a folder");
    let paths = paths(dir.path());
    large(&paths, MANY).await;
    for _ in 0..5 {
        run(&paths, "UPDATE kept SET value = '5' WHERE key = 'checked_at'");
        Library::open(&paths).expect("the lock is free").library.close().await;
        assert!(!paths.data.join("library.db-wal").exists(), "the last connection tidied up");
    }
}
