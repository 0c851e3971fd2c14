//! The library's search on real files: what it finds, how it follows, and what damage does to it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use proptest::prelude::*;
use rushes::domain::samples;
use rushes::domain::search::{SearchWords, text_of};
use rushes::domain::{Job, JobId, JobState, Project, RawExchange};
use rushes::library::{Library, Opened, Paths};
use tokio::runtime::Runtime;

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime")
}

fn paths(dir: &Path) -> Paths {
    Paths::portable(dir)
}

fn job(number: u128, prompt: &str, negative_prompt: &str) -> Job {
    let job = samples::job(number).prompt(prompt);
    job.asking(|draft| negative_prompt.clone_into(&mut draft.negative_prompt)).state(JobState::Ready)
}

fn open(paths: &Paths) -> Library {
    let Opened { library, warnings, .. } = Library::open(paths).expect("opens");
    assert_eq!(warnings, Vec::<String>::new());
    library
}

async fn found(library: &Library, typed: &str) -> BTreeSet<JobId> {
    let jobs = library.search(typed.to_owned()).await.expect("an answer");
    let count = jobs.len();
    let jobs: BTreeSet<JobId> = jobs.into_iter().collect();
    assert_eq!(jobs.len(), count, "nothing is found twice");
    jobs
}

/// The definition: look into every job.
fn expected(jobs: &[Job], typed: &str) -> BTreeSet<JobId> {
    let words = SearchWords::new(typed);
    jobs.iter().filter(|job| words.are_in(&text_of(job))).map(|job| job.id).collect()
}

fn numbers(jobs: &BTreeSet<JobId>) -> Vec<u128> {
    jobs.iter().map(|job| job.0.as_u128()).collect()
}

#[tokio::test]
async fn words_are_found_in_prompts_projects_and_gateways() {
    let dir = tempfile::tempdir().expect("a folder");
    let library = open(&paths(dir.path()));
    let spring = Some(Project::new("Spring film").expect("a name"));
    let jobs = vec![
        job(1, "A paper boat in the rain", "blur"),
        job(2, "雨の夜、紙の舟", ""),
        Job { project: spring, ..job(3, "Dunes at 100% sun", "") },
        job(4, "ΟΔΟΣ \"quoted\" a_b*", ""),
    ];
    library.put_all(jobs.clone()).await.expect("stored");
    for (typed, numbers_of) in [
        ("boat", vec![1]),
        ("RAIN pap", vec![1]),
        ("rain dunes", vec![]),
        ("blur", vec![1]),
        ("spring", vec![3]),
        ("apiin", vec![1, 2, 3, 4]),
        ("夜", vec![2]),
        ("の夜", vec![2]),
        ("の夜、紙", vec![2]),
        ("0%", vec![3]),
        ("100%", vec![3]),
        ("\"quo", vec![4]),
        ("\"", vec![4]),
        ("a_b", vec![4]),
        ("b*", vec![4]),
        ("οδος", vec![4]),
        ("a pa", vec![1]),
        ("", vec![1, 2, 3, 4]),
        ("nothing of this", vec![]),
    ] {
        assert_eq!(numbers(&found(&library, typed).await), numbers_of, "{typed:?}");
        assert_eq!(found(&library, typed).await, expected(&jobs, typed), "{typed:?}");
    }
    library.close().await;
}

#[tokio::test]
async fn a_changed_job_is_found_as_it_is_now() {
    let dir = tempfile::tempdir().expect("a folder");
    let library = open(&paths(dir.path()));
    library.put(job(1, "boat", "")).await.expect("stored");
    assert_eq!(numbers(&found(&library, "boat").await), [1]);
    let moved = Job { project: Some(Project::new("Spring").expect("a name")), ..job(1, "boat", "") };
    library.put_all(vec![moved, job(2, "boat", "")]).await.expect("stored");
    assert_eq!(numbers(&found(&library, "spring").await), [1]);
    assert_eq!(numbers(&found(&library, "boat").await), [1, 2]);
    library.put(job(1, "boat", "")).await.expect("stored");
    assert_eq!(numbers(&found(&library, "spring").await), Vec::<u128>::new());
    library.close().await;

    // What was written while nobody searched is found after the next start.
    let library = open(&paths(dir.path()));
    library.put(job(3, "another boat", "")).await.expect("stored");
    library.close().await;
    let library = open(&paths(dir.path()));
    assert_eq!(numbers(&found(&library, "boat").await), [1, 2, 3]);
    library.close().await;
}

/// The index may be missing, ruined, flipped or of another library: the library opens without a word, and what is found is
/// right.
#[tokio::test]
async fn a_damaged_index_is_made_anew_and_touches_nothing_else() {
    let dir = tempfile::tempdir().expect("a folder");
    let paths = paths(dir.path());
    let library = open(&paths);
    let jobs: Vec<Job> = (1..=200).map(|number| job(number, &format!("boat number {number}"), "")).collect();
    library.put_all(jobs.clone()).await.expect("stored");
    found(&library, "boat").await;
    library.close().await;
    // The next opening takes the prompts of these orders into the history.
    open(&paths).close().await;
    let index = paths.search_index();
    let whole = fs::read(&index).expect("it is there");
    let before = fs::read(paths.database()).expect("readable");

    let half = whole[..whole.len() / 2].to_vec();
    let mut zeroed = whole.clone();
    zeroed[4096..].fill(0);
    let mut header = whole.clone();
    header[..100].fill(0xff);
    for (name, content) in [
        ("ruined", Some(b"ruined".to_vec())),
        ("empty", Some(Vec::new())),
        ("missing", None),
        ("half", Some(half)),
        ("zeroed", Some(zeroed)),
        ("header", Some(header)),
    ] {
        match content {
            Some(content) => fs::write(&index, content).expect("writable"),
            None => fs::remove_file(&index).expect("it is there"),
        }
        let library = open(&paths);
        assert_eq!(numbers(&found(&library, "number 17").await).len(), 12, "{name}");
        assert_eq!(found(&library, "17").await, expected(&jobs, "17"), "{name}");
        library.close().await;
        assert!(fs::read(paths.database()).expect("readable") == before, "{name}: the library is as it was");
    }
}

