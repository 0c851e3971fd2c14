//! The JSON of PixVerse's Platform: the envelope, its error codes, and the numbers that stand for a state (docs/gateways.md,
//! section 3). Pure.

use serde_json::{Value, json};

use super::{Stage, View};
use crate::domain::{Amount, Credits};
use crate::practice::{config::PlatformNumbers, jobs::MadeJob};

/// The code of a job that failed for its content, in [`Stage::Failed`].
pub(in crate::practice) const NOT_ALLOWED: &str = "content_policy";

/// Why a request is refused: a code of docs/gateways.md, section 3.8, and words for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::practice) struct Denial {
    pub code: u32,
    pub message: String,
}

impl Denial {
    /// A refusal about one part of the request.
    pub fn of(code: u32, about: &str) -> Self {
        Self { code, message: format!("{}: {about}", words(code)) }
    }
}

impl From<u32> for Denial {
    fn from(code: u32) -> Self {
        Self { code, message: words(code).to_owned() }
    }
}

/// What the table of codes says.
fn words(code: u32) -> &'static str {
    match code {
        400_011 => "empty parameter",
        400_012 => "invalid account",
        400_013 => "invalid binding",
        400_017 => "invalid parameter",
        400_018 => "prompt too long",
        400_019 => "negative prompt too long",
        400_032 => "invalid image id",
        500_008 => "data not found",
        500_020 => "no permission",
        500_030 => "image over 20 MB or 4000 px",
        500_031 => "image info failed",
        500_032 => "bad image format",
        500_042 => "bad image path",
        500_044 => "concurrent generation limit reached",
        500_052 => "image review failed",
        500_054 => "content moderation failed",
        500_063 => "pre-moderation of the text failed",
        500_069 => "system under high load",
        500_090 => "insufficient balance",
        500_100 => "database error",
        _ => "unknown error",
    }
}

/// The code that goes with an HTTP status, where something else than the request is at fault.
pub(in crate::practice) fn code_of(status: u16) -> u32 {
    match status {
        400 => 400_017,
        401 => 400_012,
        402 => 500_090,
        403 => 500_020,
        404 => 500_008,
        429 | 503 => 500_069,
        500 => 500_100,
        _ => 99_999,
    }
}

/// The envelope of every answer.
pub(in crate::practice) fn answer(code: u32, message: &str, content: &Value) -> Value {
    json!({"ErrCode": code, "ErrMsg": message, "Resp": content})
}

/// The envelope of an answer that says yes.
pub(in crate::practice) fn success(content: &Value) -> Value {
    answer(0, "success", content)
}

/// The other spelling of the envelope, in which refusals by moderation may come (docs/gateways.md, section 3.1).
pub(in crate::practice) fn odd(denial: &Denial) -> Value {
    json!({"err_code": denial.code, "err_msg": denial.message, "resp": null})
}

/// An id as the number that it is.
pub(in crate::practice) fn number(id: &str) -> u64 {
    id.parse().unwrap_or(0)
}

fn credits(job: &MadeJob) -> i64 {
    match job.price {
        Amount::Credits(Credits(credits)) => credits,
        Amount::Free | Amount::Money(_) => 0,
    }
}

/// The answer to an order.
pub(in crate::practice) fn submitted(job: &MadeJob) -> Value {
    success(&json!({"video_id": number(&job.id), "credits": credits(job)}))
}

/// The answer to a look at a job. Its `size` is 0; whoever knows the file sets it.
pub(in crate::practice) fn result(view: &View<'_>, numbers: PlatformNumbers) -> Value {
    let job = view.job;
    let [waiting, making] = match numbers {
        PlatformNumbers::Documented => [5, 5],
        PlatformNumbers::Site => [9, 10],
        PlatformNumbers::Mcp => [2, 3],
    };
    let own = match &view.stage {
        Stage::Queued => waiting,
        Stage::Running => making,
        Stage::Completed => 1,
        Stage::Cancelled => 6,
        Stage::Failed { code, .. } if code == NOT_ALLOWED => 7,
        Stage::Failed { .. } => 8,
    };
    let status = match &view.word {
        None => json!(own),
        Some(word) => word.parse::<i64>().map_or_else(|_| json!(word), |number| json!(number)),
    };
    let at = |secs: i64| jiff::Timestamp::from_second(secs).unwrap_or_default().to_string();
    let film = &job.film;
    success(&json!({
        "id": number(&job.id),
        "status": status,
        "url": view.url.as_deref().unwrap_or_default(),
        "prompt": film.prompt,
        "negative_prompt": film.negative_prompt,
        "seed": film.seed,
        "style": "",
        "resolution_ratio": 0,
        "outputWidth": film.width,
        "outputHeight": film.height,
        "size": 0,
        "create_time": at(job.created_unix),
        "modify_time": at(job.updated_unix),
        "has_audio": film.audio,
        "customer_paths": {},
        "credits": credits(job),
    }))
}
