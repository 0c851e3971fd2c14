//! Orders: what becomes of *Generate*, *Try again*, *4 more*, *Submit again* and of several pictures.
//!
//! Whatever orders goes through [`order`] or [`resend`], and those ask [`Brake::pass`](crate::app::view::spending::Brake)
//! first: no door spends above the limit for confirming or over a cap unless the user said so at this very order.

use crate::app::action::spend::{Consent, Door};
use crate::app::action::{Effect, Effects};
use crate::app::state::{AppState, Dialog};
use crate::app::view::form::{ReadyOrder, ready_order};
use crate::app::view::spending::{Brake, Lot, NotSaid, brake, brake_of_held};
use crate::domain::numbers;
use crate::domain::random::Random;
use crate::domain::{Asker, Estimate, GatewayId, GenerationRequest, JobId, Parent, Project};
use crate::engine::command::{Command, NewJob, QueueMove, UnconfirmedDecision};

use super::draft::place_taken;
use super::{browse, close_welcome, form, keep_draft, storyboard, toast};

/// Orders what the form says; `door` says where in the queue it goes.
pub(super) fn generate(state: &mut AppState, door: Door, consent: Consent, random: &mut Random, to: &mut Effects) {
    let Ok(ReadyOrder { request, estimate }) = ready_order(state) else { return };
    let requests = state.draft.takes_of(&request, || random.draw_u32());
    let (gateway, parent) = (state.draft.gateway, state.draft.parent);
    let project = state.browsing.project.of_new_clips().cloned();
    let new = NewJobs { door, gateway, estimate, project, parent };
    let ids = order(state, requests, new, consent, random, to);
    let count = ids.len();
    // The last comes first, so that they stand in their order.
    let moves = ids.iter().rev().map(|id| Effect::Engine(Command::MoveInQueue(*id, QueueMove::First)));
    let moves: Vec<Effect> = moves.filter(|_| door == Door::Next).collect();
    storyboard::ordered(state, ids, to);
    to.extend(moves);
    if door == Door::QueueOnly && count > 0 {
        let title = format!("{} in the queue, not started", numbers::counted(count, "take", "takes"));
        toast(state, title, "Nothing is sent until you press Send on its card.", None);
    }
}

pub(super) fn retry(state: &mut AppState, job: JobId, consent: Consent, random: &mut Random, to: &mut Effects) {
    let Some(job) = state.jobs.get(&job) else { return };
    let (gateway, project, parent) = (job.gateway, job.project.clone(), job.parent);
    // The recipe stays as it was, its seed included; only the price may be newer.
    let (request, estimate) = (job.request.clone(), state.settings.prices.estimate(&job.request, gateway));
    if state.gateway(gateway).key.is_present() {
        if let Some(estimate) = estimate {
            let before = job.id;
            let new = NewJobs { door: Door::Again(before), gateway, estimate, project, parent };
            let ids = order(state, vec![request], new, consent, random, to);
            if !ids.is_empty() {
                storyboard::ordered_again(state, before, ids, to);
            }
        }
    } else {
        toast(state, format!("{} has no key", gateway.title()), "Add it in Settings, then try again.", None);
    }
}

/// What jobs that are ordered together have in common.
pub(super) struct NewJobs {
    /// What orders them.
    pub door: Door,
    /// The gateway that is to make them.
    pub gateway: GatewayId,
    /// The price of one, as it stood on the button.
    pub estimate: Estimate,
    /// The project that they belong to.
    pub project: Option<Project>,
    /// The clip that they go on from.
    pub parent: Option<Parent>,
}

/// Orders one job for each request, and returns their names: none where the user has to say more first, for which there
/// is a step then.
pub(super) fn order(
    state: &mut AppState,
    requests: Vec<GenerationRequest>,
    all: NewJobs,
    consent: Consent,
    random: &mut Random,
    to: &mut Effects,
) -> Vec<JobId> {
    let count = u16::try_from(requests.len()).unwrap_or(u16::MAX);
    if count == 0 {
        return Vec::new();
    }
    let in_place_of = if all.door.is_form() { state.draft.in_place_of } else { None };
    let lot = Lot { one: all.estimate.amount, clips: count.into(), gateway: all.gateway, in_place_of };
    let Ok(is_over_cap) = pass(state, all.door, brake(state, lot), consent) else { return Vec::new() };
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
        is_over_cap,
    };
    let new_jobs = ids.iter().copied().zip(requests.iter().cloned()).map(new_job).collect();
    let is_held = all.door == Door::QueueOnly;
    to.push(Effect::Engine(match in_place_of {
        Some(of) => Command::EnqueueInPlace { of, new_jobs, is_held },
        None if is_held => Command::EnqueueHeld(new_jobs),
        None => Command::Enqueue(new_jobs),
    }));
    if in_place_of.is_some() {
        place_taken(state);
    }
    form::note_orders(state, &requests, all.gateway, to);
    keep_draft(state, to);
    if !state.settings.is_welcomed {
        close_welcome(state, to);
    }
    ids
}

/// Whether an order may go, and whether it may pass a cap. Where the user has to say more first, the step for that opens.
pub(super) fn pass(state: &mut AppState, door: Door, brake: Brake, consent: Consent) -> Result<bool, NotSaid> {
    let passed = brake.pass(consent);
    if passed.is_ok() {
        state.asked = None;
        if state.dialog == Some(Dialog::Order) {
            state.dialog = None;
        }
    } else {
        state.asked = Some(door);
        // The form and the several pictures ask at their own button.
        if !door.is_form() && !matches!(door, Door::Several | Door::List) {
            state.dialog = Some(Dialog::Order);
        }
    }
    passed
}

/// Sends an order that a cap holds back. One that is not over a cap any more goes by itself.
pub(super) fn send_held(state: &mut AppState, job: JobId, consent: Consent, to: &mut Effects) {
    let Some(brake) = state.jobs.get(&job).map(|job| brake_of_held(state, job)) else { return };
    if pass(state, Door::Held(job), brake, consent) == Ok(true) {
        to.push(Effect::Engine(Command::SendOverCap(vec![job])));
    }
}

/// Sends an unconfirmed order anew, as a job of its own.
pub(super) fn resend(state: &mut AppState, job: JobId, consent: Consent, random: &mut Random, to: &mut Effects) {
    let Some(known) = state.jobs.get(&job) else { return };
    let price = state.settings.prices.again(known);
    let lot = Lot { one: price.amount, clips: 1, gateway: known.gateway, in_place_of: None };
    let Ok(is_over_cap) = pass(state, Door::SubmitAgain(job), brake(state, lot), consent) else { return };
    let new_id = random.job_id(state.now);
    browse::select(state, Some(new_id));
    to.push(Effect::Engine(Command::Resolve(
        job,
        UnconfirmedDecision::Resend { new_id, price: Some(price), asked_by: Asker::Window, is_over_cap },
    )));
    storyboard::ordered_again(state, job, vec![new_id], to);
}

#[cfg(test)]
mod tests;
