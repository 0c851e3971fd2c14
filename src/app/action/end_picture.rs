//! The picture that a clip ends with: what the user does with it, and what comes back.

use std::path::PathBuf;

use crate::domain::request::StoredPicture;

/// Something that the user does with the end picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EndPicture {
    /// Wants to choose a picture file.
    Choose,
    /// Named a picture file by typing.
    UseFile(PathBuf),
    /// Typed the picture's web address.
    SetAddress(String),
    /// Removed it.
    Remove,
}

/// What became of the end picture outside of the state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EndPictureNews {
    /// The file dialog closed with this file.
    Picked(Option<PathBuf>),
    /// This desktop has no file dialog: a sentence that says why.
    NoPicker(String),
    /// It was brought into the library with remarks on it, or could not be: a sentence.
    Imported(Result<(StoredPicture, Vec<String>), String>),
}
