//! What the ledger shows: sums, bars, and the rows of the orders.
//!
//! A [`Page`] walks all jobs, so the window makes one only when something changed that it rests on, which its [`Basis`]
//! tells.

use jiff::civil::Date;

use crate::app::state::AppState;
use crate::app::state::facts::{LedgerAsked, question};
use crate::app::state::ledger::{LedgerBy, LedgerView};
use crate::app::view::words;
use crate::domain::caps::{SpendingRules, day_of};
use crate::domain::gateway::GatewayId;
use crate::domain::ledger::Outcome;
use crate::domain::ledger::found::{LedgerFound, LedgerQuestion};
use crate::domain::ledger::sums::{Part, Sum, Totals};
use crate::domain::money::{Amount, Credits};
use crate::domain::numbers::counted;
use crate::domain::price::Dollars;
use crate::domain::settings::Settings;
use crate::domain::{Cap, JobId, Money};

pub mod chart;
pub mod row;

/// What a page rests on: as long as it is the same, the page is.
#[derive(Clone, Debug, PartialEq)]
pub struct Basis {
    edits: u64,
    revision: u64,
    today: Date,
    view: LedgerView,
    rules: SpendingRules,
}

impl Basis {
    /// What the page of `view` rests on now.
    pub fn of(state: &AppState, view: &LedgerView) -> Self {
        Self {
            edits: state.jobs.edits(),
            revision: state.facts.revision,
            today: day_of(state.now, &state.time_zone),
            // The page says nothing of the chosen row.
            view: LedgerView { chosen: None, ..view.clone() },
            rules: SpendingRules::from(&state.settings),
        }
    }
}

/// Everything of the ledger but the words of its rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The month or the year that is shown: `June 2026`.
    pub period: String,
    /// Whether the orders are known; otherwise they are being read.
    pub is_read: bool,
    /// Whether there is a month or a year after it.
    pub has_next: bool,
    /// Whether anything was ever ordered at a paid gateway.
    pub is_empty: bool,
    /// The sums above the bars.
    pub sums: Vec<SumView>,
    /// The bars.
    pub chart: chart::Chart,
    /// The orders, newest first.
    pub rows: Vec<JobId>,
    /// How much of the month's cap is used.
    pub note: Option<CapNote>,
    /// What each project cost, the dearest first.
    pub projects: Vec<Share>,
    /// How the orders ended.
    pub outcomes: Vec<Share>,
}

/// One of the sums above the bars.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SumView {
    /// What is added up.
    pub label: String,
    /// The sum.
    pub value: String,
    /// What has to be known of it.
    pub caption: String,
    /// Whether the caption asks for a look.
    pub asks: bool,
    /// Whether the caption lists what is not known (`true`), or everything again (`false`), when it is pressed.
    pub lists: Option<bool>,
}

/// How much of a cap is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapNote {
    /// A sentence.
    pub sentence: String,
    /// Whether it is time to look: more than 80 % are used, or more than the share of the month that is over.
    pub asks: bool,
}

/// A line of a list in the right pane, with a bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Share {
    /// What it is about.
    pub label: String,
    /// What it comes to.
    pub value: String,
    /// The share of the whole, from 0.0 to 1.0.
    pub fraction: f32,
}

/// What the ledger shows: of the jobs that are loaded, and of what the library told of all others. `None` until it told.
fn find(state: &AppState, view: &LedgerView, question: &LedgerQuestion) -> Option<LedgerFound> {
    let mut found = LedgerFound::default();
    if state.jobs.is_whole() {
        state.jobs.values().for_each(|job| found.add(job, question));
    } else {
        let (asked, told) = state.facts.ledger.known()?;
        if *asked != LedgerAsked::of(state, view) {
            return None;
        }
        found = told.clone();
        asked.without.iter().filter_map(|id| state.jobs.get(id)).for_each(|job| found.add(job, question));
    }
    found.sort();
    Some(found)
}

/// The page of the ledger. Walks all jobs that are loaded.
pub fn page(state: &AppState, view: &LedgerView) -> Page {
    let question = question(state, view);
    let today = question.today;
    let (found, is_read) = match find(state, view, &question) {
        Some(found) => (found, true),
        None => (LedgerFound::default(), false),
    };
    let whole = found.totals.all.total();
    let this_period = if view.by == LedgerBy::Month {
        view.month.year() == today.year()
    } else {
        view.month == today.first_of_month()
    };
    Page {
        period: period_name(view),
        is_read,
        has_next: !this_period,
        is_empty: is_read && found.gateways.is_empty(),
        sums: sums(&state.settings, view, &found, this_period),
        chart: chart::chart(view, &found, &state.settings, today),
        note: month_note(state.settings.caps.month, &found.this_month, today),
        projects: projects(&found.totals, whole),
        outcomes: outcomes(&found.totals),
        rows: found.rows.into_iter().map(|(_, job)| job).collect(),
    }
}

/// `June 2026`, or `2026` where the months of a year are added up.
pub fn period_name(view: &LedgerView) -> String {
    match view.by {
        LedgerBy::Month => view.month.year().to_string(),
        _ => format!("{} {}", words::month(view.month.month()), view.month.year()),
    }
}

fn clips(number: usize) -> String {
    counted(number, "clip", "clips")
}

