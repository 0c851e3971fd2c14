//! The gallery by role and name: filters, views, choosing several, the step before four more, and what comes under the pointer.

use egui::accesskit::Role;
use egui::{Modifiers, PointerButton};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use rushes::app::action::browse::Browse;
use rushes::app::action::curate::Curate;
use rushes::app::state::viewer::Viewer;
use rushes::app::{Action, Effect};
use rushes::domain::browsing::View;
use rushes::domain::{JobState, Rating, Seed};
use rushes::engine::command::Command;

use super::fixture::{BOAT, Scene, show, show_at, with_jobs};
use crate::support::window::click;

fn click_with(harness: &mut Harness<'_, Scene>, name: &str, modifiers: Modifiers) {
    harness.get_by_label(name).click_modifiers(modifiers);
    harness.run();
}

fn boat(take: usize) -> String {
    format!("{BOAT}, take {take}, Ready")
}

#[test]
fn stars_filter_with_a_chip_its_menu_and_its_cross() {
    let mut harness = show(with_jobs());
    let stars = |harness: &Harness<'_, Scene>| harness.state().state.browsing.stars.map(Rating::stars);
    click(&mut harness, "At least 3 stars");
    assert_eq!(stars(&harness), Some(3));
    harness.get_by_label("No clip here has 3 stars or more.");
    click(&mut harness, "At least 3 stars");
    click(&mut harness, "1 star or more");
    assert_eq!(stars(&harness), Some(1));
    click(&mut harness, "Show clips with any stars");
    assert_eq!(stars(&harness), None);
}

#[test]
fn a_star_below_a_card_rates_it() {
    let mut harness = show(with_jobs());
    let card = harness.get_by_label(&boat(2)).rect();
    // The fourth of five stars of 12 points, 2 apart, which end 2 before the edge.
    let fourth = egui::pos2(card.right() - 2.0 - 14.0 - 6.0, card.bottom() + 14.0);
    harness.hover_at(fourth);
    harness.run();
    harness.event(egui::Event::PointerButton {
        pos: fourth,
        button: PointerButton::Primary,
        pressed: true,
        modifiers: Modifiers::NONE,
    });
    harness.event(egui::Event::PointerButton {
        pos: fourth,
        button: PointerButton::Primary,
        pressed: false,
        modifiers: Modifiers::NONE,
    });
    harness.run();
    let judged = harness.state().effects.iter().any(|effect| {
        matches!(effect, Effect::Engine(Command::Judge(verdicts)) if verdicts.len() == 1 && verdicts[0].1.rating == Rating::new(4))
    });
    assert!(judged, "{:?}", harness.state().effects);
}

#[test]
fn ctrl_and_shift_choose_several_and_the_status_line_counts_them() {
    let mut harness = show(with_jobs());
    click(&mut harness, &boat(1));
    click_with(&mut harness, &boat(3), Modifiers::COMMAND);
    assert_eq!(harness.state().state.chosen().len(), 2);
    harness.get_by_label("2 selected");
    click(&mut harness, &boat(1));
    assert!(harness.query_by_label("2 selected").is_none());
    click_with(&mut harness, &boat(3), Modifiers::SHIFT);
    click(&mut harness, "3 selected");
    harness.get_by_role_and_label(Role::MenuItem, "Reject").click();
    harness.run();
    let rejected = harness.state().effects.iter().any(|effect| {
        matches!(effect, Effect::Engine(Command::Judge(verdicts)) if verdicts.len() == 3 && verdicts.iter().all(|(_, verdict)| verdict.is_rejected))
    });
    assert!(rejected, "{:?}", harness.state().effects);
}

#[test]
fn four_more_are_ordered_only_in_sight_of_their_price() {
    let mut harness = show(with_jobs());
    let orders = |harness: &Harness<'_, Scene>| -> Vec<Option<Seed>> {
        let new_jobs = harness.state().effects.iter().filter_map(|effect| match effect {
            Effect::Engine(Command::Enqueue(jobs)) => Some(jobs),
            _ => None,
        });
        new_jobs.flatten().map(|job| job.request.seed()).collect()
    };
    click(&mut harness, "4 more like this…");
    assert!(orders(&harness).is_empty(), "the first click shows the price");
    harness.get_by_label_contains("4 × 180 cr at apiin");
    click(&mut harness, "Generate 4 · 720 cr");
    let next: Vec<_> = (1..=4).map(|step| Seed::new(1_804_226_117 + step)).collect();
    assert_eq!(orders(&harness), next);
    assert!(harness.query_by_label("Generate 4 · 720 cr").is_none(), "one order, one click");
}

