//! How a stored picture is shown: which way up, mirrored or not, and with pixels of which shape. Pure.

use super::bits::u32_at;

/// No side of a film becomes longer than this by the shape of its pixels, in pixels.
const LONGEST: u64 = 8192;
/// The one of the numbers of [`Matrix`], which have 16 bits behind the point.
const ONE: i64 = 1 << 16;
/// So many times longer than the other is a side that lies within a degree of an axis.
const STRAIGHT: u64 = 57;

/// One of the eight ways in which a picture can lie: mirrored left to right where it says so, then turned clockwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Pose {
    /// Left and right change places before it is turned.
    pub(super) is_mirrored: bool,
    /// Clockwise quarter turns, 0 to 3.
    pub(super) quarter_turns: u8,
}

impl Pose {
    /// Whether width and height change places.
    pub(super) fn is_on_its_side(self) -> bool {
        self.quarter_turns % 2 == 1
    }

    /// `size` of the stored picture as it is shown, and the other way around.
    pub(super) fn turned<T>(self, (width, height): (T, T)) -> (T, T) {
        if self.is_on_its_side() { (height, width) } else { (width, height) }
    }
}

/// The part of a display matrix that turns, mirrors and scales (ISO 14496-12, 8.3.2): a point goes from `(x, y)` to
/// `(ax + cy, bx + dy)`, with y downward.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Matrix {
    a: i64,
    b: i64,
    c: i64,
    d: i64,
}

impl Matrix {
    /// The matrix that changes nothing.
    pub(super) const IDENTITY: Self = Self { a: ONE, b: 0, c: 0, d: ONE };

    /// Reads the nine numbers at `at`.
    pub(super) fn read(bytes: &[u8], at: usize) -> Option<Self> {
        let number = |index: usize| Some(i64::from(u32_at(bytes, at.checked_add(index * 4)?)? as i32));
        Some(Self { a: number(0)?, b: number(1)?, c: number(3)?, d: number(4)? })
    }

    /// This one, and then the other: a track's, and then the film's.
    pub(super) fn then(self, next: Self) -> Self {
        let sum = |x: i64, to_x: i64, y: i64, to_y: i64| (x * to_x + y * to_y) >> 16;
        Self {
            a: sum(self.a, next.a, self.b, next.c),
            b: sum(self.a, next.b, self.b, next.d),
            c: sum(self.c, next.a, self.d, next.c),
            d: sum(self.c, next.b, self.d, next.d),
        }
    }

    /// How a picture lies by it. One that stands askew, or has no area, is shown as it is stored.
    pub(super) fn pose(self) -> Pose {
        let area = i128::from(self.a) * i128::from(self.d) - i128::from(self.b) * i128::from(self.c);
        let is_mirrored = area < 0;
        // Where the stored picture's right is shown, once it is mirrored.
        let (right, down) = if is_mirrored { (-self.a, -self.b) } else { (self.a, self.b) };
        let is_along = |one: i64, other: i64| one.unsigned_abs() / STRAIGHT >= other.unsigned_abs();
        let quarter_turns = match (is_along(right, down), is_along(down, right)) {
            _ if area == 0 => return Pose::default(),
            (true, _) if right > 0 => 0,
            (true, _) => 2,
            (_, true) if down > 0 => 1,
            (_, true) => 3,
            _ => return Pose::default(),
        };
        Pose { is_mirrored, quarter_turns }
    }

    /// How much wider than high it makes a square, where that is more than a hundredth.
    fn stretch(self) -> Option<PixelShape> {
        let length = |one: i64, other: i64| (one as f64).hypot(other as f64);
        let (wide, high) = (length(self.a, self.b), length(self.c, self.d));
        let is_sane = |side: f64| side > 1.0 && side < 16_777_216.0;
        (is_sane(wide) && is_sane(high) && (wide / high - 1.0).abs() > 0.01)
            .then_some(PixelShape { width: wide as u32, height: high as u32 })
    }
}

/// Width and height of a pixel, in any unit; neither is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PixelShape {
    width: u32,
    height: u32,
}

