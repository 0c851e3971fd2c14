//! Decodes AVIF pictures by the `ffmpeg` command: the frame is read here, the command gets nothing but the coded pixels.
//!
//! The decoder of AV1 in Rust, `rav1d`, ends the whole program where it meets bytes it did not expect, since its functions
//! are made for C. Another process can be survived.

use std::time::{Duration, Instant};

use image::DynamicImage;

use super::PictureError;
use super::bounds::{check_size, rare, unreadable};
use super::color::ColorSource;
use super::decoded::{Colors, Decoded};
use crate::media::heif::{self, HeifError};
use crate::media::{exif, ffmpeg};

/// A picture is worth this much work.
const PATIENCE: Duration = Duration::from_secs(20);

/// Decodes a file whose brands say that it is AVIF.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, PictureError> {
    let framed = heif::read(bytes).map_err(|error| match error {
        HeifError::Damaged => unreadable(),
        HeifError::Unsupported => rare(),
    })?;
    let (width, height) = framed.size;
    check_size(width, height)?;
    let deadline = Instant::now() + PATIENCE;
    let refused = |error: ffmpeg::StillError| {
        match error {
        ffmpeg::StillError::Absent => PictureError(
            "AVIF files need the ffmpeg command, which is not on this computer. Install it, or save the picture as JPEG, PNG or WebP."
                .into(),
        ),
        ffmpeg::StillError::Failed => PictureError(
            "The picture is damaged, or of a variant that ffmpeg cannot read. Save it again as JPEG or PNG.".into(),
        ),
        ffmpeg::StillError::TooSlow => PictureError("ffmpeg takes too long to read the picture. Save it as JPEG.".into()),
    }
    };
    let matrix = framed.cicp.map(|(_, _, matrix, is_full_range)| (matrix, is_full_range));
    let rgb =
        ffmpeg::decode_av1(&framed.data, framed.size, ffmpeg::StillColors::Rgb(matrix), deadline).map_err(refused)?;
    let picture = match &framed.alpha {
        None => image::RgbImage::from_raw(width, height, rgb).map(DynamicImage::from),
        Some(alpha) => {
            let alpha =
                ffmpeg::decode_av1(alpha, framed.size, ffmpeg::StillColors::Opacity, deadline).map_err(refused)?;
            let rgba = rgb
                .as_chunks::<3>()
                .0
                .iter()
                .zip(alpha)
                .flat_map(|([red, green, blue], alpha)| [*red, *green, *blue, alpha])
                .collect();
            image::RgbaImage::from_raw(width, height, rgba).map(DynamicImage::from)
        }
    }
    .ok_or_else(unreadable)?;
    let source = match (framed.profile, framed.cicp) {
        (Some(profile), _) => ColorSource::Profile(profile),
        (None, Some((primaries, transfer, ..))) => {
            let number = |value: u16| u8::try_from(value).unwrap_or(2);
            ColorSource::Numbers { primaries: number(primaries), transfer: number(transfer) }
        }
        (None, None) => ColorSource::Srgb,
    };
    let tells_place = framed.exif.as_deref().is_some_and(exif::tells_place);
    Ok(Decoded { picture, colors: Colors::Of(source), turns: framed.turns, is_turned: false, tells_place })
}
