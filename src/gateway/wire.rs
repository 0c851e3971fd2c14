//! Reads the JSON answers of the gateways, field by field.
//!
//! Answers are read from a [`Value`] by looking a list of places through, because each gateway documents several shapes
//! that contradict each other (docs/gateways.md, section 6). Unknown fields are ignored; a field of the wrong type is
//! as if it were not there.

mod amounts;
mod film;
pub mod platform;

use std::borrow::Cow;

use serde_json::Value;

use self::amounts::whole_number;
pub use self::amounts::{balance, cents, charge};
pub use self::film::{link, signed_link};
use super::redact::Redactor;
use crate::domain::outcome::Phase;
use crate::domain::{GatewayId, GatewayText, RemoteId};

/// Longest sentence of a gateway that is kept, in characters.
const TEXT_LIMIT: usize = 300;

/// Longest code, status word or name of a field that is kept, in characters.
const WORD_LIMIT: usize = 60;

/// Which of the protocols an answer is written in. Practice speaks apiin's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// The protocol of aigateway.sh (docs/gateways.md, section 1).
    Aigateway,
    /// The protocol of apiin.one (docs/gateways.md, section 2).
    Apiin,
    /// The protocol of PixVerse's own Platform API (docs/gateways.md, section 3).
    Platform,
}

impl Dialect {
    /// The protocol in which `gateway` is spoken to.
    pub fn of(gateway: GatewayId) -> Self {
        match gateway {
            GatewayId::Aigateway => Self::Aigateway,
            GatewayId::Apiin | GatewayId::Practice => Self::Apiin,
            GatewayId::Pixverse => Self::Platform,
        }
    }
}

/// What a status word says (docs/gateways.md, section 5.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// The job is still worked on, and has come this far.
    Alive(Phase),
    /// The clip is made.
    Completed,
    /// The clip will not be made.
    Failed,
    /// The gateway says that the job was cancelled.
    Cancelled,
}

/// Reads a status word without regard to case, `-`, blanks, and beginnings such as `TASK_STATUS_`. A word that no page
/// documents keeps the job alive; what it means beside a link is decided in [`super::classify`].
pub fn word(text: &str, redactor: &Redactor) -> Word {
    let plain: String =
        text.trim().chars().map(|c| if c == '-' || c == ' ' { '_' } else { c.to_ascii_lowercase() }).collect();
    let mut bare = plain.as_str();
    while let Some(rest) = ["task_", "job_", "video_", "generation_", "status_", "state_"]
        .iter()
        .find_map(|beginning| bare.strip_prefix(beginning))
    {
        bare = rest;
    }
    match bare {
        "queued" | "queueing" | "queuing" | "pending" | "created" | "submitted" | "in_queue" | "waiting" => {
            Word::Alive(Phase::Waiting)
        }
        "processing" | "process" | "running" | "in_progress" | "generating" | "started" => {
            Word::Alive(Phase::Generating)
        }
        "completed" | "complete" | "success" | "succeeded" | "succeed" | "succeeds" | "successful" | "successfully"
        | "done" | "finished" | "finish" => Word::Completed,
        "failed" | "fail" | "failure" | "error" | "expired" | "rejected" => Word::Failed,
        "cancelled" | "canceled" => Word::Cancelled,
        // `ok` and `ready` are among them: they end a job only beside a link, since they may speak of the call alone.
        _ => Word::Alive(Phase::Unknown(redactor.line(text, WORD_LIMIT))),
    }
}

/// Follows a dotted path; a number picks an element of an array. `null` counts as absent.
fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    let mut here = value;
    for step in path.split('.') {
        here = match here {
            Value::Object(fields) => fields.get(step)?,
            Value::Array(items) => items.get(step.parse::<usize>().ok()?)?,
            _ => return None,
        };
    }
    (!here.is_null()).then_some(here)
}

/// The first text that is not empty among `paths`.
fn text_at<'v>(value: &'v Value, paths: &[&str]) -> Option<&'v str> {
    paths.iter().find_map(|path| at(value, path)?.as_str().filter(|text| !text.trim().is_empty()))
}

/// A word or a whole number as text: gateways write the same field now as the one, now as the other.
fn label(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(Cow::Borrowed(text.trim())),
        // A number beyond 64 bits was rounded when it was read, so it names nothing any more.
        Value::Number(number) if number.is_u64() || number.is_i64() => Some(Cow::Owned(number.to_string())),
        _ => None,
    }
}

