//! From what is typed to what is asked: [`Draft`] → [`GenerationRequest`].
//!
//! A draft may hold anything. [`Draft::to_request`] is the only door: it returns a request whose every value is valid,
//! or all problems at once, each tied to its field. Nothing downstream checks again.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use url::Url;

use super::catalog::catalog;
use super::curation::Parent;
use super::gateway::GatewayId;
use super::id::JobId;
use super::setting::{AspectRatio, ClipDuration, ModelId, Resolution, Seed, SeedMode, Thinking};
use super::sha256::Sha256Hex;
use super::text::SharedText;

/// Longest prompt and negative prompt in Unicode scalar values. PixVerse documents 2048 in most places and 5000 in one
/// (docs/gateways.md, section 6, row 23); the smaller one is safe everywhere.
pub const PROMPT_LIMIT: usize = 2048;

/// Largest number of takes that one click orders.
pub const MAX_TAKES: u8 = 12;

/// Media type of a picture that was brought into the library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, strum::IntoStaticStr)]
pub enum PictureType {
    /// A JPEG file, `image/jpeg`.
    #[serde(rename = "image/jpeg")]
    #[strum(serialize = "image/jpeg")]
    Jpeg,
    /// A PNG file, `image/png`.
    #[serde(rename = "image/png")]
    #[strum(serialize = "image/png")]
    Png,
}

impl PictureType {
    /// The media type as it stands in HTTP headers: `image/jpeg` or `image/png`.
    pub fn media_type(self) -> &'static str {
        self.into()
    }

    /// File extension without a dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
        }
    }
}

/// A picture in the library's own store: upright, shrunk to the limits, without metadata.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StoredPicture {
    /// SHA-256 of the stored bytes; also the stem of the file's name.
    pub sha256: Sha256Hex,
    /// Encoding of the stored file.
    pub picture_type: PictureType,
    /// Width of the stored picture, in pixels.
    pub width: u32,
    /// Height of the stored picture, in pixels.
    pub height: u32,
    /// Length of the stored file in bytes.
    pub size_bytes: u64,
    /// Name that the user's file had, for the screen only. Never a path.
    pub display_name: String,
}

impl StoredPicture {
    /// Name of the file in the library's folder of input pictures.
    pub fn file_name(&self) -> String {
        format!("{}.{}", self.sha256, self.picture_type.extension())
    }
}

/// A picture that a clip begins or ends with.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InputPicture {
    /// An address that the gateway itself fetches. In a draft it may be anything that was typed.
    WebAddress(String),
    /// A picture file of this computer, which was brought into the library's own store.
    Stored(StoredPicture),
}

impl InputPicture {
    /// The same picture, its address without spaces around it.
    fn trimmed(&self) -> Self {
        match self {
            Self::WebAddress(address) => Self::WebAddress(address.trim().to_owned()),
            Self::Stored(picture) => Self::Stored(picture.clone()),
        }
    }
}

/// The places of pictures in a shot.
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
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Slot {
    /// The picture that the clip begins with.
    #[default]
    Start,
    /// The picture that the clip ends with.
    End,
}

impl Slot {
    /// What the well is called: `Start picture`.
    pub fn title(self) -> &'static str {
        match self {
            Self::Start => "Start picture",
            Self::End => "End picture",
        }
    }
}

/// Everything on the form, valid or not. Kept across restarts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    /// What the shot shows.
    pub prompt: String,
    /// What it should not show.
    pub negative_prompt: String,
    /// The picture that the clip begins with, if any.
    pub picture: Option<InputPicture>,
    /// The picture that the clip ends with, if any. Only together with one that it begins with.
    pub end_picture: Option<InputPicture>,
    /// The model that makes the clip.
    pub model: ModelId,
    /// The resolution, which names the shorter side of the picture.
    pub resolution: Resolution,
    /// The length of the clip.
    pub duration: ClipDuration,
    /// The shape of the picture.
    pub aspect_ratio: AspectRatio,
    /// Whether the clip is to have sound.
    pub audio: bool,
    /// Whether the model may think the prompt over.
    pub thinking: Thinking,
    /// How the seeds of the takes are chosen.
    pub seed_mode: SeedMode,
    /// The typed seed; spaces between digits are allowed.
    pub seed_text: String,
    /// Number of clips of one click, 1 to [`MAX_TAKES`].
    pub takes: u8,
    /// The gateway that will be asked.
    pub gateway: GatewayId,
    /// The clip and the frame that the start picture was taken from. `None` for any other start picture, and for none.
    pub parent: Option<Parent>,
    /// The waiting order that was taken out of the queue to be edited here. The next order of the form takes its place in
    /// the line; nothing of the clip depends on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_place_of: Option<JobId>,
}

