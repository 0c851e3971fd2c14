//! Quick look, compare and the keys that judge clips.

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use rushes::app::action::viewing::Viewing;
use rushes::app::state::Dialog;
use rushes::app::state::playback::{FilmFacts, Heard};
use rushes::app::state::viewer::{CompareMode, Comparison, Viewer};
use rushes::app::{Action, Effect, Input};
use rushes::domain::samples;
use rushes::domain::{Draft, JobId, Verdict};
use rushes::engine::command::Command;

use super::fixture::{BOAT, Scene, show, show_at, with_jobs};
use crate::support::window::press;

/// Three ready takes of the boat in the fixture.
pub const BOATS: [JobId; 3] = [samples::id(21), samples::id(22), samples::id(23)];

fn on_a_card(scene: Scene) -> Harness<'static, Scene> {
    let mut harness = show(scene);
    harness.get_by_label(&format!("{BOAT}, take 1, Ready")).focus();
    harness.run();
    harness
}

fn viewer(harness: &Harness<'_, Scene>) -> Option<Viewer> {
    harness.state().state.viewer.clone()
}

fn comparison(harness: &Harness<'_, Scene>) -> Comparison {
    match viewer(harness) {
        Some(Viewer::Compare(comparison)) => comparison,
        other => panic!("nothing is compared: {other:?}"),
    }
}

fn verdicts(harness: &Harness<'_, Scene>) -> Vec<(JobId, Verdict)> {
    let of_effect = |effect: &Effect| match effect {
        Effect::Engine(Command::Judge(verdicts)) => Some(verdicts.clone()),
        _ => None,
    };
    harness.state().effects.iter().filter_map(of_effect).next_back().unwrap_or_default()
}

/// Quick look plays at once; halted, so that the harness comes to rest.
fn quick_look() -> Harness<'static, Scene> {
    let mut scene = with_jobs();
    for boat in BOATS {
        scene.film(boat, 0);
    }
    let mut harness = on_a_card(scene);
    press(&mut harness, Key::Space);
    press(&mut harness, Key::K);
    harness
}

#[test]
fn space_opens_quick_look_and_escape_gives_the_card_the_keyboard_back() {
    let mut scene = with_jobs();
    scene.film(BOATS[0], 0);
    let mut harness = on_a_card(scene);
    press(&mut harness, Key::Space);
    assert_eq!(viewer(&harness), Some(Viewer::QuickLook));
    assert!(harness.state().state.playback.is_playing);
    harness.get_by_label("Close quick look");
    press(&mut harness, Key::Escape);
    assert_eq!(viewer(&harness), None);
    assert!(!harness.state().state.playback.is_playing);
    assert!(harness.get_by_label(&format!("{BOAT}, take 1, Ready")).is_focused());
}

#[test]
fn quick_look_steps_seeks_and_turns_by_keys() {
    let mut harness = quick_look();
    for (key, frame) in [
        (Key::Period, 1),
        (Key::Period, 2),
        (Key::Comma, 1),
        (Key::End, 191),
        (Key::Period, 191),
        (Key::Home, 0),
        (Key::Comma, 0),
    ] {
        press(&mut harness, key);
        assert_eq!(harness.state().state.playback.frame, frame, "{key:?}");
    }
    for (key, job) in [(Key::ArrowRight, BOATS[1]), (Key::ArrowRight, BOATS[2]), (Key::ArrowLeft, BOATS[1])] {
        press(&mut harness, key);
        assert_eq!(
            (harness.state().state.selection.card, viewer(&harness)),
            (Some(job), Some(Viewer::QuickLook)),
            "{key:?}"
        );
    }
    // The details behind the veil have such a button as well.
    harness.get_all_by_label("Next clip").last().expect("on the picture").click();
    harness.run();
    assert_eq!(harness.state().state.selection.card, Some(BOATS[2]));
}

