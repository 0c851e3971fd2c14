//! What is remembered for Undo: the newest steps, in their order.

use crate::app::state::{AppState, UndoStep};

/// How many steps are remembered at most.
const MAX_UNDO: usize = 200;

/// Remembers a step for Undo. What was undone before cannot be done again then.
pub(super) fn remember(state: &mut AppState, step: UndoStep) {
    state.redo.clear();
    if matches!(step, UndoStep::Draft(_)) {
        state.form.steps += 1;
    }
    // A form that is filled with something else makes no planned shot any more.
    if matches!(step, UndoStep::Draft(_)) && state.storyboards.making.take().is_some() {
        state.storyboards_unkept_since.get_or_insert(state.now);
    }
    push_step(&mut state.undo, step);
}

/// Adds a step; of too many the oldest is forgotten.
pub(super) fn push_step(steps: &mut Vec<UndoStep>, step: UndoStep) {
    if steps.len() == MAX_UNDO {
        steps.remove(0);
    }
    steps.push(step);
}
