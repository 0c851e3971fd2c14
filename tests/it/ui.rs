//! The window without a window: by role and name, with nothing behind it but the pure update.

mod contrast;
mod details;
mod fixture;
mod form;
mod gallery;
mod hands;
mod ledger;
mod list;
mod money;
mod names;
mod occlusion;
mod paged;
mod pictures;
mod prices;
mod queue;
mod reach;
mod room;
mod sending;
mod storyboard;
mod viewing;
mod words;

use egui::Key;
use egui::Modifiers;
use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use rushes::app::action::KeyFound;
use rushes::app::state::{Dialog, KeyPlace, SettingsPage};
use rushes::app::{Action, Effect, Input};
use rushes::domain::{ClipDuration, GatewayId, JobState, Resolution};
use rushes::engine::command::Command;

use crate::support::window::{click, press, type_into};
use fixture::{BOAT, Scene, first_start, show, show_at, studio, with_jobs, world};

fn orders(scene: &Scene) -> usize {
    let is_order = |effect: &&Effect| matches!(effect, Effect::Engine(Command::Enqueue(_)));
    scene.effects.iter().filter(is_order).count()
}

fn is_disabled(harness: &Harness<'_, Scene>, name: &str) -> bool {
    harness.get_by_role_and_label(Role::Button, name).accesskit_node().is_disabled()
}

#[test]
fn a_prompt_switches_generate_on() {
    let mut harness = show(world());
    assert!(is_disabled(&harness, "Generate · free, Describe the shot first"));
    type_into(&mut harness, "Prompt", "a paper boat");
    assert_eq!(harness.state().state.draft.prompt, "a paper boat");
    assert!(!is_disabled(&harness, "Generate · free"));
    click(&mut harness, "Generate · free");
    assert_eq!(orders(harness.state()), 1);
}

#[test]
fn the_price_on_the_button_follows_every_choice() {
    let mut scene = world();
    scene.state.draft.prompt = "a paper boat".to_owned();
    scene.state.draft.gateway = GatewayId::Apiin;
    scene.key(GatewayId::Apiin);
    scene.key(GatewayId::Aigateway);
    // Above the limit the button has another name.
    scene.state.settings.caps.confirm_above.is_on = false;
    let mut harness = show(scene);
    harness.get_by_label("Generate · 90 cr");
    click(&mut harness, "Resolution: 1080p");
    harness.get_by_label("Generate · 150 cr");
    click(&mut harness, "Duration: 8 s");
    harness.get_by_label("Generate · 300 cr");
    click(&mut harness, "Takes: one more");
    harness.get_by_label("Generate 2 · 600 cr");
    click(&mut harness, "Audio");
    harness.get_by_label("Generate 2 · 1,200 cr");
    harness.get_by_label_contains("aigateway, $1.28").click();
    harness.run();
    harness.get_by_label("Generate 2 · $1.28");
    let draft = &harness.state().state.draft;
    assert_eq!(
        (draft.resolution, draft.duration, draft.takes, draft.audio),
        (Resolution::P1080, ClipDuration::S8, 2, true)
    );
}

#[test]
fn ten_seconds_are_blocked_at_1080p_with_the_reason_beside_them() {
    let mut scene = world();
    scene.state.draft.prompt = "a paper boat".to_owned();
    let mut harness = show(scene);
    click(&mut harness, "Resolution: 1080p");
    harness.get_by_label("10 s is not offered at 1080p");
    assert!(harness.get_by_label("Duration: 10 s").accesskit_node().is_disabled());
    click(&mut harness, "Duration: 10 s");
    assert_eq!(harness.state().state.draft.duration, ClipDuration::S5);
}

#[test]
fn ten_seconds_chosen_first_stay_and_switch_generate_off() {
    let mut scene = world();
    scene.state.draft.prompt = "a paper boat".to_owned();
    scene.state.draft.duration = ClipDuration::S10;
    let mut harness = show(scene);
    click(&mut harness, "Resolution: 1080p");
    assert_eq!(harness.state().state.draft.duration, ClipDuration::S10, "nothing is changed in silence");
    assert!(is_disabled(&harness, "Generate · free, 10 s is not offered at 1080p"));
}

