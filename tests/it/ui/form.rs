//! The form by hand: undo while typing, history, presets, shot words and completion.

use egui::Key;
use egui::Modifiers;
use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use rushes::app::action::form::{Form, FormNews, FormWork};
use rushes::app::state::Dialog;
use rushes::app::{Action, Effect, Input};
use rushes::domain::preset::Preset;
use rushes::domain::prompt_history::PromptEntry;
use rushes::domain::{AspectRatio, Draft, GatewayId, UnixMillis};

use super::fixture::{Scene, show, studio};
use crate::support::window::{click, press};

/// The studio with an empty prompt that has the keyboard.
fn typing() -> Harness<'static, Scene> {
    let mut scene = studio();
    scene.state.draft = Draft { gateway: GatewayId::Aigateway, ..Draft::default() };
    let mut harness = show(scene);
    harness.get_by_role_and_label(Role::MultilineTextInput, "Prompt").focus();
    harness.run();
    harness
}

fn type_text(harness: &mut Harness<'_, Scene>, text: &str) {
    for c in text.chars() {
        harness.get_by_role_and_label(Role::MultilineTextInput, "Prompt").type_text(&c.to_string());
        harness.run();
    }
}

fn prompt(harness: &Harness<'_, Scene>) -> String {
    harness.state().state.draft.prompt.clone()
}

fn with(harness: &mut Harness<'_, Scene>, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    harness.run();
}

fn entry(prompt: &str, at: i64) -> PromptEntry {
    let draft = Draft { prompt: prompt.to_owned(), aspect_ratio: AspectRatio::R1x1, ..Draft::default() };
    PromptEntry { draft, used_at: UnixMillis(at), uses: 2, is_pinned: false }
}

fn read_history(harness: &mut Harness<'_, Scene>) {
    let asked = |effect: &Effect| matches!(effect, Effect::Form(FormWork::ReadPrompts));
    assert!(harness.state().effects.iter().any(asked));
    let entries = vec![entry("a fox in snow", 1), entry("rain on glass", 2)];
    harness.state_mut().put(Input::Form(FormNews::PromptsRead(Ok(entries))));
    harness.run();
}

