//! The head of a joined film: `ftyp`, then `moov` so that players can start at once, then the beginning of `mdat`.
//!
//! The descriptions of the tracks are taken over from a source byte by byte, which no library of boxes can do; so all boxes are put together
//! here.

use super::super::moov::WholeTrack;
use super::bytes::{put, put_box};
use super::plan::{Plan, Track};
use super::source::{Source, description};

/// Longest film data whose places fit into 32 bits, with room for its tables.
const MAX_SHORT: u64 = 3 << 30;

/// All bytes before the film data.
pub(super) fn head(like: &Source, plan: &Plan) -> Vec<u8> {
    let mut head = Vec::new();
    put_box(&mut head, b"ftyp", |out| out.extend_from_slice(b"isom\0\0\x02\0isomiso2avc1mp41"));
    let is_long = plan.data_bytes() > MAX_SHORT;
    let data_head = if is_long { 16 } else { 8 };
    // The length of `moov` does not depend on the places in it.
    let moov = moov(like, plan, is_long, 0);
    let data_at = (head.len() + moov.len()) as u64 + data_head;
    head.extend(self::moov(like, plan, is_long, data_at));
    if is_long {
        head.extend_from_slice(&1_u32.to_be_bytes());
        head.extend_from_slice(b"mdat");
        head.extend_from_slice(&(plan.data_bytes() + data_head).to_be_bytes());
    } else {
        head.extend_from_slice(&((plan.data_bytes() + data_head) as u32).to_be_bytes());
        head.extend_from_slice(b"mdat");
    }
    head
}

fn moov(like: &Source, plan: &Plan, is_long: bool, data_at: u64) -> Vec<u8> {
    let mut moov = Vec::new();
    let place = Place { is_long, data_at };
    put_box(&mut moov, b"moov", |out| {
        put_box(out, b"mvhd", |out| {
            put_clock(out, 0, plan.scale, plan.length);
            // Rate and volume as recorded.
            put(out, &[0x0001_0000, 0x0100_0000, 0, 0]);
            put(out, &UPRIGHT);
            put(out, &[0; 6]);
            put(out, &[3]);
        });
        put_track(out, 1, &like.video, plan.scale, plan.length, &plan.video, place);
        if let (Some(of), Some((scale, track))) = (&like.sound, &plan.sound) {
            put_track(out, 2, of, *scale, plan.length, track, place);
        }
    });
    moov
}

/// The matrix that turns nothing.
const UPRIGHT: [u32; 9] = [0x0001_0000, 0, 0, 0, 0x0001_0000, 0, 0, 0, 0x4000_0000];

/// Where the film data begins, and whether places have 64 bits.
#[derive(Clone, Copy)]
struct Place {
    is_long: bool,
    data_at: u64,
}

fn put_track(out: &mut Vec<u8>, id: u32, of: &WholeTrack, scale: u32, film_length: u64, track: &Track, place: Place) {
    let is_sound = &of.handler == b"soun";
    put_box(out, b"trak", |out| {
        put_box(out, b"tkhd", |out| {
            // Version 1, switched on and part of the film.
            put(out, &[0x0100_0003, 0, 0, 0, 0, id, 0]);
            out.extend_from_slice(&film_length.to_be_bytes());
            put(out, &[0, 0, 0, if is_sound { 0x0100_0000 } else { 0 }]);
            out.extend_from_slice(&of.matrix);
            put(out, &[of.size.0, of.size.1]);
        });
        put_box(out, b"edts", |out| {
            put_box(out, b"elst", |out| {
                put(out, &[0x0100_0000, track.edits.len() as u32]);
                for edit in &track.edits {
                    out.extend_from_slice(&edit.length.to_be_bytes());
                    out.extend_from_slice(&edit.from.map_or(-1, |from| from as i64).to_be_bytes());
                    put(out, &[0x0001_0000]);
                }
            });
        });
        put_box(out, b"mdia", |out| {
            put_box(out, b"mdhd", |out| {
                put_clock(out, 0, scale, track.units);
                put(out, &[u32::from(of.language) << 16]);
            });
            put_box(out, b"hdlr", |out| {
                put(out, &[0, 0]);
                out.extend_from_slice(&of.handler);
                put(out, &[0, 0, 0]);
                out.extend_from_slice(if is_sound { b"Sound\0" } else { b"Pictures\0" });
            });
            put_box(out, b"minf", |out| {
                if is_sound {
                    put_box(out, b"smhd", |out| put(out, &[0, 0]));
                } else {
                    put_box(out, b"vmhd", |out| put(out, &[1, 0, 0]));
                }
                put_box(out, b"dinf", |out| {
                    put_box(out, b"dref", |out| {
                        put(out, &[0, 1]);
                        // In this very file.
                        put_box(out, b"url ", |out| put(out, &[1]));
                    });
                });
                put_box(out, b"stbl", |out| put_tables(out, of, track, place));
            });
        });
    });
}

fn put_tables(out: &mut Vec<u8>, of: &WholeTrack, track: &Track, place: Place) {
    put_box(out, b"stsd", |out| {
        put(out, &[0, 1]);
        put_box(out, &of.fourcc, |out| out.extend_from_slice(&description(of)));
    });
    put_box(out, b"stts", |out| {
        put(out, &[0, track.lengths.len() as u32]);
        track.lengths.iter().for_each(|(count, length)| put(out, &[*count, *length]));
    });
    if !track.delays.is_empty() {
        put_box(out, b"ctts", |out| {
            // Version 1 may hold negative numbers.
            let is_signed = track.delays.iter().any(|(_, delay)| *delay < 0);
            put(out, &[u32::from(is_signed) << 24, track.delays.len() as u32]);
            track.delays.iter().for_each(|(count, delay)| put(out, &[*count, *delay as u32]));
        });
    }
    if let Some(sync) = &track.sync {
        put_box(out, b"stss", |out| {
            put(out, &[0, sync.len() as u32]);
            put(out, sync);
        });
    }
    put_box(out, b"stsc", |out| {
        let mut runs: Vec<(u32, u32)> = Vec::new();
        for (number, (_, count)) in (1_u32..).zip(&track.chunks) {
            if runs.last().is_none_or(|last| last.1 != *count) {
                runs.push((number, *count));
            }
        }
        put(out, &[0, runs.len() as u32]);
        runs.iter().for_each(|(first, count)| put(out, &[*first, *count, 1]));
    });
    put_box(out, b"stsz", |out| {
        put(out, &[0, 0, track.sizes.len() as u32]);
        put(out, &track.sizes);
    });
    let offsets = track.chunks.iter().map(|(at, _)| place.data_at + at);
    if place.is_long {
        put_box(out, b"co64", |out| {
            put(out, &[0, track.chunks.len() as u32]);
            offsets.for_each(|at| out.extend_from_slice(&at.to_be_bytes()));
        });
    } else {
        put_box(out, b"stco", |out| {
            put(out, &[0, track.chunks.len() as u32]);
            offsets.for_each(|at| put(out, &[at as u32]));
        });
    }
}

/// Version 1 of what `mvhd` and `mdhd` begin with: two dates that are not told, scale and length.
fn put_clock(out: &mut Vec<u8>, flags: u32, scale: u32, length: u64) {
    put(out, &[0x0100_0000 | flags, 0, 0, 0, 0, scale]);
    out.extend_from_slice(&length.to_be_bytes());
}
