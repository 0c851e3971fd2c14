//! Tests of the rules for addresses, with hostile and with friendly ones.

use super::*;

#[test]
fn base_urls() {
    for (text, expected) in [
        ("https://api.aigateway.sh/v1", Some("https://api.aigateway.sh/v1")),
        (" https://api.aigateway.sh/v1/ ", Some("https://api.aigateway.sh/v1")),
        ("https://apiin.one/api/v1//", Some("https://apiin.one/api/v1")),
        ("https://10.0.0.5/v1", Some("https://10.0.0.5/v1")),
        ("http://localhost:8080/v1", Some("http://localhost:8080/v1")),
        ("http://127.0.0.1:8080/v1", Some("http://127.0.0.1:8080/v1")),
        ("http://[::1]:8080/v1", Some("http://[::1]:8080/v1")),
        ("https://host", Some("https://host/")),
        ("http://api.aigateway.sh/v1", None),
        ("http://192.168.1.1/v1", None),
        ("http://localhost.evil.example/v1", None),
        ("http://127.0.0.1.evil.example/v1", None),
        ("https://me:pw@api.aigateway.sh/v1", None),
        ("https://me@api.aigateway.sh/v1", None),
        ("https://api.aigateway.sh/v1?x=1", None),
        ("https://api.aigateway.sh/v1#x", None),
        ("https:\\\\api.aigateway.sh", None),
        ("ftp://api.aigateway.sh", None),
        ("file:///etc/passwd", None),
        ("api.aigateway.sh", None),
        ("https://", None),
        ("", None),
    ] {
        assert_eq!(check_base_url(text).ok().map(String::from).as_deref(), expected, "{text:?}");
    }
}

/// Every one of these is refused for a gateway on the internet.
const REFUSED: &[&str] = &[
    "http://cdn.example.com/x.mp4",
    "ftp://cdn.example.com/x.mp4",
    "file:///etc/passwd",
    "data:video/mp4;base64,AAAA",
    "javascript:alert(1)",
    "blob:https://cdn.example.com/x",
    "gopher://cdn.example.com/",
    "ws://cdn.example.com/",
    "about:blank",
    "https://me@cdn.example.com/x.mp4",
    "https://me:pw@cdn.example.com/x.mp4",
    "https://cdn.example.com@127.0.0.1/x.mp4",
    "http://localhost/x",
    "https://localhost/x",
    "https://LOCALHOST/x",
    "https://localhost./x",
    "https://a.localhost/x",
    "https://printer/x",
    "https://printer.local/x",
    "https://nas.lan/x",
    "https://db.internal/x",
    "https://metadata.google.internal/x",
    "https://127.0.0.1/x",
    "https://127.1/x",
    "https://127.0.1/x",
    "https://2130706433/x",
    "https://0x7f000001/x",
    "https://0x7f.1/x",
    "https://0177.0.0.1/x",
    "https://017700000001/x",
    "https://127.0.0.1./x",
    "https://１２７.0.0.1/x",
    "https://127。0。0。1/x",
    "https://0/x",
    "https://0.0.0.0/x",
    "https://10.0.0.1/x",
    "https://10.255.255.255/x",
    "https://172.16.0.1/x",
    "https://172.31.255.1/x",
    "https://192.168.0.1/x",
    "https://169.254.169.254/latest/meta-data",
    "https://0xa9fea9fe/x",
    "https://100.64.0.1/x",
    "https://100.127.255.254/x",
    "https://192.0.0.1/x",
    "https://192.0.2.1/x",
    "https://198.51.100.1/x",
    "https://203.0.113.1/x",
    "https://198.18.0.1/x",
    "https://198.19.255.1/x",
    "https://192.88.99.1/x",
    "https://224.0.0.1/x",
    "https://240.0.0.1/x",
    "https://255.255.255.255/x",
    "https://[::]/x",
    "https://[::1]/x",
    "https://[0:0:0:0:0:0:0:1]/x",
    "https://[::127.0.0.1]/x",
    "https://[::ffff:127.0.0.1]/x",
    "https://[::ffff:7f00:1]/x",
    "https://[::ffff:10.0.0.1]/x",
    "https://[::ffff:169.254.169.254]/x",
    "https://[64:ff9b::7f00:1]/x",
    "https://[64:ff9b:1::1]/x",
    "https://[2002:7f00:1::]/x",
    "https://[2002:a00:1::]/x",
    "https://[fc00::1]/x",
    "https://[fd12:3456::1]/x",
    "https://[fe80::1]/x",
    "https://[fec0::1]/x",
    "https://[ff02::1]/x",
    "https://[100::1]/x",
    "https://[2001::1]/x",
    "https://[2001:db8::1]/x",
    "https://[3fff::1]/x",
    "https://[5f00::1]/x",
];

