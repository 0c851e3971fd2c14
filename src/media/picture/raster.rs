//! Decodes the formats of the `image` crate, with what it does not read of them: printing inks, color marks, palettes of TIFF.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::PictureError;
use super::bounds::{MAX_DECODER_BYTES, MAX_SIDE, rare, told, too_large, unreadable};
use super::color::{self, ColorSource, MAX_PROFILE_BYTES};
use super::decoded::{Colors, Decoded, source_of, turns_of};
use crate::media::exif;
use crate::media::header::{PictureFormat, png};

/// Decodes a file whose header was checked.
pub(super) fn decode(bytes: &[u8], format: PictureFormat) -> Result<Decoded, PictureError> {
    let plain;
    let (kind, content) = match format {
        PictureFormat::Jpeg => {
            if let Some(decoded) = decode_inks_of_jpeg(bytes)? {
                return Ok(decoded);
            }
            (ImageFormat::Jpeg, bytes)
        }
        PictureFormat::Png => {
            plain = png::essentials(bytes);
            (ImageFormat::Png, plain.as_slice())
        }
        PictureFormat::WebP => (ImageFormat::WebP, bytes),
        PictureFormat::Gif => (ImageFormat::Gif, bytes),
        PictureFormat::Bmp => (ImageFormat::Bmp, bytes),
        PictureFormat::Tiff => {
            if let Some(decoded) = super::tiff::decode(bytes)? {
                return Ok(decoded);
            }
            (ImageFormat::Tiff, bytes)
        }
        PictureFormat::Heic | PictureFormat::Avif => return Err(unreadable()),
    };
    let mut limits = image::Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_DECODER_BYTES);
    let mut reader = ImageReader::with_format(Cursor::new(content), kind);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder().map_err(told)?;
    // Some decoders take note of the limits but reserve their output all the same.
    limits.reserve(decoder.total_bytes()).map_err(told)?;
    let exif = match format {
        // The file itself has the directories that EXIF data has.
        PictureFormat::Tiff => None,
        _ => decoder.exif_metadata().ok().flatten(),
    };
    let exif = if format == PictureFormat::Tiff { Some(bytes) } else { exif.as_deref() };
    let profile = match format {
        PictureFormat::Png => None,
        _ => decoder.icc_profile().ok().flatten(),
    };
    let source = match format {
        PictureFormat::Png => colors_of_png(bytes),
        _ => source_of(profile, exif),
    };
    let turns = turns_of(exif.and_then(exif::orientation));
    let tells_place = exif.is_some_and(exif::tells_place);
    let picture = DynamicImage::from_decoder(decoder).map_err(told)?;
    Ok(Decoded { picture, colors: Colors::Of(source), turns, is_turned: false, tells_place })
}

/// A JPEG of printing inks; `None` for one of any other colors. Programs of the printing trade store light instead of ink, and
/// by now all do.
fn decode_inks_of_jpeg(bytes: &[u8]) -> Result<Option<Decoded>, PictureError> {
    let side = MAX_SIDE as usize;
    let options = DecoderOptions::default().set_strict_mode(false).set_max_width(side).set_max_height(side);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    if decoder.decode_headers().is_err() {
        // The other way says why.
        return Ok(None);
    }
    let space = decoder.input_colorspace();
    let Some(space @ (ColorSpace::CMYK | ColorSpace::YCCK)) = space else { return Ok(None) };
    let (width, height) = decoder.dimensions().ok_or_else(unreadable)?;
    if (width * height * 4) as u64 > MAX_DECODER_BYTES {
        return Err(too_large());
    }
    decoder.set_options(options.jpeg_set_out_colorspace(space));
    let mut inks = decoder.decode().map_err(|_damage| unreadable())?;
    if inks.len() != width * height * 4 {
        return Err(rare());
    }
    for pixel in inks.as_chunks_mut::<4>().0 {
        if space == ColorSpace::YCCK {
            let [luma, blue, red, black] = *pixel;
            let light = light_of(luma, blue, red);
            // Light of the three inks: none of it is all ink.
            *pixel = [light[0], light[1], light[2], 255 - black];
        } else {
            *pixel = pixel.map(|light| 255 - light);
        }
    }
    let profile = decoder.icc_profile();
    let exif = decoder.exif().cloned();
    let size = (width as u32, height as u32);
    let (picture, note) = color::inks_to_srgb(size, &inks, profile.as_deref()).ok_or_else(unreadable)?;
    Ok(Some(Decoded {
        picture,
        colors: Colors::Converted(note),
        turns: turns_of(exif.as_deref().and_then(exif::orientation)),
        is_turned: false,
        tells_place: exif.as_deref().is_some_and(exif::tells_place),
    }))
}

