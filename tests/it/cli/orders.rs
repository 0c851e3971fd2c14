//! What a command sends and what it leaves alone: orders of earlier runs, cancelling, a paused queue, jobs that were given
//! up, and an answer that comes late.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, ExitStatus};
use std::time::Duration;

use rushes::practice::{FaultKind, Faults, Pace};
use serde_json::{Value, json};

use super::{generate_at, quick, quick_with};
use crate::support::bench::{Bench, Ran, wait_status};

fn interrupt(child: &Child) {
    let status = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(status.is_ok_and(|status| status.success()));
}

fn ends(child: &mut Child) -> ExitStatus {
    wait_status(child, Duration::from_secs(60)).expect("it ends")
}

/// Leaves a queued order of this prompt: its gateway is away, and the user interrupts.
fn leave(bench: &Bench, prompt: &str) -> String {
    let mut command = bench.command(&["generate", prompt, "--gateway", "apiin", "--json"]);
    // Nothing listens there.
    command.env("RUSHES_APIIN_URL", "http://127.0.0.1:1/api/v1");
    let mut child = command.spawn().expect("the program starts");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines().map(|line| line.expect("text"));
    let waiting = lines.find(|line| line.contains("\"event\":\"waiting\"")).expect("it waits");
    interrupt(&child);
    let last: Value = serde_json::from_str(&lines.last().unwrap_or(waiting)).expect("JSON");
    assert_eq!((ends(&mut child).code(), last["state"].as_str()), (Some(7), Some("queued")), "{last}");
    last["job"].as_str().expect("an id").to_owned()
}

fn state_of(bench: &Bench, id: &str) -> Value {
    bench.jobs().into_iter().find(|job| job["id"] == id).expect("the job")["state"].clone()
}

