//! Whether a library is the very one that was open here last, or was restored, copied or brought to another computer.
//!
//! Of a copy nobody knows what the original has sent since. So a small file in the library names the place in which it was
//! open last, and when that is another one now, its queued orders wait for a word of the user.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::domain::{Sha256Hex, path_text};
use crate::library::{self, Paths};

/// The name of the file, in the data folder of the library.
const FILE: &str = "whereabouts.json";

/// Files that name the computer, or its installation, on the systems that have one.
const MACHINE_FILES: [&str; 2] = ["/etc/machine-id", "/var/lib/dbus/machine-id"];

/// Where a library lies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Whereabouts {
    /// The data folder, without links.
    #[serde(with = "path_text")]
    folder: PathBuf,
    /// Device and number of the folder, and number of the database file; `None` where the system has none.
    numbers: Option<Numbers>,
    /// A hash of what names this computer; `None` where nothing does.
    machine: Option<String>,
}

/// How a file system names the folder and the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Numbers {
    device: u64,
    folder: u64,
    database: Option<u64>,
}

impl Whereabouts {
    /// Where the library of these paths lies now. The folder has to exist.
    fn now(paths: &Paths) -> io::Result<Self> {
        let folder = fs::canonicalize(&paths.data)?;
        let numbers = numbers(&folder, &paths.database());
        let machine = MACHINE_FILES.iter().find_map(|file| {
            let id = fs::read_to_string(file).ok().filter(|id| !id.trim().is_empty())?;
            // The id itself is not to leave the computer with the library.
            Some(Sha256Hex::of(format!("rushes {}", id.trim()).as_bytes()).to_string())
        });
        Ok(Self { folder, numbers, machine })
    }

    /// Whether the library that lay here before is this very one. A folder that was renamed is; one that was copied is not.
    fn is_same_as(&self, before: &Self) -> bool {
        if self.machine != before.machine {
            return false;
        }
        match (self.numbers, before.numbers) {
            (Some(now), Some(then)) => {
                let is_same_place = now.folder == then.folder
                    // Devices are numbered anew at some starts of the computer; then the path has to be the same.
                    && (now.device == then.device || self.folder == before.folder);
                // Made after the last note of it, or gone.
                let is_same_database =
                    now.database.is_none() || then.database.is_none() || now.database == then.database;
                is_same_place && is_same_database
            }
            _ => self.folder == before.folder,
        }
    }
}

#[cfg(unix)]
fn numbers(folder: &Path, database: &Path) -> Option<Numbers> {
    use std::os::unix::fs::MetadataExt as _;

    let meta = fs::metadata(folder).ok()?;
    let database = fs::metadata(database).ok().map(|meta| meta.ino());
    Some(Numbers { device: meta.dev(), folder: meta.ino(), database })
}

#[cfg(not(unix))]
fn numbers(_folder: &Path, _database: &Path) -> Option<Numbers> {
    None
}

/// What a look at a library shows.
#[derive(Clone, Debug, Default)]
pub(super) struct Look {
    /// Whether it was restored, copied or brought here since it was open last.
    pub(super) is_moved: bool,
    /// What is to be noted of it, once its orders are held: see [`Look::note`].
    news: Option<(PathBuf, Whereabouts)>,
}

impl Look {
    /// Looks at an open library, whose folder exists. A library that never was looked at, because it is new or comes from an
    /// older version, counts as being where it was; a note that cannot be read does not.
    pub(super) fn at(paths: &Paths) -> Self {
        let file = paths.data.join(FILE);
        let now = match Whereabouts::now(paths) {
            Ok(now) => now,
            Err(err) => {
                tracing::warn!(%err, "it cannot be told where the library lies");
                return Self { is_moved: true, news: None };
            }
        };
        let before = match fs::read(&file) {
            Ok(bytes) => serde_json::from_slice::<Whereabouts>(&bytes).map_err(|err| err.to_string()),
            Err(err) if err.kind() == io::ErrorKind::NotFound => Ok(now.clone()),
            Err(err) => Err(err.to_string()),
        };
        let is_moved = match &before {
            Ok(before) => !now.is_same_as(before),
            Err(err) => {
                tracing::warn!(%err, "the note of where the library lies cannot be read");
                true
            }
        };
        let is_noted = file.exists() && before.is_ok_and(|before| before == now);
        Self { is_moved, news: (!is_noted).then_some((file, now)) }
    }