impl PixelShape {
    /// A shape without a size is none.
    pub(super) fn new(width: u32, height: u32) -> Option<Self> {
        (width > 0 && height > 0).then_some(Self { width, height })
    }
}

/// All that a film says about the shape of its pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shapes {
    /// The matrix by which its track is shown.
    pub(super) matrix: Matrix,
    /// `pasp` in the sample entry.
    pub(super) container: Option<PixelShape>,
    /// The usability information of its parameter set.
    pub(super) stream: Option<PixelShape>,
    /// Size of the picture by the sample entry, in pixels.
    pub(super) entry_size: (u32, u32),
    /// Size of the picture by the track header, in pixels.
    pub(super) track_size: (u32, u32),
}

impl Shapes {
    /// The shape that counts for pictures that are decoded with `size`. In the order of ffmpeg: `pasp`, then a
    /// matrix that stretches, then a track header of another size than the picture's, then the stream.
    fn pixel(&self, size: (u32, u32)) -> Option<PixelShape> {
        let (width, height) = self.track_size;
        // Some phones turn the size in the header with the picture. That is no shape.
        let is_other =
            ![size, self.entry_size].iter().any(|known| *known == (width, height) || *known == (height, width));
        let by_header = || {
            let across = u64::from(size.1).checked_mul(u64::from(width)).filter(|_| is_other)?;
            let along = u64::from(size.0).checked_mul(u64::from(height))?;
            let shift = (64 - across.max(along).leading_zeros()).saturating_sub(32);
            PixelShape::new((across >> shift) as u32, (along >> shift) as u32)
        };
        self.container.or(self.matrix.stretch()).or_else(by_header).or(self.stream)
    }

