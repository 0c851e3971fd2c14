//! Gives a whole part file its final name: under the first free one, never over another file, and once only, also when an
//! earlier try was ended by a crash.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::Path;

use super::recipe;
use crate::domain::{Clip, JobId, Sha256Hex};
use crate::engine::disk::{
    NAME_NUMBERS, hash_start, no_free_name, numbered, open_existing, remove_if_there, sync_folder,
};

/// The file name under which a clip is found from now on.
pub(super) enum Named {
    /// The part file got this name.
    New(String),
    /// A file of this name holds the same film already, from an earlier try; the part file was removed.
    Before {
        name: String,
        /// Whether that file ends with the recipe.
        has_recipe: bool,
    },
}

/// Gives the checked part file its final name in `folder`. An existing file is never replaced: the clip takes the
/// next free name, unless the file there is this very clip, left by a crash.
pub(super) fn give_name(part: &Path, folder: &Path, file_name: &str, clip: &Clip, job: JobId) -> io::Result<Named> {
    for number in NAME_NUMBERS {
        let name = numbered(file_name, number);
        let path = folder.join(&name);
        match fs::hard_link(part, &path) {
            Ok(()) => {
                sync_folder(folder);
                remove_if_there(part)?;
                sync_folder(folder);
                return Ok(Named::New(name));
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            // A file system without hard links: reserve the name, then replace our own empty file.
            Err(error) if error.kind() != io::ErrorKind::StorageFull => {
                match OpenOptions::new().write(true).create_new(true).open(&path) {
                    Ok(_) => {
                        fs::rename(part, &path)?;
                        sync_folder(folder);
                        return Ok(Named::New(name));
                    }
                    Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                    Err(error) => return Err(error),
                }
            }
            Err(error) => return Err(error),
        }
        if let Some(has_recipe) = is_same_clip(&path, clip, job) {
            sync_folder(folder);
            remove_if_there(part)?;
            sync_folder(folder);
            return Ok(Named::Before { name, has_recipe });
        }
    }
    Err(no_free_name())
}

/// `None` unless a file holds this clip, and nothing else but perhaps its recipe; else whether it holds the recipe.
fn is_same_clip(path: &Path, clip: &Clip, job: JobId) -> Option<bool> {
    let mut file = open_existing(path, clip.size_bytes).ok()??;
    if let Some(found) = recipe::find(&mut file, job).ok()? {
        return (Sha256Hex::from(found.hash) == clip.sha256).then_some(true);
    }
    let is_alone = file.metadata().ok()?.len() == clip.size_bytes;
    (is_alone && Sha256Hex::from(hash_start(&mut file, clip.size_bytes).ok()?) == clip.sha256).then_some(false)
}
