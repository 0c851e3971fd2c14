//! How a practice gateway behaves when nothing goes wrong: time, keys, money, answer shapes and the source of films.

use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};

use super::{faults::Faults, film::FilmSpec};
use crate::domain::{Credits, Money};

/// How the practice gateway behaves. [`Config::default`] is what the program itself uses; tests change single fields with
/// `Config { …, ..Config::default() }` or begin from [`Config::quick`].
#[derive(Clone, Debug)]
pub struct Config {
    /// Port of the API, 0 for any free one.
    pub port: u16,
    /// What goes wrong, and when. Nothing by default.
    pub faults: Faults,
    /// Which of the documented or observed answer shapes are used.
    pub shapes: Shapes,
    /// The keys that are accepted.
    pub keys: GoodKeys,
    /// The money and credits at the start.
    pub wallet: Wallet,
    /// How long jobs, links, files and windows of the limiter take or last.
    pub timing: Timing,
    /// Requests per rolling [`Timing::rate_window`] and key at aigateway (docs/gateways.md, section 1.7: 10 or 600).
    /// `None` sends no `x-ratelimit-*` headers and never throttles.
    pub requests_per_minute: Option<u32>,
    /// What aigateway does with fields that its documents do not name for video.
    pub unknown_fields: UnknownFields,
    /// What aigateway answers to the two ways of cancelling.
    pub cancelling: Cancelling,
    /// What kind of link a finished job carries.
    pub links: LinkKind,
    /// Whether apiin refuses 10 s at 1080p with 400 (docs/gateways.md, section 2.2, inferred).
    pub refuse_long_1080p: bool,
    /// Whether apiin wraps its errors in HTTP 200 with an inner `code`, as its success envelope suggests
    /// (docs/gateways.md, section 2.4).
    pub apiin_errors_under_200: bool,
    /// What only PixVerse's Platform does.
    pub platform: PlatformRules,
    /// What makes the films of the jobs.
    pub films: FilmSource,
    /// Makes ids and signatures repeatable. `None` draws them.
    pub id_seed: Option<u64>,
    /// How many requests the log keeps; older ones are forgotten.
    pub log_limit: usize,
    /// A folder of its own where accepted jobs outlive the program: the next gateway that is started with it goes on with
    /// them. `None` keeps them in memory only. With or without it, the newest 500 jobs are known, for as long as
    /// [`Timing::retention`] when they come from the folder.
    pub state_dir: Option<PathBuf>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            port: 0,
            faults: Faults::default(),
            shapes: Shapes::default(),
            keys: GoodKeys::default(),
            wallet: Wallet::default(),
            timing: Timing::default(),
            requests_per_minute: None,
            unknown_fields: UnknownFields::default(),
            cancelling: Cancelling::default(),
            links: LinkKind::default(),
            refuse_long_1080p: true,
            apiin_errors_under_200: false,
            platform: PlatformRules::default(),
            films: FilmSource::default(),
            id_seed: None,
            log_limit: 2_000,
            state_dir: None,
        }
    }
}

impl Config {
    /// For tests: jobs finish as soon as they are polled, no poll is too early, and every film is `film`.
    pub fn quick(film: impl Into<Vec<u8>>) -> Self {
        Self { timing: Timing::none(), films: FilmSource::fixed(film), ..Self::default() }
    }

    /// The same configuration with these faults in place of its own.
    pub fn with_faults(self, faults: Faults) -> Self {
        Self { faults, ..self }
    }

    /// The same with this pace of jobs.
    pub fn with_pace(mut self, pace: Pace) -> Self {
        self.timing.pace = pace;
        self
    }
}

/// When a job goes from queued to running to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// By the clock. A job never ends before its film is made.
    Time {
        /// Time that a job is queued.
        queued: Duration,
        /// Time from the end of the queue until the film is ready.
        generating: Duration,
    },
    /// By the count of answered polls, for tests that shall not depend on a clock: the first `queued` polls are answered
    /// with queued, the next `running` with running, and the one after waits for the film and ends the job.
    Polls {
        /// Number of polls that are answered with "queued".
        queued: u32,
        /// Number of polls after those that are answered with "running".
        running: u32,
    },
}

