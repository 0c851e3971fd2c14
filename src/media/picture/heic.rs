//! Decodes HEIC photos, as iPhones take them.

use heic_decoder::HeifError;
use image::DynamicImage;

use super::PictureError;
use super::color::ColorSource;
use super::decode::{Colors, Decoded, check_size, rare, too_large, unreadable};
use crate::media::exif;

/// Most pixels that are decoded. The decoder holds a sample in four bytes, so that these take about 200 MB. An iPhone's usual
/// photos have 12 or 24 million.
const MAX_PIXELS: u64 = 26_000_000;

/// Decodes a file whose brands say that it is HEIC.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, PictureError> {
    let info = heic_decoder::probe(bytes).map_err(|error| told(&error))?;
    let (width, height) = (info.width as u64, info.height as u64);
    check_size(u32::try_from(width).unwrap_or(u32::MAX), u32::try_from(height).unwrap_or(u32::MAX))?;
    if width * height > MAX_PIXELS {
        return Err(PictureError(format!(
            "The picture has {width} × {height} pixels. At most {} million of a HEIC file can be read. Save it as JPEG.",
            MAX_PIXELS / 1_000_000
        )));
    }
    let image = heic_decoder::decode(bytes).map_err(|error| told(&error))?;
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
    let source = match (&image.metadata.icc_profile, &image.color_info) {
        (Some(profile), _) => ColorSource::Profile(profile.clone()),
        (None, Some(info)) => {
            let number = |value: u16| u8::try_from(value).unwrap_or(2);
            let (primaries, transfer) = (number(info.color_primaries), number(info.transfer_characteristics));
            ColorSource::Numbers { primaries, transfer }
        }
        (None, None) => ColorSource::Srgb,
    };
    let tells_place = image.metadata.exif.as_deref().is_some_and(exif::tells_place);
    // The decoder turns the picture by what the frame says; EXIF data repeats that for older programs.
    Ok(Decoded { picture, colors: Colors::Of(source), turns: Vec::new(), tells_place })
}

fn told(error: &HeifError) -> PictureError {
    match error {
        HeifError::LimitExceeded { .. } => too_large(),
        HeifError::Unsupported(_) => rare(),
        _ => unreadable(),
    }
}
