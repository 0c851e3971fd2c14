//! `rushes batch`: what a list would order, what stops it, and that exactly what was shown is ordered.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::Stdio;

use rushes::practice::{FaultKind, Faults, Target};
use serde_json::{Value, json};

use super::{quick, quick_with};
use crate::support::bench::{Bench, Ran};
use crate::support::film::tiny_film;
use crate::support::sha256;

/// Writes a list beside the library, and returns its path.
fn list(bench: &Bench, name: &str, text: impl AsRef<[u8]>) -> String {
    let path = bench.dir.path().join(name);
    std::fs::write(&path, text).expect("a file");
    path.to_string_lossy().into_owned()
}

fn events(ran: &Ran, event: &str) -> Vec<Value> {
    ran.lines().into_iter().filter(|line| line["event"] == event).collect()
}

/// Nothing was sent to any gateway, and nothing was stored.
#[track_caller]
fn nothing_happened(bench: &Bench) {
    assert_eq!(bench.practice.log().len(), 0);
    assert!(bench.jobs().is_empty());
}

const SHOTS: &str = "prompt,gateway,resolution,takes\n\
    a {red|blue} boat,apiin,360p,\n\
    a heron,aigateway,,2\n\
    a heron,aigateway,,\n";

#[test]
fn a_dry_run_shows_every_job_and_sends_nothing() {
    let bench = Bench::new();
    let file = list(&bench, "shots.csv", SHOTS);
    let ran = bench.run(&["batch", &file, "--dry-run", "--json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let planned: Vec<_> = events(&ran, "planned")
        .into_iter()
        .map(|job| (job["line"].clone(), job["prompt"].clone(), job["cost"].clone(), job["same_as_line"].clone()))
        .collect();
    assert_eq!(
        planned,
        [
            (json!(2), json!("a red boat"), json!("70 cr"), Value::Null),
            (json!(2), json!("a blue boat"), json!("70 cr"), Value::Null),
            (json!(3), json!("a heron"), json!("$0.40"), Value::Null),
            (json!(3), json!("a heron"), json!("$0.40"), Value::Null),
            (json!(4), json!("a heron"), json!("$0.40"), json!(3)),
        ]
    );
    let plan = ran.lines().pop().expect("a last line");
    assert_eq!(
        (&plan["event"], &plan["count"], &plan["duplicates"], &plan["problems"], &plan["cost"], &plan["over_cap"]),
        (&json!("plan"), &json!(5), &json!(1), &json!(0), &json!("140 cr + $1.20"), &Value::Null)
    );
    assert_eq!(plan["gateways"][0]["count"], 2);
    nothing_happened(&bench);

    let told = bench.run(&["batch", &file, "--dry-run"]);
    for words in ["a blue boat", "(same as line 3)", "5 jobs · 140 cr + $1.20", "apiin: 2 jobs · 140 cr ($0.28–1.40)"]
    {
        assert!(told.stdout.contains(words), "{words} is missing in {told:?}");
    }
    assert!(told.stdout.ends_with("Nothing was sent.\n"), "{told:?}");
    nothing_happened(&bench);
}

#[test]
fn exactly_what_was_shown_is_ordered_as_one_run() {
    let bench = Bench::new();
    let file = list(&bench, "shots.csv", SHOTS);
    let shown = events(&bench.run(&["batch", &file, "--dry-run", "--json"]), "planned");
    let ran = bench.run(&["batch", &file, "--json", "--max-cost", "$2.60"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(bench.practice.submits().len(), shown.len());
    let jobs = bench.jobs();
    let what = |rows: &[Value]| -> Vec<Value> {
        rows.iter().map(|row| json!([row["gateway"], row["prompt"], row["cost"]])).collect()
    };
    assert_eq!(what(&jobs), what(&shown), "the preview is what was ordered, in its order");
    assert!(jobs.iter().all(|job| job["run"] == jobs[0]["id"] && job["asked_by"] == "command_line"), "{jobs:?}");
    assert!(jobs.iter().all(|job| job["state"] == "ready" && job["sha256"] == sha256(tiny_film())));
    assert_eq!(events(&ran, "finished").len(), shown.len());
}

#[test]
fn a_list_with_a_problem_is_exit_2_and_sends_nothing_of_it() {
    let bench = Bench::new();
    for (name, text, words) in [
        ("a.txt", &b"good\nbad {\n"[..], "line 2: A { has no }"),
        ("b.csv", b"prompt,duration\ngood,5\nbad,7\n", "is no duration"),
        ("c.csv", b"a boat\n", "has to name its columns"),
        ("d.txt", b"caf\xe9\n", "no UTF-8"),
        ("e.txt", b"# nothing\n\n", "asks for nothing"),
        ("f.csv", b"prompt,image\na boat,missing.png\n", "missing.png cannot be opened"),
    ] {
        let file = list(&bench, name, text);
        for mode in [&["--json"][..], &["--json", "--dry-run"]] {
            let line: Vec<_> =
                ["batch", &file, "--gateway", "apiin"].iter().copied().chain(mode.iter().copied()).collect();
            let ran = bench.run(&line);
            assert_eq!(ran.code, 2, "{name}: {ran:?}");
            let message = ran.finished()["message"].as_str().unwrap_or_default().to_owned();
            assert!(message.contains(words) && message.contains("Not charged: nothing was sent."), "{name}: {message}");
        }
    }
    assert_eq!(bench.run(&["batch", "no-such-file.txt"]).code, 2);
    let all = list(&bench, "all.csv", "prompt,duration\na,7\nb,9\nc,5\n");
    let problems = events(&bench.run(&["batch", &all, "--json"]), "list_problem");
    assert_eq!(problems.iter().map(|problem| problem["line"].clone()).collect::<Vec<_>>(), [json!(2), json!(3)]);
    nothing_happened(&bench);
}

#[test]
fn a_list_above_a_limit_is_exit_4_and_sends_nothing() {
    let bench = Bench::new();
    let file = list(&bench, "shots.txt", "a\nb\nc\nd\ne\nf\n");
    let at = |gateway: &str, more: &[&str]| {
        let line: Vec<_> =
            ["batch", &file, "--json", "--gateway", gateway].iter().copied().chain(more.iter().copied()).collect();
        let ran = bench.run(&line);
        let message = ran.finished()["message"].as_str().unwrap_or_default().to_owned();
        assert!(message.contains("Not charged: nothing was sent."), "{message}");
        (ran.code, message)
    };
    for (gateway, limit) in [("aigateway", "2.39"), ("aigateway", "1000cr"), ("apiin", "539cr"), ("apiin", "5.39")] {
        let (code, message) = at(gateway, &["--max-cost", limit]);
        assert!(code == 4 && message.contains("--max-cost"), "{code} {message}");
    }
    // Above the amount above which the window asks once more, a command has to name its limit.
    let (code, message) = at("aigateway", &[]);
    assert!(code == 4 && message.contains("6 jobs may cost $2.40") && message.contains("above $2.00"), "{message}");
    nothing_happened(&bench);
    let ran = bench.run(&["batch", &file, "--gateway", "aigateway", "--max-cost", "2.40"]);
    assert_eq!((ran.code, bench.practice.submits().len()), (0, 6), "{ran:?}");
}

#[test]
fn pictures_are_looked_for_beside_the_list_and_sent_like_those_of_one_clip() {
    let bench = Bench::new();
    let folder = bench.dir.path().join("shots");
    std::fs::create_dir(&folder).expect("a folder");
    let picture = image::RgbImage::from_pixel(640, 360, image::Rgb([120, 90, 60]));
    picture.save(folder.join("start.png")).expect("a picture");
    let file = list(&bench, "shots/list.csv", "prompt,image\na boat,start.png\na heron,start.png\nplain,\n");
    let ran = bench.run(&["batch", &file, "--gateway", "apiin", "--json", "--max-cost", "3"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let with_picture = bench.practice.submits().iter().filter(|seen| seen.mentions("data:image/")).count();
    assert_eq!((bench.practice.submits().len(), with_picture), (3, 2));
}

#[test]
fn a_list_comes_from_standard_input_too() {
    let bench = Bench::new();
    let mut command = bench.command(&["batch", "-", "--json", "--gateway", "aigateway"]);
    let mut child = command.stdin(Stdio::piped()).spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    std::io::Write::write_all(&mut stdin, b"a boat\r\na heron\r\n").expect("it reads");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!((bench.practice.submits_of("a boat"), bench.practice.submits_of("a heron")), (1, 1));
}

#[test]
fn a_killed_list_goes_on_with_watch_and_no_order_is_sent_twice() {
    let bench = Bench::with(quick_with(Faults::default().on_poll(FaultKind::Stall.once())));
    let file = list(&bench, "shots.txt", "shot 1\nshot 2\nshot 3\nshot 4\nshot 5\n");
    let mut child =
        bench.command(&["batch", &file, "--gateway", "aigateway", "--json"]).spawn().expect("the program starts");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    assert!(lines.any(|line| line.expect("text").contains("\"accepted\"")), "an order is accepted");
    let seen = bench.practice.wait_until(|log| log.iter().any(|seen| seen.target == Target::Poll));
    bench.runtime.block_on(seen).expect("a look at a job");
    child.kill().expect("a child of ours");
    child.wait().expect("a killed child ends");
    let watched = bench.run(&["watch", "--json"]);
    let jobs = bench.jobs();
    assert_eq!(jobs.len(), 5, "all were stored at once: {jobs:?}");
    for number in 1..=5 {
        assert!(bench.practice.submits_of(&format!("shot {number}")) <= 1, "shot {number}");
    }
    // An order that was on its way when the program was killed is the user's to decide.
    let open = jobs.iter().filter(|job| job["state"] != "ready" && job["state"] != "unconfirmed").count();
    assert_eq!(open, 0, "{jobs:?} {watched:?}");
    let ready = jobs.iter().filter(|job| job["state"] == "ready").count();
    assert!(ready >= 3 && watched.code == if ready == 5 { 0 } else { 6 }, "{watched:?}");
}

#[test]
fn a_list_in_a_library_in_use_is_exit_8() {
    let bench = Bench::with(quick_with(Faults::default().on_submit(FaultKind::Stall)));
    let file = list(&bench, "shots.txt", "a boat\n");
    let mut child = bench.command(&["generate", "first", "--gateway", "apiin"]).spawn().expect("the program starts");
    let seen = bench.practice.wait_until(|log| log.iter().any(rushes::practice::Seen::is_submit));
    bench.runtime.block_on(seen).expect("an order");
    let ran = bench.run(&["batch", &file, "--gateway", "apiin", "--json"]);
    child.kill().expect("a child of ours");
    child.wait().expect("a killed child ends");
    assert_eq!((ran.code, bench.practice.submits_of("a boat")), (8, 0), "{ran:?}");
}

/// Two dozen clips in one list, of which every one is made.
#[test]
fn a_long_list_is_made_to_its_end() {
    let bench = Bench::with(quick());
    let lines: String = (0..24).map(|number| format!("shot {number}\n")).collect();
    let file = list(&bench, "long.txt", lines);
    let ran = bench.run(&["batch", &file, "--gateway", "aigateway", "--max-cost", "9.60", "--json"]);
    assert_eq!((ran.code, bench.practice.submits().len()), (0, 24), "{}", ran.stderr);
    let jobs = bench.jobs();
    let prompts: Vec<_> = jobs.iter().map(|job| job["prompt"].as_str().unwrap_or_default().to_owned()).collect();
    assert_eq!(prompts, (0..24).map(|number| format!("shot {number}")).collect::<Vec<_>>());
    let files: std::collections::BTreeSet<PathBuf> =
        jobs.iter().map(|job| PathBuf::from(job["file"].as_str().expect("a file"))).collect();
    assert_eq!(files.len(), 24);
}
