//! Gateways in the price block, the end picture, how pictures travel, and the page of pictures.

use std::path::PathBuf;

use egui::Theme;
use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use rushes::app::action::KeyFound;
use rushes::app::action::bucket::{BucketNews, BucketWork};
use rushes::app::state::{Dialog, KeyPlace, SettingsPage};
use rushes::app::{Action, Effect, Input};
use rushes::domain::hosting::{BucketCheck, BucketStep, BucketTrouble};
use rushes::domain::outcome::KeyCheck;
use rushes::domain::request::Slot;
use rushes::domain::request::{InputPicture, StoredPicture};
use rushes::domain::{Amount, BucketPlace, Credits, GatewayId, PictureWay, samples};
use rushes::engine::event::Event;

use super::fixture::{Scene, show, show_at, studio};
use crate::support::window::{click, type_into};

fn stored(name: &str) -> StoredPicture {
    StoredPicture { width: 1280, height: 720, ..samples::stored_photo(name) }
}

fn place() -> BucketPlace {
    BucketPlace::new("https://s3.example.com", "auto", "pictures", "rushes/", true).expect("a place")
}

/// The studio with a start picture, at this gateway, with keys everywhere.
fn with_picture(gateway: GatewayId) -> Scene {
    let mut scene = studio();
    scene.key(GatewayId::Pixverse);
    scene.state.draft.gateway = gateway;
    scene.state.draft.takes = 1;
    scene.state.draft.picture = Some(InputPicture::Stored(stored("boat.jpg")));
    scene
}

fn settings(mut scene: Scene, page: SettingsPage) -> Harness<'static, Scene> {
    scene.act(Action::OpenSettings(page));
    show(scene)
}

/// Turns the wheel over the page until its end: what lies below its edge is not there for the hands.
fn scroll_down(harness: &mut Harness<'_, Scene>, over: &str) {
    let place = harness.get_by_label(over).rect().center();
    for _ in 0..3 {
        harness.event(egui::Event::PointerMoved(place));
        harness.event(egui::Event::MouseWheel {
            unit: egui::MouseWheelUnit::Point,
            delta: egui::vec2(0.0, -2_000.0),
            phase: egui::TouchPhase::Move,
            source: egui::MouseWheelSource::Wheel,
            modifiers: egui::Modifiers::NONE,
        });
        harness.run();
    }
}

#[test]
fn three_gateways_stand_in_the_form_at_every_width_and_no_price_is_cut() {
    for (width, side_by_side) in [(272.0, false), (304.0, false), (320.0, true), (400.0, true)] {
        let mut scene = studio();
        scene.key(GatewayId::Pixverse);
        scene.ui_state.form_width = width;
        let mut harness = show_at(scene, [1440.0, 900.0].into(), Theme::Dark);
        let names = ["apiin, 720 cr, ≈ $1.44", "aigateway, $2.56", "PixVerse, 360 cr, ≈ $3.60"];
        let places: Vec<egui::Rect> =
            names.iter().map(|name| harness.get_by_role_and_label(Role::RadioButton, name).rect()).collect();
        for place in &places {
            assert!(place.left() >= 16.0 && place.right() <= width - 16.0, "{width}: {place:?}");
        }
        for pair in places.windows(2) {
            assert!(!pair[0].intersects(pair[1]), "{width}: {places:?}");
            assert_eq!(pair[0].top() == pair[1].top(), side_by_side, "{width}: {places:?}");
        }
        harness.get_by_role_and_label(Role::RadioButton, names[2]).click();
        harness.run();
        assert_eq!(harness.state().state.draft.gateway, GatewayId::Pixverse);
        harness.get_by_label("Generate 4 · 360 cr, above your limit of $2.00, hold");
    }
}

#[test]
fn an_end_picture_is_chosen_typed_and_removed_where_the_gateway_takes_one() {
    let mut harness = show(with_picture(GatewayId::Pixverse));
    click(&mut harness, "Choose an end picture");
    assert!(harness.state().effects.iter().any(|effect| matches!(effect, Effect::PickPicture(Slot::End))));
    let file = PathBuf::from("/pictures/end.jpg");
    harness.state_mut().put(Input::PicturePicked(Slot::End, Some(file)));
    harness.state_mut().put(Input::PictureImported(Slot::End, Ok((stored("end.jpg"), Vec::new()))));
    harness.run();
    harness.get_by_label("End picture: end.jpg, End picture, 0.9 of 20 MB");
    click(&mut harness, "Remove end picture");
    assert_eq!(harness.state().state.draft.end_picture, None);
    click(&mut harness, "Use a web address as the end picture");
    type_into(&mut harness, "Web address of the end picture", "https://a.example/end.jpg");
    let typed = Some(InputPicture::WebAddress("https://a.example/end.jpg".to_owned()));
    assert_eq!(harness.state().state.draft.end_picture, typed);
    click(&mut harness, "Remove the address of the end picture");
    assert_eq!(harness.state().state.draft.end_picture, None);
}

