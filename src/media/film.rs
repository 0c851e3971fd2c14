//! Posters and filmstrips: pictures of a film as JPEG files.

use std::path::Path;
use std::time::{Duration, Instant};

use image::imageops::FilterType;
use image::{DynamicImage, GrayImage, RgbImage};
use rusty_h264_common::YuvFrame;

use super::h264::{ColorRule, Pictures};
use super::moov::{Codec, Track};
use super::walk::{self, CheckedMovie};
use super::{MovieError, ffmpeg, files};

/// A poster is worth this much work.
const POSTER_PATIENCE: Duration = Duration::from_secs(4);
/// A filmstrip decodes the whole film, which may be 10 s of 1080p in a slow build.
const STRIP_PATIENCE: Duration = Duration::from_secs(60);
/// Widest strip in pixels: the least that every graphics card takes as a texture, but for very old ones.
const STRIP_WIDTH: u32 = 8192;
/// How many frames may be decoded to reach a better one than the first.
const REACH: usize = 24;
/// Below this mean brightness (of 255) a frame counts as black.
const BLACK: f32 = 14.0;
/// Quality of the JPEG files, 0 to 100.
const QUALITY: u8 = 86;

/// See [`super::write_poster`].
pub(super) fn write_poster(path: &Path, poster: &Path, max_side: u32) -> Result<(u32, u32), MovieError> {
    let max_side = max_side.clamp(16, 4096);
    let movie = walk::open(path)?;
    let picture = match decode_poster(&movie, max_side) {
        Ok(picture) => picture,
        Err(reason) => {
            // A tenth into the film, as the built-in decoder does.
            let at_secs = movie.info.duration_millis as f64 / 10_000.0;
            let bytes = ffmpeg::frame(path, at_secs, max_side)
                .map_err(|other| MovieError::Unsupported(format!("{reason}, and {other}")))?;
            image::load_from_memory_with_format(&bytes, image::ImageFormat::Jpeg)
                .map_err(|error| {
                    MovieError::Unsupported(format!("{reason}, and ffmpeg's picture cannot be read: {error}"))
                })?
                .into_rgb8()
        }
    };
    write_jpeg(poster, &picture)?;
    Ok(picture.dimensions())
}

/// See [`super::write_filmstrip`].
pub(super) fn write_filmstrip(
    path: &Path,
    strip: &Path,
    count: u32,
    frame_height: u32,
) -> Result<(u32, u32), MovieError> {
    let (count, frame_height) = (count.clamp(1, 64), frame_height.clamp(16, 360));
    let movie = walk::open(path)?;
    let unsupported = |reason: String| MovieError::Unsupported(reason);
    let track = h264_track(&movie).map_err(unsupported)?;
    let samples = track.samples()?;
    let mut pictures =
        Pictures::new(&movie.file, track, &samples, 0, Instant::now() + STRIP_PATIENCE).map_err(unsupported)?;
    let frame_width = (u64::from(frame_height) * u64::from(movie.info.width) / u64::from(movie.info.height))
        .clamp(16, u64::from(STRIP_WIDTH / count)) as u32;
    let mut sheet = RgbImage::new(frame_width * count, frame_height);
    let mut filled = 0;
    let mut decoded = 0_usize;
    loop {
        let picture = match pictures.next_picture() {
            Ok(Some(picture)) => picture,
            Ok(None) => break,
            // What was decoded before the damage is still a strip.
            Err(_) if filled > 0 => break,
            Err(reason) => return Err(MovieError::Unsupported(reason)),
        };
        // Each frame stands for the middle of its part of the film.
        let wanted = (2 * filled as usize + 1) * samples.len() / (2 * count as usize);
        if decoded >= wanted && filled < count {
            let small = to_rgb(picture, pictures.colors, track.quarter_turns, |_, _| (frame_width, frame_height))
                .map_err(unsupported)?;
            image::imageops::replace(&mut sheet, &small, i64::from(filled * frame_width), 0);
            filled += 1;
            if filled == count {
                break;
            }
        }
        decoded += 1;
    }
    if filled == 0 {
        return Err(MovieError::Unsupported("none of its frames can be decoded".into()));
    }
    // A film with fewer frames than the strip repeats its last.
    let last = image::imageops::crop_imm(&sheet, (filled - 1) * frame_width, 0, frame_width, frame_height).to_image();
    for place in filled..count {
        image::imageops::replace(&mut sheet, &last, i64::from(place * frame_width), 0);
    }
    write_jpeg(strip, &sheet)?;
    Ok((frame_width, frame_height))
}

