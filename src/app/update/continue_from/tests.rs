use super::*;
use crate::app::action::{Action, Effect, Input};
use crate::app::state::{KeyPlace, KeyState};
use crate::app::update::kit::put;
use crate::domain::Sha256Hex;
use crate::domain::job::Clip;
use crate::domain::request::PictureType;
use crate::domain::request::Slot;
use crate::domain::{AspectRatio, ClipDuration, Draft, GatewayId, Seed, UnixMillis, samples};
use crate::engine::command::Command;
use crate::engine::event::Event;

const SHOT: JobId = samples::id(7);

/// A window with one ready clip whose seed was drawn or typed.
fn window(is_seed_drawn: bool) -> AppState {
    let mut state = AppState::new(UnixMillis(1_000));
    state.settings.caps.confirm_above.is_on = false;
    for gateway in state.gateways.values_mut() {
        gateway.key = KeyState::Present { place: KeyPlace::Session, last_four: None };
    }
    state.draft = Draft { prompt: "something else".to_owned(), takes: 4, ..Draft::default() };
    let draft = Draft {
        prompt: "a paper boat".to_owned(),
        duration: ClipDuration::S8,
        aspect_ratio: AspectRatio::R9x16,
        ..Draft::default()
    };
    let request = draft.to_request().expect("valid").with_seed(Seed::from_random(77), is_seed_drawn);
    let clip = Clip { width: 720, height: 1280, duration_millis: 8_000, ..samples::clip("boat.mp4") };
    let job = samples::job(7).gateway(GatewayId::Practice).request(request).clip(clip).ready();
    put(&mut state, Input::Engine(Event::JobChanged(Box::new(job))));
    state
}

fn picture(name: &str) -> StoredPicture {
    StoredPicture {
        sha256: Sha256Hex::of(b"a picture"),
        picture_type: PictureType::Png,
        width: 720,
        height: 1280,
        size_bytes: 900_000,
        display_name: name.to_owned(),
    }
}

fn continued(is_seed_drawn: bool) -> AppState {
    let mut state = window(is_seed_drawn);
    let effects = put(&mut state, Input::Act(Action::ContinueFrom(SHOT, 81)));
    assert!(
        matches!(&effects[..], [Effect::TakeFrame { job: SHOT, frame: 81, path, purpose: FramePurpose::NextShot }] if path.ends_with("boat.mp4")),
        "{effects:?}"
    );
    put(
        &mut state,
        Input::FrameTaken {
            job: SHOT,
            frame: 81,
            purpose: FramePurpose::NextShot,
            picture: Ok(picture("boat 81.png")),
        },
    );
    state
}

#[test]
fn the_frame_starts_a_draft_with_the_same_settings() {
    for (is_drawn, mode, text) in [(true, SeedMode::Random, ""), (false, SeedMode::Fixed, "77")] {
        let state = continued(is_drawn);
        let draft = &state.draft;
        assert_eq!(draft.prompt, "a paper boat");
        assert_eq!((draft.duration, draft.aspect_ratio, draft.takes), (ClipDuration::S8, AspectRatio::R9x16, 1));
        assert_eq!((draft.seed_mode, draft.seed_text.as_str()), (mode, text), "drawn: {is_drawn}");
        assert_eq!(draft.picture, Some(InputPicture::Stored(picture("boat 81.png"))));
        assert_eq!(draft.parent, Some(Parent { job: SHOT, frame: 81 }));
        assert_eq!(state.toasts[0].title, "Continues from frame 81 of take 1");
    }
}

#[test]
fn what_is_made_from_it_knows_its_parent() {
    let mut state = continued(true);
    let effects = put(&mut state, Input::Act(Action::Generate));
    let Some(Effect::Engine(Command::Enqueue(jobs))) = effects.first() else { panic!("{effects:?}") };
    assert_eq!(jobs[0].parent, Some(Parent { job: SHOT, frame: 81 }));
}

#[test]
fn undo_brings_the_draft_back_and_no_link_stays() {
    let before = window(true).draft;
    let mut state = continued(true);
    put(&mut state, Input::Act(Action::Undo));
    assert_eq!(state.draft, before);
}

