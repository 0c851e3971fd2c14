//! What the library tells of jobs that are not in memory, compared with a look at all of them.

use std::collections::{BTreeMap, HashSet};

use jiff::tz::TimeZone;
use rushes::domain::caps::{SpendingRules, day_of};
use rushes::domain::facts::{BestClips, CardQuestion, Counts, TakeNumber};
use rushes::domain::ledger::Period;
use rushes::domain::ledger::found::{LedgerFound, LedgerQuestion};
use rushes::domain::ledger::table;
use rushes::domain::samples::library::{NOW, best_clips, offered, random_library, relatives};
use rushes::domain::take::TakeKey;
use rushes::domain::{Job, JobId};
use rushes::library::{Library, LibraryError, Paths};

fn question(period: Period) -> LedgerQuestion {
    let (zone, rules) = (TimeZone::UTC, SpendingRules::default());
    LedgerQuestion { period, only_not_known: false, today: day_of(NOW, &zone), now: NOW, zone, rules }
}

#[tokio::test]
async fn every_answer_is_that_of_a_look_at_all_jobs() {
    let dir = tempfile::tempdir().expect("a folder");
    let paths = Paths::portable(dir.path());
    let library = Library::open(&paths).expect("a new library").library;
    let jobs = random_library(21, 1_100);
    library.put_all(jobs.clone()).await.expect("stored");

    let mut counts = Counts::default();
    jobs.iter().for_each(|job| counts.add(job));
    assert_eq!(library.counts().await.expect("counts"), counts);

    for period in [Period::All, Period::Month(day_of(NOW, &TimeZone::UTC))] {
        let question = question(period);
        let mut expected = LedgerFound::default();
        jobs.iter().for_each(|job| expected.add(job, &question));
        expected.sort();
        let found = library.ledger(question.clone(), HashSet::new(), || true).await.expect("the ledger");
        assert_eq!(found, Some(expected), "{period:?}");
        let given_up = library.ledger(question, HashSet::new(), || false).await.expect("nobody waits");
        assert_eq!(given_up, None);
    }

    let numbers = table::takes(&jobs);
    let ids: Vec<(JobId, bool)> = jobs.iter().step_by(7).map(|job| (job.id, false)).collect();
    for (id, row) in library.ledger_rows(ids).await.expect("rows") {
        let job = jobs.iter().find(|job| job.id == id).expect("one of them");
        assert_eq!(row.job.as_deref(), Some(job));
        let alike = |other: &&Job| other.gateway == job.gateway && TakeKey(&other.request) == TakeKey(&job.request);
        assert_eq!(row.take, TakeNumber { number: numbers[&id], of: jobs.iter().filter(alike).count() });
    }

    for job in jobs.iter().step_by(40) {
        let asks_price = offered(job, []).is_some();
        let facts = library.card_facts(CardQuestion { job: job.id, asks_price }).await.expect("facts");
        assert_eq!(facts.relatives.iter().collect::<Vec<_>>(), relatives(job, &jobs));
        assert_eq!(offered(job, &facts.newer), offered(job, &jobs));
    }

    let expected = best_clips(&jobs);
    let asked = BestClips::of(expected.keys().copied().skip(2));
    let best: BTreeMap<_, _> = library.best_clips(asked).await.expect("clips").finish().collect();
    assert_eq!(best, expected.into_iter().skip(2).collect::<BTreeMap<_, _>>(), "those that were asked for");

    // Closed, the library leaves no file of a reader behind, and answers nothing any more.
    let other = library.clone();
    library.close().await;
    assert!(matches!(other.counts().await, Err(LibraryError::Closed)));
    let wal = paths.database().with_extension("db-wal");
    assert!(!wal.exists(), "{}", wal.display());
}
