//! The one playhead: which frame of the looked-at clips is shown, and how it moves. Pure: the time comes in.

use std::time::Duration;

use crate::domain::{JobId, UnixMillis};

/// Differences in milliseconds between the playhead and what is heard that nobody sees or hears.
const UNSEEN: i64 = 5;
/// Larger differences in milliseconds are made up for at once, and not bit by bit.
const FAR: i64 = 200;
/// The playhead waits for the first frames, and then for the first sound, for so long each.
const LONGEST_WAIT: Duration = Duration::from_millis(700);

/// What became of the sound that is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Heard {
    /// None was wanted yet, or it was heard to its end.
    #[default]
    Silent,
    /// It is about to be heard.
    Opening,
    /// It is heard, and is the clock of the playhead.
    On,
    /// There is nothing to hear it with: a clause that says why.
    NoDevice(String),
    /// The sound of this clip cannot be played: a clause that says why.
    Unreadable(JobId, String),
}

/// What is known of a film that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilmFacts {
    /// Number of frames, at least 1.
    pub frames: u32,
    /// Length in milliseconds, at least 1.
    pub duration_millis: u64,
    /// Width of the film in pixels, when it stands upright.
    pub width: u32,
    /// Height of the film in pixels, when it stands upright.
    pub height: u32,
    /// Whether there is a sound track.
    pub has_audio: bool,
}

impl FilmFacts {
    /// The first whole millisecond at which a frame is shown. Frames are taken as equally long.
    pub fn starts_at(self, frame: u32) -> u64 {
        self.duration_millis.saturating_mul(u64::from(frame)).div_ceil(u64::from(self.frames.max(1)))
    }

    /// Number of the last frame.
    pub fn last_frame(self) -> u32 {
        self.frames.saturating_sub(1)
    }

    /// Frame that is shown at this time.
    pub fn frame_at(self, millis: u64) -> u32 {
        let frame = millis.saturating_mul(u64::from(self.frames)) / self.duration_millis.max(1);
        u32::try_from(frame).unwrap_or(u32::MAX).min(self.last_frame())
    }
}

/// How fast a film runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, strum::EnumIter)]
pub enum Speed {
    /// A quarter of the film's own speed.
    Quarter,
    /// Half of the film's own speed.
    Half,
    /// The film's own speed.
    #[default]
    Normal,
    /// One and a half times the film's own speed.
    OneAndHalf,
    /// Twice the film's own speed.
    Double,
}

impl Speed {
    /// Film time for 100 units of time.
    pub fn percent(self) -> u32 {
        match self {
            Self::Quarter => 25,
            Self::Half => 50,
            Self::Normal => 100,
            Self::OneAndHalf => 150,
            Self::Double => 200,
        }
    }

    /// The speed as it is written, such as `0.25×`.
    pub fn text(self) -> &'static str {
        match self {
            Self::Quarter => "0.25×",
            Self::Half => "0.5×",
            Self::Normal => "1×",
            Self::OneAndHalf => "1.5×",
            Self::Double => "2×",
        }
    }
}

/// The playhead of what is looked at: the selected clip, quick look, or all clips of a comparison at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Playback {
    /// The frame that is shown.
    pub frame: u32,
    /// Whether the playhead moves.
    pub is_playing: bool,
    /// How fast the playhead moves.
    pub speed: Speed,
    /// Whether it begins again at the end.
    pub is_looping: bool,
    /// Whether the playhead was used since the clip was chosen; before, the poster is shown and no film is opened.
    pub is_touched: bool,
    /// When and where the present run began, so that no frame is lost to rounding.
    pub since: (UnixMillis, u32),
    /// The number of the present run: another one for each act of the user that moves the playhead.
    pub run: u64,
    /// Since when the playhead waits for the first frames of the run, if it does.
    pub frames_awaited_since: Option<UnixMillis>,
    /// Since when the playhead waits for the first sound of the run, if it does.
    pub sound_awaited_since: Option<UnixMillis>,
    /// When the playhead last followed what was heard.
    pub heard_at: UnixMillis,
}

