//! Comparing clips: which settings differ and in which words, which ways of comparing are offered, and which frames may be
//! shown beside each other. Pure.

use strum::IntoEnumIterator as _;

use crate::domain::catalog::catalog;
use crate::domain::{InputPicture, Job, JobId, Thinking};

use crate::app::state::AppState;
use crate::app::state::playback::FilmFacts;
use crate::app::state::viewer::{CompareMode, Comparison};
use crate::app::view::words;

/// One setting of a recipe, in the order in which settings are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, strum::EnumIter)]
pub enum RecipeField {
    /// What the shot shows.
    Prompt,
    /// What it should not show.
    NegativePrompt,
    /// The picture that the clip begins with.
    Picture,
    /// The picture that the clip ends with.
    EndPicture,
    /// The model that made the clip.
    Model,
    /// The resolution.
    Resolution,
    /// The length of the clip.
    Duration,
    /// The shape of the picture.
    AspectRatio,
    /// Whether the clip has sound.
    Audio,
    /// The number that chance starts from.
    Seed,
    /// Whether the model thought the prompt over.
    Thinking,
    /// The gateway that made the clip.
    Gateway,
    /// What it was shown to cost.
    Price,
}

/// How many fields a recipe has here.
pub const RECIPE_FIELDS: usize = 13;

/// How many characters of a prompt stand in the line of differences.
const EXCERPT: usize = 24;
/// How many digits of a seed are shown at least.
const SEED_DIGITS: usize = 3;

impl RecipeField {
    /// Its name at the head of a list of values.
    pub fn name(self) -> &'static str {
        match self {
            Self::Prompt => "Prompt",
            Self::NegativePrompt => "Negative prompt",
            Self::Picture => "Start picture",
            Self::EndPicture => "End picture",
            Self::Model => "Model",
            Self::Resolution => "Resolution",
            Self::Duration => "Duration",
            Self::AspectRatio => "Aspect ratio",
            Self::Audio => "Audio",
            Self::Seed => "Seed",
            Self::Thinking => "Thinking",
            Self::Gateway => "Gateway",
            Self::Price => "Price shown",
        }
    }

    /// Its name before a value in a sentence; empty where the value says by itself what it is.
    fn prefix(self) -> &'static str {
        match self {
            Self::Prompt => "prompt ",
            Self::NegativePrompt => "negative prompt ",
            Self::Picture => "picture ",
            Self::EndPicture => "end picture ",
            Self::Seed => "seed ",
            Self::Thinking => "thinking ",
            Self::Model
            | Self::Resolution
            | Self::Duration
            | Self::AspectRatio
            | Self::Audio
            | Self::Gateway
            | Self::Price => "",
        }
    }

    /// Whether two clips differ in it. Compares the values themselves, not their words.
    pub fn differs(self, a: &Job, b: &Job) -> bool {
        let (x, y) = (&a.request, &b.request);
        match self {
            Self::Prompt => x.prompt() != y.prompt(),
            Self::NegativePrompt => x.negative_prompt() != y.negative_prompt(),
            Self::Picture => differ(x.picture(), y.picture()),
            Self::EndPicture => differ(x.end_picture(), y.end_picture()),
            Self::Model => x.model() != y.model(),
            Self::Resolution => x.resolution() != y.resolution(),
            Self::Duration => x.duration() != y.duration(),
            Self::AspectRatio => x.aspect_ratio() != y.aspect_ratio(),
            Self::Audio => x.audio() != y.audio(),
            Self::Seed => x.seed() != y.seed(),
            Self::Thinking => x.thinking() != y.thinking(),
            Self::Gateway => a.gateway != b.gateway,
            Self::Price => a.estimate.amount != b.estimate.amount,
        }
    }

    /// The value of a clip in full: `1 804 226 117`, `auto`, `silent`. Different values have different words.
    pub fn value(self, job: &Job) -> String {
        let request = &job.request;
        let or_none = |text: &str| if text.is_empty() { "none".to_owned() } else { format!("“{text}”") };
        match self {
            Self::Prompt => request.prompt().to_owned(),
            Self::NegativePrompt => or_none(request.negative_prompt()),
            Self::Picture => in_words(request.picture()),
            Self::EndPicture => in_words(request.end_picture()),
            Self::Model => words::model(request.model()),
            Self::Resolution => request.resolution().to_string(),
            Self::Duration => request.duration().to_string(),
            Self::AspectRatio => request.aspect_ratio().to_string(),
            Self::Audio => if request.audio() { "with audio" } else { "silent" }.to_owned(),
            Self::Seed => {
                request.seed().map_or_else(|| "left to the gateway".to_owned(), |seed| words::seed(seed.get()))
            }
            Self::Thinking => thinking(request.thinking()).to_owned(),
            Self::Gateway => job.gateway.to_string(),
            Self::Price => job.estimate.amount.to_string(),
        }
    }

    /// The values of clips, short enough for one line, and still different where the values are.
    fn brief(self, jobs: &[&Job]) -> Vec<String> {
        match self {
            Self::Prompt => excerpts(&jobs.iter().map(|job| job.request.prompt()).collect::<Vec<_>>()),
            Self::NegativePrompt => excerpts(&jobs.iter().map(|job| job.request.negative_prompt()).collect::<Vec<_>>()),
            Self::Seed => {
                short_seeds(&jobs.iter().map(|job| job.request.seed().map(|seed| seed.get())).collect::<Vec<_>>())
            }
            _ => jobs.iter().map(|job| self.value(job)).collect(),
        }
    }

    /// Whether nobody needs to be told that clips share it: that they have no end picture, as most, and the only model.
    fn goes_without_saying(self, job: &Job) -> bool {
        match self {
            Self::EndPicture => job.request.end_picture().is_none(),
            Self::Model => catalog().models().len() == 1,
            _ => false,
        }
    }

    /// How it is told in one sentence when all `jobs` share it: `prompt`, `picture none`, `720p`, `180 cr each`.
    fn shared(self, job: &Job) -> String {
        match self {
            Self::Prompt => "prompt".to_owned(),
            Self::NegativePrompt if job.request.negative_prompt().is_empty() => "no negative prompt".to_owned(),
            Self::NegativePrompt => "negative prompt".to_owned(),
            Self::Picture if job.request.picture().is_some() => "picture".to_owned(),
            Self::EndPicture if job.request.end_picture().is_some() => "end picture".to_owned(),
            Self::Price => match job.estimate.amount {
                crate::domain::Amount::Free => "free".to_owned(),
                amount => format!("{amount} each"),
            },
            _ => format!("{}{}", self.prefix(), self.value(job)),
        }
    }
}

