//! A door for the fuzz targets in `fuzz/` to the parsers of this room. Nothing else goes through it.

use super::{exif, header, heif, picture};

/// Whether the head of a picture file can be read.
pub fn picture_head(bytes: &[u8]) -> bool {
    header::read(bytes).is_ok()
}

/// Length of the coded picture in the frame of a HEIC or AVIF file.
pub fn heif_picture(bytes: &[u8]) -> Option<usize> {
    heif::read(bytes).ok().map(|picture| picture.data.len())
}

/// What EXIF data and texts say of a picture: its turn, and whether they tell a place.
pub fn exif(bytes: &[u8]) -> (Option<u8>, bool) {
    (exif::orientation(bytes), exif::tells_place(bytes) | exif::text_tells_place(bytes) | exif::says_adobe_rgb(bytes))
}

/// Width and height of a picture file of any format, decoded and brought to sRGB.
pub fn picture(bytes: &[u8]) -> Option<(u32, u32)> {
    picture::size_of_opened(bytes)
}

/// Whether colors can be converted by an ICC profile.
pub fn profile(bytes: &[u8]) -> bool {
    picture::converts_by(bytes)
}