/// The first label among `paths`.
fn label_at<'v>(value: &'v Value, paths: &[&str]) -> Option<Cow<'v, str>> {
    paths.iter().find_map(|path| label(at(value, path)?))
}

/// The gateway's name for the job (docs/gateways.md, section 5.4). `None` when there is none, when it is no plain
/// id, or when it holds the key: an id stands in addresses and on the screen.
pub fn remote_id(dialect: Dialect, value: &Value, redactor: &Redactor) -> Option<RemoteId> {
    let paths: &[&str] = match dialect {
        Dialect::Aigateway => &["id", "job_id", "data.id", "data.job_id"],
        Dialect::Apiin => &["data.task_id", "data.id", "task_id", "id"],
        Dialect::Platform => &["Resp.video_id", "resp.video_id"],
    };
    // The Platform counts its jobs by numbers, and 0 stands for none.
    let is_none = |id: &RemoteId| dialect == Dialect::Platform && id.as_str() == "0";
    let is_usable = |id: &RemoteId| !is_none(id) && !redactor.finds_key_in(id.as_str());
    paths.iter().find_map(|path| RemoteId::new(&label(at(value, path)?)?).filter(is_usable))
}

/// Whether the answer names a job other than `asked`: then it tells nothing about ours. Only fields that are documented
/// to repeat the id count; a record number under another name proves nothing.
pub fn names_another_job(dialect: Dialect, value: &Value, asked: &RemoteId) -> bool {
    let paths: &[&str] = match dialect {
        Dialect::Aigateway => &["id"],
        Dialect::Apiin => &["data.task_id", "task_id"],
        Dialect::Platform => &["Resp.id", "resp.id"],
    };
    let named = paths.iter().find_map(|path| RemoteId::new(&label(at(value, path)?)?));
    named.is_some_and(|named| named != *asked)
}

/// The status word, if the answer holds one (docs/gateways.md, section 5.4).
pub fn status(dialect: Dialect, value: &Value, redactor: &Redactor) -> Option<Word> {
    let paths: &[&str] = match dialect {
        Dialect::Aigateway => &["status", "data.status", "state", "task_status", "data.state", "data.task_status"],
        Dialect::Apiin => &["data.status", "data.state", "data.task_status", "status", "state", "task_status"],
        Dialect::Platform => &["Resp.status", "resp.status"],
    };
    label_at(value, paths).map(|text| word(&text, redactor))
}

/// An error in the gateway's own words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GatewayError {
    /// A code that reads as an HTTP status.
    pub status: Option<u16>,
    /// The error's own code or type as a word, such as `insufficient_credits`.
    pub code: Option<GatewayText>,
    /// Name of the request field that the error is about.
    pub param: Option<GatewayText>,
    /// The message for people, shortened to 300 characters.
    pub text: Option<GatewayText>,
}

impl GatewayError {
    /// Everything it says, in lower case, for looking up words.
    fn words(&self) -> String {
        let parts = [&self.code, &self.param, &self.text];
        parts.into_iter().flatten().map(|part| part.to_lowercase()).collect::<Vec<_>>().join(" ")
    }

    /// Whether its words say that credits or money ran out.
    pub fn speaks_of_credits(&self) -> bool {
        let words = self.words();
        let short_of = words.contains("insufficient") && !words.contains("permission") && !words.contains("scope");
        short_of
            || ["credit", "not enough balance", "budget_exceeded", "quota_exceeded"].iter().any(|w| words.contains(w))
    }

    /// Whether its words say that the content is not allowed.
    pub fn speaks_of_moderation(&self) -> bool {
        speaks_of_moderation(&self.words())
    }

    /// Whether it is the start picture that the gateway refuses.
    pub fn speaks_of_picture(&self) -> bool {
        match &self.param {
            Some(param) => param.to_lowercase().contains("image"),
            None => {
                let words = self.words();
                words.contains("image") || words.contains("picture")
            }
        }
    }

    /// Whether it says that the key is wrong.
    pub fn speaks_of_the_key(&self) -> bool {
        let words = self.words();
        ["authentication_error", "invalid api key", "invalid_api_key", "unauthorized", "unauthenticated"]
            .iter()
            .any(|phrase| words.contains(phrase))
    }

