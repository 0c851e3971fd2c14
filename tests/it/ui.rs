//! The window without a window: by role and name, with nothing behind it but the pure update.

mod contrast;
mod details;
mod fixture;
mod gallery;
mod reach;
mod viewing;

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

use fixture::{BOAT, Bench, first_start, show, show_at, studio, with_jobs, world};

fn orders(bench: &Bench) -> usize {
    let is_order = |effect: &&Effect| matches!(effect, Effect::Engine(Command::Enqueue(_)));
    bench.effects.iter().filter(is_order).count()
}

fn is_disabled(harness: &Harness<'_, Bench>, name: &str) -> bool {
    harness.get_by_role_and_label(Role::Button, name).accesskit_node().is_disabled()
}

#[test]
fn a_prompt_switches_generate_on() {
    let mut harness = show(world());
    assert!(is_disabled(&harness, "Generate · free, Describe the shot first"));
    harness.get_by_label("Prompt").focus();
    harness.run();
    harness.get_by_label("Prompt").type_text("a paper boat");
    harness.run();
    assert_eq!(harness.state().state.draft.prompt, "a paper boat");
    assert!(!is_disabled(&harness, "Generate · free"));
    harness.get_by_label("Generate · free").click();
    harness.run();
    assert_eq!(orders(harness.state()), 1);
}

#[test]
fn the_price_on_the_button_follows_every_choice() {
    let mut bench = world();
    bench.state.draft.prompt = "a paper boat".to_owned();
    bench.state.draft.gateway = GatewayId::Apiin;
    bench.key(GatewayId::Apiin);
    bench.key(GatewayId::Aigateway);
    let mut harness = show(bench);
    harness.get_by_label("Generate · 90 cr");
    harness.get_by_label("Resolution: 1080p").click();
    harness.run();
    harness.get_by_label("Generate · 150 cr");
    harness.get_by_label("Duration: 8 s").click();
    harness.run();
    harness.get_by_label("Generate · 300 cr");
    harness.get_by_label("Takes: one more").click();
    harness.run();
    harness.get_by_label("Generate 2 · 600 cr");
    harness.get_by_label("Audio").click();
    harness.run();
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
    let mut bench = world();
    bench.state.draft.prompt = "a paper boat".to_owned();
    let mut harness = show(bench);
    harness.get_by_label("Resolution: 1080p").click();
    harness.run();
    harness.get_by_label("10 s is not offered at 1080p");
    assert!(harness.get_by_label("Duration: 10 s").accesskit_node().is_disabled());
    harness.get_by_label("Duration: 10 s").click();
    harness.run();
    assert_eq!(harness.state().state.draft.duration, ClipDuration::S5);
}

#[test]
fn ten_seconds_chosen_first_stay_and_switch_generate_off() {
    let mut bench = world();
    bench.state.draft.prompt = "a paper boat".to_owned();
    bench.state.draft.duration = ClipDuration::S10;
    let mut harness = show(bench);
    harness.get_by_label("Resolution: 1080p").click();
    harness.run();
    assert_eq!(harness.state().state.draft.duration, ClipDuration::S10, "nothing is changed in silence");
    assert!(is_disabled(&harness, "Generate · free, 10 s is not offered at 1080p"));
}

#[test]
fn without_a_key_generate_says_so_and_settings_take_one() {
    let mut bench = world();
    bench.state.draft.prompt = "a paper boat".to_owned();
    bench.state.draft.gateway = GatewayId::Aigateway;
    bench.state.settings.is_welcomed = true;
    bench.put(Input::KeyFound(GatewayId::Aigateway, KeyFound::None));
    let mut harness = show(bench);
    assert!(is_disabled(&harness, "Generate · $0.40, needs a key"));
    harness.get_by_label("Settings").click();
    harness.run();
    assert_eq!(harness.state().state.dialog, Some(Dialog::Settings(SettingsPage::Gateways)));
    harness.get_by_label("Key of aigateway").focus();
    harness.run();
    harness.get_by_label("Key of aigateway").type_text("sk-secret");
    harness.run();
    harness.get_by_label("Save the key of aigateway").click();
    harness.run();
    let is_store =
        |effect: &Effect| matches!(effect, Effect::StoreKey { gateway: GatewayId::Aigateway, for_session: false, .. });
    assert!(harness.state().effects.iter().any(is_store));
    harness.key_press(Key::Escape);
    harness.run();
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
        harness.key_press(Key::Tab);
        harness.run();
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
    let mut bench = with_jobs();
    bench.act(Action::Select(None));
    let mut harness = show(bench);
    harness.get_by_label(&format!("{BOAT}, take 1, Ready")).focus();
    harness.run();
    harness.key_press(Key::ArrowRight);
    harness.run();
    assert!(harness.get_by_label(&format!("{BOAT}, take 2, Ready")).is_focused());
    let second = harness.state().state.selection.card.expect("moving selects");
    harness.key_press(Key::Enter);
    harness.run();
    let opened =
        harness.state().effects.iter().any(|effect| matches!(effect, Effect::OpenClip(job, _) if *job == second));
    assert!(opened, "{:?}", harness.state().effects);
}

