//! The settings of a shot: what can be chosen of each, their words on the wire and on the screen, and their names.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::text::SharedText;

/// The resolution of a clip, which names the shorter side in pixels: 720p is 1280×720, 720×1280 or 720×720.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumIter,
    strum::EnumString,
    strum::IntoStaticStr,
)]
pub enum Resolution {
    /// The shorter side has 360 pixels.
    #[serde(rename = "360p")]
    #[strum(serialize = "360p")]
    P360,
    /// The shorter side has 540 pixels.
    #[serde(rename = "540p")]
    #[strum(serialize = "540p")]
    P540,
    /// The shorter side has 720 pixels, the default of every gateway.
    #[default]
    #[serde(rename = "720p")]
    #[strum(serialize = "720p")]
    P720,
    /// The shorter side has 1080 pixels.
    #[serde(rename = "1080p")]
    #[strum(serialize = "1080p")]
    P1080,
}

impl Resolution {
    /// The word on the wire and on the screen: `720p`.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// The shorter side in pixels.
    pub fn short_side(self) -> u32 {
        match self {
            Self::P360 => 360,
            Self::P540 => 540,
            Self::P720 => 720,
            Self::P1080 => 1080,
        }
    }
}

/// The length of a clip: 5, 8 or 10 seconds.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, strum::EnumIter,
)]
#[serde(try_from = "u32", into = "u32")]
pub enum ClipDuration {
    /// A clip of five seconds, the default.
    #[default]
    S5,
    /// A clip of eight seconds.
    S8,
    /// A clip of ten seconds; not offered at 1080p.
    S10,
}

impl ClipDuration {
    /// Length in whole seconds.
    pub fn secs(self) -> u32 {
        match self {
            Self::S5 => 5,
            Self::S8 => 8,
            Self::S10 => 10,
        }
    }
}

impl From<ClipDuration> for u32 {
    fn from(duration: ClipDuration) -> Self {
        duration.secs()
    }
}

impl TryFrom<u32> for ClipDuration {
    type Error = String;

    fn try_from(secs: u32) -> Result<Self, Self::Error> {
        match secs {
            5 => Ok(Self::S5),
            8 => Ok(Self::S8),
            10 => Ok(Self::S10),
            _ => Err(format!("{secs} s is not a length that PixVerse V5.6 makes; it makes 5, 8 and 10 s")),
        }
    }
}

/// Writes `8 s`.
impl fmt::Display for ClipDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} s", self.secs())
    }
}

/// The ratio of the width of a clip to its height.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumIter,
    strum::EnumString,
    strum::IntoStaticStr,
)]
pub enum AspectRatio {
    /// Wide landscape, the default.
    #[default]
    #[serde(rename = "16:9")]
    #[strum(serialize = "16:9")]
    R16x9,
    /// Landscape as on old screens.
    #[serde(rename = "4:3")]
    #[strum(serialize = "4:3")]
    R4x3,
    /// As wide as high.
    #[serde(rename = "1:1")]
    #[strum(serialize = "1:1")]
    R1x1,
    /// Portrait as on old photographs.
    #[serde(rename = "3:4")]
    #[strum(serialize = "3:4")]
    R3x4,
    /// Portrait as on telephones.
    #[serde(rename = "9:16")]
    #[strum(serialize = "9:16")]
    R9x16,
}

impl AspectRatio {
    /// The word on the wire and on the screen: `16:9`.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Width and height of the ratio as small whole numbers, such as 16 and 9.
    pub fn parts(self) -> (u32, u32) {
        match self {
            Self::R16x9 => (16, 9),
            Self::R4x3 => (4, 3),
            Self::R1x1 => (1, 1),
            Self::R3x4 => (3, 4),
            Self::R9x16 => (9, 16),
        }
    }

    /// Pixel size of a clip, both sides even: the resolution names the shorter side.
    pub fn pixels(self, resolution: Resolution) -> (u32, u32) {
        let (width, height) = self.parts();
        let short = resolution.short_side();
        let long = |a: u32, b: u32| (short * a / b) & !1;
        if width >= height { (long(width, height), short) } else { (short, long(height, width)) }
    }
}

/// Whether the model may think the prompt over before it renders.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumIter,
    strum::EnumString,
    strum::IntoStaticStr,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Thinking {
    /// The model decides; the default.
    #[default]
    Auto,
    /// The model always thinks the prompt over, which takes longer.
    Enabled,
    /// The model takes the prompt as it stands.
    Disabled,
}