/// Whether two pictures differ. Under another name a picture is still the same.
fn differ(a: Option<&InputPicture>, b: Option<&InputPicture>) -> bool {
    match (a, b) {
        (Some(InputPicture::Stored(a)), Some(InputPicture::Stored(b))) => a.sha256 != b.sha256,
        (a, b) => a != b,
    }
}

/// A picture in words that differ where the pictures do.
fn in_words(picture: Option<&InputPicture>) -> String {
    match picture {
        None => "none".to_owned(),
        Some(InputPicture::WebAddress(address)) => address.clone(),
        Some(InputPicture::Stored(picture)) => {
            format!("{} × {}, {}", picture.width, picture.height, picture.sha256.first_digits(8))
        }
    }
}

/// The word of a thinking mode in the window.
pub fn thinking(mode: Thinking) -> &'static str {
    match mode {
        Thinking::Auto => "auto",
        Thinking::Enabled => "on",
        Thinking::Disabled => "off",
    }
}

/// A setting in which clips differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The field in which the clips differ.
    pub setting: RecipeField,
    /// The value of each clip, in their order.
    pub values: Vec<String>,
    /// The one clip that differs from all others, which agree; never told of two clips.
    pub odd: Option<usize>,
    /// In the line of differences: `seed …117 → …118`, `thinking auto → on`.
    pub brief: String,
    /// The odd one's value by itself: `thinking on`; empty where there is no odd one.
    pub own: String,
}

/// In which settings clips differ, in the order of [`RecipeField`].
pub fn differences(jobs: &[&Job]) -> Vec<Difference> {
    let Some(first) = jobs.first() else { return Vec::new() };
    RecipeField::iter()
        .filter(|setting| jobs.iter().any(|job| setting.differs(first, job)))
        .map(|setting| {
            let odd = odd_one(setting, jobs);
            let brief = setting.brief(jobs);
            let own = odd.map_or_else(String::new, |odd| format!("{}{}", setting.prefix(), brief[odd]));
            let steps = match odd {
                // The others agree, so that one of them stands for all.
                Some(odd) => vec![brief[usize::from(odd == 0)].clone(), brief[odd].clone()],
                None => brief,
            };
            Difference {
                setting,
                values: jobs.iter().map(|job| setting.value(job)).collect(),
                odd,
                brief: format!("{}{}", setting.prefix(), steps.join(" → ")),
                own,
            }
        })
        .collect()
}

