//! Tells files of the ISO base media format apart by all brands that they name, not only by the first.

use super::{HeaderError, PictureFormat};
use crate::media::bits::u32_at;
use crate::media::heif;

/// More brands than these are not looked at; files name about five.
const MAX_BRANDS: usize = 64;

/// The picture format of a file that begins with an `ftyp` box, and whether it moves.
pub(super) fn read(bytes: &[u8]) -> Result<(PictureFormat, bool), HeaderError> {
    let brands = brands(bytes);
    let has = |names: &[&[u8; 4]]| brands.iter().any(|brand| names.contains(brand));
    let is_animated = has(&[b"avis", b"msf1", b"hevc", b"hevx"]);
    if has(&[b"avif", b"avis"]) {
        return Ok((PictureFormat::Avif, is_animated));
    }
    if has(&[b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"]) {
        return Ok((PictureFormat::Heic, is_animated));
    }
    if has(&[b"crx "]) {
        return Err(HeaderError::Raw("CR3"));
    }
    if has(&[b"jp2 ", b"jpx ", b"jpm "]) {
        return Err(HeaderError::Unsupported("JPEG 2000"));
    }
    if has(&[b"mif1", b"mif2", b"msf1", b"miaf"]) {
        // A frame for pictures of any kind; the picture itself says which.
        return match heif::kind_of_primary(bytes) {
            Some(kind) if &kind == b"av01" => Ok((PictureFormat::Avif, is_animated)),
            Some(kind) if &kind == b"hvc1" => Ok((PictureFormat::Heic, is_animated)),
            _ => Err(HeaderError::Unsupported("HEIF")),
        };
    }
    if has(&[b"M4A ", b"M4B ", b"M4P "]) && !has(&[b"M4V "]) {
        return Err(HeaderError::Unsupported("Sound"));
    }
    Err(HeaderError::Film)
}

/// The major brand and the compatible ones. The list must lie within the file; a cut one is read as far as it goes.
fn brands(bytes: &[u8]) -> Vec<&[u8; 4]> {
    let end = u32_at(bytes, 0).map_or(16, |size| size as usize).clamp(16, bytes.len().max(16));
    let words = bytes.get(8..end.min(bytes.len())).unwrap_or_default().as_chunks::<4>().0;
    // The second word is a version.
    words.iter().enumerate().filter(|(index, _)| *index != 1).map(|(_, brand)| brand).take(MAX_BRANDS).collect()
}
