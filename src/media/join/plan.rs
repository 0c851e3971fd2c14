//! Where every sample of a joined film goes, and when it is shown: pure arithmetic over the tables of its sources.
//!
//! * The pictures of all films stand one behind the other. Where frames are decoded in another order than shown, all films get the
//!   delay of the one with the longest, so that each goes on where the one before it ended.
//! * Every film is as long as its pictures. Sound that is shorter gets silence, by a longer last sample; what is longer is left
//!   out. So no film's sound is moved by the films before it, however many there are.
//! * Sound has a sample more at its beginning, with which the decoder starts. It is kept for every film and not shown: that is an
//!   entry of the list of edits for each.

use super::super::moov::WholeTrack;
use super::source::Source;

/// The finest clock of a joined film, in units per second.
const MAX_SCALE: u64 = 100_000_000;

/// A joined film before it is written.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    /// Number of frames that are shown.
    pub(super) frames: u64,
    /// Units per second of the clock of the pictures, which is that of the whole film too.
    pub(super) scale: u32,
    /// Length of the film in those units.
    pub(super) length: u64,
    pub(super) video: Track,
    /// The sound with units per second of its clock.
    pub(super) sound: Option<(u32, Track)>,
    /// Pieces of the sources in the order in which they are copied.
    pieces: Vec<Piece>,
}

/// The tables of a track of a joined film.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Track {
    /// Bytes of each sample.
    pub(super) sizes: Vec<u32>,
    /// How long samples are: how many, and how long each is.
    pub(super) lengths: Vec<(u32, u32)>,
    /// How much later than decoded samples are shown; empty when none is.
    pub(super) delays: Vec<(u32, i32)>,
    /// Numbers from 1 of those that can be decoded by themselves; `None` when all can.
    pub(super) sync: Option<Vec<u32>>,
    /// Where each chunk begins, from the beginning of the film data, and how many samples it has.
    pub(super) chunks: Vec<(u64, u32)>,
    pub(super) edits: Vec<Edit>,
    /// Length of all samples together, in its units.
    pub(super) units: u64,
}

/// A part of a track that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    /// Where it begins, in units of the track; `None` for nothing.
    pub(super) from: Option<u64>,
    /// Length in units of the track, to see whether the next goes on from here.
    units: u64,
    /// Length in units of the film.
    pub(super) length: u64,
}

/// Bytes that are copied from a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    source: usize,
    pub(super) from: u64,
    pub(super) bytes: u64,
}

impl Plan {
    /// The plan for films that agree, at least one. Fails, with a clause, for clocks that have no common one.
    pub(super) fn of(sources: &[&Source]) -> Result<Self, String> {
        let no_clock = || "their clocks have no common one".to_owned();
        let scale = common(sources.iter().map(|source| source.video.scale)).ok_or_else(no_clock)?;
        let sounds = sources.iter().filter_map(|source| source.sound.as_ref());
        let sound_scale = common(sounds.map(|track| track.scale)).ok_or_else(no_clock)?;
        let shown: Vec<Shown> = sources.iter().map(|source| Shown::of(&source.video, source.scale)).collect();
        let by = |source: &Source| u64::from(scale / source.video.scale);
        // All films wait as long for their first frame as the one that waits longest.
        let wait = sources.iter().zip(&shown).map(|(source, shown)| shown.first * by(source) as i64).max().unwrap_or(0);
        let mut plan = Self { scale, ..Self::default() };
        let mut sound = sources.iter().any(|source| source.sound.is_some()).then(Track::default);
        let has_delays = sources.iter().any(|source| !source.video.delays.is_empty()) || wait != 0;
        for (number, (source, shown)) in sources.iter().zip(&shown).enumerate() {
            let by = by(source);
            let (video, first_sample) = (&source.video, plan.video.sizes.len() as u32);
            let base = plan.video.units;
            plan.frames += shown.frames;
            plan.video.add_samples(video, 0..video.sizes.len(), by as u32);
            if has_delays {
                let later = wait - shown.first * by as i64;
                let delay = |delay: i32| (i64::from(delay) * by as i64 + later).try_into().unwrap_or(i32::MAX);
                match video.delays.as_slice() {
                    [] => push_run(&mut plan.video.delays, video.sizes.len() as u32, delay(0)),
                    delays => delays.iter().for_each(|run| push_run(&mut plan.video.delays, run.0, delay(run.1))),
                }
            }
            match (&video.sync, &mut plan.video.sync) {
                (None, None) => {}
                (Some(sync), None) => {
                    let all_before = 1..=first_sample;
                    plan.video.sync = Some(all_before.chain(sync.iter().map(|at| first_sample + at + 1)).collect());
                }
                (Some(sync), Some(all)) => all.extend(sync.iter().map(|at| first_sample + at + 1)),
                (None, Some(all)) => all.extend((1..=video.sizes.len() as u32).map(|at| first_sample + at)),
            }
            let from = (base as i64 + wait + (shown.from - shown.first) * by as i64).max(0) as u64;
            let slot = shown.length * by;
            plan.video.add_edit(Edit { from: Some(from), units: slot, length: slot });
            let mut wanted = vec![(video, 0..video.sizes.len())];
            if let (Some(all), Some(track)) = (&mut sound, &source.sound) {
                let film = Film { at: plan.length, slot, scale, later: shown.later };
                let samples = all.add_sound(track, sound_scale, source.scale, film);
                wanted.push((track, samples));
            }
            plan.length += slot;
            plan.place(number, &wanted, sound.as_mut());
        }
        plan.sound = sound.map(|track| (sound_scale, track));
        Ok(plan)
    }

