//! Reads the `moov` box, the table of contents of an MP4: tracks and where their samples lie.

use super::bits::{u16_at, u32_at, u64_at};
use super::error::MovieError;

/// Tracks beyond this number are not looked at.
const MAX_TRACKS: usize = 16;
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
    pub(super) codec: Codec,
    /// The four-character code of the sample entry.
    pub(super) fourcc: [u8; 4],
    pub(super) width: u16,
    pub(super) height: u16,
    /// Clockwise quarter turns to show it upright.
    pub(super) quarter_turns: u8,
    /// The content of the `avcC` box: the decoder's settings. Empty for anything but H.264.
    pub(super) avcc: Vec<u8>,
    /// Matrix coefficients and full range, from `colr`.
    pub(super) color: Option<(u16, bool)>,
    /// Sizes of the samples. Empty for anything but pictures, of which nobody reads single samples.
    pub(super) sizes: Sizes,
    /// The first byte behind all its samples, 0 when there are none.
    pub(super) last_byte: u64,
    /// Indices of the samples that can be decoded by themselves, rising; `None` when all can.
    pub(super) sync: Option<Vec<u32>>,
    /// First chunk (from 1) and samples per chunk.
    runs: Vec<(u32, u32)>,
    chunks: Vec<u64>,
    /// When its samples are shown.
    pub(super) clock: TrackClock,
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

/// A child box: its kind and its content.
type Child<'a> = ([u8; 4], &'a [u8]);

/// The boxes inside a box; ends at the first that does not fit.
fn children(mut rest: &[u8]) -> impl Iterator<Item = Child<'_>> {
    std::iter::from_fn(move || {
        let kind = rest.get(4..8)?.try_into().ok()?;
        let (header, size) = match u32_at(rest, 0)? {
            0 => (8, rest.len()),
            1 => (16, usize::try_from(u64_at(rest, 8)?).ok()?),
            size => (8, size as usize),
        };
        let content = rest.get(header..size)?;
        rest = &rest[size..];
        Some((kind, content))
    })
}

