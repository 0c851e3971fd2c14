//! Money in the window: today's sum, the button that has to be held, the amount that is typed, and what a cap holds back.

use egui::accesskit::Role;
use egui::{Key, Modifiers, Theme};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use rushes::app::action::spend::Door;
use rushes::app::state::Dialog;
use rushes::app::state::viewer::Viewer;
use rushes::app::{Action, Effect, Input};
use rushes::domain::caps::Cap;
use rushes::domain::holds::HeldFor;
use rushes::domain::{Amount, GatewayId, JobState, Money, samples};
use rushes::engine::command::Command;
use rushes::engine::event::Event;

use super::fixture::{Scene, show, show_at, studio};
use crate::support::window::{click, type_into};

fn money(cents: i64) -> Amount {
    Amount::Money(Money(cents * 10_000))
}

/// Four clips at aigateway for $2.56, with a limit for confirming and a cap of the day.
fn scene(confirm_above: Option<i64>, day: Option<i64>) -> Scene {
    let mut scene = studio();
    scene.state.draft.gateway = GatewayId::Aigateway;
    let cap = |cents: Option<i64>| Cap { limit: money(cents.unwrap_or(500)), is_on: cents.is_some() };
    scene.state.settings.caps.confirm_above = cap(confirm_above);
    scene.state.settings.caps.day = cap(day);
    scene
}

/// How many clips were ordered since the start, and how many of them over a cap.
fn ordered(harness: &Harness<'_, Scene>) -> (usize, usize) {
    let mut all = (0, 0);
    for effect in &harness.state().effects {
        match effect {
            Effect::Engine(Command::Enqueue(jobs)) => {
                all.0 += jobs.len();
                all.1 += jobs.iter().filter(|job| job.is_over_cap).count();
            }
            Effect::Engine(Command::SendOverCap(jobs)) => all = (all.0, all.1 + jobs.len()),
            _ => {}
        }
    }
    all
}

/// Holds the pointer on a button for that many steps of the harness, which are a quarter of a second each.
fn hold(harness: &mut Harness<'_, Scene>, name: &str, steps: usize) {
    let center = harness.get_by_role_and_label(Role::Button, name).rect().center();
    harness.hover_at(center);
    harness.run_steps(1);
    harness.drag_at(center);
    harness.run_steps(steps);
    harness.drop_at(center);
    harness.run_steps(2);
}

const ABOVE: &str = "Generate 4 · $2.56, above your limit of $2.00, hold";

#[test]
fn above_the_limit_the_button_is_held_and_a_press_orders_nothing() {
    let mut harness = show(scene(Some(200), None));
    click(&mut harness, ABOVE);
    assert_eq!((ordered(&harness), harness.state().state.asked), ((0, 0), Some(Door::Form)));
    harness.get_by_label("Type 2.56 to order");
    hold(&mut harness, ABOVE, 8);
    assert_eq!((ordered(&harness), harness.state().state.asked), ((4, 0), None));
}

#[test]
fn the_typed_amount_orders_and_another_one_does_not() {
    let mut harness = show(scene(Some(200), None));
    click(&mut harness, ABOVE);
    type_into(&mut harness, "Type 2.56 to order", "2.5");
    assert!(harness.get_by_label("Send the order for the typed amount").accesskit_node().is_disabled());
    harness.get_by_label("Type 2.56 to order").type_text("6");
    harness.run();
    click(&mut harness, "Send the order for the typed amount");
    assert_eq!(ordered(&harness), (4, 0));
}

#[test]
fn the_shortcut_has_to_be_held_as_well() {
    let mut harness = show(scene(Some(200), None));
    harness.key_down_modifiers(Modifiers::COMMAND, Key::Enter);
    harness.run_steps(1);
    harness.key_up_modifiers(Modifiers::COMMAND, Key::Enter);
    harness.run();
    assert_eq!(ordered(&harness), (0, 0), "a press");
    // The modifier stays down between the frames, as on a keyboard.
    harness.event(egui::Event::ModifiersChanged(Modifiers::COMMAND));
    let (key, modifiers) = (Key::Enter, Modifiers::COMMAND);
    harness.event(egui::Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers });
    harness.run_steps(8);
    assert_eq!(ordered(&harness), (4, 0), "held");
    harness.run_steps(20);
    assert_eq!(ordered(&harness), (4, 0), "and held on, which orders nothing more");
}

