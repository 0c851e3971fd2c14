//! Tests of the table that says what answers mean, row by row.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn keyless() -> Redactor {
    Redactor::new(None)
}

fn submit(gateway: GatewayId, has_picture: bool, attempt: &Attempt) -> SubmitOutcome {
    super::submit(gateway, has_picture, attempt, &keyless())
}

fn poll(gateway: GatewayId, asked: &RemoteId, attempt: &Attempt) -> PollOutcome {
    super::poll(gateway, asked, attempt, &keyless())
}

fn key_check(gateway: GatewayId, attempt: &Attempt) -> KeyCheck {
    super::key_check(gateway, attempt, &keyless())
}

const AIG: GatewayId = GatewayId::Aigateway;
const APIIN: GatewayId = GatewayId::Apiin;

fn reply(status: u16, body: Body) -> Attempt {
    Attempt::Answered(Reply { status, body, has_retry_after: false, retry_after: None, cost_cents: None })
}

fn says(status: u16, value: Value) -> Attempt {
    reply(status, Body::Json(value))
}

fn own(code: u16, kind: &str, message: &str) -> Value {
    json!({"error": {"message": message, "type": kind, "code": code, "param": null}})
}

/// The outcome in a word, for tables.
fn class(outcome: &SubmitOutcome) -> String {
    match outcome {
        SubmitOutcome::Accepted(accepted) => format!("accepted {}", accepted.remote_id),
        SubmitOutcome::Delivered(delivered) => format!("delivered {} {:?}", delivered.link, delivered.charge),
        SubmitOutcome::NotSent(_) => "not sent".to_owned(),
        SubmitOutcome::Rejected(rejection) => format!("{:?}", rejection.kind),
        SubmitOutcome::Throttled { .. } => "throttled".to_owned(),
        SubmitOutcome::Full => "full".to_owned(),
        SubmitOutcome::Unconfirmed(UnconfirmedCause::Network(cause)) => format!("unconfirmed {cause:?}"),
        SubmitOutcome::Unconfirmed(cause) => format!("unconfirmed {cause:?}"),
    }
}

