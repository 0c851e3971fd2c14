//! How long to wait: between two polls of a job, after a failure, after a refusal by a rate limit. Pure functions.
//!
//! A schedule that follows the user's own finished jobs asks less often and hears sooner than a fixed one
//! (docs/reliability.md, section 3.2). The rule here is the simple part of it: while a job is younger than four
//! fifths of the fastest clip of its kind, it cannot be done, so one long wait replaces several short ones.

use std::time::Duration;

use crate::domain::GatewayId;
use crate::domain::random::Random;

/// Longest time that a gateway can make this program wait (docs/reliability.md, section 2.3).
pub const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(3600);

/// A wait because of finished clips is never longer than this, so that a gateway that became faster is noticed.
const LONGEST_LEARNED_WAIT: Duration = Duration::from_secs(20);

/// Least time between two polls of one job. aigateway answers anything faster with 304
/// (docs/gateways.md, section 1.3).
pub fn least_poll_delay(gateway: GatewayId) -> Duration {
    match gateway {
        GatewayId::Aigateway => Duration::from_secs(3),
        GatewayId::Apiin => Duration::from_secs(2),
        GatewayId::Practice => Duration::from_millis(400),
    }
}

/// Least time between any two requests with one key. Neither gateway documents a number for video; four a second is
/// below every limit that docs/gateways.md, section 1.7 names for paid keys.
pub fn least_request_gap(gateway: GatewayId) -> Duration {
    match gateway {
        GatewayId::Aigateway | GatewayId::Apiin => Duration::from_millis(250),
        GatewayId::Practice => Duration::from_millis(20),
    }
}

/// What is known of a job when the next poll is planned.
#[derive(Clone, Copy, Debug, Default)]
pub struct Watched {
    /// Number of polls so far.
    pub polls: u32,
    /// Number of answers in a row that said "asked too early".
    pub too_early: u32,
    /// Number of polls in a row without a usable answer.
    pub trouble: u32,
    /// Time since the gateway accepted the job.
    pub age: Duration,
    /// Time that the fastest finished clip of the same kind took, when enough of them are known.
    pub fastest: Option<Duration>,
}

/// How many polls at the beginning of a watch are not slowed down by the age of the job.
const QUICK_LOOKS: u32 = 8;

/// Time from now until the next poll of a job, spread by a tenth. Never less than [`least_poll_delay`].
pub fn poll_delay(gateway: GatewayId, watched: Watched, random: &mut Random) -> Duration {
    // docs/gateways.md, section 5.5: aigateway 3 → 5 → 8 → 10 s, apiin 5 → 8 s.
    let steps: &[u64] = match gateway {
        GatewayId::Aigateway => &[3_000, 3_000, 5_000, 8_000, 10_000],
        GatewayId::Apiin => &[5_000, 8_000],
        GatewayId::Practice => &[700, 1_000],
    };
    let step = steps[usize::try_from(watched.polls).unwrap_or(usize::MAX).min(steps.len() - 1)];
    let mut delay = Duration::from_millis(step);
    if let Some(fastest) = watched.fastest {
        let quiet = fastest.mul_f64(0.8).saturating_sub(watched.age);
        delay = delay.max(quiet.min(LONGEST_LEARNED_WAIT));
    }
    // A job that takes unusually long is asked about less often, but without an end. After a restart an old job has
    // a few quick polls first: it is most likely done, and somebody waits for it.
    let minutes = if watched.polls < QUICK_LOOKS { 0 } else { watched.age.as_secs() / 60 };
    if minutes >= 120 {
        delay = delay.max(Duration::from_secs(60));
    } else if minutes >= 15 {
        delay = delay.max(Duration::from_secs(30));
    }
    if watched.trouble > 0 {
        let most = Duration::from_secs(30).max(delay);
        delay = delay.saturating_mul(1 << watched.trouble.min(6)).min(most);
    }
    delay = random.stretch(delay, 0.9, 1.1);
    delay += Duration::from_secs(u64::from(watched.too_early.min(10)));
    delay.max(least_poll_delay(gateway))
}

/// Time to wait after `failures` failures in a row: `first`, doubling up to `most`. It is spread over its upper half,
/// so that many programs do not try again at the same moment.
pub fn backoff(first: Duration, failures: u32, most: Duration, random: &mut Random) -> Duration {
    let doublings = failures.saturating_sub(1).min(16);
    let delay = first.saturating_mul(1 << doublings).min(most);
    random.stretch(delay, 0.5, 1.0)
}

