//! The one table that says what an attempt to talk to a gateway means. Pure: no network, no clock.
//!
//! For submits the money rule decides: only proof that no byte left, or a refusal in the gateway's own words, makes an
//! order repeatable. Everything else is [`SubmitOutcome::Unconfirmed`].
//!
//! | seen | outcome |
//! |---|---|
//! | no byte of the request left | `NotSent` |
//! | 2xx with a plain job id | `Accepted` |
//! | 2xx without one, but with the link to a film and no word of failure | `Delivered` |
//! | 400, 402, 403, 413, 422 in the gateway's error shape; the same as an error code under HTTP 2xx | `Rejected` |
//! | 401, 404 with any whole body | `Rejected` (see below) |
//! | 429 in the gateway's error shape, as any JSON object, or with `Retry-After` | `Throttled` |
//! | 409; 400, 403 and 422 whose words speak of an earlier copy | `Unconfirmed` (conflict) |
//! | all else: broken, timed out, 3xx, 408, 5xx, HTML, cut, unreadable, unknown | `Unconfirmed` |
//!
//! Why 401 and 404 need no particular shape: a key is checked before any work is done, and 404 says that nothing at that
//! address took the order; no server on the way gives either answer after it passed an order on. They are also what a
//! mistyped key or base URL leads to, where "it may be making this clip" would only frighten. 403 is different: filters
//! in company networks answer 403 pages also in place of answers that they dislike.
//!
//! Why a bare 429 page is not enough: sending again happens without the user, so it takes a sign that a limiter spoke.
//! Every limiter that matters sends `Retry-After` or JSON.

use std::time::Duration;

use serde_json::Value;
use url::Url;

pub mod platform;

use super::redact::Redactor;
use super::wire::{self, Dialect, GatewayError, Word};
use crate::domain::outcome::{
    Accepted, CancelOutcome, Delivered, Failure, KeyCheck, NetworkCause, Phase, PollOutcome, Rejection, RejectionKind,
    SubmitOutcome, UnconfirmedCause,
};
use crate::domain::{Amount, GatewayId, Money, RemoteId};

/// What was seen of one request, free of everything that belongs to the HTTP library.
#[derive(Clone, Debug, PartialEq)]
pub enum Attempt {
    /// It is proven that no byte of the request left: the connection was never made.
    NoByteSent(NetworkCause),
    /// The connection was made and then failed before the head of an answer was read.
    Broken(NetworkCause),
    /// The head of an answer was read; its body may be cut or foreign all the same.
    Answered(Reply),
}

/// An answer to one request, as far as the table looks at it.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// The HTTP status as a number, since the bodies of gateways repeat it as one and the table judges both alike.
    pub status: u16,
    /// What its body turned out to be.
    pub body: Body,
    /// Whether a `Retry-After` header was there, understood or not.
    pub has_retry_after: bool,
    /// The wait that it asks for, when it was understood.
    pub retry_after: Option<Duration>,
    /// The header `X-Cost-Cents`: what the request cost, in cents (docs/gateways.md, section 1.8).
    pub cost_cents: Option<String>,
}

/// What the body of an answer turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// No byte, or nothing but blanks.
    Empty,
    /// One whole JSON document.
    Json(Value),
    /// Whole, but no JSON: a page or a text.
    Foreign,
    /// Cut off, too long or nested too deeply to be looked at.
    Unusable,
}

impl Reply {
    fn json(&self) -> Option<&Value> {
        match &self.body {
            Body::Json(value) => Some(value),
            Body::Empty | Body::Foreign | Body::Unusable => None,
        }
    }

    fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    fn is_object(&self) -> bool {
        self.json().is_some_and(Value::is_object)
    }
}

