//! What goes from the decoders to what is made of a picture.

use image::DynamicImage;
use serde::{Deserialize, Serialize};

use super::color::{ColorNote, ColorSource};
use crate::domain::Sha256Hex;
use crate::domain::picture_edit::PictureFacts;
use crate::domain::request::PictureType;
use crate::media::exif;
use crate::media::heif::Turn;

/// What a decoder made of a file.
pub(super) struct Decoded {
    /// In the file’s own colors and at any depth, or in sRGB already, as `colors` says.
    pub(super) picture: DynamicImage,
    pub(super) colors: Colors,
    /// How the pixels are to be turned before they are shown.
    pub(super) turns: Vec<Turn>,
    /// Whether the decoder has turned them already.
    pub(super) is_turned: bool,
    /// Whether it tells a place in the data that the decoder gave out.
    pub(super) tells_place: bool,
}

/// The colors of a decoded picture.
pub(super) enum Colors {
    /// Still in those of the file.
    Of(ColorSource),
    /// Converted already.
    Converted(ColorNote),
}

/// A picture that was read: upright, in sRGB, with transparency only when a pixel of it is transparent.
pub(in crate::media) struct Opened {
    pub(in crate::media) picture: DynamicImage,
    pub(in crate::media) facts: PictureFacts,
    /// What was done to it so far, for the user.
    pub(in crate::media) remarks: Vec<String>,
    /// The copy in the library that it was read from, if it was.
    pub(super) whole: Option<Whole>,
}

/// A whole picture in the folder of input pictures.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Whole {
    pub(super) sha256: Sha256Hex,
    pub(super) picture_type: PictureType,
}

impl Whole {
    /// Name of its file.
    pub(super) fn file_name(&self) -> String {
        format!("whole-{}.{}", self.sha256, self.picture_type.extension())
    }
}

/// The steps that an EXIF orientation of 1 to 8 asks for.
pub(super) fn turns_of(orientation: Option<u8>) -> Vec<Turn> {
    use Turn::{LeftRight, Quarters, TopBottom};
    match orientation {
        Some(2) => vec![LeftRight],
        Some(3) => vec![Quarters(2)],
        Some(4) => vec![TopBottom],
        Some(5) => vec![Quarters(3), LeftRight],
        Some(6) => vec![Quarters(3)],
        Some(7) => vec![Quarters(1), LeftRight],
        Some(8) => vec![Quarters(1)],
        _ => Vec::new(),
    }
}

/// The meaning of the numbers by a profile, or by the mark of a camera.
pub(super) fn source_of(profile: Option<Vec<u8>>, exif: Option<&[u8]>) -> ColorSource {
    match profile {
        Some(profile) if !profile.is_empty() => ColorSource::Profile(profile),
        _ if exif.is_some_and(exif::says_adobe_rgb) => ColorSource::AdobeRgb,
        _ => ColorSource::Srgb,
    }
}
