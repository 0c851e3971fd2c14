//! Reads the sound of a film: AAC out of MP4, decoded as a whole, since clips are short.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use symphonia::core::codecs::audio::{AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::default::codecs::AacDecoder;
use symphonia::default::formats::IsoMp4Reader;

use super::moov::{Codec, Moov};
use super::walk;

/// Longer sound is not read: no gateway makes a clip of two minutes, and all of it lies in memory.
const MOST_SECONDS: u64 = 120;
/// Rates in hertz that AAC has.
const RATES: std::ops::RangeInclusive<u32> = 7_350..=96_000;
/// A track with more packets than this is no sound of two minutes: at the highest rate there are 94 a second.
const MOST_PACKETS: usize = 16_384;
/// So many packets in a row may be damaged before the rest is given up.
const MOST_DAMAGED: u32 = 64;

/// The sound of a film, as numbers from −1 to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Sound {
    rate: u32,
    channels: u8,
    /// The samples of all channels in turn.
    samples: Vec<f32>,
}

/// Why the sound of a film cannot be played. The texts are plain clauses about the clip, such as "it has no sound".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SoundError {
    /// The film has no sound track.
    #[error("it has no sound")]
    None,
    /// The sound is longer than two minutes.
    #[error("its sound is longer than two minutes")]
    TooLong,
    /// The sound is of a kind that is not decoded here, or damaged, or the file cannot be read. The text is a plain clause.
    #[error("{0}")]
    Unreadable(String),
}

impl Sound {
    /// Makes a sound of samples in turn, for `channels` of 1 or 2.
    pub fn new(rate: u32, channels: u8, samples: Vec<f32>) -> Self {
        Self { rate, channels: channels.clamp(1, 2), samples }
    }

    /// Samples a second of one channel, in hertz.
    pub fn rate(&self) -> u32 {
        self.rate
    }

    /// Number of channels: 1 or 2.
    pub fn channels(&self) -> u8 {
        self.channels
    }

    /// All samples, those of the channels in turn.
    pub fn samples(&self) -> &[f32] {
        &self.samples
    }

    /// Number of samples of one channel.
    pub fn frames(&self) -> u64 {
        (self.samples.len() / usize::from(self.channels)) as u64
    }

    /// How many samples of one channel last this long.
    pub fn frames_in(&self, millis: u64) -> u64 {
        millis.saturating_mul(u64::from(self.rate)) / 1000
    }
}

/// Decodes the sound of a film. Blocks for some hundredths of a second. What precedes the film by its edit list, as every encoder of
/// AAC writes it, is left out, so that the first sample goes with the first frame.
///
/// # Errors
///
/// When there is no sound, or none that is decoded here. A damaged packet is silent; a file with nothing but such packets
/// is an error.
pub fn read_sound(path: &Path) -> Result<Sound, SoundError> {
    let movie = walk::open(path).map_err(|error| SoundError::Unreadable(error.to_string()))?;
    let shift = shift(&movie.moov).ok_or(SoundError::None)?;
    // A decoder that panics costs the sound, not the window.
    let decoded = catch_unwind(AssertUnwindSafe(|| decode(movie.file)));
    let sound = decoded.map_err(|_panic| SoundError::Unreadable("its sound cannot be decoded".to_owned()))??;
    Ok(shift.apply(sound))
}

/// What the edit list of the sound track takes from its beginning and puts before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shift {
    skipped_millis_of_1024: u64,
    silent_millis: u64,
}

/// Of the first sound track; `None` without one, or with one that holds more than sound of two minutes does.
fn shift(moov: &Moov) -> Option<Shift> {
    let track = moov.tracks.iter().find(|track| track.codec == Codec::Sound)?;
    if track.sizes.len() > MOST_PACKETS {
        return Some(Shift { skipped_millis_of_1024: 0, silent_millis: 0 });
    }
    let edits = &track.clock.edits;
    let pauses =
        edits.iter().take_while(|edit| edit.from < 0).fold(0_u64, |sum, edit| sum.saturating_add(edit.duration));
    let from = edits.iter().find(|edit| edit.from >= 0).map_or(0, |edit| edit.from.unsigned_abs());
    let in_units = |units: u64, scale: u32, per_second: u64| {
        u64::try_from(u128::from(units) * u128::from(per_second) / u128::from(scale.max(1))).unwrap_or(u64::MAX)
    };
    Some(Shift {
        skipped_millis_of_1024: in_units(from, track.clock.scale, 1000 * 1024),
        silent_millis: in_units(pauses, moov.scale, 1000),
    })
}

