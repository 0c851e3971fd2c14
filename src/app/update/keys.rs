//! What follows when a key was looked for.

use crate::app::action::KeyFound;
use crate::app::state::{AppState, KeyState, KeyTest};
use crate::domain::GatewayId;

use super::{edit, gateway_mut};

/// A key was found, or not.
pub(super) fn key_found(state: &mut AppState, gateway: GatewayId, found: KeyFound) {
    let had_no_paid_key = state.has_no_paid_key();
    let was_unsettled = !are_keys_settled(state);
    let entry = gateway_mut(state, gateway);
    match found {
        KeyFound::Present { place, last_four } => {
            let key = KeyState::Present { place, last_four };
            if entry.key != key {
                entry.test = KeyTest::NotTested;
            }
            entry.key = key;
            entry.key_trouble = None;
        }
        KeyFound::None => {
            entry.key = KeyState::None;
            entry.test = KeyTest::NotTested;
        }
        KeyFound::Trouble(reason) => {
            entry.key = KeyState::None;
            entry.key_trouble = Some(reason);
        }
    }
    // Whoever has or gives a first key means to use it, as long as nothing was made that this could surprise. At the
    // first start all keys are waited for, so that the choice does not depend on which one was read sooner.
    let is_first_look = was_unsettled && are_keys_settled(state) && !state.settings.is_welcomed;
    let is_first_key = had_no_paid_key || is_first_look;
    if is_first_key && state.draft.gateway == GatewayId::Practice && state.jobs.is_empty() {
        let with_key = GatewayId::PAID.into_iter().find(|gateway| state.gateway(*gateway).key.is_present());
        if let Some(gateway) = with_key {
            edit(state, |draft| draft.gateway = gateway);
        }
    }
}

/// Whether it is known of every paid gateway if it has a key.
fn are_keys_settled(state: &AppState) -> bool {
    GatewayId::PAID.iter().all(|gateway| state.gateway(*gateway).key != KeyState::Unknown)
}
