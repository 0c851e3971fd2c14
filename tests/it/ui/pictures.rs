//! Pictures on their way into the form: drops, pastes, several at once, and the crop dialog.

use std::path::PathBuf;

use egui::{Event, HoveredFile, Key, Modifiers, PointerButton, Pos2, Theme, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use rushes::app::action::pictures::{PictureNews, PictureWork, Pictures, Reopened};
use rushes::app::state::Dialog;
use rushes::app::state::crop::CropSource;
use rushes::app::state::pictures::{FileKind, LookedAtFile, Preview};
use rushes::app::{Action, Effect, Input};
use rushes::domain::picture_edit::{CropRect, PictureEdit, PictureFacts};
use rushes::domain::request::Slot;
use rushes::domain::request::StoredPicture;
use rushes::domain::{AspectRatio, GatewayId, InputPicture, samples};
use rushes::engine::command::Command;

use super::fixture::{Scene, show, show_at, studio, with_jobs, world};
use crate::support::window::{click, press};

pub fn picture(name: &str) -> StoredPicture {
    samples::stored_photo(name)
}

fn facts(name: &str) -> PictureFacts {
    samples::photo_facts(name)
}

fn path(name: &str) -> PathBuf {
    PathBuf::from("/home/ada").join(name)
}

/// A picture in the well, and the crop dialog open on its original.
pub fn cropping(change: impl FnOnce(&mut PictureFacts)) -> Scene {
    let mut scene = studio();
    scene.state.draft.picture = Some(InputPicture::Stored(picture("boat-reference.jpg")));
    scene.act(Action::Pictures(Pictures::OpenCrop(Slot::Start)));
    let mut facts = facts("boat-reference.jpg");
    change(&mut facts);
    let rgba: Vec<u8> = (0..40 * 30).flat_map(|at: u32| [(at % 40 * 6) as u8, (at / 40 * 8) as u8, 150, 255]).collect();
    let preview = Preview { width: 40, height: 30, rgba: rgba.into() };
    let reopened = Box::new(Reopened { facts, preview, edit: PictureEdit::default() });
    scene.put(Input::Pictures(PictureNews::Reopened(picture("boat-reference.jpg"), Ok(reopened))));
    scene.effects.clear();
    scene
}

/// Five pictures of which one cannot be read.
pub fn several() -> Scene {
    let mut scene = studio();
    scene.state.draft.takes = 1;
    let names = ["1.jpg", "2.jpg", "3.jpg", "4.jpg", "5.jpg"];
    scene.act(Action::Pictures(Pictures::Drop(names.map(path).to_vec(), None)));
    let number = scene.state.several.as_ref().expect("asked").number;
    for name in names {
        let brought = if name == "4.jpg" { Err("This is no picture.".to_owned()) } else { Ok(picture(name)) };
        scene.put(Input::Pictures(PictureNews::OneBrought { number, path: path(name), picture: brought }));
    }
    scene.effects.clear();
    scene
}

/// A picture hovers over the window and was looked at.
pub fn hovering() -> Scene {
    let mut scene = studio();
    scene.act(Action::Pictures(Pictures::Hover(Some(vec![path("boat-reference.jpg")]))));
    let found = LookedAtFile { kind: FileKind::Picture(facts("boat-reference.jpg")), has_recipe: false };
    scene.put(Input::Pictures(PictureNews::LookedAt(path("boat-reference.jpg"), found)));
    scene
}

pub(super) fn hold(harness: &mut Harness<'_, Scene>, names: &[&str]) {
    let held = |name: &&str| HoveredFile { path: Some(path(name)), ..HoveredFile::default() };
    harness.input_mut().hovered_files = names.iter().map(held).collect();
    // egui repaints as long as files hover, so this does not come to rest.
    harness.run_steps(6);
}

#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &std::path::Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        Err("not read here".to_owned())
    }
}

pub(super) fn let_go(harness: &mut Harness<'_, Scene>, names: &[&str]) {
    let input = harness.input_mut();
    input.hovered_files.clear();
    for name in names {
        input.dropped_files.push(std::sync::Arc::new(Dropped(path(name))));
    }
    harness.step();
}

fn imported(harness: &Harness<'_, Scene>) -> Vec<PathBuf> {
    let path = |effect: &Effect| match effect {
        Effect::ImportPicture(Slot::Start, path) => Some(path.clone()),
        _ => None,
    };
    harness.state().effects.iter().filter_map(path).collect()
}

