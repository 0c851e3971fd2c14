//! The practice gateway over real sockets, byte by byte.

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
    let keys = GoodKeys::Exactly { aigateway: "sk-aig-1".to_owned(), apiin: "aio_1".to_owned() };
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
async fn links_are_signed_anew_and_expire() {
    let practice = quick(Faults::default()).await;
    let id = submit_apiin(&practice).await;
    let url =
        async || poll_apiin(&practice, &id).await.json()["data"]["response"][0].as_str().expect("a link").to_owned();
    let (first, second) = (url().await, url().await);
    assert_ne!(first, second);
    for url in [&first, &second] {
        assert_eq!(fetch(url, &[]).await.expect("an answer").status, 200);
    }
    assert_eq!(fetch(&first.replace("token=", "token=0"), &[]).await.expect("an answer").status, 403);
    assert_eq!(fetch(first.split('?').next().expect("a path"), &[]).await.expect("an answer").status, 403);
    practice.expire_links();
    assert_eq!(fetch(&first, &[]).await.expect("an answer").status, 403);
    assert_eq!(fetch(&url().await, &[]).await.expect("an answer").status, 200);
    practice.set_faults(&Faults::default().on_poll(FaultKind::ExpiredLink.once()));
    assert_eq!(fetch(&url().await, &[]).await.expect("an answer").status, 403);
    assert_eq!(fetch(&url().await, &[]).await.expect("an answer").status, 200);
}

#[tokio::test]
async fn aigateway_files_take_a_key_or_a_signature() {
    let practice = start(Config { links: LinkKind::NeedsKey, ..Config::quick(film()) }).await;
    let id = submit_aig(&practice).await;
    let url = poll_aig(&practice, &id).await.json()["result"]["url"].as_str().expect("a link").to_owned();
    assert!(url.ends_with(&format!("/v1/files/jobs/{id}/video.mp4")));
    assert_eq!(fetch(&url, &[]).await.expect("an answer").status, 401);
    assert_eq!(fetch(&url, &[("authorization", AIG)]).await.expect("an answer").body, film());
    let sign = async |query: &str| {
        call(&practice, "GET", &format!("/v1/files/jobs/{id}/video.mp4/signed{query}"), AIG, "").await
    };
    let signed = sign("?expires_in=60").await.json();
    assert!(signed["expires_at"].is_i64());
    let signed = signed["url"].as_str().expect("a link");
    assert_eq!(fetch(signed, &[]).await.expect("an answer").status, 200);
    assert_eq!(fetch(&signed.replace("exp=", "exp=9"), &[]).await.expect("an answer").status, 400);
    assert_eq!(sign("?expires_in=59").await.status, 400);
}

#[tokio::test]
async fn files_are_deleted_after_their_time() {
    let timing = Timing { retention: Duration::ZERO, ..Timing::none() };
    let practice = start(Config { timing, ..Config::quick(film()) }).await;
    assert_eq!(fetch(&link(&practice).await, &[]).await.expect("an answer").status, 404);
}

#[tokio::test]
async fn ranges_are_served_and_guarded_by_the_validator() {
    let practice = quick(Faults::default()).await;
    let url = link(&practice).await;
    let whole = fetch(&url, &[]).await.expect("an answer");
    let etag = whole.header("etag").expect("a validator").to_owned();
    assert_eq!(whole.header("content-type"), Some("video/mp4"));
    let length = film().len();
    let part = fetch(&url, &[("range", "bytes=100-"), ("if-range", &etag)]).await.expect("an answer");
    assert_eq!((part.status, part.body == film()[100..]), (206, true));
    assert_eq!(part.header("content-range"), Some(format!("bytes 100-{}/{length}", length - 1).as_str()));
    let other = fetch(&url, &[("range", "bytes=100-"), ("if-range", "\"other\"")]).await.expect("an answer");
    assert_eq!((other.status, other.body == film()), (200, true));
    let beyond = fetch(&url, &[("range", &format!("bytes={length}-"))]).await.expect("an answer");
    assert_eq!((beyond.status, beyond.header("content-range")), (416, Some(format!("bytes */{length}").as_str())));
    practice.set_faults(&Faults::default().on_media(FaultKind::ChangedFile));
    let changed = fetch(&url, &[("range", "bytes=100-"), ("if-range", &etag)]).await.expect("an answer");
    assert_eq!(changed.status, 200);
    assert_ne!(changed.header("etag"), Some(etag.as_str()));
    assert_ne!(Sha256::digest(&changed.body), Sha256::digest(film()));
}

