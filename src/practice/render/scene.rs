//! The moving scene behind the words: a field of numbers laid through a ramp of colors, lights, and ridges.

use std::f32::consts::TAU;

use super::chance::Chance;
use super::color::{Yuv, mix, smooth, yuv};
use super::frame::{CELL, Frame, Grid};
use super::palette::{Palette, SceneKind};
use super::ridges::Ridges;

/// Number of colors in the ramp from the top of the sky to the horizon.
const RAMP: usize = 1024;

/// A scene that can be drawn at any time.
#[derive(Debug)]
pub(super) struct Scene {
    kind: SceneKind,
    grid: Grid,
    ramp: Vec<Yuv>,
    glow: Yuv,
    /// For each point: where on the ramp it lies when nothing moves.
    rest: Vec<f32>,
    /// For each point: how much of the glow it has, 0 to 1024.
    shine: Vec<i32>,
    /// The pixels of the sun itself, for each plane, with their cover of 256. The grid is too coarse for its edge.
    sun: [Vec<(u32, i32)>; 3],
    lights: Vec<Light>,
    ridges: Option<Ridges>,
    phases: [f32; 6],
    /// Height of the horizon, 0 at the top and 1 at the bottom.
    horizon: f32,
    /// Where the sun stands, in units of the shorter side.
    sun_x: f32,
    /// Length of the picture's shorter side in pixels.
    short: f32,
    sine: Vec<f32>,
}

/// A lamp out of focus: a soft disc of light that drifts and pulses. Lengths are in units of the picture's shorter side.
#[derive(Debug)]
struct Light {
    x: f32,
    y: f32,
    radius: f32,
    drift: [f32; 2],
    color: Yuv,
    strength: f32,
    phase: f32,
}

impl Scene {
    /// Sets the scene for pictures of that size and a film of that many seconds.
    pub(super) fn new(
        (width, height): (usize, usize),
        seconds: f32,
        palette: &Palette,
        kind: SceneKind,
        chance: &mut Chance,
    ) -> Self {
        let short = width.min(height) as f32;
        let grid = Grid::new(width, height);
        let sky = palette.sky.map(yuv);
        let ramp = (0..RAMP)
            .map(|i| {
                let place = i as f32 / (RAMP - 1) as f32 * 4.0;
                let stop = (place as usize).min(3);
                mix(sky[stop], sky[stop + 1], smooth(place - stop as f32))
            })
            .collect();
        let horizon = match kind {
            SceneKind::Sea => chance.between(0.42, 0.54),
            SceneKind::Silk | SceneKind::Lights => 1.0,
            SceneKind::Ridges | SceneKind::Forest => chance.between(0.50, 0.62),
        };
        let aspect = width as f32 / short;
        let sun_x =
            aspect * if chance.bits() & 1 == 0 { chance.between(0.18, 0.42) } else { chance.between(0.58, 0.82) };
        let sun_y = horizon * height as f32 / short * chance.between(0.55, 0.85);
        let disc_radius = chance.between(0.035, 0.075);
        // A moon in a dark sky has less of a halo than a sun.
        let haze = if sky[0][0] < 30 * 64 { 0.34 } else { 0.55 };
        // The sun sinks into the water, not into the ground: ridges are drawn over it.
        let seen = if kind == SceneKind::Sea { (horizon * height as f32) as usize } else { height };
        let sun = match kind {
            SceneKind::Silk | SceneKind::Lights => [const { Vec::new() }; 3],
            _ => {
                [1, 2, 2].map(|step| disc(width / step, seen / step, short / step as f32, [sun_x, sun_y, disc_radius]))
            }
        };
        let mut rest = Vec::with_capacity(grid.columns * grid.rows);
        let mut shine = Vec::with_capacity(grid.columns * grid.rows);
        for row in 0..grid.rows {
            let down = (row * CELL) as f32 / height as f32;
            let y = (row * CELL) as f32 / short;
            for column in 0..grid.columns {
                let x = (column * CELL) as f32 / short;
                rest.push((down / horizon).min(1.0).powf(1.15));
                let distance = ((x - sun_x).powi(2) + (y - sun_y).powi(2)).sqrt();
                let halo = haze * (-(distance / 0.42).powi(2)).exp() + 0.35 * (-(distance / 0.15).powi(2)).exp();
                let seen = match kind {
                    SceneKind::Silk | SceneKind::Lights => 0.0,
                    SceneKind::Sea if down > horizon => 0.0,
                    _ => halo,
                };
                shine.push((seen * 1024.0) as i32);
            }
        }
        let lights =
            if kind == SceneKind::Lights { lights(palette, aspect, height as f32 / short, chance) } else { Vec::new() };
        let ridges = matches!(kind, SceneKind::Ridges | SceneKind::Forest)
            .then(|| Ridges::new((width, height), seconds, palette, kind == SceneKind::Forest, horizon, chance));
        let phases = [(); 6].map(|()| chance.between(0.0, TAU));
        let sine = (0..1024).map(|i| (i as f32 * TAU / 1024.0).sin()).collect();
        let glow = yuv(palette.glow);
        Self { kind, grid, ramp, glow, rest, shine, sun, lights, ridges, phases, horizon, sun_x, short, sine }
    }