    /// The size in which a picture that is decoded with `size` is shown with square pixels, before it is turned. One side
    /// stays as it is: the one that the track header has as well, else the one that makes the picture larger. A shape that
    /// makes a monster or nothing of the film is none.
    pub(super) fn shown(&self, size: (u32, u32)) -> (u32, u32) {
        let Some(pixel) = self.pixel(size) else { return size };
        let (width, height) = (u64::from(size.0), u64::from(size.1));
        let (across, along) = (u64::from(pixel.width), u64::from(pixel.height));
        let wider = ((width * across + along / 2) / along, height);
        let higher = (width, (height * along + across / 2) / across);
        let is_named = |(width, height): (u64, u64)| {
            width.abs_diff(u64::from(self.track_size.0)) <= 1 && height.abs_diff(u64::from(self.track_size.1)) <= 1
        };
        let (wide, high) = match (is_named(wider), is_named(higher)) {
            (true, _) => wider,
            (false, true) => higher,
            (false, false) if across >= along => wider,
            (false, false) => higher,
        };
        let is_sane = |side: u64, before: u64| (2..=LONGEST.max(before)).contains(&side);
        let longest = width.max(height);
        if !is_sane(wide, longest) || !is_sane(high, longest) {
            return size;
        }
        (wide as u32, high as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn matrix(a: i64, b: i64, c: i64, d: i64) -> Matrix {
        Matrix { a: a * ONE, b: b * ONE, c: c * ONE, d: d * ONE }
    }

    #[test]
    fn the_eight_poses_are_told_apart() {
        for (what, matrix, is_mirrored, quarter_turns) in [
            ("as stored", matrix(1, 0, 0, 1), false, 0),
            ("a quarter", matrix(0, 1, -1, 0), false, 1),
            ("half", matrix(-1, 0, 0, -1), false, 2),
            ("three quarters", matrix(0, -1, 1, 0), false, 3),
            ("left and right", matrix(-1, 0, 0, 1), true, 0),
            ("up and down", matrix(1, 0, 0, -1), true, 2),
            ("along the falling diagonal", matrix(0, 1, 1, 0), true, 3),
            ("along the rising diagonal", matrix(0, -1, -1, 0), true, 1),
            ("twice as large", matrix(0, 2, -2, 0), false, 1),
            ("nothing", matrix(0, 0, 0, 0), false, 0),
            ("a line", matrix(1, 0, 1, 0), false, 0),
            ("askew", Matrix { a: 46_341, b: 46_341, c: -46_341, d: 46_341 }, false, 0),
            ("half a degree from a quarter", Matrix { a: 572, b: 65_533, c: -65_533, d: 572 }, false, 1),
        ] {
            assert_eq!(matrix.pose(), Pose { is_mirrored, quarter_turns }, "{what}");
            // A film whose own matrix is the same again.
            let twice = matrix.then(matrix).pose();
            if !is_mirrored && what != "askew" {
                assert_eq!(twice.quarter_turns, quarter_turns * 2 % 4, "{what} twice");
            } else if is_mirrored {
                assert_eq!(twice, Pose::default(), "{what} twice");
            }
        }
        let wild = Matrix { a: i64::from(i32::MIN), b: i64::from(i32::MAX), c: i64::from(i32::MIN), d: -1 };
        wild.then(wild).pose();
        wild.then(wild).stretch();
    }

    #[test]
    fn the_matrix_of_the_film_comes_after_that_of_the_track() {
        let (mirror, quarter) = (matrix(-1, 0, 0, 1), matrix(0, 1, -1, 0));
        assert_eq!(mirror.then(quarter).pose(), Pose { is_mirrored: true, quarter_turns: 1 });
        assert_eq!(quarter.then(mirror).pose(), Pose { is_mirrored: true, quarter_turns: 3 });
        assert_eq!(quarter.then(Matrix::IDENTITY).pose(), Pose { is_mirrored: false, quarter_turns: 1 });
    }

    #[test]
    fn pixels_have_the_shape_that_counts() {
        let shape = PixelShape::new;
        let plain = Shapes {
            matrix: Matrix::IDENTITY,
            container: None,
            stream: None,
            entry_size: (480, 360),
            track_size: (480, 360),
        };
        let size = (480, 360);
        for (what, shapes, shown) in [
            ("nothing is said", plain, size),
            ("the stream", Shapes { stream: shape(4, 3), ..plain }, (640, 360)),
            ("the container", Shapes { container: shape(4, 3), ..plain }, (640, 360)),
            ("the container over the stream", Shapes { container: shape(1, 1), stream: shape(4, 3), ..plain }, size),
            ("the track header", Shapes { track_size: (640, 360), ..plain }, (640, 360)),
            (
                "the track header over the stream",
                Shapes { track_size: (640, 360), stream: shape(2, 1), ..plain },
                (640, 360),
            ),
            ("only its shape", Shapes { track_size: (1280, 720), ..plain }, (640, 360)),
            ("a header that is turned", Shapes { track_size: (360, 480), ..plain }, size),
            ("a header of nothing", Shapes { track_size: (0, 0), ..plain }, size),
            (
                "a matrix that stretches",
                Shapes { matrix: matrix(2, 0, 0, 1), stream: shape(4, 3), ..plain },
                (960, 360),
            ),
            (
                "the container over the matrix",
                Shapes { matrix: matrix(2, 0, 0, 1), container: shape(4, 3), ..plain },
                (640, 360),
            ),
            (
                "a matrix that enlarges",
                Shapes { matrix: matrix(2, 0, 0, 2), container: shape(4, 3), ..plain },
                (640, 360),
            ),
            ("high pixels make the picture higher", Shapes { container: shape(3, 4), ..plain }, (480, 480)),
            (
                "unless the header has them narrower",
                Shapes { container: shape(3, 4), track_size: (360, 360), ..plain },
                (360, 360),
            ),
            ("a line", Shapes { container: shape(1, 60_000), ..plain }, size),
            ("a monster", Shapes { container: shape(u32::MAX, 1), ..plain }, size),
        ] {
            assert_eq!(shapes.shown(size), shown, "{what}");
        }
        assert_eq!(shape(0, 1), None);
        assert_eq!(shape(1, 0), None);
        // The sample entry speaks of whole macroblocks, the header of the film.
        let blocks = Shapes { entry_size: (1920, 1088), track_size: (1920, 1080), ..plain };
        assert_eq!(blocks.shown((1920, 1080)), (1920, 1080));
        let wild = Shapes { track_size: (u32::MAX, 1), ..plain };
        assert_eq!(wild.shown((u32::MAX, u32::MAX)), (u32::MAX, u32::MAX));
    }
}
