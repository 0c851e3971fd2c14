//! The parsers that read what others wrote, each with good examples to begin from.

use std::fs::{self, File, OpenOptions};
use std::io::{Seek as _, Write as _};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use rushes::domain::clip_name::clip_file_name;
use rushes::domain::recipe::Recipe;
use rushes::domain::{Draft, GatewayId, JobId, RemoteId, samples};
use rushes::gateway::fuzzing as gateway;
use rushes::keys::{Keys, MemoryStore};
use rushes::library::{Library, Paths, fuzzing as library, settings};
use rushes::media::{self, fuzzing as pictures};
use rushes::practice::film::FilmSpec;
use rushes::practice::render;
use secrecy::SecretString;
use url::Url;
use uuid::Uuid;

/// Runs a parser on one input and checks what has to hold for any. Says whether the parser could use the input: a target whose
/// inputs are all refused at the door shows nothing.
pub type Run = Box<dyn FnMut(&[u8]) -> bool>;

/// A parser under test.
pub struct Target {
    pub name: &'static str,
    pub seeds: fn() -> Vec<Vec<u8>>,
    pub make: fn() -> Run,
}

/// All of them.
pub fn all() -> Vec<Target> {
    vec![
        Target { name: "aigateway-json", seeds: aigateway_answers, make: || answers(GatewayId::Aigateway) },
        Target { name: "apiin-json", seeds: apiin_answers, make: || answers(GatewayId::Apiin) },
        Target { name: "error-body", seeds: error_bodies, make: errors },
        Target { name: "retry-after", seeds: waits, make: || Box::new(wait) },
        Target { name: "content-range", seeds: ranges, make: || Box::new(range) },
        Target { name: "link-policy", seeds: links, make: || Box::new(link) },
        Target { name: "clip-name", seeds: prompts, make: || Box::new(clip_name) },
        Target { name: "mp4-walk", seeds: films, make: movie },
        Target { name: "recipe-packet", seeds: packets, make: || Box::new(packet) },
        Target { name: "picture-header", seeds: pictures_of_all_kinds, make: || Box::new(pictures::picture_head) },
        Target { name: "heif-frame", seeds: || fixtures(&["avif", "heic"]), make: || Box::new(heif_frame) },
        Target { name: "picture-words", seeds: picture_words, make: || Box::new(picture_word) },
        Target { name: "heic", seeds: || fixtures(&["heic"]), make: || Box::new(picture) },
        Target { name: "tiff", seeds: || fixtures(&["tif"]), make: || Box::new(picture) },
        Target { name: "gif-bmp", seeds: || fixtures(&["gif", "bmp"]), make: || Box::new(picture) },
        Target { name: "jpeg-png-webp", seeds: || fixtures(&["jpg", "png", "webp"]), make: || Box::new(picture) },
        Target { name: "color-profile", seeds: profiles, make: || Box::new(pictures::profile) },
        Target { name: "settings-file", seeds: settings_files, make: || Box::new(settings_file) },
        Target { name: "job-log", seeds: job_logs, make: || Box::new(job_log) },
        Target { name: "key-text", seeds: keys, make: key },
    ]
}

fn texts<const N: usize>(texts: [&str; N]) -> Vec<Vec<u8>> {
    texts.map(|text| text.as_bytes().to_vec()).into()
}

fn aigateway_answers() -> Vec<Vec<u8>> {
    texts([
        r#"{"id":"job_abc123","status":"queued","model":"pixverse/v5.6","created":1776947082}"#,
        r#"{"id":"job_1","status":"queued","modality":"video","created_at":1,"updated_at":1}"#,
        r#"{"id":"job_1","status":"completed","result":{"url":"https://media.aigateway.sh/v1/files/jobs/job_1/a.mp4?sig=x&exp=1"}}"#,
        r#"{"id":"job_1","object":"job","status":"completed","result":{"file_url":"https://cdn.example/a.mp4"}}"#,
        r#"{"id":"job_1","status":"completed","result_url":"https://cdn.example/a.mp4"}"#,
        r#"{"id":"job_1","status":"failed","error":{"message":"not allowed","code":"moderation"}}"#,
        r#"{"id":"job_1","status":"failed","error":"upstream broke"}"#,
        r#"{"id":12345,"status":2,"result":[{"url":"https://a.example/cover.jpg"},{"url":"https://a.example/a.mp4"}]}"#,
    ])
}

