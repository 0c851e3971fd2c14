//! Pictures of the component sheet in both themes and two scales, and the keyboard and names of every control.

use egui::Theme;
use egui_kittest::Harness;
use rushes::ui::components::{SHEET_SIZE, components_page};
use rushes::ui::theme;

fn sheet(of: Theme, scale: f32) -> Harness<'static> {
    let mut installed = false;
    Harness::builder()
        .with_size(SHEET_SIZE)
        .with_pixels_per_point(scale)
        .with_theme(of)
        .build_ui(move |ui| {
            if !installed {
                theme::install(ui.ctx());
                installed = true;
                ui.ctx().request_repaint();
                return;
            }
            // The harness leaves a margin around its contents; the sheet has its own.
            let whole = ui.ctx().content_rect();
            let mut page = ui.new_child(egui::UiBuilder::new().max_rect(whole));
            page.set_clip_rect(whole);
            components_page(&mut page);
        })
}

fn picture(name: &str, of: Theme, scale: f32) {
    let mut harness = sheet(of, scale);
    harness.run();
    harness.snapshot(name);
}

#[test]
fn dark_at_100_percent() {
    picture("components-dark-100", Theme::Dark, 1.0);
}

#[test]
fn light_at_100_percent() {
    picture("components-light-100", Theme::Light, 1.0);
}

#[test]
fn dark_at_150_percent() {
    picture("components-dark-150", Theme::Dark, 1.5);
}

#[test]
fn light_at_150_percent() {
    picture("components-light-150", Theme::Light, 1.5);
}
