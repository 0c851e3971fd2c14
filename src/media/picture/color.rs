//! Brings colors to sRGB, whatever they are stored in. A profile that cannot be used costs the conversion, not the picture.

use image::{DynamicImage, RgbImage};
use moxcms::{
    Chromaticity, CicpColorPrimaries, CicpProfile, ColorPrimaries, ColorProfile, DataColorSpace, Layout,
    MatrixCoefficients, ParsingOptions, ProfileText, TransferCharacteristics, TransformExecutor, TransformOptions,
    curve_from_gamma,
};

use crate::domain::text::{is_hidden, without_heaps};

/// A profile is not larger. Those of printing presses have about two megabytes.
pub(super) const MAX_PROFILE_BYTES: usize = 4 << 20;
/// Colors that differ by no more than this in any value, of 255, are the same.
const SAME: u8 = 2;
/// Longest name of a profile on the screen, in characters.
const MAX_NAME: usize = 40;

/// What a file says of the meaning of its numbers.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum ColorSource {
    /// Nothing, or that they are sRGB.
    Srgb,
    /// An ICC profile.
    Profile(Vec<u8>),
    /// Primaries and transfer by their numbers in ITU-T H.273.
    Numbers { primaries: u8, transfer: u8 },
    /// The exponent of the curve from numbers to light, such as 2.2, and the places of white, red, green and blue (x, y).
    Gamma { exponent: f32, places: Option<[(f32, f32); 4]> },
    /// Adobe RGB, by the mark of a camera.
    AdobeRgb,
}

/// What became of the colors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ColorNote {
    /// Name of the space they were converted from. `None` when they were sRGB before, or are taken as such.
    pub(super) converted_from: Option<String>,
    /// Whether they are taken as sRGB since what the file says of them cannot be used.
    pub(super) is_guess: bool,
}

impl ColorNote {
    /// The remark for the user, if there is something to say.
    pub(super) fn remark(&self) -> Option<String> {
        match &self.converted_from {
            Some(name) if self.is_guess => Some(format!("colors converted from {name} without its profile")),
            Some(name) => Some(format!("colors converted from {name}")),
            None if self.is_guess => Some("the color profile cannot be used and was left out".to_owned()),
            None => None,
        }
    }

    fn guess() -> Self {
        Self { converted_from: None, is_guess: true }
    }
}

/// The picture in sRGB with 8 bits a value: RGB, or RGBA when it had opacity.
pub(super) fn to_srgb(picture: DynamicImage, source: &ColorSource) -> (DynamicImage, ColorNote) {
    if *source == ColorSource::Srgb {
        return (plain(picture), ColorNote::default());
    }
    let Some((profile, name)) = profile(source) else {
        return (plain(picture), ColorNote::guess());
    };
    let fits = match profile.color_space {
        DataColorSpace::Rgb => true,
        DataColorSpace::Gray => !picture.color().has_color(),
        _ => false,
    };
    if !fits {
        return (plain(picture), ColorNote::guess());
    }
    let is_same = match is_srgb(&profile) {
        Some(is_same) => is_same,
        None => return (plain(picture), ColorNote::guess()),
    };
    if is_same {
        return (plain(picture), ColorNote::default());
    }
    match converted(&picture, &profile) {
        Some(converted) => (converted, ColorNote { converted_from: Some(name), is_guess: false }),
        None => (plain(picture), ColorNote::guess()),
    }
}

/// A picture of printing inks in sRGB: four bytes a pixel for cyan, magenta, yellow and black, 255 for all ink. Without a
/// profile that fits, light is what no ink takes away.
pub(super) fn inks_to_srgb(
    (width, height): (u32, u32),
    inks: &[u8],
    profile: Option<&[u8]>,
) -> Option<(DynamicImage, ColorNote)> {
    let mut picture = RgbImage::new(width, height);
    let converted = profile.and_then(|bytes| {
        let profile = parsed(bytes).filter(|profile| profile.color_space == DataColorSpace::Cmyk)?;
        let transform = profile
            .create_transform_8bit(Layout::Rgba, &ColorProfile::new_srgb(), Layout::Rgb, TransformOptions::default())
            .ok()?;
        by_rows(&*transform, inks, &mut picture, (4, 3))?;
        Some(name_of(&profile))
    });
    if let Some(name) = converted {
        return Some((picture.into(), ColorNote { converted_from: Some(name), is_guess: false }));
    }
    if inks.len() as u64 != u64::from(width) * u64::from(height) * 4 {
        return None;
    }
    for (pixel, ink) in picture.as_chunks_mut::<3>().0.iter_mut().zip(inks.as_chunks::<4>().0) {
        let light = |ink: u8, black: u8| ((255 - u32::from(ink)) * (255 - u32::from(black)) + 127) / 255;
        *pixel = [ink[0], ink[1], ink[2]].map(|color| light(color, ink[3]) as u8);
    }
    let note = ColorNote { converted_from: Some("CMYK".to_owned()), is_guess: profile.is_some() };
    Some((picture.into(), note))
}

