//! Storyboards survive a restart, and damage to one of them or to the database takes no more than it must.

use rushes::domain::Project;
use rushes::domain::storyboard::{BoardShot, PlannedShot, ShotId, Storyboards};
use rushes::library::BoardsRead;

use super::*;

/// A board of a project and the one of the whole library.
fn boards() -> Storyboards {
    let mut boards = Storyboards::default();
    let planned = |number| PlannedShot {
        picture: Some(samples::stored_picture()),
        prompt: "a harbor, “日本”".to_owned(),
        ..PlannedShot::empty(ShotId(Uuid::from_u128(number)))
    };
    let shots = vec![BoardShot::Clip(samples::id(1)), BoardShot::Planned(planned(71)), BoardShot::Clip(samples::id(2))];
    boards.board_mut(&None).insert(0, shots);
    boards.board_mut(&None).order(ShotId(Uuid::from_u128(71)), [samples::id(3)]);
    let project = Some(Project::new("Harbor/…%_'").unwrap_or_else(|_| Project::new("Harbor %_'").expect("a name")));
    boards.board_mut(&project).insert(0, vec![BoardShot::Planned(planned(72))]);
    boards.making = Some((project, ShotId(Uuid::from_u128(72))));
    boards
}

async fn kept(paths: &Paths, boards: &Storyboards) {
    let (library, _) = open_quietly(paths);
    library.put(job(1)).await.expect("stored");
    library.keep_storyboards(boards.clone()).await.expect("stored");
    library.close().await;
}

#[tokio::test]
async fn storyboards_come_back_as_they_were_and_empty_ones_go() {
    let dir = tempfile::tempdir().expect("a folder");
    let paths = paths(dir.path());
    let mut boards = boards();
    kept(&paths, &boards).await;
    let (library, _) = open_quietly(&paths);
    assert_eq!(library.storyboards().await.expect("readable"), (boards.clone(), 0));
    let project = boards.boards.keys().flatten().next().cloned();
    let all = boards.board(&project).shots().iter().map(BoardShot::key).collect();
    boards.board_mut(&project).remove(&all);
    boards.making = None;
    library.keep_storyboards(boards.clone()).await.expect("stored");
    library.close().await;
    boards.boards.remove(&project);
    let (library, _) = open_quietly(&paths);
    assert_eq!(library.storyboards().await.expect("readable"), (boards, 0));
}

#[tokio::test]
async fn a_damaged_board_loses_only_its_damaged_shots_and_its_text_is_kept() {
    let dir = tempfile::tempdir().expect("a folder");
    let paths = paths(dir.path());
    let boards = boards();
    kept(&paths, &boards).await;
    let database = || rusqlite::Connection::open(paths.database()).expect("opens");
    let sql = "UPDATE kept SET value = replace(value, ?1, 'no id') WHERE key = 'storyboard/'";
    assert_eq!(database().execute(sql, [samples::id(2).to_string()]).expect("runs"), 1);
    assert_eq!(database().execute("UPDATE kept SET value = '[' WHERE key LIKE 'storyboard/H%'", []).expect("runs"), 1);

    let (library, jobs) = open_quietly(&paths);
    assert_eq!(jobs.len(), 1);
    let (found, damaged) = library.storyboards().await.expect("readable");
    assert_eq!(damaged, 2);
    assert_eq!(found.board(&None).shots(), &boards.board(&None).shots()[..2]);
    assert_eq!(found.board(&None).orders().len(), 1);
    library.keep_storyboards(found).await.expect("stored");
    library.close().await;
    let sql = "SELECT count(*) FROM kept WHERE key LIKE 'storyboard_unreadable/%' AND value LIKE ?1";
    for text in ["%no id%", "["] {
        let count: i64 = database().query_row(sql, [text], |row| row.get(0)).expect("a number");
        assert_eq!(count, 1, "{text}");
    }
}

#[tokio::test]
async fn storyboards_are_read_beside_their_owner_and_nothing_is_written() {
    let dir = tempfile::tempdir().expect("a folder");
    let paths = paths(dir.path());
    let nothing = Library::read_only_storyboards(&paths).expect("a library that is not there has none");
    assert_eq!(nothing, BoardsRead::default());
    assert!(!paths.data.exists());
    let boards = boards();
    kept(&paths, &boards).await;
    let (library, _) = open_quietly(&paths);
    let draft = Draft { duration: ClipDuration::S8, ..Draft::default() };
    library.keep_draft(draft.clone()).await.expect("kept");
    let read = Library::read_only_storyboards(&paths).expect("readable beside its owner");
    assert_eq!(read, BoardsRead { boards: boards.clone(), damaged: 0, draft: Some(draft) });
    library.close().await;

    let database = || rusqlite::Connection::open(paths.database()).expect("opens");
    let sql = "UPDATE kept SET value = replace(value, ?1, 'no id') WHERE key = 'storyboard/'";
    assert_eq!(database().execute(sql, [samples::id(2).to_string()]).expect("runs"), 1);
    let read = Library::read_only_storyboards(&paths).expect("readable");
    assert_eq!((read.damaged, read.boards.board(&None).shots()), (1, &boards.board(&None).shots()[..2]));
    let sql = "SELECT count(*) FROM kept WHERE key LIKE 'storyboard_unreadable/%'";
    let count: i64 = database().query_row(sql, [], |row| row.get(0)).expect("a number");
    assert_eq!(count, 0, "only its owner keeps the text of what it writes over");
}

#[tokio::test]
async fn boards_are_saved_out_of_a_damaged_database() {
    let dir = tempfile::tempdir().expect("a folder");
    let paths = paths(dir.path());
    let boards = boards();
    kept(&paths, &boards).await;
    filled(&paths, &(2..200).map(|number| in_state(number, JobState::Ready)).collect::<Vec<_>>()).await;
    let mut bytes = fs::read(paths.database()).expect("readable");
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 4096].fill(0xaa);
    fs::write(paths.database(), bytes).expect("writable");
    let Whole { library, warnings, .. } = open(&paths);
    assert!(warnings.iter().any(|text| text.contains("set aside")), "{warnings:?}");
    let (found, damaged) = library.storyboards().await.expect("readable");
    assert_eq!((found.boards, damaged), (boards.boards, 0));
}
