//! Picture planes and the coarse grid that soft things are painted on.

/// Planes of one picture, 4:2:0. Width and height are in pixels and even.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) width: usize,
    pub(super) height: usize,
    /// Luma, then the two chroma planes of half the size.
    pub(super) planes: [Vec<u8>; 3],
}

impl Frame {
    /// A black picture of that size.
    pub(super) fn new(width: usize, height: usize) -> Self {
        let chroma = width / 2 * (height / 2);
        Self { width, height, planes: [vec![16; width * height], vec![128; chroma], vec![128; chroma]] }
    }

    /// Mixes another picture of the same size in: nothing of it at a share of 0, nothing else at 1.
    pub(super) fn mix(&mut self, other: &Self, share: f32) {
        let share = (share.clamp(0.0, 1.0) * 256.0) as i32;
        for (plane, over) in self.planes.iter_mut().zip(&other.planes) {
            for (point, above) in plane.iter_mut().zip(over) {
                let (low, high) = (i32::from(*point), i32::from(*above));
                *point = (low + (((high - low) * share) >> 8)) as u8;
            }
        }
    }
}

/// Pixels between two points of the grid.
pub(super) const CELL: usize = 4;

/// A coarse picture, one point for every [`CELL`] pixels in each direction and one more at the end.
#[derive(Clone, Debug)]
pub(super) struct Grid {
    /// Number of points in a row.
    pub(super) columns: usize,
    /// Number of rows of points.
    pub(super) rows: usize,
    /// The three color planes of the points (luma and two of chroma), row by row.
    pub(super) points: [Vec<i32>; 3],
    /// A fixed pattern of fractions that hides the steps of 8 bits.
    dither: Vec<i32>,
}

impl Grid {
    /// A grid for a picture of that size.
    pub(super) fn new(width: usize, height: usize) -> Self {
        let (columns, rows) = (width.div_ceil(CELL) + 1, height.div_ceil(CELL) + 1);
        // The 8x8 Bayer matrix: bits of x and x^y interleaved. Fixed over time, so that it costs the encoder nothing.
        let dither = (0..64)
            .map(|i| {
                let (x, y) = (i % 8, i / 8);
                (0..3).fold(0, |sum, bit| {
                    sum | (((x ^ y) >> bit & 1) << (5 - 2 * bit)) | ((y >> bit & 1) << (4 - 2 * bit))
                })
            })
            .collect();
        Self { columns, rows, points: [(); 3].map(|()| vec![0; columns * rows]), dither }
    }

    /// Stretches the grid over the picture, with straight lines between the points.
    pub(super) fn stretch_to(&self, frame: &mut Frame) {
        let (width, height) = (frame.width, frame.height);
        stretch(&self.points[0], self.columns, &self.dither, &mut frame.planes[0], width, height, 4);
        stretch(&self.points[1], self.columns, &self.dither, &mut frame.planes[1], width / 2, height / 2, 2);
        stretch(&self.points[2], self.columns, &self.dither, &mut frame.planes[2], width / 2, height / 2, 2);
    }
}

/// One plane of [`Grid::stretch_to`]; `step` pixels lie between two points. Plain loops on purpose: this is the inner
/// loop of the program's slowest work and must be bearable in a build without optimization.
fn stretch(points: &[i32], columns: usize, dither: &[i32], plane: &mut [u8], width: usize, height: usize, step: usize) {
    // A slice, because indexing a vector is a function call in such a build; `while`, because a range is one too.
    let line = &mut vec![0_i32; columns + 1][..];
    let scale = (step * step) as i32;
    let shift = if step == 4 { 10 } else { 8 };
    for y in 0..height {
        let above = &points[y / step * columns..][..columns];
        let below = &points[(y / step + 1) * columns..][..columns];
        let down = (y % step) as i32;
        let up = step as i32 - down;
        let mut x = 0;
        while x < columns {
            line[x] = above[x] * up + below[x] * down;
            x += 1;
        }
        let noise = &dither[y % 8 * 8..][..8];
        let row = &mut plane[y * width..][..width];
        x = 0;
        let mut cell = 0;
        while x < width {
            let from = line[cell];
            let slope = line[cell + 1] - from;
            let mut value = from * step as i32;
            let end = width.min(x + step);
            while x < end {
                row[x] = ((value + noise[x & 7] * scale) >> shift) as u8;
                value += slope;
                x += 1;
            }
            cell += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flat_grid_gives_a_flat_picture() {
        let mut grid = Grid::new(38, 22);
        for (plane, value) in grid.points.iter_mut().zip([100, 90, 200]) {
            plane.fill(value * 64);
        }
        let mut frame = Frame::new(38, 22);
        grid.stretch_to(&mut frame);
        for (plane, value) in frame.planes.iter().zip([100, 90, 200]) {
            assert!(plane.iter().all(|pixel| *pixel == value), "{plane:?}");
        }
    }
}