impl Default for Draft {
    fn default() -> Self {
        Self {
            prompt: String::new(),
            negative_prompt: String::new(),
            picture: None,
            end_picture: None,
            model: ModelId::default(),
            resolution: Resolution::default(),
            duration: ClipDuration::default(),
            aspect_ratio: AspectRatio::default(),
            audio: false,
            thinking: Thinking::default(),
            seed_mode: SeedMode::default(),
            seed_text: String::new(),
            takes: 1,
            gateway: GatewayId::Practice,
            parent: None,
            in_place_of: None,
        }
    }
}

/// Parts of the form that a problem can point at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The field that says what the shot shows.
    Prompt,
    /// The field that says what the shot should not show.
    NegativePrompt,
    /// The well of the start picture.
    Picture,
    /// The well of the end picture.
    EndPicture,
    /// The choice of the model.
    Model,
    /// The choice of resolution.
    Resolution,
    /// The choice of length.
    Duration,
    /// The field of the seed.
    Seed,
    /// The field of the number of takes.
    Takes,
}

/// One reason why a draft is no request yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The part of the form that the problem is about.
    pub field: Field,
    /// A sentence for the user that says what would help.
    pub message: String,
}

impl Problem {
    fn new(field: Field, message: impl Into<String>) -> Self {
        Self { field, message: message.into() }
    }
}

/// A draft whose every value is valid: what a clip is made from. Its fields are read-only, so it stays valid, and
/// copies of it share one place in memory.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Unchecked", into = "Unchecked")]
pub struct GenerationRequest(Arc<Unchecked>);

/// The fields of a request before or after the check; also its stored form.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Unchecked {
    prompt: SharedText,
    #[serde(default)]
    negative_prompt: SharedText,
    #[serde(default)]
    picture: Option<InputPicture>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    end_picture: Option<InputPicture>,
    #[serde(default)]
    model: ModelId,
    resolution: Resolution,
    duration: ClipDuration,
    aspect_ratio: AspectRatio,
    #[serde(default)]
    audio: bool,
    #[serde(default)]
    thinking: Thinking,
    #[serde(default)]
    seed: Option<Seed>,
    #[serde(default)]
    seed_drawn: bool,
}

impl TryFrom<Unchecked> for GenerationRequest {
    type Error = String;

    fn try_from(fields: Unchecked) -> Result<Self, Self::Error> {
        match fields.problems().into_iter().next() {
            None => Ok(Self(Arc::new(fields))),
            Some(problem) => Err(problem.message),
        }
    }
}

impl From<GenerationRequest> for Unchecked {
    fn from(request: GenerationRequest) -> Self {
        Arc::unwrap_or_clone(request.0)
    }
}

impl Unchecked {
    fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let prompt_length = self.prompt.chars().count();
        if self.prompt.trim().is_empty() {
            problems.push(Problem::new(Field::Prompt, "Describe the shot first"));
        } else if prompt_length > PROMPT_LIMIT {
            problems.push(Problem::new(
                Field::Prompt,
                format!("The prompt is {} characters too long", prompt_length - PROMPT_LIMIT),
            ));
        }
        let negative_length = self.negative_prompt.chars().count();
        if negative_length > PROMPT_LIMIT {
            problems.push(Problem::new(
                Field::NegativePrompt,
                format!("The negative prompt is {} characters too long", negative_length - PROMPT_LIMIT),
            ));
        }
        for (field, picture) in [(Field::Picture, &self.picture), (Field::EndPicture, &self.end_picture)] {
            if let Some(InputPicture::WebAddress(address)) = picture
                && let Some(message) = web_address_problem(address)
            {
                problems.push(Problem::new(field, message));
            }
        }
        if self.end_picture.is_some() && self.picture.is_none() {
            problems.push(Problem::new(Field::EndPicture, "An end picture needs a start picture"));
        }
        // A model that is not known here may be known to the release that stored the request.
        if catalog().model(&self.model).is_some_and(|model| !model.offers(self.resolution, self.duration)) {
            problems.push(Problem::new(Field::Duration, not_offered(self.resolution, self.duration)));
        }
        problems
    }
}

