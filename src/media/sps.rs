//! Reads the parameter sets of H.264, and what they say about the pictures: size, shape of the pixels, colors.

use super::bits::{BitReader, u16_at};
use super::pose::PixelShape;

/// No side of a picture is longer, in pixels.
const LONGEST: u64 = 16_384;
/// Shapes of pixels by number, from 1 (H.264 table E-1).
const PIXEL_SHAPES: [(u32, u32); 16] = [
    (1, 1),
    (12, 11),
    (10, 11),
    (16, 11),
    (40, 33),
    (24, 11),
    (20, 11),
    (32, 11),
    (80, 33),
    (18, 11),
    (15, 11),
    (64, 33),
    (160, 99),
    (4, 3),
    (3, 2),
    (2, 1),
];

/// What a sequence parameter set says about its pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SpsFacts {
    /// Width and height of what is shown of a decoded picture, in pixels; `None` when no picture has that size.
    pub(super) size: Option<(u32, u32)>,
    /// The shape of its pixels, where it names one.
    pub(super) pixel: Option<PixelShape>,
    /// Matrix coefficients (2 when they are not named) and full range, where it speaks of them.
    pub(super) color: Option<(u16, bool)>,
}

impl SpsFacts {
    /// Reads a whole unit, its first byte included (H.264 7.3.2.1.1). `None` when it ends too early. Usability information
    /// that ends too early tells what it told until then.
    pub(super) fn of(nal: &[u8]) -> Option<Self> {
        let rbsp = without_emulation(nal.get(1..)?);
        let mut bits = BitReader::new(&rbsp);
        let size = read_size(&mut bits)?;
        let (mut pixel, mut color) = (None, None);
        if bits.bit()? {
            // What it told before its end counts.
            _ = read_usability(&mut bits, &mut pixel, &mut color);
        }
        Some(Self { size, pixel, color })
    }
}

/// Everything in front of the usability information: the size of the picture.
fn read_size(bits: &mut BitReader<'_>) -> Option<Option<(u32, u32)>> {
    let profile = bits.bits(8)?;
    bits.bits(16)?;
    bits.ue()?;
    // What an array of samples holds; three separate planes are as good as gray.
    let mut chroma = 1;
    if matches!(profile, 100 | 110 | 122 | 244 | 44 | 83 | 86 | 118 | 128 | 138 | 139 | 134 | 135) {
        let format = bits.ue()?;
        chroma = if format == 3 && bits.bit()? { 0 } else { format };
        bits.ue()?;
        bits.ue()?;
        bits.bit()?;
        if bits.bit()? {
            for list in 0..if format == 3 { 12 } else { 8 } {
                if bits.bit()? {
                    skip_scaling_list(bits, if list < 6 { 16 } else { 64 })?;
                }
            }
        }
    }
    bits.ue()?;
    match bits.ue()? {
        0 => {
            bits.ue()?;
        }
        1 => {
            bits.bit()?;
            bits.se()?;
            bits.se()?;
            for _ in 0..bits.ue()?.min(255) {
                bits.se()?;
            }
        }
        _ => {}
    }
    bits.ue()?;
    bits.bit()?;
    let width = 16 * (u64::from(bits.ue()?) + 1);
    let units = u64::from(bits.ue()?) + 1;
    let fields = if bits.bit()? { 1 } else { 2 };
    let height = 16 * units * fields;
    if fields == 2 {
        bits.bit()?;
    }
    bits.bit()?;
    let mut cut = [0_u64; 4];
    if bits.bit()? {
        for side in &mut cut {
            *side = u64::from(bits.ue()?);
        }
    }
    // Left, right, top, bottom, in units of chroma (H.264 7-19 to 7-22).
    let across = if matches!(chroma, 1 | 2) { 2 } else { 1 };
    let along = fields * if chroma == 1 { 2 } else { 1 };
    let left = |whole: u64, cut: u64| {
        let side = whole.checked_sub(cut).filter(|side| (2..=LONGEST).contains(side))?;
        u32::try_from(side).ok()
    };
    let size = left(width, (cut[0] + cut[1]) * across).zip(left(height, (cut[2] + cut[3]) * along));
    Some(size)
}

/// The first part of the usability information (H.264 E.1.1).
fn read_usability(
    bits: &mut BitReader<'_>,
    pixel: &mut Option<PixelShape>,
    color: &mut Option<(u16, bool)>,
) -> Option<()> {
    if bits.bit()? {
        *pixel = match bits.bits(8)? {
            255 => {
                let (width, height) = (bits.bits(16)?, bits.bits(16)?);
                PixelShape::new(width, height)
            }
            number => {
                let shape = (number as usize).checked_sub(1).and_then(|index| PIXEL_SHAPES.get(index));
                shape.and_then(|(width, height)| PixelShape::new(*width, *height))
            }
        };
    }
    if bits.bit()? {
        bits.bit()?;
    }
    if bits.bit()? {
        bits.bits(3)?;
        let is_full = bits.bit()?;
        let is_named = bits.bit()?;
        if is_named {
            bits.bits(16)?;
        }
        *color = Some((if is_named { bits.bits(8)? as u16 } else { 2 }, is_full));
    }
    Some(())
}

/// Length of the length fields, and all parameter sets of an `avcC` box.
pub(super) fn parameter_sets(avcc: &[u8]) -> Option<(usize, Vec<&[u8]>)> {
    let length_bytes = usize::from(avcc.get(4)? & 3) + 1;
    let mut sets = Vec::new();
    let mut at = 6;
    for (count, last) in [(avcc.get(5)? & 31, false), (0, true)] {
        let count = if last {
            at += 1;
            *avcc.get(at - 1)?
        } else {
            count
        };
        for _ in 0..count {
            let length = usize::from(u16_at(avcc, at)?);
            let set = avcc.get(at + 2..at + 2 + length)?;
            at += 2 + length;
            if !set.is_empty() {
                sets.push(set);
            }
        }
    }
    Some((length_bytes, sets))
}

/// Removes the 3 of every 0 0 3.
pub(super) fn without_emulation(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(bytes.len());
    let mut zeros = 0;
    for byte in bytes {
        if zeros >= 2 && *byte == 3 {
            zeros = 0;
            continue;
        }
        zeros = if *byte == 0 { zeros + 1 } else { 0 };
        plain.push(*byte);
    }
    plain
}

fn skip_scaling_list(bits: &mut BitReader<'_>, size: usize) -> Option<()> {
    let (mut last, mut next) = (8_i32, 8_i32);
    for _ in 0..size {
        if next != 0 {
            next = bits.se()?.wrapping_add(last + 256) & 255;
        }
        if next != 0 {
            last = next;
        }
    }
    Some(())
}
