//! The ledger: which part of it is looked at, and the caps on spending.

use jiff::ToSpan as _;

use crate::app::action::ledger::{LedgerAct, LedgerNews};
use crate::app::action::{Effect, Effects};
use crate::app::state::AppState;
use crate::app::state::browsing::Browsing;
use crate::app::state::gallery::Filter;
use crate::app::state::ledger::{LedgerBy, LedgerView};
use crate::app::state::viewer::Viewer;
use crate::domain::browsing::ProjectChoice;
use crate::domain::caps::day_of;
use crate::domain::ledger::Entry;
use crate::domain::ledger::csv::{self, Reader};
use crate::domain::ledger::table::{self, Row};
use crate::domain::{JobId, path_text};

use super::settings::prefer;
use super::spend::rules_changed;
use super::{browse, look_anew, storyboard, toast};

/// Shows the ledger at the month of today.
pub(super) fn open(state: &mut AppState) {
    if matches!(state.viewer, Some(Viewer::Ledger(_))) {
        return;
    }
    storyboard::stop(state);
    let month = day_of(state.now, &state.time_zone).first_of_month();
    state.viewer = Some(Viewer::Ledger(LedgerView { month, by: LedgerBy::Day, chosen: None, only_not_known: false }));
}

pub(super) fn act(state: &mut AppState, word: LedgerAct, to: &mut Effects) {
    match word {
        LedgerAct::Turn(forward) => turn(state, forward),
        LedgerAct::SetBy(by) => change(state, |view| view.by = by),
        LedgerAct::OnlyNotKnown(only) => change(state, |view| view.only_not_known = only),
        LedgerAct::Choose(job) => {
            change(state, |view| view.chosen = job);
            // The card of the row is the one that the gallery shows afterwards.
            if let Some(job) = job.filter(|job| state.gallery.has_card(*job)) {
                browse::select(state, Some(job));
            }
        }
        LedgerAct::Show(job) => show(state, job),
        LedgerAct::SetCap(field, cap) => {
            prefer(state, to, |settings| *settings.caps.field_mut(field) = cap);
            rules_changed(state, to);
        }
        LedgerAct::Export => export(state, to),
    }
}

/// Hands on what is listed as a file for a spreadsheet.
fn export(state: &AppState, to: &mut Effects) {
    let Some(Viewer::Ledger(view)) = &state.viewer else { return };
    let takes = table::takes(state.jobs.values());
    let rows = crate::app::view::ledger::page(state, view).rows;
    let row = |id: &JobId| {
        let job = state.jobs.get(id)?;
        let entry = Entry::of(job, state.now, &state.time_zone)?;
        Some(Row::of(&entry, takes.get(id).copied().unwrap_or(1)))
    };
    let rows: Vec<Row> = rows.iter().filter_map(row).collect();
    let period = match view.by {
        LedgerBy::Month => view.month.year().to_string(),
        _ => format!("{}-{:02}", view.month.year(), view.month.month()),
    };
    let name = format!("Rushes ledger {period}.csv");
    to.push(Effect::ExportLedger { name, bytes: csv::bytes(&rows, Reader::Spreadsheet) });
}

/// What became of the file.
pub(super) fn told(state: &mut AppState, news: LedgerNews) {
    match news {
        LedgerNews::Exported(file) => toast(state, "Ledger saved", path_text::shown(&file), None),
        LedgerNews::NotExported => {}
        LedgerNews::Trouble(sentence) => toast(state, "The ledger was not saved", sentence, None),
    }
}

/// Shows the card of an order in the gallery, which looks at all cards if it did not show this one.
fn show(state: &mut AppState, job: JobId) {
    if state.jobs.contains_key(&job) && !state.gallery.has_card(job) {
        let text = "The order stays in the ledger. Its clip, if there is one, is in the trash or no longer kept.";
        toast(state, "This card was taken off the gallery", text, None);
        return;
    }
    if state.gallery.place_of(job).is_none() {
        state.filter = Filter::All;
        state.browsing = Browsing { project: ProjectChoice::All, stars: None, hits: None, ..state.browsing.clone() };
        state.search.clear();
        look_anew(state);
    }
    state.viewer = None;
    browse::select(state, Some(job));
}

/// Turns to the next month or the one before, or by a year where the year is shown. There is nothing after today.
fn turn(state: &mut AppState, forward: bool) {
    let this_month = day_of(state.now, &state.time_zone).first_of_month();
    change(state, |view| {
        let months = if view.by == LedgerBy::Month { 12 } else { 1 };
        let step = if forward { months.months() } else { -months.months() };
        // At the beginning of all time the month stays.
        view.month = view.month.checked_add(step).unwrap_or(view.month).min(this_month);
    });
}

fn change(state: &mut AppState, change: impl FnOnce(&mut LedgerView)) {
    if let Some(Viewer::Ledger(view)) = &mut state.viewer {
        change(view);
    }
}
