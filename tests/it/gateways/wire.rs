//! Orders on real sockets: every fault, on every kind of connection, plain and secure, costs exactly one body.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rushes::domain::outcome::{KeyCheck, NetworkCause, PollOutcome, SubmitOutcome, UnconfirmedCause};
use rushes::domain::{GatewayId, RemoteId};
use rushes::gateway::{Client, Connection, Http, NetworkOptions};
use serde_json::json;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::secure::{Authority, Guard, Identity, NAMES};
use super::server::{Seen, read_request};
use super::{CANARY, order};

/// What happens after an order was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    None,
    HangUp,
    CutJson,
    Status500,
    Nginx502,
    Busy503,
    Limit429,
    Conflict409,
    Late,
}

const FAULTS: [Fault; 8] = [
    Fault::HangUp,
    Fault::CutJson,
    Fault::Status500,
    Fault::Nginx502,
    Fault::Busy503,
    Fault::Limit429,
    Fault::Conflict409,
    Fault::Late,
];

impl Fault {
    /// The answer; `None` says nothing and hangs up.
    fn answer(self, keeps: bool) -> Option<Vec<u8>> {
        let own =
            |status: u16| json!({"error": {"message": "no", "type": "x", "code": status, "param": null}}).to_string();
        let page = "<html><head><title>502 Bad Gateway</title></head><body>nginx/1.22.1</body></html>".to_owned();
        let job = json!({"id": "job_1", "status": "queued"}).to_string();
        let (status, headers, body) = match self {
            Self::None => (202, "", job),
            Self::HangUp | Self::Late => return None,
            Self::CutJson => (200, "", job[..job.len() - 5].to_owned()),
            Self::Status500 => (500, "", own(500)),
            Self::Nginx502 => (502, "Server: nginx/1.22.1\r\nContent-Type: text/html\r\n", page),
            Self::Busy503 => (503, "Retry-After: 1\r\n", own(503)),
            Self::Limit429 => (429, "Retry-After: Sat, 06 Nov 2094 08:49:37 GMT\r\n", own(429)),
            Self::Conflict409 => (409, "", own(409)),
        };
        let close = if keeps { "keep-alive" } else { "close" };
        let length = body.len();
        Some(
            format!("HTTP/1.1 {status} X\r\nContent-Length: {length}\r\nConnection: {close}\r\n{headers}\r\n{body}")
                .into_bytes(),
        )
    }

    fn outcome(self) -> SubmitOutcome {
        let network = |cause| SubmitOutcome::Unconfirmed(UnconfirmedCause::Network(cause));
        match self {
            Self::None => panic!("no fault"),
            Self::HangUp => network(NetworkCause::Broken),
            Self::CutJson => network(NetworkCause::Unreadable),
            Self::Status500 => network(NetworkCause::ServerTrouble(500)),
            Self::Nginx502 => network(NetworkCause::ServerTrouble(502)),
            Self::Busy503 => network(NetworkCause::ServerTrouble(503)),
            Self::Limit429 => SubmitOutcome::Throttled { retry_after: Some(Duration::from_secs(3600)) },
            Self::Conflict409 => SubmitOutcome::Unconfirmed(UnconfirmedCause::Conflict(409)),
            Self::Late => network(NetworkCause::TimedOut),
        }
    }
}

/// A gateway on loopback that keeps connections open if it is told to, and counts.
struct Gate {
    port: u16,
    scheme: &'static str,
    fault: Arc<Mutex<Fault>>,
    seen: Arc<Mutex<Vec<Seen>>>,
    connections: Arc<AtomicUsize>,
}

impl Gate {
    async fn start(guard: Option<Guard>, keeps: bool) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let scheme = if guard.is_some() { "https" } else { "http" };
        let gate = Self {
            port,
            scheme,
            fault: Arc::new(Mutex::new(Fault::None)),
            seen: Arc::default(),
            connections: Arc::default(),
        };
        let (fault, seen, connections) =
            (Arc::clone(&gate.fault), Arc::clone(&gate.seen), Arc::clone(&gate.connections));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::SeqCst);
                let (guard, fault, seen) = (guard.clone(), Arc::clone(&fault), Arc::clone(&seen));
                tokio::spawn(async move {
                    match guard {
                        None => serve(stream, &fault, &seen, keeps).await,
                        Some(guard) => {
                            if let Some(stream) = guard.accept(stream).await {
                                serve(stream, &fault, &seen, keeps).await;
                            }
                        }
                    }
                });
            }
        });
        gate
    }

    fn set(&self, fault: Fault) {
        *self.fault.lock().expect("no panic while locked") = fault;
    }

    fn bodies(&self) -> usize {
        let seen = self.seen.lock().expect("no panic while locked");
        seen.iter().filter(|seen| seen.line.starts_with("POST") && seen.body.ends_with('}')).count()
    }

    fn connection(&self) -> Connection {
        connection(&format!("{}://127.0.0.1:{}/v1", self.scheme, self.port))
    }
}

