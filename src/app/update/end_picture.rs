//! The picture that a clip ends with: chosen, typed, removed.

use std::path::PathBuf;

use crate::app::action::end_picture::{EndPicture, EndPictureNews};
use crate::app::action::{Effect, Effects};
use crate::app::state::{AppState, PictureState};
use crate::domain::StartPicture;

use super::{draft_changed, edit};

pub(super) fn act(state: &mut AppState, word: EndPicture, to: &mut Effects) {
    match word {
        EndPicture::Choose => {
            state.end_picture = PictureState::Choosing;
            to.push(Effect::PickEndPicture);
        }
        EndPicture::UseFile(path) => import(state, path, to),
        EndPicture::SetAddress(text) => {
            state.end_picture = PictureState::Quiet;
            edit(state, |draft| {
                draft.end_picture = (!text.trim().is_empty()).then_some(StartPicture::WebAddress(text));
            });
        }
        EndPicture::Remove => {
            state.end_picture = PictureState::Quiet;
            edit(state, |draft| draft.end_picture = None);
        }
    }
}

pub(super) fn told(state: &mut AppState, news: EndPictureNews, to: &mut Effects) {
    match news {
        EndPictureNews::Picked(Some(path)) => import(state, path, to),
        EndPictureNews::Picked(None) => state.end_picture = PictureState::Quiet,
        EndPictureNews::NoPicker(reason) => {
            state.has_no_picker = true;
            state.end_picture = PictureState::Trouble(reason);
        }
        EndPictureNews::Imported(Ok((picture, remarks))) => {
            state.draft.end_picture = Some(StartPicture::Stored(picture));
            state.end_picture = PictureState::Imported(remarks);
            draft_changed(state);
        }
        EndPictureNews::Imported(Err(reason)) => state.end_picture = PictureState::Trouble(reason),
    }
}

fn import(state: &mut AppState, path: PathBuf, to: &mut Effects) {
    state.end_picture = PictureState::Importing;
    to.push(Effect::ImportEndPicture(path));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::action::{Action, Input};
    use crate::app::update::kit::put;
    use crate::app::view::form;
    use crate::domain::request::{PictureType, StoredPicture};
    use crate::domain::{Draft, Field, GatewayId, JobId, Sha256Hex, UnixMillis, samples};
    use crate::engine::event::Event;

    fn stored() -> StoredPicture {
        StoredPicture {
            sha256: Sha256Hex::of(b"the end"),
            picture_type: PictureType::Jpeg,
            width: 1280,
            height: 720,
            size_bytes: 400_000,
            display_name: "harbor.jpg".to_owned(),
        }
    }

    fn state() -> AppState {
        let mut state = AppState::new(UnixMillis(0));
        (state.draft.prompt, state.draft.gateway) = ("a boat".to_owned(), GatewayId::Pixverse);
        state
    }

    #[test]
    fn a_chosen_file_becomes_the_end_picture_and_leaves_the_start_picture_alone() {
        let mut state = state();
        state.draft.picture = Some(StartPicture::WebAddress("https://a.example/1.jpg".to_owned()));
        let start = state.draft.picture.clone();
        let asked = put(&mut state, Input::Act(Action::EndPicture(EndPicture::Choose)));
        assert!(matches!(asked[..], [Effect::PickEndPicture]), "{asked:?}");
        let file = PathBuf::from("/pictures/harbor.jpg");
        let asked = put(&mut state, Input::EndPicture(EndPictureNews::Picked(Some(file.clone()))));
        assert!(matches!(&asked[..], [Effect::ImportEndPicture(path)] if *path == file), "{asked:?}");
        assert_eq!(form::view(&state).off_because.as_deref(), Some("Reading the picture"));
        put(&mut state, Input::EndPicture(EndPictureNews::Imported(Ok((stored(), vec!["upright now".to_owned()])))));
        assert_eq!(state.draft.end_picture, Some(StartPicture::Stored(stored())));
        assert_eq!(state.draft.picture, start);
        assert_eq!((&state.picture, state.draft_unkept_since), (&PictureState::Quiet, Some(UnixMillis(0))));
        put(&mut state, Input::Act(Action::EndPicture(EndPicture::Remove)));
        assert_eq!((&state.draft.end_picture, &state.draft.picture), (&None, &start));
    }

    #[test]
    fn without_a_file_dialog_or_a_readable_file_the_well_says_why() {
        let mut state = state();
        put(&mut state, Input::EndPicture(EndPictureNews::NoPicker("There is none.".to_owned())));
        assert!(state.has_no_picker);
        assert_eq!(state.end_picture, PictureState::Trouble("There is none.".to_owned()));
        put(&mut state, Input::EndPicture(EndPictureNews::Imported(Err("This is no picture.".to_owned()))));
        assert_eq!(state.end_picture, PictureState::Trouble("This is no picture.".to_owned()));
        assert_eq!(state.draft.end_picture, None);
    }

    #[test]
    fn an_end_picture_alone_is_a_problem_at_its_own_well() {
        let mut state = state();
        let address = "https://a.example/end.jpg".to_owned();
        put(&mut state, Input::Act(Action::EndPicture(EndPicture::SetAddress(address))));
        assert_eq!(form::view(&state).problem_at(Field::EndPicture), Some("An end picture needs a start picture"));
        put(&mut state, Input::Act(Action::EndPicture(EndPicture::SetAddress("  ".to_owned()))));
        assert_eq!(form::view(&state).problem_at(Field::EndPicture), None);
    }

    #[test]
    fn a_recipe_brings_its_end_picture_and_a_shot_that_goes_on_does_not() {
        let shot: JobId = samples::id(7);
        let mut state = state();
        let start = StartPicture::WebAddress("https://a.example/1.jpg".to_owned());
        let with_end = |draft: &mut Draft| {
            (draft.picture, draft.end_picture) = (Some(start.clone()), Some(StartPicture::Stored(stored())));
        };
        let job = samples::job(7).gateway(GatewayId::Pixverse).asking(with_end).queued();
        put(&mut state, Input::Engine(Event::JobChanged(Box::new(job))));
        put(&mut state, Input::Act(Action::UseSettings(shot)));
        assert_eq!(state.draft.end_picture, Some(StartPicture::Stored(stored())));
        state.picture = PictureState::Importing;
        put(&mut state, Input::FrameTaken { job: shot, frame: 3, picture: Ok(stored()) });
        assert_eq!(state.draft.picture, Some(StartPicture::Stored(stored())));
        assert_eq!(state.draft.end_picture, None, "it ended the shot before");
    }
}
