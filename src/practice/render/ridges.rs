//! Ridges of hills one behind the other, drawn at full sharpness over the soft sky.

use std::f32::consts::TAU;

use super::chance::Chance;
use super::color::{Yuv, mix, smooth, yuv};
use super::frame::Frame;
use super::palette::Palette;

/// Steps of a ridge's own gradient, from its top down into the mist.
const DEPTHS: usize = 256;

/// All ridges of a scene, nearest first.
#[derive(Debug)]
pub(super) struct Ridges {
    layers: Vec<Layer>,
    /// For each layer: the outline over all that will ever be seen of it, one entry per pixel.
    outlines: Vec<Vec<f32>>,
    short: f32,
    /// Pixels over which a ridge fades into mist.
    mist: f32,
    /// Length of the film in seconds.
    seconds: f32,
}

#[derive(Debug)]
struct Layer {
    /// Height of the middle of its outline, in pixels from the top.
    level: f32,
    /// How far the outline rises and falls, in pixels.
    rise: f32,
    /// How many waves the outline has on the length of the picture's shorter side.
    pace: f32,
    /// How far the ridge moves sideways in a second, in units of the picture's shorter side.
    drift: f32,
    phases: [f32; 4],
    /// 0 for rounded dunes, 1 for sharp peaks.
    sharpness: f32,
    /// Height of the trees in pixels, 0 for none.
    trees: f32,
    colors: Vec<Yuv>,
}

impl Ridges {
    /// Lays the ridges between the horizon and the lower edge, for a film of that many seconds.
    pub(super) fn new(
        (width, height): (usize, usize),
        seconds: f32,
        palette: &Palette,
        trees: bool,
        horizon: f32,
        chance: &mut Chance,
    ) -> Self {
        let short = width.min(height) as f32;
        let tall = height as f32;
        let count = 4 + (chance.bits() % 2) as usize;
        let sharpness = if trees { 0.0 } else { (chance.between(-0.4, 1.3)).clamp(0.0, 1.0) };
        let way = if chance.bits() & 1 == 0 { 1.0 } else { -1.0 };
        let (far, near, haze) = (yuv(palette.far), yuv(palette.near), yuv(palette.sky[4]));
        let mut layers = (0..count)
            .map(|i| {
                let share = i as f32 / (count - 1) as f32;
                let own = mix(far, near, share.powf(0.85));
                let fog = mix(own, haze, 0.5 * (1.0 - share).powf(0.7));
                let colors = (0..DEPTHS).map(|depth| mix(own, fog, smooth(depth as f32 / DEPTHS as f32))).collect();
                Layer {
                    level: tall * (horizon - 0.04 + (1.0 - horizon) * 0.86 * share.powf(1.25)),
                    rise: short * (0.11 - 0.05 * share) * (0.6 + 0.4 * sharpness),
                    pace: 0.75 + 0.5 * (1.0 - share) + chance.between(0.0, 0.35),
                    drift: way * (0.006 + 0.034 * share * share),
                    phases: [(); 4].map(|()| chance.between(0.0, TAU)),
                    sharpness,
                    trees: if trees { short * (0.025 + 0.075 * share) } else { 0.0 },
                    colors,
                }
            })
            .collect::<Vec<_>>();
        layers.reverse();
        let outlines = layers
            .iter()
            .map(|layer| {
                let path = layer.drift * seconds * short;
                let first = path.min(0.0).floor();
                let last = width as f32 + path.max(0.0) + 2.0;
                (0..(last - first) as usize).map(|i| layer.top((first + i as f32) / short + 20.0, short)).collect()
            })
            .collect();
        Self { layers, outlines, short, mist: 0.24 * tall, seconds }
    }

