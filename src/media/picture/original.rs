//! Keeps the whole picture beside one that was cropped, turned or put on a ground, so that this can be changed later.
//!
//! Beside the stored picture `HASH.jpg` lies `HASH.edit.json` with the edit, the facts of the user's file and the hash of the
//! whole picture `whole-HASH.jpg`: upright, in sRGB, without metadata, at its full size. Both are a comfort: without them the
//! stored picture itself is what can be edited.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::decoded::{Opened, Whole};
use super::{MAX_FILE_BYTES, PictureError, decode, encode, stored_bytes};
use crate::domain::Sha256Hex;
use crate::domain::picture_edit::{PictureEdit, PictureFacts};
use crate::domain::request::StoredPicture;
use crate::media::files;

/// A note of an edit is not longer.
const MAX_NOTE_BYTES: u64 = 16 << 10;
/// Good enough to be encoded once more.
const QUALITY: u8 = 95;

/// What lies in the note beside a stored picture.
#[derive(Serialize, Deserialize)]
struct Note {
    whole: Whole,
    edit: PictureEdit,
    facts: PictureFacts,
}

/// Keeps the whole picture and the edit that made `picture` of it. A picture that cannot be kept can be sent all the same.
pub(super) fn keep(opened: &Opened, edit: &PictureEdit, picture: &StoredPicture, inputs: &Path) {
    if let Err(error) = try_keep(opened, edit, picture, inputs) {
        tracing::warn!(%error, "a picture cannot be cropped again from its original");
    }
}

fn try_keep(opened: &Opened, edit: &PictureEdit, picture: &StoredPicture, inputs: &Path) -> Result<(), PictureError> {
    let unstored = |error: &dyn std::fmt::Display| PictureError(format!("The picture cannot be stored: {error}."));
    let whole = match &opened.whole {
        Some(whole) => whole.clone(),
        None => {
            let encoded = if opened.facts.is_transparent {
                encode::encode_png(&opened.picture)?
            } else {
                encode::encode_jpeg(&opened.picture, QUALITY)?
            };
            if encoded.bytes.len() as u64 > MAX_FILE_BYTES {
                return Err(unstored(&"it is too large"));
            }
            let whole = Whole { sha256: Sha256Hex::of(&encoded.bytes), picture_type: encoded.picture_type };
            files::write_whole(&inputs.join(whole.file_name()), &encoded.bytes).map_err(|error| unstored(&error))?;
            whole
        }
    };
    let note = Note { whole, edit: *edit, facts: opened.facts.clone() };
    let text = serde_json::to_vec(&note).map_err(|error| unstored(&error))?;
    files::write_whole(&inputs.join(note_name(picture)), &text).map_err(|error| unstored(&error))
}

fn note_name(picture: &StoredPicture) -> String {
    format!("{}.edit.json", picture.sha256)
}

/// The picture before its edit, and that edit: the whole picture when it was kept, else the stored one.
pub(super) fn open(picture: &StoredPicture, inputs: &Path) -> Result<(Opened, PictureEdit), PictureError> {
    if let Some(kept) = open_whole(picture, inputs) {
        return Ok(kept);
    }
    let opened = decode::open(&stored_bytes(picture, inputs)?, picture.display_name.clone())?;
    Ok((opened, PictureEdit::default()))
}

fn open_whole(picture: &StoredPicture, inputs: &Path) -> Option<(Opened, PictureEdit)> {
    let read = |name: String, most: u64| {
        let mut bytes = Vec::new();
        File::open(inputs.join(name)).ok()?.take(most).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    };
    let note: Note = serde_json::from_slice(&read(note_name(picture), MAX_NOTE_BYTES)?).ok()?;
    let bytes = read(note.whole.file_name(), MAX_FILE_BYTES)?;
    if Sha256Hex::of(&bytes) != note.whole.sha256 {
        return None;
    }
    let mut opened = decode::open(&bytes, picture.display_name.clone()).ok()?;
    // What is told of the file is what the user chose; the size must be that of the pixels.
    let (width, height) = opened.facts.size();
    opened.facts = PictureFacts { display_name: picture.display_name.clone(), width, height, ..note.facts };
    opened.whole = Some(note.whole);
    Some((opened, note.edit))
}
