//! The real program at PixVerse's Platform: at practice, and at a second server that is written from the documents alone.

mod documented;

use std::path::PathBuf;

use image::{Rgb, RgbImage};
use rushes::domain::outcome::FindOutcome;
use rushes::domain::{GatewayId, RemoteId, TraceId, UnixMillis};
use rushes::gateway::{Client, Connection, Http};
use rushes::practice::{Config, FaultKind, Faults, Origin, PlatformRules, Target};
use serde_json::{Value, json};

use self::documented::{Platform, Trouble};
use crate::support::bench::{Bench, PIXVERSE_KEY, Ran};
use crate::support::film::tiny_film;
use crate::support::{raw, sha256};

/// One request that a server saw, in the words of both.
#[derive(Debug)]
struct Exchange {
    line: String,
    key: Option<String>,
    trace: Option<String>,
    json: Option<Value>,
    is_media: bool,
}

impl Exchange {
    fn is_order(&self) -> bool {
        self.line.starts_with("POST ") && self.line.ends_with("/generate")
    }

    fn is_upload(&self) -> bool {
        self.line.ends_with("/image/upload")
    }
}

/// A library and the server that it orders from.
struct Shop {
    bench: Bench,
    documented: Option<Platform>,
}

impl Shop {
    fn both() -> [Self; 2] {
        [Self::practice(Config::quick(tiny_film())), Self::documented(&[5, 1])]
    }

    fn practice(config: Config) -> Self {
        Self { bench: Bench::with(config), documented: None }
    }

    fn documented(states: &[i64]) -> Self {
        Self { bench: Bench::new(), documented: Some(Platform::start(tiny_film(), states)) }
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command(arguments))
    }

    fn command(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = self.bench.command(arguments);
        if let Some(platform) = &self.documented {
            command.env("RUSHES_PIXVERSE_URL", platform.url());
        }
        command
    }

    /// Orders a clip; the further arguments stand behind the usual ones.
    fn generate(&self, further: &[&str]) -> Ran {
        self.run(&[&["generate", "a paper boat", "--gateway", "pixverse", "--json"][..], further].concat())
    }

    fn exchanges(&self) -> Vec<Exchange> {
        let text = |text: Option<&str>| text.map(str::to_owned);
        match &self.documented {
            Some(platform) => platform
                .seen()
                .into_iter()
                .map(|seen| Exchange {
                    line: seen.line,
                    key: seen.key,
                    trace: seen.trace,
                    json: seen.json,
                    is_media: seen.is_media,
                })
                .collect(),
            None => {
                let log = self.bench.practice.log();
                let exchange = |seen: &rushes::practice::Seen| Exchange {
                    line: format!("{} {}", seen.method, seen.path),
                    key: text(seen.api_key().or(seen.authorization())),
                    trace: text(seen.trace()),
                    json: seen.json.clone(),
                    is_media: seen.origin == Origin::Media,
                };
                log.iter().map(exchange).collect()
            }
        }
    }

    fn orders(&self) -> Vec<Exchange> {
        self.exchanges().into_iter().filter(Exchange::is_order).collect()
    }

    /// The numbers of the jobs that were taken.
    fn jobs(&self) -> Vec<u64> {
        match &self.documented {
            Some(platform) => platform.jobs(),
            None => self.bench.practice.jobs().iter().map(|job| job.id.parse().expect("a number")).collect(),
        }
    }

    fn pictures(&self) -> Vec<(u64, Vec<u8>)> {
        match &self.documented {
            Some(platform) => platform.pictures(),
            None => self.bench.practice.uploads().into_iter().map(|picture| (picture.number, picture.bytes)).collect(),
        }
    }

    fn picture(&self, name: &str, color: [u8; 3]) -> PathBuf {
        let file = self.bench.dir.path().join(name);
        RgbImage::from_pixel(96, 64, Rgb(color)).save(&file).expect("a picture");
        file
    }

    /// One clip was ordered once, and lies on the disk; nothing was told to anybody who may not know it.
    #[track_caller]
    fn made_one_clip(&self, ran: &Ran) {
        assert_eq!(ran.code, 0, "{ran:?}");
        let finished = ran.finished();
        assert_eq!(
            (&finished["state"], &finished["sha256"]),
            (&json!("ready"), &json!(sha256(tiny_film()))),
            "{ran:?}"
        );
        let file = finished["file"].as_str().expect("a file");
        assert!(std::fs::read(file).is_ok_and(|bytes| bytes.starts_with(tiny_film())), "{file}");
        let jobs = self.jobs();
        assert_eq!((jobs.len(), self.orders().len()), (1, 1), "{:?}", self.exchanges());
        let job = self.bench.job();
        assert_eq!(job["remote_id"], jobs[0].to_string(), "{job}");
        assert!(jobs[0] as f64 as u64 != jobs[0], "{} would survive floating point", jobs[0]);
        self.keeps_secrets();
    }

    /// The key goes to the API with every request and nowhere else, and every request has a name of its own.
    #[track_caller]
    fn keeps_secrets(&self) {
        let exchanges = self.exchanges();
        let mut names = std::collections::BTreeSet::new();
        for exchange in &exchanges {
            if exchange.is_media {
                assert_eq!((&exchange.key, &exchange.trace), (&None, &None), "{exchange:?}");
            } else {
                assert_eq!(exchange.key.as_deref(), Some(PIXVERSE_KEY), "{exchange:?}");
                let name = exchange.trace.clone().expect("a name");
                assert!(uuid::Uuid::parse_str(&name).is_ok(), "{name}");
                assert!(names.insert(name), "a name was used twice: {exchange:?}");
            }
        }
        assert!(exchanges.iter().all(|exchange| !exchange.line.contains(PIXVERSE_KEY)));
    }
}

