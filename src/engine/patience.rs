//! How long a job is looked after whose gateway says nothing useful of it: it does not know the job, says "made"
//! without a link, or hands out a link that does not open. Pure functions.
//!
//! Such answers come from gateways in trouble, from caches that lag behind, and from stores that take some seconds to
//! show a new file; the clip is paid for all the same. So no number of them ends a job. Only the end of the time for
//! which the gateway keeps clips does, and until then the job is looked at ever more rarely.

use std::time::Duration;

use crate::domain::expiry::Retention;
use crate::domain::random::Random;
use crate::domain::{Job, UnixMillis};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// How long a job is looked after at a gateway that documents no end of its clips. Nobody would look longer by hand.
pub const UNDOCUMENTED: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// How many fruitless answers in a row a job gets at least before the end of its time is believed. The clock of the
/// computer may have been set wrong; so many answers take more than an hour.
pub const LEAST_ANSWERS: u32 = 9;

/// A look that is further away than this is told to the user, and a command does not wait for it.
pub const RARE: Duration = Duration::from_secs(5 * 60);

/// Time until the next look after so many fruitless answers in a row: some seconds at first, because most such
/// troubles are over then, and at most an hour.
pub fn next_look(answers: u32, random: &mut Random) -> Duration {
    let secs = Duration::from_secs;
    let wait = match answers {
        0 | 1 => secs(3),
        2 => secs(5),
        3 => secs(10),
        4 => secs(20),
        5 => secs(40),
        6 => 2 * MINUTE,
        7 => 6 * MINUTE,
        8 => 20 * MINUTE,
        _ => HOUR,
    };
    random.stretch(wait, 0.9, 1.1)
}

/// Whether the time is over for which the gateway keeps the clip of this job. `answers` is the number of fruitless
/// answers in a row, which has to reach [`LEAST_ANSWERS`]. So many of them that they fill the whole time count as well:
/// the clock may have been ahead when the job was made.
pub fn is_over(job: &Job, now: UnixMillis, answers: u32) -> bool {
    let began = job.made_at.or(job.accepted_at).or(job.sent_at).unwrap_or(job.created_at);
    let kept = Retention::of(job.gateway).file.unwrap_or(UNDOCUMENTED);
    let fills_it = u64::from(answers.saturating_sub(LEAST_ANSWERS)) > kept.as_secs() * 12 / 10 / HOUR.as_secs();
    answers >= LEAST_ANSWERS && (now.since(began) > kept || fills_it)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::GatewayId;
    use crate::domain::samples::job;

    #[test]
    fn looks_become_rarer_and_never_end() {
        let mut random = Random(3);
        let waits: Vec<u64> = (0..12).map(|answers| next_look(answers, &mut random).as_secs()).collect();
        assert!(waits.is_sorted_by(|one, other| *one as f64 <= *other as f64 * 1.25), "{waits:?}");
        let first_five: u64 = waits[1..6].iter().sum();
        assert!((60..100).contains(&first_five), "a store that needs a minute is heard in time: {waits:?}");
        for answers in [9, 100, u32::MAX] {
            let wait = next_look(answers, &mut random);
            assert!(wait >= Duration::from_secs(3200) && wait <= Duration::from_secs(4000), "{wait:?}");
        }
    }

    #[test]
    fn a_job_is_given_up_only_after_its_time_and_after_many_answers() {
        let day = Duration::from_secs(24 * 3600);
        let made = UnixMillis(1_700_000_000_000);
        for (gateway, age, answers, expected) in [
            (GatewayId::Aigateway, 6 * day, 150, false),
            (GatewayId::Aigateway, 8 * day, LEAST_ANSWERS, true),
            (GatewayId::Aigateway, 8 * day, LEAST_ANSWERS - 1, false),
            (GatewayId::Apiin, 29 * day, 700, false),
            // The clock was years ahead when the clip was made: the looks themselves fill the time.
            (GatewayId::Apiin, Duration::ZERO, 1_000, true),
            (GatewayId::Apiin, 31 * day, LEAST_ANSWERS, true),
            // A clock that was set ahead by ten years does not end a job that was just asked about.
            (GatewayId::Apiin, 3_650 * day, 3, false),
        ] {
            let job = Job { made_at: Some(made), ..job(1).gateway(gateway).queued() };
            assert_eq!(is_over(&job, made.after(age), answers), expected, "{gateway} {age:?} {answers}");
        }
    }
}
