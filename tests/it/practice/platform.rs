//! The routes of PixVerse's Platform.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, RgbImage};
use rushes::practice::{PlatformNumbers, PlatformRules, Protocol};

use super::*;

const KEY: &str = "px-test";

/// A request with a key and a name.
async fn ask_as(practice: &Practice, line: (&str, &str), trace: &str, body: &Value) -> Option<Got> {
    let text = if body.is_null() { String::new() } else { body.to_string() };
    let target = format!("/openapi/v2/{}", line.1);
    exchange(practice.address(), &request(line.0, &target, &[("API-KEY", KEY), ("Ai-trace-id", trace)], &text)).await
}

/// The same with a fresh name.
async fn ask(practice: &Practice, method: &str, path: &str, body: &Value) -> Got {
    let trace = uuid::Uuid::new_v4().to_string();
    ask_as(practice, (method, path), &trace, body).await.expect("an answer")
}

fn text_order(prompt: &str) -> Value {
    json!({"model": "v5.6", "prompt": prompt, "duration": 5, "quality": "720p", "aspect_ratio": "16:9"})
}

/// The content of an answer that says yes.
fn content(got: &Got) -> Value {
    let json = got.json();
    assert_eq!((got.status, &json["ErrCode"], &json["ErrMsg"]), (200, &json!(0), &json!("success")), "{json}");
    json["Resp"].clone()
}

fn code(got: &Got) -> u64 {
    got.json()["ErrCode"].as_u64().unwrap_or_else(|| panic!("no code: {got:?}"))
}

async fn order(practice: &Practice, prompt: &str) -> u64 {
    let got = ask(practice, "POST", "video/text/generate", &text_order(prompt)).await;
    content(&got)["video_id"].as_u64().expect("a number")
}

async fn look(practice: &Practice, id: u64) -> Got {
    ask(practice, "GET", &format!("video/result/{id}"), &Value::Null).await
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let picture = RgbImage::from_pixel(width, height, image::Rgb([200, 40, 40]));
    DynamicImage::from(picture).write_to(&mut file, ImageFormat::Png).expect("a picture");
    file.into_inner()
}

