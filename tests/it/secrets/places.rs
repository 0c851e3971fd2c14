//! Gateways that say the key back, one place after the other, to the real program with its log at its most talkative.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rushes::domain::price::estimate;
use rushes::domain::{Asker, Draft, GatewayId, JobId, JobState};
use rushes::engine::command::{Command as EngineCommand, NewJob};
use rushes::engine::event::Event;
use rushes::engine::{self, EngineOptions, EngineParts};
use rushes::gateway::{Connection, Http};
use rushes::library::{Library, Paths};
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

use super::{Findings, KEY, spellings};
use crate::support::bench::Ran;
use crate::support::film::{make, tiny_film};
use crate::support::raw::{self, Asked, answer};

/// The key in all spellings, as one text.
fn echo() -> String {
    spellings().iter().map(|spelling| spelling.said.as_str()).collect::<Vec<_>>().join(" / ")
}

/// The same as part of a path or a name.
fn echo_path() -> String {
    spellings().iter().map(|spelling| spelling.said.replace('/', "_")).collect::<Vec<_>>().join("-")
}

/// Headers that say the key, each with its line end.
fn loud_headers() -> String {
    let names = [
        "X-Request-Id",
        "X-Debug",
        "Server",
        "Via",
        "WWW-Authenticate",
        "Warning",
        "Retry-After",
        "X-Cost-Cents",
        "X-RateLimit-Remaining-Requests",
        "X-RateLimit-Reset-Requests",
        "Set-Cookie",
        "Link",
        "Content-Language",
    ];
    names.map(|name| format!("{name}: {}\r\n", echo())).concat()
}

fn loud_error() -> Value {
    let all = echo();
    json!({"error": {"message": all, "code": all, "type": all, "param": all, "request_id": all, "detail": [all]},
           "message": all, "msg": all, "code": all, "id": all, echo(): all})
}

/// A library of its own, and the program that looks at a server with the canary key.
struct Bench {
    dir: TempDir,
    port: u16,
}

