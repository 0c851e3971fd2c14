//! WHAT IT LOOKS LIKE: checks MP4 files, decodes their frames, makes posters and filmstrips, and imports start pictures.
//!
//! These functions block, within bounds; callers run them on the media threads. Nothing here trusts a file.

mod bits;
mod boxes;
mod error;
mod exif;
mod facts;
mod ffmpeg;
mod files;
mod film;
mod fragments;
mod frame;
#[doc(hidden)]
pub mod fuzzing;
mod h264;
mod header;
mod heif;
mod join;
mod moov;
mod pasted;
mod picture;
mod player;
mod png_xmp;
mod pose;
mod priority;
mod reel;
mod rough;
mod sound;
mod speaker;
mod sps;
mod timeline;
mod walk;
mod xmp;

use std::fs::File;
use std::path::{Path, PathBuf};

pub use error::MovieError;
pub use frame::FilmFrame;
pub use join::{JoinError, JoinedFilm};
pub use picture::{InspectedPicture, PictureError, PreparedPicture, TakenFrame};
pub use player::{FilmLoad, FilmPlayer, Motion};
pub use priority::{Background, stand_back};
pub use reel::FilmInfo;
pub use sound::{Sound, SoundError, read_sound};
pub use speaker::{Hearing, Speaker, Wish, sound_device};
pub use walk::{FilmEnd, MovieInfo};
pub use xmp::XmpPacket;

use crate::domain::hand_off::FilmFacts;
use crate::domain::picture_edit::PictureEdit;
use crate::domain::poster_frame::PosterFrame;
use crate::domain::request::StoredPicture;

/// Checks that the file is a whole MP4: `ftyp` first, a complete `moov`, every `mdat` and every sample inside the file.
/// Reads headers and `moov` only (at most 64 MiB), in linear time. In a fragmented file the samples are not checked one
/// by one, only the boxes. Stray bytes behind a whole film do no harm.
pub fn check_movie(path: &Path) -> Result<MovieInfo, MovieError> {
    Ok(walk::open(path)?.info)
}

/// Like [`check_movie`], and tells besides how sure the end of the film is, for a file of which nobody said how long it is.
pub fn check_film(path: &Path) -> Result<(MovieInfo, FilmEnd), MovieError> {
    let movie = walk::open(path)?;
    Ok((movie.info, movie.end))
}

/// What editors need to know of a whole film: its frames with their exact rate, its size and its sound. Reads headers only.
///
/// # Errors
///
/// As for [`check_movie`], and when the film does not say how long its frames last.
pub fn film_facts(path: &Path) -> Result<FilmFacts, MovieError> {
    facts::film_facts(path)
}