#[test]
fn over_a_cap_the_button_says_so_sends_when_held_and_queues_on_request() {
    let over = "Over today’s cap, up to $0.00 of $1.00";
    let mut harness = show(scene(None, Some(100)));
    let name = harness
        .get_all_by_role(Role::Button)
        .filter_map(|node| node.accesskit_node().label())
        .find(|name| name.starts_with("Over today’s cap"))
        .unwrap_or_else(|| panic!("no amber button, as {over}"));
    assert!(name.contains("Generate 4 · $2.56") && name.ends_with("hold to send"), "{name}");
    click(&mut harness, &name);
    assert_eq!(ordered(&harness), (0, 0), "a press says what it needs");
    click(&mut harness, "Queue, waits for the cap");
    assert_eq!(ordered(&harness), (4, 0), "in the queue, with no leave to pass");
    hold(&mut harness, &name, 8);
    assert_eq!(ordered(&harness), (8, 4));
}

#[test]
fn other_doors_ask_over_the_window() {
    let mut scene = scene(Some(10), None);
    scene.act(Action::Retry(samples::id(21)));
    assert_eq!(scene.state.dialog, Some(Dialog::Order));
    let mut harness = show(scene);
    let before = ordered(&harness);
    let name = harness
        .get_all_by_role(Role::Button)
        .filter_map(|node| node.accesskit_node().label())
        .find(|name| name.starts_with("Make again · "))
        .expect("the held button");
    hold(&mut harness, &name, 8);
    assert_eq!((before, ordered(&harness)), ((0, 0), (1, 0)));
    assert_eq!(harness.state().state.dialog, None);
}

#[test]
fn today_stands_in_the_header_and_opens_the_ledger() {
    for (day, expected) in [(None, "Today "), (Some(500), " of $5.00, open the ledger")] {
        for width in [1440.0, 1000.0, 760.0] {
            let mut harness = show_at(scene(None, day), [width, 700.0].into(), Theme::Dark);
            let name = harness
                .get_all_by_role(Role::Button)
                .filter_map(|node| node.accesskit_node().label())
                .find(|name| name.starts_with("Today "))
                .expect("figures are never hidden");
            assert!(name.contains(expected), "{name}");
            let place = harness.get_by_label(&name).rect();
            assert!(place.left() >= 0.0 && place.right() <= width, "{width}: {place:?}");
            click(&mut harness, &name);
            assert!(matches!(harness.state().state.viewer, Some(Viewer::Ledger(_))));
        }
    }
}

#[test]
fn what_a_cap_holds_is_told_with_the_way_out() {
    let mut scene = scene(None, Some(500));
    for number in [41, 42] {
        let mut waits = samples::job(number).gateway(GatewayId::Aigateway).state(JobState::Queued);
        waits.created_at = scene.state.now;
        waits.held = Some(HeldFor::DayCap);
        scene.put(Input::Engine(Event::JobChanged(Box::new(waits))));
    }
    scene.effects.clear();
    let mut harness = show(scene);
    harness.get_by_label_contains("2 clips wait in order. They start after midnight");
    let raise = harness
        .get_all_by_role(Role::Button)
        .filter_map(|node| node.accesskit_node().label())
        .find(|name| name.starts_with("Raise to "))
        .expect("a way out");
    click(&mut harness, &raise);
    let told = harness.state().effects.iter().any(|effect| {
        matches!(effect, Effect::Engine(Command::SetSpendingRules(rules)) if rules.caps.day.limit != money(500))
    });
    assert!(told, "{:?}", harness.state().effects);
    click(&mut harness, "Keep waiting");
    assert!(harness.query_by_label_contains("2 clips wait in order").is_none());
}
