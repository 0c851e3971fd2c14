//! Opens picture files within bounds: whatever the format, the result is upright 8-bit color.

use std::panic::catch_unwind;

use image::DynamicImage;

use super::bounds::{check_size, rare, unreadable};
use super::decoded::{Colors, Opened};
use super::{PictureError, avif, color, encode, heic, raster};
use crate::domain::picture_edit::PictureFacts;
use crate::media::exif;
use crate::media::header::{self, Header, HeaderError, PictureFormat};
use crate::media::heif::Turn;

/// Opens the bytes of a picture file that is called `display_name`.
pub(super) fn open(bytes: &[u8], display_name: String) -> Result<Opened, PictureError> {
    let header = check_header(bytes)?;
    // A decoder that panics must cost one picture, not the window.
    catch_unwind(|| open_checked(bytes, header, display_name)).unwrap_or_else(|_| Err(unreadable()))
}

/// The same for the fuzz targets, which want to see a panic.
pub(super) fn open_unguarded(bytes: &[u8]) -> Result<Opened, PictureError> {
    open_checked(bytes, check_header(bytes)?, String::new())
}

fn open_checked(bytes: &[u8], header: Header, display_name: String) -> Result<Opened, PictureError> {
    let decoded = match header.format {
        PictureFormat::Heic => heic::decode(bytes),
        PictureFormat::Avif => avif::decode(bytes),
        _ => raster::decode(bytes, header.format),
    }?;
    let (mut picture, note) = match decoded.colors {
        Colors::Of(source) => color::to_srgb(decoded.picture, &source),
        Colors::Converted(note) => (decoded.picture, note),
    };
    for turn in &decoded.turns {
        picture = turned(picture, *turn);
    }
    let tells_place = decoded.tells_place || exif::text_tells_place(bytes);
    let mut remarks = Vec::new();
    if decoded.is_turned || !decoded.turns.is_empty() {
        remarks.push("turned upright".to_owned());
    }
    if tells_place {
        remarks.push("place data removed".to_owned());
    }
    remarks.extend(note.remark());
    if header.is_animated {
        remarks.push("first frame of an animation".to_owned());
    }
    let is_transparent = encode::is_transparent(&picture);
    let picture = if is_transparent { picture } else { picture.into_rgb8().into() };
    let facts = PictureFacts {
        display_name,
        format: header.format.name().to_owned(),
        width: picture.width(),
        height: picture.height(),
        size_bytes: bytes.len() as u64,
        tells_place,
        is_transparent,
        is_animated: header.is_animated,
        profile: note.converted_from,
    };
    Ok(Opened { picture, facts, remarks, whole: None })
}

fn turned(picture: DynamicImage, turn: Turn) -> DynamicImage {
    match turn {
        Turn::Quarters(1) => picture.rotate270(),
        Turn::Quarters(2) => picture.rotate180(),
        Turn::Quarters(_) => picture.rotate90(),
        Turn::TopBottom => picture.flipv(),
        Turn::LeftRight => picture.fliph(),
    }
}

/// Bare pixels as a picture, four bytes each.
pub(in crate::media) fn of_pixels(
    width: u32,
    height: u32,
    rgba: &[u8],
    display_name: &str,
) -> Result<Opened, PictureError> {
    if rgba.is_empty() || rgba.len() as u64 != u64::from(width) * u64::from(height) * 4 {
        return Err(PictureError("The clipboard holds no whole picture. Copy it again.".into()));
    }
    check_size(width, height)?;
    let picture = image::RgbaImage::from_raw(width, height, rgba.to_vec()).ok_or_else(unreadable)?;
    let picture = DynamicImage::from(picture);
    let is_transparent = encode::is_transparent(&picture);
    let facts = PictureFacts {
        display_name: display_name.to_owned(),
        format: "PNG".to_owned(),
        width,
        height,
        size_bytes: 0,
        tells_place: false,
        is_transparent,
        is_animated: false,
        profile: None,
    };
    let picture = if is_transparent { picture } else { picture.into_rgb8().into() };
    Ok(Opened { picture, facts, remarks: Vec::new(), whole: None })
}

fn check_header(bytes: &[u8]) -> Result<Header, PictureError> {
    const KINDS: &str = "JPEG, PNG or WebP";
    let header = header::read(bytes).map_err(|refusal| match refusal {
        HeaderError::Unsupported(name) => {
            PictureError(format!("{name} files cannot be used. Save the picture as {KINDS}."))
        }
        HeaderError::Raw(name) => PictureError(format!(
            "This is unprocessed camera data ({name}), which cannot be used. Develop the photo and save it as {KINDS}."
        )),
        HeaderError::Film => PictureError(
            "This is a film. Take a frame of it: save one as JPEG or PNG, or choose Continue from here on a clip."
                .into(),
        ),
        HeaderError::Unknown => PictureError(format!("This is no picture that can be read. Choose a {KINDS} picture.")),
        HeaderError::TooManySteps => rare(),
        HeaderError::Damaged => unreadable(),
    })?;
    if let Some((width, height)) = header.size {
        check_size(width, height)?;
    }
    Ok(header)
}