impl Bench {
    fn new(reply: impl Fn(&Asked, u16) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self { dir: TempDir::new().expect("a folder"), port: raw::serve(reply) }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rushes"));
        let base = format!("http://127.0.0.1:{}/v1", self.port);
        command
            .args(arguments)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.dir.path().join("home"))
            .env("RUSHES_LIBRARY", self.dir.path().join("library"))
            .env("RUSHES_AIGATEWAY_URL", &base)
            .env("RUSHES_APIIN_URL", &base)
            .env("AIGATEWAY_API_KEY", KEY)
            .env("APIIN_API_KEY", KEY)
            .env("RUST_LOG", "trace")
            .env("RUST_BACKTRACE", "full")
            .current_dir(self.dir.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn run(&self, findings: &mut Findings, what: &str, arguments: &[&str]) {
        let ran = Ran::of(self.command(arguments));
        findings.look(&format!("{what}: standard output of {}", arguments[0]), ran.stdout.as_bytes());
        findings.look(&format!("{what}: standard error of {}", arguments[0]), ran.stderr.as_bytes());
    }

    fn look_below(&self, findings: &mut Findings, what: &str) {
        findings.look_below(what, self.dir.path());
    }
}

fn is_submit(asked: &Asked) -> bool {
    asked.method == "POST" && asked.path.ends_with("generations")
}

/// One answer to an order, and one to the first look, if that is of interest; the next look ends the job.
type Script = (&'static str, Vec<u8>, Option<Vec<u8>>);

fn accepted() -> Vec<u8> {
    raw::json(202, "", &json!({"id": "job_1", "task_id": "job_1", "status": "queued"}))
}

/// The end of whatever job was asked about.
fn failed(asked: &Asked) -> Vec<u8> {
    let id = asked.path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    raw::json(200, "", &json!({"id": id, "task_id": id, "status": "failed", "error": {"message": "no"}}))
}

fn scripts() -> Vec<Script> {
    let loud = loud_headers();
    let all = echo();
    let error = |status| raw::json(status, &loud, &loud_error());
    let page = format!("<html><title>{all}</title><a href=\"https://x.example/?k={all}\">{all}</a></html>");
    let mut scripts: Vec<Script> = [400, 401, 402, 403, 404, 408, 409, 413, 422, 451, 500, 502, 503, 504]
        .into_iter()
        .map(|status| ("a refused order", error(status), None))
        .collect();
    let mut submit = |what, answer: Vec<u8>| scripts.push((what, answer, None));
    submit("a page in place of an answer", answer(400, &format!("{loud}Content-Type: text/html\r\n"), &page));
    submit("a page that says 200", answer(200, &format!("{loud}Content-Type: text/html\r\n"), &page));
    submit("plain text", answer(400, &format!("{loud}Content-Type: text/{KEY}\r\n"), &all));
    submit("a broken text", answer(400, "Content-Type: application/json\r\n", format!("{{\"error\": \"{all}")));
    submit("a number of the error", raw::json(400, "", &json!({"error": {"code": [all], "message": {"text": all}}})));
    submit("an error inside of a text", raw::json(400, "", &json!({"error": loud_error().to_string()})));
    submit("an answer without an id", raw::json(202, &loud, &json!({"status": "queued", "message": all})));
    for status in [301, 302, 303, 307, 308] {
        let location = format!("Location: https://{KEY}:{KEY}@x.example/{}?key={all}\r\n", echo_path());
        submit("a redirect", answer(status, &location, &all));
    }
    submit("a reason phrase", format!("HTTP/1.1 400 {all}\r\nContent-Length: 0\r\n\r\n").into_bytes());
    submit("no HTTP at all", format!("{all}\r\n\r\n").into_bytes());
    submit("a length that is none", format!("HTTP/1.1 200 OK\r\nContent-Length: {KEY}\r\n\r\n{all}").into_bytes());
    for id in spellings().into_iter().map(|spelling| spelling.said) {
        submit("the id of the job", raw::json(202, "", &json!({"id": id, "task_id": id, "status": "queued"})));
    }
    submit("the id inside of a word", raw::json(202, "", &json!({"id": format!("job_{KEY}"), "status": "queued"})));

    let mut look = |what, answer: Vec<u8>| scripts.push((what, accepted(), Some(answer)));
    for status in [400, 401, 403, 404, 429, 500, 503] {
        look("a look", error(status));
    }
    look("a state", raw::json(200, &loud, &json!({"id": "job_1", "status": all, "progress": all, "stage": all})));
    look("another id", raw::json(200, "", &json!({"id": KEY, "task_id": KEY, "status": "running"})));
    look("a page at a look", answer(200, &format!("{loud}Content-Type: text/html\r\n"), &page));
    look("a failure", {
        let error = json!({"message": all, "code": all, "type": all});
        raw::json(
            200,
            &loud,
            &json!({"id": "job_1", "status": "failed", "error": error, "reason": all, "consumed_credits": all}),
        )
    });
    look(
        "a failure in words",
        raw::json(200, "", &json!({"status": "failed", "message": all, "data": {"error_message": all}})),
    );
    look("a cancelled job", raw::json(200, &loud, &json!({"id": "job_1", "status": "cancelled", "message": all})));
    look("a redirect at a look", answer(307, &format!("Location: /v1/{}?key={all}\r\n", echo_path()), &all));
    scripts
}

/// Runs an order at one gateway against a script and looks through all that came of it.
fn follow(findings: &Mutex<Findings>, gateway: &str, number: usize, script: &Script) {
    let (what, order, look) = script;
    let what = format!("{what} ({number}, {gateway})");
    let (order, look) = (order.clone(), look.clone());
    let asked = AtomicUsize::new(0);
    let bench = Bench::new(move |request, _| {
        if is_submit(request) {
            return order.clone();
        }
        let is_first = asked.fetch_add(1, Ordering::Relaxed) == 0;
        look.clone().filter(|_| is_first).unwrap_or_else(|| failed(request))
    });
    let mut found = Findings::default();
    let is_json = number.is_multiple_of(2);
    let mut arguments = vec!["generate", "a heron", "--gateway", gateway];
    arguments.extend(is_json.then_some("--json"));
    bench.run(&mut found, &what, &arguments);
    bench.run(&mut found, &what, &["jobs", "--json"]);
    bench.run(&mut found, &what, &["jobs"]);
    bench.look_below(&mut found, &what);
    add(findings, found);
}

fn add(all: &Mutex<Findings>, found: Findings) {
    let mut all = all.lock().expect("no panic while locked");
    all.files += found.files;
    all.bytes += found.bytes;
    all.leaks.extend(found.leaks);
}

/// Runs `work` on each item, a few at a time.
fn in_pairs<T: Send>(items: Vec<T>, work: impl Fn(T) + Sync) {
    let items = Mutex::new(items);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                loop {
                    let Some(item) = items.lock().expect("no panic while locked").pop() else { return };
                    work(item);
                }
            });
        }
    });
}

