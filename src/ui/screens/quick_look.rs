//! One clip, large, over the dimmed window.

use egui::Ui;

use super::Frame;

pub(super) fn quick_look_ui(_frame: &mut Frame<'_>, _ui: &mut Ui) {}
