//! Gives a whole part file its final name: under the first free one, never over another file, and once only, also when an
//! earlier try was ended by a crash.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::Path;

use super::recipe;
use crate::domain::{Clip, JobId};
use crate::engine::disk::{
    NAME_NUMBERS, hash_start, hex, no_free_name, numbered, open_existing, remove_if_there, sync_folder,
};

/// Under which name a clip is found from now on.
pub(super) enum Named {
    /// Our file has it now.
    New(String),
    /// A file with the same film had it before and is taken in place of ours.
    Before {
        name: String,
        /// Whether that one holds the recipe.
        has_recipe: bool,
    },
}

/// Names the checked file. A name that exists is kept; the clip takes the next free one, unless the file there is this
/// very clip, left by a crash.
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

/// Whether a file holds this clip and nothing else but its recipe; and if so, whether it holds that.
fn is_same_clip(path: &Path, clip: &Clip, job: JobId) -> Option<bool> {
    let mut file = open_existing(path, clip.size_bytes).ok()??;
    if let Some(found) = recipe::find(&mut file, job).ok()? {
        return (hex(found.hash) == clip.sha256).then_some(true);
    }
    let is_alone = file.metadata().ok()?.len() == clip.size_bytes;
    (is_alone && hex(hash_start(&mut file, clip.size_bytes).ok()?) == clip.sha256).then_some(false)
}
