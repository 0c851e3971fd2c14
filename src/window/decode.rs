//! Decodes image files into the pixel format of textures.

use std::fs::File;
use std::io::{Cursor, Read as _};
use std::path::Path;

use eframe::egui::{ColorImage, TextureFilter, TextureOptions};

/// Cards show a poster at a third of its size or less; without mipmaps its edges would be jagged.
pub(super) const LOOK: TextureOptions =
    TextureOptions { mipmap_mode: Some(TextureFilter::Linear), ..TextureOptions::LINEAR };

/// Decodes an image of at most 8192 × 8192 pixels. `None` if it is larger or cannot be decoded.
pub(super) fn decode_bounded<R: std::io::BufRead + std::io::Seek>(
    mut reader: image::ImageReader<R>,
) -> Option<image::DynamicImage> {
    let mut limits = image::Limits::default();
    limits.max_image_width = Some(8192);
    limits.max_image_height = Some(8192);
    reader.limits(limits);
    reader.with_guessed_format().ok()?.decode().ok()
}

/// Longest poster or filmstrip in bytes. Those that the program writes are far smaller.
const MAX_FILE_BYTES: u64 = 32 * 1024 * 1024;

/// Decodes a poster or filmstrip of the library. `None` if the file is not there or not whole: such pictures are JPEG
/// files that the program wrote itself, and decoders take the first half of one for a picture with a gray end.
pub(super) fn decode_whole_jpeg(path: &Path) -> Option<image::DynamicImage> {
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).ok()?;
    let is_whole =
        bytes.len() as u64 <= MAX_FILE_BYTES && bytes.starts_with(&[0xFF, 0xD8]) && bytes.ends_with(&[0xFF, 0xD9]);
    is_whole.then(|| decode_bounded(image::ImageReader::new(Cursor::new(bytes)))).flatten()
}

/// Converts an image to the pixel format of textures.
pub(super) fn to_color_image(picture: &image::DynamicImage) -> Option<ColorImage> {
    let pixels = picture.to_rgba8();
    let size = [usize::try_from(pixels.width()).ok()?, usize::try_from(pixels.height()).ok()?];
    Some(ColorImage::from_rgba_unmultiplied(size, pixels.as_raw()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_picture_is_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("poster.jpg");
        assert!(decode_whole_jpeg(&file).is_none(), "there is no file");
        let noise =
            image::RgbImage::from_fn(160, 90, |x, y| image::Rgb([(x * 7 % 251) as u8, (y * 13 % 241) as u8, 90]));
        noise.save(&file).expect("a picture");
        assert!(decode_whole_jpeg(&file).is_some());
        let whole = std::fs::read(&file).expect("the picture");
        for cut in 0..whole.len() {
            std::fs::write(&file, &whole[..cut]).expect("written");
            assert!(decode_whole_jpeg(&file).is_none(), "cut after {cut} of {} bytes", whole.len());
        }
        assert!(decode_whole_jpeg(folder.path()).is_none(), "a folder in its place");
    }
}
