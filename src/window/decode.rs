//! Decodes image files into the pixel format of textures.

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

/// Converts an image to the pixel format of textures.
pub(super) fn to_color_image(picture: &image::DynamicImage) -> Option<ColorImage> {
    let pixels = picture.to_rgba8();
    let size = [usize::try_from(pixels.width()).ok()?, usize::try_from(pixels.height()).ok()?];
    Some(ColorImage::from_rgba_unmultiplied(size, pixels.as_raw()))
}
