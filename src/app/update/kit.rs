//! What the tests of the window's rules share: inputs with a clock that stands still and chance that is known.

use super::{Now, apply};
use crate::app::{AppState, Effect, Effects, Input};
use crate::domain::UnixMillis;

/// The random bits of every input in tests.
pub(crate) const BITS: u64 = 7;

/// Applies an input at the state's own time.
pub(crate) fn put_all(state: &mut AppState, input: Input) -> Effects {
    let now = Now { time: state.now, random: BITS };
    apply(state, now, input)
}

/// The same; returns what the services are to do.
pub(crate) fn put(state: &mut AppState, input: Input) -> Vec<Effect> {
    put_all(state, input).services
}

/// Lets the clock go on to `time`.
pub(crate) fn tick(state: &mut AppState, time: UnixMillis) -> Vec<Effect> {
    apply(state, Now { time, random: BITS }, Input::Tick).services
}
