//! Orders: what becomes of *Generate*, *Try again* and *Submit again*.

use crate::app::action::{Effect, Effects};
use crate::app::state::AppState;
use crate::app::view::form::{ReadyOrder, ready_order};
use crate::domain::price;
use crate::domain::random::Random;
use crate::domain::{Asker, Estimate, GatewayId, GenerationRequest, JobId, Parent, Project};
use crate::engine::command::{Command, NewJob, UnconfirmedDecision};

use super::{browse, close_welcome, form, keep_draft, storyboard, toast};

pub(super) fn generate(state: &mut AppState, random: &mut Random, to: &mut Effects) {
    let Ok(ReadyOrder { request, estimate }) = ready_order(state) else { return };
    let requests = state.draft.takes_of(&request, || random.draw_u32());
    let (gateway, parent) = (state.draft.gateway, state.draft.parent);
    let project = state.browsing.project.of_new_clips().cloned();
    let ids = order(state, requests, NewJobs { gateway, estimate, project, parent }, random, to);
    storyboard::ordered(state, ids, to);
}

pub(super) fn retry(state: &mut AppState, job: JobId, random: &mut Random, to: &mut Effects) {
    let Some(job) = state.jobs.get(&job) else { return };
    let (gateway, project, parent) = (job.gateway, job.project.clone(), job.parent);
    // The recipe stays as it was, its seed included; only the price may be newer.
    let (request, estimate) = (job.request.clone(), price::estimate(&job.request, gateway));
    if state.gateway(gateway).key.is_present() {
        if let Some(estimate) = estimate {
            let before = job.id;
            let ids = order(state, vec![request], NewJobs { gateway, estimate, project, parent }, random, to);
            storyboard::ordered_again(state, before, ids, to);
        }
    } else {
        toast(state, format!("{gateway} has no key"), "Add it in Settings, then try again.", None);
    }
}

/// What jobs that are ordered together have in common.
pub(super) struct NewJobs {
    /// The gateway that is to make them.
    pub gateway: GatewayId,
    /// The price of one, as it stood on the button.
    pub estimate: Estimate,
    /// The project that they belong to.
    pub project: Option<Project>,
    /// The clip that they go on from.
    pub parent: Option<Parent>,
}

/// Orders one job for each request, and returns their names.
pub(super) fn order(
    state: &mut AppState,
    requests: Vec<GenerationRequest>,
    all: NewJobs,
    random: &mut Random,
    to: &mut Effects,
) -> Vec<JobId> {
    let count = u16::try_from(requests.len()).unwrap_or(u16::MAX);
    if count == 0 {
        return Vec::new();
    }
    form::note_order(state, &requests[0], all.gateway, to);
    let ids = random.job_ids(state.now, count);
    let new_job = |(id, request)| NewJob {
        id,
        gateway: all.gateway,
        request,
        estimate: all.estimate.clone(),
        project: all.project.clone(),
        parent: all.parent,
        picture_way: state.settings.pictures.way,
        asked_by: Asker::Window,
        is_over_cap: false,
    };
    to.push(Effect::Engine(Command::Enqueue(ids.iter().copied().zip(requests).map(new_job).collect())));
    keep_draft(state, to);
    if !state.settings.is_welcomed {
        close_welcome(state, to);
    }
    ids
}

/// Sends an unconfirmed order anew, as a job of its own.
pub(super) fn resend(state: &mut AppState, job: JobId, random: &mut Random, to: &mut Effects) {
    let new_id = random.job_id(state.now);
    browse::select(state, Some(new_id));
    to.push(Effect::Engine(Command::Resolve(
        job,
        UnconfirmedDecision::Resend { new_id, asked_by: Asker::Window, is_over_cap: false },
    )));
    storyboard::ordered_again(state, job, vec![new_id], to);
}
