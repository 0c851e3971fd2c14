use rusqlite::types::Null;
use strum::IntoEnumIterator as _;

use super::*;
use crate::domain::samples;

/// The steps in which SQLite answers.
fn plan(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).expect(sql);
    let values = vec![Null; statement.parameter_count()];
    let steps = statement.query_map(params_from_iter(values), |row| row.get(3)).expect(sql);
    steps.collect::<Result<_, _>>().expect(sql)
}

fn library() -> (tempfile::TempDir, Connection) {
    let dir = tempfile::tempdir().expect("a folder");
    let Ok(connection) = database::open(&dir.path().join("library.db")) else { panic!("it opens") };
    assert!(keep_hits(&connection, &[], &|| true).expect("kept"));
    (dir, connection)
}

fn looks() -> Vec<PageLook> {
    let mut looks = Vec::new();
    let projects =
        [ProjectChoice::All, ProjectChoice::None, ProjectChoice::Only(Project::new("Spring").expect("a name"))];
    for (sort_by, view) in SortBy::iter().flat_map(|sort_by| View::iter().map(move |view| (sort_by, view))) {
        for filter in [Filter::All, Filter::Ready] {
            for stars in [None, Some(Rating::new(3))] {
                for project in projects.clone() {
                    looks.push(PageLook { filter, stars, project, sort_by, view, search: String::new() });
                }
            }
        }
    }
    looks
}

#[test]
fn no_question_reads_all_jobs_and_no_long_walk_sorts() {
    let (_dir, connection) = library();
    for look in looks() {
        for cards in [10, 1_000_000] {
            let tally = Tally {
                project: Project::new("Spring").ok(),
                chip: Filter::Ready,
                stars: Rating::new(5),
                cards,
                clips: cards,
                clip_bytes: 0,
            };
            let of_none = Tally { project: None, ..tally.clone() };
            let tallies = [tally, of_none];
            for found in [None, Some(10), Some(1_000_000)] {
                let query = Query::new(&look, &tallies, found);
                let walks = [(false, false), (false, true), (true, false), (true, true)];
                let walks = walks.map(|(has_mark, backward)| query.walk_sql(has_mark, backward));
                let counts = [false, true].map(|has_mark| query.count_sql(has_mark));
                for sql in walks.iter().chain(&counts) {
                    let steps = plan(&connection, sql);
                    let reads_all = |step: &String| {
                        (step.starts_with("SCAN j") || step.starts_with("SCAN p")) && !step.contains("INDEX")
                    };
                    assert!(!steps.iter().any(reads_all), "{sql}\n{steps:#?}");
                    let sorts = steps.iter().any(|step| step.contains("TEMP B-TREE FOR ORDER BY"));
                    let is_few = cards <= FEW || found.is_some_and(|found| found <= FEW);
                    assert!(!sorts || is_few, "{sql}\n{steps:#?}");
                }
            }
        }
    }
}

#[test]
fn a_take_alone_and_its_recipe_are_looked_up() {
    let (_dir, connection) = library();
    for sql in [
        "SELECT id, seq, doc, doc_sum FROM jobs WHERE id = ?1",
        "SELECT recipe, chip IS NOT NULL FROM jobs WHERE id = ?1",
        "SELECT id, chip, stars, project, clip_bytes FROM jobs INDEXED BY jobs_by_recipe \
         WHERE recipe = ?1 AND chip IS NOT NULL ORDER BY id",
    ] {
        let steps = plan(&connection, sql);
        assert!(steps.iter().all(|step| step.starts_with("SEARCH")), "{sql}\n{steps:#?}");
    }
}

#[test]
fn a_place_with_very_many_takes_is_whole_and_leaves_the_rest_out() {
    let (_dir, mut connection) = library();
    let many = SPAN_CARDS as u128 + 10;
    let copies: Vec<super::super::copies::Copy> = (1..=many + 3)
        .map(|number| {
            let prompt = if number <= many { "many".to_owned() } else { format!("one {number}") };
            super::super::copies::Copy { seq: 1, job: samples::job(number).prompt(&prompt).ready() }
        })
        .collect();
    database::write_rows(&mut connection, &copies, &[]).expect("stored");
    let ask = |from, known: HashSet<JobId>| Ask {
        number: 7,
        look: PageLook::default(),
        from,
        limit: 100,
        pins: vec![samples::id(many + 3), samples::id(999_999)],
        known,
        is_quick: false,
    };
    // The newest three come first, and the large one does not fit with them.
    let answer = span(&connection, &ask(From::Start, HashSet::new()), None).expect("an answer");
    assert_eq!((answer.number, answer.before, answer.after, answer.jobs.len()), (7, 0, 1, 3));
    assert_eq!(answer.tallies.iter().map(|tally| tally.cards).sum::<u64>(), many as u64 + 3);
    let answer = span(&connection, &ask(From::End, [samples::id(1)].into()), None).expect("an answer");
    assert_eq!((answer.before, answer.after), (3, 0));
    // The large one, without the job that is known, and the pinned one, which is elsewhere.
    assert_eq!((answer.jobs.len(), answer.cards.len()), (many as usize, many as usize + 1));
}

#[test]
fn ranges_follow_the_order_in_both_directions() {
    let (_dir, mut connection) = library();
    let prompt = |number: u128| ["boat", "fox", "dune"][(number % 3) as usize];
    let copies: Vec<super::super::copies::Copy> = (1..=9)
        .map(|number| super::super::copies::Copy { seq: 1, job: samples::job(number).prompt(prompt(number)).ready() })
        .collect();
    database::write_rows(&mut connection, &copies, &[]).expect("stored");
    let numbers = |look: &PageLook, ends: Option<(u128, u128)>, limit| -> Vec<u128> {
        let ends = ends.map(|(from, to)| (samples::id(from), samples::id(to)));
        let jobs = shown(&connection, look, ends, limit, None).expect("an answer");
        jobs.into_iter().map(|job| job.0.as_u128()).collect()
    };
    let groups = PageLook::default();
    assert_eq!(numbers(&groups, None, 99), [3, 6, 9, 2, 5, 8, 1, 4, 7]);
    assert_eq!(numbers(&groups, None, 4), [3, 6, 9, 2, 5], "one more than wanted, so that it is seen");
    for ends in [(6, 5), (5, 6)] {
        assert_eq!(numbers(&groups, Some(ends), 99), [6, 9, 2, 5], "{ends:?}");
    }
    for ends in [(3, 6), (6, 3)] {
        assert_eq!(numbers(&groups, Some(ends), 99), [3, 6], "{ends:?}");
    }
    let wall = PageLook { view: View::Wall, sort_by: SortBy::Oldest, ..PageLook::default() };
    assert_eq!(numbers(&wall, Some((7, 5)), 99), [5, 6, 7]);
    assert_eq!(numbers(&wall, Some((7, 99)), 99), [] as [u128; 0], "nobody knows that one");
}

#[test]
fn hits_that_nobody_waits_for_are_not_kept() {
    let connection = Connection::open_in_memory().expect("opens");
    let hits: Vec<JobId> = (1..=1_500).rev().map(crate::domain::samples::id).collect();
    let count =
        || -> i64 { connection.query_row("SELECT count(*) FROM temp.hits", [], |row| row.get(0)).expect("counted") };
    assert!(!keep_hits(&connection, &hits, &|| true).expect("given up"));
    assert_eq!(count(), 0);
    assert!(keep_hits(&connection, &hits, &|| false).expect("kept"));
    assert_eq!(count(), 1_500);
}
