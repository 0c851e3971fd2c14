//! Decodes the H.264 pictures of a film file. The decoder is young and works on bytes from the network, so every call of it is
//! caught, counted and timed here.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use rusty_h264_common::YuvFrame;
use rusty_h264_decoder::{Decoder, Sps};

use super::frame::ColorRule;
use super::moov::{Codec, Track};
use super::rough::SliceHeads;
use super::sps::{parameter_sets, without_emulation};

/// Level 5.2 allows no larger picture (H.264 table A-1), so a parameter set that asks for more is a bomb.
const MAX_MACROBLOCKS: usize = 36_864;
/// One frame of 4K at the highest quality stays below.
const MAX_SAMPLE_BYTES: u32 = 32 << 20;

/// Decodes the samples of a track in the order in which they are stored.
pub(super) struct Pictures {
    file: File,
    decoder: Decoder,
    settings: Vec<Settings>,
    /// From which sample on which of them hold, rising, beginning with the first sample.
    changes: Vec<(u32, usize)>,
    /// Those that the decoder has got.
    fed: Option<usize>,
    samples: Vec<(u64, u32)>,
    /// Indices of the samples at which decoding may begin, rising; `None` when it may at all.
    sync: Option<Vec<u32>>,
    next: usize,
    /// The next sample may be rough, as it is shown much smaller than it is and decoding begins anew after it.
    is_rough: bool,
    /// How often decoding began anew.
    pub(super) restarts: u64,
    deadline: Instant,
    /// How the samples of its pictures become colors.
    pub(super) colors: ColorRule,
}

/// What the decoder needs to know of samples.
struct Settings {
    /// Length of the length fields in the samples, in bytes.
    length_bytes: usize,
    /// Parameter sets with start codes, fed before the first sample that is decoded.
    sets: Vec<u8>,
    /// How slices become rough ones, where they can.
    heads: Option<SliceHeads>,
}

impl Settings {
    /// Of an `avcC` box. The error is a plain clause.
    fn read(avcc: &[u8]) -> Result<Self, String> {
        let (length_bytes, sets) = parameter_sets(avcc).ok_or("its decoder settings are damaged")?;
        let mut annex_b = Vec::new();
        for set in &sets {
            if set[0] & 31 == 7 && !is_bearable(set) {
                return Err("its pictures are of a kind that is not supported".into());
            }
            append(&mut annex_b, set);
        }
        Ok(Self { length_bytes, sets: annex_b, heads: SliceHeads::of(&sets) })
    }

    /// The slices of a sample as rough ones; `None` unless all can be.
    fn rough(&self, sample: &[u8]) -> Option<Vec<Vec<u8>>> {
        let heads = self.heads.as_ref()?;
        if nals(sample, self.length_bytes).any(|nal| matches!(nal[0] & 31, 7 | 8)) {
            // Other parameter sets than those that the heads are read by.
            return None;
        }
        let slices = nals(sample, self.length_bytes).filter(|nal| matches!(nal[0] & 31, 1..=5));
        let slices = slices.map(|nal| heads.roughen(nal)).collect::<Option<Vec<_>>>()?;
        (!slices.is_empty()).then_some(slices)
    }
}

/// The result of decoding one sample.
pub(super) struct Decoded {
    /// Index of the sample in the track, from 0 in decoding order.
    pub(super) sample: u32,
    /// What it shows, unless it was passed over or holds no picture.
    pub(super) picture: Option<YuvFrame>,
}

impl Pictures {
    /// Starts at the first sample. The error is a plain clause.
    pub(super) fn new(file: File, track: &Track, deadline: Instant) -> Result<Self, String> {
        let samples = track.samples().map_err(|error| error.to_string())?;
        let changes = track.descriptions().map_err(|error| error.to_string())?;
        if track.entries.iter().any(|entry| entry.codec() != Codec::H264) {
            return Err("its pictures are of more than one kind".into());
        }
        let settings = track.entries.iter().map(|entry| Settings::read(&entry.avcc)).collect::<Result<Vec<_>, _>>()?;
        let entry = track.description().ok_or("it holds no picture track")?;
        let vui = entry.sps.and_then(|sps| sps.color);
        let (width, height) = entry.coded_size();
        let guess = width.min(height) >= 720;
        let (matrix, is_full_range) =
            entry.color.map_or((vui.map(|(matrix, _)| matrix), vui.is_some_and(|(_, full)| full)), |(matrix, full)| {
                (Some(matrix), full || vui.is_some_and(|(_, full)| full))
            });
        let is_709 = match matrix {
            Some(1) => true,
            Some(5..=7) => false,
            _ => guess,
        };
        Ok(Self {
            file,
            decoder: Decoder::new(),
            settings,
            changes,
            fed: None,
            samples,
            sync: track.sync.clone(),
            next: 0,
            is_rough: false,
            restarts: 0,
            deadline,
            colors: ColorRule { is_709, is_full_range },
        })
    }

    /// Number of samples in the track.
    pub(super) fn count(&self) -> usize {
        self.samples.len()
    }

    /// Sets the moment after which decoding gives up with an error.
    pub(super) fn set_deadline(&mut self, deadline: Instant) {
        self.deadline = deadline;
    }

    /// The last sample up to this one at which decoding may begin.
    pub(super) fn sync_before(&self, sample: u32) -> u32 {
        match &self.sync {
            None => sample,
            Some(sync) => sync[..sync.partition_point(|sync| *sync <= sample)].last().copied().unwrap_or(0),
        }
    }

