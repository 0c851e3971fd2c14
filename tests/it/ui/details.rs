//! The details pane, the header and the status line: by role and name.

use egui::Key;
use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use rushes::app::action::Input;
use rushes::app::action::browse::Browse;
use rushes::app::state::SettingsPage;
use rushes::app::state::playback::{FilmFacts, Heard};
use rushes::app::state::viewer::Viewer;
use rushes::app::{Action, Effect, WindowEffect};
use rushes::domain::Sha256Hex;
use rushes::domain::request::{PictureType, StoredPicture};
use rushes::domain::samples;
use rushes::domain::{GatewayId, InputPicture, Job, JobId, Parent, Project, UnixMillis};
use rushes::engine::command::Command;
use rushes::engine::event::{Event, GatewayHealth};

use super::fixture::{BOAT, Scene, first_start, show, with_jobs};
use super::{drawn_part, whole};
use crate::support::window::click;

/// The selected clip of the fixture, its first take and the two after it.
const SHOTS: [JobId; 3] = [samples::id(21), samples::id(22), samples::id(23)];
const STRIP: &str = "Place in the film, in seconds";

fn facts() -> FilmFacts {
    FilmFacts { frames: 192, duration_millis: 8_000, width: 1280, height: 720, has_audio: false }
}

fn opened(harness: &mut Harness<'_, Scene>) {
    harness.state_mut().put(Input::FilmOpened(SHOTS[0], Ok(facts())));
    // A place that was waited for is sought in the first frame and shown in the second.
    harness.run();
    harness.run();
}

fn press(harness: &mut Harness<'_, Scene>, place: egui::Rect, along: f32) {
    let pos = egui::pos2(egui::lerp(place.x_range(), along), place.center().y);
    harness.event(egui::Event::PointerMoved(pos));
    for pressed in [true, false] {
        let button = egui::PointerButton::Primary;
        harness.event(egui::Event::PointerButton { pos, button, pressed, modifiers: egui::Modifiers::NONE });
        harness.run();
    }
}

fn change(scene: &mut Scene, id: JobId, change: impl FnOnce(&mut Job)) {
    let mut job = scene.state.jobs.get(&id).expect("in the fixture").clone();
    change(&mut job);
    scene.put(Input::Engine(Event::JobChanged(Box::new(job))));
}

#[test]
fn a_press_on_the_strip_seeks_exactly_once_the_film_is_open() {
    let mut harness = show(with_jobs());
    let picture = harness.get_by_label_contains("Quick look at A paper boat").rect();
    let strip = harness.get_by_role_and_label(Role::Slider, STRIP).rect();
    assert_eq!((strip.height(), drawn_part(&harness, picture)), (36.0, whole()), "the poster, until it is touched");
    harness.get_by_label("Continue from the last frame");

    press(&mut harness, strip, 0.25);
    assert!(harness.state().state.playback.is_touched, "so that the film is opened");
    assert_eq!((drawn_part(&harness, picture).left() * 16.0).round(), 4.0, "the strip stands in for the film");
    harness.get_by_label("2.00 of 8.00 seconds");

    opened(&mut harness);
    assert_eq!(harness.state().state.playback.frame, 48);
    harness.get_by_label("frame 48");
    harness.get_by_role_and_label(Role::Slider, STRIP).focus();
    harness.run();
    harness.key_press(Key::ArrowRight);
    harness.run();
    assert_eq!(harness.state().state.playback.frame, 49);
    click(&mut harness, "One frame back");
    assert_eq!(harness.state().state.playback.frame, 48);
    harness.get_by_role_and_label(Role::Slider, STRIP).focus();
    harness.run();
    harness.key_press(Key::End);
    harness.run();
    assert_eq!(harness.state().state.playback.frame, 191);
    assert_eq!(harness.get_by_label_contains("Quick look at A paper boat").rect(), picture, "nothing changes its size");
}

#[test]
fn a_pointer_that_passes_the_strip_moves_nothing() {
    let mut harness = show(with_jobs());
    let strip = harness.get_by_role_and_label(Role::Slider, STRIP).rect();
    super::point_at(&mut harness, strip, 0.5);
    let playback = harness.state().state.playback;
    assert!(!playback.is_touched && harness.state().ui_state.playhead.is_none());
}

#[test]
fn continue_takes_the_frame_at_the_playhead_and_the_last_one_without_it() {
    let taken = |harness: &Harness<'_, Scene>| {
        harness.state().effects.iter().rev().find_map(|effect| match effect {
            Effect::TakeFrame { job, frame, .. } => Some((*job, *frame)),
            _ => None,
        })
    };
    let mut harness = show(with_jobs());
    click(&mut harness, "Continue from the last frame");
    assert_eq!(taken(&harness), Some((SHOTS[0], u32::MAX)), "beyond the end is the last one");

    let mut harness = show(with_jobs());
    opened(&mut harness);
    click(&mut harness, "Continue from frame 191");
    assert_eq!(taken(&harness), Some((SHOTS[0], 191)));
    let strip = harness.get_by_role_and_label(Role::Slider, STRIP).rect();
    press(&mut harness, strip, 0.25);
    click(&mut harness, "Continue from frame 48");
    assert_eq!(taken(&harness), Some((SHOTS[0], 48)));
}

