//! What the user does to a start picture before it is sent: turn, mirror, crop, and the ground behind transparent parts.
//!
//! All rectangles are in whole pixels of the *view*: the picture with its EXIF turn applied, then turned and mirrored as
//! the edit says.

use serde::{Deserialize, Serialize};

use super::setting::AspectRatio;

/// Longest side that is sent, in pixels. PixVerse's own program shrinks pictures to the same side
/// (docs/gateways.md, section 3.11).
pub const SENT_SIDE: u32 = 1920;

/// Longest file that is sent, in bytes: as base64 it stays below 5 MB. Larger ones are compressed more.
pub const SENT_BYTES: u64 = 3_600_000;

/// What transparent parts of a picture stand on, since gateways see no transparency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ground {
    /// Transparent parts become white, the default.
    #[default]
    White,
    /// Transparent parts become black.
    Black,
}

impl Ground {
    /// The color's name within a sentence: `white`.
    pub fn name(self) -> &'static str {
        match self {
            Self::White => "white",
            Self::Black => "black",
        }
    }

    /// The value of each of the three colors, 0 or 255.
    pub fn value(self) -> u8 {
        match self {
            Self::White => 255,
            Self::Black => 0,
        }
    }
}

/// A part of a picture in whole pixels, counted from its top left corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CropRect {
    /// Pixels left of it.
    pub x: u32,
    /// Pixels above it.
    pub y: u32,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
}

/// What is done to a picture before it is sent, in the order turn, mirror, crop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct PictureEdit {
    /// The part that is sent, in pixels of the upright, turned and mirrored picture. `None` is all of it.
    pub crop: Option<CropRect>,
    /// Quarter turns clockwise, 0 to 3; more are taken modulo 4. They come first.
    pub quarter_turns: u8,
    /// Whether left and right are exchanged, after the turn.
    pub is_mirrored: bool,
    /// What transparent parts stand on.
    pub ground: Ground,
}

impl PictureEdit {
    /// Size of the view in which the crop lies, for an upright picture of `size` pixels.
    pub fn view_size(&self, size: (u32, u32)) -> (u32, u32) {
        if self.quarter_turns % 2 == 1 { (size.1, size.0) } else { size }
    }

    /// The part that is sent, within the view and at least one pixel large.
    pub fn crop_within(&self, size: (u32, u32)) -> CropRect {
        let view = self.view_size(size);
        self.crop
            .map_or(CropRect { x: 0, y: 0, width: view.0.max(1), height: view.1.max(1) }, |rect| clamped(rect, view))
    }

    /// The crop in pixels of the upright picture of `size` pixels, before turn and mirror.
    pub fn crop_of_upright(&self, size: (u32, u32)) -> CropRect {
        let mut rect = self.crop_within(size);
        let mut view = self.view_size((size.0.max(1), size.1.max(1)));
        if self.is_mirrored {
            rect.x = view.0 - rect.x - rect.width;
        }
        // Each step takes one quarter turn back.
        for _ in 0..self.quarter_turns % 4 {
            rect = CropRect { x: rect.y, y: view.0 - rect.x - rect.width, width: rect.height, height: rect.width };
            view = (view.1, view.0);
        }
        rect
    }

    /// The edit after what is seen was turned by a quarter, with the crop on the same part. `size` is that of the upright
    /// picture.
    #[must_use]
    pub fn turned(&self, is_clockwise: bool, size: (u32, u32)) -> Self {
        let view = self.view_size(size);
        // What is seen is turned: under a mirror the turn below it goes the other way.
        let step = if is_clockwise == self.is_mirrored { 3 } else { 1 };
        let crop = self.crop.map(|rect| clamped(rect, view)).map(|rect| {
            let (x, y) = if is_clockwise {
                (view.1.saturating_sub(rect.y + rect.height), rect.x)
            } else {
                (rect.y, view.0.saturating_sub(rect.x + rect.width))
            };
            CropRect { x, y, width: rect.height, height: rect.width }
        });
        Self { crop, quarter_turns: (self.quarter_turns % 4 + step) % 4, ..*self }
    }

    /// The edit after what is seen was mirrored left to right, with the crop on the same part. `size` is that of the upright
    /// picture.
    #[must_use]
    pub fn mirrored(&self, size: (u32, u32)) -> Self {
        let view = self.view_size(size);
        let crop = self
            .crop
            .map(|rect| clamped(rect, view))
            .map(|rect| CropRect { x: view.0.saturating_sub(rect.x + rect.width), ..rect });
        Self { crop, is_mirrored: !self.is_mirrored, ..*self }
    }

    /// Whether all of a picture of `size` pixels is sent the way up it is.
    pub fn changes_nothing(&self, size: (u32, u32)) -> bool {
        let all = self.crop_within(size);
        let view = self.view_size(size);
        self.quarter_turns.is_multiple_of(4) && !self.is_mirrored && (all.width, all.height) == view
    }
}

