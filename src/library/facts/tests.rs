use std::collections::{BTreeMap, HashSet};

use jiff::tz;
use rusqlite::types::Value;

use super::chain::relatives;
use super::walk::Walk;
use super::*;
use crate::domain::Amount;
use crate::domain::caps::{SpendingRules, counted, paid_at};
use crate::domain::ledger::found::{LedgerFound, LedgerQuestion};
use crate::domain::ledger::{Period, table};
use crate::domain::samples::library::{self, NOW, offered, random_library};
use crate::domain::{JobState, samples};
use crate::library::copies::Copy;
use crate::library::database;

/// A database in a file, in which these jobs are.
fn database_of(jobs: &[Job]) -> (tempfile::TempDir, Connection) {
    let dir = tempfile::tempdir().expect("a folder");
    let mut connection = database::open(&dir.path().join("library.db")).expect("a new database");
    let copies: Vec<Copy> = (0..).zip(jobs).map(|(seq, job)| Copy { seq, job: job.clone() }).collect();
    database::write_rows(&mut connection, &copies, &[]).expect("written");
    (dir, connection)
}

/// Libraries of several sizes, written twice: what was changed is found as it is now.
fn libraries() -> Vec<(Vec<Job>, tempfile::TempDir, Connection)> {
    let sizes = [(1, 0), (2, 1), (3, 60), (4, 500)];
    let made = sizes.map(|(seed, count)| {
        let (dir, mut connection) = database_of(&random_library(seed + 90, count));
        let jobs = random_library(seed, count);
        let copies: Vec<Copy> = (5_000..).zip(&jobs).map(|(seq, job)| Copy { seq, job: job.clone() }).collect();
        database::write_rows(&mut connection, &copies, &[]).expect("written once more");
        (jobs, dir, connection)
    });
    made.into()
}

fn zones() -> [TimeZone; 3] {
    [TimeZone::UTC, TimeZone::fixed(tz::offset(9)), TimeZone::fixed(tz::offset(-11))]
}

#[test]
fn counts_are_those_of_a_look_at_all_cards() {
    for (jobs, _dir, connection) in libraries() {
        let mut expected = Counts::default();
        jobs.iter().for_each(|job| expected.add(job));
        assert_eq!(counts(&connection).expect("counts"), expected);
    }
}

#[test]
fn days_are_those_of_a_sum_over_all_orders_but_the_ones_left_out() {
    for (jobs, _dir, connection) in libraries() {
        for zone in zones() {
            let first = day_of(NOW, &zone).first_of_month();
            for without in
                [Vec::new(), jobs.iter().map(|job| job.id).filter(|id| id.0.as_u128().is_multiple_of(3)).collect()]
            {
                let mut expected = BTreeMap::<_, (i64, i64)>::new();
                for job in jobs.iter().filter(|job| job.state != JobState::Queued && !without.contains(&job.id)) {
                    let day = day_of(paid_at(job, NOW), &zone);
                    let sum = expected.entry((day, job.gateway)).or_default();
                    match counted(job) {
                        Some(Amount::Money(money)) => sum.0 += money.0,
                        Some(Amount::Credits(credits)) => sum.1 += credits.0,
                        Some(Amount::Free) | None => {}
                    }
                }
                expected.retain(|(day, _), sum| *day >= first && *sum != (0, 0));
                let found = paid_since(&connection, first, &zone, &without).expect("days");
                let found: BTreeMap<_, _> =
                    found.iter().map(|paid| ((paid.day, paid.gateway), (paid.money.0, paid.credits.0))).collect();
                assert_eq!(found, expected);
            }
        }
    }
}

fn question(period: Period, only_not_known: bool, zone: &TimeZone) -> LedgerQuestion {
    let rules = SpendingRules::default();
    LedgerQuestion { period, only_not_known, today: day_of(NOW, zone), now: NOW, zone: zone.clone(), rules }
}

fn walked(connection: &Connection, question: &LedgerQuestion, without: &HashSet<JobId>) -> LedgerFound {
    let mut walk = Walk::new(question.clone(), without.clone());
    while walk.step(connection).expect("a portion") {}
    walk.finish()
}

#[test]
fn the_ledger_of_every_period_is_that_of_a_look_at_all_orders() {
    let june = jiff::civil::date(2026, 6, 24);
    let periods = [june, jiff::civil::date(2026, 5, 1), jiff::civil::date(2025, 2, 3), jiff::civil::date(1999, 1, 1)];
    for (jobs, _dir, connection) in libraries() {
        for zone in zones() {
            let all = periods.into_iter().flat_map(|day| [Period::Month(day), Period::Year(day)]).chain([Period::All]);
            for (place, period) in all.enumerate() {
                let question = question(period, place.is_multiple_of(3), &zone);
                let mut without = HashSet::new();
                if place.is_multiple_of(2) {
                    without.extend(jobs.iter().map(|job| job.id).filter(|id| id.0.as_u128().is_multiple_of(5)));
                }
                let mut expected = LedgerFound::default();
                jobs.iter().filter(|job| !without.contains(&job.id)).for_each(|job| expected.add(job, &question));
                expected.sort();
                // What was ever ordered is told of all orders.
                expected.gateways.extend(jobs.iter().map(|job| job.gateway).filter(|gateway| gateway.is_paid()));
                assert_eq!(walked(&connection, &question, &without), expected, "{period:?}");
            }
        }
    }
}

