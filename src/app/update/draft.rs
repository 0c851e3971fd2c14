//! The form: every edit is kept soon, and settings of a clip come back into it.

use crate::app::action::{Effect, Effects, WindowEffect};
use crate::app::state::{AppState, PictureState, ToastButton, UndoStep};
use crate::domain::{Draft, JobId, JobState};
use crate::engine::command::Command;

use super::{choose_gateway, remember, toast};

/// Keeps the form, and its gateway as the one that was chosen last.
pub(super) fn keep_draft(state: &mut AppState, to: &mut Effects) {
    state.draft_unkept_since = None;
    to.push(Effect::KeepDraft(Box::new(state.draft.clone())));
    if state.settings.is_welcomed {
        choose_gateway(state, to);
    }
}

pub(super) fn edit(state: &mut AppState, change: impl FnOnce(&mut Draft)) {
    // What was to be confirmed is another order now.
    state.asked.take_if(|door| door.is_form());
    change(&mut state.draft);
    draft_changed(state);
}

pub(super) fn draft_changed(state: &mut AppState) {
    // The first change counts, not the last: steady typing must not put the keeping off for ever.
    state.draft_unkept_since.get_or_insert(state.now);
}

pub(super) fn use_settings(state: &mut AppState, job: JobId, to: &mut Effects) {
    let Some(request) = state.jobs.get(&job).map(|job| job.request.clone()) else { return };
    let before = state.draft.clone();
    edit(state, |draft| draft.use_settings_of(&request));
    (state.picture, state.end_picture) = (PictureState::Quiet, PictureState::Quiet);
    if before == state.draft {
        return;
    }
    remember(state, UndoStep::Draft(Box::new(before)));
    let (take, _) = state.gallery.take_of(job);
    toast(state, format!("Settings taken from take {take}"), request.settings_line(), Some(ToastButton::Undo));
    to.show(WindowEffect::FocusPrompt);
}

pub(super) fn edit_queued(state: &mut AppState, job: JobId, to: &mut Effects) {
    let Some(found) = state.jobs.get(&job).filter(|job| job.state == JobState::Queued) else { return };
    let gateway = found.gateway;
    to.push(Effect::Engine(Command::TakeOut(job)));
    use_settings(state, job, to);
    edit(state, |draft| (draft.gateway, draft.in_place_of) = (gateway, Some(job)));
    if let Some(toast) = state.toasts.last_mut().filter(|toast| toast.title.starts_with("Settings taken")) {
        "It is out of the queue. What you order now takes its place.".clone_into(&mut toast.text);
    }
}

/// The place of an order that was taken out to be edited is taken now. Nothing that is undone brings it back.
pub(super) fn place_taken(state: &mut AppState) {
    let Some(of) = state.draft.in_place_of.take() else { return };
    for step in state.undo.iter_mut().chain(&mut state.redo) {
        if let UndoStep::Draft(draft) | UndoStep::Form(draft) = step {
            draft.in_place_of.take_if(|known| *known == of);
        }
    }
}