/// What clips share, as one sentence without a period: `Prompt, no negative prompt, picture none, 720p, 8 s`. `None` when
/// they share nothing.
pub fn shared(jobs: &[&Job]) -> Option<String> {
    let first = jobs.first()?;
    let same: Vec<String> = RecipeField::iter()
        .filter(|setting| !setting.goes_without_saying(first))
        .filter(|setting| !jobs.iter().any(|job| setting.differs(first, job)))
        .map(|setting| setting.shared(first))
        .collect();
    let sentence = same.join(", ");
    let mut letters = sentence.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect())
}

fn odd_one(setting: RecipeField, jobs: &[&Job]) -> Option<usize> {
    if jobs.len() < 3 {
        return None;
    }
    (0..jobs.len()).find(|odd| {
        let mut others = jobs.iter().enumerate().filter(|(index, _)| index != odd).map(|(_, job)| job);
        let Some(other) = others.next() else { return false };
        setting.differs(other, jobs[*odd]) && !others.any(|job| setting.differs(other, job))
    })
}

/// The last digits of seeds, as many as it takes to tell them apart: `…117`.
fn short_seeds(seeds: &[Option<u32>]) -> Vec<String> {
    let digits: Vec<Option<String>> = seeds.iter().map(|seed| seed.map(|seed| seed.to_string())).collect();
    let tail = |text: &str, count: usize| match text.len().checked_sub(count) {
        Some(cut) if cut > 0 => format!("…{}", &text[cut..]),
        _ => text.to_owned(),
    };
    let tells_apart = |count: usize| {
        let pairs = digits.iter().flatten().flat_map(|a| digits.iter().flatten().map(move |b| (a, b)));
        pairs.filter(|(a, b)| a != b).all(|(a, b)| tail(a, count) != tail(b, count))
    };
    let count = (SEED_DIGITS..=10).find(|count| tells_apart(*count)).unwrap_or(10);
    digits
        .iter()
        .map(|text| text.as_ref().map_or_else(|| "left to the gateway".to_owned(), |text| tail(text, count)))
        .collect()
}

/// The places at which texts differ: `“…at dusk, slow”`. What they begin with in common is left out up to the last whole word.
fn excerpts(texts: &[&str]) -> Vec<String> {
    let letters: Vec<Vec<char>> = texts.iter().map(|text| text.chars().collect()).collect();
    let Some((first, others)) = letters.split_first() else { return Vec::new() };
    let common = (0..first.len()).take_while(|at| others.iter().all(|other| other.get(*at) == first.get(*at))).count();
    let begin = first[..common].iter().rposition(|letter| letter.is_whitespace()).map_or(0, |space| space + 1);
    // Words that are longer than an excerpt are cut where they begin to differ.
    let begin = if common - begin >= EXCERPT { common } else { begin };
    let excerpt = |text: &Vec<char>, length: usize| {
        if text.is_empty() {
            return "none".to_owned();
        }
        let shown: String = text[begin..].iter().take(length).collect();
        let before = if begin > 0 { "…" } else { "" };
        let after = if text.len() > begin + length { "…" } else { "" };
        format!("“{before}{shown}{after}”")
    };
    let all = |length: usize| -> Vec<String> { letters.iter().map(|text| excerpt(text, length)).collect() };
    let longest = letters.iter().map(Vec::len).max().unwrap_or(0);
    // Of three texts two may begin to differ later than the third.
    (EXCERPT..=longest.max(EXCERPT)).map(all).find(|short| are_told_apart(texts, short)).unwrap_or_else(|| all(longest))
}

/// Whether different texts have different short forms.
fn are_told_apart(texts: &[&str], short: &[String]) -> bool {
    let pairs = || texts.iter().zip(short);
    pairs().all(|(text, of_text)| pairs().all(|(other, of_other)| text == other || of_text != of_other))
}

