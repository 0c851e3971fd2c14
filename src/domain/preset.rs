//! Presets: named settings of the form, any of them or all, and the file by which they are handed on.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::gateway::GatewayId;
use super::request::Draft;
use super::setting::{AspectRatio, ClipDuration, ModelId, Resolution, SeedMode, Thinking};

/// Longest name of a preset, in Unicode scalar values.
pub const NAME_LIMIT: usize = 60;
/// Most presets that are kept.
pub const MOST_PRESETS: usize = 200;
/// Largest file of presets that is read, in bytes.
pub const MAX_BYTES: u64 = 1 << 20;
/// Number of the file format that this program writes, and the newest that it reads.
const VERSION: u64 = 1;

/// A field of the form that a preset can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, strum::EnumIter)]
pub enum PresetField {
    /// What the shot shows.
    Prompt,
    /// What it should not show.
    NegativePrompt,
    /// The model that makes the clip.
    Model,
    /// The resolution.
    Resolution,
    /// The length.
    Duration,
    /// The shape of the picture.
    AspectRatio,
    /// Whether the clip has sound.
    Audio,
    /// Whether the model thinks the prompt over.
    Thinking,
    /// How seeds are chosen, with the typed one.
    Seed,
    /// The number of takes.
    Takes,
    /// The gateway that is asked.
    Gateway,
}

impl PresetField {
    /// What the field is called at the beginning of a line.
    pub fn title(self) -> &'static str {
        match self {
            Self::Prompt => "Prompt",
            Self::NegativePrompt => "Negative prompt",
            Self::Model => "Model",
            Self::Resolution => "Resolution",
            Self::Duration => "Duration",
            Self::AspectRatio => "Aspect ratio",
            Self::Audio => "Audio",
            Self::Thinking => "Thinking",
            Self::Seed => "Seed",
            Self::Takes => "Takes",
            Self::Gateway => "Gateway",
        }
    }

    /// What the field is called within a line about what changed.
    fn short(self) -> &'static str {
        match self {
            Self::Prompt => "prompt",
            Self::NegativePrompt => "negative prompt",
            Self::Model => "model",
            Self::Resolution => "resolution",
            Self::Duration => "duration",
            Self::AspectRatio => "ratio",
            Self::Audio => "audio",
            Self::Thinking => "thinking",
            Self::Seed => "seed",
            Self::Takes => "takes",
            Self::Gateway => "gateway",
        }
    }

    /// Whether its value is words of the user, which are too long to be told in a line.
    fn is_text(self) -> bool {
        matches!(self, Self::Prompt | Self::NegativePrompt)
    }

    /// The value of the field in a form, in a few words.
    pub fn value(self, draft: &Draft) -> String {
        match self {
            Self::Prompt => draft.prompt.trim().to_owned(),
            Self::NegativePrompt => draft.negative_prompt.trim().to_owned(),
            Self::Model => draft.model.to_string(),
            Self::Resolution => draft.resolution.to_string(),
            Self::Duration => draft.duration.to_string(),
            Self::AspectRatio => draft.aspect_ratio.to_string(),
            Self::Audio => if draft.audio { "on" } else { "off" }.to_owned(),
            Self::Thinking => match draft.thinking {
                Thinking::Auto => "auto",
                Thinking::Enabled => "on",
                Thinking::Disabled => "off",
            }
            .to_owned(),
            Self::Seed => match draft.seed_mode {
                SeedMode::Random => "random".to_owned(),
                SeedMode::Fixed => format!("fixed {}", draft.seed_text.trim()).trim_end().to_owned(),
                SeedMode::CountUp => format!("count up from {}", draft.seed_text.trim()),
            },
            Self::Takes => draft.takes.to_string(),
            Self::Gateway => draft.gateway.title().to_owned(),
        }
    }
}

/// How seeds are chosen, with the typed one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresetSeed {
    /// How the seeds of the takes are chosen.
    pub mode: SeedMode,
    /// The typed seed; empty where one is drawn.
    #[serde(default)]
    pub text: String,
}

/// Named settings of the form. What is `None` is left as it is in the form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preset {
    /// What the user calls it. No two presets have the same name.
    pub name: String,
    /// What the shot shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    /// What it should not show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub negative_prompt: Option<String>,
    /// The model that makes the clip.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<ModelId>,
    /// The resolution.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolution: Option<Resolution>,
    /// The length.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration: Option<ClipDuration>,
    /// The shape of the picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aspect_ratio: Option<AspectRatio>,
    /// Whether the clip has sound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audio: Option<bool>,
    /// Whether the model thinks the prompt over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thinking: Option<Thinking>,
    /// How seeds are chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<PresetSeed>,
    /// The number of takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub takes: Option<u8>,
    /// The gateway that is asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gateway: Option<GatewayId>,
}

