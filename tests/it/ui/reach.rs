//! A stranger with a keyboard: whatever can be clicked can be reached with Tab, and no step of the way is without a name.

use std::collections::BTreeSet;

use egui::accesskit::Action as Ask;
use egui::{Key, Theme, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use rushes::app::Action;
use rushes::app::state::SettingsPage;
use strum::IntoEnumIterator as _;

use super::fixture::{Scene, first_start, show_at, with_jobs};
use super::{is_control, ledger};
use crate::support::window::press;

/// More steps than any screen has controls.
const MOST_STEPS: usize = 250;

/// The names of everything that Tab comes by, until it comes round.
fn tab_stops(harness: &mut Harness<'_, Scene>) -> Vec<String> {
    let mut stops = Vec::new();
    for _ in 0..MOST_STEPS {
        press(harness, Key::Tab);
        let focused = harness.root().children_recursive().find(|node| node.accesskit_node().is_focused());
        let Some(focused) = focused else { continue };
        let node = focused.accesskit_node();
        let name = node.label().or_else(|| node.value()).unwrap_or_default();
        assert!(!name.trim().is_empty(), "a {:?} in the focus has no name", node.role());
        stops.push(name);
        // The same three in a row: it has come round.
        if stops.len() > 6 && stops[..3] == stops[stops.len() - 3..] {
            stops.truncate(stops.len() - 3);
            return stops;
        }
    }
    panic!("Tab never comes round: {stops:?}");
}

/// Whether another key leads from a stop to `name`: arrows to an option of a group and to a part of a stepper, a digit to
/// the stars of a card.
fn is_beside(stops: &BTreeSet<String>, name: &str) -> bool {
    if name.strip_prefix("Rating of ").is_some_and(|card| stops.contains(card)) {
        return true;
    }
    name.rsplit_once(": ").is_some_and(|(group, _)| {
        stops.iter().any(|stop| stop == group || stop.rsplit_once(": ").is_some_and(|(other, _)| other == group))
    })
}

#[test]
fn whatever_can_be_clicked_can_be_reached_with_tab() {
    let mut screens = vec![("studio", with_jobs(), [1440.0, 900.0]), ("first start", first_start(), [1440.0, 900.0])];
    screens.push(("ledger", ledger::open(), [1440.0, 900.0]));
    screens.push(("narrow ledger", ledger::open(), [900.0, 640.0]));
    for page in SettingsPage::iter() {
        let mut scene = with_jobs();
        scene.act(Action::OpenSettings(page));
        screens.push(("settings", scene, [1440.0, 900.0]));
    }
    let mut unreachable = Vec::new();
    for (screen, scene, size) in screens {
        let is_dialog = scene.state.dialog.is_some();
        let mut harness = show_at(scene, Vec2::from(size), Theme::Dark);
        harness.run();
        let stops: BTreeSet<String> = tab_stops(&mut harness).into_iter().collect();
        assert!(stops.len() > 3, "{screen}: {stops:?}");
        if is_dialog {
            assert!(!stops.contains("Prompt"), "Tab leaves the dialog: {stops:?}");
            continue;
        }
        for node in harness.get_all_by(|node| is_control(node.role())) {
            let node = node.accesskit_node();
            let name = node.label().or_else(|| node.value()).unwrap_or_default();
            let can_be_used = !node.is_disabled() && node.data().supports_action(Ask::Click);
            if can_be_used && !stops.contains(&name) && !is_beside(&stops, &name) {
                unreachable.push(format!("{screen}: {:?} {name}", node.role()));
            }
        }
    }
    assert!(unreachable.is_empty(), "{unreachable:#?}");
}
