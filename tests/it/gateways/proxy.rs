//! Orders, questions and clips through a real proxy on loopback that has a name.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use rushes::domain::outcome::{KeyCheck, NetworkCause, ProxyFault, ProxyPlace, ProxyTrouble, SubmitOutcome};
use rushes::domain::{GatewayId, RemoteId};
use rushes::gateway::{Client, Connection, Http, MediaError, NetworkOptions};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

use super::secure::{Authority, Guard, NAMES};
use super::server::{answer, json as json_answer, read_request};
use super::{CANARY, order};

/// The beginning of a film, which is enough to be taken for one.
const FILM: &str = "\0\0\0\x14ftypisom\0\0\0\0isom";

/// A proxy that leads every name to one port, and writes down what it was asked for.
async fn proxy(target: u16) -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let log = Arc::clone(&log);
            tokio::spawn(async move {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    match stream.read_u8().await {
                        Ok(byte) => head.push(byte),
                        Err(_) => return,
                    }
                }
                let head = String::from_utf8_lossy(&head).into_owned();
                log.lock().expect("no panic while locked").push(head);
                let Ok(mut onward) = TcpStream::connect(("127.0.0.1", target)).await else { return };
                drop(stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await);
                drop(copy_bidirectional(&mut stream, &mut onward).await);
            });
        }
    });
    (port, asked)
}

/// A secure server that is gateway and media host in one.
async fn server(guard: Guard) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let guard = guard.clone();
            tokio::spawn(async move {
                let Some(mut stream) = guard.accept(stream).await else { return };
                let Some(request) = read_request(&mut stream).await else { return };
                let bytes = match request.line.as_str() {
                    "GET /x.mp4" => answer(200, "", FILM),
                    _ => json_answer(200, &json!({"id": "job_1", "status": "queued", "balance": 1})),
                };
                drop(stream.write_all(&bytes).await);
                drop(stream.shutdown().await);
            });
        }
    });
    port
}

fn client(authority: &Authority, proxy: &str) -> Client {
    let options = NetworkOptions {
        extra_roots: vec![authority.pem()],
        proxy: Some(proxy.to_owned()),
        connect: Duration::from_secs(5),
        ..NetworkOptions::default()
    };
    let connection = Connection {
        gateway: GatewayId::Aigateway,
        base_url: "https://gateway.example.com/v1".parse().expect("a URL"),
        key: Some(CANARY.to_owned().into()),
        send_undocumented: false,
    };
    Client::new(&Http::with(options).expect("the network library starts"), connection)
}

#[tokio::test]
async fn everything_goes_through_a_proxy_with_a_private_name() {
    let authority = Authority::new();
    let target = server(Guard::new(authority.sign(&NAMES, |_| {}), &["http/1.1"])).await;
    let (port, asked) = proxy(target).await;
    let asked = || asked.lock().expect("no panic while locked").clone();
    let client = client(&authority, &format!("http://localhost:{port}"));

    let answer = client.submit(&order(|_| {})).await;
    assert!(matches!(answer.outcome, SubmitOutcome::Accepted(_)), "{answer:?}");
    client.poll(&RemoteId::new("job_1").expect("a plain id")).await;
    assert!(matches!(client.check_key().await.outcome, KeyCheck::Works { .. }));
    let film = "https://media.example.com/x.mp4".parse().expect("a link");
    let mut media = client.open_media(&film, None).await.expect("a film through the proxy");
    assert_eq!(media.chunk().await.expect("all of it").as_deref(), Some(FILM.as_bytes()));
    let lines: Vec<String> = asked().iter().filter_map(|head| head.lines().next().map(str::to_owned)).collect();
    assert_eq!(lines.first().map(String::as_str), Some("CONNECT gateway.example.com:443 HTTP/1.1"));
    assert_eq!(lines.last().map(String::as_str), Some("CONNECT media.example.com:443 HTTP/1.1"));
    assert!(!asked().concat().contains(CANARY), "the proxy sees no key");

    // What a link itself says is judged here, whoever looks up names.
    let before = asked().len();
    for link in ["https://10.0.0.1/x.mp4", "https://127.0.0.1/x.mp4", "https://[::1]/x.mp4", "https://169.254.169.254/"]
    {
        let refused = client.open_media(&link.parse().expect("a link"), None).await;
        assert!(matches!(refused, Err(MediaError::RefusedLink(_))), "{link}");
    }
    assert_eq!(asked().len(), before);
}

#[tokio::test]
async fn a_proxy_that_cannot_be_used_stops_everything_and_is_named() {
    let authority = Authority::new();
    let closed = {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        listener.local_addr().expect("an address").port()
    };
    for (address, fault) in [
        (format!("socks://127.0.0.1:{closed}/"), ProxyFault::Kind),
        (format!("socks5h://127.0.0.1:{closed}"), ProxyFault::Kind),
        ("http://[::1".to_owned(), ProxyFault::Broken),
        (format!("127.0.0.1:{closed}"), ProxyFault::NoWay),
        (format!("http://localhost:{closed}"), ProxyFault::NoWay),
    ] {
        let client = client(&authority, &address);
        let cause = NetworkCause::Proxy(ProxyTrouble { place: ProxyPlace::AllProxy, fault });
        let answer = client.submit(&order(|_| {})).await;
        assert_eq!(answer.outcome, SubmitOutcome::NotSent(cause), "{address}: {:?}", answer.exchange.error);
        assert_eq!(client.check_key().await.outcome, KeyCheck::Trouble(cause), "{address}");
        let film = "https://media.example.com/x.mp4".parse().expect("a link");
        let error = client.open_media(&film, None).await.expect_err("nothing goes past a proxy");
        assert!(matches!(error, MediaError::Trouble { .. }), "{address}: {error:?}");
    }
}
