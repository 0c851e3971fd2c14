//! What can be taken back, and done again.

use crate::app::action::Effects;
use crate::app::state::{AppState, UndoStep};

use super::remembered::push_step;
use super::{curate, draft_changed, storyboard};

pub(super) fn undo(state: &mut AppState, to: &mut Effects) {
    if let Some(step) = state.undo.pop() {
        undo_step(state, step, to);
    }
}

pub(super) fn undo_step(state: &mut AppState, step: UndoStep, to: &mut Effects) {
    state.toasts.retain(|toast| toast.step.as_ref() != Some(&step));
    let inverse = match step {
        UndoStep::Trash(jobs) => {
            curate::take_back(state, jobs.clone(), to);
            UndoStep::Trash(jobs)
        }
        step => swap_step(state, step, to),
    };
    push_step(&mut state.redo, inverse);
}

pub(super) fn redo(state: &mut AppState, to: &mut Effects) {
    let inverse = match state.redo.pop() {
        Some(UndoStep::Trash(jobs)) => {
            curate::hide(state, jobs.clone(), to);
            UndoStep::Trash(jobs)
        }
        Some(step) => swap_step(state, step, to),
        None => return,
    };
    push_step(&mut state.undo, inverse);
}

/// Sets what a step remembers; returns the step that sets again what was there.
fn swap_step(state: &mut AppState, step: UndoStep, to: &mut Effects) -> UndoStep {
    match step {
        UndoStep::Draft(mut draft) => {
            // The gateway is not part of what was taken from a clip, so it is not taken back either.
            draft.gateway = state.draft.gateway;
            std::mem::swap(&mut state.draft, &mut draft);
            storyboard::let_go(state, to);
            draft_changed(state);
            UndoStep::Draft(draft)
        }
        UndoStep::Verdicts(verdicts) => UndoStep::Verdicts(curate::set_verdicts(state, verdicts, to)),
        UndoStep::Projects(projects) => UndoStep::Projects(curate::set_projects(state, projects, to)),
        UndoStep::Board(key, shots) => storyboard::swap(state, key, shots, to),
        UndoStep::Trash(jobs) => UndoStep::Trash(jobs),
    }
}
