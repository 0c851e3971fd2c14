use jiff::civil::date;

use super::*;
use crate::app::state::jobs::Jobs;
use crate::app::view::ledger::row::row;
use crate::domain::ending::Charge;
use crate::domain::money::CreditValue;
use crate::domain::samples::job;
use crate::domain::{Job, JobState, UnixMillis};

fn at(text: &str) -> UnixMillis {
    UnixMillis(text.parse::<jiff::Timestamp>().expect("a moment").as_millisecond())
}

fn sent(job: Job, time: &str, charge: Charge) -> Job {
    Job { sent_at: Some(at(time)), charge, ..job }
}

fn view(by: LedgerBy) -> LedgerView {
    LedgerView { month: date(2026, 6, 1), by, chosen: None, only_not_known: false }
}

/// Two clips of today, one of them in doubt, one assumed of yesterday, one failed, and one of May.
fn state() -> AppState {
    let mut state = AppState::new(at("2026-06-24T14:10:00Z"));
    let credits = Amount::Credits(Credits(90));
    state.jobs = Jobs::from(vec![
        sent(job(1).project("Spring film").ready(), "2026-06-24T14:02:00Z", Charge::Yes(Some(credits))),
        sent(job(2).project("Spring film").unconfirmed(), "2026-06-24T14:07:00Z", Charge::NotKnown),
        sent(job(3).gateway(GatewayId::Aigateway).ready(), "2026-06-23T10:00:00Z", Charge::Yes(None)),
        sent(job(4).gateway(GatewayId::Aigateway).state(JobState::Failed), "2026-06-22T10:00:00Z", Charge::No),
        sent(job(5).ready(), "2026-05-31T10:00:00Z", Charge::Yes(Some(credits))),
        sent(job(6).gateway(GatewayId::Practice).ready(), "2026-06-24T10:00:00Z", Charge::Yes(None)),
    ]);
    state.settings.apiin.credit_value = CreditValue::new(Money(20_000_000), Credits(10_000));
    state.settings.caps.day.is_on = true;
    state.settings.caps.month = Cap { limit: Amount::Money(Money(1_000_000)), is_on: true };
    state
}

fn said(page: &Page) -> Vec<String> {
    page.sums.iter().map(|sum| format!("{}: {} ({})", sum.label, sum.value, sum.caption)).collect()
}

#[test]
fn the_sums_say_what_is_certain_and_what_is_not() {
    let page = page(&state(), &view(LedgerBy::Day));
    assert_eq!(
        said(&page),
        [
            "Today: $0.36 (of $5.00, 2 clips)",
            "This month: $0.76 (of $1.00, 3 clips)",
            "apiin: 180 cr (≈ $0.36 at $0.002)",
            "aigateway: $0.40 (assumed as shown)",
            "Not known: up to $0.18 (1 clip, look at them)",
        ]
    );
    assert_eq!(page.rows.len(), 4, "the month without practice");
    assert_eq!(page.rows[0], crate::domain::samples::id(2), "newest first");
    let note = page.note.expect("a cap of the month");
    assert_eq!((note.sentence.as_str(), note.asks), ("76 % of this month’s cap is used, with 6 days left.", false));
}

#[test]
fn a_month_of_the_past_and_a_year_have_their_own_sums() {
    let state = state();
    let may = page(&state, &LedgerView { month: date(2026, 5, 1), ..view(LedgerBy::Day) });
    assert_eq!(said(&may)[1], "May 2026: $0.18 (1 clip)");
    assert!(may.has_next && may.rows.len() == 1);
    let year = page(&state, &view(LedgerBy::Month));
    assert_eq!(said(&year)[1], "This year: $0.94 (4 clips)");
    assert_eq!((year.rows.len(), year.chart.bars.len(), year.has_next), (5, 12, false));
    assert_eq!(year.chart.bars[4].name, "May 2026: $0.18, 1 clip");
}

#[test]
fn worth_that_is_not_known_is_a_range_and_never_a_guess() {
    let mut state = state();
    state.settings.apiin.credit_value = None;
    let page = page(&state, &view(LedgerBy::Day));
    let said = said(&page);
    assert_eq!(said[0], "Today: $0.36–1.80 (of $5.00, 2 clips)");
    assert_eq!(said[2], "apiin: 180 cr ($0.36–1.80)");
    assert_eq!(said[4], "Not known: up to $0.90 (1 clip, look at them)");
}

