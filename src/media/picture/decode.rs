//! Opens picture files within bounds: whatever the format, the result is upright 8-bit color.

use std::io::Cursor;
use std::panic::catch_unwind;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader};

use super::original::Whole;
use super::{PictureError, encode};
use crate::domain::picture_edit::PictureFacts;
use crate::media::exif;
use crate::media::header::{self, Header, HeaderError, PictureFormat};

/// Longest side that is read, in pixels.
pub(super) const MAX_SIDE: u32 = 8192;
/// Memory that a decoder may ask for.
const MAX_DECODER_BYTES: u64 = 128 << 20;
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

/// Opens the bytes of a picture file that is called `display_name`.
pub(super) fn open(bytes: &[u8], display_name: String) -> Result<Opened, PictureError> {
    let header = check_header(bytes)?;
    // A decoder that panics must cost one picture, not the window.
    let decoded = catch_unwind(|| decode(bytes, header)).unwrap_or_else(|_| Err(unreadable()));
    let Decoded { picture, turn, tells_place } = decoded?;
    let mut remarks = Vec::new();
    if turn != Orientation::NoTransforms {
        remarks.push("turned upright".to_owned());
    }
    if tells_place {
        remarks.push("place data removed".to_owned());
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
        profile: None,
    };
    Ok(Opened { picture, facts, remarks, whole: None })
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
fn check_size(width: u32, height: u32) -> Result<(), PictureError> {
    if width > MAX_SIDE || height > MAX_SIDE || u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(PictureError(format!(
            "The picture has {width} × {height} pixels. At most {MAX_SIDE} on a side and {} million in all can be read.",
            MAX_PIXELS / 1_000_000
        )));
    }
    Ok(())
}

fn check_header(bytes: &[u8]) -> Result<Header, PictureError> {
    let header = header::read(bytes).map_err(|refusal| match refusal {
        HeaderError::Unsupported(name) => {
            PictureError(format!("{name} files cannot be used. Save the picture as JPEG, PNG or WebP."))
        }
        HeaderError::Unknown => {
            PictureError("This is no picture that can be read. Choose a JPEG, PNG or WebP picture.".into())
        }
        HeaderError::TooManySteps => {
            PictureError("The picture is of a rare variant that cannot be read. Save it again as JPEG or PNG.".into())
        }
        HeaderError::Damaged => unreadable(),
    })?;
    if header.is_animated {
        return Err(PictureError("Animated pictures cannot be used. Save one frame as JPEG or PNG.".into()));
    }
    check_size(header.width, header.height)?;
    Ok(header)
}

struct Decoded {
    picture: DynamicImage,
    turn: Orientation,
    tells_place: bool,
}

fn decode(bytes: &[u8], header: Header) -> Result<Decoded, PictureError> {
    let plain;
    let (format, bytes) = match header.format {
        PictureFormat::Jpeg => (ImageFormat::Jpeg, bytes),
        PictureFormat::WebP => (ImageFormat::WebP, bytes),
        PictureFormat::Png => {
            plain = header::png_essentials(bytes);
            (ImageFormat::Png, plain.as_slice())
        }
    };
    let mut limits = image::Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_DECODER_BYTES);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder().map_err(told)?;
    // Some decoders take note of the limits but reserve their output all the same.
    limits.reserve(decoder.total_bytes()).map_err(told)?;
    let turn = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let tells_place = decoder.exif_metadata().ok().flatten().is_some_and(|data| exif::tells_place(&data));
    let mut picture = DynamicImage::from_decoder(decoder).map_err(told)?;
    // 8 bits are all that is sent; converting first keeps the turn and the scaling small.
    picture = if picture.color().has_alpha() { picture.into_rgba8().into() } else { picture.into_rgb8().into() };
    picture.apply_orientation(turn);
    Ok(Decoded { picture, turn, tells_place })
}

/// The sentence for an error of a decoder or encoder.
pub(super) fn told(error: image::ImageError) -> PictureError {
    match error {
        image::ImageError::Limits(_) => {
            PictureError("The picture needs more memory than is allowed. Save it smaller.".into())
        }
        image::ImageError::Unsupported(_) => {
            PictureError("The picture is of a rare variant that cannot be read. Save it again as JPEG or PNG.".into())
        }
        _ => unreadable(),
    }
}

fn unreadable() -> PictureError {
    PictureError("The picture is damaged and cannot be read. Choose another.".into())
}
