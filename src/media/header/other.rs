//! Names what is no picture that can be imported, so that the user knows what to do with it.

use super::HeaderError;
use crate::media::exif::Tiff;

/// The name of a format of raw camera data, for a file that is a TIFF by its first bytes.
pub(super) fn raw_tiff(bytes: &[u8]) -> Option<&'static str> {
    if bytes.get(8..10) == Some(b"CR") {
        return Some("CR2");
    }
    let tiff = Tiff::new(bytes)?;
    let first = tiff.first()?;
    if tiff.has(first, 0xc612) {
        return Some("DNG");
    }
    // A first picture that is only a small copy of one that lies further in, or a mosaic of single colors.
    let is_small_copy = tiff.number(first, 254).is_some_and(|kind| kind & 1 == 1) && tiff.has(first, 0x14a);
    let is_mosaic = tiff.number(first, 262) == Some(32_803);
    (is_small_copy || is_mosaic).then_some("RAW")
}

/// Why a file of none of the formats that can be imported is refused.
pub(super) fn name(bytes: &[u8]) -> HeaderError {
    let begins = |start: &[u8]| bytes.starts_with(start);
    let at = |from: usize, word: &[u8]| bytes.get(from..from + word.len()) == Some(word);
    let pictures: [(&[u8], &str); 16] = [
        (b"%PDF", "PDF"),
        (b"8BPS", "Photoshop (PSD)"),
        (b"\xff\x0a", "JPEG XL"),
        (b"\0\0\0\x0cJXL ", "JPEG XL"),
        (b"\xff\x4f\xff\x51", "JPEG 2000"),
        (b"\0\0\0\x0cjP  ", "JPEG 2000"),
        (b"II\xbc", "JPEG XR"),
        (b"II+\0", "BigTIFF"),
        (b"MM\0+", "BigTIFF"),
        (b"%!PS", "EPS"),
        (b"\xc5\xd0\xd3\xc6", "EPS"),
        (b"gimp xcf", "GIMP (XCF)"),
        (b"\x76\x2f\x31\x01", "OpenEXR"),
        (b"#?RADIANCE", "Radiance HDR"),
        (b"qoif", "QOI"),
        (b"\0\0\x01\0", "ICO"),
    ];
    let raws: [(&[u8], &str); 6] = [
        (b"FUJIFILMCCD-RAW", "RAF"),
        (b"IIU\0", "RW2"),
        (b"IIRO", "ORF"),
        (b"IIRS", "ORF"),
        (b"MMOR", "ORF"),
        (b"FOVb", "X3F"),
    ];
    let films: [&[u8]; 4] = [b"\x1a\x45\xdf\xa3", b"OggS", b"\0\0\x01\xba", b"\0\0\x01\xb3"];
    if let Some((_, name)) = pictures.iter().find(|(start, _)| begins(start)) {
        return HeaderError::Unsupported(name);
    }
    if let Some((_, name)) = raws.iter().find(|(start, _)| begins(start)) {
        return HeaderError::Raw(name);
    }
    // Old QuickTime films have no list of brands.
    let is_quicktime = [b"moov", b"mdat", b"wide", b"free"].iter().any(|kind| at(4, kind.as_slice()));
    if films.iter().any(|start| begins(start)) || is_quicktime || (begins(b"RIFF") && at(8, b"AVI ")) {
        return HeaderError::Film;
    }
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(512)]).to_lowercase();
    let text = text.trim_start_matches('\u{feff}').trim_start();
    match bytes {
        _ if text.contains("<svg") || text.starts_with("<?xml") => HeaderError::Unsupported("SVG"),
        _ if text.starts_with("<!doctype html") || text.starts_with("<html") => HeaderError::Unsupported("HTML"),
        _ => HeaderError::Unknown,
    }
}