fn apiin_answers() -> Vec<Vec<u8>> {
    texts([
        r#"{"code":200,"message":"success","data":{"task_id":"n65_pixverse","status":"IN_PROGRESS"}}"#,
        r#"{"id":"n65","status":"pending","model":"pixverse-5-6","created_at":1}"#,
        r#"{"code":200,"data":{"task_id":"n65","status":"SUCCESS","response":["https://cdn.example/a.mp4"]}}"#,
        r#"{"code":200,"data":{"task_id":"n65","status":"SUCCESS","response":"[{\"url\":\"https://cdn.example/a.mp4\"}]"}}"#,
        r#"{"code":200,"data":{"status":"COMPLETED","output":{"video_url":"https://cdn.example/a.mp4"}}}"#,
        r#"{"data":{"status":"completed","outputs":["https://cdn.example/a.mp4"],"error":""}}"#,
        r#"{"code":"402","message":"Insufficient credits","data":null}"#,
        r#"{"code":200,"data":{"task_id":"n65","status":"FAILED","error_message":"sensitive content"}}"#,
    ])
}

fn error_bodies() -> Vec<Vec<u8>> {
    texts([
        r#"{"error":{"message":"No such model","type":"invalid_request_error","code":"model_not_found","param":"model"}}"#,
        r#"{"error":"rate_limit_exceeded","message":"slow down","retry_after":3}"#,
        r#"{"code":429,"message":"Too many requests","data":null}"#,
        r#"{"detail":[{"loc":["body","prompt"],"msg":"field required"}]}"#,
        "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>",
        "",
        r#"{"error":{"message":"idempotency key reused","code":"duplicate_request"},"id":"job_1"}"#,
    ])
}

/// Every status with every answer; an accepted job needs a plain id, and a clip needs a link that could be asked for.
fn answers(gateway_id: GatewayId) -> Run {
    let asked = RemoteId::new("job_1").expect("plain");
    Box::new(move |bytes| {
        let outcome = gateway::submit(gateway_id, 200, bytes);
        let text = format!("{outcome:?}");
        assert!(text.len() < bytes.len() * 8 + 4096, "an outcome that grows");
        let poll = gateway::poll(gateway_id, &asked, 200, bytes);
        drop(gateway::cancel_and_key_check(gateway_id, 200, bytes));
        text.starts_with("Accepted") || !format!("{poll:?}").starts_with("Trouble")
    })
}

fn errors() -> Run {
    let asked = RemoteId::new("job_1").expect("plain");
    Box::new(move |bytes| {
        let mut is_refusal = false;
        for status in [200, 400, 401, 402, 403, 404, 409, 422, 429, 500, 503] {
            for gateway_id in GatewayId::PAID {
                let outcome = format!("{:?}", gateway::submit(gateway_id, status, bytes));
                // Trouble of a server never says that an order may be sent again.
                let may_repeat = outcome.starts_with("NotSent") || outcome.starts_with("Throttled");
                assert!(!(may_repeat && (status >= 500 || status == 409)), "{status}: {outcome}");
                is_refusal |= status == 400 && outcome.starts_with("Rejected");
                drop(gateway::poll(gateway_id, &asked, status, bytes));
                drop(gateway::cancel_and_key_check(gateway_id, status, bytes));
            }
        }
        is_refusal
    })
}

fn waits() -> Vec<Vec<u8>> {
    texts([
        "1",
        "0",
        "1.5",
        "120",
        "-3",
        "99999999999999999999",
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        "1m30s",
        "250ms",
        "1780000000",
    ])
}

