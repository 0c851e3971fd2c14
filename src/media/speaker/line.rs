//! What the speaker needs of a sound device.

use std::time::Instant;

/// Where sound can be played: a sound server, or what the system brings.
pub(super) trait Outlet: Send {
    /// Opens a line for samples of that rate (hertz) and number of channels (1 or 2). The error is a plain clause.
    fn open(&mut self, rate: u32, channels: u8) -> Result<Box<dyn Line>, String>;
}

/// A line on which sound is played. It falls silent when it is dropped.
pub(super) trait Line {
    /// Asks `fill` for the samples for which there is room, and hands them on. Waits for some hundredths of a second when there
    /// is none. After an error, a plain clause, the line is of no more use.
    fn pump(&mut self, fill: &mut dyn FnMut(&mut [f32])) -> Result<(), String>;

    /// How many samples of one channel were heard by this moment, by the device's own account; `None` until the first.
    /// It never becomes less.
    fn heard(&mut self, now: Instant) -> Option<u64>;
}