#[test]
fn words_become_a_clip() {
    for shop in Shop::both() {
        shop.made_one_clip(&shop.generate(&["--seed", "7"]));
        let order = shop.orders().remove(0);
        assert!(order.line.ends_with("/openapi/v2/video/text/generate"), "{order:?}");
        assert_eq!(
            order.json,
            Some(json!({"model": "v5.6", "prompt": "a paper boat", "duration": 5, "quality": "720p",
                "aspect_ratio": "16:9", "generate_audio_switch": false, "seed": 7}))
        );
        assert!(shop.exchanges().iter().any(|exchange| exchange.is_media));
    }
}

#[test]
fn a_picture_of_this_computer_is_uploaded_and_becomes_a_clip() {
    for shop in Shop::both() {
        let file = shop.picture("start.png", [200, 30, 30]);
        shop.made_one_clip(&shop.generate(&["--image", &file.to_string_lossy()]));
        let pictures = shop.pictures();
        assert_eq!(pictures.len(), 1);
        let decoded = image::load_from_memory(&pictures[0].1).expect("a whole picture").into_rgb8();
        assert_eq!((decoded.dimensions(), decoded.get_pixel(50, 30).0[0] > 180), ((96, 64), true));
        let order = shop.orders().remove(0);
        assert!(order.line.ends_with("/video/img/generate"), "{order:?}");
        let fields = order.json.expect("JSON");
        assert_eq!(fields["img_id"].as_u64(), Some(pictures[0].0));
        assert!(fields.get("aspect_ratio").is_none(), "{fields}");
    }
}

#[test]
fn two_pictures_become_a_transition() {
    for shop in Shop::both() {
        let (first, last) = (shop.picture("first.png", [200, 30, 30]), shop.picture("last.png", [30, 30, 200]));
        let (first, last) = (first.to_string_lossy(), last.to_string_lossy());
        shop.made_one_clip(&shop.generate(&["--image", &first, "--end-image", &last]));
        let order = shop.orders().remove(0);
        assert!(order.line.ends_with("/video/transition/generate"), "{order:?}");
        let fields = order.json.expect("JSON");
        let red = |name: &str| {
            let number = fields[name].as_u64().unwrap_or_else(|| panic!("{fields}"));
            let (_, bytes) = shop.pictures().into_iter().find(|(known, _)| *known == number).expect("it was uploaded");
            image::load_from_memory(&bytes).expect("a picture").into_rgb8().get_pixel(50, 30).0[0]
        };
        assert!(red("first_frame_img") > 180 && red("last_frame_img") < 60);
        assert!(fields.get("aspect_ratio").is_none() && fields.get("img_id").is_none(), "{fields}");
    }
}