#[test]
fn a_command_sends_its_own_orders_only() {
    let bench = Bench::new();
    let first = leave(&bench, "order A");
    // 90 credits are one clip: the command may cause no more than that.
    let ran = bench.run(&["generate", "order B", "--gateway", "apiin", "--max-cost", "90cr", "--json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!((bench.practice.submits_of("order A"), bench.practice.submits_of("order B")), (0, 1));
    assert_eq!(ran.finished()["left_queued"], 1, "{ran:?}");
    let note = ran.lines().into_iter().find(|line| line["event"] == "note").expect("a remark");
    assert_eq!(
        note["message"],
        "1 order of an earlier run is still queued and was not sent; `rushes watch` or the window sends it."
    );
    assert_eq!(state_of(&bench, &first), "queued");
    assert_eq!(bench.run(&["watch"]).code, 0);
    assert_eq!((state_of(&bench, &first), bench.practice.submits_of("order A")), (json!("ready"), 1));
}

#[test]
fn a_decision_about_one_job_sends_no_other() {
    let bench = Bench::with(quick_with(Faults::default().on_submit(FaultKind::DropAfterAccept.times(2))));
    for prompt in ["adopt me", "resend me"] {
        assert_eq!(bench.run(&["generate", prompt, "--gateway", "apiin"]).code, 6);
    }
    let left = leave(&bench, "order A");
    let ids: Vec<String> = bench.jobs().iter().map(|job| job["id"].as_str().expect("an id").to_owned()).collect();
    let remote_id = bench.practice.jobs()[0].id.clone();
    let adopted = bench.run(&["resolve", &ids[0], "--json", "adopt", &remote_id]);
    let resent = bench.run(&["resolve", &ids[1], "--json", "resend"]);
    for ran in [adopted, resent] {
        assert_eq!((ran.code, ran.finished()["left_queued"].as_u64()), (0, Some(1)), "{ran:?}");
    }
    assert_eq!((bench.practice.submits_of("order A"), bench.practice.submits_of("resend me")), (0, 2));
    assert_eq!(state_of(&bench, &left), "queued");
}

#[test]
fn a_queued_order_is_taken_out_without_a_word_to_its_gateway() {
    let bench = Bench::new();
    let left = leave(&bench, "order A");
    let ran = bench.run(&["cancel", &left, "--json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let finished = ran.finished();
    assert_eq!((finished["state"].as_str(), finished["charged"].as_str()), (Some("removed"), Some("no")), "{finished}");
    assert_eq!(bench.practice.log().len(), 0);
    let again = bench.run(&["cancel", &left, "--json"]);
    assert_eq!(again.code, 2, "{again:?}");
    assert!(again.finished()["message"].as_str().is_some_and(|text| text.contains("nothing is left to cancel")));
}

#[test]
fn a_running_job_is_cancelled_at_its_gateway_where_that_can_be() {
    let bench = Bench::with(quick().with_pace(Pace::Polls { queued: 1, running: 1000 }));
    for (gateway, code, state) in [("aigateway", 0, "cancelled"), ("apiin", 2, "waiting")] {
        let line: Vec<_> = generate_at(gateway).into_iter().chain(["--no-wait"]).collect();
        assert_eq!(bench.run(&line).code, 7);
        let job = bench.jobs().into_iter().find(|job| job["gateway"] == gateway).expect("the job");
        let id = job["id"].as_str().expect("an id");
        let ran = bench.run(&["cancel", id, "--json"]);
        assert_eq!(ran.code, code, "{gateway}: {ran:?}");
        if code == 0 {
            assert_eq!(ran.finished()["state"], "cancelled", "{ran:?}");
            assert_eq!(state_of(&bench, id), state);
        } else {
            assert!(
                ran.finished()["message"].as_str().is_some_and(|text| text.contains("no way to cancel")),
                "{ran:?}"
            );
            assert_ne!(state_of(&bench, id), "not_watched", "it is still watched");
        }
    }
}

#[test]
fn a_pause_holds_for_every_later_command() {
    let bench = Bench::new();
    let paused = bench.run(&["pause", "--json"]);
    assert_eq!((paused.code, paused.lines()[0]["event"].as_str()), (0, Some("paused")), "{paused:?}");
    assert_eq!(bench.run(&["pause"]).code, 0, "twice is no error");
    let ran = bench.run(&generate_at("apiin"));
    assert_eq!(ran.code, 7, "{ran:?}");
    let finished = ran.finished();
    assert_eq!((finished["state"].as_str(), finished["hold"].as_str()), (Some("queued"), Some("paused")), "{finished}");
    assert!(finished["message"].as_str().is_some_and(|text| text.contains("rushes resume")), "{finished}");
    let watched = bench.run(&["watch", "--json"]);
    assert_eq!((watched.code, watched.finished()["hold"].as_str()), (7, Some("paused")), "{watched:?}");
    assert_eq!(bench.practice.submits().len(), 0);

    let resumed = bench.run(&["resume", "--json"]);
    assert_eq!((resumed.code, resumed.lines()[0]["event"].as_str()), (0, Some("resumed")), "{resumed:?}");
    assert_eq!(bench.practice.submits().len(), 0, "it only lets the queue go on");
    assert_eq!(bench.run(&["resume"]).code, 0, "twice is no error");
    assert_eq!(bench.run(&["watch"]).code, 0);
    assert_eq!((bench.job()["state"].clone(), bench.practice.submits().len()), (json!("ready"), 1));
}

/// Another copy of the library may have sent the order, so it waits for one press.
#[test]
fn orders_of_a_copied_library_wait_for_one_press() {
    let bench = Bench::new();
    let left = leave(&bench, "order A");
    let copy = bench.dir.path().join("copy");
    let copied = std::process::Command::new("cp").arg("-r").args([&bench.library(), &copy]).status();
    assert!(copied.is_ok_and(|status| status.success()));
    let folder = copy.to_string_lossy().into_owned();
    for _ in 0..2 {
        let watched = bench.run(&["watch", "--json", "--library", &folder]);
        assert_eq!(watched.code, 7, "{watched:?}");
        let finished = watched.finished();
        assert_eq!(
            (finished["job"].as_str(), finished["hold"].as_str()),
            (Some(&*left), Some("waiting")),
            "{finished}"
        );
        assert!(finished["message"].as_str().is_some_and(|text| text.contains("rushes resume")), "{finished}");
    }
    assert_eq!(bench.practice.log().len(), 0);
    let resumed = bench.run(&["resume", "--json", "--library", &folder]);
    let last = resumed.lines().pop().expect("a line");
    assert_eq!((resumed.code, last["released"][0].as_str()), (0, Some(&*left)), "{resumed:?}");
    assert_eq!(bench.run(&["watch", "--library", &folder]).code, 0);
    assert_eq!(bench.practice.submits_of("order A"), 1);
}

#[test]
fn an_interrupt_waits_for_an_answer_that_comes_late() {
    for line in [&["generate", "a paper boat", "--gateway", "apiin", "--json"][..], &["watch", "--json"]] {
        let slow = FaultKind::Slow { delay_millis: 6_000 };
        let bench =
            Bench::with(quick_with(Faults::default().on_submit(slow)).with_pace(Pace::Polls { queued: 9, running: 9 }));
        if line[0] == "watch" {
            leave(&bench, "a paper boat");
        }
        let mut child = bench.command(line).spawn().expect("the program starts");
        let seen = bench.practice.wait_until(|log| log.iter().any(|seen| seen.is_submit() && seen.is_whole));
        bench.runtime.block_on(seen).expect("an order");
        interrupt(&child);
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines().map(|line| line.expect("text"));
        let last: Value = serde_json::from_str(&lines.last().expect("a last line")).expect("JSON");
        assert_eq!(ends(&mut child).code(), Some(7), "{last}");
        assert!(last["remote_id"].is_string(), "{last}");
        assert_eq!(bench.practice.submits().len(), 1);
    }
}

/// The words of a job that goes on, and of one that its gateway does not know for the moment.
#[test]
fn a_job_is_looked_at_again_from_every_state() {
    let bench = Bench::with(quick().with_pace(Pace::Polls { queued: 2, running: 2 }));
    let line: Vec<_> = generate_at("apiin").into_iter().chain(["--no-wait"]).collect();
    assert_eq!(bench.run(&line).code, 7);
    let id = bench.job()["id"].as_str().expect("an id").to_owned();
    let short = &id[id.len() - 8..];
    let checked = bench.run(&["resolve", short, "check", "--json"]);
    assert_eq!((checked.code, checked.finished()["state"].as_str()), (0, Some("ready")), "{checked:?}");
    let again = bench.run(&["resolve", short, "check", "--json"]);
    assert_eq!(again.code, 2, "{again:?}");
    assert_eq!(bench.run(&["watch", short]).code, 2, "it is at its end");
    assert_eq!(bench.run(&["watch", "ffffffff"]).code, 2);
    assert_eq!(bench.practice.submits().len(), 1);
}

/// A library that is open elsewhere is left alone.
#[test]
fn what_another_rushes_has_open_is_not_touched() {
    let bench = Bench::with(quick_with(Faults::default().on_submit(FaultKind::Stall)));
    let mut child = bench.command(&generate_at("apiin")).spawn().expect("the program starts");
    let seen = bench.practice.wait_until(|log| log.iter().any(rushes::practice::Seen::is_submit));
    bench.runtime.block_on(seen).expect("an order");
    let id = bench.job()["id"].as_str().expect("an id").to_owned();
    let rans: Vec<Ran> = [&["pause", "--json"][..], &["resume", "--json"], &["cancel", &id, "--json"]]
        .map(|line| bench.run(line))
        .into();
    child.kill().expect("a child of ours");
    child.wait().expect("a killed child ends");
    for ran in rans {
        assert_eq!(ran.code, 8, "{ran:?}");
        assert!(
            ran.finished()["message"].as_str().is_some_and(|text| text.contains("has this library open")),
            "{ran:?}"
        );
    }
}
