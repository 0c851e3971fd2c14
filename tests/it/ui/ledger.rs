//! The ledger: its words, its caps, its keys, and 100,000 orders.

use std::time::Instant;

use egui::accesskit::Role;
use egui::{Key, Modifiers, Theme, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use rushes::app::action::ledger::{LedgerAct, LedgerNews};
use rushes::app::state::ledger::LedgerBy;
use rushes::app::state::viewer::Viewer;
use rushes::app::{Action, Effect, Input};
use rushes::domain::samples::{self, id};
use rushes::domain::{Amount, Asker, Charge, Credits, GatewayId, Job, JobState, Money, UnixMillis};
use rushes::engine::command::Command;

use super::fixture::{Scene, show, show_at, with_jobs, world};
use crate::support::window::{click, press, type_into};

/// The fixture's window with the ledger open.
pub fn open() -> Scene {
    let mut scene = with_jobs();
    scene.act(Action::OpenLedger);
    scene
}

/// So many paid orders of this month, and the ledger open.
fn many(count: u128) -> Scene {
    let mut scene = world();
    let now = scene.state.now;
    let jobs: Vec<Job> = (0..count)
        .map(|number| {
            let sent_at = Some(UnixMillis(now.0 - i64::try_from(number % 300_000).unwrap_or(0) * 1_000));
            let charge = Charge::Yes(Some(Amount::Credits(Credits(90))));
            let prompt = format!("clip number {number}");
            Job { sent_at, charge, ..samples::job(number + 1).prompt(&prompt).at(now).ready() }
        })
        .collect();
    let opened = Input::Opened {
        jobs: jobs.into(),
        history: rushes::domain::progress::History::default(),
        draft: None,
        settings: Box::default(),
        warnings: Vec::new(),
        clip_folder: "clips".into(),
    };
    scene.put(opened);
    scene.act(Action::OpenLedger);
    scene
}

fn is_open(harness: &Harness<'_, Scene>) -> bool {
    matches!(harness.state().state.viewer, Some(Viewer::Ledger(_)))
}

fn chosen(harness: &Harness<'_, Scene>) -> Option<u128> {
    match &harness.state().state.viewer {
        Some(Viewer::Ledger(view)) => view.chosen.map(|job| job.0.as_u128()),
        _ => None,
    }
}

fn rows(harness: &Harness<'_, Scene>) -> Vec<String> {
    let is_row = |name: &String| name.contains(", shown ");
    harness
        .get_all_by_role(Role::ListBoxOption)
        .filter_map(|node| node.accesskit_node().label())
        .filter(is_row)
        .collect()
}

fn focused(harness: &Harness<'_, Scene>) -> String {
    let focused = harness.root().children_recursive().find(|node| node.accesskit_node().is_focused());
    focused.and_then(|node| node.accesskit_node().label()).unwrap_or_default()
}

#[test]
fn a_key_opens_it_and_closes_it_again() {
    let mut harness = show(with_jobs());
    harness.key_press_modifiers(Modifiers::COMMAND, Key::L);
    harness.run();
    assert!(is_open(&harness));
    harness.get_by_label("Export CSV");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::L);
    harness.run();
    assert!(!is_open(&harness));
    harness.key_press_modifiers(Modifiers::COMMAND, Key::L);
    harness.run();
    press(&mut harness, Key::Escape);
    assert!(!is_open(&harness), "Esc goes back to the gallery");
}

#[test]
fn sums_and_rows_say_what_is_certain_and_practice_is_not_there() {
    let harness = show(open());
    // 3 × 180 cr of boats, 150 cr of the umbrella, one of each that goes on, and the two in doubt.
    harness.get_by_label_contains("Not known: up to ");
    harness.get_by_label_contains("aigateway: $0.64");
    let rows = rows(&harness);
    assert!(
        rows.iter().any(|row| row.contains("Dragon") && row.contains("charged not known, Unconfirmed")),
        "{rows:#?}"
    );
    assert!(rows.iter().any(|row| row.contains("Profile in warm") && row.contains("Not allowed")), "{rows:#?}");
    assert!(rows.iter().any(|row| row.contains("take 3") && row.contains("asked by window")), "{rows:#?}");
    assert!(!rows.iter().any(|row| row.contains("Mountain lake")), "practice is never counted: {rows:#?}");
}

