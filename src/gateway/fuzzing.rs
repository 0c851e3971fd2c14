//! A door for the fuzz targets in `fuzz/` to the parsers of this room. Nothing else goes through it.

use std::time::{Duration, SystemTime};

use url::Url;

use super::classify::{self, Attempt, Reply};
use super::redact::Redactor;
use super::{json, link, media, retry_after};
use crate::domain::outcome::{CancelOutcome, KeyCheck, PollOutcome, SubmitOutcome};
use crate::domain::{GatewayId, RemoteId};

fn answered(status: u16, body: &[u8]) -> Attempt {
    let body = json::meaning(body).0;
    Attempt::Answered(Reply { status, body, has_retry_after: false, retry_after: None, cost_cents: None })
}

/// Answers are read as those to a connection with a key.
fn redactor() -> Redactor {
    Redactor::new(Some("fuzzed-key-0123456789"))
}

/// What these bytes mean as the answer to an order. `status` is the HTTP status.
pub fn submit(gateway: GatewayId, status: u16, body: &[u8]) -> SubmitOutcome {
    classify::submit(gateway, false, &answered(status, body), &redactor())
}

/// What these bytes mean as the answer to a look at the job `asked`. `status` is the HTTP status.
pub fn poll(gateway: GatewayId, asked: &RemoteId, status: u16, body: &[u8]) -> PollOutcome {
    classify::poll(gateway, asked, &answered(status, body), &redactor())
}

/// What these bytes mean as the answer to a cancel and to a check of the key. `status` is the HTTP status.
pub fn cancel_and_key_check(gateway: GatewayId, status: u16, body: &[u8]) -> (CancelOutcome, KeyCheck) {
    let attempt = answered(status, body);
    (classify::cancel(&attempt), classify::key_check(gateway, &attempt, &redactor()))
}

/// The wait that a `Retry-After` header of these bytes asks for.
pub fn retry_after(value: &[u8], now: SystemTime) -> Option<Duration> {
    retry_after::parse([value], now)
}

/// The wait that an `x-ratelimit-reset-requests` header of this text asks for.
pub fn limiter_reset(text: &str, now: SystemTime) -> Option<Duration> {
    retry_after::parse_reset(text, now)
}

/// First byte, last byte and total of a `Content-Range` header.
pub fn content_range(text: &str) -> Option<(u64, u64, Option<u64>)> {
    media::parse_content_range(text).map(|range| (range.start, range.end, range.total))
}

/// Whether a gateway on the internet may name this link as its clip.
pub fn is_link_taken(link: &Url) -> bool {
    link::check_link(link, false).is_ok()
}