/// What became of a submit. `has_picture` says whether the order held one, so that words about a picture are believed.
pub fn submit(gateway: GatewayId, has_picture: bool, attempt: &Attempt, redactor: &Redactor) -> SubmitOutcome {
    let reply = match attempt {
        Attempt::NoByteSent(cause) => return SubmitOutcome::NotSent(*cause),
        Attempt::Broken(cause) => return unconfirmed(*cause),
        Attempt::Answered(reply) => reply,
    };
    let dialect = Dialect::of(gateway);
    if dialect == Dialect::Platform {
        return platform::submit(has_picture, reply, redactor);
    }
    let id = reply.json().and_then(|value| wire::remote_id(dialect, value, redactor));
    let error = reply.json().and_then(|value| wire::error_of(dialect, value, redactor));
    match (reply.json(), id) {
        (Some(value), Some(remote_id)) if reply.is_success() => {
            return SubmitOutcome::Accepted(accepted(gateway, reply, value, remote_id, redactor));
        }
        // A refusal that names a job contradicts itself: there may be a job.
        (_, Some(_)) => return unconfirmed(trouble(reply.status)),
        (_, None) => {}
    }
    if !reply.is_success() {
        return refused(reply.status, error.as_ref(), reply, has_picture);
    }
    match error {
        Some(error) => match error.status {
            Some(status) => refused(status, Some(&error), reply, has_picture),
            // A refusal with a code of its own: believed only when its words are clear.
            None if error.speaks_of_an_earlier_copy() => conflict(reply.status),
            None if error.speaks_of_credits() => rejected(RejectionKind::NoCredits, Some(&error)),
            None if error.speaks_of_moderation() => rejected(RejectionKind::NotAllowed, Some(&error)),
            None if error.speaks_of_the_key() => rejected(RejectionKind::KeyRefused, Some(&error)),
            None => unconfirmed(NetworkCause::Unreadable),
        },
        None => reply
            .json()
            .and_then(|value| delivered(gateway, reply, value, redactor))
            .unwrap_or_else(|| unconfirmed(NetworkCause::Unreadable)),
    }
}

/// A clip in the answer itself, without a job that could be asked for it (docs/gateways.md, section 2.2).
fn delivered(gateway: GatewayId, reply: &Reply, value: &Value, redactor: &Redactor) -> Option<SubmitOutcome> {
    let dialect = Dialect::of(gateway);
    if let Some(Word::Failed | Word::Cancelled) = wire::status(dialect, value, redactor) {
        return None;
    }
    let link = wire::link(dialect, value, redactor)?;
    Some(SubmitOutcome::Delivered(Delivered { link, charge: charge_at_submit(gateway, reply, value) }))
}

fn unconfirmed(cause: NetworkCause) -> SubmitOutcome {
    SubmitOutcome::Unconfirmed(UnconfirmedCause::Network(cause))
}

fn conflict(status: u16) -> SubmitOutcome {
    SubmitOutcome::Unconfirmed(UnconfirmedCause::Conflict(status))
}

fn rejected(kind: RejectionKind, error: Option<&GatewayError>) -> SubmitOutcome {
    SubmitOutcome::Rejected(Rejection {
        kind,
        param: error.and_then(|error| error.param.clone()),
        gateway_text: error.and_then(|error| error.text.clone()),
    })
}

/// The cause that a status outside of 2xx stands for.
fn trouble(status: u16) -> NetworkCause {
    match status {
        200..300 => NetworkCause::Unreadable,
        300..400 => NetworkCause::Redirected(status),
        _ => NetworkCause::ServerTrouble(status),
    }
}

/// An answer without a job, by its status: that of HTTP, or the code inside an answer under HTTP 2xx.
fn refused(status: u16, error: Option<&GatewayError>, reply: &Reply, has_picture: bool) -> SubmitOutcome {
    let is_whole = reply.body != Body::Unusable;
    // The stronger doubt wins where the status and the code inside disagree.
    if let Some(inner @ (408 | 409 | 500..)) = error.and_then(|error| error.status)
        && status < 500
        && inner != status
    {
        return if inner == 409 { conflict(inner) } else { unconfirmed(trouble(inner)) };
    }
    match (status, error) {
        (401, _) if is_whole => rejected(RejectionKind::KeyRefused, error),
        (404, _) if is_whole => rejected(RejectionKind::UnknownModel, error),
        (409, _) => conflict(status),
        (429, _) if error.is_some() || reply.is_object() || reply.has_retry_after => {
            SubmitOutcome::Throttled { retry_after: reply.retry_after }
        }
        (400 | 403 | 422, Some(error)) if error.speaks_of_an_earlier_copy() => conflict(status),
        (402, Some(_)) => rejected(RejectionKind::NoCredits, error),
        (400 | 403 | 422, Some(said)) if said.speaks_of_credits() => rejected(RejectionKind::NoCredits, error),
        (400 | 403 | 422, Some(said)) if said.speaks_of_moderation() => rejected(RejectionKind::NotAllowed, error),
        (403, Some(_)) => rejected(RejectionKind::NotPermitted, error),
        (413, Some(_)) if has_picture => rejected(RejectionKind::PictureRefused, error),
        (400 | 422, Some(said)) if has_picture && said.speaks_of_picture() => {
            rejected(RejectionKind::PictureRefused, error)
        }
        (400 | 413 | 422, Some(_)) => rejected(RejectionKind::BadRequest, error),
        (400..500, None) if status != 408 => unconfirmed(NetworkCause::Unreadable),
        _ => unconfirmed(trouble(status)),
    }
}

