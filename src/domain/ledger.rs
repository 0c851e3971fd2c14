//! The ledger: every order of a paid gateway, what it cost or may cost, and how it ended.
//!
//! Hidden, deleted, discarded and repeated orders stand in it as well as all others, because money does not come back with
//! a card that is taken off. Practice clips never do. What an order counts for, and on which day, is said by
//! [`caps`](super::caps) alone, so that caps, header and ledger cannot disagree.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::caps::{counted, day_of, paid_at};
use super::ending::{Charge, EndingKind};
use super::job::{Job, JobState};
use super::money::Amount;
use super::time::UnixMillis;

pub mod csv;
pub mod found;
pub mod sums;
pub mod table;

/// How an order ended, or how far it is: a column of the ledger. The words are printed by the command line and stand in
/// exported files: never rename one.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, strum::EnumIter, strum::IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Outcome {
    /// The whole clip is on this computer.
    Ready,
    /// The same, and the user put the clip aside.
    ReadyRejected,
    /// The gateway could not make it.
    Failed,
    /// The prompt or the picture was not allowed, be it at the order or later.
    NotAllowed,
    /// The gateway refused the order.
    Refused,
    /// Cancelled, and the gateway said so.
    Cancelled,
    /// Nobody knows whether the order arrived.
    Unconfirmed,
    /// An unconfirmed order that the user put aside.
    Discarded,
    /// Nobody asks the gateway about it any more.
    NotWatched,
    /// Made, but deleted at the gateway before it was fetched.
    Gone,
    /// Not sent yet: a cap, the user or a doubt holds it.
    Held,
    /// Not sent yet.
    Waiting,
    /// On its way to the gateway, at the gateway, or on its way back.
    Working,
    /// Taken out of the queue before it was sent.
    Removed,
}

impl Outcome {
    /// The outcome of a job as it is now.
    pub fn of(job: &Job) -> Self {
        let is_not_allowed = job.message.as_ref().is_some_and(|message| message.kind == EndingKind::NotAllowed);
        match job.state {
            JobState::Queued if job.held.is_some() => Self::Held,
            JobState::Queued => Self::Waiting,
            JobState::Submitting | JobState::Waiting | JobState::Generating | JobState::Downloading => Self::Working,
            JobState::Unconfirmed => Self::Unconfirmed,
            JobState::Ready if job.verdict.is_rejected => Self::ReadyRejected,
            JobState::Ready => Self::Ready,
            JobState::Failed | JobState::Rejected if is_not_allowed => Self::NotAllowed,
            JobState::Failed => Self::Failed,
            JobState::Rejected => Self::Refused,
            JobState::Cancelled => Self::Cancelled,
            JobState::NotWatched => Self::NotWatched,
            JobState::Gone => Self::Gone,
            JobState::Removed => Self::Removed,
            JobState::Discarded => Self::Discarded,
        }
    }

    /// The word that is printed, such as `ready_rejected`.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// What the window calls it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Ready => "Ready",
            Self::ReadyRejected => "Ready, rejected",
            Self::Failed => "Failed",
            Self::NotAllowed => "Not allowed",
            Self::Refused => "Refused",
            Self::Cancelled => "Cancelled",
            Self::Unconfirmed => "Unconfirmed",
            Self::Discarded => "Discarded",
            Self::NotWatched => "Not watched",
            Self::Gone => "Deleted at gateway",
            Self::Held => "Held",
            Self::Waiting => "Waiting",
            Self::Working => "Working",
            Self::Removed => "Removed",
        }
    }
}

/// What an order cost, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charged {
    /// Nothing: it was not sent, or the gateway did not bill it.
    No,
    /// This much, as the gateway says.
    Yes(Amount),
    /// It was charged, and the gateway named no amount: the price shown is assumed.
    Assumed(Amount),
    /// Nobody has said yet, or nobody can tell.
    NotKnown,
}

impl Charged {
    /// What is known of a job.
    pub fn of(job: &Job) -> Self {
        match job.charge {
            Charge::No => Self::No,
            Charge::Yes(Some(amount)) => Self::Yes(amount),
            Charge::Yes(None) => Self::Assumed(job.estimate.amount),
            Charge::NotKnown => Self::NotKnown,
            // An order on its way may have arrived already.
            Charge::Nothing if job.state == JobState::Submitting => Self::NotKnown,
            Charge::Nothing => Self::No,
        }
    }

    /// The word that is printed: `no`, `yes`, `assumed` or `not known`. Never rename one.
    pub fn word(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Yes(_) => "yes",
            Self::Assumed(_) => "assumed",
            Self::NotKnown => "not known",
        }
    }

    /// The amount, where one is told or assumed.
    pub fn amount(self) -> Option<Amount> {
        match self {
            Self::Yes(amount) | Self::Assumed(amount) => Some(amount),
            Self::No | Self::NotKnown => None,
        }
    }
}