#[test]
fn a_group_is_compared_from_its_header() {
    let mut harness = show(with_jobs());
    click(&mut harness, "Compare");
    let Some(Viewer::Compare(comparison)) = &harness.state().state.viewer else { panic!("a comparison") };
    assert_eq!(comparison.jobs.len(), 3);
}

#[test]
fn the_wall_shows_every_card_without_headers() {
    let mut harness = show(with_jobs());
    harness.get_by_label(&format!("Copy the prompt of this group: {BOAT}"));
    click(&mut harness, "View");
    click(&mut harness, "View: Wall");
    assert_eq!(harness.state().state.browsing.view, View::Wall);
    assert!(harness.query_by_label(&format!("Copy the prompt of this group: {BOAT}")).is_none());
    let rects: Vec<_> = (1..=3).map(|take| harness.get_by_label(&boat(take)).rect()).collect();
    assert!(rects.windows(2).all(|pair| !pair[0].intersects(pair[1])), "{rects:?}");
}

#[test]
fn the_wall_has_its_tools_in_sight_where_there_is_room() {
    let mut scene = with_jobs();
    scene.act(Action::Browse(Browse::View(View::Wall)));
    scene.ui_state.folds_details = true;
    let mut harness = show(scene);
    harness.get_by_role_and_label(Role::Slider, "Card size");
    let wide = harness.get_by_label(&boat(1)).rect();
    click(&mut harness, "Show the details");
    assert!(!harness.state().ui_state.folds_details);
    assert!(
        harness.query_by_role_and_label(Role::Slider, "Card size").is_none(),
        "beside the details it is in the menu"
    );
    assert_ne!(harness.get_by_label(&boat(1)).rect(), wide);
}

#[test]
fn what_can_be_done_next_comes_under_the_pointer() {
    let mut harness = show(with_jobs());
    assert!(harness.query_by_label("Pause").is_none());
    let coming = harness.get_by_label_contains("take 5, Downloading").rect();
    harness.hover_at(coming.center());
    harness.run();
    let pause = harness.get_by_label("Pause").rect();
    assert!(coming.contains_rect(pause));
    harness.hover_at(pause.center());
    harness.run();
    click(&mut harness, "Pause");
    let is_held = |effect: &Effect| matches!(effect, Effect::Engine(Command::PauseDownload(_, true)));
    assert!(harness.state().effects.iter().any(is_held), "{:?}", harness.state().effects);
}

#[test]
fn the_menu_of_a_clip_names_prices_and_reasons() {
    let mut harness = show(with_jobs());
    harness.get_by_label(&boat(2)).click_secondary();
    harness.run();
    for name in
        ["Open", "Quick look", "Use the seed", "Make again · 180 cr", "4 more like this · 720 cr", "To the trash"]
    {
        harness.get_by_role_and_label(Role::MenuItem, name);
    }
    let compare = harness.get_by_role_and_label(Role::MenuItem, "Compare, choose two to four clips");
    assert!(compare.accesskit_node().is_disabled());
}

#[test]
fn a_narrow_gallery_keeps_what_must_not_be_missed() {
    let mut scene = with_jobs();
    let ready = scene.state.jobs.values().find(|job| job.state == JobState::Ready).expect("in the fixture").id;
    scene.act(Action::Curate(Curate::Rate(vec![ready], Rating::new(5))));
    let mut harness = show_at(scene, [920.0, 640.0].into(), egui::Theme::Dark);
    harness.get_by_label_contains("Needs you, ");
    assert!(harness.query_by_label_contains("Failed, ").is_none());
    click(&mut harness, "Filter");
    harness.get_by_role_and_label(Role::MenuItem, "Failed").click();
    harness.run();
    harness.get_by_label("Failed, 1");
}
