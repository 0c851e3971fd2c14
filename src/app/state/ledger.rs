//! The ledger as it is looked at.

use jiff::civil::Date;

use crate::domain::JobId;

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
}
