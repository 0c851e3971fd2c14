//! Stars, reject, keep, projects, trash, and how each is undone.
//!
//! What the user says of a clip is true in the window at once: the engine only stores it and moves files. So verdict, project
//! and whether a card is hidden are the window's own from the first moment on, and an event that left the engine before it
//! heard of the wish changes nothing of them ([`keep_own_words`]). Where a wish cannot be fulfilled, the engine says so with
//! [`Event::Settled`](crate::engine::event::Event::Settled), and then its word counts.

use std::path::PathBuf;

use crate::app::action::curate::Curate;
use crate::app::action::{Effect, Effects};
use crate::app::state::{AppState, ToastButton, UndoStep};
use crate::domain::numbers::counted;
use crate::domain::{Job, JobId, JobState, Project, Rating, Verdict};
use crate::engine::command::Command;

use super::{card_changed, cards_changed, check_files_soon, paging, remember, toast};

pub(super) fn act(state: &mut AppState, word: Curate, to: &mut Effects) {
    match word {
        Curate::Rate(jobs, rating) => {
            let wanted = verdicts_of(state, &jobs, |verdict| Verdict { rating, ..verdict });
            give_verdicts(state, wanted, to);
        }
        Curate::Reject(jobs, is_rejected) => {
            let wanted = verdicts_of(state, &jobs, |verdict| Verdict { is_rejected, ..verdict });
            give_verdicts(state, wanted, to);
        }
        Curate::Keep(job) => {
            let wanted = verdicts_of(state, &[job], kept);
            give_verdicts(state, wanted, to);
        }
        Curate::KeepOnly(job, others) => {
            let others: Vec<JobId> = others.into_iter().filter(|other| *other != job).collect();
            let mut wanted = verdicts_of(state, &[job], kept);
            wanted.extend(verdicts_of(state, &others, |verdict| Verdict { is_rejected: true, ..verdict }));
            give_verdicts(state, wanted, to);
        }
        Curate::MoveTo(jobs, project) => move_to(state, &jobs, project.as_ref(), to),
        Curate::ToTrash(jobs) => to_trash(state, &jobs, to),
        Curate::FindFile(job) => to.push(Effect::PickFile(job)),
        Curate::PauseDownload(job, is_paused) => to.push(Effect::Engine(Command::PauseDownload(job, is_paused))),
    }
}

/// What *Keep* makes of a verdict.
fn kept(verdict: Verdict) -> Verdict {
    Verdict { rating: verdict.rating.max(Rating::KEEP), is_rejected: false }
}

fn verdicts_of(state: &AppState, jobs: &[JobId], change: impl Fn(Verdict) -> Verdict) -> Vec<(JobId, Verdict)> {
    jobs.iter().filter_map(|id| state.jobs.get(id)).map(|job| (job.id, change(job.verdict))).collect()
}

/// Sets those of these verdicts that are new, as one step that Undo takes back.
fn give_verdicts(state: &mut AppState, wanted: Vec<(JobId, Verdict)>, to: &mut Effects) {
    let is_new = |(id, verdict): &(JobId, Verdict)| state.jobs.get(id).is_some_and(|job| job.verdict != *verdict);
    let wanted: Vec<(JobId, Verdict)> = wanted.into_iter().filter(is_new).collect();
    if !wanted.is_empty() {
        let before = set_verdicts(state, wanted, to);
        remember(state, UndoStep::Verdicts(before));
    }
}

/// Sets these verdicts and returns those that they replaced.
pub(super) fn set_verdicts(
    state: &mut AppState,
    wanted: Vec<(JobId, Verdict)>,
    to: &mut Effects,
) -> Vec<(JobId, Verdict)> {
    let mut before = Vec::with_capacity(wanted.len());
    for (id, verdict) in &wanted {
        if let Some(mut job) = state.jobs.get_mut(id) {
            before.push((*id, std::mem::replace(&mut job.verdict, *verdict)));
        }
    }
    to.push(Effect::Engine(Command::Judge(wanted)));
    changed(state, &before);
    before
}

/// Several cards changed in some way.
fn changed<T>(state: &mut AppState, before: &[(JobId, T)]) {
    let jobs: Vec<JobId> = before.iter().map(|(job, _)| *job).collect();
    cards_changed(state, &jobs);
}

fn move_to(state: &mut AppState, jobs: &[JobId], project: Option<&Project>, to: &mut Effects) {
    let moves = |id: &&JobId| state.jobs.get(id).is_some_and(|job| job.project.as_ref() != project);
    let wanted: Vec<(JobId, Option<Project>)> = jobs.iter().filter(moves).map(|id| (*id, project.cloned())).collect();
    let Some((first, _)) = wanted.first() else { return };
    let title = match project {
        Some(project) => format!("{} moved to “{project}”", called(state, *first, wanted.len())),
        None => format!("{} taken out of the project", called(state, *first, wanted.len())),
    };
    let lies_elsewhere = |id: &JobId| {
        let job = state.jobs.get(id);
        job.and_then(|job| job.clip.as_ref()).is_some_and(|clip| clip.path.is_absolute())
    };
    let text = match wanted.iter().filter(|(id, _)| lies_elsewhere(id)).count() {
        0 => "",
        _ => "Files outside of the clip folder stay where they are.",
    };
    let before = set_projects(state, wanted, to);
    remember(state, UndoStep::Projects(before));
    toast(state, title, text, Some(ToastButton::Undo));
}

