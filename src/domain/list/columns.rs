//! The columns of a list, and what their cells mean for a shot.

use std::str::FromStr;

use strum::IntoEnumIterator;

use super::PictureFiles;
use crate::domain::request::{MAX_TAKES, Slot, parse_seed};
use crate::domain::setting::{AspectRatio, ClipDuration, ModelId, Resolution, SeedMode, Thinking};
use crate::domain::{Draft, GatewayId, InputPicture};

/// A column of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Prompt,
    NegativePrompt,
    Resolution,
    Duration,
    AspectRatio,
    Audio,
    Thinking,
    Seed,
    Takes,
    Model,
    Image,
    EndImage,
    Gateway,
    /// Any other one: prompts of its row may name it in braces.
    Variable(String),
}

impl Column {
    /// The column of this name. Capital letters, spaces and hyphens make no difference.
    pub(super) fn of(name: &str) -> Self {
        let name = normal(name);
        match name.as_str() {
            "prompt" => Self::Prompt,
            "negative_prompt" => Self::NegativePrompt,
            "resolution" => Self::Resolution,
            "duration" => Self::Duration,
            "aspect_ratio" => Self::AspectRatio,
            "audio" => Self::Audio,
            "thinking" => Self::Thinking,
            "seed" => Self::Seed,
            "takes" => Self::Takes,
            "model" => Self::Model,
            "image" => Self::Image,
            "end_image" => Self::EndImage,
            "gateway" => Self::Gateway,
            _ => Self::Variable(name),
        }
    }

    /// The name as it is written in a list.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Prompt => "prompt",
            Self::NegativePrompt => "negative_prompt",
            Self::Resolution => "resolution",
            Self::Duration => "duration",
            Self::AspectRatio => "aspect_ratio",
            Self::Audio => "audio",
            Self::Thinking => "thinking",
            Self::Seed => "seed",
            Self::Takes => "takes",
            Self::Model => "model",
            Self::Image => "image",
            Self::EndImage => "end_image",
            Self::Gateway => "gateway",
            Self::Variable(name) => name,
        }
    }

    pub(super) fn is_variable(&self) -> bool {
        matches!(self, Self::Variable(_))
    }

    /// Puts a cell into a shot. An empty cell leaves what the shot has.
    ///
    /// # Errors
    ///
    /// A clause for the user that says what may stand there.
    pub(super) fn put(&self, cell: &str, draft: &mut Draft, files: &mut PictureFiles) -> Result<(), String> {
        let cell = cell.trim();
        if cell.is_empty() || self.is_variable() {
            return Ok(());
        }
        match self {
            Self::Prompt => draft.prompt = cell.to_owned(),
            Self::NegativePrompt => draft.negative_prompt = cell.to_owned(),
            Self::Resolution => draft.resolution = resolution(cell)?,
            Self::Duration => draft.duration = duration(cell)?,
            Self::AspectRatio => draft.aspect_ratio = word::<AspectRatio>(cell, "aspect_ratio")?,
            Self::Audio => draft.audio = yes_or_no(cell)?,
            Self::Thinking => draft.thinking = word::<Thinking>(&cell.to_lowercase(), "thinking")?,
            Self::Seed => put_seed(cell, draft)?,
            Self::Takes => draft.takes = takes(cell)?,
            Self::Model => {
                draft.model = cell.parse::<ModelId>().map_err(|err| format!("“{cell}” is no model: {err}"))?;
            }
            Self::Image => put_picture(Slot::Start, cell, draft, files),
            Self::EndImage => put_picture(Slot::End, cell, draft, files),
            Self::Gateway => draft.gateway = word::<GatewayId>(&cell.to_lowercase(), "gateway")?,
            Self::Variable(_) => {}
        }
        Ok(())
    }
}

fn normal(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '-'], "_")
}

/// One of the words of an enum.
fn word<T>(cell: &str, column: &str) -> Result<T, String>
where
    T: FromStr + IntoEnumIterator + std::fmt::Display,
{
    let words = || T::iter().map(|word| word.to_string()).collect::<Vec<_>>().join(", ");
    cell.parse().map_err(|_unknown| format!("“{cell}” is no {}; there are {}", column.replace('_', " "), words()))
}

fn resolution(cell: &str) -> Result<Resolution, String> {
    let lower = cell.to_lowercase();
    let full = if lower.chars().all(|c| c.is_ascii_digit()) { format!("{lower}p") } else { lower };
    full.parse().or_else(|_unknown| word(cell, "resolution"))
}

fn duration(cell: &str) -> Result<ClipDuration, String> {
    let digits = cell.trim_end_matches(|c: char| c.is_alphabetic()).trim_end();
    let unit = cell[digits.len()..].trim().to_lowercase();
    let secs = digits.parse::<u32>().ok().filter(|_| matches!(unit.as_str(), "" | "s" | "sec" | "seconds"));
    let secs = secs.ok_or_else(|| format!("“{cell}” is no duration; write 5, 8 or 10"))?;
    ClipDuration::try_from(secs).map_err(|_unknown| format!("“{cell}” is no duration; write 5, 8 or 10"))
}

fn yes_or_no(cell: &str) -> Result<bool, String> {
    match cell.to_lowercase().as_str() {
        "yes" | "true" | "on" | "1" => Ok(true),
        "no" | "false" | "off" | "0" => Ok(false),
        _ => Err(format!("“{cell}” says neither yes nor no to audio")),
    }
}

fn put_seed(cell: &str, draft: &mut Draft) -> Result<(), String> {
    if cell.eq_ignore_ascii_case("random") {
        draft.seed_mode = SeedMode::Random;
        draft.seed_text.clear();
        return Ok(());
    }
    let seed = parse_seed(cell)?;
    // Takes of one seed would be the same clip, paid several times.
    draft.seed_mode = SeedMode::CountUp;
    draft.seed_text = seed.get().to_string();
    Ok(())
}

fn takes(cell: &str) -> Result<u8, String> {
    let takes = cell.parse().ok().filter(|takes| (1..=MAX_TAKES).contains(takes));
    takes.ok_or_else(|| format!("“{cell}” is no number of takes; write 1 to {MAX_TAKES}"))
}

fn put_picture(slot: Slot, cell: &str, draft: &mut Draft, files: &mut PictureFiles) {
    // `C:\shot.png` is no address, hence the list.
    let is_address = ["http:", "https:", "ftp:", "data:"]
        .iter()
        .any(|scheme| cell.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme)));
    let (picture, file) = if is_address {
        (Some(InputPicture::WebAddress(cell.to_owned())), None)
    } else {
        (None, Some(cell.to_owned()))
    };
    *draft.picture_in_mut(slot) = picture;
    *files.of_mut(slot) = file;
    if slot == Slot::Start {
        draft.parent = None;
    }
}
