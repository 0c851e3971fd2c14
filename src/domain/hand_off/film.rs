//! What a film file says of its frames and its sound, and exact frame rates.

use serde::Serialize;

/// What a film file says of itself, in the numbers that editors work with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilmFacts {
    /// Frames per second.
    pub rate: FrameRate,
    /// Number of frames that are shown, at least 1.
    pub frames: u64,
    /// Width in pixels with which it is shown.
    pub width: u32,
    /// Height in pixels with which it is shown.
    pub height: u32,
    /// Its sound, if it has any.
    pub sound: Option<Sound>,
}

/// The sound of a film.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Sound {
    /// Samples per second.
    pub rate: u32,
    /// Number of channels.
    pub channels: u16,
}

impl FilmFacts {
    /// Length in milliseconds.
    pub fn millis(&self) -> u128 {
        u128::from(self.frames) * 1000 * u128::from(self.rate.units) / u128::from(self.rate.frames)
    }
}

/// Frames per second as an exact fraction: 24, or 24,000 in 1,001 s, which people call 23.976.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FrameRate {
    /// So many frames, more than 0,
    pub frames: u32,
    /// last so many seconds together, more than 0. Has no divisor in common with `frames`.
    pub units: u32,
}

/// The rates of cameras and editors.
const USUAL: [(u32, u32); 17] = [
    (8, 1),
    (12, 1),
    (15, 1),
    (16, 1),
    (24_000, 1001),
    (24, 1),
    (25, 1),
    (30_000, 1001),
    (30, 1),
    (48_000, 1001),
    (48, 1),
    (50, 1),
    (60_000, 1001),
    (60, 1),
    (100, 1),
    (120_000, 1001),
    (120, 1),
];

/// In fewer frames than this a clock of milliseconds cannot tell 24 frames per second from 23.976.
const FEW: u128 = 24;

impl FrameRate {
    /// A rate of whole frames per second, at least 1.
    pub const fn whole(frames: u32) -> Self {
        Self { frames: if frames == 0 { 1 } else { frames }, units: 1 }
    }

    /// So many frames in so many seconds; `None` when either is 0.
    pub fn new(frames: u32, units: u32) -> Option<Self> {
        let divisor = gcd(u64::from(frames), u64::from(units)) as u32;
        (frames > 0 && units > 0).then(|| Self { frames: frames / divisor, units: units / divisor })
    }

    /// The rate of a film of `frames` frames that last `length` units of a clock with `scale` units per second. Coarse clocks,
    /// such as those of milliseconds, round: a usual rate is taken that explains the length to a unit. `None` for no frames
    /// or no length.
    pub fn of_film(frames: u64, length: u64, scale: u32) -> Option<Self> {
        if frames == 0 || length == 0 || scale == 0 {
            return None;
        }
        let (frames, length, scale) = (u128::from(frames), u128::from(length), u128::from(scale));
        // How far the length is from that of a rate, in units times frames of the rate.
        let miss = |(of, units): &(u32, u32)| (frames * u128::from(*units) * scale).abs_diff(length * u128::from(*of));
        let explains = |rate: &&(u32, u32)| miss(rate) <= u128::from(rate.0);
        let exact = USUAL.iter().find(|rate| miss(rate) == 0);
        // Of several that would do, as in a film of few frames, one of whole frames per second, and then the nearest.
        let nearest = || {
            let far = |rate: &&(u32, u32)| (frames < FEW && rate.1 != 1, miss(rate) * 1_000_000 / u128::from(rate.0));
            USUAL.iter().filter(explains).min_by_key(far)
        };
        if let Some((of, units)) = exact.or_else(nearest) {
            return Self::new(*of, *units);
        }
        let divisor = gcd_wide(frames * scale, length);
        let (mut of, mut units) = (frames * scale / divisor, length / divisor);
        while of > u128::from(u32::MAX) || units > u128::from(u32::MAX) {
            (of, units) = (of / 2, units / 2);
        }
        Self::new(u32::try_from(of).ok()?.max(1), u32::try_from(units).ok()?.max(1))
    }