/// Sets these projects and returns those that they replaced.
pub(super) fn set_projects(
    state: &mut AppState,
    wanted: Vec<(JobId, Option<Project>)>,
    to: &mut Effects,
) -> Vec<(JobId, Option<Project>)> {
    let mut before = Vec::with_capacity(wanted.len());
    let mut commands: Vec<(Option<Project>, Vec<JobId>)> = Vec::new();
    for (id, project) in wanted {
        let Some(mut job) = state.jobs.get_mut(&id) else { continue };
        before.push((id, std::mem::replace(&mut job.project, project.clone())));
        state.browsing.projects.extend(project.clone());
        match commands.iter_mut().find(|(known, _)| *known == project) {
            Some((_, jobs)) => jobs.push(id),
            None => commands.push((project, vec![id])),
        }
    }
    to.extend(commands.into_iter().map(|(project, jobs)| Effect::Engine(Command::MoveToProject(jobs, project))));
    changed(state, &before);
    before
}

/// Takes cards off. Those of clips send their files to the trash; an order that may be charged, or that is being made, leaves
/// the gallery by its own words only.
pub(super) fn to_trash(state: &mut AppState, jobs: &[JobId], to: &mut Effects) {
    let may_go = |job: &&Job| !job.is_hidden && !job.state.is_unfinished() && job.state != JobState::Unconfirmed;
    let going: Vec<&Job> = jobs.iter().filter_map(|id| state.jobs.get(id)).filter(may_go).collect();
    let Some(first) = going.first().map(|job| job.id) else { return };
    let has_file = |job: &&&Job| job.clip.is_some() && !state.missing_files.contains(&job.id);
    let files = going.iter().filter(has_file).count();
    let goes_on = going.iter().any(|job| job.state == JobState::NotWatched);
    let going: Vec<JobId> = going.iter().map(|job| job.id).collect();
    let cards = going.len() - files;
    let (title, text) = match (files, cards) {
        (0, _) => {
            let text = if goes_on { "The gateway may still make and bill it." } else { "" };
            (if cards == 1 { "Card removed".to_owned() } else { format!("{cards} cards removed") }, text.to_owned())
        }
        (1, 0) => {
            (format!("{} moved to the trash", called(state, first, 1)), "Undo brings back file and rating.".to_owned())
        }
        (_, 0) => (format!("{files} clips went to the trash"), "Undo brings back files and ratings.".to_owned()),
        (_, _) => (
            format!("{} went to the trash", counted(files, "clip", "clips")),
            format!("{} without a file removed.", counted(cards, "card", "cards")),
        ),
    };
    hide(state, going.clone(), to);
    remember(state, UndoStep::Trash(going));
    toast(state, title, text, Some(ToastButton::Undo));
}

/// Hides cards and sends their files to the trash. The choice goes on to the next card.
pub(super) fn hide(state: &mut AppState, jobs: Vec<JobId>, to: &mut Effects) {
    state.selection.leave(&jobs, &state.gallery);
    for id in &jobs {
        if let Some(mut job) = state.jobs.get_mut(id) {
            job.is_hidden = true;
        }
    }
    cards_changed(state, &jobs);
    to.push(Effect::Engine(Command::ToTrash(jobs)));
}

/// Takes back what [`hide`] did.
pub(super) fn take_back(state: &mut AppState, jobs: Vec<JobId>, to: &mut Effects) {
    for id in &jobs {
        if let Some(mut job) = state.jobs.get_mut(id) {
            job.is_hidden = false;
        }
    }
    cards_changed(state, &jobs);
    state.selection.card = jobs.first().copied().or(state.selection.card);
    to.push(Effect::Engine(Command::TakeBack(jobs)));
    check_files_soon(state);
}

pub(super) fn file_picked(state: &mut AppState, job: JobId, path: Option<PathBuf>, to: &mut Effects) {
    if let (Some(path), true) = (path, state.jobs.contains_key(&job)) {
        to.push(Effect::Engine(Command::FileFound(job, path)));
    }
}

/// What the window knows better than an event that left the engine before it heard of the user's last words.
pub(super) fn keep_own_words(before: &Job, job: &mut Job) {
    job.verdict = before.verdict;
    job.is_hidden = before.is_hidden;
    job.project.clone_from(&before.project);
}

/// A wish came out in another way: the engine's word counts, except for stars, which it never changes.
pub(super) fn settled(state: &mut AppState, mut job: Job, remark: Option<String>) {
    if let Some(before) = state.jobs.get(&job.id) {
        job.verdict = before.verdict;
    }
    // A toast that says otherwise goes.
    let id = job.id;
    state.toasts.retain(|toast| toast.step != Some(UndoStep::Trash(vec![id])));
    if remark.is_none() {
        state.missing_files.remove(&id);
    }
    if !state.jobs.contains_key(&id) {
        paging::ask_again(state);
    }
    state.jobs.insert(id, job);
    check_files_soon(state);
    card_changed(state, id);
    if let Some(remark) = remark {
        let title = format!("{}: not done", called(state, id, 1));
        toast(state, title, remark, None);
    }
}

/// `Take 3`, `12 clips`.
fn called(state: &AppState, first: JobId, count: usize) -> String {
    if count == 1 { format!("Take {}", state.gallery.take_of(first).0) } else { counted(count, "clip", "clips") }
}

#[cfg(test)]
mod tests;
