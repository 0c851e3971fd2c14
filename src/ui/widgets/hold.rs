//! How long a button was held: the rule behind [`Button::show_hold`](super::Button::show_hold).

/// How long a button that spends has to be held, in seconds.
pub const HOLD_SECS: f64 = 0.8;

/// What is remembered of a button from one frame to the next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Hold {
    /// When the hold began; infinite once it was completed, until the button is let go.
    since: Option<f64>,
    /// Whether the button was seen without being held, so that a press from now on is about this button.
    is_armed: bool,
    /// The pass in which the button was drawn last.
    pass: u64,
    /// What the button was about.
    about: u64,
}

/// A button in one frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    /// The time in seconds.
    pub now: f64,
    /// The number of the pass.
    pub pass: u64,
    /// A number that stands for what the button would do; a hold ends when it changes.
    pub about: u64,
    /// Whether it is held.
    pub is_held: bool,
}

impl Hold {
    /// The next state, the progress from 0.0 to 1.0, and whether the hold was completed in this frame.
    ///
    /// A key or a pointer that was down before this very button was drawn does not begin a hold: whoever presses
    /// *Generate* and stays on it would otherwise order once more what now stands in its place.
    pub fn step(before: Option<Self>, seen: Seen, hold_secs: f64) -> (Self, f32, bool) {
        let Seen { now, pass, about, is_held } = seen;
        let known = before.filter(|hold| hold.about == about && pass.saturating_sub(hold.pass) <= 1);
        let is_armed = !is_held || known.is_some_and(|hold| hold.is_armed);
        let next = |since| Self { since, is_armed, pass, about };
        if !is_held || !is_armed {
            return (next(None), 0.0, false);
        }
        match known.and_then(|hold| hold.since) {
            None => (next(Some(now)), 0.0, false),
            Some(start) if start == f64::INFINITY => (next(Some(start)), 1.0, false),
            Some(start) => {
                #[allow(clippy::cast_possible_truncation, reason = "a fraction")]
                let progress = ((now - start) / hold_secs).clamp(0.0, 1.0) as f32;
                let is_completed = progress >= 1.0;
                (next(Some(if is_completed { f64::INFINITY } else { start })), progress, is_completed)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Frames as `(seconds, pass, about, held)`; returns in which of them the hold was completed.
    fn completed(frames: &[(f64, u64, u64, bool)]) -> Vec<usize> {
        let mut hold = None;
        let mut done = Vec::new();
        for (index, (now, pass, about, is_held)) in frames.iter().copied().enumerate() {
            let (next, progress, is_done) = Hold::step(hold, Seen { now, pass, about, is_held }, HOLD_SECS);
            assert!((0.0..=1.0).contains(&progress));
            hold = Some(next);
            if is_done {
                done.push(index);
            }
        }
        done
    }

    #[test]
    fn only_a_whole_hold_of_this_very_button_counts_and_counts_once() {
        let up = (0.0, 1, 7, false);
        for (name, frames, expected) in [
            ("held long enough", vec![up, (0.1, 2, 7, true), (0.5, 3, 7, true), (0.91, 4, 7, true)], vec![3]),
            ("and goes on being held", vec![up, (0.1, 2, 7, true), (1.0, 3, 7, true), (5.0, 4, 7, true)], vec![2]),
            ("let go early", vec![up, (0.1, 2, 7, true), (0.8, 3, 7, false), (1.0, 4, 7, true)], vec![]),
            (
                "twice",
                vec![
                    up,
                    (0.1, 2, 7, true),
                    (1.0, 3, 7, true),
                    (1.1, 4, 7, false),
                    (1.2, 5, 7, true),
                    (2.1, 6, 7, true),
                ],
                vec![2, 5],
            ),
            ("down before it was drawn", vec![(0.0, 1, 7, true), (0.5, 2, 7, true), (3.0, 3, 7, true)], vec![]),
            ("another price", vec![up, (0.1, 2, 7, true), (1.0, 3, 8, true), (3.0, 4, 8, true)], vec![]),
            ("away for a while", vec![up, (0.1, 2, 7, true), (1.0, 9, 7, true), (3.0, 10, 7, true)], vec![]),
        ] {
            assert_eq!(completed(&frames), expected, "{name}");
        }
    }
}