fn wait(bytes: &[u8]) -> bool {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_780_000_000);
    let hour = Duration::from_secs(3600);
    let wait = gateway::retry_after(bytes, now);
    assert!(wait.is_none_or(|wait| wait <= hour));
    let text = String::from_utf8_lossy(bytes);
    assert!(gateway::limiter_reset(&text, now).is_none_or(|wait| wait <= hour));
    wait.is_some()
}

fn ranges() -> Vec<Vec<u8>> {
    texts([
        "bytes 0-99/100",
        "bytes 400000-1048575/1048576",
        "bytes 5-5/*",
        "bytes */100",
        "items 0-1/2",
        "bytes 9-1/20",
    ])
}

fn range(bytes: &[u8]) -> bool {
    let range = gateway::content_range(&String::from_utf8_lossy(bytes));
    if let Some((first, last, total)) = range {
        assert!(first <= last && total.is_none_or(|total| last < total) && last < u64::MAX);
    }
    range.is_some()
}

fn links() -> Vec<Vec<u8>> {
    texts([
        "https://cdn.example.com/a.mp4?sig=1",
        "http://127.0.0.1:80/a",
        "https://[::ffff:127.0.0.1]/a",
        "https://0x7f000001/",
        "https://169.254.169.254/latest",
        "file:///etc/passwd",
        "https://user@10.0.0.1/",
        "https://localhost./a",
        "https://100.64.0.1/",
        "https://[fc00::1]/",
        "data:video/mp4;base64,AAAA",
        "https://2130706433/",
        "https:\\\\a\\b",
    ])
}

fn link(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    drop(rushes::gateway::check_base_url(&text));
    let Ok(url) = Url::parse(&text) else { return false };
    if !gateway::is_link_taken(&url) {
        return false;
    }
    assert_eq!(url.scheme(), "https");
    assert!(url.username().is_empty() && url.password().is_none());
    match url.host() {
        Some(url::Host::Ipv4(ip)) => {
            assert!(
                !(ip.is_loopback()
                    || ip.is_private()
                    || ip.is_link_local()
                    || ip.is_unspecified()
                    || ip.is_broadcast())
            );
        }
        Some(url::Host::Ipv6(ip)) => {
            assert!(!(ip.is_loopback() || ip.is_unspecified() || ip.is_unique_local() || ip.is_unicast_link_local()));
            assert!(ip.to_ipv4_mapped().is_none_or(|ip| !ip.is_loopback() && !ip.is_private()));
        }
        Some(url::Host::Domain(name)) => assert!(!name.trim_end_matches('.').eq_ignore_ascii_case("localhost")),
        None => panic!("a link without a host is taken"),
    }
    true
}

fn prompts() -> Vec<Vec<u8>> {
    texts([
        "a paper boat",
        "../../etc/passwd",
        "CON",
        "日本の雨",
        "a\u{202e}gpj.exe",
        "x.mp4\0.exe",
        "....",
        "  ",
        "İstanbul ẞ",
    ])
}

fn clip_name(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let Ok(request) = (Draft { prompt: text.clone(), ..Draft::default() }).to_request() else { return false };
    let name = clip_file_name(&text, &request, JobId(Uuid::from_u128(0x018f_8f3a_c1e2)));
    assert!(name.len() <= 120 && name.ends_with(".mp4") && name.is_ascii() && !name.starts_with('.'), "{name}");
    assert!(
        !name.contains(['/', '\\', ':', '*', '?', '"', '<', '>', '|']) && !name.contains(char::is_control),
        "{name}"
    );
    true
}

