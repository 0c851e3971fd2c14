//! A gateway that repeats the key: nothing that is kept, shown or printed of any answer holds a trace of it.

use std::fmt::{Debug, Write as _};
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use rushes::domain::outcome::{Phase, PollOutcome, SubmitOutcome};
use rushes::domain::{Ending, GatewayId, RemoteId};
use rushes::gateway::Answer;
use serde_json::{Value, json};

use super::server::{Server, answer, json as json_answer};
use super::{CANARY, client, order};

/// Ways to write the key, each with a name.
fn writings() -> Vec<(String, String)> {
    let (left, right) = CANARY.split_at(CANARY.len() / 2);
    let bytes = |before: &str| CANARY.bytes().map(|byte| format!("{before}{byte:02x}")).collect::<String>();
    let mut all: Vec<(String, String)> = [
        ("plain", CANARY.to_owned()),
        ("with Bearer", format!("Bearer {CANARY}")),
        ("backwards", CANARY.chars().rev().collect()),
        ("left half", left.to_owned()),
        ("right half", right.to_owned()),
        ("hex", bytes("")),
        ("raised hex", bytes("").to_uppercase()),
        ("percent signs", bytes("%")),
        ("JSON escapes", bytes("\\u00")),
        ("in a link", format!("https://media.example/{CANARY}/x.mp4?key={CANARY}")),
        ("in the query of a link", format!("https://media.example/x.mp4?key={CANARY}")),
        ("as a user name", format!("https://{CANARY}@media.example/x.mp4")),
    ]
    .map(|(name, text)| (name.to_owned(), text))
    .into();
    for before in ["", "x", "xy"] {
        let text = format!("{before}{CANARY}");
        for (name, engine) in [
            ("base64", &STANDARD),
            ("base64 without padding", &STANDARD_NO_PAD),
            ("base64 for links", &URL_SAFE),
            ("base64 for links without padding", &URL_SAFE_NO_PAD),
        ] {
            all.push((format!("{name} after {before:?}"), engine.encode(&text)));
        }
    }
    all
}

/// What nothing may hold, in lower case: each half of the key in each writing.
static TRACES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let (left, right) = CANARY.split_at(CANARY.len() / 2);
    let mut traces = Vec::new();
    for text in [left, right] {
        traces.push(text.to_owned());
        traces.push(text.chars().rev().collect());
        traces.push(text.bytes().map(|byte| format!("{byte:02x}")).collect());
        traces.push(text.bytes().map(|byte| format!("%{byte:02x}")).collect());
        traces.push(text.bytes().map(|byte| format!("\\u00{byte:02x}")).collect());
    }
    for shift in 0..3 {
        // The middle of the writing, which does not depend on what stands around the key.
        let text = STANDARD_NO_PAD.encode(format!("{}{CANARY}", "x".repeat(shift)));
        traces.push(text[4..text.len() / 2].to_owned());
        traces.push(text[text.len() / 2..text.len() - 4].to_owned());
    }
    traces.iter().map(|trace| trace.to_lowercase()).collect()
});

/// Everything that can be seen of an answer.
fn all_of<T: Debug>(answer: &Answer<T>) -> String {
    let mut text = format!("{answer:?} {}", answer.exchange.to_text());
    let stored = serde_json::to_string(&answer.exchange).expect("it is stored as JSON");
    write!(text, "{stored} {:?}", answer.request_id.as_ref().map(ToString::to_string)).expect("texts take everything");
    text
}

#[track_caller]
fn assert_silent(what: &str, text: &str) {
    // In debug output each backslash is doubled.
    let text = text.to_lowercase().replace("\\\\", "\\");
    for trace in &*TRACES {
        assert!(!text.contains(trace), "{what}: {trace} in {text}");
    }
}

