//! Two to four clips under one playhead, in place of the three panes.

use egui::{Rect, Ui};

use super::Frame;
use crate::app::viewing::Comparison;

pub(super) fn compare_ui(_frame: &mut Frame<'_>, _ui: &mut Ui, _comparison: &Comparison, _place: Rect) {}
