//! A second Platform of PixVerse, written from docs/gateways.md, section 3, alone: it shares no code with practice, so that a
//! fact that was read wrongly there does not hide behind itself.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Value, json};

use crate::support::raw::{self, Asked};

/// What happens to one request instead of its usual answer.
#[derive(Clone, Debug)]
pub enum Trouble {
    /// The connection ends without an answer, after the request was carried out.
    DropAfterAccept,
    /// This answer, and nothing is carried out: status, more headers with their line ends, body.
    Says(u16, &'static str, Value),
}

/// One request as it came.
#[derive(Clone, Debug)]
pub struct Request {
    pub line: String,
    pub key: Option<String>,
    pub trace: Option<String>,
    pub json: Option<Value>,
    pub is_media: bool,
}

#[derive(Default)]
struct Shop {
    seen: Vec<Request>,
    /// By number: what was uploaded.
    pictures: BTreeMap<u64, Vec<u8>>,
    /// By number: how often a job was looked at.
    jobs: BTreeMap<u64, u32>,
    by_trace: BTreeMap<String, u64>,
    /// What is to happen to the next requests whose path holds a word.
    troubles: Vec<(&'static str, Trouble)>,
    /// The states that a job goes through; the last one stays.
    states: Vec<i64>,
}

/// The Platform and its media host, two servers.
#[derive(Clone)]
pub struct Platform {
    shop: Arc<Mutex<Shop>>,
    port: u16,
}

/// The first of the numbers: above 2^53, and no double-precision number holds it.
pub const FIRST: u64 = 9_007_199_254_740_993;

const KEY: &str = crate::support::bench::PIXVERSE_KEY;

impl Platform {
    /// A Platform whose jobs go through these states and whose media host serves `film`.
    pub fn start(film: &'static [u8], states: &[i64]) -> Self {
        let shop = Arc::new(Mutex::new(Shop { states: states.to_vec(), ..Shop::default() }));
        let (at_media, at_api) = (Arc::clone(&shop), Arc::clone(&shop));
        let media = raw::serve(move |asked, _| {
            note(&mut lock(&at_media), asked, true);
            raw::answer(200, "Content-Type: video/mp4\r\n", film)
        });
        let port = raw::serve(move |asked, _| answer(&mut lock(&at_api), asked, media));
        Self { shop, port }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/openapi/v2", self.port)
    }

    /// Lets this happen to the next request whose path holds `word`.
    pub fn trouble(&self, word: &'static str, trouble: Trouble) {
        lock(&self.shop).troubles.push((word, trouble));
    }

    pub fn seen(&self) -> Vec<Request> {
        lock(&self.shop).seen.clone()
    }

    pub fn pictures(&self) -> Vec<(u64, Vec<u8>)> {
        lock(&self.shop).pictures.clone().into_iter().collect()
    }