#[tokio::test]
async fn a_dropped_submit_is_logged_and_makes_a_job_only_where_it_says_so() {
    for (kind, submits, jobs) in
        [(FaultKind::DropBeforeBody, 0, 0), (FaultKind::DropAfterBody, 1, 0), (FaultKind::DropAfterAccept, 1, 1)]
    {
        let practice = quick(Faults::default().on_submit(kind.clone().once())).await;
        let got = try_call(&practice, "POST", "/v1/videos/generations", AIG, &aig_order("a heron")).await;
        assert!(got.is_none(), "{kind:?}: {got:?}");
        assert_eq!((practice.submits().len(), practice.jobs().len()), (submits, jobs), "{kind:?}");
        assert_eq!(practice.log()[0].status, None);
        submit_aig(&practice).await;
        assert_eq!(practice.submits_of("a heron"), submits + 1);
    }
}

#[tokio::test]
async fn statuses_and_pages_come_instead_of_the_answer() {
    let cases = [
        (FaultKind::Status { status: 500, retry_after_secs: None, accepted: false }, 500, "application/json", 0),
        (FaultKind::Status { status: 503, retry_after_secs: Some(1), accepted: true }, 503, "application/json", 1),
        (FaultKind::Status { status: 409, retry_after_secs: None, accepted: false }, 409, "application/json", 0),
        (FaultKind::BadGateway { accepted: false }, 502, "text/html; charset=utf-8", 0),
        (FaultKind::BadGateway { accepted: true }, 502, "text/html; charset=utf-8", 1),
        (FaultKind::Html, 200, "text/html; charset=utf-8", 0),
        (FaultKind::Throttle { retry_after_secs: Some(7), as_date: false }, 429, "application/json", 0),
    ];
    for (kind, status, media_type, jobs) in cases {
        let practice = quick(Faults::default().on_submit(kind.clone())).await;
        let got = call(&practice, "POST", "/api/v1/videos/generations", AIO, &apiin_order("x")).await;
        assert_eq!((got.status, got.header("content-type")), (status, Some(media_type)), "{kind:?}");
        assert_eq!(practice.jobs().len(), jobs, "{kind:?}");
        let retry_after = match status {
            503 => Some("1"),
            429 => Some("7"),
            _ => None,
        };
        assert_eq!(got.header("retry-after"), retry_after);
    }
}

#[tokio::test]
async fn retry_after_can_be_a_date() {
    let kind = FaultKind::Throttle { retry_after_secs: Some(3600), as_date: true };
    let practice = quick(Faults::default().on_submit(kind)).await;
    let got = call(&practice, "POST", "/v1/videos/generations", AIG, &aig_order("x")).await;
    let date = httpdate::parse_http_date(got.header("retry-after").expect("a header")).expect("a date");
    assert!(date > std::time::SystemTime::now());
}

#[tokio::test]
async fn a_redirect_points_to_the_other_origin() {
    let practice = quick(Faults::default().on_submit(FaultKind::Redirect { location: None, status: 308 })).await;
    let got = call(&practice, "POST", "/v1/videos/generations", AIG, &aig_order("x")).await;
    let location = format!("http://{}/v1/videos/generations", practice.media_address());
    assert_eq!((got.status, got.header("location")), (308, Some(location.as_str())));
    // Whoever follows it is seen there, and gets nothing.
    let headers = [("authorization", AIG)];
    let order = aig_order("x");
    let at_media =
        exchange(practice.media_address(), &request("POST", "/v1/videos/generations", &headers, &order)).await;
    assert!(at_media.is_some());
    let seen = practice.log().pop().expect("a request");
    assert_eq!((seen.origin, seen.authorization(), seen.is_submit()), (Origin::Media, Some(AIG), false));
    assert!(seen.mentions("sk-aig-test") && !format!("{seen:?}").contains("sk-aig-test"));
}