#[test]
fn the_well_names_the_frame_and_the_link_goes_with_the_picture() {
    let mut scene = with_jobs();
    let picture = StoredPicture {
        sha256: Sha256Hex::of(b"a picture"),
        picture_type: PictureType::Png,
        width: 1280,
        height: 720,
        size_bytes: 900_000,
        display_name: "boat.png".to_owned(),
    };
    scene.state.draft.picture = Some(InputPicture::Stored(picture));
    scene.state.draft.parent = Some(Parent { job: SHOTS[0], frame: 81 });
    let mut harness = show(scene);
    harness.get_by_label("Start picture: Frame 81 of take 1");
    click(&mut harness, "Remove start picture");
    assert_eq!(harness.state().state.draft.parent, None);
}

#[test]
fn a_pasted_picture_goes_into_the_form() {
    let mut harness = show(with_jobs());
    let image = egui::ColorImage::filled([3, 2], egui::Color32::RED);
    harness.event(egui::Event::PasteImage(std::sync::Arc::new(image)));
    harness.run();
    let pasted = harness.state().effects.iter().find_map(|effect| match effect {
        Effect::ImportPasted(pasted) => Some(pasted.clone()),
        _ => None,
    });
    let pasted = pasted.expect("it is brought in");
    assert_eq!((pasted.width, pasted.height, &pasted.rgba[..4]), (3, 2, &[255, 0, 0, 255][..]));
}

#[test]
fn transport_plays_loops_and_opens_quick_look() {
    let mut harness = show(with_jobs());
    click(&mut harness, "Stop at the end");
    assert!(!harness.state().state.playback.is_looping);
    harness.state_mut().put(Input::FilmOpened(SHOTS[0], Err("it is no H.264 film".to_owned())));
    harness.run();
    let play = harness.get_by_label("Play: it is no H.264 film");
    assert!(play.accesskit_node().is_disabled(), "the reason stands at the button");
    harness.state_mut().state.films.clear();
    harness.run();
    harness.get_by_role_and_label(Role::Button, "Quick look").click();
    harness.step();
    harness.step();
    assert_eq!(harness.state().state.viewer, Some(Viewer::QuickLook));
}

#[test]
fn a_clip_with_sound_is_muted_where_it_plays() {
    let mut harness = show(with_jobs());
    opened(&mut harness);
    assert!(harness.query_by_role_and_label(Role::Button, "Mute").is_none(), "there is nothing to hear");
    let heard = FilmFacts { has_audio: true, ..facts() };
    harness.state_mut().put(Input::FilmOpened(SHOTS[0], Ok(heard)));
    harness.run();
    click(&mut harness, "Mute");
    assert!(harness.state().state.settings.sound.is_muted);
    click(&mut harness, "Sound on");
    assert!(!harness.state().state.settings.sound.is_muted);
    harness.state_mut().state.heard = Heard::NoDevice("no sound server is set up".to_owned());
    harness.run();
    harness.get_by_label_contains("Mute. No sound device. The film plays on silently: no sound server is set up.");
}

#[test]
fn stars_and_reject_judge_the_clip() {
    let judged = |harness: &Harness<'_, Scene>| {
        harness.state().effects.iter().rev().find_map(|effect| match effect {
            Effect::Engine(Command::Judge(verdicts)) => Some(verdicts.clone()),
            _ => None,
        })
    };
    let mut harness = show(with_jobs());
    let stars = harness.get_all_by_role_and_label(Role::Slider, "Stars").next_back().expect("in the details").rect();
    press(&mut harness, stars, 0.7);
    let verdicts = judged(&harness).expect("a verdict");
    assert_eq!((verdicts[0].0, verdicts[0].1.rating.stars()), (SHOTS[0], 4));
    click(&mut harness, "Reject");
    assert!(judged(&harness).expect("a verdict")[0].1.is_rejected);
}

#[test]
fn use_takes_one_part_of_the_recipe() {
    let mut harness = show(with_jobs());
    click(&mut harness, "Use its recipe");
    let row = harness.get_by_role_and_label(Role::MenuItem, "Prompt");
    assert!(row.rect().width() < 300.0, "a menu is as wide as its rows need, and this one is {}", row.rect());
    row.click();
    harness.run();
    let draft = &harness.state().state.draft;
    assert_eq!((draft.prompt.as_str(), draft.seed_text.as_str()), (BOAT, ""));
}

