//! The real window under a virtual display, used through the accessibility bus as a person with a screen reader would.
//!
//! `tests/window/inner.sh` makes the desktop, `tests/window/drive.py` does the using, and this file says what has to come
//! of it. `./dev test` installs the programs; what is left behind lies in `target/window-test`.

#![cfg(target_os = "linux")]

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::support::files_below;

/// The whole scenario, in seconds; `timeout` ends it then, so that no bus and no display outlives the test.
const LIMIT_SECS: &str = "270";

const PROMPT: &str = "A paper boat drifts down a rain-wet street at night";

fn package() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Runs the scenario and returns what the driver found.
fn drive(out: &Path, library: &Path) -> Value {
    for program in ["xvfb-run", "dbus-run-session", "openbox", "gdbus", "gnome-keyring-daemon", "import", "ffprobe"] {
        let is_there = Command::new("which").arg(program).stdout(Stdio::null()).status();
        assert!(is_there.is_ok_and(|status| status.success()), "{program} is missing; ./dev test installs it");
    }
    let log = File::create(out.join("log")).expect("a log file");
    let status = Command::new("timeout")
        .args(["-k", "10", LIMIT_SECS, "xvfb-run", "-a", "-s", "-screen 0 1440x900x24", "dbus-run-session", "--"])
        .arg("bash")
        .arg(package().join("tests/window/inner.sh"))
        .env("RUSHES", env!("CARGO_BIN_EXE_rushes"))
        .env("DRIVER", package().join("tests/window/drive.py"))
        .env("LIBRARY", library)
        .env("OUT", out)
        .env_remove("APIIN_API_KEY")
        .env_remove("AIGATEWAY_API_KEY")
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .env_remove("WAYLAND_DISPLAY")
        // Helpers of the desktop keep a pipe open after its end, so everything goes to a file.
        .stdin(Stdio::null())
        .stdout(log.try_clone().expect("a second handle"))
        .stderr(log)
        .status()
        .expect("timeout is part of every Linux");
    let log = fs::read_to_string(out.join("log")).unwrap_or_default();
    assert!(status.success(), "{status}\n{log}");
    let found = fs::read_to_string(out.join("found.json")).expect("the driver writes what it found");
    serde_json::from_str(&found).expect("JSON")
}

/// `codec,width,height,duration` of the first video stream.
fn probe(clip: &Path) -> String {
    let output = Command::new("ffprobe")
        .args(["-v", "error", "-select_streams", "v:0", "-of", "csv=p=0"])
        .args(["-show_entries", "stream=codec_name,width,height,duration"])
        .arg(clip)
        .output()
        .expect("ffprobe runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[test]
fn a_first_clip_comes_from_the_real_window() {
    let out = package().join("target/window-test");
    if out.exists() {
        fs::remove_dir_all(&out).expect("an old result can be removed");
    }
    fs::create_dir_all(&out).expect("a folder for the result");
    let library = tempfile::tempdir().expect("a folder for the library");
    let found = drive(&out, library.path());

    let text = |name: &str| found[name].as_str().unwrap_or_else(|| panic!("{name} is missing in {found}")).to_owned();
    assert!(text("price_720p").starts_with("Generate") && text("price_720p").contains("90 cr"));
    assert!(text("price_1080p").contains("150 cr"));
    assert!(text("price_practice").contains("free"));
    assert!(text("card").contains(PROMPT));
    assert_eq!(found["idle_frames"], 0, "an idle window paints: {found}");

    let clips: Vec<_> = files_below(&library.path().join("clips")).into_iter().map(|(path, _)| path).collect();
    assert_eq!(clips.len(), 1, "{clips:?}");
    assert_eq!(probe(&clips[0]), "h264,1280,720,5.000000");
    assert!(fs::metadata(out.join("window.png")).is_ok_and(|meta| meta.len() > 20_000), "a picture of the window");
}