/// The order is made and the answer is lost: it is never sent again.
#[test]
fn an_order_whose_answer_is_lost_is_sent_once() {
    let faults = Faults::default().on_submit(FaultKind::DropAfterAccept);
    let platform = PlatformRules { bills_are_late: true, ..PlatformRules::default() };
    let practice = Shop::practice(Config { platform, ..Config::quick(tiny_film()).with_faults(faults) });
    let documented = Shop::documented(&[5, 1]);
    documented.documented.as_ref().expect("this one").trouble("/generate", Trouble::DropAfterAccept);
    for shop in [practice, documented] {
        let ran = shop.generate(&[]);
        assert_eq!(ran.code, 6, "{ran:?}");
        assert_eq!(shop.bench.job()["state"], "unconfirmed");
        shop.run(&["watch", "--json"]);
        assert_eq!((shop.orders().len(), shop.jobs().len()), (1, 1));
        assert_eq!(shop.bench.job()["state"], "unconfirmed");
        shop.keeps_secrets();
    }
}

/// The list of bills names the order, so that nobody has to look for it. The command may end before the list has come; then
/// one that asks goes on.
#[test]
fn an_order_whose_answer_is_lost_is_found_in_the_bills() {
    let lost = Faults::default().on_submit(FaultKind::DropAfterAccept.once());
    let late = lost.clone().on_account(FaultKind::Slow { delay_millis: 5_000 }.once());
    for faults in [lost, late] {
        let shop = Shop::practice(Config::quick(tiny_film()).with_faults(faults));
        let mut ran = shop.generate(&[]);
        if ran.code == 6 {
            let id = ran.finished()["job"].as_str().expect("an id").to_owned();
            let checked = shop.run(&["resolve", &id, "--json", "check"]);
            assert_ne!(shop.bench.job()["state"], "unconfirmed", "{checked:?}");
            ran = shop.run(&["watch", "--json"]);
        }
        assert_eq!(shop.bench.job()["state"], "ready", "{ran:?}");
        assert_eq!((shop.orders().len(), shop.jobs().len()), (1, 1));
        assert_eq!(shop.bench.job()["remote_id"], shop.jobs()[0].to_string());
        shop.keeps_secrets();
    }
}

#[test]
fn an_order_that_is_refused_for_now_is_made_later() {
    let full = json!({"ErrCode": 500_044, "ErrMsg": "concurrent generation limit reached", "Resp": null});
    let busy = json!({"ErrCode": 500_069, "ErrMsg": "busy", "Resp": null});
    for (status, headers, body) in [
        (429, "Retry-After: 1\r\n", json!({"message": "too many requests"})),
        (429, "Retry-After: 1\r\n", busy),
        (200, "", full),
    ] {
        let shop = Shop::documented(&[1]);
        let refusal = Trouble::Says(status, headers, body.clone());
        shop.documented.as_ref().expect("this one").trouble("/generate", refusal);
        let ran = shop.generate(&[]);
        assert_eq!((ran.code, shop.jobs().len(), shop.orders().len()), (0, 1, 2), "{body} {ran:?}");
        shop.keeps_secrets();
    }
    let faults = Faults::default().on_submit(FaultKind::Throttle { retry_after_secs: Some(1), as_date: false }.once());
    let shop = Shop::practice(Config::quick(tiny_film()).with_faults(faults));
    let ran = shop.generate(&[]);
    assert_eq!((ran.code, shop.jobs().len(), shop.orders().len()), (0, 1, 2), "{ran:?}");
}

#[test]
fn a_refusal_is_told_by_its_code_and_costs_nothing() {
    let says = |code: i64| json!({"ErrCode": code, "ErrMsg": "its words", "Resp": null});
    for (status, body, code) in [
        (200, says(400_017), 2),
        (200, says(400_012), 3),
        // A code that no page names means what its HTTP status means.
        (401, says(10_010), 3),
        (200, says(500_090), 4),
        (200, says(500_054), 5),
    ] {
        let shop = Shop::documented(&[1]);
        let refusal = Trouble::Says(status, "", body.clone());
        shop.documented.as_ref().expect("this one").trouble("/generate", refusal);
        let ran = shop.generate(&[]);
        assert_eq!((ran.code, ran.finished()["charged"].as_str()), (code, Some("no")), "{body}: {ran:?}");
        assert_eq!((shop.orders().len(), shop.jobs().len()), (1, 0), "{body}");
    }
}

