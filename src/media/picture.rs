//! Imports start pictures: makes any picture file of the user a small, upright JPEG or PNG without metadata.

use std::fmt::Display;
use std::fs::File;
use std::io::{Cursor, Read};
use std::panic::catch_unwind;
use std::path::Path;
use std::time::{Duration, Instant};

use base64::Engine as _;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, RgbImage};

use super::frame::fit_within;
use super::header::{self, Header, HeaderError, PictureFormat};
use super::reel::Reel;
use super::{exif, files};
use crate::domain::Sha256Hex;
use crate::domain::request::{PictureType, StoredPicture};
use crate::domain::text::{is_hidden, without_heaps};

/// Largest picture file that is read, in bytes.
const MAX_FILE_BYTES: u64 = 40 << 20;
/// Longest side that is read, in pixels.
const MAX_SIDE: u32 = 8192;
/// Memory that a decoder may ask for.
const MAX_DECODER_BYTES: u64 = 128 << 20;
/// Most pixels that are read; as 8-bit color they fit into [`MAX_DECODER_BYTES`].
const MAX_PIXELS: u64 = 44_000_000;
/// Longest side that is sent, in pixels. PixVerse's own program shrinks pictures to the same side
/// (docs/gateways.md, section 3.11).
const SENT_SIDE: u32 = 1920;
/// Longest file that is sent: as base64 it stays below 5 MB.
const SENT_BYTES: usize = 3_600_000;
/// A frame of a film is worth this much work; before it, everything from the last sync sample on is decoded.
const FRAME_PATIENCE: Duration = Duration::from_secs(60);
/// A transparent picture stays PNG up to this length.
const SENT_PNG_BYTES: usize = 2_000_000;

/// Why a picture cannot be used. The text is a sentence for the user.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PictureError(pub String);

/// A picture that was made fit to be sent, with what was done to it, for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreparedPicture {
    /// The picture as it lies in the library.
    pub picture: StoredPicture,
    /// Remarks such as "4032 × 3024 → 1920 × 1440" or "place data removed".
    pub remarks: Vec<String>,
}

/// A frame of a film that became a picture of the library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenFrame {
    /// Its number in the order of display, from 0.
    pub frame: u32,
    /// The picture as it was stored, with remarks for the user.
    pub prepared: PreparedPicture,
}

/// Makes a picture file of the user fit to be sent and stores it under its hash in `inputs`.
pub(super) fn import(path: &Path, inputs: &Path) -> Result<PreparedPicture, PictureError> {
    let bytes = read_file(path)?;
    let header = check_header(&bytes)?;
    // A decoder that panics must cost one picture, not the window.
    let decoded = catch_unwind(|| decode(&bytes, header)).unwrap_or_else(|_| Err(unreadable()));
    let Decoded { picture, turn, tells_place } = decoded?;
    let Small { picture, mut remarks } = shrink(picture);
    let encoded = encode(picture)?;
    if megabytes(bytes.len()) != megabytes(encoded.bytes.len()) {
        remarks.push(format!("{} → {}", megabytes(bytes.len()), megabytes(encoded.bytes.len())));
    }
    if turn != Orientation::NoTransforms {
        remarks.push("turned upright".to_owned());
    }
    if tells_place {
        remarks.push("place data removed".to_owned());
    }
    if encoded.is_flattened {
        remarks.push("transparent parts are white now".to_owned());
    }
    let picture = store(&encoded, display_name(path), inputs)?;
    Ok(PreparedPicture { picture, remarks })
}

/// Makes one frame of a film a picture of the library.
pub(super) fn take_frame(movie: &Path, number: u32, inputs: &Path) -> Result<TakenFrame, PictureError> {
    let untakable = |reason: &dyn Display| {
        PictureError(format!("The frame cannot be taken from the clip: {reason}. Choose another frame or clip."))
    };
    let deadline = Instant::now() + FRAME_PATIENCE;
    let mut reel = Reel::open(movie, (MAX_SIDE, MAX_SIDE), deadline).map_err(|error| untakable(&error))?;
    let number = number.min(reel.info().frames - 1);
    let frame = reel.read(number, deadline).map_err(|reason| untakable(&reason))?;
    let Small { picture, mut remarks } = shrink(frame.to_rgb().into());
    let encoded = match encode_png(&picture)? {
        bytes if bytes.len() <= SENT_BYTES => {
            let size = (picture.width(), picture.height());
            Encoded { bytes, size, picture_type: PictureType::Png, is_flattened: false }
        }
        bytes => {
            let encoded = encode(picture)?;
            remarks.push(format!("{} → {}", megabytes(bytes.len()), megabytes(encoded.bytes.len())));
            encoded
        }
    };
    let clip = movie.file_stem().map_or(Path::new("clip"), Path::new);
    // People count from 1.
    let name = format!("{}, frame {}", display_name(clip), u64::from(number) + 1);
    let picture = store(&encoded, name, inputs)?;
    Ok(TakenFrame { frame: number, prepared: PreparedPicture { picture, remarks } })
}

