//! Reads the `moov` box, the table of contents of an MP4: tracks and where their samples lie.

mod entry;
mod whole;

pub(super) use entry::Entry;
pub(super) use whole::WholeTrack;

use super::bits::{u32_at, u64_at};
use super::boxes::{child, children};
use super::error::MovieError;
use super::fragments::Fragment;
use super::pose::{Matrix, Pose, Shapes};

/// Tracks beyond this number are not looked at.
pub(super) const MAX_TRACKS: usize = 16;
/// Two hours at 60 frames per second have fewer.
const MAX_FRAMES: u32 = 500_000;
/// Parts of a track beyond this number are not looked at.
const MAX_EDITS: usize = 64;

/// What the `moov` box of a film says: its tracks and its clock.
#[derive(Debug)]
pub(super) struct Moov {
    pub(super) tracks: Vec<Track>,
    /// The samples are listed in fragments further on, not here.
    pub(super) is_fragmented: bool,
    /// Units per second of the film's own clock.
    pub(super) scale: u32,
    duration: u64,
}

/// What a track holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Codec {
    /// Pictures in H.264, as `avc1` or `avc3`.
    H264,
    /// Pictures of another kind.
    Picture,
    /// Sound of any kind.
    Sound,
    /// Subtitles, time codes and the like.
    Other,
}

/// One track of the film, and where its samples lie in the file.
#[derive(Debug)]
pub(super) struct Track {
    /// The number by which other boxes speak of it.
    pub(super) id: u32,
    /// It is meant to be shown.
    is_enabled: bool,
    pub(super) codec: Codec,
    /// How its samples are coded; at least one for pictures, none for anything else.
    pub(super) entries: Vec<Entry>,
    /// How decoded pictures lie.
    pub(super) pose: Pose,
    /// Width and height in pixels with which it is shown, upright.
    pub(super) shown: (u32, u32),
    /// Sizes of the samples. Empty for anything but pictures, of which nobody reads single samples.
    pub(super) sizes: Sizes,
    /// The first byte behind all its samples, 0 when there are none.
    pub(super) last_byte: u64,
    /// Indices of the samples that can be decoded by themselves, rising; `None` when all can.
    pub(super) sync: Option<Vec<u32>>,
    /// First chunk (from 1), samples per chunk, and the description of the samples (from 1).
    runs: Vec<(u32, u32, u32)>,
    chunks: Vec<u64>,
    /// When its samples are shown.
    pub(super) clock: TrackClock,
    /// What the fragments of the film hold of it.
    fragment: Fragment,
}

/// Size of each sample of a track in bytes, in decoding order. A file of a few bytes may speak of millions of samples of one
/// size, so those are not written out.
#[derive(Debug)]
pub(super) enum Sizes {
    /// All have this size, and there are so many.
    Same(u32, u32),
    /// One size for each.
    Each(Vec<u32>),
}

impl Sizes {
    /// Number of samples.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Same(_, count) => *count as usize,
            Self::Each(sizes) => sizes.len(),
        }
    }

    fn get(&self, index: usize) -> Option<u32> {
        match self {
            Self::Same(size, count) => (index < *count as usize).then_some(*size),
            Self::Each(sizes) => sizes.get(index).copied(),
        }
    }

    /// The sizes of `count` samples from this one on together, in bytes.
    fn sum(&self, from: usize, count: usize) -> u64 {
        match self {
            Self::Same(size, _) => u64::from(*size) * count as u64,
            Self::Each(sizes) => sizes.iter().skip(from).take(count).map(|size| u64::from(*size)).sum(),
        }
    }
}

/// What a track says about time, in units of which `scale` make a second.
#[derive(Debug)]
pub(super) struct TrackClock {
    pub(super) scale: u32,
    pub(super) duration: u64,
    /// Lengths of the samples in decoding order: how many, and how long each is.
    pub(super) lengths: Vec<(u32, u32)>,
    /// How much later than it is decoded a sample is shown: how many, and how much. `None` when both are the same.
    pub(super) delays: Option<Vec<(u32, i32)>>,
    pub(super) edits: Vec<Edit>,
}

/// One part of the track that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    /// Length in units of the film, 0 when it is open.
    pub(super) duration: u64,
    /// Where it begins in the track, in the track's units; negative for a pause.
    pub(super) from: i64,
}