fn work(harness: &Harness<'_, Scene>) -> Vec<PictureWork> {
    let work = |effect: &Effect| match effect {
        Effect::Pictures(work) => Some(work.clone()),
        _ => None,
    };
    harness.state().effects.iter().filter_map(work).collect()
}

#[test]
fn a_held_picture_shows_both_targets_and_what_they_would_do() {
    let mut harness = show(with_jobs());
    hold(&mut harness, &["boat-reference.jpg"]);
    assert_eq!(
        work(&harness),
        [PictureWork::LookAt(path("boat-reference.jpg"))],
        "looked at once, off the window's thread"
    );
    let found = LookedAtFile { kind: FileKind::Picture(facts("boat-reference.jpg")), has_recipe: false };
    harness.state_mut().put(Input::Pictures(PictureNews::LookedAt(path("boat-reference.jpg"), found)));
    harness.run_steps(6);
    harness.get_by_label(
        "Start picture: boat-reference.jpg becomes the first frame. You can crop it next. JPEG, 4032 × 3024, 3.1 of 20 MB",
    );
    let restore = harness.get_by_label(
        "Restore settings: This picture carries no recipe. Clips made by Rushes, PNG with a recipe and JSON do.",
    );
    assert!(restore.accesskit_node().is_disabled());
    harness.get_by_label("Drop on a target, or press Esc to keep everything as it is");
    // Whoever presses Esc takes the file away again.
    hold(&mut harness, &[]);
    assert!(harness.query_by_label_contains("becomes the first frame").is_none());
    assert!(imported(&harness).is_empty());
}

#[test]
fn a_drop_takes_the_picture_at_once_without_a_dialog() {
    let mut harness = show(with_jobs());
    hold(&mut harness, &["boat.jpg"]);
    let_go(&mut harness, &["boat.jpg"]);
    harness.run();
    assert_eq!(imported(&harness), [path("boat.jpg")]);
    assert_eq!((harness.state().state.dialog, harness.state().state.hovering.as_ref()), (None, None));
}

#[test]
fn the_place_of_a_drop_decides_where_both_are_possible() {
    for (place, is_imported) in [(Pos2::new(700.0, 200.0), true), (Pos2::new(700.0, 700.0), false)] {
        let mut harness = show(with_jobs());
        hold(&mut harness, &["boat.png"]);
        let_go(&mut harness, &["boat.png"]);
        assert!(imported(&harness).is_empty(), "the place is not known yet");
        // The window is told of the pointer right after the drop.
        harness.event(Event::PointerMoved(place));
        harness.run();
        assert_eq!(!imported(&harness).is_empty(), is_imported, "{place:?}");
        let asks = work(&harness).iter().any(|work| matches!(work, PictureWork::ReadRecipe(_)));
        assert_eq!(asks, !is_imported, "{place:?}");
    }
}

#[test]
fn without_drops_the_well_offers_none() {
    let mut scene = world();
    scene.put(Input::NoDrops);
    let mut harness = show(scene);
    assert!(!painted(&mut harness).iter().any(|text| text.to_lowercase().contains("drop")));
    assert!(painted(&mut harness).iter().any(|text| text == "Choose or paste"));
    let mut harness = show(world());
    assert!(painted(&mut harness).iter().any(|text| text == "Drop, paste or choose"));
}

fn painted(harness: &mut Harness<'_, Scene>) -> Vec<String> {
    fn texts(shape: &egui::Shape, found: &mut Vec<String>) {
        match shape {
            egui::Shape::Text(text) => found.push(text.galley.job.text.clone()),
            egui::Shape::Vec(shapes) => shapes.iter().for_each(|shape| texts(shape, found)),
            _ => {}
        }
    }
    harness.run();
    let mut found = Vec::new();
    harness.output().shapes.iter().for_each(|clipped| texts(&clipped.shape, &mut found));
    found
}

#[test]
fn several_pictures_are_asked_about_once_with_the_sum_on_the_button() {
    let mut harness = show(several());
    harness.get_by_label("4 pictures: make 4 clips with this prompt (4 × 180 = 720 cr)");
    harness.get_by_label("1 picture cannot be used and is left out.");
    harness.get_by_label("4.jpg: This is no picture.");
    click(&mut harness, "Leave out 2.jpg");
    click(&mut harness, "Make 3 clips · 540 cr");
    let orders = harness.state().effects.iter().filter_map(|effect| match effect {
        Effect::Engine(Command::Enqueue(jobs)) => Some(jobs.len()),
        _ => None,
    });
    assert_eq!(orders.collect::<Vec<_>>(), [3]);
    assert_eq!(harness.state().state.dialog, None);
}