    /// Frames per second as a floating point number.
    pub fn per_second(self) -> f64 {
        f64::from(self.frames) / f64::from(self.units)
    }

    /// How many whole frames of this rate fit into `count` frames of another.
    pub fn frames_in(self, count: u64, other: Self) -> u64 {
        let seconds = u128::from(count) * u128::from(other.units) * u128::from(self.frames);
        saturated(seconds / (u128::from(other.frames) * u128::from(self.units)))
    }

    /// The number of frames of this rate that last the nearest to this time.
    pub fn nearest_frames(self, millis: u64) -> u64 {
        let per = 1000 * u128::from(self.units);
        saturated((u128::from(millis) * u128::from(self.frames) + per / 2) / per)
    }

    /// So many frames as people write them: `24`, `23.976`.
    pub fn words(self) -> String {
        let text = format!("{:.3}", self.per_second());
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

fn saturated(number: u128) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn gcd(a: u64, b: u64) -> u64 {
    u64::try_from(gcd_wide(u128::from(a), u128::from(b))).unwrap_or(1)
}

fn gcd_wide(a: u128, b: u128) -> u128 {
    if b == 0 { a.max(1) } else { gcd_wide(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_of_a_film_is_exact_on_every_clock() {
        for (frames, length, scale, expected) in [
            (120, 61_440, 12_288, Some((24, 1))),
            (121, 61_952, 12_288, Some((24, 1))),
            (150, 450_000, 90_000, Some((30, 1))),
            (120, 120_120, 24_000, Some((24_000, 1001))),
            (150, 150_150, 30_000, Some((30_000, 1001))),
            (80, 5_000, 1000, Some((16, 1))),
            // Clocks of milliseconds round.
            (121, 5_042, 1000, Some((24, 1))),
            (121, 5_041, 1000, Some((24, 1))),
            (120, 5_005, 1000, Some((24_000, 1001))),
            (149, 4_972, 1000, Some((30_000, 1001))),
            (149, 4_967, 1000, Some((30, 1))),
            // What no camera makes.
            (10, 30, 10, Some((10, 3))),
            (7, 7, 90_000, Some((90_000, 1))),
            (1, 42, 1000, Some((24, 1))),
            (0, 10, 10, None),
            (10, 0, 10, None),
            (10, 10, 0, None),
        ] {
            let found = FrameRate::of_film(frames, length, scale).map(|rate| (rate.frames, rate.units));
            assert_eq!(found, expected, "{frames} frames in {length}/{scale} s");
        }
        assert!(FrameRate::of_film(u64::MAX, u64::MAX, u32::MAX).is_some());
    }

    #[test]
    fn rates_are_written_as_people_say_them() {
        for (frames, units, words) in
            [(24, 1, "24"), (24_000, 1001, "23.976"), (30_000, 1001, "29.97"), (16, 1, "16"), (50, 4, "12.5")]
        {
            assert_eq!(FrameRate::new(frames, units).expect("a rate").words(), words);
        }
        assert_eq!((FrameRate::new(0, 1), FrameRate::new(1, 0)), (None, None));
    }

    #[test]
    fn frames_of_one_rate_fit_into_another() {
        let ntsc = FrameRate::new(24_000, 1001).expect("a rate");
        for (rate, count, other, expected) in [
            (FrameRate::whole(24), 120, FrameRate::whole(24), 120),
            (FrameRate::whole(24), 150, FrameRate::whole(30), 120),
            (FrameRate::whole(30), 121, FrameRate::whole(24), 151),
            (ntsc, 240, FrameRate::whole(48), 119),
        ] {
            assert_eq!(rate.frames_in(count, other), expected);
        }
        assert_eq!(ntsc.nearest_frames(5_005), 120);
    }
}
