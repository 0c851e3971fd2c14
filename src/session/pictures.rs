//! Pictures and recipes for the form: what the window asks of files that are dropped, pasted or cropped. All of it blocks.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::run::Session;
use crate::domain::picture_edit::{PictureEdit, PictureFacts};
use crate::domain::recipe::{Recipe, request_from_json};
use crate::domain::request::StoredPicture;
use crate::domain::{GenerationRequest, InputPicture};
use crate::media::{self, InspectedPicture, PictureError, PreparedPicture, TakenFrame};

pub use crate::desktop::clipboard::clipboard_files;

/// Longest JSON file that is read, in bytes.
const MAX_JSON_BYTES: u64 = 1 << 20;
/// Longest side of a preview in pixels.
const PREVIEW_SIDE: u32 = 1120;

impl Session {
    /// Looks what a picture file is.
    ///
    /// # Errors
    ///
    /// When it is no picture that can be used; the text is a sentence for the user.
    pub fn picture_facts(&self, file: &Path) -> Result<PictureFacts, PictureError> {
        Ok(media::inspect_picture(file, 1)?.facts)
    }

    /// Whether a file is a whole film.
    pub fn is_film(&self, file: &Path) -> bool {
        media::is_film(file)
    }

    /// Makes a picture of one frame of a film file, counted from 0 in the order of display.
    ///
    /// # Errors
    ///
    /// When the film cannot be decoded; the text is a sentence for the user.
    pub fn frame_of_file(&self, film: &Path, frame: u32) -> Result<TakenFrame, PictureError> {
        media::take_frame(film, frame, &self.paths().inputs())
    }

    /// Reads the settings of a clip from a film, a PNG or a JSON file.
    ///
    /// # Errors
    ///
    /// A sentence for the user, when there are none or they cannot be read.
    pub fn read_recipe(&self, file: &Path) -> Result<GenerationRequest, String> {
        let mut opened = File::open(file).map_err(|err| format!("The file cannot be read: {err}."))?;
        let mut head = [0; 8];
        let read = opened.read(&mut head).map_err(|err| format!("The file cannot be read: {err}."))?;
        if head[..read].iter().copied().find(|byte| !byte.is_ascii_whitespace()) == Some(b'{') {
            let mut text = String::new();
            let opened = File::open(file).map_err(|err| format!("The file cannot be read: {err}."))?;
            opened
                .take(MAX_JSON_BYTES)
                .read_to_string(&mut text)
                .map_err(|err| format!("The file cannot be read: {err}."))?;
            return self.recipe_in_text(&text);
        }
        let packet = if head == *b"\x89PNG\r\n\x1a\n" {
            media::read_png_xmp(&mut opened).map_err(|err| format!("The file cannot be read: {err}."))?
        } else {
            media::read_xmp(&mut opened).ok().flatten().map(|packet| packet.bytes)
        };
        let Some(packet) = packet else { return Err(NO_RECIPE.to_owned()) };
        match Recipe::from_packet(&packet) {
            Ok(Some(recipe)) => Ok(recipe.request),
            Ok(None) => Err(NO_RECIPE.to_owned()),
            Err(err) => Err(format!("The settings in the file cannot be used: {err}.")),
        }
    }

    /// Reads the settings of a clip from JSON text.
    ///
    /// # Errors
    ///
    /// A sentence for the user, when there are none.
    pub fn recipe_in_text(&self, text: &str) -> Result<GenerationRequest, String> {
        request_from_json(text).ok_or_else(|| NO_RECIPE.to_owned())
    }

    /// Whether these settings name a picture of another computer's library.
    pub fn lacks_picture_of(&self, request: &GenerationRequest) -> bool {
        request.pictures().any(|picture| match picture {
            InputPicture::Stored(stored) => !self.paths().inputs().join(stored.file_name()).is_file(),
            InputPicture::WebAddress(_) => false,
        })
    }

    /// Those of these files that are there.
    pub fn files_there(&self, files: Vec<PathBuf>) -> Vec<PathBuf> {
        files.into_iter().filter(|file| file.is_file()).collect()
    }

    /// Reads the whole picture that a picture of the library was made of, with the edit that made it.
    ///
    /// # Errors
    ///
    /// When it is gone or cannot be read; the text is a sentence for the user.
    pub fn reopen_picture(&self, picture: &StoredPicture) -> Result<(InspectedPicture, PictureEdit), PictureError> {
        media::reopen_picture(picture, &self.paths().inputs(), PREVIEW_SIDE)
    }

    /// Makes another picture of the whole that [`Session::reopen_picture`] shows.
    ///
    /// # Errors
    ///
    /// When the picture cannot be used or stored; the text is a sentence for the user.
    pub fn edit_picture(&self, picture: &StoredPicture, edit: &PictureEdit) -> Result<PreparedPicture, PictureError> {
        media::edit_picture_again(picture, edit, &self.paths().inputs())
    }
}

/// What is said of a file without settings.
const NO_RECIPE: &str = "It carries no recipe. Clips made by Rushes, PNG with a recipe and JSON do.";