#[test]
fn hidden_and_deleted_orders_stay_and_who_asked_is_told() {
    let mut scene = open();
    for (number, change) in [(21, true), (22, false)] {
        if let Some(mut job) = scene.state.jobs.get_mut(&id(number)) {
            job.is_hidden = true;
            job.trashed_at = change.then_some(UnixMillis(1));
            job.asked_by = Asker::Agent;
        }
    }
    let harness = show(scene);
    let by_agent = rows(&harness).into_iter().filter(|row| row.ends_with("asked by agent")).count();
    assert_eq!(by_agent, 2);
}

#[test]
fn a_cap_that_is_typed_holds_and_the_engine_is_told() {
    let mut harness = show(open());
    let told = |harness: &mut Harness<'_, Scene>| {
        let effects = std::mem::take(&mut harness.state_mut().effects);
        let rules = effects.iter().find_map(|effect| match effect {
            Effect::Engine(Command::SetSpendingRules(rules)) => Some(rules.caps),
            _ => None,
        });
        let is_saved = effects.iter().any(|effect| matches!(effect, Effect::SaveSettings(_)));
        (rules, is_saved)
    };
    harness.get_by_label("A day, amount").focus();
    harness.run();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.run();
    type_into(&mut harness, "A day, amount", "7.50");
    press(&mut harness, Key::Enter);
    let (caps, is_saved) = told(&mut harness);
    let caps = caps.expect("the engine is told");
    assert!(is_saved && caps.day.is_on);
    assert_eq!(caps.day.limit, Amount::Money(Money(7_500_000)));
    assert_eq!(harness.state().state.settings.caps, caps);

    // Switched off, the amount stays.
    harness.get_by_role_and_label(Role::Switch, "A day").click();
    harness.run();
    let caps = told(&mut harness).0.expect("the engine is told");
    assert!(!caps.day.is_on);
    assert_eq!(caps.day.limit, Amount::Money(Money(7_500_000)));

    // Half an amount is no amount: what held before holds on.
    harness.get_by_label("A month, amount").focus();
    harness.run();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.run();
    type_into(&mut harness, "A month, amount", "much");
    press(&mut harness, Key::Enter);
    assert_eq!(told(&mut harness).0, None);
    harness.get_by_label_contains("Write dollars as 2.50 or credits as 90cr.");
}

#[test]
fn the_caps_note_says_how_much_of_the_month_is_used() {
    let mut scene = open();
    scene.state.settings.caps.month.is_on = true;
    scene.state.settings.caps.month.limit = Amount::Money(Money(3_000_000));
    let harness = show(scene);
    harness.get_by_label_contains("% of this month’s cap is used, with 26 days left.");
}

#[test]
fn a_row_is_chosen_by_pointer_and_keys_and_opens_in_the_gallery() {
    let mut harness = show(open());
    let first = rows(&harness)[0].clone();
    click(&mut harness, &first);
    let at_first = chosen(&harness).expect("a row is chosen");
    assert_eq!(focused(&harness), first);
    press(&mut harness, Key::ArrowDown);
    press(&mut harness, Key::ArrowDown);
    let third = rows(&harness)[2].clone();
    assert_eq!(focused(&harness), third);
    assert_ne!(chosen(&harness), Some(at_first));
    let job = chosen(&harness).expect("chosen");
    press(&mut harness, Key::Enter);
    assert!(!is_open(&harness));
    assert_eq!(harness.state().state.selection.card, Some(id(job)));
}