/// Why a length cannot be chosen at a resolution, as people read it.
pub fn not_offered(resolution: Resolution, duration: ClipDuration) -> String {
    format!("{duration} is not offered at {resolution}")
}

/// Why a typed address cannot be a start picture, or `None`. Only `https` goes out: a gateway fetches the picture from
/// its own machines, so a local or plain address could not work there.
fn web_address_problem(address: &str) -> Option<&'static str> {
    match Url::parse(address.trim()) {
        Err(_) => Some("This is no web address; it should begin with https://"),
        Ok(url) if url.scheme() != "https" => Some("A picture's address has to begin with https://"),
        Ok(url) if !url.username().is_empty() || url.password().is_some() => {
            Some("An address with a name or password in it is not sent")
        }
        Ok(url) if url.host_str().is_none_or(str::is_empty) => Some("This address names no server"),
        Ok(_) => None,
    }
}

impl Draft {
    /// The picture in this place, if any.
    pub fn picture_in(&self, slot: Slot) -> Option<&InputPicture> {
        match slot {
            Slot::Start => self.picture.as_ref(),
            Slot::End => self.end_picture.as_ref(),
        }
    }

    /// The place of this picture, to be filled or emptied.
    pub fn picture_in_mut(&mut self, slot: Slot) -> &mut Option<InputPicture> {
        match slot {
            Slot::Start => &mut self.picture,
            Slot::End => &mut self.end_picture,
        }
    }

    /// Checks the form. This is the only way from what is typed to what can be sent. The request has no seed yet where
    /// one is to be drawn.
    ///
    /// # Errors
    ///
    /// All problems at once, in the order of the form.
    pub fn to_request(&self) -> Result<GenerationRequest, Vec<Problem>> {
        let (seed, seed_problem) = match self.seed_mode {
            SeedMode::Random => (None, None),
            SeedMode::Fixed | SeedMode::CountUp => match parse_seed(&self.seed_text) {
                Ok(seed) => (Some(seed), None),
                Err(message) => (None, Some(Problem::new(Field::Seed, message))),
            },
        };
        let fields = Unchecked {
            prompt: self.prompt.trim().into(),
            negative_prompt: self.negative_prompt.trim().into(),
            picture: self.picture.as_ref().map(InputPicture::trimmed),
            end_picture: self.end_picture.as_ref().map(InputPicture::trimmed),
            model: self.model.clone(),
            resolution: self.resolution,
            duration: self.duration,
            aspect_ratio: self.aspect_ratio,
            audio: self.audio,
            thinking: self.thinking,
            seed,
            seed_drawn: false,
        };
        let mut problems = fields.problems();
        problems.extend(seed_problem);
        if self.takes == 0 || self.takes > MAX_TAKES {
            problems.push(Problem::new(Field::Takes, format!("Takes go from 1 to {MAX_TAKES}")));
        }
        if problems.is_empty() { Ok(GenerationRequest(Arc::new(fields))) } else { Err(problems) }
    }

    /// The requests of all takes of `request`, each with its own seed. `draw` hands out random numbers.
    ///
    /// A typed seed is never replaced: takes count up from it or repeat it, as [`SeedMode`] says.
    pub fn takes_of(&self, request: &GenerationRequest, mut draw: impl FnMut() -> u32) -> Vec<GenerationRequest> {
        (0..u32::from(self.takes))
            .map(|index| match (self.seed_mode, request.seed()) {
                (SeedMode::Fixed, Some(_)) => request.clone(),
                (SeedMode::CountUp, Some(seed)) => request.with_seed(seed.step(index), false),
                (SeedMode::Random, _) | (_, None) => request.with_seed(Seed::from_random(draw()), true),
            })
            .collect()
    }