#[test]
fn an_answer_that_proves_nothing_leaves_the_order_sent_once() {
    let says = |code: i64, words: &str| json!({"ErrCode": code, "ErrMsg": words, "Resp": null});
    for (status, body) in [
        (200, says(500_069, "busy")),
        (200, says(123_456, "something new")),
        (200, says(400_017, "Ai-trace-id already used")),
        (200, json!({"ErrCode": 0, "ErrMsg": "success", "Resp": {"video_id": 0}})),
        (500, json!({"message": "oops"})),
    ] {
        let shop = Shop::documented(&[1]);
        let answer = Trouble::Says(status, "", body.clone());
        shop.documented.as_ref().expect("this one").trouble("/generate", answer);
        let ran = shop.generate(&[]);
        assert_eq!((ran.code, ran.finished()["charged"].as_str()), (6, Some("not known")), "{body}: {ran:?}");
        assert_eq!(shop.orders().len(), 1, "{body}");
        let is_bill = |exchange: &&Exchange| exchange.line.ends_with("/account/billing/usage-detail");
        assert_eq!(shop.exchanges().iter().filter(is_bill).count(), 1, "it was looked for by itself: {body}");
    }
}

/// The list of bills comes in pages, and a list that is not whole proves nothing.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_looked_for_on_every_page_of_the_bills() {
    let trace = TraceId(uuid::Uuid::from_u128(7));
    let other = uuid::Uuid::from_u128(8).to_string();
    let ours = json!({"trace_id": trace.to_string(), "video_id": documented::FIRST});
    let theirs = json!({"trace_id": other, "video_id": 5});
    let found = FindOutcome::Found(RemoteId::new(&documented::FIRST.to_string()).expect("an id"));
    for (third, cursor, expected) in [
        (ours, "2", found),
        (theirs, "2", FindOutcome::NotFound),
        (json!({"credits": 45}), "2", FindOutcome::CannotTell),
        // Nothing leads to the other pages.
        (Value::Null, "", FindOutcome::CannotTell),
    ] {
        let port = raw::serve(move |asked, _| {
            let body: Value = serde_json::from_slice(&asked.body).unwrap_or_default();
            let (item, next) = match body["cursor"].as_str() {
                None => (json!({"trace_id": "a"}), "1"),
                Some("1") => (json!({"trace_id": "b"}), cursor),
                Some(_) => (third.clone(), ""),
            };
            let has_more = body["cursor"] != "2";
            let content = json!({"items": [item], "next_cursor": next, "has_more": has_more});
            raw::json(200, "", &json!({"ErrCode": 0, "ErrMsg": "success", "Resp": content}))
        });
        let connection = Connection {
            gateway: GatewayId::Pixverse,
            base_url: format!("http://127.0.0.1:{port}/openapi/v2").parse().expect("a URL"),
            key: Some(PIXVERSE_KEY.to_owned().into()),
            send_undocumented: false,
        };
        let client = Client::new(&Http::new().expect("the network library starts"), connection);
        let answer = client.find_order(trace, UnixMillis(1_780_581_900_000)).await;
        assert_eq!(answer.outcome, expected);
    }
}

/// Two clips where only one may be made at a time: both are made, each is paid once.
#[test]
fn more_clips_than_places_are_made_one_after_the_other() {
    let platform = PlatformRules { at_once: Some(1), ..PlatformRules::default() };
    let shop = Shop::practice(Config { platform, ..Config::quick(tiny_film()) });
    let ran = shop.generate(&["--count", "2"]);
    assert_eq!((ran.code, shop.jobs().len()), (0, 2), "{ran:?}");
    assert!(shop.bench.jobs().iter().all(|job| job["state"] == "ready"));
    shop.keeps_secrets();
}

#[test]
fn a_clip_that_the_review_refuses_is_not_charged() {
    let moderated = Faults::default().on_submit(FaultKind::Moderation { message: None });
    let odd = PlatformRules { odd_moderation: true, ..PlatformRules::default() };
    let later = Faults::default().on_poll(FaultKind::Moderation { message: None });
    for (name, shop) in [
        ("status 7", Shop::practice(Config::quick(tiny_film()).with_faults(moderated.clone()))),
        ("documented 7", Shop::documented(&[5, 7])),
        (
            "odd at the order",
            Shop::practice(Config { platform: odd, ..Config::quick(tiny_film()).with_faults(moderated) }),
        ),
        ("odd at a look", Shop::practice(Config { platform: odd, ..Config::quick(tiny_film()).with_faults(later) })),
    ] {
        let ran = shop.generate(&[]);
        let finished = ran.finished();
        assert_ne!(ran.code, 0, "{name}: {ran:?}");
        // Refused at once, or in the end.
        let state = if name == "odd at the order" { "rejected" } else { "failed" };
        assert_eq!((&finished["state"], &finished["charged"]), (&json!(state), &json!("no")), "{name}: {ran:?}");
        assert_eq!(shop.orders().len(), 1, "{name}");
        shop.keeps_secrets();
    }
}