/// Answers of every kind that repeat `echo` in every place that is looked at.
fn answers(echo: &str) -> Vec<(String, Vec<u8>)> {
    let error = |code: &Value| json!({"error": {"message": echo, "type": echo, "code": code, "param": echo}});
    let headers = format!("X-Request-Id: {echo}\r\nX-Echo: {echo}\r\nETag: \"{echo}\"\r\nLocation: {echo}\r\n");
    let with = |status: u16, body: &Value| answer(status, &headers, body.to_string());
    let mut all = Vec::new();
    for status in [400, 401, 404, 409, 422, 429, 503] {
        all.push((format!("{status}"), with(status, &error(&json!(status)))));
        all.push((format!("{status} with a word"), with(status, &error(&json!(echo)))));
        all.push((format!("{status} as a page"), answer(status, &headers, format!("<html>{echo}</html>"))));
        all.push((format!("{status} within 200"), with(200, &json!({"code": status, "message": echo, "msg": echo}))));
    }
    let in_envelope = |status: &Value| {
        json!({"code": 200, "id": "job_1", "status": status, "message": echo, "error": echo, "error_message": echo,
            "data": {"task_id": "job_1", "status": status, "error_message": echo, "error": {"code": echo, "message": echo}}})
    };
    for word in ["queued", "failed", "cancelled", "completed", echo] {
        all.push((format!("a job that is {word}"), with(200, &in_envelope(&json!(word)))));
    }
    for (what, body) in [
        ("an id", json!({"id": echo, "status": "queued", "data": {"task_id": echo, "status": "queued"}})),
        (
            "a link",
            json!({"id": "job_1", "status": "completed", "result": {"url": echo}, "data": {"response": [echo]}}),
        ),
        ("a link alone", json!({"status": "completed", "result": {"url": echo}, "data": {"response": [echo]}})),
        ("a name of a field", json!({"id": "job_1", "status": "queued", echo: {echo: [echo]}})),
        ("a balance", json!({"balance": echo, "credits": echo})),
        ("an error as a text", json!({"error": echo})),
    ] {
        all.push((what.to_owned(), with(200, &body)));
    }
    all.push(("cut JSON".to_owned(), answer(200, &headers, format!("{{\"id\":\"{echo}\",\"x\":\"{echo}"))));
    all.push(("a redirect".to_owned(), answer(302, &headers, "")));
    all.push(("no HTTP".to_owned(), format!("{echo}\r\n\r\n").into_bytes()));
    all.push(("a cut head".to_owned(), format!("HTTP/1.1 200 OK\r\nX-Echo: {echo}").into_bytes()));
    all
}

#[tokio::test]
async fn no_answer_of_any_kind_keeps_a_trace_of_the_key() {
    let id = RemoteId::new("job_1").expect("a plain id");
    for gateway in [GatewayId::Aigateway, GatewayId::Apiin] {
        let queue = std::sync::Arc::new(std::sync::Mutex::new(Vec::<u8>::new()));
        let next = std::sync::Arc::clone(&queue);
        let server = Server::start(move |_| next.lock().expect("no panic while locked").clone()).await;
        let client = client(gateway, &server);
        for (writing, echo) in writings() {
            for (kind, bytes) in answers(&echo) {
                *queue.lock().expect("no panic while locked") = bytes;
                let what = format!("{gateway}: {kind}, {writing}");
                let submitted = client.submit(&order(|_| {})).await;
                assert_silent(&format!("{what}, submit"), &all_of(&submitted));
                if let SubmitOutcome::Rejected(rejection) = &submitted.outcome {
                    assert_silent(&what, &Ending::rejected(gateway, rejection).to_text());
                }
                let polled = client.poll(&id).await;
                assert_silent(&format!("{what}, poll"), &all_of(&polled));
                match &polled.outcome {
                    PollOutcome::Failed(failure) => assert_silent(&what, &Ending::failed(gateway, failure).to_text()),
                    PollOutcome::Alive(Phase::Unknown(word)) => assert_silent(&what, word),
                    _ => {}
                }
                if gateway == GatewayId::Apiin {
                    // The rest is the same at both.
                    continue;
                }
                assert_silent(&format!("{what}, cancel"), &all_of(&client.cancel(&id).await));
                assert_silent(&format!("{what}, key check"), &all_of(&client.check_key().await));
                match client.open_media(&server.url("/v1/files/jobs/job_1/x.mp4?sig=1"), None).await {
                    Ok(media) => assert_silent(&format!("{what}, media"), &format!("{:?}", media.validator)),
                    Err(error) => assert_silent(&format!("{what}, media"), &format!("{error:?} {error}")),
                }
            }
        }
    }
}

#[tokio::test]
async fn an_id_that_holds_the_key_is_no_id() {
    for id in [CANARY.to_owned(), format!("job_{CANARY}"), CANARY.chars().rev().collect()] {
        let body = json!({"id": id, "status": "queued", "data": {"task_id": id}});
        let server = Server::saying(json_answer(202, &body)).await;
        let outcome = client(GatewayId::Aigateway, &server).submit(&order(|_| {})).await.outcome;
        assert!(matches!(outcome, SubmitOutcome::Unconfirmed(_)), "{outcome:?}");
    }
}
