//! From the bytes of a picture to pixels in the form in which the graphics card takes them.

use eframe::egui::{ColorImage, TextureFilter, TextureOptions};

/// Cards show a poster at a third of its size or less, where a plain filter leaves jagged edges.
pub(super) const LOOK: TextureOptions =
    TextureOptions { mipmap_mode: Some(TextureFilter::Linear), ..TextureOptions::LINEAR };

/// Reads a picture of at most 8192 × 8192 pixels as it is.
pub(super) fn decode_bounded<R: std::io::BufRead + std::io::Seek>(
    mut reader: image::ImageReader<R>,
) -> Option<image::DynamicImage> {
    let mut limits = image::Limits::default();
    limits.max_image_width = Some(8192);
    limits.max_image_height = Some(8192);
    reader.limits(limits);
    reader.with_guessed_format().ok()?.decode().ok()
}

/// The same pixels in the form in which they are uploaded.
pub(super) fn to_color_image(picture: &image::DynamicImage) -> Option<ColorImage> {
    let pixels = picture.to_rgba8();
    let size = [usize::try_from(pixels.width()).ok()?, usize::try_from(pixels.height()).ok()?];
    Some(ColorImage::from_rgba_unmultiplied(size, pixels.as_raw()))
}