    /// Puts the chunks of a source behind those that are there, in the order in which they lie in it.
    fn place(&mut self, number: usize, wanted: &[(&WholeTrack, std::ops::Range<usize>)], sound: Option<&mut Track>) {
        let mut found: Vec<(u64, u64, u32, bool)> = Vec::new();
        for (of, (track, samples)) in wanted.iter().enumerate() {
            let mut first = 0;
            for (at, count) in &track.chunks {
                let (from, to) = (first.max(samples.start), (first + *count as usize).min(samples.end));
                let bytes =
                    |range: std::ops::Range<usize>| track.sizes[range].iter().map(|size| u64::from(*size)).sum::<u64>();
                if from < to {
                    found.push((at.saturating_add(bytes(first..from)), bytes(from..to), (to - from) as u32, of == 1));
                }
                first += *count as usize;
            }
        }
        // Stable, so that chunks of no bytes stay in the order of their samples.
        found.sort_by_key(|chunk| chunk.0);
        let mut at = self.data_bytes();
        let mut sound = sound;
        for (from, bytes, count, is_sound) in found {
            let chunks = match &mut sound {
                Some(sound) if is_sound => &mut sound.chunks,
                _ => &mut self.video.chunks,
            };
            chunks.push((at, count));
            match self.pieces.last_mut() {
                Some(last) if last.source == number && last.from + last.bytes == from => last.bytes += bytes,
                _ => self.pieces.push(Piece { source: number, from, bytes }),
            }
            at += bytes;
        }
    }

    /// Number of bytes of all samples together.
    pub(super) fn data_bytes(&self) -> u64 {
        self.pieces.iter().map(|piece| piece.bytes).sum()
    }

    /// What is copied from the source with this number, in order.
    pub(super) fn ranges_of(&self, source: usize) -> impl Iterator<Item = Piece> + '_ {
        self.pieces.iter().filter(move |piece| piece.source == source).copied()
    }
}

/// What is shown of a track of pictures, in its own units.
struct Shown {
    /// When its first frame in the order of display is due; may be less than nothing.
    first: i64,
    /// From when on it is shown.
    from: i64,
    length: u64,
    /// Number of frames that are shown.
    frames: u64,
    /// How much later than the film it begins, in seconds as a fraction: units of a clock, and its units per second.
    later: (u64, u32),
}