impl Default for Playback {
    fn default() -> Self {
        Self {
            frame: 0,
            is_playing: false,
            speed: Speed::default(),
            is_looping: true,
            is_touched: false,
            since: (UnixMillis(0), 0),
            run: 0,
            frames_awaited_since: None,
            sound_awaited_since: None,
            heard_at: UnixMillis(0),
        }
    }
}

/// The length of a comparison: that of its longest film. The others stay on their last frame.
pub fn longest(films: impl IntoIterator<Item = FilmFacts>) -> Option<FilmFacts> {
    films.into_iter().max_by_key(|film| (film.frames, film.duration_millis))
}

impl Playback {
    /// Another clip is looked at: its first frame, untouched. What the user chose of speed and looping stays.
    pub fn rewound(self) -> Self {
        Self { speed: self.speed, is_looping: self.is_looping, run: self.run + 1, ..Self::default() }
    }

    /// Moves on to `now`. While nothing is known of the film, time stands still, so that no frame of its beginning is missed.
    pub fn advance(&mut self, now: UnixMillis, film: Option<FilmFacts>) {
        if !self.is_playing {
            return;
        }
        let Some(film) = film else {
            // Its frames cannot come before it is open.
            self.frames_awaited_since = self.frames_awaited_since.map(|_| now);
            self.anchor(now);
            return;
        };
        if self.wait_left(now).is_some() {
            self.anchor(now);
            return;
        }
        self.frames_awaited_since = None;
        let (began, from) = self.since;
        let at = u64::from(from).saturating_add(self.frames_in(now.since(began), film));
        let frames = u64::from(film.frames.max(1));
        let shown = if at < frames || self.is_looping { at % frames } else { frames - 1 };
        self.frame = u32::try_from(shown).unwrap_or(u32::MAX);
        if at >= frames && !self.is_looping {
            self.is_playing = false;
        }
    }

    /// How long the present frame stays from `now` on; `None` while nothing moves.
    pub fn next_change(&self, now: UnixMillis, film: Option<FilmFacts>) -> Option<Duration> {
        let film = film.filter(|_| self.is_playing)?;
        if let Some(left) = self.wait_left(now) {
            return Some(left);
        }
        let passed = now.since(self.since.0);
        let next = self.frames_in(passed, film).saturating_add(1);
        let millis = (u128::from(next) * 100 * u128::from(film.duration_millis))
            .div_ceil(u128::from(self.speed.percent()) * u128::from(film.frames.max(1)));
        let at = Duration::from_millis(u64::try_from(millis).unwrap_or(u64::MAX));
        Some(at.saturating_sub(passed).max(Duration::from_millis(1)))
    }

    /// Starts or halts. Starting on the last frame without looping begins anew.
    pub fn play(&mut self, is_playing: bool, now: UnixMillis, film: Option<FilmFacts>) {
        self.advance(now, film);
        self.is_touched = true;
        if is_playing && !self.is_looping && film.is_some_and(|film| self.frame >= film.last_frame()) {
            self.frame = 0;
        }
        self.is_playing = is_playing;
        self.anchor(now);
        self.begin_run();
    }

    /// Goes to a frame, at most the last one, and halts there.
    pub fn seek(&mut self, frame: u32, film: Option<FilmFacts>) {
        self.is_touched = true;
        self.is_playing = false;
        self.begin_run();
        self.frame = film.map_or(frame, |film| frame.min(film.last_frame()));
    }

    /// Goes so many frames on, or back when negative, and halts there. It stops at both ends.
    pub fn step(&mut self, frames: i32, now: UnixMillis, film: Option<FilmFacts>) {
        self.advance(now, film);
        self.seek(self.frame.saturating_add_signed(frames), film);
    }

    /// Goes on from the same frame at another speed.
    pub fn set_speed(&mut self, speed: Speed, now: UnixMillis, film: Option<FilmFacts>) {
        self.advance(now, film);
        self.speed = speed;
        self.anchor(now);
        self.begin_run();
    }

