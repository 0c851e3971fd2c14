//! What the form keeps in the library besides the draft, and its files.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::run::Session;
use crate::domain::preset::{FormShelf, MAX_BYTES, PresetFile, read_file};
use crate::domain::prompt_history::{PromptChange, PromptEntry};
use crate::domain::shot_words::ShotWords;
use crate::library::{LibraryError, added_shot_words, write_atomically};

impl Session {
    /// The history of prompts as far as it can be read, in no order.
    ///
    /// # Errors
    ///
    /// When the library cannot be read.
    pub async fn prompts(&self) -> Result<Vec<PromptEntry>, LibraryError> {
        self.library.prompts().await
    }

    /// Makes changes of the history of prompts, all of them or none.
    ///
    /// # Errors
    ///
    /// When the library cannot be written.
    pub async fn change_prompts(&self, changes: Vec<PromptChange>) -> Result<(), LibraryError> {
        self.library.change_prompts(changes).await
    }

    /// Presets and the look of the form as they were left.
    ///
    /// # Errors
    ///
    /// When the library cannot be read.
    pub async fn form_shelf(&self) -> Result<FormShelf, LibraryError> {
        self.library.form_shelf().await
    }

    /// Stores presets and the look of the form, for the next start.
    ///
    /// # Errors
    ///
    /// When the library cannot be written.
    pub async fn keep_form_shelf(&self, shelf: FormShelf) -> Result<(), LibraryError> {
        self.library.keep_form_shelf(shelf).await
    }

    /// The shot words that the user added; `None` where there is no such file. Blocks.
    ///
    /// # Errors
    ///
    /// A sentence for the user when the file cannot be used.
    pub fn shot_words(&self) -> Result<Option<ShotWords>, String> {
        added_shot_words(self.paths())
    }

    /// Where presets are written to and read from on a desktop without a file dialog.
    pub fn usual_presets(&self) -> PathBuf {
        self.paths().data.join("rushes-presets.json")
    }

    /// Reads a file of presets. Blocks.
    ///
    /// # Errors
    ///
    /// A sentence for the user that says why it cannot be used.
    pub fn read_presets(&self, file: &Path) -> Result<PresetFile, String> {
        if !file.exists() {
            return Err(format!("There is no file {}. Put one there and import again.", file.display()));
        }
        let mut text = String::new();
        let read = File::open(file).and_then(|file| file.take(MAX_BYTES).read_to_string(&mut text));
        read.map_err(|err| format!("{} cannot be read: {err}.", file.display()))?;
        read_file(&text)
    }

    /// Writes a file of presets: the whole of it, or nothing. Blocks.
    ///
    /// # Errors
    ///
    /// A sentence for the user that says why it cannot be written.
    pub fn write_presets(&self, file: &Path, text: &str) -> Result<(), String> {
        write_atomically(file, text.as_bytes()).map_err(|err| format!("{}: {err}.", file.display()))
    }
}
