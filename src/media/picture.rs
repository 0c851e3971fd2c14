//! Imports start pictures: makes any picture file of the user a small, upright JPEG or PNG without metadata.

mod avif;
mod bounds;
mod color;
mod decode;
mod decoded;
mod encode;
mod heic;
mod original;
mod raster;
mod tiff;

use std::fmt::Display;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::{Duration, Instant};

use base64::Engine as _;
use image::DynamicImage;

use super::reel::Reel;
use super::{files, walk};
use crate::domain::Sha256Hex;
use crate::domain::picture_edit::{PictureEdit, PictureFacts, SENT_BYTES};
use crate::domain::request::StoredPicture;
use crate::domain::text::{is_hidden, without_heaps};
use bounds::MAX_SIDE;
use encode::Encoded;

pub(super) use decode::of_pixels;
pub(super) use decoded::Opened;

/// Largest picture file that is read, in bytes.
const MAX_FILE_BYTES: u64 = 40 << 20;
/// A frame of a film is worth this much work; before it, everything from the last sync sample on is decoded.
const FRAME_PATIENCE: Duration = Duration::from_secs(60);

/// Why a picture cannot be used. The text is a sentence for the user.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PictureError(pub String);

/// A picture that was made fit to be sent, with what was done to it, for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreparedPicture {
    /// The picture as it lies in the library.
    pub picture: StoredPicture,
    /// Remarks such as "4032 × 3024 → 1920 × 1440" or "place data removed".
    pub remarks: Vec<String>,
}

/// A picture that was looked at and is not yet in the library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InspectedPicture {
    /// What the file is.
    pub facts: PictureFacts,
    /// Width of the preview in pixels.
    pub preview_width: u32,
    /// Height of the preview in pixels.
    pub preview_height: u32,
    /// The preview, upright and in sRGB: four bytes a pixel, row by row, not premultiplied.
    pub preview_rgba: Vec<u8>,
}

/// A frame of a film that became a picture of the library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenFrame {
    /// Its number in the order of display, from 0.
    pub frame: u32,
    /// Number of frames in the film.
    pub frames: u32,
    /// The picture as it was stored, with remarks for the user.
    pub prepared: PreparedPicture,
}

/// Makes a picture file of the user fit to be sent and stores it under its hash in `inputs`.
pub(super) fn import(path: &Path, edit: &PictureEdit, inputs: &Path) -> Result<PreparedPicture, PictureError> {
    import_opened(&open_file(path)?, edit, inputs)
}

/// Size of a picture file after all steps that lead to its pixels, for the fuzz targets.
pub(super) fn size_of_opened(bytes: &[u8]) -> Option<(u32, u32)> {
    decode::open_unguarded(bytes).ok().map(|opened| opened.facts.size())
}

/// Whether colors can be converted by an ICC profile, for the fuzz targets.
pub(super) fn converts_by(profile: &[u8]) -> bool {
    color::converts_by(profile)
}

/// Looks at a picture file, with a preview of at most `max_side` pixels.
pub(super) fn inspect(path: &Path, max_side: u32) -> Result<InspectedPicture, PictureError> {
    Ok(preview(open_file(path)?, max_side))
}

/// Opens a picture file; of a film, its first frame.
fn open_file(path: &Path) -> Result<Opened, PictureError> {
    match walk::open(path) {
        Ok(_) => first_frame(path),
        // What is no whole film may be a picture in the same kind of boxes, or is refused by its name.
        Err(_) => decode::open(&read_file(path)?, display_name(path)),
    }
}

/// Opens the first frame of a film as a picture.
fn first_frame(movie: &Path) -> Result<Opened, PictureError> {
    let FrameRead { picture, number, frames } = read_frame(movie, 0)?;
    let facts = PictureFacts {
        display_name: name_of_frame(movie, number),
        format: "MP4".to_owned(),
        width: picture.width(),
        height: picture.height(),
        // The length of the film says nothing about the frame.
        size_bytes: 0,
        tells_place: false,
        is_transparent: false,
        is_animated: false,
        profile: None,
    };
    let remarks = if frames > 1 { vec![format!("first of {frames} frames")] } else { Vec::new() };
    Ok(Opened { picture, facts, remarks, whole: None })
}

