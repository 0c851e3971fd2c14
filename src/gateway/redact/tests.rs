//! Tests of the redactor: no writing of a key survives it, and nothing else is lost.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use proptest::prelude::*;
use serde_json::json;

use super::*;

const KEY: &str = "sk-aig-canary-3f9d1c77aa20";

fn text(raw: &str) -> String {
    Redactor::new(Some(KEY)).clean(raw)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Ways to write a key, each with a name.
fn writings(key: &str) -> Vec<(String, String)> {
    let (left, right) = key.split_at(key.len() / 2);
    let escaped = |before: &str| key.bytes().map(|byte| format!("{before}{byte:02x}")).collect::<String>();
    let mut all: Vec<(String, String)> = [
        ("plain", key.to_owned()),
        ("raised", key.to_uppercase()),
        ("backwards", key.chars().rev().collect()),
        ("left half", left.to_owned()),
        ("right half", right.to_owned()),
        ("hex", hex(key.as_bytes())),
        ("raised hex", hex(key.as_bytes()).to_uppercase()),
        ("hex of a half", hex(right.as_bytes())),
        ("hex with colons", key.bytes().map(|byte| format!("{byte:02x}:")).collect()),
        ("percent signs", escaped("%")),
        ("doubled percent signs", escaped("%25")),
        ("raised percent signs", escaped("%").to_uppercase().replace("SK", "sk")),
        ("JSON escapes", escaped("\\u00")),
        ("C escapes", escaped("\\x")),
        ("entities", key.bytes().map(|byte| format!("&#{byte};")).collect()),
        ("wrapped", format!("{left}\r\n {right}")),
        ("with marks between", key.chars().flat_map(|c| [c, '\u{200b}']).collect()),
    ]
    .map(|(name, text)| (name.to_owned(), text))
    .into();
    for (name, bytes) in [("whole", key), ("left", left), ("right", right)] {
        for before in ["", "B", "Be", "Bearer "] {
            let bytes = format!("{before}{bytes}");
            all.push((format!("base64 of {before}{name}"), STANDARD.encode(&bytes)));
            all.push((format!("base64 of {before}{name} and more"), URL_SAFE_NO_PAD.encode(format!("{bytes}??>"))));
        }
    }
    all
}

#[test]
fn no_writing_of_a_key_survives() {
    for key in [
        KEY,
        "sk-aig-canary-7Qm2xV9c41LrT0pZbN83",
        "aio_0123456789abcdefABCDEF-_0123456789abcdef",
        "aio_??>>~~zz--__0011!!:,",
    ] {
        let redactor = Redactor::new(Some(key));
        for (name, raw) in writings(key) {
            if raw.len() < PIECE_IN_TESTS {
                continue;
            }
            assert!(redactor.finds_key_in(&raw), "{name}: {raw}");
            let in_text = format!("before | {raw} | then");
            let cleaned = [
                redactor.line(&in_text, 300),
                redactor.body(in_text.as_bytes()),
                redactor.json(&json!({"a": [raw], raw.clone(): 1})),
                redactor.body(format!("{{\"a\":\"{}\"}}", raw.replace('\\', "\\\\")).as_bytes()),
            ];
            for clean in cleaned {
                assert!(clean.contains("[key]"), "{name}: {clean}");
                assert!(!redactor.finds_key_in(&clean), "{name}: {clean}");
            }
            let line = redactor.line(&in_text, 300);
            assert!(line.starts_with("before | ") && line.ends_with(" | then"), "{name}: {line}");
        }
    }
}

/// A half that is shorter than this is not told from other text.
const PIECE_IN_TESTS: usize = 12;

#[test]
fn other_texts_are_no_key() {
    let redactor = Redactor::new(Some(KEY));
    for text in ["sk-aig-", "job_1", "canary", "the key sk-aig-… was refused", "c2stYWln", ""] {
        assert!(!redactor.finds_key_in(text), "{text}");
        assert_eq!(redactor.line(text, 300).as_str(), text);
    }
    assert!(Redactor::new(Some("abc")).secret.places(&fold("abc")).is_empty(), "too short to be a key");
    assert_eq!(Redactor::new(Some("abcd")).line("xabcdx", 9).as_str(), "x[key]x");
    assert!(!format!("{redactor:?}").contains("canary"));
}

#[test]
fn texts_lose_what_is_secret_and_keep_the_rest() {
    for (raw, expected) in [
        ("nothing to hide", "nothing to hide"),
        ("key sk-aig-canary-3f9d1c77aa20 here", "key [key] here"),
        ("see https://a.b/c.mp4?sig=SECRET&x=1 now", "see https://a.b/c.mp4?[removed] now"),
        ("\"https:\\/\\/a.b\\/c?sig=SECRET\"", "\"https:\\/\\/a.b\\/c?[removed]\""),
        ("\"https://a.b/c\\u003fsig=SECRET\"", "\"https://a.b/c?[removed]\""),
        ("go=https%3A%2F%2Fa.b%2Fc%3Fsig%3DSECRET", "go=https%3A%2F%2Fa.b%2Fc?[removed]"),
        ("https:\u{200b}//a.b/c\u{200b}?SECRET", "https:\u{200b}//a.b/c\u{200b}?[removed]"),
        ("https://me:SECRET@a.b/c", "https://a.b/c"),
        ("https://me:SECRET%40a.b/c", "https://a.b/c"),
        ("https://me:SECRET@a.b?SECRET", "https://a.b?[removed]"),
        ("https://a.b/c#SECRET", "https://a.b/c?[removed]"),
        ("://", "://"),
        ("a://?", "a://?[removed]"),
        (
            "<a href='https://a.b/?SECRET'>x</a> https://c.d/?SECRET",
            "<a href='https://a.b/?[removed]>x</a> https://c.d/?[removed]",
        ),
        ("data:image/png;base64,AAAABBBB", "data:image/png;base64,[8 characters]"),
        (
            "{\"image\":\"data:image/png;base64,AAAA\",\"x\":1}",
            "{\"image\":\"data:image/png;base64,[4 characters]\",\"x\":1}",
        ),
    ] {
        assert_eq!(text(raw), expected, "{raw}");
    }
}

#[test]
fn json_is_cleaned_at_every_depth_and_by_name() {
    let value = json!({
        "result": {"file_url": "https://m/x.mp4?token=SECRET", "list": [{"u": "https://m/y?SECRET"}, "/z?SECRET"]},
        "token": "SECRET", "webhook_secret": {"v": "SECRET"}, "task_id": "n65", "total_tokens": 5,
        KEY: KEY,
    });
    let clean = Redactor::new(Some(KEY)).json(&value);
    assert!(!clean.contains("SECRET") && !clean.contains(KEY), "{clean}");
    assert!(
        clean.contains("n65") && clean.contains("https://m/x.mp4") && clean.contains("\"total_tokens\":5"),
        "{clean}"
    );
    let digits = Redactor::new(Some("1234567890123456")).json(&json!({"a": 1_234_567_890_123_456_u64, "b": 17}));
    assert_eq!(digits.as_str(), "{\"a\":\"[key]\",\"b\":17}");
}

#[test]
fn long_parts_are_cut_and_say_so() {
    let redactor = Redactor::new(Some(KEY));
    let long = redactor.body(&vec![b'x'; 3 * PART_LIMIT]);
    assert!(long.len() < PART_LIMIT + 100 && long.ends_with("more bytes]"), "{}", long.len());
    assert_eq!(redactor.body("é".repeat(5).as_bytes()).as_str(), "ééééé");
    let picture = json!({"image": format!("data:image/png;base64,{}", "A".repeat(5_000_000))});
    assert_eq!(redactor.json(&picture).as_str(), "{\"image\":\"data:image/png;base64,[5000000 characters]\"}");
}

#[test]
fn hidden_characters_are_dropped_from_lines_and_written_out_in_parts() {
    let redactor = Redactor::new(None);
    assert_eq!(redactor.line("a\u{202e}b\u{200b}c\u{1b}[31m\r\nd", 40).as_str(), "abc [31m d");
    assert_eq!(redactor.body("a\u{202e}b\u{7}\r\nc\td".as_bytes()).as_str(), "a\\u202eb\\u0007\nc d");
}

#[test]
fn secret_headers_keep_their_name_only() {
    let mut map = HeaderMap::new();
    for (name, value) in [
        ("set-cookie", "SECRET=1"),
        ("x-signature", "SECRET"),
        ("location", "/b?SECRET"),
        ("link", "<https://a/b?SECRET>; rel=next"),
        ("x-request-id", "req_1"),
    ] {
        map.insert(name, value.parse().expect("a header"));
    }
    let clean = Redactor::new(None).headers(&map);
    assert!(!clean.contains("SECRET") && clean.contains("x-request-id: req_1"), "{clean}");
    assert!(clean.contains("set-cookie: [removed]\n"), "{clean}");
}

proptest! {
    #[test]
    fn no_key_and_no_query_survives(before in "\\PC{0,40}", after in "\\PC{0,40}", path in "[a-z/.]{0,20}") {
        let raw = format!("{before} https://host/{path}?SIGNATURE-{KEY} {KEY}{after}");
        let redactor = Redactor::new(Some(KEY));
        for clean in [redactor.line(&raw, 9999), redactor.json(&json!({"a": [raw.clone()]})), redactor.body(raw.as_bytes())] {
            prop_assert!(!clean.contains(KEY) && !clean.contains("SIGNATURE"), "{}", clean);
        }
    }

    #[test]
    fn nothing_makes_it_panic(raw in "[%&\\\\#;:/?@u0-9a-f\\PC]{0,60}") {
        let redactor = Redactor::new(Some(KEY));
        prop_assert!(redactor.line(&raw, 300).chars().count() <= 300);
        prop_assert!(!redactor.body(raw.as_bytes()).chars().any(|c| is_hidden(c) && c != '\n'));
    }
}
