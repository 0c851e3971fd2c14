//! What the user does with the storyboard.

use std::path::PathBuf;

use crate::app::action::PastedPicture;
use crate::domain::JobId;
use crate::domain::storyboard::{BoardKey, ShotId, ShotKey};

/// What the user did with the storyboard of the project that is shown.
#[derive(Clone, Debug)]
pub enum Board {
    /// Wants to see it.
    Open,
    /// Adds clips at the end.
    Add(Vec<JobId>),
    /// Adds the shots of the chain around this clip at the end, and shows the board.
    AddChain(JobId),
    /// Adds a planned shot behind the chosen ones, or at the end.
    Plan,
    /// Adds a planned shot behind this clip that goes on from its last frame.
    PlanFromLastFrame(JobId),
    /// Adds a planned shot for each picture, before the shot at this place or at the end.
    PlanWith(Vec<BoardSource>, Option<usize>),
    /// Moves the chosen shots before the one that stands at this place.
    MoveTo(usize),
    /// Moves the chosen shots one place on (`true`) or back.
    Shift(bool),
    /// Moves the chosen shots to the end (`true`) or to the beginning.
    ToEnd(bool),
    /// Takes the chosen shots off the board. Their clips stay.
    Remove,
    /// Chose a shot.
    Choose(ShotKey, Choosing),
    /// Chooses every shot.
    ChooseAll,
    /// Typed what a planned shot is to show.
    EditPrompt(ShotId, String),
    /// Takes the picture off a planned shot.
    RemovePicture(ShotId),
    /// Puts the picture and the prompt of a planned shot into the form, whose next order is for this shot.
    Make(ShotId),
    /// Plays all shots from the chosen one on, halts, or goes on.
    Play,
    /// While it plays: goes to the next shot (`true`), or to the one before.
    Turn(bool),
    /// While it plays: goes to this shot.
    PlayFrom(ShotKey),
    /// Ends playing and shows the board again.
    Stop,
    /// Copies where the clips of the board lie, one path to a line in the order of the film.
    CopyFileList,
}

/// How a shot is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choosing {
    /// It and no other.
    Only,
    /// It as well, or not any more.
    Also,
    /// All from the one that was chosen last up to it.
    UpTo,
}

/// Where the picture of a planned shot comes from.
#[derive(Clone, Debug)]
pub enum BoardSource {
    /// A picture file.
    File(PathBuf),
    /// A picture from the clipboard.
    Pasted(PastedPicture),
    /// A frame of the clip in this file, as the library keeps its path; a number beyond the end stands for the last.
    Frame(PathBuf, u32),
}

/// Where a picture goes that is being brought in for the storyboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoardImport {
    /// The board.
    pub board: BoardKey,
    /// The planned shot that waits for it.
    pub shot: ShotId,
    /// The clip that it is a frame of.
    pub clip: Option<JobId>,
}