#[test]
fn a_card_that_the_gallery_does_not_show_is_looked_for() {
    let mut scene = open();
    scene.state.filter = rushes::app::state::gallery::Filter::Failed;
    scene.act(Action::SetFilter(rushes::app::state::gallery::Filter::Failed));
    scene.act(Action::Ledger(LedgerAct::Show(id(21))));
    assert!(scene.state.viewer.is_none());
    assert!(scene.state.gallery.order().any(|job| job == id(21)), "the filter gave way");
    // One without a card stays in the ledger, and says so.
    scene.act(Action::OpenLedger);
    scene.act(Action::RemoveCard(id(10)));
    scene.act(Action::Ledger(LedgerAct::Show(id(10))));
    assert!(scene.state.viewer.is_some());
    assert_eq!(
        scene.state.toasts.last().map(|toast| toast.title.as_str()),
        Some("This card was taken off the gallery")
    );
}

#[test]
fn bars_are_named_and_the_arrow_keys_go_along_them() {
    let mut harness = show(open());
    let bar = harness.get_by_label_contains("4 June, today: ").accesskit_node().label().unwrap_or_default();
    assert!(bar.contains("clips"), "{bar}");
    // The first bar is the one that Tab comes to.
    for _ in 0..60 {
        if focused(&harness).starts_with("1 June") {
            break;
        }
        press(&mut harness, Key::Tab);
    }
    assert!(focused(&harness).starts_with("1 June"), "{}", focused(&harness));
    for _ in 0..3 {
        press(&mut harness, Key::ArrowRight);
    }
    assert!(focused(&harness).starts_with("4 June, today"), "{}", focused(&harness));
}

#[test]
fn segments_change_the_bars_and_the_month_can_be_turned() {
    let mut harness = show(open());
    for (by, bar) in [
        (LedgerBy::Month, "June 2026: "),
        (LedgerBy::Project, "No project: "),
        (LedgerBy::Gateway, "apiin: "),
        (LedgerBy::Day, "4 June, today: "),
    ] {
        click(&mut harness, &format!("Add up by: {}", by.text()));
        let found = harness.get_all_by_role(Role::ListBoxOption).filter_map(|node| node.accesskit_node().label());
        assert!(found.into_iter().any(|name| name.starts_with(bar)), "{by:?}");
    }
    click(&mut harness, "Month before");
    harness.get_by_label("No orders in May 2026.");
    click(&mut harness, "Month after");
    assert!(!rows(&harness).is_empty());
    let next = harness.get_by_label("Month after");
    assert!(next.accesskit_node().is_disabled(), "there is nothing after today");
}

#[test]
fn what_is_not_known_is_listed_alone() {
    let mut harness = show(open());
    let all = rows(&harness).len();
    let look = harness.get_all_by_role(Role::Button).filter_map(|node| node.accesskit_node().label());
    let look = look.into_iter().find(|name| name.ends_with("look at them")).expect("the caption is a button");
    click(&mut harness, &look);
    let some = rows(&harness);
    assert!(!some.is_empty() && some.len() < all && some.iter().all(|row| row.contains("not known")), "{some:#?}");
}

#[test]
fn the_file_holds_what_is_listed() {
    let mut harness = show(open());
    click(&mut harness, "Export CSV");
    let effects = std::mem::take(&mut harness.state_mut().effects);
    let file = effects.into_iter().find_map(|effect| match effect {
        Effect::ExportLedger { name, bytes } => Some((name, bytes)),
        _ => None,
    });
    let (name, bytes) = file.expect("a file is written");
    assert_eq!(name, "Rushes ledger 2026-06.csv");
    assert!(bytes.starts_with("\u{feff}id,time,".as_bytes()), "spreadsheets know it as UTF-8");
    let mut reader = csv::Reader::from_reader(&bytes[..]);
    let paid = harness.state().state.jobs.values().filter(|job| job.gateway.is_paid()).count();
    assert_eq!(reader.records().collect::<Result<Vec<_>, _>>().expect("rows").len(), paid);
    harness.state_mut().put(Input::Ledger(LedgerNews::Exported("/tmp/ledger.csv".into())));
    harness.run();
    harness.get_by_label_contains("/tmp/ledger.csv");
}