#[test]
fn submits() {
    let duplicate = own(422, "invalid_request", "Idempotency key was already used");
    for (gateway, attempt, expected) in [
        (AIG, Attempt::NoByteSent(NetworkCause::CannotConnect), "not sent"),
        (AIG, Attempt::NoByteSent(NetworkCause::Tls), "not sent"),
        (AIG, Attempt::Broken(NetworkCause::Broken), "unconfirmed Broken"),
        (AIG, Attempt::Broken(NetworkCause::TimedOut), "unconfirmed TimedOut"),
        (AIG, says(202, json!({"id": "job_1", "status": "queued"})), "accepted job_1"),
        (AIG, says(200, json!({"id": "job_1"})), "accepted job_1"),
        (AIG, says(202, json!({"id": "../../balance"})), "unconfirmed Unreadable"),
        (AIG, says(202, json!({"id": 17})), "accepted 17"),
        (AIG, says(202, json!({"id": 1.5})), "unconfirmed Unreadable"),
        (
            AIG,
            says(200, json!({"status": "completed", "result": {"url": "https://m/1"}})),
            "delivered https://m/1 None",
        ),
        (AIG, says(200, json!({"id": "a/b", "result": {"url": "https://m/1.mp4"}})), "delivered https://m/1.mp4 None"),
        (AIG, says(200, json!({"video": {"url": "https://m/1"}})), "delivered https://m/1 None"),
        (AIG, says(200, json!({"status": "failed", "result": {"url": "https://m/1"}})), "unconfirmed Unreadable"),
        (AIG, says(200, json!({"result": {"cover": "https://m/1.png"}})), "unconfirmed Unreadable"),
        (AIG, says(200, json!({"error": "it broke", "result": {"url": "https://m/1"}})), "unconfirmed Unreadable"),
        (AIG, says(500, json!({"result": {"url": "https://m/1.mp4"}})), "unconfirmed ServerTrouble(500)"),
        (AIG, says(202, json!({"status": "queued"})), "unconfirmed Unreadable"),
        (AIG, says(202, json!([])), "unconfirmed Unreadable"),
        (AIG, reply(202, Body::Empty), "unconfirmed Unreadable"),
        (AIG, reply(200, Body::Foreign), "unconfirmed Unreadable"),
        (AIG, reply(202, Body::Unusable), "unconfirmed Unreadable"),
        (AIG, reply(302, Body::Empty), "unconfirmed Redirected(302)"),
        (AIG, reply(304, Body::Empty), "unconfirmed Redirected(304)"),
        (AIG, says(400, own(400, "invalid_request", "bad")), "BadRequest"),
        (AIG, says(400, own(400, "invalid_request", "flagged by moderation")), "NotAllowed"),
        (AIG, says(400, own(400, "x", "image_url could not be fetched")), "PictureRefused"),
        (AIG, says(400, own(400, "x", "insufficient credits")), "NoCredits"),
        (AIG, says(400, json!({"detail": "bad"})), "unconfirmed Unreadable"),
        (AIG, reply(400, Body::Foreign), "unconfirmed Unreadable"),
        (AIG, says(401, own(401, "authentication_error", "bad key")), "KeyRefused"),
        (AIG, says(401, json!({"message": "Unauthorized"})), "KeyRefused"),
        (AIG, reply(401, Body::Foreign), "KeyRefused"),
        (AIG, reply(401, Body::Unusable), "unconfirmed Unreadable"),
        (AIG, says(402, own(402, "insufficient_credits", "empty")), "NoCredits"),
        (AIG, reply(402, Body::Foreign), "unconfirmed Unreadable"),
        (AIG, says(403, own(403, "permission", "not for you")), "NotPermitted"),
        (AIG, says(403, own(403, "permission", "insufficient permissions")), "NotPermitted"),
        (AIG, reply(403, Body::Foreign), "unconfirmed Unreadable"),
        (AIG, says(404, own(404, "model_not_found", "Model not found")), "UnknownModel"),
        (AIG, reply(404, Body::Foreign), "UnknownModel"),
        (AIG, says(405, own(405, "x", "no")), "unconfirmed ServerTrouble(405)"),
        (AIG, reply(408, Body::Empty), "unconfirmed ServerTrouble(408)"),
        (AIG, says(408, own(408, "timeout", "late")), "unconfirmed ServerTrouble(408)"),
        (AIG, says(409, own(409, "conflict", "twice")), "unconfirmed Conflict(409)"),
        (AIG, reply(409, Body::Foreign), "unconfirmed Conflict(409)"),
        (AIG, says(413, own(413, "too_large", "too large")), "PictureRefused"),
        (AIG, reply(413, Body::Foreign), "unconfirmed Unreadable"),
        (AIG, says(422, own(422, "invalid_request", "bad")), "BadRequest"),
        (AIG, says(422, duplicate), "unconfirmed Conflict(422)"),
        (AIG, says(422, own(422, "x", "duplicate request")), "unconfirmed Conflict(422)"),
        (AIG, says(429, own(429, "rate_limit_error", "slow")), "throttled"),
        (AIG, says(429, json!({"message": "slow"})), "throttled"),
        (AIG, reply(429, Body::Foreign), "unconfirmed Unreadable"),
        (AIG, says(500, own(500, "server_error", "upstream")), "unconfirmed ServerTrouble(500)"),
        (AIG, says(503, own(503, "service_unavailable", "full")), "unconfirmed ServerTrouble(503)"),
        (AIG, reply(502, Body::Foreign), "unconfirmed ServerTrouble(502)"),
        (AIG, says(500, json!({"id": "job_1"})), "unconfirmed ServerTrouble(500)"),
        (AIG, says(400, own(500, "server_error", "upstream")), "unconfirmed ServerTrouble(500)"),
        (AIG, says(600, json!({})), "unconfirmed ServerTrouble(600)"),
        (APIIN, says(200, json!({"code": 200, "message": "success", "data": {"task_id": "n6_p"}})), "accepted n6_p"),
        (APIIN, says(200, json!({"id": "task_a", "status": "pending"})), "accepted task_a"),
        (APIIN, says(200, json!({"code": 500, "data": {"task_id": "n6_p"}})), "accepted n6_p"),
        (APIIN, says(200, json!({"code": 200, "data": {"task_id": 17}})), "accepted 17"),
        (
            APIIN,
            says(
                200,
                json!({"code": "200", "data": {"status": "SUCCESS", "response": ["https://c/1"], "consumed_credits": "90"}}),
            ),
            "delivered https://c/1 Some(Credits(Credits(90)))",
        ),
        (
            APIIN,
            says(200, json!({"code": 200, "data": "{\"video_url\":\"https://c/1\"}"})),
            "delivered https://c/1 None",
        ),
        (APIIN, says(200, json!({"code": 401, "message": "Invalid API key"})), "KeyRefused"),
        (APIIN, says(200, json!({"code": 402, "message": "no"})), "NoCredits"),
        (APIIN, says(200, json!({"code": 400, "message": "Insufficient credits"})), "NoCredits"),
        (APIIN, says(200, json!({"code": 400, "message": "bad"})), "BadRequest"),
        (APIIN, says(200, json!({"code": 429, "message": "slow"})), "throttled"),
        (APIIN, says(200, json!({"code": 500, "message": "oops"})), "unconfirmed ServerTrouble(500)"),
        (APIIN, says(200, json!({"code": 409, "message": "twice"})), "unconfirmed Conflict(409)"),
        (APIIN, says(200, json!({"code": 1001, "message": "Insufficient credits"})), "NoCredits"),
        (APIIN, says(200, json!({"code": 1001, "message": "something"})), "unconfirmed Unreadable"),
        (APIIN, says(200, json!({"code": 200, "message": "success", "data": null})), "unconfirmed Unreadable"),
        (APIIN, says(400, json!({"error": {"code": 400, "message": "Invalid parameters"}})), "BadRequest"),
        (APIIN, says(402, json!({"code": 402, "data": {"task_id": "n6_p"}})), "unconfirmed ServerTrouble(402)"),
    ] {
        assert_eq!(class(&submit(gateway, true, &attempt)), expected, "{attempt:?}");
    }
}

