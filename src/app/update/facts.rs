//! Asks the library what the window does not hold itself, and takes in what it tells.

use crate::app::action::facts::{Told, Wanted};
use crate::app::action::{Effect, Effects};
use crate::app::state::AppState;
use crate::app::state::facts::{LedgerAsked, question};
use crate::app::state::viewer::Viewer;
use crate::domain::JobId;
use crate::domain::caps::day_of;
use crate::domain::facts::{BestClips, CardQuestion};
use crate::domain::price_book::offer;
use crate::domain::random::Random;

use super::{form, four_more};

/// Asks for what is wanted and not known, after anything happened. Asks nothing where all jobs are loaded.
pub(super) fn follow(state: &mut AppState, to: &mut Effects) {
    if state.jobs.is_whole() {
        return;
    }
    let moved = state.jobs.moved();
    let facts = &mut state.facts;
    if !moved.changed.is_empty() {
        facts.counts.changed();
        facts.card.changed();
    }
    for id in &moved.changed {
        facts.rows.forget(*id);
    }
    // What was loaded when the ledger was asked for is added to the answer as it is now; everything else is in the answer.
    let last = facts.ledger.asked().or_else(|| facts.ledger.known().map(|(asked, _)| asked));
    let is_out_of_date = last.is_some_and(|asked| {
        moved.changed.iter().any(|id| !asked.without.contains(id))
            || moved.dropped.iter().any(|id| asked.without.contains(id))
    });
    if is_out_of_date {
        facts.ledger.changed();
    }
    if let Some(number) = facts.ask(|facts| &mut facts.counts, &()) {
        to.push(Effect::Facts(number, Wanted::Counts));
    }
    if facts.wants_best_clips
        && let Some(entries) = state.form.history.entries()
        && let Some(number) = facts.ask(|facts| &mut facts.best_clips, &())
    {
        let prompts = BestClips::of(entries.newest_first().map(|(key, _)| key));
        to.push(Effect::Facts(number, Wanted::BestClips(prompts)));
    }
    let first = day_of(state.now, &state.time_zone).first_of_month();
    if let Some(question) = state.jobs.money_question(first) {
        to.push(Effect::Facts(0, Wanted::Money(question)));
    }
    ask_about_card(state, to);
    ask_about_ledger(state, to);
}

fn ask_about_card(state: &mut AppState, to: &mut Effects) {
    let subject = state.facts.more.map(|(job, _)| job).or(state.selection.card);
    let Some(job) = subject.and_then(|id| state.jobs.get(&id)) else { return };
    let loaded = state.jobs.newer_at_its_price(job);
    let question = CardQuestion { job: job.id, asks_price: offer(&state.settings.prices, job, loaded).is_some() };
    if let Some(number) = state.facts.ask(|facts| &mut facts.card, &question) {
        to.push(Effect::Facts(number, Wanted::Card(question)));
    }
}

fn ask_about_ledger(state: &mut AppState, to: &mut Effects) {
    let Some(Viewer::Ledger(view)) = &state.viewer else {
        state.facts.ledger.forget();
        state.facts.rows.clear();
        return;
    };
    let (asked, question) = (LedgerAsked::of(state, view), question(state, view));
    if let Some(number) = state.facts.ask(|facts| &mut facts.ledger, &asked) {
        to.push(Effect::Facts(number, Wanted::Ledger(Box::new(question), asked.without)));
    }
}

/// Asks for rows of the ledger near the view.
pub(super) fn read_rows(state: &mut AppState, ids: &[JobId], to: &mut Effects) {
    let missing = state.facts.rows.want(ids, &state.jobs);
    if !missing.is_empty() {
        to.push(Effect::Facts(0, Wanted::Rows(missing)));
    }
}

/// Takes in what was told to the question with this number.
pub(super) fn told(state: &mut AppState, number: u64, news: Told, random: &mut Random, to: &mut Effects) {
    let facts = &mut state.facts;
    match news {
        Told::Counts(counts) => {
            if facts.counts.told(number, counts.is_some().then_some(()))
                && let Some(counts) = counts
            {
                state.browsing.projects.extend(counts.by_project.keys().flatten().cloned());
                state.jobs.counts_told(counts);
            }
        }
        Told::Money(zone, days) => state.jobs.money_told(&zone, days.as_deref()),
        Told::Card(card) => {
            if !facts.card.told(number, card.map(|card| *card)) {
                return;
            }
            let is_known = facts.more.is_some_and(|(job, _)| facts.of_card(job).is_some());
            match facts.more.take() {
                Some((job, consent)) if is_known => four_more::act(state, job, consent, random, to),
                Some(_) => super::toast(state, "Nothing was ordered", "The library could not be read.", None),
                None => {}
            }
        }
        Told::Ledger(found) => {
            if facts.ledger.told(number, found.map(|found| *found)) {
                facts.revision += 1;
            }
        }
        Told::Rows(asked, rows) => facts.rows.told(&asked, rows),
        Told::BestClips(best) => {
            if facts.best_clips.told(number, best.is_some().then_some(()))
                && let Some(best) = best
            {
                form::posters_found(state, best);
            }
        }
    }
}

#[cfg(test)]
mod tests;