#[test]
fn nothing_spent_offers_a_cap() {
    for size in [[1440.0, 900.0], [900.0, 640.0]] {
        let mut scene = world();
        scene.act(Action::OpenLedger);
        let mut harness = show_at(scene, Vec2::from(size), Theme::Dark);
        harness.get_by_label("Nothing spent yet.");
        click(&mut harness, "Set a cap");
        harness.run();
        assert_eq!(focused(&harness), "A day, amount", "{size:?}");
    }
}

/// All text of the page lies within the window and within what it is clipped to, at every size that it is made for.
#[test]
fn nothing_is_clipped_in_any_window() {
    for (size, theme) in [
        ([1440.0, 900.0], Theme::Dark),
        ([1180.0, 720.0], Theme::Light),
        ([960.0, 600.0], Theme::Dark),
        ([900.0, 640.0], Theme::Dark),
        ([760.0, 560.0], Theme::Light),
    ] {
        for by in [LedgerBy::Day, LedgerBy::Month, LedgerBy::Project, LedgerBy::Gateway] {
            for shows_caps in [false, true] {
                let mut scene = open();
                scene.state.settings.apiin.credit_value = None;
                scene.state.settings.caps.day.is_on = true;
                scene.act(Action::Ledger(LedgerAct::SetBy(by)));
                let mut harness = show_at(scene, Vec2::from(size), theme);
                harness.state_mut().ui_state.ledger.shows_caps = shows_caps;
                harness.run();
                for (words, text, clip) in painted(&harness) {
                    let is_out = text.left() < clip.left() - 1.0 || text.right() > clip.right() + 1.0;
                    assert!(!is_out, "{size:?} {by:?}: “{words}” at {text} is cut by {clip}");
                }
            }
        }
    }
}

/// Every text in sight with where it is and what it is clipped to.
fn painted(harness: &Harness<'_, Scene>) -> Vec<(String, egui::Rect, egui::Rect)> {
    fn texts(clip: egui::Rect, shape: &egui::Shape, found: &mut Vec<(String, egui::Rect, egui::Rect)>) {
        match shape {
            egui::Shape::Text(text) => {
                let at = text.visual_bounding_rect();
                if clip.intersects(at) && !text.galley.text().is_empty() {
                    found.push((text.galley.text().to_owned(), at, clip));
                }
            }
            egui::Shape::Vec(shapes) => shapes.iter().for_each(|shape| texts(clip, shape, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    for clipped in &harness.output().shapes {
        texts(clipped.clip_rect, &clipped.shape, &mut found);
    }
    found
}

/// Only what is in sight is drawn, so that the number of orders does not matter.
#[test]
fn a_hundred_thousand_orders_are_as_quick_as_a_hundred() {
    let frame = |count: u128| {
        let mut harness = show(many(count));
        assert!(rows(&harness).len() < 40, "only the rows in sight are there");
        let mut times: Vec<_> = (0..60)
            .map(|_| {
                let began = Instant::now();
                harness.step();
                began.elapsed()
            })
            .collect();
        times.sort();
        times[times.len() / 2]
    };
    let (few, very_many) = (frame(100), frame(100_000));
    println!("bar G-10: a frame of the ledger takes {few:?} with 100 orders and {very_many:?} with 100,000");
    assert!(very_many < few * 3 + std::time::Duration::from_millis(4), "{few:?} and {very_many:?}");
}

#[test]
fn keys_about_clips_do_nothing_to_rows() {
    let mut harness = show(open());
    let first = rows(&harness)[0].clone();
    click(&mut harness, &first);
    let before: Vec<_> = harness.state().state.jobs.values().map(|job| (job.verdict, job.is_hidden)).collect();
    for key in [Key::X, Key::Num3, Key::Delete, Key::R, Key::A] {
        press(&mut harness, key);
    }
    let after: Vec<_> = harness.state().state.jobs.values().map(|job| (job.verdict, job.is_hidden)).collect();
    assert_eq!(before, after);
    assert!(is_open(&harness));
    assert_eq!(harness.state().state.jobs[&id(26)].state, JobState::Queued);
    assert_eq!(harness.state().state.draft.gateway, GatewayId::Apiin);
}
