//! What was ordered and what came: compares the request of a job with the measurements of its clip.

use std::fmt;

use super::job::{Clip, Job};
use super::request::GenerationRequest;
use super::setting::{AspectRatio, ClipDuration, Resolution, Setting};

/// How far a side may be from what was ordered, in pixels: encoders round sides up to multiples of 8 or 16.
const SIDE_TOLERANCE: u32 = 16;

/// How far a length may be from what was ordered, in milliseconds, and as one part of so many. The larger one counts.
const DURATION_TOLERANCE_MILLIS: u64 = 500;
const DURATION_TOLERANCE_PART: u64 = 10;

/// Something in which a clip is not what was ordered. Shown as one clause: `ordered 1080p, came 720p`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    /// The picture has another number of pixels.
    Resolution {
        /// What was ordered.
        ordered: Resolution,
        /// The shorter side of the picture that came, in pixels.
        came: u32,
    },
    /// The clip is longer or shorter.
    Duration {
        /// What was ordered.
        ordered: ClipDuration,
        /// The length of the film that came, in milliseconds.
        came_millis: u64,
    },
    /// The picture has another shape.
    AspectRatio {
        /// What was ordered.
        ordered: AspectRatio,
        /// Width and height of the picture that came, in pixels.
        came: (u32, u32),
    },
    /// Sound was ordered, and there is none.
    Silent,
}

impl Difference {
    /// The setting that the clip does not keep.
    pub fn setting(self) -> Setting {
        match self {
            Self::Resolution { .. } => Setting::Resolution,
            Self::Duration { .. } => Setting::Duration,
            Self::AspectRatio { .. } => Setting::AspectRatio,
            Self::Silent => Setting::Audio,
        }
    }

    /// What was ordered, in the words of the screen: `1080p`.
    pub fn ordered(self) -> String {
        match self {
            Self::Resolution { ordered, .. } => ordered.to_string(),
            Self::Duration { ordered, .. } => ordered.to_string(),
            Self::AspectRatio { ordered, .. } => ordered.to_string(),
            Self::Silent => "sound".to_owned(),
        }
    }

    /// What came instead, in the same words: `720p`.
    pub fn came(self) -> String {
        match self {
            Self::Resolution { came, .. } => resolution_name(came),
            Self::Duration { came_millis, .. } => duration_name(came_millis),
            Self::AspectRatio { came, .. } => ratio_name(came),
            Self::Silent => "silent".to_owned(),
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ordered {}, came {}", self.ordered(), self.came())
    }
}

/// In what `clip` is not what `request` ordered, in the order of the settings line. Pure.
///
/// * A measurement that is not known (0) makes no difference.
/// * The shorter side may be 16 pixels off, the length half a second or a tenth, whichever is more, and the shape by as much as
///   16 pixels and a fiftieth of the longer side do.
/// * A start picture decides about the shape, so the ratio of the request claims nothing then, and it is enough that one
///   side of the picture is as long as was ordered.
/// * Sound that nobody ordered is no difference: many encoders add a track without a sound on it.
pub fn differences(request: &GenerationRequest, clip: &Clip) -> Vec<Difference> {
    let mut found = Vec::new();
    let (width, height) = (clip.width, clip.height);
    let has_size = width > 0 && height > 0;
    let (short, long) = (width.min(height), width.max(height));
    let (ordered_short, ordered_long) = {
        let (width, height) = request.pixels();
        (width.min(height), width.max(height))
    };
    let is_near = |came: u32, ordered: u32| came.abs_diff(ordered) <= SIDE_TOLERANCE;
    let has_picture = request.picture().is_some();
    if has_size && !is_near(short, ordered_short) && !(has_picture && is_near(long, ordered_long)) {
        found.push(Difference::Resolution { ordered: request.resolution(), came: short });
    }
    let ordered_millis = u64::from(request.duration().secs()) * 1000;
    let tolerance = DURATION_TOLERANCE_MILLIS.max(ordered_millis / DURATION_TOLERANCE_PART);
    if clip.duration_millis > 0 && clip.duration_millis.abs_diff(ordered_millis) > tolerance {
        found.push(Difference::Duration { ordered: request.duration(), came_millis: clip.duration_millis });
    }
    if has_size && !has_picture && !is_shape((width, height), request.aspect_ratio()) {
        found.push(Difference::AspectRatio { ordered: request.aspect_ratio(), came: (width, height) });
    }
    // A film of which nothing could be read is not known to be silent.
    if request.audio() && !clip.has_audio && (has_size || clip.duration_millis > 0) {
        found.push(Difference::Silent);
    }
    found
}

impl Job {
    /// In what the clip of the job is not what was ordered; empty without a clip. See [`differences`].
    pub fn differences(&self) -> Vec<Difference> {
        self.clip.as_ref().map_or_else(Vec::new, |clip| differences(&self.request, clip))
    }

