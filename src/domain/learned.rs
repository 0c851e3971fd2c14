//! What the newest finished jobs of one kind tell of the next one: how long it will take, and how likely it is to end now.
//!
//! The times are read as a log-logistic distribution, which is a log-normal one with a longer tail: its few formulas need
//! no tables, and the longer tail is the doubt that the past deserves. Half of it lies below the median, and the spread
//! comes from the two quantiles around it. So a job that ended while the program was not running, and that therefore
//! seems to have taken a night, moves neither.

use std::time::Duration;

use super::time::seconds;

/// How many finished jobs it takes until what they tell is believed entirely.
pub const FULLY_KNOWN: usize = 30;

/// ln(0.84 ÷ 0.16): how many units of scale the quantile at 84 % lies above the median.
const LOGIT_84: f64 = 1.658_228_076_603_532;

/// The spread that jobs of a kind are thought to have before any are known, and the number of jobs that this belief is worth.
const SPREAD_BEFORE: f64 = 0.5;
const WORTH_BEFORE: f64 = 2.0;

/// Times that are all alike are not believed to stay so, because a gateway that becomes faster is to be noticed soon.
const LEAST_SPREAD: f64 = 0.22;

/// No time is longer than this many seconds, some thirty years, so that every figure fits into its type.
const LONGEST: f64 = 1e9;

/// How long jobs of one kind take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Learned {
    /// The median in seconds.
    median: f64,
    /// Larger for times that are more alike: 4.7 where two of three jobs take 0.7 to 1.4 times the median.
    shape: f64,
    /// How far it is believed, from 0 to 1.
    weight: f64,
}

impl Learned {
    /// Learns from the times of finished jobs, in any order. `None` without any.
    pub fn of(times: impl IntoIterator<Item = Duration>) -> Option<Self> {
        let mut logs: Vec<f64> = times.into_iter().map(|time| time.as_secs_f64().clamp(0.1, LONGEST).ln()).collect();
        logs.sort_unstable_by(f64::total_cmp);
        let middle = quantile(&logs, 0.5)?;
        let found = (quantile(&logs, 0.84)? - quantile(&logs, 0.16)?) / 2.0;
        let count = logs.len() as f64;
        let variance = (count * found.powi(2) + WORTH_BEFORE * SPREAD_BEFORE.powi(2)) / (count + WORTH_BEFORE);
        Some(Self {
            median: middle.exp(),
            shape: LOGIT_84 / variance.sqrt().max(LEAST_SPREAD),
            weight: (count / FULLY_KNOWN as f64).min(1.0),
        })
    }

    /// How far this is to be believed, from 0 to 1; 1 from [`FULLY_KNOWN`] finished jobs on.
    pub fn weight(self) -> f64 {
        self.weight
    }

    /// The time that half of the jobs take at most.
    pub fn median(self) -> Duration {
        seconds(self.median)
    }

    /// The age below which `share` of the jobs end, for a share between 0.001 and 0.999.
    pub fn quantile(self, share: f64) -> Duration {
        let share = share.clamp(0.001, 0.999);
        seconds((self.median * (share / (1.0 - share)).powf(1.0 / self.shape)).min(LONGEST))
    }

    /// How likely a job of this age, not over yet, is to end within the next second: the hazard rate, in 1 ÷ s.
    pub fn hazard(self, age: Duration) -> f64 {
        let age = age.as_secs_f64().max(0.1);
        self.shape / age * (1.0 - self.survival(age))
    }

    /// How likely it is that a job that went on at the age `seen` is over at the later age `age`, from 0 to 1.
    pub fn chance_over(self, seen: Duration, age: Duration) -> f64 {
        let (then, now) = (self.survival(seen.as_secs_f64()), self.survival(age.as_secs_f64()));
        if then > 0.0 { (1.0 - now / then).clamp(0.0, 1.0) } else { 1.0 }
    }

    /// The share of jobs that take longer than so many seconds.
    fn survival(self, age: f64) -> f64 {
        1.0 / (1.0 + (age / self.median).powf(self.shape))
    }
}

