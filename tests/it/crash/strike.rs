//! Runs the program with `shim.c` loaded into it, and reads what it did.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use rustix::io::Errno;

use super::PATIENCE;
use crate::support::bench::{Bench, Ran, output_within};

/// What happens to which call, counted from 1 over all threads.
#[derive(Clone, Copy)]
pub enum Strike {
    /// The calls are only written down.
    Nothing,
    /// The program is ended by `SIGKILL` before the call.
    Kill(usize),
    /// The call is not made and fails.
    Fail(usize, Errno),
}

/// A call that the program made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The name in the C library.
    pub name: String,
    /// The path, or `socket` or `pipe`.
    pub target: String,
}

impl Call {
    /// What kind of file it concerns, without the names that each run draws anew.
    pub fn file_kind(&self) -> String {
        let name = self.target.rsplit('/').next().unwrap_or_default();
        let is_clip = self.target.contains("/clips/");
        if is_clip { format!("clip {}", name.rsplit('.').next().unwrap_or_default()) } else { name.to_owned() }
    }
}

/// The shared library, compiled once.
fn shim() -> &'static PathBuf {
    static SHIM: OnceLock<PathBuf> = OnceLock::new();
    SHIM.get_or_init(|| {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        let made = folder.join(format!("shim-{}.so", std::process::id()));
        let source = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/crash/shim.c");
        let status = Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&made).arg(source).status();
        assert!(
            status.is_ok_and(|status| status.success()),
            "a C compiler is needed for this test, as for the program"
        );
        // Another process that makes the same one is not disturbed by a name that changes in one step.
        let shim = folder.join("shim.so");
        std::fs::rename(&made, &shim).expect("both names are ours");
        shim
    })
}

/// Runs the program with these arguments. Returns its end (`None` when it had to be ended after [`PATIENCE`]), its calls, and
/// whether the strike happened.
pub fn struck(bench: &Bench, arguments: &[&str], strike: Strike) -> (Option<Ran>, Vec<Call>, bool) {
    let log = bench.dir.path().join("calls");
    let mut command = bench.command(arguments);
    command.env("LD_PRELOAD", shim()).env("CRASH_LOG", &log).env("CRASH_BELOW", bench.dir.path());
    let (number, error) = match strike {
        Strike::Nothing => (0, None),
        Strike::Kill(number) => (number, None),
        Strike::Fail(number, error) => (number, Some(error)),
    };
    command.env("CRASH_AT", number.to_string());
    if let Some(error) = error {
        command.env("CRASH_ERRNO", error.raw_os_error().to_string());
    }
    let ran = output_within(command, PATIENCE);
    let text = std::fs::read_to_string(&log).unwrap_or_default();
    let is_struck = text.lines().any(|line| line.ends_with(" struck"));
    let calls = text
        .lines()
        .filter_map(|line| line.trim_end_matches(" struck").split_once(' '))
        .map(|(name, target)| Call { name: name.to_owned(), target: target.to_owned() })
        .collect();
    (ran, calls, is_struck)
}
