//! When the machine has to be woken next.

use std::time::Duration;

/// The earliest of the moments at which the machine has to be woken.
#[derive(Default)]
pub(super) struct Alarm(pub(super) Option<Duration>);

impl Alarm {
    pub(super) fn at(&mut self, moment: Duration) {
        self.0 = Some(self.0.map_or(moment, |earliest| earliest.min(moment)));
    }
}