impl Shown {
    fn of(track: &WholeTrack, film_scale: u32) -> Self {
        let mut dues = dues(track);
        let first = dues.iter().map(|due| due.0).min().unwrap_or(0);
        let end =
            first + track.lengths.iter().map(|(count, length)| i64::from(*count) * i64::from(*length)).sum::<i64>();
        let empty: u64 = track.edits.iter().take_while(|edit| edit.from < 0).map(|edit| edit.duration).sum();
        let edit = track.edits.iter().find(|edit| edit.from >= 0);
        let from = edit.map_or(first, |edit| edit.from.max(first)).min(end);
        let rest = (end - from).max(0) as u64;
        let stated = edit.filter(|edit| edit.duration > 0).map(|edit| scaled(edit.duration, film_scale, track.scale));
        // Edits are written in coarser units: what lacks less than half a frame lacks nothing.
        let half_frame = track.lengths.last().map_or(0, |run| u64::from(run.1) / 2);
        let length = stated.filter(|stated| stated + half_frame < rest).unwrap_or(rest);
        dues.retain(|due| due.0 >= from && due.0 < from + length as i64);
        Self { first, from, length, frames: dues.len() as u64, later: (empty, film_scale) }
    }
}

/// When each frame is due, in units of the track.
fn dues(track: &WholeTrack) -> Vec<(i64,)> {
    let each = |runs: &[(u32, u32)]| {
        runs.iter().flat_map(|(count, length)| std::iter::repeat_n(*length, *count as usize)).collect::<Vec<_>>()
    };
    let delays = track.delays.iter().flat_map(|(count, delay)| std::iter::repeat_n(*delay, *count as usize));
    let mut decoded = 0;
    let due = |(length, delay): (u32, i32)| {
        let due = decoded + i64::from(delay);
        decoded += i64::from(length);
        (due,)
    };
    each(&track.lengths).into_iter().zip(delays.chain(std::iter::repeat(0))).map(due).collect()
}

/// The film to which sound is added.
#[derive(Clone, Copy, Debug)]
struct Film {
    /// Where it begins, and how long it is, in units of the joined film.
    at: u64,
    slot: u64,
    /// Those units per second.
    scale: u32,
    /// How much later than sound at the beginning of its file its pictures are due: units of a clock, and its scale.
    later: (u64, u32),
}

impl Track {
    /// Adds samples of a source with their lengths, `by` units for each of its own.
    fn add_samples(&mut self, track: &WholeTrack, samples: std::ops::Range<usize>, by: u32) {
        let mut first = 0;
        for (count, length) in &track.lengths {
            let here = samples.end.min(first + *count as usize).saturating_sub(samples.start.max(first));
            first += *count as usize;
            if here > 0 {
                let length = length.saturating_mul(by);
                push_run(&mut self.lengths, here as u32, length);
                self.units += here as u64 * u64::from(length);
            }
        }
        self.sizes.extend_from_slice(&track.sizes[samples]);
    }

    fn add_edit(&mut self, edit: Edit) {
        if edit.length == 0 {
            return;
        }
        match self.edits.last_mut() {
            Some(last) if last.from.zip(edit.from).is_some_and(|(last_from, from)| last_from + last.units == from) => {
                last.units += edit.units;
                last.length += edit.length;
            }
            _ => self.edits.push(edit),
        }
    }

