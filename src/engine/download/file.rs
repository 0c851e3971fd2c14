//! The part file itself, as a blocking thread works with it.

use std::fs::File;
use std::io;
use std::path::PathBuf;

use sha2::Sha256;

use super::recipe;
use super::task::DownloadLimits;
use crate::domain::job::PartFile;
use crate::domain::{JobId, Sha256Hex};
use crate::engine::disk::{check_room, has_other_names, hash_start, words_for_saving};

/// Why the part file cannot be written or used, as a clause for the user.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum PartError {
    /// The disk does not take it.
    #[error("{0}")]
    Disk(String),
    /// The file is complete, but it is not a film.
    #[error("{0}")]
    NoMovie(String),
}

/// The part file itself, for the thread that works with it.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) file: Option<File>,
    pub(super) path: PathBuf,
    /// The running hash of the bytes that the gateway served.
    pub(super) hash: Sha256,
    pub(super) behind: Behind,
    /// What an earlier try brought from the first byte on, before this one began anew: how many bytes, and their hash.
    pub(super) before: Option<(u64, Sha256Hex)>,
}

/// What follows in the file after the bytes that the gateway served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Behind {
    /// Nothing; the recipe is still to be written.
    Nothing,
    /// The recipe, completely written.
    Recipe,
    /// Nothing, and it stays so: the file has its final name already, beside that of the part.
    NamedWithout,
}

/// Runs `work` on a blocking thread. A panic in it counts as a disk error, so that the job lives on.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, PartError> + Send + 'static,
) -> Result<T, PartError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(_) => Err(interrupted()),
    }
}

/// What is said when the thread that writes has ended before its work.
pub(super) fn interrupted() -> PartError {
    PartError::Disk("writing it was interrupted".to_owned())
}

impl Open {
    /// Fails when the disk of the clip folder has no room for `rest` more bytes beside the reserve; where the rest is not
    /// known, for `step` bytes.
    pub(super) fn check_room(&self, limits: &DownloadLimits, rest: Option<u64>, step: u64) -> Result<(), PartError> {
        let free = self.path.parent().and_then(|folder| limits.free_space.bytes_in(folder));
        check_room(free, rest, step, limits.reserve_bytes).map_err(PartError::Disk)
    }

    /// Takes up a file that an earlier try left, as far as that is safe. Returns `false` when it is not and the
    /// download has to begin anew.
    pub(super) fn take_up(&mut self, mut file: File, record: &mut PartFile, job: JobId) -> io::Result<bool> {
        let length = file.metadata()?.len();
        // The recipe proves that the film before it is whole, also where the record is older.
        if length > record.verified_bytes
            && let Some(found) = recipe::find(&mut file, job)?
        {
            record.verified_bytes = found.served_bytes;
            record.total_bytes = Some(found.served_bytes);
            self.hash = found.hash;
            self.behind = Behind::Recipe;
        } else if has_other_names(&file)? {
            // Named, but not stored as ready. It may be a finished clip, so nothing is written to it.
            if length != record.verified_bytes || record.total_bytes != Some(length) {
                return Ok(false);
            }
            self.hash = hash_start(&mut file, length)?;
            self.behind = Behind::NamedWithout;
        } else {
            file.set_len(record.verified_bytes)?;
            self.hash = hash_start(&mut file, record.verified_bytes)?;
        }
        self.file = Some(file);
        Ok(true)
    }
}

/// A disk error in the words of a download.
pub(super) fn disk(error: &io::Error) -> PartError {
    PartError::Disk(words_for_saving(error))
}

/// Part files for tests.
#[cfg(test)]
pub(super) mod samples {
    use sha2::Digest as _;

    use super::*;
    use crate::domain::recipe::samples::ready;

    /// The job whose clip is fetched.
    pub(in super::super) fn job() -> JobId {
        ready().id
    }

    /// A new empty part file.
    pub(in super::super) fn open_file(path: &std::path::Path) -> Open {
        let file = File::create_new(path).expect("a new file");
        Open { file: Some(file), path: path.to_owned(), hash: Sha256::new(), behind: Behind::Nothing, before: None }
    }
}
