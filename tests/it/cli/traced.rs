//! The program under `strace`: what reaches the disk before what reaches the wire.

use std::process::{Command, Stdio};

use super::generate_at;
use crate::support::bench::{Bench, Ran};
use crate::support::runs::runs;

/// `rushes generate` under `strace` with these options.
fn traced(bench: &Bench, gateway: &str, options: &[&str]) -> Command {
    let template = bench.command(&[]);
    let mut command = Command::new("strace");
    command.args(["-f", "-qq"]).args(options).arg("--").arg(template.get_program()).args(generate_at(gateway));
    command.env_clear().current_dir(bench.dir.path());
    for (name, value) in template.get_envs().filter_map(|(name, value)| Some((name, value?))) {
        command.env(name, value);
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Where in the trace the call that begins in line `begin` is over.
fn end_of(lines: &[&str], begin: usize) -> usize {
    if !lines[begin].contains("<unfinished") {
        return begin;
    }
    let thread = lines[begin].split_whitespace().next().expect("a thread id");
    let is_end = |line: &&str| line.starts_with(thread) && line.contains("resumed>");
    begin + lines[begin..].iter().position(is_end).expect("the call comes back")
}

/// docs/reliability.md, section 2.1.
#[test]
fn the_order_is_safe_on_disk_before_the_connection_is_opened() {
    let count = runs(2);
    for number in 0..count {
        is_safe_first(["aigateway", "apiin"][number % 2]);
    }
    println!("bar R-07: 0 orders whose connection was opened before they were safe in {count} traces");
}

fn is_safe_first(gateway: &str) {
    let bench = Bench::new();
    let trace = bench.dir.path().join("trace");
    let calls = "trace=fsync,fdatasync,connect,write,pwrite64";
    let options = ["-y", "-s", "5000", "-e", calls, "-o", &trace.to_string_lossy()];
    let ran = Ran::of(traced(&bench, gateway, &options));
    assert_eq!(ran.code, 0, "{ran:?}");
    let text = std::fs::read_to_string(&trace).expect("a trace");
    let lines: Vec<&str> = text.lines().collect();
    let first = |what: &dyn Fn(&str) -> bool, from: usize| {
        from + lines[from..].iter().position(|line| what(line)).expect("it is in the trace")
    };
    let port = format!("htons({})", bench.practice.aigateway_url().port().expect("a port"));
    let connect = first(&|line| line.contains("connect(") && line.contains(&port), 0);
    for (file, sync) in [("library.db-wal", "fsync("), ("intents.jsonl", "fdatasync(")] {
        let is_write = |line: &str| line.contains("write") && line.contains(file) && line.contains("submitting");
        let written = end_of(&lines, first(&is_write, 0));
        let synced = end_of(&lines, first(&|line| line.contains(sync) && line.contains(file), written));
        assert!(synced < connect, "{file} is safe in line {synced}, the connection is opened in line {connect}");
    }
}
