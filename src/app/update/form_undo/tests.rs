use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::app::action::pictures::Pictures;
use crate::app::state::form::History;
use crate::app::update::kit::{BITS, put};
use crate::app::update::{Now, apply};
use crate::domain::request::Slot;
use crate::domain::setting::ModelId;
use crate::domain::{
    AspectRatio, ClipDuration, GatewayId, InputPicture, JobId, Resolution, Thinking, UnixMillis, samples,
};
use crate::engine::event::Event;

fn window() -> AppState {
    AppState::new(UnixMillis(1_000_000))
}

fn act(state: &mut AppState, action: Action) {
    put(state, Input::Act(action));
}

/// Types text at the end of the prompt, one key after the other, so many milliseconds apart.
fn type_in(state: &mut AppState, text: &str, apart: u64) {
    for c in text.chars() {
        let time = state.now.after(Duration::from_millis(apart));
        let prompt = format!("{}{c}", state.draft.prompt);
        apply(state, Now { time, random: BITS }, Input::Act(Action::EditPrompt(prompt)));
    }
}

/// The prompts that Undo gives back, down to the first.
fn taken_back(state: &mut AppState) -> Vec<String> {
    let mut prompts = Vec::new();
    while !state.undo.is_empty() {
        act(state, Action::Undo);
        prompts.push(state.draft.prompt.clone());
    }
    prompts
}

#[test]
fn typing_is_taken_back_word_by_word() {
    let mut state = window();
    type_in(&mut state, "a paper boat", 80);
    assert_eq!(taken_back(&mut state), ["a paper ", "a ", ""]);
    for _ in 0..3 {
        act(&mut state, Action::Redo);
    }
    assert_eq!(state.draft.prompt, "a paper boat");
}

#[test]
fn a_pause_another_field_and_a_paste_begin_a_new_step() {
    let mut state = window();
    type_in(&mut state, "boat", 80);
    type_in(&mut state, "s", 1_200);
    act(&mut state, Action::EditNegativePrompt("t".to_owned()));
    type_in(&mut state, "x", 80);
    let pasted = format!("{} on a rain-wet street", state.draft.prompt);
    act(&mut state, Action::EditPrompt(pasted));
    type_in(&mut state, "s", 80);
    let steps = taken_back(&mut state);
    assert_eq!(steps, ["boatsx on a rain-wet street", "boatsx", "boats", "boats", "boat", ""]);
}

#[test]
fn deleting_is_a_step_of_its_own() {
    let mut state = window();
    type_in(&mut state, "boats", 80);
    for length in [4, 3] {
        let prompt = state.draft.prompt[..length].to_owned();
        act(&mut state, Action::EditPrompt(prompt));
    }
    assert_eq!(taken_back(&mut state), ["boats", ""]);
    // What was typed and deleted again is no step that Undo stops at.
    let mut state = window();
    act(&mut state, Action::SetTakes(3));
    type_in(&mut state, "b", 80);
    act(&mut state, Action::EditPrompt(String::new()));
    act(&mut state, Action::Undo);
    act(&mut state, Action::Undo);
    assert_eq!(state.draft.takes, 1);
}

#[test]
fn every_field_of_the_form_can_be_taken_back() {
    let picture = InputPicture::Stored(samples::stored_photo("boat.jpg"));
    let edits: Vec<(&str, Input)> = vec![
        ("prompt", Input::Act(Action::EditPrompt("a".to_owned()))),
        ("negative", Input::Act(Action::EditNegativePrompt("a".to_owned()))),
        ("resolution", Input::Act(Action::SetResolution(Resolution::P1080))),
        ("duration", Input::Act(Action::SetDuration(ClipDuration::S8))),
        ("ratio", Input::Act(Action::SetRatio(AspectRatio::R1x1))),
        ("audio", Input::Act(Action::SetAudio(true))),
        ("thinking", Input::Act(Action::SetThinking(Thinking::Enabled))),
        ("mode", Input::Act(Action::SetSeedMode(SeedMode::CountUp))),
        ("seed", Input::Act(Action::EditSeed("81".to_owned()))),
        ("takes", Input::Act(Action::SetTakes(4))),
        ("gateway", Input::Act(Action::SetGateway(GatewayId::Aigateway))),
        ("model", Input::Act(Action::SetModel(ModelId::new("other").expect("plain")))),
        ("address", Input::Act(Action::SetPictureAddress(Slot::Start, "https://example.com/a.jpg".to_owned()))),
        ("end address", Input::Act(Action::SetPictureAddress(Slot::End, "https://example.com/a.jpg".to_owned()))),
        ("picture", Input::PictureImported(Slot::Start, Ok((samples::stored_photo("boat.jpg"), Vec::new())))),
        ("end picture", Input::PictureImported(Slot::End, Ok((samples::stored_photo("boat.jpg"), Vec::new())))),
    ];
    for (name, edit) in edits {
        let mut state = window();
        let before = state.draft.clone();
        put(&mut state, edit);
        let after = state.draft.clone();
        assert_ne!(before, after, "{name}");
        act(&mut state, Action::Undo);
        assert_eq!(state.draft, before, "{name}");
        assert!(state.undo.is_empty(), "{name} is one step");
        act(&mut state, Action::Redo);
        assert_eq!(state.draft, after, "{name}");
    }
    let mut state = window();
    state.draft.picture = Some(picture.clone());
    act(&mut state, Action::RemovePicture(Slot::Start));
    act(&mut state, Action::Undo);
    assert_eq!(state.draft.picture, Some(picture));
}