#[test]
fn cancel_orders_nothing() {
    for cancel in [true, false] {
        let mut harness = show(several());
        if cancel {
            click(&mut harness, "Cancel");
        } else {
            press(&mut harness, Key::Escape);
        }
        assert_eq!((harness.state().state.dialog, harness.state().state.several.as_ref()), (None, None));
        assert!(harness.state().effects.is_empty());
    }
}

#[test]
fn text_is_pasted_into_the_field_that_has_the_focus_and_else_into_the_form() {
    let mut harness = show(world());
    harness.event(Event::Paste("https://example.com/boat.jpg".to_owned()));
    harness.run();
    let address = InputPicture::WebAddress("https://example.com/boat.jpg".to_owned());
    assert_eq!(harness.state().state.draft.picture, Some(address));

    let mut harness = show(world());
    harness.get_by_label("Prompt").focus();
    harness.run();
    harness.event(Event::Paste("https://example.com is a boat".to_owned()));
    harness.run();
    assert_eq!(harness.state().state.draft.prompt, "https://example.com is a boat");
    assert_eq!(harness.state().state.draft.picture, None);
}

#[test]
fn a_paste_of_neither_text_nor_picture_asks_for_files() {
    let v = |pressed, modifiers| Event::Key { key: Key::V, physical_key: None, pressed, repeat: false, modifiers };
    let asks = |events: Vec<Event>| {
        let mut harness = show(world());
        for event in events {
            harness.event(event);
            harness.step();
        }
        harness.run();
        work(&harness) == [PictureWork::ReadClipboardFiles]
    };
    // The press of the key that pastes never arrives.
    assert!(asks(vec![v(false, Modifiers::COMMAND)]));
    assert!(!asks(vec![Event::Paste("a boat".to_owned()), v(false, Modifiers::COMMAND)]));
    assert!(!asks(vec![v(true, Modifiers::NONE), v(false, Modifiers::NONE)]), "the letter was typed");
}

fn crop_of(harness: &Harness<'_, Scene>) -> CropRect {
    harness.state().state.crop.as_ref().expect("open").rect
}

#[test]
fn the_frame_follows_keys_and_pointer() {
    let mut harness = show(cropping(|_| {}));
    assert_eq!(crop_of(&harness), CropRect { x: 0, y: 378, width: 4032, height: 2268 });
    press(&mut harness, Key::ArrowDown);
    harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowUp);
    harness.run();
    assert_eq!(crop_of(&harness).y, 378 + 1 - 10);
    press(&mut harness, Key::Minus);
    let smaller = crop_of(&harness);
    assert_eq!((smaller.width, smaller.height), (4032 - 81, 2222));
    harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowLeft);
    harness.run();
    assert_eq!(crop_of(&harness).x, smaller.x - 10);

    // Drag the lower right corner inward, then the frame itself.
    let stage = harness.get_by_label_contains("Frame of the picture").rect();
    let fitted = (stage.size() - Vec2::splat(48.0)) / Vec2::new(4032.0, 3024.0);
    let scale = fitted.x.min(fitted.y);
    let on_screen = |x: f32, y: f32| stage.center() + (Vec2::new(x, y) - Vec2::new(2016.0, 1512.0)) * scale;
    let before = crop_of(&harness);
    let corner = on_screen((before.x + before.width) as f32, (before.y + before.height) as f32);
    drag(&mut harness, corner, corner - Vec2::new(100.0, 0.0));
    let after = crop_of(&harness);
    assert_eq!((after.x, after.y), (before.x, before.y), "the opposite corner stays");
    // Both sides follow the pointer, and the larger one counts: downward it did not move.
    let is_near = |one: u32, other: u32| one.abs_diff(other) <= 1;
    assert!(is_near(after.width, before.width) && is_near(after.height, before.height), "{after:?}");
    drag(&mut harness, corner, corner - Vec2::new(100.0, 60.0));
    let after = crop_of(&harness);
    assert!(after.width + 500 < before.width && (after.x, after.y) == (before.x, before.y), "{after:?}");
    let middle = on_screen((after.x + after.width / 2) as f32, (after.y + after.height / 2) as f32);
    drag(&mut harness, middle, middle + Vec2::new(20.0, 10.0));
    let moved = crop_of(&harness);
    assert_eq!((moved.width, moved.height), (after.width, after.height));
    assert!(moved.x > after.x && moved.y > after.y, "{moved:?}");
    harness.event(Event::PointerMoved(middle));
    harness.event(Event::MouseWheel {
        unit: egui::MouseWheelUnit::Line,
        delta: Vec2::new(0.0, 3.0),
        phase: egui::TouchPhase::Move,
        modifiers: Modifiers::NONE,
        source: egui::MouseWheelSource::Wheel,
    });
    harness.run();
    assert!(crop_of(&harness).width < moved.width, "forward comes nearer");
}

