//! Repeatable chance: equal seeds give equal numbers on every machine.

use crate::domain::random::Random;

/// A stream of numbers that begins with any bytes.
#[derive(Clone, Debug)]
pub(super) struct Chance(Random);

impl Chance {
    /// Starts from any bytes (FNV-1a), so that a changed letter changes everything.
    pub(super) fn of(parts: &[&[u8]]) -> Self {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for part in parts {
            // The length keeps ("ab", "c") apart from ("a", "bc").
            for byte in part.iter().copied().chain((part.len() as u64).to_le_bytes()) {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
            }
        }
        Self(Random(hash))
    }

    /// The next number of the stream, evenly spread over all 64 bits.
    pub(super) fn bits(&mut self) -> u64 {
        self.0.draw()
    }

    /// The next number from `low` up to `high`.
    pub(super) fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * ((self.bits() >> 40) as f32 / (1_u64 << 24) as f32)
    }
}