    /// Makes sure that `sample` is still to come and that no later beginning would do as well. Starts anew at the nearest
    /// sync sample where that is so.
    pub(super) fn approach(&mut self, sample: u32) {
        let begin = self.sync_before(sample);
        if self.next > sample as usize || self.next < begin as usize {
            self.decoder = Decoder::new();
            self.fed = None;
            self.next = begin as usize;
            self.restarts += 1;
        }
    }

    /// Index of the sample that is decoded next.
    pub(super) fn next_sample(&self) -> u32 {
        self.next as u32
    }

    /// Lets the next sample be decoded without what nobody sees of a picture at half its size, if it needs no other sample. No
    /// sample can be decoded from it, so decoding begins anew after it.
    pub(super) fn roughen_next(&mut self) {
        self.is_rough = true;
    }

    /// The next sample; `Ok(None)` at the end of the film. With `may_pass` it is passed over when no other needs it. The
    /// error is a plain clause, after which there is nothing more to get.
    pub(super) fn decode_next(&mut self, may_pass: impl FnOnce(u32) -> bool) -> Result<Option<Decoded>, String> {
        let Some(&(at, size)) = self.samples.get(self.next) else { return Ok(None) };
        if Instant::now() >= self.deadline {
            return Err("decoding it takes too long".into());
        }
        let index = self.next as u32;
        self.next += 1;
        if size > MAX_SAMPLE_BYTES {
            return Err("one of its frames is larger than any frame".into());
        }
        let mut sample = vec![0; size as usize];
        self.file
            .seek(SeekFrom::Start(at))
            .and_then(|_| self.file.read_exact(&mut sample))
            .map_err(|error| error.to_string())?;
        let change = self.changes.partition_point(|(from, _)| *from <= index).saturating_sub(1);
        let number = self.changes.get(change).map_or(0, |(_, number)| *number);
        let settings = self.settings.get(number).ok_or("its decoder settings are damaged")?;
        if is_disposable(&sample, settings.length_bytes) && may_pass(index) {
            return Ok(Some(Decoded { sample: index, picture: None }));
        }
        let mut unit = if self.fed == Some(number) { Vec::new() } else { settings.sets.clone() };
        self.fed = Some(number);
        if std::mem::take(&mut self.is_rough)
            && let Some(slices) = settings.rough(&sample)
        {
            let mut rough = unit.clone();
            slices.iter().for_each(|slice| append(&mut rough, slice));
            if let Ok(Some(picture)) = decode(&mut self.decoder, &rough) {
                self.next = self.samples.len();
                return Ok(Some(Decoded { sample: index, picture: Some(picture) }));
            }
            self.decoder = Decoder::new();
            unit.clone_from(&settings.sets);
        }
        for nal in nals(&sample, settings.length_bytes) {
            if nal[0] & 31 != 7 || is_bearable(nal) {
                append(&mut unit, nal);
            }
        }
        Ok(Some(Decoded { sample: index, picture: decode(&mut self.decoder, &unit)? }))
    }
}

fn decode(decoder: &mut Decoder, unit: &[u8]) -> Result<Option<YuvFrame>, String> {
    match catch_unwind(AssertUnwindSafe(|| decoder.decode(unit))) {
        Ok(Ok(picture)) => Ok(picture.filter(|picture| picture.is_valid() && picture.width > 1 && picture.height > 1)),
        Ok(Err(error)) => Err(format!("the decoder stopped: {error:?}")),
        // A decoder that panicked is in no known state; it is not asked again.
        Err(_) => Err("the decoder failed".into()),
    }
}

/// Whether no other sample is made from this one: all its slices say so (`nal_ref_idc` is 0).
fn is_disposable(sample: &[u8], length_bytes: usize) -> bool {
    let mut slices = nals(sample, length_bytes).filter(|nal| matches!(nal[0] & 31, 1..=5)).peekable();
    slices.peek().is_some() && slices.all(|nal| nal[0] >> 5 & 3 == 0)
}

/// Whether a sequence parameter set can be given to the decoder: 8 bits, 4:2:0, progressive, of a sane size.
fn is_bearable(nal: &[u8]) -> bool {
    let rbsp = without_emulation(&nal[1..]);
    let sps = catch_unwind(|| Sps::parse(&rbsp).ok()).ok().flatten();
    sps.is_some_and(|sps| {
        let macroblocks = sps.pic_width_in_mbs.saturating_mul(sps.pic_height_in_mbs);
        let crop_x = (sps.frame_crop_left as usize).saturating_add(sps.frame_crop_right as usize).saturating_mul(2);
        let crop_y = (sps.frame_crop_top as usize).saturating_add(sps.frame_crop_bottom as usize).saturating_mul(2);
        sps.chroma_format_idc == 1
            && sps.frame_mbs_only
            && macroblocks > 0
            && macroblocks <= MAX_MACROBLOCKS
            && crop_x < sps.pic_width_in_mbs * 16
            && crop_y < sps.pic_height_in_mbs * 16
    })
}

fn append(unit: &mut Vec<u8>, nal: &[u8]) {
    unit.extend_from_slice(&[0, 0, 0, 1]);
    unit.extend_from_slice(nal);
}

/// The units of a sample; ends at the first that does not fit.
fn nals(sample: &[u8], length_bytes: usize) -> impl Iterator<Item = &[u8]> {
    let mut rest = sample;
    std::iter::from_fn(move || {
        let head = rest.get(..length_bytes)?;
        let length = head.iter().fold(0_usize, |value, byte| value << 8 | usize::from(*byte));
        let nal = rest.get(length_bytes..length_bytes.checked_add(length)?)?;
        rest = &rest[length_bytes + length..];
        Some(nal)
    })
    .filter(|nal| !nal.is_empty())
}
