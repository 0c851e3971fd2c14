//! The dialog of a list of shots: opened by its key, typed into, rows left out, and ordered by its button only.

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use rushes::app::action::list::List;
use rushes::app::state::Dialog;
use rushes::app::{Action, Effect};
use rushes::domain::GatewayId;
use rushes::engine::command::Command;

use super::fixture::{Scene, show, studio};
use crate::support::window::click;

/// Two good lines, the second of them twice, and one with a problem.
pub const LIST: &str = "a {red|blue} boat\nbad {\na heron\na heron\n";

/// The fixture's window with this list open; practice makes its clips.
pub fn open(text: &str) -> Scene {
    let mut scene = studio();
    scene.state.draft.gateway = GatewayId::Practice;
    scene.state.draft.takes = 1;
    scene.act(Action::List(List::Open));
    scene.act(Action::List(List::Edit(text.to_owned())));
    scene
}

fn ordered(harness: &Harness<'_, Scene>) -> Vec<String> {
    let jobs = harness.state().effects.iter().filter_map(|effect| match effect {
        Effect::Engine(Command::Enqueue(jobs)) => Some(jobs),
        _ => None,
    });
    jobs.flatten().map(|job| job.request.prompt().to_owned()).collect()
}

fn rows(harness: &Harness<'_, Scene>) -> Vec<String> {
    harness.get_all_by_role(Role::Row).filter_map(|node| node.accesskit_node().label()).collect()
}

#[test]
fn a_list_is_shown_row_by_row_and_ordered_by_its_button_only() {
    let mut harness = show(open(LIST));
    harness.run();
    let shown = rows(&harness);
    assert_eq!(shown.len(), 5, "{shown:?}");
    assert!(shown[0].starts_with("Line 1: a red boat, "), "{shown:?}");
    assert!(shown[2].starts_with("Line 2: A { has no }"), "{shown:?}");
    assert!(shown[4].ends_with("same as line 3"), "{shown:?}");
    click(&mut harness, "Leave out 1 problem");
    click(&mut harness, "Leave out 1 the same");
    assert!(ordered(&harness).is_empty());
    click(&mut harness, "Queue 3 · free");
    assert_eq!(ordered(&harness), ["a red boat", "a blue boat", "a heron"]);
    assert_eq!(harness.state().state.dialog, None);
}

#[test]
fn a_row_is_left_out_by_its_checkbox() {
    let mut harness = show(open("a boat\na heron\n"));
    harness.run();
    click(&mut harness, "Order line 1: a boat");
    click(&mut harness, "Queue 1 · free");
    assert_eq!(ordered(&harness), ["a heron"]);
}

#[test]
fn the_list_opens_by_its_key_and_closes_with_escape_without_an_order() {
    let mut harness = show(studio());
    harness.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::L);
    harness.run();
    assert_eq!(harness.state().state.dialog, Some(Dialog::List));
    harness.key_press(Key::Escape);
    harness.run();
    assert_eq!(harness.state().state.dialog, None);
    assert!(ordered(&harness).is_empty());
}

/// Only what is in sight is drawn, so that a long list costs no more than a short one.
#[test]
fn ten_thousand_rows_are_drawn_like_ten() {
    let text: String = (0..10_000).map(|number| format!("shot {number}\n")).collect();
    let mut harness = show(open(&text));
    harness.run();
    assert!((5..60).contains(&rows(&harness).len()), "{}", rows(&harness).len());
}
