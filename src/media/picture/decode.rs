//! Opens picture files within bounds: whatever the format, the result is upright 8-bit color.

use std::panic::catch_unwind;

use image::DynamicImage;

use super::color::{self, ColorNote, ColorSource};
use super::original::Whole;
use super::{PictureError, avif, encode, heic, raster};
use crate::domain::picture_edit::PictureFacts;
use crate::media::exif;
use crate::media::header::{self, Header, HeaderError, PictureFormat};
use crate::media::heif::Turn;

/// Longest side that is read, in pixels.
pub(super) const MAX_SIDE: u32 = 8192;
/// Memory that a decoder may ask for.
pub(super) const MAX_DECODER_BYTES: u64 = 128 << 20;
/// Most pixels that are read; as 8-bit color they fit into [`MAX_DECODER_BYTES`].
const MAX_PIXELS: u64 = 44_000_000;

/// A picture that was read: upright, in sRGB, with transparency only when a pixel of it is transparent.
pub(in crate::media) struct Opened {
    pub(in crate::media) picture: DynamicImage,
    pub(in crate::media) facts: PictureFacts,
    /// What was done to it so far, for the user.
    pub(in crate::media) remarks: Vec<String>,
    /// The copy in the library that it was read from, if it was.
    pub(super) whole: Option<Whole>,
}

/// What a decoder made of a file.
pub(super) struct Decoded {
    /// In the file's own colors and at any depth; or in sRGB, when `note` says what was done.
    pub(super) picture: DynamicImage,
    pub(super) colors: Colors,
    /// How the pixels are to be turned before they are shown.
    pub(super) turns: Vec<Turn>,
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

/// Opens the bytes of a picture file that is called `display_name`.
pub(super) fn open(bytes: &[u8], display_name: String) -> Result<Opened, PictureError> {
    let header = check_header(bytes)?;
    // A decoder that panics must cost one picture, not the window.
    catch_unwind(|| open_checked(bytes, header, display_name)).unwrap_or_else(|_| Err(unreadable()))
}

/// The same for the fuzz targets, which want to see a panic.
pub(super) fn open_unguarded(bytes: &[u8]) -> Result<Opened, PictureError> {
    open_checked(bytes, check_header(bytes)?, String::new())
}

fn open_checked(bytes: &[u8], header: Header, display_name: String) -> Result<Opened, PictureError> {
    let decoded = match header.format {
        PictureFormat::Heic => heic::decode(bytes),
        PictureFormat::Avif => avif::decode(bytes),
        _ => raster::decode(bytes, header.format),
    }?;
    let (mut picture, note) = match decoded.colors {
        Colors::Of(source) => color::to_srgb(decoded.picture, &source),
        Colors::Converted(note) => (decoded.picture, note),
    };
    for turn in &decoded.turns {
        picture = turned(picture, *turn);
    }
    let tells_place = decoded.tells_place || exif::text_tells_place(bytes);
    let mut remarks = Vec::new();
    if !decoded.turns.is_empty() {
        remarks.push("turned upright".to_owned());
    }
    if tells_place {
        remarks.push("place data removed".to_owned());
    }
    remarks.extend(note.remark());
    if header.is_animated {
        remarks.push("first frame of an animation".to_owned());
    }
    let is_transparent = encode::is_transparent(&picture);
    let picture = if is_transparent { picture } else { picture.into_rgb8().into() };
    let facts = PictureFacts {
        display_name,
        format: header.format.name().to_owned(),
        width: picture.width(),
        height: picture.height(),
        size_bytes: bytes.len() as u64,
        tells_place,
        is_transparent,
        is_animated: header.is_animated,
        profile: note.converted_from,
    };
    Ok(Opened { picture, facts, remarks, whole: None })
}

fn turned(picture: DynamicImage, turn: Turn) -> DynamicImage {
    match turn {
        Turn::Quarters(1) => picture.rotate270(),
        Turn::Quarters(2) => picture.rotate180(),
        Turn::Quarters(_) => picture.rotate90(),
        Turn::TopBottom => picture.flipv(),
        Turn::LeftRight => picture.fliph(),
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

/// Bare pixels as a picture, four bytes each.
pub(in crate::media) fn of_pixels(
    width: u32,
    height: u32,
    rgba: &[u8],
    display_name: &str,
) -> Result<Opened, PictureError> {
    if rgba.is_empty() || rgba.len() as u64 != u64::from(width) * u64::from(height) * 4 {
        return Err(PictureError("The clipboard holds no whole picture. Copy it again.".into()));
    }
    check_size(width, height)?;
    let picture = image::RgbaImage::from_raw(width, height, rgba.to_vec()).ok_or_else(unreadable)?;
    let picture = DynamicImage::from(picture);
    let is_transparent = encode::is_transparent(&picture);
    let facts = PictureFacts {
        display_name: display_name.to_owned(),
        format: "PNG".to_owned(),
        width,
        height,
        size_bytes: 0,
        tells_place: false,
        is_transparent,
        is_animated: false,
        profile: None,
    };
    let picture = if is_transparent { picture } else { picture.into_rgb8().into() };
    Ok(Opened { picture, facts, remarks: Vec::new(), whole: None })
}

/// Refuses pictures that are larger than what is read.
pub(super) fn check_size(width: u32, height: u32) -> Result<(), PictureError> {
    if width > MAX_SIDE || height > MAX_SIDE || u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(PictureError(format!(
            "The picture has {width} × {height} pixels. At most {MAX_SIDE} on a side and {} million in all can be read.",
            MAX_PIXELS / 1_000_000
        )));
    }
    Ok(())
}

fn check_header(bytes: &[u8]) -> Result<Header, PictureError> {
    const KINDS: &str = "JPEG, PNG or WebP";
    let header = header::read(bytes).map_err(|refusal| match refusal {
        HeaderError::Unsupported(name) => {
            PictureError(format!("{name} files cannot be used. Save the picture as {KINDS}."))
        }
        HeaderError::Raw(name) => PictureError(format!(
            "This is unprocessed camera data ({name}), which cannot be used. Develop the photo and save it as {KINDS}."
        )),
        HeaderError::Film => PictureError(
            "This is a film. Take a frame of it: save one as JPEG or PNG, or choose Continue from here on a clip."
                .into(),
        ),
        HeaderError::Unknown => PictureError(format!("This is no picture that can be read. Choose a {KINDS} picture.")),
        HeaderError::TooManySteps => rare(),
        HeaderError::Damaged => unreadable(),
    })?;
    if let Some((width, height)) = header.size {
        check_size(width, height)?;
    }
    Ok(header)
}

/// The sentence for an error of a decoder or encoder.
pub(super) fn told(error: image::ImageError) -> PictureError {
    match error {
        image::ImageError::Limits(_) => too_large(),
        image::ImageError::Unsupported(_) => rare(),
        _ => unreadable(),
    }
}

/// The sentence for a picture that needs more than [`MAX_DECODER_BYTES`].
pub(super) fn too_large() -> PictureError {
    PictureError("The picture needs more memory than is allowed. Save it smaller.".into())
}

/// The sentence for a variant of a format that nothing here reads.
pub(super) fn rare() -> PictureError {
    PictureError("The picture is of a rare variant that cannot be read. Save it again as JPEG or PNG.".into())
}

/// The sentence for a picture that breaks the rules of its format.
pub(super) fn unreadable() -> PictureError {
    PictureError("The picture is damaged and cannot be read. Choose another.".into())
}
