//! Reads a track with all that is needed to write it again: its description as bytes, and its tables in full.

use super::super::bits::{u16_at, u32_at};
use super::super::boxes::{child, children};
use super::super::error::MovieError;
use super::{Edit, MAX_FRAMES, Sizes, clock, edits, rows, sizes};

/// Samples of sound beyond this number are not read: a day of AAC has four million.
const MAX_SOUND_SAMPLES: usize = 4_000_000;

/// A track that can be written again.
#[derive(Debug)]
pub(in super::super) struct WholeTrack {
    /// The number by which other boxes speak of it.
    pub(in super::super) id: u32,
    /// What it holds: `vide`, `soun`.
    pub(in super::super) handler: [u8; 4],
    /// It is meant to be used.
    pub(in super::super) is_enabled: bool,
    /// The nine numbers by which pictures are turned, as they stand in the file.
    pub(in super::super) matrix: Vec<u8>,
    /// Width and height, as they stand in the file: 16.16 fixed point.
    pub(in super::super) size: (u32, u32),
    /// Its language, as it stands in the file.
    pub(in super::super) language: u16,
    /// Units of its clock per second.
    pub(in super::super) scale: u32,
    /// The four-character code of its description.
    pub(in super::super) fourcc: [u8; 4],
    /// The content of its description: the fields, and the boxes behind them.
    pub(in super::super) entry: Vec<u8>,
    /// The number of bytes of each sample, in the order of decoding.
    pub(in super::super) sizes: Vec<u32>,
    /// How long samples are: how many, and how long each is. Covers all samples.
    pub(in super::super) lengths: Vec<(u32, u32)>,
    /// How much later than decoded samples are shown: how many, and how much. Empty, or covers all samples.
    pub(in super::super) delays: Vec<(u32, i32)>,
    /// Numbers from 0 of the samples that can be decoded by themselves; `None` when all can.
    pub(in super::super) sync: Option<Vec<u32>>,
    /// Where each chunk lies, and how many samples it has.
    pub(in super::super) chunks: Vec<(u64, u32)>,
    /// Which part of it is shown.
    pub(in super::super) edits: Vec<Edit>,
}

impl WholeTrack {
    /// All tracks of the content of a `moov` box, with the scale of the film.
    pub(in super::super) fn all(moov: &[u8]) -> Result<(u32, Vec<Self>), MovieError> {
        let damaged = || MovieError::broken("its table of contents is damaged");
        let (scale, _) = child(moov, b"mvhd").and_then(|header| clock(header, 12)).ok_or_else(damaged)?;
        let tracks = children(moov).filter(|(kind, _)| kind == b"trak").take(super::MAX_TRACKS);
        let tracks: Result<Vec<_>, _> = tracks.map(|(_, track)| Self::parse(track).ok_or_else(damaged)?).collect();
        Ok((scale, tracks?))
    }

