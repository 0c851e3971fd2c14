//! The user's own bucket against a real S3 server: what works, and for each thing that can be wrong the right word.

pub mod orders;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rushes::domain::hosting::{BucketCheck, BucketStep, BucketTrouble};
use rushes::domain::outcome::NetworkCause;
use rushes::domain::{BucketKeys, BucketPlace, UnixMillis};
use rushes::engine::runtime::wall_clock;
use rushes::gateway::{BucketClient, BucketConnection, Http, NetworkOptions};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;
use tokio::runtime::Handle;

use crate::support::s3::{BUCKET, KEY_ID, REGION, S3, SECRET};

fn client(connection: BucketConnection) -> BucketClient {
    BucketClient::new(&Http::new().expect("the network library starts"), connection)
}

fn with(s3: &S3, region: &str, bucket: &str, id: &str, secret: &str) -> BucketConnection {
    let place = BucketPlace::new(&s3.endpoint(), region, bucket, "rushes/", true).expect("a place");
    BucketConnection { place, keys: BucketKeys::new(id, secret).expect("keys") }
}

/// Tries a bucket; nothing that is secret may be in what is told.
async fn check(connection: BucketConnection, now: UnixMillis) -> BucketCheck {
    let check = client(connection).check("7", now).await;
    let told = format!("{check:?} {}", check.sentence());
    assert!(!told.contains(SECRET) && !told.contains("X-Amz"), "{told}");
    check
}

fn fails(step: BucketStep, trouble: BucketTrouble) -> BucketCheck {
    BucketCheck::Fails { step, trouble, left: None }
}

#[tokio::test]
async fn an_object_is_written_privately_read_by_a_signed_address_and_deleted() {
    let s3 = S3::start(&Handle::current());
    let client = client(s3.connection());
    let (key, bytes) = ("rushes/7-start.jpg", vec![7; 300_000]);
    let told = Arc::new(AtomicU64::new(0));
    let ear = Arc::clone(&told);
    let put = client.put(key, bytes.clone(), "image/jpeg", wall_clock(), move |sent, total| {
        assert_eq!(total, 300_000);
        assert!(ear.swap(sent, Ordering::Relaxed) <= sent, "progress goes forward");
    });
    assert_eq!(put.await, Ok(()));
    assert_eq!(told.load(Ordering::Relaxed), 300_000);
    assert_eq!(client.read_back(key, &bytes, wall_clock()).await, Ok(()));
    assert_eq!(client.read_back(key, b"other", wall_clock()).await, Err(BucketTrouble::Different));
    // The gateway has nothing but the address.
    let near = "http://127.0.0.1:1/v1".parse().expect("an address");
    let address = client.address(key, &near, wall_clock()).expect("an address");
    let (status, body) = get(address.as_str()).await;
    assert!(status == 200 && body == bytes, "{status}");
    assert!(address.query().is_some_and(|query| query.contains("X-Amz-Expires=604800")), "{address}");
    // Without the signature it stays closed.
    let bare = format!("{}/{BUCKET}/{key}", s3.endpoint());
    assert_eq!(get(&bare).await.0, 403);
    assert_eq!(client.delete(key, wall_clock()).await, Ok(()));
    assert!(s3.objects().is_empty());
    assert_eq!(client.read_back(key, &bytes, wall_clock()).await, Err(BucketTrouble::NotThere));
    assert_eq!(client.delete(key, wall_clock()).await, Ok(()), "deleting what is not there is no error");
}

/// Fetches an address as a gateway does, without any key.
async fn get(address: &str) -> (u16, Vec<u8>) {
    use tokio::io::AsyncWriteExt as _;
    let url: url::Url = address.parse().expect("an address");
    let host = format!("127.0.0.1:{}", url.port().expect("a port"));
    let mut stream = tokio::net::TcpStream::connect(&host).await.expect("the server listens");
    let path = &url[url::Position::BeforePath..];
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("a socket");
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.expect("an answer");
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("a head") + 4;
    let status = String::from_utf8_lossy(&bytes[9..12]).parse().expect("a status");
    (status, bytes.split_off(end))
}

#[tokio::test]
async fn the_test_of_a_bucket_names_what_fails_and_why() {
    let s3 = S3::start(&Handle::current());
    let now = wall_clock();
    assert_eq!(check(s3.connection(), now).await, BucketCheck::Works);
    assert!(s3.objects().is_empty(), "nothing is left");
    let write = |trouble| fails(BucketStep::Write, trouble);
    let unknown = with(&s3, REGION, BUCKET, "AKIAOTHER", SECRET);
    assert_eq!(check(unknown, now).await, write(BucketTrouble::UnknownKey));
    let wrong = with(&s3, REGION, BUCKET, KEY_ID, "another");
    assert_eq!(check(wrong, now).await, write(BucketTrouble::WrongSecret));
    let elsewhere = with(&s3, "us-east-1", BUCKET, KEY_ID, SECRET);
    assert_eq!(check(elsewhere, now).await, write(BucketTrouble::WrongRegion { expected: None }));
    let missing = with(&s3, REGION, "no-such-bucket", KEY_ID, SECRET);
    assert_eq!(check(missing, now).await, write(BucketTrouble::NoBucket));
    // Our clock is 20 minutes off, either way.
    for ahead_secs in [1_200, -1_200] {
        let shifted = UnixMillis(now.0 + ahead_secs * 1_000);
        let found = check(s3.connection(), shifted).await;
        let BucketCheck::Fails {
            step: BucketStep::Write, trouble: BucketTrouble::ClockOff { ahead_secs: told }, ..
        } = &found
        else {
            panic!("{found:?}");
        };
        assert!((told - ahead_secs).abs() <= 20, "{told}");
        assert!(found.sentence().contains("20 min") || found.sentence().contains("19 min"), "{}", found.sentence());
    }
    s3.deny(&["PutObject"]);
    assert_eq!(check(s3.connection(), now).await, write(BucketTrouble::NotAllowed));
    s3.deny(&["GetObject"]);
    assert_eq!(check(s3.connection(), now).await, fails(BucketStep::Read, BucketTrouble::NotAllowed));
    assert!(s3.objects().is_empty(), "what was written is deleted all the same");
    s3.deny(&["DeleteObject"]);
    let left = Some("rushes/rushes-test-7.txt".to_owned());
    let found = check(s3.connection(), now).await;
    assert_eq!(found, BucketCheck::Fails { step: BucketStep::Delete, trouble: BucketTrouble::NotAllowed, left });
    assert!(found.sentence().contains("s3:DeleteObject") && found.sentence().contains("rushes-test-7.txt"));
    s3.deny(&[]);
    s3.drop_bucket();
    assert_eq!(check(s3.connection(), now).await, write(BucketTrouble::NoBucket));
    let deaf = BucketPlace::new("http://127.0.0.1:1", REGION, BUCKET, "", true).expect("a place");
    let nobody = BucketConnection { place: deaf, keys: s3.connection().keys };
    assert_eq!(check(nobody, now).await, write(BucketTrouble::Network(NetworkCause::CannotConnect)));
}