#[test]
fn the_link_goes_with_the_picture() {
    let acts = [
        Input::Act(Action::RemovePicture(Slot::Start)),
        Input::Act(Action::SetPictureAddress(Slot::Start, "https://example.com/a.png".to_owned())),
        Input::PictureImported(Slot::Start, Ok((picture("mine.png"), Vec::new()))),
        Input::Act(Action::UseSettings(SHOT)),
    ];
    for act in acts {
        let mut state = continued(true);
        let name = format!("{act:?}");
        put(&mut state, act);
        assert_eq!(state.draft.parent, None, "{name}");
    }
    let mut state = continued(true);
    put(&mut state, Input::Act(Action::EditPrompt("it sinks".to_owned())));
    assert!(state.draft.parent.is_some(), "another prompt is what a next shot is made of");
}

#[test]
fn a_picture_that_comes_too_late_changes_nothing() {
    let mut state = window(true);
    put(&mut state, Input::Act(Action::ContinueFrom(SHOT, 81)));
    put(&mut state, Input::Act(Action::RemovePicture(Slot::Start)));
    let before = state.draft.clone();
    put(
        &mut state,
        Input::FrameTaken { job: SHOT, frame: 81, purpose: FramePurpose::NextShot, picture: Ok(picture("late.png")) },
    );
    assert_eq!((state.draft, state.picture), (before, PictureState::Quiet));
}

#[test]
fn a_frame_that_cannot_be_taken_says_so_and_leaves_the_draft() {
    let mut state = window(true);
    let before = state.draft.clone();
    put(&mut state, Input::Act(Action::ContinueFrom(SHOT, 81)));
    let reason = "The film cannot be read from frame 40 on.".to_owned();
    put(
        &mut state,
        Input::FrameTaken { job: SHOT, frame: 81, purpose: FramePurpose::NextShot, picture: Err(reason.clone()) },
    );
    assert_eq!((state.draft, state.picture), (before, PictureState::Trouble(reason)));
}

#[test]
fn a_frame_as_start_picture_leaves_everything_else() {
    let mut state = window(true);
    let end = InputPicture::Stored(picture("end.png"));
    state.draft.end_picture = Some(end.clone());
    let before = state.draft.clone();
    let effects = put(&mut state, Input::Act(Action::UseFrame(SHOT, 3)));
    assert!(
        matches!(
            &effects[..],
            [Effect::TakeFrame { job: SHOT, frame: 3, path, purpose: FramePurpose::StartPicture }]
                if path.ends_with("boat.mp4")
        ),
        "{effects:?}"
    );
    assert_eq!((&state.draft, &state.picture), (&before, &PictureState::Importing));
    let purpose = FramePurpose::StartPicture;
    put(&mut state, Input::FrameTaken { job: SHOT, frame: 3, purpose, picture: Ok(picture("boat 3.png")) });
    let picture = Some(InputPicture::Stored(picture("boat 3.png")));
    let parent = Some(Parent { job: SHOT, frame: 3 });
    assert_eq!(state.draft, Draft { picture, parent, ..before.clone() });
    assert_eq!(state.draft.end_picture, Some(end));
    assert_eq!(state.toasts[0].title, "Frame 3 of take 1 is the start picture");
    put(&mut state, Input::Act(Action::Undo));
    assert_eq!(state.draft, before);
}

#[test]
fn the_next_shot_does_not_end_with_the_picture_of_the_shot_before() {
    let mut state = window(true);
    state.draft.end_picture = Some(InputPicture::Stored(picture("end.png")));
    put(&mut state, Input::Act(Action::ContinueFrom(SHOT, 81)));
    let purpose = FramePurpose::NextShot;
    put(&mut state, Input::FrameTaken { job: SHOT, frame: 81, purpose, picture: Ok(picture("boat 81.png")) });
    assert_eq!(state.draft.end_picture, None);
}

#[test]
fn a_start_picture_that_cannot_be_taken_or_comes_too_late_changes_nothing() {
    let purpose = FramePurpose::StartPicture;
    let mut state = window(true);
    let before = state.draft.clone();
    put(&mut state, Input::Act(Action::UseFrame(SHOT, 3)));
    put(&mut state, Input::FrameTaken { job: SHOT, frame: 3, purpose, picture: Err("It cannot.".to_owned()) });
    assert_eq!((&state.draft, &state.picture), (&before, &PictureState::Trouble("It cannot.".to_owned())));
    put(&mut state, Input::FrameTaken { job: SHOT, frame: 3, purpose, picture: Ok(picture("late.png")) });
    assert_eq!((state.draft, state.toasts.len()), (before, 0));
}
