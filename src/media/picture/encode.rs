//! From an opened picture to what is sent: edited, shrunk, without transparency, encoded within the limits.

use std::io::Cursor;

use image::imageops::FilterType;
use image::{DynamicImage, GenericImageView, ImageFormat, RgbImage, RgbaImage};

use super::PictureError;
use super::bounds::told;
use crate::domain::picture_edit::{Ground, PictureEdit, SENT_BYTES, SENT_SIDE, shrunk};
use crate::domain::request::PictureType;

/// What was transparent is a drawing more often than a photo; it is sent as PNG up to this length.
const SENT_PNG_BYTES: usize = 2_000_000;

/// A picture as it is sent, not yet encoded.
pub(super) struct Edited {
    pub(super) picture: DynamicImage,
    /// Whether parts of it were transparent.
    pub(super) is_flattened: bool,
}

/// An encoded picture that is fit to be sent.
pub(super) struct Encoded {
    pub(super) bytes: Vec<u8>,
    pub(super) size: (u32, u32),
    pub(super) picture_type: PictureType,
}

/// Applies the edit to an upright picture, shrinks it to what is sent and puts transparent parts on the ground.
pub(super) fn edited(picture: &DynamicImage, edit: &PictureEdit) -> Edited {
    let size = (picture.width(), picture.height());
    // Cropped and shrunk before it is turned, which is the same and spares a copy of the whole.
    let part = edit.crop_of_upright(size);
    let fitted = shrunk((part.width, part.height), SENT_SIDE);
    let is_whole = (part.width, part.height) == size;
    let mut picture = match (is_whole, fitted == (part.width, part.height)) {
        (true, true) => picture.clone(),
        (true, false) => resized(picture, fitted),
        (false, is_small) => {
            let part = picture.crop_imm(part.x, part.y, part.width, part.height);
            if is_small { part } else { resized(&part, fitted) }
        }
    };
    picture = match edit.quarter_turns % 4 {
        1 => picture.rotate90(),
        2 => picture.rotate180(),
        3 => picture.rotate270(),
        _ => picture,
    };
    if edit.is_mirrored {
        picture = picture.fliph();
    }
    let is_flattened = is_transparent(&picture);
    let picture = if is_flattened { flattened(&picture.into_rgba8(), edit.ground) } else { picture.into_rgb8() };
    Edited { picture: picture.into(), is_flattened }
}

/// Whether a pixel of it is not fully opaque.
pub(super) fn is_transparent(picture: &DynamicImage) -> bool {
    match picture {
        DynamicImage::ImageRgba8(picture) => picture.pixels().any(|pixel| pixel.0[3] != 255),
        _ => picture.color().has_alpha() && picture.pixels().any(|(_, _, pixel)| pixel.0[3] != 255),
    }
}

fn resized(picture: &DynamicImage, (width, height): (u32, u32)) -> DynamicImage {
    picture.resize_exact(width, height, FilterType::CatmullRom)
}

fn flattened(picture: &RgbaImage, ground: Ground) -> RgbImage {
    let ground = u32::from(ground.value());
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [red, green, blue, alpha] = picture.get_pixel(x, y).0;
        let alpha = u32::from(alpha);
        let over = |value: u8| ((u32::from(value) * alpha + ground * (255 - alpha) + 127) / 255) as u8;
        image::Rgb([over(red), over(green), over(blue)])
    })
}

/// The picture with no side longer than `max_side`.
pub(super) fn preview(picture: &DynamicImage, max_side: u32) -> RgbaImage {
    let size = (picture.width(), picture.height());
    let (width, height) = shrunk(size, max_side.max(1));
    if (width, height) == size { picture.to_rgba8() } else { picture.thumbnail_exact(width, height).into_rgba8() }
}

/// Encodes it within the limits of what is sent.
pub(super) fn encode(edited: &Edited) -> Result<Encoded, PictureError> {
    if edited.is_flattened {
        let encoded = encode_png(&edited.picture)?;
        if encoded.bytes.len() <= SENT_PNG_BYTES {
            return Ok(encoded);
        }
    }
    for quality in [90, 82, 70, 55] {
        let encoded = encode_jpeg(&edited.picture, quality)?;
        if encoded.bytes.len() as u64 <= SENT_BYTES {
            return Ok(encoded);
        }
    }
    Err(PictureError("The picture cannot be made small enough to be sent. Choose another.".into()))
}

/// Encodes an opaque picture as JPEG, with a quality of 1 to 100.
pub(super) fn encode_jpeg(picture: &DynamicImage, quality: u8) -> Result<Encoded, PictureError> {
    let mut bytes = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(picture).map_err(told)?;
    Ok(Encoded { bytes, size: (picture.width(), picture.height()), picture_type: PictureType::Jpeg })
}

/// Encodes a picture as PNG.
pub(super) fn encode_png(picture: &DynamicImage) -> Result<Encoded, PictureError> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).map_err(told)?;
    let size = (picture.width(), picture.height());
    Ok(Encoded { bytes: bytes.into_inner(), size, picture_type: PictureType::Png })
}