fn drag(harness: &mut Harness<'_, Scene>, from: Pos2, to: Pos2) {
    let button = |pos, pressed| Event::PointerButton {
        pos,
        button: PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    };
    harness.event(Event::PointerMoved(from));
    harness.step();
    harness.event(button(from, true));
    harness.step();
    for part in 1..=4 {
        harness.event(Event::PointerMoved(from + (to - from) * (part as f32 / 4.0)));
        harness.step();
    }
    harness.event(button(to, false));
    harness.run();
}

#[test]
fn what_is_chosen_is_said_and_use_picture_asks_for_it() {
    let mut harness = show(cropping(|facts| facts.is_transparent = true));
    harness.get_by_label("The frame follows the clip’s aspect ratio");
    harness.get_by_label("Original: 4032 × 3024, JPEG, 3.1 MB");
    harness.get_by_label("Limit: 20 MB, 4000 × 4000 px");
    harness.get_by_label_contains("Place data removed before sending");
    click(&mut harness, "Frame: 1:1");
    harness.get_by_label("Use picture changes the clip from 16:9 to 1:1");
    click(&mut harness, "Mirror");
    click(&mut harness, "Turn left by a quarter");
    click(&mut harness, "Ground: Black");
    click(&mut harness, "Center");
    click(&mut harness, "Use picture");
    let state = &harness.state().state;
    assert_eq!((state.dialog, state.draft.aspect_ratio), (None, AspectRatio::R1x1));
    let [PictureWork::Edit { slot: Slot::Start, edit, .. }] = &work(&harness)[..] else { panic!("one edit") };
    assert_eq!((edit.is_mirrored, edit.ground.name()), (true, "black"));
    let crop = edit.crop.expect("a part");
    assert_eq!((crop.width, crop.height), (3024, 3024));
}

#[test]
fn whole_picture_and_reset_and_the_cross() {
    let mut harness = show(cropping(|_| {}));
    click(&mut harness, "Part: Whole picture");
    harness.get_by_label("Use picture changes the clip to 4:3, the nearest");
    click(&mut harness, "Reset");
    harness.get_by_label("The frame follows the clip’s aspect ratio");
    press(&mut harness, Key::Escape);
    assert_eq!((harness.state().state.dialog, work(&harness)), (None, vec![]));
}

#[test]
fn the_well_opens_the_dialog_and_says_what_goes_out() {
    let mut scene = studio();
    scene.state.draft.picture = Some(InputPicture::Stored(picture("boat-reference.jpg")));
    let mut harness = show(scene);
    assert!(painted(&mut harness).iter().any(|text| text == "0.9 of 20 MB"));
    click(&mut harness, "Crop start picture");
    assert_eq!(harness.state().state.dialog, Some(Dialog::Crop));
    assert_eq!(work(&harness), [PictureWork::Reopen(picture("boat-reference.jpg"))]);
    let reason = "The stored picture is gone. Choose the picture again.".to_owned();
    harness.state_mut().put(Input::Pictures(PictureNews::Reopened(picture("boat-reference.jpg"), Err(reason.clone()))));
    harness.run();
    harness.get_by_label(&reason);
    assert!(harness.get_by_label("Use picture").accesskit_node().is_disabled());
    assert!(matches!(harness.state().state.crop.as_ref().expect("open").source, CropSource::Trouble(_)));
}

#[test]
fn every_part_of_the_dialogs_is_in_a_small_window_as_well() {
    for scene in [cropping(|_| {}), several(), hovering()] {
        let gateway = scene.state.draft.gateway;
        let harness = show_at(scene, Vec2::new(760.0, 560.0), Theme::Light);
        assert_eq!(gateway, GatewayId::Apiin);
        if harness.state().state.dialog.is_some() {
            let window = egui::Rect::from_min_size(Pos2::ZERO, Vec2::new(760.0, 560.0));
            let cancel = harness.get_by_label("Cancel").rect();
            assert!(window.contains_rect(cancel), "{cancel:?}");
        }
    }
}
