//! Reads the answers of PixVerse's Platform API: the envelope, its error codes, and the numbers that stand for a state.

use std::borrow::Cow;

use serde_json::{Map, Value};
use url::Url;

use super::amounts::whole_number;
use super::{GatewayError, TEXT_LIMIT, WORD_LIMIT, Word, at, label};
use crate::domain::outcome::{FindOutcome, Phase};
use crate::domain::{Amount, Credits, GatewayText, RemoteId, TraceId};
use crate::gateway::redact::Redactor;

/// What an error code means (docs/gateways.md, section 3.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// The account or the key.
    Key,
    /// The key may not do this.
    NotPermitted,
    /// The balance is too small.
    NoCredits,
    /// The request itself.
    BadRequest,
    /// A picture: too large, of a bad kind, of unknown number, or its upload went wrong.
    Picture,
    /// The review refused words or picture.
    NotAllowed,
    /// As many clips are being made as the plan allows at once.
    Full,
    /// There is no such thing, or not any more.
    NotKnown,
    /// The Platform is overloaded or in trouble: it may have done what it was asked for.
    Trouble,
    /// A code that no page documents: it means no more than the HTTP status beside it.
    Unknown,
}

impl Meaning {
    fn of(code: i64) -> Self {
        match code {
            400_012 | 10_001..=10_005 => Self::Key,
            500_020 => Self::NotPermitted,
            500_090 => Self::NoCredits,
            400_011 | 400_013 | 400_017..=400_019 | 500_060 | 500_070 | 500_071 => Self::BadRequest,
            400_032 | 500_030..=500_033 | 500_041 | 500_042 => Self::Picture,
            500_052 | 500_054 | 500_063 => Self::NotAllowed,
            500_044 => Self::Full,
            500_008 | 500_064 => Self::NotKnown,
            500_069 | 500_100 | 99_999 => Self::Trouble,
            _ => Self::Unknown,
        }
    }
}

/// The error in an envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlatformError {
    /// What its code means.
    pub meaning: Meaning,
    /// The code as text.
    pub code: GatewayText,
    /// The message for people, shortened to 300 characters.
    pub text: Option<GatewayText>,
}

impl PlatformError {
    /// The same as the other gateways say it.
    pub fn as_gateway_error(&self) -> GatewayError {
        GatewayError { code: Some(self.code.clone()), text: self.text.clone(), ..GatewayError::default() }
    }

    /// Whether it says that the order, or its name, is known already. Then an earlier copy may have been taken.
    pub fn speaks_of_an_earlier_copy(&self) -> bool {
        let words = self.text.as_deref().unwrap_or_default().to_lowercase();
        let names_the_trace = ["trace-id", "trace_id", "trace id", "traceid"].iter().any(|name| words.contains(name));
        let is_known = ["exist", "used", "repeat", "same", "conflict"].iter().any(|word| words.contains(word));
        self.as_gateway_error().speaks_of_an_earlier_copy() || (names_the_trace && is_known)
    }
}

/// What an answer's envelope says (docs/gateways.md, section 3.1).
#[derive(Clone, Debug, PartialEq)]
pub enum Envelope<'v> {
    /// Code 0: all is well. Holds the content, `null` where there is none.
    Fine(&'v Value),
    /// Another code.
    Refusal(PlatformError),
    /// No envelope at all: something else answers.
    Foreign,
}

/// Opens the envelope, in both spellings of its fields.
pub fn open<'v>(value: &'v Value, redactor: &Redactor) -> Envelope<'v> {
    let field = |names: [&str; 2]| names.into_iter().find_map(|name| value.get(name));
    let Some(code) = field(["ErrCode", "err_code"]).and_then(whole_number) else { return Envelope::Foreign };
    if code == 0 {
        return Envelope::Fine(field(["Resp", "resp"]).unwrap_or(&Value::Null));
    }
    let text = field(["ErrMsg", "err_msg"]).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    Envelope::Refusal(PlatformError {
        meaning: Meaning::of(code),
        code: redactor.line(&code.to_string(), WORD_LIMIT),
        text: text.map(|text| redactor.line(text, TEXT_LIMIT)),
    })
}