/// The value below which `share` of sorted numbers lie, on the line between the two next to it.
fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let place = share * sorted.len().checked_sub(1)? as f64;
    let (below, above) = (sorted.get(place.floor() as usize)?, sorted.get(place.ceil() as usize)?);
    Some(below + (above - below) * place.fract())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn secs(secs: f64) -> Duration {
        seconds(secs)
    }

    /// Times whose logarithms are spread like those of a log-normal distribution, without chance.
    fn spread_times(median: f64, spread: f64, count: usize) -> Vec<Duration> {
        let at = |place: usize| (place as f64 + 0.5) / count as f64;
        // The logistic quantile, scaled to the spread that 84 of 100 lie below.
        (0..count)
            .map(|place| secs(median * (spread * (at(place) / (1.0 - at(place))).ln() / LOGIT_84).exp()))
            .collect()
    }

    #[test]
    fn the_median_and_the_ends_are_found_again() {
        let learned = Learned::of(spread_times(90.0, 0.35, 64)).expect("times");
        assert!((learned.median().as_secs_f64() - 90.0).abs() < 1.0, "{learned:?}");
        for (share, low, high) in [(0.02, 36.0, 41.0), (0.5, 89.0, 91.0), (0.84, 125.0, 131.0), (0.99, 230.0, 250.0)] {
            let found = learned.quantile(share).as_secs_f64();
            assert!((low..=high).contains(&found), "{share}: {found}");
        }
        assert!(Learned::of([]).is_none());
    }

    #[test]
    fn a_job_ends_most_likely_where_most_have_ended() {
        let learned = Learned::of(spread_times(90.0, 0.35, 64)).expect("times");
        let at = |age: f64| learned.hazard(secs(age));
        assert!(at(0.0) < 1e-6 && at(30.0) < at(60.0) && at(60.0) < at(90.0), "{learned:?}");
        // The longer a job has outlived the others, the less can be said of when it ends.
        assert!(at(1_000.0) < at(120.0) && at(100_000.0) < at(1_000.0) && at(1e12) > 0.0);
        let chance = |seen: f64, age: f64| learned.chance_over(secs(seen), secs(age));
        assert!(chance(0.0, 20.0) < 0.01 && (chance(0.0, 90.0) - 0.5).abs() < 0.02 && chance(0.0, 400.0) > 0.99);
        // Of two jobs of one age, the one that was not looked at for longer is over more likely.
        assert!(chance(90.0, 120.0) < chance(40.0, 120.0));
        assert_eq!(chance(120.0, 120.0), 0.0);
    }

    #[test]
    fn few_jobs_are_believed_little_and_thirty_entirely() {
        let weights: Vec<f64> = [1, 3, 15, 30, 64]
            .map(|count| Learned::of(spread_times(90.0, 0.35, count)).expect("times").weight())
            .to_vec();
        assert!(weights.is_sorted(), "{weights:?}");
        assert!(weights[0] < 0.05 && (weights[2] - 0.5).abs() < 1e-9 && weights[3] == 1.0 && weights[4] == 1.0);
        // A single job says nothing of the spread.
        let one = Learned::of([secs(90.0)]).expect("a time");
        assert!(one.quantile(0.02) < secs(50.0), "{one:?}");
    }

    #[test]
    fn nights_during_which_the_program_did_not_run_move_nothing() {
        let clean = Learned::of(spread_times(90.0, 0.35, 56)).expect("times");
        let nights = (0..8).map(|_| secs(8.0 * 3600.0));
        let mixed = Learned::of(spread_times(90.0, 0.35, 56).into_iter().chain(nights)).expect("times");
        let ratio = |share| mixed.quantile(share).as_secs_f64() / clean.quantile(share).as_secs_f64();
        assert!((0.75..=1.1).contains(&ratio(0.015)) && (1.0..=1.2).contains(&ratio(0.5)), "{mixed:?} {clean:?}");
    }

    proptest! {
        #[test]
        fn no_times_lead_to_a_panic_or_to_no_number(
            times in prop::collection::vec(any::<Duration>(), 1..80),
            ages in prop::array::uniform2(any::<Duration>()),
            share: f64,
        ) {
            let learned = Learned::of(times).expect("times");
            prop_assert!((0.0..=1.0).contains(&learned.weight()));
            prop_assert!(learned.quantile(share.abs()) <= secs(LONGEST));
            prop_assert!(learned.hazard(ages[0]).is_finite() && learned.hazard(ages[0]) >= 0.0);
            prop_assert!((0.0..=1.0).contains(&learned.chance_over(ages[0], ages[1])));
        }
    }
}
