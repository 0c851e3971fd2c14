//! How many orders a gateway takes at once, learned from its refusals: fewer at once after one, and one more again from
//! time to time, never more than the user set.

use std::time::Duration;

/// After so many orders that were accepted, one more is tried at once.
const GROWS_AFTER_ORDERS: u32 = 6;

/// After so long, one more is tried at once.
const GROWS_AFTER: Duration = Duration::from_secs(10 * 60);

/// What was learned of one gateway. All times are monotonic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct LearnedLimit(Option<Learned>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Learned {
    /// So many at once went well.
    orders: usize,
    /// Since when.
    since: Duration,
    /// Orders that were accepted since then.
    accepted: u32,
}

impl LearnedLimit {
    /// The gateway refused one more order while this many of ours were in flight there. When there was none, the refusal
    /// tells nothing of their number.
    pub(super) fn refused(&mut self, in_flight: usize, set: usize, now: Duration) {
        if in_flight > 0 {
            let orders = in_flight.min(self.in_force(set, now)).max(1);
            self.0 = Some(Learned { orders, since: now, accepted: 0 });
        }
    }

    /// The gateway took an order.
    pub(super) fn accepted(&mut self, set: usize, now: Duration) {
        let orders = self.in_force(set, now);
        let Some(learned) = self.0.as_mut() else { return };
        if orders > learned.orders {
            // It had grown by time.
            (learned.orders, learned.since) = (orders, now);
        }
        learned.accepted += 1;
        if learned.accepted >= GROWS_AFTER_ORDERS {
            *learned = Learned { orders: orders + 1, since: now, accepted: 0 };
        }
        if learned.orders >= set {
            self.0 = None;
        }
    }

    /// How many orders may be in flight now, where the user set `set`.
    pub(super) fn in_force(&self, set: usize, now: Duration) -> usize {
        let Some(learned) = self.0 else { return set };
        let grown = now.saturating_sub(learned.since).as_secs() / GROWS_AFTER.as_secs();
        learned.orders.saturating_add(usize::try_from(grown).unwrap_or(usize::MAX)).min(set)
    }

    /// When one more may be tried; `None` while the user's own number is in force.
    pub(super) fn grows_at(&self, set: usize, now: Duration) -> Option<Duration> {
        let learned = self.0.filter(|_| self.in_force(set, now) < set)?;
        let grown = now.saturating_sub(learned.since).as_secs() / GROWS_AFTER.as_secs();
        Some(learned.since + GROWS_AFTER * u32::try_from(grown + 1).unwrap_or(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    enum Said {
        Refused(usize),
        Accepted(u32),
        Minutes(u64),
    }

    #[test]
    fn a_refusal_lowers_the_limit_and_it_grows_again_by_one() {
        use Said::{Accepted, Minutes, Refused};
        for (name, set, story, expected) in [
            ("nothing happened", 4, vec![], 4),
            ("none in flight", 4, vec![Refused(0)], 4),
            ("at the third", 4, vec![Refused(2)], 2),
            ("at the second", 4, vec![Refused(1)], 1),
            ("more than set", 2, vec![Refused(5)], 2),
            ("and again", 4, vec![Refused(3), Refused(1)], 1),
            ("not up by a refusal", 4, vec![Refused(1), Refused(3)], 1),
            ("five orders", 4, vec![Refused(2), Accepted(5)], 2),
            ("six orders", 4, vec![Refused(2), Accepted(6)], 3),
            ("twelve orders", 4, vec![Refused(2), Accepted(12)], 4),
            ("never above what is set", 4, vec![Refused(2), Accepted(99), Minutes(999)], 4),
            ("nine minutes", 4, vec![Refused(1), Minutes(9)], 1),
            ("ten minutes", 4, vec![Refused(1), Minutes(10)], 2),
            ("an hour", 4, vec![Refused(1), Minutes(60)], 4),
            ("time and orders", 4, vec![Refused(1), Minutes(10), Accepted(6)], 3),
            ("again after growth", 4, vec![Refused(1), Minutes(20), Refused(2)], 2),
        ] {
            let mut now = Duration::from_secs(5);
            let mut limit = LearnedLimit::default();
            for said in story {
                match said {
                    Refused(in_flight) => limit.refused(in_flight, set, now),
                    Accepted(number) => (0..number).for_each(|_| limit.accepted(set, now)),
                    Minutes(minutes) => now += Duration::from_secs(60 * minutes),
                }
            }
            assert_eq!(limit.in_force(set, now), expected, "{name}");
            match limit.grows_at(set, now) {
                None => assert_eq!(expected, set, "{name}"),
                Some(moment) => {
                    assert!(moment > now, "{name}");
                    assert_eq!(limit.in_force(set, moment), expected + 1, "{name}");
                }
            }
        }
    }
}
