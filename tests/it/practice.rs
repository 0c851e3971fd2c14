//! The practice gateway over real sockets, byte by byte.

mod films;
mod platform;
mod state;
mod wire;

use std::time::Duration;

use rushes::{
    domain::{Credits, Money},
    practice::{
        AigatewayShape, ApiinShape, ApiinSubmitShape, Cancelling, Config, Fault, FaultKind, Faults, FilmSource,
        GoodKeys, LinkKind, Origin, Pace, Practice, Shapes, Stage, Timing, UnknownFields, Wallet,
    },
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use url::Url;

const AIG: &str = "Bearer sk-aig-test";
const AIO: &str = "Bearer aio_test";

/// What came back over the wire.
#[derive(Debug)]
struct Got {
    status: u16,
    head: String,
    /// The body as it was sent, chunk lines and all.
    body: Vec<u8>,
    /// Whether the connection ended with a reset.
    is_reset: bool,
}

impl Got {
    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (n, value) = line.split_once(": ")?;
            n.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }
}

/// Sends bytes and reads until the other side closes. `None` when not a byte came.
async fn exchange(address: impl tokio::net::ToSocketAddrs, request: &[u8]) -> Option<Got> {
    let mut stream = TcpStream::connect(address).await.expect("the practice gateway listens");
    // The other side may close before it has read everything; what it answers counts.
    stream.write_all(request).await.ok();
    let mut bytes = Vec::new();
    let is_reset = stream.read_to_end(&mut bytes).await.is_err();
    if bytes.is_empty() {
        return None;
    }
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a whole head");
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let status = head.split(' ').nth(1).and_then(|word| word.parse().ok()).expect("a status");
    Some(Got { status, head, body: bytes[end + 4..].to_vec(), is_reset })
}

