//! Every edit of the form is a step that Undo takes back. Typing is taken together: a step ends with a word, after a pause,
//! and where the cursor went elsewhere.
//!
//! Whatever changes the draft is seen here, by comparing it before and after each input; so no edit can be forgotten. What
//! fills the form with something else remembers its own step ([`UndoStep::Draft`]) and is left alone.

use std::time::Duration;

use crate::app::action::form::{Form, FormNews};
use crate::app::action::{Action, Effects, Input, WindowEffect};
use crate::app::state::form::{EditOf, Editing, Stroke, TextField};
use crate::app::state::{AppState, PictureState, UndoStep};
use crate::domain::Draft;
use crate::domain::prompt_history::PromptChange;
use crate::domain::setting::SeedMode;

use super::remembered::push_step;
use super::{draft_changed, form};

/// After a pause of this length, typing is a new step.
const PAUSE: Duration = Duration::from_secs(1);
/// More characters than this at once were pasted or chosen, not typed.
const TYPED_AT_ONCE: usize = 8;
/// A prompt of at least this many characters that is emptied in one edit goes into the history.
const WORTH_NOTING: usize = 12;

/// The form before an input.
pub(super) struct Before {
    draft: Draft,
    of: EditOf,
    steps: u64,
}

/// Looks at the form before an input; `None` where the input is no edit of the form.
pub(super) fn before(state: &AppState, input: &Input) -> Option<Before> {
    let of = match input {
        Input::Act(action) => edit_of(state, action)?,
        Input::Form(FormNews::PromptsRead(_)) => EditOf::Walk,
        Input::Pictures(_) | Input::PictureImported(..) | Input::PicturePicked(..) | Input::FrameTaken { .. } => {
            EditOf::Choice
        }
        _ => return None,
    };
    Some(Before { draft: state.draft.clone(), of, steps: state.form.steps })
}

fn edit_of(state: &AppState, action: &Action) -> Option<EditOf> {
    match action {
        // These set the draft to what it was.
        Action::Undo | Action::Redo | Action::PressToast(..) => None,
        Action::EditPrompt(_) => Some(EditOf::Text(TextField::Prompt)),
        Action::EditNegativePrompt(_) => Some(EditOf::Text(TextField::NegativePrompt)),
        Action::EditSeed(_) => Some(EditOf::Text(TextField::Seed)),
        Action::SetPictureAddress(slot, _) => Some(EditOf::Text(TextField::Address(*slot))),
        // The first typed digit chooses the mode of typed seeds.
        Action::SetSeedMode(SeedMode::Fixed)
            if state.form.editing.as_ref().is_some_and(|last| {
                last.of == EditOf::Text(TextField::Seed) && state.now.since(last.at) < Duration::from_millis(100)
            }) =>
        {
            Some(EditOf::Text(TextField::Seed))
        }
        Action::Form(Form::Walk(_)) => Some(EditOf::Walk),
        _ => Some(EditOf::Choice),
    }
}

/// Makes a step of what an input did to the form.
pub(super) fn after(state: &mut AppState, before: Option<Before>, to: &mut Effects) {
    let Some(Before { draft, of, steps }) = before else { return };
    // The place in the line that the next order takes is no edit, and is used up for good by an order.
    let draft = Draft { in_place_of: state.draft.in_place_of, ..draft };
    if state.form.steps != steps {
        // Something filled the form and remembered its step. What the user had made of it goes into the history.
        (state.form.editing, state.form.walk) = (None, None);
        if std::mem::take(&mut state.form.is_unsent) && draft != state.draft {
            note(state, draft, to);
        }
        return;
    }
    if draft == state.draft {
        return;
    }
    if of != EditOf::Walk {
        state.form.walk = None;
    }
    let is_emptied = draft.prompt.trim().chars().count() >= WORTH_NOTING && state.draft.prompt.trim().is_empty();
    if is_emptied && of != EditOf::Walk {
        note(state, draft.clone(), to);
    }
    // What a walk shows is in the history already.
    state.form.is_unsent = of != EditOf::Walk;
    let change = Change::between(text_of(&draft, of), text_of(&state.draft, of));
    let goes_on = state.form.editing.as_ref().is_some_and(|last| {
        let is_soon = of == EditOf::Walk || state.now.since(last.at) < PAUSE;
        last.of == of && last.step == state.form.steps && is_soon && change.goes_on(last, of)
    });
    state.redo.clear();
    if !goes_on {
        state.form.steps += 1;
        push_step(&mut state.undo, UndoStep::Form(Box::new(draft)));
    }
    state.form.editing = Some(Editing {
        of,
        at: state.now,
        step: state.form.steps,
        cursor: change.at + change.inserted.chars().count(),
        stroke: change.stroke(),
    });
}

