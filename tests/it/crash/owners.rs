//! Many starts at the same moment on one library.

use std::process::Child;
use std::time::{Duration, Instant};

use rushes::practice::{Config, FaultKind, Faults, Target};

use crate::support::bench::{Bench, wait_status};
use crate::support::film::tiny_film;
use crate::support::runs::runs;

const STARTS: usize = 20;
const PATIENCE: Duration = Duration::from_secs(60);

/// Ends its children, whatever becomes of the test.
struct Children(Vec<Child>);

impl Drop for Children {
    fn drop(&mut self) {
        for child in &mut self.0 {
            child.kill().ok();
            child.wait().ok();
        }
    }
}

impl Children {
    /// Waits until at most one of them is running, and returns the exit codes of the others.
    fn wait_for_one(&mut self) -> Vec<Option<i32>> {
        let deadline = Instant::now() + PATIENCE;
        let mut codes = Vec::new();
        while self.0.len() > 1 && Instant::now() < deadline {
            self.0.retain_mut(|child| match child.try_wait().expect("a child of ours") {
                Some(status) => {
                    codes.push(status.code());
                    false
                }
                None => true,
            });
            std::thread::sleep(Duration::from_millis(5));
        }
        codes
    }
}

/// docs/reliability.md, section 5.2.
#[test]
fn of_many_starts_exactly_one_owns_the_library() {
    // A job that is being made for ever keeps its owner busy.
    let faults = Faults::default().on_submit(FaultKind::NeverEnds);
    let bench = Bench::with(Config::quick(tiny_film()).with_faults(faults));
    let made = bench.run(&["generate", "a paper boat", "--gateway", "aigateway", "--no-wait", "--json"]);
    assert_eq!(made.code, 7, "{made:?}");
    let rounds = runs(4);
    for round in 1..=rounds {
        let start = |_| {
            let mut command = bench.command(&["watch", "--json"]);
            command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
            command.spawn().expect("the program starts")
        };
        let mut children = Children((0..STARTS).map(start).collect());
        let codes = children.wait_for_one();
        assert_eq!(codes, vec![Some(8); STARTS - 1], "round {round}: all but one are told that the library is in use");
        let owner = children.0.first_mut().expect("one is left");
        // It asks the gateway, so it does own the library and is not on its way out.
        let polls = |log: &[rushes::practice::Seen]| log.iter().filter(|seen| seen.target == Target::Poll).count();
        let before = polls(&bench.practice.log());
        bench
            .runtime
            .block_on(bench.practice.wait_until(|log| polls(log) > before))
            .expect("the owner looks at its job");
        assert_eq!(wait_status(owner, Duration::ZERO), None, "round {round}: the owner is running");
        // Killed without a word; the next round begins at once and finds the lock free.
        owner.kill().expect("a child of ours");
        owner.wait().expect("a killed child ends");
    }
    assert_eq!(bench.practice.submits().len(), 1);
    assert_eq!(bench.run(&["jobs", "--json"]).code, 0);
    println!(
        "bar R-46: 0 with another number of owners than one in {rounds} rounds of {STARTS} starts, each ended by kill -9"
    );
}
