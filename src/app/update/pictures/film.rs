//! A film file as a source of pictures: its first frame comes first, and any other can be taken instead.

use super::{imported, progress_mut};
use crate::app::action::pictures::PictureWork;
use crate::app::action::{Effect, Effects};
use crate::app::state::pictures::FilmFile;
use crate::app::state::{AppState, PictureState};
use crate::app::view::dropping::film_file;
use crate::domain::request::Slot;
use crate::domain::request::StoredPicture;

/// Asks for another frame of the film file in a well.
pub(super) fn take_frame(state: &mut AppState, slot: Slot, frame: u32, to: &mut Effects) {
    let Some(film) = film_file(state, slot) else { return };
    let (path, frame) = (film.path.clone(), frame.min(film.frames.saturating_sub(1)));
    *progress_mut(state, slot) = PictureState::Importing;
    to.push(Effect::Pictures(PictureWork::TakeFrame { slot, path, frame }));
}

/// A frame of a film file is there, or cannot be had.
pub(super) fn taken(
    state: &mut AppState,
    slot: Slot,
    film: FilmFile,
    picture: Result<(StoredPicture, Vec<String>), String>,
) {
    // Whoever took the picture off, or chose another one, meanwhile does not want this any more.
    if *progress_mut(state, slot) != PictureState::Importing {
        return;
    }
    if let Ok((picture, _)) = &picture {
        state.film_files.insert(slot, (picture.sha256, film));
    }
    imported(state, slot, picture);
}

#[cfg(test)]
mod tests {
    use super::super::tests::{act, news, picture};
    use super::*;
    use crate::app::action::pictures::{PictureNews, Pictures, RecipeSource};
    use crate::app::action::{Action, Input};
    use crate::app::state::pictures::DropTarget;
    use crate::app::update::kit::put;
    use crate::domain::{InputPicture, UnixMillis};

    const FILM: &str = "/home/ada/boat.mp4";

    fn window() -> AppState {
        AppState::new(UnixMillis(1_000_000))
    }

    /// A frame of a film file, as it comes into the start picture's well.
    fn frame(number: u32, name: &str) -> PictureNews {
        let film = FilmFile { path: FILM.into(), frame: number, frames: 72 };
        let remarks = vec![format!("frame {} of 72", number + 1)];
        PictureNews::FrameTaken { slot: Slot::Start, film, picture: Ok((picture(name), remarks)) }
    }

    #[test]
    fn another_frame_of_a_film_file_can_be_taken() {
        let mut state = window();
        let effects = act(&mut state, Pictures::Drop(vec![FILM.into()], Some(DropTarget::StartPicture)));
        assert!(matches!(&effects[..], [Effect::ImportPicture(Slot::Start, path)] if path.ends_with("boat.mp4")));
        news(&mut state, frame(0, "first"));
        assert_eq!(state.draft.picture, Some(InputPicture::Stored(picture("first"))));
        assert_eq!(state.picture, PictureState::Imported(vec!["frame 1 of 72".to_owned()]));
        // Beyond the end is the last frame.
        let effects = act(&mut state, Pictures::TakeFrame(Slot::Start, 500));
        let wanted = PictureWork::TakeFrame { slot: Slot::Start, path: FILM.into(), frame: 71 };
        assert!(matches!(&effects[..], [Effect::Pictures(work)] if *work == wanted), "{effects:?}");
        news(&mut state, frame(71, "last"));
        assert_eq!(state.draft.picture, Some(InputPicture::Stored(picture("last"))));
        assert_eq!(film_file(&state, Slot::Start).map(|film| film.frame), Some(71));
        // A part of the frame is no frame any more, and nothing else is.
        put(&mut state, Input::PictureImported(Slot::Start, Ok((picture("other"), Vec::new()))));
        assert_eq!(film_file(&state, Slot::Start), None);
        assert_eq!(act(&mut state, Pictures::TakeFrame(Slot::Start, 3)).len(), 0);
    }

    #[test]
    fn a_frame_of_a_film_file_that_comes_too_late_changes_nothing() {
        let mut state = window();
        act(&mut state, Pictures::Drop(vec![FILM.into()], Some(DropTarget::StartPicture)));
        put(&mut state, Input::Act(Action::RemovePicture(Slot::Start)));
        news(&mut state, frame(0, "first"));
        assert_eq!((state.draft.picture.as_ref(), &state.picture), (None, &PictureState::Quiet));
        // One that cannot be taken leaves the picture that was there.
        act(&mut state, Pictures::Drop(vec![FILM.into()], Some(DropTarget::StartPicture)));
        news(&mut state, frame(0, "first"));
        act(&mut state, Pictures::TakeFrame(Slot::Start, 3));
        let film = FilmFile { path: FILM.into(), frame: 3, frames: 0 };
        let reason = "The frame cannot be taken.".to_owned();
        news(&mut state, PictureNews::FrameTaken { slot: Slot::Start, film, picture: Err(reason.clone()) });
        assert_eq!(state.draft.picture, Some(InputPicture::Stored(picture("first"))));
        assert_eq!(state.picture, PictureState::Trouble(reason));
    }

    #[test]
    fn a_pasted_film_without_settings_gives_its_first_frame() {
        let mut state = window();
        let effects = act(&mut state, Pictures::Drop(vec![FILM.into()], None));
        let source = RecipeSource::Film(FILM.into());
        assert!(matches!(&effects[..], [Effect::Pictures(PictureWork::ReadRecipe(read))] if *read == source));
        let effects = news(&mut state, PictureNews::RecipeRead(source, Err("It carries no recipe.".to_owned())));
        assert!(matches!(&effects[..], [Effect::ImportPicture(Slot::Start, path)] if path.ends_with("boat.mp4")));
        assert_eq!(state.toasts.len(), 0);
        let json = RecipeSource::File("/home/ada/a.json".into());
        news(&mut state, PictureNews::RecipeRead(json, Err("It carries no recipe.".to_owned())));
        assert_eq!(state.toasts[0].title, "Nothing was restored");
    }
}
