//! The ledger: which part of it is looked at, and the caps on spending.

use crate::app::action::ledger::LedgerAct;
use crate::app::action::{Effect, Effects};
use crate::app::state::AppState;
use crate::app::state::ledger::{LedgerBy, LedgerView};
use crate::app::state::viewer::Viewer;
use crate::domain::caps::{SpendingRules, day_of};
use crate::engine::command::Command;

use super::settings::prefer;
use super::{browse, storyboard};

/// Shows the ledger at the month of today.
pub(super) fn open(state: &mut AppState) {
    if matches!(state.viewer, Some(Viewer::Ledger(_))) {
        return;
    }
    storyboard::stop(state);
    let month = day_of(state.now, &state.time_zone).first_of_month();
    state.viewer = Some(Viewer::Ledger(LedgerView { month, by: LedgerBy::Day, chosen: None }));
}

pub(super) fn act(state: &mut AppState, word: LedgerAct, to: &mut Effects) {
    match word {
        LedgerAct::Turn(forward) => {
            change(state, |view| {
                let step = if forward { view.month.last_of_month().tomorrow() } else { view.month.yesterday() };
                // At the ends of all time the month stays.
                view.month = step.unwrap_or(view.month).first_of_month();
            });
        }
        LedgerAct::SetBy(by) => change(state, |view| view.by = by),
        LedgerAct::Choose(job) => change(state, |view| view.chosen = Some(job)),
        LedgerAct::Show(job) => {
            state.viewer = None;
            browse::select(state, Some(job));
        }
        LedgerAct::SetCap(field, cap) => {
            prefer(state, to, |settings| *settings.caps.field_mut(field) = cap);
            let rules = SpendingRules::from(&state.settings);
            to.push(Effect::Engine(Command::SetSpendingRules(rules)));
        }
        LedgerAct::Export => {}
    }
}

fn change(state: &mut AppState, change: impl FnOnce(&mut LedgerView)) {
    if let Some(Viewer::Ledger(view)) = &mut state.viewer {
        change(view);
    }
}
