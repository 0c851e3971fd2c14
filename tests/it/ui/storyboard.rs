//! The storyboard: by keys, by drag, and from a planned shot through the form to its clip.

use std::time::Instant;

use egui::accesskit::Role;
use egui::{Event, Key, Modifiers, Pos2, Theme, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use rushes::app::action::storyboard::{Board, BoardSource};
use rushes::app::state::viewer::Viewer;
use rushes::app::{Action, Effect, Input};
use rushes::domain::samples::{self, id};
use rushes::domain::storyboard::{BoardShot, ShotKey};
use rushes::domain::{GatewayId, Job, JobId, JobState};
use rushes::engine::command::Command;
use rushes::engine::event::Event as Told;

use super::fixture::{BOAT, Scene, many, show, show_at, with_jobs, world};
use super::pictures;
use crate::support::window::{click, press, type_into};

/// Three ready takes of the boat in the fixture.
const BOATS: [JobId; 3] = [id(21), id(22), id(23)];

/// The fixture's window with these clips on the board, which is open.
fn board_of(jobs: &[JobId]) -> Scene {
    let mut scene = with_jobs();
    scene.act(Action::Board(Board::Add(jobs.to_vec())));
    scene.act(Action::Board(Board::Open));
    scene.state.toasts.clear();
    scene.effects.clear();
    scene
}

fn on_board(harness: &Harness<'_, Scene>) -> Vec<Option<u128>> {
    let number = |shot: &BoardShot| shot.key().job().map(|job| job.0.as_u128());
    harness.state().state.board().shots().iter().map(number).collect()
}

fn is_open(harness: &Harness<'_, Scene>) -> bool {
    matches!(harness.state().state.viewer, Some(Viewer::Storyboard(_)))
}

fn is_playing(harness: &Harness<'_, Scene>) -> bool {
    matches!(&harness.state().state.viewer, Some(Viewer::Storyboard(view)) if view.run.is_some())
}

/// The name of a ready boat at this place.
fn boat(number: usize) -> String {
    let joint = if number == 1 { "" } else { ", cut" };
    format!("Shot {number}, Ready, {BOAT}{joint}")
}

fn alt(harness: &mut Harness<'_, Scene>, key: Key) {
    harness.key_press_modifiers(Modifiers::ALT, key);
    harness.run();
}

fn center(harness: &Harness<'_, Scene>, name: &str) -> Pos2 {
    harness.get_by_label(name).rect().center()
}

#[test]
fn cards_go_to_the_storyboard_by_key_and_its_own_key_opens_it() {
    let mut harness = show(with_jobs());
    harness.get_by_label(&format!("{BOAT}, take 1, Ready")).focus();
    harness.run();
    harness.key_press_modifiers(Modifiers::SHIFT, Key::B);
    harness.run();
    assert_eq!((on_board(&harness), is_open(&harness)), (vec![Some(21)], false));
    press(&mut harness, Key::B);
    assert!(is_open(&harness));
    harness.get_by_label(&boat(1));
    press(&mut harness, Key::Escape);
    assert!(!is_open(&harness));
    click(&mut harness, "Storyboard");
    assert!(is_open(&harness));
}

#[test]
fn keys_choose_move_and_take_off_and_undo_takes_back() {
    let mut harness = show(board_of(&BOATS));
    assert!(harness.get_by_label(&boat(1)).is_focused(), "the keyboard belongs to the first shot at once");
    alt(&mut harness, Key::ArrowRight);
    assert_eq!(on_board(&harness), [Some(22), Some(21), Some(23)]);
    assert!(harness.get_by_label(&boat(2)).is_focused(), "the focus goes with the shot");
    alt(&mut harness, Key::End);
    assert_eq!(on_board(&harness), [Some(22), Some(23), Some(21)]);
    press(&mut harness, Key::ArrowLeft);
    harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowLeft);
    harness.run();
    alt(&mut harness, Key::ArrowRight);
    assert_eq!(on_board(&harness), [Some(21), Some(22), Some(23)], "two at once");
    press(&mut harness, Key::Delete);
    assert_eq!(on_board(&harness), [Some(21)]);
    assert!(harness.state().effects.iter().all(|effect| !matches!(effect, Effect::Engine(_))), "no clip is touched");
    for count in [3, 3, 3] {
        harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
        harness.run();
        assert_eq!(on_board(&harness).len(), count);
    }
    assert_eq!(on_board(&harness), [Some(22), Some(21), Some(23)]);
}

