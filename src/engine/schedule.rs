//! How long to wait: between two looks at a job, after a failure, after a refusal by a rate limit. Pure functions.
//!
//! A look has a price: the rate limit holds for all jobs of a key. So has every second that a clip lies finished and
//! nobody knows. [`poll_delay`] weighs the two with what the user's own finished jobs tell (docs/reliability.md, section
//! 3.2): no look before the first such jobs end, then looks that are the closer, the more likely the job is to end.

use std::time::Duration;

use crate::domain::GatewayId;
use crate::domain::learned::Learned;
use crate::domain::random::Random;
use crate::domain::time::seconds;

/// Longest time that a gateway can make this program wait (docs/reliability.md, section 2.3).
pub const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(3600);

/// Least time between two polls of one job. aigateway answers anything faster with 304
/// (docs/gateways.md, section 1.3).
pub fn least_poll_delay(gateway: GatewayId) -> Duration {
    match gateway {
        GatewayId::Aigateway => Duration::from_secs(3),
        // docs/gateways.md, section 3.6: 3 to 5 s.
        GatewayId::Pixverse => Duration::from_secs(4),
        GatewayId::Apiin => Duration::from_secs(2),
        GatewayId::Practice => Duration::from_secs(1),
    }
}

/// Least time between any two requests with one key. Neither gateway documents a number for video; four a second is
/// below every limit that docs/gateways.md, section 1.7 names for paid keys.
pub fn least_request_gap(gateway: GatewayId) -> Duration {
    match gateway {
        GatewayId::Aigateway | GatewayId::Apiin | GatewayId::Pixverse => Duration::from_millis(250),
        GatewayId::Practice => Duration::from_millis(20),
    }
}

/// What is known of a job when the next look at it is planned.
#[derive(Clone, Copy, Debug, Default)]
pub struct Watched {
    /// Number of looks so far.
    pub polls: u32,
    /// Number of answers in a row that said "asked too early".
    pub too_early: u32,
    /// Number of looks in a row without a usable answer.
    pub trouble: u32,
    /// Time since the gateway accepted the job.
    pub age: Duration,
    /// What finished jobs of the same kind tell, when there are any.
    pub learned: Option<Learned>,
    /// How long the last answer asked to wait, when it did.
    pub hint: Option<Duration>,
}

/// How many looks at the beginning of a watch are not slowed down by the age of the job.
const QUICK_LOOKS: u32 = 8;

/// No job is looked at more often than this, whatever its gateway allows.
const LEAST_DELAY: Duration = Duration::from_secs(1);

/// Without history the wait is a twentieth of the age, but no longer than this.
const LONGEST_UNLEARNED: Duration = Duration::from_secs(10);

/// The first look comes at the age at which this share of the jobs is over.
const FIRST_LOOK: f64 = 0.015;

/// But no wait for it is longer than this, so that a gateway that became much faster is noticed.
const LONGEST_QUIET: Duration = Duration::from_secs(60);

/// From the first look to the median age, a job is thought at least one part in so many as likely to end as at the median.
/// So where the past is wrong, waits are √3 times as long as they should be, but not longer.
const DOUBT: f64 = 3.0;

/// No wait is longer than this because of finished jobs, once the first look was due.
const LONGEST_LEARNED: Duration = Duration::from_secs(30);

/// A job older than this takes unusually long, and waits grow with its age, unless its kind is known to take longer.
const LATE: Duration = Duration::from_secs(15 * 60);

/// No kind is known to take longer than this.
const LATEST: Duration = Duration::from_secs(3600);

/// The part of its age that a late job is left alone, so that the number of looks grows with the logarithm of the age.
const LATE_PART: f64 = 0.02;

/// However late a job is, it is looked at this often.
const LONGEST_LATE: Duration = Duration::from_secs(3600);

/// How many seconds of not knowing that a clip is done are worth saving one look.
pub const LOOK_COST: f64 = 0.3;