fn sums(settings: &Settings, view: &LedgerView, found: &LedgerFound, is_now: bool) -> Vec<SumView> {
    let caps = &settings.caps;
    let all = &found.totals.all;
    let plain = |label: &str, value: String, caption: String| SumView {
        label: label.to_owned(),
        value,
        caption,
        asks: false,
        lists: None,
    };
    let mut sums = vec![plain("Today", worth(found.today.total()), of_cap(caps.day, &found.today))];
    let caption = match (view.by, is_now) {
        (LedgerBy::Month, _) | (_, false) => with_waiting(clips(all.total().orders), all),
        _ => of_cap(caps.month, all),
    };
    let label = match (view.by, is_now) {
        (LedgerBy::Month, true) => "This year".to_owned(),
        (_, true) => "This month".to_owned(),
        _ => period_name(view),
    };
    sums.push(plain(&label, worth(all.total()), caption));
    for gateway in &found.gateways {
        let sum = found.totals.by_gateway.get(gateway).copied().unwrap_or_default();
        sums.push(plain(gateway.title(), sum.total().billed(), of_gateway(settings, *gateway, &sum)));
    }
    let unknown = all.not_known;
    let (value, caption) = match unknown.orders {
        0 => ("$0.00".to_owned(), "no clip is in doubt".to_owned()),
        number if view.only_not_known => (format!("up to {}", unknown.most), format!("{}, show all", clips(number))),
        number => (format!("up to {}", unknown.most), format!("{}, look at them", clips(number))),
    };
    sums.push(SumView {
        asks: unknown.orders > 0,
        lists: (unknown.orders > 0 || view.only_not_known).then_some(!view.only_not_known),
        ..plain("Not known", value, caption)
    });
    sums
}

fn worth(part: Part) -> String {
    part.worth().to_string()
}

/// `of $5.00, 4 clips`; with the credits where the cap is in credits.
fn of_cap(cap: Cap, sum: &Sum) -> String {
    let number = clips(sum.total().orders);
    let caption = match cap.in_force() {
        None | Some(Amount::Free) => number,
        Some(Amount::Money(limit)) => format!("of {limit}, {number}"),
        Some(Amount::Credits(limit)) => format!("{} of {limit}, {number}", sum.total().credits),
    };
    with_waiting(caption, sum)
}

/// What is not sent yet is told apart, because it is not spent yet.
fn with_waiting(caption: String, sum: &Sum) -> String {
    match sum.reserved.orders {
        0 => caption,
        number => format!("{caption}, {number} waiting"),
    }
}

fn of_gateway(settings: &Settings, gateway: GatewayId, sum: &Sum) -> String {
    let total = sum.total();
    if total.credits != Credits::default() {
        let value = settings.of(gateway).credit_value;
        let about = words::about(total.worth());
        return match (value, total.worth()) {
            (Some(value), Dollars::Exact(_)) => format!("{about} at {}", value.worth(Credits(1))),
            _ => about,
        };
    }
    match (sum.charged.orders, sum.assumed.orders) {
        (0, 0) => clips(total.orders),
        (0, _) => "assumed as shown".to_owned(),
        (_, 0) => "as charged".to_owned(),
        _ => format!("{} of it assumed", sum.assumed.billed()),
    }
}

/// "70 % of this month’s cap is used, with 6 days left."
fn month_note(cap: Cap, sum: &Sum, today: Date) -> Option<CapNote> {
    let (used, limit) = match cap.in_force()? {
        Amount::Money(limit) => (sum.total().most.0, limit.0),
        Amount::Credits(limit) => (sum.total().credits.0, limit.0),
        Amount::Free => return None,
    };
    let percent = i128::from(used) * 100 / i128::from(limit.max(1));
    let days = i64::from(today.days_in_month()) - i64::from(today.day());
    let left = match days {
        0 => "on its last day".to_owned(),
        1 => "with 1 day left".to_owned(),
        days => format!("with {days} days left"),
    };
    let passed = i128::from(today.day()) * 100 / i128::from(today.days_in_month());
    let sentence = format!("{percent} % of this month’s cap is used, {left}.");
    Some(CapNote { sentence, asks: percent >= 80 || (percent >= 50 && percent > passed) })
}

#[allow(clippy::cast_precision_loss, reason = "a share for the eye")]
fn fraction(part: Money, whole: Money) -> f32 {
    if whole.0 <= 0 { 0.0 } else { (part.0 as f32 / whole.0 as f32).clamp(0.0, 1.0) }
}

/// What a project is called in the ledger.
pub(crate) fn project_name(project: Option<&crate::domain::Project>) -> String {
    project.map_or_else(|| "No project".to_owned(), ToString::to_string)
}

fn projects(totals: &Totals, whole: Part) -> Vec<Share> {
    let mut all: Vec<_> = totals.by_project.iter().filter(|(_, sum)| sum.total().orders > 0).collect();
    all.sort_by_key(|(project, sum)| (std::cmp::Reverse(sum.total().most), project.is_none()));
    let share = |(project, sum): (&Option<crate::domain::Project>, &Sum)| Share {
        label: project_name(project.as_ref()),
        value: worth(sum.total()),
        fraction: fraction(sum.total().most, whole.most),
    };
    all.into_iter().map(share).collect()
}

fn outcomes(totals: &Totals) -> Vec<Share> {
    let rows = totals.all.rows;
    let share = |(outcome, sum): (&Outcome, &Sum)| {
        let total = sum.total();
        let is_free = total.is_nothing();
        let label = match outcome {
            Outcome::Failed if is_free => "Failed, not charged".to_owned(),
            Outcome::Cancelled => "Cancelled, confirmed".to_owned(),
            outcome => outcome.title().to_owned(),
        };
        let money = if total.orders > 0 && total.orders == sum.not_known.orders {
            "not known".to_owned()
        } else {
            worth(total)
        };
        #[allow(clippy::cast_precision_loss, reason = "a share for the eye")]
        let fraction = sum.rows as f32 / rows.max(1) as f32;
        Share { label, value: format!("{}, {money}", clips(sum.rows)), fraction }
    };
    totals.by_outcome.iter().map(share).collect()
}

#[cfg(test)]
mod tests;