#[tokio::test]
async fn json_can_be_cut_in_two_ways_and_swollen() {
    let answer = async |kind: FaultKind| {
        let practice = quick(Faults::default().on_submit(kind)).await;
        let got = call(&practice, "POST", "/v1/videos/generations", AIG, &aig_order("x")).await;
        assert_eq!(practice.jobs().len(), 1);
        let stated: usize = got.header("content-length").and_then(|text| text.parse().ok()).expect("a length");
        (got, stated)
    };
    let (half, stated) = answer(FaultKind::TruncatedJson { cut: false }).await;
    assert!(half.body.len() == stated && serde_json::from_slice::<Value>(&half.body).is_err());
    let (cut, stated) = answer(FaultKind::TruncatedJson { cut: true }).await;
    assert!(cut.body.len() < stated && !cut.body.is_empty());
    let (bloated, _) = answer(FaultKind::Bloated { size_bytes: 2_000_000 }).await;
    assert!(bloated.body.len() > 2_000_000 && bloated.json()["id"].is_string());
    let (raw, _) = answer(FaultKind::RawBody { body: "null".to_owned() }).await;
    assert_eq!((raw.status, raw.body.as_slice()), (200, b"null".as_slice()));
}

#[tokio::test]
async fn a_slow_answer_comes_and_a_stalled_one_does_not() {
    let practice = quick(Faults::default().on_submit(FaultKind::Slow { delay_millis: 30 })).await;
    submit_aig(&practice).await;
    practice.set_faults(&Faults::default().on_submit(FaultKind::Stall));
    let mut stream = TcpStream::connect(practice.address()).await.expect("it listens");
    let order = aig_order("stalled");
    let bytes = request("POST", "/v1/videos/generations", &[("authorization", AIG)], &order);
    stream.write_all(&bytes).await.expect("it reads");
    let seen = practice.wait_until(|seen| seen.iter().any(|s| s.is_submit() && s.prompt() == Some("stalled"))).await;
    assert_eq!(seen.expect("it was read").last().and_then(|seen| seen.status), None);
    drop(practice);
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.ok();
    assert!(rest.is_empty());
}

#[tokio::test]
async fn polls_can_lie_about_the_job() {
    let faults = Faults::default()
        .on_poll(FaultKind::NeverEnds.nth(1))
        .on_poll(FaultKind::UnknownWord { word: "warming_up".to_owned() }.nth(2))
        .on_poll(FaultKind::JobMissing.nth(3))
        .on_poll(FaultKind::NotModified.nth(4))
        .on_poll(FaultKind::NoUrl.times(2));
    let practice = quick(faults).await;
    let id = submit_apiin(&practice).await;
    let mut seen = Vec::new();
    for _ in 0..7 {
        let got = poll_apiin(&practice, &id).await;
        let body = if got.body.is_empty() { Value::Null } else { got.json() };
        let word = body["data"]["status"].as_str().unwrap_or("-").to_owned();
        seen.push((got.status, word, body["data"]["response"][0].is_string()));
    }
    let expected = [
        (200, "IN_PROGRESS", false),
        (200, "warming_up", false),
        (404, "-", false),
        (304, "-", false),
        (200, "SUCCESS", false),
        (200, "SUCCESS", false),
        (200, "SUCCESS", true),
    ];
    assert_eq!(seen, expected.map(|(status, word, has_url)| (status, word.to_owned(), has_url)));
}

#[tokio::test]
async fn a_failure_at_a_poll_stays_and_is_refunded_once() {
    let wallet = Wallet { credits: Some(Credits(90)), ..Wallet::default() };
    let faults = Faults::default().on_poll(FaultKind::UpstreamFailure { message: None }.once());
    let practice = start(Config { wallet, faults, ..Config::quick(film()) }).await;
    let id = submit_apiin(&practice).await;
    for _ in 0..2 {
        let answer = poll_apiin(&practice, &id).await.json();
        assert_eq!(answer["data"]["status"], "FAILED");
        assert_eq!(practice.wallet().credits, Some(Credits(90)));
    }
}

#[tokio::test]
async fn faults_can_be_meant_for_one_prompt() {
    let fault = Fault::from(FaultKind::DropAfterBody).for_prompt("egret");
    let practice = quick(Faults::default().on_submit(fault)).await;
    submit_aig(&practice).await;
    assert!(try_call(&practice, "POST", "/v1/videos/generations", AIG, &aig_order("an egret")).await.is_none());
}

