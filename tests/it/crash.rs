//! The real program struck at each of its calls that reach a disk or a network, one call in each run: killed there, or the
//! call fails. Afterwards it is started again, and nothing may be lost, bought twice or named wrongly.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use rushes::practice::Config;
use rustix::io::Errno;

mod owners;
mod pictures;
mod strike;

use self::strike::{Call, Strike, struck};
use crate::support::bench::{Bench, Ran};
use crate::support::film::tiny_film;
use crate::support::runs::runs;
use crate::support::{files_below, sha256};

const LINE: [&str; 5] = ["generate", "a paper boat", "--gateway", "aigateway", "--json"];

/// How many struck programs run at the same time: most of their time goes by in waiting for the next look at a job.
const SIDE_BY_SIDE: usize = 12;

/// How many runs are made for one kill until one makes the call at which it is to be killed.
const KILL_TRIES: usize = 4;

/// What went wrong, by kind. The kinds are the columns of the printed line.
#[derive(Default)]
struct Tally(BTreeMap<&'static str, Vec<String>>);

const LOST: &str = "lost";
const TWICE: &str = "bought twice";
const WRONG: &str = "wrong files";
const DAMAGED: &str = "damaged databases";
const PANICS: &str = "panics";
const STUCK: &str = "stuck";

impl Tally {
    fn add(&mut self, kind: &'static str, is_bad: bool, text: impl FnOnce() -> String) {
        let list = self.0.entry(kind).or_default();
        if is_bad {
            list.push(text());
        }
    }

    fn join(&mut self, other: Self) {
        for (kind, texts) in other.0 {
            self.0.entry(kind).or_default().extend(texts);
        }
    }

    /// Prints the line of this bar, and fails when anything went wrong.
    fn settle(self, bar: &str, runs: &str) {
        let counts: Vec<_> = self.0.iter().map(|(kind, texts)| format!("{} {kind}", texts.len())).collect();
        println!("bar {bar}: {} in {runs}", counts.join(", "));
        let texts: Vec<_> = self.0.into_values().flatten().collect();
        assert!(texts.is_empty(), "{}", texts.join("\n"));
    }
}

/// Whether every file under a final name holds the whole film that was served.
fn wrong_files(bench: &Bench) -> Vec<String> {
    let clips = bench.library().join("clips");
    if !clips.exists() {
        return Vec::new();
    }
    let is_final = |name: &str| !name.starts_with('.');
    files_below(&clips)
        .into_iter()
        .filter(|(path, bytes)| {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            is_final(&name) && !bytes.starts_with(tiny_film())
        })
        .map(|(path, bytes)| format!("{} has {} bytes", path.display(), bytes.len()))
        .collect()
}

fn is_sound(bench: &Bench) -> bool {
    let database = bench.library().join("data/library.db");
    let check = || {
        rusqlite::Connection::open(&database)?.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0))
    };
    !database.exists() || check().is_ok_and(|verdict| verdict == "ok")
}

/// Starts the program again, undisturbed, until nothing is left to do, and looks at what there is.
fn look(bench: &Bench, moment: &str) -> Tally {
    let mut tally = Tally::default();
    let named_early = wrong_files(bench);
    let watched = bench.run(&["watch", "--json"]);
    let listed = bench.run(&["jobs", "--json"]);
    let jobs: Vec<serde_json::Value> = serde_json::from_str(&listed.stdout).unwrap_or_default();
    let orders = bench.practice.submits().len();
    let state = jobs.first().and_then(|job| job["state"].as_str()).unwrap_or("no job").to_owned();
    let told = || format!("{moment}: {orders} orders, {state}, watch {watched:?}, jobs {listed:?}");
    tally.add(TWICE, orders > 1 || jobs.len() > 1, told);
    // Nothing that was sent may be unknown, and nothing that is known may stay unfinished without a word.
    let is_known = match state.as_str() {
        "no job" => orders == 0 && listed.code == 0,
        "unconfirmed" => watched.code == 6,
        "ready" => orders == 1 && watched.code == 0 && jobs[0]["sha256"] == sha256(tiny_film()),
        _ => false,
    };
    tally.add(LOST, !is_known, told);
    let named = [named_early, wrong_files(bench)].concat();
    let has_film =
        jobs.first().and_then(|job| job["file"].as_str()).is_some_and(|file| std::path::Path::new(file).exists());
    tally.add(WRONG, !named.is_empty() || (state == "ready" && !has_film), || format!("{}: {named:?}", told()));
    tally.add(DAMAGED, !is_sound(bench), told);
    for ran in [&watched, &listed] {
        tally.add(PANICS, ran.code == 101 || ran.stderr.contains("panicked"), told);
    }
    tally
}

/// The calls of one order that nobody disturbs, in their order.
fn calls_of_one_order() -> Vec<Call> {
    let bench = Bench::with(Config::quick(tiny_film()));
    let (ran, calls, _) = struck(&bench, &LINE, Strike::Nothing);
    assert_eq!(ran.map(|ran| ran.code), Some(0), "an undisturbed order is made");
    assert!(calls.len() > 100, "{} calls", calls.len());
    for name in ["write", "pwrite64", "fsync", "fdatasync", "linkat", "unlink", "connect", "writev", "open", "mkdir"] {
        assert!(calls.iter().any(|call| call.name == name), "{name} is not among the calls");
    }
    calls
}

