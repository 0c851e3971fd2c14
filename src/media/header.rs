//! Reads the header of a picture file before any decoder sees it: format, size, whether it is animated.

use super::bits::{u16_at, u32_at};

/// The picture formats that can be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PictureFormat {
    Jpeg,
    Png,
    WebP,
}

impl PictureFormat {
    /// The name as people know it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::WebP => "WebP",
        }
    }
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
    /// The picture is drawn in more steps than any program writes, each over its whole area.
    TooManySteps,
}

/// Programs write about ten scans, the most eager ones some dozens. Each costs a decoder a walk over the whole picture.
const MAX_JPEG_SCANS: usize = 100;

/// More data chunks than these are joined before a decoder sees them: it pays for each of them, also for empty ones.
const MAX_PNG_DATA_CHUNKS: usize = 4096;

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
    if format == PictureFormat::Jpeg && jpeg_scans(bytes) > MAX_JPEG_SCANS {
        return Err(HeaderError::TooManySteps);
    }
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

/// Number of scans of a JPEG file, as far as its segments follow each other.
fn jpeg_scans(bytes: &[u8]) -> usize {
    let (mut at, mut scans) = (2, 0);
    while let Some(&byte) = bytes.get(at) {
        let Some(&marker) = bytes.get(at + 1) else { break };
        match (byte, marker) {
            // Not in front of a marker: the data of a scan, which holds 0xff only with 0 or a restart behind it.
            (0xff, 0x00 | 0x01 | 0xd0..=0xd8) => at += 2,
            (0xff, 0xff) => at += 1,
            (0xff, 0xd9) => break,
            (0xff, _) => {
                scans += usize::from(marker == 0xda);
                at += 2 + usize::from(u16_at(bytes, at + 2).unwrap_or(2)).max(2);
            }
            _ => at += 1,
        }
    }
    scans
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
    let is_data = |chunk: &&[u8]| &chunk[4..8] == b"IDAT";
    let joins = png_chunks(bytes).filter(is_data).count() > MAX_PNG_DATA_CHUNKS;
    let mut plain = PNG_START.to_vec();
    let mut has_data = false;
    for chunk in png_chunks(bytes) {
        if joins && is_data(&chunk) {
            if !has_data {
                has_data = true;
                let data = png_chunks(bytes).filter(is_data).flat_map(|chunk| &chunk[8..chunk.len() - 4]);
                append_png_chunk(&mut plain, b"IDAT", &data.copied().collect::<Vec<u8>>());
            }
            continue;
        }
        let is_needed = matches!(&chunk[4..8], b"IHDR" | b"PLTE" | b"tRNS" | b"IDAT" | b"IEND");
        if is_needed || (&chunk[4..8] == b"eXIf" && chunk.len() < 70_000) {
            plain.extend_from_slice(chunk);
        }
    }
    plain
}

fn append_png_chunk(png: &mut Vec<u8>, kind: &[u8; 4], content: &[u8]) {
    let Ok(length) = u32::try_from(content.len()) else { return };
    png.extend_from_slice(&length.to_be_bytes());
    let from = png.len();
    png.extend_from_slice(kind);
    png.extend_from_slice(content);
    let sum = crc(&png[from..]);
    png.extend_from_slice(&sum.to_be_bytes());
}

/// The checksum of a PNG chunk, over its kind and content.
fn crc(bytes: &[u8]) -> u32 {
    const TABLE: [u32; 256] = {
        let mut table = [0; 256];
        let mut at = 0;
        while at < 256 {
            let (mut value, mut bit) = (at as u32, 0);
            while bit < 8 {
                value = if value & 1 == 1 { 0xedb8_8320 ^ (value >> 1) } else { value >> 1 };
                bit += 1;
            }
            table[at] = value;
            at += 1;
        }
        table
    };
    !bytes.iter().fold(!0, |crc: u32, byte| TABLE[((crc ^ u32::from(*byte)) & 0xff) as usize] ^ (crc >> 8))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let mut chunk = Vec::new();
        append_png_chunk(&mut chunk, kind, content);
        chunk
    }

    #[test]
    fn many_data_chunks_are_joined_and_the_picture_is_the_same() {
        assert_eq!(crc(b"IEND"), 0xae42_6082);
        let pixels: Vec<u8> = (0..90 * 60 * 3).map(|index| (index * 7 % 251) as u8).collect();
        let mut png = std::io::Cursor::new(Vec::new());
        let picture = image::RgbImage::from_raw(90, 60, pixels.clone()).expect("enough pixels");
        picture.write_to(&mut png, image::ImageFormat::Png).expect("an encoder");
        let whole = png.into_inner();
        let data: Vec<u8> = png_chunks(&whole)
            .filter(|chunk| &chunk[4..8] == b"IDAT")
            .flat_map(|chunk| chunk[8..chunk.len() - 4].to_vec())
            .collect();
        let head = png_chunks(&whole).next().expect("a head");
        let pieces: Vec<u8> = data
            .iter()
            .flat_map(|byte| [chunk(b"IDAT", &[*byte]), chunk(b"IDAT", b""), chunk(b"tEXt", b"a\0b")].concat())
            .collect();
        let split = [PNG_START, head, &pieces, &chunk(b"IEND", b"")].concat();
        let plain = png_essentials(&split);
        assert_eq!(png_chunks(&plain).filter(|chunk| &chunk[4..8] == b"IDAT").count(), 1);
        let decoded = image::load_from_memory(&plain).expect("a picture").into_rgb8();
        assert_eq!(decoded.into_raw(), pixels);
        assert_eq!(png_essentials(&whole).len(), whole.len(), "a usual file stays as it is");
    }

    #[test]
    fn scans_are_counted_and_not_what_looks_like_one() {
        let picture = image::RgbImage::from_fn(64, 48, |x, y| image::Rgb([x as u8 * 3, y as u8 * 5, (x * y) as u8]));
        let mut jpeg = std::io::Cursor::new(Vec::new());
        picture.write_to(&mut jpeg, image::ImageFormat::Jpeg).expect("an encoder");
        let jpeg = jpeg.into_inner();
        assert_eq!(jpeg_scans(&jpeg), 1);
        // A comment full of what looks like scans.
        let comment = [&[0xff, 0xfe, 0x01, 0x92][..], &[0xff, 0xda].repeat(200)].concat();
        assert_eq!(jpeg_scans(&[&jpeg[..2], &comment, &jpeg[2..]].concat()), 1);
        let scan = [0xff, 0xda, 0, 8, 1, 1, 0, 1, 63, 0];
        let end = jpeg.len() - 2;
        let many = [&jpeg[..end], &scan.repeat(101), &jpeg[end..]].concat();
        assert_eq!(read(&many), Err(HeaderError::TooManySteps));
        for cut in 0..many.len() {
            let _ = jpeg_scans(&many[..cut]);
        }
    }
}