#[test]
fn without_a_key_generate_says_so_and_settings_take_one() {
    let mut scene = world();
    scene.state.draft.prompt = "a paper boat".to_owned();
    scene.state.draft.gateway = GatewayId::Aigateway;
    scene.state.settings.is_welcomed = true;
    scene.put(Input::KeyFound(GatewayId::Aigateway, KeyFound::None));
    let mut harness = show(scene);
    assert!(is_disabled(&harness, "Generate · $0.40, needs a key"));
    click(&mut harness, "Settings");
    assert_eq!(harness.state().state.dialog, Some(Dialog::Settings(SettingsPage::Gateways)));
    type_into(&mut harness, "Key of aigateway", "sk-secret");
    click(&mut harness, "Save the key of aigateway");
    let is_store =
        |effect: &Effect| matches!(effect, Effect::StoreKey { gateway: GatewayId::Aigateway, for_session: false, .. });
    assert!(harness.state().effects.iter().any(is_store));
    press(&mut harness, Key::Escape);
    assert_eq!(harness.state().state.dialog, None);
}

#[test]
fn the_keyboard_alone_makes_a_clip() {
    let mut harness = show(world());
    // Tab reaches the prompt, wherever it stands in the order.
    for _ in 0..40 {
        if harness.get_by_label("Prompt").is_focused() {
            break;
        }
        press(&mut harness, Key::Tab);
    }
    assert!(harness.get_by_label("Prompt").is_focused());
    harness.event(egui::Event::Text("a lighthouse".to_owned()));
    harness.run();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    harness.run();
    assert_eq!(orders(harness.state()), 1);
    assert_eq!(harness.state().state.draft.prompt, "a lighthouse", "the shortcut writes nothing into the prompt");
}

#[test]
fn an_input_method_keeps_its_enter() {
    let mut harness = show(world());
    harness.get_by_label("Prompt").focus();
    harness.run();
    harness.event(egui::Event::Text("a lighthouse".to_owned()));
    let preedit =
        |text: &str| egui::Event::Ime(egui::ImeEvent::Preedit { text: text.to_owned(), active_range_chars: None });
    harness.event(preedit("ni"));
    harness.run();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    harness.run();
    assert_eq!(orders(harness.state()), 0);
}

#[test]
fn the_slash_searches_and_finds() {
    let mut harness = show(with_jobs());
    harness.event(egui::Event::Text("/".to_owned()));
    harness.run();
    assert!(harness.get_by_label("Search prompts").is_focused());
    harness.event(egui::Event::Text("dragon".to_owned()));
    harness.run();
    assert_eq!(harness.state().state.search, "dragon", "the slash itself is not typed");
    assert_eq!(harness.state().state.gallery.groups.len(), 1);
}

#[test]
fn cards_are_named_by_prompt_take_and_state() {
    let harness = show(with_jobs());
    harness.get_by_label(&format!("{BOAT}, take 1, Ready"));
    harness.get_by_label_contains("take 4, Rendering, 24 s");
    harness.get_by_label_contains("take 6, #1 waiting");
    harness.get_by_label_contains("embers in the air, slow tilt up, take 1, Unconfirmed. apiin did not answer");
}

#[test]
fn arrow_keys_move_from_card_to_card_and_enter_opens() {
    let mut scene = with_jobs();
    scene.act(Action::Select(None));
    let mut harness = show(scene);
    harness.get_by_label(&format!("{BOAT}, take 1, Ready")).focus();
    harness.run();
    press(&mut harness, Key::ArrowRight);
    assert!(harness.get_by_label(&format!("{BOAT}, take 2, Ready")).is_focused());
    let second = harness.state().state.selection.card.expect("moving selects");
    press(&mut harness, Key::Enter);
    let opened =
        harness.state().effects.iter().any(|effect| matches!(effect, Effect::OpenClip(job, _) if *job == second));
    assert!(opened, "{:?}", harness.state().effects);
}

