//! One decoded frame of a film: its planes, how they become colors, and how they are scaled.

use std::sync::Arc;

use image::RgbImage;
use pic_scale::{ImageSize, ImageStore, ImageStoreMut, Resampling, ResamplingFunction, Scaler, ThreadingPolicy};
use rusty_h264_common::YuvFrame;
use yuv::{YuvPlanarImage, YuvRange, YuvStandardMatrix};

use super::pose::Pose;

/// How the numbers of a picture become colors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ColorRule {
    /// BT.709 when true, BT.601 otherwise.
    pub(super) is_709: bool,
    /// 0 to 255 instead of 16 to 235.
    pub(super) is_full_range: bool,
}

/// A frame of a film, upright. Its chroma has half the width and half the height, so it takes one and a half bytes a pixel.
#[derive(Clone)]
pub struct FilmFrame {
    planes: YuvFrame,
    colors: ColorRule,
    is_sketch: bool,
}

impl std::fmt::Debug for FilmFrame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FilmFrame({} × {}, {:?})", self.planes.width, self.planes.height, self.colors)
    }
}

impl FilmFrame {
    pub(super) fn new(planes: YuvFrame, colors: ColorRule) -> Self {
        Self { planes, colors, is_sketch: false }
    }

    /// A frame that stands for the whole one until that is decoded.
    pub(super) fn sketch(planes: YuvFrame, colors: ColorRule) -> Self {
        Self { planes, colors, is_sketch: true }
    }

    /// Whether it only stands for the frame, smaller and less exact, until the whole one is decoded, of which the player tells.
    pub fn is_sketch(&self) -> bool {
        self.is_sketch
    }

    pub(super) fn colors(&self) -> ColorRule {
        self.colors
    }

    /// Width and height in pixels, both even.
    pub fn size(&self) -> (usize, usize) {
        (self.planes.width, self.planes.height)
    }

    /// Luma, then the two planes of chroma, rows without gaps.
    pub fn planes(&self) -> [&[u8]; 3] {
        [&self.planes.y, &self.planes.u, &self.planes.v]
    }

    /// What the planes take in memory, in bytes.
    pub fn size_bytes(&self) -> usize {
        self.planes().iter().map(|plane| plane.len()).sum()
    }

    /// Writes the frame as opaque RGBA, four bytes a pixel. A slice of another length stays as it is. Made for playback: quick,
    /// and right to within two steps of 255 for colors that a screen has.
    pub fn write_rgba(&self, rgba: &mut [u8]) {
        if rgba.len() != self.planes.width * self.planes.height * 4 {
            return;
        }
        let (width, height) = (self.planes.width as u32, self.planes.height as u32);
        let image = YuvPlanarImage {
            y_plane: &self.planes.y,
            y_stride: width,
            u_plane: &self.planes.u,
            u_stride: width / 2,
            v_plane: &self.planes.v,
            v_stride: width / 2,
            width,
            height,
        };
        let range = if self.colors.is_full_range { YuvRange::Full } else { YuvRange::Limited };
        let matrix = if self.colors.is_709 { YuvStandardMatrix::Bt709 } else { YuvStandardMatrix::Bt601 };
        if let Err(err) = yuv::yuv420_to_rgba(&image, rgba, width * 4, range, matrix) {
            tracing::debug!(%err, "a frame could not be colored");
        }
    }

    /// The frame as ffmpeg would store it: byte for byte what `-pix_fmt rgb24` gives with
    /// `-sws_flags neighbor+full_chroma_int+accurate_rnd+bitexact`.
    pub(super) fn to_rgb(&self) -> RgbImage {
        let equations = Equations::new(self.colors);
        let (width, height) = self.size();
        let YuvFrame { y, u, v, .. } = &self.planes;
        let mut rgb = Vec::with_capacity(width * height * 3);
        for (row, line) in y.chunks_exact(width.max(1)).enumerate() {
            let chroma = row / 2 * (width / 2);
            for (column, y) in line.iter().enumerate() {
                let at = chroma + column / 2;
                rgb.extend(equations.rgb(*y, u[at], v[at]));
            }
        }
        RgbImage::from_raw(width as u32, height as u32, rgb).unwrap_or_default()
    }

    /// Mean luma above black, from every 16th pixel of every 16th row.
    pub(super) fn brightness(&self) -> f32 {
        let (mut sum, mut count) = (0_u64, 0_u64);
        for row in self.planes.y.chunks_exact(self.planes.width.max(1)).step_by(16) {
            for pixel in row.iter().step_by(16) {
                sum += u64::from(pixel.saturating_sub(16));
                count += 1;
            }
        }
        sum as f32 / count.max(1) as f32
    }
}