#[test]
fn the_first_digit_of_a_seed_and_the_mode_that_it_chooses_are_one_step() {
    let mut state = window();
    act(&mut state, Action::EditSeed("8".to_owned()));
    act(&mut state, Action::SetSeedMode(SeedMode::Fixed));
    act(&mut state, Action::EditSeed("81".to_owned()));
    act(&mut state, Action::Undo);
    assert_eq!(state.draft, Draft::default());
}

#[test]
fn the_cursor_goes_where_something_changed() {
    let mut state = window();
    type_in(&mut state, "a paper boat", 80);
    let effects = apply(&mut state, Now { time: UnixMillis(2_000_000), random: BITS }, Input::Act(Action::Undo));
    assert!(effects.window.contains(&WindowEffect::PromptCursor(8)), "{:?}", effects.window);
    for (before, after, cursor) in
        [("", "", 0), ("a boat", "a red boat", 6), ("a red boat", "a boat", 2), ("舟", "夜、舟", 2)]
    {
        assert_eq!(cursor_after(before, after), cursor, "{before:?} → {after:?}");
    }
}

#[test]
fn a_new_edit_drops_what_could_be_done_again() {
    let mut state = window();
    act(&mut state, Action::SetTakes(4));
    act(&mut state, Action::Undo);
    type_in(&mut state, "a", 80);
    act(&mut state, Action::Redo);
    assert_eq!((state.draft.takes, state.draft.prompt.as_str()), (1, "a"));
}

#[test]
fn what_fills_the_form_is_one_step_and_what_was_typed_goes_into_the_history() {
    let mut state = window();
    let job = samples::job(7).prompt("a dragon").gateway(GatewayId::Practice).queued();
    put(&mut state, Input::Engine(Event::JobChanged(Box::new(job))));
    state.form.history = History::Read { entries: Default::default(), posters: Default::default() };
    type_in(&mut state, "mine", 80);
    act(&mut state, Action::UseSettings(samples::id(7)));
    let noted: Vec<_> = entries(&state);
    assert_eq!(noted, ["mine"]);
    // The settings of a clip are nothing that was typed, so filling the form again notes nothing.
    let other = samples::job(8).prompt("a fox").gateway(GatewayId::Practice).queued();
    put(&mut state, Input::Engine(Event::JobChanged(Box::new(other))));
    act(&mut state, Action::UseSettings(samples::id(8)));
    assert_eq!(entries(&state), ["mine"]);
    act(&mut state, Action::Undo);
    act(&mut state, Action::Undo);
    assert_eq!(state.draft.prompt, "mine");
}

fn entries(state: &AppState) -> Vec<String> {
    let entries = state.form.history.entries().expect("read");
    entries.newest_first().map(|(_, entry)| entry.draft.prompt.clone()).collect()
}