#[test]
fn a_shot_is_dragged_to_another_place() {
    let mut harness = show(board_of(&BOATS));
    let from = center(&harness, &boat(1));
    let to = harness.get_by_label(&boat(3)).rect().right_center() + Vec2::new(-8.0, 0.0);
    harness.drag_at(from);
    harness.run();
    for step in 1..=4_u8 {
        harness.hover_at(from + (to - from) * (f32::from(step) / 4.0));
        harness.run_ok();
    }
    harness.drop_at(to);
    harness.run();
    assert_eq!(on_board(&harness), [Some(22), Some(23), Some(21)]);

    // Outside of the board nothing is moved.
    let from = center(&harness, &boat(1));
    harness.drag_at(from);
    harness.run();
    harness.hover_at(Pos2::new(20.0, 10.0));
    harness.run_ok();
    harness.drop_at(Pos2::new(20.0, 10.0));
    harness.run();
    assert_eq!(on_board(&harness), [Some(22), Some(23), Some(21)]);
}

#[test]
fn a_planned_shot_goes_through_the_form_and_its_clip_takes_its_place() {
    let mut scene = world();
    scene.act(Action::Board(Board::Open));
    let mut harness = show(scene);
    click(&mut harness, "Plan the first shot");
    type_into(&mut harness, "Prompt of the planned shot", "a harbor at dawn");
    harness.get_by_label("Shot 1, Planned, a harbor at dawn");
    click(&mut harness, "Make this shot · free, opens the form");
    assert!(!is_open(&harness));
    assert_eq!(harness.state().state.draft.prompt, "a harbor at dawn");
    click(&mut harness, "Generate · free");
    let ordered = harness.state().effects.iter().find_map(|effect| match effect {
        Effect::Engine(Command::Enqueue(jobs)) => jobs.first().cloned(),
        _ => None,
    });
    let ordered = ordered.expect("an order");
    let job = Job::new(ordered.id, ordered.gateway, ordered.request, ordered.estimate, harness.state().state.now);
    let told = |job: Job| Input::Engine(Told::JobChanged(Box::new(job)));
    harness.state_mut().put(told(job.clone()));
    harness.run();
    press(&mut harness, Key::Escape);
    click(&mut harness, "Storyboard");
    harness.get_by_label("Shot 1, Waiting, a harbor at dawn");
    let ready = Job { clip: Some(samples::clip("a.mp4")), state: JobState::Ready, ..job };
    harness.state_mut().put(told(ready));
    harness.run();
    harness.get_by_label("Shot 1, Ready, practice, a harbor at dawn");
    assert_eq!(on_board(&harness), [Some(ordered.id.0.as_u128())]);
}

#[test]
fn space_plays_through_and_escape_ends_it_before_it_closes_the_board() {
    let mut scene = board_of(&BOATS);
    scene.film(BOATS[0], 0);
    let mut harness = show(scene);
    harness.key_press(Key::Space);
    harness.run_steps(3);
    assert!(is_playing(&harness) && harness.state().state.playback.is_playing);
    harness.key_press(Key::Space);
    harness.run();
    assert!(is_playing(&harness) && !harness.state().state.playback.is_playing, "halted");
    press(&mut harness, Key::ArrowRight);
    harness.get_by_label(&format!("Go on: {}. 3 shots in all", boat(2)));
    press(&mut harness, Key::Escape);
    assert!(is_open(&harness) && !is_playing(&harness));
    press(&mut harness, Key::Escape);
    assert!(!is_open(&harness));
}

