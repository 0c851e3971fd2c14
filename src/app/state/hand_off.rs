//! A folder for an editor, while it is made and afterwards.

use std::path::PathBuf;

use crate::domain::hand_off::order::Progress;

/// The one folder for an editor that is made at a time, and the last one that was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HandOffState {
    /// How far it is: `Some` from the press until it is there or given up.
    pub progress: Option<Progress>,
    /// The toast that tells how far it is.
    pub toast: Option<u64>,
    /// Where the last one lies.
    pub last: Option<PathBuf>,
}