#[track_caller]
fn conclude(what: &str, findings: Findings) {
    let Findings { files, bytes, leaks } = findings;
    println!("bar S-01: {} hits in {bytes} scanned bytes, {files} files and outputs ({what})", leaks.len());
    assert!(leaks.is_empty(), "{} places hold the key:\n{}", leaks.len(), leaks.join("\n"));
}

#[test]
fn no_answer_about_a_job_brings_the_key_to_disk_or_screen() {
    let findings = Mutex::new(Findings::default());
    let scripts: Vec<(usize, Script)> = scripts().into_iter().enumerate().collect();
    let runs = scripts.iter().flat_map(|script| [("aigateway", script), ("apiin", script)]).collect();
    in_pairs(runs, |(gateway, (number, script))| follow(&findings, gateway, *number, script));
    conclude("orders and looks", findings.into_inner().expect("no panic while locked"));
}

#[test]
fn no_answer_about_the_key_itself_repeats_it() {
    let mut findings = Findings::default();
    let loud = loud_headers();
    let answers = [
        raw::json(401, &loud, &loud_error()),
        raw::json(403, &loud, &loud_error()),
        raw::json(500, &loud, &loud_error()),
        raw::json(404, &loud, &json!({"error": {"message": echo()}})),
        raw::json(200, &loud, &json!({"balance": echo(), "balance_cents": echo(), "currency": echo()})),
        answer(200, "Content-Type: text/html\r\n", format!("<html>{}</html>", echo())),
        answer(302, &format!("Location: /{}\r\n", echo_path()), echo()),
        format!("{}\r\n\r\n", echo()).into_bytes(),
    ];
    for (number, reply) in answers.into_iter().enumerate() {
        let bench = Bench::new(move |_, _| reply.clone());
        for gateway in ["aigateway", "apiin"] {
            let what = format!("key test {number}, {gateway}");
            bench.run(&mut findings, &what, &["key", "test", gateway]);
            bench.run(&mut findings, &what, &["key", "test", gateway, "--json"]);
            bench.run(&mut findings, &what, &["doctor"]);
            bench.look_below(&mut findings, &what);
        }
    }
    conclude("tests of a key", findings);
}