/// A field that a preset changed, with its value before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresetChange {
    /// The field.
    pub field: PresetField,
    /// Its value before.
    pub before: String,
    /// Its value now.
    pub after: String,
}

impl Preset {
    /// A preset that holds these fields of a form.
    pub fn of(name: &str, draft: &Draft, fields: &[PresetField]) -> Self {
        let mut preset = Self { name: clean_name(name), ..Self::default() };
        for field in fields {
            match field {
                PresetField::Prompt => preset.prompt = Some(draft.prompt.clone()),
                PresetField::NegativePrompt => preset.negative_prompt = Some(draft.negative_prompt.clone()),
                PresetField::Model => preset.model = Some(draft.model.clone()),
                PresetField::Resolution => preset.resolution = Some(draft.resolution),
                PresetField::Duration => preset.duration = Some(draft.duration),
                PresetField::AspectRatio => preset.aspect_ratio = Some(draft.aspect_ratio),
                PresetField::Audio => preset.audio = Some(draft.audio),
                PresetField::Thinking => preset.thinking = Some(draft.thinking),
                PresetField::Seed => {
                    let text = if draft.seed_mode == SeedMode::Random { "" } else { &draft.seed_text };
                    preset.seed = Some(PresetSeed { mode: draft.seed_mode, text: text.to_owned() });
                }
                PresetField::Takes => preset.takes = Some(draft.takes),
                PresetField::Gateway => preset.gateway = Some(draft.gateway),
            }
        }
        preset
    }

    /// The fields that the preset holds, in the order of the form.
    pub fn fields(&self) -> Vec<PresetField> {
        let held = [
            (PresetField::Prompt, self.prompt.is_some()),
            (PresetField::NegativePrompt, self.negative_prompt.is_some()),
            (PresetField::Model, self.model.is_some()),
            (PresetField::Resolution, self.resolution.is_some()),
            (PresetField::Duration, self.duration.is_some()),
            (PresetField::AspectRatio, self.aspect_ratio.is_some()),
            (PresetField::Audio, self.audio.is_some()),
            (PresetField::Thinking, self.thinking.is_some()),
            (PresetField::Seed, self.seed.is_some()),
            (PresetField::Takes, self.takes.is_some()),
            (PresetField::Gateway, self.gateway.is_some()),
        ];
        held.into_iter().filter(|(_, is_held)| *is_held).map(|(field, _)| field).collect()
    }

    /// Puts what the preset holds into a form, and nothing else. Returns what changed, in the order of the form.
    pub fn apply(&self, draft: &mut Draft) -> Vec<PresetChange> {
        let before = draft.clone();
        if let Some(prompt) = &self.prompt {
            draft.prompt.clone_from(prompt);
        }
        if let Some(negative) = &self.negative_prompt {
            draft.negative_prompt.clone_from(negative);
        }
        if let Some(model) = &self.model {
            draft.model = model.clone();
        }
        draft.resolution = self.resolution.unwrap_or(draft.resolution);
        draft.duration = self.duration.unwrap_or(draft.duration);
        draft.aspect_ratio = self.aspect_ratio.unwrap_or(draft.aspect_ratio);
        draft.audio = self.audio.unwrap_or(draft.audio);
        draft.thinking = self.thinking.unwrap_or(draft.thinking);
        if let Some(seed) = &self.seed {
            draft.seed_mode = seed.mode;
            draft.seed_text.clone_from(&seed.text);
        }
        // A file can hold any number.
        draft.takes = self.takes.map_or(draft.takes, |takes| takes.clamp(1, super::request::MAX_TAKES));
        draft.gateway = self.gateway.unwrap_or(draft.gateway);
        let after = &*draft;
        let changed = |field: PresetField| {
            let (before, after) = (field.value(&before), field.value(after));
            (before != after).then_some(PresetChange { field, before, after })
        };
        self.fields().into_iter().filter_map(changed).collect()
    }
}

