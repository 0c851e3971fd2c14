//! Settings: what the user chose for good is kept at once.

use crate::app::action::{Effect, Effects};
use crate::app::state::AppState;
use crate::domain::settings::Panes;
use crate::domain::{GatewayId, Settings};

/// The first page does not come again.
pub(super) fn close_welcome(state: &mut AppState, to: &mut Effects) {
    state.settings.is_welcomed = true;
    state.settings.chosen_gateway = Some(state.draft.gateway);
    save(state, to);
}

pub(super) fn choose_gateway(state: &mut AppState, to: &mut Effects) {
    let chosen = Some(state.draft.gateway);
    if state.settings.chosen_gateway != chosen {
        prefer(state, to, |settings| settings.chosen_gateway = chosen);
    }
}

pub(super) fn prefer(state: &mut AppState, to: &mut Effects, change: impl FnOnce(&mut Settings)) {
    change(&mut state.settings);
    save(state, to);
}

pub(super) fn save(state: &AppState, to: &mut Effects) {
    to.push(Effect::SaveSettings(Box::new(state.settings.clone())));
}

/// Keeps the measures of the window when they are others than before.
pub(super) fn panes_measured(state: &mut AppState, panes: Panes, to: &mut Effects) {
    let before = state.settings.clone();
    state.settings.keep_panes(panes);
    if state.settings != before {
        save(state, to);
    }
}

pub(super) fn connect(state: &AppState, gateway: GatewayId) -> Effect {
    Effect::Connect(gateway, Box::new(state.settings.clone()))
}
