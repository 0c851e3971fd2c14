//! The note of a clip that was charged another price, and the list of corrected prices in the settings.

use egui::accesskit::Role;
use egui::{Key, Theme, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use rushes::app::Input;
use rushes::app::state::{Dialog, SettingsPage};
use rushes::app::view::prices;
use rushes::domain::samples;
use rushes::domain::{Amount, Charge, Credits, JobId, Settings};
use rushes::engine::event::Event;
use rushes::ui::theme;
use rushes::ui::widgets::{Button, ButtonKind, Question};

use super::fixture::{Scene, show, with_jobs};
use crate::support::window::{click, press};

/// The newest take of the fixture's clip at apiin, of 720p, 8 s, and the one before it.
const NEWEST: JobId = samples::id(23);
const OLDER: JobId = samples::id(22);
const TITLE: &str = "The last one cost 198 cr, the table says 180.";

/// The fixture's window, whose takes of apiin were charged 198 cr instead of 180, with one of them selected.
fn charged(selected: JobId) -> Scene {
    let mut scene = with_jobs();
    for id in [OLDER, NEWEST] {
        let mut job = scene.state.jobs.get(&id).expect("in the fixture").clone();
        job.charge = Charge::Yes(Some(Amount::Credits(Credits(198))));
        scene.put(Input::Engine(Event::JobChanged(Box::new(job))));
    }
    scene.state.draft.duration = rushes::domain::ClipDuration::S8;
    scene.act(rushes::app::Action::Select(Some(selected)));
    scene
}

fn kept(harness: &Harness<'_, Scene>) -> Option<Settings> {
    harness.state().effects.iter().rev().find_map(|effect| match effect {
        rushes::app::Effect::SaveSettings(settings) => Some((**settings).clone()),
        _ => None,
    })
}

#[test]
fn the_newest_clip_asks_and_the_table_is_updated_with_undo() {
    let harness = show(charged(OLDER));
    assert!(harness.query_by_label(TITLE).is_none(), "a newer clip asks");
    let mut harness = {
        drop(harness);
        show(charged(NEWEST))
    };
    harness.get_by_label(TITLE);
    harness.get_by_label("Use 198 for 720p, 8 s from now on?");
    harness.get_by_role_and_label(Role::Button, "Keep 180");
    harness.get_by_role_and_label(Role::Button, "Update table").focus();
    harness.run();
    press(&mut harness, Key::Enter);
    assert!(harness.query_by_label(TITLE).is_none());
    harness.get_by_label_contains("Price of 720p, 8 s updated to 198 cr");
    let caption = rushes::app::view::form::view(&harness.state().state).caption;
    assert!(caption.starts_with("198 cr · as charged on 4 Jun"), "{caption}");
    let settings = kept(&harness).expect("kept at once");
    assert_eq!(settings.prices.iter().count(), 1);
    click(&mut harness, "Undo");
    harness.get_by_label(TITLE);
    assert_eq!(kept(&harness).map(|settings| settings.prices.iter().count()), Some(0));
}

#[test]
fn keep_is_reached_by_key_and_asks_no_more() {
    let mut harness = show(charged(NEWEST));
    harness.get_by_role_and_label(Role::Button, "Keep 180").focus();
    harness.run();
    press(&mut harness, Key::Enter);
    assert!(harness.query_by_label(TITLE).is_none());
    let note = |harness: &Harness<'_, Scene>| {
        let state = &harness.state().state;
        prices::note(state, &state.jobs[&NEWEST])
    };
    assert_eq!(note(&harness), None);
    assert!(kept(&harness).is_some_and(|settings| settings.prices.iter().all(|(_, one)| one.learned.is_none())));
    click(&mut harness, "Undo");
    assert!(note(&harness).is_some());
}

#[test]
fn the_settings_list_corrections_and_forget_them() {
    let mut scene = charged(NEWEST);
    scene.act(rushes::app::Action::Prices(rushes::app::action::prices::Prices::Update(NEWEST)));
    scene.state.dialog = Some(Dialog::Settings(SettingsPage::Gateways));
    let mut harness = show(scene);
    harness.get_by_label("720p, 8 s: 198 cr, as charged on 4 Jun; the table says 180 cr");
    let forget = "Forget the corrected price of 720p, 8 s at apiin";
    assert!(!harness.get_by_role_and_label(Role::Button, forget).accesskit_node().is_disabled());
    click(&mut harness, forget);
    assert!(harness.query_by_label(forget).is_none());
    assert_eq!(kept(&harness).map(|settings| settings.prices.iter().count()), Some(0));
}

fn drawn(name: &str, of: Theme, scale: f32) {
    let mut harness = Harness::builder()
        .with_size(Vec2::new(344.0, 110.0))
        .with_pixels_per_point(scale)
        .with_theme(of)
        .with_context_setup(theme::install)
        .build_ui(|ui| {
            Question::new(TITLE, "Use 198 for 720p, 8 s from now on?").show(ui, |ui| {
                let _ = Button::new("Update table").kind(ButtonKind::Small).show(ui);
                let _ = Button::new("Keep 180").kind(ButtonKind::QuietSmall).show(ui);
            });
        });
    harness.run();
    harness.snapshot(name);
}

#[test]
fn the_note_as_drawn_in_the_dark() {
    drawn("price-note-dark-100", Theme::Dark, 1.0);
}

#[test]
fn the_note_as_drawn_in_the_light() {
    drawn("price-note-light-150", Theme::Light, 1.5);
}