/// `ratio 16:9 → 9:16, takes 1 → 4`: what a preset changed. Words of the user are named, not repeated.
pub fn changes_line(changes: &[PresetChange]) -> String {
    let one = |change: &PresetChange| match change.field {
        field if field.is_text() => field.short().to_owned(),
        field => format!("{} {} → {}", field.short(), change.before, change.after),
    };
    changes.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// A name on one line, without white space around it, at most [`NAME_LIMIT`] long.
pub fn clean_name(name: &str) -> String {
    let line = name.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().filter(|c| !c.is_control()).take(NAME_LIMIT).collect::<String>().trim_end().to_owned()
}

/// Puts a preset among others: in the place of the one with its name, else at the end.
pub fn put(presets: &mut Vec<Preset>, preset: Preset) {
    match presets.iter_mut().find(|known| known.name == preset.name) {
        Some(known) => *known = preset,
        None => presets.push(preset),
    }
}

/// What becomes of the presets that are there when others are imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportHow {
    /// They stay. An imported one whose name is taken by another preset gets a number behind its name.
    Merge,
    /// They go.
    Replace,
}

/// The presets after an import.
pub fn imported(present: &[Preset], new: &[Preset], how: ImportHow) -> Vec<Preset> {
    let mut all = match how {
        ImportHow::Merge => present.to_vec(),
        ImportHow::Replace => Vec::new(),
    };
    for preset in new {
        if all.len() >= MOST_PRESETS {
            break;
        }
        let taken = |all: &[Preset], name: &str| all.iter().any(|known| known.name == name);
        if all.contains(preset) {
            continue;
        }
        let mut preset = preset.clone();
        let name = preset.name.clone();
        let mut number = 2;
        while taken(&all, &preset.name) {
            preset.name = format!("{name} {number}");
            number += 1;
        }
        all.push(preset);
    }
    all
}

/// What a file of presets holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PresetFile {
    /// The presets that can be read.
    pub presets: Vec<Preset>,
    /// How many cannot: a newer release may know a setting that this one does not.
    pub left_out: usize,
}

/// The text of a file with these presets.
pub fn write_file(presets: &[Preset]) -> String {
    let file = serde_json::json!({ "rushes_presets": VERSION, "presets": presets });
    serde_json::to_string_pretty(&file).unwrap_or_default() + "\n"
}

/// Reads a file of presets. Fields that are not known are ignored.
///
/// # Errors
/// One sentence for the user that says why this is no file of presets.
pub fn read_file(text: &str) -> Result<PresetFile, String> {
    let value: Value = serde_json::from_str(text).map_err(|err| format!("This is no JSON file: {err}."))?;
    match value.get("rushes_presets").and_then(Value::as_u64) {
        None => return Err("This file holds no presets of Rushes.".to_owned()),
        Some(version) if version > VERSION => {
            return Err("These presets are of a newer Rushes. Update this one to read them.".to_owned());
        }
        Some(_) => {}
    }
    let Some(all) = value.get("presets").and_then(Value::as_array) else {
        return Err("This file holds no list of presets.".to_owned());
    };
    let mut file = PresetFile::default();
    for each in all {
        match serde_json::from_value::<Preset>(each.clone()) {
            Ok(mut preset) if !clean_name(&preset.name).is_empty() && file.presets.len() < MOST_PRESETS => {
                preset.name = clean_name(&preset.name);
                if preset.fields().is_empty() {
                    file.left_out += 1;
                } else {
                    put(&mut file.presets, preset);
                }
            }
            _ => file.left_out += 1,
        }
    }
    if file.presets.is_empty() {
        return Err("None of the presets in this file can be used here.".to_owned());
    }
    Ok(file)
}