    /// Puts the settings of a finished or failed clip back on the form, seed included. The gateway stays as it is.
    pub fn use_settings_of(&mut self, request: &GenerationRequest) {
        self.prompt = request.prompt().to_owned();
        self.negative_prompt = request.negative_prompt().to_owned();
        self.picture = request.picture().cloned();
        self.end_picture = request.end_picture().cloned();
        self.model = request.model().clone();
        self.parent = None;
        self.in_place_of = None;
        self.resolution = request.resolution();
        self.duration = request.duration();
        self.aspect_ratio = request.aspect_ratio();
        self.audio = request.audio();
        self.thinking = request.thinking();
        match request.seed() {
            Some(seed) => {
                self.seed_mode = SeedMode::Fixed;
                self.seed_text = seed.get().to_string();
            }
            None => {
                self.seed_mode = SeedMode::Random;
                self.seed_text.clear();
            }
        }
        self.takes = 1;
    }
}

/// Reads a typed seed: digits, with spaces or thin spaces between groups.
///
/// # Errors
///
/// When it is no whole number up to [`Seed::MAX`], with a sentence for the user.
pub fn parse_seed(text: &str) -> Result<Seed, String> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.is_empty() {
        return Err("Type a seed, or let it be random".to_owned());
    }
    if !digits.chars().all(|c| c.is_ascii_digit()) {
        return Err("A seed is a whole number".to_owned());
    }
    digits.parse::<u32>().ok().and_then(Seed::new).ok_or_else(|| "Seeds go up to 2 147 483 647".to_owned())
}

impl GenerationRequest {
    /// What the shot shows: 1 to [`PROMPT_LIMIT`] characters, trimmed.
    pub fn prompt(&self) -> &str {
        &self.0.prompt
    }

    /// What it should not show; empty when nothing was typed.
    pub fn negative_prompt(&self) -> &str {
        &self.0.negative_prompt
    }

    /// The picture that the clip begins with, if any.
    pub fn picture(&self) -> Option<&InputPicture> {
        self.0.picture.as_ref()
    }

    /// The picture that the clip ends with, if any. There is a start picture whenever there is one.
    pub fn end_picture(&self) -> Option<&InputPicture> {
        self.0.end_picture.as_ref()
    }

    /// The picture in this place, if any.
    pub fn picture_in(&self, slot: Slot) -> Option<&InputPicture> {
        match slot {
            Slot::Start => self.picture(),
            Slot::End => self.end_picture(),
        }
    }

    /// The start picture and the end picture, as far as there are any, in this order.
    pub fn pictures(&self) -> impl Iterator<Item = &InputPicture> {
        self.picture().into_iter().chain(self.end_picture())
    }

    /// The model that makes the clip.
    pub fn model(&self) -> &ModelId {
        &self.0.model
    }

    /// The resolution, which names the shorter side of the picture.
    pub fn resolution(&self) -> Resolution {
        self.0.resolution
    }

    /// Length; one that the model makes at this resolution.
    pub fn duration(&self) -> ClipDuration {
        self.0.duration
    }

    /// The shape of the picture.
    pub fn aspect_ratio(&self) -> AspectRatio {
        self.0.aspect_ratio
    }

    /// Whether the clip is to have sound.
    pub fn audio(&self) -> bool {
        self.0.audio
    }

    /// Whether the model may think the prompt over.
    pub fn thinking(&self) -> Thinking {
        self.0.thinking
    }

    /// The seed, typed or drawn.
    pub fn seed(&self) -> Option<Seed> {
        self.0.seed
    }

    /// Whether Rushes drew the seed because none was typed.
    pub fn is_seed_drawn(&self) -> bool {
        self.0.seed_drawn
    }

    /// The same request with another seed.
    #[must_use]
    pub fn with_seed(&self, seed: Seed, drawn: bool) -> Self {
        Self(Arc::new(Unchecked { seed: Some(seed), seed_drawn: drawn, ..(*self.0).clone() }))
    }

    /// Width and height in pixels that the settings ask for. With a start picture the gateway most likely takes the
    /// picture's ratio instead.
    pub fn pixels(&self) -> (u32, u32) {
        self.0.aspect_ratio.pixels(self.0.resolution)
    }

    /// `720p · 8 s · 16:9 · silent`, as details and group headers show it.
    pub fn settings_line(&self) -> String {
        let sound = if self.audio() { "with audio" } else { "silent" };
        format!("{} · {} · {} · {sound}", self.resolution(), self.duration(), self.aspect_ratio())
    }
}

mod pooling;
mod sharing;
#[cfg(test)]
mod tests;