#[test]
fn a_frame_number_is_typed_and_digits_rate_only_outside_of_it() {
    let mut harness = quick_look();
    harness.get_by_role_and_label(Role::TextInput, "Frame").focus();
    harness.run();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.event(egui::Event::Text("81".to_owned()));
    press(&mut harness, Key::Num1);
    assert_eq!(verdicts(&harness), [], "what is typed rates nothing");
    press(&mut harness, Key::Enter);
    assert_eq!(harness.state().state.playback.frame, 81);
    assert!(harness.get_all_by_label("Continue from frame 81").count() > 0);
    press(&mut harness, Key::Num4);
    assert_eq!(
        verdicts(&harness).iter().map(|(job, verdict)| (*job, verdict.rating.stars())).collect::<Vec<_>>(),
        [(BOATS[0], 4)]
    );
}

#[test]
fn the_keyboard_stays_inside_of_quick_look() {
    let mut harness = quick_look();
    for step in 0..40 {
        press(&mut harness, Key::Tab);
        assert!(!harness.get_by_label("Prompt").is_focused(), "after {step} steps");
    }
    assert_eq!(viewer(&harness), Some(Viewer::QuickLook));
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    harness.run();
    let ordered = |effect: &Effect| matches!(effect, Effect::Engine(Command::Enqueue(_)));
    assert!(!harness.state().effects.iter().any(ordered), "its price is out of sight");
}

#[test]
fn a_film_that_cannot_be_decoded_says_so_and_opens_elsewhere() {
    let mut scene = with_jobs();
    scene.put(Input::FilmOpened(BOATS[0], Err("it has 10 bits a color".to_owned())));
    let mut harness = on_a_card(scene);
    press(&mut harness, Key::Space);
    assert!(harness.get_all_by_label_contains("This clip cannot be played here: it has 10 bits a color").count() > 0);
    harness.get_all_by_label("Open in the player").last().expect("in the note").click();
    harness.run();
    let opened = |effect: &Effect| matches!(effect, Effect::OpenClip(job, _) if *job == BOATS[0]);
    assert!(harness.state().effects.iter().any(opened));
}

#[test]
fn quick_look_wakes_nobody_while_it_is_halted() {
    let mut harness = quick_look();
    harness.run();
    let delay = harness.output().viewport_output[&egui::ViewportId::ROOT].repaint_delay;
    assert_eq!(delay, std::time::Duration::MAX);
}

#[test]
fn c_compares_the_takes_and_m_changes_the_way() {
    let mut harness = on_a_card(with_jobs());
    press(&mut harness, Key::C);
    assert_eq!(comparison(&harness).jobs, BOATS);
    harness.get_by_label("Gallery");
    assert!(harness.query_by_label("Prompt").is_none(), "what is covered is not reached by Tab");
    for mode in [CompareMode::Swap, CompareMode::Slider, CompareMode::SideBySide] {
        press(&mut harness, Key::M);
        assert_eq!(comparison(&harness).mode, mode);
    }
    for focus in [BOATS[1], BOATS[2], BOATS[0]] {
        press(&mut harness, Key::ArrowRight);
        assert_eq!(comparison(&harness).focus, focus);
    }
    harness.get_by_label_contains("Only these differ: seed ");
    press(&mut harness, Key::Escape);
    assert_eq!(viewer(&harness), None);
    assert!(harness.get_by_label(&format!("{BOAT}, take 1, Ready")).is_focused());
}

#[test]
fn a_short_c_swaps_and_a_long_one_swaps_back_when_it_is_let_go() {
    let mut harness = on_a_card(with_jobs());
    press(&mut harness, Key::C);
    press(&mut harness, Key::M);
    press(&mut harness, Key::C);
    assert_eq!(comparison(&harness).focus, BOATS[1]);
    harness.key_down(Key::C);
    harness.run();
    assert_eq!(comparison(&harness).focus, BOATS[2]);
    // Steps of the harness are a quarter of a second apart.
    harness.run_steps(3);
    harness.key_up(Key::C);
    harness.run();
    assert_eq!(comparison(&harness).focus, BOATS[1]);
}

