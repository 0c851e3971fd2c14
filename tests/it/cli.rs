//! The real program against a practice gateway over real HTTP: shapes, exit codes, kills, and where the key goes.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::time::Duration;

use base64::Engine as _;
use rushes::domain::{Credits, Money};
use rushes::practice::{
    AigatewayShape, ApiinShape, ApiinSubmitShape, Config, FaultKind, Faults, Origin, Pace, Shapes, Target, Wallet,
};
use serde_json::{Value, json};
use strum::IntoEnumIterator as _;

mod batch;
mod caps;
mod folder;
mod keyring;
mod ledger;
mod mcp;
mod models;
#[cfg(unix)]
mod orders;
mod paths;
mod pictures;
mod prices;
#[cfg(target_os = "linux")]
mod traced;
mod waits;

use crate::support::bench::{AIGATEWAY_KEY, APIIN_KEY, Bench, Ran};
use crate::support::film::tiny_film;
use crate::support::{files_below, sha256};

fn quick() -> Config {
    Config::quick(tiny_film())
}

fn quick_with(faults: Faults) -> Config {
    quick().with_faults(faults)
}

/// Makes a clip and checks that the file on disk is what was served.
#[track_caller]
fn makes_a_clip(bench: &Bench, gateway: &str) {
    let ran = bench.run(&["generate", "a paper boat", "--gateway", gateway, "--json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let finished = ran.finished();
    assert_eq!(finished["state"], "ready");
    assert_eq!(finished["sha256"], sha256(tiny_film()));
    let file = finished["file"].as_str().expect("a file");
    assert!(file.starts_with(&*bench.library().to_string_lossy()), "{file}");
    assert!(std::fs::metadata(file).is_ok_and(|meta| meta.len() >= tiny_film().len() as u64), "{file}");
    assert_eq!(bench.practice.submits_of("a paper boat"), 1);
    let events: Vec<_> = ran.lines().iter().map(|line| line["event"].clone()).collect();
    for event in ["queued", "submitting", "accepted"] {
        assert!(events.contains(&json!(event)), "{event} is missing in {events:?}");
    }
    let job = bench.job();
    for (field, value) in [
        ("gateway", json!(gateway)),
        ("state", json!("ready")),
        ("prompt", json!("a paper boat")),
        ("file", json!(file)),
    ] {
        assert_eq!(job[field], value, "{job}");
    }
    assert!(job["remote_id"].is_string() && job["cost"].is_string() && job["charged"].is_string(), "{job}");
}

/// Runs `work` on each of `items` at the same time: most of the time goes by in waiting for the next look at a job.
fn for_each<T: Send>(items: Vec<T>, work: impl Fn(T) + Sync) {
    std::thread::scope(|scope| {
        for item in items {
            scope.spawn(|| work(item));
        }
    });
}

#[test]
fn every_shape_of_aigateway_gives_a_clip() {
    for_each(AigatewayShape::iter().collect(), |aigateway| {
        let shapes = Shapes { aigateway, ..Shapes::default() };
        makes_a_clip(&Bench::with(Config { shapes, ..quick() }), "aigateway");
    });
}

#[test]
fn every_shape_of_apiin_gives_a_clip() {
    for_each(ApiinShape::iter().collect(), |apiin| {
        let shapes = Shapes { apiin, ..Shapes::default() };
        makes_a_clip(&Bench::with(Config { shapes, ..quick() }), "apiin");
    });
}

#[test]
fn every_submit_shape_of_apiin_gives_a_clip() {
    for_each(ApiinSubmitShape::iter().collect(), |apiin_submit| {
        let shapes = Shapes { apiin_submit, ..Shapes::default() };
        makes_a_clip(&Bench::with(Config { shapes, ..quick() }), "apiin");
    });
}

#[test]
fn practice_makes_a_real_clip_with_nothing_but_the_program() {
    let bench = Bench::new();
    let mut command = bench.command(&["generate", "a heron at dawn", "--resolution", "360p", "--json"]);
    for name in ["AIGATEWAY_API_KEY", "APIIN_API_KEY", "RUSHES_AIGATEWAY_URL", "RUSHES_APIIN_URL"] {
        command.env_remove(name);
    }
    let ran = Ran::of(command);
    assert_eq!(ran.code, 0, "{ran:?}");
    let finished = ran.finished();
    assert_eq!((finished["gateway"].as_str(), finished["charged"].as_str()), (Some("practice"), Some("no")));
    let film = std::fs::read(finished["file"].as_str().expect("a file")).expect("the clip");
    assert_eq!(&film[4..8], b"ftyp");
    assert!(ran.lines()[0]["message"].as_str().is_some_and(|text| text.contains("practice")), "{ran:?}");
}

/// A refusal: its exit code, one word that its message has to hold, and that nothing was charged.
#[track_caller]
fn is_refused(bench: &Bench, arguments: &[&str], code: i32, word: &str) -> Ran {
    let ran = bench.run(arguments);
    assert_eq!(ran.code, code, "{ran:?}");
    let finished = ran.finished();
    let message = finished["message"].as_str().unwrap_or_default();
    assert!(message.contains(word) && message.contains("Not charged"), "{message}");
    assert_eq!(finished["charged"], "no", "{finished}");
    ran
}

const GENERATE: [&str; 3] = ["generate", "a paper boat", "--json"];

fn generate_at(gateway: &str) -> Vec<&str> {
    GENERATE.iter().copied().chain(["--gateway", gateway]).collect()
}

#[test]
fn a_wrong_key_is_exit_3() {
    for (gateway, variable, wrong) in
        [("aigateway", "AIGATEWAY_API_KEY", "sk-aig-wrong"), ("apiin", "APIIN_API_KEY", "aio_wrong")]
    {
        let bench = Bench::new();
        let mut command = bench.command(&generate_at(gateway));
        command.env(variable, wrong);
        let ran = Ran::of(command);
        assert_eq!(ran.code, 3, "{ran:?}");
        let finished = ran.finished();
        assert_eq!(finished["state"], "rejected", "{finished}");
        assert!(
            finished["message"].as_str().is_some_and(|text| text.contains("refused the key. Not charged.")),
            "{ran:?}"
        );
    }
}

#[test]
fn a_missing_key_is_exit_3_before_anything_is_stored_or_sent() {
    let bench = Bench::new();
    let mut command = bench.command(&generate_at("apiin"));
    command.env_remove("APIIN_API_KEY");
    let ran = Ran::of(command);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(ran.finished()["message"].as_str().is_some_and(|text| text.contains("No key for apiin is known")));
    assert!(!bench.library().exists());
    assert_eq!(bench.practice.log().len(), 0);
}

#[test]
fn an_empty_wallet_is_exit_4() {
    let wallet = Wallet { money: Some(Money(0)), credits: Some(Credits(0)) };
    for gateway in ["aigateway", "apiin"] {
        let bench = Bench::with(Config { wallet, ..quick() });
        is_refused(&bench, &generate_at(gateway), 4, "wallet is empty");
    }
}

#[test]
fn a_price_above_the_limit_is_exit_4_before_anything_is_stored_or_sent() {
    let bench = Bench::new();
    for (gateway, limit) in [("aigateway", "0.39"), ("aigateway", "90cr"), ("apiin", "89cr"), ("apiin", "0.89")] {
        let line: Vec<_> = generate_at(gateway).into_iter().chain(["--max-cost", limit]).collect();
        is_refused(&bench, &line, 4, "--max-cost");
    }
    let two: Vec<_> = generate_at("apiin").into_iter().chain(["--max-cost", "179cr", "--count", "2"]).collect();
    is_refused(&bench, &two, 4, "180 cr");
    assert!(!bench.library().exists());
    assert_eq!(bench.practice.log().len(), 0);
}

#[test]
fn an_unknown_model_and_a_bad_parameter_are_exit_2() {
    for (status, word) in [(404, "does not know this model"), (400, "Not charged")] {
        for gateway in ["aigateway", "apiin"] {
            let fault = FaultKind::Status { status, retry_after_secs: None, accepted: false };
            let bench = Bench::with(quick_with(Faults::default().on_submit(fault)));
            let ran = is_refused(&bench, &generate_at(gateway), 2, word);
            assert_eq!(ran.finished()["state"], "rejected");
        }
    }
}

#[test]
fn problems_of_the_request_are_all_named_and_nothing_is_sent() {
    let bench = Bench::new();
    let ran = bench.run(&["generate", " ", "--resolution", "1080p", "--duration", "10", "--seed", "-1", "--json"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    let lines = ran.lines();
    let problems = lines.iter().find(|line| line["event"] == "problems").expect("a line with the problems");
    let fields: Vec<_> = problems["problems"].as_array().expect("a list").iter().map(|p| p["field"].clone()).collect();
    assert_eq!(fields, [json!("prompt"), json!("duration"), json!("seed")]);
    ran.finished();
    assert!(!bench.library().exists());
    assert_eq!(bench.practice.log().len(), 0);
}

#[test]
fn wrong_usage_is_exit_2() {
    let bench = Bench::new();
    for line in [&["generate"][..], &["generate", "x", "--gateway", "sora"], &["no-such-command"]] {
        let ran = bench.run(line);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(!ran.stderr.is_empty());
    }
}

#[test]
fn moderation_is_exit_5() {
    for gateway in ["aigateway", "apiin"] {
        let bench = Bench::with(quick_with(Faults::default().on_submit(FaultKind::Moderation { message: None })));
        let ran = bench.run(&generate_at(gateway));
        assert_eq!(ran.code, 5, "{ran:?}");
        let finished = ran.finished();
        assert_eq!(finished["state"], "failed");
        assert!(finished["message"].as_str().is_some_and(|text| text.contains("did not allow")), "{finished}");
    }
}

#[test]
fn a_dropped_connection_is_exit_6_with_exactly_one_order() {
    for gateway in ["aigateway", "apiin"] {
        for fault in [FaultKind::DropAfterBody, FaultKind::DropAfterAccept] {
            let bench = Bench::with(quick_with(Faults::default().on_submit(fault)));
            let ran = bench.run(&generate_at(gateway));
            assert_eq!(ran.code, 6, "{ran:?}");
            let finished = ran.finished();
            assert_eq!(
                (finished["state"].as_str(), finished["charged"].as_str()),
                (Some("unconfirmed"), Some("not known"))
            );
            let watched = bench.run(&["watch", "--json"]);
            assert_eq!(watched.code, 6, "{watched:?}");
            assert_eq!(bench.job()["state"], "unconfirmed");
            assert_eq!(bench.practice.submits().len(), 1, "{gateway}");
        }
    }
}

#[test]
fn an_unconfirmed_job_is_resolved_by_the_user_only() {
    let bench = Bench::with(quick_with(Faults::default().on_submit(FaultKind::DropAfterAccept.once())));
    assert_eq!(bench.run(&generate_at("apiin")).code, 6);
    let id = bench.job()["id"].as_str().expect("an id").to_owned();
    let short = &id[id.len() - 8..];

    let checked = bench.run(&["resolve", short, "check", "--json"]);
    assert_eq!(checked.code, 6, "{checked:?}");
    assert_eq!(bench.practice.submits().len(), 1);

    let remote_id = bench.practice.jobs()[0].id.clone();
    let adopted = bench.run(&["resolve", &id, "--json", "adopt", &remote_id]);
    assert_eq!(adopted.code, 0, "{adopted:?}");
    assert_eq!(adopted.finished()["sha256"], sha256(tiny_film()));
    assert_eq!(bench.job()["state"], "ready");
    assert_eq!(bench.practice.submits().len(), 1);
    assert_eq!(bench.run(&["resolve", &id, "discard"]).code, 2, "a ready job has nothing to decide");
}

#[test]
fn resending_makes_a_new_job_and_discarding_none() {
    let bench = Bench::with(quick_with(Faults::default().on_submit(FaultKind::DropAfterBody.times(2))));
    assert_eq!(bench.run(&generate_at("apiin")).code, 6);
    assert_eq!(bench.run(&generate_at("apiin")).code, 6);
    let ids: Vec<_> = bench.jobs().iter().map(|job| job["id"].as_str().expect("an id").to_owned()).collect();
    assert_eq!(bench.run(&["resolve", &ids[0], "discard"]).code, 0);
    assert_eq!(bench.practice.submits().len(), 2);
    let resent = bench.run(&["resolve", &ids[1], "resend", "--json"]);
    assert_eq!(resent.code, 0, "{resent:?}");
    assert_eq!(bench.practice.submits().len(), 3);
    let states: Vec<_> = bench.jobs().iter().map(|job| job["state"].clone()).collect();
    assert_eq!(states, [json!("discarded"), json!("discarded"), json!("ready")]);
}

#[test]
fn without_waiting_it_is_exit_7_and_watch_fetches_the_clips() {
    let bench = Bench::with(quick().with_pace(Pace::Polls { queued: 1, running: 0 }));
    let line: Vec<_> = generate_at("apiin").into_iter().chain(["--no-wait", "--count", "2", "--seed", "7"]).collect();
    let ran = bench.run(&line);
    assert_eq!(ran.code, 7, "{ran:?}");
    let finished: Vec<_> = ran.lines().into_iter().filter(|line| line["event"] == "finished").collect();
    assert_eq!(finished.len(), 2);
    assert!(finished.iter().all(|line| line["remote_id"].is_string()), "{finished:?}");
    let seeds: Vec<_> =
        bench.practice.submits().iter().map(|seen| seen.json.as_ref().map(|json| json["seed"].clone())).collect();
    assert_eq!(seeds, [Some(json!(7)), Some(json!(8))], "each take has its own seed");

    let watched = bench.run(&["watch", "--json"]);
    assert_eq!(watched.code, 0, "{watched:?}");
    assert!(bench.jobs().iter().all(|job| job["state"] == "ready" && job["sha256"] == sha256(tiny_film())));
    assert_eq!(bench.practice.submits().len(), 2);
    assert_eq!(bench.run(&["watch"]).code, 0, "nothing is left");
}

#[cfg(unix)]
#[test]
fn an_interrupt_is_exit_7_and_leaves_the_job_for_watch() {
    let bench = Bench::with(quick_with(Faults::default().on_poll(FaultKind::NeverEnds.once())));
    let mut child = bench.command(&generate_at("aigateway")).spawn().expect("the program starts");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let is_accepted = |line: &str| line.contains("\"accepted\"");
    assert!(lines.any(|line| is_accepted(&line.expect("text"))), "the order is accepted");
    let interrupt = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(interrupt.is_ok_and(|status| status.success()));
    let last = lines.map(|line| line.expect("text")).last().expect("a last line");
    let status = child.wait().expect("it ends");
    assert_eq!(status.code(), Some(7), "{last}");
    let last: Value = serde_json::from_str(&last).expect("JSON");
    assert_eq!(last["event"], "finished");
    assert!(last["message"].as_str().is_some_and(|text| text.contains("rushes watch")), "{last}");
    assert_eq!(bench.run(&["watch"]).code, 0);
    assert_eq!(bench.job()["state"], "ready");
    assert_eq!(bench.practice.submits().len(), 1);
}

/// After a kill: `watch` finishes what can be finished, never with a second order.
fn survives(bench: &Bench, moment: &str) {
    let watched = bench.run(&["watch", "--json"]);
    let jobs = bench.jobs();
    let orders = bench.practice.submits().len();
    assert!(jobs.len() <= 1, "{moment}: {jobs:?}");
    match jobs.first() {
        None => assert_eq!((orders, watched.code), (0, 0), "{moment}: nothing was stored, so nothing may be sent"),
        Some(job) if job["state"] == "unconfirmed" => {
            assert!(orders <= 1, "{moment}: {orders} orders");
            assert_eq!(watched.code, 6, "{moment}: {watched:?}");
            assert_eq!(job["charged"], "not known");
        }
        Some(job) => {
            assert_eq!((job["state"].as_str(), orders), (Some("ready"), 1), "{moment}: {job} {watched:?}");
            assert_eq!(job["sha256"], sha256(tiny_film()), "{moment}");
            let file = Path::new(job["file"].as_str().expect("a file"));
            assert!(std::fs::read(file).is_ok_and(|film| film.starts_with(tiny_film())), "{moment}");
            rushes::media::check_movie(file).unwrap_or_else(|error| panic!("{moment}: {error}"));
            let packet = std::fs::File::open(file).map(|mut file| rushes::media::read_xmp(&mut file));
            assert!(matches!(packet, Ok(Ok(Some(packet))) if packet.is_last), "{moment}: no recipe");
            assert_eq!(watched.code, 0, "{moment}: {watched:?}");
        }
    }
    let parts: Vec<_> = files_below(&bench.library().join("clips")).into_iter().map(|(path, _)| path).collect();
    assert!(parts.len() <= 1, "{moment}: {parts:?}");
}

/// Kills at the moments that matter, found by what the program says.
#[test]
fn a_kill_at_every_step_loses_nothing_and_buys_nothing_twice() {
    // apiin calls a job in progress from the start, so there `generating` is no step of its own.
    let moments = [
        ("aigateway", "queued"),
        ("aigateway", "submitting"),
        ("aigateway", "accepted"),
        ("aigateway", "generating"),
        ("aigateway", "downloading"),
        ("apiin", "queued"),
        ("apiin", "submitting"),
        ("apiin", "accepted"),
        ("apiin", "downloading"),
    ];
    for_each(moments.into(), |(gateway, step)| {
        // Running for one look, and a pause in the middle of the file, so that every step lasts long enough to be hit.
        let faults = Faults::default().on_media(FaultKind::StallAt { at: tiny_film().len() as u64 / 2 }.once());
        let bench = Bench::with(quick_with(faults).with_pace(Pace::Polls { queued: 1, running: 1 }));
        let mut child = bench.command(&generate_at(gateway)).spawn().expect("the program starts");
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let wanted = format!("\"event\":\"{step}\"");
        assert!(lines.any(|line| line.expect("text").contains(&wanted)), "{gateway} never came to {step}");
        child.kill().expect("a child of ours");
        child.wait().expect("a killed child ends");
        survives(&bench, &format!("{gateway} {step}"));
        // What was accepted is never unconfirmed.
        if !["queued", "submitting"].contains(&step) {
            assert_eq!(bench.job()["state"], "ready", "{gateway} {step}");
        }
    });
}

/// Kills while the order lies at the gateway unanswered, and while half of the film is here.
#[test]
fn a_kill_on_the_wire_loses_nothing_and_buys_nothing_twice() {
    let half = tiny_film().len() as u64 / 2;
    let moments = [
        ("submit", Faults::default().on_submit(FaultKind::Stall.once()), Target::Submit, "unconfirmed"),
        ("poll", Faults::default().on_poll(FaultKind::Stall.once()), Target::Poll, "ready"),
        ("media", Faults::default().on_media(FaultKind::StallAt { at: half }.once()), Target::Media, "ready"),
    ];
    for_each(moments.into(), |(moment, faults, target, expected)| {
        let bench = Bench::with(quick_with(faults));
        let mut child = bench.command(&generate_at("apiin")).spawn().expect("the program starts");
        let seen = bench.practice.wait_until(|log| log.iter().any(|seen| seen.target == target && seen.is_whole));
        bench.runtime.block_on(seen).unwrap_or_else(|err| panic!("{moment}: {err:?}"));
        child.kill().expect("a child of ours");
        child.wait().expect("a killed child ends");
        survives(&bench, moment);
        assert_eq!(bench.job()["state"], expected, "{moment}");
    });
}

/// Kills at moments that nobody chose.
#[test]
fn kills_at_any_moment_lose_nothing_and_buy_nothing_twice() {
    let delays: Vec<u64> = (0..16).map(|index| index * index * 5).collect();
    for chunk in delays.chunks(4) {
        for_each(chunk.to_vec(), |millis| {
            let bench = Bench::new();
            let mut child = bench.command(&generate_at("apiin")).spawn().expect("the program starts");
            // The delay is the point of this test; what is asserted does not depend on where it falls.
            std::thread::sleep(Duration::from_millis(millis));
            child.kill().expect("a child of ours");
            child.wait().expect("a killed child ends");
            survives(&bench, &format!("after {millis} ms"));
        });
    }
}

/// The key in the forms in which it could leak.
fn forms_of(key: &str) -> Vec<String> {
    let reversed: String = key.chars().rev().collect();
    let hex: String = key.bytes().map(|byte| format!("{byte:02x}")).collect();
    let (first, second) = key.split_at(key.len() / 2);
    let base64 = base64::engine::general_purpose::STANDARD_NO_PAD.encode(key);
    vec![key.to_owned(), reversed, hex, base64, first.to_owned(), second.to_owned()]
}

#[test]
fn the_key_goes_to_its_gateway_and_nowhere_else() {
    let submit = Faults::default().on_submit(FaultKind::Redirect { location: None, status: 307 }.once());
    let bench = Bench::with(quick_with(submit.on_poll(FaultKind::BadGateway { accepted: false }.once())));
    let mut said = String::new();
    let lines = [
        generate_at("aigateway"),
        generate_at("apiin"),
        vec!["key", "test", "aigateway", "--json"],
        vec!["doctor"],
        vec!["jobs"],
        vec!["watch"],
        vec!["generate", "x", "--gateway", "aigateway", "--image", "https://example.com/a.png", "--max-cost", "0"],
    ];
    for line in &lines {
        let mut command = bench.command(line);
        command.env("RUST_LOG", "trace");
        let ran = Ran::of(command);
        said.push_str(&ran.stdout);
        said.push_str(&ran.stderr);
    }
    assert!(said.contains("DEBUG"), "the log is on");
    assert!(bench.jobs().iter().any(|job| job["state"] == "ready"), "{:?}", bench.jobs());

    let files = files_below(bench.dir.path());
    assert!(files.len() > 3, "there are files to look into");
    for key in [AIGATEWAY_KEY, APIIN_KEY] {
        for form in forms_of(key) {
            assert!(!said.contains(&form), "the key or a form of it was printed");
            for (path, bytes) in &files {
                let is_there = bytes.windows(form.len()).any(|window| window == form.as_bytes());
                assert!(!is_there, "the key or a form of it stands in {}", path.display());
            }
        }
    }
    let log = bench.practice.log();
    assert!(log.iter().any(|seen| seen.origin == Origin::Media), "a film was fetched");
    for seen in log {
        match seen.origin {
            Origin::Media => {
                assert!(!seen.mentions(AIGATEWAY_KEY) && !seen.mentions(APIIN_KEY), "the media host saw the key");
                assert_eq!(seen.authorization(), None);
            }
            Origin::Api => {
                let other = if seen.path.starts_with("/api/") { AIGATEWAY_KEY } else { APIIN_KEY };
                assert!(!seen.mentions(other), "{} saw the other gateway's key", seen.path);
            }
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_key_is_no_argument_of_the_process() {
    let bench = Bench::with(quick_with(Faults::default().on_submit(FaultKind::Stall)));
    let mut child = bench.command(&generate_at("apiin")).spawn().expect("the program starts");
    let seen = bench.practice.wait_until(|log| log.iter().any(rushes::practice::Seen::is_submit));
    bench.runtime.block_on(seen).expect("an order");
    let arguments = std::fs::read(format!("/proc/{}/cmdline", child.id())).expect("a running process");
    child.kill().expect("a child of ours");
    child.wait().expect("a killed child ends");
    let arguments = String::from_utf8_lossy(&arguments);
    assert!(arguments.contains("generate") && !arguments.contains(APIIN_KEY), "{arguments}");
}

#[test]
fn a_library_in_use_is_exit_8_and_jobs_can_be_listed_beside_it() {
    let bench = Bench::with(quick_with(Faults::default().on_submit(FaultKind::Stall)));
    let mut child = bench.command(&generate_at("apiin")).spawn().expect("the program starts");
    let seen = bench.practice.wait_until(|log| log.iter().any(rushes::practice::Seen::is_submit));
    bench.runtime.block_on(seen).expect("an order");
    let second = bench.run(&generate_at("apiin"));
    let listed = bench.jobs();
    child.kill().expect("a child of ours");
    child.wait().expect("a killed child ends");
    assert_eq!(second.code, 8, "{second:?}");
    assert!(second.finished()["message"].as_str().is_some_and(|text| text.contains("has this library open")));
    assert_eq!(listed[0]["state"], "submitting", "{listed:?}");
    assert_eq!(bench.practice.submits().len(), 1);
}

#[test]
fn estimates_need_neither_key_nor_network() {
    let bench = Bench::new();
    let ran = bench.run(&["estimate", "--gateway", "apiin", "--duration", "8", "--audio", "--json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let lines = ran.lines();
    let prices: Vec<_> =
        lines.iter().map(|line| (line["gateway"].as_str(), line["cost"].as_str(), line["chosen"].as_bool())).collect();
    assert_eq!(
        prices,
        [
            (Some("apiin"), Some("360 cr"), Some(true)),
            (Some("aigateway"), Some("$0.64"), Some(false)),
            (Some("pixverse"), Some("135 cr"), Some(false)),
            (Some("practice"), Some("free"), Some(false))
        ]
    );
    assert!(lines[1]["doubts"].as_array().is_some_and(|doubts| doubts.len() == 1), "{}", lines[1]);
    assert_eq!(bench.practice.log().len(), 0);
    assert!(!bench.library().exists());
}

#[test]
fn a_base_url_that_is_not_safe_is_exit_2() {
    let bench = Bench::new();
    let mut command = bench.command(&generate_at("apiin"));
    command.env("RUSHES_APIIN_URL", "http://apiin.example/api/v1");
    let ran = Ran::of(command);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.finished()["message"].as_str().is_some_and(|text| text.contains("RUSHES_APIIN_URL")), "{ran:?}");
}

#[test]
fn a_fault_file_drives_the_practice_command() {
    let bench = Bench::new();
    let faults = bench.dir.path().join("faults.json");
    std::fs::write(&faults, r#"{"submit": [{"kind": "drop_after_body", "times": 1}]}"#).expect("a file");
    let file = faults.to_string_lossy().into_owned();
    let mut server = bench.command(&["practice", "--json", "--faults", &file]).spawn().expect("the program starts");
    let mut lines = BufReader::new(server.stdout.take().expect("a pipe")).lines();
    let listening: Value = serde_json::from_str(&lines.next().expect("a line").expect("text")).expect("JSON");
    let mut command = bench.command(&generate_at("aigateway"));
    command.env("RUSHES_AIGATEWAY_URL", listening["aigateway"].as_str().expect("an address"));
    let ran = Ran::of(command);
    server.kill().expect("a child of ours");
    server.wait().expect("a killed child ends");
    assert_eq!(ran.code, 6, "{ran:?}");

    std::fs::write(&faults, r#"{"submit": [{"kind": "frobnicate"}]}"#).expect("a file");
    assert_eq!(bench.run(&["practice", "--faults", &file]).code, 2);
}

/// `rushes key` against a real Secret Service: what is set is used by `generate`, and forgotten when told so.
#[cfg(target_os = "linux")]
#[test]
fn a_key_lives_in_the_password_store() {
    const SCRIPT: &str = r#"
        set -eu
        printf 'test-password' | gnome-keyring-daemon --unlock --components=secrets >/dev/null
        printf '\357\273\277\r\nexport AIGATEWAY_API_KEY="%s"\302\240\r\n' "$KEY" | "$ME" key set aigateway
        unset KEY
        "$ME" key test aigateway
        "$ME" generate "a paper boat" --gateway aigateway --json
        "$ME" key forget aigateway
        code=0; "$ME" key test aigateway || code=$?
        echo "after forgetting: exit $code"
    "#;
    let bench = Bench::new();
    let template = bench.command(&[]);
    // Helpers of the session may outlive it and hold a pipe open, so everything goes to a file.
    let path = bench.dir.path().join("session.log");
    let log = std::fs::File::create(&path).expect("a log file");
    let mut command = std::process::Command::new("timeout");
    command.args(["-k", "5", "60", "dbus-run-session", "--", "bash", "-c", SCRIPT]).env_clear();
    for (name, value) in template.get_envs().filter_map(|(name, value)| Some((name, value?))) {
        command.env(name, value);
    }
    command
        .env_remove("AIGATEWAY_API_KEY")
        .env("KEY", AIGATEWAY_KEY)
        .env("ME", env!("CARGO_BIN_EXE_rushes"))
        .env("XDG_RUNTIME_DIR", bench.dir.path())
        .stdin(std::process::Stdio::null())
        .stdout(log.try_clone().expect("a second handle"))
        .stderr(log);
    let status = command.status().expect("timeout, dbus-run-session and bash are installed");
    let said = std::fs::read_to_string(&path).expect("a log");
    assert!(status.success(), "{status}\n{said}");
    assert!(said.contains("aigateway takes the key") && said.contains("\"state\":\"ready\""), "{said}");
    assert!(said.contains("after forgetting: exit 3") && !said.contains(AIGATEWAY_KEY), "{said}");
}
