//! A list of shots: read, previewed, and ordered with the second click.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::app::action::list::{List, ListNews, ListWork};
use crate::app::action::spend::{Consent, Door};
use crate::app::action::{Effect, Effects};
use crate::app::state::list::{ListState, Row};
use crate::app::state::pictures::{Brought, file_name};
use crate::app::state::{AppState, Dialog};
use crate::app::view::list::ReadyJob;
use crate::app::view::list::ready_jobs;
use crate::app::view::spending::brake_of_list;
use crate::domain::Draft;
use crate::domain::list::{self, MAX_LIST_BYTES, PictureFiles, Plan, Shape};
use crate::domain::numbers;
use crate::domain::path_text;
use crate::domain::random::Random;
use crate::domain::{Asker, JobId};
use crate::engine::command::{Command, NewJob};

use super::order::pass;
use super::{close_welcome, keep_draft, toast};

/// How many pictures of a list are read at the same time. Each takes much memory while it is read.
const READ_AT_ONCE: usize = 2;

pub(super) fn act(state: &mut AppState, word: List, random: &mut Random, to: &mut Effects) {
    match word {
        List::Open => open(state, to),
        List::OpenFile(file) => {
            open(state, to);
            read(state, file, to);
        }
        List::Edit(text) => {
            if text.len() <= MAX_LIST_BYTES {
                state.list.text = text;
                state.list.trouble = None;
                plan(state, to);
            }
        }
        List::ChooseFile => {
            state.list.is_reading = true;
            to.push(Effect::List(ListWork::Pick));
        }
        List::Clear => state.list = ListState::default(),
        List::LeaveOut(row, out) => {
            if out {
                state.list.left_out.insert(row);
            } else {
                state.list.left_out.remove(&row);
            }
        }
        List::LeaveOutSame => leave_out(&mut state.list, |plan, row| match row {
            Row::Job(job) => plan.jobs.get(job).is_some_and(|job| job.same_as.is_some()),
            Row::Problem(_) => false,
        }),
        List::LeaveOutProblems => leave_out(&mut state.list, |_, row| matches!(row, Row::Problem(_))),
        List::TakeAllIn => state.list.left_out.clear(),
        List::Order => order(state, Consent::PRESS, random, to),
    }
}

pub(super) fn told(state: &mut AppState, news: ListNews, to: &mut Effects) {
    match news {
        ListNews::Picked(Some(file)) => read(state, file, to),
        ListNews::Picked(None) => state.list.is_reading = false,
        ListNews::NoPicker(reason) => {
            state.list.is_reading = false;
            state.list.trouble = Some(reason);
        }
        ListNews::Read(file, Ok(text)) => {
            let shape = Shape::of_name(&file_name(&file));
            state.list = ListState { text, shape, file: Some(file), ..ListState::default() };
            plan(state, to);
        }
        ListNews::Read(_, Err(reason)) => {
            state.list.is_reading = false;
            state.list.trouble = Some(reason);
        }
        ListNews::Brought(name, picture) => {
            if let Some(known) = state.list.pictures.get_mut(&name) {
                *known = picture.map_or_else(Brought::Trouble, Brought::Ready);
                bring_next(&mut state.list, to);
            }
        }
    }
}

fn open(state: &mut AppState, to: &mut Effects) {
    state.viewer = None;
    state.dialog = Some(Dialog::List);
    plan(state, to);
}

/// Says anew what the list would order, after a price changed. A list that nobody wrote has nothing to say.
pub(super) fn price_anew(state: &mut AppState, to: &mut Effects) {
    if !state.list.plan.jobs.is_empty() {
        plan(state, to);
    }
}

fn read(state: &mut AppState, file: PathBuf, to: &mut Effects) {
    state.list.is_reading = true;
    state.list.trouble = None;
    to.push(Effect::List(ListWork::Read(file)));
}

fn leave_out(list: &mut ListState, is_meant: impl Fn(&Plan, Row) -> bool) {
    let meant = list.rows.iter().enumerate().filter(|(_, row)| is_meant(&list.plan, **row));
    list.left_out.extend(meant.map(|(place, _)| place));
}