#[tokio::test]
async fn what_is_no_s3_server_and_a_connection_that_breaks_are_told_apart() {
    let s3 = S3::start(&Handle::current());
    for (reply, expected) in [
        ("", BucketTrouble::Network(NetworkCause::Broken)),
        (
            "HTTP/1.1 302 Found\r\nLocation: http://x.example/\r\nContent-Length: 0\r\n\r\n",
            BucketTrouble::Network(NetworkCause::Redirected(302)),
        ),
        ("HTTP/1.1 503 Slow\r\nContent-Length: 0\r\n\r\n", BucketTrouble::Busy(503)),
        (
            "HTTP/1.1 301 Moved\r\nx-amz-bucket-region: eu-west-9\r\nContent-Length: 0\r\n\r\n",
            BucketTrouble::WrongRegion { expected: Some("eu-west-9".into()) },
        ),
        ("HTTP/1.1 418 Teapot\r\nContent-Length: 4\r\n\r\nhtml", BucketTrouble::Refused { status: 418, code: None }),
    ] {
        let port = crate::support::raw::serve(move |_, _| reply.as_bytes().to_vec());
        let place = BucketPlace::new(&format!("http://127.0.0.1:{port}"), REGION, BUCKET, "", true).expect("a place");
        let connection = BucketConnection { place, keys: s3.connection().keys };
        let found = client(connection).put("a", vec![1], "image/png", wall_clock(), |_, _| {}).await;
        assert_eq!(found, Err(expected), "{reply}");
    }
}

/// A server that takes a byte a second.
async fn slow_server() -> (u16, tokio::task::JoinHandle<()>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("an upload");
        let mut byte = [0];
        // Ends when the client hangs up.
        while stream.read(&mut byte).await.is_ok_and(|count| count > 0) {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    });
    (port, server)
}

#[tokio::test]
async fn an_upload_at_one_byte_a_second_can_be_broken_off_and_is_given_up_when_it_stands_still() {
    let s3 = S3::start(&Handle::current());
    let (port, server) = slow_server().await;
    let place = BucketPlace::new(&format!("http://127.0.0.1:{port}"), REGION, BUCKET, "", true).expect("a place");
    let connection = BucketConnection { place, keys: s3.connection().keys };
    // More than the system takes off our hands.
    let big = vec![7; 30 << 20];
    let slow = client(connection.clone());
    let (begun, mut begins) = tokio::sync::mpsc::channel(1);
    let put = slow.put("a", big.clone(), "image/png", wall_clock(), |sent, total| {
        assert!(sent < total, "it cannot have left");
        begun.try_send(sent).ok();
    });
    tokio::select! {
        ended = put => panic!("{ended:?}"),
        sent = begins.recv() => assert!(sent.is_some()),
    }
    // It was dropped, and with it the connection.
    drop(server);
    let (port, _server) = slow_server().await;
    let place = BucketPlace::new(&format!("http://127.0.0.1:{port}"), REGION, BUCKET, "", true).expect("a place");
    let options = NetworkOptions { silence: Duration::from_millis(300), ..NetworkOptions::default() };
    let hasty = BucketClient::new(
        &Http::with(options).expect("the network library starts"),
        BucketConnection { place, ..connection },
    );
    let given_up = hasty.put("a", big, "image/png", wall_clock(), |_, _| {}).await;
    assert_eq!(given_up, Err(BucketTrouble::Network(NetworkCause::TimedOut)));
}

#[test]
fn a_gateway_on_the_internet_is_given_no_address_of_this_computer_or_its_network() {
    let far = "https://api.example.org/v1".parse().expect("an address");
    let near = "http://127.0.0.1:8080/v1".parse().expect("an address");
    let keys = BucketKeys::new(KEY_ID, SECRET).expect("keys");
    for (endpoint, from_far, from_near) in [
        ("http://127.0.0.1:9000", false, true),
        ("https://192.168.1.7", false, false),
        ("https://nas.local", false, false),
        ("https://s3.example.org", true, true),
    ] {
        let place = BucketPlace::new(endpoint, REGION, BUCKET, "", true).expect("a place");
        let client = client(BucketConnection { place, keys: keys.clone() });
        assert_eq!(client.address("a", &far, wall_clock()).is_ok(), from_far, "{endpoint}");
        assert_eq!(client.address("a", &near, wall_clock()).is_ok(), from_near, "{endpoint}");
    }
}
