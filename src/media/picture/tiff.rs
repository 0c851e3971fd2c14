//! Decodes the TIFF files that the `image` crate does not: those of printing inks, and those with a table of colors.

use std::io::Cursor;

use image::{DynamicImage, RgbImage};
use tiff::decoder::{Decoder, DecodingResult, Limits};
use tiff::tags::Tag;
use tiff::{ColorType, TiffError};

use super::PictureError;
use super::bounds::{MAX_DECODER_BYTES, check_size, rare, too_large, unreadable};
use super::color::{self, ColorSource, MAX_PROFILE_BYTES};
use super::decoded::{Colors, Decoded, source_of, turns_of};
use crate::media::exif::{self, Tiff};

/// Tag of the way in which numbers are colors, and its values for a table of colors and for gray.
const MEANING: u16 = 262;
const TABLE: u32 = 3;
const GRAY: u8 = 1;

/// `None` for a file of any other colors.
pub(super) fn decode(bytes: &[u8]) -> Result<Option<Decoded>, PictureError> {
    let Some((tiff, first)) = Tiff::new(bytes).and_then(|tiff| tiff.first().map(|first| (tiff, first))) else {
        return Err(unreadable());
    };
    let meaning = tiff.number(first, MEANING);
    let turns = turns_of(exif::orientation(bytes));
    let tells_place = exif::tells_place(bytes);
    let profile = tiff.value(first, 34_675).filter(|profile| profile.len() <= MAX_PROFILE_BYTES);
    match meaning {
        Some(5) => {
            let (size, inks) = read_inks(bytes)?;
            let (picture, note) = color::inks_to_srgb(size, &inks, profile).ok_or_else(unreadable)?;
            Ok(Some(Decoded { picture, colors: Colors::Converted(note), turns, is_turned: false, tells_place }))
        }
        Some(TABLE) => {
            let picture = read_table(bytes, &tiff, first)?;
            let colors: ColorSource = source_of(profile.map(<[u8]>::to_vec), None);
            Ok(Some(Decoded { picture, colors: Colors::Of(colors), turns, is_turned: false, tells_place }))
        }
        _ => Ok(None),
    }
}

fn told(error: TiffError) -> PictureError {
    match error {
        TiffError::LimitsExceeded => too_large(),
        TiffError::UnsupportedError(_) => rare(),
        _ => unreadable(),
    }
}

/// A file whose header was read, with the size of its picture.
type Opened<'a> = (Decoder<Cursor<&'a [u8]>>, (u32, u32));

fn open(bytes: &[u8]) -> Result<Opened<'_>, PictureError> {
    let mut limits = Limits::default();
    limits.decoding_buffer_size = MAX_DECODER_BYTES as usize;
    limits.intermediate_buffer_size = MAX_DECODER_BYTES as usize;
    limits.ifd_value_size = MAX_PROFILE_BYTES;
    let mut decoder = Decoder::new(Cursor::new(bytes)).map_err(told)?.with_limits(limits);
    let (width, height) = decoder.dimensions().map_err(told)?;
    check_size(width, height)?;
    Ok((decoder, (width, height)))
}

/// The inks of each pixel in four bytes, 255 for all ink.
fn read_inks(bytes: &[u8]) -> Result<((u32, u32), Vec<u8>), PictureError> {
    let (mut decoder, size) = open(bytes)?;
    // Another number of inks, or each on its own plane, is for printing presses only.
    let kind = decoder.colortype().map_err(told)?;
    let is_one_plane =
        decoder.find_tag_unsigned::<u16>(Tag::PlanarConfiguration).map_err(told)?.is_none_or(|way| way == 1);
    if !matches!(kind, ColorType::CMYK(8 | 16)) || !is_one_plane {
        return Err(rare());
    }
    let inks = match decoder.read_image().map_err(told)? {
        DecodingResult::U8(inks) => inks,
        DecodingResult::U16(inks) => inks.iter().map(|ink| ((u32::from(*ink) + 128) / 257) as u8).collect(),
        _ => return Err(rare()),
    };
    Ok((size, inks))
}

/// A picture whose bytes are places in a table of colors. It is read as one of grays, and these are looked up.
fn read_table(bytes: &[u8], tiff: &Tiff<'_>, first: usize) -> Result<DynamicImage, PictureError> {
    let table = tiff.numbers_of_two(first, 320).filter(|table| table.len() == 3 * 256).ok_or_else(rare)?;
    let mut gray = bytes.to_vec();
    let place = tiff.place_of_small_number(first, MEANING).ok_or_else(rare)?;
    // The number has two bytes, in either order, of which one is 0.
    let pair = gray.get_mut(place..place + 2).ok_or_else(unreadable)?;
    for byte in pair {
        if u32::from(*byte) == TABLE {
            *byte = GRAY;
        }
    }
    let (mut decoder, (width, height)) = open(&gray)?;
    if decoder.colortype().map_err(told)? != ColorType::Gray(8) {
        return Err(rare());
    }
    let DecodingResult::U8(places) = decoder.read_image().map_err(told)? else { return Err(rare()) };
    if places.len() as u64 != u64::from(width) * u64::from(height) {
        return Err(unreadable());
    }
    // Sixteen bits a value; all reds first, then all greens, then all blues.
    let color = |place: u8| [0, 256, 512].map(|from| (table[from + usize::from(place)] >> 8) as u8);
    let mut picture = RgbImage::new(width, height);
    for (pixel, place) in picture.as_chunks_mut::<3>().0.iter_mut().zip(places) {
        *pixel = color(place);
    }
    Ok(picture.into())
}