#[test]
fn elsewhere_the_end_picture_is_dimmed_with_the_reason_and_a_set_one_says_that_it_is_not_sent() {
    let mut scene = with_picture(GatewayId::Apiin);
    let harness = show(with_picture(GatewayId::Apiin));
    let well = harness.get_by_label("End picture: Only PixVerse takes an end picture");
    assert!(well.accesskit_node().is_disabled());
    assert!(harness.query_by_label("Choose an end picture").is_none());
    scene.state.draft.end_picture = Some(InputPicture::Stored(stored("end.jpg")));
    let harness = show(scene);
    harness.get_by_label("End picture: end.jpg, Not sent. Only PixVerse takes an end picture");
    let note = "apiin is not sent end picture: it does not document it.";
    let notes = harness.get_all_by_role(Role::Note).filter_map(|node| node.accesskit_node().label());
    assert!(notes.into_iter().any(|text| text.contains(note)));
}

#[test]
fn a_picture_that_the_gateway_may_refuse_is_told_before_the_click() {
    let mut scene = with_picture(GatewayId::Pixverse);
    let small = StoredPicture { width: 280, height: 210, ..stored("stamp.jpg") };
    scene.state.draft.picture = Some(InputPicture::Stored(small));
    let harness = show(scene);
    harness.get_by_label_contains("280 × 210 is small: PixVerse may refuse pictures below 300 px a side");
}

#[test]
fn an_end_picture_without_a_start_picture_is_explained_at_its_well() {
    let mut scene = with_picture(GatewayId::Pixverse);
    scene.state.draft.picture = None;
    scene.state.draft.end_picture = Some(InputPicture::Stored(stored("end.jpg")));
    let harness = show(scene);
    harness.get_by_label("End picture: end.jpg, An end picture needs a start picture");
    harness.get_by_label("Generate · 90 cr, An end picture needs a start picture");
}

#[test]
fn the_form_says_before_the_click_how_a_picture_travels() {
    let harness = show(with_picture(GatewayId::Pixverse));
    harness.get_by_label("Uploaded to PixVerse with the order. PixVerse keeps it.");
    let mut harness = show(with_picture(GatewayId::Apiin));
    click(
        &mut harness,
        "Change how the picture gets there: apiin documents only web addresses. Sent inside the order; may be refused.",
    );
    assert_eq!(harness.state().state.dialog, Some(Dialog::Settings(SettingsPage::Pictures)));
    let mut scene = with_picture(GatewayId::Apiin);
    scene.state.settings.pictures.way = PictureWay::Bucket;
    let harness = show(scene);
    harness.get_by_label("Change how the picture gets there: No bucket is set up for pictures yet.");
    harness.get_by_label("Generate · 180 cr, No bucket is set up for pictures yet");
}

#[test]
fn a_bucket_is_typed_tested_and_saved() {
    let mut harness = settings(with_picture(GatewayId::Apiin), SettingsPage::Pictures);
    click(&mut harness, "Server: Cloudflare R2");
    let disabled = |harness: &Harness<'_, Scene>, name: &str| {
        harness.get_by_role_and_label(Role::Button, name).accesskit_node().is_disabled()
    };
    assert!(disabled(&harness, "Test the bucket") && disabled(&harness, "Save and use the bucket"));
    type_into(&mut harness, "Address of the server", "https://0123.r2.cloudflarestorage.com");
    type_into(&mut harness, "Name of the bucket", "pictures");
    type_into(&mut harness, "Access key ID", "AKIAEXAMPLE00001");
    type_into(&mut harness, "Secret access key", "a-secret-of-the-bucket");
    scroll_down(&mut harness, "Server: Cloudflare R2");
    click(&mut harness, "Test the bucket");
    let is_test = |effect: &Effect| matches!(effect, Effect::Bucket(BucketWork::Test { keys: Some(_), .. }));
    assert!(harness.state().effects.iter().any(is_test));
    assert_eq!(harness.state().state.settings.pictures.bucket, None, "a test saves nothing");
    let fails = BucketCheck::Fails { step: BucketStep::Read, trouble: BucketTrouble::NotAllowed, left: None };
    harness.state_mut().put(Input::Engine(Event::BucketChecked(fails)));
    harness.run();
    scroll_down(&mut harness, "Server: Cloudflare R2");
    harness.get_by_label("Write a small object: works");
    harness.get_by_label_contains("Read it by a signed link, as a gateway does: These keys may not do it");
    harness.get_by_label("Delete it: not tried");
    click(&mut harness, "Save and use the bucket");
    let kept = harness.state().state.settings.pictures.clone();
    assert_eq!(kept.way, PictureWay::Bucket);
    let kept = kept.bucket.expect("saved");
    assert_eq!((kept.bucket.as_str(), kept.region.as_str(), kept.path_style), ("pictures", "auto", true));
    let is_store = |effect: &Effect| matches!(effect, Effect::Bucket(BucketWork::StoreKeys { for_session: false, .. }));
    assert!(harness.state().effects.iter().any(is_store));
    harness.state_mut().put(Input::Bucket(BucketNews::KeysStored(Err("The password store is locked".to_owned()))));
    harness.run();
    scroll_down(&mut harness, "Server: Cloudflare R2");
    click(&mut harness, "Use the keys of the bucket until the window closes");
    let is_session =
        |effect: &Effect| matches!(effect, Effect::Bucket(BucketWork::StoreKeys { for_session: true, .. }));
    assert!(harness.state().effects.iter().any(is_session));
}