    /// The numbers of the jobs that were taken.
    pub fn jobs(&self) -> Vec<u64> {
        lock(&self.shop).jobs.keys().copied().collect()
    }
}

fn lock(shop: &Mutex<Shop>) -> MutexGuard<'_, Shop> {
    shop.lock().expect("no panic while locked")
}

fn note(shop: &mut Shop, asked: &Asked, is_media: bool) {
    let text = |name: &str| asked.header(name).map(str::to_owned);
    shop.seen.push(Request {
        line: format!("{} {}", asked.method, asked.path),
        key: text("api-key").or_else(|| text("authorization")),
        trace: text("ai-trace-id"),
        json: serde_json::from_slice(&asked.body).ok(),
        is_media,
    });
}

fn says(code: u32, message: &str, resp: &Value) -> Vec<u8> {
    raw::json(200, "", &json!({"ErrCode": code, "ErrMsg": message, "Resp": resp}))
}

fn fine(resp: &Value) -> Vec<u8> {
    says(0, "success", resp)
}

fn answer(shop: &mut Shop, asked: &Asked, media: u16) -> Vec<u8> {
    note(shop, asked, false);
    let struck =
        shop.troubles.iter().position(|(word, _)| asked.path.contains(word)).map(|at| shop.troubles.remove(at).1);
    if let Some(Trouble::Says(status, headers, body)) = &struck {
        return raw::json(*status, headers, body);
    }
    let bytes = carry_out(shop, asked, media);
    if struck.is_some() { Vec::new() } else { bytes }
}

fn carry_out(shop: &mut Shop, asked: &Asked, media: u16) -> Vec<u8> {
    if asked.header("API-KEY") != Some(KEY) {
        return says(400_012, "invalid account", &Value::Null);
    }
    let Some(trace) = asked.header("Ai-trace-id").filter(|name| is_version_4(name)).map(str::to_owned) else {
        return says(400_011, "Ai-trace-id", &Value::Null);
    };
    let Some(path) = asked.path.strip_prefix("/openapi/v2/") else {
        return raw::json(404, "", &json!({"message": "no"}));
    };
    match (asked.method.as_str(), path) {
        ("POST", "image/upload") => upload(shop, asked),
        ("POST", "video/text/generate" | "video/img/generate" | "video/transition/generate") => {
            if let Some(id) = shop.by_trace.get(&trace) {
                return fine(&json!({"video_id": id}));
            }
            let fields = serde_json::from_slice::<Value>(&asked.body).unwrap_or_default();
            if let Err((code, name)) = check(shop, path, &fields) {
                return says(code, name, &Value::Null);
            }
            // Numbers that grow, so that two of them are two.
            let id = FIRST + 2 * shop.jobs.len() as u64;
            shop.jobs.insert(id, 0);
            shop.by_trace.insert(trace, id);
            fine(&json!({"video_id": id, "credits": 45}))
        }
        ("GET", "account/balance") => fine(&json!({"account_id": 0, "credit_monthly": 1000, "credit_package": 30})),
        ("POST", "account/billing/usage-detail") => fine(&json!({"items": [], "next_cursor": "", "has_more": false})),
        ("GET", path) => {
            let id = path.strip_prefix("video/result/").and_then(|id| id.parse::<u64>().ok());
            let Some((id, looks)) = id.and_then(|id| Some((id, shop.jobs.get_mut(&id)?))) else {
                return says(500_008, "data not found", &Value::Null);
            };
            let at = (*looks as usize).min(shop.states.len() - 1);
            *looks += 1;
            let status = shop.states[at];
            let url =
                if status == 1 { format!("http://127.0.0.1:{media}/clip/{id}_seed42.mp4") } else { String::new() };
            fine(&json!({"id": id, "status": status, "url": url, "prompt": "x", "seed": 42, "outputWidth": 1280,
                "outputHeight": 720, "size": 1, "create_time": "2026-08-01T10:00:00Z"}))
        }
        _ => raw::json(404, "", &json!({"message": "no"})),
    }
}

/// The required fields of section 3.3 to 3.5, of the right types.
fn check(shop: &Shop, path: &str, fields: &Value) -> Result<(), (u32, &'static str)> {
    let words = |name: &'static str, known: &[&str]| match &fields[name] {
        Value::Null => Err((400_011, name)),
        Value::String(word) if known.contains(&word.as_str()) => Ok(()),
        Value::String(_) => Err((400_017, name)),
        _ => Err((400_013, name)),
    };
    words("model", &["v5.6"])?;
    words("quality", &["360p", "540p", "720p", "1080p"])?;
    if !fields["prompt"].as_str().is_some_and(|prompt| (1..=2048).contains(&prompt.chars().count())) {
        return Err((400_018, "prompt"));
    }
    if ![5, 8, 10].contains(&fields["duration"].as_u64().unwrap_or(0)) {
        return Err((400_017, "duration"));
    }
    let picture = |name: &'static str| match fields[name].as_u64() {
        Some(number) if shop.pictures.contains_key(&number) => Ok(()),
        Some(_) => Err((400_032, name)),
        None => Err((400_013, name)),
    };
    match path {
        "video/text/generate" => words("aspect_ratio", &["16:9", "4:3", "1:1", "3:4", "9:16"]),
        "video/img/generate" => picture("img_id"),
        _ => picture("first_frame_img").and_then(|()| picture("last_frame_img")),
    }
}

/// A form with one file in a part `image`, of one of the four media types, that is a whole picture.
fn upload(shop: &mut Shop, asked: &Asked) -> Vec<u8> {
    let Some((media_type, bytes)) = file_in_form(asked) else { return says(400_011, "image", &Value::Null) };
    if !["image/jpeg", "image/jpg", "image/png", "image/webp"].contains(&media_type.as_str()) {
        return says(500_032, "bad image format", &Value::Null);
    }
    if image::load_from_memory(&bytes).is_err() {
        return says(500_031, "image info failed", &Value::Null);
    }
    let number = u64::MAX - 2 * shop.pictures.len() as u64;
    shop.pictures.insert(number, bytes);
    fine(&json!({"img_id": number, "img_url": format!("https://media.pixverse.ai/upload/{number}.png")}))
}

fn file_in_form(asked: &Asked) -> Option<(String, Vec<u8>)> {
    let kind = asked.header("content-type")?;
    let boundary = kind.strip_prefix("multipart/form-data;")?.trim().strip_prefix("boundary=")?.trim_matches('"');
    // One letter for each byte, so that positions in the text are positions in the body.
    let text: String = asked.body.iter().map(|byte| char::from(*byte)).collect();
    let (start, end) = (format!("--{boundary}\r\n"), format!("\r\n--{boundary}"));
    let part = text.split(start.as_str()).find(|part| part.contains("name=\"image\""))?;
    let (head, rest) = part.split_once("\r\n\r\n")?;
    let content = &rest[..rest.find(end.as_str())?];
    head.contains("filename=").then_some(())?;
    let media_type = head.lines().find_map(|line| line.strip_prefix("Content-Type: "))?;
    Some((media_type.to_owned(), content.chars().map(|letter| letter as u8).collect()))
}

fn is_version_4(name: &str) -> bool {
    uuid::Uuid::parse_str(name).is_ok_and(|name| name.get_version_num() == 4)
}
