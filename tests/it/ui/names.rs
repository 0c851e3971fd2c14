//! Every control of every screen, dialog and page of components has a name, for those who hear the window and for tests.
//!
//! A harness that comes to rest looks for that by itself and stops at the first screen. Here all screens are looked at, so
//! that one run tells everything that lacks a name.

use egui::{Theme, Ui, Vec2};
use egui_kittest::Harness;
use rushes::app::Action;
use rushes::app::action::browse::Browse;
use rushes::app::action::curate::Curate;
use rushes::app::action::ledger::LedgerAct;
use rushes::app::action::storyboard::Board;
use rushes::app::action::viewing::Viewing;
use rushes::app::state::SettingsPage;
use rushes::app::state::viewer::CompareMode;
use rushes::domain::samples::id;
use rushes::domain::{JobId, JobState, Rating};
use rushes::ui::components::{
    CARDS_SIZE, INTERACTIONS_SIZE, SHEET_SIZE, cards_page, components_page, interactions_page,
};
use rushes::ui::theme;
use strum::IntoEnumIterator as _;

use super::fixture::{Scene, finished, first_start, show_unchecked, studio, with_jobs, world};
use super::pictures;

/// The fixture's window after these actions.
fn after(actions: impl IntoIterator<Item = Action>) -> Scene {
    let mut scene = with_jobs();
    for action in actions {
        scene.act(action);
    }
    scene
}

/// All that the window may show, each with a name for the message.
fn screens() -> Vec<(String, Scene)> {
    let boats = [id(21), id(22)];
    let mut screens = vec![
        ("empty".to_owned(), world()),
        ("first start".to_owned(), first_start()),
        ("studio".to_owned(), studio()),
        ("finished".to_owned(), finished()),
        ("shortcuts".to_owned(), after([Action::OpenShortcuts])),
        ("several chosen".to_owned(), after([Action::Browse(Browse::SelectAll)])),
        ("nothing found".to_owned(), after([Action::Search("nothing of this".to_owned())])),
        ("rated".to_owned(), after([Action::Curate(Curate::Rate(boats.to_vec(), Rating::new(3)))])),
        ("crop".to_owned(), pictures::cropping(|facts| facts.is_transparent = true)),
        ("several pictures".to_owned(), pictures::several()),
        ("a picture hovers".to_owned(), pictures::hovering()),
        ("quick look".to_owned(), after([Action::View(Viewing::QuickLook(boats[0]))])),
        ("ledger".to_owned(), after([Action::OpenLedger])),
        (
            "order in the ledger".to_owned(),
            after([Action::OpenLedger, Action::Ledger(LedgerAct::Choose(Some(boats[0])))]),
        ),
        ("empty storyboard".to_owned(), after([Action::Board(Board::Open)])),
        ("storyboard".to_owned(), after([Board::Add(vec![boats[0], id(11), id(24)]), Board::Open].map(Action::Board))),
        ("planned shot".to_owned(), after([Board::Add(boats.to_vec()), Board::Open, Board::Plan].map(Action::Board))),
        (
            "several shots".to_owned(),
            after([Board::Add(boats.to_vec()), Board::Open, Board::ChooseAll].map(Action::Board)),
        ),
        (
            "storyboard that is played".to_owned(),
            after([Board::Add(boats.to_vec()), Board::Open, Board::Play, Board::Play].map(Action::Board)),
        ),
    ];
    for page in SettingsPage::iter() {
        screens.push((format!("settings, {page:?}"), after([Action::OpenSettings(page)])));
    }
    for mode in CompareMode::iter() {
        let compared = [Viewing::Compare(boats.to_vec()), Viewing::SetMode(mode)].map(Action::View);
        screens.push((format!("compared, {mode:?}"), after(compared)));
    }
    let jobs: Vec<(JobId, JobState)> = with_jobs().state.jobs.values().map(|job| (job.id, job.state)).collect();
    for (job, state) in jobs {
        screens.push((format!("details of a {} job", state.name()), after([Action::Select(Some(job))])));
    }
    screens
}

#[test]
fn no_screen_and_no_dialog_has_a_control_without_a_name() {
    let mut nameless = Vec::new();
    for (size, shows_details) in [([1440.0, 900.0], false), ([760.0, 560.0], false), ([960.0, 640.0], true)] {
        for (name, mut scene) in screens() {
            scene.ui_state.shows_details = shows_details;
            let harness = show_unchecked(scene, size.into(), Theme::Dark);
            nameless.extend(harness.unnamed_widgets().into_iter().map(|widget| format!("{name}, {size:?}: {widget}")));
        }
    }
    assert!(nameless.is_empty(), "{nameless:#?}");
}

fn page_of(size: Vec2, page: fn(&mut Ui)) -> Harness<'static> {
    let builder = Harness::builder().with_size(size).with_accessibility_check(false);
    let mut harness = builder.with_context_setup(theme::install).build_ui(page);
    harness.run();
    harness
}

#[test]
fn no_page_of_components_has_a_control_without_a_name() {
    page_of(SHEET_SIZE, components_page).check_accessibility();
    page_of(CARDS_SIZE, cards_page).check_accessibility();
    page_of(INTERACTIONS_SIZE, interactions_page).check_accessibility();
}

#[test]
fn a_control_without_a_name_would_be_found() {
    let harness = page_of(Vec2::splat(100.0), |ui| {
        ui.add(egui::Button::new(""));
    });
    assert_eq!(harness.unnamed_widgets().len(), 1);
}
