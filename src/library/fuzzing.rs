//! A door for the fuzz targets in `fuzz/` to the parsers of this room. Nothing else goes through it.

use super::intents;

/// How many jobs a job log of these bytes holds, and how many of its lines cannot be read.
pub fn job_log(bytes: &[u8]) -> (usize, usize) {
    let (copies, unreadable) = intents::parse(bytes);
    (copies.len(), unreadable)
}
