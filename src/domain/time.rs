//! Wall-clock time as a plain value. The domain never reads a clock; the edges hand times in.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A moment of the wall clock, in milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnixMillis(pub i64);

impl UnixMillis {
    /// Time that passed from `earlier` to `self`; zero when the clock was set back in between.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The moment `delay` after `self`, saturating at the end of time.
    pub fn after(self, delay: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(delay.as_millis()).unwrap_or(i64::MAX)))
    }
}

/// So many seconds as a duration. What is no time, such as a negative number, is none; what is longer than a year is a
/// year.
pub fn seconds(secs: f64) -> Duration {
    const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);
    let longest = if secs > 0.0 { YEAR } else { Duration::ZERO };
    Duration::try_from_secs_f64(secs).map_or(longest, |time| time.min(YEAR))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_set_back_gives_no_negative_time() {
        assert_eq!(UnixMillis(1_000).since(UnixMillis(5_000)), Duration::ZERO);
        assert_eq!(UnixMillis(5_000).since(UnixMillis(1_000)), Duration::from_secs(4));
    }

    #[test]
    fn any_number_of_seconds_is_a_duration() {
        for (secs, expected) in [
            (0.0, Duration::ZERO),
            (1.5, Duration::from_millis(1500)),
            (-1.0, Duration::ZERO),
            (f64::NAN, Duration::ZERO),
            (f64::NEG_INFINITY, Duration::ZERO),
            (f64::INFINITY, Duration::from_secs(31_536_000)),
            (1e300, Duration::from_secs(31_536_000)),
        ] {
            assert_eq!(seconds(secs), expected, "{secs}");
        }
    }

    #[test]
    fn adding_saturates() {
        assert_eq!(UnixMillis(i64::MAX).after(Duration::from_secs(1)), UnixMillis(i64::MAX));
    }
}
