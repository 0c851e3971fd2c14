//! A frame of a clip becomes a start picture: of a new draft with the clip's settings for "Continue from frame N", or of what
//! the form says otherwise.

use crate::app::action::{Effect, Effects, FramePurpose, WindowEffect};
use crate::app::state::{AppState, PictureState, ToastButton, UndoStep};
use crate::domain::request::StoredPicture;
use crate::domain::setting::SeedMode;
use crate::domain::{InputPicture, JobId, Parent};

use super::{clip_path, draft_changed, remember, toast};

/// Asks for the picture. The form stays as it is until the picture is there.
pub(super) fn act(state: &mut AppState, job: JobId, frame: u32, purpose: FramePurpose, to: &mut Effects) {
    if let Some(path) = clip_path(state, job) {
        state.picture = PictureState::Importing;
        to.push(Effect::TakeFrame { job, path, frame, purpose });
    }
}

/// The picture is there, or cannot be had.
pub(super) fn taken(
    state: &mut AppState,
    (job, frame): (JobId, u32),
    purpose: FramePurpose,
    picture: Result<StoredPicture, String>,
    to: &mut Effects,
) {
    // Whoever took the picture off, or chose another one, while this was read does not want it any more.
    if state.picture != PictureState::Importing {
        return;
    }
    let picture = match picture {
        Ok(picture) => picture,
        Err(reason) => {
            state.picture = PictureState::Trouble(reason);
            return;
        }
    };
    state.picture = PictureState::Quiet;
    let Some(request) = state.jobs.get(&job).map(|job| job.request.clone()) else { return };
    remember(state, UndoStep::Draft(Box::new(state.draft.clone())));
    if purpose == FramePurpose::NextShot {
        state.draft.use_settings_of(&request);
        // A drawn seed belonged to the shot before; one that was typed was meant.
        if request.is_seed_drawn() {
            state.draft.seed_mode = SeedMode::Random;
            state.draft.seed_text.clear();
        }
        // That picture was the end of the shot before.
        state.draft.end_picture = None;
        state.end_picture = PictureState::Quiet;
    }
    state.draft.picture = Some(InputPicture::Stored(picture));
    state.draft.parent = Some(Parent { job, frame });
    draft_changed(state);
    let (take, _) = state.gallery.take_of(job);
    let (title, text) = match purpose {
        FramePurpose::NextShot => {
            (format!("Continues from frame {frame} of take {take}"), "Describe what happens next.")
        }
        FramePurpose::StartPicture => {
            (format!("Frame {frame} of take {take} is the start picture"), "Everything else in the form stays.")
        }
    };
    toast(state, title, text, Some(ToastButton::Undo));
    to.show(WindowEffect::FocusPrompt);
}

#[cfg(test)]
mod tests;
