//! What editors need to know of a film: frames, their exact rate, and the sound.

use std::path::Path;

use super::bits::{u16_at, u32_at};
use super::error::MovieError;
use super::moov::WholeTrack;
use super::timeline::Timeline;
use super::walk;
use crate::domain::hand_off::{FilmFacts, FrameRate, Sound};

/// Reads the headers of a whole film, as [`super::film_facts`] says.
pub(super) fn film_facts(path: &Path) -> Result<FilmFacts, MovieError> {
    let mut movie = walk::open(path)?;
    let moov = &movie.moov;
    let video = moov.video().ok_or_else(|| MovieError::broken("it holds no picture track"))?;
    let (count, length) = video.extent();
    let frames = match moov.is_fragmented {
        true => count,
        false => u64::from(Timeline::new(&video.clock, moov.scale, video.sizes.len()).frames()),
    };
    // Most films have frames of one length; the last is often another.
    let usual = video.clock.lengths.iter().copied().filter(|run| run.1 > 0).max_by_key(|run| run.0);
    let (of, length) = match usual {
        Some((number, each)) if u64::from(number) * 10 >= count * 9 => {
            (u64::from(number), u64::from(number) * u64::from(each))
        }
        _ => (count, length),
    };
    let rate = FrameRate::of_film(of, length, video.clock.scale)
        .or_else(|| FrameRate::of_film(count, movie.info.duration_millis, 1000))
        .ok_or_else(|| MovieError::broken("it does not say how long its frames last"))?;
    let (width, height) = (movie.info.width, movie.info.height);
    let tracks = WholeTrack::all(&walk::moov_bytes(&mut movie.file)?).map(|(_, tracks)| tracks).unwrap_or_default();
    let sound = tracks.iter().find(|track| &track.handler == b"soun").and_then(sound);
    Ok(FilmFacts { rate, frames: frames.max(1), width, height, sound })
}

/// Channels and samples per second, as the description of a track of sound states them.
pub(super) fn sound(track: &WholeTrack) -> Option<Sound> {
    Some(Sound { channels: u16_at(&track.entry, 16)?, rate: u32_at(&track.entry, 24)? >> 16 })
}
