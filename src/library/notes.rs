//! Small things about the library itself that it keeps beside its jobs: what was damaged, when it was checked, and where its
//! clips lie.

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::database::{keep, kept};
use super::error::LibraryError;
use crate::domain::{UnixMillis, path_text};

/// Name under which is stored how many lines of the job log, and how many rows, could not be read at the last thorough start.
const DAMAGE: &str = "damage";

/// Name under which is stored what was found to be damaged since the last thorough start.
pub(super) const DAMAGE_SEEN: &str = "damage_seen";

/// Name under which is stored when the whole library was checked last.
const CHECKED_AT: &str = "checked_at";

/// Name under which the clip folder of the last start is stored, to learn whether it was changed since.
const CLIP_FOLDER: &str = "clip_folder";

/// How many lines of the job log, and how many rows, could not be read when all were read last.
pub(super) fn known_damage(connection: &Connection) -> Result<(usize, usize), LibraryError> {
    let text = kept(connection, DAMAGE)?.unwrap_or_default();
    let mut numbers = text.split(' ').map(|number| number.parse().unwrap_or(0));
    Ok((numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)))
}

/// Whether the number of lines and rows that cannot be read is another than at the last thorough start, and not zero. Notes
/// it for the next one.
pub(super) fn is_new_damage(connection: &Connection, lines: usize, rows: usize) -> Result<bool, LibraryError> {
    let is_same = known_damage(connection)? == (lines, rows);
    if !is_same {
        keep(connection, DAMAGE, &format!("{lines} {rows}"))?;
    }
    Ok(!is_same && (lines, rows) != (0, 0))
}

/// Notes that something is damaged, so that the next start looks at everything.
pub(super) fn note_damage(connection: &Connection, what: &str) -> Result<(), LibraryError> {
    keep(connection, DAMAGE_SEEN, what)
}

/// Notes that the whole library was looked at now.
pub(super) fn note_checked(connection: &Connection) -> Result<(), LibraryError> {
    keep(connection, CHECKED_AT, &now().0.to_string())
}

/// Forgets what was found to be damaged, because everything was looked at since.
pub(super) fn forget_damage(connection: &Connection) -> Result<(), LibraryError> {
    if kept(connection, DAMAGE_SEEN)?.is_some() {
        connection.execute("DELETE FROM kept WHERE key = ?1", [DAMAGE_SEEN])?;
    }
    Ok(())
}

/// When the whole library was checked last.
pub(super) fn checked_at(connection: &Connection) -> Result<Option<UnixMillis>, LibraryError> {
    Ok(kept(connection, CHECKED_AT)?.and_then(|text| text.parse().ok()).map(UnixMillis))
}

/// The clip folder of the last start.
pub(super) fn clip_folder(connection: &Connection) -> Result<Option<PathBuf>, LibraryError> {
    Ok(kept(connection, CLIP_FOLDER)?.map(|text| path_text::from_text(&text)))
}

/// Notes that the clips with relative paths lie in this folder.
pub(super) fn keep_clip_folder(connection: &Connection, folder: &Path) -> Result<(), LibraryError> {
    keep(connection, CLIP_FOLDER, &path_text::to_text(folder))
}

/// The whole path of a folder, whether it is there or not.
pub(super) fn whole(folder: &Path) -> PathBuf {
    std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned())
}

/// The wall clock.
pub(super) fn now() -> UnixMillis {
    UnixMillis(jiff::Timestamp::now().as_millisecond())
}