async fn upload_part(practice: &Practice, trace: &str, part: &str, bytes: &[u8]) -> Option<Got> {
    let body =
        [format!("--x\r\nContent-Disposition: form-data; {part}\r\n\r\n").as_bytes(), bytes, b"\r\n--x--\r\n"].concat();
    let head = format!(
        "POST /openapi/v2/image/upload HTTP/1.1\r\nhost: practice\r\nconnection: close\r\nAPI-KEY: {KEY}\r\n\
        Ai-trace-id: {trace}\r\ncontent-type: multipart/form-data; boundary=x\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    exchange(practice.address(), &[head.as_bytes(), &body].concat()).await
}

async fn upload(practice: &Practice, bytes: &[u8]) -> u64 {
    let trace = uuid::Uuid::new_v4().to_string();
    let part = "name=\"image\"; filename=\"a.png\"\r\nContent-Type: image/png";
    let got = upload_part(practice, &trace, part, bytes).await.expect("an answer");
    content(&got)["img_id"].as_u64().expect("a number")
}

#[tokio::test]
async fn a_clip_from_words_is_ordered_watched_and_fetched() {
    for (platform, numbers) in [
        (PlatformNumbers::Documented, [5, 5, 1]),
        (PlatformNumbers::Site, [9, 10, 1]),
        (PlatformNumbers::Mcp, [2, 3, 1]),
    ] {
        let shapes = Shapes { platform, ..Shapes::default() };
        let config = Config { shapes, ..Config::quick(film()) }.with_pace(Pace::Polls { queued: 1, running: 1 });
        let practice = start(config).await;
        let got = ask(&practice, "POST", "video/text/generate", &text_order("a heron")).await;
        let ordered = content(&got);
        let id = ordered["video_id"].as_u64().expect("a number");
        assert!(id > 1 << 53 && id as f64 as u64 != id, "{id} survives floating point");
        assert_eq!(ordered["credits"], 45);
        for number in numbers {
            let found = content(&look(&practice, id).await);
            assert_eq!((&found["id"], &found["status"]), (&json!(id), &json!(number)));
            let url = found["url"].as_str().expect("text");
            assert_eq!(url.is_empty(), number != 1, "{found}");
            if number == 1 {
                assert_eq!((&found["outputWidth"], &found["size"]), (&json!(1280), &json!(film().len())));
                assert!(url.contains(&practice.media_address().to_string()));
                assert_eq!(fetch(url, &[]).await.expect("the film").body, film());
            }
        }
        assert_eq!((practice.submits_of("a heron"), practice.jobs()[0].protocol), (1, Protocol::Pixverse));
    }
}

#[tokio::test]
async fn uploaded_pictures_begin_and_end_a_clip() {
    let practice = quick(Faults::default()).await;
    let (first, last) = (png(40, 30), png(30, 40));
    let (first_id, last_id) = (upload(&practice, &first).await, upload(&practice, &last).await);
    let from = |change: Value| {
        let mut body =
            json!({"model": "v5.6", "prompt": "x", "duration": 5, "quality": "360p", "aspect_ratio": "9:16"});
        for (name, value) in change.as_object().expect("an object") {
            body[name] = value.clone();
        }
        body
    };
    let got = ask(&practice, "POST", "video/img/generate", &from(json!({"img_id": first_id}))).await;
    assert_eq!(content(&got)["credits"], 35);
    let pair = json!({"first_frame_img": first_id, "last_frame_img": last_id});
    content(&ask(&practice, "POST", "video/transition/generate", &from(pair)).await);
    let jobs = practice.jobs();
    assert_eq!((jobs[0].film.width, jobs[0].film.height), (480, 360));
    assert_eq!((jobs[0].film.picture.as_ref(), jobs[0].film.end_picture.as_ref()), (Some(&first), None));
    assert_eq!((jobs[1].film.picture.as_ref(), jobs[1].film.end_picture.as_ref()), (Some(&first), Some(&last)));
    let unknown = ask(&practice, "POST", "video/img/generate", &from(json!({"img_id": first_id ^ 2}))).await;
    assert_eq!((code(&unknown), practice.jobs().len()), (400_032, 2));
    let uploads = practice.uploads();
    assert_eq!((uploads[1].number, uploads[1].bytes == last, uploads[1].size), (last_id, true, Some((30, 40))));
}

#[tokio::test]
async fn an_upload_is_a_picture_under_a_public_address_or_a_code() {
    let practice = quick(Faults::default()).await;
    let picture = png(8, 8);
    let file = |media_type: &str| format!("name=\"image\"; filename=\"a\"\r\nContent-Type: {media_type}");
    let good = upload_part(&practice, "same", &file("image/png"), &picture).await.expect("an answer");
    let address = content(&good)["img_url"].as_str().expect("text").to_owned();
    let got = fetch(&address, &[]).await.expect("the picture");
    assert_eq!((got.status, got.header("content-type"), got.body == picture), (200, Some("image/png"), true));
    let again = upload_part(&practice, "same", &file("image/png"), &picture).await.expect("an answer");
    assert_eq!((again.json(), practice.uploads().len()), (good.json(), 1));
    for (number, (part, bytes, expected)) in [
        (file("application/octet-stream"), picture.clone(), 500_032),
        (file("image/png"), picture[..20].to_vec(), 500_031),
        (file("image/png"), png(4001, 1), 500_030),
        ("name=\"image\"".to_owned(), picture.clone(), 400_011),
        ("name=\"image_url\"".to_owned(), b"ftp://example.com/a.png".to_vec(), 500_042),
        ("name=\"image_url\"".to_owned(), b"https://example.com/a.png".to_vec(), 0),
    ]
    .into_iter()
    .enumerate()
    {
        let got = upload_part(&practice, &number.to_string(), &part, &bytes).await.expect("an answer");
        assert_eq!((got.status, code(&got)), (200, expected), "{part}");
    }
    let no_form = ask(&practice, "POST", "image/upload", &json!({"image": "x"})).await;
    assert_eq!(code(&no_form), 400_013);
}

#[tokio::test]
async fn a_name_that_is_used_again_gives_the_earlier_order() {
    let wallet = Wallet { credits: Some(Credits(100)), ..Wallet::default() };
    let practice = start(Config { wallet, ..Config::quick(film()) }).await;
    let line = ("POST", "video/text/generate");
    let first = ask_as(&practice, line, "one", &text_order("a heron")).await.expect("an answer");
    let again = ask_as(&practice, line, "one", &text_order("another")).await.expect("an answer");
    assert_eq!(content(&first), content(&again));
    assert_eq!((practice.jobs().len(), practice.wallet().credits), (1, Some(Credits(55))));
    assert_eq!(practice.jobs()[0].trace.as_deref(), Some("one"));
    content(&ask_as(&practice, line, "two", &text_order("another")).await.expect("an answer"));
    let poor = ask_as(&practice, line, "three", &text_order("another")).await.expect("an answer");
    assert_eq!((code(&poor), practice.jobs().len(), practice.wallet().credits), (500_090, 2, Some(Credits(10))));
    let purses = content(&ask(&practice, "GET", "account/balance", &Value::Null).await);
    assert_eq!(purses, json!({"account_id": 0, "credit_monthly": 7, "credit_package": 3}));
}

#[tokio::test]
async fn keys_and_names_are_asked_for() {
    let target = "/openapi/v2/account/balance";
    let get = async |practice: &Practice, headers: &[(&str, &str)]| {
        let got = exchange(practice.address(), &request("GET", target, headers, "")).await.expect("an answer");
        (got.status, code(&got))
    };
    let practice = quick(Faults::default()).await;
    assert_eq!(get(&practice, &[("Ai-trace-id", "a")]).await, (401, 400_012));
    assert_eq!(get(&practice, &[("Ai-trace-id", "a"), ("authorization", "Bearer x")]).await, (401, 400_012));
    assert_eq!(get(&practice, &[("api-key", "x")]).await, (200, 400_011));
    assert_eq!(get(&practice, &[("api-key", "x"), ("ai-trace-id", " ")]).await, (200, 400_011));
    assert_eq!(get(&practice, &[("API-KEY", "x"), ("Ai-Trace-Id", "a")]).await, (200, 0));
    let keys = GoodKeys::Exactly { aigateway: "sk-aig-1".into(), apiin: "aio_1".into(), pixverse: "px-1".into() };
    let exact = start(Config { keys, ..Config::quick(film()) }).await;
    assert_eq!(get(&exact, &[("API-KEY", "aio_1"), ("Ai-trace-id", "a")]).await, (401, 400_012));
    assert_eq!(get(&exact, &[("API-KEY", "px-1"), ("Ai-trace-id", "a")]).await, (200, 0));
    assert_eq!(exact.log()[1].api_key().zip(exact.log()[1].trace()), Some(("px-1", "a")));
}

#[tokio::test]
async fn only_so_many_clips_are_made_at_once() {
    let platform = PlatformRules { at_once: Some(2), ..PlatformRules::default() };
    let practice = start(Config { platform, ..Config::quick(film()) }).await;
    let first = order(&practice, "a").await;
    order(&practice, "b").await;
    let full = ask(&practice, "POST", "video/text/generate", &text_order("c")).await;
    assert_eq!((full.status, code(&full), practice.jobs().len()), (200, 500_044, 2));
    assert_eq!(content(&look(&practice, first).await)["status"], 1);
    order(&practice, "c").await;
}

#[tokio::test]
async fn jobs_end_in_the_documented_ways() {
    let wallet = Wallet { credits: Some(Credits(45)), ..Wallet::default() };
    for (fault, number) in
        [(FaultKind::Moderation { message: None }, 7), (FaultKind::UpstreamFailure { message: None }, 8)]
    {
        let practice =
            start(Config { wallet, ..Config::quick(film()).with_faults(Faults::default().on_submit(fault)) }).await;
        let id = order(&practice, "x").await;
        assert_eq!(practice.wallet().credits, Some(Credits(0)));
        let found = content(&look(&practice, id).await);
        assert_eq!((&found["status"], &found["url"]), (&json!(number), &json!("")));
        assert_eq!(practice.wallet().credits, Some(Credits(45)), "{number} is given back");
    }
    let mut config = Config::quick(film());
    config.timing.retention = Duration::ZERO;
    let practice = start(config).await;
    let id = order(&practice, "x").await;
    look(&practice, id).await;
    assert_eq!(content(&look(&practice, id).await)["status"], 6);
    assert_eq!(code(&look(&practice, 7).await), 500_008);
    // A job of another gateway is unknown here.
    let other = submit_apiin(&practice).await;
    assert_eq!(code(&ask(&practice, "GET", &format!("video/result/{other}"), &Value::Null).await), 500_008);
}

#[tokio::test]
async fn moderation_may_answer_in_the_odd_envelope() {
    let platform = PlatformRules { odd_moderation: true, ..PlatformRules::default() };
    let fault = FaultKind::Moderation { message: Some("no herons".to_owned()) };
    let faults = Faults::default().on_submit(fault.clone().once()).on_poll(fault.nth(2));
    let config = Config { platform, faults, ..Config::quick(film()) };
    let practice = start(config.with_pace(Pace::Polls { queued: 0, running: 9 })).await;
    let refused = ask(&practice, "POST", "video/text/generate", &text_order("x")).await;
    let odd = json!({"err_code": 500_063, "err_msg": "no herons", "resp": null});
    assert_eq!((refused.status, refused.json(), practice.jobs().len()), (500, odd, 0));
    let id = order(&practice, "x").await;
    assert_eq!(content(&look(&practice, id).await)["status"], 5);
    for _ in 0..2 {
        let found = look(&practice, id).await;
        assert_eq!((found.status, found.json()["err_code"].clone()), (500, json!(500_054)));
    }
    assert!(practice.jobs()[0].is_refunded);
}

#[tokio::test]
async fn what_was_taken_is_listed_with_the_names_of_orders() {
    let ask_bills = async |practice: &Practice| {
        let span = json!({"start_time": "2020-01-01 00:00:00", "end_time": "2999-01-01 00:00:00", "limit": 100});
        content(&ask(practice, "POST", "account/billing/usage-detail", &span).await)["items"].clone()
    };
    let line = ("POST", "video/text/generate");
    for (nameless_bills, bills_are_late) in [(false, false), (true, false), (false, true)] {
        let platform = PlatformRules { nameless_bills, bills_are_late, ..PlatformRules::default() };
        let faults = Faults::default().on_submit(FaultKind::DropAfterAccept.once());
        let practice = start(Config { platform, faults, ..Config::quick(film()) }).await;
        assert!(ask_as(&practice, line, "lost", &text_order("x")).await.is_none());
        let bills = ask_bills(&practice).await;
        let id: u64 = practice.jobs()[0].id.parse().expect("a number");
        match bills.as_array().expect("items").as_slice() {
            [] => assert!(bills_are_late),
            [bill] if nameless_bills => {
                assert_eq!(
                    (&bill["credits"], &bill["trace_id"], &bill["video_id"]),
                    (&json!(45), &Value::Null, &Value::Null)
                );
            }
            [bill] => assert_eq!((&bill["trace_id"], &bill["video_id"]), (&json!("lost"), &json!(id))),
            more => panic!("{more:?}"),
        }
    }
}

#[tokio::test]
async fn faults_strike_here_too() {
    for (kind, submits, jobs) in
        [(FaultKind::DropBeforeBody, 0, 0), (FaultKind::DropAfterBody, 1, 0), (FaultKind::DropAfterAccept, 1, 1)]
    {
        let practice = quick(Faults::default().on_submit(kind.once())).await;
        assert!(ask_as(&practice, ("POST", "video/text/generate"), "a", &text_order("x")).await.is_none());
        assert_eq!((practice.submits_of("x"), practice.jobs().len()), (submits, jobs));
    }
    for (status, expected) in [(401, 400_012), (404, 500_008), (500, 500_100), (503, 500_069)] {
        let kind = FaultKind::Status { status, retry_after_secs: Some(3), accepted: false };
        let practice = quick(Faults::default().on_poll(kind)).await;
        let got = look(&practice, 7).await;
        assert_eq!((got.status, code(&got), got.header("retry-after")), (status, expected, Some("3")));
    }
    let throttle = FaultKind::Throttle { retry_after_secs: Some(2), as_date: false };
    let part = "name=\"image\"; filename=\"a.png\"\r\nContent-Type: image/png";
    let faults = Faults::default()
        .on_upload(FaultKind::DropAfterBody.nth(1))
        .on_upload(throttle.nth(2))
        .on_upload(FaultKind::Moderation { message: None }.nth(3));
    let practice = quick(faults).await;
    assert!(upload_part(&practice, "a", part, &png(8, 8)).await.is_none());
    let throttled = upload_part(&practice, "b", part, &png(8, 8)).await.expect("an answer");
    assert_eq!((throttled.status, throttled.header("retry-after")), (429, Some("2")));
    assert_eq!(code(&upload_part(&practice, "c", part, &png(8, 8)).await.expect("an answer")), 500_052);
    assert!(practice.uploads().is_empty());
    upload(&practice, &png(8, 8)).await;
    let faults = Faults::default().on_poll(FaultKind::NoUrl.nth(1)).on_media(FaultKind::Cut { at: 1000 }.once());
    let practice = quick(faults).await;
    let id = order(&practice, "x").await;
    assert_eq!(content(&look(&practice, id).await)["url"], "");
    let url = content(&look(&practice, id).await)["url"].as_str().expect("a link").to_owned();
    assert_eq!(fetch(&url, &[]).await.expect("a part").body.len(), 1000);
    assert_eq!(fetch(&url, &[]).await.expect("the film").body, film());
}

#[tokio::test]
async fn orders_outlive_the_gateway_with_their_names_and_both_pictures() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = || Config { state_dir: Some(folder.path().join("jobs")), ..Config::quick(film()) };
    let practice = start(config()).await;
    let (first, last) = (png(8, 6), png(6, 8));
    let body = json!({"model": "v5.6", "prompt": "x", "duration": 5, "quality": "360p",
        "first_frame_img": upload(&practice, &first).await, "last_frame_img": upload(&practice, &last).await});
    let line = ("POST", "video/transition/generate");
    let ordered = content(&ask_as(&practice, line, "one", &body).await.expect("an answer"));
    drop(practice);
    let practice = start(config()).await;
    let kept = practice.jobs()[0].film.clone();
    assert_eq!((kept.picture.as_ref(), kept.end_picture.as_ref()), (Some(&first), Some(&last)));
    // The pictures are gone with the gateway that had them, but the name still stands for the order.
    assert_eq!(content(&ask_as(&practice, line, "one", &body).await.expect("an answer")), ordered);
    assert_eq!(code(&ask_as(&practice, line, "two", &body).await.expect("an answer")), 400_032);
    let id = ordered["video_id"].as_u64().expect("a number");
    assert_eq!(content(&look(&practice, id).await)["status"], 1);
}