    /// Draws the scene as it is at `seconds`.
    pub(super) fn draw(&mut self, frame: &mut Frame, seconds: f32) {
        match self.kind {
            SceneKind::Silk => self.paint_silk(seconds),
            SceneKind::Sea => {
                self.paint_sky(seconds);
                self.paint_water(frame.height, seconds);
            }
            SceneKind::Lights => {
                self.paint_sky(seconds);
                self.paint_lights(seconds);
            }
            SceneKind::Ridges | SceneKind::Forest => self.paint_sky(seconds),
        }
        self.grid.stretch_to(frame);
        for ((pixels, sun), glow) in frame.planes.iter_mut().zip(&self.sun).zip(self.glow) {
            for (at, cover) in sun {
                let pixel = &mut pixels[*at as usize];
                *pixel = (i32::from(*pixel) + ((((glow >> 6) - i32::from(*pixel)) * cover) >> 8)) as u8;
            }
        }
        if let Some(ridges) = &self.ridges {
            ridges.draw(frame, seconds);
        }
    }

    /// Puts the color at place `along` of the ramp, mixed with the glow, at a point.
    fn put(&mut self, point: usize, along: f32, shine: i32) {
        let color = self.ramp[(along * RAMP as f32).clamp(0.0, RAMP as f32 - 1.0) as usize];
        let glow = self.glow;
        let [y, u, v] = &mut self.grid.points;
        y[point] = color[0] + (((glow[0] - color[0]) * shine) >> 10);
        u[point] = color[1] + (((glow[1] - color[1]) * shine) >> 10);
        v[point] = color[2] + (((glow[2] - color[2]) * shine) >> 10);
    }

    fn wave(&self, angle: f32) -> f32 {
        self.sine[(angle * (1024.0 / TAU)) as i32 as usize & 1023]
    }

    /// The sky with slow veils of cloud.
    fn paint_sky(&mut self, seconds: f32) {
        let [a, b, c, d, ..] = self.phases;
        let veil = if self.kind == SceneKind::Lights { 0.12 } else { 0.075 };
        for row in 0..self.grid.rows {
            let y = (row * CELL) as f32 / self.short;
            let bend = 1.4 * self.wave(y * 4.1 + a);
            for column in 0..self.grid.columns {
                let x = (column * CELL) as f32 / self.short;
                let slow = self.wave(x * 1.7 + bend + b + seconds * 0.10);
                let cloud = slow * 0.5
                    + self.wave(y * 13.0 + 1.6 * slow + x * 2.3 + c - seconds * 0.16) * 0.3
                    + self.wave(y * 29.0 + x * 5.1 + 2.0 * slow + d + seconds * 0.21) * 0.12;
                let point = row * self.grid.columns + column;
                self.put(point, self.rest[point] + cloud * veil, self.shine[point]);
            }
        }
    }

    /// The sky's reflection below the horizon, broken by waves that grow toward the viewer.
    fn paint_water(&mut self, height: usize, seconds: f32) {
        let [a, b, c, ..] = self.phases;
        let first = (self.horizon * height as f32) as usize / CELL + 1;
        for row in first..self.grid.rows {
            let near = ((row * CELL) as f32 / height as f32 - self.horizon) / (1.0 - self.horizon);
            let depth = 1.0 / (near + 0.06);
            let path = 0.05 + 0.22 * near;
            for column in 0..self.grid.columns {
                let x = (column * CELL) as f32 / self.short - self.sun_x;
                let swell =
                    self.wave(depth * 5.0 + x * 1.5 + a + seconds * 0.9 + self.wave(x * 2.2 * depth.min(4.0) + b));
                let ripple = self.wave(depth * 17.0 - x * depth.min(9.0) * 1.9 + c - seconds * 1.7 + 1.7 * swell);
                let fine = self.wave(depth * 31.0 + x * depth.min(9.0) * 4.3 + b + seconds * 2.6 + 2.0 * ripple);
                let mirror = 0.92 - near * 0.85 + (swell * 0.07 + ripple * 0.05) * (0.4 + near);
                let off = (x + 0.04 * swell).abs() / path;
                let column_light = (1.0 - off * 0.5).max(0.0);
                let glint =
                    (ripple * 0.5 + fine * 0.5 - 0.25 + column_light * 0.35).max(0.0) * column_light * column_light;
                let point = row * self.grid.columns + column;
                self.put(point, mirror, (glint * 1100.0).min(1000.0) as i32);
                // Water is darker than what it mirrors.
                let shade = 900 - (near * 260.0) as i32 + (ripple * 40.0 * near) as i32;
                self.grid.points[0][point] = 1024 + (((self.grid.points[0][point] - 1024) * shade) >> 10);
            }
        }
    }

