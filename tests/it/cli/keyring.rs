//! The command line beside a keyring that is there and never answers, as one whose prompt nobody sees.

#![cfg(target_os = "linux")]

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::generate_at;
use crate::support::bench::{AIGATEWAY_KEY, APIIN_KEY, Bench};

/// Tells a child process to be the keyring.
const ROLE: &str = "RUSHES_TEST_SILENT_KEYRING";

/// Runs only as a child of the tests below: owns the name of the Secret Service, and answers nothing.
#[test]
fn silent_service() {
    if std::env::var_os(ROLE).is_none() {
        return;
    }
    let connection = zbus::blocking::Connection::session().expect("a session bus");
    connection.request_name("org.freedesktop.secrets").expect("a free name");
    let parent = std::os::unix::process::parent_id();
    // The shell that began it ends it; should the shell be killed, it ends by itself.
    while std::os::unix::process::parent_id() == parent {
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Runs a script on a bus of its own whose keyring never answers. `rushes` runs the program; `code` is its exit code.
fn beside_a_silent_keyring(bench: &Bench, script: &str) -> String {
    let template = bench.command(&[]);
    let path = bench.dir.path().join("session.log");
    let log = std::fs::File::create(&path).expect("a log file");
    let script = format!(
        r#"
        set -eu
        {ROLE}=1 "$TEST" --exact cli::keyring::silent_service --nocapture >/dev/null 2>&1 &
        service=$!
        trap 'kill $service' EXIT
        gdbus wait --session --timeout 20 org.freedesktop.secrets
        rushes() {{ code=0; "$ME" "$@" || code=$?; echo "exit $code: $1"; }}
        {script}
        "#
    );
    let mut command = Command::new("timeout");
    command.args(["-k", "5", "80", "dbus-run-session", "--", "bash", "-c", &script]).env_clear();
    for (name, value) in template.get_envs().filter_map(|(name, value)| Some((name, value?))) {
        command.env(name, value);
    }
    let status = command
        .env_remove("AIGATEWAY_API_KEY")
        .env_remove("APIIN_API_KEY")
        .env_remove("PIXVERSE_API_KEY")
        .env("KEY", AIGATEWAY_KEY)
        .env("TEST", std::env::current_exe().expect("known"))
        .env("ME", env!("CARGO_BIN_EXE_rushes"))
        .env("XDG_RUNTIME_DIR", bench.dir.path())
        .env("RUSHES_KEYRING_SECONDS", "1")
        .stdin(Stdio::null())
        .stdout(log.try_clone().expect("a second handle"))
        .stderr(log)
        .status()
        .expect("timeout, dbus-run-session, gdbus and bash are installed");
    let said = std::fs::read_to_string(&path).expect("a log");
    assert!(status.success(), "{status}\n{said}");
    assert!(!said.contains(AIGATEWAY_KEY), "{said}");
    said
}

#[test]
fn no_command_waits_for_ever_for_a_keyring() {
    let bench = Bench::new();
    let said = beside_a_silent_keyring(
        &bench,
        r#"
        rushes key test aigateway
        rushes generate "a paper boat" --gateway aigateway
        printf '%s\n' "$KEY" | rushes key set aigateway
        rushes key forget apiin
        rushes doctor
        "#,
    );
    for (command, code) in [("key", 3), ("generate", 3), ("key", 8), ("doctor", 0)] {
        assert!(said.contains(&format!("exit {code}: {command}")), "{command}: {code}\n{said}");
    }
    let cause = "The keyring did not answer within 1 s; it may be waiting for its password to be typed";
    assert!(said.matches(cause).count() >= 5, "{said}");
    assert!(said.contains("AIGATEWAY_API_KEY: the keyring is then not asked"), "{said}");
    assert_eq!(bench.practice.log().len(), 0, "nothing was sent");
}

#[test]
fn a_key_in_the_environment_needs_no_keyring() {
    let bench = Bench::new();
    let began = Instant::now();
    let said = beside_a_silent_keyring(
        &bench,
        r#"
        export RUSHES_KEYRING_SECONDS=60 AIGATEWAY_API_KEY="$KEY" APIIN_API_KEY=aio_wrong PIXVERSE_API_KEY=wrong_key
        rushes generate "a paper boat" --gateway aigateway
        rushes doctor
        rushes watch
        "#,
    );
    assert!(began.elapsed() < Duration::from_secs(60), "{said}");
    for command in ["generate", "doctor", "watch"] {
        assert!(said.contains(&format!("exit 0: {command}")), "{command}\n{said}");
    }
    assert!(said.contains("takes the key of AIGATEWAY_API_KEY, which goes before the password store"), "{said}");
    assert_eq!(bench.practice.submits().len(), 1);
}

/// A variable that is set to what is no key is named, and no other key is used in its place.
#[test]
fn a_variable_that_is_no_key_is_named() {
    let bench = Bench::new();
    let mut command = bench.command(&generate_at("apiin"));
    command.env("APIIN_API_KEY", format!("AIGATEWAY_API_KEY={APIIN_KEY}"));
    let ran = crate::support::bench::Ran::of(command);
    assert_eq!(ran.code, 3, "{ran:?}");
    let message = ran.finished()["message"].as_str().unwrap_or_default().to_owned();
    assert!(message.contains("APIIN_API_KEY is set, but not to a key") && message.contains("aigateway"), "{message}");
    assert!(!ran.stdout.contains(APIIN_KEY) && !ran.stderr.contains(APIIN_KEY), "{ran:?}");
    assert_eq!(bench.practice.log().len(), 0);

    let mut command = bench.command(&generate_at("apiin"));
    command.env("APIIN_API_KEY", format!("\u{feff}export APIIN_API_KEY=\"{APIIN_KEY}\"\r\n"));
    let ran = crate::support::bench::Ran::of(command);
    assert_eq!(ran.code, 0, "{ran:?}");
}

/// The cause comes before anything is asked of a keyring, and nothing of the input is printed.
#[test]
fn what_is_no_key_is_refused_with_its_cause() {
    let bench = Bench::new();
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(APIIN_KEY.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for (typed, cause) in [
        (utf16, "UTF-16"),
        (format!("\"{APIIN_KEY}\n").into_bytes(), "quotation mark"),
        (format!("AIGATEWAY_API_KEY={APIIN_KEY}\n").into_bytes(), "belongs to aigateway"),
        (format!("{APIIN_KEY}\u{1b}[0m\n").into_bytes(), "U+001B"),
        (b"\r\n\n".to_vec(), "No key came"),
    ] {
        use std::io::Write as _;

        let mut command = bench.command(&["key", "set", "apiin"]);
        command.stdin(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        child.stdin.take().expect("a pipe").write_all(&typed).expect("it is read");
        let output = child.wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{cause}: {said}");
        assert!(said.contains(cause) && !said.contains(&APIIN_KEY[4..]), "{cause}: {said}");
    }
}