/// The color equations of BT.601 and BT.709 with the fixed-point numbers of ffmpeg: 13 bits after the point, samples with 9.
struct Equations {
    black: i32,
    light: i32,
    red_v: i32,
    green_u: i32,
    green_v: i32,
    blue_u: i32,
}

impl Equations {
    fn new(colors: ColorRule) -> Self {
        // Per 65,536, for chroma of 224 steps.
        let [red_v, blue_u, green_u, green_v]: [i64; 4] =
            if colors.is_709 { [117_489, 138_438, 13_975, 34_925] } else { [104_597, 132_201, 25_675, 53_279] };
        let (light, black) = if colors.is_full_range { (65_536, 0) } else { (65_536 * 255 / 219, 16 << 9) };
        let fixed = |value: i64| ((value * (1 << 13) + (1 << 15)) >> 16) as i32;
        let chroma = |value: i64| fixed(if colors.is_full_range { value * 224 / 255 } else { value });
        Self {
            black,
            light: fixed(light),
            red_v: chroma(red_v),
            green_u: chroma(-green_u),
            green_v: chroma(-green_v),
            blue_u: chroma(blue_u),
        }
    }

    fn rgb(&self, y: u8, u: u8, v: u8) -> [u8; 3] {
        let light = ((i32::from(y) << 9) - self.black) * self.light + (1 << 21);
        let (u, v) = ((i32::from(u) - 128) << 9, (i32::from(v) - 128) << 9);
        let byte = |value: i32| (value >> 22).clamp(0, 255) as u8;
        // Only damaged frames hold numbers so far outside of all colors that the sum leaves its type.
        let with = |first: i32, second: i32| byte(light.saturating_add(first).saturating_add(second));
        [with(v * self.red_v, 0), with(v * self.green_v, u * self.green_u), with(u * self.blue_u, 0)]
    }
}

/// Luma and chroma of the size that is shown, and of the size of sketches.
const MOST_PLANS: usize = 4;

/// Brings pictures to the size and the way up in which they are shown.
pub(super) struct Shaper {
    scaler: Scaler,
    /// Made for the planes of the frames at hand; their weights need not be computed for every frame.
    plans: Vec<Arc<Resampling<u8, 1>>>,
    scratch: Vec<u8>,
}

impl Shaper {
    pub(super) fn new() -> Self {
        let mut scaler = Scaler::new(ResamplingFunction::Bilinear);
        // Films beside each other each have a thread already.
        scaler.set_threading_policy(ThreadingPolicy::Single);
        Self { scaler, plans: Vec::new(), scratch: Vec::new() }
    }

    /// `size` is the even upright size.
    pub(super) fn shape(
        &mut self,
        picture: YuvFrame,
        colors: ColorRule,
        (width, height): (usize, usize),
        pose: Pose,
    ) -> Result<Arc<FilmFrame>, String> {
        let (lying_width, lying_height) = pose.turned((width, height));
        let (from_width, from_height) = (picture.width, picture.height);
        let mut plane = |bytes: Vec<u8>, part: usize| -> Result<Vec<u8>, String> {
            let from = (from_width / part, from_height / part);
            let to = (lying_width / part, lying_height / part);
            let scaled = if from == to { bytes } else { self.scale(&bytes, from, to)? };
            Ok(turn(scaled, to, pose))
        };
        let planes =
            YuvFrame { width, height, y: plane(picture.y, 1)?, u: plane(picture.u, 2)?, v: plane(picture.v, 2)? };
        if !planes.is_valid() {
            return Err("the decoder gave half a picture".to_owned());
        }
        Ok(Arc::new(FilmFrame::new(planes, colors)))
    }

    /// A frame in another even size.
    pub(super) fn smaller(&mut self, frame: &FilmFrame, (width, height): (usize, usize)) -> Result<FilmFrame, String> {
        let from = frame.size();
        let mut plane = |bytes: &[u8], part: usize| {
            self.scale(bytes, (from.0 / part, from.1 / part), (width / part, height / part))
        };
        let [y, u, v] = frame.planes();
        let planes = YuvFrame { width, height, y: plane(y, 1)?, u: plane(u, 2)?, v: plane(v, 2)? };
        Ok(FilmFrame::new(planes, frame.colors))
    }