/// What a number says of a job (docs/gateways.md, section 3.6). One that no page documents keeps it alive.
pub fn state(content: &Value, redactor: &Redactor) -> Option<Word> {
    let number = content.get("status")?;
    Some(match whole_number(number) {
        Some(1) => Word::Completed,
        Some(2 | 3 | 5 | 10) => Word::Alive(Phase::Generating),
        Some(9) => Word::Alive(Phase::Waiting),
        Some(6..=8) => Word::Failed,
        _ => Word::Alive(Phase::Unknown(redactor.line(&label(number)?, WORD_LIMIT))),
    })
}

/// Why a job failed: the number that says so, the word that the page on results has for it where ours would not do, and
/// whether the review refused it. `None` for a job that did not fail. An answer holds no sentence of the gateway.
pub fn failure(content: &Value) -> Option<(GatewayText, Option<GatewayText>, bool)> {
    let (number, word, not_allowed) = match content.get("status").and_then(whole_number)? {
        6 => ("6", Some("deleted"), false),
        7 => ("7", None, true),
        8 => ("8", None, false),
        _ => return None,
    };
    Some((number.into(), word.map(GatewayText::from), not_allowed))
}

/// The link to the clip, which counts only once the clip is made (docs/gateways.md, section 3.6).
pub fn link(content: &Value, redactor: &Redactor) -> Option<Url> {
    let text = content.get("url")?.as_str()?.trim();
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && !redactor.finds_key_in(text))
}

/// The number and the public address of a picture that was uploaded, in both spellings (docs/gateways.md, section 3.2).
pub fn picture(content: &Value) -> Option<(u64, Option<Url>)> {
    let field = |names: [&str; 2]| names.into_iter().find_map(|name| content.get(name));
    let number = match field(["img_id", "ImgID"])? {
        Value::Number(number) => number.as_u64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    let address = field(["img_url", "ImgUrl"]).and_then(Value::as_str).and_then(|text| Url::parse(text.trim()).ok());
    Some((number, address.filter(|url| matches!(url.scheme(), "http" | "https"))))
}

/// What can be spent: the credits of the month and those that were bought (docs/gateways.md, section 3.7).
pub fn balance(content: &Value) -> Option<Amount> {
    let part = |name: &str| content.get(name).and_then(whole_number).filter(|number| *number >= 0);
    let (monthly, bought) = (part("credit_monthly"), part("credit_package"));
    if monthly.is_none() && bought.is_none() {
        return None;
    }
    Some(Amount::Credits(Credits(monthly.unwrap_or(0).saturating_add(bought.unwrap_or(0)))))
}

/// Whether the content of an answer holds the number of a job, wherever it stands.
pub fn names_a_job(value: &Value) -> bool {
    ["Resp.video_id", "resp.video_id"]
        .iter()
        .any(|path| at(value, path).is_some_and(|id| label(id).is_some_and(|id| id != "0")))
}

/// What one page of the list of what was billed tells of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BilledPage {
    /// Whether the order is on this page.
    pub outcome: FindOutcome,
    /// Whether there are more pages: the cursor of the next one, `None` where the answer names none.
    pub more: Option<Option<String>>,
}

/// Looks for the order of this name on a page of what was billed (docs/gateways.md, section 3.7). No page says how an entry
/// is written, so that any field that holds the name counts as naming the order. That it is missing proves something only
/// where entries carry such names at all.
pub fn find(content: &Value, trace: TraceId, redactor: &Redactor) -> BilledPage {
    let mut entries = Vec::new();
    collect(content, 0, &mut entries);
    let cursor = || content.get("next_cursor").and_then(label).map(Cow::into_owned);
    let has_more = content.get("has_more").and_then(Value::as_bool).unwrap_or(false);
    BilledPage { outcome: find_in(&entries, trace, redactor), more: has_more.then(cursor) }
}