fn child<'a>(parent: &'a [u8], kind: &[u8; 4]) -> Option<&'a [u8]> {
    children(parent).find(|(found, _)| found == kind).map(|(_, content)| content)
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
        let mut tracks = Vec::new();
        for (_, track) in children(bytes).filter(|(kind, _)| kind == b"trak").take(MAX_TRACKS) {
            tracks.push(
                Track::parse(track)
                    .ok_or_else(|| MovieError::broken("a track in its table of contents is damaged"))??,
            );
        }
        Ok(Self { tracks, is_fragmented: fragments.is_some(), scale, duration })
    }

    /// The first picture track.
    pub(super) fn video(&self) -> Option<&Track> {
        self.tracks.iter().find(|track| matches!(track.codec, Codec::H264 | Codec::Picture))
    }

    /// Length of the film; the longest track's when the film names none.
    pub(super) fn duration_millis(&self) -> u64 {
        let tracks = self.tracks.iter().map(|track| millis(track.clock.duration, track.clock.scale)).max().unwrap_or(0);
        match millis(self.duration, self.scale) {
            0 => tracks,
            named => named,
        }
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
    fn parse(track: &[u8]) -> Option<Result<Self, MovieError>> {
        let head = child(track, b"tkhd")?;
        let media = child(track, b"mdia")?;
        let (scale, duration) = clock(child(media, b"mdhd")?, 12)?;
        let handler = child(media, b"hdlr")?.get(8..12)?;
        let table = child(child(media, b"minf")?, b"stbl")?;
        let (fourcc, entry) = children(child(table, b"stsd")?.get(8..)?).next()?;
        let mut codec = match handler {
            b"vide" if &fourcc == b"avc1" || &fourcc == b"avc3" => Codec::H264,
            b"vide" => Codec::Picture,
            b"soun" => Codec::Sound,
            _ => Codec::Other,
        };
        let (mut width, mut height, mut avcc, mut color) = (0, 0, Vec::new(), None);
        if matches!(codec, Codec::H264 | Codec::Picture) {
            (width, height) = (u16_at(entry, 24)?, u16_at(entry, 26)?);
            let extensions = entry.get(78..)?;
            avcc = child(extensions, b"avcC").unwrap_or_default().to_vec();
            color = child(extensions, b"colr").and_then(nclx);
            if codec == Codec::H264 && avcc.is_empty() {
                codec = Codec::Picture;
            }
        }
        let matrix = head.len().checked_sub(44).and_then(|at| head.get(at..))?;
        let (a, b) = (u32_at(matrix, 0)? as i32, u32_at(matrix, 4)? as i32);
        let quarter_turns = match (a.signum(), b.signum()) {
            (0, 1) => 1,
            (-1, 0) => 2,
            (0, -1) => 3,
            _ => 0,
        };

        let sizes = sizes(table)?;
        let runs = child(table, b"stsc").map_or(Some(Vec::new()), |stsc| {
            rows(stsc, 12)?.map(|row| Some((u32_at(row, 0)?, u32_at(row, 4)?))).collect()
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
        let is_picture = matches!(codec, Codec::H264 | Codec::Picture);
        let (lengths, delays) = if is_picture { (pairs(b"stts")?, pairs(b"ctts")?) } else { (Vec::new(), Vec::new()) };
        let delays = delays.into_iter().map(|(count, delay)| (count, delay as i32)).collect::<Vec<_>>();
        let delays = (!delays.is_empty()).then_some(delays);
        let edits = child(track, b"edts").and_then(|edits| child(edits, b"elst")).map_or(Some(Vec::new()), edits)?;
        let mut track = Self {
            codec,
            fourcc,
            width,
            height,
            quarter_turns,
            avcc,
            color,
            sizes,
            last_byte: 0,
            sync,
            runs,
            chunks,
            clock: TrackClock { scale, duration, lengths, delays, edits },
        };
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

    /// The common name of the codec, such as `h264`, or its four-character code where it has none here.
    pub(super) fn codec_name(&self) -> String {
        match &self.fourcc {
            b"avc1" | b"avc3" => "h264".into(),
            b"hvc1" | b"hev1" => "hevc".into(),
            b"av01" => "av1".into(),
            b"vp09" => "vp9".into(),
            b"mp4v" => "mpeg4".into(),
            other => other.iter().map(|byte| if byte.is_ascii_graphic() { *byte as char } else { '?' }).collect(),
        }
    }

    /// Where each sample begins and how long it is, in decoding order. Fails when the tables contradict each other.
    pub(super) fn samples(&self) -> Result<Vec<(u64, u32)>, MovieError> {
        let mut samples = Vec::with_capacity(self.sizes.len());
        self.for_each_chunk(|start, from, count| {
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
        self.for_each_chunk(|start, from, count| {
            if count > 0 {
                end = start.checked_add(self.sizes.sum(from, count))?.max(end);
            }
            Some(())
        })?;
        Ok(end)
    }

    /// Calls `work` for each chunk that holds samples, in order: where it begins in the file, its first sample, and how many
    /// there are. Fails when the tables contradict each other, or `work` says so with `None`.
    fn for_each_chunk(&self, mut work: impl FnMut(u64, usize, usize) -> Option<()>) -> Result<(), MovieError> {
        let contradiction = || MovieError::broken("its sample tables contradict each other");
        let (mut done, mut run) = (0, 0);
        for (chunk, start) in (1_u32..).zip(&self.chunks) {
            while self.runs.get(run + 1).is_some_and(|next| next.0 <= chunk) {
                run += 1;
            }
            let &(first, count) = self.runs.get(run).ok_or_else(contradiction)?;
            if first > chunk {
                return Err(contradiction());
            }
            let count = (self.sizes.len() - done).min(count as usize);
            work(*start, done, count).ok_or_else(contradiction)?;
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

/// Matrix coefficients and range of a `colr` box.
fn nclx(colr: &[u8]) -> Option<(u16, bool)> {
    match colr.get(..4)? {
        b"nclx" => Some((u16_at(colr, 8)?, colr.get(10)? & 0x80 != 0)),
        b"nclc" => Some((u16_at(colr, 8)?, false)),
        _ => None,
    }
}