    /// `None` for missing or impossible parts, an error for what is whole and cannot be written again.
    fn parse(track: &[u8]) -> Option<Result<Self, MovieError>> {
        let head = child(track, b"tkhd")?;
        let media = child(track, b"mdia")?;
        let media_head = child(media, b"mdhd")?;
        let (scale, _) = clock(media_head, 12)?;
        let handler: [u8; 4] = child(media, b"hdlr")?.get(8..12)?.try_into().ok()?;
        let table = child(child(media, b"minf")?, b"stbl")?;
        let descriptions: Vec<_> = children(child(table, b"stsd")?.get(8..)?).take(2).collect();
        let (fourcc, entry) = *descriptions.first()?;
        let most = if &handler == b"vide" { MAX_FRAMES as usize } else { MAX_SOUND_SAMPLES };
        let sizes = match sizes(table)? {
            all if all.len() > most => {
                return Some(Err(MovieError::Unsupported("it has more samples than can be joined".to_owned())));
            }
            Sizes::Same(size, count) => vec![size; count as usize],
            Sizes::Each(sizes) => sizes,
        };
        let count = sizes.len();
        let pairs = |kind: &[u8; 4]| match child(table, kind) {
            Some(table) => {
                rows(table, 8)?.map(|row| Some((u32_at(row, 0)?, u32_at(row, 4)?))).collect::<Option<Vec<_>>>()
            }
            None => Some(Vec::new()),
        };
        let lengths = covering(pairs(b"stts")?, count, (0, 1));
        let delays: Vec<(u32, i32)> = pairs(b"ctts")?.into_iter().map(|(count, delay)| (count, delay as i32)).collect();
        let delays = if delays.is_empty() { delays } else { covering(delays, count, (0, 0)) };
        let sync = match child(table, b"stss") {
            Some(stss) => Some(rows(stss, 4)?.map(|row| u32_at(row, 0)?.checked_sub(1)).collect::<Option<Vec<_>>>()?),
            None => None,
        };
        let offsets = match (child(table, b"stco"), child(table, b"co64")) {
            (Some(offsets), _) => {
                rows(offsets, 4)?.map(|row| u32_at(row, 0).map(u64::from)).collect::<Option<Vec<_>>>()?
            }
            (None, Some(offsets)) => rows(offsets, 8)?.map(|row| super::u64_at(row, 0)).collect::<Option<Vec<_>>>()?,
            (None, None) => Vec::new(),
        };
        let runs = child(table, b"stsc").map_or(Some(Vec::new()), |stsc| {
            rows(stsc, 12)?.map(|row| Some((u32_at(row, 0)?, u32_at(row, 4)?, u32_at(row, 8)?))).collect()
        })?;
        let chunks = match chunks(&offsets, &runs, count)? {
            Some(chunks) => chunks,
            None => {
                let clause = "its coding changes in the middle of it";
                return Some(Err(MovieError::Unsupported(clause.to_owned())));
            }
        };
        // The long forms have 12 bytes more in front.
        let is_long = head.first() == Some(&1);
        let matrix_at = if is_long { 52 } else { 40 };
        let language_at = if media_head.first() == Some(&1) { 32 } else { 20 };
        Some(Ok(Self {
            id: u32_at(head, if is_long { 20 } else { 12 })?,
            handler,
            is_enabled: head.get(3)? & 1 == 1,
            matrix: head.get(matrix_at..matrix_at + 36)?.to_vec(),
            size: (u32_at(head, matrix_at + 36)?, u32_at(head, matrix_at + 40)?),
            language: u16_at(media_head, language_at)?,
            scale,
            fourcc,
            entry: entry.to_vec(),
            sizes,
            lengths,
            delays,
            sync,
            chunks,
            edits: child(track, b"edts").and_then(|edts| child(edts, b"elst")).map_or(Some(Vec::new()), edits)?,
        }))
    }
}

/// A table of runs that covers exactly `count` samples: one that ends too early goes on as it ended.
fn covering<T: Copy>(runs: Vec<(u32, T)>, count: usize, none: (u32, T)) -> Vec<(u32, T)> {
    let mut left = count as u32;
    let mut covering = Vec::with_capacity(runs.len());
    let last = runs.last().copied().unwrap_or(none).1;
    for (number, value) in runs {
        let number = number.min(left);
        if number > 0 {
            covering.push((number, value));
            left -= number;
        }
    }
    if left > 0 {
        covering.push((left, last));
    }
    covering
}

/// Where each chunk lies and how many samples it has. The outer `None` when the tables contradict each other, the inner when
/// samples have several descriptions.
#[expect(clippy::option_option, reason = "both kinds of no are told apart at the one place of the call")]
fn chunks(offsets: &[u64], runs: &[(u32, u32, u32)], count: usize) -> Option<Option<Vec<(u64, u32)>>> {
    let (mut chunks, mut left, mut run) = (Vec::with_capacity(offsets.len()), count, 0);
    for (number, offset) in (1_u32..).zip(offsets) {
        while runs.get(run + 1).is_some_and(|next| next.0 <= number) {
            run += 1;
        }
        let (first, per_chunk, description) = *runs.get(run)?;
        if first > number {
            return None;
        }
        let here = left.min(per_chunk as usize);
        if here > 0 {
            if description != 1 {
                return Some(None);
            }
            chunks.push((*offset, here as u32));
        }
        left -= here;
    }
    (left == 0).then_some(Some(chunks))
}