#[test]
fn a_bare_limiter_counts_when_it_says_how_long() {
    let wait = Some(Duration::from_secs(7));
    let attempt = Attempt::Answered(Reply {
        status: 429,
        body: Body::Foreign,
        has_retry_after: true,
        retry_after: wait,
        cost_cents: None,
    });
    assert_eq!(submit(AIG, false, &attempt), SubmitOutcome::Throttled { retry_after: wait });
}

#[test]
fn a_picture_is_blamed_only_where_there_is_one() {
    for (has_picture, expected) in [(true, "PictureRefused"), (false, "BadRequest")] {
        for attempt in [says(413, own(413, "x", "too large")), says(400, own(400, "x", "bad image"))] {
            assert_eq!(class(&submit(AIG, has_picture, &attempt)), expected);
        }
    }
}

#[test]
fn a_named_field_is_told() {
    let value = json!({"error": {"message": "Unknown field", "type": "invalid_request", "code": 400, "param": "seed"}});
    let SubmitOutcome::Rejected(rejection) = submit(AIG, false, &says(400, value)) else { panic!("a rejection") };
    assert_eq!(rejection.param.as_deref(), Some("seed"));
    assert_eq!(rejection.gateway_text.as_deref(), Some("Unknown field"));
}

fn asked() -> RemoteId {
    RemoteId::new("job_1").expect("a plain id")
}

