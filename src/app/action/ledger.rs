//! What the user does with the ledger.

use std::path::PathBuf;

use crate::app::state::ledger::LedgerBy;
use crate::domain::JobId;
use crate::domain::caps::Cap;
use crate::domain::caps::field::CapField;

/// What the user did with the ledger.
#[derive(Clone, Debug)]
pub enum LedgerAct {
    /// Turned to the month after (`true`) or before.
    Turn(bool),
    /// Chose what the bars add up.
    SetBy(LedgerBy),
    /// Lists only what nobody knows the cost of, or all again.
    OnlyNotKnown(bool),
    /// Scrolled to these rows, which are not known yet.
    Read(Vec<JobId>),
    /// Chose this row and no other; `None` chooses nothing.
    Choose(Option<JobId>),
    /// Wants to see the order of this row in the gallery.
    Show(JobId),
    /// Set a cap, or switched it on or off.
    SetCap(CapField, Cap),
    /// Wants the rows of the month as a CSV file, in a place that is asked for.
    Export,
}

/// What became of the ledger as a file.
#[derive(Clone, Debug)]
pub enum LedgerNews {
    /// It was written here.
    Exported(PathBuf),
    /// No place was chosen.
    NotExported,
    /// It could not be written: a sentence.
    Trouble(String),
}