#[test]
fn an_unconfirmed_order_is_sent_again_only_after_asking_twice() {
    let mut bench = with_jobs();
    let job = bench.state.jobs.values().find(|job| job.state == JobState::Unconfirmed).expect("in the fixture").id;
    bench.act(Action::Select(Some(job)));
    let mut harness = show(bench);
    harness.get_by_label("Submit again anyway · 180 cr").click();
    harness.run();
    let resent = |harness: &Harness<'_, Bench>| {
        harness.state().effects.iter().any(|effect| {
            matches!(
                effect,
                Effect::Engine(Command::Resolve(_, rushes::engine::command::UnconfirmedDecision::Resend { .. }))
            )
        })
    };
    assert!(!resent(&harness));
    harness.get_by_label_contains("both are charged: up to 360 cr");
    harness.get_by_label("Yes, submit again · 180 cr").click();
    harness.run();
    assert!(resent(&harness));
}

#[test]
fn a_pasted_job_id_is_watched() {
    let mut bench = with_jobs();
    let job = bench.state.jobs.values().find(|job| job.state == JobState::Unconfirmed).expect("in the fixture").id;
    bench.act(Action::Select(Some(job)));
    let mut harness = show(bench);
    harness.get_by_label("Job id from the dashboard").focus();
    harness.run();
    harness.event(egui::Event::Text("v56_8f3ac1e2".to_owned()));
    harness.run();
    harness.get_by_label("Watch it").click();
    harness.run();
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
    let bench = harness.state();
    assert!(bench.state.draft.prompt.starts_with("Jellyfish"));
    assert!(!bench.effects.iter().any(|effect| matches!(effect, Effect::Engine(_))));
}

#[test]
fn practice_is_one_click_away() {
    let mut bench = first_start();
    bench.state.draft.gateway = GatewayId::Apiin;
    let mut harness = show(bench);
    harness.get_by_label("Start with practice clips").click();
    harness.run();
    assert_eq!(harness.state().state.draft.gateway, GatewayId::Practice);
    assert!(harness.get_by_label("Prompt").is_focused());
}

#[test]
fn every_control_has_a_name() {
    let mut settings = with_jobs();
    settings.act(Action::OpenSettings(SettingsPage::Gateways));
    let mut narrow = with_jobs();
    narrow.ui_state.shows_details = true;
    for (name, bench, size) in [
        ("studio", with_jobs(), [1440.0, 900.0]),
        ("first start", first_start(), [1440.0, 900.0]),
        ("settings", settings, [1440.0, 900.0]),
        ("narrow", narrow, [960.0, 640.0]),
        ("narrower", with_jobs(), [760.0, 560.0]),
    ] {
        let harness = show_at(bench, size.into(), egui::Theme::Dark);
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
    for (name, bench) in [("empty", world()), ("first start", first_start()), ("finished", fixture::finished())] {
        let mut harness = show(bench);
        harness.run();
        let delay = harness.output().viewport_output[&egui::ViewportId::ROOT].repaint_delay;
        assert_eq!(delay, std::time::Duration::MAX, "{name}");
    }
}

/// Which part of its texture is drawn at that place.
fn drawn_part(harness: &Harness<'_, Bench>, place: egui::Rect) -> egui::Rect {
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

fn point_at(harness: &mut Harness<'_, Bench>, place: egui::Rect, along: f32) {
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
    harness.get_by_label(&format!("{BOAT}, take 1, Ready")).click();
    harness.run();
    harness.get_by_label("Previous clip");
    harness.key_press(Key::Escape);
    harness.run();
    assert!(harness.query_by_label("Previous clip").is_none());
}

#[test]
fn toasts_undo() {
    let mut bench = with_jobs();
    let ready = bench.state.jobs.values().find(|job| job.state == JobState::Ready).expect("in the fixture").id;
    let before = bench.state.draft.clone();
    bench.act(Action::UseSettings(ready));
    assert_ne!(bench.state.draft, before);
    let mut harness = show(bench);
    harness.get_by_label("Undo").click();
    harness.run();
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
    let mut bench = world();
    let found = KeyFound::Present { place: KeyPlace::Environment, last_four: Some("c901".to_owned()) };
    bench.put(Input::KeyFound(GatewayId::Apiin, found));
    bench.act(Action::OpenSettings(SettingsPage::Gateways));
    let harness = show(bench);
    harness.get_by_label_contains("From the environment variable APIIN_API_KEY");
    harness.get_by_label("Forget the key of apiin");
}
