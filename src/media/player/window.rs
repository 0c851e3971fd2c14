//! Which frames of a film are worth decoding and keeping, by where the playhead is and how it moves.

/// How the playhead moves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Motion {
    /// It stands, and may be moved by single frames in both directions.
    #[default]
    Halted,
    /// It runs to the end of the film.
    Running,
    /// It runs, and begins again at the end.
    Looping,
}

/// The frames around the playhead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    /// The frame under the playhead, from 0.
    pub(super) frame: u32,
    /// How the playhead moves.
    pub(super) motion: Motion,
    /// Number of frames in the film.
    pub(super) frames: u32,
    /// Number of frames that may be kept.
    pub(super) room: u32,
    /// By how many frames others are decoded before their turn at most, because these are made from them.
    pub(super) most_early: u32,
}

impl Window {
    /// Frames that are kept behind the playhead.
    fn behind(self) -> u32 {
        match self.motion {
            Motion::Halted => self.room / 2,
            Motion::Running | Motion::Looping => self.room / 4,
        }
    }

    /// Frames from the playhead on, its own included.
    fn ahead(self) -> u32 {
        self.room.saturating_sub(self.behind()).max(1)
    }

    /// How far ahead of the playhead a frame comes; `None` when it does not.
    fn distance(self, frame: u32) -> Option<u32> {
        match frame.checked_sub(self.frame) {
            None if self.motion == Motion::Looping => Some(frame + self.frames.saturating_sub(self.frame)),
            distance => distance,
        }
    }

    /// Whether a frame is worth its place.
    pub(super) fn holds(self, frame: u32) -> bool {
        self.distance(frame).is_some_and(|distance| distance < self.ahead())
            || self.frame.checked_sub(frame).is_some_and(|distance| distance <= self.behind())
    }

    /// Whether a frame is worth being decoded on the way: while the playhead runs, what lies behind it comes too late.
    pub(super) fn wants(self, frame: u32) -> bool {
        match self.motion {
            Motion::Halted => self.holds(frame),
            Motion::Running | Motion::Looping => self.distance(frame).is_some_and(|distance| distance < self.ahead()),
        }
    }

    /// The next frames from the playhead on, its own included: at most `most`, and only those that are decoded before their turn.
    pub(super) fn coming(self, most: u32) -> impl Iterator<Item = u32> {
        let sought = self.ahead() - self.most_early.min(self.ahead() / 2);
        (0..sought.min(self.frames).min(most)).map_while(move |distance| {
            let frame = u64::from(self.frame) + u64::from(distance);
            match self.motion {
                Motion::Looping => Some((frame % u64::from(self.frames.max(1))) as u32),
                _ => u32::try_from(frame).ok().filter(|frame| *frame < self.frames),
            }
        })
    }

    /// The frame to decode next, if any is missing: the playhead's, then those ahead of it, except for the last ones that have a
    /// place: what is decoded before its turn needs that, or it would be thrown away and decoded once more, from the last sync
    /// sample on. Behind the playhead only when the playhead stands and half of what may be kept there is gone, because going
    /// back means decoding from the last sync sample.
    pub(super) fn next(self, has: impl Fn(u32) -> bool) -> Option<u32> {
        let ahead = self.coming(u32::MAX).find(|frame| !has(*frame));
        if ahead.is_some() || self.motion != Motion::Halted {
            return ahead;
        }
        let first = self.frame.saturating_sub(self.behind());
        let near = self.frame.saturating_sub(self.behind() / 2);
        let is_near_there = (near..self.frame).all(&has);
        if is_near_there { None } else { (first..self.frame).find(|frame| !has(*frame)) }
    }