#[tokio::test]
async fn films_are_cut_at_the_byte() {
    let length = film().len();
    for (kind, range, status, body_bytes) in [
        (FaultKind::Cut { at: 600 }, None, 200, 600),
        (FaultKind::Cut { at: 600 }, Some("bytes=100-"), 206, 500),
        (FaultKind::CloseDelimited { at: Some(600) }, None, 200, 600),
        (FaultKind::CloseDelimited { at: None }, None, 200, length),
        (FaultKind::ShortRange { len: 50 }, Some("bytes=100-"), 206, 50),
        (FaultKind::IgnoreRange, Some("bytes=100-"), 200, length),
        (FaultKind::WrongStart { shift: -10 }, Some("bytes=100-"), 206, length - 90),
        (FaultKind::WrongLength { stated: 5_000_000 }, None, 200, length),
        (FaultKind::Trickle { chunk_bytes: 40_000, pause_millis: 1 }, None, 200, length),
    ] {
        let practice = quick(Faults::default().on_media(kind.clone())).await;
        let url = link(&practice).await;
        let headers: Vec<_> = range.map(|range| ("range", range)).into_iter().collect();
        let got = fetch(&url, &headers).await.expect("an answer");
        assert_eq!((got.status, got.body.len()), (status, body_bytes), "{kind:?}");
        let stated = got.header("content-length").and_then(|text| text.parse::<usize>().ok());
        let expected = match kind {
            FaultKind::Cut { .. } if status == 206 => Some(length - 100),
            FaultKind::Cut { .. } => Some(length),
            FaultKind::CloseDelimited { .. } => None,
            FaultKind::WrongLength { .. } => Some(5_000_000),
            _ => Some(body_bytes),
        };
        assert_eq!(stated, expected, "{kind:?}");
        if let FaultKind::WrongStart { .. } = kind {
            assert!(got.header("content-range").is_some_and(|value| value.starts_with("bytes 90-")));
        }
        if let FaultKind::ShortRange { .. } = kind {
            assert!(got.header("content-range").is_some_and(|value| value.starts_with("bytes 100-")));
        }
        assert!(!got.is_reset, "{kind:?}");
    }
}

#[tokio::test]
async fn chunked_films_are_whole_or_cut_in_a_chunk() {
    let practice = quick(Faults::default().on_media(FaultKind::Chunked { at: None })).await;
    let url = link(&practice).await;
    let whole = fetch(&url, &[]).await.expect("an answer");
    assert_eq!((whole.header("transfer-encoding"), whole.header("content-length")), (Some("chunked"), None));
    assert!(whole.body.ends_with(b"\r\n0\r\n\r\n"));
    assert!(whole.body.starts_with(format!("{:x}\r\n", film().len()).as_bytes()));
    practice.set_faults(&Faults::default().on_media(FaultKind::Chunked { at: Some(600) }));
    let cut = fetch(&url, &[]).await.expect("an answer");
    // 601 are promised, 600 come.
    assert!(cut.body.starts_with(b"259\r\n") && cut.body.len() == 5 + 600);
    assert!(cut.body.ends_with(&film()[590..600]));
}

#[tokio::test]
async fn validators_can_be_weak_or_missing_and_pages_can_come_for_films() {
    let practice = quick(Faults::default().on_media(FaultKind::WeakEtag)).await;
    let url = link(&practice).await;
    assert!(fetch(&url, &[]).await.expect("an answer").header("etag").is_some_and(|etag| etag.starts_with("W/")));
    practice.set_faults(&Faults::default().on_media(FaultKind::NoEtag));
    assert_eq!(fetch(&url, &[]).await.expect("an answer").header("etag"), None);
    practice.set_faults(&Faults::default().on_media(FaultKind::Html));
    let page = fetch(&url, &[]).await.expect("an answer");
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    practice.set_faults(&Faults::default().on_media(FaultKind::Expired));
    assert_eq!(fetch(&url, &[]).await.expect("an answer").status, 403);
}

#[tokio::test]
async fn a_link_can_expire_in_the_middle_of_the_film() {
    let practice = quick(Faults::default().on_media(FaultKind::ExpireAt { at: 5_000 }.once())).await;
    let url = link(&practice).await;
    assert_eq!(fetch(&url, &[]).await.expect("an answer").body.len(), 5_000);
    assert_eq!(fetch(&url, &[("range", "bytes=5000-")]).await.expect("an answer").status, 403);
    let id = practice.jobs()[0].id.clone();
    let fresh = poll_apiin(&practice, &id).await.json()["data"]["response"][0].as_str().expect("a link").to_owned();
    assert_eq!(fetch(&fresh, &[("range", "bytes=5000-")]).await.expect("an answer").body, film()[5_000..]);
}