/// A film server that says the key back. The program goes on trying, so it is killed once it has asked often enough.
fn download(what: &'static str, asks: usize, film: impl Fn(usize) -> Vec<u8> + Send + Sync + 'static) -> Findings {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let bench = Bench::new(move |request, port| {
        if is_submit(request) {
            return accepted();
        }
        if request.path.contains("/film") {
            return film(count.fetch_add(1, Ordering::Relaxed));
        }
        // A link that holds the key counts as none, so this one holds only a signature.
        let link = format!("http://127.0.0.1:{port}/film/x.mp4?token=some-signature");
        let status = json!({"id": "job_1", "status": "completed", "result": {"file_url": link}, "url": link,
                            "data": {"status": "completed", "url": link}, "video_url": link});
        raw::json(200, "", &status)
    });
    let output = bench.dir.path().join("said");
    let file = std::fs::File::create(&output).expect("a file");
    let mut command = bench.command(&["generate", "a heron", "--gateway", "aigateway"]);
    command.stdout(file.try_clone().expect("a second handle")).stderr(file);
    let mut child = command.spawn().expect("the program starts");
    let deadline = Instant::now() + Duration::from_secs(60);
    let is_over = loop {
        if child.try_wait().expect("a child of ours").is_some() {
            break true;
        }
        if asked.load(Ordering::Relaxed) >= asks || Instant::now() >= deadline {
            break false;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let mut findings = Findings::default();
    if !is_over {
        let command_line = std::fs::read(format!("/proc/{}/cmdline", child.id())).unwrap_or_default();
        findings.look(&format!("{what}: the command line of the process"), &command_line);
        // What the last answer led to has to be written first.
        std::thread::sleep(Duration::from_millis(500));
        child.kill().expect("a child of ours");
        child.wait().expect("a killed child ends");
    }
    assert!(is_over || asked.load(Ordering::Relaxed) >= asks, "{what}: the film was asked for {asked:?} times");
    bench.look_below(&mut findings, what);
    bench.run(&mut findings, what, &["jobs", "--json"]);
    findings
}

#[test]
fn no_film_server_brings_the_key_to_disk_or_screen() {
    let film = tiny_film();
    let loud = loud_headers();
    let all = Mutex::new(Findings::default());
    let quiet = |what, asks, reply: Vec<u8>| {
        (what, asks, Box::new(move |_| reply.clone()) as Box<dyn Fn(usize) -> Vec<u8> + Send + Sync>)
    };
    let tag = format!("ETag: \"{KEY}\"\r\nLast-Modified: {KEY}\r\n");
    let half = {
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length: {}\r\nAccept-Ranges: bytes\r\n{tag}\r\n",
            film.len()
        );
        [head.as_bytes(), &film[..film.len() / 2]].concat()
    };
    let page = answer(200, &format!("Content-Type: text/{KEY}\r\n{loud}"), echo());
    let redirect = answer(
        302,
        &format!("Location: http://{KEY}@127.0.0.1:1/{}?k={}\r\n", echo_path(), echo().replace(' ', "+")),
        echo(),
    );
    let cases = vec![
        quiet(
            "a whole film",
            99,
            answer(
                200,
                &format!(
                    "Content-Type: video/mp4\r\nContent-Disposition: attachment; filename=\"{}.mp4\"\r\n{loud}{tag}",
                    echo_path()
                ),
                film,
            ),
        ),
        quiet("half a film", 3, half),
        quiet("a refusal of the film", 3, answer(403, &loud, echo())),
        quiet("a film that is gone", 3, answer(404, &loud, echo())),
        quiet("trouble with the film", 3, answer(503, &loud, echo())),
        quiet("a page in place of the film", 2, page),
        quiet("a redirect of the film", 2, redirect),
        quiet("no HTTP in place of the film", 2, format!("{}\r\n\r\n", echo()).into_bytes()),
    ];
    in_pairs(cases, |(what, asks, reply)| add(&all, download(what, asks, reply)));
    conclude("downloads", all.into_inner().expect("no panic while locked"));
}

#[test]
fn programs_that_are_started_do_not_get_the_key() {
    let folder = TempDir::new().expect("a folder");
    // A film for which the program asks the ffmpeg command.
    let path = folder.path().join("film.mp4");
    make("-f lavfi -i testsrc2=s=96x64:r=12:d=1 -c:v mpeg4", &path);
    let film = std::fs::read(&path).expect("the film");
    let seen = folder.path().join("seen");
    let (orders, is_seen) = (AtomicUsize::new(0), seen.clone());
    // The second job goes on until a picture of the first was asked for.
    let bench = Bench::new(move |request, port| {
        if is_submit(request) {
            let id = format!("job_{}", orders.fetch_add(1, Ordering::Relaxed));
            return raw::json(202, "", &json!({"id": id, "status": "queued"}));
        }
        if request.path.contains("/film") {
            return answer(200, "Content-Type: video/mp4\r\n", &film);
        }
        let link = format!("http://127.0.0.1:{port}/film.mp4");
        if request.path.contains("job_0") {
            let status = json!({"id": "job_0", "status": "completed", "url": link, "result": {"file_url": link}});
            return raw::json(200, "", &status);
        }
        if is_seen.exists() {
            failed(request)
        } else {
            raw::json(200, "", &json!({"id": "job_1", "status": "running"}))
        }
    });
    let programs = folder.path().join("programs");
    std::fs::create_dir(&programs).expect("a folder");
    let script = format!("#!/bin/sh\n{{ /usr/bin/env; echo \"$@\"; }} >> '{}'\nexit 1\n", seen.display());
    for name in ["ffmpeg", "ffprobe", "xdg-open", "zenity", "dbus-launch"] {
        use std::os::unix::fs::PermissionsExt as _;
        let file = programs.join(name);
        std::fs::write(&file, &script).expect("written");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).expect("changed");
    }
    let mut command = bench.command(&["generate", "a heron", "--gateway", "aigateway", "--count", "2"]);
    let path = std::env::var("PATH").unwrap_or_default();
    command.env("PATH", format!("{}:{path}", programs.display()));
    let ran = Ran::of(command);
    let mut findings = Findings::default();
    findings.look("the environment and arguments of ffmpeg", &std::fs::read(&seen).expect("ffmpeg was started"));
    findings.look("its output", ran.stderr.as_bytes());
    bench.look_below(&mut findings, "a film for ffmpeg");
    conclude("other programs", findings);
}

