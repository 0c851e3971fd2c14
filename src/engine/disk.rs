//! What downloads, clip files and the rebuild of a library share about the disk: free file names, flushes of folders, the hash
//! of a file's beginning, and plain words for disk errors.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

/// The numbers that are tried for one file name, as in `name.mp4`, `name (2).mp4`, …, before the file is given up.
pub(super) const NAME_NUMBERS: std::ops::Range<u32> = 1..1000;

/// Bytes that are read in one go to compute a hash.
const HASH_BUFFER_BYTES: usize = 256 << 10;

/// Bytes that downloads leave free on the disk: 256 MiB. On a disk that is really full not even the id of a job could be
/// stored, and an order would be lost with it.
pub const RESERVE_BYTES: u64 = 256 << 20;

/// Tells how many bytes a user may still write to the disk of a folder.
#[derive(Clone)]
pub struct FreeSpace(Arc<Ask>);

/// Tells the free bytes at a path; `None` where the system does not say.
type Ask = dyn Fn(&Path) -> Option<u64> + Send + Sync;

impl FreeSpace {
    /// What the system says. Not every system does.
    pub fn of_system() -> Self {
        Self(Arc::new(free_bytes))
    }

    /// What `tell` says, for tests. `None` means that it is not known.
    pub fn told_by(tell: impl Fn(&Path) -> Option<u64> + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    /// The free bytes in an existing folder; `None` when nobody knows.
    pub fn bytes_in(&self, folder: &Path) -> Option<u64> {
        (self.0)(folder)
    }
}

impl fmt::Debug for FreeSpace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FreeSpace")
    }
}

#[cfg(unix)]
fn free_bytes(folder: &Path) -> Option<u64> {
    let space = rustix::fs::statvfs(folder).ok()?;
    Some(space.f_bavail.saturating_mul(space.f_frsize))
}

/// On this system the disk says that it is full only while a file is written.
#[cfg(not(unix))]
fn free_bytes(_folder: &Path) -> Option<u64> {
    None
}

/// Whether a clip may be written on, as a clause for the user where not. `free` is what the disk has left, `rest` what the clip
/// still needs; both are `None` where nobody knows. At least `step` bytes are about to be written when the rest is not known, and
/// `reserve` bytes have to stay free afterwards. Pure.
pub(super) fn check_room(free: Option<u64>, rest: Option<u64>, step: u64, reserve: u64) -> Result<(), String> {
    let needed = rest.unwrap_or(step);
    if needed == 0 || free.is_none_or(|free| free >= needed.saturating_add(reserve)) {
        return Ok(());
    }
    let kept = reserve.div_ceil(1_000_000);
    Err(match rest {
        Some(rest) => {
            let rest = rest.div_ceil(1_000_000);
            format!("the disk is full (the clip needs {rest} MB, and {kept} MB are left free for the library)")
        }
        None => format!("the disk is full ({kept} MB are left free for the library)"),
    })
}

/// The file name with a number in front of its extension: `name.mp4` for 1, `name (2).mp4` for 2, and so on.
pub(super) fn numbered(file_name: &str, number: u32) -> String {
    match (number, file_name.rsplit_once('.')) {
        (1, _) => file_name.to_owned(),
        (_, Some((stem, extension))) => format!("{stem} ({number}).{extension}"),
        (_, None) => format!("{file_name} ({number})"),
    }
}

/// The error when each name of [`NAME_NUMBERS`] is taken.
pub(super) fn no_free_name() -> io::Error {
    io::Error::new(io::ErrorKind::AlreadyExists, "all names for it are taken")
}

/// Removes a file. That there is none is no error.
pub(super) fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Flushes a folder, so that a new name in it survives a power cut. Not every system can do that; a failure is only logged.
pub(super) fn sync_folder(folder: &Path) {
    if let Err(error) = File::open(folder).and_then(|folder| folder.sync_all()) {
        tracing::debug!(%error, "the clip folder could not be flushed");
    }
}

/// Flushes the folder in which a file lies, as [`sync_folder`] does.
pub(super) fn sync_parent(path: &Path) {
    if let Some(folder) = path.parent() {
        sync_folder(folder);
    }
}