#[tokio::test]
async fn a_stalled_film_keeps_the_connection_open() {
    let practice = quick(Faults::default().on_media(FaultKind::StallAt { at: 600 })).await;
    let url = Url::parse(&link(&practice).await).expect("a URL");
    let mut stream = TcpStream::connect(practice.media_address()).await.expect("it listens");
    let target = format!("{}?{}", url.path(), url.query().expect("a signature"));
    stream.write_all(&request("GET", &target, &[], "")).await.expect("it reads");
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    let end_of_head = |bytes: &[u8]| bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4);
    while end_of_head(&bytes).is_none_or(|end| bytes.len() < end + 600) {
        let count = stream.read(&mut piece).await.expect("more comes");
        assert_ne!(count, 0, "closed too early");
        bytes.extend_from_slice(&piece[..count]);
    }
    // Only the end of the gateway ends it.
    drop(practice);
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.ok();
    assert!(rest.is_empty());
}

#[tokio::test]
async fn a_connection_is_used_again_and_bodies_may_be_chunked() {
    let practice = quick(Faults::default()).await;
    let mut stream = TcpStream::connect(practice.address()).await.expect("it listens");
    let order = aig_order("in pieces");
    let (one, two) = order.split_at(10);
    let head = format!(
        "POST /v1/videos/generations HTTP/1.1\r\nhost: x\r\nauthorization: {AIG}\r\ntransfer-encoding: chunked\r\n\r\n"
    );
    let chunks = format!("{:x}\r\n{one}\r\n{:x};a=b\r\n{two}\r\n0\r\nx-trailer: 1\r\n\r\n", one.len(), two.len());
    // The second request travels right behind the first one.
    let second = format!("GET /v1/balance HTTP/1.1\r\nhost: x\r\nauthorization: {AIG}\r\nconnection: close\r\n\r\n");
    stream.write_all(format!("{head}{chunks}{second}").as_bytes()).await.expect("it reads");
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.expect("both answers");
    let text = String::from_utf8_lossy(&bytes);
    assert_eq!(text.matches("HTTP/1.1 ").count(), 2, "{text}");
    assert_eq!(practice.submits_of("in pieces"), 1);
}

#[tokio::test]
async fn broken_and_oversized_requests_are_refused() {
    let practice = quick(Faults::default()).await;
    let status = async |bytes: &[u8]| exchange(practice.address(), bytes).await.map(|got| got.status);
    assert_eq!(status(b"\x01\x02\x03 nonsense\r\n\r\n").await, Some(400));
    assert_eq!(status(b"POST /v1/videos/generations HTTP/1.1\r\ncontent-length: 33554433\r\n\r\n").await, Some(413));
    assert_eq!(status(b"POST / HTTP/1.1\r\ncontent-length: many\r\n\r\n").await, Some(400));
    assert_eq!(status(b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n").await, Some(400));
    let long = format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(70_000));
    assert_eq!(status(long.as_bytes()).await, Some(431));
    assert_eq!(practice.submits().len(), 0);
}

#[tokio::test]
async fn by_the_clock_a_job_waits_for_its_film() {
    let (open, gate) = std::sync::mpsc::channel::<()>();
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

#[tokio::test]
async fn a_taken_port_is_an_error_and_a_dropped_gateway_frees_it() {
    let practice = quick(Faults::default()).await;
    let address = practice.address();
    let taken = Practice::start(Config { port: address.port(), ..Config::default() }).await;
    assert_eq!(taken.expect_err("taken").kind(), std::io::ErrorKind::AddrInUse);
    assert_eq!(practice.aigateway_url().as_str(), format!("http://{address}/v1"));
    assert_eq!(practice.apiin_url().as_str(), format!("http://{address}/api/v1"));
    drop(practice);
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn the_log_tells_bodies_and_origins_and_forgets_the_oldest() {
    let practice = start(Config { log_limit: 2, ..Config::quick(film()) }).await;
    let url = link(&practice).await;
    fetch(&url, &[]).await.expect("an answer");
    let log = practice.log();
    assert_eq!(
        log.iter().map(|seen| (seen.number, seen.origin)).collect::<Vec<_>>(),
        [(2, Origin::Api), (3, Origin::Media)]
    );
    assert_eq!(log[1].authorization(), None);
    assert_eq!(log[1].status, Some(200));
    let order = apiin_order("a heron");
    call(&practice, "POST", "/api/v1/videos/generations", AIO, &order).await;
    let submit = &practice.submits()[0];
    assert_eq!(submit.json, serde_json::from_str(&order).ok());
    assert_eq!(submit.body_bytes, order.len() as u64);
    let sha256: String = Sha256::digest(&order).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(submit.body_sha256, sha256);
    assert_eq!(submit.job.as_deref(), practice.jobs().last().map(|job| job.id.as_str()));
}
