//! The columns say what the documents say, and groups and tallies what a plain count of the columns says.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::types::Value;

use super::*;
use crate::domain::random::Random;
use crate::domain::samples::{clip, id, job};
use crate::domain::{Rating, Verdict};
use crate::library::copies::sum;
use crate::library::database::{open, read_rows, write_rows};

fn database(dir: &Path) -> Connection {
    open(&dir.join("library.db")).expect("it opens")
}

/// The values of the columns in a row.
fn stored(connection: &Connection, job: &Job) -> Vec<Value> {
    let sql = format!("SELECT {} FROM jobs WHERE id = ?1", NAMES.join(", "));
    let read = |row: &rusqlite::Row<'_>| (0..NAMES.len()).map(|at| row.get(at)).collect::<Result<Vec<Value>, _>>();
    connection.query_row(&sql, [job.id.to_string()], read).expect("it is stored")
}

/// The values that fit a job.
fn fitting(job: &Job) -> Vec<Value> {
    let columns = Columns::of(job);
    let value = |value: &dyn ToSql| match value.to_sql().expect("a value") {
        rusqlite::types::ToSqlOutput::Borrowed(value) => Value::try_from(value).expect("text is UTF-8"),
        rusqlite::types::ToSqlOutput::Owned(value) => value,
        other => panic!("{other:?}"),
    };
    columns.values().into_iter().map(value).collect()
}

type Groups = BTreeMap<Vec<u8>, (String, String, i64, i64)>;
type Tallies = BTreeMap<(String, i64, i64), (i64, i64, i64)>;

fn groups(connection: &Connection) -> Groups {
    let mut statement = connection.prepare("SELECT recipe, newest, oldest, stars, cards FROM groups").expect("a table");
    let rows = statement
        .query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))))
        .expect("rows");
    rows.map(|row| row.expect("readable")).collect()
}

fn tallies(connection: &Connection) -> Tallies {
    let mut statement =
        connection.prepare("SELECT project, chip, stars, cards, clips, clip_bytes FROM tallies").expect("a table");
    let rows = statement
        .query_map([], |row| Ok(((row.get(0)?, row.get(1)?, row.get(2)?), (row.get(3)?, row.get(4)?, row.get(5)?))))
        .expect("rows");
    rows.map(|row| row.expect("readable")).collect()
}

fn group_count(connection: &Connection) -> i64 {
    connection.query_row("SELECT number FROM group_count", [], |row| row.get(0)).expect("one row")
}

/// The same, counted from the jobs themselves.
fn counted_plainly<'a>(jobs: impl Iterator<Item = &'a Job>) -> (Groups, Tallies) {
    let (mut groups, mut tallies) = (Groups::new(), Tallies::new());
    for job in jobs.filter(|job| has_card(job)) {
        let recipe = recipe_number(job.gateway, &job.request).to_vec();
        let own = job.id.to_string();
        let stars = i64::from(job.verdict.rating.stars());
        let best = if job.verdict.is_rejected { 0 } else { stars };
        let group = groups.entry(recipe).or_insert_with(|| (own.clone(), own.clone(), 0, 0));
        group.0 = group.0.clone().max(own.clone());
        group.1 = group.1.clone().min(own);
        group.2 = group.2.max(best);
        group.3 += 1;
        let project = job.project.as_ref().map(ToString::to_string).unwrap_or_default();
        let chip = Filter::of(job, false).unwrap_or_default().number();
        let tally = tallies.entry((project, chip, stars)).or_default();
        tally.0 += 1;
        tally.1 += i64::from(job.clip.is_some());
        let bytes = job.clip.as_ref().map_or(0, |clip| clip.size_bytes.min(1 << 40));
        tally.2 += i64::try_from(bytes).expect("small");
    }
    (groups, tallies)
}

/// A job of any kind, so that every column is filled in some and empty in others.
fn any_job(random: &mut Random, number: u128) -> Job {
    let mut below = |limit: u64| random.draw() % limit;
    let states: Vec<JobState> = <JobState as strum::IntoEnumIterator>::iter().collect();
    let state = states[below(states.len() as u64) as usize];
    let mut job = job(number).prompt(["a boat", "a heron", "a dragon"][below(3) as usize]).state(state);
    job.project = Project::new(["Spring", "Autumn", ""][below(3) as usize]).ok();
    job.verdict = Verdict { rating: Rating::new(below(6) as u8), is_rejected: below(4) == 0 };
    job.is_hidden = below(5) == 0;
    let size_bytes = if below(9) == 0 { u64::MAX } else { below(1_000) };
    job.clip = (state == JobState::Ready).then(|| crate::domain::Clip { size_bytes, ..clip("a.mp4") });
    job
}