#[test]
fn polls() {
    let failed = |code: Option<&'static str>, text: &'static str, not_allowed, charge| {
        let code = code.map(Into::into);
        PollOutcome::Failed(Failure { code, gateway_text: Some(text.into()), not_allowed, charge })
    };
    let done = |link: Option<&str>, charge| PollOutcome::Completed {
        link: link.map(|link| link.parse().expect("a link")),
        charge,
    };
    let credits = |count| Some(Amount::Credits(crate::domain::Credits(count)));
    let trouble = PollOutcome::Trouble;
    for (gateway, attempt, expected) in [
        (AIG, Attempt::Broken(NetworkCause::Broken), trouble(NetworkCause::Broken)),
        (AIG, Attempt::NoByteSent(NetworkCause::CannotConnect), trouble(NetworkCause::CannotConnect)),
        (AIG, reply(304, Body::Empty), PollOutcome::NotModified),
        (AIG, reply(200, Body::Foreign), trouble(NetworkCause::Unreadable)),
        (AIG, reply(200, Body::Unusable), trouble(NetworkCause::Unreadable)),
        (AIG, reply(200, Body::Empty), trouble(NetworkCause::Unreadable)),
        (AIG, says(200, json!({})), trouble(NetworkCause::Unreadable)),
        (AIG, reply(302, Body::Empty), trouble(NetworkCause::Redirected(302))),
        (AIG, says(401, own(401, "x", "no")), PollOutcome::KeyRefused),
        (AIG, says(403, own(403, "x", "no")), PollOutcome::NotPermitted),
        (AIG, reply(403, Body::Foreign), trouble(NetworkCause::Unreadable)),
        (AIG, says(404, own(404, "not_found", "no")), PollOutcome::UnknownJob),
        (AIG, reply(404, Body::Foreign), trouble(NetworkCause::Unreadable)),
        (AIG, reply(429, Body::Foreign), PollOutcome::Throttled { retry_after: None }),
        (AIG, says(500, own(500, "x", "no")), trouble(NetworkCause::ServerTrouble(500))),
        (AIG, reply(408, Body::Empty), trouble(NetworkCause::ServerTrouble(408))),
        (AIG, says(200, json!({"id": "job_1", "status": "running"})), PollOutcome::Alive(Phase::Generating)),
        (AIG, says(200, json!({"id": "job_1", "status": "zzz"})), PollOutcome::Alive(Phase::Unknown("zzz".into()))),
        (AIG, says(200, json!({"id": "job_2", "status": "completed"})), trouble(NetworkCause::Unreadable)),
        (AIG, says(200, json!({"id": "job_1", "status": "OK"})), PollOutcome::Alive(Phase::Unknown("OK".into()))),
        (AIG, says(200, json!({"status": "OK", "result": {"url": "https://c/1"}})), done(Some("https://c/1"), None)),
        (AIG, says(200, json!({"status": "zzz", "result": {"url": "https://c/1"}})), done(Some("https://c/1"), None)),
        (AIG, says(200, json!({"status": 1, "result": {"url": "https://c/1"}})), done(Some("https://c/1"), None)),
        (AIG, says(200, json!({"status": 5})), PollOutcome::Alive(Phase::Unknown("5".into()))),
        (
            AIG,
            says(200, json!({"status": "running", "result": {"url": "https://c/1"}})),
            PollOutcome::Alive(Phase::Generating),
        ),
        (
            AIG,
            says(200, json!({"status": "zzz", "result": {"cover": "https://c/1.jpg"}})),
            PollOutcome::Alive(Phase::Unknown("zzz".into())),
        ),
        (AIG, says(200, json!({"status": "TASK_STATUS_SUCCEED"})), done(None, None)),
        (
            APIIN,
            says(
                200,
                json!({"code": "200", "data": {"status": "succeed", "response": ["https://c/1"], "consumed_credits": "90"}}),
            ),
            done(Some("https://c/1"), credits(90)),
        ),
        (AIG, says(200, json!({"id": "job_1", "status": "cancelled"})), PollOutcome::Cancelled),
        (AIG, says(200, json!({"id": "job_1", "status": "completed", "result": {}})), done(None, None)),
        (AIG, says(200, json!({"status": "failed", "error": "nsfw"})), failed(None, "nsfw", true, None)),
        (
            AIG,
            says(200, json!({"status": "failed", "error": {"code": "upstream", "message": "it broke"}})),
            failed(Some("upstream"), "it broke", false, None),
        ),
        (APIIN, says(200, json!({"code": 404, "message": "no task"})), PollOutcome::UnknownJob),
        (APIIN, says(200, json!({"code": 401, "message": "no"})), PollOutcome::KeyRefused),
        (APIIN, says(200, json!({"code": 500, "message": "no"})), trouble(NetworkCause::ServerTrouble(500))),
        (APIIN, says(200, json!({"code": 1001, "message": "no"})), trouble(NetworkCause::Unreadable)),
        (
            APIIN,
            says(200, json!({"code": 500, "data": {"status": "FAILED", "error_message": "it broke"}})),
            failed(None, "it broke", false, None),
        ),
        (
            APIIN,
            says(200, json!({"data": {"status": "FAILED", "error_message": "content policy", "consumed_credits": 0}})),
            failed(None, "content policy", true, credits(0)),
        ),
        (
            APIIN,
            says(200, json!({"data": {"status": "SUCCESS", "response": ["https://c/1"], "consumed_credits": 90}})),
            done(Some("https://c/1"), credits(90)),
        ),
        (APIIN, says(200, json!({"data": {"video_url": "https://c/1"}})), done(Some("https://c/1"), None)),
    ] {
        assert_eq!(poll(gateway, &asked(), &attempt), expected, "{attempt:?}");
    }
}