impl Moov {
    /// Reads the content of a `moov` box. Linear in its length.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, MovieError> {
        let covered = children(bytes).map(|(_, content)| content.len() + 8).sum::<usize>();
        // Children of 64-bit size have longer heads; a rest of a few bytes is padding that some writers leave.
        if covered + 64 < bytes.len() {
            return Err(MovieError::broken("its table of contents is damaged"));
        }
        let header = child(bytes, b"mvhd").ok_or_else(|| MovieError::broken("its table of contents is damaged"))?;
        let (scale, mut duration) =
            clock(header, 12).ok_or_else(|| MovieError::broken("its table of contents is damaged"))?;
        let fragments = child(bytes, b"mvex");
        if duration == 0
            && let Some(extent) = fragments.and_then(|fragments| child(fragments, b"mehd"))
        {
            let long = extent.first() == Some(&1);
            duration = if long { u64_at(extent, 4) } else { u32_at(extent, 4).map(u64::from) }.unwrap_or(0);
        }
        // The long form has 12 bytes more in front.
        let matrix = Matrix::read(header, if header.first() == Some(&1) { 48 } else { 36 }).unwrap_or(Matrix::IDENTITY);
        let mut tracks = Vec::new();
        for (_, track) in children(bytes).filter(|(kind, _)| kind == b"trak").take(MAX_TRACKS) {
            tracks.push(
                Track::parse(track, matrix)
                    .ok_or_else(|| MovieError::broken("a track in its table of contents is damaged"))??,
            );
        }
        Ok(Self { tracks, is_fragmented: fragments.is_some(), scale, duration })
    }

    /// Adds what the fragments of the film hold of each track.
    pub(super) fn add_fragments(&mut self, found: &[(u32, Fragment)], bytes: &[u8]) {
        let defaults = child(bytes, b"mvex").into_iter().flat_map(children).filter(|(kind, _)| kind == b"trex");
        let default_of = |id: u32| {
            let trex = defaults.clone().find(|(_, trex)| u32_at(trex, 4) == Some(id));
            trex.and_then(|(_, trex)| u32_at(trex, 12)).unwrap_or(0)
        };
        for track in &mut self.tracks {
            if let Some((_, fragment)) = found.iter().find(|(id, _)| *id == track.id) {
                track.fragment = fragment.with_default(default_of(track.id));
            }
        }
    }

    /// The picture track that is the film: as players choose it, and no cover or other still that stands beside the film.
    /// The first of these that tells two apart decides: more than one picture, switched on, of a kind that makes films,
    /// longer, one that is decoded here, larger, first.
    pub(super) fn video(&self) -> Option<&Track> {
        let pictures = self.tracks.iter().filter(|track| !track.entries.is_empty());
        pictures.rev().max_by_key(|track| {
            (
                track.frames() > 1,
                track.is_enabled,
                track.description().map(Entry::likeness),
                self.millis_of(track),
                track.codec == Codec::H264,
                u64::from(track.shown.0) * u64::from(track.shown.1),
            )
        })
    }

    /// Length of the film in milliseconds: of its pictures as far as that is known, else of all of it.
    pub(super) fn duration_millis(&self) -> u64 {
        let of_pictures = self.video().map_or(0, |track| self.millis_of(track));
        if of_pictures > 0 { of_pictures } else { millis(self.duration, self.scale) }
    }

    /// Length of a track in milliseconds without the pauses in it; 0 when it is not known.
    fn millis_of(&self, track: &Track) -> u64 {
        let clock = &track.clock;
        let all = match (track.fragment.units, track.sizes.len()) {
            (0, _) => millis(clock.duration, clock.scale),
            (units, 0) => millis(units, clock.scale),
            // The first part of the film is not in a fragment.
            (units, _) => millis(units.saturating_add(clock.duration), clock.scale),
        };
        // The parts of a fragmented film speak of its beginning only.
        if self.is_fragmented {
            return all;
        }
        // The first frame that is decoded is shown that late in films whose frames are stored in another order.
        let start = clock.delays.iter().flatten().next().map_or(0, |(_, delay)| i64::from(*delay));
        let shown = clock.edits.iter().filter(|edit| edit.from >= 0).fold(0_u64, |sum, edit| {
            let rest = all.saturating_sub(millis(edit.from.saturating_sub(start).max(0).unsigned_abs(), clock.scale));
            let length = if edit.duration == 0 { rest } else { millis(edit.duration, self.scale).min(rest) };
            sum.saturating_add(length)
        });
        if shown > 0 { shown } else { all }
    }
}

fn millis(duration: u64, scale: u32) -> u64 {
    // All ones means "not known".
    if scale == 0 || duration == u64::MAX || duration == u64::from(u32::MAX) {
        return 0;
    }
    u64::try_from((u128::from(duration) * 1000 + u128::from(scale) / 2) / u128::from(scale)).unwrap_or(0)
}

/// Time scale and duration of `mvhd` or `mdhd`, whose short form has the scale at `at`.
fn clock(header: &[u8], at: usize) -> Option<(u32, u64)> {
    Some(match header.first()? {
        1 => (u32_at(header, at + 8)?, u64_at(header, at + 12)?),
        _ => (u32_at(header, at)?, u64::from(u32_at(header, at + 4)?)),
    })
}

