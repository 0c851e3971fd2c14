//! Writes posters and filmstrips: pictures of a film as JPEG files.

use std::path::Path;
use std::time::{Duration, Instant};

use image::RgbImage;

use super::error::MovieError;
use super::reel::Reel;
use super::{files, walk};
use crate::domain::poster_frame::PosterFrame;

/// A poster is worth this much work.
const POSTER_PATIENCE: Duration = Duration::from_secs(10);
/// A filmstrip decodes the whole film, which may be 10 s of 1080p in a slow build.
const STRIP_PATIENCE: Duration = Duration::from_secs(60);
/// Widest strip in pixels: the least that every graphics card takes as a texture, but for very old ones.
const STRIP_WIDTH: u32 = 8192;
/// How many frames may be decoded to reach a better one than the first.
const REACH: u32 = 24;
/// Below this mean brightness (of 255) a frame counts as black.
const BLACK: f32 = 14.0;
/// Quality of the JPEG files, 0 to 100.
const QUALITY: u8 = 86;

/// Writes this frame of the film as JPEG, or the first after it that is not black.
pub(super) fn write_poster(
    path: &Path,
    poster: &Path,
    frame: PosterFrame,
    max_side: u32,
) -> Result<(u32, u32), MovieError> {
    let max_side = max_side.clamp(16, 4096);
    let deadline = Instant::now() + POSTER_PATIENCE;
    let number = |reel: &mut Reel| {
        reel.allow_rough();
        let tenth = reel.info().frames / 10;
        match frame {
            PosterFrame::Key => reel.key_frame(tenth),
            PosterFrame::Tenth => tenth,
        }
    };
    let (mut reel, number, mut best) = Reel::open_at(path, (max_side, max_side), number, deadline)?;
    let mut light = best.brightness();
    for next in number + 1..(number + REACH).min(reel.info().frames) {
        if light > BLACK {
            break;
        }
        let Ok(picture) = reel.read(next, deadline) else { break };
        if picture.brightness() > light {
            (light, best) = (picture.brightness(), picture);
        }
    }
    let picture = best.to_rgb();
    write_jpeg(poster, &picture)?;
    Ok(picture.dimensions())
}

/// Writes `count` frames side by side as one JPEG.
pub(super) fn write_filmstrip(
    path: &Path,
    strip: &Path,
    count: u32,
    frame_height: u32,
) -> Result<(u32, u32), MovieError> {
    let (count, frame_height) = (count.clamp(1, 64), frame_height.clamp(16, 360) & !1);
    let deadline = Instant::now() + STRIP_PATIENCE;
    let info = walk::open(path)?.info;
    let frame_width = (u64::from(frame_height) * u64::from(info.width) / u64::from(info.height))
        .clamp(16, u64::from(STRIP_WIDTH / count)) as u32
        & !1;
    let mut reel = Reel::open(path, (frame_width, frame_height), deadline)?;
    reel.set_size((frame_width as usize, frame_height as usize));
    let frames = reel.info().frames;
    let mut sheet = RgbImage::new(frame_width * count, frame_height);
    let mut latest: Option<(u32, RgbImage)> = None;
    for place in 0..count {
        // Each picture stands for the middle of its part of the film.
        let wanted = ((2 * u64::from(place) + 1) * u64::from(frames) / (2 * u64::from(count))) as u32;
        // A film with fewer frames than the strip repeats them.
        if latest.as_ref().is_none_or(|(frame, _)| *frame != wanted) {
            match reel.read(wanted, deadline) {
                Ok(picture) => latest = Some((wanted, picture.to_rgb())),
                // What was decoded before the damage is still a strip.
                Err(reason) if latest.is_none() => return Err(MovieError::Unsupported(reason)),
                Err(reason) => tracing::debug!(%reason, "the rest of a filmstrip repeats a frame"),
            }
        }
        if let Some((_, picture)) = &latest {
            image::imageops::replace(&mut sheet, picture, i64::from(place * frame_width), 0);
        }
    }
    write_jpeg(strip, &sheet)?;
    Ok((frame_width, frame_height))
}

fn write_jpeg(target: &Path, picture: &RgbImage) -> Result<(), MovieError> {
    let mut bytes = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, QUALITY)
        .encode_image(picture)
        .map_err(|error| MovieError::Io(error.to_string()))?;
    Ok(files::write_whole(target, &bytes)?)
}