#[test]
fn cancels_and_keys() {
    for (attempt, expected) in [
        (says(200, json!({"status": "cancelled"})), CancelOutcome::Asked),
        (reply(204, Body::Empty), CancelOutcome::Asked),
        (reply(200, Body::Foreign), CancelOutcome::Trouble(NetworkCause::Unreadable)),
        (says(404, own(404, "x", "no")), CancelOutcome::Refused),
        (reply(429, Body::Empty), CancelOutcome::Throttled { retry_after: None }),
        (reply(408, Body::Empty), CancelOutcome::Trouble(NetworkCause::ServerTrouble(408))),
        (reply(500, Body::Empty), CancelOutcome::Trouble(NetworkCause::ServerTrouble(500))),
        (Attempt::Broken(NetworkCause::TimedOut), CancelOutcome::Trouble(NetworkCause::TimedOut)),
    ] {
        assert_eq!(cancel(&attempt), expected, "{attempt:?}");
    }
    let works = |balance| KeyCheck::Works { balance };
    for (gateway, attempt, expected) in [
        (AIG, says(200, json!({"balance": 2})), works(Some(Amount::Money(Money(2_000_000))))),
        (AIG, says(200, json!({"object": "balance"})), works(None)),
        (AIG, says(401, own(401, "x", "no")), KeyCheck::Refused),
        (AIG, says(402, own(402, "x", "empty")), works(Some(Amount::Money(Money(0))))),
        (AIG, says(403, own(403, "x", "no")), KeyCheck::CannotTell),
        (AIG, says(404, own(404, "x", "no")), KeyCheck::CannotTell),
        (AIG, reply(200, Body::Foreign), KeyCheck::Trouble(NetworkCause::Unreadable)),
        (AIG, reply(503, Body::Empty), KeyCheck::Trouble(NetworkCause::ServerTrouble(503))),
        (APIIN, says(401, own(401, "x", "Invalid API key")), KeyCheck::Refused),
        (APIIN, says(200, json!({"code": 401, "message": "Invalid API key"})), KeyCheck::Refused),
        (APIIN, says(404, own(404, "x", "no task")), KeyCheck::CannotTell),
        (APIIN, says(200, json!({"code": 200})), KeyCheck::CannotTell),
        (APIIN, Attempt::NoByteSent(NetworkCause::Tls), KeyCheck::Trouble(NetworkCause::Tls)),
    ] {
        assert_eq!(key_check(gateway, &attempt), expected, "{attempt:?}");
    }
}

