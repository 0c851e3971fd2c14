//! Who on this computer may read what the program writes, and whether it can be talked to.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::bench::{Bench, Ran};
use crate::support::film::tiny_film;
use crate::support::raw;

/// The program as a user without any mask starts it: whatever it does not close is open to all.
fn unmasked(bench: &Bench, arguments: &[&str]) -> Command {
    let template = bench.command(arguments);
    let mut command = Command::new("sh");
    command
        .args(["-c", "ulimit -c unlimited 2>/dev/null; umask 0; exec \"$0\" \"$@\""])
        .arg(template.get_program())
        .args(template.get_args());
    command.env_clear().current_dir(bench.dir.path());
    for (name, value) in template.get_envs().filter_map(|(name, value)| Some((name, value?))) {
        command.env(name, value);
    }
    command
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    command
}

fn mode(path: &Path) -> u32 {
    std::fs::symlink_metadata(path).expect("it is there").permissions().mode() & 0o777
}

/// All folders and files below `folder`, itself included.
fn all_below(folder: &Path) -> Vec<PathBuf> {
    let mut all = vec![folder.to_owned()];
    let mut at = 0;
    while at < all.len() {
        if all[at].is_dir() {
            all.extend(std::fs::read_dir(&all[at]).expect("a folder").map(|entry| entry.expect("an entry").path()));
        }
        at += 1;
    }
    all
}

/// What others may do with something of the library; empty when nothing.
fn open_to_others(bench: &Bench) -> Vec<String> {
    let clips = bench.library().join("clips");
    let is_finished_clip = |path: &Path| path.starts_with(&clips) && path.extension().is_some_and(|end| end == "mp4");
    // Finished clips are for whoever may read their folder, which is the user's to decide.
    let all = all_below(&bench.library()).into_iter().filter(|path| !is_finished_clip(path));
    all.filter(|path| mode(path) & 0o077 != 0).map(|path| format!("{:o} {}", mode(&path), path.display())).collect()
}

#[test]
fn what_is_written_is_for_its_owner_only_whatever_the_mask() {
    let bench = Bench::new();
    for arguments in [
        &["generate", "a heron", "--gateway", "aigateway"][..],
        &["generate", "a crane", "--gateway", "practice", "--resolution", "360p"],
        &["jobs"],
    ] {
        let ran = Ran::of(unmasked(&bench, arguments));
        assert_eq!(ran.code, 0, "{ran:?}");
    }
    let open = open_to_others(&bench);
    assert!(open.is_empty(), "{open:#?}");
    println!("bar S-30: 0 of {} files and folders are open to others", all_below(&bench.library()).len());
}

#[test]
fn an_open_library_is_closed_when_it_is_opened() {
    let bench = Bench::new();
    assert_eq!(bench.run(&["generate", "a heron", "--gateway", "aigateway"]).code, 0);
    for path in all_below(&bench.library()) {
        let mode = if path.is_dir() { 0o777 } else { 0o666 };
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("ours");
    }
    assert_eq!(bench.run(&["generate", "a crane", "--gateway", "aigateway"]).code, 0);
    let data = bench.library().join("data");
    for name in ["", "posters", "inputs", "logs"] {
        assert_eq!(mode(&data.join(name)), 0o700, "{name}");
    }
    for name in ["library.db", "intents.jsonl", "lock"] {
        assert_eq!(mode(&data.join(name)), 0o600, "{name}");
    }
}

/// A server whose film ends in its middle, again and again. Returns its port and how often the film was asked for.
fn server_of_halves() -> (u16, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let port = raw::serve(move |request, port| {
        if request.method == "POST" {
            return raw::json(202, "", &json!({"id": "job_1", "status": "queued"}));
        }
        if !request.path.contains("film") {
            let link = format!("http://127.0.0.1:{port}/film.mp4");
            return raw::json(
                200,
                "",
                &json!({"id": "job_1", "status": "completed", "result": {"file_url": link}, "url": link}),
            );
        }
        count.fetch_add(1, Ordering::Relaxed);
        let film = tiny_film();
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nETag: \"v1\"\r\nContent-Length: {}\r\n\r\n",
            film.len()
        );
        [head.as_bytes(), &film[..film.len() / 2]].concat()
    });
    (port, asked)
}

#[test]
fn part_files_are_private_and_nothing_listens_while_a_command_runs() {
    let bench = Bench::new();
    let (port, asked) = server_of_halves();
    let mut command = unmasked(&bench, &["generate", "a heron", "--gateway", "aigateway"]);
    command.env("RUSHES_AIGATEWAY_URL", format!("http://127.0.0.1:{port}/v1"));
    let mut child = command.spawn().expect("the program starts");
    let deadline = Instant::now() + Duration::from_secs(60);
    while asked.load(Ordering::Relaxed) < 2 && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(10));
    }
    let listens = listening(child.id());
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", child.id())).expect("a process of ours");
    let parts: Vec<PathBuf> = all_below(&bench.library().join("clips"))
        .into_iter()
        .filter(|path| path.extension().is_some_and(|end| end == "part"))
        .collect();
    let open = open_to_others(&bench);
    let is_running = child.try_wait().expect("a child of ours").is_none();
    child.kill().expect("a child of ours");
    child.wait().expect("a killed child ends");
    assert!(is_running && asked.load(Ordering::Relaxed) >= 2, "the download was never begun");
    assert_eq!(parts.len(), 1, "{parts:?}");
    assert!(open.is_empty(), "{open:#?}");
    assert!(listens.is_empty(), "{listens:#?}");
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).expect("a limit");
    assert_eq!(core.split_whitespace().nth(4), Some("0"), "a crash would write the keys to disk: {core}");
    println!("bar S-30: 0 sockets that listen; the part file has mode {:o}", mode(&parts[0]));
}

/// The sockets of a process that take connections. There is no socket for single instances: a lock on a file does it.
fn listening(process: u32) -> Vec<String> {
    let fds = std::fs::read_dir(format!("/proc/{process}/fd")).expect("a process of ours");
    let links = fds.filter_map(|fd| std::fs::read_link(fd.ok()?.path()).ok());
    let sockets: Vec<String> = links
        .filter_map(|link| Some(link.to_str()?.strip_prefix("socket:[")?.trim_end_matches(']').to_owned()))
        .collect();
    let mut found = Vec::new();
    // Columns of the tables of the system: state 0A is a TCP socket that listens; flag 00010000 a local one.
    for table in ["tcp", "tcp6"] {
        let text = std::fs::read_to_string(format!("/proc/{process}/net/{table}")).unwrap_or_default();
        for line in text.lines().skip(1) {
            let columns: Vec<&str> = line.split_whitespace().collect();
            if columns.get(3) == Some(&"0A")
                && columns.get(9).is_some_and(|inode| sockets.iter().any(|known| known == inode))
            {
                found.push(format!("{table} {line}"));
            }
        }
    }
    let text = std::fs::read_to_string(format!("/proc/{process}/net/unix")).unwrap_or_default();
    for line in text.lines().skip(1) {
        let columns: Vec<&str> = line.split_whitespace().collect();
        if columns.get(3) == Some(&"00010000")
            && columns.get(6).is_some_and(|inode| sockets.iter().any(|known| known == inode))
        {
            found.push(format!("unix {line}"));
        }
    }
    found
}