fn accepted(gateway: GatewayId, reply: &Reply, value: &Value, remote_id: RemoteId, redactor: &Redactor) -> Accepted {
    let dialect = Dialect::of(gateway);
    let phase = match wire::status(dialect, value, redactor) {
        Some(Word::Alive(phase)) => phase,
        None => Phase::Waiting,
        // The next look reads the end, with all that belongs to it.
        Some(Word::Completed | Word::Failed | Word::Cancelled) => Phase::Generating,
    };
    let charge = charge_at_submit(gateway, reply, value);
    Accepted { remote_id, phase, link: wire::link(dialect, value, redactor), charge }
}

/// What an answer to an order says that it cost. Zero may mean that nothing is billed yet.
fn charge_at_submit(gateway: GatewayId, reply: &Reply, value: &Value) -> Option<Amount> {
    // The header is documented for chat only (docs/gateways.md, section 1.8).
    let header = || {
        let money = reply.cost_cents.as_deref().and_then(wire::cents)?;
        (gateway == GatewayId::Aigateway).then_some(Amount::Money(money))
    };
    wire::charge(gateway, value).or_else(header).filter(|amount| *amount != amount.zero())
}

/// Whether an answer to a question asks to come back later: 429, or 503 that says when. For orders only 429 counts: a
/// gateway that says 503 may have taken the order all the same.
fn asks_to_wait(status: u16, reply: &Reply) -> bool {
    status == 429 || (status == 503 && reply.has_retry_after)
}

/// What a look at the job `asked` told. Nothing but the gateway's own word ends a job.
pub fn poll(gateway: GatewayId, asked: &RemoteId, attempt: &Attempt, redactor: &Redactor) -> PollOutcome {
    let reply = match attempt {
        Attempt::NoByteSent(cause) | Attempt::Broken(cause) => return PollOutcome::Trouble(*cause),
        Attempt::Answered(reply) => reply,
    };
    match reply.status {
        304 => PollOutcome::NotModified,
        _ if Dialect::of(gateway) == Dialect::Platform => platform::poll(asked, reply, redactor),
        200..300 => match reply.json() {
            Some(value) => poll_body(gateway, asked, reply, value, redactor),
            None => PollOutcome::Trouble(NetworkCause::Unreadable),
        },
        status => poll_refused(status, reply),
    }
}

fn poll_refused(status: u16, reply: &Reply) -> PollOutcome {
    match status {
        401 if reply.body != Body::Unusable => PollOutcome::KeyRefused,
        403 if reply.is_object() => PollOutcome::NotPermitted,
        404 if reply.is_object() => PollOutcome::UnknownJob,
        _ if asks_to_wait(status, reply) => PollOutcome::Throttled { retry_after: reply.retry_after },
        401 | 403 | 404 => PollOutcome::Trouble(NetworkCause::Unreadable),
        _ => PollOutcome::Trouble(trouble(status)),
    }
}

