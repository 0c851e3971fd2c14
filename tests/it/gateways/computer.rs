//! The real program on computers whose network is set up badly: it starts, practice works, and it says what is wrong.

use std::path::Path;
use std::process::{Command, Output};

/// Runs the program with nothing in its environment but a library in `home` and `variables`.
fn rushes(home: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rushes"))
        .args(arguments)
        .env_clear()
        .env("HOME", home)
        .env("RUSHES_LIBRARY", home.join("library"))
        .envs(variables.iter().copied())
        .output()
        .expect("the program starts")
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Variables of a computer without certificates.
const NO_CERTIFICATES: [(&str, &str); 2] = [("SSL_CERT_FILE", "/nonexistent.pem"), ("SSL_CERT_DIR", "/nonexistent")];

#[test]
fn doctor_says_what_stands_in_the_way_of_the_network() {
    let home = tempfile::tempdir().expect("a folder");
    for (variables, name, works, word) in [
        (&[][..], "proxy", true, "none"),
        (&[("ALL_PROXY", "socks://127.0.0.1:7897/")], "proxy", false, "ALL_PROXY"),
        (&[("all_proxy", "socks5h://127.0.0.1:7897")], "proxy", false, "ALL_PROXY"),
        (&[("https_proxy", "http://[::1")], "proxy", false, "HTTPS_PROXY"),
        (&[("ALL_PROXY", "127.0.0.1:7897")], "proxy", true, "none"),
        (&NO_CERTIFICATES[..], "certificates", cfg!(not(target_os = "linux")), ""),
    ] {
        let output = rushes(home.path(), variables, &["doctor", "--json"]);
        assert!(output.status.success(), "{variables:?}: {output:?}");
        let findings = text(&output);
        let finding = findings
            .lines()
            .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
            .find(|finding| finding["name"] == name)
            .unwrap_or_else(|| panic!("{variables:?}: {findings}"));
        assert_eq!(finding["works"], works, "{variables:?}: {finding}");
        assert!(finding["message"].as_str().is_some_and(|message| message.contains(word)), "{finding}");
        assert_eq!(finding["advice"].is_null(), works, "{finding}");
    }
}

#[test]
fn practice_needs_neither_a_proxy_nor_certificates() {
    for variables in
        [&[("ALL_PROXY", "socks://127.0.0.1:7897/")][..], &[("ALL_PROXY", "http://[::1")], &NO_CERTIFICATES]
    {
        let home = tempfile::tempdir().expect("a folder");
        let order = ["generate", "boat", "--gateway", "practice", "--duration", "5", "--resolution", "360p", "--json"];
        let output = rushes(home.path(), variables, &order);
        assert!(output.status.success(), "{variables:?}: {output:?}");
        assert!(text(&output).contains("\"state\":\"ready\""), "{variables:?}: {output:?}");
    }
}

#[test]
fn the_test_of_a_key_says_that_nothing_was_asked_and_why() {
    for (variables, word) in [
        (&[("ALL_PROXY", "socks://127.0.0.1:7897/")][..], "ALL_PROXY"),
        (&[("ALL_PROXY", "http://[::1")], "ALL_PROXY"),
        // Nothing listens there.
        (&[("ALL_PROXY", "127.0.0.1:9")], "ALL_PROXY"),
        (&NO_CERTIFICATES[..], "certificates"),
    ] {
        if cfg!(not(target_os = "linux")) && word == "certificates" {
            continue;
        }
        let home = tempfile::tempdir().expect("a folder");
        let mut all =
            vec![("APIIN_API_KEY", "aio_no_real_key"), ("RUSHES_APIIN_URL", "https://gateway.invalid/api/v1")];
        all.extend(variables);
        let output = rushes(home.path(), &all, &["key", "test", "apiin"]);
        let said = format!("{}{}", text(&output), String::from_utf8_lossy(&output.stderr));
        assert!(!output.status.success() && said.contains(word), "{variables:?}: {said}");
        assert!(said.contains("Nothing was sent"), "{variables:?}: {said}");
    }
}