/// The picture before its edit, with that edit.
pub(super) fn reopen(
    picture: &StoredPicture,
    inputs: &Path,
    max_side: u32,
) -> Result<(InspectedPicture, PictureEdit), PictureError> {
    let (opened, edit) = original::open(picture, inputs)?;
    Ok((preview(opened, max_side), edit))
}

/// Applies another edit to the picture before its edit.
pub(super) fn edit_again(
    picture: &StoredPicture,
    edit: &PictureEdit,
    inputs: &Path,
) -> Result<PreparedPicture, PictureError> {
    let (opened, _) = original::open(picture, inputs)?;
    let prepared = prepare(&opened, edit, inputs)?;
    // The next change begins with the whole picture as well.
    original::keep(&opened, edit, &prepared.picture, inputs);
    Ok(prepared)
}

/// Makes an opened picture fit to be sent and stores it under its hash in `inputs`.
pub(super) fn import_opened(
    opened: &Opened,
    edit: &PictureEdit,
    inputs: &Path,
) -> Result<PreparedPicture, PictureError> {
    let prepared = prepare(opened, edit, inputs)?;
    if !edit.changes_nothing(opened.facts.size()) || opened.facts.is_transparent {
        original::keep(opened, edit, &prepared.picture, inputs);
    }
    Ok(prepared)
}

fn prepare(opened: &Opened, edit: &PictureEdit, inputs: &Path) -> Result<PreparedPicture, PictureError> {
    let facts = &opened.facts;
    let edited = encode::edited(&opened.picture, edit);
    let sent = (edited.picture.width(), edited.picture.height());
    let encoded = encode::encode(&edited)?;
    let mut remarks = Vec::new();
    if sent != facts.size() {
        remarks.push(format!("{} × {} → {} × {}", facts.width, facts.height, sent.0, sent.1));
    }
    let lengths = (megabytes(facts.size_bytes), megabytes(encoded.bytes.len() as u64));
    // That a small file grew by being written anew helps nobody.
    if facts.size_bytes > encoded.bytes.len() as u64 && lengths.0 != lengths.1 {
        remarks.push(format!("{} → {}", lengths.0, lengths.1));
    }
    remarks.extend(opened.remarks.iter().cloned());
    if edited.is_flattened {
        remarks.push(format!("transparent parts are {} now", edit.ground.name()));
    }
    let picture = store(&encoded, facts.display_name.clone(), inputs)?;
    Ok(PreparedPicture { picture, remarks })
}

/// What an opened picture is, with a preview of at most `max_side` pixels.
pub(super) fn preview(opened: Opened, max_side: u32) -> InspectedPicture {
    let small = encode::preview(&opened.picture, max_side);
    let (preview_width, preview_height) = small.dimensions();
    InspectedPicture { facts: opened.facts, preview_width, preview_height, preview_rgba: small.into_raw() }
}

/// A frame that was read from a film.
struct FrameRead {
    picture: DynamicImage,
    /// Its number in the order of display, from 0.
    number: u32,
    /// Number of frames in the film.
    frames: u32,
}

/// Reads frame `number` of a film, or the last where there are fewer.
fn read_frame(movie: &Path, number: u32) -> Result<FrameRead, PictureError> {
    let untakable = |reason: &dyn Display| {
        PictureError(format!("The frame cannot be taken from the clip: {reason}. Choose another frame or clip."))
    };
    let deadline = Instant::now() + FRAME_PATIENCE;
    let mut reel = Reel::open(movie, (MAX_SIDE, MAX_SIDE), deadline).map_err(|error| untakable(&error))?;
    let frames = reel.info().frames;
    let number = number.min(frames - 1);
    let picture = reel.read(number, deadline).map_err(|reason| untakable(&reason))?.to_rgb().into();
    Ok(FrameRead { picture, number, frames })
}

/// What a picture is called that was a frame of a film. People count from 1.
fn name_of_frame(movie: &Path, number: u32) -> String {
    let clip = movie.file_stem().map_or(Path::new("clip"), Path::new);
    format!("{}, frame {}", display_name(clip), u64::from(number) + 1)
}

