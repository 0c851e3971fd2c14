//! The tools as the protocol has them: their names, words and parameters.

use std::sync::Arc;
use std::time::Duration;

use rmcp::handler::server::router::tool::ToolRouter;
use rmcp::handler::server::wrapper::Parameters;
use rmcp::model::{CallToolResult, ContentBlock, Implementation, ServerCapabilities, ServerConfig};
use rmcp::schemars::JsonSchema;
use rmcp::{ServerHandler, tool, tool_handler, tool_router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answers;
use super::desk::Desk;
use crate::domain::list::{PictureFiles, put};
use crate::domain::{Draft, JobState};

/// How long `watch` waits when nothing else is said, and at most, in seconds.
const WATCH_SECONDS: (u64, u64) = (60, 600);

/// How many jobs `list_jobs` gives when nothing else is said, and at most.
const LISTED: (usize, usize) = (50, 500);

const INSTRUCTIONS: &str = "Rushes makes short video clips with PixVerse. `estimate` tells prices without ordering. `generate` \
    orders clips and returns at once; `watch` waits for one, and `get_job` tells its state, its file on this computer, and \
    whether it was charged. The gateway `practice` is free and offline. Every other gateway costs money, which this server \
    spends only when its user started it with --allow-spend and --cap, and never beyond that cap. A job whose state is \
    `unconfirmed` may have been charged: never order it again; its user decides.";

/// The tools over one library.
#[derive(Clone)]
pub(super) struct Tools {
    desk: Arc<Desk>,
    tool_router: ToolRouter<Self>,
}

/// A shot and its settings.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[schemars(crate = "rmcp::schemars")]
#[serde(deny_unknown_fields)]
struct Shot {
    /// What the shot shows, up to 2048 characters.
    prompt: String,
    /// What the shot should not show.
    #[serde(default)]
    negative_prompt: Option<String>,
    /// Who makes the clip: practice (free), apiin, aigateway or pixverse. The server's own choice if left out.
    #[serde(default)]
    gateway: Option<String>,
    /// Shorter side of the picture: 360p, 540p, 720p or 1080p. 720p if left out.
    #[serde(default)]
    resolution: Option<String>,
    /// Length in seconds: 5, 8 or 10; 10 is not offered at 1080p. 5 if left out.
    #[serde(default)]
    duration: Option<u32>,
    /// Width to height: 16:9, 4:3, 1:1, 3:4 or 9:16. 16:9 if left out.
    #[serde(default)]
    aspect_ratio: Option<String>,
    /// With sound. Silent if left out.
    #[serde(default)]
    audio: Option<bool>,
    /// Whether the model thinks the prompt over: auto, enabled or disabled.
    #[serde(default)]
    thinking: Option<String>,
    /// Seed, 0 to 2147483647; further takes count up from it. Random if left out.
    #[serde(default)]
    seed: Option<i64>,
    /// Number of clips of this shot, 1 to 12. Each is paid for. 1 if left out.
    #[serde(default)]
    takes: Option<u32>,
    /// The model, such as pixverse-v5.6.
    #[serde(default)]
    model: Option<String>,
    /// First frame: the path of a picture file of this computer, or a web address that begins with https://.
    #[serde(default)]
    image: Option<String>,
    /// Last frame, in the same way; needs a first frame.
    #[serde(default)]
    end_image: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(crate = "rmcp::schemars")]
#[serde(deny_unknown_fields)]
struct Named {
    /// Id of the job, or its last eight digits.
    job: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(crate = "rmcp::schemars")]
#[serde(deny_unknown_fields)]
struct Watched {
    /// Id of the job, or its last eight digits.
    job: String,
    /// How long to wait at most, in seconds, up to 600. 60 if left out.
    #[serde(default)]
    timeout_seconds: Option<u64>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(crate = "rmcp::schemars")]
#[serde(deny_unknown_fields)]
struct Listed {
    /// Only jobs in this state: queued, submitting, unconfirmed, waiting, generating, downloading, ready, failed, rejected,
    /// cancelled, not_watched, gone, removed or discarded.
    #[serde(default)]
    state: Option<String>,
    /// How many at most, up to 500. 50 if left out.
    #[serde(default)]
    limit: Option<usize>,
}

impl Shot {
    /// The shot as a draft, with those of its pictures that are files.
    fn draft(&self, desk: &Desk) -> Result<(Draft, PictureFiles), String> {
        let mut draft = Draft { gateway: desk.gateway, prompt: self.prompt.clone(), ..Draft::default() };
        let mut files = PictureFiles::default();
        let text = |number: Option<String>| number.unwrap_or_default();
        for (setting, words) in [
            ("negative_prompt", text(self.negative_prompt.clone())),
            ("gateway", text(self.gateway.clone())),
            ("resolution", text(self.resolution.clone())),
            ("duration", text(self.duration.map(|secs| secs.to_string()))),
            ("aspect_ratio", text(self.aspect_ratio.clone())),
            ("audio", text(self.audio.map(|on| on.to_string()))),
            ("thinking", text(self.thinking.clone())),
            ("seed", text(self.seed.map(|seed| seed.to_string()))),
            ("takes", text(self.takes.map(|takes| takes.to_string()))),
            ("model", text(self.model.clone())),
            ("image", text(self.image.clone())),
            ("end_image", text(self.end_image.clone())),
        ] {
            put(setting, &words, &mut draft, &mut files)
                .map_err(|what| format!("{setting}: {what}. Not charged: nothing was sent."))?;
        }
        Ok((draft, files))
    }
}

#[tool_router]
impl Tools {
    pub(super) fn new(desk: Arc<Desk>) -> Self {
        Self { desk, tool_router: Self::tool_router() }
    }

    #[tool(
        description = "What clips of a shot cost at each gateway, the chosen one first, and whether this server may order \
                       them. Sends nothing.",
        annotations(read_only_hint = true, open_world_hint = false)
    )]
    async fn estimate(&self, Parameters(shot): Parameters<Shot>) -> CallToolResult {
        let checked = shot.draft(&self.desk).and_then(|(draft, files)| {
            self.desk.check(&draft, &files)?;
            Ok(answers::estimates(&self.desk, &draft, &files))
        });
        result(checked)
    }

    #[tool(
        description = "Order clips of a shot and return at once with their jobs. Costs money at every gateway but practice, and \
                       is refused, with nothing sent, where this server may not spend or a cap would be passed.",
        annotations(read_only_hint = false, destructive_hint = false, idempotent_hint = false, open_world_hint = true)
    )]
    async fn generate(&self, Parameters(shot): Parameters<Shot>) -> CallToolResult {
        let ordered = match shot.draft(&self.desk) {
            Ok((draft, files)) => self.desk.order(draft, files).await,
            Err(why) => Err(why),
        };
        result(ordered.map(|ordered| {
            let cost = ordered
                .jobs
                .first()
                .map(|job| job.estimate.amount.times(u32::try_from(ordered.jobs.len()).unwrap_or(u32::MAX)));
            json!({
                "jobs": ordered.jobs.iter().map(|job| answers::job(&self.desk, job)).collect::<Vec<_>>(),
                "cost": cost.map(|cost| cost.to_string()),
                "remarks": ordered.remarks,
                "allowance": answers::allowance(&self.desk),
            })
        }))
    }

    #[tool(
        description = "The jobs of the library, newest first.",
        annotations(read_only_hint = true, open_world_hint = false)
    )]
    async fn list_jobs(&self, Parameters(listed): Parameters<Listed>) -> CallToolResult {
        let state = match listed.state.as_deref().map(str::parse::<JobState>) {
            None => None,
            Some(Ok(state)) => Some(state),
            Some(Err(_)) => return result(Err("There is no such state of a job.".to_owned())),
        };
        let all = self.desk.newest_first();
        let found: Vec<_> = all.iter().filter(|job| state.is_none_or(|state| job.state == state)).collect();
        let limit = listed.limit.unwrap_or(LISTED.0).clamp(1, LISTED.1);
        let jobs: Vec<Value> = found.iter().take(limit).map(|job| answers::job(&self.desk, job)).collect();
        result(Ok(json!({ "jobs": jobs, "found": found.len() })))
    }

    #[tool(
        description = "One job: its state, the file of its clip on this computer, whether it was charged, and what to do now.",
        annotations(read_only_hint = true, open_world_hint = false)
    )]
    async fn get_job(&self, Parameters(named): Parameters<Named>) -> CallToolResult {
        result(self.desk.find(&named.job).map(|job| answers::job(&self.desk, &job)).map_err(|stop| stop.message))
    }

    #[tool(
        description = "Wait until a job is at its end or needs its user, or until the time is over, and tell how it stands then. \
                       `is_at_end` says which; call again to wait longer.",
        annotations(read_only_hint = true, open_world_hint = true)
    )]
    async fn watch(&self, Parameters(watched): Parameters<Watched>) -> CallToolResult {
        let job = match self.desk.find(&watched.job) {
            Ok(job) => job,
            Err(stop) => return result(Err(stop.message)),
        };
        let seconds = watched.timeout_seconds.unwrap_or(WATCH_SECONDS.0).min(WATCH_SECONDS.1);
        let job = self.desk.watch(job.id, Duration::from_secs(seconds)).await.unwrap_or(job);
        result(Ok(answers::job(&self.desk, &job)))
    }

    #[tool(
        description = "What was spent: charges, charges that are not known, today, this month, and what this server may still \
                       spend. Practice never counts.",
        annotations(read_only_hint = true, open_world_hint = false)
    )]
    async fn ledger(&self) -> CallToolResult {
        result(Ok(answers::ledger(&self.desk)))
    }
}

#[tool_handler(router = self.tool_router)]
impl ServerHandler for Tools {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(Implementation::new("rushes", env!("CARGO_PKG_VERSION")))
            .with_instructions(INSTRUCTIONS)
    }
}

/// An answer, or a sentence that says why there is none.
fn result(answer: Result<Value, String>) -> CallToolResult {
    match answer {
        Ok(value) => CallToolResult::structured(value),
        Err(why) => CallToolResult::error(vec![ContentBlock::text(why)]),
    }
}