#[test]
fn a_busy_gateway_that_says_when_is_obeyed_by_questions_and_never_sends_an_order_again() {
    let wait = Some(Duration::from_secs(7));
    let busy = |status: u16, retry_after: Option<Duration>| {
        Attempt::Answered(Reply { status, body: Body::Foreign, has_retry_after: true, retry_after, cost_cents: None })
    };
    for (status, retry_after) in [(503, wait), (503, None), (429, wait)] {
        let attempt = busy(status, retry_after);
        assert_eq!(poll(AIG, &asked(), &attempt), PollOutcome::Throttled { retry_after }, "{status}");
        assert_eq!(cancel(&attempt), CancelOutcome::Throttled { retry_after }, "{status}");
        for gateway in [AIG, APIIN] {
            assert_eq!(key_check(gateway, &attempt), KeyCheck::Throttled { retry_after }, "{status}");
        }
    }
    assert_eq!(class(&submit(AIG, false, &busy(503, wait))), "unconfirmed ServerTrouble(503)");
    for status in [500, 502, 504] {
        let trouble = NetworkCause::ServerTrouble(status);
        assert_eq!(poll(AIG, &asked(), &busy(status, wait)), PollOutcome::Trouble(trouble));
        assert_eq!(cancel(&busy(status, wait)), CancelOutcome::Trouble(trouble));
    }
    assert_eq!(poll(AIG, &asked(), &reply(503, Body::Empty)), PollOutcome::Trouble(NetworkCause::ServerTrouble(503)));
}

#[test]
fn the_cost_header_counts_at_submit_only_and_never_as_zero() {
    let with_cost = |cost: &str| {
        Attempt::Answered(Reply {
            status: 202,
            body: Body::Json(json!({"id": "job_1", "status": "queued"})),
            has_retry_after: false,
            retry_after: None,
            cost_cents: Some(cost.to_owned()),
        })
    };
    for (gateway, cost, expected) in
        [(AIG, "40", Some(Amount::Money(Money(400_000)))), (AIG, "0", None), (AIG, "many", None), (APIIN, "40", None)]
    {
        let SubmitOutcome::Accepted(accepted) = submit(gateway, false, &with_cost(cost)) else { panic!("accepted") };
        assert_eq!(accepted.charge, expected, "{cost}");
        assert_eq!(poll(gateway, &asked(), &with_cost(cost)), PollOutcome::Alive(Phase::Waiting));
    }
}

proptest! {
    /// The money rule itself: an order is repeatable only on proof.
    #[test]
    fn only_proof_makes_an_order_repeatable(
        status in 100u16..600, kind in 0..4, code in 0i64..700, text in "[a-z _]{0,30}", has_retry_after: bool, apiin: bool,
    ) {
        let body = match kind {
            0 => Body::Empty,
            1 => Body::Foreign,
            2 => Body::Unusable,
            _ => Body::Json(json!({"code": code, "message": text, "error": {"code": code, "message": text}})),
        };
        let reply = Reply { status, body: body.clone(), has_retry_after, retry_after: None, cost_cents: None };
        let gateway = if apiin { APIIN } else { AIG };
        match submit(gateway, true, &Attempt::Answered(reply)) {
            SubmitOutcome::NotSent(_) => prop_assert!(false, "an answer came, so something was sent"),
            SubmitOutcome::Throttled { .. } => prop_assert!(status == 429 || ((200..300).contains(&status) && code == 429)),
            SubmitOutcome::Rejected(_) => {
                prop_assert!(status < 500 && ![408, 409].contains(&status) && !(300..400).contains(&status));
                prop_assert!(kind == 3 || [401, 404].contains(&status));
                prop_assert!(kind != 2);
            }
            SubmitOutcome::Full => prop_assert!(false, "only PixVerse says so"),
            SubmitOutcome::Accepted(_) => prop_assert!(false, "no job was named"),
            SubmitOutcome::Delivered(_) => prop_assert!(false, "no film was named"),
            SubmitOutcome::Unconfirmed(_) => {}
        }
    }
}
