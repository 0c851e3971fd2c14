//! WHAT IT LOOKS LIKE: the MP4 walk, decoding, posters, and pictures for image-to-video. Blocking functions with
//! bounds; callers run them on the media threads. Nothing here trusts a file.

mod bits;
mod exif;
mod ffmpeg;
mod files;
mod film;
mod frame;
mod h264;
mod header;
mod moov;
mod picture;
mod player;
mod reel;
mod timeline;
mod walk;
mod xmp;

use std::fs::File;
use std::path::Path;

pub use frame::FilmFrame;
pub use player::{Film, FilmLoad, Motion};
pub use xmp::XmpPacket;

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

/// What is known of a film that can be played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilmInfo {
    /// Number of frames, at least 1.
    pub frames: u32,
    /// Length of all frames together in milliseconds, at least 1.
    pub duration_millis: u64,
    /// Width in pixels, upright.
    pub width: u32,
    /// Height in pixels, upright.
    pub height: u32,
    /// Whether there is a sound track.
    pub has_audio: bool,
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

impl From<std::io::Error> for MovieError {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error.to_string())
    }
}

/// Checks that the file is a whole MP4: `ftyp` first, a complete `moov`, every `mdat` and every sample inside the file.
/// Reads headers and `moov` only (at most 64 MiB), in linear time. In a fragmented file the samples are not checked one
/// by one, only the boxes.
pub fn check_movie(path: &Path) -> Result<MovieInfo, MovieError> {
    Ok(walk::open(path)?.info)
}

/// Puts an XMP packet behind the last box of a whole MP4, where every program looks that knows XMP. The bytes before it stay as
/// they are. Not flushed.
///
/// # Errors
///
/// [`MovieError::Unsupported`] when the file cannot take it: its last box runs to the end of the file, or the packet is larger
/// than would be read back. Then nothing was written. After [`MovieError::Io`] a piece of it may stand behind the film.
pub fn append_xmp(file: &mut File, packet: &[u8]) -> Result<(), MovieError> {
    xmp::append(file, packet)
}

/// The last XMP packet of an MP4, if there is one. Reads the heads of the boxes and at most a mebibyte.
///
/// # Errors
///
/// When the file is no MP4, or its boxes do not fit together.
pub fn read_xmp(file: &mut File) -> Result<Option<XmpPacket>, MovieError> {
    xmp::read(file)
}

/// Decodes one good frame and writes it as JPEG, at most `max_side` pixels on its longer side. Returns its size. What the
/// built-in decoder cannot do is tried with the `ffmpeg` command when there is one.
pub fn write_poster(movie: &Path, poster: &Path, max_side: u32) -> Result<(u32, u32), MovieError> {
    film::write_poster(movie, poster, max_side)
}

/// Frames of every filmstrip in the library.
pub const FILMSTRIP_FRAMES: u32 = 16;

/// Height of the frames of every filmstrip in the library, in pixels.
pub const FILMSTRIP_HEIGHT: u32 = 160;

/// Writes a strip of `count` frames, evenly spaced over the film and side by side, as one JPEG; each frame is `frame_height`
/// pixels high. The strip is at most 8192 pixels wide, as is any texture: a very wide film is squeezed into that. Decodes
/// the film once, from its beginning, for at most a minute. What the built-in decoder cannot do is tried with the `ffmpeg`
/// command when there is one. Returns the size of one frame.
pub fn write_filmstrip(movie: &Path, strip: &Path, count: u32, frame_height: u32) -> Result<(u32, u32), MovieError> {
    film::write_filmstrip(movie, strip, count, frame_height)
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
pub fn import_picture(file: &Path, inputs: &Path) -> Result<PreparedPicture, PictureError> {
    picture::import(file, inputs)
}

/// A frame of a film that became a picture of the library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenFrame {
    /// Its number in the order of display, from 0.
    pub frame: u32,
    /// The picture.
    pub prepared: PreparedPicture,
}

/// Brings one frame of a film into the library as a picture: frame `number` in the order of display, from 0, at its full size.
/// A number behind the end stands for the last frame. It is stored without loss, as PNG, unless that would be longer than what can be sent. What the built-in decoder cannot do
/// is tried with the `ffmpeg` command when there is one.
pub fn take_frame(movie: &Path, number: u32, inputs: &Path) -> Result<TakenFrame, PictureError> {
    picture::take_frame(movie, number, inputs)
}

/// A stored picture as a `data:` URI. Fails when the file is gone or no longer has the bytes that were stored.
pub fn data_uri(picture: &StoredPicture, inputs: &Path) -> Result<String, PictureError> {
    picture::data_uri(picture, inputs)
}
