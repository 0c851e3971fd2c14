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

/// Addresses that no link may lead to: the edges of every network that is not the public internet.
const PRIVATE: &[Ipv4Addr] = &[
    Ipv4Addr::new(0, 0, 0, 0),
    Ipv4Addr::new(0, 255, 255, 255),
    Ipv4Addr::new(10, 0, 0, 0),
    Ipv4Addr::new(10, 255, 255, 255),
    Ipv4Addr::new(100, 64, 0, 0),
    Ipv4Addr::new(100, 127, 255, 255),
    Ipv4Addr::new(127, 0, 0, 1),
    Ipv4Addr::new(127, 255, 255, 254),
    Ipv4Addr::new(169, 254, 0, 0),
    Ipv4Addr::new(169, 254, 169, 254),
    Ipv4Addr::new(169, 254, 170, 2),
    Ipv4Addr::new(172, 16, 0, 0),
    Ipv4Addr::new(172, 31, 255, 255),
    Ipv4Addr::new(192, 0, 0, 8),
    Ipv4Addr::new(192, 0, 2, 5),
    Ipv4Addr::new(192, 88, 99, 2),
    Ipv4Addr::new(192, 168, 0, 0),
    Ipv4Addr::new(192, 168, 255, 255),
    Ipv4Addr::new(198, 18, 0, 0),
    Ipv4Addr::new(198, 19, 255, 255),
    Ipv4Addr::new(198, 51, 100, 7),
    Ipv4Addr::new(203, 0, 113, 9),
    Ipv4Addr::new(224, 0, 0, 251),
    Ipv4Addr::new(239, 255, 255, 250),
    Ipv4Addr::new(240, 0, 0, 1),
    Ipv4Addr::new(255, 255, 255, 255),
];

/// One address in every way of writing it that some parser takes.
fn spellings(ip: Ipv4Addr) -> Vec<String> {
    let [a, b, c, d] = ip.octets();
    let number = u32::from(ip);
    let (high, low) = (number >> 16, number & 0xffff);
    let wide = |text: &str| -> String {
        let wide = |c: char| c.to_digit(10).and_then(|digit| char::from_u32(0xff10 + digit)).unwrap_or(c);
        text.chars().map(wide).collect()
    };
    let escaped: String = ip.to_string().bytes().map(|byte| format!("%{byte:02x}")).collect();
    vec![
        format!("{ip}"),
        format!("{ip}."),
        format!("{number}"),
        format!("{number:#x}"),
        format!("{number:#X}").replace("0X", "0x0000"),
        format!("0{number:o}"),
        format!("{a:#x}.{b:#x}.{c:#x}.{d:#x}"),
        format!("0{a:o}.0{b:o}.0{c:o}.0{d:o}"),
        format!("00000{a:o}.{b}.{c:#x}.{d}"),
        format!("{a}.{}", number & 0xff_ffff),
        format!("{a}.{b}.{low}"),
        wide(&ip.to_string()),
        ip.to_string().replace('.', "。"),
        escaped,
        format!("[::ffff:{ip}]"),
        format!("[::ffff:{high:x}:{low:x}]"),
        format!("[0:0:0:0:0:ffff:{high:x}:{low:x}]"),
        format!("[::{ip}]"),
        format!("[64:ff9b::{ip}]"),
        format!("[64:ff9b::{high:x}:{low:x}]"),
        format!("[2002:{high:x}:{low:x}::1]"),
    ]
}

#[test]
fn every_spelling_of_every_private_address_is_refused() {
    let is_refused = |text: &str, near| Url::parse(text).map_or(true, |url| check_link(&url, near).is_err());
    let (mut count, mut open) = (0, Vec::new());
    let mut look = |text: String, near| {
        count += 1;
        if !is_refused(&text, near) {
            open.push((text, near));
        }
    };
    for ip in PRIVATE {
        for host in spellings(*ip) {
            for end in ["/x.mp4", ":8443/x.mp4?sig=1"] {
                look(format!("https://{host}{end}"), false);
            }
            look(format!("http://{host}/x.mp4"), false);
            look(format!("https:\\\\{host}\\x.mp4"), false);
            look(format!("https://cdn.example.com@{host}/x.mp4"), false);
            // A gateway on this computer may name this computer, and no other that is not public.
            if !ip.is_loopback() {
                look(format!("https://{host}/x.mp4"), true);
                look(format!("http://{host}/x.mp4"), true);
            }
        }
    }
    for text in REFUSED {
        look((*text).to_owned(), false);
    }
    for text in [
        "https:127.0.0.1/x",
        "https:/127.0.0.1/x",
        "https:///127.0.0.1/x",
        "https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/x",
        "https://①②⑦.⓪.⓪.①/x",
        "https://loc\u{ad}alhost/x",
        "https://local%68ost/x",
        "https://localhost%2e/x",
        "https://LocalHost:443/x",
        "https://xn--localhost-/x",
        "https://printer.LOCAL./x",
        "https://a.b.localdomain/x",
        "https://router.home.arpa/x",
        "https://gateway.internal./x",
        "https://x.corp/x",
        "https://nas.home/x",
        "https://a.intranet/x",
        "https://x.lan./x",
        "https://[fe80::1%25eth0]/x",
        "https://[::1%251]/x",
        "https://[fd00:ec2::254]/x",
        "https://[ff05::2]/x",
        "https://[2001:2::1]/x",
        "https://[2001:10::1]/x",
        "https://[2001:20::1]/x",
        "https://[100::]/x",
        "https://[::2]/x",
        "https://[4000::1]/x",
        "https://[1fff::1]/x",
        "https://[fbff::1]/x",
        "https://256.1.1.1/x",
        "https://127.0.0.1\u{0}/x",
        "https://0x/x",
        "https://./x",
        "https://../x",
        "https:///x",
        "https://?x",
        "https://#x",
        "//127.0.0.1/x",
        "/x",
        "x",
        "\u{0}https://127.0.0.1/x",
        " https://127.0.0.1/x ",
        "https://127.0.0.1\t/x",
        "https://127.0\n.0.1/x",
        "file:/etc/passwd",
        "file://localhost/etc/passwd",
        "FILE:///etc/passwd",
        "file://C|/x",
        "data:,x",
        "DATA:text/html,<script>",
        "javascript://cdn.example.com/%0aalert(1)",
        "JavaScript:alert(1)",
        "vbscript:x",
        "ftp://127.0.0.1/x",
        "ftps://cdn.example.com/x",
        "sftp://cdn.example.com/x",
        "smb://nas/x",
        "ldap://127.0.0.1/x",
        "dict://127.0.0.1:11211/stat",
        "jar:https://cdn.example.com!/x",
        "view-source:https://cdn.example.com/x",
        "filesystem:https://cdn.example.com/x",
        "chrome://settings",
        "mailto:me@example.com",
        "tel:1",
        "urn:x",
        "wss://x.example/",
        "httpss://cdn.example.com/x",
        "http+unix://%2fvar%2frun%2fx.sock/x",
        "unix:/var/run/docker.sock",
    ] {
        look(text.to_owned(), false);
    }
    println!("bar S-22: refused {} of {count} links", count - open.len());
    assert!(open.is_empty(), "{open:#?}");
    assert!(count >= 300, "{count}");
}
