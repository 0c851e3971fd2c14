//! The ledger as it is looked at.

use jiff::civil::Date;

use crate::domain::JobId;
use crate::domain::ledger::Period;

/// What the bars of the ledger add up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, strum::EnumIter)]
pub enum LedgerBy {
    /// The days of the month.
    #[default]
    Day,
    /// The months of the year.
    Month,
    /// The projects, in the month.
    Project,
    /// The gateways, in the month.
    Gateway,
}

impl LedgerBy {
    /// Its name.
    pub fn text(self) -> &'static str {
        match self {
            Self::Day => "Day",
            Self::Month => "Month",
            Self::Project => "Project",
            Self::Gateway => "Gateway",
        }
    }
}

/// The ledger as it is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerView {
    /// The first day of the month that is shown.
    pub month: Date,
    /// What the bars add up.
    pub by: LedgerBy,
    /// The row that is chosen.
    pub chosen: Option<JobId>,
    /// Whether only the orders are listed of which nobody knows what they cost.
    pub only_not_known: bool,
}

impl LedgerView {
    /// Which orders it is about: those of the month, or of its year where months are added up.
    pub fn period(&self) -> Period {
        match self.by {
            LedgerBy::Month => Period::Year(self.month),
            LedgerBy::Day | LedgerBy::Project | LedgerBy::Gateway => Period::Month(self.month),
        }
    }
}