#[test]
fn an_unconfirmed_order_is_sent_again_only_after_asking_twice() {
    let mut scene = with_jobs();
    let job = scene.state.jobs.values().find(|job| job.state == JobState::Unconfirmed).expect("in the fixture").id;
    scene.act(Action::Select(Some(job)));
    let mut harness = show(scene);
    click(&mut harness, "Submit again anyway · 180 cr");
    let resent = |harness: &Harness<'_, Scene>| {
        harness.state().effects.iter().any(|effect| {
            matches!(
                effect,
                Effect::Engine(Command::Resolve(_, rushes::engine::command::UnconfirmedDecision::Resend { .. }))
            )
        })
    };
    assert!(!resent(&harness));
    harness.get_by_label_contains("both are charged: up to 360 cr");
    click(&mut harness, "Yes, submit again · 180 cr");
    assert!(resent(&harness));
}

#[test]
fn a_pasted_job_id_is_watched() {
    let mut scene = with_jobs();
    let job = scene.state.jobs.values().find(|job| job.state == JobState::Unconfirmed).expect("in the fixture").id;
    scene.act(Action::Select(Some(job)));
    let mut harness = show(scene);
    harness.get_by_label("Job id from the dashboard").focus();
    harness.run();
    harness.event(egui::Event::Text("v56_8f3ac1e2".to_owned()));
    harness.run();
    click(&mut harness, "Watch it");
    let adopted = harness.state().effects.iter().any(|effect| {
        matches!(effect, Effect::Engine(Command::Resolve(_, rushes::engine::command::UnconfirmedDecision::Adopt(id))) if id.as_str() == "v56_8f3ac1e2")
    });
    assert!(adopted);
}

#[test]
fn samples_fill_the_form_and_run_nothing() {
    let mut harness = show(first_start());
    harness.get_by_label_contains("Use this sample: Jellyfish").click();
    harness.run();
    let scene = harness.state();
    assert!(scene.state.draft.prompt.starts_with("Jellyfish"));
    assert!(!scene.effects.iter().any(|effect| matches!(effect, Effect::Engine(_))));
}

#[test]
fn practice_is_one_click_away() {
    let mut scene = first_start();
    scene.state.draft.gateway = GatewayId::Apiin;
    let mut harness = show(scene);
    click(&mut harness, "Start with practice clips");
    assert_eq!(harness.state().state.draft.gateway, GatewayId::Practice);
    assert!(harness.get_by_label("Prompt").is_focused());
}

#[test]
fn every_control_has_a_name() {
    let mut settings = with_jobs();
    settings.act(Action::OpenSettings(SettingsPage::Gateways));
    let mut narrow = with_jobs();
    narrow.ui_state.shows_details = true;
    for (name, scene, size) in [
        ("studio", with_jobs(), [1440.0, 900.0]),
        ("first start", first_start(), [1440.0, 900.0]),
        ("settings", settings, [1440.0, 900.0]),
        ("narrow", narrow, [960.0, 640.0]),
        ("narrower", with_jobs(), [760.0, 560.0]),
    ] {
        let harness = show_at(scene, size.into(), egui::Theme::Dark);
        let mut nameless = Vec::new();
        for node in harness.get_all_by(|node| is_control(node.role())) {
            let node = node.accesskit_node();
            if node.label().is_none_or(|label| label.trim().is_empty()) {
                nameless.push(format!("{:?} at {:?}", node.role(), node.raw_bounds()));
            }
        }
        assert!(nameless.is_empty(), "{name}: {nameless:?}");
    }
}

fn is_control(role: Role) -> bool {
    matches!(
        role,
        Role::Button
            | Role::CheckBox
            | Role::ComboBox
            | Role::Link
            | Role::MenuItem
            | Role::MultilineTextInput
            | Role::PasswordInput
            | Role::RadioButton
            | Role::Slider
            | Role::SpinButton
            | Role::Switch
            | Role::Tab
            | Role::TextInput
            | Role::DisclosureTriangle
    )
}

#[test]
fn idle_windows_paint_nothing() {
    for (name, scene) in [("empty", world()), ("first start", first_start()), ("finished", fixture::finished())] {
        let mut harness = show(scene);
        harness.run();
        let delay = harness.output().viewport_output[&egui::ViewportId::ROOT].repaint_delay;
        assert_eq!(delay, std::time::Duration::MAX, "{name}");
    }
}

