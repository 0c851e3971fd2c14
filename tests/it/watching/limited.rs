//! More looks are due than the rate limit lets through.

use std::cmp::Reverse;
use std::time::Duration;

use rushes::domain::GatewayId;
use rushes::domain::learned::Learned;
use rushes::domain::random::Random;
use rushes::domain::time::seconds;
use rushes::engine::schedule::{Watched, poll_delay, urgency};

use super::model::{Kind, ROUND_TRIP, learned_from, part};
use super::table::{PREDICTABLE, bar};

const JOBS: usize = 1_000;

/// A job whose gateway took it at `began` and ends it at `ends`, in seconds of the virtual clock.
#[derive(Clone, Copy)]
struct Running {
    began: f64,
    ends: f64,
    learned: Option<Learned>,
    /// When it was last seen going on.
    seen: f64,
    due: f64,
    looks: u32,
}

/// The outcome: requests for each job, the moment at which the last end was known, and the mean delay.
struct Limited {
    looks: f64,
    makespan: f64,
    delay: f64,
}

fn secs(secs: f64) -> Duration {
    seconds(secs)
}

/// Looks at all jobs, one request in `gap` seconds at most. Of those that are due, the first by `order` gets it.
fn watch_all<K: Ord>(mut jobs: Vec<Running>, gap: f64, order: impl Fn(&Running, f64) -> K) -> Limited {
    let mut random = Random(9);
    let count = jobs.len() as f64;
    let (mut now, mut looks, mut delay) = (0.0_f64, 0, 0.0);
    while !jobs.is_empty() {
        now = now.max(jobs.iter().map(|job| job.due).fold(f64::MAX, f64::min));
        let due = jobs.iter().enumerate().filter(|(_, job)| job.due <= now);
        let (place, _) = due.min_by_key(|(place, job)| (order(job, now), *place)).expect("one is due");
        looks += 1;
        let job = &mut jobs[place];
        job.looks += 1;
        if job.ends <= now {
            delay += now + ROUND_TRIP - job.ends.max(0.0);
            jobs.remove(place);
        } else {
            job.seen = now;
            let (polls, age) = (job.looks, secs(now + ROUND_TRIP - job.began));
            let watched = Watched { polls, age, learned: job.learned, ..Watched::default() };
            job.due = now + ROUND_TRIP + poll_delay(GatewayId::Aigateway, watched, &mut random).as_secs_f64();
        }
        now += gap;
    }
    Limited { looks: f64::from(looks) / count, makespan: now, delay: delay / count }
}

/// By the look that was due first.
fn by_moment(job: &Running, _: f64) -> u64 {
    (job.due * 1_000.0) as u64
}

/// As the engine does it: the most urgent first, and of those the oldest.
fn by_urgency(job: &Running, now: f64) -> (Reverse<u32>, i64) {
    let (seen, age) = (secs(job.seen.max(job.began) - job.began), secs(now - job.began));
    (Reverse(urgency(job.learned, seen, age, secs(now - job.due))), (job.began * 1_000.0) as i64)
}

#[test]
fn a_thousand_jobs_at_sixty_requests_a_minute_take_hardly_longer_than_they_must() {
    let mut missed = Vec::new();
    for on_record in [0, 64] {
        let learned = learned_from(PREDICTABLE, on_record, 5);
        let mut random = Random(4);
        let jobs: Vec<Running> = PREDICTABLE
            .times(JOBS, 7)
            .into_iter()
            .map(|ends| {
                let watched = Watched { learned, ..Watched::default() };
                let due = poll_delay(GatewayId::Aigateway, watched, &mut random).as_secs_f64();
                Running { began: 0.0, ends, learned, seen: 0.0, due, looks: 0 }
            })
            .collect();
        let slowest = jobs.iter().map(|job| job.ends).fold(0.0, f64::max);
        let floor = slowest.max(JOBS as f64);
        let found = watch_all(jobs, 1.0, by_urgency);
        let ratio = found.makespan / floor;
        let told = format!(
            "1,000 jobs at 60 requests a minute, {on_record} on record: all known after {:.0} s, {ratio:.2}x the least possible (at most 1.15x)",
            found.makespan
        );
        missed.extend(bar("saturation", ratio <= 1.15, &told));
        let told = format!("{:.2} requests for each of these jobs (at most 1.2)", found.looks);
        missed.extend(bar("saturation", found.looks <= 1.2, &told));
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

/// After a restart all looks are due at once. Jobs are of all ages, half of them of a quick kind, half of a slow one.
#[test]
fn under_a_rate_limit_the_likely_looks_go_first_and_hear_sooner() {
    let kinds = [PREDICTABLE, Kind { median: 600.0, spread: 0.4 }];
    let known = kinds.map(|kind| learned_from(kind, 64, 5));
    let times = kinds.map(|kind| kind.times(JOBS, 7));
    let mut random = Random(4);
    let jobs: Vec<Running> = (0..JOBS)
        .map(|place| {
            let began = -600.0 * part(&mut random);
            let ends = began + times[place % 2][place];
            Running { began, ends, learned: known[place % 2], seen: began, due: 0.0, looks: 0 }
        })
        .collect();
    for gap in [1.0, 0.25] {
        let (plain, ranked) = (watch_all(jobs.clone(), gap, by_moment), watch_all(jobs.clone(), gap, by_urgency));
        println!(
            "restart with 1,000 jobs, a request in {gap} s: mean delay {:.1} s by moment, {:.1} s by urgency; {:.2} and {:.2} requests a job",
            plain.delay, ranked.delay, plain.looks, ranked.looks
        );
        assert!(ranked.delay <= plain.delay * 0.9, "{gap}");
        assert!(ranked.looks <= plain.looks * 1.01 && ranked.makespan <= plain.makespan * 1.02, "{gap}");
    }
}