#[test]
fn groups_and_tallies_are_what_a_plain_count_says_after_every_write() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut connection = database(dir.path());
    let mut random = Random(7);
    let mut jobs: BTreeMap<u128, Job> = BTreeMap::new();
    for step in 0..600_i64 {
        let number = u128::from(random.draw() % 14);
        if random.draw().is_multiple_of(8) {
            connection.execute("DELETE FROM jobs WHERE id = ?1", [id(number).to_string()]).expect("deleted");
            jobs.remove(&number);
        } else {
            let job = any_job(&mut random, number);
            write_rows(&mut connection, &[Copy { seq: step, job: job.clone() }], &[]).expect("stored");
            assert_eq!(stored(&connection, &job), fitting(&job), "step {step}");
            jobs.insert(number, job);
        }
        let plain = counted_plainly(jobs.values());
        assert_eq!((groups(&connection), tallies(&connection)), plain, "step {step}");
        assert_eq!(group_count(&connection), plain.0.len() as i64, "step {step}");
    }
}

#[test]
fn what_is_not_right_is_noted_anew_and_a_right_library_is_left_alone() {
    let mut random = Random(11);
    for harm in [
        "UPDATE jobs SET is_live = 1 - is_live WHERE rowid = 3",
        "UPDATE jobs SET is_live = NULL",
        "UPDATE tallies SET cards = cards + 1",
        "DELETE FROM groups",
        "UPDATE group_count SET number = number + 1",
        "DELETE FROM group_count",
        "UPDATE jobs SET chip = NULL, is_live = NULL, stars = NULL, recipe = NULL",
    ] {
        let dir = tempfile::tempdir().expect("a folder");
        let mut connection = database(dir.path());
        let copies: Vec<Copy> =
            (0..30).map(|seq| Copy { seq, job: any_job(&mut random, seq.unsigned_abs().into()) }).collect();
        write_rows(&mut connection, &copies, &[]).expect("stored");
        // A row that cannot be read stays, with what was noted of it.
        connection.execute("UPDATE jobs SET doc = 'x' WHERE rowid = 7", []).expect("written");
        let readable: Vec<Copy> = read_rows(&connection).expect("readable").copies;
        assert_eq!(readable.len(), 29);
        assert!(!set_right(&mut connection, &readable).expect("looked at"), "it is right before: {harm}");
        connection.execute(harm, []).expect("harmed");
        assert!(set_right(&mut connection, &readable).expect("set right"), "{harm}");
        assert!(!set_right(&mut connection, &readable).expect("looked at"), "{harm}");
        for copy in &readable {
            assert_eq!(stored(&connection, &copy.job), fitting(&copy.job), "{harm}");
        }
        let unreadable_counts = !harm.contains("chip");
        let counted = copies.iter().filter(|copy| unreadable_counts || copy.seq != 6).map(|copy| &copy.job);
        let plain = counted_plainly(counted);
        assert_eq!(group_count(&connection), plain.0.len() as i64, "{harm}");
        assert_eq!((groups(&connection), tallies(&connection)), plain, "{harm}");
        let doc: String =
            connection.query_row("SELECT doc FROM jobs WHERE rowid = 7", [], |row| row.get(0)).expect("there");
        assert_eq!(doc, "x");
    }
}

#[test]
fn libraries_of_every_older_schema_get_their_columns() {
    let migrations = [
        include_str!("../migrations/0001.sql"),
        include_str!("../migrations/0002.sql"),
        include_str!("../migrations/0003.sql"),
    ];
    let mut random = Random(3);
    for schema in 1..=3 {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("library.db");
        let jobs: Vec<Job> = (0..20).map(|number| any_job(&mut random, number)).collect();
        let old = Connection::open(&path).expect("made");
        for migration in &migrations[..schema] {
            old.execute_batch(migration).expect("an old schema");
        }
        old.pragma_update(None, "user_version", schema as i64).expect("an old schema");
        let mut put = old.prepare("INSERT INTO jobs VALUES (?1, ?2, ?5, ?6, ?7, '', '', 0, NULL, ?3, ?4)").expect("it");
        for (seq, job) in jobs.iter().enumerate() {
            let doc = serde_json::to_string(job).expect("text");
            let columns = (job.gateway.name(), job.state.name(), job.created_at.0);
            put.execute((job.id.to_string(), seq as i64, &doc, sum(&doc), columns.0, columns.1, columns.2))
                .expect("written");
        }
        put.execute((id(99).to_string(), 99, "garbage", "none", "apiin", "ready", 1)).expect("written");
        drop(put);
        drop(old);

        let connection = open(&path).expect("it is brought to the newest schema");
        for job in &jobs {
            assert_eq!(stored(&connection, job), fitting(job), "schema {schema}");
        }
        let plain = counted_plainly(jobs.iter());
        assert_eq!(group_count(&connection), plain.0.len() as i64, "schema {schema}");
        assert_eq!((groups(&connection), tallies(&connection)), plain, "schema {schema}");
        // What cannot be read stays as it is, and is counted nowhere.
        let row: (String, Option<i64>, Option<bool>) = connection
            .query_row("SELECT doc, chip, is_live FROM jobs WHERE id = ?1", [id(99).to_string()], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .expect("it stays");
        assert_eq!(row, ("garbage".to_owned(), None, None), "schema {schema}");
    }
}