/// Joins films, in this order, into the new file `target` without decoding anything, as far as they agree; the largest group of
/// those that do is joined. Reads and writes piece by piece. `go_on` is told how many bytes of how many are written (0 of 0
/// while headers are read), and says whether to go on. An existing file is never written to; after an error there is none.
///
/// # Errors
///
/// [`JoinError::NothingAgrees`] when there are no two films that agree.
pub fn join_films(
    films: &[PathBuf],
    target: &Path,
    go_on: impl FnMut(u64, u64) -> bool,
) -> Result<JoinedFilm, JoinError> {
    join::join(films, target, go_on)
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
/// When the file is no MP4, or its film data or tables are cut.
pub fn read_xmp(file: &mut File) -> Result<Option<XmpPacket>, MovieError> {
    xmp::read(file)
}

/// Decodes one good frame and writes it as JPEG, at most `max_side` pixels on its longer side. `frame` says which, or the first
/// after it that is not black. Returns its size. What the built-in decoder cannot do is tried with the `ffmpeg` command when
/// there is one.
pub fn write_poster(movie: &Path, poster: &Path, frame: PosterFrame, max_side: u32) -> Result<(u32, u32), MovieError> {
    film::write_poster(movie, poster, frame, max_side)
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

/// Whether a file is a whole film, by its headers.
pub fn is_film(path: &Path) -> bool {
    walk::open(path).is_ok()
}

/// Reads the XMP packet of a PNG file, of at most 1 MiB; `None` when it has none or is no PNG. Reads no pixels.
///
/// # Errors
///
/// When the file cannot be read.
pub fn read_png_xmp(file: &mut File) -> std::io::Result<Option<Vec<u8>>> {
    png_xmp::read(file)
}

/// Brings a whole picture into the library, as [`import_picture_edited`] with nothing done to it.
pub fn import_picture(file: &Path, inputs: &Path) -> Result<PreparedPicture, PictureError> {
    picture::import(file, &PictureEdit::default(), inputs)
}

/// Brings a picture into the library: reads it within bounds, turns it upright, converts its colors to sRGB, applies the
/// edit, puts transparent parts on its ground, shrinks it to the limits, removes all metadata, writes it under its hash into
/// `inputs`. When that took something away, the whole picture is kept beside it for [`reopen_picture`]. Of a film it is the
/// first frame.
///
/// # Errors
///
/// When it is no picture that can be used or stored; the text is a sentence for the user.
pub fn import_picture_edited(file: &Path, edit: &PictureEdit, inputs: &Path) -> Result<PreparedPicture, PictureError> {
    picture::import(file, edit, inputs)
}

/// Looks at a picture file without bringing it into the library: what it is, and a preview of at most `max_side` pixels,
/// upright and in sRGB, on which a [`PictureEdit`] can be chosen.
///
/// # Errors
///
/// As for [`import_picture_edited`].
pub fn inspect_picture(file: &Path, max_side: u32) -> Result<InspectedPicture, PictureError> {
    picture::inspect(file, max_side)
}

/// Brings one frame of a film into the library as a picture: frame `number` in the order of display, from 0, at its full size.
/// A number behind the end stands for the last frame. It is stored without loss, as PNG, unless that would be longer than what can be sent. What the built-in decoder cannot do
/// is tried with the `ffmpeg` command when there is one.
pub fn take_frame(movie: &Path, number: u32, inputs: &Path) -> Result<TakenFrame, PictureError> {
    picture::take_frame(movie, number, inputs)
}

/// Brings a picture into the library that was on the clipboard: `rgba` holds its pixels row by row, four bytes each, not
/// premultiplied. Otherwise as [`import_picture`].
pub fn import_pixels(width: u32, height: u32, rgba: &[u8], inputs: &Path) -> Result<PreparedPicture, PictureError> {
    pasted::import(width, height, rgba, &PictureEdit::default(), inputs)
}

/// As [`import_pixels`], with an edit as in [`import_picture_edited`].
///
/// # Errors
///
/// As for [`import_picture_edited`].
pub fn import_pixels_edited(
    width: u32,
    height: u32,
    rgba: &[u8],
    edit: &PictureEdit,
    inputs: &Path,
) -> Result<PreparedPicture, PictureError> {
    pasted::import(width, height, rgba, edit, inputs)
}

/// Looks at the pixels of a picture that was on the clipboard, as [`inspect_picture`] does at a file.
///
/// # Errors
///
/// As for [`inspect_picture`].
pub fn inspect_pixels(width: u32, height: u32, rgba: &[u8], max_side: u32) -> Result<InspectedPicture, PictureError> {
    pasted::inspect(width, height, rgba, max_side)
}

/// A picture of the library as it was before its edit, so that the edit can be changed: the whole picture when it was kept,
/// else the stored picture itself with no edit. With the edit that made `picture`, and a preview of at most `max_side`
/// pixels.
///
/// # Errors
///
/// When the stored picture is gone or cannot be read.
pub fn reopen_picture(
    picture: &StoredPicture,
    inputs: &Path,
    max_side: u32,
) -> Result<(InspectedPicture, PictureEdit), PictureError> {
    picture::reopen(picture, inputs, max_side)
}

/// Applies another edit to what [`reopen_picture`] shows. The name stays.
///
/// # Errors
///
/// As for [`import_picture_edited`].
pub fn edit_picture_again(
    picture: &StoredPicture,
    edit: &PictureEdit,
    inputs: &Path,
) -> Result<PreparedPicture, PictureError> {
    picture::edit_again(picture, edit, inputs)
}

/// The bytes of a stored picture. Fails when the file is gone or no longer has the bytes that were stored.
pub fn stored_bytes(picture: &StoredPicture, inputs: &Path) -> Result<Vec<u8>, PictureError> {
    picture::stored_bytes(picture, inputs)
}

/// A stored picture as a `data:` URI. Fails when the file is gone or no longer has the bytes that were stored.
pub fn data_uri(picture: &StoredPicture, inputs: &Path) -> Result<String, PictureError> {
    picture::data_uri(picture, inputs)
}
