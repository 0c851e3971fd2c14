//! What reading a picture may take, and the sentences for what takes more or cannot be read.

use super::PictureError;

/// Longest side that is read, in pixels.
pub(super) const MAX_SIDE: u32 = 8192;
/// Memory that a decoder may ask for.
pub(super) const MAX_DECODER_BYTES: u64 = 128 << 20;
/// Most pixels that are read; as 8-bit color they fit into [`MAX_DECODER_BYTES`].
const MAX_PIXELS: u64 = 44_000_000;

/// Refuses pictures that are larger than what is read.
pub(super) fn check_size(width: u32, height: u32) -> Result<(), PictureError> {
    if width > MAX_SIDE || height > MAX_SIDE || u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(PictureError(format!(
            "The picture has {width} × {height} pixels. At most {MAX_SIDE} on a side and {} million in all can be read.",
            MAX_PIXELS / 1_000_000
        )));
    }
    Ok(())
}

/// The sentence for an error of a decoder or encoder.
pub(super) fn told(error: image::ImageError) -> PictureError {
    match error {
        image::ImageError::Limits(_) => too_large(),
        image::ImageError::Unsupported(_) => rare(),
        _ => unreadable(),
    }
}

/// The sentence for a picture that needs more than [`MAX_DECODER_BYTES`].
pub(super) fn too_large() -> PictureError {
    PictureError("The picture needs more memory than is allowed. Save it smaller.".into())
}

/// The sentence for a variant of a format that nothing here reads.
pub(super) fn rare() -> PictureError {
    PictureError("The picture is of a rare variant that cannot be read. Save it again as JPEG or PNG.".into())
}

/// The sentence for a picture that breaks the rules of its format.
pub(super) fn unreadable() -> PictureError {
    PictureError("The picture is damaged and cannot be read. Choose another.".into())
}