    /// Adds the sound of a film so that it lasts exactly as long as its pictures. Returns which samples of the source it is.
    fn add_sound(&mut self, track: &WholeTrack, scale: u32, film_scale: u32, film: Film) -> std::ops::Range<usize> {
        let by = u64::from(scale / track.scale);
        let to_sound = |units: u64| scaled(units, film.scale, scale);
        // Rounded over the whole film, so that what is rounded never adds up.
        let slot = to_sound(film.at + film.slot) - to_sound(film.at);
        let total =
            track.lengths.iter().map(|(count, length)| u64::from(*count) * u64::from(*length)).sum::<u64>() * by;
        let empty: u64 = track.edits.iter().take_while(|edit| edit.from < 0).map(|edit| edit.duration).sum();
        let edit = track.edits.iter().find(|edit| edit.from >= 0);
        let mut from = edit.map_or(0, |edit| edit.from.unsigned_abs() * by).min(total);
        let rest = total - from;
        let stated = edit.filter(|edit| edit.duration > 0).map(|edit| scaled(edit.duration, film_scale, scale));
        let mut shown = stated.unwrap_or(rest).min(rest);
        let (begins, pictures) = (scaled(empty, film_scale, scale), scaled(film.later.0, film.later.1, scale));
        let silence = begins.saturating_sub(pictures).min(slot);
        let early = pictures.saturating_sub(begins).min(shown);
        (from, shown) = (from + early, (shown - early).min(slot - silence));
        if shown == 0 {
            self.be_silent(slot, film.slot);
            return 0..0;
        }
        let silent = scaled(silence, scale, film.scale);
        self.be_silent(silence, silent);
        let (samples, begin, end) = samples_in(track, from / by, (from + shown).div_ceil(by));
        let base = self.units;
        self.add_samples(track, samples.clone(), by as u32);
        let skip = from - begin * by;
        let wanted = slot - silence;
        // The last sample ends where the film ends.
        self.lengthen_last((wanted + skip) as i64 - ((end - begin) * by) as i64);
        self.add_edit(Edit { from: Some(base + skip), units: wanted, length: film.slot - silent });
        samples
    }

    /// Nothing is heard for so long: at the beginning by an edit of nothing, later by a longer last sample.
    fn be_silent(&mut self, units: u64, length: u64) {
        if length == 0 {
            return;
        }
        if self.sizes.is_empty() {
            match self.edits.last_mut() {
                Some(last) => last.length += length,
                None => self.edits.push(Edit { from: None, units: 0, length }),
            }
            return;
        }
        self.lengthen_last(units as i64);
        if let Some(last) = self.edits.last_mut() {
            last.units += units;
            last.length += length;
        }
    }

    fn lengthen_last(&mut self, more: i64) {
        let Some((count, length)) = self.lengths.pop() else { return };
        let longer = (i64::from(length) + more).clamp(1, i64::from(u32::MAX)) as u32;
        if count > 1 {
            self.lengths.push((count - 1, length));
        }
        push_run(&mut self.lengths, 1, longer);
        self.units = self.units - u64::from(length) + u64::from(longer);
    }
}

/// The samples that hold the time from `from` to `to`, with the one before, from which the decoder goes on; and when they
/// begin and end. All in units of the track.
fn samples_in(track: &WholeTrack, from: u64, to: u64) -> (std::ops::Range<usize>, u64, u64) {
    let (mut at, mut begin, mut before) = (0_u64, 0_u64, 0_u64);
    let (mut first, mut number) = (0, 0);
    for (count, length) in &track.lengths {
        for _ in 0..*count {
            let next = at + u64::from(*length);
            if next <= from {
                // This one may turn out to be the one before.
                (first, begin) = (number, at);
            }
            before = next;
            number += 1;
            if next >= to {
                return (first..number, begin, next);
            }
            at = next;
        }
    }
    (first..number, begin, before)
}

fn push_run<T: PartialEq>(runs: &mut Vec<(u32, T)>, count: u32, value: T) {
    match runs.last_mut() {
        Some(last) if last.1 == value => last.0 += count,
        _ if count > 0 => runs.push((count, value)),
        _ => {}
    }
}

/// A time in another clock, rounded.
fn scaled(units: u64, from: u32, to: u32) -> u64 {
    let from = u128::from(from.max(1));
    u64::try_from((u128::from(units) * u128::from(to) + from / 2) / from).unwrap_or(u64::MAX)
}

/// The coarsest clock in which all of these are exact; 1 for none of them. `None` when it would be too fine.
fn common(scales: impl Iterator<Item = u32>) -> Option<u32> {
    let gcd = |mut a: u64, mut b: u64| {
        while b > 0 {
            (a, b) = (b, a % b);
        }
        a
    };
    let mut common = 1_u64;
    for scale in scales {
        common = common / gcd(common, u64::from(scale)) * u64::from(scale);
        if common > MAX_SCALE {
            return None;
        }
    }
    u32::try_from(common).ok()
}

#[cfg(test)]
mod tests;