    /// Goes on from the same frame, and begins again at the end or not.
    pub fn set_looping(&mut self, is_looping: bool, now: UnixMillis, film: Option<FilmFacts>) {
        self.advance(now, film);
        self.is_looping = is_looping;
        self.anchor(now);
        self.begin_run();
    }

    /// How much longer the playhead waits at most.
    fn wait_left(&self, now: UnixMillis) -> Option<Duration> {
        let left = |since| LONGEST_WAIT.checked_sub(now.since(since)).filter(|left| !left.is_zero());
        self.frames_awaited_since.and_then(left).max(self.sound_awaited_since.and_then(left))
    }

    /// The first frames of the run are not there: the playhead waits for them, but not for long.
    pub fn wait_for_frames(&mut self, now: UnixMillis) {
        if self.is_playing && self.frames_awaited_since.is_none() {
            (self.frames_awaited_since, self.sound_awaited_since) = (Some(now), None);
            self.anchor(now);
        }
    }

    /// The first frames of the run are there.
    pub fn go_on_with_frames(&mut self, now: UnixMillis) {
        if self.frames_awaited_since.take().is_some() {
            self.anchor(now);
        }
    }

    /// The sound of the run is about to be heard: the playhead waits for it, but not for long.
    pub fn wait_for_sound(&mut self, now: UnixMillis) {
        if self.is_playing && self.sound_awaited_since.is_none() {
            self.sound_awaited_since = Some(now);
            self.anchor(now);
        }
    }

    /// No sound is to be waited for any more.
    pub fn go_on_silently(&mut self, now: UnixMillis) {
        if self.sound_awaited_since.take().is_some() {
            self.anchor(now);
        }
    }

    /// Follows the sound, of which this place of the film is heard now. Small differences are made up for bit by bit, and the
    /// playhead never goes back for them.
    pub fn hear(&mut self, millis: u64, now: UnixMillis, film: Option<FilmFacts>) {
        let Some(film) = film.filter(|_| self.is_playing && self.speed == Speed::Normal) else { return };
        self.go_on_silently(now);
        let (began, from) = self.since;
        let signed = |millis: u64| i64::try_from(millis).unwrap_or(i64::MAX);
        let passed = i64::try_from(now.since(began).as_millis()).unwrap_or(i64::MAX);
        let mine = signed(film.starts_at(from)).saturating_add(passed);
        let mut ahead = signed(millis).saturating_sub(mine);
        if self.is_looping {
            // The nearer way around.
            let length = signed(film.duration_millis).max(1);
            ahead = ahead.rem_euclid(length);
            if ahead > length / 2 {
                ahead -= length;
            }
        }
        let since_then = i64::try_from(now.since(self.heard_at).as_millis()).unwrap_or(i64::MAX);
        self.heard_at = now;
        if ahead.abs() > FAR {
            self.since = (UnixMillis(now.0.saturating_sub(signed(millis))), 0);
        } else if ahead.abs() > UNSEEN {
            // Back by less than time goes on, so that no frame is shown again.
            let step = ahead.clamp(-since_then.min(20) / 2, 10);
            self.since.0 = UnixMillis(began.0.saturating_sub(step));
        }
    }

    fn begin_run(&mut self) {
        self.run += 1;
        (self.frames_awaited_since, self.sound_awaited_since) = (None, None);
    }

    /// Time counts from here and now on.
    fn anchor(&mut self, now: UnixMillis) {
        self.since = (now, self.frame);
    }