#[test]
fn bars_tell_charged_from_not_known_and_stand_under_their_cap() {
    let page = page(&state(), &view(LedgerBy::Day));
    let chart = &page.chart;
    assert_eq!(chart.bars.len(), 30);
    let today = &chart.bars[23];
    assert_eq!((today.label.as_str(), today.is_now), ("today", true));
    assert_eq!((today.charged, today.not_known), (Money(180_000), Money(180_000)));
    assert_eq!(today.name, "24 June, today: $0.36, of it up to $0.18 not known, 2 clips");
    assert_eq!(chart.bars[24].label, "", "the word today needs the place of 25");
    assert_eq!(chart.cap, None, "a cap far above everything would press the bars flat");
    let mut low = state();
    low.settings.caps.day.limit = Amount::Money(Money(500_000));
    let low = super::page(&low, &view(LedgerBy::Day)).chart;
    assert_eq!(low.cap, Some((Money(500_000), "cap $0.50 a day".to_owned())));
    assert!(low.top >= Money(500_000));
}

#[test]
fn projects_and_endings_are_listed_with_their_share() {
    let page = page(&state(), &view(LedgerBy::Project));
    let lines =
        |shares: &[Share]| shares.iter().map(|share| format!("{}: {}", share.label, share.value)).collect::<Vec<_>>();
    assert_eq!(lines(&page.projects), ["No project: $0.40", "Spring film: $0.36"]);
    assert_eq!(
        lines(&page.outcomes),
        ["Ready: 2 clips, $0.58", "Failed, not charged: 1 clip, $0.00", "Unconfirmed: 1 clip, not known"]
    );
    assert!(page.chart.lies && page.chart.bars.len() == 2);
}

#[test]
fn only_what_is_not_known_can_be_listed() {
    let only = LedgerView { only_not_known: true, ..view(LedgerBy::Day) };
    let page = page(&state(), &only);
    assert_eq!(page.rows, [crate::domain::samples::id(2)]);
    let sum = page.sums.last().expect("sums");
    assert_eq!((sum.caption.as_str(), sum.lists), ("1 clip, show all", Some(false)));
}

#[test]
fn a_row_says_everything_in_one_sentence() {
    let mut state = state();
    let said = |state: &AppState, number: u128| {
        row(state, &state.jobs[&crate::domain::samples::id(number)]).expect("paid").said
    };
    assert_eq!(
        said(&state, 1),
        "today 14:02: a paper boat · take 1, apiin, 720p 5 s, shown 90 cr, charged 90 cr, Ready, asked by window"
    );
    assert_eq!(
        said(&state, 3),
        "yesterday 10:00: a paper boat · take 1, aigateway, 720p 5 s, shown $0.40, charged $0.40, assumed, Ready, asked by window"
    );
    let other = Charge::Yes(Some(Amount::Credits(Credits(99))));
    state.jobs.insert(crate::domain::samples::id(1), sent(job(1).ready(), "2026-06-24T14:02:00Z", other));
    assert!(said(&state, 1).contains("charged 99 cr, 9 cr more than shown"), "{}", said(&state, 1));
    assert!(row(&state, &state.jobs[&crate::domain::samples::id(6)]).is_none(), "practice is no row");
}

#[test]
fn a_page_is_made_anew_when_something_changed_and_not_when_a_row_is_chosen() {
    let mut state = state();
    let plain = view(LedgerBy::Day);
    let before = Basis::of(&state, &plain);
    let chosen = LedgerView { chosen: Some(crate::domain::samples::id(1)), ..plain.clone() };
    assert_eq!(Basis::of(&state, &chosen), before);
    if let Some(mut job) = state.jobs.get_mut(&crate::domain::samples::id(1)) {
        job.charge = Charge::No;
    }
    assert_ne!(Basis::of(&state, &plain), before);
    let mut later = self::state();
    later.now = at("2026-06-25T00:00:00Z");
    assert_ne!(Basis::of(&later, &plain), before, "another day");
}

#[test]
fn nothing_ordered_is_an_empty_page() {
    let state = AppState::new(at("2026-06-24T14:10:00Z"));
    let page = page(&state, &view(LedgerBy::Day));
    assert!(page.is_empty && page.rows.is_empty());
    assert_eq!(page.note, None);
}