fn poll_body(gateway: GatewayId, asked: &RemoteId, reply: &Reply, value: &Value, redactor: &Redactor) -> PollOutcome {
    let dialect = Dialect::of(gateway);
    if wire::names_another_job(dialect, value, asked) {
        return PollOutcome::Trouble(NetworkCause::Unreadable);
    }
    let link = wire::link(dialect, value, redactor);
    let charge = wire::charge(gateway, value);
    match wire::status(dialect, value, redactor) {
        // An unknown word beside a film is one for the end; without one it never ends a job.
        Some(Word::Alive(Phase::Unknown(_))) if link.is_some() => PollOutcome::Completed { link, charge },
        Some(Word::Alive(phase)) => PollOutcome::Alive(phase),
        Some(Word::Completed) => PollOutcome::Completed { link, charge },
        Some(Word::Cancelled) => PollOutcome::Cancelled,
        Some(Word::Failed) => {
            let (code, gateway_text, not_allowed) = wire::failure(value, redactor);
            PollOutcome::Failed(Failure { code, gateway_text, not_allowed, charge })
        }
        None => match wire::error_of(dialect, value, redactor).map(|error| error.status) {
            Some(Some(status)) => poll_refused(status, reply),
            Some(None) => PollOutcome::Trouble(NetworkCause::Unreadable),
            // A clip without a word is still a clip (docs/gateways.md, section 2.2).
            None if link.is_some() => PollOutcome::Completed { link, charge },
            None => PollOutcome::Trouble(NetworkCause::Unreadable),
        },
    }
}

/// What an answer to a request to cancel told.
pub fn cancel(attempt: &Attempt) -> CancelOutcome {
    let reply = match attempt {
        Attempt::NoByteSent(cause) | Attempt::Broken(cause) => return CancelOutcome::Trouble(*cause),
        Attempt::Answered(reply) => reply,
    };
    match reply.status {
        200..300 if reply.body == Body::Foreign => CancelOutcome::Trouble(NetworkCause::Unreadable),
        200..300 => CancelOutcome::Asked,
        status if asks_to_wait(status, reply) => CancelOutcome::Throttled { retry_after: reply.retry_after },
        408 => CancelOutcome::Trouble(NetworkCause::ServerTrouble(reply.status)),
        400..500 => CancelOutcome::Refused,
        status => CancelOutcome::Trouble(trouble(status)),
    }
}

/// Whether the gateway does not know this way to cancel, so that the other one is worth a try
/// (docs/gateways.md, section 1.5).
pub fn knows_no_such_call(attempt: &Attempt) -> bool {
    matches!(attempt, Attempt::Answered(Reply { status: 404 | 405, .. }))
}

/// What a free call told about the key. aigateway: `GET /balance`. apiin: a look at a job that does not exist, where only
/// a refusal of the key proves something.
pub fn key_check(gateway: GatewayId, attempt: &Attempt, redactor: &Redactor) -> KeyCheck {
    let reply = match attempt {
        Attempt::NoByteSent(cause) | Attempt::Broken(cause) => return KeyCheck::Trouble(*cause),
        Attempt::Answered(reply) => reply,
    };
    let dialect = Dialect::of(gateway);
    if dialect == Dialect::Platform {
        return platform::key_check(reply, redactor);
    }
    let error = reply.json().and_then(|value| wire::error_of(dialect, value, redactor));
    let inner = error.as_ref().and_then(|error| error.status);
    let status = if reply.is_success() { inner.unwrap_or(reply.status) } else { reply.status };
    match status {
        401 if reply.body != Body::Unusable => KeyCheck::Refused,
        200..300 | 402 if gateway == GatewayId::Aigateway => match reply.json() {
            Some(_) if status == 402 => KeyCheck::Works { balance: Some(Amount::Money(Money::ZERO)) },
            Some(value) if error.is_none() => KeyCheck::Works { balance: wire::balance(value) },
            _ => KeyCheck::Trouble(NetworkCause::Unreadable),
        },
        _ if asks_to_wait(status, reply) => KeyCheck::Throttled { retry_after: reply.retry_after },
        408 | 500.. => KeyCheck::Trouble(NetworkCause::ServerTrouble(status)),
        300..=399 => KeyCheck::Trouble(NetworkCause::Redirected(status)),
        _ if matches!(reply.body, Body::Foreign | Body::Unusable) => KeyCheck::Trouble(NetworkCause::Unreadable),
        _ => KeyCheck::CannotTell,
    }
}

/// The signed link in an answer to the request for one: `{"url":"…"}` (docs/gateways.md, section 1.4).
pub fn signed_link(attempt: &Attempt, redactor: &Redactor) -> Option<Url> {
    match attempt {
        Attempt::Answered(reply) if reply.is_success() => wire::signed_link(reply.json()?, redactor),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