fn request(method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut text = format!("{method} {target} HTTP/1.1\r\nhost: practice\r\nconnection: close\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    if !body.is_empty() {
        text.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    text.push_str("\r\n");
    text.push_str(body);
    text.into_bytes()
}

async fn try_call(practice: &Practice, method: &str, target: &str, key: &str, body: &str) -> Option<Got> {
    exchange(practice.address(), &request(method, target, &[("authorization", key)], body)).await
}

async fn call(practice: &Practice, method: &str, target: &str, key: &str, body: &str) -> Got {
    try_call(practice, method, target, key, body).await.expect("an answer")
}

async fn fetch(url: &str, headers: &[(&str, &str)]) -> Option<Got> {
    let url = Url::parse(url).expect("a URL");
    let target = format!("{}{}", url.path(), url.query().map(|q| format!("?{q}")).unwrap_or_default());
    let address = (url.host_str().expect("a host").to_owned(), url.port().expect("a port"));
    exchange(address, &request("GET", &target, headers, "")).await
}

fn film() -> Vec<u8> {
    let mut film = b"\0\0\0\x18ftypisom\0\0\0\0isommp42".to_vec();
    film.extend((0..100_000_u32).map(|n| u8::try_from(n % 251).expect("below 251")));
    film
}

async fn start(config: Config) -> Practice {
    Practice::start(config).await.expect("a free port")
}

async fn quick(faults: Faults) -> Practice {
    start(Config::quick(film()).with_faults(faults)).await
}

fn aig_order(prompt: &str) -> String {
    json!({"model": "pixverse/v5.6", "prompt": prompt, "duration": 5, "aspect_ratio": "16:9"}).to_string()
}

fn apiin_order(prompt: &str) -> String {
    json!({"model": "pixverse-5-6", "prompt": prompt, "resolution": "720p", "duration": 5, "resolution_ratio": "16:9",
        "generate_audio_switch": false, "thinking_type": "auto"})
    .to_string()
}

async fn submit_aig(practice: &Practice) -> String {
    let got = call(practice, "POST", "/v1/videos/generations", AIG, &aig_order("a heron")).await;
    assert_eq!(got.status, 202, "{got:?}");
    got.json()["id"].as_str().expect("an id").to_owned()
}

async fn submit_apiin(practice: &Practice) -> String {
    let got = call(practice, "POST", "/api/v1/videos/generations", AIO, &apiin_order("a heron")).await;
    assert_eq!(got.status, 200, "{got:?}");
    got.json()["data"]["task_id"].as_str().expect("an id").to_owned()
}

async fn poll_aig(practice: &Practice, id: &str) -> Got {
    call(practice, "GET", &format!("/v1/jobs/{id}"), AIG, "").await
}

async fn poll_apiin(practice: &Practice, id: &str) -> Got {
    call(practice, "GET", &format!("/api/v1/tasks/{id}"), AIO, "").await
}

/// Link of a finished apiin job.
async fn link(practice: &Practice) -> String {
    let id = submit_apiin(practice).await;
    let answer = poll_apiin(practice, &id).await.json();
    answer["data"]["response"][0].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

#[tokio::test]
async fn aigateway_speaks_its_three_shapes() {
    for (shape, submit_field, running, url_at) in [
        (AigatewayShape::ModelPage, "created", "processing", "/result/url"),
        (AigatewayShape::JobsPage, "object", "running", "/result/file_url"),
        (AigatewayShape::Sdk, "modality", "processing", "/result_url"),
    ] {
        let shapes = Shapes { aigateway: shape, ..Shapes::default() };
        let config = Config { shapes, ..Config::quick(film()) }.with_pace(Pace::Polls { queued: 1, running: 1 });
        let practice = start(config).await;
        let submitted = call(&practice, "POST", "/v1/videos/generations", AIG, &aig_order("a heron")).await;
        assert!(submitted.header("x-request-id").is_some_and(|id| id.starts_with("req_")));
        let submitted = submitted.json();
        assert!(submitted[submit_field] != Value::Null, "{submitted}");
        let id = submitted["id"].as_str().expect("an id");
        assert!(id.starts_with("job_"));
        let mut words = Vec::new();
        for _ in 0..3 {
            let answer = poll_aig(&practice, id).await.json();
            words.push(answer["status"].as_str().expect("a word").to_owned());
            if words.len() == 3 {
                let url = answer.pointer(url_at).and_then(Value::as_str).unwrap_or_else(|| panic!("{answer}"));
                let got = fetch(url, &[]).await.expect("the film");
                assert_eq!((got.status, got.body == film()), (200, true), "{shape:?}");
            }
        }
        assert_eq!(words, ["queued", running, "completed"]);
    }
}

#[tokio::test]
async fn aigateway_fails_with_an_error_as_object_or_as_text() {
    for (shape, expected) in [
        (AigatewayShape::ModelPage, json!({"code": "content_policy", "message": "no herons"})),
        (AigatewayShape::JobsPage, json!({"code": "content_policy", "message": "no herons"})),
        (AigatewayShape::Sdk, json!("no herons")),
    ] {
        let fault = FaultKind::Moderation { message: Some("no herons".to_owned()) };
        let shapes = Shapes { aigateway: shape, ..Shapes::default() };
        let wallet = Wallet { money: Some(Money(400_000)), ..Wallet::default() };
        let faults = Faults::default().on_submit(fault);
        let practice = start(Config { shapes, wallet, faults, ..Config::quick(film()) }).await;
        let id = submit_aig(&practice).await;
        assert_eq!(practice.wallet().money, Some(Money(0)));
        let answer = poll_aig(&practice, &id).await.json();
        assert_eq!((&answer["status"], &answer["error"]), (&json!("failed"), &expected));
        assert_eq!(practice.wallet().money, Some(Money(400_000)));
    }
}

#[tokio::test]
async fn apiin_speaks_all_its_shapes() {
    for (shape, words, url_at) in [
        (ApiinShape::Response, ["IN_PROGRESS", "IN_PROGRESS", "SUCCESS"], "/data/response/0"),
        (ApiinShape::ResponseObjects, ["IN_PROGRESS", "IN_PROGRESS", "SUCCESS"], "/data/response/0/url"),
        (ApiinShape::OutputVideoUrl, ["IN_PROGRESS", "IN_PROGRESS", "COMPLETED"], "/data/output/video_url"),
        (ApiinShape::VideoUrl, ["pending", "processing", "completed"], "/data/video_url"),
        (ApiinShape::Outputs, ["created", "processing", "completed"], "/data/outputs/0"),
        (ApiinShape::Bare, ["pending", "processing", "completed"], "/video_url"),
    ] {
        let shapes = Shapes { apiin: shape, ..Shapes::default() };
        let config = Config { shapes, ..Config::quick(film()) }.with_pace(Pace::Polls { queued: 1, running: 1 });
        let practice = start(config).await;
        let id = submit_apiin(&practice).await;
        assert!(id.starts_with("n65") && id.ends_with("_pixverse"));
        for (index, word) in words.into_iter().enumerate() {
            let answer = poll_apiin(&practice, &id).await.json();
            let status = if shape == ApiinShape::Bare { &answer["status"] } else { &answer["data"]["status"] };
            assert_eq!(status, word, "{shape:?}");
            if index == 2 {
                let url = answer.pointer(url_at).and_then(Value::as_str).unwrap_or_else(|| panic!("{answer}"));
                assert_eq!(fetch(url, &[]).await.expect("the film").body, film());
            }
        }
    }
}

#[tokio::test]
async fn apiin_fails_in_the_way_of_each_shape() {
    for (shape, at) in [
        (ApiinShape::Response, "/data/error_message"),
        (ApiinShape::OutputVideoUrl, "/data/error"),
        (ApiinShape::VideoUrl, "/data/error/message"),
        (ApiinShape::Outputs, "/data/error"),
        (ApiinShape::Bare, "/error/message"),
    ] {
        let shapes = Shapes { apiin: shape, ..Shapes::default() };
        let wallet = Wallet { credits: Some(Credits(100)), ..Wallet::default() };
        let films = FilmSource::new(|_| Err("out of paint".to_owned()));
        let practice = start(Config { shapes, wallet, films, ..Config::quick(film()) }).await;
        let id = submit_apiin(&practice).await;
        assert_eq!(practice.wallet().credits, Some(Credits(10)));
        let answer = poll_apiin(&practice, &id).await.json();
        assert_eq!(answer.pointer(at), Some(&json!("out of paint")), "{answer}");
        assert_eq!(practice.wallet().credits, Some(Credits(100)));
        if shape == ApiinShape::Response {
            assert_eq!(answer["data"]["consumed_credits"], 0);
        }
    }
}

#[tokio::test]
async fn apiin_submits_in_the_older_shape_and_at_once() {
    let submit = async |apiin_submit| {
        let shapes = Shapes { apiin_submit, ..Shapes::default() };
        let practice = start(Config { shapes, ..Config::quick(film()) }).await;
        let answer = call(&practice, "POST", "/api/v1/videos/generations", AIO, &apiin_order("a heron")).await.json();
        (practice, answer)
    };
    let (_older, answer) = submit(ApiinSubmitShape::Older).await;
    assert_eq!(answer["status"], "pending");
    assert!(answer["id"].is_string() && answer["created_at"].as_str().is_some_and(|at| at.ends_with('Z')));
    let (_immediate, answer) = submit(ApiinSubmitShape::Immediate).await;
    assert_eq!((&answer["code"], &answer["data"]["status"]), (&json!(200), &json!("SUCCESS")));
    let url = answer["data"]["response"][0].as_str().expect("a link");
    assert_eq!(fetch(url, &[]).await.expect("the film").body, film());
}

#[tokio::test]
async fn what_is_ordered_reaches_the_renderer() {
    let films = FilmSource::new(|spec| Ok(format!("{spec:?}").into_bytes()));
    let practice = start(Config { films, ..Config::quick(film()) }).await;
    let body = json!({"model": "pixverse-5-6", "prompt": "a heron", "resolution": "540p", "duration": 8,
        "resolution_ratio": "3:4", "generate_audio_switch": true, "negative_prompt": "blur", "seed": 42,
        "image": "data:image/png;base64,iVBORw=="})
    .to_string();
    let id = call(&practice, "POST", "/api/v1/videos/generations", AIO, &body).await.json()["data"]["task_id"].clone();
    let film = practice.film_of(id.as_str().expect("an id")).await.expect("a film");
    let jobs = practice.jobs();
    assert_eq!(film, format!("{:?}", jobs[0].film).into_bytes());
    assert_eq!(jobs[0].film.picture.as_deref(), Some(b"\x89PNG".as_slice()));
    assert_eq!((jobs[0].film.width, jobs[0].film.height, jobs[0].film.seed), (540, 720, 42));
    // Two jobs without a seed are two different takes.
    submit_apiin(&practice).await;
    submit_apiin(&practice).await;
    let seeds: Vec<_> = practice.jobs().iter().map(|job| job.film.seed).collect();
    assert_ne!(seeds[1], seeds[2]);
}

#[tokio::test]
async fn keys_are_checked_by_prefix_or_exactly() {
    let status = async |practice: &Practice, target: &str, key: &str| {
        let got = call(practice, "POST", target, key, &apiin_order("x")).await;
        (got.status, got.json()["error"]["type"].clone())
    };
    let refused = (401, json!("authentication_error"));
    let any = quick(Faults::default()).await;
    for (target, key) in [
        ("/v1/videos/generations", "Bearer aio_x"),
        ("/v1/videos/generations", "sk-aig-x"),
        ("/v1/videos/generations", "Bearer sk-aig-"),
        ("/api/v1/videos/generations", "Bearer sk-aig-x"),
        ("/api/v1/videos/generations", ""),
    ] {
        assert_eq!(status(&any, target, key).await, refused, "{target} {key}");
    }
    assert_eq!(status(&any, "/api/v1/videos/generations", "Bearer aio_x").await.0, 200);
    let keys =
        GoodKeys::Exactly { aigateway: "sk-aig-1".to_owned(), apiin: "aio_1".to_owned(), pixverse: "px-1".to_owned() };
    let exact = start(Config { keys, ..Config::quick(film()) }).await;
    assert_eq!(status(&exact, "/api/v1/videos/generations", "Bearer aio_x").await, refused);
    assert_eq!(status(&exact, "/api/v1/videos/generations", "Bearer aio_1").await.0, 200);
    let open = start(Config { keys: GoodKeys::NotChecked, ..Config::quick(film()) }).await;
    assert_eq!(status(&open, "/api/v1/videos/generations", "").await.0, 200);
}

#[tokio::test]
async fn errors_come_in_the_envelope_of_the_gateway() {
    let practice = quick(Faults::default()).await;
    let got = call(&practice, "POST", "/v1/videos/generations", AIG, r#"{"prompt":"x","model":"m"}"#).await;
    let error = json!({"message": "Model m not found", "type": "not_found", "code": 404, "param": "model"});
    assert_eq!((got.status, got.json()), (404, json!({"error": error})));
    let got = call(&practice, "POST", "/api/v1/videos/generations", AIO, r#"{"model":"pixverse-5-6"}"#).await;
    let error = json!({"message": "prompt is required", "type": "invalid_request", "code": 400});
    assert_eq!((got.status, got.json()), (400, json!({"error": error})));
    for (target, key) in [("/v1/jobs/job_x", AIG), ("/api/v1/tasks/n65x", AIO), ("/v1/nothing", AIG)] {
        assert_eq!(call(&practice, "GET", target, key, "").await.status, 404, "{target}");
    }
    // A job of one gateway is unknown to the other.
    let id = submit_aig(&practice).await;
    assert_eq!(poll_apiin(&practice, &id).await.status, 404);

    let strict = Config { unknown_fields: UnknownFields::Refuse, ..Config::quick(film()) };
    let strict = start(strict).await;
    let got = call(&strict, "POST", "/v1/videos/generations", AIG, r#"{"prompt":"x","seed":1}"#).await;
    assert_eq!((got.status, got.json()["error"]["param"].clone()), (400, json!("seed")));

    let wrapped = start(Config { apiin_errors_under_200: true, ..Config::quick(film()) }).await;
    let got = call(&wrapped, "POST", "/api/v1/videos/generations", AIO, r#"{"model":"pixverse-5-6"}"#).await;
    assert_eq!((got.status, got.json()["code"].clone()), (200, json!(400)));
}

#[tokio::test]
async fn an_empty_wallet_refuses_with_402_and_takes_nothing() {
    let wallet = Wallet { money: Some(Money(799_999)), credits: Some(Credits(179)) };
    let practice = start(Config { wallet, ..Config::quick(film()) }).await;
    submit_aig(&practice).await;
    submit_apiin(&practice).await;
    let left = Wallet { money: Some(Money(399_999)), credits: Some(Credits(89)) };
    assert_eq!(practice.wallet(), left);
    let got = call(&practice, "POST", "/v1/videos/generations", AIG, &aig_order("x")).await;
    assert_eq!((got.status, got.json()["error"]["type"].clone()), (402, json!("insufficient_credits")));
    assert_eq!(call(&practice, "POST", "/api/v1/videos/generations", AIO, &apiin_order("x")).await.status, 402);
    assert_eq!((practice.wallet(), practice.jobs().len()), (left, 2));
    assert_eq!(call(&practice, "GET", "/v1/balance", AIG, "").await.json()["balance_cents"], 39);
}

#[tokio::test]
async fn polls_that_come_too_early_are_answered_304() {
    let timing = Timing { min_poll_interval: Duration::from_secs(3600), ..Timing::none() };
    let practice = start(Config { timing, ..Config::quick(film()) }).await;
    let id = submit_aig(&practice).await;
    assert_eq!(poll_aig(&practice, &id).await.status, 200);
    let early = poll_aig(&practice, &id).await;
    assert_eq!((early.status, early.body.len()), (304, 0));
    // apiin states no such rule.
    let id = submit_apiin(&practice).await;
    assert_eq!(poll_apiin(&practice, &id).await.status, 200);
    assert_eq!(poll_apiin(&practice, &id).await.status, 200);
}

#[tokio::test]
async fn requests_beyond_the_limit_are_answered_429() {
    let practice = start(Config { requests_per_minute: Some(2), ..Config::quick(film()) }).await;
    let remaining = |got: &Got| got.header("x-ratelimit-remaining-requests").map(str::to_owned);
    let first = call(&practice, "GET", "/v1/balance", AIG, "").await;
    assert_eq!((first.status, remaining(&first).as_deref()), (200, Some("1")));
    assert_eq!(first.header("x-ratelimit-limit-requests"), Some("2"));
    call(&practice, "GET", "/v1/balance", AIG, "").await;
    let over = call(&practice, "POST", "/v1/videos/generations", AIG, &aig_order("x")).await;
    assert_eq!((over.status, remaining(&over).as_deref()), (429, Some("0")));
    let wait: u64 = over.header("retry-after").and_then(|value| value.parse().ok()).expect("a number");
    assert!((1..=60).contains(&wait));
    assert!(practice.jobs().is_empty());
    // Another key has its own count.
    assert_eq!(call(&practice, "GET", "/v1/balance", "Bearer sk-aig-other", "").await.status, 200);
}

#[tokio::test]
async fn only_queued_jobs_are_cancelled() {
    let config =
        Config { wallet: Wallet { money: Some(Money(800_000)), ..Wallet::default() }, ..Config::quick(film()) };
    let practice = start(config.clone().with_pace(Pace::Polls { queued: 1, running: 9 })).await;
    let first = submit_aig(&practice).await;
    let got = call(&practice, "DELETE", &format!("/v1/jobs/{first}"), AIG, "").await;
    assert_eq!((got.status, got.json()["status"].clone()), (200, json!("cancelled")));
    assert_eq!(practice.wallet().money, Some(Money(800_000)));
    let second = submit_aig(&practice).await;
    poll_aig(&practice, &second).await;
    let got = call(&practice, "POST", &format!("/v1/jobs/{second}/cancel"), AIG, "").await;
    assert_eq!((got.status, got.json()["status"].clone()), (200, json!("processing")));
    assert_eq!(
        practice.jobs().iter().map(|job| job.stage.clone()).collect::<Vec<_>>(),
        [Stage::Cancelled, Stage::Running]
    );

    for (cancelling, delete, post) in [(Cancelling::DeleteOnly, 200, 404), (Cancelling::PostOnly, 405, 200)] {
        let practice = start(Config { cancelling, ..config.clone() }).await;
        let id = submit_aig(&practice).await;
        assert_eq!(call(&practice, "DELETE", &format!("/v1/jobs/{id}"), AIG, "").await.status, delete);
        assert_eq!(call(&practice, "POST", &format!("/v1/jobs/{id}/cancel"), AIG, "").await.status, post);
    }
}

#[tokio::test]
async fn models_and_usage_are_told() {
    let practice = quick(Faults::default()).await;
    assert_eq!(
        call(&practice, "GET", "/v1/models?modality=video", AIG, "").await.json()["data"][0]["id"],
        "pixverse/v5.6"
    );
    assert_eq!(call(&practice, "GET", "/v1/models/pixverse%2Fv5.6", AIG, "").await.json()["id"], "pixverse/v5.6");
    assert_eq!(call(&practice, "GET", "/v1/models/pixverse%2Fv5.6/schema", AIG, "").await.status, 200);
    assert_eq!(call(&practice, "GET", "/v1/models/other", AIG, "").await.status, 404);
    let order = aig_order("a heron");
    let headers = [("authorization", AIG), ("x-aig-tag", "rushes-1")];
    exchange(practice.address(), &request("POST", "/v1/videos/generations", &headers, &order))
        .await
        .expect("an answer");
    let usage = call(&practice, "GET", "/v1/usage/by-tag?month=2026-11", AIG, "").await.json();
    assert_eq!(usage, json!({"data": [{"label": "rushes-1", "requests": 1, "cost_cents": 40}]}));
    assert_eq!(practice.submits()[0].tag(), Some("rushes-1"));
}

#[tokio::test]
async fn by_the_clock_a_job_waits_for_its_film() {
    let (open, gate) = std::sync::mpsc::sync_channel::<()>(1);
    let gate = std::sync::Mutex::new(gate);
    let films = FilmSource::new(move |_| {
        gate.lock().expect("one renderer").recv().map_err(|error| error.to_string())?;
        Ok(film())
    });
    let pace = Pace::Time { queued: Duration::ZERO, generating: Duration::ZERO };
    let practice = start(Config { films, ..Config::quick(film()) }.with_pace(pace)).await;
    let id = submit_apiin(&practice).await;
    assert_eq!(poll_apiin(&practice, &id).await.json()["data"]["status"], "IN_PROGRESS");
    open.send(()).expect("the renderer waits");
    practice.film_of(&id).await.expect("a film");
    assert_eq!(poll_apiin(&practice, &id).await.json()["data"]["status"], "SUCCESS");
}
