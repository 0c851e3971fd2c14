//! What can be taken back, and done again.

use crate::app::action::Effects;
use crate::app::state::{AppState, UndoStep};

use super::remembered::push_step;
use super::{curate, form, form_undo, prices, remember, storyboard};

pub(super) fn undo(state: &mut AppState, to: &mut Effects) {
    while let Some(step) = state.undo.pop() {
        if !changes_nothing(state, &step) {
            return undo_step(state, step, to);
        }
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

/// Takes back a step although others were made since. What was done to the form since is not lost: this is a step of its
/// own, which Undo takes back.
pub(super) fn undo_earlier(state: &mut AppState, step: UndoStep, to: &mut Effects) {
    match step {
        UndoStep::Draft(mut draft) => {
            state.toasts.retain(|toast| !matches!(&toast.step, Some(UndoStep::Draft(known)) if *known == draft));
            // Whoever chose another gateway meanwhile wants that one.
            draft.gateway = state.draft.gateway;
            remember(state, UndoStep::Draft(Box::new(state.draft.clone())));
            form_undo::set(state, *draft, to);
            storyboard::let_go(state, to);
        }
        step => undo_step(state, step, to),
    }
}

pub(super) fn redo(state: &mut AppState, to: &mut Effects) {
    let mut step = state.redo.pop();
    while step.as_ref().is_some_and(|step| changes_nothing(state, step)) {
        step = state.redo.pop();
    }
    let inverse = match step {
        Some(UndoStep::Trash(jobs)) => {
            curate::hide(state, jobs.clone(), to);
            UndoStep::Trash(jobs)
        }
        Some(step) => swap_step(state, step, to),
        None => return,
    };
    push_step(&mut state.undo, inverse);
}

/// Whether a step would leave everything as it is, such as one of a word that was typed and deleted again. A key that does
/// nothing is no answer.
fn changes_nothing(state: &AppState, step: &UndoStep) -> bool {
    matches!(step, UndoStep::Draft(draft) | UndoStep::Form(draft) if **draft == state.draft)
}

/// Sets what a step remembers; returns the step that sets again what was there.
fn swap_step(state: &mut AppState, step: UndoStep, to: &mut Effects) -> UndoStep {
    match step {
        UndoStep::Draft(draft) => {
            let before = form_undo::set(state, *draft, to);
            storyboard::let_go(state, to);
            UndoStep::Draft(before)
        }
        UndoStep::Form(draft) => UndoStep::Form(form_undo::set(state, *draft, to)),
        UndoStep::Prompt(entry, comes_back) => form::swap_entry(state, entry, comes_back, to),
        UndoStep::Presets(presets) => form::swap_presets(state, presets, to),
        UndoStep::Verdicts(verdicts) => UndoStep::Verdicts(curate::set_verdicts(state, verdicts, to)),
        UndoStep::Projects(projects) => UndoStep::Projects(curate::set_projects(state, projects, to)),
        UndoStep::Board(key, shots) => storyboard::swap(state, key, shots, to),
        UndoStep::Price(answered) => prices::swap(state, answered.0, answered.1, to),
        UndoStep::Trash(jobs) => UndoStep::Trash(jobs),
    }
}
