//! Reads the header of a picture file before any decoder sees it: format, size, whether it is animated.

mod brands;
mod jpeg;
mod other;
pub(super) mod png;
mod webp;

use super::exif::Tiff;

/// The picture formats that can be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PictureFormat {
    Jpeg,
    Png,
    WebP,
    Gif,
    Bmp,
    Tiff,
    Heic,
    Avif,
}

impl PictureFormat {
    /// The name as people know it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::WebP => "WebP",
            Self::Gif => "GIF",
            Self::Bmp => "BMP",
            Self::Tiff => "TIFF",
            Self::Heic => "HEIC",
            Self::Avif => "AVIF",
        }
    }
}

/// What the header of a picture file says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) format: PictureFormat,
    /// Width and height in pixels, more than 0. `None` where only the format's own reader can tell: HEIC and AVIF.
    pub(super) size: Option<(u32, u32)>,
    pub(super) is_animated: bool,
}

/// Why a picture file is not handed to a decoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HeaderError {
    /// A format that cannot be imported, by its name, so that the user can convert it.
    Unsupported(&'static str),
    /// The unprocessed data of a camera, by the name of its format.
    Raw(&'static str),
    /// A film.
    Film,
    /// The file is of no picture format that is known here.
    Unknown,
    /// The format can be imported, but the header is cut off or impossible.
    Damaged,
    /// The picture is drawn in more steps than any program writes, each over its whole area.
    TooManySteps,
}

/// Programs write about ten scans, the most eager ones some dozens. Each costs a decoder a walk over the whole picture.
const MAX_JPEG_SCANS: usize = 100;

/// Reads the head. Linear in the length of the file.
pub(super) fn read(bytes: &[u8]) -> Result<Header, HeaderError> {
    let still = |size: Option<(u32, u32)>| size.map(|(width, height)| (width, height, false));
    let (format, size) = match bytes {
        [0xff, 0xd8, 0xff, ..] => (PictureFormat::Jpeg, still(jpeg::size(bytes))),
        _ if bytes.starts_with(png::START) => (PictureFormat::Png, png::size(bytes)),
        _ if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") => {
            (PictureFormat::WebP, webp::size(bytes))
        }
        [b'G', b'I', b'F', b'8', ..] => (PictureFormat::Gif, gif_size(bytes)),
        [b'B', b'M', ..] if is_bmp(bytes) => (PictureFormat::Bmp, still(bmp_size(bytes))),
        [b'I', b'I', 0x2a, 0, ..] | [b'M', b'M', 0, 0x2a, ..] => {
            if let Some(name) = other::raw_tiff(bytes) {
                return Err(HeaderError::Raw(name));
            }
            (PictureFormat::Tiff, still(tiff_size(bytes)))
        }
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => {
            let (format, is_animated) = brands::read(bytes)?;
            return Ok(Header { format, size: None, is_animated });
        }
        _ => return Err(other::name(bytes)),
    };
    let (width, height, is_animated) =
        size.filter(|(width, height, _)| *width > 0 && *height > 0).ok_or(HeaderError::Damaged)?;
    if format == PictureFormat::Jpeg && jpeg::scans(bytes) > MAX_JPEG_SCANS {
        return Err(HeaderError::TooManySteps);
    }
    Ok(Header { format, size: Some((width, height)), is_animated })
}

fn two_little(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?)))
}

fn four_little(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// Size of the canvas, and whether a second frame follows the first.
fn gif_size(bytes: &[u8]) -> Option<(u32, u32, bool)> {
    let size = (two_little(bytes, 6)?, two_little(bytes, 8)?);
    Some((size.0, size.1, gif_frames(bytes, 2) > 1))
}

/// Number of frames of a GIF file, as far as its blocks follow each other, counted up to `most`.
fn gif_frames(bytes: &[u8], most: usize) -> usize {
    // A table of colors has three bytes for each of 2, 4, 8 … 256 colors.
    let table = |flags: u8| if flags & 0x80 == 0 { 0 } else { 3 << (usize::from(flags & 7) + 1) };
    let mut at = 13 + bytes.get(10).copied().map_or(0, table);
    let mut frames = 0;
    while let Some(kind) = bytes.get(at) {
        match kind {
            0x21 => at += 2,
            0x2c => {
                frames += 1;
                if frames >= most {
                    break;
                }
                // Past the place, the flags, the frame's own colors and the width of its codes.
                at += 11 + bytes.get(at + 9).copied().map_or(0, table);
            }
            _ => break,
        }
        // Pieces of up to 255 bytes; an empty one ends the block.
        while let Some(length) = bytes.get(at) {
            at += 1 + usize::from(*length);
            if *length == 0 {
                break;
            }
        }
    }
    frames
}

/// Whether the second head of a BMP file has a length that one can have: two letters alone are no proof.
fn is_bmp(bytes: &[u8]) -> bool {
    matches!(four_little(bytes, 14), Some(12 | 16 | 40 | 52 | 56 | 64 | 108 | 124))
}

fn bmp_size(bytes: &[u8]) -> Option<(u32, u32)> {
    if four_little(bytes, 14)? == 12 {
        return Some((two_little(bytes, 18)?, two_little(bytes, 20)?));
    }
    // A negative height only says that the rows run from the top.
    let side = |at: usize| Some((four_little(bytes, at)? as i32).unsigned_abs());
    Some((side(18)?, side(22)?))
}

fn tiff_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let tiff = Tiff::new(bytes)?;
    let first = tiff.first()?;
    Some((tiff.number(first, 256)?, tiff.number(first, 257)?))
}

#[cfg(test)]
mod tests;
