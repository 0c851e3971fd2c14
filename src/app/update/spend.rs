//! Money beside orders: limits, what they hold back, wallets and prices.

use crate::app::action::spend::{Consent, Door, Spend};
use crate::app::action::{Effect, Effects};
use crate::app::state::AppState;
use crate::app::view::spending::raised;
use crate::domain::caps::Cap;
use crate::domain::random::Random;
use crate::domain::{JobState, SpendingRules};
use crate::engine::command::Command;

use super::{four_more, list, order, pictures, prefer};

pub(super) fn act(state: &mut AppState, word: Spend, random: &mut Random, to: &mut Effects) {
    match word {
        Spend::Order(door, consent) => through(state, door, consent, random, to),
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

/// Orders through a door, with what the user said besides pressing it.
pub(super) fn through(state: &mut AppState, door: Door, consent: Consent, random: &mut Random, to: &mut Effects) {
    match door {
        Door::Form | Door::Next | Door::QueueOnly => order::generate(state, door, consent, random, to),
        Door::Again(job) => order::retry(state, job, consent, random, to),
        Door::SubmitAgain(job) => {
            if state.jobs.get(&job).is_some_and(|job| job.state == JobState::Unconfirmed) {
                order::resend(state, job, consent, random, to);
            }
        }
        Door::FourMore(job) => four_more::act(state, job, consent, random, to),
        Door::Several => pictures::order_several(state, consent, random, to),
        Door::List => list::order(state, consent, random, to),
        Door::Held(job) => order::send_held(state, job, consent, to),
    }
}

/// Tells the engine the limits, and what credits are worth, as they are now.
pub(super) fn rules_changed(state: &AppState, to: &mut Effects) {
    to.push(Effect::Engine(Command::SetSpendingRules(SpendingRules::from(&state.settings))));
}
