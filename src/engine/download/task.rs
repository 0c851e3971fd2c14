//! What a download is given to fetch, and what it reports on its way.

use std::path::PathBuf;

use url::Url;

use super::rate::RateLimits;
use crate::domain::job::PartFile;
use crate::domain::{Job, UnixMillis};
use crate::engine::disk::{FreeSpace, RESERVE_BYTES};

/// Largest clip that is taken by default, in bytes, whatever a server says: 4 GiB.
pub const MAX_CLIP_BYTES: u64 = 4 << 30;

/// One clip to fetch: from where, into which folder, and under which name. What an earlier try left is in [`Job::part`].
#[derive(Debug)]
pub struct DownloadTask {
    /// The job as it is now. Its id is named in reports, and its recipe goes into the file.
    pub job: Box<Job>,
    /// Address of the clip. It may hold a signature, so it is never stored.
    pub link: Url,
    /// The clip folder. It is made if it is not there.
    pub folder: PathBuf,
    /// The file name that the clip will have. Where it is taken, a number is added.
    pub file_name: String,
    /// Largest length that is accepted, in bytes.
    pub max_bytes: u64,
    /// What else a download may take.
    pub limits: DownloadLimits,
    /// Reads the wall clock, for the time that the recipe names.
    pub clock: fn() -> UnixMillis,
}

/// What a download may take: of time, and of the disk.
#[derive(Clone, Debug)]
pub struct DownloadLimits {
    /// How slow the media host may be.
    pub rate: RateLimits,
    /// Bytes that stay free on the disk of the clip folder, so that the library can still be written.
    pub reserve_bytes: u64,
    /// Tells how many bytes are free there.
    pub free_space: FreeSpace,
}

impl Default for DownloadLimits {
    /// The usual rate, a reserve of 256 MiB, and the free space that the system tells.
    fn default() -> Self {
        Self { rate: RateLimits::default(), reserve_bytes: RESERVE_BYTES, free_space: FreeSpace::of_system() }
    }
}

/// What a running download reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Report {
    /// Bytes that have arrived, and the full length where the server stated it.
    Progress(u64, Option<u64>),
    /// What was flushed to the disk, so that a restart may go on from there.
    Checkpoint(PartFile),
}