impl Track {
    /// `None` for missing parts, an error for impossible ones.
    fn parse(track: &[u8], film: Matrix) -> Option<Result<Self, MovieError>> {
        let head = child(track, b"tkhd")?;
        let media = child(track, b"mdia")?;
        let (scale, duration) = clock(child(media, b"mdhd")?, 12)?;
        let handler = child(media, b"hdlr")?.get(8..12)?;
        let table = child(child(media, b"minf")?, b"stbl")?;
        let stsd = child(table, b"stsd")?;
        let is_picture = handler == b"vide";
        let entries = if is_picture { entry::entries(stsd)? } else { Vec::new() };
        // The long form has 12 bytes more in front.
        let is_long = head.first() == Some(&1);
        let matrix_at = if is_long { 52 } else { 40 };
        let matrix = Matrix::read(head, matrix_at)?.then(film);

        let sizes = sizes(table)?;
        let runs = child(table, b"stsc").map_or(Some(Vec::new()), |stsc| {
            rows(stsc, 12)?.map(|row| Some((u32_at(row, 0)?, u32_at(row, 4)?, u32_at(row, 8)?))).collect()
        })?;
        let chunks = match (child(table, b"stco"), child(table, b"co64")) {
            (Some(offsets), _) => {
                rows(offsets, 4)?.map(|row| u32_at(row, 0).map(u64::from)).collect::<Option<Vec<_>>>()?
            }
            (None, Some(offsets)) => rows(offsets, 8)?.map(|row| u64_at(row, 0)).collect::<Option<Vec<_>>>()?,
            (None, None) => Vec::new(),
        };
        let sync = match child(table, b"stss") {
            Some(stss) => Some(rows(stss, 4)?.map(|row| u32_at(row, 0)?.checked_sub(1)).collect::<Option<Vec<_>>>()?),
            None => None,
        };
        // `ctts` of version 0 should hold no negative numbers; writers put them there all the same.
        let pairs = |kind: &[u8; 4]| match child(table, kind) {
            Some(table) => {
                rows(table, 8)?.map(|row| Some((u32_at(row, 0)?, u32_at(row, 4)?))).collect::<Option<Vec<_>>>()
            }
            None => Some(Vec::new()),
        };
        let (lengths, delays) = if is_picture { (pairs(b"stts")?, pairs(b"ctts")?) } else { (Vec::new(), Vec::new()) };
        let delays = delays.into_iter().map(|(count, delay)| (count, delay as i32)).collect::<Vec<_>>();
        let delays = (!delays.is_empty()).then_some(delays);
        let edits = child(track, b"edts").and_then(|edits| child(edits, b"elst")).map_or(Some(Vec::new()), edits)?;
        let mut track = Self {
            id: u32_at(head, if is_long { 20 } else { 12 })?,
            is_enabled: head.get(3)? & 1 == 1,
            codec: if handler == b"soun" { Codec::Sound } else { Codec::Other },
            entries,
            pose: matrix.pose(),
            shown: (0, 0),
            sizes,
            last_byte: 0,
            sync,
            runs,
            chunks,
            clock: TrackClock { scale, duration, lengths, delays, edits },
            fragment: Fragment::default(),
        };
        let sides = u32_at(head, matrix_at + 36).zip(u32_at(head, matrix_at + 40)).unwrap_or((0, 0));
        let whole = |side: u32| ((u64::from(side) + 0x8000) >> 16) as u32;
        if let Some(entry) = track.description() {
            let shapes = Shapes {
                matrix,
                container: entry.pixel,
                stream: entry.sps.and_then(|sps| sps.pixel),
                entry_size: entry.size,
                track_size: (whole(sides.0), whole(sides.1)),
            };
            (track.codec, track.shown) = (entry.codec(), track.pose.turned(shapes.shown(entry.coded_size())));
        }
        if is_picture && track.sizes.len() > MAX_FRAMES as usize {
            return Some(Err(MovieError::broken("it has more frames than any film")));
        }
        track.last_byte = match track.end_of_samples() {
            Ok(end) => end,
            Err(error) => return Some(Err(error)),
        };
        if !is_picture {
            (track.sizes, track.chunks, track.runs) = (Sizes::Same(0, 0), Vec::new(), Vec::new());
        }
        Some(Ok(track))
    }

    /// The description of its first samples; `None` for anything but pictures.
    pub(super) fn description(&self) -> Option<&Entry> {
        let number = self.runs.first().map_or(1, |run| run.2);
        self.entries.get((number as usize).saturating_sub(1)).or(self.entries.first())
    }

    /// Number of its samples, those in fragments included.
    fn frames(&self) -> u64 {
        (self.sizes.len() as u64).saturating_add(self.fragment.samples)
    }