fn find_in(entries: &[&Map<String, Value>], trace: TraceId, redactor: &Redactor) -> FindOutcome {
    let trace = trace.to_string();
    let holds = |entry: &&&Map<String, Value>| {
        entry.values().any(|value| value.as_str().is_some_and(|text| text.trim().eq_ignore_ascii_case(&trace)))
    };
    // A refund names the order as well as its bill does, and either may be the one that names the job.
    let mut named = entries.iter().filter(holds).peekable();
    if named.peek().is_some() {
        let names = ["video_id", "generate_id", "generation_id", "task_id", "job_id", "object_id", "id"];
        let id_in = |entry: &&Map<String, Value>| {
            names.iter().find_map(|name| RemoteId::new(&label(entry.get(*name)?)?).filter(|id| id.as_str() != "0"))
        };
        let usable = named.filter_map(id_in).find(|id| !redactor.finds_key_in(id.as_str()));
        return usable.map_or(FindOutcome::CannotTell, FindOutcome::Found);
    }
    let carries_a_name =
        |entry: &&Map<String, Value>| entry.keys().any(|key| key.to_ascii_lowercase().contains("trace"));
    if entries.iter().all(carries_a_name) { FindOutcome::NotFound } else { FindOutcome::CannotTell }
}

/// All objects in the arrays of an answer, a few levels deep.
fn collect<'v>(value: &'v Value, depth: usize, entries: &mut Vec<&'v Map<String, Value>>) {
    match value {
        Value::Array(items) => entries.extend(items.iter().filter_map(Value::as_object)),
        Value::Object(fields) if depth < 3 => {
            for field in fields.values() {
                collect(field, depth + 1, entries);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    fn keyless() -> Redactor {
        Redactor::new(None)
    }

    /// The table of docs/gateways.md, section 3.8, typed by hand.
    #[test]
    fn every_documented_code_has_its_meaning() {
        use Meaning::{
            BadRequest, Full, Key, NoCredits, NotAllowed, NotKnown, NotPermitted, Picture, Trouble, Unknown,
        };
        for (codes, meaning) in [
            (&[400_011, 400_013, 400_017, 400_018, 400_019, 500_060, 500_070, 500_071][..], BadRequest),
            (&[400_032, 500_030, 500_031, 500_032, 500_033, 500_041, 500_042], Picture),
            (&[400_012, 10_001, 10_005], Key),
            (&[500_020], NotPermitted),
            (&[500_008, 500_064], NotKnown),
            (&[500_044], Full),
            (&[500_052, 500_054, 500_063], NotAllowed),
            (&[500_090], NoCredits),
            (&[500_069, 500_100, 99_999], Trouble),
            (&[1, -1, 400_014, 10_000, 10_006, i64::MAX], Unknown),
        ] {
            for code in codes {
                for value in [json!({"ErrCode": code}), json!({"err_code": code.to_string(), "resp": null})] {
                    match open(&value, &keyless()) {
                        Envelope::Refusal(error) => assert_eq!(error.meaning, meaning, "{code}"),
                        other => panic!("{code}: {other:?}"),
                    }
                }
            }
        }
        assert_eq!(open(&json!({"code": 200}), &keyless()), Envelope::Foreign);
        assert_eq!(open(&json!({"ErrCode": 0, "Resp": null}), &keyless()), Envelope::Fine(&Value::Null));
    }

    #[test]
    fn only_documented_numbers_end_a_job() {
        for (status, expected) in [
            (json!(1), Word::Completed),
            (json!(5), Word::Alive(Phase::Generating)),
            (json!("5"), Word::Alive(Phase::Generating)),
            (json!(9), Word::Alive(Phase::Waiting)),
            (json!(10), Word::Alive(Phase::Generating)),
            (json!(6), Word::Failed),
            (json!(7), Word::Failed),
            (json!(8), Word::Failed),
            (json!(4), Word::Alive(Phase::Unknown("4".into()))),
            (json!("paused"), Word::Alive(Phase::Unknown("paused".into()))),
        ] {
            let content = json!({"id": 1, "status": status});
            assert_eq!(state(&content, &keyless()), Some(expected), "{status}");
        }
        assert_eq!(state(&json!({"id": 1}), &keyless()), None);
        assert_eq!(failure(&json!({"status": 7})).map(|(.., not_allowed)| not_allowed), Some(true));
        assert_eq!(failure(&json!({"status": 8})).map(|(.., not_allowed)| not_allowed), Some(false));
        assert_eq!(failure(&json!({"status": 5})), None);
    }

    #[test]
    fn numbers_of_pictures_keep_all_their_bits() {
        for (content, number) in [
            (json!({"img_id": u64::MAX, "img_url": "https://a.example/x.png"}), Some(u64::MAX)),
            (json!({"ImgID": "9007199254740993", "ImgUrl": ""}), Some(9_007_199_254_740_993)),
            (json!({"img_id": 7.5}), None),
            (json!({"img_id": "x"}), None),
            (json!({}), None),
        ] {
            assert_eq!(picture(&content).map(|(number, _)| number), number, "{content}");
        }
    }

    #[test]
    fn an_order_is_found_by_its_name_and_missed_only_where_names_are_listed() {
        let trace = TraceId(Uuid::from_u128(0x1234_5678));
        let other = Uuid::from_u128(9).to_string();
        for (content, expected) in [
            (
                json!({"list": [{"trace_id": other}, {"ai_trace_id": trace, "video_id": 9_007_199_254_740_993_u64}]}),
                "found",
            ),
            (
                json!({"data": {"items": [{"Ai-trace-id": trace.to_string().to_uppercase(), "id": "9007199254740993"}]}}),
                "found",
            ),
            (json!({"list": [{"trace_id": other, "video_id": 1}]}), "not found"),
            (json!({"items": [], "next_cursor": "", "has_more": false}), "not found"),
            (json!({"items": [{"trace_id": trace, "id": 0}]}), "cannot tell"),
            // The bill and its refund: the one that names the job tells.
            (
                json!({"items": [{"trace_id": trace, "type": "refund"}, {"trace_id": trace, "id": "9007199254740993"}]}),
                "found",
            ),
            (json!({"list": [{"video_id": 1, "credits": 45}]}), "cannot tell"),
            (json!({"list": [{"trace_id": trace}]}), "cannot tell"),
        ] {
            let found = find(&content, trace, &keyless());
            assert_eq!(found.more, None, "{content}");
            let word = match &found.outcome {
                FindOutcome::Found(id) if id.as_str() == "9007199254740993" => "found",
                FindOutcome::NotFound => "not found",
                FindOutcome::CannotTell => "cannot tell",
                other => panic!("{other:?}"),
            };
            assert_eq!(word, expected, "{content}");
        }
        for (content, more) in [
            (json!({"items": [], "next_cursor": "x", "has_more": true}), Some(Some("x".to_owned()))),
            (json!({"items": [], "next_cursor": 20, "has_more": true}), Some(Some("20".to_owned()))),
            (json!({"items": [], "next_cursor": "", "has_more": true}), Some(None)),
            (json!({"items": [], "next_cursor": "x", "has_more": false}), None),
        ] {
            assert_eq!(find(&content, trace, &keyless()).more, more, "{content}");
        }
    }

    #[test]
    fn what_can_be_spent_is_the_sum() {
        let credits = |number| Some(Amount::Credits(Credits(number)));
        assert_eq!(
            balance(&json!({"account_id": 0, "credit_monthly": 1_069_020, "credit_package": 3630})),
            credits(1_072_650)
        );
        assert_eq!(balance(&json!({"credit_package": "12"})), credits(12));
        assert_eq!(balance(&json!({"account_id": 0})), None);
    }
}