/// What clips of a comparison are called: by their place among the takes when all are takes of one recipe, else by their
/// place in the comparison.
pub fn names(state: &AppState, jobs: &[JobId]) -> Vec<String> {
    let is_one_group = state.gallery.groups.iter().any(|group| jobs.iter().all(|job| group.takes.contains(job)));
    let name = |(index, job): (usize, &JobId)| match is_one_group {
        true => format!("Take {}", state.gallery.take_of(*job).0),
        false => format!("Clip {}", index + 1),
    };
    jobs.iter().enumerate().map(name).collect()
}

/// `both`, `all three`, `all four`.
pub fn all_of(count: usize) -> &'static str {
    match count {
        0..=2 => "both",
        3 => "all three",
        _ => "all four",
    }
}

/// Whether clips can be compared in this way: a line can divide only pictures of one shape.
pub fn offers(state: &AppState, comparison: &Comparison, mode: CompareMode) -> bool {
    let mut shapes = comparison.jobs.iter().filter_map(|job| state.jobs.get(job)).map(|job| shape(state, job));
    match (mode, shapes.next()) {
        (CompareMode::SideBySide | CompareMode::Swap, _) => true,
        (CompareMode::Slider, Some(first)) => shapes.all(|shape| (shape / first - 1.0).abs() < 0.01),
        (CompareMode::Slider, None) => false,
    }
}

/// The way of comparing that comes after the present one.
pub fn next_mode(state: &AppState, comparison: &Comparison) -> CompareMode {
    let modes: Vec<CompareMode> = CompareMode::iter().filter(|mode| offers(state, comparison, *mode)).collect();
    let at = modes.iter().position(|mode| *mode == comparison.mode).unwrap_or(0);
    modes.get((at + 1) % modes.len().max(1)).copied().unwrap_or_default()
}

/// Width and height in pixels with which a clip is shown: those of its film where that was opened, because clips that were
/// stored long ago may have others, else those that were stored, else those that were ordered.
pub fn pixels(state: &AppState, job: &Job) -> (u32, u32) {
    let of_film = state.films.get(&job.id).and_then(|film| film.as_ref().ok()).map(|film| (film.width, film.height));
    let of_clip = job.clip.as_ref().map(|clip| (clip.width, clip.height));
    let known = |size: &(u32, u32)| size.0 > 0 && size.1 > 0;
    of_film.filter(known).or(of_clip.filter(known)).unwrap_or_else(|| job.request.pixels())
}

/// Width ÷ height of a clip's picture, as it is or, before that is known, as it was asked for.
pub fn shape(state: &AppState, job: &Job) -> f32 {
    let (width, height) = pixels(state, job);
    #[expect(clippy::cast_precision_loss, reason = "sides of pictures")]
    let shape = width as f32 / height.max(1) as f32;
    shape.clamp(0.1, 10.0)
}

/// One clip of a comparison at the moment of drawing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell<'a> {
    /// What is known of its film; `None` until it was opened.
    pub film: Option<&'a Result<FilmFacts, String>>,
    /// The frame whose picture is at hand.
    pub picture: Option<u32>,
}

/// What may be drawn of the clips of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locked {
    /// The frame number that every shown picture stands for. A film that has ended stands at its last frame.
    pub frame: u32,
    /// For each clip whether its picture is that frame. Another picture must not be shown.
    pub is_shown: Vec<bool>,
}

/// Decides which pictures may stand beside each other: only those of one frame number. While the frame at the playhead is
/// still being decoded, pictures of an earlier one stay as long as they are of one number.
pub fn lock(playhead: u32, cells: &[Cell<'_>]) -> Locked {
    let last = |cell: &Cell<'_>| cell.film.and_then(|film| film.as_ref().ok()).map(|film| film.last_frame());
    let stands_for = |cell: &Cell<'_>, frame: u32| {
        cell.picture.is_some_and(|shown| shown == last(cell).map_or(frame, |last| frame.min(last)))
    };
    let agrees = |frame: u32| cells.iter().filter(|cell| cell.picture.is_some()).all(|cell| stands_for(cell, frame));
    let earlier = cells.iter().filter_map(|cell| cell.picture).max().filter(|frame| agrees(*frame));
    let frame = if agrees(playhead) { playhead } else { earlier.unwrap_or(playhead) };
    Locked { frame, is_shown: cells.iter().map(|cell| stands_for(cell, frame)).collect() }
}

#[cfg(test)]
mod tests;