/// Says anew what the list would order. Rows that were left out stay so where they stand as before.
fn plan(state: &mut AppState, to: &mut Effects) {
    // A row says its own prompt; everything else that it leaves open is as the form has it.
    let defaults = Draft { prompt: String::new(), ..state.draft.clone() };
    let plan =
        list::plan(&state.list.text, state.list.shape, &defaults, &PictureFiles::default(), &state.settings.prices);
    let rows = rows_of(&plan);
    let list = &mut state.list;
    if plan != list.plan {
        let before = std::mem::take(&mut list.left_out);
        let key = |plan: &Plan, row: &Row| match row {
            Row::Job(job) => plan.jobs.get(*job).map(|job| (job.draft.prompt.clone(), job.line, job.take)),
            Row::Problem(problem) => plan.problems.get(*problem).map(|what| (what.message.clone(), what.line, (0, 0))),
        };
        let left_out: BTreeSet<_> = before.iter().filter_map(|place| key(&list.plan, list.rows.get(*place)?)).collect();
        let is_left_out = |row: &Row| key(&plan, row).is_some_and(|key| left_out.contains(&key));
        if !left_out.is_empty() {
            list.left_out =
                rows.iter().enumerate().filter(|(_, row)| is_left_out(row)).map(|(place, _)| place).collect();
        }
        list.plan = plan;
        list.rows = rows;
    }
    let named: BTreeMap<String, Brought> = list
        .plan
        .files()
        .into_iter()
        .map(|name| (name.to_owned(), list.pictures.get(name).cloned().unwrap_or(Brought::Waiting)))
        .collect();
    list.pictures = named;
    bring_next(list, to);
}

/// Jobs and problems by line; what stands in one line is told of first.
fn rows_of(plan: &Plan) -> Vec<Row> {
    let mut rows: Vec<(usize, Row)> =
        plan.problems.iter().enumerate().map(|(n, what)| (what.line, Row::Problem(n))).collect();
    rows.extend(plan.jobs.iter().enumerate().map(|(n, job)| (job.line, Row::Job(n))));
    rows.sort_by_key(|(line, _)| *line);
    rows.into_iter().map(|(_, row)| row).collect()
}

/// Asks for the next pictures that the list names.
fn bring_next(list: &mut ListState, to: &mut Effects) {
    let folder = list.file.as_ref().and_then(|file| file.parent()).map(PathBuf::from);
    let reading = list.pictures.values().filter(|picture| **picture == Brought::Reading).count();
    let mut room = READ_AT_ONCE.saturating_sub(reading);
    for (name, picture) in &mut list.pictures {
        if room == 0 || *picture != Brought::Waiting {
            continue;
        }
        let named = path_text::from_text(name);
        let path = folder.as_ref().map_or_else(|| named.clone(), |folder| folder.join(&named));
        if path.is_absolute() {
            *picture = Brought::Reading;
            room -= 1;
            to.push(Effect::List(ListWork::Bring { name: name.clone(), path }));
        } else {
            *picture = Brought::Trouble(
                "Name this picture with its whole path, or put it beside a list file and choose that.".to_owned(),
            );
        }
    }
}

/// Orders everything that is not left out, as one run.
pub(super) fn order(state: &mut AppState, consent: Consent, random: &mut Random, to: &mut Effects) {
    let Ok(jobs) = ready_jobs(state, || random.draw_u32()) else { return };
    let brake = brake_of_list(state, jobs.iter().map(|job| (job.gateway, job.estimate.amount)));
    if pass(state, Door::List, brake, consent).is_err() {
        return;
    }
    let count = jobs.len();
    let ids = order_list(state, jobs, random, to);
    if ids.is_empty() {
        return;
    }
    state.list = ListState::default();
    if state.dialog == Some(Dialog::List) {
        state.dialog = None;
    }
    toast(state, format!("{} queued", numbers::counted(count, "clip", "clips")), "They are one run.", None);
}

/// Orders these jobs as one run, and returns their names.
fn order_list(state: &mut AppState, jobs: Vec<ReadyJob>, random: &mut Random, to: &mut Effects) -> Vec<JobId> {
    let project = state.browsing.project.of_new_clips().cloned();
    let ids = random.job_ids(state.now, u16::try_from(jobs.len()).unwrap_or(u16::MAX));
    let new_job = |(id, job): (JobId, ReadyJob)| NewJob {
        id,
        gateway: job.gateway,
        request: job.request,
        estimate: job.estimate,
        project: project.clone(),
        parent: job.parent,
        picture_way: state.settings.pictures.way,
        asked_by: Asker::Window,
        is_over_cap: false,
    };
    to.push(Effect::Engine(Command::Enqueue(ids.iter().copied().zip(jobs).map(new_job).collect())));
    keep_draft(state, to);
    if !state.settings.is_welcomed {
        close_welcome(state, to);
    }
    ids
}

#[cfg(test)]
mod tests;