/// How long jobs, links, files and windows of the limiter take or last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// How a job moves from stage to stage.
    pub pace: Pace,
    /// An aigateway job that is polled sooner than this after its last poll is answered 304
    /// (docs/gateways.md, section 1.3: 3 s).
    pub min_poll_interval: Duration,
    /// Life of a signed link, in whole seconds (docs/gateways.md, section 1.3: 24 h).
    pub link_life: Duration,
    /// How long a finished file is kept (docs/gateways.md, section 1.3: 7 days).
    pub retention: Duration,
    /// Length of the rolling window of the rate limit (docs/gateways.md, section 1.7: 60 s).
    pub rate_window: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            pace: Pace::Time { queued: Duration::from_millis(1_000), generating: Duration::from_millis(3_500) },
            min_poll_interval: Duration::from_secs(3),
            link_life: Duration::from_secs(24 * 60 * 60),
            retention: Duration::from_secs(7 * 24 * 60 * 60),
            rate_window: Duration::from_secs(60),
        }
    }
}

impl Timing {
    /// Jobs end with their first poll, and no poll is too early.
    pub fn none() -> Self {
        Self { pace: Pace::Polls { queued: 0, running: 0 }, min_poll_interval: Duration::ZERO, ..Self::default() }
    }

    /// Everything that a client waits for, `factor` times as long; the lives of links and files stay as they are.
    /// A factor below 0 counts as 0.
    pub fn scaled(self, factor: f64) -> Self {
        let scale = |duration: Duration| {
            Duration::try_from_secs_f64(duration.as_secs_f64() * factor.max(0.0)).unwrap_or(Duration::MAX)
        };
        let pace = match self.pace {
            Pace::Time { queued, generating } => Pace::Time { queued: scale(queued), generating: scale(generating) },
            polls @ Pace::Polls { .. } => polls,
        };
        Self { pace, min_poll_interval: scale(self.min_poll_interval), rate_window: scale(self.rate_window), ..self }
    }
}

/// Which keys are good. A key always needs its gateway's prefix, where the gateway has one.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum GoodKeys {
    /// Every key with the right prefix: `sk-aig-` at aigateway, `aio_` at apiin, any text at PixVerse.
    #[default]
    AnyWithPrefix,
    /// One key at each gateway, and no other.
    Exactly {
        /// The only good key at aigateway.
        aigateway: String,
        /// The only good key at apiin.
        apiin: String,
        /// The only good key at PixVerse.
        pixverse: String,
    },
    /// Every request is taken, with or without a key.
    NotChecked,
}

// Names the rule, never a key.
impl fmt::Debug for GoodKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AnyWithPrefix => "AnyWithPrefix",
            Self::Exactly { .. } => "Exactly { .. }",
            Self::NotChecked => "NotChecked",
        })
    }
}

/// What money there is. Submits that cost more are refused with 402; the price is taken at submit and given back when the
/// job fails or is cancelled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wallet {
    /// Money at aigateway; `None` for no end of it.
    pub money: Option<Money>,
    /// Credits at apiin and at PixVerse, which share them here; `None` for no end of them.
    pub credits: Option<Credits>,
}

/// In which of the documented shapes each gateway answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shapes {
    /// Answers of aigateway to submits and polls.
    pub aigateway: AigatewayShape,
    /// Answers of apiin to submits.
    pub apiin_submit: ApiinSubmitShape,
    /// Answers of apiin to polls.
    pub apiin: ApiinShape,
    /// The numbers with which PixVerse says that a job is not over.
    pub platform: PlatformNumbers,
}

/// The three documented shapes of docs/gateways.md, sections 1.2 and 1.3.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, strum::EnumIter)]
#[serde(rename_all = "snake_case")]
pub enum AigatewayShape {
    /// (1) the model page: `created`, `processing`, `result.url`.
    #[default]
    ModelPage,
    /// (2) the page on jobs: `object: "job"`, `running`, `result.file_url`, error as an object.
    JobsPage,
    /// (3) the SDK: `modality`, `created_at`, `processing`, `result_url`, error as a string.
    Sdk,
}