/// Which part of its texture is drawn at that place.
fn drawn_part(harness: &Harness<'_, Scene>, place: egui::Rect) -> egui::Rect {
    let mut parts = harness.output().shapes.iter().filter_map(|clipped| match &clipped.shape {
        egui::Shape::Rect(drawn)
            if (drawn.rect.min - place.min).length() < 1.0 && (drawn.rect.max - place.max).length() < 1.0 =>
        {
            drawn.brush.as_ref().map(|brush| brush.uv)
        }
        _ => None,
    });
    parts.next_back().expect("a picture is drawn there")
}

fn point_at(harness: &mut Harness<'_, Scene>, place: egui::Rect, along: f32) {
    let at = egui::pos2(egui::lerp(place.x_range(), along), place.center().y);
    harness.event(egui::Event::PointerMoved(at));
    harness.run();
    let delay = harness.output().viewport_output[&egui::ViewportId::ROOT].repaint_delay;
    assert_eq!(delay, std::time::Duration::MAX, "a pointer that rests paints nothing");
}

fn whole() -> egui::Rect {
    egui::Rect::from_min_max(egui::pos2(0.0, 0.0), egui::pos2(1.0, 1.0))
}

#[test]
fn the_film_of_a_card_moves_under_the_pointer() {
    let mut harness = show(with_jobs());
    let name = format!("{BOAT}, take 2, Ready");
    let card = harness.get_by_label(&name).rect();
    assert_eq!(drawn_part(&harness, card), whole());
    for (along, frame) in [(0.0, 0.0), (0.25, 4.0), (0.75, 11.0), (0.999, 15.0)] {
        point_at(&mut harness, card, along);
        let part = drawn_part(&harness, card);
        assert_eq!((part.left() * 16.0, part.width() * 16.0), (frame, 1.0), "at {along}");
        assert_eq!(harness.get_by_label(&name).rect(), card, "nothing changes its size");
    }
    point_at(&mut harness, card.translate([0.0, card.height() + 6.0].into()), 0.5);
    assert_eq!(drawn_part(&harness, card), whole(), "the poster is back");
}

#[test]
fn ten_thousand_clips_draw_only_what_is_seen() {
    let harness = show(fixture::many(2_000));
    let cards = harness.get_all_by(|node| node.label().is_some_and(|label| label.contains(", take "))).count();
    assert!((1..120).contains(&cards), "{cards} cards");
}

#[test]
fn the_details_lie_over_the_gallery_in_a_narrow_window_and_escape_closes_them() {
    let mut harness = show_at(with_jobs(), [960.0, 640.0].into(), egui::Theme::Dark);
    assert!(harness.query_by_label("Copy the prompt").is_none() || harness.query_by_label("Previous clip").is_none());
    click(&mut harness, &format!("{BOAT}, take 1, Ready"));
    harness.get_by_label("Previous clip");
    press(&mut harness, Key::Escape);
    assert!(harness.query_by_label("Previous clip").is_none());
}

#[test]
fn toasts_undo() {
    let mut scene = with_jobs();
    let ready = scene.state.jobs.values().find(|job| job.state == JobState::Ready).expect("in the fixture").id;
    let before = scene.state.draft.clone();
    scene.act(Action::UseSettings(ready));
    assert_ne!(scene.state.draft, before);
    let mut harness = show(scene);
    click(&mut harness, "Undo");
    assert_eq!(harness.state().state.draft, before);
}

#[test]
fn the_studio_as_drawn_in_the_dark() {
    show_at(studio(), [1440.0, 900.0].into(), egui::Theme::Dark).snapshot("studio-dark");
}

#[test]
fn the_studio_as_drawn_in_the_light() {
    show_at(studio(), [1440.0, 900.0].into(), egui::Theme::Light).snapshot("studio-light");
}

#[test]
fn the_first_start_as_drawn() {
    let mut harness = show_at(first_start(), [1440.0, 900.0].into(), egui::Theme::Dark);
    harness.run();
    harness.snapshot("first-start-dark");
}

#[test]
fn a_key_that_was_found_shows_its_place() {
    let mut scene = world();
    let found = KeyFound::Present { place: KeyPlace::Environment, last_four: Some("c901".to_owned()) };
    scene.put(Input::KeyFound(GatewayId::Apiin, found));
    scene.act(Action::OpenSettings(SettingsPage::Gateways));
    let harness = show(scene);
    harness.get_by_label_contains("From the environment variable APIIN_API_KEY");
    harness.get_by_label("Forget the key of apiin");
}
