//! `rushes mcp` with the MCP client that the protocol's own authors publish (tests/mcp/client.py), and with bare lines where
//! that client would be too kind.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

use rushes::practice::{FaultKind, Faults};
use serde_json::{Value, json};

use super::{quick, quick_with};
use crate::support::bench::{AIGATEWAY_KEY, APIIN_KEY, Bench, PIXVERSE_KEY, Ran, wait_status};
use crate::support::python::python_with;

/// What a client and its server said.
struct Talk {
    lines: Vec<Value>,
    stdout: String,
    stderr: String,
}

impl Talk {
    fn handshake(&self) -> &Value {
        &self.lines[0]["handshake"]
    }

    /// The answer to the step with this number.
    #[track_caller]
    fn answer(&self, step: usize) -> &Value {
        let line = &self.lines[step + 2];
        assert_eq!(line["is_error"], false, "step {step}: {line}");
        &line["answer"]
    }

    /// The refusal of the step with this number.
    #[track_caller]
    fn refusal(&self, step: usize) -> &str {
        let line = &self.lines[step + 2];
        assert_eq!(line["is_error"], true, "step {step}: {line}");
        line["text"].as_str().expect("a sentence")
    }
}

/// Has the client take these steps; `None` where there is no client.
fn talk(bench: &Bench, arguments: &[&str], steps: Value) -> Option<Talk> {
    let python = python_with("mcp-client", "the MCP client", "`rushes mcp`")?;
    let template = bench.command(&[]);
    let mut command = Command::new(python);
    command.arg("-B").arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mcp/client.py")).env_clear();
    for (name, value) in template.get_envs().filter_map(|(name, value)| Some((name, value?))) {
        command.env(name, value);
    }
    command.current_dir(bench.dir.path()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("python starts");
    let server: Vec<&str> = [env!("CARGO_BIN_EXE_rushes"), "mcp"].iter().chain(arguments).copied().collect();
    let script = json!({ "command": server, "steps": steps }).to_string();
    child.stdin.take().expect("a pipe").write_all(script.as_bytes()).expect("it reads");
    let ran = Ran::of_child(child);
    assert_eq!(ran.code, 0, "{ran:?}");
    Some(Talk { lines: ran.lines(), stdout: ran.stdout, stderr: ran.stderr })
}

fn shot(prompt: &str, gateway: &str, takes: u32) -> Value {
    json!({ "tool": "generate", "arguments": { "prompt": prompt, "gateway": gateway, "takes": takes, "resolution": "360p" } })
}

#[test]
fn an_agent_makes_a_practice_clip_and_spends_nothing() {
    let bench = Bench::new();
    let steps = json!([
        { "tool": "estimate", "arguments": { "prompt": "a boat", "gateway": "apiin", "duration": 8, "audio": true } },
        shot("a boat", "practice", 1),
        { "tool": "watch", "arguments": { "job": "{job}", "timeout_seconds": 60 } },
        { "tool": "get_job", "arguments": { "job": "{job}" } },
        { "tool": "list_jobs" },
        { "tool": "ledger" },
        shot("a heron", "apiin", 1),
    ]);
    let Some(talk) = talk(&bench, &[], steps) else { return };
    assert_eq!(talk.handshake()["server_info"]["name"], "rushes", "{}", talk.handshake());
    let tools = talk.lines[1]["tools"].as_array().expect("a list");
    let mut names: Vec<_> = tools.iter().map(|tool| tool["name"].as_str().expect("a name")).collect();
    names.sort_unstable();
    assert_eq!(names, ["estimate", "generate", "get_job", "ledger", "list_jobs", "watch"]);
    assert!(tools.iter().all(|tool| tool["description"].as_str().is_some_and(|words| words.len() > 20)));

    let estimate = &talk.answer(0)["estimates"][0];
    assert_eq!((&estimate["gateway"], &estimate["cost"]), (&json!("apiin"), &json!("360 cr")), "{estimate}");
    assert_eq!(estimate["may_be_ordered"], false);
    let ordered = &talk.answer(1)["jobs"][0];
    assert_eq!((&ordered["state"], &ordered["asked_by"]), (&json!("queued"), &json!("agent")), "{ordered}");
    for step in [2, 3] {
        let job = talk.answer(step);
        assert_eq!((&job["state"], &job["is_at_end"], &job["charged"]), (&json!("ready"), &json!(true), &json!("no")));
        let film = std::fs::read(job["file"].as_str().expect("a file")).expect("the clip");
        assert_eq!(&film[4..8], b"ftyp");
    }
    assert_eq!(talk.answer(4)["found"], 1);
    assert_eq!((&talk.answer(5)["all"]["orders"], &talk.answer(5)["all"]["total"]), (&json!(0), &json!("$0.00")));
    let refusal = talk.refusal(6);
    assert!(refusal.contains("without --allow-spend and without --cap"), "{refusal}");
    assert!(refusal.contains("Not charged: nothing was sent."), "{refusal}");
    let job = bench.job();
    assert_eq!((&job["asked_by"], &job["run"]), (&json!("agent"), &job["id"]));
    assert_eq!(bench.practice.log().len(), 0);
}

#[test]
fn money_needs_both_words() {
    for (arguments, words) in [(&["--allow-spend"][..], "without --cap"), (&["--cap", "5.00"], "without --allow-spend")]
    {
        let bench = Bench::new();
        let Some(talk) = talk(&bench, arguments, json!([shot("a boat", "apiin", 1), { "tool": "list_jobs" }])) else {
            return;
        };
        assert!(talk.refusal(0).contains(words), "{}", talk.refusal(0));
        assert_eq!(talk.answer(1)["found"], 0, "nothing is stored");
        assert_eq!(bench.practice.log().len(), 0);
    }
}

#[test]
fn an_agent_spends_up_to_its_cap_and_not_a_cent_more() {
    let bench = Bench::with(quick());
    let steps = json!([
        shot("three boats", "aigateway", 3),
        shot("a boat", "aigateway", 1),
        { "tool": "watch", "arguments": { "job": "{job}" } },
        shot("two boats", "aigateway", 2),
        // 70 credits are at most 70 cents.
        shot("a boat elsewhere", "apiin", 1),
        { "tool": "ledger" },
    ]);
    let Some(talk) = talk(&bench, &["--allow-spend", "--cap", "$0.80", "--json"], steps) else { return };
    assert!(talk.refusal(0).contains("--cap $0.80, of which $0.00"), "{}", talk.refusal(0));
    let ordered = talk.answer(1);
    assert_eq!((&ordered["cost"], &ordered["allowance"]["spent"]), (&json!("$0.40"), &json!("$0.40")), "{ordered}");
    assert_eq!((&talk.answer(2)["state"], &talk.answer(2)["asked_by"]), (&json!("ready"), &json!("agent")));
    for step in [3, 4] {
        let refusal = talk.refusal(step);
        assert!(refusal.contains("$0.40 are spent") && refusal.contains("nothing was sent"), "{refusal}");
    }
    let ledger = talk.answer(5);
    assert_eq!((&ledger["all"]["total"], &ledger["today"]["total"]), (&json!("$0.40"), &json!("$0.40")), "{ledger}");
    assert_eq!((bench.practice.submits().len(), bench.practice.submits_of("a boat")), (1, 1));
    let jobs = bench.jobs();
    assert_eq!((jobs.len(), &jobs[0]["asked_by"]), (1, &json!("agent")), "{jobs:?}");
    for key in [AIGATEWAY_KEY, APIIN_KEY, PIXVERSE_KEY] {
        assert!(!talk.stdout.contains(key) && !talk.stderr.contains(key), "a key was said");
    }
}

#[test]
fn what_an_agent_asks_for_is_checked_as_the_form_is() {
    let bench = Bench::new();
    let with = |more: Value| {
        let mut arguments = json!({ "prompt": "a boat", "gateway": "practice" });
        for (name, value) in more.as_object().expect("an object") {
            arguments[name] = value.clone();
        }
        json!({ "tool": "generate", "arguments": arguments })
    };
    let wrong = [
        (json!({ "prompt": " " }), "Describe the shot first"),
        (json!({ "prompt": "x".repeat(2_049) }), "1 characters too long"),
        (json!({ "resolution": "1080p", "duration": 10 }), "not offered at 1080p"),
        (json!({ "resolution": "4k" }), "there are 360p"),
        (json!({ "duration": 7 }), "write 5, 8 or 10"),
        (json!({ "takes": 13 }), "1 to 12"),
        (json!({ "seed": -1 }), "whole number"),
        (json!({ "model": "pixverse-v99" }), "No model pixverse-v99"),
        (json!({ "gateway": "sora" }), "there are apiin"),
        (json!({ "sharpness": "360p" }), "sharpness"),
        (json!({ "image": "missing.png" }), "missing.png"),
        (json!({ "image": "http://example.org/a.png" }), "https://"),
        (json!({ "end_image": "https://example.org/a.png" }), "needs a start picture"),
    ];
    let steps: Vec<Value> = wrong.iter().map(|(more, _)| with(more.clone())).collect();
    let Some(talk) = talk(&bench, &[], Value::from(steps)) else { return };
    for (step, (more, words)) in wrong.iter().enumerate() {
        assert!(talk.refusal(step).contains(words), "{more}: {}", talk.refusal(step));
    }
    assert!(bench.jobs().is_empty());
}

/// A server that is spoken to line by line.
struct Server {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Server {
    fn start(bench: &Bench, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let line: Vec<&str> = ["mcp"].iter().chain(arguments).copied().collect();
        let mut command = bench.command(&line);
        command.stdin(Stdio::piped()).stderr(Stdio::null()).envs(variables.iter().copied());
        let mut child = command.spawn().expect("the program starts");
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take().expect("a pipe"));
        let mut server = Self { child, stdin, lines: BufReader::new(stdout).lines() };
        let hello = json!({
            "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": { "name": "test", "version": "1" },
        });
        assert_eq!(server.ask(1, "initialize", &hello)["result"]["serverInfo"]["name"], "rushes");
        server.say(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
        server
    }

    fn say(&mut self, message: &Value) {
        writeln!(self.stdin.as_mut().expect("an open pipe"), "{message}").expect("it reads");
    }

    /// Asks, and returns the answer. Every line on standard output has to be one of the protocol.
    fn ask(&mut self, id: u32, method: &str, parameters: &Value) -> Value {
        self.say(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": parameters }));
        loop {
            let line = self.lines.next().expect("an answer").expect("text");
            let answer: Value = serde_json::from_str(&line).unwrap_or_else(|err| panic!("{err} in {line}"));
            assert_eq!(answer["jsonrpc"], "2.0", "{line}");
            if answer["id"] == id {
                return answer;
            }
        }
    }

    /// Ends standard input and waits for the end of the program. Returns its exit code.
    fn end(mut self) -> Option<i32> {
        self.stdin.take();
        let status = wait_status(&mut self.child, Duration::from_secs(60)).expect("it ends");
        for line in self.lines {
            let line = line.expect("text");
            let last: Value = serde_json::from_str(&line).unwrap_or_else(|err| panic!("{err} in {line}"));
            assert_eq!(last["jsonrpc"], "2.0", "{line}");
        }
        status.code()
    }
}

#[test]
fn the_end_of_input_waits_for_orders_that_are_on_their_way() {
    let late = FaultKind::Slow { delay_millis: 2_000 };
    let bench = Bench::with(quick_with(Faults::default().on_submit(late.once())));
    let mut server = Server::start(&bench, &["--allow-spend", "--cap", "1"], &[("RUST_LOG", "trace")]);
    let order = json!({ "name": "generate", "arguments": { "prompt": "a boat", "gateway": "aigateway" } });
    assert_eq!(server.ask(2, "tools/call", &order)["result"]["isError"], false);
    let seen = bench.practice.wait_until(|log| log.iter().any(rushes::practice::Seen::is_submit));
    bench.runtime.block_on(seen).expect("an order");
    assert_eq!(server.end(), Some(0));
    let job = bench.job();
    assert!(job["remote_id"].is_string() && job["state"] != "unconfirmed", "the answer was awaited: {job}");
    assert_eq!(bench.run(&["watch"]).code, 0);
    assert_eq!((bench.job()["state"].as_str(), bench.practice.submits().len()), (Some("ready"), 1));
}

#[test]
fn one_library_has_one_owner() {
    let bench = Bench::new();
    let server = Server::start(&bench, &[], &[]);
    let second = bench.run(&["mcp"]);
    assert_eq!(second.code, 8, "{second:?}");
    assert!(second.stderr.contains("has this library open") && second.stdout.is_empty(), "{second:?}");
    assert_eq!(bench.run(&["generate", "a boat", "--gateway", "practice"]).code, 8);
    assert_eq!(server.end(), Some(0));
    assert_eq!(bench.run(&["mcp"]).code, 0, "a client that says nothing is no error");
}

#[test]
fn orders_at_the_same_time_do_not_share_the_last_room_under_a_cap() {
    let bench = Bench::with(quick());
    let mut server = Server::start(&bench, &["--allow-spend", "--cap", "0.40"], &[]);
    let order = |number: u32| {
        json!({ "jsonrpc": "2.0", "id": number, "method": "tools/call", "params": { "name": "generate", "arguments": {
            "prompt": format!("boat {number}"), "gateway": "aigateway",
        } } })
    };
    let all: String = (10..20).map(|number| format!("{}\n", order(number))).collect();
    server.stdin.as_mut().expect("an open pipe").write_all(all.as_bytes()).expect("it reads");
    let answers: Vec<Value> = (10..20)
        .map(|_| serde_json::from_str(&server.lines.next().expect("an answer").expect("text")).expect("JSON"))
        .collect();
    let taken = answers.iter().filter(|answer| answer["result"]["isError"] == false).count();
    assert_eq!((answers.len(), taken), (10, 1), "{answers:?}");
    assert_eq!(server.end(), Some(0));
    assert_eq!(bench.run(&["watch"]).code, 0);
    assert_eq!((bench.jobs().len(), bench.practice.submits().len()), (1, 1));
}

#[test]
fn an_order_whose_key_is_refused_is_not_left_for_others_to_send() {
    let bench = Bench::new();
    let mut server = Server::start(&bench, &["--allow-spend", "--cap", "5"], &[("AIGATEWAY_API_KEY", "sk-aig-wrong")]);
    let order = json!({ "name": "generate", "arguments": { "prompt": "a boat", "gateway": "aigateway", "takes": 4 } });
    let ordered = server.ask(2, "tools/call", &order);
    let jobs = ordered["result"]["structuredContent"]["jobs"].as_array().expect("jobs").clone();
    for (number, job) in jobs.iter().enumerate() {
        let watch = json!({ "name": "watch", "arguments": { "job": job["id"], "timeout_seconds": 30 } });
        let answer = server.ask(10 + u32::try_from(number).expect("few"), "tools/call", &watch);
        let job = &answer["result"]["structuredContent"];
        assert_eq!((&job["is_at_end"], &job["charged"]), (&json!(true), &json!("no")), "{job}");
    }
    assert_eq!(server.end(), Some(0));
    let left = bench.jobs().iter().filter(|job| job["state"] == "queued").count();
    assert_eq!(left, 0, "{:?}", bench.jobs());
}
