//! Which files are there, and which folders are projects: looked for at the start, when the window comes to the front, and
//! after files were moved.

use std::collections::HashSet;
use std::path::PathBuf;
use std::time::Duration;

use crate::app::action::{Effect, Effects};
use crate::app::state::{AppState, FolderPresence};
use crate::domain::{JobId, JobState, Project};

use super::browse::files_missing;

/// Files are looked for at most this often when the window comes to the front.
const REST: Duration = Duration::from_secs(2);

/// How long after a file was moved it is looked whether all are there; moves come in bunches.
const CHECK_AFTER: Duration = Duration::from_secs(1);

pub(super) fn came_to_front(state: &mut AppState, to: &mut Effects) {
    if state.now.since(state.files_checked_at) >= REST {
        look_at_folder(state, to);
    }
}

/// How often a clip folder is looked for that is not there.
const FOLDER_CHECK: Duration = Duration::from_secs(5);

/// The clip folder is not there: perhaps a drive that was unplugged. That says nothing of the single files, so no card is
/// about it, and the folder is looked for until it comes back.
pub(super) fn folder_missing(state: &mut AppState) {
    if state.clip_folder_presence == FolderPresence::There {
        state.clip_folder_presence = FolderPresence::Missing;
    }
    files_missing(state, HashSet::new());
    let at = state.now.after(FOLDER_CHECK);
    state.check_files_at.get_or_insert(at);
}

/// The clip folder is there, perhaps again: it need not be looked for any more.
pub(super) fn folder_found(state: &mut AppState) {
    if state.clip_folder_presence != FolderPresence::There {
        state.clip_folder_presence = FolderPresence::There;
        state.check_files_at = None;
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

pub(super) fn clips_of(state: &AppState) -> Vec<(JobId, PathBuf)> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::action::{Action, Input};
    use crate::app::update::kit::{put, tick};
    use crate::app::update::next_wake;
    use crate::domain::UnixMillis;

    #[test]
    fn a_missing_folder_is_one_word_and_not_one_on_each_card() {
        let now = UnixMillis(1_000_000);
        let mut state = AppState::new(now);
        state.missing_files.insert(JobId(uuid::Uuid::from_u128(1)));
        put(&mut state, Input::ClipFolderMissing);
        assert_eq!(state.clip_folder_presence, FolderPresence::Missing);
        assert!(state.missing_files.is_empty(), "nothing is known of the single files");

        // It is looked for again, also while the user waits, and no second banner comes.
        put(&mut state, Input::Act(Action::WaitForClipFolder));
        assert_eq!(next_wake(&state), Some(FOLDER_CHECK));
        let effects = tick(&mut state, now.after(FOLDER_CHECK));
        assert!(effects.iter().any(|effect| matches!(effect, Effect::CheckFiles(_))), "{effects:?}");
        put(&mut state, Input::ClipFolderMissing);
        assert_eq!(state.clip_folder_presence, FolderPresence::Awaited);
        assert_eq!(next_wake(&state), Some(FOLDER_CHECK));

        // The drive is back, without one of its files.
        let lost = JobId(uuid::Uuid::from_u128(2));
        put(&mut state, Input::FilesMissing(vec![lost]));
        assert_eq!(state.clip_folder_presence, FolderPresence::There);
        assert!(state.missing_files.contains(&lost));
        assert_eq!(next_wake(&state), None);
    }

    #[test]
    fn a_folder_that_was_found_elsewhere_counts_at_once() {
        let mut state = AppState::new(UnixMillis(1_000_000));
        put(&mut state, Input::ClipFolderMissing);
        let films = std::path::absolute("films").expect("a path that is not empty");
        let effects = put(&mut state, Input::FolderPicked(Some(films.clone())));
        assert!(
            matches!(
                &effects[..],
                [Effect::SetClipFolder(Some(set), _), Effect::SaveSettings(kept)]
                    if *set == films && kept.clip_folder.as_ref() == Some(&films)
            ),
            "{effects:?}"
        );
        let effects = put(&mut state, Input::ClipFolderSet(films.clone()));
        assert!(matches!(&effects[..], [Effect::FindProjects]), "{effects:?}");
        let effects = tick(&mut state, UnixMillis(1_000_000).after(FOLDER_CHECK));
        assert!(effects.iter().any(|effect| matches!(effect, Effect::CheckFiles(_))), "{effects:?}");
        assert_eq!(state.clip_folder, films.display().to_string());
        put(&mut state, Input::FilesMissing(Vec::new()));
        assert_eq!(state.clip_folder_presence, FolderPresence::There);

        let effects = put(&mut state, Input::Act(Action::SetClipFolder(Some("films".into()))));
        assert!(effects.is_empty() && state.toasts[0].text.contains("whole path"), "{effects:?}");
    }
}
