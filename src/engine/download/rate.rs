//! When a download counts as stalled: a rule over bytes and time, without a clock of its own.

use std::collections::VecDeque;
use std::time::Duration;

/// How slow a media host may be before its download gives up its place and goes on later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimits {
    /// Longest time without a byte.
    pub silence: Duration,
    /// The time over which the rate is measured.
    pub window: Duration,
    /// Bytes that have to come within each such time.
    pub window_bytes: u64,
}

impl Default for RateLimits {
    /// A byte every 30 s, and 1 kB/s over 60 s.
    fn default() -> Self {
        Self { silence: Duration::from_secs(30), window: Duration::from_secs(60), window_bytes: 60_000 }
    }
}

/// Into how many parts a window is divided at least; a rate is measured over a window and at most one part more.
const PARTS: u32 = 60;

/// What has come of one answer so far, and when. Its memory is bounded, whatever comes.
#[derive(Debug)]
pub(super) struct Rate {
    limits: RateLimits,
    /// Ends of parts of a window, and the bytes that had come until then; rising, the first at or before the beginning of
    /// the window.
    marks: VecDeque<(Duration, u64)>,
    /// When the last byte came.
    last: Duration,
    /// All bytes that have come.
    bytes: u64,
}

impl Rate {
    /// An answer of which nothing has come yet. Moments are counted from here.
    pub(super) fn new(limits: RateLimits) -> Self {
        Self { limits, marks: VecDeque::from([(Duration::ZERO, 0)]), last: Duration::ZERO, bytes: 0 }
    }

    /// More bytes have come at this moment, which is not before the last one.
    pub(super) fn came(&mut self, at: Duration, bytes: u64) {
        if bytes == 0 {
            return;
        }
        self.bytes = self.bytes.saturating_add(bytes);
        self.last = at;
        let part = (self.limits.window / PARTS).max(Duration::from_nanos(1));
        // Bytes count as if they had come at the end of their part, which is in favor of the host.
        let parts = u32::try_from(at.as_nanos().div_ceil(part.as_nanos())).unwrap_or(u32::MAX);
        let end = part.saturating_mul(parts);
        match self.marks.back_mut() {
            Some((moment, count)) if *moment == end => *count = self.bytes,
            _ => self.marks.push_back((end, self.bytes)),
        }
        let begin = at.saturating_sub(self.limits.window);
        while self.marks.get(1).is_some_and(|second| second.0 <= begin) {
            self.marks.pop_front();
        }
    }

    /// For how long from this moment on nothing may come until the download counts as stalled. Zero: it does so now.
    ///
    /// It is stalled when no byte came for [`RateLimits::silence`], or when fewer than [`RateLimits::window_bytes`] came
    /// within the last [`RateLimits::window`]. A download that is younger than the window is judged by the first rule
    /// only.
    pub(super) fn time_left(&self, now: Duration) -> Duration {
        let silent_at = self.last.saturating_add(self.limits.silence);
        // With these marks behind the window, too few bytes are inside of it.
        let crucial = self.marks.iter().find(|(_, count)| count.saturating_add(self.limits.window_bytes) > self.bytes);
        let slow_at = crucial.map_or(Duration::MAX, |(moment, _)| moment.saturating_add(self.limits.window));
        silent_at.min(slow_at).saturating_sub(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// The second at which a download counts as stalled when these bytes come in its seconds 1, 2, 3, …
    fn stalls_at(seconds: &[u64]) -> Option<u32> {
        let mut rate = Rate::new(RateLimits::default());
        for (second, bytes) in (1..).zip(seconds) {
            let (before, now) = (SECOND * (second - 1), SECOND * second);
            let stalls_at = before + rate.time_left(before);
            if stalls_at < now || (stalls_at == now && *bytes == 0) {
                return Some(stalls_at.as_secs_f64().ceil() as u32);
            }
            rate.came(now, *bytes);
            assert!(rate.marks.len() <= PARTS as usize + 2, "memory is bounded");
        }
        None
    }

    #[test]
    fn silence_and_a_trickle_are_stalls_and_slow_lines_are_none() {
        let repeat = |pattern: &[u64], times: usize| pattern.repeat(times);
        let then = |first: Vec<u64>, second: Vec<u64>| [first, second].concat();
        let beat = |every: usize, bytes: u64| then(vec![0; every - 1], vec![bytes]);
        for (what, seconds, expected) in [
            ("nothing at all", repeat(&[0], 100), Some(30)),
            ("a fast line", repeat(&[5_000_000], 100), None),
            ("fast, then silent", then(repeat(&[5_000_000], 10), repeat(&[0], 100)), Some(40)),
            ("29 s of silence again and again", repeat(&beat(29, 100_000), 20), None),
            ("30 s of silence", repeat(&beat(31, 100_000), 3), Some(30)),
            ("a byte a second", repeat(&[1], 200), Some(60)),
            ("a byte every 29 s", repeat(&beat(29, 1), 10), Some(60)),
            ("999 bytes a second", repeat(&[999], 200), Some(60)),
            ("1000 bytes a second", repeat(&[1000], 600), None),
            ("60 kB once a minute is silence", repeat(&beat(60, 60_000), 5), Some(30)),
            ("30 kB twice a minute", repeat(&beat(29, 30_000), 20), None),
            ("fast for a second, then a trickle", then(vec![5_000_000], repeat(&[10], 200)), Some(61)),
            ("a trickle that gets well in time", then(repeat(&[10], 55), repeat(&[50_000], 100)), None),
            ("an hour at a slow rate, then a trickle", then(repeat(&[2000], 3600), repeat(&[10], 100)), Some(3631)),
        ] {
            let found = stalls_at(&seconds);
            // A rate may be measured over one part of the window more.
            let fits = match (found, expected) {
                (Some(found), Some(expected)) => (expected..=expected + 1).contains(&found),
                (found, expected) => found == expected,
            };
            assert!(fits, "{what}: stalled at {found:?}, expected {expected:?}");
        }
    }

    #[test]
    fn many_small_pieces_are_told_by_their_sum() {
        let mut rate = Rate::new(RateLimits::default());
        for millis in 0..200_000_u64 {
            let now = Duration::from_millis(millis);
            assert!(!rate.time_left(now).is_zero(), "{now:?}");
            rate.came(now, 20);
        }
        assert!(rate.marks.len() <= PARTS as usize + 2);
        assert_eq!(rate.time_left(Duration::from_secs(200)), Duration::from_millis(29_999));
    }
}