/// Whether any small picture can be converted by this profile.
pub(super) fn converts_by(bytes: &[u8]) -> bool {
    let source = ColorSource::Profile(bytes.to_vec());
    let pictures = [DynamicImage::new_rgb8(5, 3), DynamicImage::new_luma8(5, 3), DynamicImage::new_rgba16(5, 3)];
    let converts = pictures.into_iter().any(|picture| !to_srgb(picture, &source).1.is_guess);
    converts | inks_to_srgb((5, 3), &[100; 60], Some(bytes)).is_some_and(|(_, note)| !note.is_guess)
}

/// 8 bits a value, as they are.
fn plain(picture: DynamicImage) -> DynamicImage {
    if picture.color().has_alpha() { picture.into_rgba8().into() } else { picture.into_rgb8().into() }
}

fn profile(source: &ColorSource) -> Option<(ColorProfile, String)> {
    match source {
        ColorSource::Srgb => None,
        ColorSource::Profile(bytes) => {
            let profile = parsed(bytes)?;
            let name = name_of(&profile);
            Some((profile, name))
        }
        ColorSource::AdobeRgb => Some((ColorProfile::new_adobe_rgb(), "Adobe RGB".to_owned())),
        ColorSource::Numbers { primaries, transfer } => {
            // Unknown means sRGB, and the curves of television are seen as that of sRGB, as everywhere on the web.
            let primaries = if *primaries == 2 { 1 } else { *primaries };
            let transfer = if matches!(transfer, 1 | 2 | 6 | 14 | 15) { 13 } else { *transfer };
            let color_primaries = CicpColorPrimaries::try_from(primaries).ok()?;
            let transfer_characteristics = TransferCharacteristics::try_from(transfer).ok()?;
            let name = match primaries {
                9 => "BT.2020",
                11 => "DCI-P3",
                12 => "Display P3",
                _ => "another color space",
            };
            // Light beyond white cannot be brought to sRGB by a profile alone.
            if matches!(transfer, 16 | 18) {
                return None;
            }
            let profile = ColorProfile::new_from_cicp(CicpProfile {
                color_primaries,
                transfer_characteristics,
                matrix_coefficients: MatrixCoefficients::Identity,
                full_range: true,
            });
            profile.red_trc.is_some().then(|| (profile, name.to_owned()))
        }
        ColorSource::Gamma { exponent, places } => {
            if !(0.1..=10.0).contains(exponent) {
                return None;
            }
            let mut profile = ColorProfile::new_srgb();
            profile.cicp = None;
            if let Some(places) = places {
                if places.iter().any(|(x, y)| !(0.0..=1.0).contains(x) || !(0.01..=1.0).contains(y)) {
                    return None;
                }
                let [white, red, green, blue] = places.map(|(x, y)| Chromaticity::new(x, y));
                profile.update_rgb_colorimetry(white.to_xyyb(), ColorPrimaries { red, green, blue });
            }
            let curve = curve_from_gamma(*exponent);
            profile.red_trc = Some(curve.clone());
            profile.green_trc = Some(curve.clone());
            profile.blue_trc = Some(curve);
            Some((profile, "another color space".to_owned()))
        }
    }
}

fn parsed(bytes: &[u8]) -> Option<ColorProfile> {
    let options = ParsingOptions {
        max_profile_size: MAX_PROFILE_BYTES,
        max_allowed_clut_size: 2_000_000,
        max_allowed_trc_size: 40_000,
    };
    let profile = ColorProfile::new_from_slice_with_options(bytes, options).ok()?;
    // A profile that only links two devices, or names colors, says nothing of a picture.
    let is_number = |value: f64| value.is_finite() && value.abs() < 16.0;
    let colorants = [profile.red_colorant, profile.green_colorant, profile.blue_colorant];
    colorants.iter().all(|color| is_number(color.x) && is_number(color.y) && is_number(color.z)).then_some(profile)
}

fn name_of(profile: &ColorProfile) -> String {
    let text = match &profile.description {
        Some(ProfileText::PlainString(text)) => text.as_str(),
        Some(ProfileText::Localizable(texts)) => texts.first().map_or("", |text| text.value.as_str()),
        Some(ProfileText::Description(text)) => text.ascii_string.as_str(),
        None => "",
    };
    let clean: String = text.chars().filter(|c| !is_hidden(*c)).take(MAX_NAME).collect();
    let clean = without_heaps(clean.trim());
    if clean.is_empty() { "an unnamed profile".to_owned() } else { clean }
}

