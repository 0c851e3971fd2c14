//! Reads the header of a picture file before any decoder sees it: format, size, whether it is animated.

use super::bits::{u16_at, u32_at};

/// The picture formats that can be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PictureFormat {
    Jpeg,
    Png,
    WebP,
}

/// What the header of a picture file says. Sides are in pixels, more than 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) format: PictureFormat,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) is_animated: bool,
}

/// Why a picture file is not handed to a decoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HeaderError {
    /// A format that cannot be imported, by its name, so that the user can convert it.
    Unsupported(&'static str),
    /// The file is of no picture format that is known here.
    Unknown,
    /// The format can be imported, but the header is cut off or impossible.
    Damaged,
}

const PNG_START: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Reads the head. Linear in the length of the file.
pub(super) fn read(bytes: &[u8]) -> Result<Header, HeaderError> {
    let (format, size) = if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        (PictureFormat::Jpeg, jpeg_size(bytes).map(|(width, height)| (width, height, false)))
    } else if bytes.starts_with(PNG_START) {
        (PictureFormat::Png, png_size(bytes))
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        (PictureFormat::WebP, webp_size(bytes))
    } else {
        return Err(other_format(bytes));
    };
    let (width, height, is_animated) =
        size.filter(|(width, height, _)| *width > 0 && *height > 0).ok_or(HeaderError::Damaged)?;
    Ok(Header { format, width, height, is_animated })
}

fn other_format(bytes: &[u8]) -> HeaderError {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(512)]).to_lowercase();
    match bytes {
        [b'G', b'I', b'F', b'8', ..] => HeaderError::Unsupported("GIF"),
        [b'B', b'M', ..] => HeaderError::Unsupported("BMP"),
        [b'I', b'I', 0x2a, 0, ..] | [b'M', b'M', 0, 0x2a, ..] => HeaderError::Unsupported("TIFF"),
        [_, _, _, _, b'f', b't', b'y', b'p', b'a', b'v', b'i', ..] => HeaderError::Unsupported("AVIF"),
        [_, _, _, _, b'f', b't', b'y', b'p', b'h' | b'm', ..] => HeaderError::Unsupported("HEIC"),
        [b'%', b'P', b'D', b'F', ..] => HeaderError::Unsupported("PDF"),
        [0xff, 0x0a, ..] => HeaderError::Unsupported("JPEG XL"),
        _ if text.contains("<svg") || text.starts_with("<?xml") => HeaderError::Unsupported("SVG"),
        _ => HeaderError::Unknown,
    }
}

/// The size in the first start-of-frame segment.
fn jpeg_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    loop {
        // Segments may be padded with fill bytes.
        while bytes.get(at) == Some(&0xff) && bytes.get(at + 1) == Some(&0xff) {
            at += 1;
        }
        let (0xff, marker) = (*bytes.get(at)?, *bytes.get(at + 1)?) else { return None };
        match marker {
            0x01 | 0xd0..=0xd7 => at += 2,
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                return Some((u32::from(u16_at(bytes, at + 7)?), u32::from(u16_at(bytes, at + 5)?)));
            }
            // The picture data or the end without a frame before it.
            0xd9 | 0xda => return None,
            _ => at += 2 + usize::from(u16_at(bytes, at + 2)?).max(2),
        }
    }
}

fn png_size(bytes: &[u8]) -> Option<(u32, u32, bool)> {
    if bytes.get(12..16)? != b"IHDR" {
        return None;
    }
    let is_animated =
        png_chunks(bytes).take_while(|chunk| &chunk[4..8] != b"IDAT").any(|chunk| &chunk[4..8] == b"acTL");
    Some((u32_at(bytes, 16)?, u32_at(bytes, 20)?, is_animated))
}

/// The whole chunks of a PNG file, each with its length, kind and checksum.
fn png_chunks(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = bytes.get(PNG_START.len()..).unwrap_or_default();
    std::iter::from_fn(move || {
        let length = (u32_at(rest, 0)? as usize).checked_add(12)?;
        let chunk = rest.get(..length)?;
        rest = &rest[length..];
        Some(chunk)
    })
}

/// A PNG file without the chunks that are not needed to show it: texts and profiles are compressed, and small files can
/// unpack to gigabytes there.
pub(super) fn png_essentials(bytes: &[u8]) -> Vec<u8> {
    let mut plain = PNG_START.to_vec();
    for chunk in png_chunks(bytes) {
        let is_needed = matches!(&chunk[4..8], b"IHDR" | b"PLTE" | b"tRNS" | b"IDAT" | b"IEND");
        if is_needed || (&chunk[4..8] == b"eXIf" && chunk.len() < 70_000) {
            plain.extend_from_slice(chunk);
        }
    }
    plain
}

fn webp_size(bytes: &[u8]) -> Option<(u32, u32, bool)> {
    let three = |at: usize| {
        Some(u32::from(*bytes.get(at)?) | u32::from(*bytes.get(at + 1)?) << 8 | u32::from(*bytes.get(at + 2)?) << 16)
    };
    match bytes.get(12..16)? {
        b"VP8X" => {
            let is_animated = bytes.get(20)? & 2 != 0 || bytes.windows(4).take(4096).any(|window| window == b"ANIM");
            Some((three(24)? + 1, three(27)? + 1, is_animated))
        }
        b"VP8L" => {
            let packed = u32::from_le_bytes(bytes.get(21..25)?.try_into().ok()?);
            Some(((packed & 0x3fff) + 1, (packed >> 14 & 0x3fff) + 1, false))
        }
        b"VP8 " => {
            let two = |at: usize| Some(u32::from(*bytes.get(at)?) | u32::from(*bytes.get(at + 1)?) << 8);
            Some((two(26)? & 0x3fff, two(28)? & 0x3fff, false))
        }
        _ => None,
    }
}