fn note(state: &mut AppState, draft: Draft, to: &mut Effects) {
    let change = PromptChange::Note { draft: Box::new(draft), is_used: false, at: state.now };
    form::change_prompts(state, vec![change], to);
}

/// The text that an edit is about; empty for a choice.
fn text_of(draft: &Draft, of: EditOf) -> &str {
    match of {
        EditOf::Text(TextField::Prompt) => &draft.prompt,
        EditOf::Text(TextField::NegativePrompt) => &draft.negative_prompt,
        EditOf::Text(TextField::Seed) => &draft.seed_text,
        EditOf::Text(TextField::Address(slot)) => match draft.picture_in(slot) {
            Some(crate::domain::InputPicture::WebAddress(address)) => address,
            _ => "",
        },
        EditOf::Walk | EditOf::Choice => "",
    }
}

/// What lies between two texts: at `at`, so many characters went and these came.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Change {
    at: usize,
    removed: usize,
    inserted: String,
    /// The character before the place.
    before: Option<char>,
}

impl Change {
    fn between(before: &str, after: &str) -> Self {
        let (old, new): (Vec<char>, Vec<char>) = (before.chars().collect(), after.chars().collect());
        let same = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
        let room = old.len().min(new.len()) - same;
        let tail = old.iter().rev().zip(new.iter().rev()).take(room).take_while(|(a, b)| a == b).count();
        Self {
            at: same,
            removed: old.len() - same - tail,
            inserted: new[same..new.len() - tail].iter().collect(),
            before: same.checked_sub(1).map(|last| new[last]),
        }
    }

    fn stroke(&self) -> Stroke {
        match (self.removed, self.inserted.chars().count()) {
            (0, 1..=TYPED_AT_ONCE) => Stroke::Typed,
            (1.., 0) => Stroke::Deleted,
            _ => Stroke::Other,
        }
    }

    /// Whether the change belongs to the same step as the one before it.
    fn goes_on(&self, last: &Editing, of: EditOf) -> bool {
        match of {
            EditOf::Walk => true,
            EditOf::Choice => false,
            // A seed and an address are one thing each, whatever is typed in them.
            EditOf::Text(TextField::Seed | TextField::Address(_)) => true,
            EditOf::Text(TextField::Prompt | TextField::NegativePrompt) => match self.stroke() {
                stroke if stroke != last.stroke => false,
                Stroke::Typed => {
                    let is_blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
                    let begins_word = is_blank(self.before) && !is_blank(self.inserted.chars().next());
                    self.at == last.cursor && !begins_word
                }
                // Backwards or forwards.
                Stroke::Deleted => self.at + self.removed == last.cursor || self.at == last.cursor,
                Stroke::Other => false,
            },
        }
    }
}

/// Where the cursor belongs when `before` was set to `after`: behind what came, or where something went.
fn cursor_after(before: &str, after: &str) -> usize {
    let change = Change::between(before, after);
    change.at + change.inserted.chars().count()
}

/// Sets the form, for Undo and Redo; returns what it was.
pub(super) fn set(state: &mut AppState, draft: Draft, to: &mut Effects) -> Box<Draft> {
    let before = std::mem::replace(&mut state.draft, draft);
    if before.picture != state.draft.picture {
        state.picture = PictureState::Quiet;
    }
    if before.end_picture != state.draft.end_picture {
        state.end_picture = PictureState::Quiet;
    }
    if before.prompt != state.draft.prompt {
        to.show(WindowEffect::PromptCursor(cursor_after(&before.prompt, &state.draft.prompt)));
    }
    (state.form.editing, state.form.walk) = (None, None);
    state.form.is_unsent = true;
    draft_changed(state);
    Box::new(before)
}

#[cfg(test)]
mod tests;
