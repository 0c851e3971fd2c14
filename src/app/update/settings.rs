//! Settings: what the user chose for good is kept at once.

use std::path::{Path, PathBuf};

use crate::app::action::{Effect, Effects};
use crate::app::state::{AppState, FolderPresence};
use crate::domain::settings::Panes;
use crate::domain::{GatewayId, Settings};

use super::files::{check_files_soon, clips_of};
use super::toast;

/// The first page does not come again.
pub(super) fn close_welcome(state: &mut AppState, to: &mut Effects) {
    state.settings.is_welcomed = true;
    state.settings.chosen_gateway = Some(state.draft.gateway);
    save(state, to);
}

pub(super) fn choose_gateway(state: &mut AppState, to: &mut Effects) {
    let chosen = Some(state.draft.gateway);
    if state.settings.chosen_gateway != chosen {
        prefer(state, to, |settings| settings.chosen_gateway = chosen);
    }
}

pub(super) fn prefer(state: &mut AppState, to: &mut Effects, change: impl FnOnce(&mut Settings)) {
    change(&mut state.settings);
    save(state, to);
}

pub(super) fn save(state: &AppState, to: &mut Effects) {
    to.push(Effect::SaveSettings(Box::new(state.settings.clone())));
}

/// Keeps the measures of the window when they are others than before.
pub(super) fn panes_measured(state: &mut AppState, panes: Panes, to: &mut Effects) {
    let before = state.settings.clone();
    state.settings.keep_panes(panes);
    if state.settings != before {
        save(state, to);
    }
}

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

pub(super) fn connect(state: &AppState, gateway: GatewayId) -> Effect {
    Effect::Connect(gateway, Box::new(state.settings.clone()))
}