    /// Number of its samples and how long they last together, in units of the track, those in fragments included.
    pub(super) fn extent(&self) -> (u64, u64) {
        let listed =
            self.clock.lengths.iter().map(|(count, length)| u64::from(*count) * u64::from(*length)).sum::<u64>();
        (self.frames(), self.fragment.units.saturating_add(listed))
    }

    /// From which sample on which of [`Track::entries`] describes the samples, rising, beginning with the first sample. Fails
    /// for a description that is not there.
    pub(super) fn descriptions(&self) -> Result<Vec<(u32, usize)>, MovieError> {
        let mut from: Vec<(u32, usize)> = Vec::new();
        self.for_each_chunk(|_, sample, number, _| {
            let entry = (number as usize).checked_sub(1).filter(|entry| *entry < self.entries.len())?;
            if from.last().is_none_or(|last| last.1 != entry) {
                from.push((u32::try_from(sample).ok()?, entry));
            }
            Some(())
        })?;
        Ok(from)
    }

    /// Where each sample begins and how long it is, in decoding order. Fails when the tables contradict each other.
    pub(super) fn samples(&self) -> Result<Vec<(u64, u32)>, MovieError> {
        let mut samples = Vec::with_capacity(self.sizes.len());
        self.for_each_chunk(|start, from, _, count| {
            let mut at = start;
            for size in (from..from + count).filter_map(|index| self.sizes.get(index)) {
                samples.push((at, size));
                at = at.checked_add(u64::from(size))?;
            }
            Some(())
        })?;
        Ok(samples)
    }

    /// The first byte behind all samples, 0 when there are none. Fails when the tables contradict each other.
    fn end_of_samples(&self) -> Result<u64, MovieError> {
        let mut end = 0;
        self.for_each_chunk(|start, from, _, count| {
            if count > 0 {
                end = start.checked_add(self.sizes.sum(from, count))?.max(end);
            }
            Some(())
        })?;
        Ok(end)
    }

    /// Calls `work` for each chunk that holds samples, in order: where it begins in the file, its first sample, the number of
    /// the description of its samples, and how many there are. Fails when the tables contradict each other, or `work` says so with `None`.
    fn for_each_chunk(&self, mut work: impl FnMut(u64, usize, u32, usize) -> Option<()>) -> Result<(), MovieError> {
        let contradiction = || MovieError::broken("its sample tables contradict each other");
        let (mut done, mut run) = (0, 0);
        for (chunk, start) in (1_u32..).zip(&self.chunks) {
            while self.runs.get(run + 1).is_some_and(|next| next.0 <= chunk) {
                run += 1;
            }
            let &(first, count, description) = self.runs.get(run).ok_or_else(contradiction)?;
            if first > chunk {
                return Err(contradiction());
            }
            let count = (self.sizes.len() - done).min(count as usize);
            work(*start, done, description, count).ok_or_else(contradiction)?;
            done += count;
        }
        if done < self.sizes.len() {
            return Err(contradiction());
        }
        Ok(())
    }
}

/// Sample sizes from `stsz`; `stz2` is for sound with tiny samples that nobody writes, so such a track is unreadable.
fn sizes(table: &[u8]) -> Option<Sizes> {
    let Some(stsz) = child(table, b"stsz") else { return Some(Sizes::Same(0, 0)) };
    let (fixed, count) = (u32_at(stsz, 4)?, u32_at(stsz, 8)?);
    if fixed != 0 {
        return Some(Sizes::Same(fixed, count));
    }
    let bytes = stsz.get(12..(count as usize).checked_mul(4)?.checked_add(12)?)?;
    Some(Sizes::Each(bytes.chunks_exact(4).filter_map(|row| u32_at(row, 0)).collect()))
}

/// The rows of a table box: version and flags, count, rows. `None` when it is shorter than it says.
fn rows(table: &[u8], width: usize) -> Option<impl Iterator<Item = &[u8]>> {
    let count = u32_at(table, 4)? as usize;
    Some(table.get(8..8 + count.checked_mul(width)?)?.chunks_exact(width))
}

/// The rows of `elst`, at most [`MAX_EDITS`].
fn edits(elst: &[u8]) -> Option<Vec<Edit>> {
    let is_long = elst.first() == Some(&1);
    let edit = |row: &[u8]| {
        Some(if is_long {
            Edit { duration: u64_at(row, 0)?, from: u64_at(row, 8)? as i64 }
        } else {
            Edit { duration: u64::from(u32_at(row, 0)?), from: i64::from(u32_at(row, 4)? as i32) }
        })
    };
    rows(elst, if is_long { 20 } else { 12 })?.take(MAX_EDITS).map(edit).collect()
}
