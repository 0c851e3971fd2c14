//! Fetching clips from hostile hosts.

use rushes::domain::GatewayId;
use rushes::gateway::{BodyEnd, Client, Http, Media, MediaError, ResumeFrom};
use serde_json::json;
use url::Url;

use super::server::{Server, answer, json as json_answer};
use super::{CANARY, client, connection};

/// The beginning of a film, which is enough for the gateway's part of the work.
const FILM: &[u8] = b"\0\0\0\x14ftypisom\0\0\0\0isom";

async fn read(mut media: Media) -> Result<Vec<u8>, MediaError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = media.chunk().await? {
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn resume() -> ResumeFrom {
    ResumeFrom { offset: 8, validator: "\"v1\"".to_owned(), total_bytes: Some(20) }
}

async fn open(bytes: Vec<u8>, resume: Option<&ResumeFrom>) -> (Result<Media, MediaError>, Server) {
    let server = Server::saying(bytes).await;
    let opened = client(GatewayId::Apiin, &server).open_media(&server.url("/x.mp4?sig=1"), resume).await;
    (opened, server)
}

#[tokio::test]
async fn a_whole_clip_comes_without_the_key() {
    let (media, server) = open(answer(200, "Content-Type: video/mp4\r\nETag: \"v1\"\r\n", FILM), None).await;
    let media = media.expect("a film");
    assert_eq!((media.offset, media.total_bytes, media.validator.as_deref()), (0, Some(20), Some("\"v1\"")));
    assert_eq!(read(media).await.expect("all of it"), FILM);
    let seen = server.seen();
    assert_eq!(seen[0].line, "GET /x.mp4?sig=1");
    assert_eq!(seen[0].header("authorization"), None);
    assert_eq!(seen[0].header("accept-encoding"), Some("identity"));
    assert_eq!(seen[0].header("range"), None);
    assert!(!format!("{seen:?}").contains(CANARY));
}

#[tokio::test]
async fn a_resume_asks_with_range_and_validator() {
    let bytes = answer(206, "Content-Range: bytes 8-19/20\r\nETag: \"v1\"\r\n", &FILM[8..]);
    let (media, server) = open(bytes, Some(&resume())).await;
    let media = media.expect("a film");
    assert_eq!((media.offset, media.total_bytes), (8, Some(20)));
    assert_eq!(read(media).await.expect("the rest"), &FILM[8..]);
    let seen = server.seen();
    assert_eq!((seen[0].header("range"), seen[0].header("if-range")), (Some("bytes=8-"), Some("\"v1\"")));
}

#[tokio::test]
async fn a_server_without_ranges_begins_anew() {
    let (media, _) = open(answer(200, "ETag: \"v2\"\r\n", FILM), Some(&resume())).await;
    let media = media.expect("a film");
    assert_eq!((media.offset, media.validator.as_deref()), (0, Some("\"v2\"")));
    assert_eq!(read(media).await.expect("all of it"), FILM);
}

#[tokio::test]
async fn a_short_but_honest_piece_ends_cleanly() {
    let (media, _) = open(answer(206, "Content-Range: bytes 8-11/20\r\n", &FILM[8..12]), Some(&resume())).await;
    let media = media.expect("a film");
    assert_eq!(media.total_bytes, Some(20));
    assert_eq!(read(media).await.expect("the piece"), &FILM[8..12]);
}

#[tokio::test]
async fn pieces_that_do_not_fit_are_refused() {
    for headers in [
        "Content-Range: bytes 0-11/20\r\n",
        "Content-Range: bytes 8-19/30\r\n",
        "Content-Range: bytes 8-19/20\r\nETag: \"v2\"\r\n",
        "Content-Range: bytes 8-15/20\r\n",
        "",
    ] {
        let (media, _) = open(answer(206, headers, &FILM[8..]), Some(&resume())).await;
        assert_eq!(media.expect_err(headers), MediaError::Changed);
    }
    let (media, _) = open(answer(416, "Content-Range: bytes */5\r\n", ""), Some(&resume())).await;
    assert_eq!(media.expect_err("416"), MediaError::Changed);
}

#[tokio::test]
async fn cut_bodies_are_errors() {
    let whole = answer(200, "", FILM);
    let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n\0\0\0\x14ftyp\r\n8\r\niso".to_vec();
    for bytes in [whole[..whole.len() - 3].to_vec(), chunked] {
        let (media, _) = open(bytes, None).await;
        let error = read(media.expect("a head")).await.expect_err("a cut body");
        assert!(matches!(error, MediaError::Trouble { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn a_film_is_taken_whatever_the_headers_say_of_its_bytes() {
    for headers in [
        "Content-Encoding: aws-chunked\r\n",
        "Content-Encoding: utf-8\r\n",
        "Content-Encoding: none\r\n",
        "Content-Encoding: identity, identity\r\n",
        "Content-Encoding: gzip\r\n",
        "Content-Encoding:\r\n",
        "Content-Type: text/plain\r\n",
        "Content-Type: text/html; charset=utf-8\r\n",
        "Content-Type: application/json\r\n",
        "Content-Type: image/png\r\n",
        "Content-Type:\r\n",
        "",
    ] {
        let (media, _) = open(answer(200, headers, FILM), None).await;
        let media = media.unwrap_or_else(|error| panic!("{headers}: {error}"));
        assert_eq!(read(media).await.expect("all of it"), FILM, "{headers}");
    }
    // In pieces, the first of which do not tell anything yet.
    let chunks: Vec<u8> = FILM.iter().flat_map(|byte| [b"1\r\n", &[*byte][..], b"\r\n"].concat()).collect();
    let (media, _) =
        open([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", &chunks[..], b"0\r\n\r\n"].concat(), None)
            .await;
    assert_eq!(read(media.expect("a film")).await.expect("all of it"), FILM);
}

/// Nothing on the wire tells that this body is cut: what it holds has to be judged by whoever keeps it.
#[tokio::test]
async fn a_body_without_a_length_ends_where_the_connection_does() {
    let cut = [b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", &FILM[..12]].concat();
    let (media, _) = open(cut, None).await;
    let media = media.expect("a head");
    assert_eq!((media.total_bytes, media.end()), (None, BodyEnd::Closed));
    assert_eq!(read(media).await.expect("what came"), &FILM[..12]);
    let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n\0\0\0\x14ftyp\r\n0\r\n\r\n".to_vec();
    let (media, _) = open(chunked, None).await;
    let media = media.expect("a head");
    assert_eq!((media.total_bytes, media.end()), (None, BodyEnd::Marked));
    assert_eq!(read(media).await.expect("what came"), &FILM[..8]);
}

#[tokio::test]
async fn pages_are_no_films_and_expired_links_are_told() {
    for (body, headers, found) in [
        (&b"<html><title>Sign in</title>"[..], "Content-Type: text/html\r\n", "a web page"),
        (b"<html><title>Sign in</title>", "Content-Type: video/mp4\r\n", "a web page"),
        (b"<html>", "", "a web page"),
        (b"{\"code\":404}", "Content-Type: video/mp4\r\n", "a JSON text"),
        (b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x63", "Content-Encoding: gzip\r\n", "compressed data"),
        (b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x63", "Content-Encoding: identity\r\n", "compressed data"),
        (b"\x28\xb5\x2f\xfd\x04\x58\x01\0", "Content-Encoding: zstd\r\n", "compressed data"),
        (b"\x1b\x0f\0\xf8\x8d\xa4\x52\x15", "Content-Encoding: br\r\n", "compressed data"),
    ] {
        let (media, _) = open(answer(200, headers, body), None).await;
        assert_eq!(media.expect_err(found), MediaError::NotAFilm(found.into()), "{headers}");
    }
    for status in [400, 401, 403, 404, 410] {
        let (media, server) = open(answer(status, "", ""), None).await;
        assert_eq!(media.expect_err("expired"), MediaError::LinkExpired(status));
        assert_eq!(server.seen().len(), 1);
    }
    let (media, _) = open(answer(503, "Retry-After: 7\r\n", ""), None).await;
    assert!(
        matches!(media.expect_err("trouble"), MediaError::Trouble { retry_after: Some(wait), .. } if wait.as_secs() == 7)
    );
}

#[tokio::test]
async fn a_file_that_asks_for_the_key_is_fetched_by_a_signed_link_without_it() {
    let server = Server::start(|seen| match (seen.line.as_str(), seen.header("authorization")) {
        ("GET /v1/files/jobs/job_1/video.mp4/signed", Some(_)) => {
            let link = format!("http://{}/public?token=T", seen.header("host").expect("a host"));
            json_answer(200, &json!({"url": link, "expires_at": 1}))
        }
        ("GET /public?token=T", None) => answer(200, "", FILM),
        _ => answer(401, "", ""),
    })
    .await;
    let own = server.url("/v1/files/jobs/job_1/video.mp4");
    let media = client(GatewayId::Aigateway, &server).open_media(&own, None).await.expect("by the signed link");
    assert_eq!(read(media).await.expect("all of it"), FILM);
    let seen: Vec<(String, bool)> =
        server.seen().into_iter().map(|seen| (seen.line.clone(), seen.header("authorization").is_some())).collect();
    let line = |line: &str, key: bool| (line.to_owned(), key);
    assert_eq!(
        seen,
        [
            line("GET /v1/files/jobs/job_1/video.mp4", false),
            line("GET /v1/files/jobs/job_1/video.mp4/signed", true),
            line("GET /public?token=T", false),
        ]
    );

    for (gateway, path) in [
        (GatewayId::Aigateway, "/video/x.mp4"),
        (GatewayId::Aigateway, "/v1/files/jobs/job_1/video.mp4?token=over"),
        (GatewayId::Apiin, "/v1/files/jobs/job_1/x.mp4"),
    ] {
        let before = server.seen().len();
        let opened = client(gateway, &server).open_media(&server.url(path), None).await;
        assert_eq!(opened.expect_err("no key"), MediaError::LinkExpired(401));
        assert_eq!(server.seen().len(), before + 1, "{path}");
        assert_eq!(server.seen()[before].header("authorization"), None);
    }
}

#[tokio::test]
async fn redirects_are_checked_and_counted() {
    let target = Server::saying(answer(200, "", FILM)).await;
    let place = target.url("/other.mp4");
    let server = Server::start(move |_| answer(302, &format!("Location: {place}\r\n"), "")).await;
    let media =
        client(GatewayId::Aigateway, &server).open_media(&server.url("/x.mp4"), None).await.expect("redirected");
    assert_eq!(read(media).await.expect("all of it"), FILM);

    for place in
        ["http://10.0.0.1/x", "https://169.254.169.254/x", "file:///etc/passwd", "http://cdn.example.com/x", ""]
    {
        let (media, server) = open(answer(302, &format!("Location: {place}\r\n"), ""), None).await;
        assert!(matches!(media.expect_err(place), MediaError::RefusedLink(_)), "{place}");
        assert!(server.seen().len() <= 6);
    }
    let (media, server) = open(answer(302, "Location: /again\r\n", ""), None).await;
    assert!(matches!(media.expect_err("endless"), MediaError::RefusedLink(_)));
    assert_eq!(server.seen().len(), 6);
}

#[tokio::test]
async fn a_gateway_on_the_internet_cannot_point_at_this_computer() {
    let server = Server::saying(answer(200, "", FILM)).await;
    let mut far = connection(GatewayId::Aigateway, &server);
    far.base_url = "https://api.aigateway.sh/v1".parse().expect("a URL");
    let far = Client::new(&Http::new().expect("it starts"), far);
    for link in [server.url("/x.mp4"), Url::parse("file:///etc/passwd").expect("a URL")] {
        let refused = far.open_media(&link, None).await.expect_err("refused");
        assert!(matches!(refused, MediaError::RefusedLink(_)), "{refused:?}");
    }
    assert_eq!(server.seen().len(), 0);
}
