//! Money beside orders: limits, what they hold back, wallets and prices.

use crate::app::action::spend::Spend;
use crate::app::action::{Effect, Effects};
use crate::app::state::AppState;
use crate::app::view::spending::raised;
use crate::domain::SpendingRules;
use crate::domain::caps::Cap;
use crate::domain::random::Random;
use crate::engine::command::Command;

use super::{order, prefer};

pub(super) fn act(state: &mut AppState, word: Spend, random: &mut Random, to: &mut Effects) {
    match word {
        Spend::Order(door, consent) => order::through(state, door, consent, random, to),
        Spend::Raise(kind) => {
            let Some(limit) = raised(state, kind) else { return };
            let mut caps = state.settings.caps;
            *caps.of_mut(kind) = Cap { limit, is_on: true };
            prefer(state, to, |settings| settings.caps = caps);
            rules_changed(state, to);
        }
        Spend::KeepWaiting(kind) => {
            let count = state.jobs.spending().held_count(kind);
            state.keeps_waiting.insert(kind, count);
        }
    }
}

/// Tells the engine the limits, and what credits are worth, as they are now.
pub(super) fn rules_changed(state: &AppState, to: &mut Effects) {
    to.push(Effect::Engine(Command::SetSpendingRules(SpendingRules::from(&state.settings))));
}