/// What a picture file is before anything is done to it, for the screen.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PictureFacts {
    /// Name of the file without its path, made safe for the screen.
    pub display_name: String,
    /// Name of the format as people know it: `JPEG`.
    pub format: String,
    /// Width in pixels, upright.
    pub width: u32,
    /// Height in pixels, upright.
    pub height: u32,
    /// Length of the file in bytes; 0 for pixels that came without a file.
    pub size_bytes: u64,
    /// Whether the file tells where the picture was taken. That is never sent.
    pub tells_place: bool,
    /// Whether parts of it are transparent, so that the choice of a ground matters.
    pub is_transparent: bool,
    /// Whether it moves. Only its first frame is used.
    pub is_animated: bool,
    /// Name of the color profile when it is not sRGB: `Display P3`. The colors are converted from it.
    pub profile: Option<String>,
}

impl PictureFacts {
    /// Width and height in pixels, upright.
    pub fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }
}

/// The largest part of that ratio in the middle of a picture of `size` pixels, to the nearest pixel.
pub fn largest_centered(size: (u32, u32), ratio: AspectRatio) -> CropRect {
    let (width, height) = largest_of_ratio(size, ratio);
    CropRect { x: (size.0.max(1) - width) / 2, y: (size.1.max(1) - height) / 2, width, height }
}

/// The rectangle within a picture of `size` pixels: moved inside first, then cut; at least one pixel wide and high.
pub fn clamped(rect: CropRect, size: (u32, u32)) -> CropRect {
    let (width, height) = (rect.width.clamp(1, size.0.max(1)), rect.height.clamp(1, size.1.max(1)));
    CropRect { x: rect.x.min(size.0.max(1) - width), y: rect.y.min(size.1.max(1) - height), width, height }
}

/// The rectangle brought to that ratio: around the same middle and of about the same area, as far as the picture of `size`
/// pixels allows.
pub fn with_ratio(rect: CropRect, ratio: AspectRatio, size: (u32, u32)) -> CropRect {
    let rect = clamped(rect, size);
    let (across, down) = ratio.parts();
    let (across, down) = (f64::from(across), f64::from(down));
    let most = largest_of_ratio(size, ratio);
    let wanted = (f64::from(rect.width) * f64::from(rect.height) * across / down).sqrt().round();
    let (width, height) = if wanted >= f64::from(most.0) {
        most
    } else {
        ((wanted as u32).max(1), ((wanted * down / across).round() as u32).clamp(1, most.1))
    };
    // Twice the middle, so that nothing is lost by halving.
    let from = |middle: u64, side: u32| u32::try_from(middle.saturating_sub(u64::from(side)) / 2).unwrap_or(u32::MAX);
    let x = from(2 * u64::from(rect.x) + u64::from(rect.width), width);
    let y = from(2 * u64::from(rect.y) + u64::from(rect.height), height);
    clamped(CropRect { x, y, width, height }, size)
}

/// Size of what is sent of an upright picture of `size` pixels: the crop, shrunk until no side is longer than [`SENT_SIDE`].
pub fn output_size(size: (u32, u32), edit: &PictureEdit) -> (u32, u32) {
    let crop = edit.crop_within(size);
    shrunk((crop.width, crop.height), SENT_SIDE)
}

/// The size with the longer side brought to `most` when it is longer; the other side follows, at least one pixel.
pub fn shrunk(size: (u32, u32), most: u32) -> (u32, u32) {
    let (long, short) = (size.0.max(size.1), size.0.min(size.1));
    if long <= most {
        return size;
    }
    let follows = (u64::from(short) * u64::from(most) + u64::from(long) / 2) / u64::from(long);
    let follows = u32::try_from(follows).unwrap_or(most).max(1);
    if size.0 >= size.1 { (most, follows) } else { (follows, most) }
}

/// The ratio of a clip that is nearest to that of a picture of `size` pixels; as a quotient, so that wide and tall count
/// alike.
pub fn nearest_ratio(size: (u32, u32)) -> AspectRatio {
    let shape = (f64::from(size.0.max(1)) / f64::from(size.1.max(1))).ln();
    let distance = |ratio: AspectRatio| {
        let (width, height) = ratio.parts();
        ((f64::from(width) / f64::from(height)).ln() - shape).abs()
    };
    ALL_RATIOS.into_iter().min_by(|a, b| distance(*a).total_cmp(&distance(*b))).unwrap_or_default()
}

const ALL_RATIOS: [AspectRatio; 5] =
    [AspectRatio::R16x9, AspectRatio::R4x3, AspectRatio::R1x1, AspectRatio::R3x4, AspectRatio::R9x16];

fn largest_of_ratio(size: (u32, u32), ratio: AspectRatio) -> (u32, u32) {
    let (width, height) = (u64::from(size.0.max(1)), u64::from(size.1.max(1)));
    let (across, down) = ratio.parts();
    let (across, down) = (u64::from(across), u64::from(down));
    let rounded = |of: u64, by: u64, most: u64| ((of + by / 2) / by).clamp(1, most) as u32;
    if width * down >= height * across {
        (rounded(height * across, down, width), height as u32)
    } else {
        (width as u32, rounded(width * down, across, height))
    }
}

#[cfg(test)]
mod tests;
