//! Python with packages that other people publish, as lists in `.ci` pin them.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What pip says when the registry is out of reach, and not when something is wrong with what we ask for.
const OUT_OF_REACH: [&str; 6] = [
    "connection broken",
    "NewConnectionError",
    "NameResolutionError",
    "Temporary failure in name resolution",
    "ReadTimeoutError",
    "ProxyError",
];

/// What pip says when a package has no build for this Python at all, and not when only the pinned version is missing.
const NO_BUILD: &str = "(from versions: none)";

/// A Python that has the packages of the list `.ci/<list>.txt`, made once under `target`. `None`, with a loud word that
/// `what` cannot be had and `tested` was not tested with it, where the registry is out of reach or has nothing for this Python.
pub fn python_with(list: &str, what: &str, tested: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(list);
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!(".ci/{list}.txt"));
    let wanted = std::fs::read_to_string(&list).expect("the list of packages");
    let (python, done) = (folder.join("bin/python"), folder.join("done"));
    std::fs::create_dir_all(&folder).expect("a folder");
    // Every test is a program of its own, and only one of them makes it.
    let lock = File::create(folder.with_extension("lock")).expect("a lock");
    lock.lock().expect("a lock");
    if std::fs::read_to_string(&done).is_ok_and(|made| made == wanted) {
        return Some(python);
    }
    let made = Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder).status();
    assert!(made.is_ok_and(|status| status.success()), "python3 with its venv is installed");
    let output = Command::new(&python)
        .args(["-m", "pip", "--disable-pip-version-check", "install", "-q", "--only-binary", ":all:"])
        .args(["--retries", "2", "--timeout", "20", "--require-hashes", "-r"])
        .arg(&list)
        .stdin(Stdio::null())
        .output()
        .expect("pip starts");
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.success() {
        std::fs::write(&done, wanted).expect("a mark");
        return Some(python);
    }
    let because = if OUT_OF_REACH.iter().any(|words| said.contains(words)) {
        "the Python registry is out of reach"
    } else {
        assert!(said.contains(NO_BUILD), "{what} cannot be installed:\n{said}");
        "nobody has built it for this Python"
    };
    let what = what.to_uppercase();
    eprintln!("SKIPPED: {what} CANNOT BE HAD, because {because}. {tested} was NOT tested with it.\n{said}");
    None
}