#[test]
fn a_pasted_picture_is_a_planned_shot() {
    let mut harness = show(board_of(&BOATS));
    let image = egui::ColorImage::filled([4, 2], egui::Color32::GOLD);
    harness.event(Event::PasteImage(std::sync::Arc::new(image)));
    harness.run();
    assert_eq!(on_board(&harness), [Some(21), None, Some(22), Some(23)], "behind the chosen one");
    let import = harness.state().effects.iter().find_map(|effect| match effect {
        Effect::ImportForBoard(BoardSource::Pasted(pasted), _) => Some((pasted.width, pasted.height)),
        _ => None,
    });
    assert_eq!(import, Some((4, 2)));
    let is_for_form = |effect: &Effect| matches!(effect, Effect::ImportPicture(..) | Effect::ImportPasted(..));
    assert!(!harness.state().effects.iter().any(is_for_form), "the form takes nothing");
}

#[test]
fn a_dropped_picture_is_taken_once_and_by_the_board() {
    let mut harness = show(board_of(&BOATS));
    pictures::hold(&mut harness, &["boat.jpg"]);
    assert_eq!(harness.state().state.hovering, None, "the form offers nothing");
    pictures::let_go(&mut harness, &["boat.jpg"]);
    harness.run();
    assert_eq!(on_board(&harness).len(), 4);
    let takes = |effect: &&Effect| {
        matches!(
            effect,
            Effect::ImportForBoard(BoardSource::File(_), _) | Effect::ImportPicture(..) | Effect::Pictures(_)
        )
    };
    let taken: Vec<&Effect> = harness.state().effects.iter().filter(takes).collect();
    assert!(matches!(taken[..], [Effect::ImportForBoard(..)]), "{taken:?}");
}

#[test]
fn what_the_board_cost_and_will_cost_is_in_sight_at_every_width() {
    for (width, of) in [(1440.0, Theme::Dark), (760.0, Theme::Light)] {
        let mut scene = board_of(&[BOATS[0], BOATS[1], id(11)]);
        scene.act(Action::Board(Board::Plan));
        scene.state.draft.gateway = GatewayId::Apiin;
        let harness = show_at(scene, Vec2::new(width, 640.0), of);
        let spent = harness.get_by_role_and_label(Role::Label, "So far: 360 cr, 1 not known, up to 180 cr");
        assert!(spent.rect().left() >= 0.0 && spent.rect().right() <= width);
        let to_come = harness.get_by_label_contains("To come: ≈ ");
        assert!(to_come.rect().right() <= width && to_come.rect().left() > spent.rect().right());
    }
}

#[test]
fn a_thousand_shots_are_drawn_as_far_as_they_are_in_view_and_then_nothing_moves() {
    let mut scene = many(1_000);
    let jobs: Vec<JobId> = scene.state.jobs.values().map(|job| job.id).collect();
    scene.act(Action::Board(Board::Add(jobs)));
    scene.act(Action::Board(Board::Open));
    scene.state.toasts.clear();
    let mut harness = show(scene);
    let drawn = harness.get_all_by_label_contains("Shot ").count();
    assert!((4..120).contains(&drawn), "{drawn}");
    let began = Instant::now();
    press(&mut harness, Key::End);
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
    let last = harness.get_by_label_contains("Shot 1000, ");
    assert!(last.accesskit_node().is_focused() && last.rect().bottom() < 900.0);
    let waits = harness.output().viewport_output.values().map(|output| output.repaint_delay).min();
    assert!(waits.is_some_and(|wait| wait > std::time::Duration::from_secs(60)), "{waits:?}");
}

#[test]
fn the_menu_of_a_card_and_of_several_adds_them() {
    let mut harness = show(with_jobs());
    harness.get_by_label(&format!("{BOAT}, take 2, Ready")).click_secondary();
    harness.run();
    click(&mut harness, "Add to the storyboard");
    assert_eq!(on_board(&harness), [Some(22)]);
    let key = ShotKey::Clip(id(22));
    assert_eq!(harness.state().state.board().position(key), Some(0));
}
