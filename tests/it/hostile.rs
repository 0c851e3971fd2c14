//! Files and words that mean harm: pictures for the picker, films for the parser and the decoder, text for the screen. Each
//! table prints how many of its cases were refused or tamed, with the worst time and memory.

mod links;
mod movies;
mod pictures;
mod planted;
mod words;

use std::time::Duration;

/// What one hostile input may take, in a build with optimization; slower builds get more.
fn bound(millis: u64) -> Duration {
    Duration::from_millis(if cfg!(debug_assertions) { millis * 20 } else { millis })
}

/// The most memory that this process had since [`forget_peak`], in bytes. `None` where that cannot be told, and where other
/// tests run in the same process.
fn peak_bytes() -> Option<u64> {
    let is_alone = std::env::var_os("NEXTEST").is_some();
    let status = std::fs::read_to_string("/proc/self/status").ok().filter(|_| is_alone)?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

/// Begins to count [`peak_bytes`] anew, from the memory that is used now. Returns that.
fn forget_peak() -> Option<u64> {
    std::fs::write("/proc/self/clear_refs", "5").ok()?;
    peak_bytes()
}

/// What a hostile input took at most.
#[derive(Default)]
struct Worst {
    time: Duration,
    bytes: u64,
}

impl Worst {
    /// Runs `work` and takes note of what it took. Returns that with its result.
    fn of<T>(&mut self, work: impl FnOnce() -> T) -> (T, Duration, u64) {
        let before = forget_peak();
        let began = std::time::Instant::now();
        let result = work();
        let time = began.elapsed();
        let bytes = peak_bytes().zip(before).map_or(0, |(peak, before)| peak.saturating_sub(before));
        self.time = self.time.max(time);
        self.bytes = self.bytes.max(bytes);
        (result, time, bytes)
    }
}

impl std::fmt::Display for Worst {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "worst {} ms, {} KiB", self.time.as_millis(), self.bytes / 1024)
    }
}