#[test]
fn orders_of_one_moment_are_found_once_each_however_many_there_are() {
    let jobs: Vec<Job> = (1..=2_100).map(|number| samples::job(number).at(NOW).state(JobState::Waiting)).collect();
    let (_dir, connection) = database_of(&jobs);
    let found = walked(&connection, &question(Period::All, false, &TimeZone::UTC), &HashSet::new());
    let distinct: HashSet<_> = found.rows.iter().collect();
    assert_eq!((found.rows.len(), distinct.len(), found.totals.all.rows), (2_100, 2_100, 2_100));
}

#[test]
fn rows_come_with_the_numbers_that_a_look_at_all_orders_gives() {
    for (jobs, _dir, connection) in libraries() {
        let expected = table::takes(&jobs);
        let recipes: Vec<_> = jobs.iter().map(|job| recipe_number(job.gateway, &job.request)).collect();
        let ids: Vec<(JobId, bool)> = jobs.iter().map(|job| (job.id, job.id.0.as_u128().is_multiple_of(2))).collect();
        let rows = ledger_rows(&connection, &ids).expect("rows");
        assert_eq!(rows.len(), jobs.len());
        for ((id, row), (job, recipe)) in rows.iter().zip(jobs.iter().zip(&recipes)) {
            let of = recipes.iter().filter(|other| *other == recipe).count();
            let take = TakeNumber { number: expected[id], of };
            assert_eq!((row.take, row.job.as_deref()), (take, (!id.0.as_u128().is_multiple_of(2)).then_some(job)));
        }
    }
    let (_dir, connection) = database_of(&[]);
    assert_eq!(ledger_rows(&connection, &[(samples::id(9), false)]).expect("none"), []);
}

#[test]
fn relatives_seeds_and_newer_orders_are_those_of_a_look_at_all_jobs() {
    for (jobs, _dir, connection) in libraries() {
        let mut offers = 0;
        let recipes: Vec<_> = jobs.iter().map(|job| recipe_number(job.gateway, &job.request)).collect();
        for (job, recipe) in jobs.iter().zip(&recipes).step_by(3) {
            let expected: Vec<&Job> = library::relatives(job, &jobs);
            assert_eq!(relatives(&connection, job).expect("relatives").iter().collect::<Vec<_>>(), expected);
            let takes = jobs.iter().zip(&recipes).filter(|(_, other)| *other == recipe);
            let expected = takes.filter_map(|(take, _)| take.request.seed()).collect();
            assert_eq!(seeds(&connection, job).expect("seeds"), expected);
            let Some(alone) = offered(job, []) else { continue };
            offers += 1;
            let (mut sieve, mut found) = (Newer::than(job), Vec::new());
            let next = newer(&connection, job, &mut sieve, &mut found, None).expect("newer ones");
            assert_eq!(next, None);
            let by_all = offered(job, &jobs);
            assert_eq!(offered(job, &found), by_all, "{alone:?}");
            assert!(found.len() <= 16, "a few of them say all that there is to say");
        }
        assert!(jobs.len() < 400 || offers > 2, "{offers}");
    }
}

#[test]
fn a_circle_of_parents_ends() {
    let jobs = [
        samples::job(1).parent(2, 1).ready(),
        samples::job(2).parent(1, 1).ready(),
        samples::job(3).parent(3, 0).ready(),
    ];
    let (_dir, connection) = database_of(&jobs);
    assert_eq!(relatives(&connection, &jobs[0]).expect("one"), [jobs[1].clone()]);
    assert_eq!(relatives(&connection, &jobs[2]).expect("none"), []);
}

fn keys(jobs: &[Job]) -> impl Iterator<Item = crate::domain::Sha256Hex> {
    jobs.iter().map(|job| key_of(job.request.prompt(), job.request.negative_prompt()))
}

#[test]
fn the_best_clips_are_those_of_a_look_at_all_clips() {
    for (jobs, _dir, connection) in libraries() {
        let mut best = BestClips::of(keys(&jobs));
        let mut after = None;
        loop {
            after = best_clips(&connection, &mut best, after).expect("a portion");
            if after.is_none() {
                break;
            }
        }
        assert_eq!(best.finish().collect::<BTreeMap<_, _>>(), library::best_clips(&jobs));
    }
}

/// Portions end and go on: more recipes and rows than one portion has.
#[test]
fn long_answers_come_in_portions() {
    let mut jobs: Vec<Job> =
        (1..=2_300).map(|number| samples::job(number).prompt(&format!("boat {number}")).ready()).collect();
    jobs.extend((10_000_u128..15_100).map(|number| samples::job(number).queued()));
    let (_dir, connection) = database_of(&jobs);
    let (mut best, mut after, mut portions) = (BestClips::of(keys(&jobs)), None, 0);
    loop {
        after = best_clips(&connection, &mut best, after).expect("a portion");
        portions += 1;
        if after.is_none() {
            break;
        }
    }
    assert_eq!((best.finish().count(), portions), (2_300, 3));
    let (mut sieve, mut found) = (Newer::than(&jobs[0]), Vec::new());
    let next = newer(&connection, &jobs[0], &mut sieve, &mut found, None).expect("a portion");
    assert_eq!(next, Some(jobs[2_300 + 100].id), "the newest first");
    assert_eq!(newer(&connection, &jobs[0], &mut sieve, &mut found, next).expect("the rest"), None);
}

