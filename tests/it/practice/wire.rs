//! Connections, answers that go wrong, and the log.

use super::*;

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
    assert_eq!(submit.body_sha256, crate::support::sha256(order.as_bytes()));
    assert_eq!(submit.job.as_deref(), practice.jobs().last().map(|job| job.id.as_str()));
}
