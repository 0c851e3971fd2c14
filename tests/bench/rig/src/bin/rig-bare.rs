//! A window with a list of words and nothing else: what the window library alone costs.

use eframe::egui::{self, ScrollArea, Ui};

/// As many rows as the other windows of the comparison show.
const ROWS: usize = 10_000;

/// The window.
struct Bare;

impl eframe::App for Bare {
    fn ui(&mut self, ui: &mut Ui, _: &mut eframe::Frame) {
        egui::CentralPanel::default().show(ui, |ui| {
            ScrollArea::vertical().auto_shrink(false).show_rows(ui, 18.0, ROWS, |ui, rows| {
                for row in rows {
                    ui.label(format!("Clip {row}: a paper boat drifts down a rain-wet street at night"));
                }
            });
        });
    }
}

fn main() -> eframe::Result {
    let viewport = egui::ViewportBuilder::default().with_title("Bare").with_inner_size([1440.0, 900.0]);
    let options = eframe::NativeOptions {
        viewport,
        renderer: eframe::Renderer::Glow,
        multisampling: 0,
        ..eframe::NativeOptions::default()
    };
    eframe::run_native("Bare", options, Box::new(|_| Ok(Box::new(Bare))))
}