/// Opens a regular file of at least `least` bytes (and not an empty one) for reading and writing; `None` when there is none.
/// A link that was planted under the name is not followed: what was opened has to be what stands there.
pub(super) fn open_existing(path: &Path, least: u64) -> io::Result<Option<File>> {
    let seen = match fs::symlink_metadata(path) {
        Ok(seen) => seen,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    if !seen.is_file() || least == 0 || seen.len() < least {
        return Ok(None);
    }
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, rustix::fs::OFlags::NOFOLLOW.bits().cast_signed());
    let file = options.open(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let opened = file.metadata()?;
        if (opened.dev(), opened.ino()) != (seen.dev(), seen.ino()) {
            return Ok(None);
        }
    }
    Ok(Some(file))
}

/// Whether the file has more than one name (hard links).
#[cfg(unix)]
pub(super) fn has_other_names(file: &File) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    Ok(file.metadata()?.nlink() > 1)
}

/// Whether the file has more than one name, which the standard library does not tell on this system: always `false`.
#[cfg(not(unix))]
pub(super) fn has_other_names(_file: &File) -> io::Result<bool> {
    Ok(false)
}

/// The SHA-256 of the first `length` bytes of a file, to be continued or finished. The file is read from there on afterwards. A
/// file that is shorter is hashed to its end.
pub(super) fn hash_start(file: &mut File, length: u64) -> io::Result<Sha256> {
    file.seek(SeekFrom::Start(0))?;
    let mut hash = Sha256::new();
    let mut rest = file.take(length);
    let mut buffer = vec![0; HASH_BUFFER_BYTES];
    loop {
        match rest.read(&mut buffer)? {
            0 => return Ok(hash),
            count => hash.update(&buffer[..count]),
        }
    }
}

/// Why a download could not be written, as a clause that follows "the clip could not be saved: ".
pub(super) fn words_for_saving(error: &io::Error) -> String {
    use io::ErrorKind as Kind;
    match error.kind() {
        Kind::PermissionDenied => "the clip folder may not be written".to_owned(),
        Kind::NotFound | Kind::NotADirectory => "the clip folder is not there".to_owned(),
        Kind::FileTooLarge => "the disk does not take files of this size".to_owned(),
        _ => words(error),
    }
}

/// Why a finished clip could not be moved, as a clause that follows "the clip was not moved: ".
pub(super) fn words_for_moving(error: &io::Error) -> String {
    use io::ErrorKind as Kind;
    match error.kind() {
        Kind::PermissionDenied => "its folder may not be written".to_owned(),
        Kind::NotADirectory | Kind::AlreadyExists => "a file of that name is in the way".to_owned(),
        Kind::ResourceBusy => "another program is using it".to_owned(),
        _ => words(error),
    }
}

/// What a disk error is called wherever it comes up.
fn words(error: &io::Error) -> String {
    use io::ErrorKind as Kind;
    match error.kind() {
        Kind::StorageFull => "the disk is full".to_owned(),
        Kind::QuotaExceeded => "the disk quota is used up".to_owned(),
        Kind::ReadOnlyFilesystem => "the disk is read-only".to_owned(),
        Kind::InvalidFilename => "the disk does not take its name".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reserve_stays_free() {
        const MB: u64 = 1_000_000;
        for (free, rest, is_room) in [
            (None, Some(500 * MB), true),
            (None, None, true),
            (Some(368 * MB), Some(100 * MB), false),
            (Some(369 * MB), Some(100 * MB), true),
            (Some(0), Some(1), false),
            // What is all there needs no room.
            (Some(0), Some(0), true),
            (Some(272 * MB), None, false),
            (Some(273 * MB), None, true),
            (Some(u64::MAX), Some(u64::MAX), true),
            (Some(u64::MAX - 1), Some(u64::MAX), false),
        ] {
            assert_eq!(check_room(free, rest, 4 << 20, RESERVE_BYTES).is_ok(), is_room, "{free:?} {rest:?}");
        }
        let said = check_room(Some(0), Some(12_300_000), 4 << 20, RESERVE_BYTES).expect_err("no room");
        assert_eq!(said, "the disk is full (the clip needs 13 MB, and 269 MB are left free for the library)");
    }

    #[cfg(unix)]
    #[test]
    fn the_system_tells_what_is_free() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(FreeSpace::of_system().bytes_in(folder.path()).is_some_and(|free| free > 0));
        assert_eq!(FreeSpace::of_system().bytes_in(&folder.path().join("none")), None);
    }
}