#[test]
fn the_chain_shows_its_shots_a_gap_and_what_comes_after() {
    let mut scene = with_jobs();
    change(&mut scene, SHOTS[1], |job| {
        job.parent = Some(Parent { job: SHOTS[0], frame: 81 });
        job.is_hidden = true;
        job.trashed_at = Some(UnixMillis(1));
    });
    change(&mut scene, SHOTS[2], |job| job.parent = Some(Parent { job: SHOTS[1], frame: 40 }));
    let mut harness = show(scene);
    harness.get_by_label("Deleted, goes on from frame 81 of the shot before");
    harness.get_by_label_contains("goes on from frame 40 of the shot before").click();
    harness.run();
    assert_eq!(harness.state().state.selection.card, Some(SHOTS[2]));
    click(&mut harness, "Copy file list");
    let files = harness.state().window_effects.iter().find_map(|effect| match effect {
        WindowEffect::CopyFileList(files) => Some(files.clone()),
        _ => None,
    });
    assert_eq!(files.expect("the list").len(), 2, "what is in the trash is no file of the chain");
}

#[test]
fn a_clip_without_a_chain_shows_none() {
    assert!(show(with_jobs()).query_by_label("Copy file list").is_none());
}

#[test]
fn several_chosen_cards_are_summed_up() {
    let mut scene = with_jobs();
    scene.act(Action::Browse(Browse::SelectAlso(SHOTS[1])));
    let mut harness = show(scene);
    harness.get_by_label("2 cards selected");
    harness.get_by_label("360 cr");
    click(&mut harness, "Move 2 cards to the trash");
    let is_trash = |effect: &Effect| matches!(effect, Effect::Engine(Command::ToTrash(jobs)) if jobs.len() == 2);
    assert!(harness.state().effects.iter().any(is_trash), "{:?}", harness.state().effects);
}

#[test]
fn two_chosen_clips_are_compared() {
    let mut scene = with_jobs();
    scene.act(Action::Browse(Browse::SelectAlso(SHOTS[1])));
    let mut harness = show(scene);
    harness.get_by_label("Compare the selected clips").click();
    harness.step();
    harness.step();
    let Some(Viewer::Compare(comparison)) = &harness.state().state.viewer else { panic!("nothing is compared") };
    assert_eq!(comparison.jobs, SHOTS[..2]);
}

#[test]
fn the_project_menu_makes_a_project_and_says_what_is_wrong_with_a_name() {
    let mut scene = with_jobs();
    scene.state.browsing.projects.insert(Project::new("Spring film").expect("a name"));
    let mut harness = show(scene);
    click(&mut harness, "Project: All projects");
    harness.get_by_role_and_label(Role::MenuItem, "Spring film");
    harness.get_by_label("Name of a new project").focus();
    harness.run();
    harness.event(egui::Event::Text("a/b".to_owned()));
    harness.run();
    click(&mut harness, "Make the project");
    harness.get_by_label_contains("A project's name cannot hold");
    harness.state_mut().ui_state.project_name.clear();
    harness.get_by_label("Name of a new project").focus();
    harness.run();
    harness.event(egui::Event::Text("Autumn".to_owned()));
    harness.run();
    click(&mut harness, "Make the project");
    harness.run();
    let autumn = Project::new("Autumn").expect("a name");
    let is_made = |effect: &Effect| matches!(effect, Effect::MakeProjectFolder(project) if *project == autumn);
    assert!(harness.state().effects.iter().any(is_made));
    harness.get_by_label("Project: Autumn");
    assert!(harness.query_by_label("Name of a new project").is_none(), "the menu is closed");
}

#[test]
fn the_status_line_tells_the_network_from_answers_only() {
    let mut harness = show(with_jobs());
    assert!(harness.query_by_label("Online").is_none());
    for (is_reached, text) in [(true, "Online"), (false, "Offline. Drafts, prices and practice clips still work")] {
        let health = GatewayHealth { is_reached: Some(is_reached), ..GatewayHealth::default() };
        harness.state_mut().put(Input::Engine(Event::GatewayChanged(GatewayId::Apiin, health)));
        harness.run();
        harness.get_by_label(text);
    }
    click(&mut harness, "Pause queue");
    harness.get_by_label("Resume queue");
    assert!(show(first_start()).query_by_label("Pause queue").is_none(), "there is no queue yet");
}

#[test]
fn jobs_at_once_are_set_for_each_gateway() {
    let mut scene = with_jobs();
    scene.act(Action::OpenSettings(SettingsPage::Gateways));
    let mut harness = show(scene);
    click(&mut harness, "Jobs at once at apiin: 4");
    let is_told = |effect: &Effect| matches!(effect, Effect::Engine(Command::SetAtOnce(GatewayId::Apiin, 4)));
    assert!(harness.state().effects.iter().any(is_told), "{:?}", harness.state().effects);
    let saved = harness
        .state()
        .effects
        .iter()
        .any(|effect| matches!(effect, Effect::SaveSettings(kept) if kept.apiin.at_once == 4));
    assert!(saved);
}
