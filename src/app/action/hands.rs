//! The palette, the keys, files on the clipboard, messages of the desktop, and what helps eyes and hands.

use crate::app::action::command::UiCommand;
use crate::app::action::keymap::Chord;
use crate::domain::JobId;
use crate::domain::settings::Aid;

/// What the user did with keys, palette and the desktop around the window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hands {
    /// Opened the palette of all commands.
    OpenPalette,
    /// Gave a command this key, or none; whoever had the key has none then.
    SetKey(UiCommand, Option<Chord>),
    /// Gave a command its usual key back.
    ResetKey(UiCommand),
    /// Gave all commands their usual keys back.
    ResetKeys,
    /// Copied the files of these clips to the clipboard, for other programs.
    CopyFiles(Vec<JobId>),
    /// Orders what the form says, to be made before everything that waits.
    GenerateNext,
    /// Orders what the form says, held until it is released.
    QueueOnly,
    /// Said whether the desktop tells when clips are ready.
    SetTells(bool),
    /// Chose whether movement is reduced.
    SetReducedMotion(Aid),
    /// Chose whether contrast is high.
    SetHighContrast(Aid),
}

/// What the services are to do for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HandsWork {
    /// Put the files of these clips on the clipboard: their paths as the library keeps them.
    CopyFiles(Vec<std::path::PathBuf>),
    /// Show a message of the desktop. A click on it is answered by [`HandsNews::Pressed`].
    Tell(Notice),
}

/// A message of the desktop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// `3 ready, 1 failed`.
    pub title: String,
    /// What they are, in a line.
    pub text: String,
    /// The card that a click shows.
    pub job: JobId,
}

/// What the desktop around the window tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HandsNews {
    /// The window lost the focus to another one.
    Left,
    /// A message of the desktop about this clip was clicked.
    Pressed(JobId),
    /// The files were not copied: a sentence.
    NotCopied(String),
    /// The desktop wishes for less movement, and for more contrast.
    Wishes {
        /// Less movement.
        reduced_motion: bool,
        /// More contrast.
        high_contrast: bool,
    },
}
