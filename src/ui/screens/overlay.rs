//! The toasts: short messages about what was done, in the lower right corner of the window.

use egui::{Align2, Area, Id, Order, Ui, Vec2};

use super::Frame;
use crate::app::Action;
use crate::app::state::ToastButton;
use crate::ui::icons::Icon;
use crate::ui::widgets::Toast;

pub(super) fn toasts_ui(frame: &mut Frame<'_>, ui: &Ui, bottom: f32) {
    if frame.state.toasts.is_empty() {
        return;
    }
    let offset = Vec2::new(-16.0, -16.0 - bottom);
    Area::new(Id::unique("toasts")).order(Order::Foreground).anchor(Align2::RIGHT_BOTTOM, offset).show(
        ui.ctx(),
        |ui| {
            ui.spacing_mut().item_spacing = Vec2::splat(8.0);
            for toast in &frame.state.toasts {
                let (icon, label) = match toast.button {
                    Some(ToastButton::Undo) => (Icon::Undo2, Some("Undo")),
                    Some(ToastButton::Show(_)) => (Icon::Check, Some("Show")),
                    Some(ToastButton::ShowHandedOff) => (Icon::FolderOutput, Some("Show folder")),
                    Some(ToastButton::StopHandOff) => (Icon::Loader, Some("Stop")),
                    Some(ToastButton::Tells(_)) => (Icon::Bell, Some("Yes")),
                    None => (Icon::Info, None),
                };
                let mut drawn = Toast::new(icon, &toast.title, &toast.text);
                if let Some(label) = label {
                    drawn = drawn.action(label);
                }
                let asks = matches!(toast.button, Some(ToastButton::Tells(_)));
                if asks {
                    drawn = drawn.second("No");
                }
                let did = drawn.show(ui);
                if asks && (did.declined || did.closed) {
                    frame.actions.push(Action::PressToast(toast.id, ToastButton::Tells(false)));
                    continue;
                }
                if did.closed {
                    frame.actions.push(Action::CloseToast(toast.id));
                } else if let (true, Some(button)) = (did.acted, toast.button) {
                    frame.actions.push(Action::PressToast(toast.id, button));
                }
            }
        },
    );
}