fn h264_track(movie: &CheckedMovie) -> Result<&Track, String> {
    let track = movie.moov.video().ok_or("it holds no picture track")?;
    if movie.moov.is_fragmented {
        return Err("it is a fragmented film, which cannot be decoded here".into());
    }
    if track.codec != Codec::H264 {
        return Err(format!("its codec {} cannot be decoded here", movie.info.codec));
    }
    Ok(track)
}

/// The frame a tenth into the film, or the nearest one that is not black and not too far from a sync sample.
fn decode_poster(movie: &CheckedMovie, max_side: u32) -> Result<RgbImage, String> {
    let track = h264_track(movie)?;
    let samples = track.samples().map_err(|error| error.to_string())?;
    let target = samples.len() / 10;
    let from = match &track.sync {
        None => target,
        Some(sync) => sync.iter().map(|index| *index as usize).take_while(|index| *index <= target).last().unwrap_or(0),
    };
    let mut pictures = Pictures::new(&movie.file, track, &samples, from, Instant::now() + POSTER_PATIENCE)?;
    let steps = (target - from.min(target)).min(REACH);
    let mut best: Option<(f32, YuvFrame)> = None;
    for step in 0..steps + REACH {
        let picture = match pictures.next_picture() {
            Ok(Some(picture)) => picture,
            Ok(None) => break,
            Err(_) if best.is_some() => break,
            Err(reason) => return Err(reason),
        };
        let light = brightness(&picture);
        let is_there = step >= steps;
        let is_better = best.as_ref().is_none_or(|(before, _)| light > BLACK || light >= *before);
        if is_better {
            best = Some((light, picture));
        }
        if is_there && best.as_ref().is_some_and(|(light, _)| *light > BLACK) {
            break;
        }
    }
    let (_, picture) = best.ok_or("none of its frames can be decoded")?;
    to_rgb(picture, pictures.colors, track.quarter_turns, |width, height| fit(width, height, max_side))
}

/// Mean luma above black, from every 16th pixel of every 16th row.
fn brightness(picture: &YuvFrame) -> f32 {
    let (mut sum, mut count) = (0_u64, 0_u64);
    for row in picture.y.chunks_exact(picture.width).step_by(16) {
        for pixel in row.iter().step_by(16) {
            sum += u64::from(pixel.saturating_sub(16));
            count += 1;
        }
    }
    sum as f32 / count.max(1) as f32
}

/// The largest size of that shape within a square, never enlarged.
pub(super) fn fit(width: u32, height: u32, max_side: u32) -> (u32, u32) {
    let longer = width.max(height);
    if longer <= max_side {
        return (width, height);
    }
    let scaled =
        |side: u32| ((u64::from(side) * u64::from(max_side) + u64::from(longer) / 2) / u64::from(longer)).max(1) as u32;
    (scaled(width), scaled(height))
}

