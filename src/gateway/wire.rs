//! Reads the JSON answers of the gateways, field by field.
//!
//! Answers are read from a [`Value`] by looking a list of places through, because each gateway documents several shapes
//! that contradict each other (docs/gateways.md, section 6). Unknown fields are ignored; a field of the wrong type is
//! as if it were not there.

use serde_json::Value;
use url::Url;

use crate::domain::ending::clean_text;
use crate::domain::outcome::Phase;
use crate::domain::{Amount, Credits, GatewayId, Money, RemoteId};

/// Longest sentence of a gateway that is kept, in characters.
const TEXT_LIMIT: usize = 300;

/// Longest link that is looked at, in bytes. Signed links have some hundred.
const LINK_LIMIT: usize = 8 * 1024;

/// Which of the two protocols an answer is written in. Practice speaks apiin's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// The protocol of aigateway.sh (docs/gateways.md, section 1).
    Aigateway,
    /// The protocol of apiin.one (docs/gateways.md, section 2).
    Apiin,
}

impl Dialect {
    /// The protocol in which `gateway` is spoken to.
    pub fn of(gateway: GatewayId) -> Self {
        match gateway {
            GatewayId::Aigateway => Self::Aigateway,
            GatewayId::Apiin | GatewayId::Practice => Self::Apiin,
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

/// Reads a status word without regard to case, `-` and blanks. A word that no page documents keeps the job alive.
pub fn word(text: &str) -> Word {
    let plain: String =
        text.trim().chars().map(|c| if c == '-' || c == ' ' { '_' } else { c.to_ascii_lowercase() }).collect();
    match plain.as_str() {
        "queued" | "pending" | "created" | "submitted" | "in_queue" | "waiting" => Word::Alive(Phase::Waiting),
        "processing" | "running" | "in_progress" | "generating" | "started" => Word::Alive(Phase::Generating),
        "completed" | "complete" | "success" | "succeeded" | "done" | "finished" => Word::Completed,
        "failed" | "failure" | "error" | "expired" | "rejected" => Word::Failed,
        "cancelled" | "canceled" => Word::Cancelled,
        _ => Word::Alive(Phase::Unknown(clean_text(text, 60))),
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

/// The gateway's name for the job (docs/gateways.md, section 5.4). `None` when there is none, or when it is no plain
/// id.
pub fn remote_id(dialect: Dialect, value: &Value) -> Option<RemoteId> {
    let paths: &[&str] = match dialect {
        Dialect::Aigateway => &["id", "job_id", "data.id", "data.job_id"],
        Dialect::Apiin => &["data.task_id", "data.id", "task_id", "id"],
    };
    RemoteId::new(text_at(value, paths)?)
}

/// Whether the answer names a job other than `asked`: then it tells nothing about ours. Only fields that are documented
/// to repeat the id count; a record number under another name proves nothing.
pub fn names_another_job(dialect: Dialect, value: &Value, asked: &RemoteId) -> bool {
    let paths: &[&str] = match dialect {
        Dialect::Aigateway => &["id"],
        Dialect::Apiin => &["data.task_id", "task_id"],
    };
    text_at(value, paths).is_some_and(|named| named != asked.as_str())
}

/// The status word, if the answer holds one (docs/gateways.md, section 5.4).
pub fn status(dialect: Dialect, value: &Value) -> Option<Word> {
    let paths: &[&str] = match dialect {
        Dialect::Aigateway => &["status", "data.status"],
        Dialect::Apiin => &["data.status", "status"],
    };
    text_at(value, paths).map(word)
}

/// The link to the clip: the first text that begins with `http` among the documented and likely places
/// (docs/gateways.md, section 5.4). Whether it may be fetched is decided by [`super::link`].
pub fn link(dialect: Dialect, value: &Value) -> Option<Url> {
    let paths: &[&str] = match dialect {
        Dialect::Aigateway => &[
            "result.url",
            "result.file_url",
            "result_url",
            "result.video_url",
            "result.video",
            "result.output.0",
            "result.output",
            "result",
            "data.result_url",
            "data.result.url",
            "data.result.file_url",
        ],
        Dialect::Apiin => &[
            "data.response.0",
            "data.response",
            "data.output.video_url",
            "data.video_url",
            "data.result.url",
            "data.result.video_url",
            "data.outputs.0",
            "data.output.0",
            "data.output",
            "data.url",
            "output.video_url",
            "video_url",
            "result.url",
            "response.0",
            "outputs.0",
            "output.0",
            "url",
        ],
    };
    paths.iter().find_map(|path| {
        let found = at(value, path)?;
        // Some lists hold objects in place of texts.
        let text =
            found.as_str().or_else(|| found.get("url")?.as_str()).or_else(|| found.get("video_url")?.as_str())?;
        let text = text.trim();
        let begins = text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("http"));
        (begins && text.len() <= LINK_LIMIT).then(|| Url::parse(text).ok())?
    })
}

/// An error in the gateway's own words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GatewayError {
    /// A code that reads as an HTTP status.
    pub status: Option<u16>,
    /// The error's own code or type as a word, such as `insufficient_credits`.
    pub code: Option<String>,
    /// Name of the request field that the error is about.
    pub param: Option<String>,
    /// The message for people, shortened to 300 characters.
    pub text: Option<String>,
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
pub fn error_of(dialect: Dialect, value: &Value) -> Option<GatewayError> {
    match at(value, "error") {
        Some(Value::String(text)) if !text.trim().is_empty() => {
            return Some(GatewayError { text: Some(clean_text(text, TEXT_LIMIT)), ..GatewayError::default() });
        }
        Some(error @ Value::Object(_)) => {
            let code = at(error, "code");
            let named = text_at(error, &["type"]).or_else(|| code?.as_str());
            let text = text_at(error, &["message"]);
            if code.is_some() || named.is_some() || text.is_some() {
                return Some(GatewayError {
                    status: code.and_then(status_number),
                    code: named.map(|named| clean_text(named, 60)),
                    param: text_at(error, &["param"]).map(|param| clean_text(param, 60)),
                    text: text.map(|text| clean_text(text, TEXT_LIMIT)),
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
        code: Some(number.to_string()),
        param: None,
        text: text_at(value, &["message", "msg", "data.error_message"]).map(|text| clean_text(text, TEXT_LIMIT)),
    })
}

/// A code that reads as an HTTP error status.
fn status_number(code: &Value) -> Option<u16> {
    whole_number(code).and_then(|number| u16::try_from(number).ok()).filter(|status| (400..600).contains(status))
}

/// A whole number, also written as text or with `.0`.
fn whole_number(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| {
            let float = number.as_f64()?;
            (float.fract() == 0.0 && float.abs() < 1e15).then_some(float as i64)
        }),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// Why a job failed: code, sentence, and whether the words speak of moderation (docs/gateways.md, section 5.4).
pub fn failure(value: &Value) -> (Option<String>, Option<String>, bool) {
    let code = ["error.code", "error.type", "data.error.code", "data.error.type", "data.error_code", "error_code"]
        .iter()
        .find_map(|path| match at(value, path)? {
            Value::String(text) if !text.trim().is_empty() => Some(clean_text(text, 60)),
            Value::Number(number) => Some(number.to_string()),
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
        .map(|text| clean_text(text, TEXT_LIMIT));
    let words = format!("{} {}", code.as_deref().unwrap_or_default(), text.as_deref().unwrap_or_default());
    let not_allowed = speaks_of_moderation(&words.to_lowercase());
    (code, text, not_allowed)
}

/// What the gateway says that the job cost. apiin: `consumed_credits` (docs/gateways.md, section 2.3); aigateway:
/// `cost_cents` in the body (docs/gateways.md, section 1.9). Practice clips are free whatever the protocol says.
pub fn charge(gateway: GatewayId, value: &Value) -> Option<Amount> {
    let find = |paths: &[&str]| paths.iter().find_map(|path| at(value, path).cloned());
    match gateway {
        GatewayId::Practice => None,
        GatewayId::Apiin => {
            let found =
                find(&["data.consumed_credits", "consumed_credits", "data.credits_consumed", "credits_consumed"])?;
            whole_number(&found).filter(|number| *number >= 0).map(|number| Amount::Credits(Credits(number)))
        }
        GatewayId::Aigateway => {
            let found = find(&["usage.cost_cents", "cost_cents", "data.usage.cost_cents", "result.usage.cost_cents"])?;
            cents(&plain_number(&found)?).map(Amount::Money)
        }
    }
}

/// A number as its plain decimal text.
fn plain_number(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.clone()),
        _ => None,
    }
}

/// Cents as a decimal text with up to some places (`"0.4389"`, docs/gateways.md, section 1.8), rounded up to a
/// micro-dollar so that a charge is never shown too small. `None` for negative numbers and everything that is no plain
/// decimal.
pub fn cents(text: &str) -> Option<Money> {
    scaled(text, 4)
}

/// Reads a plain decimal and multiplies it by ten to the power of `places`, rounding up.
fn scaled(text: &str, places: usize) -> Option<Money> {
    let text = text.trim();
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) {
        return None;
    }
    let kept = fraction.get(..fraction.len().min(places))?;
    let has_rest = fraction.get(places..).is_some_and(|rest| rest.bytes().any(|byte| byte != b'0'));
    let micros: i64 = format!("{whole}{kept:0<places$}").parse().ok()?;
    micros.checked_add(i64::from(has_rest)).map(Money)
}

/// The balance in an answer to `GET /balance`, whose body no page documents (docs/gateways.md, section 1.8):
/// `balance_cents`, `balance_usd`, `balance` (taken as dollars) or `credits`, at the top or in `data`.
pub fn balance(value: &Value) -> Option<Amount> {
    let find = |name: &str| {
        [name.to_owned(), format!("data.{name}"), format!("balance.{name}")]
            .iter()
            .find_map(|path| plain_number(at(value, path)?))
    };
    let dollars = |text: String| scaled(&text, 6).map(Amount::Money);
    find("balance_cents")
        .or_else(|| find("cents"))
        .and_then(|text| cents(&text))
        .map(Amount::Money)
        .or_else(|| find("balance_usd").or_else(|| find("usd")).and_then(dollars))
        .or_else(|| find("balance").and_then(dollars))
        .or_else(|| find("credits").and_then(|text| text.parse().ok()).map(|count| Amount::Credits(Credits(count))))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn status_words() {
        use Word::{Alive, Cancelled, Completed, Failed};
        for (text, expected) in [
            ("queued", Alive(Phase::Waiting)),
            ("PENDING", Alive(Phase::Waiting)),
            ("in queue", Alive(Phase::Waiting)),
            ("IN_PROGRESS", Alive(Phase::Generating)),
            ("in-progress", Alive(Phase::Generating)),
            ("running", Alive(Phase::Generating)),
            ("Processing", Alive(Phase::Generating)),
            ("COMPLETED", Completed),
            ("SUCCESS", Completed),
            ("done", Completed),
            ("FAILED", Failed),
            ("expired", Failed),
            ("canceled", Cancelled),
            ("Cancelled", Cancelled),
            ("re-encoding", Alive(Phase::Unknown("re-encoding".to_owned()))),
        ] {
            assert_eq!(word(text), expected, "{text}");
        }
    }

    #[test]
    fn links_are_found_in_order_and_only_when_they_begin_with_http() {
        use Dialect::{Aigateway, Apiin};
        for (dialect, value, expected) in [
            (Aigateway, json!({"result": {"url": "https://a/1"}}), Some("https://a/1")),
            (Aigateway, json!({"result": {"file_url": "https://a/2?x=1"}}), Some("https://a/2?x=1")),
            (Aigateway, json!({"result_url": "https://a/3", "result": {}}), Some("https://a/3")),
            (Aigateway, json!({"result": {"url": "", "video": "https://a/4"}}), Some("https://a/4")),
            (Aigateway, json!({"result": {"output": ["https://a/5"]}}), Some("https://a/5")),
            (Aigateway, json!({"result": {"url": "file:///etc/passwd"}}), None),
            (Aigateway, json!({"result": null}), None),
            (Apiin, json!({"data": {"response": ["https://b/1"]}}), Some("https://b/1")),
            (Apiin, json!({"data": {"response": [{"url": "https://b/2"}]}}), Some("https://b/2")),
            (Apiin, json!({"data": {"output": {"video_url": "https://b/3"}}}), Some("https://b/3")),
            (Apiin, json!({"data": {"video_url": "https://b/4"}}), Some("https://b/4")),
            (Apiin, json!({"data": {"outputs": ["https://b/5"]}}), Some("https://b/5")),
            (Apiin, json!({"output": {"video_url": "https://b/6"}}), Some("https://b/6")),
            (Apiin, json!({"data": {"request": {"image": "https://b/7"}}}), None),
            (Apiin, json!({"data": {"response": [17]}}), None),
        ] {
            assert_eq!(link(dialect, &value).map(String::from).as_deref(), expected, "{value}");
        }
    }

    #[test]
    fn the_shape_of_errors() {
        let shaped = |dialect, value: &Value| error_of(dialect, value).map(|error| error.status);
        for (value, aigateway, apiin) in [
            (
                json!({"error": {"message": "no", "type": "not_found", "code": 404, "param": null}}),
                Some(Some(404)),
                Some(Some(404)),
            ),
            (json!({"error": {"message": "no"}}), Some(None), Some(None)),
            (json!({"error": "no"}), Some(None), Some(None)),
            (json!({"code": 401, "message": "Invalid API key"}), None, Some(Some(401))),
            (json!({"code": "402", "message": "credits"}), None, Some(Some(402))),
            (json!({"code": 1001, "message": "no"}), None, Some(None)),
            (json!({"code": 200, "message": "success", "data": {}}), None, None),
            (json!({"code": 0, "data": {}}), None, None),
            (json!({"error": null, "id": "x"}), None, None),
            (json!({"error": {}}), None, None),
            (json!({"message": "Forbidden"}), None, None),
            (json!([]), None, None),
        ] {
            assert_eq!(shaped(Dialect::Aigateway, &value), aigateway, "{value}");
            assert_eq!(shaped(Dialect::Apiin, &value), apiin, "{value}");
        }
    }

    #[test]
    fn charges_are_exact() {
        let money = |micros| Some(Amount::Money(Money(micros)));
        for (gateway, value, expected) in [
            (GatewayId::Apiin, json!({"data": {"consumed_credits": 90}}), Some(Amount::Credits(Credits(90)))),
            (GatewayId::Apiin, json!({"data": {"consumed_credits": 90.0}}), Some(Amount::Credits(Credits(90)))),
            (GatewayId::Apiin, json!({"data": {"consumed_credits": -1}}), None),
            (GatewayId::Apiin, json!({"data": {"consumed_credits": null}}), None),
            (GatewayId::Practice, json!({"data": {"consumed_credits": 90}}), None),
            (GatewayId::Aigateway, json!({"usage": {"cost_cents": 40}}), money(400_000)),
            (GatewayId::Aigateway, json!({"usage": {"cost_cents": "0.4389"}}), money(4_389)),
            (GatewayId::Aigateway, json!({"usage": {"cost_cents": "0.43891"}}), money(4_390)),
            (GatewayId::Aigateway, json!({"usage": {"cost_cents": "-3"}}), None),
        ] {
            assert_eq!(charge(gateway, &value), expected, "{value}");
        }
    }

    #[test]
    fn balances_in_every_likely_form() {
        for (value, expected) in [
            (json!({"balance_cents": 1250}), Some(Amount::Money(Money(12_500_000)))),
            (json!({"balance": "12.50"}), Some(Amount::Money(Money(12_500_000)))),
            (json!({"balance_usd": 3}), Some(Amount::Money(Money(3_000_000)))),
            (json!({"data": {"balance": 1.5}}), Some(Amount::Money(Money(1_500_000)))),
            (json!({"balance": {"usd": 2}}), Some(Amount::Money(Money(2_000_000)))),
            (json!({"credits": 70}), Some(Amount::Credits(Credits(70)))),
            (json!({"object": "balance"}), None),
            (json!("nothing"), None),
        ] {
            assert_eq!(balance(&value), expected, "{value}");
        }
    }

    #[test]
    fn failures_in_every_documented_place() {
        for (value, code, text, not_allowed) in [
            (json!({"error": {"code": "upstream", "message": "it broke"}}), Some("upstream"), Some("it broke"), false),
            (json!({"error": "upstream refused the prompt"}), None, Some("upstream refused the prompt"), false),
            (
                json!({"message": "success", "data": {"error_message": "content policy"}}),
                None,
                Some("content policy"),
                true,
            ),
            (json!({"data": {"error": {"message": "NSFW"}}}), None, Some("NSFW"), true),
            (json!({"message": "success", "data": {}}), None, None, false),
        ] {
            let (found_code, found_text, found_not_allowed) = failure(&value);
            assert_eq!(found_code.as_deref(), code, "{value}");
            assert_eq!(found_text.as_deref(), text, "{value}");
            assert_eq!(found_not_allowed, not_allowed, "{value}");
        }
    }

    proptest! {
        #[test]
        fn no_word_and_no_number_makes_it_panic(text in "\\PC{0,80}") {
            let value = json!({"status": text, "id": text, "error": {"message": text, "code": text}, "usage": {"cost_cents": text},
                "data": {"consumed_credits": text, "response": [text], "status": text}, "balance": text});
            for dialect in [Dialect::Aigateway, Dialect::Apiin] {
                let _ = (remote_id(dialect, &value), status(dialect, &value), link(dialect, &value), error_of(dialect, &value));
            }
            let _ = (failure(&value), balance(&value), charge(GatewayId::Apiin, &value), charge(GatewayId::Aigateway, &value));
        }
    }
}
