//! The words of one row of the ledger.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::app::state::AppState;
use crate::app::view::words;
use crate::domain::caps::day_of;
use crate::domain::ledger::{Charged, Entry, Outcome};
use crate::domain::{Job, UnixMillis};

/// One row in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowView {
    /// `14:07` today, else `23 June`.
    pub time: String,
    /// The prompt on one line.
    pub clip: String,
    /// ` · take 3` where there are several, which stays in sight when the prompt is shortened.
    pub take: String,
    /// What its gateway is called.
    pub gateway: &'static str,
    /// `720p 8 s`.
    pub settings: String,
    /// The price that was shown.
    pub shown: String,
    /// What was charged.
    pub charged: String,
    /// What stands behind it in lower rank: `assumed`, or that it is another amount than shown.
    pub remark: &'static str,
    /// Whether the charge is in doubt, or another one than shown.
    pub asks: bool,
    /// How it ended.
    pub outcome: Outcome,
    /// Whether the poster stands for a clip that is here.
    pub is_clip: bool,
    /// The whole row in one sentence, for screen readers and the tooltip.
    pub said: String,
}

/// The words of a row; `None` for a practice clip, which is none.
pub fn row(state: &AppState, job: &Job) -> Option<RowView> {
    let entry = Entry::of(job, state.now, &state.time_zone)?;
    let clip = words::one_line(job.request.prompt());
    let take = take(state, job).map(|take| format!(" · take {take}")).unwrap_or_default();
    let shown = job.estimate.amount.to_string();
    let (charged, remark) = match entry.charged {
        Charged::No => ("no".to_owned(), ""),
        Charged::NotKnown => ("not known".to_owned(), ""),
        Charged::Assumed(amount) => (amount.to_string(), "assumed"),
        Charged::Yes(amount) => (amount.to_string(), if entry.difference().is_some() { "differs" } else { "" }),
    };
    let differs = entry.difference().map_or_else(String::new, |difference| format!(", {}", difference.words()));
    let remarked = if remark == "assumed" { ", assumed" } else { "" };
    let at = words::moment(entry.at, state.now, &state.time_zone);
    let settings = format!("{} {}", job.request.resolution(), job.request.duration());
    let said = format!(
        "{at}: {clip}{take}, {}, {settings}, shown {shown}, charged {charged}{remarked}{differs}, {}, asked by {}",
        job.gateway.title(),
        entry.outcome.title(),
        job.asked_by.title()
    );
    Some(RowView {
        time: short_time(entry.at, state.now, &state.time_zone),
        clip,
        take,
        gateway: job.gateway.title(),
        settings,
        shown,
        charged,
        remark,
        asks: entry.charged == Charged::NotKnown || entry.difference().is_some(),
        outcome: entry.outcome,
        is_clip: state.is_clip(job),
        said,
    })
}

/// The number of an order among all of its recipe, where there are several. Unlike the numbers of the gallery it never
/// changes, because orders never leave the ledger.
pub fn take(state: &AppState, job: &Job) -> Option<usize> {
    if !state.jobs.is_whole() {
        let take = state.facts.rows.take(job.id)?;
        return (take.of > 1).then_some(take.number);
    }
    let (mut before, mut all) = (0, 0);
    for other in state.jobs.takes_of(job) {
        all += 1;
        before += usize::from(other.id <= job.id);
    }
    (all > 1).then_some(before)
}

/// `14:07` for today, `23 June` else, `23 June 2025` for another year. Long names of months are shortened.
fn short_time(at: UnixMillis, now: UnixMillis, zone: &TimeZone) -> String {
    const SHORT: [&str; 12] =
        ["Jan", "Feb", "March", "April", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec"];
    let (day, today) = (day_of(at, zone), day_of(now, zone));
    if day == today {
        let local = zone.to_datetime(Timestamp::from_millisecond(at.0).unwrap_or_default());
        return format!("{:02}:{:02}", local.hour(), local.minute());
    }
    let month = usize::try_from(day.month() - 1).ok().and_then(|index| SHORT.get(index)).copied().unwrap_or("");
    if day.year() == today.year() {
        format!("{} {month}", day.day())
    } else {
        format!("{} {month} {:02}", day.day(), day.year() % 100)
    }
}
