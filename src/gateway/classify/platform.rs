//! The table for PixVerse's Platform API, whose answers say in a code of their own what became of a request: HTTP 200 alone
//! means nothing (docs/gateways.md, section 3.1).
//!
//! | an order is answered with | outcome |
//! |---|---|
//! | code 0 and the number of a job | `Accepted` |
//! | code 0 without one | `Unconfirmed` |
//! | a code, and the number of a job | `Unconfirmed`: the answer contradicts itself |
//! | a code for key, balance, request, picture, review | `Rejected` |
//! | 500044, too many at once | `Full`: it goes back into the queue |
//! | any code whose words say that the order or its name is known | `Unconfirmed` (conflict) |
//! | 500069, 500100, 99999, 500008, 500064 | `Unconfirmed` |
//! | the same under HTTP 429 | `Throttled`: the limiter refused before anybody looked |
//! | any code under HTTP 5xx but those of the review | `Unconfirmed`: only those are documented to come so |
//! | any code under HTTP 3xx, 408, 409 | `Unconfirmed`: the stronger doubt wins |
//! | a code that no page documents, or no envelope | by the HTTP status, as at the other gateways |

use super::{Attempt, Body, Reply, asks_to_wait, conflict, refused, trouble, unconfirmed};
use crate::domain::outcome::{
    Accepted, Failure, FindOutcome, KeyCheck, NetworkCause, Phase, PollOutcome, Rejection, RejectionKind,
    SubmitOutcome, UploadOutcome,
};
use crate::domain::{GatewayId, RemoteId, TraceId};
use crate::gateway::redact::Redactor;
use crate::gateway::wire::platform::{self, BilledPage, Envelope, Meaning, PlatformError};
use crate::gateway::wire::{self, Dialect, Word};

/// What became of an order.
pub fn submit(has_picture: bool, reply: &Reply, redactor: &Redactor) -> SubmitOutcome {
    let Some(value) = reply.json() else { return refused(reply.status, None, reply, has_picture) };
    let is_server_trouble = reply.status >= 500;
    match platform::open(value, redactor) {
        Envelope::Fine(content) => {
            let remote_id = wire::remote_id(Dialect::Platform, value, redactor).filter(|_| reply.is_success());
            let Some(remote_id) = remote_id else { return unconfirmed(trouble(reply.status)) };
            let phase = match platform::state(content, redactor) {
                Some(Word::Alive(phase)) => phase,
                None => Phase::Waiting,
                // The next look reads the end, with all that belongs to it.
                Some(_) => Phase::Generating,
            };
            let charge = wire::charge(GatewayId::Pixverse, value).filter(|amount| *amount != amount.zero());
            SubmitOutcome::Accepted(Accepted { remote_id, phase, link: None, charge })
        }
        Envelope::Refusal(_) if platform::names_a_job(value) => unconfirmed(trouble(reply.status)),
        Envelope::Refusal(error) if error.speaks_of_an_earlier_copy() => conflict(reply.status),
        Envelope::Refusal(_) if matches!(reply.status, ..200 | 300..400 | 408 | 409) => {
            refused(reply.status, None, reply, has_picture)
        }
        Envelope::Refusal(error) => match error.meaning {
            Meaning::NotAllowed => rejected(RejectionKind::NotAllowed, error),
            _ if is_server_trouble => unconfirmed(trouble(reply.status)),
            Meaning::Unknown if !reply.is_success() => {
                refused(reply.status, Some(&error.as_gateway_error()), reply, has_picture)
            }
            Meaning::Key => rejected(RejectionKind::KeyRefused, error),
            Meaning::NotPermitted => rejected(RejectionKind::NotPermitted, error),
            Meaning::NoCredits => rejected(RejectionKind::NoCredits, error),
            Meaning::Picture => rejected(RejectionKind::PictureRefused, error),
            Meaning::BadRequest => rejected(RejectionKind::BadRequest, error),
            Meaning::Full => SubmitOutcome::Full,
            Meaning::NotKnown | Meaning::Trouble if reply.status == 429 => {
                SubmitOutcome::Throttled { retry_after: reply.retry_after }
            }
            Meaning::NotKnown | Meaning::Trouble | Meaning::Unknown => unconfirmed(NetworkCause::ServerTrouble(500)),
        },
        Envelope::Foreign => refused(reply.status, None, reply, has_picture),
    }
}