/// The command line has no word for it, so the engine is asked.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_answer_to_a_cancel_brings_the_key_to_disk() {
    let mut findings = Findings::default();
    let loud = loud_headers();
    let answers = [400, 401, 403, 404, 405, 409, 500].map(|status| raw::json(status, &loud, &loud_error()));
    let more = [
        raw::json(200, &loud, &json!({"id": KEY, "status": "cancelled", "message": echo()})),
        answer(200, "Content-Type: text/html\r\n", echo()),
        answer(307, &format!("Location: /{}\r\n", echo_path()), echo()),
    ];
    for (number, reply) in answers.into_iter().chain(more).enumerate() {
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let port = raw::serve(move |request, _| {
            if is_submit(request) {
                return accepted();
            }
            if request.method == "DELETE" || request.path.ends_with("cancel") {
                count.fetch_add(1, Ordering::Relaxed);
                return reply.clone();
            }
            match count.load(Ordering::Relaxed) {
                0 => raw::json(200, "", &json!({"id": "job_1", "status": "running"})),
                _ => failed(request),
            }
        });
        let folder = TempDir::new().expect("a folder");
        let folder_path: PathBuf = folder.path().to_owned();
        let (events, job) = cancel_one(&folder_path, port, &asked).await;
        let what = format!("cancel {number}");
        findings.look(&format!("{what}: events"), events.as_bytes());
        findings.look(&format!("{what}: the job"), job.as_bytes());
        findings.look_below(&what, &folder_path);
    }
    conclude("cancels", findings);
}

/// Orders a clip, cancels it while it is made, and returns what the engine told, and the job as it came to be.
async fn cancel_one(folder: &std::path::Path, port: u16, asked: &AtomicUsize) -> (String, String) {
    let paths = Paths::portable(folder);
    let opened = Library::open(&paths).expect("a new library");
    let base_url = format!("http://127.0.0.1:{port}/v1").parse().expect("an address");
    let gateway = GatewayId::Aigateway;
    let connection = Connection { gateway, base_url, key: Some(KEY.to_owned().into()), send_undocumented: false };
    let library = opened.library.clone();
    let parts = EngineParts {
        runtime: tokio::runtime::Handle::current(),
        library: opened.library,
        live: Vec::new(),
        history: opened.history,
        http: Http::new().expect("HTTP"),
        connections: vec![connection],
        options: EngineOptions::new(paths),
    };
    let (handle, mut events) = engine::start(parts);
    let request = Draft { prompt: "a heron".to_owned(), gateway, ..Draft::default() }.to_request().expect("a draft");
    let id = JobId(Uuid::now_v7());
    let price = estimate(&request, gateway).expect("a price");
    let new = NewJob {
        id,
        gateway,
        request,
        estimate: price,
        project: None,
        parent: None,
        picture_way: rushes::domain::PictureWay::InOrder,
        asked_by: Asker::Window,
        is_over_cap: false,
    };
    handle.send(EngineCommand::Enqueue(vec![new])).expect("room");
    let (mut told, mut last, mut is_cancelled) = (String::new(), String::new(), false);
    let following = async {
        while let Some(event) = events.recv().await {
            told.push_str(&format!("{event:?}\n"));
            let Event::JobChanged(job) = event else { continue };
            last = format!("{job:?}");
            if job.state == JobState::Generating || job.state == JobState::Waiting {
                if !is_cancelled {
                    is_cancelled = true;
                    handle.send(EngineCommand::Cancel(id)).expect("room");
                }
            } else if !job.state.is_unfinished() {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(90), following).await.expect("the job ends");
    assert!(asked.load(Ordering::Relaxed) > 0, "it was never cancelled");
    handle.shutdown().await;
    // Its helper files go with it, and are not to vanish while they are looked at.
    library.close().await;
    (told, last)
}
