//! One key that stands nowhere else, said back by gateways in every place and every spelling: nothing that the program
//! writes, prints or starts may hold it. And who on this computer may read what the program writes.

#![cfg(target_os = "linux")]

mod places;
mod private;

use std::path::Path;

use base64::Engine as _;

/// 48 characters that stand nowhere else.
const KEY: &str = "sk-aig-canaryZ4qX8vN1sB7kT3mW9yJ5dR2hL6pF0cG8eU4";

/// One spelling of the key, and what is searched for.
struct Spelling {
    name: &'static str,
    /// As a gateway says it.
    said: String,
    /// What must not be found.
    needle: String,
}

/// The key in base64 behind so many other bytes, without the characters that hold bits of its neighbors.
fn base64_behind(count: usize) -> String {
    let text = [vec![b'x'; count], KEY.as_bytes().to_vec()].concat();
    let encoded = base64::engine::general_purpose::STANDARD.encode(&text);
    let from = (count * 8).div_ceil(6);
    let to = (text.len() * 8) / 6;
    encoded[from..to].to_owned()
}

fn spellings() -> Vec<Spelling> {
    let hex: String = KEY.bytes().map(|byte| format!("{byte:02x}")).collect();
    let percent: String = KEY.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let reversed: String = KEY.chars().rev().collect();
    let (first, second) = KEY.split_at(KEY.len() / 2);
    let whole = |name, text: &str| Spelling { name, said: text.to_owned(), needle: text.to_owned() };
    vec![
        whole("plain", KEY),
        whole("base64", &base64_behind(0)),
        whole("base64, one byte behind", &base64_behind(1)),
        whole("base64, two bytes behind", &base64_behind(2)),
        whole("hex", &hex),
        whole("upper-case hex", &hex.to_uppercase()),
        whole("percent", &percent),
        whole("reversed", &reversed),
        whole("its first half", first),
        whole("its second half", second),
    ]
}

/// What was looked through, and where the key was found.
#[derive(Default)]
struct Findings {
    files: usize,
    bytes: usize,
    leaks: Vec<String>,
}

impl Findings {
    fn look(&mut self, place: &str, bytes: &[u8]) {
        self.files += 1;
        self.bytes += bytes.len();
        let (mut names, mut first) = (Vec::new(), None);
        for Spelling { name, needle, .. } in spellings() {
            let Some(at) = find(bytes, needle.as_bytes()) else { continue };
            // A half of the plain key is part of the whole, which is told already.
            if !(name.contains("half") && find(bytes, KEY.as_bytes()).is_some()) {
                names.push(name);
                first.get_or_insert(at);
            }
        }
        if let Some(at) = first {
            let around = &bytes[at.saturating_sub(80)..(at + 20).min(bytes.len())];
            let around: String = String::from_utf8_lossy(around).chars().filter(|c| !c.is_control()).collect();
            self.leaks.push(format!("{place}: {}: …{around}…", names.join(", ")));
        }
    }

    /// Everything below a folder, whatever it is.
    fn look_below(&mut self, what: &str, folder: &Path) {
        if !folder.exists() {
            return;
        }
        for (path, bytes) in crate::support::files_below(folder) {
            let name = path.strip_prefix(folder).unwrap_or(&path).display().to_string();
            self.look(&format!("{what}: {name}"), &bytes);
            self.look(&format!("{what}: the name of {name}"), name.as_bytes());
        }
    }
}

/// Where `needle` begins.
fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    let first = *needle.first()?;
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|byte| *byte == first) {
        if bytes[from + at..].starts_with(needle) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

#[test]
fn every_spelling_is_found_where_it_stands() {
    let mut findings = Findings::default();
    for Spelling { name, said, .. } in spellings() {
        findings.look("here", format!("before {said} behind").as_bytes());
        assert!(findings.leaks.last().is_some_and(|leak| leak.contains(&format!(": {name}: "))), "{name} is not found");
    }
    let encoded = base64::engine::general_purpose::STANDARD.encode(format!("Bearer {KEY}"));
    let mut findings = Findings::default();
    findings.look("a header", encoded.as_bytes());
    assert_eq!(findings.leaks.len(), 1, "{:?}", findings.leaks);
    let mut findings = Findings::default();
    findings.look("nothing", b"sk-aig-another-key and c2stYWln");
    assert!(findings.leaks.is_empty());
}
