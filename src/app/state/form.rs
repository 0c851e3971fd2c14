//! What the window knows of the form besides the draft: how edits become steps, history, presets and shot words.

use std::collections::HashMap;

use crate::domain::preset::{FormShelf, PresetFile};
use crate::domain::prompt_history::{PromptChange, PromptHistory};
use crate::domain::request::Slot;
use crate::domain::shot_words::ShotWords;
use crate::domain::{JobId, Sha256Hex, UnixMillis};

/// The form room.
#[derive(Clone, Debug, Default)]
pub struct FormRoom {
    /// The history of prompts; `None` until somebody asked for it.
    pub history: History,
    /// A walk through the history that goes on.
    pub walk: Option<Walk>,
    /// The edit that the next one may go on with.
    pub editing: Option<Editing>,
    /// Whether the form holds something that the user made and that was neither ordered nor noted in the history since.
    pub is_unsent: bool,
    /// How many steps of the form were remembered so far, by which the last one is known.
    pub steps: u64,
    /// Presets, and how the form was left.
    pub shelf: FormShelf,
    /// Shot words of this release and of the user.
    pub shot_words: ShotWords,
    /// A file of presets that waits for a word of the user, with its name.
    pub import: Option<(String, PresetFile)>,
}

/// The history of prompts, which is read when somebody asks for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum History {
    /// Nobody asked.
    #[default]
    NotRead,
    /// It is being read.
    Reading {
        /// What changed meanwhile, which the answer may not know of yet.
        changes: Vec<PromptChange>,
        /// A walk that was asked for meanwhile: to the older, or to the newer.
        walk: Option<bool>,
    },
    /// All of it.
    Read {
        /// The entries.
        entries: PromptHistory,
        /// The best clip of each entry that has one.
        posters: HashMap<Sha256Hex, JobId>,
    },
    /// It cannot be read: a sentence.
    Trouble(String),
}

impl History {
    /// The entries, once they were read.
    pub fn entries(&self) -> Option<&PromptHistory> {
        match self {
            Self::Read { entries, .. } => Some(entries),
            _ => None,
        }
    }

    /// The best clip that was made of an entry.
    pub fn poster(&self, key: Sha256Hex) -> Option<JobId> {
        match self {
            Self::Read { posters, .. } => posters.get(&key).copied(),
            _ => None,
        }
    }
}

/// A walk through earlier prompts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Walk {
    /// What stood in the field when the walk began.
    pub unsent: String,
    /// The earlier prompts, newest first.
    pub prompts: Vec<String>,
    /// 0 at what stood in the field, else the place among the prompts, from 1.
    pub at: usize,
}

/// What an edit of the form was done to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditOf {
    /// Typing into a field of text.
    Text(TextField),
    /// Steps of a walk through the history.
    Walk,
    /// A choice, which is a step by itself.
    Choice,
}

/// The fields of text of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextField {
    /// What the shot shows.
    Prompt,
    /// What it should not show.
    NegativePrompt,
    /// The typed seed.
    Seed,
    /// The web address of a picture.
    Address(Slot),
}

/// The last edit of the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Editing {
    /// What was edited.
    pub of: EditOf,
    /// The time of it.
    pub at: UnixMillis,
    /// The number of its step, see [`FormRoom::steps`].
    pub step: u64,
    /// Where the next typed character goes on with it: behind what was typed, or before what was deleted.
    pub cursor: usize,
    /// Whether something was typed (`true`) or deleted.
    pub is_typed: bool,
}
