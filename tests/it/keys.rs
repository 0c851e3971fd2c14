//! The keys against a real password store: gnome-keyring on a private session bus, in private folders.
//!
//! The store is chosen once for a process, so every step runs in a process of its own: this test binary again, with a
//! variable that names the step.

#![cfg(target_os = "linux")]

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use rushes::domain::GatewayId;
use rushes::keys::{KeyError, KeySource, Keys};
use secrecy::{ExposeSecret as _, SecretString};

/// Names the step to a child process.
const STEP: &str = "RUSHES_TEST_KEYRING_STEP";

const KEY: &str = "sk-canary-5b1f0c";

/// What every scenario that has a daemon begins with: start it with its keyring unlocked, and go on when it answers.
const UNLOCKED: &str = r#"
    printf test-password | gnome-keyring-daemon --foreground --unlock --components=secrets &
    daemon=$!
    trap 'kill $daemon' EXIT
    gdbus wait --session --timeout 20 org.freedesktop.secrets
"#;

/// Runs a shell script with folders of its own. `with_bus` gives it a session bus of its own as well; otherwise the address
/// of its bus leads nowhere. Returns what it wrote.
fn run(home: &Path, with_bus: bool, script: &str) -> String {
    let runtime = home.join("runtime");
    fs::create_dir_all(&runtime).expect("made");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&runtime, fs::Permissions::from_mode(0o700)).expect("changed");
    }
    // Helpers of the session may outlive it and hold the output open, so it goes into a file and not through a pipe.
    let log = home.join("log");
    let output = File::create(&log).expect("writable");
    let mut command = Command::new("timeout");
    command.args(["-k", "5", "60"]);
    if with_bus {
        command.args(["dbus-run-session", "--"]);
    }
    let script = format!("set -eu\nstep() {{ {STEP}=$1 \"$ME\" --exact keys::one_step --nocapture; }}\n{script}\n");
    let status = command
        .args(["bash", "-c", &script])
        .env_clear()
        .env("PATH", std::env::var_os("PATH").expect("set"))
        .env("ME", std::env::current_exe().expect("known"))
        .env("LC_ALL", "C.UTF-8")
        .env("HOME", home)
        .env("XDG_RUNTIME_DIR", &runtime)
        .env("XDG_DATA_HOME", home.join("data"))
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("XDG_CACHE_HOME", home.join("cache"))
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
        .stdin(Stdio::null())
        .stdout(output.try_clone().expect("one more handle"))
        .stderr(output)
        .status()
        .expect("timeout, dbus-run-session and bash are installed");
    let written = fs::read_to_string(&log).expect("readable");
    assert!(status.success(), "{status}\n{written}");
    written
}

/// Runs only as a child of the tests below.
#[tokio::test]
async fn one_step() {
    let Ok(step) = std::env::var(STEP) else { return };
    let keys = Keys::of_system();
    let gateway = GatewayId::Aigateway;
    // On the handle, not on the keyring: it shows that a caller can always walk away.
    let patience = Duration::from_secs(30);
    let get = async || tokio::time::timeout(patience, keys.get(gateway)).await.expect("an answer, whatever it is");
    let set = async || {
        tokio::time::timeout(patience, keys.set(gateway, SecretString::from(format!(" {KEY}\n"))))
            .await
            .expect("an answer, whatever it is")
    };
    let found = async || get().await.map(|found| found.map(|(key, source)| (key.expose_secret().to_owned(), source)));
    match step.as_str() {
        "set" => {
            assert_eq!(found().await, Ok(None));
            assert_eq!(set().await, Ok(()));
            assert_eq!(found().await, Ok(Some((KEY.to_owned(), KeySource::Keyring))));
            assert!(keys.get(GatewayId::Apiin).await.expect("readable").is_none(), "each gateway has its own");
        }
        "get" => assert_eq!(found().await, Ok(Some((KEY.to_owned(), KeySource::Keyring)))),
        "forget" => {
            assert_eq!(keys.forget(gateway).await, Ok(()));
            assert_eq!(keys.forget(gateway).await, Ok(()), "twice is no error");
            assert_eq!(found().await, Ok(None));
        }
        "no store" => {
            assert_eq!(found().await, Err(KeyError::NoStore));
            assert_eq!(set().await, Err(KeyError::NoStore));
        }
        "environment" => {
            assert_eq!(found().await, Ok(Some(("from-environment".to_owned(), KeySource::Environment))));
        }
        "locked" => {
            assert_eq!(found().await, Err(KeyError::Locked));
            assert_eq!(set().await, Err(KeyError::Locked));
        }
        "nothing unlocked" => {
            let told = set().await;
            assert!(matches!(told, Err(KeyError::Locked | KeyError::Refused(_))), "{told:?}");
        }
        other => panic!("no such step: {other}"),
    }
}

#[test]
fn a_key_lives_in_the_keyring_and_in_no_file() {
    let home = tempfile::tempdir().expect("a folder");
    let log = run(
        home.path(),
        true,
        &format!(
            "{UNLOCKED}
             step set
             echo \"found <$(secret-tool lookup service rushes username aigateway)>\"
             step get"
        ),
    );
    assert!(log.contains(&format!("found <{KEY}>")), "other programs see the same entry\n{log}");

    // A new session with the same password finds it again; one without a password and without a display is refused.
    run(home.path(), true, &format!("{UNLOCKED}\nstep get"));
    run(home.path(), true, "step locked\nAIGATEWAY_API_KEY=from-environment step environment");

    fs::remove_file(home.path().join("log")).expect("there");
    assert_eq!(files_with_the_key(home.path()), Vec::<String>::new());

    run(home.path(), true, &format!("{UNLOCKED}\nstep forget"));
}

#[test]
fn without_a_bus_or_a_keyring_the_answer_comes_at_once() {
    let home = tempfile::tempdir().expect("a folder");
    run(home.path(), false, "step 'no store'\nAIGATEWAY_API_KEY=from-environment step environment");
    run(home.path(), false, "unset DBUS_SESSION_BUS_ADDRESS XDG_RUNTIME_DIR\nstep 'no store'");
    run(home.path(), true, "step 'nothing unlocked'");
}

fn files_with_the_key(dir: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).expect("readable") {
        let path = entry.expect("readable").path();
        let kind = fs::symlink_metadata(&path).expect("there").file_type();
        if kind.is_dir() {
            found.extend(files_with_the_key(&path));
        } else if kind.is_file() {
            let bytes = fs::read(&path).expect("readable");
            if bytes.windows(KEY.len()).any(|window| window == KEY.as_bytes()) {
                found.push(path.display().to_string());
            }
        }
    }
    found
}
