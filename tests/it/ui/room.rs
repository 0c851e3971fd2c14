//! The window at 200 %: nothing that can be used lies outside of the screen, or can be scrolled to.

use egui::accesskit::{Action as Ask, ActionRequest, TreeId};
use egui::{Rect, Theme, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use rushes::app::Action;
use rushes::app::action::hands::Hands;
use rushes::app::action::storyboard::Board;
use rushes::app::action::viewing::Viewing;
use rushes::app::state::SettingsPage;
use rushes::domain::samples::id;
use strum::IntoEnumIterator as _;

use super::fixture::{Scene, first_start, show_at, with_jobs};
use super::{is_control, list, pictures};

/// 1440 × 900 pixels at 80, 100, 150 and 200 %, in points.
const SIZES: [(u16, [f32; 2]); 4] =
    [(80, [1800.0, 1125.0]), (100, [1440.0, 900.0]), (150, [960.0, 600.0]), (200, [720.0, 450.0])];

fn screens() -> Vec<(String, Scene)> {
    let mut screens = vec![("studio".to_owned(), with_jobs()), ("first start".to_owned(), first_start())];
    let mut with = |name: &str, actions: Vec<Action>| {
        let mut scene = with_jobs();
        scene.state.toasts.clear();
        actions.into_iter().for_each(|action| scene.act(action));
        screens.push((name.to_owned(), scene));
    };
    for page in SettingsPage::iter() {
        with(&format!("settings: {page:?}"), vec![Action::OpenSettings(page)]);
    }
    with("ledger", vec![Action::OpenLedger]);
    with("shortcuts", vec![Action::OpenShortcuts]);
    with("palette", vec![Action::Hands(Hands::OpenPalette)]);
    with("quick look", vec![Action::View(Viewing::QuickLook(id(21)))]);
    with("compare", vec![Action::View(Viewing::Compare(vec![id(21), id(22), id(23)]))]);
    with("storyboard", vec![Action::Board(Board::Add(vec![id(21), id(22)])), Action::Board(Board::Open)]);
    screens.push(("list".to_owned(), list::open(list::LIST)));
    screens.push(("crop".to_owned(), pictures::cropping(|_| {})));
    screens
}

/// The controls that reach out of the screen: their names with their rectangles.
fn outside(harness: &Harness<'_, Scene>) -> Vec<(egui::accesskit::NodeId, String, Rect)> {
    let screen = harness.ctx.content_rect().expand(1.0);
    let controls = harness.get_all_by(|node| is_control(node.role()) && !node.is_disabled());
    let named = controls.map(|node| {
        let its = node.accesskit_node();
        (its.locate().0, its.label().or_else(|| its.value()).unwrap_or_default(), node.rect())
    });
    named.filter(|(.., rect)| !screen.contains_rect(*rect)).collect()
}

#[test]
fn whatever_can_be_used_is_on_the_screen_at_every_size() {
    let mut lost = Vec::new();
    for (percent, size) in SIZES {
        for (name, scene) in screens() {
            let mut harness = show_at(scene, Vec2::from(size), Theme::Dark);
            harness.run();
            for (node, control, _) in outside(&harness) {
                let request = ActionRequest {
                    action: Ask::ScrollIntoView,
                    target_tree: TreeId::ROOT,
                    target_node: node,
                    data: None,
                };
                harness.event(egui::Event::AccessKitActionRequest(request));
                harness.run();
                let still = outside(&harness).into_iter().find(|(its, ..)| *its == node);
                if let Some((.., rect)) = still {
                    lost.push(format!("{name} at {percent} %: {control} at {rect:?}"));
                }
            }
        }
    }
    assert!(lost.is_empty(), "{lost:#?}");
}

#[test]
fn the_form_is_dragged_at_its_edge_and_not_where_it_cannot_be_wider() {
    let wide = show_at(with_jobs(), [1440.0, 900.0].into(), egui::Theme::Dark);
    let handle = wide.get_by_label("Width of the form").rect();
    assert!(handle.contains(egui::pos2(wide.state().ui_state.form_width, 400.0)), "{handle}");
    let narrow = show_at(with_jobs(), [960.0, 600.0].into(), egui::Theme::Dark);
    assert!(narrow.query_by_label("Width of the form").is_none());
}