#[test]
fn no_answer_scans_the_table_of_jobs() {
    let (_dir, connection) = database_of(&random_library(7, 300));
    let statements = [
        ("SELECT project, sum(cards) FROM tallies GROUP BY project", 0),
        ("SELECT gateway FROM used_gateways", 0),
        (
            "SELECT paid_at, gateway, paid_money, paid_credits FROM jobs
                WHERE paid_at IS NOT NULL AND paid_at >= ?1 ORDER BY paid_at",
            1,
        ),
        (
            "SELECT id, seq, doc, doc_sum, paid_at FROM jobs WHERE paid_at IS NOT NULL AND paid_at >= ?1 AND paid_at < ?2
                ORDER BY paid_at, gateway, paid_money, paid_credits, rowid LIMIT ?3 OFFSET ?4",
            4,
        ),
        ("SELECT id, seq, doc, doc_sum FROM jobs WHERE is_live = 1 AND state = 'queued'", 0),
        ("SELECT count(*), coalesce(sum(id <= ?2), 0) FROM jobs WHERE recipe = ?1 AND chip IS NOT NULL", 2),
        ("SELECT count(*), coalesce(sum(id <= ?2), 0) FROM jobs WHERE recipe = ?1 AND chip IS NULL", 2),
        ("SELECT id FROM jobs WHERE parent IS NOT NULL AND parent = ?1", 1),
        ("SELECT id, seq, doc, doc_sum FROM jobs WHERE id > ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3", 3),
        ("SELECT recipe FROM groups WHERE recipe > ?1 ORDER BY recipe LIMIT ?2", 2),
        (
            "SELECT id, stars FROM jobs WHERE recipe = ?1 AND chip IS NOT NULL AND chip = ?2 AND is_rejected = 0
                ORDER BY stars DESC, id DESC LIMIT 1",
            2,
        ),
    ];
    let sources = [include_str!("../facts.rs"), include_str!("chain.rs"), include_str!("walk.rs")].concat();
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let sources = plain(&sources);
    for (sql, parameters) in statements {
        let start = plain(sql);
        let start = start.split(" FROM ").nth(1).expect("a table").split(" AND chip IS").next().expect("a beginning");
        assert!(sources.contains(start), "the tested statement is not the one that is used: {start}");
        let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).expect("a good statement");
        let values = vec![Value::Null; parameters];
        let plan: Vec<String> = statement
            .query_map(rusqlite::params_from_iter(values), |row| row.get(3))
            .expect("a plan")
            .collect::<Result<_, _>>()
            .expect("its lines");
        let scans = |line: &String| line.starts_with("SCAN jobs") && !line.contains("jobs_live");
        assert!(!plan.iter().any(scans), "{sql}: {plan:?}");
        let sorts = |line: &String| line.contains("TEMP B-TREE FOR ORDER BY") && !sql.contains("stars DESC");
        assert!(!plan.iter().any(sorts), "{sql}: {plan:?}");
    }
}

/// A library of the schema before: orders that cost nothing get their moments, all others stay.
#[test]
fn a_library_of_schema_4_gets_what_later_ones_know() {
    let jobs = random_library(11, 300);
    let (dir, connection) = database_of(&jobs);
    let days = |connection: &Connection| {
        let mut statement = connection.prepare("SELECT id, paid_at FROM jobs ORDER BY id").expect("a statement");
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("rows");
        rows.collect::<Result<Vec<(String, Option<i64>)>, _>>().expect("rows")
    };
    let (expected, gateways) = (days(&connection), used_gateways(&connection).expect("gateways"));
    assert_eq!(gateways.len(), 3);
    connection
        .execute_batch(
            "DROP TRIGGER group_counted; DROP TRIGGER group_uncounted; DROP TABLE group_count;
             DROP TRIGGER gateway_used; DROP TABLE used_gateways; DROP INDEX jobs_hidden_by_recipe;
             UPDATE jobs SET paid_at = NULL WHERE paid_money IS NULL AND paid_credits IS NULL;
             UPDATE kept SET value = '4' WHERE key = 'schema_version'; PRAGMA user_version = 4;",
        )
        .expect("schema 4");
    assert_ne!(days(&connection), expected);
    drop(connection);
    let connection = database::open(&dir.path().join("library.db")).expect("brought to the newest schema");
    assert_eq!(days(&connection), expected);
    assert_eq!(used_gateways(&connection).expect("gateways"), gateways);
    let groups = |sql| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).expect("a number");
    assert!(groups("SELECT count(*) FROM groups") > 0);
    assert_eq!(groups("SELECT number FROM group_count"), groups("SELECT count(*) FROM groups"));
}
