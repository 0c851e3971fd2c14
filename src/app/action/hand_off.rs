//! Handing clips on to an editor.

use std::path::PathBuf;

use crate::domain::JobId;
use crate::domain::hand_off::order::{HandOff, Handed, NotHanded, Progress};

/// What the user wants of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HandOffAct {
    /// A folder of these clips, in the order in which they were made.
    Clips(Vec<JobId>),
    /// A folder of the storyboard that is shown.
    Board,
}

/// What the services are to do for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HandOffWork {
    /// Ask for a place, else take the clip folder, and make the folder in it.
    Make(Box<HandOff>),
    /// Stop making it.
    Stop,
    /// Show a folder in the file manager.
    Show(PathBuf),
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HandOffNews {
    /// No place was chosen.
    NoPlace,
    /// A place was chosen, or the clip folder is taken, and this much is written.
    Written(Progress),
    /// The folder is there.
    Handed(Box<Handed>),
    /// There is no folder.
    NotHanded(NotHanded),
    /// The folder was not shown: a sentence.
    NotShown(String),
}