/// How long no request goes out after a gateway answered 429: as long as it asked for, at least the backoff, at most
/// an hour.
pub fn throttle(retry_after: Option<Duration>, refusals: u32, random: &mut Random) -> Duration {
    let own = backoff(Duration::from_secs(2), refusals, Duration::from_secs(60), random);
    retry_after.unwrap_or_default().max(own).min(LONGEST_RETRY_AFTER)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secs(secs: u64) -> Duration {
        Duration::from_secs(secs)
    }

    fn delay(gateway: GatewayId, watched: Watched) -> f64 {
        poll_delay(gateway, watched, &mut Random(7)).as_secs_f64()
    }

    #[test]
    fn looks_follow_the_documented_steps_within_a_tenth() {
        for (gateway, polls, step) in [
            (GatewayId::Aigateway, 0, 3.0),
            (GatewayId::Aigateway, 2, 5.0),
            (GatewayId::Aigateway, 3, 8.0),
            (GatewayId::Aigateway, 4, 10.0),
            (GatewayId::Aigateway, 4_000_000_000, 10.0),
            (GatewayId::Apiin, 0, 5.0),
            (GatewayId::Apiin, 1, 8.0),
            (GatewayId::Practice, 9, 1.0),
        ] {
            let found = delay(gateway, Watched { polls, ..Watched::default() });
            assert!((step * 0.9..=step * 1.1).contains(&found), "{gateway} {polls}: {found}");
        }
    }

    #[test]
    fn aigateway_is_never_asked_sooner_than_after_three_seconds() {
        for seed in 0..2_000 {
            let mut random = Random(seed);
            assert!(poll_delay(GatewayId::Aigateway, Watched::default(), &mut random) >= secs(3));
        }
    }

    #[test]
    fn too_early_answers_age_and_trouble_lengthen_the_wait() {
        let base = Watched { polls: 4, ..Watched::default() };
        let at = |watched| delay(GatewayId::Aigateway, watched);
        assert!(at(Watched { too_early: 1, ..base }) >= 10.0);
        let long = Watched { polls: QUICK_LOOKS, ..base };
        assert!(at(Watched { age: secs(15 * 60), ..long }) >= 27.0);
        assert!(at(Watched { age: secs(3 * 3600), ..long }) >= 54.0);
        // A watch that has just begun anew is quick, however old its job is.
        assert!(at(Watched { age: secs(3 * 3600), ..base }) <= 11.0);
        assert!((18.0..=22.0).contains(&at(Watched { trouble: 1, ..base })));
        assert!((27.0..=33.0).contains(&at(Watched { trouble: 60, ..base })));
    }

    #[test]
    fn history_replaces_looks_that_cannot_hear_anything() {
        let watched = |age, fastest| Watched { age: secs(age), fastest: Some(secs(fastest)), ..Watched::default() };
        // Nothing finishes before 0.8 × 40 s = 32 s; a single wait is capped at 20 s.
        assert!((18.0..=22.0).contains(&delay(GatewayId::Apiin, watched(0, 40))));
        assert!((10.8..=13.2).contains(&delay(GatewayId::Apiin, watched(20, 40))));
        assert!((4.5..=5.5).contains(&delay(GatewayId::Apiin, watched(40, 40))));
    }

    #[test]
    fn backoff_doubles_up_to_its_limit() {
        for (failures, low, high) in
            [(1, 0.5, 1.0), (2, 1.0, 2.0), (4, 4.0, 8.0), (5, 5.0, 10.0), (u32::MAX, 5.0, 10.0)]
        {
            let found = backoff(secs(1), failures, secs(10), &mut Random(3)).as_secs_f64();
            assert!((low..=high).contains(&found), "{failures}: {found}");
        }
    }

    #[test]
    fn a_limiter_is_obeyed_but_not_for_ever() {
        let mut random = Random(1);
        assert_eq!(throttle(Some(secs(90)), 1, &mut random), secs(90));
        assert_eq!(throttle(Some(secs(1 << 40)), 1, &mut random), LONGEST_RETRY_AFTER);
        assert!(throttle(Some(Duration::ZERO), 3, &mut random) >= secs(4));
        assert!(throttle(None, 1, &mut random) >= secs(1));
    }
}
