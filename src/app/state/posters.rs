//! Posters that cannot be shown although their clips may be whole, and which of them are being made again.

use std::collections::{BTreeSet, HashSet};

use crate::domain::JobId;

/// What the window knows of posters that it could not show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LostPosters {
    /// Clips of which a poster was to be shown that is gone, damaged, or could not be made earlier.
    pub lost: BTreeSet<JobId>,
    /// Those for which the engine was asked to make the poster again. Each is asked for once while its file stays where
    /// it is, so that a film that cannot be decoded does not keep the computer busy.
    pub asked: HashSet<JobId>,
    /// Whether the files of the clips were looked for in this run. Before that nobody knows whose film is there.
    pub are_files_known: bool,
}
