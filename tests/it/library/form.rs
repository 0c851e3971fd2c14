//! What the form keeps: the draft through kills while somebody types, the history of prompts, presets.

use std::time::{Duration, Instant};

use rushes::app::{Action, AppState, Effect, Input, Now};
use rushes::domain::Asker;
use rushes::domain::preset::{FormShelf, Preset};
use rushes::domain::prompt_history::{PromptChange, PromptEntry, PromptHistory, key_of};

use super::*;

/// How many times typing is killed.
const KILLS: u64 = 24;
/// How many of them at the same time.
const AT_ONCE: u64 = 4;

fn wall_clock() -> UnixMillis {
    UnixMillis(jiff::Timestamp::now().as_millisecond())
}

/// Runs only as the child of the test below: types into the window's state until it is killed, and keeps the form whenever
/// the window would. Tells each key with its time.
#[tokio::test]
async fn child_that_types_until_it_is_killed() {
    let Ok(dir) = std::env::var(CHILD_LIBRARY) else { return };
    let (library, _) = open_quietly(&paths(Path::new(&dir)));
    let mut state = AppState::new(wall_clock());
    let mut random = rushes::domain::random::Random(u64::from(std::process::id()));
    for number in 1_usize.. {
        let prompt = "a paper boat drifts ".chars().cycle().take(number).collect();
        for input in [Input::Act(Action::EditPrompt(prompt)), Input::Tick] {
            let now = Now { time: wall_clock(), random: random.draw() };
            for effect in rushes::app::update::apply(&mut state, now, input).services {
                if let Effect::KeepDraft(draft) = effect {
                    library.keep_draft(*draft).await.expect("stored");
                }
            }
        }
        println!("typed {number} {}", state.now.0);
        // The pace of a hand, not a wait for anything.
        tokio::time::sleep(Duration::from_millis(10 + random.draw() % 50)).await;
    }
}