/// A small film, and its boxes with the film data cut off, which is quicker.
fn films() -> Vec<Vec<u8>> {
    let spec = FilmSpec {
        prompt: "tiny".to_owned(),
        negative_prompt: String::new(),
        seed: 1,
        width: 160,
        height: 96,
        duration_secs: 1,
        audio: true,
        picture: None,
    };
    let film = render::render(&spec).expect("the renderer makes a small film");
    let mut seeds = vec![film.clone()];
    // The same with an unknown box and a packet behind it.
    for extra in [&b"\0\0\0\x0cfreeabcd"[..], b"\0\0\0\x01mdat\0\0\0\0\0\0\0\x10", b"\0\0\0\0mdat"] {
        seeds.push([&film, extra].concat());
    }
    seeds
}

/// A file in memory where there is one, since a parser of films reads files.
fn scratch() -> (tempfile::TempDir, PathBuf) {
    let memory = PathBuf::from("/dev/shm");
    let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    let folder = folder.expect("a folder for temporary files");
    let path = folder.path().join("film.mp4");
    (folder, path)
}

fn movie() -> Run {
    let (folder, path) = scratch();
    let mut file = OpenOptions::new().create(true).truncate(true).write(true).open(&path).expect("a file");
    Box::new(move |bytes| {
        file.rewind().and_then(|()| file.write_all(bytes)).expect("room");
        file.set_len(bytes.len() as u64).expect("room");
        let is_movie = media::check_movie(&path).is_ok();
        drop(File::open(&path).map(|mut file| media::read_xmp(&mut file)));
        assert!(folder.path().exists());
        is_movie
    })
}

fn packets() -> Vec<Vec<u8>> {
    let ready = samples::job(1).gateway(GatewayId::Apiin).ready();
    let own = Recipe::of(&ready).map(|recipe| recipe.to_packet()).unwrap_or_default();
    let mut seeds = texts([
        r#"<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"#,
        r#"<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>"#,
    ]);
    seeds.push(own.into());
    seeds
}

fn packet(bytes: &[u8]) -> bool {
    Recipe::from_packet(bytes).is_ok()
}

fn pictures_of_all_kinds() -> Vec<Vec<u8>> {
    let mut jpeg = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xc0\0\x11\x08\0\x40\0\x60\x03\x01\x22\0\x02\x11\x01\x03\x11\x01".to_vec();
    jpeg.extend_from_slice(b"\xff\xda\0\x0c\x03\x01\0\x02\x11\x03\x11\0\x3f\0\xff\xd9");
    vec![
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x60\0\0\0\x40\x08\x06\0\0\0\0\0\0\0\0\0\0\x08acTL\0\0\0\x02\0\0\0\0\0\0\0\0".to_vec(),
        jpeg,
        b"RIFF\x24\0\0\0WEBPVP8 \x18\0\0\0\x30\x01\0\x9d\x01\x2a\x60\0\x40\0".to_vec(),
        b"RIFF\x24\0\0\0WEBPVP8L\x18\0\0\0\x2f\x5f\xc0\x0f\0".to_vec(),
        b"RIFF\x24\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0\x5f\0\0\x3f\0\0ANIM".to_vec(),
        b"GIF89a\x60\0\x40\0".to_vec(),
        b"\0\0\0\x20ftypavif\0\0\0\0avifmif1".to_vec(),
    ]
}

/// The golden pictures of the tests whose names end so.
fn fixtures(endings: &[&str]) -> Vec<Vec<u8>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/pictures");
    let entries = std::fs::read_dir(folder).expect("the golden pictures").filter_map(Result::ok);
    let mut files: Vec<_> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| endings.iter().any(|wanted| *wanted == ending)))
        .collect();
    files.sort();
    files.into_iter().map(|path| std::fs::read(path).expect("a picture")).collect()
}

fn picture(bytes: &[u8]) -> bool {
    let size = pictures::picture(bytes);
    assert!(size.is_none_or(|(width, height)| width > 0 && height > 0));
    size.is_some()
}

fn heif_frame(bytes: &[u8]) -> bool {
    let length = pictures::heif_picture(bytes);
    assert!(length.is_none_or(|length| length <= bytes.len()), "longer than its file");
    length.is_some()
}