impl Thinking {
    /// The word on the wire.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// A seed that PixVerse takes: 0 to 2 147 483 647 (docs/gateways.md, section 3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Seed(u32);

impl Seed {
    /// The largest seed that PixVerse takes.
    pub const MAX: Self = Self(i32::MAX as u32);

    /// A seed of this number; `None` above [`Seed::MAX`].
    pub fn new(value: u32) -> Option<Self> {
        (value <= Self::MAX.0).then_some(Self(value))
    }

    /// Makes a seed of any random number.
    pub fn from_random(bits: u32) -> Self {
        Self(bits & Self::MAX.0)
    }

    /// The seed as a number.
    pub fn get(self) -> u32 {
        self.0
    }

    /// The seed `steps` further on, beginning again at 0 after the largest.
    pub fn step(self, steps: u32) -> Self {
        Self::from_random(self.0.wrapping_add(steps))
    }
}

impl From<Seed> for u32 {
    fn from(seed: Seed) -> Self {
        seed.0
    }
}

impl TryFrom<u32> for Seed {
    type Error = String;

    fn try_from(value: u32) -> Result<Self, Self::Error> {
        Self::new(value).ok_or_else(|| format!("the seed {value} is above {}", Self::MAX.0))
    }
}

/// How the seeds of the takes are chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, strum::EnumIter)]
#[serde(rename_all = "snake_case")]
pub enum SeedMode {
    /// Rushes draws a new seed for each take and keeps it in the recipe.
    #[default]
    Random,
    /// Every take uses the typed seed.
    Fixed,
    /// The first take uses the typed seed, and each further take the next higher one.
    CountUp,
}

/// One setting of a shot, as the form, the requests and the catalog know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::EnumIter)]
#[serde(rename_all = "snake_case")]
pub enum Setting {
    /// What the shot shows.
    Prompt,
    /// What the shot should not show.
    NegativePrompt,
    /// The picture that the clip begins with.
    StartPicture,
    /// The picture that the clip ends with.
    EndPicture,
    /// How many pixels the shorter side has: a [`Resolution`].
    Resolution,
    /// How long the clip is: a [`ClipDuration`].
    Duration,
    /// The shape of the picture: an [`AspectRatio`].
    AspectRatio,
    /// Whether the clip has sound.
    Audio,
    /// Whether the model thinks the prompt over: a [`Thinking`] mode.
    Thinking,
    /// The number that chance starts from: a [`Seed`].
    Seed,
}

impl Setting {
    /// What the setting is called within a sentence.
    pub fn name(self) -> &'static str {
        match self {
            Self::Prompt => "prompt",
            Self::NegativePrompt => "negative prompt",
            Self::StartPicture => "start picture",
            Self::EndPicture => "end picture",
            Self::Resolution => "resolution",
            Self::Duration => "duration",
            Self::AspectRatio => "aspect ratio",
            Self::Audio => "audio",
            Self::Thinking => "thinking",
            Self::Seed => "seed",
        }
    }
}

/// Our own name of a model that makes clips, such as `pixverse-v5.6`. Stored in libraries: never rename one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ModelId(SharedText);

impl ModelId {
    /// Checks a name that came from outside: 1 to 64 of `a–z 0–9 . -`. `None` for anything else.
    pub fn new(text: &str) -> Option<Self> {
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' || c == '-';
        (!text.is_empty() && text.len() <= 64 && text.chars().all(is_plain)).then(|| Self(text.into()))
    }

    /// The name as it is stored and typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// PixVerse V5.6, which every clip of an older library was made with.
impl Default for ModelId {
    fn default() -> Self {
        static FIRST: std::sync::LazyLock<SharedText> = std::sync::LazyLock::new(|| "pixverse-v5.6".into());
        Self(FIRST.clone())
    }
}

impl TryFrom<String> for ModelId {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(&text).ok_or_else(|| "a model is named with a–z, 0–9, dots and hyphens".to_owned())
    }
}

impl From<ModelId> for String {
    fn from(model: ModelId) -> Self {
        model.0.into()
    }
}

impl std::str::FromStr for ModelId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::try_from(text.to_owned())
    }
}

impl fmt::Display for ModelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a gateway takes a setting, as far as its pages say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Support {
    /// The gateway's pages name the field.
    Documented,
    /// The gateway's pages do not name the field, but the model behind the gateway has it: it may be ignored or
    /// refused.
    Undocumented,
    /// The gateway has no field for it, so it is never sent.
    NotAvailable,
}
