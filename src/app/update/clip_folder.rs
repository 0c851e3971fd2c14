//! Another clip folder: clips go there at once.

use std::path::{Path, PathBuf};

use crate::app::action::{Effect, Effects};
use crate::app::state::{AppState, FolderPresence};

use super::files::{check_files_soon, clips_of};
use super::settings::prefer;
use super::toast;

/// Clips go to this folder from now on; downloads that the disk held up go on there.
pub(super) fn set_clip_folder(state: &mut AppState, folder: Option<PathBuf>, to: &mut Effects) {
    if folder.as_ref().is_some_and(|folder| !folder.is_absolute()) {
        toast(state, "The folder was not changed", "Give its whole path, from the root on.", None);
        return;
    }
    to.push(Effect::SetClipFolder(folder.clone(), clips_of(state)));
    prefer(state, to, |settings| settings.clip_folder = folder);
}

/// Clips go to this folder now.
pub(super) fn clip_folder_set(state: &mut AppState, folder: &Path, to: &mut Effects) {
    state.clip_folder = folder.display().to_string();
    if state.clip_folder_presence != FolderPresence::There {
        state.clip_folder_presence = FolderPresence::Awaited;
    }
    // By then it is known of every clip where it lies now.
    check_files_soon(state);
    to.push(Effect::FindProjects);
}
