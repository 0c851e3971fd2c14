//! A door for the fuzz targets in `fuzz/` to the parsers of this room. Nothing else goes through it.

use super::header;

/// Width and height that the head of a picture file states, in pixels.
pub fn picture_size(bytes: &[u8]) -> Option<(u32, u32)> {
    header::read(bytes).ok().map(|header| (header.width, header.height))
}
