//! The one playhead: which frame of the looked-at clips is shown, and how it moves. Pure: the time comes in.

use crate::domain::UnixMillis;

/// What is known of a film that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilmFacts {
    /// Number of frames, at least 1.
    pub frames: u32,
    /// Length in milliseconds, at least 1.
    pub duration_millis: u64,
    /// Width in pixels, upright.
    pub width: u32,
    /// Height in pixels, upright.
    pub height: u32,
    /// Whether there is a sound track.
    pub has_audio: bool,
}

impl FilmFacts {
    /// Time at which a frame begins, in milliseconds. Frames are taken as equally long.
    pub fn starts_at(self, frame: u32) -> u64 {
        self.duration_millis * u64::from(frame) / u64::from(self.frames.max(1))
    }

    /// Frame that is shown at this time.
    pub fn frame_at(self, millis: u64) -> u32 {
        let frame = millis.saturating_mul(u64::from(self.frames)) / self.duration_millis.max(1);
        u32::try_from(frame).unwrap_or(u32::MAX).min(self.frames.saturating_sub(1))
    }
}

/// How fast a film runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, strum::EnumIter)]
pub enum Speed {
    /// 0.25×.
    Quarter,
    /// 0.5×.
    Half,
    /// 1×.
    #[default]
    Normal,
    /// 1.5×.
    OneAndHalf,
    /// 2×.
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

    /// `0.25×`.
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
    /// Whether it moves.
    pub is_playing: bool,
    /// How fast.
    pub speed: Speed,
    /// Whether it begins again at the end.
    pub is_looping: bool,
    /// Whether the playhead was used since the clip was chosen; before, the poster is shown and no film is opened.
    pub is_touched: bool,
    /// When and where the present run began, so that no frame is lost to rounding.
    pub since: (UnixMillis, u32),
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
        }
    }
}