#[test]
fn compared_clips_show_one_frame_number_or_say_that_it_is_not_there() {
    let mut scene = with_jobs();
    scene.film(BOATS[0], 111);
    scene.film(BOATS[1], 110);
    scene.act(Action::View(Viewing::Compare(BOATS.to_vec())));
    scene.act(Action::View(Viewing::Seek(111)));
    let mut harness = show(scene);
    harness.get_by_label("Take 1");
    harness.get_by_label("Take 2, Frame 111 is being read");
    harness.get_by_label("Take 3, The film is being opened");
    harness.state_mut().film(BOATS[1], 111);
    harness.state_mut().film(BOATS[2], 111);
    harness.run();
    for name in ["Take 1", "Take 2", "Take 3"] {
        harness.get_by_label(name);
    }
    harness.state_mut().act(Action::View(Viewing::Seek(120)));
    harness.run();
    for name in ["Take 1", "Take 2", "Take 3"] {
        harness.get_by_label(name);
    }
    harness.state_mut().film(BOATS[1], 120);
    harness.run();
    harness.get_by_label("Take 1, Frame 120 is being read");
    harness.get_by_label("Take 2");
}

#[test]
fn the_words_about_the_sound_never_push_the_speed_over_the_frame_number() {
    for width in (760..=1440).step_by(20) {
        let mut scene = with_jobs();
        for boat in BOATS {
            let film = FilmFacts { frames: 192, duration_millis: 8_000, width: 1280, height: 720, has_audio: true };
            scene.put(Input::FilmOpened(boat, Ok(film)));
        }
        scene.act(Action::View(Viewing::Compare(BOATS.to_vec())));
        scene.state.heard = Heard::NoDevice("no sound server is set up".to_owned());
        #[expect(clippy::cast_precision_loss, reason = "a small number")]
        let harness = show_at(scene, [width as f32, 600.0].into(), egui::Theme::Dark);
        let (frames, speed) = (harness.get_by_label_contains("of 192").rect(), speed(&harness));
        assert!(frames.right() + 4.0 <= speed.left(), "{width}: {frames} and {speed}");
    }
}

/// Where the choice of the speed stands.
fn speed(harness: &Harness<'_, Scene>) -> egui::Rect {
    harness.get_by_label_contains("Speed: ").rect()
}

#[test]
fn keys_rate_reject_and_take_back_from_the_card() {
    let mut harness = on_a_card(with_jobs());
    let said = |harness: &Harness<'_, Scene>| {
        let said = verdicts(harness);
        said.first().map(|(job, verdict)| (*job, verdict.rating.stars(), verdict.is_rejected))
    };
    for (key, stars, is_rejected) in
        [(Key::Num5, 5, false), (Key::Num2, 2, false), (Key::X, 2, true), (Key::X, 2, false), (Key::Num0, 0, false)]
    {
        press(&mut harness, key);
        let (job, verdict) = (BOATS[0], verdicts(&harness));
        assert_eq!(said(&harness), Some((job, stars, is_rejected)), "{key:?}");
        // The library's part: what was said is stored.
        let stored = harness.state().state.jobs.get(&job).cloned().expect("in the fixture");
        harness.state_mut().store_verdict(&stored, verdict[0].1);
    }
}

#[test]
fn make_again_shows_its_price_and_buys_nothing() {
    let mut scene = with_jobs();
    scene.state.draft = Draft::default();
    let mut harness = on_a_card(scene);
    press(&mut harness, Key::R);
    let scene = harness.state();
    assert_eq!(scene.state.draft.prompt, BOAT);
    let ordered = |effect: &Effect| matches!(effect, Effect::Engine(Command::Enqueue(_)));
    assert!(!scene.effects.iter().any(ordered));
    harness.get_by_label_contains("Generate · 180 cr");
}