    /// Whether it says that the order is known already. Then an earlier copy may have been taken.
    pub fn speaks_of_an_earlier_copy(&self) -> bool {
        let words = self.words();
        ["duplicate", "idempot", "already exist", "already been used", "already used", "already submitted", "key_reuse"]
            .iter()
            .any(|phrase| words.contains(phrase))
    }
}

/// Whether `words`, in lower case, speak of moderation rather than of a fault.
fn speaks_of_moderation(words: &str) -> bool {
    [
        "moderat",
        "content policy",
        "content_policy",
        "usage policy",
        "policy violation",
        "policy_violation",
        "violat",
        "nsfw",
        "sensitive",
        "inappropriate",
        "prohibited",
        "safety",
        "unsafe",
        "content_filter",
        "content filter",
        "flagged",
    ]
    .iter()
    .any(|word| words.contains(word))
}

/// The error of an answer in the gateway's own shape: `{"error":{"message","type","code","param"}}` at both
/// (docs/gateways.md, sections 1.6 and 2.4), `{"error":"…"}` as the job type has it (docs/gateways.md, section 1.3),
/// and at apiin also an envelope whose `code` is neither 0 nor 2xx. `None` for everything else, such as the JSON of a
/// proxy on the way.
pub fn error_of(dialect: Dialect, value: &Value, redactor: &Redactor) -> Option<GatewayError> {
    match at(value, "error") {
        Some(Value::String(text)) if !text.trim().is_empty() => {
            return Some(GatewayError { text: Some(redactor.line(text, TEXT_LIMIT)), ..GatewayError::default() });
        }
        Some(error @ Value::Object(_)) => {
            let code = at(error, "code");
            let named =
                label_at(error, &["type"]).or_else(|| label(code?).filter(|_| code.and_then(status_number).is_none()));
            let text = text_at(error, &["message"]);
            if code.is_some() || named.is_some() || text.is_some() {
                return Some(GatewayError {
                    status: code.and_then(status_number),
                    code: named.map(|named| redactor.line(&named, WORD_LIMIT)),
                    param: label_at(error, &["param"]).map(|param| redactor.line(&param, WORD_LIMIT)),
                    text: text.map(|text| redactor.line(text, TEXT_LIMIT)),
                });
            }
        }
        _ => {}
    }
    if dialect != Dialect::Apiin {
        return None;
    }
    let code = at(value, "code")?;
    let number = whole_number(code)?;
    if number == 0 || (200..300).contains(&number) {
        return None;
    }
    Some(GatewayError {
        status: status_number(code),
        code: Some(redactor.line(&number.to_string(), WORD_LIMIT)),
        param: None,
        text: text_at(value, &["message", "msg", "data.error_message"]).map(|text| redactor.line(text, TEXT_LIMIT)),
    })
}

/// A code that reads as an HTTP error status.
fn status_number(code: &Value) -> Option<u16> {
    whole_number(code).and_then(|number| u16::try_from(number).ok()).filter(|status| (400..600).contains(status))
}

/// Why a job failed: code, sentence, and whether the words speak of moderation (docs/gateways.md, section 5.4).
pub fn failure(value: &Value, redactor: &Redactor) -> (Option<GatewayText>, Option<GatewayText>, bool) {
    let code = ["error.code", "error.type", "data.error.code", "data.error.type", "data.error_code", "error_code"]
        .iter()
        .find_map(|path| match at(value, path)? {
            Value::String(text) if !text.trim().is_empty() => Some(redactor.line(text, WORD_LIMIT)),
            Value::Number(number) => Some(redactor.line(&number.to_string(), WORD_LIMIT)),
            _ => None,
        });
    let places = [
        "error.message",
        "error",
        "data.error_message",
        "data.error.message",
        "data.error",
        "error_message",
        "data.message",
        "message",
    ];
    let text = places
        .iter()
        .find_map(|path| text_at(value, &[path]).filter(|text| !text.trim().eq_ignore_ascii_case("success")))
        .map(|text| redactor.line(text, TEXT_LIMIT));
    let words = format!("{} {}", code.as_deref().unwrap_or_default(), text.as_deref().unwrap_or_default());
    let not_allowed = speaks_of_moderation(&words.to_lowercase());
    (code, text, not_allowed)
}

#[cfg(test)]
mod tests;
