//! Cards of orders that wait: by keys, by the menu, and by drag.

use egui::{Key, Modifiers, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use rushes::app::Effect;
use rushes::app::action::Input;
use rushes::domain::samples::id;
use rushes::domain::{HeldFor, Job, JobId, UnixMillis};
use rushes::engine::command::{Command, QueueMove};
use rushes::engine::event::{Event, Hold, Live, LiveJob};

use super::fixture::{BOAT, Scene, show, with_jobs};
use crate::support::window::click;

const FIRST: JobId = id(26);
const SECOND: JobId = id(27);
const THIRD: JobId = id(28);

/// The sheet with three orders of one gateway that wait.
fn waiting() -> Harness<'static, Scene> {
    let mut scene = with_jobs();
    let first = scene.state.jobs.get(&FIRST).expect("one waits").clone();
    let mut live: Live = scene.state.live.clone();
    for (place, job) in [SECOND, THIRD].into_iter().enumerate() {
        scene.put(Input::Engine(Event::JobChanged(Box::new(Job { id: job, ..first.clone() }))));
        live.jobs.insert(job, LiveJob { place: Some(place + 2), ..LiveJob::default() });
    }
    scene.put(Input::Numbers(live));
    scene.effects.clear();
    show(scene)
}

/// The name of the card of this take, of which the test knows how it begins.
fn name(harness: &Harness<'_, Scene>, take: usize, word: &str) -> String {
    let begins = format!("{BOAT}, take {take}, {word}");
    let names = harness.get_all_by_label_contains(&begins).filter_map(|node| node.accesskit_node().label());
    names.map(|name| name.to_string()).find(|name| name.starts_with(&begins)).expect("a card")
}

fn card(harness: &Harness<'_, Scene>, take: usize, word: &str) -> egui::Rect {
    harness.get_by_label(&name(harness, take, word)).rect()
}

fn told(harness: &mut Harness<'_, Scene>) -> Vec<String> {
    let effects = std::mem::take(&mut harness.state_mut().effects);
    let commands = effects.into_iter().filter_map(|effect| match effect {
        Effect::Engine(command) => Some(format!("{command:?}")),
        _ => None,
    });
    commands.collect()
}

fn focus(harness: &mut Harness<'_, Scene>, take: usize, word: &str) {
    harness.get_by_label(&name(harness, take, word)).focus();
    harness.run();
}

#[test]
fn keys_move_and_pause_the_waiting_card_that_has_the_focus() {
    let mut harness = waiting();
    focus(&mut harness, 7, "#2 waiting");
    told(&mut harness);
    for (key, modifiers, expected) in [
        (Key::ArrowUp, Modifiers::ALT, Command::MoveInQueue(SECOND, QueueMove::Earlier)),
        (Key::ArrowDown, Modifiers::ALT, Command::MoveInQueue(SECOND, QueueMove::Later)),
        (Key::Home, Modifiers::ALT, Command::MoveInQueue(SECOND, QueueMove::First)),
        (Key::H, Modifiers::NONE, Command::Hold(vec![SECOND])),
    ] {
        harness.key_press_modifiers(modifiers, key);
        harness.run();
        assert_eq!(told(&mut harness), [format!("{expected:?}")], "{key:?}");
    }
    // The same key lets a paused one go.
    let mut paused = harness.state().state.jobs.get(&SECOND).expect("it waits").clone();
    paused.held = Some(HeldFor::Paused);
    harness.state_mut().put(Input::Engine(Event::JobChanged(Box::new(paused))));
    let why = HeldFor::Paused;
    let mut live = harness.state().state.live.clone();
    let hold = Some(Hold::Waiting { since: UnixMillis(0), why });
    live.jobs.insert(SECOND, LiveJob { hold, ..LiveJob::default() });
    harness.state_mut().put(Input::Numbers(live));
    harness.run();
    focus(&mut harness, 7, "Held: paused");
    told(&mut harness);
    harness.key_press(Key::H);
    harness.run();
    assert_eq!(told(&mut harness), [format!("{:?}", Command::Release(vec![SECOND]))]);
}

#[test]
fn the_menu_of_a_waiting_card_has_its_place() {
    let mut harness = waiting();
    for (row, expected) in [
        ("Run next", Command::MoveInQueue(THIRD, QueueMove::First)),
        ("Run earlier", Command::MoveInQueue(THIRD, QueueMove::Earlier)),
        ("Pause this order", Command::Hold(vec![THIRD])),
    ] {
        harness.get_by_label(&name(&harness, 8, "#3 waiting")).click_secondary();
        harness.run();
        told(&mut harness);
        click(&mut harness, row);
        assert_eq!(told(&mut harness), [format!("{expected:?}")], "{row}");
    }
}

#[test]
fn a_waiting_card_is_dragged_to_the_place_of_another() {
    let mut harness = waiting();
    for (from, onto, expected) in [
        ((8, "#3 waiting"), (6, "#1 waiting"), Some(Command::MoveInQueue(THIRD, QueueMove::Before(FIRST)))),
        ((6, "#1 waiting"), (8, "#3 waiting"), Some(Command::MoveInQueue(FIRST, QueueMove::Last))),
        ((8, "#3 waiting"), (1, "Ready"), None),
    ] {
        // The middle of a card may hold its buttons.
        let inside = |rect: egui::Rect| rect.left_top() + Vec2::new(24.0, 24.0);
        let (from, onto) = (inside(card(&harness, from.0, from.1)), inside(card(&harness, onto.0, onto.1)));
        harness.drag_at(from);
        harness.run();
        for step in 1..=4_u8 {
            harness.hover_at(from + (onto - from) * (f32::from(step) / 4.0));
            harness.run_ok();
        }
        told(&mut harness);
        harness.drop_at(onto);
        harness.run();
        let expected: Vec<String> = expected.iter().map(|command| format!("{command:?}")).collect();
        assert_eq!(told(&mut harness), expected);
    }
}
