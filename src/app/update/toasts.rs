//! Toasts: short messages about things that are done.

use std::time::Duration;

use crate::app::state::{AppState, Toast, ToastButton};

/// How long a toast stays.
pub const TOAST_STAYS: Duration = Duration::from_secs(6);
/// How long a toast with Undo stays.
pub const UNDO_STAYS: Duration = Duration::from_secs(10);
/// More toasts than this are not shown at once.
const MAX_TOASTS: usize = 3;

pub(super) fn toast(
    state: &mut AppState,
    title: impl Into<String>,
    text: impl Into<String>,
    button: Option<ToastButton>,
) {
    let stays = if button.is_some() { UNDO_STAYS } else { TOAST_STAYS };
    let id = state.next_toast;
    state.next_toast += 1;
    let (title, text) = (title.into(), text.into());
    // The same words twice are one message.
    state.toasts.retain(|toast| toast.title != title || toast.text != text);
    let step = button.filter(|button| *button == ToastButton::Undo).and_then(|_| state.undo.last().cloned());
    state.toasts.push(Toast { id, title, text, button, step, ends_at: state.now.after(stays) });
    if state.toasts.len() > MAX_TOASTS {
        state.toasts.remove(0);
    }
}