/// Types, kills after a while, and returns the keys with their times and how many of them the library kept.
async fn killed_while_typing(after: Duration) -> (Vec<(usize, i64)>, usize) {
    let dir = tempfile::tempdir().expect("a folder");
    let mut child = Killed(
        Command::new(std::env::current_exe().expect("known"))
            .args(["--exact", "library::form::child_that_types_until_it_is_killed", "--nocapture"])
            .env(CHILD_LIBRARY, dir.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the child starts"),
    );
    let lines = BufReader::new(child.0.stdout.take().expect("piped")).lines().map_while(Result::ok);
    let mut keys = lines.filter_map(|line| {
        let (number, time) = line.split_once("typed ")?.1.split_once(' ')?;
        Some((number.parse::<usize>().ok()?, time.parse::<i64>().ok()?))
    });
    let mut typed = vec![keys.next().expect("the child types")];
    let began = Instant::now();
    typed.extend(keys.by_ref().take_while(|_| began.elapsed() < after));
    child.0.kill().expect("it runs");
    child.0.wait().expect("it ends");
    typed.extend(keys);
    let (library, _) = open_quietly(&paths(dir.path()));
    let draft = library.draft().await.expect("readable");
    library.close().await;
    (typed, draft.map_or(0, |draft| draft.prompt.chars().count()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_while_somebody_types_takes_at_most_the_last_second() {
    let mut random = rushes::domain::random::Random(12);
    let (mut keys, mut worst) = (0, 0);
    for _ in 0..KILLS / AT_ONCE {
        let waits: Vec<_> = (0..AT_ONCE).map(|_| Duration::from_millis(200 + random.draw() % 2_400)).collect();
        let killed = waits.into_iter().map(|after| tokio::spawn(killed_while_typing(after)));
        for task in killed.collect::<Vec<_>>() {
            let (typed, kept) = task.await.expect("no panic");
            let (_, last) = *typed.last().expect("some keys");
            let lost_since = typed.iter().find(|(number, _)| *number > kept).map_or(last, |(_, time)| *time);
            assert!(last - lost_since <= 1_000, "{} ms of typing lost: {kept} of {typed:?} kept", last - lost_since);
            keys += typed.len();
            worst = worst.max(last - lost_since);
        }
    }
    println!("{KILLS} kills, {keys} keys, at most {worst} ms of typing lost");
}

fn note(prompt: &str, at: i64, is_used: bool) -> PromptChange {
    let draft = Draft { prompt: prompt.to_owned(), takes: 3, ..Draft::default() };
    PromptChange::Note { draft: Box::new(draft), is_used, at: UnixMillis(at) }
}

fn seen(entries: Vec<PromptEntry>) -> Vec<(String, u32, bool)> {
    let history = PromptHistory::of(entries);
    history.newest_first().map(|(_, entry)| (entry.draft.prompt.clone(), entry.uses, entry.is_pinned)).collect()
}

#[tokio::test]
async fn the_history_of_prompts_survives_a_restart() {
    let dir = tempfile::tempdir().expect("a folder");
    let paths = paths(dir.path());
    let (library, _) = open_quietly(&paths);
    let notes =
        vec![note("a boat", 1, true), note("a fox, “日本”", 2, false), note("a boat", 3, true), note(" ", 4, true)];
    library.change_prompts(notes).await.expect("stored");
    library.close().await;
    let (library, _) = open_quietly(&paths);
    let entries = library.prompts().await.expect("readable");
    assert_eq!(entries.len(), 2);
    let boat = entries.iter().find(|entry| entry.draft.prompt == "a boat").expect("there").clone();
    let pinned = PromptEntry { is_pinned: true, ..boat };
    let changes = vec![PromptChange::Put(Box::new(pinned)), PromptChange::Remove(key_of("a fox, “日本”", ""))];
    library.change_prompts(changes).await.expect("stored");
    library.change_prompts(vec![note("a boat", 9, true)]).await.expect("stored");
    library.close().await;
    let (library, _) = open_quietly(&paths);
    assert_eq!(seen(library.prompts().await.expect("readable")), [("a boat".to_owned(), 3, true)]);
}

#[tokio::test]
async fn the_jobs_of_an_older_library_are_its_first_history() {
    let dir = tempfile::tempdir().expect("a folder");
    let paths = paths(dir.path());
    let twice = [job(1), Job { id: job(2).id, ..job(1) }, job(3)];
    filled(&paths, &twice).await;
    // A library as the release before this one left it.
    fs::remove_file(paths.database()).expect("closed");
    let database = rusqlite::Connection::open(paths.database()).expect("made");
    for migration in [
        include_str!("../../../src/library/migrations/0001.sql"),
        include_str!("../../../src/library/migrations/0002.sql"),
    ] {
        database.execute_batch(migration).expect("an older schema");
    }
    database.pragma_update(None, "user_version", 2).expect("an older schema");
    for (seq, job) in (1_i64..).zip(&twice) {
        let doc = serde_json::to_string(job).expect("text");
        let sum = Sha256Hex::of(doc.as_bytes()).first_digits(16);
        let sql = "INSERT INTO jobs VALUES (?1, ?2, 'apiin', 'queued', 1, '', '', 0, NULL, ?3, ?4)";
        database.execute(sql, (job.id.to_string(), seq, &doc, sum)).expect("written");
    }
    drop(database);
    let (library, jobs) = open_quietly(&paths);
    assert_eq!(jobs.len(), 3);
    let entries = seen(library.prompts().await.expect("readable"));
    let mut uses: Vec<_> = entries.iter().map(|(prompt, uses, _)| (prompt.as_str(), *uses)).collect();
    uses.sort_unstable();
    assert_eq!(uses, [("shot 1, “日本” \u{1f3ac}", 2), ("shot 3, “日本” \u{1f3ac}", 1)]);
}

#[tokio::test]
async fn what_a_command_ordered_is_in_the_history_at_the_next_opening() {
    let dir = tempfile::tempdir().expect("a folder");
    let paths = paths(dir.path());
    let ordered = |number: u128, at: i64, asked_by| Job { created_at: UnixMillis(at), asked_by, ..job(number) };
    // The window notes its own orders itself, which it did not do here.
    filled(&paths, &[ordered(1, 1_000, Asker::CommandLine)]).await;
    open_quietly(&paths).0.close().await;
    filled(&paths, &[ordered(2, 2_000, Asker::Window), ordered(3, 3_000, Asker::Agent)]).await;
    for _ in 0..2 {
        let (library, _) = open_quietly(&paths);
        let entries = seen(library.prompts().await.expect("readable"));
        library.close().await;
        let prompts: Vec<_> = entries.iter().map(|(prompt, uses, _)| (prompt.as_str(), *uses)).collect();
        assert_eq!(prompts, [("shot 3, “日本” \u{1f3ac}", 1), ("shot 1, “日本” \u{1f3ac}", 1)]);
    }
}

#[tokio::test]
async fn presets_come_back_and_damage_takes_no_more_than_it_must() {
    let dir = tempfile::tempdir().expect("a folder");
    let paths = paths(dir.path());
    let (library, _) = open_quietly(&paths);
    let preset = Preset { name: "Portrait".to_owned(), takes: Some(4), ..Preset::default() };
    let shelf = FormShelf { presets: vec![preset], shows_shot_words: true, shot_word_group: "Light".to_owned() };
    library.keep_form_shelf(shelf.clone()).await.expect("stored");
    library.change_prompts(vec![note("a boat", 1, true), note("a fox", 2, true)]).await.expect("stored");
    library.close().await;
    let database = || rusqlite::Connection::open(paths.database()).expect("opens");
    database().execute("UPDATE prompts SET doc = '{' WHERE doc LIKE '%a fox%'", []).expect("runs");
    let (library, _) = open_quietly(&paths);
    assert_eq!(library.form_shelf().await.expect("readable"), shelf);
    assert_eq!(library.prompts().await.expect("readable").len(), 1, "the other entry is there");
    library.close().await;
    database().execute("UPDATE kept SET value = '[' WHERE key = 'form_shelf'", []).expect("runs");
    let (library, _) = open_quietly(&paths);
    assert_eq!(library.form_shelf().await.expect("readable"), FormShelf::default());
    library.keep_form_shelf(FormShelf::default()).await.expect("stored");
    library.close().await;
    let sql = "SELECT value FROM kept WHERE key LIKE 'form_shelf_unreadable/%'";
    let text: String = database().query_row(sql, [], |row| row.get(0)).expect("its text is kept");
    assert_eq!(text, "[");
}