fn rejected(kind: RejectionKind, error: PlatformError) -> SubmitOutcome {
    let gateway_text = Some(error.text.unwrap_or(error.code));
    SubmitOutcome::Rejected(Rejection { kind, param: None, gateway_text })
}

/// What a look at the job `asked` told.
pub fn poll(asked: &RemoteId, reply: &Reply, redactor: &Redactor) -> PollOutcome {
    let Some(value) = reply.json() else { return super::poll_refused(reply.status, reply) };
    match platform::open(value, redactor) {
        Envelope::Fine(content) if reply.is_success() => {
            if wire::names_another_job(Dialect::Platform, value, asked) {
                return PollOutcome::Trouble(NetworkCause::Unreadable);
            }
            let charge = wire::charge(GatewayId::Pixverse, value);
            match platform::state(content, redactor) {
                Some(Word::Alive(phase)) => PollOutcome::Alive(phase),
                Some(Word::Completed) => PollOutcome::Completed { link: platform::link(content, redactor), charge },
                Some(Word::Failed | Word::Cancelled) => {
                    let Some((code, text, not_allowed)) = platform::failure(content) else {
                        return PollOutcome::Trouble(NetworkCause::Unreadable);
                    };
                    // The number that the answer names beside a failure is the price of the order, not a charge.
                    PollOutcome::Failed(Failure { code: Some(code), gateway_text: text, not_allowed, charge: None })
                }
                None => PollOutcome::Trouble(NetworkCause::Unreadable),
            }
        }
        Envelope::Refusal(error) => match error.meaning {
            Meaning::Key => PollOutcome::KeyRefused,
            Meaning::NotPermitted => PollOutcome::NotPermitted,
            Meaning::NotKnown => PollOutcome::UnknownJob,
            // The odd envelope is documented for exactly this.
            Meaning::NotAllowed => PollOutcome::Failed(Failure {
                code: Some(error.code),
                gateway_text: error.text,
                not_allowed: true,
                charge: None,
            }),
            _ if asks_to_wait(reply.status, reply) => PollOutcome::Throttled { retry_after: reply.retry_after },
            Meaning::Unknown if reply.status == 401 => PollOutcome::KeyRefused,
            _ => PollOutcome::Trouble(NetworkCause::ServerTrouble(reply.status.max(500))),
        },
        Envelope::Fine(_) | Envelope::Foreign => match reply.status {
            200..300 => PollOutcome::Trouble(NetworkCause::Unreadable),
            // 404 is no word of the Platform, which answers with a code.
            404 => PollOutcome::Trouble(NetworkCause::Unreadable),
            status => super::poll_refused(status, reply),
        },
    }
}

/// What became of the upload of a picture. It costs nothing, so that it may be repeated.
pub fn upload(attempt: &Attempt, redactor: &Redactor) -> UploadOutcome {
    let reply = match attempt {
        Attempt::NoByteSent(cause) | Attempt::Broken(cause) => return UploadOutcome::Trouble(*cause),
        Attempt::Answered(reply) => reply,
    };
    match reply.json().map(|value| platform::open(value, redactor)) {
        Some(Envelope::Fine(content)) if reply.is_success() => match platform::picture(content) {
            Some((img_id, img_url)) => UploadOutcome::Uploaded { img_id, img_url },
            None => UploadOutcome::Trouble(NetworkCause::Unreadable),
        },
        Some(Envelope::Refusal(error)) => match error.meaning {
            Meaning::Key | Meaning::NotPermitted => UploadOutcome::KeyRefused,
            Meaning::Picture | Meaning::NotAllowed | Meaning::BadRequest => {
                UploadOutcome::Refused(error.text.unwrap_or(error.code))
            }
            Meaning::Full => UploadOutcome::Throttled { retry_after: reply.retry_after },
            _ if asks_to_wait(reply.status, reply) => UploadOutcome::Throttled { retry_after: reply.retry_after },
            Meaning::Unknown if reply.status == 401 => UploadOutcome::KeyRefused,
            Meaning::Unknown if reply.status == 413 => too_large(),
            _ => UploadOutcome::Trouble(NetworkCause::ServerTrouble(reply.status.max(500))),
        },
        _ if reply.status == 401 && reply.body != Body::Unusable => UploadOutcome::KeyRefused,
        _ if reply.status == 413 => too_large(),
        _ if asks_to_wait(reply.status, reply) => UploadOutcome::Throttled { retry_after: reply.retry_after },
        _ => UploadOutcome::Trouble(trouble(reply.status)),
    }
}