    /// The kept frame that is worth least, out of rising `kept`: the one furthest from the playhead of those that are not worth
    /// their place; else the first behind it, else the last ahead.
    pub(super) fn least(self, kept: impl Iterator<Item = u32> + Clone) -> Option<u32> {
        let outside = kept.clone().filter(|frame| !self.holds(*frame)).max_by_key(|frame| frame.abs_diff(self.frame));
        let behind =
            || kept.clone().find(|frame| self.distance(*frame).is_none_or(|distance| distance >= self.ahead()));
        outside.or_else(behind).or_else(|| kept.clone().max_by_key(|frame| self.distance(*frame)))
    }
}

#[cfg(test)]
mod tests {
    use super::Motion::{Halted, Looping, Running};
    use super::*;

    fn window(frame: u32, motion: Motion) -> Window {
        Window { frame, motion, frames: 100, room: 8, most_early: 0 }
    }

    #[test]
    fn what_is_decoded_next() {
        for (frame, motion, kept, next) in [
            // The playhead's frame comes first, then what follows it.
            (50, Halted, &[][..], Some(50)),
            (50, Halted, &[50, 51, 52], Some(53)),
            // Looking back needs four frames; they are renewed when fewer than two are left.
            (50, Halted, &[50, 51, 52, 53], Some(46)),
            (50, Halted, &[46, 50, 51, 52, 53], Some(47)),
            (50, Halted, &[48, 49, 50, 51, 52, 53], None),
            (0, Halted, &[0, 1, 2, 3], None),
            (1, Halted, &[1, 2, 3, 4], Some(0)),
            // A playhead that runs looks further ahead and never back.
            (50, Running, &[50, 51, 52, 53, 54], Some(55)),
            (50, Running, &[50, 51, 52, 53, 54, 55], None),
            (98, Running, &[98, 99], None),
            (98, Looping, &[98, 99], Some(0)),
            (98, Looping, &[0, 1, 2, 3, 98, 99], None),
        ] {
            assert_eq!(window(frame, motion).next(|frame| kept.contains(&frame)), next, "{frame} {motion:?} {kept:?}");
        }
        // Of six frames ahead two are left to what is decoded before its turn, and of few never more than half.
        let early = |most_early| Window { most_early, ..window(50, Running) };
        assert_eq!(early(2).next(|frame| (50..53).contains(&frame)), Some(53));
        assert_eq!(early(2).next(|frame| (50..54).contains(&frame)), None);
        assert_eq!(early(16).next(|frame| (50..52).contains(&frame)), Some(52));
        assert_eq!(early(16).next(|frame| (50..53).contains(&frame)), None);
        // A film that is shorter than the room is decoded once.
        let short = Window { frames: 3, ..window(2, Looping) };
        assert_eq!(short.next(|_| true), None);
        assert_eq!(short.next(|frame| frame == 2), Some(0));
    }

    #[test]
    fn what_is_kept_and_what_goes_first() {
        for (frame, motion, kept, least) in [
            (50, Halted, &[45, 46, 50, 53][..], Some(45)),
            (50, Halted, &[46, 50, 53, 54], Some(54)),
            (50, Halted, &[46, 50, 53], Some(46)),
            (50, Halted, &[50, 53], Some(53)),
            (50, Running, &[47, 48, 50, 55], Some(47)),
            (50, Running, &[10, 20, 50], Some(10)),
            (50, Running, &[20, 50, 90], Some(90)),
            (98, Looping, &[0, 3, 97, 98], Some(97)),
            (98, Looping, &[0, 3, 98], Some(3)),
            (98, Looping, &[0, 4, 97, 98], Some(4)),
            (50, Halted, &[], None),
        ] {
            assert_eq!(window(frame, motion).least(kept.iter().copied()), least, "{frame} {motion:?} {kept:?}");
        }
    }

    #[test]
    fn what_comes_too_late_is_not_worth_decoding() {
        assert!(window(50, Halted).wants(46));
        assert!(!window(50, Running).wants(49));
        assert!(window(50, Running).holds(49));
        assert!(window(98, Looping).wants(1));
        assert!(!window(98, Running).wants(1));
    }
}
