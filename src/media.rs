//! WHAT IT LOOKS LIKE: the MP4 walk, decoding, posters, and pictures for image-to-video. Blocking functions with
//! bounds; callers run them on the media threads. Nothing here trusts a file.

use std::path::Path;

use crate::domain::request::StoredPicture;

/// What a film file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovieInfo {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Length in milliseconds.
    pub duration_millis: u64,
    /// Whether there is a sound track.
    pub has_audio: bool,
    /// `h264`, `hevc`, … or the four-character code.
    pub codec: String,
}

/// Why a file is no whole film. The text is a plain clause, as in "it ends before its film data does".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MovieError {
    /// Not an MP4 at all.
    #[error("it is not an MP4 file")]
    NotMp4,
    /// Cut or inconsistent.
    #[error("{0}")]
    Broken(String),
    /// Whole, but nothing here can decode it.
    #[error("{0}")]
    Unsupported(String),
    /// The file cannot be read.
    #[error("it cannot be read: {0}")]
    Io(String),
}

/// Checks that the file is a whole MP4: `ftyp` first, a complete `moov`, every `mdat` inside the file. Reads headers and
/// `moov` only (at most 64 MiB), in linear time.
pub fn check_movie(_path: &Path) -> Result<MovieInfo, MovieError> {
    unimplemented!()
}

/// Decodes one good frame and writes it as JPEG, at most `max_side` pixels on its longer side. Returns its size.
pub fn write_poster(_movie: &Path, _poster: &Path, _max_side: u32) -> Result<(u32, u32), MovieError> {
    unimplemented!()
}

/// Why a picture cannot be used. The text is a sentence for the user.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PictureError(pub String);

/// A picture that was made fit to be sent, with what was done to it, for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreparedPicture {
    /// The stored picture.
    pub picture: StoredPicture,
    /// Remarks such as "4032 × 3024 → 1920 × 1440" or "place data removed".
    pub remarks: Vec<String>,
}

/// Brings a picture into the library: reads it within bounds, turns it upright, shrinks it to the limits, removes all
/// metadata, writes it under its hash into `inputs`.
pub fn import_picture(_file: &Path, _inputs: &Path) -> Result<PreparedPicture, PictureError> {
    unimplemented!()
}

/// A stored picture as a `data:` URI.
pub fn data_uri(_picture: &StoredPicture, _inputs: &Path) -> Result<String, PictureError> {
    unimplemented!()
}
