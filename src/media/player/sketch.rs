//! Sketches: small pictures of frames that were decoded once, so that a jump shows at once where it went. The whole frame follows
//! when it is decoded anew, which means from the last sync sample on.

use std::collections::BTreeMap;
use std::sync::Arc;

use image::ExtendedColorType;
use image::codecs::jpeg::JpegEncoder;
use rusty_h264_common::YuvFrame;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::super::frame::{ColorRule, FilmFrame, Shaper, even_within};

/// Longest side of a sketch in pixels: for a moment it stands for the frame.
const LONGEST: u32 = 640;
/// Quality of the JPEG, 0 to 100.
const QUALITY: u8 = 82;

/// The sketches of a film.
pub(super) struct Sketches {
    kept: BTreeMap<u32, Sketch>,
    bytes: usize,
    is_full: bool,
}

/// One sketch: its three planes as one gray JPEG, the chroma side by side below the luma.
#[derive(Clone)]
pub(super) struct Sketch {
    jpeg: Arc<[u8]>,
    colors: ColorRule,
}

impl Sketches {
    pub(super) fn new() -> Self {
        Self { kept: BTreeMap::new(), bytes: 0, is_full: false }
    }

    /// Whether there is room for another one.
    pub(super) fn has_room(&self) -> bool {
        !self.is_full
    }

    pub(super) fn has(&self, frame: u32) -> bool {
        self.kept.contains_key(&frame)
    }

    pub(super) fn get(&self, frame: u32) -> Option<Sketch> {
        self.kept.get(&frame).cloned()
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.kept.len()
    }

    /// Bytes of all of them.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Keeps a sketch, unless it does not fit into `room` bytes; then no more are asked for.
    pub(super) fn keep(&mut self, frame: u32, sketch: Sketch, room: usize) {
        if self.bytes + sketch.jpeg.len() > room {
            self.is_full = true;
        } else if !self.kept.contains_key(&frame) {
            self.bytes += sketch.jpeg.len();
            self.kept.insert(frame, sketch);
        }
    }

    /// No more are asked for.
    pub(super) fn give_up(&mut self) {
        self.is_full = true;
    }

    /// Takes one away that cannot be read.
    pub(super) fn forget(&mut self, frame: u32) {
        if let Some(sketch) = self.kept.remove(&frame) {
            self.bytes -= sketch.jpeg.len();
        }
        self.give_up();
    }

    /// The first frame of `frames` without one.
    pub(super) fn first_missing(&self, frames: u32) -> Option<u32> {
        let mut next = 0;
        for frame in self.kept.keys() {
            if *frame > next {
                break;
            }
            next = frame + 1;
        }
        (next < frames).then_some(next)
    }
}

impl Sketch {
    /// Draws a frame. `None` for one that is too small to be worth it.
    pub(super) fn of(frame: &FilmFrame, shaper: &mut Shaper) -> Option<Self> {
        let (width, height) = frame.size();
        let longest = (width.max(height) as u32 / 2).min(LONGEST);
        let size = even_within((width as u32, height as u32), (longest, longest));
        if size.0 >= width || size.1 >= height || size.0 < 16 || size.1 < 16 {
            return None;
        }
        let small = shaper.smaller(frame, size).ok()?;
        let [y, u, v] = small.planes();
        let mut gray = Vec::with_capacity(y.len() * 3 / 2);
        gray.extend_from_slice(y);
        let half = size.0 / 2;
        for (u, v) in u.chunks_exact(half).zip(v.chunks_exact(half)) {
            gray.extend_from_slice(u);
            gray.extend_from_slice(v);
        }
        let mut jpeg = Vec::new();
        let rows = (size.1 + size.1 / 2) as u32;
        let encoder = &mut JpegEncoder::new_with_quality(&mut jpeg, QUALITY);
        encoder.encode(&gray, size.0 as u32, rows, ExtendedColorType::L8).ok()?;
        Some(Self { jpeg: jpeg.into(), colors: frame.colors() })
    }

    /// The frame as it was drawn.
    pub(super) fn read(&self) -> Option<FilmFrame> {
        let options = DecoderOptions::default().jpeg_set_out_colorspace(ColorSpace::Luma);
        let mut decoder = JpegDecoder::new_with_options(ZCursor::new(&self.jpeg[..]), options);
        let gray = decoder.decode().ok()?;
        let (width, rows) = decoder.dimensions()?;
        let height = rows * 2 / 3;
        let (y, chroma) = gray.split_at_checked(width * height)?;
        let side =
            |from: usize| chroma.chunks_exact(width).flat_map(|row| row[from..from + width / 2].to_vec()).collect();
        let planes = YuvFrame { width, height, y: y.to_vec(), u: side(0), v: side(width / 2) };
        planes.is_valid().then(|| FilmFrame::sketch(planes, self.colors))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(width: usize, height: usize) -> FilmFrame {
        let plane = |width: usize, height: usize, base: usize| -> Vec<u8> {
            (0..height)
                .flat_map(|y| (0..width).map(move |x| (base + (x + 2 * y) * 100 / (width + height)) as u8))
                .collect()
        };
        let (y, u, v) = (plane(width, height, 20), plane(width / 2, height / 2, 60), plane(width / 2, height / 2, 90));
        FilmFrame::new(YuvFrame { width, height, y, u, v }, ColorRule { is_709: true, is_full_range: false })
    }

    #[test]
    fn a_sketch_is_the_frame_in_small() {
        let mut shaper = Shaper::new();
        for (size, drawn) in [((1440, 810), (640, 360)), ((320, 180), (160, 90)), ((810, 1440), (360, 640))] {
            let whole = frame(size.0, size.1);
            let small = Sketch::of(&whole, &mut shaper).and_then(|sketch| sketch.read()).expect("a sketch");
            assert_eq!(small.size(), drawn);
            for (ours, theirs) in small.planes().iter().zip(shaper.smaller(&whole, drawn).expect("scaled").planes()) {
                assert_eq!(ours.len(), theirs.len());
                assert!(ours.iter().zip(theirs).all(|(ours, theirs)| ours.abs_diff(*theirs) <= 8), "{size:?}");
            }
        }
        assert!(Sketch::of(&frame(16, 16), &mut shaper).is_none());
    }

    #[test]
    fn they_stay_within_their_room() {
        let sketch = Sketch::of(&frame(320, 180), &mut Shaper::new()).expect("a sketch");
        let size = sketch.jpeg.len();
        let mut sketches = Sketches::new();
        for number in [0, 1, 3] {
            sketches.keep(number, sketch.clone(), size * 4);
        }
        sketches.keep(3, sketch.clone(), size * 4);
        assert_eq!((sketches.bytes(), sketches.first_missing(5), sketches.has_room()), (3 * size, Some(2), true));
        sketches.keep(2, sketch.clone(), size * 4);
        assert_eq!((sketches.first_missing(5), sketches.first_missing(4)), (Some(4), None));
        sketches.keep(4, sketch, size * 4);
        assert!(!sketches.has_room() && !sketches.has(4) && sketches.bytes() == 4 * size);
    }
}
