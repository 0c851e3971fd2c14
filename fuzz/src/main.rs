//! Drives every parser of Rushes with changed bytes, for so many runs or so many seconds: `./dev fuzz`.
//!
//! The changes are drawn from one seed, so that a run can be repeated. They are not led by coverage: each input is a good
//! example, or two of them joined, with up to sixteen changes. A panic, a run of more than a second and a process of more
//! than 256 MiB are failures; the input that did it is written to `fuzz/found`.

mod mutate;
mod targets;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use mutate::Mutator;
use targets::Target;

/// A run that takes longer is a failure.
const SLOW: Duration = Duration::from_secs(1);

/// A process that is larger is a failure, in bytes.
const LARGE: u64 = 256 << 20;

/// What was found with one target.
struct Found {
    runs: u64,
    /// Runs in which the parser could use its input.
    used: u64,
    panics: u64,
    slow: u64,
    slowest: Duration,
    seconds: f64,
}

/// How long to go on, and with which targets.
struct Plan {
    runs: u64,
    seconds: Option<u64>,
    names: Vec<String>,
    seed: u64,
}

impl Plan {
    fn from_arguments() -> Result<Self, String> {
        let mut plan = Self { runs: 1_000_000, seconds: None, names: Vec::new(), seed: 1 };
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            let mut number = |name: &str| -> Result<u64, String> {
                arguments.next().and_then(|text| text.parse().ok()).ok_or_else(|| format!("{name} needs a number"))
            };
            match argument.as_str() {
                "--runs" => plan.runs = number("--runs")?,
                "--seed" => plan.seed = number("--seed")?,
                text => match text.parse() {
                    Ok(seconds) => plan.seconds = Some(seconds),
                    Err(_) => plan.names.push(text.to_owned()),
                },
            }
        }
        Ok(plan)
    }
}

fn main() -> ExitCode {
    let plan = match Plan::from_arguments() {
        Ok(plan) => plan,
        Err(problem) => {
            eprintln!("{problem}. Usage: ./dev fuzz [SECONDS] [--runs N] [--seed N] [TARGET…]");
            return ExitCode::from(2);
        }
    };
    let all = targets::all();
    if let Some(name) = plan.names.iter().find(|name| all.iter().all(|target| target.name != **name)) {
        let names: Vec<_> = all.iter().map(|target| target.name).collect();
        eprintln!("There is no target {name}. There are: {}", names.join(" "));
        return ExitCode::from(2);
    }
    let chosen: Vec<Target> = all
        .into_iter()
        .filter(|target| plan.names.is_empty() || plan.names.iter().any(|name| name == target.name))
        .collect();
    // The time is for all of them together, on all cores.
    let cores = thread::available_parallelism().map_or(1, usize::from).min(chosen.len());
    let share = plan.seconds.map(|seconds| Duration::from_secs(seconds).mul_f64(cores as f64 / chosen.len() as f64));
    // The parsers are not asked to be silent here: a panic is told once, with its input.
    std::panic::set_hook(Box::new(|_| {}));
    let found_folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("found");
    let queue = Mutex::new(chosen.into_iter());
    let is_bad = Mutex::new(false);
    thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                loop {
                    let next = queue.lock().expect("no panic here").next();
                    let Some(target) = next else { break };
                    let found = drive(&target, &plan, share, &found_folder);
                    let rate = found.runs as f64 / found.seconds.max(0.001);
                    println!(
                        "bar S-40: {}: {} panics, {} slower than {SLOW:?} (slowest {:?}, {rate:.0} a second, process {} MiB, {} could be used) in {} runs",
                        target.name,
                        found.panics,
                        found.slow,
                        found.slowest,
                        size_bytes() >> 20,
                        found.used,
                        found.runs
                    );
                    if found.panics + found.slow > 0 {
                        *is_bad.lock().expect("no panic here") = true;
                    }
                }
            });
        }
    });
    let is_large = size_bytes() > LARGE;
    if is_large {
        println!("The process has {} MiB.", size_bytes() >> 20);
    }
    if *is_bad.lock().expect("no panic here") || is_large { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Runs one target until its runs or its time are over.
fn drive(target: &Target, plan: &Plan, share: Option<Duration>, folder: &Path) -> Found {
    let seeds = (target.seeds)();
    let mut mutator = Mutator::new(plan.seed, target.name, seeds);
    let began = Instant::now();
    let mut found = Found { runs: 0, used: 0, panics: 0, slow: 0, slowest: Duration::ZERO, seconds: 0.0 };
    let mut run = (target.make)();
    let watch = Watch::start(target.name, folder);
    while found.runs < plan.runs && share.is_none_or(|share| began.elapsed() < share) {
        let input = mutator.next();
        watch.begin(input);
        let begin = Instant::now();
        let result = catch_unwind(AssertUnwindSafe(|| run(input)));
        let taken = begin.elapsed();
        watch.end();
        found.runs += 1;
        found.slowest = found.slowest.max(taken);
        match result {
            Ok(is_used) => found.used += u64::from(is_used),
            Err(_) => {
                found.panics += 1;
                keep(folder, target.name, "panic", found.panics, input);
            }
        }
        if taken > SLOW {
            found.slow += 1;
            keep(folder, target.name, "slow", found.slow, input);
        }
    }
    found.seconds = began.elapsed().as_secs_f64();
    found
}

/// Writes an input down, the first few of each kind.
fn keep(folder: &Path, target: &str, kind: &str, number: u64, input: &[u8]) {
    if number <= 5 {
        let path = folder.join(format!("{target}-{kind}-{number}"));
        let written = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&path, input));
        match written {
            Ok(()) => println!("{target}: {kind}, see {}", path.display()),
            Err(cause) => println!("{target}: {kind}, and the input cannot be written: {cause}"),
        }
    }
}

/// Ends the process when one run never comes back, with its input written down.
struct Watch {
    /// Milliseconds since the start at which the run began; 0 between two runs.
    begun: Arc<AtomicU64>,
    input: Arc<Mutex<Vec<u8>>>,
    start: Instant,
}

impl Watch {
    fn start(target: &'static str, folder: &Path) -> Self {
        let watch = Self { begun: Arc::default(), input: Arc::default(), start: Instant::now() };
        let (begun, input, start) = (Arc::downgrade(&watch.begun), watch.input.clone(), watch.start);
        let folder = folder.to_owned();
        thread::spawn(move || {
            while let Some(begun) = begun.upgrade() {
                let begin = begun.load(Ordering::Acquire);
                if begin > 0 && start.elapsed().as_millis() as u64 > begin + 30_000 {
                    keep(&folder, target, "endless", 1, &input.lock().expect("no panic here"));
                    std::process::exit(1);
                }
                drop(begun);
                thread::sleep(Duration::from_millis(500));
            }
        });
        watch
    }

    fn begin(&self, bytes: &[u8]) {
        let mut input = self.input.lock().expect("no panic here");
        input.clear();
        input.extend_from_slice(bytes);
        self.begun.store((self.start.elapsed().as_millis() as u64).max(1), Ordering::Release);
    }

    fn end(&self) {
        self.begun.store(0, Ordering::Release);
    }
}

/// The most memory that the process has had, in bytes; 0 where the system does not tell.
fn size_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches("kB").trim().parse::<u64>().unwrap_or(0) * 1024
}