    /// Folds of cloth: waves bent by waves, with a sheen on their crests.
    fn paint_silk(&mut self, seconds: f32) {
        let [a, b, c, d, e, _] = self.phases;
        let t = seconds * 0.35;
        for row in 0..self.grid.rows {
            let y = (row * CELL) as f32 / self.short;
            for column in 0..self.grid.columns {
                let x = (column * CELL) as f32 / self.short;
                let bend = self.wave(y * 2.3 + a - t + 0.8 * self.wave(x * 1.3 + b));
                let fold = self.wave(x * 2.1 + y * 1.2 + 1.7 * bend + c + t);
                let crease = self.wave(x * 3.1 - y * 2.4 + 2.3 * fold + d + t * 0.6);
                let along = 0.46 + 0.27 * fold + 0.17 * crease + 0.10 * self.wave(x * 0.7 - y * 0.9 + e);
                let sheen = (crease * 0.6 + fold * 0.4).max(0.0);
                let point = row * self.grid.columns + column;
                self.put(point, along, (sheen * sheen * sheen * 460.0) as i32);
                let shade = 1024 + ((crease * 190.0) as i32).min(60);
                self.grid.points[0][point] = 1024 + (((self.grid.points[0][point] - 1024) * shade) >> 10);
            }
        }
    }

    /// Discs of light, added to what is there.
    fn paint_lights(&mut self, seconds: f32) {
        let cell = CELL as f32 / self.short;
        for light in &self.lights {
            let x = light.x + light.drift[0] * seconds;
            let y = light.y + light.drift[1] * seconds;
            let pulse = light.strength * (0.82 + 0.18 * (light.phase + seconds * 0.9).sin());
            let reach = light.radius + 2.0 * cell;
            let columns = ((x - reach) / cell).max(0.0) as usize
                ..(((x + reach) / cell).max(0.0) as usize + 1).min(self.grid.columns);
            for row in
                ((y - reach) / cell).max(0.0) as usize..(((y + reach) / cell).max(0.0) as usize + 1).min(self.grid.rows)
            {
                for column in columns.clone() {
                    let away = ((column as f32 * cell - x).powi(2) + (row as f32 * cell - y).powi(2)).sqrt();
                    let inside = ((light.radius - away) / cell * 0.6 + 0.5).clamp(0.0, 1.0);
                    if inside > 0.0 {
                        // A lens draws its disc a little brighter at the rim.
                        let rim = 0.72 + 0.28 * (away / light.radius).powi(4);
                        let part = (inside * rim * pulse * 1024.0) as i32;
                        let point = row * self.grid.columns + column;
                        for (plane, color) in self.grid.points.iter_mut().zip(light.color) {
                            plane[point] += ((color - plane[point]) * part) >> 10;
                        }
                    }
                }
            }
        }
    }
}

/// The pixels of a disc with a soft edge; its place and radius are in shorter sides of `short` pixels.
fn disc(width: usize, height: usize, short: f32, place: [f32; 3]) -> Vec<(u32, i32)> {
    let [x, y, radius] = place.map(|length| length * short);
    let span = |middle: f32, limit: usize| {
        (middle - radius - 2.0).max(0.0) as usize..((middle + radius + 3.0) as usize).min(limit)
    };
    let mut pixels = Vec::new();
    for row in span(y, height) {
        for column in span(x, width) {
            let away = ((column as f32 + 0.5 - x).powi(2) + (row as f32 + 0.5 - y).powi(2)).sqrt();
            let cover = ((radius - away) / 1.6 + 0.5).clamp(0.0, 1.0);
            if cover > 0.0 {
                pixels.push(((row * width + column) as u32, (cover * 256.0) as i32));
            }
        }
    }
    pixels
}

fn lights(palette: &Palette, aspect: f32, tall: f32, chance: &mut Chance) -> Vec<Light> {
    let colors = [palette.glow, palette.accent, palette.sky[3], palette.glow, palette.accent, palette.far].map(yuv);
    let mut lights = (0..64)
        .map(|i| {
            let size = chance.between(0.0, 1.0);
            Light {
                x: chance.between(-0.05, aspect + 0.05),
                // Most lamps hang in a band, as a street does.
                y: tall * (0.40 + 0.5 * (chance.between(-0.5, 0.5) + chance.between(-0.5, 0.5))),
                radius: 0.012 + 0.095 * size * size,
                drift: [chance.between(-0.02, 0.02) - 0.012, chance.between(-0.006, 0.006)],
                color: colors[i % colors.len()],
                strength: chance.between(0.35, 0.95) * (1.0 - 0.5 * size),
                phase: chance.between(0.0, TAU),
            }
        })
        .collect::<Vec<_>>();
    lights.sort_by(|a, b| b.radius.total_cmp(&a.radius));
    lights
}
