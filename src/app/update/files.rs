//! Which files are there, and which folders are projects: looked for at the start, when the window comes to the front, and
//! after files were moved.

use std::collections::{BTreeSet, HashSet};
use std::path::PathBuf;
use std::time::Duration;

use crate::app::action::{Effect, Effects};
use crate::app::state::{AppState, FolderPresence};
use crate::domain::{Job, JobId, JobState, Project};
use crate::engine::command::Command;

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
    // What is made of films meanwhile fails; it is tried again when they are back.
    state.posters.are_files_known = false;
    state.posters.asked.clear();
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

/// A poster was to be shown that is not there. It is made again as soon as the film is known to be.
pub(super) fn poster_lost(state: &mut AppState, job: JobId, to: &mut Effects) {
    state.posters.lost.insert(job);
    make_posters_again(state, to);
}

/// It is known which files are there.
pub(super) fn files_known(state: &mut AppState, to: &mut Effects) {
    state.posters.are_files_known = true;
    // A film that comes back may have the picture that could not be made without it.
    for job in &state.missing_files {
        state.posters.asked.remove(job);
    }
    make_posters_again(state, to);
}

/// Asks the engine once for every lost poster whose film is there.
fn make_posters_again(state: &mut AppState, to: &mut Effects) {
    if !state.posters.are_files_known || state.posters.lost.is_empty() {
        return;
    }
    let can_be_made = |job: &Job| state.is_clip(job) && !job.is_hidden && !state.posters.asked.contains(&job.id);
    let jobs = state.posters.lost.iter().filter_map(|job| state.jobs.get(job));
    let wanted: Vec<JobId> = jobs.filter(|job| can_be_made(job)).map(|job| job.id).collect();
    for job in wanted {
        state.posters.lost.remove(&job);
        state.posters.asked.insert(job);
        to.push(Effect::Engine(Command::MakePosterAgain(job)));
    }
}

/// Projects are those of clips, the folders that were found, and the one that is looked at: its folder may not be made yet.
pub(super) fn projects_found(state: &mut AppState, found: Vec<Project>) {
    let of_jobs = state.jobs.counts().by_project.keys().flatten().cloned();
    let looked_at = state.browsing.project.of_new_clips().cloned();
    // Of clips that are not in memory the projects are known already.
    let known = if state.paging.is_on { std::mem::take(&mut state.browsing.projects) } else { BTreeSet::new() };
    state.browsing.projects = of_jobs.chain(found).chain(looked_at).chain(known).collect();
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
    use crate::domain::samples::{self, id};

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

    fn asked_for(effects: &[Effect]) -> Vec<JobId> {
        let job = |effect: &Effect| match effect {
            Effect::Engine(Command::MakePosterAgain(job)) => Some(*job),
            _ => None,
        };
        effects.iter().filter_map(job).collect()
    }

    #[test]
    fn a_lost_poster_is_asked_for_once_and_only_while_its_film_is_there() {
        let mut state = AppState::new(UnixMillis(1_000_000));
        let (here, away) = (id(1), id(2));
        for number in [1, 2, 3] {
            state.jobs.insert(id(number), samples::job(number).ready());
        }
        let queued = samples::job(4).state(JobState::Queued);
        state.jobs.insert(queued.id, queued);

        // Nobody knows yet whether the films are there.
        for job in [here, away, id(4), id(99)] {
            assert!(put(&mut state, Input::PosterLost(job)).is_empty());
        }
        assert_eq!(asked_for(&put(&mut state, Input::FilesMissing(vec![away]))), [here]);
        // It could not be made, and is asked for again by every frame that would show it.
        for _ in 0..3 {
            assert!(put(&mut state, Input::PosterLost(here)).is_empty());
            assert!(put(&mut state, Input::PosterLost(away)).is_empty());
        }
        assert!(asked_for(&put(&mut state, Input::FilesMissing(vec![away]))).is_empty());

        // The film of the second comes back, goes, and comes back again.
        assert_eq!(asked_for(&put(&mut state, Input::FilesMissing(vec![]))), [away]);
        assert!(put(&mut state, Input::PosterLost(away)).is_empty());
        assert!(asked_for(&put(&mut state, Input::FilesMissing(vec![away]))).is_empty());
        assert_eq!(asked_for(&put(&mut state, Input::FilesMissing(vec![]))), [away]);

        // While the whole folder is away nothing is asked; afterwards what failed is tried again.
        put(&mut state, Input::ClipFolderMissing);
        assert!(put(&mut state, Input::PosterLost(id(3))).is_empty());
        assert!(put(&mut state, Input::PosterLost(here)).is_empty());
        assert_eq!(asked_for(&put(&mut state, Input::FilesMissing(vec![]))), [here, id(3)]);
    }
}