/// A picture that is no larger than what is sent, with a remark when it was.
struct Small {
    picture: DynamicImage,
    remarks: Vec<String>,
}

fn shrink(picture: DynamicImage) -> Small {
    let before = (picture.width(), picture.height());
    let after = fit_within(before, (SENT_SIDE, SENT_SIDE));
    if after == before {
        return Small { picture, remarks: Vec::new() };
    }
    let remarks = vec![format!("{} × {} → {} × {}", before.0, before.1, after.0, after.1)];
    Small { picture: picture.resize_exact(after.0, after.1, FilterType::CatmullRom), remarks }
}

/// Writes an encoded picture under its hash.
fn store(encoded: &Encoded, display_name: String, inputs: &Path) -> Result<StoredPicture, PictureError> {
    let picture = StoredPicture {
        sha256: Sha256Hex::of(&encoded.bytes),
        picture_type: encoded.picture_type,
        width: encoded.size.0,
        height: encoded.size.1,
        size_bytes: encoded.bytes.len() as u64,
        display_name,
    };
    files::write_whole(&inputs.join(picture.file_name()), &encoded.bytes)
        .map_err(|error| PictureError(format!("The picture cannot be stored: {error}.")))?;
    Ok(picture)
}

/// The bytes of a stored picture, after a look whether they are still those of its hash.
pub(super) fn stored_bytes(picture: &StoredPicture, inputs: &Path) -> Result<Vec<u8>, PictureError> {
    let gone = |_| PictureError("The stored picture is gone. Choose the picture again.".into());
    let mut bytes = Vec::new();
    let file = File::open(inputs.join(picture.file_name())).map_err(gone)?;
    file.take(MAX_FILE_BYTES).read_to_end(&mut bytes).map_err(gone)?;
    if Sha256Hex::of(&bytes) != picture.sha256 {
        return Err(PictureError("The stored picture was changed. Choose the picture again.".into()));
    }
    Ok(bytes)
}

/// A stored picture as a `data:` URI.
pub(super) fn data_uri(picture: &StoredPicture, inputs: &Path) -> Result<String, PictureError> {
    let encoded = base64::engine::general_purpose::STANDARD.encode(stored_bytes(picture, inputs)?);
    Ok(format!("data:{};base64,{encoded}", picture.picture_type.media_type()))
}

fn read_file(path: &Path) -> Result<Vec<u8>, PictureError> {
    let unreadable = |error: std::io::Error| PictureError(format!("The file cannot be read: {error}."));
    let metadata = std::fs::metadata(path).map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(PictureError("This is no file. Choose a JPEG, PNG or WebP picture.".into()));
    }
    if metadata.len() == 0 {
        return Err(PictureError("The file is empty. Choose another picture.".into()));
    }
    let mut bytes = Vec::new();
    // The file may grow while it is read.
    File::open(path).map_err(unreadable)?.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(PictureError(format!(
            "The file has {}; at most 42 MB can be read.",
            megabytes(metadata.len() as usize)
        )));
    }
    Ok(bytes)
}

fn check_header(bytes: &[u8]) -> Result<Header, PictureError> {
    let header = header::read(bytes).map_err(|refusal| match refusal {
        HeaderError::Unsupported(name) => {
            PictureError(format!("{name} files cannot be used. Save the picture as JPEG, PNG or WebP."))
        }
        HeaderError::Unknown => {
            PictureError("This is no picture that can be read. Choose a JPEG, PNG or WebP picture.".into())
        }
        HeaderError::TooManySteps => {
            PictureError("The picture is of a rare variant that cannot be read. Save it again as JPEG or PNG.".into())
        }
        HeaderError::Damaged => unreadable(),
    })?;
    if header.is_animated {
        return Err(PictureError("Animated pictures cannot be used. Save one frame as JPEG or PNG.".into()));
    }
    let Header { width, height, .. } = header;
    if width > MAX_SIDE || height > MAX_SIDE || u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(PictureError(format!(
            "The picture has {width} × {height} pixels. At most {MAX_SIDE} on a side and {} million in all can be read.",
            MAX_PIXELS / 1_000_000
        )));
    }
    Ok(header)
}

