//! Pictures that come into the form by drop, choice or paste, and the crop dialog.

use std::fmt;
use std::path::PathBuf;

use crate::app::state::crop::CropAct;
use crate::app::state::pictures::{DropTarget, FilmFile, LookedAtFile, Preview};
use crate::domain::picture_edit::{PictureEdit, PictureFacts};
use crate::domain::request::Slot;
use crate::domain::request::StoredPicture;
use crate::domain::{GenerationRequest, Sha256Hex};

/// Something that the user does with pictures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pictures {
    /// Holds these files over the window, which the desktop may not name; `None` when they left it.
    Hover(Option<Vec<PathBuf>>),
    /// Let go of these files; `None` where the place is not known.
    Drop(Vec<PathBuf>, Option<DropTarget>),
    /// Pasted text outside of a text field.
    PasteText(String),
    /// Pasted something that is neither text nor a picture: perhaps files.
    PasteFiles,
    /// Wants another frame, from 0, of the film file that the picture in this well was taken from.
    TakeFrame(Slot, u32),
    /// Wants to crop the picture in this well.
    OpenCrop(Slot),
    /// Did something in the crop dialog.
    Crop(CropAct),
    /// Pressed *Use picture* in the crop dialog.
    UseCrop,
    /// Took the picture with this index out of several.
    LeaveOut(usize),
    /// Confirmed several pictures: one clip each, or as many takes as the form says.
    OrderSeveral,
}

/// Something that holds the settings of a clip.
#[derive(Clone, PartialEq, Eq)]
pub enum RecipeSource {
    /// A file: a clip, a PNG with a recipe, or JSON.
    File(PathBuf),
    /// A film of which nobody said what it is for: if it carries no settings, its first frame is meant.
    Film(PathBuf),
    /// Text from the clipboard.
    Text(String),
}

impl fmt::Debug for RecipeSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
            Self::Film(path) => f.debug_tuple("Film").field(path).finish(),
            Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
        }
    }
}

/// What is done with files and pictures outside of the state.
#[derive(Clone, Debug, PartialEq)]
pub enum PictureWork {
    /// Look at a file that hovers over the window; answered by [`PictureNews::LookedAt`].
    LookAt(PathBuf),
    /// Read the settings of a clip; answered by [`PictureNews::RecipeRead`].
    ReadRecipe(RecipeSource),
    /// Look which of these files of a pasted text are there; answered by [`PictureNews::FilesPasted`].
    FindFiles {
        /// The files that the text may name.
        files: Vec<PathBuf>,
        /// The text.
        text: String,
    },
    /// Look which files are on the clipboard; answered by [`PictureNews::FilesPasted`].
    ReadClipboardFiles,
    /// Bring one of several pictures into the library; answered by [`PictureNews::OneBrought`].
    BringOne {
        /// The number of these pictures.
        number: u64,
        /// The file.
        path: PathBuf,
    },
    /// Take a frame of a film file that is no clip of the library; answered by [`PictureNews::FrameTaken`].
    TakeFrame {
        /// The well that it is for.
        slot: Slot,
        /// The film.
        path: PathBuf,
        /// Number of the frame in the order of display, from 0.
        frame: u32,
    },
    /// Read the whole picture that a picture of the library was made of; answered by [`PictureNews::Reopened`].
    Reopen(StoredPicture),
    /// Make another picture of the same whole; answered by [`PictureNews::Edited`].
    Edit {
        /// The well that it is in.
        slot: Slot,
        /// The picture as it is there now.
        picture: StoredPicture,
        /// What is to be done to the whole.
        edit: PictureEdit,
    },
}

/// A whole picture, read again.
#[derive(Clone, Debug, PartialEq)]
pub struct Reopened {
    /// What it is.
    pub facts: PictureFacts,
    /// How it looks, small.
    pub preview: Preview,
    /// What was done to it for the picture in the well.
    pub edit: PictureEdit,
}

/// The settings of a clip, as they were found.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundRecipe {
    /// The settings.
    pub request: GenerationRequest,
    /// Whether they name a picture that is not in this library.
    pub lacks_picture: bool,
}

/// What became of [`PictureWork`].
#[derive(Clone, Debug, PartialEq)]
pub enum PictureNews {
    /// A file was looked at.
    LookedAt(PathBuf, LookedAtFile),
    /// Settings were read, or a sentence says why not.
    RecipeRead(RecipeSource, Result<Box<FoundRecipe>, String>),
    /// These files are there. With the text that was pasted, if it was text.
    FilesPasted(Vec<PathBuf>, Option<String>),
    /// One of several pictures is in the library, or a sentence says why not.
    OneBrought {
        /// The number of these pictures.
        number: u64,
        /// The file.
        path: PathBuf,
        /// The picture, or a sentence why there is none.
        picture: Result<StoredPicture, String>,
    },
    /// A frame of a film file is in the library, or a sentence says why not.
    FrameTaken {
        /// The well that it is for.
        slot: Slot,
        /// The film, and what was taken of it.
        film: FilmFile,
        /// The picture with remarks on it, or a sentence why there is none.
        picture: Result<(StoredPicture, Vec<String>), String>,
    },
    /// The whole picture that this picture was made of, or a sentence why it cannot be read.
    Reopened(StoredPicture, Result<Box<Reopened>, String>),
    /// Another picture was made, with remarks on it, or a sentence says why not.
    Edited {
        /// The well that it is for.
        slot: Slot,
        /// The picture that it takes the place of.
        before: Sha256Hex,
        /// The picture, or a sentence why there is none.
        picture: Result<(StoredPicture, Vec<String>), String>,
    },
}