#[test]
fn one_key_takes_back_typing_and_choices_alike_also_while_typing() {
    let mut harness = typing();
    type_text(&mut harness, "a boat");
    harness.get_by_role_and_label(Role::RadioButton, "Aspect ratio: 1:1").click();
    harness.run();
    harness.get_by_role_and_label(Role::MultilineTextInput, "Prompt").focus();
    harness.run();
    with(&mut harness, Modifiers::COMMAND, Key::Z);
    assert_eq!(harness.state().state.draft.aspect_ratio, AspectRatio::R16x9);
    assert_eq!(prompt(&harness), "a boat");
    with(&mut harness, Modifiers::COMMAND, Key::Z);
    assert_eq!(prompt(&harness), "a ");
    with(&mut harness, Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    assert_eq!(prompt(&harness), "a boat");
    with(&mut harness, Modifiers::COMMAND, Key::Y);
    assert_eq!(harness.state().state.draft.aspect_ratio, AspectRatio::R1x1);
    // The cursor stands behind what came back, so typing goes on there.
    type_text(&mut harness, "s");
    assert_eq!(prompt(&harness), "a boats");
}

#[test]
fn another_field_takes_its_own_typing_back() {
    let mut harness = typing();
    type_text(&mut harness, "a boat");
    harness.get_by_label("Search prompts").focus();
    harness.run();
    with(&mut harness, Modifiers::COMMAND, Key::Z);
    assert_eq!(prompt(&harness), "a boat");
}

#[test]
fn alt_and_arrows_walk_through_earlier_prompts() {
    let mut harness = typing();
    type_text(&mut harness, "mine");
    with(&mut harness, Modifiers::ALT, Key::ArrowUp);
    read_history(&mut harness);
    assert_eq!(prompt(&harness), "rain on glass");
    with(&mut harness, Modifiers::ALT, Key::ArrowUp);
    assert_eq!(prompt(&harness), "a fox in snow");
    with(&mut harness, Modifiers::ALT, Key::ArrowDown);
    with(&mut harness, Modifiers::ALT, Key::ArrowDown);
    assert_eq!(prompt(&harness), "mine");
}

#[test]
fn the_history_is_searched_and_used_by_keys() {
    let mut harness = typing();
    with(&mut harness, Modifiers::COMMAND, Key::H);
    assert_eq!(harness.state().state.dialog, Some(Dialog::History));
    read_history(&mut harness);
    harness.get_by_label("Search the history").type_text("FOX");
    harness.run();
    press(&mut harness, Key::Enter);
    assert_eq!((prompt(&harness).as_str(), harness.state().state.dialog), ("a fox in snow", None));
    assert_eq!(harness.state().state.draft.aspect_ratio, AspectRatio::R16x9, "the prompt only");
    click(&mut harness, "Prompt history");
    press(&mut harness, Key::ArrowDown);
    with(&mut harness, Modifiers::SHIFT, Key::Enter);
    assert_eq!(harness.state().state.draft.aspect_ratio, AspectRatio::R1x1, "everything");
}

#[test]
fn a_preset_says_what_it_changes_before_and_after_the_click() {
    let mut scene = studio();
    scene.state.form.shelf.presets =
        vec![Preset { name: "Portrait".to_owned(), aspect_ratio: Some(AspectRatio::R9x16), ..Preset::default() }];
    let mut harness = show(scene);
    click(&mut harness, "Presets");
    harness.get_by_role_and_label(Role::MenuItem, "Portrait").click();
    harness.run();
    assert_eq!(harness.state().state.draft.aspect_ratio, AspectRatio::R9x16);
    assert_eq!(harness.state().state.toasts[0].text, "ratio 16:9 → 9:16");
    click(&mut harness, "Presets");
    click(&mut harness, "Save as preset…");
    harness.get_by_label("Name of the preset").type_text("Mine");
    harness.run();
    click(&mut harness, "Takes: 4");
    click(&mut harness, "Save preset");
    let presets = &harness.state().state.form.shelf.presets;
    assert_eq!((presets[1].name.as_str(), presets[1].takes, presets[1].prompt.clone()), ("Mine", Some(4), None));
}

#[test]
fn shot_words_are_written_at_the_cursor_and_nothing_is_sent_that_the_field_does_not_show() {
    let mut harness = typing();
    type_text(&mut harness, "a boat");
    click(&mut harness, "Show the shot words");
    click(&mut harness, "Light");
    click(&mut harness, "Write “golden hour” into the prompt");
    assert_eq!(prompt(&harness), "a boat, golden hour");
    type_text(&mut harness, "!");
    assert_eq!(prompt(&harness), "a boat, golden hour!");
    let request = harness.state().state.draft.to_request().expect("valid");
    assert_eq!(request.prompt(), "a boat, golden hour!");
    harness.state_mut().act(Action::Form(Form::ShowShotWords(false)));
    harness.run();
    assert!(harness.query_by_label("Write “golden hour” into the prompt").is_none());
}

#[test]
fn a_word_is_completed_with_tab_and_other_keys_stay_what_they_are() {
    let mut harness = typing();
    type_text(&mut harness, "a boat, gol");
    harness.get_by_label("golden hour");
    press(&mut harness, Key::Tab);
    assert_eq!(prompt(&harness), "a boat, golden hour");
    type_text(&mut harness, ", blu");
    harness.get_by_label("blue hour");
    press(&mut harness, Key::Enter);
    assert_eq!(prompt(&harness), "a boat, golden hour, blu\n");
    type_text(&mut harness, "mac");
    harness.get_by_label("macro lens");
    let before = harness.state().effects.len();
    with(&mut harness, Modifiers::COMMAND, Key::Enter);
    let effects = &harness.state().effects[before..];
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Engine(_))), "Ctrl Enter orders: {effects:?}");
}