struct Decoded {
    picture: DynamicImage,
    turn: Orientation,
    tells_place: bool,
}

fn decode(bytes: &[u8], header: Header) -> Result<Decoded, PictureError> {
    let plain;
    let (format, bytes) = match header.format {
        PictureFormat::Jpeg => (ImageFormat::Jpeg, bytes),
        PictureFormat::WebP => (ImageFormat::WebP, bytes),
        PictureFormat::Png => {
            plain = header::png_essentials(bytes);
            (ImageFormat::Png, plain.as_slice())
        }
    };
    let mut limits = image::Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_DECODER_BYTES);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder().map_err(told)?;
    // Some decoders take note of the limits but reserve their output all the same.
    limits.reserve(decoder.total_bytes()).map_err(told)?;
    let turn = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let tells_place = decoder.exif_metadata().ok().flatten().is_some_and(|data| exif::tells_place(&data));
    let mut picture = DynamicImage::from_decoder(decoder).map_err(told)?;
    // 8 bits are all that is sent; converting first keeps the turn and the scaling small.
    picture = if picture.color().has_alpha() { picture.into_rgba8().into() } else { picture.into_rgb8().into() };
    picture.apply_orientation(turn);
    Ok(Decoded { picture, turn, tells_place })
}

fn told(error: image::ImageError) -> PictureError {
    match error {
        image::ImageError::Limits(_) => {
            PictureError("The picture needs more memory than is allowed. Save it smaller.".into())
        }
        image::ImageError::Unsupported(_) => {
            PictureError("The picture is of a rare variant that cannot be read. Save it again as JPEG or PNG.".into())
        }
        _ => unreadable(),
    }
}

fn unreadable() -> PictureError {
    PictureError("The picture is damaged and cannot be read. Choose another.".into())
}

struct Encoded {
    bytes: Vec<u8>,
    size: (u32, u32),
    picture_type: PictureType,
    is_flattened: bool,
}

fn encode(picture: DynamicImage) -> Result<Encoded, PictureError> {
    let size = (picture.width(), picture.height());
    let mut is_flattened = false;
    let opaque = match picture {
        DynamicImage::ImageRgba8(picture) if picture.pixels().any(|pixel| pixel.0[3] != 255) => {
            let picture = DynamicImage::ImageRgba8(picture);
            let bytes = encode_png(&picture)?;
            if bytes.len() <= SENT_PNG_BYTES {
                return Ok(Encoded { bytes, size, picture_type: PictureType::Png, is_flattened: false });
            }
            is_flattened = true;
            let picture = picture.into_rgba8();
            RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
                let [red, green, blue, alpha] = picture.get_pixel(x, y).0;
                let over = |value: u8| {
                    ((u32::from(value) * u32::from(alpha) + 255 * (255 - u32::from(alpha)) + 127) / 255) as u8
                };
                image::Rgb([over(red), over(green), over(blue)])
            })
        }
        picture => picture.into_rgb8(),
    };
    for quality in [90, 82, 70, 55] {
        let mut bytes = Vec::new();
        image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(&opaque).map_err(told)?;
        if bytes.len() <= SENT_BYTES {
            return Ok(Encoded { bytes, size, picture_type: PictureType::Jpeg, is_flattened });
        }
    }
    Err(PictureError("The picture cannot be made small enough to be sent. Choose another.".into()))
}

fn encode_png(picture: &DynamicImage) -> Result<Vec<u8>, PictureError> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).map_err(told)?;
    Ok(bytes.into_inner())
}

/// The file's name without its path, without characters that could deceive, and not too long for a line.
fn display_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let clean = name.chars().filter(|c| !is_hidden(*c)).take(120).collect::<String>();
    let clean = without_heaps(&clean);
    if clean.trim().is_empty() { "picture".to_owned() } else { clean }
}

/// Length in megabytes or kilobytes, as file managers show it.
fn megabytes(bytes: usize) -> String {
    if bytes >= 100_000 { format!("{:.1} MB", bytes as f64 / 1e6) } else { format!("{} kB", bytes.div_ceil(1000)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_for_the_screen_hide_nothing_and_hold_no_path() {
        for (path, name) in [
            ("/home/me/My cat.jpg", "My cat.jpg"),
            ("/tmp/evil\u{202e}gpj.exe", "evilgpj.exe"),
            ("/tmp/a\u{1b}[31m.png", "a[31m.png"),
            ("/", "picture"),
        ] {
            assert_eq!(display_name(Path::new(path)), name);
        }
        assert_eq!(display_name(Path::new(&"x".repeat(250))).len(), 120);
    }
}