/// What an amount that counts against the caps stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, strum::EnumIter)]
pub enum Certainty {
    /// Charged, and the gateway named the amount.
    Charged,
    /// Charged; the price shown is assumed.
    Assumed,
    /// It may have been charged.
    NotKnown,
    /// Nothing was sent yet: the price shown is kept free under the caps.
    Reserved,
}

/// One row of the ledger.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// The order.
    pub job: &'a Job,
    /// When it was sent; when it was ordered, if it was not.
    pub at: UnixMillis,
    /// The day on which it counts: that of the sending, and today while it waits to be sent.
    pub day: Date,
    /// How it ended.
    pub outcome: Outcome,
    /// What it cost.
    pub charged: Charged,
    /// What it counts against the caps, and what that stands for; `None` when it costs nothing.
    pub counted: Option<(Certainty, Amount)>,
}

impl<'a> Entry<'a> {
    /// The row of a job; `None` for practice, which is no money.
    pub fn of(job: &'a Job, now: UnixMillis, zone: &TimeZone) -> Option<Self> {
        if !job.gateway.is_paid() {
            return None;
        }
        let charged = Charged::of(job);
        let certainty = match charged {
            Charged::Yes(_) => Certainty::Charged,
            Charged::Assumed(_) => Certainty::Assumed,
            Charged::NotKnown => Certainty::NotKnown,
            Charged::No => Certainty::Reserved,
        };
        Some(Self {
            job,
            at: job.sent_at.unwrap_or(job.created_at),
            // Where the clock was set back, what was sent later than now counts today, as it does for the caps.
            day: day_of(paid_at(job, now).min(now), zone),
            outcome: Outcome::of(job),
            charged,
            counted: counted(job).map(|amount| (certainty, amount)),
        })
    }

    /// What was charged and what was shown, where the gateway named another amount than the price that was shown.
    pub fn difference(&self) -> Option<Difference> {
        let Charged::Yes(charged) = self.charged else { return None };
        let shown = self.job.estimate.amount;
        (charged != shown).then_some(Difference { shown, charged })
    }
}

/// An order that cost something else than the price that was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The price that was shown.
    pub shown: Amount,
    /// What the gateway charged.
    pub charged: Amount,
}

impl Difference {
    /// How much more was charged than was shown, in millionths of a dollar or in credits; less than zero when it was
    /// less. `None` when the two are in different units.
    pub fn more(self) -> Option<i64> {
        match (self.shown, self.charged) {
            (Amount::Money(shown), Amount::Money(charged)) => Some(charged.0.saturating_sub(shown.0)),
            (Amount::Credits(shown), Amount::Credits(charged)) => Some(charged.0.saturating_sub(shown.0)),
            (Amount::Free, Amount::Money(charged)) => Some(charged.0),
            (Amount::Free, Amount::Credits(charged)) => Some(charged.0),
            (Amount::Money(shown), Amount::Free) => Some(shown.0.saturating_neg()),
            (Amount::Credits(shown), Amount::Free) => Some(shown.0.saturating_neg()),
            _ => None,
        }
    }

    /// As a clause: "18 cr more than shown".
    pub fn words(self) -> String {
        let unit = |number: i64| match (self.shown, self.charged) {
            (Amount::Credits(_), _) | (_, Amount::Credits(_)) => Amount::Credits(super::money::Credits(number)),
            _ => Amount::Money(super::money::Money(number)),
        };
        match self.more() {
            Some(more) if more > 0 => format!("{} more than shown", unit(more)),
            Some(more) => format!("{} less than shown", unit(more.saturating_neg())),
            None => format!("shown was {}", self.shown),
        }
    }
}

/// Which rows are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Period {
    /// All of them.
    #[default]
    All,
    /// Those of the year of this day.
    Year(Date),
    /// Those of the month of this day.
    Month(Date),
}

impl Period {
    /// Whether a day lies in it.
    pub fn holds(self, day: Date) -> bool {
        match self {
            Self::All => true,
            Self::Year(of) => of.year() == day.year(),
            Self::Month(of) => of.first_of_month() == day.first_of_month(),
        }
    }

    /// Reads a month as it is typed: `2026-06`.
    pub fn parse_month(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let is_plain = |part: &str, length| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
        if !is_plain(year, 4) || !is_plain(month, 2) {
            return None;
        }
        Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok().map(Self::Month)
    }
}

#[cfg(test)]
mod tests;