    /// Length and resolution of the clip in the words of the screen, such as `5 s · 720p`: what came where that is known, else
    /// what was ordered. Shape and sound follow only where they are not as ordered: `5 s · 720p · 1:1 · silent`.
    pub fn delivered_line(&self) -> String {
        let (mut duration, mut resolution) =
            (self.request.duration().to_string(), self.request.resolution().to_string());
        let mut more = String::new();
        for difference in self.differences() {
            match difference {
                Difference::Duration { .. } => duration = difference.came(),
                Difference::Resolution { .. } => resolution = difference.came(),
                Difference::AspectRatio { .. } | Difference::Silent => {
                    more.push_str(" · ");
                    more.push_str(&difference.came());
                }
            }
        }
        format!("{duration} · {resolution}{more}")
    }
}

/// Whether a picture has the shape of `ratio`, but for what encoders round.
fn is_shape((width, height): (u32, u32), ratio: AspectRatio) -> bool {
    let (across, down) = ratio.parts();
    let is_lying = across >= down;
    let (long, short) = if is_lying { (width, height) } else { (height, width) };
    let (a, b) = (u64::from(across.max(down)), u64::from(across.min(down)));
    let expected = u64::from(short) * a / b;
    u64::from(long).abs_diff(expected) <= u64::from(SIDE_TOLERANCE) + expected / 50
}

/// `720p`; of a height that is not offered, the number itself.
fn resolution_name(short_side: u32) -> String {
    let offered = [Resolution::P360, Resolution::P540, Resolution::P720, Resolution::P1080];
    let near = offered.into_iter().find(|resolution| resolution.short_side().abs_diff(short_side) <= SIDE_TOLERANCE);
    near.map_or_else(|| format!("{short_side}p"), |resolution| resolution.to_string())
}

/// `3 s`, or `3.4 s`; a film of less than a tenth of a second has `0.1 s`.
fn duration_name(millis: u64) -> String {
    let tenths = (millis.saturating_add(50) / 100).max(1);
    match (tenths / 10, tenths % 10) {
        (secs, 0) => format!("{secs} s"),
        (secs, tenth) => format!("{secs}.{tenth} s"),
    }
}

/// `16:9`; of a shape that is not offered, the sides: `1024 × 400`.
fn ratio_name(sides: (u32, u32)) -> String {
    let offered = [AspectRatio::R16x9, AspectRatio::R4x3, AspectRatio::R1x1, AspectRatio::R3x4, AspectRatio::R9x16];
    match offered.into_iter().find(|ratio| is_shape(sides, *ratio)) {
        Some(ratio) => ratio.to_string(),
        None => format!("{} × {}", sides.0, sides.1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::request::{Draft, InputPicture};
    use crate::domain::samples;

    fn said(draft: Draft, clip: Clip) -> String {
        let draft = Draft { prompt: "a boat".to_owned(), ..draft };
        let request = draft.to_request().expect("a good draft");
        differences(&request, &clip).into_iter().map(|difference| difference.to_string()).collect::<Vec<_>>().join("; ")
    }

    fn clip(width: u32, height: u32, duration_millis: u64, has_audio: bool) -> Clip {
        Clip { width, height, duration_millis, has_audio, ..samples::clip("boat.mp4") }
    }

    #[test]
    fn what_came_is_compared_with_what_was_ordered() {
        use AspectRatio as Ratio;
        let order = |resolution, duration, aspect_ratio, audio| Draft {
            resolution,
            duration,
            aspect_ratio,
            audio,
            ..Draft::default()
        };
        let usual = || order(Resolution::P720, ClipDuration::S5, Ratio::R16x9, false);
        let full = || order(Resolution::P1080, ClipDuration::S8, Ratio::R16x9, true);
        for (draft, clip, expected) in [
            (usual(), clip(1280, 720, 5000, false), ""),
            (full(), clip(1920, 1080, 8000, true), ""),
            // What encoders round.
            (full(), clip(1920, 1088, 8041, true), ""),
            (usual(), clip(1280, 704, 5000, false), ""),
            (usual(), clip(1280, 736, 5000, false), ""),
            (order(Resolution::P540, ClipDuration::S5, Ratio::R16x9, false), clip(960, 544, 5000, false), ""),
            (order(Resolution::P360, ClipDuration::S5, Ratio::R4x3, false), clip(480, 368, 5000, false), ""),
            // The picture.
            (full(), clip(1280, 720, 8000, true), "ordered 1080p, came 720p"),
            (usual(), clip(1920, 1080, 5000, false), "ordered 720p, came 1080p"),
            (usual(), clip(640, 360, 3000, false), "ordered 720p, came 360p; ordered 5 s, came 3 s"),
            (usual(), clip(854, 480, 5000, false), "ordered 720p, came 480p"),
            (usual(), clip(1280, 703, 5000, false), "ordered 720p, came 703p"),
            // The shape.
            (usual(), clip(720, 720, 5000, false), "ordered 16:9, came 1:1"),
            (usual(), clip(720, 1280, 5000, false), "ordered 16:9, came 9:16"),
            (usual(), clip(1680, 720, 5000, false), "ordered 16:9, came 1680 × 720"),
            (order(Resolution::P720, ClipDuration::S5, Ratio::R9x16, false), clip(720, 1280, 5000, false), ""),
            (
                order(Resolution::P720, ClipDuration::S5, Ratio::R3x4, false),
                clip(720, 1280, 5000, false),
                "ordered 3:4, came 9:16",
            ),
            // The length.
            (usual(), clip(1280, 720, 4500, false), ""),
            (usual(), clip(1280, 720, 5500, false), ""),
            (usual(), clip(1280, 720, 4499, false), "ordered 5 s, came 4.5 s"),
            (usual(), clip(1280, 720, 5640, false), "ordered 5 s, came 5.6 s"),
            (full(), clip(1920, 1080, 7200, true), ""),
            (full(), clip(1920, 1080, 7199, true), "ordered 8 s, came 7.2 s"),
            (usual(), clip(1280, 720, 1, false), "ordered 5 s, came 0.1 s"),
            // The sound.
            (full(), clip(1920, 1080, 8000, false), "ordered sound, came silent"),
            (usual(), clip(1280, 720, 5000, true), ""),
            // All of it.
            (
                full(),
                clip(360, 360, 5000, false),
                "ordered 1080p, came 360p; ordered 8 s, came 5 s; ordered 16:9, came 1:1; ordered sound, came silent",
            ),
            // What is not known.
            (full(), clip(0, 0, 0, false), ""),
            (full(), clip(0, 0, 3000, true), "ordered 8 s, came 3 s"),
            (full(), clip(1280, 720, 0, true), "ordered 1080p, came 720p"),
            (full(), clip(1280, 0, 8000, true), ""),
            (full(), clip(u32::MAX, u32::MAX, 8000, true), "ordered 1080p, came 4294967295p; ordered 16:9, came 1:1"),
        ] {
            let what = format!("{} × {}, {} ms", clip.width, clip.height, clip.duration_millis);
            assert_eq!(said(draft, clip), expected, "{what}");
        }
    }

    #[test]
    fn a_start_picture_decides_about_the_shape() {
        let draft = || Draft {
            picture: Some(InputPicture::WebAddress("https://example.com/a.png".to_owned())),
            resolution: Resolution::P720,
            ..Draft::default()
        };
        for (width, height, expected) in [
            (1280, 720, ""),
            (720, 1280, ""),
            (720, 720, ""),
            (1280, 544, ""),
            (960, 720, ""),
            (640, 360, "ordered 720p, came 360p"),
            (1000, 500, "ordered 720p, came 500p"),
        ] {
            assert_eq!(said(draft(), clip(width, height, 5000, false)), expected, "{width} × {height}");
        }
    }

    #[test]
    fn the_line_of_a_card_shows_what_came() {
        let job = |clip: Option<Clip>| {
            let mut job = samples::job(1).queued();
            job.clip = clip;
            job.delivered_line()
        };
        assert_eq!(job(None), "5 s · 720p");
        assert_eq!(job(Some(clip(1280, 720, 5040, true))), "5 s · 720p");
        assert_eq!(job(Some(clip(0, 0, 0, false))), "5 s · 720p");
        assert_eq!(job(Some(clip(640, 360, 3000, false))), "3 s · 360p");
        assert_eq!(job(Some(clip(720, 720, 5000, false))), "5 s · 720p · 1:1");
    }
}
