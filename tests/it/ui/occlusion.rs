//! What a film hides is not painted, and nobody sees it.

use egui::epaint::ClippedShape;
use egui::{Shape, Theme, Vec2};
use egui_kittest::Harness;
use rushes::app::Action;
use rushes::app::action::viewing::Viewing;
use rushes::app::state::SettingsPage;
use rushes::app::state::viewer::CompareMode;

use super::fixture::{Scene, show_at, with_jobs};
use super::viewing::BOATS;

const WINDOW: Vec2 = Vec2::new(1440.0, 900.0);

fn compared(mode: CompareMode) -> Scene {
    let mut scene = halted(with_jobs());
    scene.act(Action::View(Viewing::Compare(BOATS.to_vec())));
    scene.act(Action::View(Viewing::SetMode(mode)));
    scene
}

fn halted(mut scene: Scene) -> Scene {
    for boat in BOATS {
        scene.film(boat, 0);
    }
    scene
}

fn quick_look() -> Scene {
    let mut scene = halted(with_jobs());
    scene.act(Action::Select(Some(BOATS[0])));
    scene.act(Action::View(Viewing::QuickLook(BOATS[0])));
    scene.act(Action::View(Viewing::Play(false)));
    scene
}

fn gallery() -> Scene {
    let mut scene = halted(with_jobs());
    scene.act(Action::Select(Some(BOATS[0])));
    scene
}

fn settings() -> Scene {
    let mut scene = quick_look();
    scene.act(Action::View(Viewing::Close));
    scene.act(Action::OpenSettings(SettingsPage::Gateways));
    scene
}

/// Square points that are painted, each as often as it is.
fn painted(harness: &Harness<'_, Scene>) -> f32 {
    let area = |ClippedShape { clip_rect, shape, .. }: &ClippedShape| match shape {
        Shape::Rect(rect) if rect.fill.a() > 0 => {
            let place = shape.visual_bounding_rect().intersect(*clip_rect);
            if place.is_positive() { place.area() } else { 0.0 }
        }
        _ => 0.0,
    };
    harness.output().shapes.iter().map(area).sum()
}

#[test]
fn what_is_hidden_is_not_painted_and_the_picture_stays_the_same() {
    for (name, scene, most) in [
        ("quick look", quick_look as fn() -> Scene, 0.5),
        ("side by side", || compared(CompareMode::SideBySide), 0.75),
        ("slider", || compared(CompareMode::Slider), 0.75),
        ("gallery", gallery, 0.95),
        ("settings", settings, 0.9),
    ] {
        for (theme, scale) in [(Theme::Dark, 1.0), (Theme::Light, 1.5)] {
            let mut harness = show_at(scene(), WINDOW, theme);
            harness.set_pixels_per_point(scale);
            harness.run();
            let (whole, before) = (painted(&harness), harness.render().expect("a picture"));
            harness.state_mut().is_culled = true;
            harness.run();
            let (less, after) = (painted(&harness), harness.render().expect("a picture"));
            assert!(less < most * whole, "{name}: {less} of {whole}");
            let differing = before.enumerate_pixels().filter(|(x, y, pixel)| after.get_pixel(*x, *y) != *pixel);
            let places: Vec<(u32, u32)> = differing.map(|(x, y, _)| (x, y)).take(5).collect();
            assert!(places.is_empty(), "{name} at {scale} differs at {places:?}");
        }
    }
}