/// Time from now until the next look at a job. Never less than [`least_poll_delay`], nor than a second.
///
/// What the gateway asked for counts more than anything else. Waits that it did not name are made up to a tenth
/// shorter at random, so that many jobs do not ask at the same moment.
pub fn poll_delay(gateway: GatewayId, watched: Watched, random: &mut Random) -> Duration {
    poll_delay_at(LOOK_COST, gateway, watched, random)
}

/// The same for another price of a look than [`LOOK_COST`], in seconds: a higher one means fewer looks that hear later.
pub fn poll_delay_at(look_cost: f64, gateway: GatewayId, watched: Watched, random: &mut Random) -> Duration {
    let least = least_poll_delay(gateway).max(LEAST_DELAY);
    if let Some(hint) = watched.hint {
        // Never sooner, and later only so much that jobs do not ask all together.
        return random.stretch(hint.clamp(least, LONGEST_RETRY_AFTER), 1.0, 1.1);
    }
    let mut delay = own_delay(look_cost, watched);
    if watched.trouble > 0 {
        let most = Duration::from_secs(30).max(delay);
        delay = delay.max(least).saturating_mul(1 << watched.trouble.min(6)).min(most);
    }
    delay = random.stretch(delay, 0.9, 1.0);
    delay += Duration::from_secs(u64::from(watched.too_early.min(10)));
    delay.max(least)
}

/// The wait that nobody asked for.
fn own_delay(look_cost: f64, watched: Watched) -> Duration {
    let unlearned = watched.age.mul_f64(0.05).clamp(LEAST_DELAY, LONGEST_UNLEARNED);
    let mut delay = match watched.learned {
        Some(learned) => {
            let told = learned_delay(look_cost, learned, watched.age).as_secs_f64().max(0.1);
            // Between the two by their ratio, as far as the history is believed.
            let plain = unlearned.as_secs_f64();
            seconds(plain * (told / plain).powf(learned.weight()))
        }
        None => unlearned,
    };
    let usual = watched.learned.map_or(LATE, |learned| learned.quantile(0.99).clamp(LATE, LATEST));
    if watched.age > usual && watched.polls >= QUICK_LOOKS {
        delay = delay.max(watched.age.mul_f64(LATE_PART)).min(LONGEST_LATE);
    }
    delay
}

/// The wait that finished jobs advise: until the first of their kind end, then √(2 × price of a look ÷ hazard), which is
/// the best distance of inspections that cost something for a failure that is likely to that degree.
fn learned_delay(look_cost: f64, learned: Learned, age: Duration) -> Duration {
    let first = learned.quantile(FIRST_LOOK);
    if age < first.mul_f64(0.9) {
        return first.saturating_sub(age).min(LONGEST_QUIET);
    }
    let median = learned.median();
    let mut hazard = learned.hazard(age);
    if age < median {
        hazard = hazard.max(learned.hazard(median) / DOUBT);
    }
    seconds((2.0 * look_cost / hazard).sqrt().min(LONGEST_LEARNED.as_secs_f64()))
}

/// A look that waits for this long because of the rate limit comes before all others.
const LONGEST_IN_LINE: Duration = Duration::from_secs(600);

