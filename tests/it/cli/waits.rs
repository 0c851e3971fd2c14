//! Commands that cannot go on: they say so, end with the right code, and leave nothing in doubt.

use std::io::{BufRead as _, BufReader};

use rushes::domain::{Credits, Money};
use rushes::practice::{Config, FaultKind, Faults, Wallet};
use serde_json::{Value, json};

use super::{generate_at, quick, quick_with};
use crate::support::bench::{Bench, Ran, wait_status};

#[cfg(unix)]
fn interrupt(child: &std::process::Child) {
    let status = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(status.is_ok_and(|status| status.success()));
}

#[cfg(unix)]
#[test]
fn a_gateway_that_is_away_is_waited_for_aloud_until_an_interrupt() {
    let bench = Bench::new();
    let mut command = bench.command(&generate_at("apiin"));
    // Nothing listens there.
    command.env("RUSHES_APIIN_URL", "http://127.0.0.1:1/api/v1");
    let mut child = command.spawn().expect("the program starts");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines().map(|line| line.expect("text"));
    for _ in 0..2 {
        let waiting = lines.find(|line| line.contains("\"event\":\"waiting\"")).expect("it says that it waits");
        let waiting: Value = serde_json::from_str(&waiting).expect("JSON");
        assert_eq!((waiting["gateway"].as_str(), waiting["reason"].as_str()), (Some("apiin"), Some("offline")));
        assert_eq!(waiting["jobs"].as_array().map(Vec::len), Some(1));
        assert!(waiting["message"].as_str().is_some_and(|text| text.contains("Not charged")), "{waiting}");
    }
    interrupt(&child);
    let last: Value = serde_json::from_str(&lines.last().expect("a last line")).expect("JSON");
    assert_eq!(child.wait().expect("it ends").code(), Some(7), "{last}");
    assert_eq!((last["state"].as_str(), last["charged"].as_str()), (Some("queued"), Some("no")));
    assert_eq!(bench.run(&["watch"]).code, 0, "the network is back");
    assert_eq!(bench.job()["state"], "ready");
}

#[cfg(unix)]
#[test]
fn an_interrupt_while_the_order_is_on_its_way_is_exit_6() {
    let bench = Bench::with(quick_with(Faults::default().on_submit(FaultKind::Stall)));
    let mut child = bench.command(&generate_at("apiin")).spawn().expect("the program starts");
    let seen = bench.practice.wait_until(|log| log.iter().any(|seen| seen.is_submit() && seen.is_whole));
    bench.runtime.block_on(seen).expect("an order");
    assert_eq!(bench.job()["charged"], "not known", "an order that is being sent may cost something already");
    interrupt(&child);
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines().map(|line| line.expect("text"));
    let waits = lines.find(|line| line.contains("\"event\":\"note\"")).expect("it says that it waits for the answer");
    assert!(waits.contains("Ctrl-C ends at once"), "{waits}");
    interrupt(&child);
    let last: Value = serde_json::from_str(&lines.last().expect("a last line")).expect("JSON");
    assert_eq!(child.wait().expect("it ends").code(), Some(6), "{last}");
    assert_eq!((last["state"].as_str(), last["charged"].as_str()), (Some("unconfirmed"), Some("not known")));
    assert_eq!(bench.run(&["watch"]).code, 6);
    assert_eq!(bench.practice.submits().len(), 1);
}

/// Runs `generate` for four clips; at most two orders are in flight when the first refusal comes.
fn refuses_four(bench: &Bench, ran: &Ran, code: i32) {
    assert_eq!(ran.code, code, "{ran:?}");
    assert!(bench.practice.submits().len() <= 2, "{} orders", bench.practice.submits().len());
    let states: Vec<_> = bench.jobs().iter().map(|job| job["state"].clone()).collect();
    assert_eq!(states.len(), 4);
    assert!(states.contains(&json!("removed")) && states[0] == "rejected", "{states:?}");
    assert!(states.iter().all(|state| state == "removed" || state == "rejected"), "{states:?}");
}

#[test]
fn an_empty_wallet_stops_the_rest_of_the_clips() {
    let wallet = Wallet { money: Some(Money(0)), credits: Some(Credits(0)) };
    let bench = Bench::with(Config { wallet, ..quick() });
    let line: Vec<_> = generate_at("apiin").into_iter().chain(["--count", "4"]).collect();
    let ran = bench.run(&line);
    refuses_four(&bench, &ran, 4);
}

#[test]
fn a_wrong_key_stops_the_rest_of_the_clips() {
    let bench = Bench::new();
    let line: Vec<_> = generate_at("aigateway").into_iter().chain(["--count", "4"]).collect();
    let mut command = bench.command(&line);
    command.env("AIGATEWAY_API_KEY", "sk-aig-wrong");
    let ran = Ran::of(command);
    refuses_four(&bench, &ran, 3);
}

#[test]
fn a_key_that_is_refused_while_several_jobs_are_watched_is_exit_3() {
    let refused = FaultKind::Status { status: 401, retry_after_secs: None, accepted: false };
    let bench = Bench::with(quick_with(Faults::default().on_poll(refused)));
    let line: Vec<_> = generate_at("apiin").into_iter().chain(["--count", "2"]).collect();
    let ran = bench.run(&line);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(bench.jobs().iter().all(|job| job["charged"] == "not known"), "{:?}", bench.jobs());
    assert_eq!(bench.practice.submits().len(), 2);
}

#[test]
fn a_practice_job_outlives_a_kill() {
    let bench = Bench::new();
    let line = ["generate", "a heron", "--gateway", "practice", "--resolution", "360p", "--json"];
    let mut child = bench.command(&line).spawn().expect("the program starts");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines().map(|line| line.expect("text"));
    assert!(lines.any(|line| line.contains("\"event\":\"accepted\"")), "the order is accepted");
    child.kill().expect("a child of ours");
    child.wait().expect("a killed child ends");
    let before = bench.job();
    let watched = bench.run(&["watch", "--json"]);
    assert_eq!(watched.code, 0, "{watched:?}");
    let after = bench.job();
    assert_eq!((after["state"].as_str(), &after["remote_id"]), (Some("ready"), &before["remote_id"]));
    assert!(after["file"].as_str().is_some_and(|file| std::fs::metadata(file).is_ok()), "{after}");
}

#[test]
fn a_library_that_does_not_exist_has_no_jobs() {
    let bench = Bench::new();
    assert_eq!(bench.jobs(), Vec::<Value>::new());
    assert!(!bench.library().exists());
    let ran = bench.run(&["resolve", "0badcafe", "discard", "--json"]);
    assert_eq!((ran.code, ran.finished()["job"].is_null()), (2, true), "{ran:?}");
    let mut nothing = bench.command(&["watch"]).spawn().expect("the program starts");
    let status = wait_status(&mut nothing, std::time::Duration::from_secs(60)).expect("it ends");
    assert_eq!(status.code(), Some(0));
    let left: Vec<_> = std::fs::read_dir(bench.library().join("data"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|name| name.contains("-wal") || name.contains("-shm"))
        .collect();
    assert_eq!(left, Vec::<String>::new(), "the library is closed");
}