/// Scales the planes and makes colors of them. `size` turns the upright size into the wanted one.
fn to_rgb(
    picture: YuvFrame,
    colors: ColorRule,
    quarter_turns: u8,
    size: impl Fn(u32, u32) -> (u32, u32),
) -> Result<RgbImage, String> {
    let (width, height) = (picture.width as u32, picture.height as u32);
    let (chroma_width, chroma_height) = (picture.chroma_width() as u32, picture.chroma_height() as u32);
    let is_lying = quarter_turns % 2 == 1;
    let (to_width, to_height) = if is_lying {
        let (width, height) = size(height, width);
        (height, width)
    } else {
        size(width, height)
    };
    // Planes are scaled before they are mixed, by the dependency's method: it is optimized in every build.
    let scale = |bytes: Vec<u8>, width: u32, height: u32| -> Result<Vec<u8>, String> {
        let plane = GrayImage::from_raw(width, height, bytes).ok_or("the decoder gave half a picture")?;
        if (width, height) == (to_width, to_height) {
            return Ok(plane.into_raw());
        }
        Ok(DynamicImage::ImageLuma8(plane)
            .resize_exact(to_width, to_height, FilterType::Triangle)
            .into_luma8()
            .into_raw())
    };
    let y = scale(picture.y, width, height)?;
    let u = scale(picture.u, chroma_width, chroma_height)?;
    let v = scale(picture.v, chroma_width, chroma_height)?;
    let bytes = mix_planes(&y, &u, &v, colors);
    let upright = RgbImage::from_raw(to_width, to_height, bytes).ok_or("the decoder gave half a picture")?;
    Ok(match quarter_turns {
        1 => image::imageops::rotate90(&upright),
        2 => image::imageops::rotate180(&upright),
        3 => image::imageops::rotate270(&upright),
        _ => upright,
    })
}

/// The color equations of BT.601 and BT.709 in 16-bit fixed point.
fn mix_planes(y: &[u8], u: &[u8], v: &[u8], colors: ColorRule) -> Vec<u8> {
    let (red_v, green_u, green_v, blue_u) =
        if colors.is_709 { (1.5748, 0.1873, 0.4681, 1.8556) } else { (1.402, 0.3441, 0.7141, 1.772) };
    let (luma_scale, chroma_scale, base) =
        if colors.is_full_range { (1.0, 1.0, 0) } else { (255.0 / 219.0, 255.0 / 224.0, 16) };
    let fixed = |value: f64| (value * 65_536.0).round() as i32;
    let luma = fixed(luma_scale);
    let (red_v, green_u) = (fixed(red_v * chroma_scale), fixed(green_u * chroma_scale));
    let (green_v, blue_u) = (fixed(green_v * chroma_scale), fixed(blue_u * chroma_scale));
    let mut rgb = vec![0; y.len() * 3];
    for i in 0..y.len() {
        let light = (y[i] as i32 - base) * luma + 32_768;
        let (u, v) = (u[i] as i32 - 128, v[i] as i32 - 128);
        rgb[i * 3] = ((light + v * red_v) >> 16).clamp(0, 255) as u8;
        rgb[i * 3 + 1] = ((light - u * green_u - v * green_v) >> 16).clamp(0, 255) as u8;
        rgb[i * 3 + 2] = ((light + u * blue_u) >> 16).clamp(0, 255) as u8;
    }
    rgb
}

fn write_jpeg(target: &Path, picture: &RgbImage) -> Result<(), MovieError> {
    let mut bytes = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, QUALITY)
        .encode_image(picture)
        .map_err(|error| MovieError::Io(error.to_string()))?;
    Ok(files::write_whole(target, &bytes)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_keep_their_shape_and_are_never_enlarged() {
        for (size, max, fitted) in [
            ((1280, 720), 640, (640, 360)),
            ((720, 1280), 640, (360, 640)),
            ((320, 180), 640, (320, 180)),
            ((8000, 1), 1920, (1920, 1)),
        ] {
            assert_eq!(fit(size.0, size.1, max), fitted);
        }
    }

    #[test]
    fn colors_follow_matrix_and_range() {
        let limited = ColorRule { is_709: true, is_full_range: false };
        assert_eq!(mix_planes(&[16, 235], &[128, 128], &[128, 128], limited), [0, 0, 0, 255, 255, 255]);
        let full = ColorRule { is_709: true, is_full_range: true };
        assert_eq!(mix_planes(&[16, 235], &[128, 128], &[128, 128], full), [16, 16, 16, 235, 235, 235]);
        // Pure red: (63, 102, 240) in BT.709, (81, 90, 240) in BT.601.
        for (is_709, [y, u, v]) in [(true, [63, 102, 240]), (false, [81, 90, 240])] {
            let rgb = mix_planes(&[y], &[u], &[v], ColorRule { is_709, is_full_range: false });
            assert!(rgb[0] >= 253 && rgb[1] <= 2 && rgb[2] <= 2, "{rgb:?}");
        }
    }
}
