//! "Continue from frame N": a frame of a clip becomes the start picture of a new draft.

use crate::app::action::Effect;
use crate::app::state::{AppState, PictureState, ToastButton, UndoStep};
use crate::domain::request::StoredPicture;
use crate::domain::{JobId, Parent, StartPicture};

use super::{clip_path, draft_changed, remember, toast};

pub(super) fn act(state: &mut AppState, job: JobId, frame: u32, to: &mut Vec<Effect>) {
    if let Some(path) = clip_path(state, job) {
        state.picture = PictureState::Importing;
        to.push(Effect::TakeFrame { job, path, frame });
    }
}

pub(super) fn taken(
    state: &mut AppState,
    job: JobId,
    frame: u32,
    picture: Result<StoredPicture, String>,
    to: &mut Vec<Effect>,
) {
    let picture = match picture {
        Ok(picture) => picture,
        Err(reason) => {
            state.picture = PictureState::Trouble(reason);
            return;
        }
    };
    let Some(request) = state.jobs.get(&job).map(|job| job.request.clone()) else { return };
    remember(state, UndoStep::Draft(Box::new(state.draft.clone())));
    state.draft.use_settings_of(&request);
    state.draft.picture = Some(StartPicture::Stored(picture));
    state.draft.parent = Some(Parent { job, frame });
    state.picture = PictureState::Quiet;
    draft_changed(state);
    toast(state, format!("Continues from frame {frame}"), "Describe what happens next.", Some(ToastButton::Undo));
    to.push(Effect::FocusPrompt);
}