/// Makes one frame of a film a picture of the library.
pub(super) fn take_frame(movie: &Path, number: u32, inputs: &Path) -> Result<TakenFrame, PictureError> {
    let FrameRead { picture: frame, number, frames } = read_frame(movie, number)?;
    let before = (frame.width(), frame.height());
    let edited = encode::edited(&frame, &PictureEdit::default());
    let after = (edited.picture.width(), edited.picture.height());
    let mut remarks = Vec::new();
    if after != before {
        remarks.push(format!("{} × {} → {} × {}", before.0, before.1, after.0, after.1));
    }
    let lossless = encode::encode_png(&edited.picture)?;
    let encoded = if lossless.bytes.len() as u64 <= SENT_BYTES {
        lossless
    } else {
        let encoded = encode::encode(&edited)?;
        let lengths = (megabytes(lossless.bytes.len() as u64), megabytes(encoded.bytes.len() as u64));
        remarks.push(format!("{} → {}", lengths.0, lengths.1));
        encoded
    };
    let picture = store(&encoded, name_of_frame(movie, number), inputs)?;
    Ok(TakenFrame { frame: number, frames, prepared: PreparedPicture { picture, remarks } })
}

/// Writes an encoded picture under its hash.
fn store(encoded: &Encoded, display_name: String, inputs: &Path) -> Result<StoredPicture, PictureError> {
    let picture = StoredPicture {
        sha256: Sha256Hex::of(&encoded.bytes),
        picture_type: encoded.picture_type,
        width: encoded.size.0,
        height: encoded.size.1,
        size_bytes: encoded.bytes.len() as u64,
        display_name,
    };
    files::write_whole(&inputs.join(picture.file_name()), &encoded.bytes)
        .map_err(|error| PictureError(format!("The picture cannot be stored: {error}.")))?;
    Ok(picture)
}

/// The bytes of a stored picture, after a look whether they are still those of its hash.
pub(super) fn stored_bytes(picture: &StoredPicture, inputs: &Path) -> Result<Vec<u8>, PictureError> {
    let gone = |_| PictureError("The stored picture is gone. Choose the picture again.".into());
    let mut bytes = Vec::new();
    let file = File::open(inputs.join(picture.file_name())).map_err(gone)?;
    file.take(MAX_FILE_BYTES).read_to_end(&mut bytes).map_err(gone)?;
    if Sha256Hex::of(&bytes) != picture.sha256 {
        return Err(PictureError("The stored picture was changed. Choose the picture again.".into()));
    }
    Ok(bytes)
}

/// A stored picture as a `data:` URI.
pub(super) fn data_uri(picture: &StoredPicture, inputs: &Path) -> Result<String, PictureError> {
    let encoded = base64::engine::general_purpose::STANDARD.encode(stored_bytes(picture, inputs)?);
    Ok(format!("data:{};base64,{encoded}", picture.picture_type.media_type()))
}

fn read_file(path: &Path) -> Result<Vec<u8>, PictureError> {
    let unreadable = |error: std::io::Error| PictureError(format!("The file cannot be read: {error}."));
    let metadata = std::fs::metadata(path).map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(PictureError("This is no file. Choose a picture.".into()));
    }
    if metadata.len() == 0 {
        return Err(PictureError("The file is empty. Choose another picture.".into()));
    }
    let mut bytes = Vec::new();
    // The file may grow while it is read.
    File::open(path).map_err(unreadable)?.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(PictureError(format!("The file has {}; at most 42 MB can be read.", megabytes(metadata.len()))));
    }
    Ok(bytes)
}

/// The file's name without its path, without characters that could deceive, and not too long for a line.
fn display_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let clean = name.chars().filter(|c| !is_hidden(*c)).take(120).collect::<String>();
    let clean = without_heaps(&clean);
    if clean.trim().is_empty() { "picture".to_owned() } else { clean }
}

/// Length in megabytes or kilobytes, as file managers show it.
fn megabytes(bytes: u64) -> String {
    if bytes >= 100_000 { format!("{:.1} MB", bytes as f64 / 1e6) } else { format!("{} kB", bytes.div_ceil(1000)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_for_the_screen_hide_nothing_and_hold_no_path() {
        for (path, name) in [
            ("/home/me/My cat.jpg", "My cat.jpg"),
            ("/tmp/evil\u{202e}gpj.exe", "evilgpj.exe"),
            ("/tmp/a\u{1b}[31m.png", "a[31m.png"),
            ("/", "picture"),
        ] {
            assert_eq!(display_name(Path::new(path)), name);
        }
        assert_eq!(display_name(Path::new(&"x".repeat(250))).len(), 120);
    }
}
