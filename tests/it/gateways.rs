//! The gateway clients over real HTTP on loopback, in every documented shape and under every fault.

mod computer;
mod media;
mod pixverse;
mod proxy;
mod redaction;
mod redirects;
mod secure;
mod server;
mod shown;
mod slow;
mod wire;

use std::time::Duration;

use rushes::domain::outcome::{
    CancelOutcome, KeyCheck, NetworkCause, Phase, PollOutcome, RejectionKind, SubmitOutcome, UnconfirmedCause,
};
use rushes::domain::{Amount, Credits, Draft, GatewayId, JobId, Money, RemoteId, Thinking};
use rushes::gateway::{Answer, Client, Connection, Http, Submission, SubmittedPicture};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use self::server::{Server, answer, json as json_answer};

/// No other text of these tests holds it.
const CANARY: &str = "sk-aig-canary-7Qm2xV9c41LrT0pZbN83";

fn connection(gateway: GatewayId, server: &Server) -> Connection {
    let path = if gateway == GatewayId::Aigateway { "/v1" } else { "/api/v1" };
    let key = Some(CANARY.to_owned().into());
    Connection { gateway, base_url: server.url(path), key, send_undocumented: false }
}

fn client(gateway: GatewayId, server: &Server) -> Client {
    Client::new(&Http::new().expect("the network library starts"), connection(gateway, server))
}

fn order(change: impl FnOnce(&mut Draft)) -> Submission {
    let mut draft = Draft { prompt: "a paper boat".to_owned(), ..Draft::default() };
    change(&mut draft);
    Submission {
        job: JobId(uuid::Uuid::from_u128(7)),
        request: draft.to_request().expect("a fine draft"),
        start: None,
        end: None,
        trace: None,
    }
}

async fn submit_to(gateway: GatewayId, server: &Server) -> Answer<SubmitOutcome> {
    client(gateway, server).submit(&order(|_| {})).await
}

async fn poll_once(gateway: GatewayId, id: &str, body: Value) -> PollOutcome {
    let server = Server::saying(json_answer(200, &body)).await;
    client(gateway, &server).poll(&RemoteId::new(id).expect("a plain id")).await.outcome
}

