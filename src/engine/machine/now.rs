//! The moment of a step: the clocks and the random bits that the machine is given, because it has none of its own.

use std::time::Duration;

use crate::domain::UnixMillis;

/// The clocks and the random bits of one step.
#[derive(Clone, Copy, Debug)]
pub struct Now {
    /// Wall clock; for times that are shown or stored, and to notice that the computer slept. Never for deadlines.
    pub wall: UnixMillis,
    /// Time since the engine started, which only grows. May stand still while the computer sleeps.
    pub monotonic: Duration,
    /// Fresh random bits, by which waits are spread.
    pub random: u64,
}