/// The equations of JFIF from luma and the two differences to red, green and blue.
fn light_of(luma: u8, blue: u8, red: u8) -> [u8; 3] {
    let (luma, blue, red) = (f32::from(luma), f32::from(blue) - 128.0, f32::from(red) - 128.0);
    [luma + 1.402 * red, luma - 0.344_136 * blue - 0.714_136 * red, luma + 1.772 * blue]
        .map(|value| value.round().clamp(0.0, 255.0) as u8)
}

/// What a PNG file says of its colors, in the order of the standard: numbers, profile, sRGB, curve and places.
fn colors_of_png(bytes: &[u8]) -> ColorSource {
    if let Some([primaries, transfer, 0, 1]) = png::chunk(bytes, b"cICP") {
        return ColorSource::Numbers { primaries: *primaries, transfer: *transfer };
    }
    if let Some(packed) = png::chunk(bytes, b"iCCP").filter(|packed| packed.len() <= MAX_PROFILE_BYTES) {
        // What cannot be unpacked is a profile that cannot be read.
        return ColorSource::Profile(unpacked_profile(packed).unwrap_or_default());
    }
    if png::chunk(bytes, b"sRGB").is_some() {
        return ColorSource::Srgb;
    }
    let number = |content: &[u8], index: usize| {
        let bytes = content.get(index * 4..index * 4 + 4)?.try_into().ok()?;
        Some(u32::from_be_bytes(bytes) as f32 / 100_000.0)
    };
    let Some(gamma) = png::chunk(bytes, b"gAMA").and_then(|content| number(content, 0)) else {
        return ColorSource::Srgb;
    };
    let places = png::chunk(bytes, b"cHRM").and_then(|content| {
        let place = |index: usize| Some((number(content, index * 2)?, number(content, index * 2 + 1)?));
        Some([place(0)?, place(1)?, place(2)?, place(3)?])
    });
    // The nearest that the two can say to sRGB is sRGB: its curve is no plain power.
    let is_srgb = (gamma - 0.454_55).abs() < 0.005
        && places.is_none_or(|places| {
            let srgb = [(0.3127, 0.329), (0.64, 0.33), (0.3, 0.6), (0.15, 0.06)];
            places.iter().zip(srgb).all(|((x, y), (sx, sy))| (x - sx).abs() < 0.002 && (y - sy).abs() < 0.002)
        });
    if is_srgb || gamma <= 0.0 {
        return ColorSource::Srgb;
    }
    ColorSource::Gamma { exponent: 1.0 / gamma, places }
}

/// Unpacks a color profile within bounds: a few bytes may unpack to gigabytes.
fn unpacked_profile(packed: &[u8]) -> Option<Vec<u8>> {
    let small = png::with_profile_only(packed);
    let mut limits = image::Limits::default();
    limits.max_alloc = Some(2 * MAX_PROFILE_BYTES as u64);
    let mut decoder = image::codecs::png::PngDecoder::with_limits(Cursor::new(small), limits).ok()?;
    decoder.icc_profile().ok().flatten().filter(|profile| profile.len() <= MAX_PROFILE_BYTES)
}
