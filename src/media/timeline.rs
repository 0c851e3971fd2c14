//! Which sample of a track is shown when: samples are stored in the order in which they are decoded.

use super::moov::{Edit, TrackClock};

/// The frames of a track in the order of display.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Timeline {
    /// For each frame in the order of display: the index of the sample that it shows.
    samples: Vec<u32>,
    /// Sample and frame, rising. A sample may be shown more than once, or never.
    places: Vec<(u32, u32)>,
    duration_millis: u64,
    most_early: u32,
}

/// A sample and when it is shown, in units of the track.
struct Moment {
    sample: u32,
    at: i64,
    length: u32,
}

impl Timeline {
    /// Of a track with `count` samples in a film of `film_scale` units per second. As ffmpeg does: an edit shows the samples
    /// that begin within it, and pauses add no frames.
    pub(super) fn new(clock: &TrackClock, film_scale: u32, count: usize) -> Self {
        let moments = moments(clock, count);
        let mut shown = Vec::new();
        for edit in clock.edits.iter().filter(|edit| edit.from >= 0) {
            let end = end_of(*edit, clock.scale, film_scale);
            let first = moments.partition_point(|moment| moment.at < edit.from);
            let last = moments.partition_point(|moment| moment.at < end);
            // Sixty-four edits of a whole film would be many frames; no more than twice its samples are shown.
            if first < last && shown.len() + (last - first) <= count * 2 {
                shown.extend(&moments[first..last]);
            }
        }
        if shown.is_empty() {
            shown.extend(&moments);
        }
        let length: u128 = shown.iter().map(|moment| u128::from(moment.length)).sum();
        let scale = u128::from(clock.scale.max(1));
        let millis = u64::try_from((length * 1000 + scale / 2) / scale).unwrap_or(u64::MAX);
        let samples: Vec<u32> = shown.iter().map(|moment| moment.sample).collect();
        let mut places: Vec<(u32, u32)> = samples.iter().copied().zip(0..).collect();
        places.sort_unstable();
        let most_early = most_early(&places);
        Self { samples, places, duration_millis: millis.max(1), most_early }
    }

    /// Number of frames, at least 1 when there are samples.
    pub(super) fn frames(&self) -> u32 {
        self.samples.len() as u32
    }

    /// Length of all frames together, at least 1 ms.
    pub(super) fn duration_millis(&self) -> u64 {
        self.duration_millis
    }

    /// By how many frames samples are decoded before their turn at most.
    pub(super) fn most_early(&self) -> u32 {
        self.most_early
    }

    /// The sample that this frame shows; the last one's when there is no such frame.
    pub(super) fn sample_of(&self, frame: u32) -> u32 {
        self.samples.get(frame as usize).or(self.samples.last()).copied().unwrap_or(0)
    }

    /// The numbers of the frames that show this sample; none when an edit list leaves it out.
    pub(super) fn frames_of(&self, sample: u32) -> impl Iterator<Item = u32> + Clone {
        let first = self.places.partition_point(|place| place.0 < sample);
        self.places[first..].iter().take_while(move |place| place.0 == sample).map(|place| place.1)
    }
}

/// By how many frames samples are decoded before their turn at most, because others are made from them.
fn most_early(places: &[(u32, u32)]) -> u32 {
    let mut first_after = u32::MAX;
    let leads = places.iter().rev().map(|(_, frame)| {
        let lead = frame.saturating_sub(first_after);
        first_after = first_after.min(*frame);
        lead
    });
    leads.max().unwrap_or(0)
}

/// All samples in the order of display.
fn moments(clock: &TrackClock, count: usize) -> Vec<Moment> {
    let mut lengths = clock.lengths.iter().flat_map(|(count, length)| std::iter::repeat_n(*length, *count as usize));
    let mut delays = clock
        .delays
        .iter()
        .flatten()
        .flat_map(|(count, delay)| std::iter::repeat_n(i64::from(*delay), *count as usize));
    let (mut decoded_at, mut length, mut delay) = (0_i64, 1, 0);
    let mut moments: Vec<Moment> = (0..count as u32)
        .map(|sample| {
            // A table that ends too early goes on as it ended.
            length = lengths.next().unwrap_or(length);
            delay = delays.next().unwrap_or(delay);
            let moment = Moment { sample, at: decoded_at + delay, length };
            decoded_at += i64::from(length);
            moment
        })
        .collect();
    moments.sort_by_key(|moment| moment.at);
    moments
}

fn end_of(edit: Edit, scale: u32, film_scale: u32) -> i64 {
    if edit.duration == 0 || film_scale == 0 {
        return i64::MAX;
    }
    let film_scale = u128::from(film_scale);
    let length = (u128::from(edit.duration) * u128::from(scale) + film_scale / 2) / film_scale;
    edit.from.saturating_add(i64::try_from(length).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(delays: Option<Vec<(u32, i32)>>, edits: &[(u64, i64)]) -> TrackClock {
        let edits = edits.iter().map(|(duration, from)| Edit { duration: *duration, from: *from }).collect();
        TrackClock { scale: 100, duration: 0, lengths: vec![(2, 10), (1, 10)], delays, edits }
    }

    #[test]
    fn frames_come_in_the_order_of_display() {
        // I P B B: decoded at 0, 10, 20, 30.
        let reordered = Some(vec![(1, 10), (1, 30), (2, 0)]);
        for (delays, edits, samples, millis) in [
            (None, &[][..], vec![0, 1, 2, 3], 400),
            (reordered.clone(), &[], vec![0, 2, 3, 1], 400),
            // The usual edit that takes the delay of the first frame back.
            (reordered.clone(), &[(400, 10)], vec![0, 2, 3, 1], 400),
            // One that cuts at both ends, in a film of 1000 units per second.
            (reordered.clone(), &[(200, 20)], vec![2, 3], 200),
            (reordered.clone(), &[(100, -1), (0, 30)], vec![3, 1], 200),
            // Twice the same frame.
            (reordered.clone(), &[(100, 30), (100, 30)], vec![3, 3], 200),
            // An edit of nothing is no film.
            (reordered, &[(100, 5000)], vec![0, 2, 3, 1], 400),
        ] {
            let timeline = Timeline::new(&clock(delays, edits), 1000, 4);
            assert_eq!(timeline.samples, samples, "{edits:?}");
            assert_eq!(timeline.duration_millis(), millis, "{edits:?}");
            for (sample, frame) in samples.iter().zip(0..) {
                assert_eq!(timeline.sample_of(frame), *sample);
                assert!(timeline.frames_of(*sample).any(|found| found == frame), "{edits:?}");
            }
        }
    }

    #[test]
    fn it_is_known_how_early_samples_are_decoded() {
        let early = |delays| Timeline::new(&clock(delays, &[]), 1000, 4).most_early();
        assert_eq!(early(None), 0);
        // I P B B: the second sample is the last frame, two before its turn.
        assert_eq!(early(Some(vec![(1, 10), (1, 30), (2, 0)])), 2);
        assert_eq!(Timeline::new(&clock(None, &[]), 1000, 0).most_early(), 0);
    }

    #[test]
    fn impossible_numbers_are_borne() {
        let mut wild = clock(Some(vec![(u32::MAX, i32::MIN)]), &[(u64::MAX, i64::MAX), (1, i64::MIN)]);
        wild.lengths = vec![(u32::MAX, u32::MAX)];
        wild.scale = 0;
        let timeline = Timeline::new(&wild, 0, 3);
        assert_eq!(timeline.frames(), 3);
        assert_eq!(timeline.sample_of(99), 2);
        assert!(Timeline::new(&wild, 0, 0).frames() == 0);
    }
}
