//! Decodes HEIC photos, as iPhones take them.

use heic_decoder::{ColorInfo, HeifError};
use image::DynamicImage;

use super::PictureError;
use super::bounds::{check_size, rare, too_large, unreadable};
use super::color::ColorSource;
use super::decoded::{Colors, Decoded};
use crate::media::{exif, heif};

/// Most pixels that are decoded. The decoder holds a sample in four bytes, so that these take about 200 MB. An iPhone's usual
/// photos have 12 or 24 million.
const MAX_PIXELS: u64 = 26_000_000;
/// Most pixels in all tiles, with what is cut off at the edges and with those of the opacity.
const MAX_CODED_PIXELS: u64 = 60_000_000;

/// Decodes a file whose brands say that it is HEIC.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, PictureError> {
    let info = heic_decoder::probe(bytes).map_err(|error| told(&error))?;
    let side = |side: usize| u32::try_from(side).unwrap_or(u32::MAX);
    check_size(side(info.width), side(info.height))?;
    check_size(side(info.coded_width), side(info.coded_height))?;
    let (width, height) = (info.width, info.height);
    if (info.coded_width * info.coded_height) as u64 > MAX_PIXELS {
        return Err(PictureError(format!(
            "The picture has {width} × {height} pixels. At most {} million of a HEIC file can be read. Save it as JPEG.",
            MAX_PIXELS / 1_000_000
        )));
    }
    // A small picture may be cut out of large tiles.
    if heif::coded_pixels(bytes).ok_or_else(rare)? > MAX_CODED_PIXELS {
        return Err(too_large());
    }
    let mut image = heic_decoder::decode(bytes).map_err(|error| told(&error))?;
    // Where the matrix is not stated it is that of BT.601 over all values, by the rules for pictures (ISO/IEC 23000-22, 7.3.6.4);
    // the decoder would take that of television.
    let stated = image.color_info;
    let unstated =
        ColorInfo { color_primaries: 2, transfer_characteristics: 2, matrix_coefficients: 2, full_range: true };
    let mut info = stated.unwrap_or(unstated);
    if info.matrix_coefficients == 2 {
        info.matrix_coefficients = 6;
    }
    image.color_info = Some(info);
    let (width, height) = (image.width as u32, image.height as u32);
    let picture = if let Some(alpha) = &image.alpha {
        let is_premultiplied = alpha.premultiplied;
        let rgba = image.to_rgba8().map_err(|error| told(&error))?;
        let mut picture = image::RgbaImage::from_raw(width, height, rgba.data).ok_or_else(unreadable)?;
        if is_premultiplied {
            for pixel in picture.pixels_mut() {
                let alpha = u32::from(pixel.0[3]).max(1);
                let full = |value: u8| (u32::from(value) * 255 / alpha).min(255) as u8;
                let [red, green, blue, opacity] = pixel.0;
                pixel.0 = [full(red), full(green), full(blue), opacity];
            }
        }
        DynamicImage::from(picture)
    } else {
        let rgb = image.to_rgb8().map_err(|error| told(&error))?;
        image::RgbImage::from_raw(width, height, rgb.data).map(DynamicImage::from).ok_or_else(unreadable)?
    };
    let source = match (&image.metadata.icc_profile, &stated) {
        (Some(profile), _) => ColorSource::Profile(profile.clone()),
        (None, Some(info)) => {
            let number = |value: u16| u8::try_from(value).unwrap_or(2);
            let (primaries, transfer) = (number(info.color_primaries), number(info.transfer_characteristics));
            ColorSource::Numbers { primaries, transfer }
        }
        (None, None) => ColorSource::Srgb,
    };
    let tells_place = image.metadata.exif.as_deref().is_some_and(exif::tells_place);
    // EXIF data repeats for older programs what the frame says, by which the decoder turned the picture.
    let is_turned = heif::is_turned(bytes);
    Ok(Decoded { picture, colors: Colors::Of(source), turns: Vec::new(), is_turned, tells_place })
}

fn told(error: &HeifError) -> PictureError {
    match error {
        HeifError::LimitExceeded { .. } => too_large(),
        HeifError::Unsupported(_) => rare(),
        _ => unreadable(),
    }
}