/// Does `work` with each of `items`, some at a time, and returns what came of each.
fn in_parallel<T: Send, R: Send>(items: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let (items, results) = (Mutex::new(items.into_iter()), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..SIDE_BY_SIDE {
            scope.spawn(|| {
                loop {
                    let next = items.lock().expect("no panic").next();
                    let Some(item) = next else { break };
                    let result = work(item);
                    results.lock().expect("no panic").push(result);
                }
            });
        }
    });
    results.into_inner().expect("no panic")
}

/// About `runs` of the numbers from 1 to `last`, evenly spread and with the last; all when there are enough runs.
fn spread(last: usize, runs: usize) -> (usize, Vec<usize>) {
    let step = last.div_ceil(runs.max(1)).max(1);
    (step, (1..=last).rev().step_by(step).collect())
}

/// Kills one run at each of `total` calls, or at about `most` of them, and adds up what `kill` finds. It gets the number of the
/// call and whether the run may have ended before it, and says whether it was struck. The result is told as `bar`, of the
/// calls of `what`.
fn kill_at_each_call(
    total: usize,
    most: usize,
    (bar, what): (&str, &str),
    kill: impl Fn(usize, bool) -> (Tally, bool) + Sync,
) {
    let (step, numbers) = spread(total, runs(most));
    // The network cuts an answer into pieces as it likes, so one run has some calls fewer than another. Whoever is to be killed
    // at a call that is not made ends untouched.
    let slack = total / 20;
    let kills = numbers.len();
    let results = in_parallel(numbers, |number| {
        // Changes that come close together are stored by one transaction, so a run on a busy machine can end a whole
        // transaction earlier. Another run is then killed in its place.
        let mut all = Tally::default();
        let is_struck = (1..=KILL_TRIES).any(|attempt| {
            let (tally, is_struck) = kill(number, attempt < KILL_TRIES || number + slack > total);
            all.join(tally);
            is_struck
        });
        (all, is_struck)
    });
    let struck = results.iter().filter(|(_, is_struck)| *is_struck).count();
    assert!(struck + slack >= kills, "{struck} kills of {kills} happened");
    let mut all = Tally::default();
    results.into_iter().for_each(|(tally, _)| all.join(tally));
    let part = if step == 1 { "all".to_owned() } else { format!("every {step}th") };
    all.settle(bar, &format!("{struck} kills ({part} of the {total} calls of {what})"));
}

/// docs/reliability.md, section 6.2.
#[test]
fn a_kill_at_any_system_call_loses_nothing_and_buys_nothing_twice() {
    let total = calls_of_one_order().len();
    kill_at_each_call(total, 1_000, ("R-40", "one order"), |number, may_be_over| {
        let bench = Bench::with(Config::quick(tiny_film()));
        let (ran, calls, is_struck) = struck(&bench, &LINE, Strike::Kill(number));
        let moment = format!("killed at call {number}, {:?}", calls.last());
        let mut tally = look(&bench, &moment);
        let is_end = may_be_over && ran.as_ref().is_some_and(|ran| ran.code == 0);
        tally.add(STUCK, !is_struck && !is_end, || format!("{moment}: not killed, {ran:?}"));
        (tally, is_struck)
    });
}

/// The errors that a call can meet: no room, a broken disk, a disk that became read-only, no right, too many files, a signal.
const ERRORS: [Errno; 6] = [Errno::NOSPC, Errno::IO, Errno::ROFS, Errno::ACCESS, Errno::MFILE, Errno::INTR];

/// Each fallible call fails once with each error. The short form takes each kind of call on each file once, with one of the
/// errors in turn.
#[test]
fn a_fallible_call_that_fails_once_costs_nothing() {
    let calls = calls_of_one_order();
    let every: Vec<(usize, Errno)> =
        (1..=calls.len()).flat_map(|number| ERRORS.into_iter().map(move |error| (number, error))).collect();
    let wanted = runs(100);
    let (form, points) = if wanted >= every.len() {
        ("all", every)
    } else {
        let mut seen = BTreeMap::new();
        for (index, call) in calls.iter().enumerate() {
            seen.entry((call.name.clone(), call.file_kind())).or_insert(index + 1);
        }
        let firsts = seen.into_values().zip(ERRORS.into_iter().cycle());
        let further = every.iter().copied().step_by((every.len() / wanted).max(1));
        ("a part", firsts.chain(further).take(wanted).collect())
    };
    let (count, total) = (points.len(), calls.len() * ERRORS.len());
    let results = in_parallel(points, |(number, error)| {
        let bench = Bench::with(Config::quick(tiny_film()));
        let (ran, calls, is_struck) = struck(&bench, &LINE, Strike::Fail(number, error));
        let call = number.checked_sub(1).and_then(|index| calls.get(index));
        let moment = format!("{error:?} at call {number}, {call:?}, {ran:?}");
        let mut tally = look(&bench, &moment);
        tally.add(STUCK, ran.is_none(), || format!("{moment}: it did not end"));
        if let Some(Ran { code, stderr, .. }) = &ran {
            tally.add(PANICS, *code == 101 || stderr.contains("panicked"), || moment.clone());
        }
        (tally, is_struck)
    });
    let struck = results.iter().filter(|(_, is_struck)| *is_struck).count();
    assert!(struck * 20 >= count * 19, "{struck} of {count} calls failed");
    let mut all = Tally::default();
    results.into_iter().for_each(|(tally, _)| all.join(tally));
    all.settle("R-42", &format!("{struck} failed calls ({form} of {total} pairs of call and error)"));
}

/// How long a struck program may take until it is ended from outside.
const PATIENCE: Duration = Duration::from_secs(75);