#[test]
fn whatever_fills_the_form_keeps_what_was_typed() {
    use crate::app::action::SAMPLE_SHOTS;
    use crate::app::action::form::Form;
    use crate::domain::preset::Preset;
    let fills: Vec<(&str, Action)> = vec![
        ("settings", Action::UseSettings(samples::id(7))),
        ("edit queued", Action::EditQueued(samples::id(7))),
        ("part", Action::UsePart(samples::id(7), crate::app::action::RecipePart::Prompt)),
        ("other gateway", Action::Form(Form::SendTo(samples::id(7), GatewayId::Apiin))),
        ("sample", Action::UseSampleShot(SAMPLE_SHOTS[0])),
        ("preset", Action::Form(Form::ApplyPreset("Fox".to_owned()))),
        ("pasted prompt", Action::Pictures(Pictures::PasteText("a pasted prompt".to_owned()))),
        ("emptied", Action::EditPrompt(String::new())),
    ];
    for (name, fill) in fills {
        let mut state = window();
        state.form.shelf.presets =
            vec![Preset { name: "Fox".to_owned(), prompt: Some("a fox".to_owned()), ..Preset::default() }];
        let job = samples::job(7).prompt("a dragon").gateway(GatewayId::Practice).queued();
        put(&mut state, Input::Engine(Event::JobChanged(Box::new(job))));
        state.form.history = History::Read { entries: Default::default(), posters: Default::default() };
        type_in(&mut state, "a long prompt of mine", 80);
        let before = state.draft.clone();
        act(&mut state, fill);
        assert_ne!(state.draft.prompt, before.prompt, "{name}");
        assert_eq!(entries(&state), ["a long prompt of mine"], "{name}");
        act(&mut state, Action::Undo);
        assert_eq!(state.draft, before, "{name}");
    }
}

#[test]
fn the_undo_of_a_message_keeps_what_was_done_since_within_reach() {
    let mut state = window();
    let job = samples::job(7).prompt("a dragon").gateway(GatewayId::Practice).queued();
    put(&mut state, Input::Engine(Event::JobChanged(Box::new(job))));
    type_in(&mut state, "mine", 80);
    act(&mut state, Action::UseSettings(samples::id(7)));
    type_in(&mut state, "!", 80);
    act(&mut state, Action::SetGateway(GatewayId::Apiin));
    let toast = state.toasts[0].id;
    act(&mut state, Action::PressToast(toast, crate::app::state::ToastButton::Undo));
    assert_eq!((state.draft.prompt.as_str(), state.draft.gateway), ("mine", GatewayId::Apiin));
    act(&mut state, Action::Undo);
    assert_eq!((state.draft.prompt.as_str(), state.draft.gateway), ("a dragon!", GatewayId::Apiin));
}

fn any_edit() -> impl Strategy<Value = Action> {
    use strum::IntoEnumIterator as _;
    let one = |actions: Vec<Action>| proptest::sample::select(actions);
    prop_oneof![
        "[ab ,]{0,12}".prop_map(Action::EditPrompt),
        "[ab ]{0,6}".prop_map(Action::EditNegativePrompt),
        "[0-9]{0,4}".prop_map(Action::EditSeed),
        (1_u8..=12).prop_map(Action::SetTakes),
        one(Resolution::iter().map(Action::SetResolution).collect()),
        one(ClipDuration::iter().map(Action::SetDuration).collect()),
        one(AspectRatio::iter().map(Action::SetRatio).collect()),
        one(GatewayId::iter().map(Action::SetGateway).collect()),
        one(SeedMode::iter().map(Action::SetSeedMode).collect()),
        any::<bool>().prop_map(Action::SetAudio),
        ("[a-c]{0,3}", any::<bool>()).prop_map(|(text, is_end)| {
            Action::SetPictureAddress(if is_end { Slot::End } else { Slot::Start }, text)
        }),
        Just(Action::UseSettings(JobId(samples::id(7).0))),
        Just(Action::Undo),
        Just(Action::Redo),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn undoing_all_gives_the_first_form_and_doing_all_again_the_last(
        edits in proptest::collection::vec((any_edit(), 0_u64..1_500), 0..120),
    ) {
        let mut state = window();
        let job = samples::job(7).prompt("a dragon").gateway(GatewayId::Practice).queued();
        put(&mut state, Input::Engine(Event::JobChanged(Box::new(job))));
        let first = state.draft.clone();
        for (edit, pause) in edits {
            let time = state.now.after(Duration::from_millis(pause));
            apply(&mut state, Now { time, random: BITS }, Input::Act(edit));
        }
        let last = state.draft.clone();
        let steps = state.undo.len();
        for _ in 0..=steps {
            act(&mut state, Action::Undo);
        }
        prop_assert_eq!(&state.draft, &first);
        for _ in 0..=steps + state.redo.len() {
            act(&mut state, Action::Redo);
        }
        // What was undone at the end of the edits comes back as well, so the last form is on the way.
        while state.draft != last && !state.undo.is_empty() {
            act(&mut state, Action::Undo);
        }
        prop_assert_eq!(&state.draft, &last);
    }
}