/// Whether the profile leaves colors as they are, by trying some. `None` when it cannot be tried.
fn is_srgb(profile: &ColorProfile) -> Option<bool> {
    let steps = [0, 32, 64, 128, 192, 255];
    if profile.color_space == DataColorSpace::Gray {
        let grays = DynamicImage::from(image::GrayImage::from_raw(6, 1, steps.to_vec())?);
        let seen = converted(&grays, profile)?.into_rgb8();
        return Some(
            seen.pixels().zip(steps).all(|(pixel, gray)| pixel.0.iter().all(|value| value.abs_diff(gray) <= SAME)),
        );
    }
    let colors = RgbImage::from_fn(36, 6, |x, y| {
        image::Rgb([steps[(x / 6) as usize], steps[(x % 6) as usize], steps[y as usize]])
    });
    let seen = converted(&colors.clone().into(), profile)?.into_rgb8();
    Some(seen.iter().zip(colors.iter()).all(|(seen, color)| seen.abs_diff(*color) <= SAME))
}

/// The picture through a profile of gray or RGB. `None` when no way leads from one to the other.
fn converted(picture: &DynamicImage, profile: &ColorProfile) -> Option<DynamicImage> {
    let has_alpha = picture.color().has_alpha();
    let is_gray = profile.color_space == DataColorSpace::Gray;
    let from = match (is_gray, has_alpha) {
        (true, false) => (Layout::Gray, 1),
        (true, true) => (Layout::GrayAlpha, 2),
        (false, false) => (Layout::Rgb, 3),
        (false, true) => (Layout::Rgba, 4),
    };
    let to = if has_alpha { (Layout::Rgba, 4) } else { (Layout::Rgb, 3) };
    let (srgb, options) = (ColorProfile::new_srgb(), TransformOptions::default());
    let channels = (from.1, to.1);
    let is_deep = u16::from(picture.color().bytes_per_pixel() / picture.color().channel_count()) > 1;
    let size = (picture.width(), picture.height());
    if is_deep {
        let transform = profile.create_transform_16bit(from.0, &srgb, to.0, options).ok()?;
        let values = match from.0 {
            Layout::Gray => picture.to_luma16().into_raw(),
            Layout::GrayAlpha => picture.to_luma_alpha16().into_raw(),
            Layout::Rgb => picture.to_rgb16().into_raw(),
            _ => picture.to_rgba16().into_raw(),
        };
        let row = size.0 as usize;
        let mut deep = vec![0_u16; row * to.1];
        let mut bytes = Vec::with_capacity(row * size.1 as usize * to.1);
        for values in values.chunks_exact(row * from.1) {
            transform.transform(values, &mut deep).ok()?;
            bytes.extend(deep.iter().map(|value| ((u32::from(*value) + 128) / 257) as u8));
        }
        return of_bytes(size, bytes, has_alpha);
    }
    let transform = profile.create_transform_8bit(from.0, &srgb, to.0, options).ok()?;
    let mut bytes = vec![0; size.0 as usize * size.1 as usize * to.1];
    // What is there already in the right layout is not copied.
    let own;
    let values: &[u8] = match (from.0, picture) {
        (Layout::Gray, DynamicImage::ImageLuma8(picture)) => picture.as_raw(),
        (Layout::GrayAlpha, DynamicImage::ImageLumaA8(picture)) => picture.as_raw(),
        (Layout::Rgb, DynamicImage::ImageRgb8(picture)) => picture.as_raw(),
        (Layout::Rgba, DynamicImage::ImageRgba8(picture)) => picture.as_raw(),
        (layout, picture) => {
            own = match layout {
                Layout::Gray => picture.to_luma8().into_raw(),
                Layout::GrayAlpha => picture.to_luma_alpha8().into_raw(),
                Layout::Rgb => picture.to_rgb8().into_raw(),
                _ => picture.to_rgba8().into_raw(),
            };
            &own
        }
    };
    rows(&*transform, values, &mut bytes, size.0, channels)?;
    of_bytes(size, bytes, has_alpha)
}

fn of_bytes((width, height): (u32, u32), bytes: Vec<u8>, has_alpha: bool) -> Option<DynamicImage> {
    if has_alpha {
        image::RgbaImage::from_raw(width, height, bytes).map(DynamicImage::from)
    } else {
        RgbImage::from_raw(width, height, bytes).map(DynamicImage::from)
    }
}

fn by_rows(
    transform: &(dyn TransformExecutor<u8> + Send + Sync),
    values: &[u8],
    picture: &mut RgbImage,
    channels: (usize, usize),
) -> Option<()> {
    let width = picture.width();
    rows(transform, values, picture, width, channels)
}

/// Row by row, with so many values a pixel before and behind.
fn rows(
    transform: &(dyn TransformExecutor<u8> + Send + Sync),
    values: &[u8],
    bytes: &mut [u8],
    width: u32,
    (before, behind): (usize, usize),
) -> Option<()> {
    let width = width as usize;
    if values.len() / before != bytes.len() / behind {
        return None;
    }
    for (values, bytes) in values.chunks_exact(width * before).zip(bytes.chunks_exact_mut(width * behind)) {
        transform.transform(values, bytes).ok()?;
    }
    Some(())
}