/// How much a look that is due is worth compared with others that are due at the same gateway, from 0 to 20. Where the
/// rate limit lets only some of them through, those with the greatest number should go first.
///
/// It is the chance in twentieths that the job is over, if it went on at the age `seen` (zero before the first look) and
/// is now of the age `age`. A look that is `overdue` for long counts more and more, so that none waits for ever. Numbers
/// this coarse leave room for the order in which gateways delete clips.
pub fn urgency(learned: Option<Learned>, seen: Duration, age: Duration, overdue: Duration) -> u32 {
    let chance = match learned {
        Some(learned) => learned.chance_over(seen, age),
        None => 1.0 - seen.as_secs_f64() / age.as_secs_f64().max(0.001),
    };
    let waited = overdue.as_secs_f64() / LONGEST_IN_LINE.as_secs_f64();
    (chance.max(waited).clamp(0.0, 1.0) * 20.0).round() as u32
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

    /// What jobs tell that take around so many seconds, a third more or less, when so many are on record.
    fn learned(median: f64, count: u32) -> Option<Learned> {
        let place = |index: u32| (f64::from(index) + 0.5) / f64::from(count);
        Learned::of((0..count).map(|index| {
            let place = place(index);
            seconds(median * (place / (1.0 - place)).powf(0.21))
        }))
    }

    #[test]
    fn without_history_a_wait_is_a_twentieth_of_the_age() {
        for (gateway, age, low, high) in [
            (GatewayId::Practice, 0, 1.0, 1.0),
            (GatewayId::Practice, 19, 1.0, 1.0),
            (GatewayId::Practice, 60, 2.7, 3.0),
            (GatewayId::Practice, 100, 4.5, 5.0),
            (GatewayId::Practice, 200, 9.0, 10.0),
            (GatewayId::Practice, 899, 9.0, 10.0),
            (GatewayId::Apiin, 0, 2.0, 2.0),
            (GatewayId::Apiin, 100, 4.5, 5.0),
            (GatewayId::Aigateway, 0, 3.0, 3.0),
            (GatewayId::Aigateway, 100, 4.5, 5.0),
        ] {
            for polls in [0, 1, 7, 300, u32::MAX] {
                let found = delay(gateway, Watched { polls, age: secs(age), ..Watched::default() });
                assert!((low..=high).contains(&found), "{gateway} {age} {polls}: {found}");
            }
        }
    }

    #[test]
    fn no_job_is_looked_at_more_than_once_a_second_nor_sooner_than_its_gateway_allows() {
        let mut random = Random(11);
        for round in 0..20_000_u32 {
            let gateway = [GatewayId::Aigateway, GatewayId::Apiin, GatewayId::Practice][round as usize % 3];
            let mut below = |limit: u64| random.draw() % limit;
            let watched = Watched {
                polls: below(20) as u32,
                too_early: below(3) as u32,
                trouble: below(3) as u32,
                age: Duration::from_millis(below(1 << (10 + round % 20))),
                learned: learned(0.2 + below(400) as f64, below(70) as u32),
                hint: (below(4) == 0).then(|| Duration::from_millis(below(4_000))),
            };
            let found = poll_delay(gateway, watched, &mut random);
            assert!(found >= secs(1) && found >= least_poll_delay(gateway), "{gateway} {watched:?}: {found:?}");
            assert!(found <= LONGEST_RETRY_AFTER.mul_f64(1.1), "{gateway} {watched:?}: {found:?}");
        }
        assert!(least_poll_delay(GatewayId::Aigateway) == secs(3), "the gateway answers 304 to anything sooner");
    }

    #[test]
    fn what_the_gateway_asks_for_counts_more_than_anything_else() {
        let busy = Watched { polls: 40, too_early: 3, trouble: 5, age: secs(10_000), ..Watched::default() };
        for base in [Watched::default(), busy, Watched { learned: learned(90.0, 64), ..Watched::default() }] {
            for (gateway, asked, least, most) in [
                (GatewayId::Practice, 0.0, 1.0, 1.1),
                (GatewayId::Practice, 1.5, 1.5, 1.65),
                (GatewayId::Practice, 20.0, 20.0, 22.0),
                (GatewayId::Apiin, 7.0, 7.0, 7.7),
                (GatewayId::Aigateway, 0.7, 3.0, 3.3),
                (GatewayId::Aigateway, 600.0, 600.0, 660.0),
                (GatewayId::Aigateway, 1e9, 3_600.0, 3_960.0),
            ] {
                let hint = Some(seconds(asked));
                let found = delay(gateway, Watched { hint, ..base });
                assert!((least..=most).contains(&found), "{gateway} {asked} {base:?}: {found}");
            }
        }
    }

    #[test]
    fn too_early_answers_and_trouble_lengthen_the_wait() {
        let base = Watched { age: secs(200), ..Watched::default() };
        let at = |watched| delay(GatewayId::Aigateway, watched);
        assert!(at(Watched { too_early: 1, ..base }) >= 10.0);
        assert!((18.0..=20.0).contains(&at(Watched { trouble: 1, ..base })));
        assert!((27.0..=30.0).contains(&at(Watched { trouble: 60, ..base })));
    }

    #[test]
    fn a_job_that_outlives_all_others_is_looked_at_ever_more_rarely_but_without_end() {
        for learned in [None, learned(90.0, 64), learned(90.0, 10), learned(1_200.0, 64)] {
            let at = |age| delay(GatewayId::Apiin, Watched { polls: QUICK_LOOKS, age, learned, ..Watched::default() });
            let waits = [900, 2 * 3600, 8 * 3600, 24 * 3600, 48 * 3600].map(|age| at(secs(age + 3_000)));
            assert!(waits.is_sorted() && waits[4] > waits[0] * 10.0, "{waits:?}");
            assert!(at(secs(1 << 40)) <= 3_600.0);
            // A watch that has just begun anew is quick, however old its job is.
            let anew = Watched { polls: 0, age: secs(48 * 3600), learned, ..Watched::default() };
            assert!(delay(GatewayId::Apiin, anew) <= LONGEST_LEARNED.as_secs_f64());
        }
        // Ten days take hardly more looks than one, and a month hardly more than ten days.
        let looks = |days: u64| {
            let (mut age, mut polls, mut random) = (Duration::ZERO, 0, Random(5));
            while age < secs(days * 24 * 3600) {
                age += poll_delay(GatewayId::Apiin, Watched { polls, age, ..Watched::default() }, &mut random);
                polls += 1;
            }
            polls
        };
        let (day, ten_days, month) = (looks(1), looks(10), looks(30));
        assert!(day < 450 && ten_days < day + 300 && month < ten_days + 600, "{day} {ten_days} {month}");
    }

    #[test]
    fn history_replaces_looks_that_cannot_hear_anything() {
        let at = |age, learned| delay(GatewayId::Practice, Watched { age: secs(age), learned, ..Watched::default() });
        // One in a hundred ends within 37 s, so that is one wait, and the looks are closest around the median.
        assert!((30.0..=40.0).contains(&at(0, learned(90.0, 64))), "{}", at(0, learned(90.0, 64)));
        let waits = [40, 70, 90, 100].map(|age| at(age, learned(90.0, 64)));
        assert!(waits[0] < 12.0 && waits[2] < waits[0] && waits[2] < 6.0, "{waits:?}");
        // A gateway that became much faster is noticed within a minute.
        assert!((54.0..=60.0).contains(&at(0, learned(1_000.0, 64))));
    }

    #[test]
    fn history_counts_the_more_the_more_jobs_it_is_of() {
        let waits: Vec<f64> = (0..=64)
            .map(|count| delay(GatewayId::Practice, Watched { learned: learned(90.0, count), ..Watched::default() }))
            .collect();
        assert!(waits.is_sorted_by(|fewer, more| *more >= fewer * 0.97), "{waits:?}");
        assert!(waits.windows(2).all(|pair| pair[1] <= pair[0] * 1.3 + 0.1), "a jump: {waits:?}");
        assert!(waits[0] == 1.0 && waits[3] < 2.0 && waits[30] > 25.0, "{waits:?}");
    }

    #[test]
    fn the_look_that_hears_most_likely_goes_first() {
        let known = learned(90.0, 64);
        let of = |learned, seen, age, overdue| urgency(learned, secs(seen), secs(age), secs(overdue));
        // Never looked at: the older, the likelier it is over.
        assert!(of(known, 0, 40, 0) < of(known, 0, 90, 0) && of(known, 0, 90, 0) < of(known, 0, 200, 0));
        // Seen alive a moment ago: later than one of its age that was not looked at.
        assert!(of(known, 110, 120, 0) < of(known, 0, 120, 0));
        // A job of a quick kind before one of a slow kind of the same age.
        assert!(of(learned(300.0, 64), 0, 120, 0) < of(known, 0, 120, 0));
        // Without history the part of its life counts during which nobody looked.
        assert_eq!((of(None, 0, 50, 0), of(None, 50, 100, 0), of(None, 100, 100, 0)), (20, 10, 0));
        // Whoever waits in line for ten minutes is before all who do not.
        assert_eq!((of(known, 9_000, 9_010, 0), of(known, 9_000, 9_610, 600)), (0, 20));
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