/// A folder stands where the index should be: the documents themselves are searched.
#[tokio::test]
async fn without_an_index_the_documents_are_read() {
    let dir = tempfile::tempdir().expect("a folder");
    let paths = paths(dir.path());
    fs::create_dir_all(paths.search_index().join("in the way")).expect("made");
    let library = open(&paths);
    library.put_all(vec![job(1, "boat", ""), job(2, "fox", "")]).await.expect("stored");
    assert_eq!(numbers(&found(&library, "bo").await), [1]);
    library.close().await;
}

#[tokio::test]
async fn an_index_of_another_library_is_not_believed() {
    let dir = tempfile::tempdir().expect("a folder");
    let (long, short) = (paths(&dir.path().join("long")), paths(&dir.path().join("short")));
    let library = open(&long);
    for number in 1..=20 {
        library.put(job(number, "fox", "")).await.expect("stored");
    }
    found(&library, "fox").await;
    library.close().await;
    let library = open(&short);
    library.put(job(1, "boat", "")).await.expect("stored");
    library.close().await;
    fs::copy(long.search_index(), short.search_index()).expect("copied");
    let library = open(&short);
    assert_eq!(numbers(&found(&library, "boat").await), [1]);
    assert_eq!(numbers(&found(&library, "fox").await), Vec::<u128>::new());
    library.close().await;
}

/// A library of schema 1 holds conversations inside its documents: they move, and nothing of them is lost.
#[tokio::test]
async fn conversations_of_schema_1_move_out_of_the_documents() {
    let dir = tempfile::tempdir().expect("a folder");
    let paths = paths(dir.path());
    let exchange = RawExchange { response_body: "{\"status\":\"ok\"}".into(), ..RawExchange::default() };
    let old = Job { exchange: Some(exchange.clone()), ..job(1, "boat", "") };
    let doc = serde_json::to_string(&old).expect("plain");
    let sum: String = {
        use sha2::Digest as _;
        sha2::Sha256::digest(doc.as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    };
    fs::create_dir_all(&paths.data).expect("made");
    let database = rusqlite::Connection::open(paths.database()).expect("made");
    database.execute_batch(include_str!("../../src/library/migrations/0001.sql")).expect("schema 1");
    database.pragma_update(None, "user_version", 1).expect("schema 1");
    database
        .execute(
            "INSERT INTO jobs VALUES (?1, 1, 'apiin', 'ready', 1, 'boat', '', 0, NULL, ?2, ?3)",
            (old.id.to_string(), &doc, sum),
        )
        .expect("written");
    drop(database);

    let Opened { library, warnings, .. } = Library::open(&paths).expect("opens");
    let jobs = library.every_job().await.expect("readable");
    assert_eq!((jobs, warnings), (vec![job(1, "boat", "")], vec![]));
    assert_eq!(library.exchange(old.id).await.expect("readable"), Some(exchange.clone()));
    assert_eq!(numbers(&found(&library, "boat").await), [1]);
    library.put(Job { is_hidden: true, ..job(1, "boat", "") }).await.expect("stored");
    assert_eq!(library.exchange(old.id).await.expect("readable"), Some(exchange), "a later write keeps it");
    library.close().await;
}

/// Characters that make trouble: case pairs that change their length, marks that combine, wide ones, quotes, wildcards.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("boat"),
        Just("Boat"),
        Just("a"),
        Just("B"),
        Just(" "),
        Just("  "),
        Just("夜"),
        Just("雨の"),
        Just("🎬"),
        Just("👩‍🎤"),
        Just("e\u{301}"),
        Just("é"),
        Just("É"),
        Just("ß"),
        Just("ẞ"),
        Just("İ"),
        Just("ı"),
        Just("Σ"),
        Just("ς"),
        Just("σ"),
        Just("%"),
        Just("_"),
        Just("*"),
        Just("\""),
        Just("'"),
        Just("^"),
        Just("-"),
        Just("("),
        Just("NOT"),
        Just("\u{0}"),
        Just("ǅ"),
        Just("한"),
        Just("\u{1161}"),
        Just(":"),
        Just("\\"),
        Just("\u{fffd}"),
    ];
    proptest::collection::vec(piece, 1..10).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_index_finds_what_a_plain_look_finds(
        texts in proptest::collection::vec((text(), text()), 1..30),
        typed in proptest::collection::vec(text(), 1..20),
    ) {
        let runtime = runtime();
        let dir = tempfile::tempdir().expect("a folder");
        let library = open(&paths(dir.path()));
        let jobs: Vec<Job> =
            (1..).zip(&texts).map(|(number, (prompt, negative))| job(number, &format!("x{prompt}"), negative)).collect();
        runtime.block_on(library.put_all(jobs.clone())).expect("stored");
        // Parts of the texts themselves as well, so that much is found.
        let parts = texts.iter().flat_map(|(prompt, _)| {
            let chars: Vec<char> = prompt.chars().collect();
            (1..=chars.len().min(4)).map(move |length| chars[chars.len() - length..].iter().collect::<String>())
        });
        for typed in typed.into_iter().chain(parts) {
            prop_assert_eq!(runtime.block_on(found(&library, &typed)), expected(&jobs, &typed), "{:?}", typed);
        }
        runtime.block_on(library.close());
    }
}