fn connection(base_url: &str) -> Connection {
    Connection {
        gateway: GatewayId::Aigateway,
        base_url: base_url.parse().expect("a URL"),
        key: Some(CANARY.to_owned().into()),
        send_undocumented: false,
    }
}

/// Answers requests on one connection, one after the other.
async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    fault: &Mutex<Fault>,
    seen: &Mutex<Vec<Seen>>,
    keeps: bool,
) {
    while let Some(request) = read_request(&mut stream).await {
        seen.lock().expect("no panic while locked").push(request);
        let now = *fault.lock().expect("no panic while locked");
        if now == Fault::Late {
            return std::future::pending().await;
        }
        match now.answer(keeps) {
            Some(bytes) => drop(stream.write_all(&bytes).await),
            None => return,
        }
        drop(stream.flush().await);
        if !keeps {
            drop(stream.shutdown().await);
            return;
        }
    }
}

/// Clients that trust `authority` and wait half a second for the answer to an order.
fn http_for(authority: &Authority) -> Http {
    let order_answer = Duration::from_millis(500);
    let options = NetworkOptions { extra_roots: vec![authority.pem()], order_answer, ..NetworkOptions::default() };
    Http::with(options).expect("the network library starts")
}

fn guard(authority: &Authority, protocols: &[&str]) -> Guard {
    Guard::new(authority.sign(&NAMES, |_| {}), protocols)
}

#[tokio::test]
async fn every_fault_on_every_connection_costs_exactly_one_body() {
    let authority = Authority::new();
    let http = http_for(&authority);
    for protocols in [None, Some(&["http/1.1"][..]), Some(&["h2", "http/1.1"][..])] {
        for keeps in [false, true] {
            for fault in FAULTS {
                let what = format!("{fault:?}, {protocols:?}, kept: {keeps}");
                let guard = protocols.map(|protocols| guard(&authority, protocols));
                let gate = Gate::start(guard.clone(), keeps).await;
                let client = Client::new(&http, gate.connection());
                // A first order and a question leave connections behind, which no later order may use.
                let first = client.submit(&order(|_| {})).await;
                assert!(matches!(first.outcome, SubmitOutcome::Accepted(_)), "{what}: {first:?}");
                if protocols.is_none_or(|protocols| !protocols.contains(&"h2")) {
                    client.poll(&RemoteId::new("job_1").expect("a plain id")).await;
                }
                let (bodies, connections) = (gate.bodies(), gate.connections.load(Ordering::SeqCst));
                gate.set(fault);
                let answer = client.submit(&order(|_| {})).await;
                assert_eq!(answer.outcome, fault.outcome(), "{what}: {:?}", answer.exchange.error);
                assert_eq!(gate.bodies(), bodies + 1, "{what}");
                assert_eq!(gate.connections.load(Ordering::SeqCst), connections + 1, "{what}: a fresh connection");
                // The order after it is a new one, again with one body.
                gate.set(Fault::None);
                assert!(matches!(client.submit(&order(|_| {})).await.outcome, SubmitOutcome::Accepted(_)), "{what}");
                assert_eq!(gate.bodies(), bodies + 2, "{what}");
                if let Some(guard) = guard {
                    let is_order = |offer: &&Vec<String>| !offer.contains(&"h2".to_owned());
                    assert_eq!(guard.offered().iter().filter(is_order).count(), 3, "{what}: orders offer no HTTP/2");
                }
            }
        }
    }
}

/// What an HTTP/2 server does with each request.
#[derive(Clone, Copy, Debug)]
enum Refusal {
    RefusedStream,
    GoAway,
}

/// A server that speaks only HTTP/2 and refuses every request. Returns its port and the number of requests.
async fn refuse_all(guard: Guard, refusal: Refusal) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let requests = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&requests);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (guard, count) = (guard.clone(), Arc::clone(&count));
            tokio::spawn(async move {
                let Some(stream) = guard.accept(stream).await else { return };
                let Ok(mut streams) = h2::server::handshake(stream).await else { return };
                while let Some(Ok((_request, mut respond))) = streams.accept().await {
                    count.fetch_add(1, Ordering::SeqCst);
                    match refusal {
                        Refusal::RefusedStream => respond.send_reset(h2::Reason::REFUSED_STREAM),
                        Refusal::GoAway => streams.abrupt_shutdown(h2::Reason::NO_ERROR),
                    }
                }
            });
        }
    });
    (port, requests)
}