    fn scale(&mut self, bytes: &[u8], from: (usize, usize), to: (usize, usize)) -> Result<Vec<u8>, String> {
        let source = ImageStore::borrow(bytes, from.0, from.1).map_err(unscaled)?;
        let mut scaled = vec![0; to.0 * to.1];
        let plan = self.plan(from, to)?;
        self.scratch.resize(plan.scratch_size(), 0);
        ImageStoreMut::borrow(&mut scaled, to.0, to.1)
            .and_then(|mut target| plan.resample_with_scratch(&source, &mut target, &mut self.scratch))
            .map_err(unscaled)?;
        Ok(scaled)
    }

    /// How a plane of one size becomes one of another.
    fn plan(&mut self, from: (usize, usize), to: (usize, usize)) -> Result<Arc<Resampling<u8, 1>>, String> {
        let (from, to) = (ImageSize::new(from.0, from.1), ImageSize::new(to.0, to.1));
        let is_fit = |plan: &&Arc<Resampling<u8, 1>>| plan.source_size() == from && plan.target_size() == to;
        if let Some(plan) = self.plans.iter().find(is_fit) {
            return Ok(Arc::clone(plan));
        }
        let plan = self.scaler.plan_planar_resampling(from, to).map_err(unscaled)?;
        if self.plans.len() >= MOST_PLANS {
            self.plans.remove(0);
        }
        self.plans.push(Arc::clone(&plan));
        Ok(plan)
    }
}

fn unscaled(error: pic_scale::PicScaleError) -> String {
    format!("one of its frames cannot be scaled: {error}")
}

/// Mirrors one plane left to right where the pose says so, then turns it clockwise.
fn turn(bytes: Vec<u8>, (width, height): (usize, usize), pose: Pose) -> Vec<u8> {
    let column = |x: usize| if pose.is_mirrored { width - 1 - x } else { x };
    match pose.quarter_turns {
        0 if !pose.is_mirrored => bytes,
        0 => (0..height).flat_map(|y| (0..width).map(move |x| y * width + column(x))).map(|at| bytes[at]).collect(),
        1 => {
            (0..width).flat_map(|x| (0..height).rev().map(move |y| y * width + column(x))).map(|at| bytes[at]).collect()
        }
        2 if !pose.is_mirrored => bytes.into_iter().rev().collect(),
        2 => bytes.chunks_exact(width.max(1)).rev().flatten().copied().collect(),
        _ => {
            (0..width).rev().flat_map(|x| (0..height).map(move |y| y * width + column(x))).map(|at| bytes[at]).collect()
        }
    }
}

/// The largest size of that shape within `bounds`, never enlarged.
pub(super) fn fit_within(size: (u32, u32), bounds: (u32, u32)) -> (u32, u32) {
    let (width, height) = (u64::from(size.0.max(1)), u64::from(size.1.max(1)));
    let (most_width, most_height) = (u64::from(bounds.0.max(1)), u64::from(bounds.1.max(1)));
    if width <= most_width && height <= most_height {
        return size;
    }
    // Whichever side is further too long decides.
    let scaled = |side: u64, most: u64, of: u64| ((side * most + of / 2) / of).max(1) as u32;
    if width * most_height >= height * most_width {
        (most_width as u32, scaled(height, most_width, width))
    } else {
        (scaled(width, most_height, height), most_height as u32)
    }
}