/// What the form remembers besides the draft: its presets, and how it was left.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FormShelf {
    /// The presets in the order in which they are shown.
    pub presets: Vec<Preset>,
    /// Whether the row of shot words is unfolded.
    pub shows_shot_words: bool,
    /// The name of the shown group of shot words; empty for the first.
    pub shot_word_group: String,
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator as _;

    use super::*;

    fn portrait() -> Preset {
        Preset {
            name: "Portrait".to_owned(),
            aspect_ratio: Some(AspectRatio::R9x16),
            takes: Some(4),
            ..Preset::default()
        }
    }

    #[test]
    fn a_preset_changes_what_it_holds_and_says_so() {
        let mut draft = Draft { prompt: "a boat".to_owned(), ..Draft::default() };
        let before = draft.clone();
        let changes = portrait().apply(&mut draft);
        assert_eq!(changes_line(&changes), "ratio 16:9 → 9:16, takes 1 → 4");
        assert_eq!(draft, Draft { aspect_ratio: AspectRatio::R9x16, takes: 4, ..before });
        assert!(portrait().apply(&mut draft).is_empty(), "the second time there is nothing to change");
        let words = Preset { prompt: Some("a fox".to_owned()), ..portrait() };
        assert_eq!(changes_line(&words.apply(&mut draft)), "prompt");
    }

    #[test]
    fn each_field_goes_into_a_preset_and_out_of_it_alone() {
        let full = Draft {
            prompt: "a fox".to_owned(),
            negative_prompt: "text".to_owned(),
            model: ModelId::new("other-1").expect("plain"),
            resolution: Resolution::P1080,
            duration: ClipDuration::S8,
            aspect_ratio: AspectRatio::R1x1,
            audio: true,
            thinking: Thinking::Disabled,
            seed_mode: SeedMode::CountUp,
            seed_text: "81".to_owned(),
            takes: 3,
            gateway: GatewayId::Aigateway,
            ..Draft::default()
        };
        for field in PresetField::iter() {
            let preset = Preset::of("one", &full, &[field]);
            assert_eq!(preset.fields(), [field]);
            let mut draft = Draft::default();
            let changes = preset.apply(&mut draft);
            assert_eq!(changes.iter().map(|change| change.field).collect::<Vec<_>>(), [field]);
            let others = PresetField::iter().filter(|other| *other != field);
            for other in others {
                assert_eq!(other.value(&draft), other.value(&Draft::default()), "{field:?} changed {other:?}");
            }
        }
        let all: Vec<_> = PresetField::iter().collect();
        let mut draft = Draft::default();
        Preset::of("all", &full, &all).apply(&mut draft);
        assert_eq!(draft, full);
    }

    #[test]
    fn a_file_gives_back_what_was_written() {
        let all: Vec<_> = PresetField::iter().collect();
        let presets = vec![portrait(), Preset::of(" All  of\nit ", &Draft::default(), &all)];
        assert_eq!(presets[1].name, "All of it");
        assert_eq!(read_file(&write_file(&presets)), Ok(PresetFile { presets, left_out: 0 }));
    }

    #[test]
    fn a_bad_file_is_refused_with_its_reason_and_a_strange_preset_is_left_out() {
        for (text, sentence) in [
            ("", "This is no JSON file: EOF while parsing a value at line 1 column 0."),
            ("{\"prompt\":\"a boat\"}", "This file holds no presets of Rushes."),
            (
                "{\"rushes_presets\":2,\"presets\":[]}",
                "These presets are of a newer Rushes. Update this one to read them.",
            ),
            ("{\"rushes_presets\":1}", "This file holds no list of presets."),
            (
                "{\"rushes_presets\":1,\"presets\":[{\"name\":\"\"}]}",
                "None of the presets in this file can be used here.",
            ),
        ] {
            assert_eq!(read_file(text), Err(sentence.to_owned()), "{text:?}");
        }
        let text = r#"{"rushes_presets":1,"later":true,"presets":[
            {"name":"Portrait","aspect_ratio":"9:16","takes":4,"lens":"35 mm"},
            {"name":"Strange","aspect_ratio":"21:9"}, 7, {"name":"Empty"}]}"#;
        assert_eq!(read_file(text), Ok(PresetFile { presets: vec![portrait()], left_out: 3 }));
        let many = Preset { takes: Some(200), ..portrait() };
        let mut draft = Draft::default();
        many.apply(&mut draft);
        assert_eq!(draft.takes, super::super::request::MAX_TAKES);
    }

    #[test]
    fn an_import_merges_or_replaces() {
        let other = Preset { audio: Some(true), ..portrait() };
        let wide = Preset { name: "Wide".to_owned(), ..portrait() };
        let names = |presets: &[Preset]| presets.iter().map(|preset| preset.name.clone()).collect::<Vec<_>>();
        let present = [portrait(), wide];
        let new = [portrait(), other.clone()];
        assert_eq!(names(&imported(&present, &new, ImportHow::Merge)), ["Portrait", "Wide", "Portrait 2"]);
        assert_eq!(imported(&present, std::slice::from_ref(&other), ImportHow::Replace), [other]);
        let many: Vec<_> = (0..300).map(|number| Preset { name: number.to_string(), ..portrait() }).collect();
        assert_eq!(imported(&present, &many, ImportHow::Merge).len(), MOST_PRESETS);
    }
}