#[test]
fn a_bucket_that_is_set_up_can_be_changed_and_forgotten() {
    let mut scene = with_picture(GatewayId::Apiin);
    scene.state.settings.pictures.way = PictureWay::Bucket;
    scene.state.settings.pictures.bucket = Some(place());
    let found = KeyFound::Present { place: KeyPlace::Keyring, last_four: Some("0001".to_owned()) };
    scene.put(Input::Bucket(BucketNews::KeysFound(found)));
    let mut harness = settings(scene, SettingsPage::Pictures);
    scroll_down(&mut harness, "Server: Other");
    harness.get_by_label("Kept access key ID");
    assert!(harness.get_by_label("Save and use the bucket").accesskit_node().is_disabled(), "nothing is new");
    click(&mut harness, "Replace the keys of the bucket");
    harness.get_by_label("Secret access key");
    click(&mut harness, "Keep the present keys");
    scroll_down(&mut harness, "Server: Other");
    click(&mut harness, "Forget the bucket and its keys");
    let kept = &harness.state().state.settings.pictures;
    assert_eq!((kept.way, &kept.bucket), (PictureWay::InOrder, &None));
    let is_forget = |effect: &Effect| matches!(effect, Effect::Bucket(BucketWork::ForgetKeys));
    assert!(harness.state().effects.iter().any(is_forget));
}

#[test]
fn bad_input_is_explained_beside_its_field() {
    let mut harness = settings(with_picture(GatewayId::Apiin), SettingsPage::Pictures);
    click(&mut harness, "Server: Other");
    type_into(&mut harness, "Name of the bucket", "My Pictures");
    scroll_down(&mut harness, "Server: Other");
    harness.get_by_label("A bucket has 3 to 63 small letters, digits, hyphens and dots.");
    type_into(&mut harness, "Region", "eu central");
    harness.get_by_label_contains("A region has letters, digits and hyphens");
    type_into(&mut harness, "Access key ID", "two words");
    scroll_down(&mut harness, "Server: Other");
    harness.get_by_label("An access key ID is one word of letters, digits and signs.");
}

#[test]
fn a_field_keeps_the_focus_when_a_line_about_it_appears_below_it() {
    let mut harness = settings(with_picture(GatewayId::Apiin), SettingsPage::Pictures);
    let field = "Region";
    click(&mut harness, "Server: Other");
    harness.get_by_label(field).focus();
    harness.run();
    for letters in ["e", "u", " ", "x", "y"] {
        harness.get_by_label(field).type_text(letters);
        harness.run();
        assert!(harness.get_by_label(field).is_focused(), "after {letters:?}");
    }
    let value = harness.get_by_label(field).accesskit_node().value();
    assert_eq!(value.as_deref(), Some("eu xy"));
}

#[test]
fn pictures_get_a_public_address_only_after_consent() {
    let mut harness = settings(with_picture(GatewayId::Apiin), SettingsPage::Pictures);
    let radio = |harness: &Harness<'_, Scene>| harness.get_by_label("PixVerse’s upload").accesskit_node().is_disabled();
    assert!(radio(&harness));
    let consent = "I agree that my pictures get a public address at PixVerse, which keeps them. Anyone who has the address can see them.";
    click(&mut harness, consent);
    assert!(!radio(&harness));
    click(&mut harness, "PixVerse’s upload");
    assert_eq!(harness.state().state.settings.pictures.way, PictureWay::Platform);
    click(&mut harness, consent);
    assert_eq!(harness.state().state.settings.pictures.way, PictureWay::InOrder, "taken back");
}

#[test]
fn the_balance_of_pixverse_is_told_in_credits() {
    let mut scene = studio();
    scene.key(GatewayId::Pixverse);
    let works = KeyCheck::Works { balance: Some(Amount::Credits(Credits(1_072_650))) };
    scene.put(Input::Engine(Event::KeyChecked(GatewayId::Pixverse, works)));
    let harness = settings(scene, SettingsPage::Gateways);
    harness.get_by_label("Works, 1,072,650 cr");
    harness.get_by_label("credits, $0.01 each");
    harness.get_by_label("Test the key of PixVerse");
    harness.get_by_label("Jobs at once at PixVerse: 2");
}