impl Shift {
    fn apply(self, mut sound: Sound) -> Sound {
        let channels = usize::from(sound.channels);
        let skipped = u128::from(self.skipped_millis_of_1024) * u128::from(sound.rate);
        let skipped = usize::try_from((skipped + 512_000) / 1_024_000).unwrap_or(usize::MAX);
        sound.samples.drain(..skipped.saturating_mul(channels).min(sound.samples.len()));
        let silent = sound.frames_in(self.silent_millis.min(MOST_SECONDS * 1000));
        if silent > 0 {
            sound.samples.splice(..0, std::iter::repeat_n(0.0, silent as usize * channels));
        }
        sound
    }
}

fn unreadable(error: &Error) -> SoundError {
    SoundError::Unreadable(match error {
        Error::IoError(error) => format!("its sound cannot be read ({error})"),
        Error::Unsupported(_) => "its sound is of a kind that cannot be played here".to_owned(),
        _ => "its sound is damaged".to_owned(),
    })
}

fn decode(file: File) -> Result<Sound, SoundError> {
    let stream = MediaSourceStream::new(Box::new(file), MediaSourceStreamOptions::default());
    let mut reader = IsoMp4Reader::try_new(stream, FormatOptions::default()).map_err(|error| unreadable(&error))?;
    let track = reader.default_track(TrackType::Audio).ok_or(SoundError::None)?;
    let id = track.id;
    let settings = track.codec_params.as_ref().and_then(|settings| settings.audio()).cloned();
    let settings = settings.ok_or_else(|| unreadable(&Error::Unsupported("no settings")))?;
    let mut decoder =
        AacDecoder::try_new(&settings, &AudioDecoderOptions::default()).map_err(|error| unreadable(&error))?;
    let (mut rate, mut channels) = (0, 0_u8);
    let mut samples: Vec<f32> = Vec::new();
    let mut packet_samples: Vec<f32> = Vec::new();
    let (mut damaged, mut is_any_whole) = (0, false);
    loop {
        let packet = match reader.next_packet() {
            Ok(Some(packet)) => packet,
            Ok(None) => break,
            // What was decoded before the damage is still sound.
            Err(_) if is_any_whole => break,
            Err(error) => return Err(unreadable(&error)),
        };
        if packet.track_id != id {
            continue;
        }
        match decoder.decode(&packet) {
            Ok(decoded) => {
                let spec = decoded.spec();
                let (its_rate, its_channels) = (spec.rate(), spec.channels().count());
                if !RATES.contains(&its_rate) || !(1..=2).contains(&its_channels) {
                    return Err(unreadable(&Error::Unsupported("rate or channels")));
                }
                (rate, channels) = (its_rate, its_channels as u8);
                packet_samples.resize(decoded.samples_interleaved(), 0.0);
                decoded.copy_to_slice_interleaved(&mut packet_samples);
                // A mixer must not meet a number that is none.
                samples.extend(
                    packet_samples.iter().map(|sample| if sample.is_finite() { sample.clamp(-1.0, 1.0) } else { 0.0 }),
                );
                (damaged, is_any_whole) = (0, true);
            }
            Err(Error::DecodeError(_)) if damaged < MOST_DAMAGED => {
                damaged += 1;
                samples.extend(std::iter::repeat_n(0.0, packet_samples.len()));
            }
            Err(_) if is_any_whole => break,
            Err(error) => return Err(unreadable(&error)),
        }
        if samples.len() as u64 > MOST_SECONDS * u64::from(rate) * u64::from(channels) {
            return Err(SoundError::TooLong);
        }
    }
    if !is_any_whole {
        return Err(SoundError::Unreadable("its sound is damaged".to_owned()));
    }
    Ok(Sound::new(rate, channels, samples))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_follows_the_edit_list() {
        let sound = Sound::new(1000, 2, (0..20).map(|number| number as f32).collect());
        for (skipped_millis_of_1024, silent_millis, first, frames) in
            [(0, 0, 0.0, 10), (3 * 1024, 0, 6.0, 7), (0, 2, 0.0, 12), (3 * 1024, 1, 0.0, 8), (u64::MAX, 0, -1.0, 0)]
        {
            let shifted = Shift { skipped_millis_of_1024, silent_millis }.apply(sound.clone());
            assert_eq!(shifted.frames(), frames);
            assert_eq!(shifted.samples().first().copied().unwrap_or(-1.0), first);
        }
    }

    #[test]
    fn what_is_no_film_is_told() {
        let dir = tempfile::tempdir().expect("a folder");
        let file = dir.path().join("no.mp4");
        std::fs::write(&file, b"no film at all").expect("written");
        assert!(matches!(read_sound(&file), Err(SoundError::Unreadable(_))));
        assert!(matches!(read_sound(dir.path()), Err(SoundError::Unreadable(_))));
    }
}