#[tokio::test]
async fn aigateway_gets_exactly_the_documented_fields() {
    let server = Server::saying(json_answer(202, &json!({"id": "job_1", "status": "queued"}))).await;
    let rich = |draft: &mut Draft| {
        draft.negative_prompt = "blur".to_owned();
        draft.audio = true;
        draft.thinking = Thinking::Enabled;
        draft.seed_mode = rushes::domain::setting::SeedMode::Fixed;
        draft.seed_text = "42".to_owned();
    };
    let mut order = order(rich);
    order.start = Some(SubmittedPicture::Address("https://example.com/ref.jpg".to_owned()));
    let mut connection = connection(GatewayId::Aigateway, &server);
    let http = Http::new().expect("the network library starts");
    Client::new(&http, connection.clone()).submit(&order).await;
    connection.send_undocumented = true;
    Client::new(&http, connection).submit(&order).await;

    let seen = server.seen();
    let mut fields = json!({
        "model": "pixverse/v5.6", "prompt": "a paper boat", "duration": 5, "aspect_ratio": "16:9",
        "resolution": "720p", "image_url": "https://example.com/ref.jpg",
    });
    assert_eq!(seen[0].json(), fields);
    fields["quality"] = json!("720p");
    fields["seed"] = json!(42);
    fields["negative_prompt"] = json!("blur");
    fields["generate_audio"] = json!(true);
    assert_eq!(seen[1].json(), fields);
    assert_eq!(seen[0].line, "POST /v1/videos/generations");
    assert_eq!(seen[0].header("authorization"), Some(format!("Bearer {CANARY}").as_str()));
    assert_eq!(seen[0].header("x-aig-tag"), Some("rushes-00000000-0000-0000-0000-000000000007"));
    assert_eq!(seen[0].header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn apiin_and_practice_get_exactly_the_documented_fields() {
    let body = json!({"code": 200, "message": "success", "data": {"task_id": "n65_p", "status": "IN_PROGRESS"}});
    let server = Server::saying(json_answer(200, &body)).await;
    let plain = json!({
        "model": "pixverse-5-6", "prompt": "a paper boat", "resolution": "720p", "duration": 5, "resolution_ratio": "16:9",
        "generate_audio_switch": false, "thinking_type": "auto",
    });
    client(GatewayId::Apiin, &server).submit(&order(|_| {})).await;
    let mut rich = order(|draft| {
        draft.negative_prompt = "blur".to_owned();
        draft.audio = true;
        draft.seed_mode = rushes::domain::setting::SeedMode::Fixed;
        draft.seed_text = "42".to_owned();
    });
    rich.start = Some(SubmittedPicture::Address("data:image/png;base64,AAAA".to_owned()));
    let answer = client(GatewayId::Apiin, &server).submit(&rich).await;
    let mut keyless = connection(GatewayId::Practice, &server);
    keyless.key = None;
    Client::new(&Http::new().expect("it starts"), keyless).submit(&order(|_| {})).await;

    let seen = server.seen();
    assert_eq!(seen[0].json(), plain);
    assert_eq!(seen[2].json(), plain);
    assert_eq!(seen[2].header("authorization"), Some("Bearer aio_practice"));
    assert_eq!(seen[0].line, "POST /api/v1/videos/generations");
    assert_eq!(seen[0].header("x-aig-tag"), None);
    let mut fields = plain;
    fields["generate_audio_switch"] = json!(true);
    fields["negative_prompt"] = json!("blur");
    fields["seed"] = json!(42);
    fields["image"] = json!("data:image/png;base64,AAAA");
    assert_eq!(seen[1].json(), fields);
    assert!(answer.exchange.request_body.contains("data:image/png;base64,[4 characters]"));
}

#[tokio::test]
async fn every_documented_submit_answer_is_accepted() {
    use GatewayId::{Aigateway, Apiin};
    for (gateway, body, id, phase, link) in [
        (
            Aigateway,
            json!({"id": "job_abc123", "status": "queued", "model": "pixverse/v5.6", "created": 1}),
            "job_abc123",
            Phase::Waiting,
            None,
        ),
        (Aigateway, json!({"id": "job_1", "status": "queued", "object": "job"}), "job_1", Phase::Waiting, None),
        (
            Aigateway,
            json!({"id": "job_1", "status": "queued", "modality": "video", "created_at": 1, "updated_at": 1}),
            "job_1",
            Phase::Waiting,
            None,
        ),
        (
            Apiin,
            json!({"code": 200, "message": "success", "data": {"task_id": "n65xxxx_pixverse", "status": "IN_PROGRESS"}}),
            "n65xxxx_pixverse",
            Phase::Generating,
            None,
        ),
        (
            Apiin,
            json!({"id": "task_abc123", "status": "pending", "model": "kling-3", "created_at": "2026-02-24T12:00:00Z"}),
            "task_abc123",
            Phase::Waiting,
            None,
        ),
        (
            Apiin,
            json!({"code": 200, "data": {"task_id": "n65_p", "status": "SUCCESS", "response": ["https://cdn.example/out.mp4"]}}),
            "n65_p",
            Phase::Generating,
            Some("https://cdn.example/out.mp4"),
        ),
    ] {
        let status = if gateway == Aigateway { 202 } else { 200 };
        let server = Server::saying(json_answer(status, &body)).await;
        let SubmitOutcome::Accepted(accepted) = submit_to(gateway, &server).await.outcome else {
            panic!("not accepted: {body}")
        };
        assert_eq!(accepted.remote_id.as_str(), id);
        assert_eq!(accepted.phase, phase, "{body}");
        assert_eq!(accepted.link.map(String::from).as_deref(), link);
        assert_eq!(server.seen().len(), 1);
    }
}

#[tokio::test]
async fn every_documented_poll_answer_is_understood() {
    use GatewayId::{Aigateway, Apiin};
    let credits = |count| Some(Amount::Credits(Credits(count)));
    for (gateway, body, link, charge) in [
        (
            Aigateway,
            json!({"id": "j", "status": "completed", "result": {"url": "https://m/1.mp4", "duration": 5, "resolution": "1920x1080"}}),
            "https://m/1.mp4",
            None,
        ),
        (
            Aigateway,
            json!({"id": "j", "status": "completed", "object": "job", "result": {"file_url": "https://m/2.mp4?s=1"}}),
            "https://m/2.mp4?s=1",
            None,
        ),
        (
            Aigateway,
            json!({"id": "j", "status": "completed", "result_url": "https://m/3.mp4", "result": {}}),
            "https://m/3.mp4",
            None,
        ),
        (
            Apiin,
            json!({"code": 200, "data": {"task_id": "j", "status": "SUCCESS", "response": ["https://c/1.mp4"], "consumed_credits": 90, "error_message": null}}),
            "https://c/1.mp4",
            credits(90),
        ),
        (
            Apiin,
            json!({"code": 200, "data": {"task_id": "j", "status": "COMPLETED", "output": {"video_url": "https://c/2.mp4"}}}),
            "https://c/2.mp4",
            None,
        ),
        (
            Apiin,
            json!({"code": 200, "data": {"task_id": "j", "status": "completed", "video_url": "https://c/3.mp4"}}),
            "https://c/3.mp4",
            None,
        ),
        (
            Apiin,
            json!({"code": 200, "data": {"id": "x", "status": "completed", "outputs": ["https://c/4.mp4"]}}),
            "https://c/4.mp4",
            None,
        ),
        (
            Apiin,
            json!({"id": "j", "status": "completed", "output": {"video_url": "https://c/5.mp4"}}),
            "https://c/5.mp4",
            None,
        ),
    ] {
        let link = Some(link.parse().expect("a link"));
        assert_eq!(poll_once(gateway, "j", body.clone()).await, PollOutcome::Completed { link, charge }, "{body}");
    }
    for (gateway, body, text, not_allowed, charge) in [
        (
            Aigateway,
            json!({"id": "j", "status": "failed", "error": {"code": "upstream", "message": "it broke"}}),
            "it broke",
            false,
            None,
        ),
        (Aigateway, json!({"id": "j", "status": "failed", "error": "content policy"}), "content policy", true, None),
        (
            Apiin,
            json!({"code": 200, "message": "success", "data": {"status": "FAILED", "response": null, "consumed_credits": 0, "error_message": "content policy"}}),
            "content policy",
            true,
            credits(0),
        ),
        (Apiin, json!({"code": 200, "data": {"status": "failed", "error": "it broke"}}), "it broke", false, None),
    ] {
        let PollOutcome::Failed(failure) = poll_once(gateway, "j", body.clone()).await else { panic!("{body}") };
        assert_eq!(
            (failure.gateway_text.as_deref(), failure.not_allowed, failure.charge),
            (Some(text), not_allowed, charge)
        );
    }
    let server = Server::saying(answer(304, "", "")).await;
    let id = RemoteId::new("job_1").expect("a plain id");
    assert_eq!(client(Aigateway, &server).poll(&id).await.outcome, PollOutcome::NotModified);
    assert_eq!(server.seen()[0].line, "GET /v1/jobs/job_1");
    client(Apiin, &server).poll(&id).await;
    assert_eq!(server.seen()[1].line, "GET /api/v1/tasks/job_1");
}

/// One POST, whatever the fault, and never a repeatable outcome.
#[tokio::test]
async fn faults_after_the_body_was_read_leave_the_order_unconfirmed() {
    let page = "<html><body>Sign in</body></html>";
    let ok = json!({"id": "job_1", "status": "queued"}).to_string();
    let deep = format!("{{\"id\":\"job_1\",\"x\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let huge = format!("{{\"id\":\"job_1\",\"x\":\"{}\"}}", "x".repeat(2 * 1024 * 1024));
    let date = "Retry-After: Sat, 06 Nov 2094 08:49:37 GMT\r\n";
    let network = UnconfirmedCause::Network;
    for (what, bytes, cause) in [
        ("hang up", vec![], network(NetworkCause::Broken)),
        ("garbage", b"what is this\r\n\r\n".to_vec(), network(NetworkCause::Broken)),
        ("cut in the head", b"HTTP/1.1 202 Acc".to_vec(), network(NetworkCause::Broken)),
        (
            "cut body",
            answer(202, "", &ok)[..answer(202, "", &ok).len() - 5].to_vec(),
            network(NetworkCause::Unreadable),
        ),
        ("cut JSON", answer(202, "", &ok[..ok.len() - 3]), network(NetworkCause::Unreadable)),
        ("page", answer(200, "Content-Type: text/html\r\n", page), network(NetworkCause::Unreadable)),
        ("redirect", answer(302, "Location: /elsewhere\r\n", ""), network(NetworkCause::Redirected(302))),
        ("keep method", answer(307, "Location: /elsewhere\r\n", ""), network(NetworkCause::Redirected(307))),
        ("408", answer(408, "", ""), network(NetworkCause::ServerTrouble(408))),
        ("409", answer(409, "", "{}"), UnconfirmedCause::Conflict(409)),
        ("500", answer(500, "", "{}"), network(NetworkCause::ServerTrouble(500))),
        ("502", answer(502, "", page), network(NetworkCause::ServerTrouble(502))),
        ("503", answer(503, "Retry-After: 1\r\n", ""), network(NetworkCause::ServerTrouble(503))),
        ("503 with a date", answer(503, date, ""), network(NetworkCause::ServerTrouble(503))),
        ("403 page", answer(403, "", page), network(NetworkCause::Unreadable)),
        ("deep", answer(202, "", deep), network(NetworkCause::Unreadable)),
        ("huge", answer(202, "", huge), network(NetworkCause::Unreadable)),
        (
            "packed",
            answer(202, "Content-Encoding: gzip\r\n", b"\x1f\x8b\x08garbage"),
            network(NetworkCause::Unreadable),
        ),
    ] {
        for gateway in [GatewayId::Aigateway, GatewayId::Apiin] {
            let server = Server::saying(bytes.clone()).await;
            let answer = submit_to(gateway, &server).await;
            assert_eq!(answer.outcome, SubmitOutcome::Unconfirmed(cause), "{what}");
            assert_eq!(server.seen().len(), 1, "{what}");
        }
    }
}

#[tokio::test]
async fn without_a_listener_nothing_was_sent() {
    let closed = {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        listener.local_addr().expect("an address").port()
    };
    let connection = |url: String| Connection {
        gateway: GatewayId::Aigateway,
        base_url: url.parse().expect("a URL"),
        key: Some(CANARY.to_owned().into()),
        send_undocumented: false,
    };
    let http = Http::new().expect("it starts");
    let client = Client::new(&http, connection(format!("http://127.0.0.1:{closed}/v1")));
    let answer = client.submit(&order(|_| {})).await;
    assert_eq!(answer.outcome, SubmitOutcome::NotSent(NetworkCause::CannotConnect));
    assert_eq!(answer.exchange.status, None);
    assert!(answer.exchange.error.is_some());

    // A server that speaks no TLS: the handshake fails before a byte of the request is sent.
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            // Unread bytes would turn the answer into a reset.
            let mut hello = [0; 16 * 1024];
            assert!(stream.read(&mut hello).await.is_ok_and(|count| count > 0));
            drop(stream.write_all(b"HTTP/1.1 400 this is no TLS\r\n\r\n").await);
        }
    });
    let client = Client::new(&http, connection(format!("https://127.0.0.1:{port}/v1")));
    let answer = client.submit(&order(|_| {})).await;
    assert_eq!(answer.outcome, SubmitOutcome::NotSent(NetworkCause::Tls), "{:?}", answer.exchange.error);
}

#[tokio::test]
async fn refusals_in_the_gateways_words() {
    let own = |status: u16, kind: &str| {
        json_answer(status, &json!({"error": {"message": "no", "type": kind, "code": status, "param": null}}))
    };
    for (status, kind, expected) in [
        (400, "invalid_request", RejectionKind::BadRequest),
        (401, "authentication_error", RejectionKind::KeyRefused),
        (402, "insufficient_credits", RejectionKind::NoCredits),
        (403, "permission", RejectionKind::NotPermitted),
        (404, "model_not_found", RejectionKind::UnknownModel),
        (422, "invalid_request", RejectionKind::BadRequest),
    ] {
        for gateway in [GatewayId::Aigateway, GatewayId::Apiin] {
            let server = Server::saying(own(status, kind)).await;
            let SubmitOutcome::Rejected(rejection) = submit_to(gateway, &server).await.outcome else {
                panic!("{status}")
            };
            assert_eq!(rejection.kind, expected, "{status}");
            assert_eq!(server.seen().len(), 1);
        }
    }
    let server = Server::saying(json_answer(200, &json!({"code": 402, "message": "Insufficient credits"}))).await;
    let SubmitOutcome::Rejected(rejection) = submit_to(GatewayId::Apiin, &server).await.outcome else {
        panic!("a rejection")
    };
    assert_eq!(rejection.kind, RejectionKind::NoCredits);
}

#[tokio::test]
async fn limits_and_ids_are_read_from_headers() {
    let error =
        json!({"error": {"message": "slow", "type": "rate_limit_error", "code": 429, "param": null}}).to_string();
    for (headers, expected) in [
        ("Retry-After: 7\r\n", Some(7)),
        ("Retry-After: Sat, 06 Nov 2094 08:49:37 GMT\r\n", Some(3600)),
        ("Retry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\n", Some(0)),
        ("", None),
    ] {
        let extra = format!(
            "{headers}X-Request-Id: req_9\r\nx-ratelimit-remaining-requests: 3\r\nx-ratelimit-reset-requests: 12\r\n"
        );
        let server = Server::saying(answer(429, &extra, &error)).await;
        let answer = submit_to(GatewayId::Aigateway, &server).await;
        let retry_after = expected.map(Duration::from_secs);
        assert_eq!(answer.outcome, SubmitOutcome::Throttled { retry_after }, "{headers}");
        assert_eq!(answer.request_id.as_deref(), Some("req_9"));
        assert_eq!((answer.limit.remaining, answer.limit.reset_after), (Some(3), Some(Duration::from_secs(12))));
    }
}

#[tokio::test]
async fn the_wait_that_a_gateway_asks_for_before_the_next_look_is_read_from_any_answer() {
    let alive = json!({"id": "job_1", "status": "processing"}).to_string();
    for (status, headers, expected) in [
        (200, "Retry-After: 7\r\n", Some(7_000)),
        (200, "openai-poll-after-ms: 1500\r\n", Some(1_500)),
        (200, "X-Poll-After-Ms: 40000\r\n", Some(40_000)),
        (200, "Retry-After: 2\r\nretry-after-ms: 2500\r\n", Some(2_500)),
        (200, "openai-poll-after-ms: soon\r\n", None),
        (200, "", None),
        (304, "Retry-After: 5\r\n", Some(5_000)),
        (503, "Retry-After: 20\r\n", Some(20_000)),
    ] {
        let server = Server::saying(answer(status, headers, &alive)).await;
        let id = RemoteId::new("job_1").expect("a plain id");
        let answer = client(GatewayId::Aigateway, &server).poll(&id).await;
        let found = answer.limit.poll_after.map(|wait| wait.as_millis());
        assert_eq!(found, expected, "{status} {headers}");
    }
}

#[tokio::test]
async fn cancel_tries_both_documented_ways() {
    let id = RemoteId::new("job_1").expect("a plain id");
    let cancelled = json!({"id": "job_1", "status": "cancelled"});
    let body = cancelled.clone();
    let server =
        Server::start(
            move |seen| {
                if seen.line.starts_with("DELETE") { answer(405, "", "") } else { json_answer(200, &body) }
            },
        )
        .await;
    assert_eq!(client(GatewayId::Aigateway, &server).cancel(&id).await.outcome, CancelOutcome::Asked);
    let lines: Vec<String> = server.seen().into_iter().map(|seen| seen.line).collect();
    assert_eq!(lines, ["DELETE /v1/jobs/job_1", "POST /v1/jobs/job_1/cancel"]);
    let server = Server::saying(json_answer(200, &cancelled)).await;
    assert_eq!(client(GatewayId::Aigateway, &server).cancel(&id).await.outcome, CancelOutcome::Asked);
    assert_eq!(server.seen().len(), 1);
    assert_eq!(client(GatewayId::Apiin, &server).cancel(&id).await.outcome, CancelOutcome::Refused);
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn keys_are_tried_for_free_and_never_without_one() {
    let server = Server::saying(json_answer(200, &json!({"balance_cents": 1250}))).await;
    let works = KeyCheck::Works { balance: Some(Amount::Money(Money(12_500_000))) };
    assert_eq!(client(GatewayId::Aigateway, &server).check_key().await.outcome, works);
    assert_eq!(server.seen()[0].line, "GET /v1/balance");
    assert_eq!(client(GatewayId::Apiin, &server).check_key().await.outcome, KeyCheck::CannotTell);
    for key in [None, Some("  "), Some("two\nlines")] {
        let key = key.map(|key| key.to_owned().into());
        let bare = Connection { key, ..connection(GatewayId::Apiin, &server) };
        let bare = Client::new(&Http::new().expect("it starts"), bare);
        let SubmitOutcome::Rejected(rejection) = bare.submit(&order(|_| {})).await.outcome else {
            panic!("a rejection")
        };
        assert_eq!(rejection.kind, RejectionKind::KeyRefused);
        assert_eq!(bare.check_key().await.outcome, KeyCheck::Refused);
    }
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn what_is_kept_of_a_conversation_holds_no_secret() {
    let body = json!({
        "id": "job_1", "status": "queued", "echo": format!("Bearer {CANARY}"),
        "result_url": "https://media.example/x.mp4?sig=SIGNATURE", "token": "SIGNATURE",
    });
    let headers = format!("X-Echo: {CANARY}\r\nLink: <https://a/b?SIGNATURE>\r\nSet-Cookie: SIGNATURE=1\r\n");
    let page = format!("<a href=\"https://a/b?SIGNATURE\">{CANARY}</a>");
    for bytes in [answer(202, &headers, body.to_string()), answer(200, &headers, page)] {
        let server = Server::saying(bytes).await;
        let client = client(GatewayId::Aigateway, &server);
        let answer = client.submit(&order(|_| {})).await;
        let kept = format!("{answer:?} {} {client:?}", answer.exchange.to_text());
        // The link itself is needed to fetch the clip, so only what is kept of the conversation is looked at.
        let exchange = answer.exchange.to_text();
        assert!(!kept.contains(CANARY), "{kept}");
        assert!(!exchange.contains("SIGNATURE"), "{exchange}");
        assert!(exchange.contains("POST http://127.0.0.1") && exchange.contains("a paper boat"), "{exchange}");
    }
}