    /// How many frames begin within this time after the present run began.
    fn frames_in(&self, time: Duration, film: FilmFacts) -> u64 {
        let frames = time.as_millis() * u128::from(self.speed.percent()) * u128::from(film.frames.max(1));
        u64::try_from(frames / (100 * u128::from(film.duration_millis.max(1)))).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator as _;

    use super::*;

    /// 8 s with 24 frames each.
    const FILM: FilmFacts =
        FilmFacts { frames: 192, duration_millis: 8_000, width: 1280, height: 720, has_audio: false };
    const START: UnixMillis = UnixMillis(1_000_000);

    fn at(millis: i64) -> UnixMillis {
        UnixMillis(START.0 + millis)
    }

    fn playing(speed: Speed, is_looping: bool) -> Playback {
        let mut playback = Playback { speed, is_looping, ..Playback::default() };
        playback.play(true, START, Some(FILM));
        playback
    }

    #[test]
    fn the_frame_follows_the_time_at_every_speed() {
        for (speed, millis, frame) in [
            (Speed::Normal, 0, 0),
            (Speed::Normal, 41, 0),
            (Speed::Normal, 42, 1),
            (Speed::Normal, 1_000, 24),
            (Speed::Normal, 7_999, 191),
            (Speed::Normal, 8_000, 0),
            (Speed::Normal, 80_000_000 + 1_000, 24),
            (Speed::Quarter, 1_000, 6),
            (Speed::Half, 1_000, 12),
            (Speed::OneAndHalf, 1_000, 36),
            (Speed::Double, 1_000, 48),
            (Speed::Double, 4_000, 0),
        ] {
            let mut playback = playing(speed, true);
            playback.advance(at(millis), Some(FILM));
            assert_eq!((playback.frame, playback.is_playing), (frame, true), "{speed:?} after {millis} ms");
        }
    }

    #[test]
    fn many_small_steps_lose_nothing_against_one_large_step() {
        for speed in Speed::iter() {
            let mut often = playing(speed, true);
            let mut now = 0;
            while now < 100_000 {
                now += 7;
                often.advance(at(now), Some(FILM));
            }
            let mut once = playing(speed, true);
            once.advance(at(now), Some(FILM));
            assert_eq!(often.frame, once.frame, "{speed:?}");
        }
    }

    #[test]
    fn a_wake_at_the_told_time_shows_exactly_the_next_frame() {
        for speed in Speed::iter() {
            let mut playback = playing(speed, true);
            let mut now = START;
            for shown in 1..500 {
                let wait = playback.next_change(now, Some(FILM)).expect("it plays");
                let mut early = playback;
                early.advance(UnixMillis(now.0 + wait.as_millis() as i64 - 1), Some(FILM));
                assert_eq!(early.frame, (shown - 1) % 192, "{speed:?}: not sooner");
                now = now.after(wait);
                playback.advance(now, Some(FILM));
                assert_eq!(playback.frame, shown % 192, "{speed:?}");
            }
        }
    }

    #[test]
    fn without_looping_it_stops_at_the_end_and_starts_anew() {
        let mut playback = playing(Speed::Normal, false);
        playback.advance(at(7_999), Some(FILM));
        assert_eq!((playback.frame, playback.is_playing), (191, true), "the last frame is shown for its time");
        playback.advance(at(9_000), Some(FILM));
        assert_eq!((playback.frame, playback.is_playing), (191, false));
        assert_eq!(playback.next_change(at(9_000), Some(FILM)), None);
        playback.play(true, at(20_000), Some(FILM));
        playback.advance(at(20_100), Some(FILM));
        assert_eq!((playback.frame, playback.is_playing), (2, true));
    }

    #[test]
    fn the_playhead_follows_what_is_heard_and_never_goes_back_for_a_little() {
        // A device whose clock runs 1 % slow, then 1 % fast, told of 30 times a second with some unrest.
        for percent in [99, 101] {
            let mut playback = playing(Speed::Normal, true);
            let (mut before, mut turns) = (0, 0);
            for step in 1..3_000_i64 {
                let now = step * 33;
                playback.advance(at(now), Some(FILM));
                let unrest = (step * 7 % 9) - 4;
                let heard = (now * percent / 100 + unrest).max(0);
                playback.hear((heard % 8_000).unsigned_abs(), at(now), Some(FILM));
                playback.advance(at(now), Some(FILM));
                turns += i64::from(playback.frame < before);
                let mine = turns * 192 + i64::from(playback.frame);
                before = playback.frame;
                assert!((mine * 8_000 / 192 - heard).abs() <= 60, "{percent} %, {now} ms: frame {mine}, heard {heard}");
            }
            assert_eq!(turns, 98_967 * percent / 100 / 8_000, "{percent} %: it turns only at the end");
        }
    }

    #[test]
    fn a_sound_that_is_far_away_is_followed_at_once_around_the_end_too() {
        let mut playback = playing(Speed::Normal, true);
        playback.advance(at(7_985), Some(FILM));
        playback.hear(5, at(7_985), Some(FILM));
        playback.advance(at(7_985), Some(FILM));
        assert_eq!(playback.frame, 191, "20 ms are made up for bit by bit");
        playback.hear(4_000, at(8_010), Some(FILM));
        playback.advance(at(8_010), Some(FILM));
        assert_eq!(playback.frame, 96);
        // Another speed has no sound to follow.
        let mut fast = playing(Speed::Double, true);
        fast.hear(4_000, at(100), Some(FILM));
        fast.advance(at(100), Some(FILM));
        assert_eq!(fast.frame, 4);
    }

    #[test]
    fn the_playhead_waits_for_the_first_sound_but_not_for_long() {
        let mut playback = playing(Speed::Normal, true);
        playback.wait_for_sound(START);
        playback.advance(at(300), Some(FILM));
        assert_eq!(playback.frame, 0);
        assert_eq!(playback.next_change(at(300), Some(FILM)), Some(Duration::from_millis(400)));
        playback.wait_for_sound(at(650));
        playback.advance(at(699), Some(FILM));
        assert_eq!(playback.frame, 0, "asking again does not make it longer");
        let mut late = playback;
        late.advance(at(800), Some(FILM));
        assert_eq!(late.frame, 2, "it goes on from where it waited");
        playback.hear(0, at(690), Some(FILM));
        playback.advance(at(790), Some(FILM));
        assert_eq!(playback.frame, 2);
        // Whoever halts waits for nothing.
        let mut halted = playing(Speed::Normal, true);
        halted.wait_for_sound(START);
        halted.play(false, at(100), Some(FILM));
        assert_eq!((halted.sound_awaited_since, halted.frame), (None, 0));
    }

    #[test]
    fn the_playhead_waits_for_its_first_frames_but_not_for_long() {
        let mut playback = playing(Speed::Normal, true);
        playback.wait_for_frames(START);
        playback.advance(at(300), Some(FILM));
        assert_eq!(playback.frame, 0);
        assert_eq!(playback.next_change(at(300), Some(FILM)), Some(Duration::from_millis(400)));
        let mut ready = playback;
        ready.go_on_with_frames(at(310));
        ready.advance(at(410), Some(FILM));
        assert_eq!((ready.frame, ready.frames_awaited_since), (2, None), "no frame of the beginning is missed");
        // A sound may follow, and is waited for in its turn.
        let mut heard = playback;
        heard.wait_for_sound(at(500));
        heard.go_on_with_frames(at(510));
        heard.advance(at(600), Some(FILM));
        assert_eq!(heard.frame, 0);
        playback.wait_for_frames(at(650));
        playback.advance(at(800), Some(FILM));
        assert_eq!((playback.frame, playback.frames_awaited_since), (12, None), "it goes on without them");
        // The time begins when the film is open.
        let mut opening = playing(Speed::Normal, true);
        opening.wait_for_frames(START);
        opening.advance(at(5_000), None);
        opening.advance(at(5_600), Some(FILM));
        assert_eq!(opening.frame, 0);
        let mut halted = playing(Speed::Normal, true);
        halted.wait_for_frames(START);
        halted.play(false, at(100), Some(FILM));
        assert_eq!((halted.frames_awaited_since, halted.frame), (None, 0));
        halted.wait_for_frames(at(100));
        assert_eq!(halted.frames_awaited_since, None, "what stands waits for nothing");
    }

    #[test]
    fn every_act_on_the_playhead_begins_a_run_and_hearing_does_not() {
        let mut playback = Playback::default();
        let mut runs = vec![playback.run];
        playback.play(true, START, Some(FILM));
        runs.push(playback.run);
        playback.hear(3_000, at(100), Some(FILM));
        playback.advance(at(200), Some(FILM));
        assert_eq!(playback.run, runs[1]);
        playback.seek(9, Some(FILM));
        runs.push(playback.run);
        playback.set_speed(Speed::Half, at(300), Some(FILM));
        runs.push(playback.run);
        playback.set_looping(false, at(300), Some(FILM));
        runs.push(playback.run);
        runs.push(playback.rewound().run);
        assert!(runs.windows(2).all(|pair| pair[0] < pair[1]), "{runs:?}");
    }

    #[test]
    fn nothing_moves_until_the_film_is_known() {
        let mut playback = Playback::default();
        playback.play(true, START, None);
        playback.advance(at(3_000), None);
        assert_eq!((playback.frame, playback.next_change(at(3_000), None)), (0, None));
        playback.advance(at(3_500), Some(FILM));
        assert_eq!(playback.frame, 12, "the run began when the film was last unknown");
    }

    #[test]
    fn seeking_and_stepping_halt_and_stay_within_the_film() {
        type Act = fn(&mut Playback);
        let acts: [(&str, Act, u32); 6] = [
            ("seek", |playback| playback.seek(81, Some(FILM)), 81),
            ("seek too far", |playback| playback.seek(500, Some(FILM)), 191),
            ("seek in an unknown film", |playback| playback.seek(500, None), 500),
            ("step on", |playback| playback.step(1, at(1_000), Some(FILM)), 25),
            ("step back", |playback| playback.step(-1, at(1_000), Some(FILM)), 23),
            ("step back beyond the start", |playback| playback.step(-40, at(1_000), Some(FILM)), 0),
        ];
        for (name, act, frame) in acts {
            let mut playback = playing(Speed::Normal, true);
            act(&mut playback);
            assert_eq!((playback.frame, playback.is_playing, playback.is_touched), (frame, false, true), "{name}");
            playback.advance(at(5_000), Some(FILM));
            assert_eq!(playback.frame, frame, "{name}: it stays");
        }
        let mut at_the_end = Playback::default();
        at_the_end.seek(191, Some(FILM));
        at_the_end.step(1, START, Some(FILM));
        assert_eq!(at_the_end.frame, 191);
    }

    #[test]
    fn another_speed_and_another_way_of_looping_keep_the_place() {
        let mut playback = playing(Speed::Normal, true);
        playback.set_speed(Speed::Double, at(1_000), Some(FILM));
        assert_eq!(playback.frame, 24);
        playback.advance(at(2_000), Some(FILM));
        assert_eq!(playback.frame, 72);
        // In its third round.
        playback.set_looping(false, at(10_000), Some(FILM));
        assert_eq!(playback.frame, (24 + 9 * 48) % 192);
        playback.advance(at(10_500), Some(FILM));
        assert_eq!((playback.frame, playback.is_playing), ((24 + 9 * 48 + 24) % 192, true));
    }

    #[test]
    fn a_clock_that_was_set_back_moves_nothing_backwards_for_ever() {
        let mut playback = playing(Speed::Normal, true);
        playback.advance(at(-60_000), Some(FILM));
        assert_eq!((playback.frame, playback.is_playing), (0, true));
    }

    #[test]
    fn frames_and_times_agree() {
        for frame in 0..192 {
            let begins = FILM.starts_at(frame);
            assert_eq!(FILM.frame_at(begins), frame);
            assert!(begins == 0 || FILM.frame_at(begins - 1) == frame - 1, "{frame}");
        }
        assert_eq!(FILM.frame_at(u64::MAX), 191);
    }

    #[test]
    fn the_longest_film_is_the_length_of_a_comparison() {
        let short = FilmFacts { frames: 120, duration_millis: 5_000, ..FILM };
        assert_eq!(longest([short, FILM, short]), Some(FILM));
        assert_eq!(longest([]), None);
    }
}
