//! The hands of a person in a window of the harness: each does one thing and lets the window come to rest. At rest the
//! harness itself looks for controls without a name.

use egui::Key;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

/// Clicks what has this name.
#[track_caller]
pub fn click<State>(harness: &mut Harness<'_, State>, label: &str) {
    harness.get_by_label(label).click();
    harness.run();
}

/// Goes into the field with this name and types.
#[track_caller]
pub fn type_into<State>(harness: &mut Harness<'_, State>, label: &str, text: &str) {
    harness.get_by_label(label).focus();
    harness.run();
    harness.get_by_label(label).type_text(text);
    harness.run();
}

/// Presses a key and lets it go.
#[track_caller]
pub fn press<State>(harness: &mut Harness<'_, State>, key: Key) {
    harness.key_press(key);
    harness.run();
}
