//! Redirects never carry the key anywhere: two origins on loopback write down what reaches them.

use std::time::Duration;

use rushes::domain::outcome::{CancelOutcome, KeyCheck, NetworkCause, PollOutcome, SubmitOutcome, UnconfirmedCause};
use rushes::domain::{GatewayId, RemoteId};
use rushes::gateway::{Client, Http, NetworkOptions};

use super::server::{Server, answer};
use super::{CANARY, connection, order};

/// Ways to name the other origin, or one that nobody may be led to.
fn places(port: u16) -> Vec<String> {
    let plain = [
        "http://127.0.0.1:{}/x",
        "http://localhost:{}/x",
        "http://localhost.:{}/x",
        "http://LOCALHOST:{}/x",
        "http://me@127.0.0.1:{}/x",
        "http://me:pw@localhost:{}/x",
        "http://127.0.0.1@localhost:{}/x",
        "http://2130706433:{}/x",
        "http://0x7f000001:{}/x",
        "http://0177.0.0.1:{}/x",
        "http://127.1:{}/x",
        "http://127.0.0.1.:{}/x",
        "http://[::ffff:127.0.0.1]:{}/x",
        "http://[::1]:{}/x",
        "https://127.0.0.1:{}/x",
        "//127.0.0.1:{}/x",
        "http:\\\\127.0.0.1:{}\\x",
        "http://\u{ff11}\u{ff12}\u{ff17}.0.0.1:{}/x",
        "http://xn--lcalhost-54a.example:{}/x",
        "http://l\u{f6}calhost.example:{}/x",
        "http://0.0.0.0:{}/x",
        "file:///etc/passwd?{}",
        "ftp://127.0.0.1:{}/x",
    ];
    plain.iter().map(|place| place.replace("{}", &port.to_string())).collect()
}

fn holds_key(server: &Server) -> bool {
    server.seen().iter().any(|seen| format!("{seen:?}").contains(CANARY) || seen.header("authorization").is_some())
}

#[tokio::test]
async fn no_redirect_carries_the_key_on() {
    let http = Http::new().expect("the network library starts");
    let other = Server::saying(answer(200, "", "0123456789")).await;
    let id = RemoteId::new("job_1").expect("a plain id");
    for status in [301, 302, 303, 307, 308] {
        for place in places(other.port) {
            let what = format!("{status} to {place}");
            let location = format!("Location: {place}\r\nRefresh: 0; url={place}\r\n");
            let api =
                Server::saying(answer(status, &location, format!("<meta http-equiv=refresh content='0;{place}'>")))
                    .await;
            for gateway in [GatewayId::Aigateway, GatewayId::Apiin] {
                let client = Client::new(&http, connection(gateway, &api));
                let before = api.seen().len();
                let trouble = NetworkCause::Redirected(status);
                let unconfirmed = SubmitOutcome::Unconfirmed(UnconfirmedCause::Network(trouble));
                assert_eq!(client.submit(&order(|_| {})).await.outcome, unconfirmed, "{what}");
                assert_eq!(client.poll(&id).await.outcome, PollOutcome::Trouble(trouble), "{what}");
                assert_eq!(client.check_key().await.outcome, KeyCheck::Trouble(trouble), "{what}");
                if gateway.can_cancel() {
                    assert_eq!(client.cancel(&id).await.outcome, CancelOutcome::Trouble(trouble), "{what}");
                }
                let calls = if gateway.can_cancel() { 4 } else { 3 };
                assert_eq!(api.seen().len(), before + calls, "{what}: each call is made once");
                assert_eq!(other.seen().len(), 0, "{what}: nothing of the API is led elsewhere");
            }
        }
    }
}

#[tokio::test]
async fn clips_are_fetched_without_the_key_wherever_they_lead() {
    // One of the places speaks TLS to a server that does not.
    let options = NetworkOptions { connect: Duration::from_millis(300), ..NetworkOptions::default() };
    let http = Http::with(options).expect("the network library starts");
    for status in [301, 302, 303, 307, 308] {
        let other = Server::saying(answer(200, "", "0123456789")).await;
        for place in places(other.port) {
            let api = Server::saying(answer(status, &format!("Location: {place}\r\n"), "")).await;
            for gateway in [GatewayId::Aigateway, GatewayId::Apiin] {
                let client = Client::new(&http, connection(gateway, &api));
                for path in ["/x.mp4", "/v1/files/jobs/job_1/x.mp4"] {
                    // Whether it may be followed is another question; here only what is sent along counts.
                    drop(client.open_media(&api.url(path), None).await);
                }
            }
            assert!(!holds_key(&api) && !holds_key(&other), "{status} to {place}");
        }
        assert!(!other.seen().is_empty(), "some of these lead to a gateway on this computer and may be followed");
    }
}