fn too_large() -> UploadOutcome {
    UploadOutcome::Refused("the picture is too large".into())
}

/// What the balance told about the key.
pub fn key_check(reply: &Reply, redactor: &Redactor) -> KeyCheck {
    match reply.json().map(|value| platform::open(value, redactor)) {
        Some(Envelope::Fine(content)) if reply.is_success() => KeyCheck::Works { balance: platform::balance(content) },
        Some(Envelope::Refusal(error)) => match error.meaning {
            Meaning::Key | Meaning::NotPermitted => KeyCheck::Refused,
            Meaning::Full => KeyCheck::Throttled { retry_after: reply.retry_after },
            _ if asks_to_wait(reply.status, reply) => KeyCheck::Throttled { retry_after: reply.retry_after },
            Meaning::Unknown if reply.status == 401 => KeyCheck::Refused,
            _ => KeyCheck::Trouble(NetworkCause::ServerTrouble(reply.status.max(500))),
        },
        _ if reply.status == 401 && reply.body != Body::Unusable => KeyCheck::Refused,
        _ if asks_to_wait(reply.status, reply) => KeyCheck::Throttled { retry_after: reply.retry_after },
        _ => KeyCheck::Trouble(trouble(reply.status)),
    }
}

/// What a page of the list of what was billed tells of the order of this name.
pub fn find(trace: TraceId, attempt: &Attempt, redactor: &Redactor) -> BilledPage {
    let without = |outcome| BilledPage { outcome, more: None };
    let reply = match attempt {
        Attempt::NoByteSent(cause) | Attempt::Broken(cause) => return without(FindOutcome::Trouble(*cause)),
        Attempt::Answered(reply) => reply,
    };
    match reply.json().map(|value| platform::open(value, redactor)) {
        Some(Envelope::Fine(content)) if reply.is_success() => platform::find(content, trace, redactor),
        _ => without(FindOutcome::Trouble(trouble(reply.status))),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::domain::{Amount, Credits};

    fn keyless() -> Redactor {
        Redactor::new(None)
    }

    fn reply(status: u16, body: &Value) -> Reply {
        Reply { status, body: Body::Json(body.clone()), has_retry_after: false, retry_after: None, cost_cents: None }
    }

    fn says(code: i64) -> Value {
        json!({"ErrCode": code, "ErrMsg": "its words", "Resp": null})
    }

    fn odd(code: i64) -> Value {
        json!({"err_code": code, "err_msg": "its words", "resp": null})
    }

    fn known(words: &str) -> Value {
        json!({"ErrCode": 400_017, "ErrMsg": words, "Resp": null})
    }

    fn class(outcome: &SubmitOutcome) -> String {
        match outcome {
            SubmitOutcome::Accepted(accepted) => format!("accepted {} {:?}", accepted.remote_id, accepted.charge),
            SubmitOutcome::Rejected(rejection) => format!("{:?}", rejection.kind),
            SubmitOutcome::Throttled { .. } => "throttled".to_owned(),
            SubmitOutcome::Full => "full".to_owned(),
            SubmitOutcome::Unconfirmed(_) => "unconfirmed".to_owned(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_order_is_taken_refused_or_of_unknown_fate() {
        let taken = |resp: Value| json!({"ErrCode": 0, "ErrMsg": "success", "Resp": resp});
        for (status, body, expected) in [
            (200, taken(json!({"video_id": 9_007_199_254_740_993_u64})), "accepted 9007199254740993 None"),
            (200, taken(json!({"video_id": "18446744073709551615"})), "accepted 18446744073709551615 None"),
            (200, json!({"err_code": 0, "resp": {"video_id": 7}}), "accepted 7 None"),
            (200, taken(json!({"video_id": 7.5})), "unconfirmed"),
            (200, taken(Value::Null), "unconfirmed"),
            (200, taken(json!({"video_id": 0})), "unconfirmed"),
            (200, taken(json!({"video_id": 1e19})), "unconfirmed"),
            (500, taken(json!({"video_id": 7})), "unconfirmed"),
            (200, json!({"ErrCode": 500_090, "Resp": {"video_id": 7}}), "unconfirmed"),
            (200, says(400_017), "BadRequest"),
            (400, says(400_017), "BadRequest"),
            (200, says(400_032), "PictureRefused"),
            (200, says(400_012), "KeyRefused"),
            (401, says(10_001), "KeyRefused"),
            (200, says(500_020), "NotPermitted"),
            (200, says(500_090), "NoCredits"),
            (200, says(500_044), "full"),
            (200, says(500_054), "NotAllowed"),
            (500, odd(500_063), "NotAllowed"),
            // Only a refusal by the review is documented to come under HTTP 500.
            (500, odd(500_044), "unconfirmed"),
            (503, says(400_017), "unconfirmed"),
            (200, says(500_069), "unconfirmed"),
            (200, says(500_100), "unconfirmed"),
            (200, says(99_999), "unconfirmed"),
            (200, says(400_014), "unconfirmed"),
            // A code that no page documents means what its HTTP status means.
            (401, says(10_010), "KeyRefused"),
            (404, says(404), "UnknownModel"),
            (429, says(10_029), "throttled"),
            (400, says(10_010), "BadRequest"),
            (403, says(10_010), "NotPermitted"),
            (503, says(10_010), "unconfirmed"),
            // The stronger doubt wins.
            (401, says(500_100), "unconfirmed"),
            (408, says(400_017), "unconfirmed"),
            (409, says(400_017), "unconfirmed"),
            (302, says(500_044), "unconfirmed"),
            (200, known("Ai-trace-id already used"), "unconfirmed"),
            (200, known("duplicate request"), "unconfirmed"),
            (400, known("the same trace id was sent before"), "unconfirmed"),
            (200, known("trace id is missing"), "BadRequest"),
            (200, json!({"message": "hello"}), "unconfirmed"),
            (429, json!({"message": "slow down"}), "throttled"),
            (429, says(500_069), "throttled"),
            (429, says(500_090), "NoCredits"),
            (429, json!({"ErrCode": 500_069, "Resp": {"video_id": 7}}), "unconfirmed"),
            (502, json!({}), "unconfirmed"),
        ] {
            assert_eq!(class(&submit(true, &reply(status, &body), &keyless())), expected, "{status} {body}");
        }
        let with_price = taken(json!({"video_id": 7, "credits": 45}));
        let charged = format!("accepted 7 {:?}", Some(Amount::Credits(Credits(45))));
        assert_eq!(class(&submit(false, &reply(200, &with_price), &keyless())), charged);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]
        #[test]
        fn only_a_documented_refusal_makes_an_order_repeatable(
            status in 100u16..600,
            code in prop_oneof![any::<i64>(), 400_000i64..400_100, 500_000i64..500_120],
            is_odd: bool,
        ) {
            let body = if is_odd { odd(code) } else { says(code) };
            match submit(true, &reply(status, &body), &keyless()) {
                SubmitOutcome::Full => prop_assert!(code == 500_044 && status < 500),
                SubmitOutcome::Throttled { .. } => prop_assert!(code != 0 && status == 429),
                SubmitOutcome::Rejected(Rejection { kind: RejectionKind::NotAllowed, .. }) => {
                    prop_assert!([500_052, 500_054, 500_063].contains(&code));
                }
                SubmitOutcome::Rejected(_) => prop_assert!(code != 0 && (200..500).contains(&status) && status != 409),
                SubmitOutcome::Unconfirmed(_) => {}
                other => prop_assert!(false, "{other:?}"),
            }
        }
    }

    #[test]
    fn looks() {
        let id = RemoteId::new("9007199254740993").expect("an id");
        let job = |rest: Value| {
            let mut resp = json!({"id": 9_007_199_254_740_993_u64});
            resp.as_object_mut().expect("an object").extend(rest.as_object().expect("an object").clone());
            json!({"ErrCode": 0, "Resp": resp})
        };
        for (status, body, expected) in [
            (200, job(json!({"status": 5, "url": ""})), "Alive(Generating)"),
            (200, job(json!({"status": 5, "url": "https://media.pixverse.ai/early.mp4"})), "Alive(Generating)"),
            (200, job(json!({"status": 9})), "Alive(Waiting)"),
            (200, job(json!({"status": 1, "url": ""})), "Completed { link: None"),
            (
                200,
                job(json!({"status": 1, "url": "https://media.pixverse.ai/x.mp4", "credits": 45})),
                "Completed { link: Some(",
            ),
            (200, job(json!({"status": 7})), "Failed(Failure { code: Some(GatewayText(\"7\"))"),
            (200, job(json!({"status": 8})), "Failed("),
            (200, job(json!({"status": 6})), "Failed("),
            (200, job(json!({"status": 77})), "Alive(Unknown("),
            (200, json!({"ErrCode": 0, "Resp": {"id": 9_007_199_254_740_992_u64, "status": 8}}), "Trouble(Unreadable)"),
            (200, json!({"ErrCode": 0, "Resp": null}), "Trouble(Unreadable)"),
            (500, odd(500_054), "Failed("),
            (200, says(500_008), "UnknownJob"),
            (200, says(400_012), "KeyRefused"),
            (200, says(500_020), "NotPermitted"),
            (200, says(500_069), "Trouble(ServerTrouble(500))"),
            (401, says(10_010), "KeyRefused"),
            (401, says(500_100), "Trouble(ServerTrouble(500))"),
            (429, says(10_029), "Throttled"),
            (404, json!({"message": "not here"}), "Trouble(Unreadable)"),
            (500, job(json!({"status": 8})), "Trouble(ServerTrouble(500))"),
        ] {
            let found = format!("{:?}", poll(&id, &reply(status, &body), &keyless()));
            assert!(found.starts_with(expected), "{status} {body}: {found}");
        }
    }

    #[test]
    fn uploads() {
        let fine = json!({"ErrCode": 0, "Resp": {"img_id": u64::MAX, "img_url": "https://media.pixverse.ai/x.png"}});
        for (status, body, expected) in [
            (200, fine, "Uploaded { img_id: 18446744073709551615"),
            (200, json!({"ErrCode": 0, "Resp": {}}), "Trouble(Unreadable)"),
            (200, says(500_030), "Refused("),
            (200, says(500_063), "Refused("),
            (200, says(400_012), "KeyRefused"),
            (200, says(500_044), "Throttled"),
            (200, says(500_069), "Trouble("),
            (413, json!({}), "Refused("),
            (413, says(413), "Refused("),
            (401, says(10_010), "KeyRefused"),
            (429, says(500_069), "Throttled"),
            (502, json!({}), "Trouble(ServerTrouble(502))"),
        ] {
            let found = format!("{:?}", upload(&Attempt::Answered(reply(status, &body)), &keyless()));
            assert!(found.starts_with(expected), "{status} {body}: {found}");
        }
    }

    #[test]
    fn the_balance_proves_a_key() {
        let fine = json!({"ErrCode": 0, "Resp": {"account_id": 0, "credit_monthly": 40, "credit_package": 2}});
        for (status, body, expected) in [
            (200, fine, "Works { balance: Some(Credits(Credits(42))) }"),
            (200, json!({"ErrCode": 0, "Resp": {}}), "Works { balance: None }"),
            (200, says(400_012), "Refused"),
            (401, json!({}), "Refused"),
            (401, says(10_010), "Refused"),
            (429, says(10_029), "Throttled"),
            (200, says(500_100), "Trouble("),
            (200, json!({"hello": 1}), "Trouble(Unreadable)"),
        ] {
            let found = format!("{:?}", key_check(&reply(status, &body), &keyless()));
            assert!(found.starts_with(expected), "{status} {body}: {found}");
        }
    }
}
