//! Slow gateways and slow lines: what still moves is waited for, what stands still is given up.

use std::time::{Duration, Instant};

use rushes::domain::GatewayId;
use rushes::domain::outcome::{NetworkCause, SubmitOutcome, UnconfirmedCause};
use rushes::gateway::{Client, Connection, Http, NetworkOptions, Submission, SubmittedPicture};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::server::json as json_answer;
use super::{CANARY, order};

/// How a server reads an order and answers it.
#[derive(Clone, Copy, Debug)]
struct Manner {
    /// Wait before each further piece is read; `None` reads nothing.
    pause: Option<Duration>,
    /// Wait between the end of the order and the answer.
    thinks: Duration,
}

/// Pieces in which a slow server reads.
const PIECE: usize = 256 * 1024;

/// Sends an order whose picture has `picture` bytes to such a server.
async fn order_at(manner: Manner, options: NetworkOptions, picture: usize) -> (SubmitOutcome, Duration) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("an order");
        let mut bytes = Vec::new();
        let mut piece = vec![0; PIECE];
        let Some(pause) = manner.pause else { return std::future::pending().await };
        // The end of the order is known by the last bracket of its only object.
        while !bytes.ends_with(b"}") {
            tokio::time::sleep(pause).await;
            let count = stream.read(&mut piece).await.expect("the client is patient");
            assert!(count > 0, "the client hung up");
            bytes.extend_from_slice(&piece[..count]);
        }
        tokio::time::sleep(manner.thinks).await;
        drop(stream.write_all(&json_answer(202, &json!({"id": "job_1", "status": "queued"}))).await);
        drop(stream.shutdown().await);
    });
    let connection = Connection {
        gateway: GatewayId::Aigateway,
        base_url: format!("http://127.0.0.1:{port}/v1").parse().expect("a URL"),
        key: Some(CANARY.to_owned().into()),
        send_undocumented: false,
    };
    let client = Client::new(&Http::with(options).expect("the network library starts"), connection);
    let picture = (picture > 0).then(|| format!("data:image/png;base64,{}", "A".repeat(picture)));
    let start = picture.map(SubmittedPicture::Address);
    let began = Instant::now();
    let answer = client.submit(&Submission { start, ..order(|_| {}) }).await;
    server.abort();
    (answer.outcome, began.elapsed())
}

fn options(silence_millis: u64, answer_millis: u64) -> NetworkOptions {
    NetworkOptions {
        silence: Duration::from_millis(silence_millis),
        order_answer: Duration::from_millis(answer_millis),
        answer: Duration::from_millis(100),
        ..NetworkOptions::default()
    }
}

const TIMED_OUT: SubmitOutcome = SubmitOutcome::Unconfirmed(UnconfirmedCause::Network(NetworkCause::TimedOut));

#[tokio::test]
async fn a_slow_line_may_take_long_as_long_as_it_moves() {
    let manner = Manner { pause: Some(Duration::from_millis(60)), thinks: Duration::ZERO };
    let (outcome, took) = order_at(manner, options(1_000, 60_000), 12 << 20).await;
    assert!(matches!(outcome, SubmitOutcome::Accepted(_)), "{outcome:?}");
    assert!(took > Duration::from_millis(1_500), "the whole took longer than silence may: {took:?}");
}

#[tokio::test]
async fn a_line_that_stands_still_is_given_up() {
    let manner = Manner { pause: None, thinks: Duration::ZERO };
    let (outcome, took) = order_at(manner, options(400, 60_000), 12 << 20).await;
    assert_eq!(outcome, TIMED_OUT);
    assert!(took < Duration::from_secs(20), "{took:?}");
}

#[tokio::test]
async fn a_gateway_may_make_the_clip_while_it_is_waited_for() {
    let manner = Manner { pause: Some(Duration::ZERO), thinks: Duration::from_millis(900) };
    let (outcome, took) = order_at(manner, options(300, 60_000), 0).await;
    assert!(matches!(outcome, SubmitOutcome::Accepted(_)), "{outcome:?}");
    assert!(took >= Duration::from_millis(900), "{took:?}");
}

#[tokio::test]
async fn an_answer_later_than_the_limit_leaves_the_order_unclear() {
    let manner = Manner { pause: Some(Duration::ZERO), thinks: Duration::from_secs(60) };
    let (outcome, _) = order_at(manner, options(300, 500), 0).await;
    assert_eq!(outcome, TIMED_OUT);
}

#[test]
fn the_usual_limits() {
    let usual = NetworkOptions::default();
    assert_eq!((usual.silence.as_secs(), usual.order_answer.as_secs()), (60, 600));
    assert!((30..=60).contains(&usual.answer.as_secs()));
    assert!(usual.extra_roots.is_empty() && usual.proxy.is_none());
}