/// EXIF data, IPTC data and an XMP packet.
fn picture_words() -> Vec<Vec<u8>> {
    let names = ["adobe-mark.jpg", "turned.jpg", "place-iptc.jpg", "place-xmp.jpg", "turned.tif"];
    let folder = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/pictures"));
    let mut seeds: Vec<_> = names.iter().map(|name| std::fs::read(folder.join(name)).expect("a picture")).collect();
    // EXIF data by itself, as decoders give it out.
    for at in 0..2 {
        let place = seeds[at].windows(6).position(|word| word == b"Exif\0\0").expect("EXIF data");
        let exif = seeds[at][place + 6..].to_vec();
        seeds.push(exif);
    }
    seeds
}

fn picture_word(bytes: &[u8]) -> bool {
    let (turn, tells_place) = pictures::exif(bytes);
    assert!(turn.is_none_or(|turn| (1..=8).contains(&turn)));
    turn.is_some() || tells_place
}

/// The color profiles in the golden JPEG files.
fn profiles() -> Vec<Vec<u8>> {
    const START: &[u8] = b"ICC_PROFILE\0\x01\x01";
    let profile = |file: Vec<u8>| {
        let at = file.windows(START.len()).position(|word| word == START)?;
        let length = usize::from(u16::from_be_bytes([file[at - 2], file[at - 1]]));
        Some(file[at + START.len()..at - 2 + length].to_vec())
    };
    fixtures(&["jpg"]).into_iter().filter_map(profile).collect()
}

fn settings_files() -> Vec<Vec<u8>> {
    texts([
        "# mine\n[general]\ntheme = \"dark\"\n\n[gateways.apiin]\nbase_url = \"https://apiin.one/api/v1\"\ncredit_price = \"0.01\"\n",
        "gateway = \"practice\"\nclip_folder = \"/home/a/Videos\"\nmax_parallel = 3\nlanguage = 7\n[window]\nscale = 1.25\n",
        "a = [1, 2, {b = 3}]\n\"quoted key\" = 'x'\nd = 2026-11-28T09:00:00Z\n",
    ])
}

fn settings_file(bytes: &[u8]) -> bool {
    settings::parse(&String::from_utf8_lossy(bytes)).1.is_empty()
}

/// The log of a library that made a few jobs.
fn job_logs() -> Vec<Vec<u8>> {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let paths = Paths::portable(folder.path());
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let opened = Library::open(&paths).expect("a new library");
    runtime.block_on(async {
        for number in 0..3 {
            opened.library.put(samples::job(number).queued()).await.expect("stored");
        }
        opened.library.close().await;
    });
    let log = fs::read(paths.intents()).expect("a job log");
    let line: Vec<u8> = log.split_inclusive(|byte| *byte == b'\n').next().unwrap_or_default().to_vec();
    vec![log, line]
}

fn job_log(bytes: &[u8]) -> bool {
    let lines = bytes.split(|byte| *byte == b'\n').count();
    let (jobs, unreadable) = library::job_log(bytes);
    assert!(jobs + unreadable <= lines);
    jobs > 0
}

fn keys() -> Vec<Vec<u8>> {
    texts([
        "sk-aig-0123456789abcdef0123456789abcdef",
        "aio_0123456789abcdef\n",
        "AIGATEWAY_API_KEY=sk-aig-x",
        "\u{feff}aio_x\r\n",
        "export APIIN_API_KEY=\"aio_x\"",
        "Bearer sk-aig-x",
        "'aio_x'",
        "aio_\u{200b}x",
        "\u{a0}aio_x",
    ])
}

fn key() -> Run {
    let keys = Keys::with_store(Box::new(MemoryStore::default()));
    Box::new(move |bytes| {
        let text = SecretString::from(String::from_utf8_lossy(bytes).into_owned());
        GatewayId::PAID.map(|gateway_id| keys.set_for_session(gateway_id, text.clone()).is_ok()).contains(&true)
    })
}
