//! Redirects of a film's link to where no link may lead: each is refused before anything is connected to.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rushes::domain::GatewayId;
use rushes::gateway::{Client, Connection, Http, MediaError};

use crate::support::raw;

const TARGETS: &[&str] = &[
    "file:///etc/passwd",
    "data:video/mp4;base64,AAAA",
    "ftp://cdn.example.com/x.mp4",
    "javascript:alert(1)",
    "gopher://127.0.0.1:70/",
    "http://cdn.example.com/x.mp4",
    "//cdn.example.com/x.mp4",
    "https://me:pw@cdn.example.com/x.mp4",
    "http://me@127.0.0.1/x.mp4",
    "https://10.0.0.1/x.mp4",
    "https://0xa000001/x.mp4",
    "https://012.0.0.1/x.mp4",
    "https://167772161/x.mp4",
    "https://10.1/x.mp4",
    "https://192.168.1.1/x.mp4",
    "https://172.16.0.1/x.mp4",
    "https://100.64.0.1/x.mp4",
    "https://169.254.169.254/latest/meta-data",
    "https://[::ffff:169.254.169.254]/latest/meta-data",
    "https://[::ffff:a9fe:a9fe]/latest/meta-data",
    "https://[64:ff9b::a9fe:a9fe]/latest/meta-data",
    "https://[2002:a9fe:a9fe::1]/latest/meta-data",
    "https://[fd00:ec2::254]/latest/meta-data",
    "https://[fc00::1]/x.mp4",
    "https://[fe80::1]/x.mp4",
    "https://[::]/x.mp4",
    "https://0.0.0.0/x.mp4",
    "https://224.0.0.1/x.mp4",
    "https://198.18.0.1/x.mp4",
    "https://[::ffff:198.18.0.1]/x.mp4",
    "https://printer/x.mp4",
    "https://nas.local/x.mp4",
    "https://metadata.google.internal/x.mp4",
    "https://router.lan./x.mp4",
    "https://１０.0.0.1/x.mp4",
    "http:///x.mp4",
    "https://",
];

#[tokio::test]
async fn a_redirect_to_where_no_link_may_lead_is_refused() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let port = raw::serve(move |request, _| {
        count.fetch_add(1, Ordering::Relaxed);
        let mut words = request.path.trim_start_matches("/film/").split('/');
        let status = words.next().and_then(|word| word.parse().ok()).unwrap_or(302);
        let number: usize = words.next().and_then(|word| word.parse().ok()).unwrap_or(0);
        let location: Vec<u8> = [b"Location: ", TARGETS[number].as_bytes(), b"\r\n"].concat();
        let head = format!("HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n");
        [head.as_bytes(), &location, b"\r\n"].concat()
    });
    let base_url = format!("http://127.0.0.1:{port}/v1").parse().expect("an address");
    let connection = Connection { gateway: GatewayId::Apiin, base_url, key: None, send_undocumented: false };
    let client = Client::new(&Http::new().expect("HTTP"), connection);
    let mut refused = 0;
    for status in [301, 302, 303, 307, 308] {
        for (number, target) in TARGETS.iter().enumerate() {
            let link = format!("http://127.0.0.1:{port}/film/{status}/{number}").parse().expect("a link");
            let before = asked.load(Ordering::Relaxed);
            match client.open_media(&link, None).await {
                Err(MediaError::RefusedLink(reason)) => assert!(!reason.contains("://"), "{target}: {reason}"),
                other => panic!("{status} to {target:?}: {:?}", other.map(|_| "followed")),
            }
            assert_eq!(asked.load(Ordering::Relaxed), before + 1, "{status} to {target:?}: it was followed");
            refused += 1;
        }
    }
    println!("bar S-22: refused {refused} of {} redirects", 5 * TARGETS.len());
}
