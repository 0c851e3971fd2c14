//! Answers about prices: a corrected one counts everywhere at once, and is kept.

use crate::app::action::Effects;
use crate::app::action::prices::Prices;
use crate::app::state::{AppState, ToastButton, UndoStep};
use crate::app::view::prices::{offer_of, shape_words};
use crate::domain::price_book::{Answers, Offer, PricedShape};

use super::{list, prefer, remember, toast};

pub(super) fn act(state: &mut AppState, word: Prices, to: &mut Effects) {
    let offered = |state: &AppState, job| state.jobs.get(&job).and_then(|job| offer_of(state, job));
    match word {
        Prices::Update(job) => {
            let Some(offer) = offered(state, job) else { return };
            let title = format!("Price of {} updated to {}", shape_words(&offer.shape), offer.learned.amount);
            answer(state, &offer, offer.updated(state.settings.prices.answers(&offer.shape)), title, to);
        }
        Prices::Keep(job) => {
            let Some(offer) = offered(state, job) else { return };
            let title = format!("Price of {} stays {}", shape_words(&offer.shape), offer.said);
            answer(state, &offer, offer.kept(state.settings.prices.answers(&offer.shape)), title, to);
        }
        Prices::Forget(shape) => {
            let before = state.settings.prices.answers(&shape);
            if before.learned.is_none() {
                return;
            }
            let title = format!("Corrected price of {} forgotten", shape_words(&shape));
            set(state, shape, Answers { learned: None, ..before }, to);
            toast(state, title, "The table counts again.", Some(ToastButton::Undo));
        }
    }
}

fn answer(state: &mut AppState, offer: &Offer, answers: Answers, title: String, to: &mut Effects) {
    let text = format!("At {}. What is ordered already keeps its price.", offer.shape.gateway.title());
    set(state, offer.shape.clone(), answers, to);
    toast(state, title, text, Some(ToastButton::Undo));
}

fn set(state: &mut AppState, shape: PricedShape, answers: Answers, to: &mut Effects) {
    let step = swap(state, shape, answers, to);
    remember(state, step);
}

/// Sets what was answered about a price; returns the step that sets again what was there.
pub(super) fn swap(state: &mut AppState, shape: PricedShape, answers: Answers, to: &mut Effects) -> UndoStep {
    let mut before = Answers::default();
    prefer(state, to, |settings| before = settings.prices.set(shape.clone(), answers));
    // The only prices that are worked out ahead.
    list::price_anew(state, to);
    UndoStep::Price(Box::new((shape, before)))
}

#[cfg(test)]
mod tests;
