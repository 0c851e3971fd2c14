//! Which files are there, and which folders are projects: looked for at the start, when the window comes to the front, and
//! after files were moved.

use std::path::PathBuf;
use std::time::Duration;

use crate::app::action::{Effect, Effects};
use crate::app::state::AppState;
use crate::domain::{JobId, JobState, Project};

/// Files are looked for at most this often when the window comes to the front.
const REST: Duration = Duration::from_secs(2);

/// How long after a file was moved it is looked whether all are there; moves come in bunches.
const CHECK_AFTER: Duration = Duration::from_secs(1);

pub(super) fn came_to_front(state: &mut AppState, to: &mut Effects) {
    if state.now.since(state.files_checked_at) >= REST {
        look_at_folder(state, to);
    }
}

/// Projects are those of clips, the folders that were found, and the one that is looked at: its folder may not be made yet.
pub(super) fn projects_found(state: &mut AppState, found: Vec<Project>) {
    let of_jobs = state.jobs.values().filter_map(|job| job.project.clone());
    let looked_at = state.browsing.project.of_new_clips().cloned();
    state.browsing.projects = of_jobs.chain(found).chain(looked_at).collect();
}

/// Looks which clips' files are there, and which folders are projects.
pub(super) fn look_at_folder(state: &mut AppState, to: &mut Effects) {
    state.files_checked_at = state.now;
    state.check_files_at = None;
    to.push(Effect::CheckFiles(clips_of(state)));
    to.push(Effect::FindProjects);
}

pub(super) fn check_files_soon(state: &mut AppState) {
    let at = state.now.after(CHECK_AFTER);
    state.check_files_at.get_or_insert(at);
}

fn clips_of(state: &AppState) -> Vec<(JobId, PathBuf)> {
    state
        .jobs
        .values()
        .filter(|job| job.state == JobState::Ready && !job.is_hidden)
        .filter_map(|job| Some((job.id, job.clip.as_ref()?.path.clone())))
        .collect()
}

pub(super) fn clip_path(state: &AppState, job: JobId) -> Option<PathBuf> {
    Some(state.jobs.get(&job)?.clip.as_ref()?.path.clone())
}
