//! What helps to fill the form: the history of prompts, presets, shot words, and a clip's recipe for another gateway.

use std::path::PathBuf;

use crate::domain::preset::{FormShelf, ImportHow, PresetField, PresetFile};
use crate::domain::prompt_history::{PromptChange, PromptEntry};
use crate::domain::shot_words::ShotWords;
use crate::domain::{GatewayId, JobId, Sha256Hex};

/// How much of an entry of the history is taken into the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryPart {
    /// The prompt alone.
    Prompt,
    /// The whole form as it was then.
    Everything,
}

/// Something that the user does to fill the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// Goes to the next older prompt of the history (`true`), or back to the next newer one (`false`).
    Walk(bool),
    /// Wants to see the history of prompts.
    OpenHistory,
    /// Takes an entry of the history into the form.
    UseEntry(Sha256Hex, EntryPart),
    /// Pins an entry of the history, or takes that back.
    PinEntry(Sha256Hex, bool),
    /// Deletes an entry of the history.
    DeleteEntry(Sha256Hex),
    /// Wants to make a preset of the form.
    OpenSavePreset,
    /// Makes a preset with this name of these fields of the form, in place of one with the same name.
    SavePreset(String, Vec<PresetField>),
    /// Puts the preset with this name into the form.
    ApplyPreset(String),
    /// Deletes the preset with this name.
    DeletePreset(String),
    /// Wants to read presets from a file.
    ImportPresets,
    /// Said what becomes of the presets that are there.
    UseImport(ImportHow),
    /// Wants to write all presets into a file.
    ExportPresets,
    /// Unfolds the row of shot words, or folds it.
    ShowShotWords(bool),
    /// Wants to see the shot words of this group.
    ShowWordGroup(String),
    /// Takes everything of a job into the form, to be made at this gateway.
    SendTo(JobId, GatewayId),
}

/// What is done for the form outside of the state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormWork {
    /// Read the history of prompts; answered by [`FormNews::PromptsRead`].
    ReadPrompts,
    /// Keep these changes of the history in the library, in this order.
    ChangePrompts(Vec<PromptChange>),
    /// Keep presets and the look of the form in the library.
    KeepShelf(Box<FormShelf>),
    /// Ask for a file of presets; answered by [`FormNews::PresetsPicked`].
    PickPresets,
    /// Read this file of presets; answered by [`FormNews::PresetsRead`].
    ReadPresets(PathBuf),
    /// Ask where to write presets; answered by [`FormNews::TargetPicked`].
    PickTarget,
    /// Write this text into this file; answered by [`FormNews::PresetsWritten`].
    WritePresets(PathBuf, String),
}

/// What became of [`FormWork`], and what the library held at the start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormNews {
    /// Presets, the look of the form and the shot words, as they were found at the start; with what the user should know.
    Found {
        /// Presets and the look of the form.
        shelf: Box<FormShelf>,
        /// The shot words of the user; `None` where there are none.
        shot_words: Option<ShotWords>,
        /// Sentences about what could not be read.
        warnings: Vec<String>,
    },
    /// The history of prompts as far as it can be read, or a sentence why it cannot.
    PromptsRead(Result<Vec<PromptEntry>, String>),
    /// The dialog for a file of presets closed with this file.
    PresetsPicked(Option<PathBuf>),
    /// A file of presets was read, or a sentence says why not. With the name of the file.
    PresetsRead(String, Result<PresetFile, String>),
    /// The dialog for the target of presets closed with this file.
    TargetPicked(Option<PathBuf>),
    /// Presets were written into this file, or a sentence says why not.
    PresetsWritten(Result<PathBuf, String>),
}