/// An upload costs nothing, so that it may be repeated; the order goes out once.
#[test]
fn an_upload_that_goes_wrong_is_repeated() {
    let busy = json!({"ErrCode": 500_069, "ErrMsg": "busy", "Resp": null});
    for trouble in
        [Trouble::DropAfterAccept, Trouble::Says(503, "", busy.clone()), Trouble::Says(429, "Retry-After: 1\r\n", busy)]
    {
        let shop = Shop::documented(&[1]);
        shop.documented.as_ref().expect("this one").trouble("/image/upload", trouble.clone());
        let file = shop.picture("start.png", [200, 30, 30]);
        let ran = shop.generate(&["--image", &file.to_string_lossy()]);
        assert_eq!((ran.code, shop.orders().len(), shop.jobs().len()), (0, 1, 1), "{trouble:?} {ran:?}");
        assert_eq!(shop.exchanges().iter().filter(|exchange| exchange.is_upload()).count(), 2, "{trouble:?}");
        shop.keeps_secrets();
    }
}

#[test]
fn a_picture_that_is_refused_orders_nothing() {
    let shop = Shop::practice(
        Config::quick(tiny_film()).with_faults(Faults::default().on_upload(FaultKind::Moderation { message: None })),
    );
    let file = shop.picture("start.png", [200, 30, 30]);
    let ran = shop.generate(&["--image", &file.to_string_lossy()]);
    assert_ne!(ran.code, 0, "{ran:?}");
    assert_eq!((shop.orders().len(), ran.finished()["charged"].as_str()), (0, Some("no")), "{ran:?}");
}

/// The program is killed once the server has seen a request of each kind, and started again.
#[test]
fn a_kill_at_each_step_buys_nothing_twice() {
    for target in [Target::Upload, Target::Submit, Target::Poll, Target::Media] {
        let stall = match target {
            Target::Upload => Faults::default().on_upload(FaultKind::Stall.once()),
            Target::Submit => Faults::default().on_submit(FaultKind::Stall.once()),
            Target::Poll => Faults::default().on_poll(FaultKind::Stall.once()),
            _ => Faults::default().on_media(FaultKind::StallAt { at: 500 }.once()),
        };
        let shop = Shop::practice(Config::quick(tiny_film()).with_faults(stall));
        let file = shop.picture("start.png", [200, 30, 30]);
        let file = file.to_string_lossy();
        let arguments = ["generate", "a paper boat", "--gateway", "pixverse", "--json", "--image", &file];
        let mut child = shop.command(&arguments).spawn().expect("the program starts");
        let has_come = |seen: &[rushes::practice::Seen]| seen.iter().any(|seen| seen.target == target && seen.is_whole);
        let came = shop.bench.runtime.block_on(shop.bench.practice.wait_until(has_come));
        child.kill().expect("a child of ours");
        child.wait().expect("it ends");
        came.unwrap_or_else(|err| panic!("{target:?}: {err}"));
        let mut watched = shop.run(&["watch", "--json"]);
        let id = shop.bench.job()["id"].as_str().expect("an id").to_owned();
        if shop.bench.job()["state"] == "unconfirmed" {
            // It was on its way: the list of bills knows it.
            assert_eq!(target, Target::Submit, "{watched:?}");
            shop.run(&["resolve", &id, "--json", "check"]);
            watched = shop.run(&["watch", "--json"]);
        }
        let jobs = shop.bench.jobs();
        assert_eq!(jobs.len(), 1, "{target:?}: {watched:?}");
        assert_eq!(jobs[0]["state"], "ready", "{target:?}: {watched:?}");
        assert_eq!((shop.orders().len(), shop.jobs().len()), (1, 1), "{target:?}");
        shop.keeps_secrets();
    }
}
