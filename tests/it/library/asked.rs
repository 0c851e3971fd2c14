//! Questions to an open library about jobs that nobody holds: by name, what they cost, and where their clips lie.

use std::collections::HashSet;

use jiff::tz::TimeZone;
use rushes::domain::caps::Calendar;
use rushes::domain::past::{Past, Payment};
use rushes::domain::{Amount, Credits, Money};
use rushes::library::Leaving;

use super::*;

#[tokio::test]
async fn jobs_are_read_by_their_names_and_never_wait_for_a_write() {
    let dir = tempfile::tempdir().expect("a folder");
    let paths = paths(dir.path());
    let (library, _) = open_quietly(&paths);
    library.put_all((1..=5).map(job).collect()).await.expect("stored");
    let database = rusqlite::Connection::open(paths.database()).expect("opens");
    database.execute("UPDATE jobs SET doc = 'x' WHERE id = ?1", [job(4).id.to_string()]).expect("written");
    // Another write is under way, and does not end.
    database.execute_batch("BEGIN IMMEDIATE; UPDATE jobs SET seq = 99").expect("begun");
    let found = library.jobs(vec![job(5).id, job(9).id, job(4).id, job(2).id]).await.expect("readable");
    assert_eq!(found, [job(5), job(2)], "in their order, without unknown and unreadable ones");
    assert!(library.found_damage().await.contains("1 of its jobs"));
    database.execute_batch("ROLLBACK").expect("ended");
    drop(database);
    // What was stored is seen at once.
    let changed = Job { is_hidden: true, ..job(2) };
    library.put(changed.clone()).await.expect("stored");
    assert_eq!(library.jobs(vec![job(2).id]).await.expect("readable"), [changed]);
    let every: Vec<JobId> = library.every_job().await.expect("readable").iter().map(|job| job.id).collect();
    assert_eq!(every, [1, 2, 3, 5].map(|number| job(number).id));
    let other = library.clone();
    library.close().await;
    assert!(matches!(other.jobs(vec![job(2).id]).await, Err(LibraryError::Closed)));
}

#[tokio::test]
async fn a_job_is_found_by_its_whole_name_or_by_the_end_of_it() {
    let dir = tempfile::tempdir().expect("a folder");
    let (library, _) = open_quietly(&paths(dir.path()));
    let twin = Job { id: JobId(Uuid::from_u128((7 << 64) + 3)), ..job(3) };
    library.put_all(vec![job(1), job(2), job(3), twin.clone()]).await.expect("stored");
    for (wanted, expected) in [
        (job(1).id.to_string(), vec![job(1).id]),
        (job(2).id.short(), vec![job(2).id]),
        (job(3).id.short(), vec![job(3).id, twin.id]),
        (twin.id.to_string(), vec![twin.id]),
        ("2".to_owned(), vec![]),
        (String::new(), vec![]),
        ("%".to_owned(), vec![]),
    ] {
        let mut found: Vec<JobId> =
            library.find(wanted.clone()).await.expect("readable").iter().map(|job| job.id).collect();
        found.sort();
        assert_eq!(found, expected, "{wanted}");
    }
}

#[tokio::test]
async fn what_jobs_cost_is_what_a_plain_sum_says() {
    let dir = tempfile::tempdir().expect("a folder");
    let (library, _) = open_quietly(&paths(dir.path()));
    let now = UnixMillis(1_700_049_600_000);
    let states = [JobState::Queued, JobState::Submitting, JobState::Ready, JobState::Failed, JobState::Removed];
    let jobs: Vec<Job> = (0..200_u128)
        .map(|number| {
            let small = i64::try_from(number).expect("small");
            let mut job = Job { state: states[number as usize % 5], ..job(number) };
            job.run = (number % 3 != 0).then(|| job_id(number % 7));
            job.sent_at = (number % 11 != 0).then(|| UnixMillis(now.0 - small * 6 * 3_600_000));
            job.created_at = UnixMillis(now.0 - small * 3_600_000);
            job.charge = match number % 4 {
                0 => Charge::No,
                1 => Charge::NotKnown,
                2 if number % 2 == 0 => Charge::Yes(Some(Amount::Credits(Credits(small)))),
                _ => Charge::Yes(Some(Amount::Money(Money(small * 1000)))),
            };
            job
        })
        .collect();
    library.put_all(jobs.clone()).await.expect("stored");
    let calendar = Calendar::at(now, &TimeZone::UTC);
    let runs: Vec<JobId> = (0..3).map(job_id).collect();
    for held in [vec![], jobs.iter().step_by(3).map(|job| job.id).collect::<Vec<_>>()] {
        let mut expected = Past::new(calendar, runs.clone());
        let is_past = |job: &&Job| job.state != JobState::Queued && !held.contains(&job.id);
        jobs.iter().filter(is_past).filter_map(Payment::of).for_each(|payment| expected.add(payment));
        let found = library.past(calendar, runs.clone(), held.clone()).await.expect("readable");
        let rules = rushes::domain::SpendingRules::default();
        let sums = |past: &Past| {
            let of_runs: Vec<_> = past.of_runs.iter().map(|(run, sums)| (*run, sums.weigh(&rules))).collect();
            (past.of_day.weigh(&rules), past.of_month.weigh(&rules), of_runs)
        };
        assert_eq!(sums(&found), sums(&expected), "{} held", held.len());
        assert!(found.is_of(calendar));
    }
}

fn job_id(number: u128) -> JobId {
    samples::id(number)
}

#[tokio::test]
async fn clips_of_an_old_folder_stay_there_whenever_the_program_is_killed() {
    let clips = |number: u128| {
        let clip = samples::clip(&format!("{number}.mp4"));
        let job = samples::job(number).clip(clip);
        Job { poster: Poster::Made { width: 1, height: 1 }, ..job.ready() }
    };
    for portions in [0, 1, 9] {
        let dir = tempfile::tempdir().expect("a folder");
        let paths = paths(dir.path());
        filled(&paths, &(0..1_200).map(clips).collect::<Vec<_>>()).await;
        let library = open(&paths).library;
        let held: HashSet<JobId> = [samples::id(3)].into();
        let mut left = Some(Leaving::of(paths.clips.clone()));
        let mut told = 0;
        for portion in 0..portions {
            let Some(leaving) = left.take() else { break };
            let (changed, next) = library.leave_behind(leaving, held.clone()).await.expect("stored");
            told += changed.len();
            left = next;
            if portion == 0 {
                // A clip that is new since then lies in the new folder.
                library.put(clips(1_199)).await.expect("stored");
                library.put(clips(5_000)).await.expect("stored");
            }
        }
        if portions == 9 {
            assert!(left.is_none());
            assert_eq!(told, 1_200 - 2, "all but the one that is held and the one that was written since");
            let all = library.every_job().await.expect("readable");
            let relative: Vec<JobId> = all
                .iter()
                .filter(|job| job.clip.as_ref().is_some_and(|clip| clip.path.is_relative()))
                .map(|job| job.id)
                .collect();
            assert_eq!(relative, [3, 1_199, 5_000].map(samples::id));
        }
        library.close().await;
        // The next start has the new folder in its settings, and finishes what was begun.
        let moved = Paths { clips: dir.path().join("new"), ..paths.clone() };
        let all = open(&moved).jobs;
        for job in &all {
            let path = &job.clip.as_ref().expect("a clip").path;
            assert_eq!(path.parent(), Some(paths.clips.as_path()), "{}", path.display());
        }
    }
}