    /// Draws all ridges as they stand at `seconds`.
    pub(super) fn draw(&self, frame: &mut Frame, seconds: f32) {
        let (width, height) = (frame.width, frame.height);
        let outlines = self.layers.iter().zip(&self.outlines).map(|(layer, outline)| {
            let start =
                (layer.drift * self.short) * seconds - (layer.drift * self.short * self.seconds).min(0.0).floor();
            let (first, share) = (start.max(0.0) as usize, start.max(0.0).fract());
            let seen = outline.get(first..).unwrap_or_default();
            (0..width).map(|x| between(seen, x, share)).collect::<Vec<_>>()
        });
        let outlines = outlines.collect::<Vec<_>>();
        let mut spans = vec![(0.0_f32, 0_usize); self.layers.len()];
        for (plane, step) in [(0, 1), (1, 2), (2, 2)] {
            let (columns, rows) = (width / step, height / step);
            let pixels = &mut frame.planes[plane];
            let speed = (DEPTHS * step) as f32 / self.mist;
            for x in 0..columns {
                // A ridge reaches down to the next nearer one and under the pixel that its outline crosses.
                let mut bottom = rows;
                for (outline, span) in outlines.iter().zip(&mut spans) {
                    let top = (outline[x * step] / step as f32).max(0.0);
                    *span = (top, bottom);
                    bottom = bottom.min((top as usize + 1).min(rows));
                }
                for ((top, bottom), layer) in spans.iter().zip(&self.layers).rev() {
                    let first = *top as usize;
                    if first >= *bottom {
                        continue;
                    }
                    fill(&layer.colors, plane, &mut pixels[x..], columns, first + 1, *bottom, speed, first);
                    // The pixel that the outline crosses is shared, so that the edge does not crawl.
                    let at = first * columns + x;
                    let cover = ((1.0 - top.fract()) * 256.0) as i32;
                    let under = i32::from(pixels[at]);
                    pixels[at] = (under + ((((layer.colors[0][plane] >> 6) - under) * cover) >> 8)) as u8;
                }
            }
        }
    }
}

/// The outline between entry `at` and the next.
fn between(outline: &[f32], at: usize, share: f32) -> f32 {
    match outline.get(at..) {
        Some([a, b, ..]) => a + (b - a) * share,
        Some([a]) => *a,
        _ => 0.0,
    }
}

/// Fills one column from row `from` to row `to` with a ridge's gradient that starts at row `top`.
#[expect(clippy::too_many_arguments, reason = "an inner loop, kept flat for speed")]
fn fill(
    colors: &[Yuv],
    plane: usize,
    column: &mut [u8],
    stride: usize,
    from: usize,
    to: usize,
    speed: f32,
    top: usize,
) {
    let speed = (speed * 256.0) as usize;
    let mut depth = (from - top) * speed;
    let mut at = from * stride;
    for _ in from..to {
        let color = colors[(depth >> 8).min(DEPTHS - 1)][plane];
        // Every second pixel rounds up: two shades side by side look like the shade between them.
        column[at] = ((color + if at & 1 == 0 { 16 } else { 48 }) >> 6) as u8;
        at += stride;
        depth += speed;
    }
}

impl Layer {
    /// Where the ridge begins at `x` (in shorter sides), in pixels from the top.
    fn top(&self, x: f32, short: f32) -> f32 {
        let [a, b, c, d] = self.phases;
        let x = x * self.pace * TAU * 0.5;
        let round = 0.6 * (x + a).sin() + 0.3 * (x * 2.3 + b).sin() + 0.1 * (x * 4.1 + c).sin();
        let mut height = round;
        if self.sharpness > 0.0 {
            let peak = |angle: f32| 1.0 - 2.0 * (angle * 0.5).sin().abs();
            let sharp =
                0.55 * peak(x + a) + 0.27 * peak(x * 2.17 + b) + 0.13 * peak(x * 4.6 + c) + 0.06 * peak(x * 9.7 + d);
            height = round + (sharp - round) * self.sharpness;
        }
        let mut top = self.level - self.rise * height;
        if self.trees > 0.0 {
            let along = x / self.pace * short / (self.trees * 1.3);
            top -= self.trees
                * tree(along, a).max(0.8 * tree(along * 1.31 + 0.37, b)).max(0.6 * tree(along * 1.9 + 0.71, c));
        }
        top
    }
}

/// The outline of a row of firs: 0 between them, up to 1 at their tips.
fn tree(along: f32, phase: f32) -> f32 {
    let cell = along.floor();
    let size = 0.45 + 0.55 * ((cell * 12.9898 + phase * 7.0).sin() * 43.758 + 50.0).fract();
    let side = ((along - cell) * 2.0 - 1.0).abs();
    let taper = (1.0 - side / (0.55 + 0.3 * size)).max(0.0);
    // Branches: the taper in steps, each a little undercut.
    let steps = taper * 7.0;
    let branch = (steps.floor() + (steps.fract() * 1.6).min(1.0)) / 7.0;
    size * branch
}
