//! Reads what a server says when it refuses, and sorts it.

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::domain::GatewayText;
use crate::domain::hosting::{BucketStep, BucketTrouble};
use crate::domain::outcome::NetworkCause;

/// Most pieces of a document that are looked at.
const MOST_PIECES: usize = 1_000;

/// Longest text of an element that is kept, in bytes.
const LONGEST_TEXT: usize = 200;

/// The parts of an error document of S3 that tell something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) code: Option<String>,
    pub(super) region: Option<String>,
}

/// Reads `<Error><Code>…</Code><Region>…</Region></Error>`. Anything else tells nothing. No entity is expanded.
pub(super) fn read(bytes: &[u8]) -> Told {
    let mut told = Told::default();
    let mut reader = Reader::from_reader(bytes);
    let mut path: Vec<Vec<u8>> = Vec::new();
    for _ in 0..MOST_PIECES {
        match reader.read_event() {
            Ok(Event::Start(start)) => path.push(start.local_name().as_ref().to_vec()),
            Ok(Event::End(_)) => {
                path.pop();
            }
            Ok(Event::Text(text)) => {
                let place: Vec<&[u8]> = path.iter().map(Vec::as_slice).collect();
                let found = || Some(text.decode().ok()?.trim().to_owned()).filter(|text| text.len() <= LONGEST_TEXT);
                match place.as_slice() {
                    [b"Error", b"Code"] => told.code = found(),
                    [b"Error", b"Region"] => told.region = found(),
                    _ => {}
                }
            }
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    told
}

/// A refusal with all that explains it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    /// The server's word for it.
    pub(super) code: Option<GatewayText>,
    /// The region of the bucket, where the server names it.
    pub(super) region: Option<GatewayText>,
    /// By how much our clock is ahead, when that is too much.
    pub(super) ahead_secs: Option<i64>,
}

impl Refusal {
    /// What is wrong. A clock that is off makes every signature wrong, whatever the server calls it.
    pub(super) fn meaning(self, step: BucketStep) -> BucketTrouble {
        let Self { status, code, region, ahead_secs } = self;
        if matches!(status, 400 | 401 | 403)
            && let Some(ahead_secs) = ahead_secs
        {
            return BucketTrouble::ClockOff { ahead_secs };
        }
        match code.as_deref().unwrap_or_default() {
            "InvalidAccessKeyId" | "InvalidAccessKey" => BucketTrouble::UnknownKey,
            "SignatureDoesNotMatch" => BucketTrouble::WrongSecret,
            "AuthorizationHeaderMalformed"
            | "AuthorizationQueryParametersError"
            | "IllegalLocationConstraintException" => BucketTrouble::WrongRegion { expected: region },
            "NoSuchBucket" | "InvalidBucketName" => BucketTrouble::NoBucket,
            "AccessDenied" | "AllAccessDisabled" | "Unauthorized" => BucketTrouble::NotAllowed,
            "EntityTooLarge" => BucketTrouble::TooLarge,
            "NoSuchKey" => BucketTrouble::NotThere,
            "SlowDown" | "ServiceUnavailable" | "InternalError" | "RequestTimeout" | "OperationAborted" => {
                BucketTrouble::Busy(status)
            }
            _ => match status {
                301 | 307 | 308 if region.is_some() => BucketTrouble::WrongRegion { expected: region },
                301 | 307 | 308 => BucketTrouble::Elsewhere,
                300..=399 => BucketTrouble::Network(NetworkCause::Redirected(status)),
                401 | 403 => BucketTrouble::NotAllowed,
                404 if step == BucketStep::Write => BucketTrouble::NoBucket,
                404 => BucketTrouble::NotThere,
                413 => BucketTrouble::TooLarge,
                408 | 429 | 500.. => BucketTrouble::Busy(status),
                _ => BucketTrouble::Refused { status, code },
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_read_and_anything_else_tells_nothing() {
        let told = |code: Option<&str>, region: Option<&str>| Told {
            code: code.map(str::to_owned),
            region: region.map(str::to_owned),
        };
        for (text, expected) in [
            ("<?xml version=\"1.0\"?><Error><Code>NoSuchBucket</Code></Error>", told(Some("NoSuchBucket"), None)),
            (
                "<Error xmlns=\"x\"><Code> A </Code><Message>m</Message><Region>eu-west-1</Region></Error>",
                told(Some("A"), Some("eu-west-1")),
            ),
            ("<ns:Error xmlns:ns=\"x\"><ns:Code>A</ns:Code></ns:Error>", told(Some("A"), None)),
            ("<Error><Details><Code>A</Code></Details></Error>", told(None, None)),
            ("<html><Code>A</Code></html>", told(None, None)),
            ("", told(None, None)),
            ("no xml", told(None, None)),
            ("<Error><Code>Cut", told(Some("Cut"), None)),
        ] {
            assert_eq!(read(text.as_bytes()), expected, "{text}");
        }
        let long = format!("<Error><Code>{}</Code></Error>", "x".repeat(5_000));
        assert_eq!(read(long.as_bytes()), Told::default());
        let deep = format!("{}<Error><Code>A</Code></Error>", "<a>".repeat(50_000));
        assert_eq!(read(deep.as_bytes()), Told::default());
        let bomb = "<!DOCTYPE Error [<!ENTITY a \"bomb\">]><Error><Code>&a;</Code></Error>";
        assert!(!format!("{:?}", read(bomb.as_bytes())).contains("bomb"));
    }

    #[test]
    fn each_refusal_means_one_thing() {
        let code = |status: u16, code: &'static str| Refusal {
            status,
            code: (!code.is_empty()).then(|| code.into()),
            region: None,
            ahead_secs: None,
        };
        let away = Refusal { region: Some("eu-west-1".into()), ..code(301, "PermanentRedirect") };
        let late = Refusal { ahead_secs: Some(-1_200), ..code(403, "AccessDenied") };
        let late_but_gone = Refusal { ahead_secs: Some(-1_200), ..code(404, "NoSuchBucket") };
        let region = || BucketTrouble::WrongRegion { expected: Some("eu-west-1".into()) };
        let malformed = Refusal { region: Some("eu-west-1".into()), ..code(400, "AuthorizationHeaderMalformed") };
        for (refusal, step, expected) in [
            (code(403, "InvalidAccessKeyId"), BucketStep::Write, BucketTrouble::UnknownKey),
            (code(403, "SignatureDoesNotMatch"), BucketStep::Write, BucketTrouble::WrongSecret),
            (code(403, "AccessDenied"), BucketStep::Delete, BucketTrouble::NotAllowed),
            (code(403, ""), BucketStep::Read, BucketTrouble::NotAllowed),
            (code(404, "NoSuchBucket"), BucketStep::Delete, BucketTrouble::NoBucket),
            (code(404, "NoSuchKey"), BucketStep::Read, BucketTrouble::NotThere),
            (code(404, ""), BucketStep::Write, BucketTrouble::NoBucket),
            (code(404, ""), BucketStep::Read, BucketTrouble::NotThere),
            (malformed, BucketStep::Write, region()),
            (away, BucketStep::Write, region()),
            (code(301, ""), BucketStep::Write, BucketTrouble::Elsewhere),
            (code(302, ""), BucketStep::Write, BucketTrouble::Network(NetworkCause::Redirected(302))),
            (late, BucketStep::Write, BucketTrouble::ClockOff { ahead_secs: -1_200 }),
            (late_but_gone, BucketStep::Write, BucketTrouble::NoBucket),
            (code(413, ""), BucketStep::Write, BucketTrouble::TooLarge),
            (code(503, "SlowDown"), BucketStep::Write, BucketTrouble::Busy(503)),
            (code(500, ""), BucketStep::Write, BucketTrouble::Busy(500)),
            (code(429, ""), BucketStep::Write, BucketTrouble::Busy(429)),
            (
                code(400, "InvalidRequest"),
                BucketStep::Write,
                BucketTrouble::Refused { status: 400, code: Some("InvalidRequest".into()) },
            ),
        ] {
            assert_eq!(refusal.clone().meaning(step), expected, "{refusal:?} {step:?}");
        }
    }
}