#[test]
fn hostile_links_are_refused() {
    for text in REFUSED {
        let refused = Url::parse(text).map_or(true, |url| check_link(&url, false).is_err());
        assert!(refused, "{text}");
    }
}

#[test]
fn public_links_are_taken() {
    for text in [
        "https://media.aigateway.sh/v1/files/jobs/job_1/video.mp4?token=x&exp=1&k=2",
        "https://media.pixverse.ai/a_seed1.mp4",
        "https://cdn.example.com:8443/x.mp4",
        "https://8.8.8.8/x.mp4",
        "https://[2606:4700::1111]/x.mp4",
        "https://bücher.example/x.mp4",
        "https://172.32.0.1/x",
        "https://100.128.0.1/x",
    ] {
        let url = Url::parse(text).expect("a link");
        assert_eq!(check_link(&url, false), Ok(()), "{text}");
        assert_eq!(check_link(&url, true), Ok(()), "{text}");
    }
}

#[test]
fn links_to_this_computer_are_for_gateways_on_it() {
    for text in ["http://localhost:1/x", "http://127.0.0.1:1/x", "https://127.0.0.1/x", "http://[::1]:1/x"] {
        let url = Url::parse(text).expect("a link");
        assert_eq!(check_link(&url, true), Ok(()), "{text}");
        assert!(check_link(&url, false).is_err(), "{text}");
    }
    for text in
        ["http://cdn.example.com/x", "https://10.0.0.1/x", "https://[::ffff:10.0.0.1]/x", "http://me@127.0.0.1/x"]
    {
        assert!(check_link(&Url::parse(text).expect("a link"), true).is_err(), "{text}");
    }
}

#[test]
fn a_refusal_never_repeats_the_link() {
    let url = Url::parse("http://cdn.example.com/x?sig=SECRET").expect("a link");
    assert!(!check_link(&url, false).expect_err("plain http").contains("SECRET"));
}

#[test]
fn reach() {
    let ip = |text: &str| text.parse::<IpAddr>().expect("an address");
    for (address, loopback, public, either) in [
        ("127.0.0.1", true, false, true),
        ("::1", true, false, true),
        ("10.0.0.1", false, false, false),
        ("1.1.1.1", false, true, true),
        ("198.18.0.7", false, true, true),
        ("::ffff:127.0.0.1", false, false, false),
        ("2606:4700::1111", false, true, true),
    ] {
        let allowed = [Reach::Loopback, Reach::Public, Reach::PublicOrLoopback].map(|reach| reach.allows(ip(address)));
        assert_eq!(allowed, [loopback, public, either], "{address}");
    }
}

#[tokio::test]
async fn names_that_lead_to_this_computer_are_refused_after_the_lookup() {
    let lookup = |reach, exempt: &[&str]| {
        let exempt = exempt.iter().map(|name| (*name).to_owned()).collect();
        CheckedResolver { reach, exempt }.resolve("localhost".parse().expect("a name"))
    };
    assert!(lookup(Reach::Public, &[]).await.is_err());
    assert!(lookup(Reach::Public, &["localhost"]).await.is_ok());
    assert!(lookup(Reach::Loopback, &[]).await.is_ok());
}
