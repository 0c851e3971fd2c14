//! Finished films: signatures, ranges, and all that may go wrong with a download.

use super::*;

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
