//! Stars, reject, keep, projects, trash, and how each is undone.

use std::path::PathBuf;

use crate::app::action::Effect;
use crate::app::judge::Judge;
use crate::app::state::AppState;
use crate::domain::{JobId, Project, Verdict};
use crate::engine::command::Command;

pub(super) fn act(state: &mut AppState, word: Judge, to: &mut Vec<Effect>) {
    match word {
        Judge::Rate(jobs, rating) => {
            let verdicts = jobs.iter().filter_map(|id| state.jobs.get(id));
            let verdicts = verdicts.map(|job| (job.id, Verdict { rating, ..job.verdict })).collect();
            to.push(Effect::Engine(Command::Judge(verdicts)));
        }
        Judge::Reject(jobs, is_rejected) => {
            let verdicts = jobs.iter().filter_map(|id| state.jobs.get(id));
            let verdicts = verdicts.map(|job| (job.id, Verdict { is_rejected, ..job.verdict })).collect();
            to.push(Effect::Engine(Command::Judge(verdicts)));
        }
        Judge::Keep(_) | Judge::KeepOnly(..) => {}
        Judge::MoveTo(jobs, project) => to.push(Effect::Engine(Command::MoveToProject(jobs, project))),
        Judge::ToTrash(jobs) => to.push(Effect::Engine(Command::ToTrash(jobs))),
        Judge::FindFile(job) => to.push(Effect::PickFile(job)),
        Judge::PauseDownload(job, paused) => to.push(Effect::Engine(Command::PauseDownload(job, paused))),
    }
}

pub(super) fn file_picked(state: &mut AppState, job: JobId, path: Option<PathBuf>, to: &mut Vec<Effect>) {
    if let (Some(path), true) = (path, state.jobs.contains_key(&job)) {
        to.push(Effect::Engine(Command::FileFound(job, path)));
    }
}

pub(super) fn restore_verdicts(_state: &mut AppState, before: Vec<(JobId, Verdict)>, to: &mut Vec<Effect>) {
    to.push(Effect::Engine(Command::Judge(before)));
}

pub(super) fn restore_projects(_state: &mut AppState, before: Vec<(JobId, Option<Project>)>, to: &mut Vec<Effect>) {
    for (job, project) in before {
        to.push(Effect::Engine(Command::MoveToProject(vec![job], project)));
    }
}

pub(super) fn take_back(_state: &mut AppState, jobs: Vec<JobId>, to: &mut Vec<Effect>) {
    to.push(Effect::Engine(Command::TakeBack(jobs)));
}