#[tokio::test]
async fn a_refused_stream_of_http_2_is_never_sent_again() {
    let authority = Authority::new();
    let http = http_for(&authority);
    let id = RemoteId::new("job_1").expect("a plain id");
    for refusal in [Refusal::RefusedStream, Refusal::GoAway] {
        let guard = guard(&authority, &["h2"]);
        let (port, requests) = refuse_all(guard.clone(), refusal).await;
        let client = Client::new(&http, connection(&format!("https://127.0.0.1:{port}/v1")));

        // An order speaks no HTTP/2 at all, so that such a server does not even get its head.
        let answer = client.submit(&order(|_| {})).await;
        assert_eq!(answer.outcome, SubmitOutcome::NotSent(NetworkCause::Tls), "{:?}", answer.exchange.error);
        assert_eq!(guard.offered(), [["http/1.1"]], "what an order offers");
        assert_eq!(requests.load(Ordering::SeqCst), 0);

        // A question does, and is asked once.
        let outcome = client.poll(&id).await.outcome;
        assert!(matches!(outcome, PollOutcome::Trouble(NetworkCause::Broken)), "{outcome:?}");
        assert_eq!(requests.load(Ordering::SeqCst), 1, "{refusal:?}");

        // The HTTP library as it comes asks such a server again by itself: this is what is switched off.
        if matches!(refusal, Refusal::RefusedStream) {
            let root = reqwest::Certificate::from_pem(&authority.pem()).expect("a certificate");
            // Rushes brings its own to every client; this one takes that of the whole program, which a second call finds set.
            rustls::crypto::ring::default_provider().install_default().ok();
            let usual = reqwest::Client::builder().no_proxy().tls_certs_only([root]).build().expect("it starts");
            let answer = usual.get(format!("https://127.0.0.1:{port}/v1/jobs/job_1")).send().await;
            assert!(answer.is_err(), "{answer:?}");
            assert!(requests.load(Ordering::SeqCst) > 2, "the library no longer repeats; the switch can go");
        }
    }
}

#[tokio::test]
async fn a_server_that_cannot_prove_who_it_is_gets_nothing() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    let http = http_for(&authority);
    let id = RemoteId::new("job_1").expect("a plain id");
    let over = |params: &mut rcgen::CertificateParams| params.not_after = rcgen::date_time_ymd(2020, 1, 1);
    let early = |params: &mut rcgen::CertificateParams| params.not_before = rcgen::date_time_ymd(2090, 1, 1);
    for (what, identity, is_trusted) in [
        ("a good one", authority.sign(&NAMES, |_| {}), true),
        ("expired", authority.sign(&NAMES, over), false),
        ("not yet good", authority.sign(&NAMES, early), false),
        ("another host", authority.sign(&["gateway.example.com", "10.0.0.1"], |_| {}), false),
        ("self-signed", Identity::self_signed(&NAMES), false),
        ("an unknown root", stranger.sign(&NAMES, |_| {}), false),
    ] {
        let gate = Gate::start(Some(Guard::new(identity, &["http/1.1"])), false).await;
        let client = Client::new(&http, gate.connection());
        let outcome = client.submit(&order(|_| {})).await.outcome;
        let film = format!("https://127.0.0.1:{}/x.mp4", gate.port).parse().expect("a link");
        if is_trusted {
            assert!(matches!(outcome, SubmitOutcome::Accepted(_)), "{what}: {outcome:?}");
            continue;
        }
        assert_eq!(outcome, SubmitOutcome::NotSent(NetworkCause::Tls), "{what}");
        assert_eq!(client.poll(&id).await.outcome, PollOutcome::Trouble(NetworkCause::Tls), "{what}");
        assert_eq!(client.check_key().await.outcome, KeyCheck::Trouble(NetworkCause::Tls), "{what}");
        assert!(client.open_media(&film, None).await.is_err(), "{what}");
        assert_eq!(gate.seen.lock().expect("no panic while locked").len(), 0, "{what}");
    }
    // And without the extra root not even the good one is trusted.
    let gate = Gate::start(Some(guard(&authority, &["http/1.1"])), false).await;
    let usual = Client::new(&Http::new().expect("it starts"), gate.connection());
    let outcome = usual.submit(&order(|_| {})).await.outcome;
    assert!(matches!(outcome, SubmitOutcome::NotSent(NetworkCause::Tls | NetworkCause::NoCertificates)), "{outcome:?}");
}