/// Answers to a submit at apiin (docs/gateways.md, section 2.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, strum::EnumIter)]
#[serde(rename_all = "snake_case")]
pub enum ApiinSubmitShape {
    /// `{code, message, data: {task_id, status: "IN_PROGRESS"}}`.
    #[default]
    Enveloped,
    /// The older page's `{id, status: "pending", model, created_at}`.
    Older,
    /// The answer waits for the film and holds its link already.
    Immediate,
}

/// Answers to a poll at apiin. None is documented (docs/gateways.md, sections 2.3 and 5.4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, strum::EnumIter)]
#[serde(rename_all = "snake_case")]
pub enum ApiinShape {
    /// The sister site's: `SUCCESS`, `data.response` an array of links, `data.error_message`.
    #[default]
    Response,
    /// The same with an array of `{url}`.
    ResponseObjects,
    /// `COMPLETED` and `data.output.video_url`, `data.error` as a string.
    OutputVideoUrl,
    /// `completed` and `data.video_url`, `data.error` as an object.
    VideoUrl,
    /// WaveSpeed's: `completed` and `data.outputs`, `data.error` as a string.
    Outputs,
    /// Without an envelope: `{id, status, video_url}`, `error` as an object.
    Bare,
}

/// The numbers that stand for a job that waits and for one that is made (docs/gateways.md, section 3.6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, strum::EnumIter)]
pub enum PlatformNumbers {
    /// The Platform's own: 5 for both.
    #[default]
    Documented,
    /// Those of the web site: 9 and 10.
    Site,
    /// Those that PixVerse's MCP server knows: 2 and 3.
    Mcp,
}

/// What only PixVerse's Platform does (docs/gateways.md, section 3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlatformRules {
    /// How many clips may be made at the same time; more are refused with 500044. `None` for any number.
    pub at_once: Option<usize>,
    /// Whether moderation answers with HTTP 500 and lower-case names instead of status 7, at the submit already.
    pub odd_moderation: bool,
    /// Whether the items of the list of bills hold no trace ids. What they hold is not documented.
    pub nameless_bills: bool,
    /// Whether orders stand in that list at all.
    pub bills_are_late: bool,
}

/// What aigateway does with fields that its documents do not name for video (docs/gateways.md, section 1.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnknownFields {
    /// The fields are taken and change nothing.
    #[default]
    Ignore,
    /// A submit with such a field is refused with 400; `error.param` names the field.
    Refuse,
    /// `seed`, `negative_prompt`, `quality`, `generate_audio` and `generate_audio_switch` do what they say; others are ignored.
    Honor,
}

/// What aigateway answers to the two ways of cancelling (docs/gateways.md, section 1.5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cancelling {
    /// `DELETE` and `POST …/cancel` both cancel.
    #[default]
    Both,
    /// `POST …/cancel` is answered 404.
    DeleteOnly,
    /// `DELETE` is answered 405.
    PostOnly,
}

/// What kind of link a finished job carries (docs/gateways.md, section 1.4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LinkKind {
    /// With a signature and an expiry; no key is needed.
    #[default]
    Signed,
    /// aigateway's `/v1/files/jobs/{id}/{name}` without a signature, which needs the key. apiin's links are signed all the same.
    NeedsKey,
}

type Render = dyn Fn(&FilmSpec) -> Result<Vec<u8>, String> + Send + Sync;

/// Who makes the films: called on a blocking thread, at most two at a time.
#[derive(Clone)]
pub struct FilmSource(Arc<Render>);

impl FilmSource {
    /// Films by a function. Its error text becomes the failure of the job.
    pub fn new(render: impl Fn(&FilmSpec) -> Result<Vec<u8>, String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(render))
    }

    /// A source that gives these bytes to every job.
    pub fn fixed(film: impl Into<Vec<u8>>) -> Self {
        let film = film.into();
        Self::new(move |_| Ok(film.clone()))
    }

    pub(super) fn render(&self, spec: &FilmSpec) -> Result<Vec<u8>, String> {
        (self.0)(spec)
    }
}

impl Default for FilmSource {
    fn default() -> Self {
        Self::new(|spec| super::render::render(spec).map_err(|err| err.to_string()))
    }
}

impl fmt::Debug for FilmSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FilmSource")
    }
}
