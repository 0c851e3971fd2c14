//! A start picture in slow motion: the camera drifts over it and comes a little closer.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageReader, imageops::FilterType};

use super::chance::Chance;
use super::color::yuv;
use super::frame::Frame;

/// How much larger than the frame the picture is kept, so that the camera has room.
const ROOM: f32 = 1.14;

/// A decoded start picture and the path of the camera over it.
#[derive(Debug)]
pub(super) struct Still {
    /// Planes like a frame's, [`ROOM`] times as large.
    source: Frame,
    from: Camera,
    to: Camera,
}

/// Where the camera looks: the upper left corner as a share of the free room, and the enlargement.
#[derive(Clone, Copy, Debug)]
struct Camera {
    x: f32,
    y: f32,
    zoom: f32,
}

impl Still {
    /// Decodes within bounds and cuts to the frame's shape. The error is a plain clause.
    pub(super) fn new(bytes: &[u8], width: usize, height: usize, chance: &mut Chance) -> Result<Self, String> {
        let mut reader =
            ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|error| error.to_string())?;
        let mut limits = image::Limits::default();
        limits.max_image_width = Some(8192);
        limits.max_image_height = Some(8192);
        limits.max_alloc = Some(256 << 20);
        reader.limits(limits);
        let mut decoder = reader.into_decoder().map_err(|error| error.to_string())?;
        let turn = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
        let mut picture = DynamicImage::from_decoder(decoder).map_err(|error| error.to_string())?;
        picture.apply_orientation(turn);
        let (room_x, room_y) = (even(width as f32 * ROOM), even(height as f32 * ROOM));
        // The method of the enumeration, not the generic function: it is compiled with the dependency's optimization.
        let picture = picture.resize_to_fill(room_x as u32, room_y as u32, FilterType::Triangle).into_rgb8();
        let mut source = Frame::new(room_x, room_y);
        for (at, pixel) in picture.pixels().enumerate() {
            let color = yuv(pixel.0);
            source.planes[0][at] = ((color[0] + 32) >> 6) as u8;
            let (x, y) = (at % room_x, at / room_x);
            // One corner of four stands for the color of all; the picture was just smoothed by the resize.
            if x % 2 == 0 && y % 2 == 0 {
                let at = y / 2 * (room_x / 2) + x / 2;
                source.planes[1][at] = ((color[1] + 32) >> 6) as u8;
                source.planes[2][at] = ((color[2] + 32) >> 6) as u8;
            }
        }
        let wide = Camera { x: chance.between(0.3, 0.7), y: chance.between(0.3, 0.7), zoom: 1.0 };
        let close =
            Camera { x: chance.between(0.0, 1.0), y: chance.between(0.15, 0.85), zoom: chance.between(1.09, 1.13) };
        let (from, to) = if chance.bits().is_multiple_of(3) { (close, wide) } else { (wide, close) };
        Ok(Self { source, from, to })
    }

    /// Draws the picture as the camera sees it at `progress` (0 to 1).
    pub(super) fn draw(&self, frame: &mut Frame, progress: f32) {
        let ease = 0.5 - 0.5 * (progress * std::f32::consts::PI).cos();
        let at = |a: f32, b: f32| a + (b - a) * ease;
        let zoom = at(self.from.zoom, self.to.zoom);
        let (x, y) = (at(self.from.x, self.to.x), at(self.from.y, self.to.y));
        for (plane, step) in [(0, 1), (1, 2), (2, 2)] {
            let (from_w, from_h) = (self.source.width / step, self.source.height / step);
            let (width, height) = (frame.width / step, frame.height / step);
            let (seen_w, seen_h) = ((from_w - 1) as f32 / zoom, (from_h - 1) as f32 / zoom);
            let columns = places(width, x * (from_w as f32 - 1.0 - seen_w), seen_w, from_w);
            let rows = places(height, y * (from_h as f32 - 1.0 - seen_h), seen_h, from_h);
            sample(&self.source.planes[plane], from_w, &mut frame.planes[plane], width, &columns, &rows);
        }
    }
}

fn even(length: f32) -> usize {
    (length / 2.0).round() as usize * 2
}

/// For each pixel: the first source pixel and the share of the second, of 64.
fn places(count: usize, start: f32, length: f32, limit: usize) -> Vec<(usize, i32)> {
    (0..count)
        .map(|i| {
            let at = (start + (i as f32 + 0.5) * length / count as f32 - 0.5).clamp(0.0, limit as f32 - 1.001);
            (at as usize, (at.fract() * 64.0) as i32)
        })
        .collect()
}

fn sample(
    source: &[u8],
    stride: usize,
    plane: &mut [u8],
    width: usize,
    columns: &[(usize, i32)],
    rows: &[(usize, i32)],
) {
    // Slices and `while` for the sake of builds without optimization.
    let line = &mut vec![0_i32; stride][..];
    for (row, (y, down)) in plane.chunks_exact_mut(width).zip(rows) {
        let above = &source[y * stride..][..stride];
        let below = &source[((y + 1) * stride).min(source.len() - stride)..][..stride];
        let up = 64 - down;
        let mut x = columns[0].0;
        let end = (columns[width - 1].0 + 2).min(stride);
        while x < end {
            line[x] = above[x] as i32 * up + below[x] as i32 * down;
            x += 1;
        }
        x = 0;
        while x < width {
            let (from, right) = columns[x];
            let value = line[from];
            row[x] = ((value * 64 + (line[from + 1] - value) * right + 2048) >> 12) as u8;
            x += 1;
        }
    }
}