/// The same with even sides of at least 2, as frames have them.
pub(super) fn even_within(size: (u32, u32), bounds: (u32, u32)) -> (usize, usize) {
    let (width, height) = fit_within(size, bounds);
    let even = |side: u32| (side as usize & !1).max(2);
    (even(width), even(height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_keep_their_shape_and_are_never_enlarged() {
        for (size, bounds, fitted) in [
            ((1280, 720), (640, 640), (640, 360)),
            ((720, 1280), (640, 640), (360, 640)),
            ((320, 180), (640, 640), (320, 180)),
            ((8000, 1), (1920, 1920), (1920, 1)),
            ((1920, 1080), (1440, 500), (889, 500)),
            ((1920, 1080), (0, 0), (1, 1)),
        ] {
            assert_eq!(fit_within(size, bounds), fitted, "{size:?} in {bounds:?}");
        }
        assert_eq!(even_within((1920, 1080), (1440, 500)), (888, 500));
        assert_eq!(even_within((1, 1), (9, 9)), (2, 2));
    }

    #[test]
    fn colors_follow_matrix_and_range() {
        let rgb = |is_709, is_full_range, [y, u, v]: [u8; 3]| {
            Equations::new(ColorRule { is_709, is_full_range }).rgb(y, u, v)
        };
        assert_eq!(rgb(true, false, [16, 128, 128]), [0; 3]);
        // Numbers beyond all colors, as damaged frames have them.
        assert_eq!(rgb(true, false, [255, 255, 255])[2], 255);
        assert_eq!(rgb(true, false, [0, 0, 0])[2], 0);
        assert_eq!(rgb(true, false, [235, 128, 128]), [255; 3]);
        assert_eq!(rgb(true, true, [16, 128, 128]), [16; 3]);
        assert_eq!(rgb(true, true, [235, 128, 128]), [235; 3]);
        // Pure red: (63, 102, 240) in BT.709, (81, 90, 240) in BT.601.
        for (is_709, red) in [(true, [63, 102, 240]), (false, [81, 90, 240])] {
            let rgb = rgb(is_709, false, red);
            assert!(rgb[0] >= 253 && rgb[1] <= 2 && rgb[2] <= 2, "{rgb:?}");
        }
    }

    #[test]
    fn what_is_scaled_stays_where_it_lies() {
        let mut shaper = Shaper::new();
        for (from, to) in
            [((256, 144), (192, 108)), ((256, 144), (154, 86)), ((256, 144), (64, 36)), ((64, 36), (96, 54))]
        {
            // Each pixel is as light as it is far to the right, or far down.
            for is_across in [true, false] {
                let step = 250.0 / if is_across { from.0 } else { from.1 } as f64;
                let place = |at: usize, width: usize| if is_across { at % width } else { at / width };
                let plane: Vec<u8> =
                    (0..from.0 * from.1).map(|at| (place(at, from.0) as f64 * step).round() as u8).collect();
                let scaled = shaper.scale(&plane, from, to).expect("scaled");
                assert_eq!(scaled.len(), to.0 * to.1);
                let (scale, side) = match is_across {
                    true => (from.0 as f64 / to.0 as f64, to.0),
                    false => (from.1 as f64 / to.1 as f64, to.1),
                };
                let inner = scaled.iter().enumerate().map(|(at, light)| (place(at, to.0), *light));
                let errors: Vec<f64> = inner
                    .filter(|(at, _)| (4..side - 4).contains(at))
                    .map(|(at, light)| f64::from(light) - ((at as f64 + 0.5) * scale - 0.5) * step)
                    .collect();
                let mean = errors.iter().sum::<f64>() / errors.len() as f64;
                assert!(errors.iter().all(|error| error.abs() < 1.6), "{from:?} {to:?} {errors:?}");
                // Less than a fifth of a pixel of the smaller picture.
                assert!(mean.abs() < 0.2 * scale * step, "{from:?} {to:?} {mean}");
            }
        }
        assert!(shaper.plans.len() <= MOST_PLANS);
    }

    #[test]
    fn planes_are_mirrored_and_turned_clockwise() {
        let plane = vec![1, 2, 3, 4, 5, 6];
        for (is_mirrored, quarter_turns, turned) in [
            (false, 0, [1, 2, 3, 4, 5, 6]),
            (false, 1, [4, 1, 5, 2, 6, 3]),
            (false, 2, [6, 5, 4, 3, 2, 1]),
            (false, 3, [3, 6, 2, 5, 1, 4]),
            (true, 0, [3, 2, 1, 6, 5, 4]),
            (true, 1, [6, 3, 5, 2, 4, 1]),
            (true, 2, [4, 5, 6, 1, 2, 3]),
            (true, 3, [1, 4, 2, 5, 3, 6]),
        ] {
            let pose = Pose { is_mirrored, quarter_turns };
            assert_eq!(turn(plane.clone(), (3, 2), pose), turned, "{pose:?}");
        }
    }

    #[test]
    fn quick_colors_are_the_exact_ones_within_a_step_or_two() {
        for (is_709, is_full_range) in [(false, false), (true, false), (false, true), (true, true)] {
            // Numbers that stand for colors within RGB.
            let plane = |count: usize, factor: usize, reach: usize| -> Vec<u8> {
                (0..count).map(|i| (128 - reach / 2 + i * factor % reach) as u8).collect()
            };
            let (y, u, v) = (plane(4096, 7, 80), plane(1024, 11, 50), plane(1024, 5, 50));
            let planes = YuvFrame { width: 64, height: 64, y, u, v };
            let frame = FilmFrame::new(planes, ColorRule { is_709, is_full_range });
            let mut rgba = vec![0; 64 * 64 * 4];
            frame.write_rgba(&mut rgba);
            for (quick, exact) in rgba.chunks_exact(4).zip(frame.to_rgb().pixels()) {
                assert!((0..3).all(|i| quick[i].abs_diff(exact.0[i]) <= 2), "{quick:?} {exact:?}");
                assert_eq!(quick[3], 255);
            }
        }
    }
}
