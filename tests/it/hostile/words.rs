//! Words that mean harm: what a gateway, a file name or a prompt says must not command a terminal, deceive the eye, or
//! become a line of its own in a log.

use std::process::Command;

use serde_json::{Value, json};

use crate::support::bench::{Bench, Ran};
use crate::support::files_below;
use crate::support::raw;

/// Pieces of text that command terminals or deceive the eye.
const HARM: &[&str] = &[
    "\u{1b}[31mred\u{1b}[0m",
    "\u{1b}[2J\u{1b}[H",
    "\u{1b}]0;title\u{7}",
    "\u{1b}]8;;http://evil.example/\u{1b}\\click\u{1b}]8;;\u{1b}\\",
    "\u{1b}]52;c;cm0gLXJm\u{7}",
    "\u{1b}P+q544e\u{1b}\\",
    "\u{9b}31mC1",
    "\u{9d}0;title\u{9c}",
    "over\rwritten",
    "back\u{8}\u{8}\u{8}\u{8}space",
    "form\u{c}feed\u{b}",
    "nul\u{0}byte",
    "del\u{7f}ete",
    "line\nERROR forged=\"line\"",
    "right\u{202e}tfel\u{202c}",
    "iso\u{2066}late\u{2069} \u{2067}d\u{2069}",
    "line\u{2028}separator\u{2029}",
    "zero\u{200b}width\u{2060}\u{feff}",
    "tags\u{e0001}\u{e0041}\u{e007f}",
    "filler\u{3164}\u{ffa0}",
    "note\u{fff9}a\u{fffa}b\u{fffb}",
];

/// Whether a terminal or an eye may be given this text.
fn is_harmless(text: &str) -> bool {
    !text.contains(|c: char| {
        (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{200b}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}')
            || matches!(c, '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
    })
}

/// The program against a server on this port, with its log at its most talkative.
fn command(bench: &Bench, port: u16, arguments: &[&str]) -> Command {
    let mut command = bench.command(arguments);
    command.env("RUSHES_AIGATEWAY_URL", format!("http://127.0.0.1:{port}/v1")).env("RUST_LOG", "trace");
    command
}

/// What of `ran` must not reach a terminal.
#[track_caller]
fn tame(ran: &Ran, what: &str) {
    for text in [&ran.stdout, &ran.stderr] {
        assert!(is_harmless(text), "{what}: {text:?}");
        assert!(!text.lines().any(|line| line.starts_with("ERROR")), "{what}: a forged line: {text}");
    }
}

#[test]
fn what_a_gateway_says_commands_no_terminal() {
    let all = HARM.join(" ");
    let error = json!({"error": {"message": all, "code": all, "param": all, "type": all}});
    let cases: Vec<(&str, u16, Value)> = vec![
        ("a refusal", 400, error.clone()),
        ("a refused key", 401, error.clone()),
        ("an empty wallet", 402, error.clone()),
        ("trouble", 503, json!(all)),
        ("a state", 200, json!({"id": "job_1", "status": all})),
        ("a failure", 200, json!({"id": "job_1", "status": "failed", "error": {"message": all, "code": all}})),
    ];
    let mut count = 0;
    for (what, status, body) in cases {
        let (header, said) = (format!("X-Request-Id: {}\r\n", HARM[0].replace('\u{1b}', "\t")), body.clone());
        let port = raw::serve(move |asked, _| match asked.method.as_str() {
            "POST" if status == 200 => raw::json(202, &header, &json!({"id": "job_1", "status": "queued"})),
            _ => raw::json(status, &header, &said),
        });
        for is_json in [false, true] {
            let bench = Bench::new();
            // An order that goes on is left alone: what was said until then is enough.
            let mut arguments = vec!["generate", "a heron", "--gateway", "aigateway"];
            arguments.extend(is_json.then_some("--json"));
            arguments.extend(matches!(what, "a state" | "trouble").then_some("--no-wait"));
            let ran = Ran::of(command(&bench, port, &arguments));
            tame(&ran, what);
            count += 1;
            if is_json {
                for line in ran.stdout.lines() {
                    serde_json::from_str::<Value>(line).unwrap_or_else(|err| panic!("{what}: {err} in {line}"));
                }
            }
            for arguments in [&["jobs"][..], &["jobs", "--json"], &["key", "test", "aigateway"]] {
                tame(&Ran::of(command(&bench, port, arguments)), what);
                count += 1;
            }
            for (path, bytes) in files_below(&bench.library()).into_iter().filter(|(path, _)| path.ends_with(".log")) {
                assert!(is_harmless(&String::from_utf8_lossy(&bytes)), "{what}: {}", path.display());
            }
        }
    }
    println!(
        "bar S-27: 0 control or deceiving characters in {count} outputs of the command line, of {} kinds",
        HARM.len()
    );
}

#[test]
fn prompts_and_folders_command_no_terminal() {
    let bench = Bench::new();
    let mut count = 0;
    for harm in HARM.iter().filter(|harm| !harm.contains('\0')) {
        let prompt = format!("a heron {harm}");
        tame(&bench.run(&["generate", &prompt, "--gateway", "aigateway"]), harm);
        count += 1;
        if harm.contains('\n') {
            // A folder with two lines in its name is shown as it is; it is the user's own.
            continue;
        }
        let folder = bench.dir.path().join(harm.replace('/', "_"));
        std::fs::create_dir(&folder).expect("a folder of that name");
        for (name, arguments) in [("jobs", &["jobs"][..]), ("doctor", &["doctor"]), ("rebuild", &["rebuild"])] {
            let mut command = bench.command(arguments);
            command.env("RUSHES_LIBRARY", &folder);
            tame(&Ran::of(command), name);
            count += 1;
        }
        let picture = folder.join(format!("{}.png", harm.replace('/', "_")));
        std::fs::write(&picture, b"no picture").expect("written");
        let picture = picture.to_string_lossy().into_owned();
        tame(&bench.run(&["generate", "a heron", "--image", &picture, "--gateway", "aigateway"]), harm);
        count += 1;
    }
    for arguments in [&["jobs"][..], &["jobs", "--json"]] {
        tame(&bench.run(arguments), "jobs");
    }
    println!("bar S-27: 0 control or deceiving characters in {} outputs about prompts, folders and files", count + 2);
}
