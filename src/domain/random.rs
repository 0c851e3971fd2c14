//! Chance without a source of its own: numbers and ids that follow from random bits which come from outside.
//!
//! Equal bits give equal numbers on every machine, so whatever is decided by them can be played again.

use std::time::Duration;

use uuid::Builder;

use super::id::{JobId, TraceId};
use super::time::UnixMillis;

/// A source of evenly spread numbers (SplitMix64), begun with random bits. Good for seeds, ids and waits; not for secrets.
#[derive(Clone, Copy, Debug)]
pub struct Random(pub u64);

impl Random {
    /// The next number, evenly spread over all 64 bits.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// The next number, over 32 bits.
    pub fn draw_u32(&mut self) -> u32 {
        (self.draw() >> 32) as u32
    }

    /// `delay` times a factor between `low` and `high`.
    pub fn stretch(&mut self, delay: Duration, low: f64, high: f64) -> Duration {
        let fraction = (self.draw() >> 11) as f64 / (1_u64 << 53) as f64;
        delay.mul_f64(low + (high - low) * fraction)
    }

    /// Names an order (UUID version 4).
    pub fn trace_id(&mut self) -> TraceId {
        let bits = (u128::from(self.draw()) << 64) | u128::from(self.draw());
        TraceId(Builder::from_random_bytes(bits.to_be_bytes()).into_uuid())
    }

    /// Names a job that is made at this moment (UUID version 7).
    pub fn job_id(&mut self, at: UnixMillis) -> JobId {
        self.id_in_place(at, 0)
    }

    /// Names `count` jobs that are made together. They sort by their order, and after every job of an earlier
    /// millisecond.
    pub fn job_ids(&mut self, at: UnixMillis, count: u16) -> Vec<JobId> {
        (0..count).map(|place| self.id_in_place(at, place)).collect()
    }

    fn id_in_place(&mut self, at: UnixMillis, place: u16) -> JobId {
        let mut bytes = [0; 10];
        // Version 7 leaves twelve bits for a counter between the time and the random part. What is beyond them is told
        // by the millisecond.
        let millis = u64::try_from(at.0).unwrap_or_default().saturating_add(u64::from(place >> 12));
        bytes[..2].copy_from_slice(&(place & 0x0FFF).to_be_bytes());
        bytes[2..].copy_from_slice(&self.draw().to_be_bytes());
        JobId(Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_orders_get_the_same_name() {
        let mut random = Random(7);
        let names: BTreeSet<_> = (0..100).map(|_| random.trace_id().0).collect();
        assert_eq!(names.len(), 100);
        assert!(names.iter().all(|name| name.get_version_num() == 4));
    }

    #[test]
    fn ids_are_version_7_sort_by_time_and_order_and_never_repeat() {
        let mut random = Random(7);
        let early = random.job_ids(UnixMillis(1_780_581_900_000), 12);
        let late = random.job_ids(UnixMillis(1_780_581_900_001), 12);
        let all: Vec<JobId> = early.iter().chain(&late).copied().collect();
        assert!(all.is_sorted(), "{all:?}");
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 24);
        assert!(all.iter().all(|id| id.0.get_version_num() == 7));
        let tails: BTreeSet<String> = all.iter().map(|id| id.short()).collect();
        assert_eq!(tails.len(), 24, "file names hold the last digits");
        let long = random.job_ids(UnixMillis(1_780_581_900_000), 10_000);
        assert!(long.is_sorted_by(|earlier, later| earlier < later), "a long list stays in its order");
        let other = Random(8).job_ids(UnixMillis(1_780_581_900_000), 12);
        assert!(early.iter().all(|id| !other.contains(id)), "other bits, other ids");
    }
}