    /// Notes where the library lies. Call it when the orders are stored as held: after a kill before that, the next start
    /// sees the same once more.
    pub(super) fn note(&self) {
        let Some((file, whereabouts)) = &self.news else { return };
        let text = serde_json::to_vec(whereabouts).map_err(io::Error::other);
        let written = text.and_then(|text| library::write_atomically(file, &text));
        if let Err(err) = written {
            tracing::warn!(%err, "it cannot be noted where the library lies");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn library(folder: &Path) -> Paths {
        let paths = Paths::portable(folder);
        fs::create_dir_all(&paths.data).expect("made");
        fs::write(paths.database(), "rows").expect("written");
        paths
    }

    fn copy(from: &Path, to: &Path) {
        fs::create_dir_all(to).expect("made");
        for entry in fs::read_dir(from).expect("readable") {
            let entry = entry.expect("readable");
            fs::copy(entry.path(), to.join(entry.file_name())).expect("copied");
        }
    }

    #[test]
    fn a_library_that_stays_or_is_renamed_is_the_same() {
        let home = tempfile::tempdir().expect("a folder");
        let paths = library(&home.path().join("one"));
        let first = Look::at(&paths);
        assert!(!first.is_moved && first.news.is_some(), "it is new");
        first.note();
        let second = Look::at(&paths);
        assert!(!second.is_moved && second.news.is_none());
        if cfg!(unix) {
            fs::rename(home.path().join("one"), home.path().join("two")).expect("renamed");
            assert!(!Look::at(&Paths::portable(&home.path().join("two"))).is_moved);
        }
    }

    #[test]
    fn a_copy_is_moved_until_that_is_noted() {
        let home = tempfile::tempdir().expect("a folder");
        let paths = library(&home.path().join("one"));
        Look::at(&paths).note();
        let other = Paths::portable(&home.path().join("two"));
        copy(&paths.data, &other.data);
        for _ in 0..2 {
            assert!(Look::at(&other).is_moved, "a kill before the note changes nothing");
        }
        Look::at(&other).note();
        assert!(!Look::at(&other).is_moved);
        assert!(!Look::at(&paths).is_moved, "the original is where it was");
    }

    #[test]
    fn a_note_that_cannot_be_read_is_no_proof() {
        let home = tempfile::tempdir().expect("a folder");
        let paths = library(home.path());
        fs::write(paths.data.join(FILE), "{").expect("written");
        assert!(Look::at(&paths).is_moved);
        Look::at(&paths).note();
        assert!(!Look::at(&paths).is_moved);
    }

    #[test]
    fn what_makes_a_library_another_one() {
        let numbers = |device, folder, database| Some(Numbers { device, folder, database });
        let base = Whereabouts {
            folder: "/home/me/rushes".into(),
            numbers: numbers(1, 2, Some(3)),
            machine: Some("a".to_owned()),
        };
        let elsewhere = || PathBuf::from("/mnt/rushes");
        for (now, is_same) in [
            (base.clone(), true),
            (Whereabouts { machine: Some("b".to_owned()), ..base.clone() }, false),
            (Whereabouts { machine: None, ..base.clone() }, false),
            (Whereabouts { folder: elsewhere(), ..base.clone() }, true),
            (Whereabouts { numbers: numbers(9, 2, Some(3)), ..base.clone() }, true),
            (Whereabouts { numbers: numbers(9, 2, Some(3)), folder: elsewhere(), ..base.clone() }, false),
            (Whereabouts { numbers: numbers(1, 9, Some(3)), ..base.clone() }, false),
            (Whereabouts { numbers: numbers(1, 2, Some(9)), ..base.clone() }, false),
            (Whereabouts { numbers: numbers(1, 2, None), ..base.clone() }, true),
            (Whereabouts { numbers: None, ..base.clone() }, true),
            (Whereabouts { numbers: None, folder: elsewhere(), ..base.clone() }, false),
        ] {
            assert_eq!(now.is_same_as(&base), is_same, "{now:?}");
        }
    }
}