#[test]
fn letters_typed_into_the_prompt_stay_letters() {
    let mut harness = show(with_jobs());
    harness.get_by_label("Prompt").focus();
    harness.run();
    for key in [Key::C, Key::X, Key::Num5, Key::L, Key::Space, Key::R] {
        press(&mut harness, key);
    }
    assert_eq!(viewer(&harness), None);
    assert!(harness.state().effects.iter().all(|effect| !matches!(effect, Effect::Engine(_))));
}

#[test]
fn the_question_mark_lists_all_shortcuts() {
    let mut harness = on_a_card(with_jobs());
    harness.event(egui::Event::Text("?".to_owned()));
    harness.run();
    assert_eq!(harness.state().state.dialog, Some(Dialog::Shortcuts));
    let is_listed = |harness: &Harness<'_, Scene>, command: &str| {
        harness.query_all_by_label_contains(&format!("{command}: ")).next().is_some()
    };
    assert!(is_listed(&harness, "Larger interface"));
    harness.get_by_role_and_label(Role::TextInput, "Search shortcuts").focus();
    harness.run();
    harness.event(egui::Event::Text("frame back".to_owned()));
    harness.run();
    assert!(is_listed(&harness, "One frame back"));
    assert!(!is_listed(&harness, "Larger interface"));
    press(&mut harness, Key::Escape);
    press(&mut harness, Key::Escape);
    assert_eq!(harness.state().state.dialog, None);
}

#[test]
fn every_dialog_gives_the_card_the_keyboard_back() {
    let command = Modifiers::COMMAND;
    for (key, modifiers) in [
        (Key::Comma, command),
        (Key::K, command),
        (Key::H, command),
        (Key::L, command | Modifiers::SHIFT),
        (Key::Questionmark, Modifiers::NONE),
    ] {
        let mut harness = on_a_card(with_jobs());
        if key == Key::Questionmark {
            harness.event(egui::Event::Text("?".to_owned()));
        } else {
            harness.key_press_modifiers(modifiers, key);
        }
        harness.run();
        assert!(harness.state().state.dialog.is_some(), "{key:?} opens a dialog");
        // The first Esc may leave a text field of the dialog.
        for _ in 0..2 {
            if harness.state().state.dialog.is_some() {
                press(&mut harness, Key::Escape);
            }
        }
        assert_eq!(harness.state().state.dialog, None, "{key:?}");
        press(&mut harness, Key::Space);
        assert_eq!(viewer(&harness), Some(Viewer::QuickLook), "after {key:?} the card has the keyboard again");
    }
}

#[test]
fn every_control_of_the_viewers_has_a_name() {
    let mut compared = with_jobs();
    compared.act(Action::View(Viewing::Compare(BOATS.to_vec())));
    let mut slider = with_jobs();
    slider.act(Action::View(Viewing::Compare(BOATS.to_vec())));
    slider.act(Action::View(Viewing::SetMode(CompareMode::Slider)));
    let mut large = with_jobs();
    large.act(Action::View(Viewing::QuickLook(BOATS[0])));
    let mut shortcuts = with_jobs();
    shortcuts.act(Action::OpenShortcuts);
    for (name, scene, size) in [
        ("compare", compared, [1440.0, 900.0]),
        ("slider", slider, [900.0, 640.0]),
        ("quick look", large, [760.0, 560.0]),
        ("shortcuts", shortcuts, [760.0, 560.0]),
    ] {
        let harness = show_at(scene, size.into(), egui::Theme::Dark);
        let mut nameless = Vec::new();
        for node in harness.get_all_by(|node| super::is_control(node.role())) {
            let node = node.accesskit_node();
            if node.label().is_none_or(|label| label.trim().is_empty()) {
                nameless.push(format!("{:?} at {:?}", node.role(), node.raw_bounds()));
            }
        }
        assert!(nameless.is_empty(), "{name}: {nameless:?}");
    }
}
