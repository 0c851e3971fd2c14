//! Tests of what the head of a media answer means.

use super::*;

fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in lines {
        map.append(*name, value.parse().expect("a header"));
    }
    map
}

fn head(status: u16, lines: &[(&'static str, &str)], length: Option<u64>) -> Result<Start, MediaError> {
    let status = StatusCode::from_u16(status).expect("a status");
    let headers = headers(lines);
    judge(
        &Head { status, headers: &headers, content_length: length, has_query: true },
        None,
        SystemTime::UNIX_EPOCH,
        &Redactor::new(None),
    )
}

fn resumed(status: u16, lines: &[(&'static str, &str)], length: Option<u64>) -> Result<Start, MediaError> {
    let status = StatusCode::from_u16(status).expect("a status");
    let resume = ResumeFrom { offset: 400, validator: "\"v1\"".to_owned(), total_bytes: Some(1000) };
    let headers = headers(lines);
    let head = Head { status, headers: &headers, content_length: length, has_query: false };
    judge(&head, Some(&resume), SystemTime::UNIX_EPOCH, &Redactor::new(None))
}

#[test]
fn first_tries() {
    for (status, expected) in [
        (400, MediaError::LinkExpired(400)),
        (401, MediaError::LinkExpired(401)),
        (403, MediaError::LinkExpired(403)),
        (404, MediaError::LinkExpired(404)),
        (410, MediaError::LinkExpired(410)),
        (416, MediaError::Changed),
    ] {
        assert_eq!(head(status, &[], None), Err(expected));
    }
    for status in [204, 408, 429, 500, 503] {
        let found = head(status, &[("retry-after", "7")], None);
        assert!(
            matches!(found, Err(MediaError::Trouble { retry_after: Some(wait), .. }) if wait.as_secs() == 7),
            "{status}"
        );
    }
    // Without a query there is no signature that could have expired.
    assert!(matches!(resumed(400, &[], None), Err(MediaError::Trouble { .. })));
    // What the headers say of the bytes decides nothing.
    for (name, value) in [
        ("content-type", "text/html; charset=utf-8"),
        ("content-type", "text/plain"),
        ("content-type", "application/json"),
        ("content-type", ""),
        ("content-encoding", "aws-chunked"),
        ("content-encoding", "utf-8"),
        ("content-encoding", "none"),
        ("content-encoding", "identity, identity"),
        ("content-encoding", "gzip"),
    ] {
        assert!(head(200, &[(name, value)], Some(5)).is_ok(), "{name}: {value}");
    }
}

#[test]
fn the_first_bytes_tell_what_a_body_is() {
    let film = b"\0\0\0\x18ftypisom\0\0\x02\0isom";
    for (start, coding, expected) in [
        (&film[..], None, None),
        (&film[..8], None, None),
        (film, Some("gzip"), None),
        (film, Some("aws-chunked"), None),
        (&film[..7], None, Some("something else")),
        (b"\x1f\x8b\x08\0\0\0\0\0\0\x03", None, Some("compressed data")),
        (b"\x1f\x8b\x08\0\0\0\0\0\0\x03", Some("identity"), Some("compressed data")),
        (b"\x28\xb5\x2f\xfd\x04\x58\x01\0", Some("zstd"), Some("compressed data")),
        (b"\x1b\x0f\0\xf8\x8d\xa4\x52\x15", Some("br"), Some("compressed data")),
        (b"\x1b\x0f\0\xf8\x8d\xa4\x52\x15", None, Some("something else")),
        (b"<!doctype html><title>Sign in</title>", None, Some("a web page")),
        (b"\r\n  <html>", None, Some("a web page")),
        (b"{\"error\":\"not found\"}", None, Some("a JSON text")),
        (b" [1, 2, 3]", None, Some("a JSON text")),
        (b"400;chunk-signature=ab\r\n", Some("aws-chunked"), Some("a text")),
        (b"not found", None, Some("a text")),
        (b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", None, Some("something else")),
        (b"", None, Some("something else")),
    ] {
        assert_eq!(sniff(start, coding), expected, "{}", start.escape_ascii());
    }
}

#[test]
fn validators() {
    let date = "Sun, 06 Nov 1994 08:49:37 GMT";
    for (lines, expected) in [
        (vec![], None),
        (vec![("etag", "\"v1\"")], Some("\"v1\"")),
        (vec![("etag", "W/\"v1\"")], None),
        (vec![("etag", "\"v1\""), ("last-modified", date)], Some("\"v1\"")),
        (vec![("etag", "W/\"v1\""), ("last-modified", date)], Some(date)),
        (vec![("etag", "v1"), ("last-modified", date)], Some(date)),
    ] {
        let start = head(200, &lines, Some(9)).expect("a film");
        assert_eq!(start.validator.as_deref(), expected, "{lines:?}");
        assert_eq!((start.offset, start.total_bytes), (0, Some(9)));
    }
}

#[test]
fn resumes() {
    let fine =
        resumed(206, &[("content-range", "bytes 400-999/1000"), ("etag", "\"v1\"")], Some(600)).expect("it fits");
    assert_eq!((fine.offset, fine.total_bytes, fine.body_bytes), (400, Some(1000), Some(600)));
    for (what, range, etag, length, fits) in [
        ("unknown total", "bytes 400-999/*", "\"v1\"", Some(600), true),
        ("short but honest", "bytes 400-499/1000", "\"v1\"", Some(100), true),
        ("chunked", "bytes 400-999/1000", "\"v1\"", None, true),
        ("wrong start", "bytes 0-999/1000", "\"v1\"", Some(1000), false),
        ("late start", "bytes 401-999/1000", "\"v1\"", Some(599), false),
        ("other total", "bytes 400-1999/2000", "\"v1\"", Some(1600), false),
        ("other validator", "bytes 400-999/1000", "\"v2\"", Some(600), false),
        ("weak validator", "bytes 400-999/1000", "W/\"v1\"", Some(600), false),
        ("length against range", "bytes 400-999/1000", "\"v1\"", Some(700), false),
        ("end beyond total", "bytes 400-1000/1000", "\"v1\"", Some(601), false),
        ("backwards", "bytes 999-400/1000", "\"v1\"", None, false),
        ("other unit", "items 400-999/1000", "\"v1\"", Some(600), false),
        ("no range", "bytes */1000", "\"v1\"", Some(600), false),
        ("absurd", "bytes 400-18446744073709551615/*", "\"v1\"", None, false),
        ("garbage", "bytes +400-999/1000", "\"v1\"", Some(600), false),
    ] {
        let found = resumed(206, &[("content-range", range), ("etag", etag)], length);
        assert_eq!(found.is_ok(), fits, "{what}: {found:?}");
        if !fits {
            assert_eq!(found, Err(MediaError::Changed), "{what}");
        }
    }
    assert_eq!(resumed(206, &[], Some(600)), Err(MediaError::Changed), "no Content-Range");
    for (name, value, fits) in [
        ("content-encoding", "gzip", false),
        ("content-encoding", "identity, BR", false),
        ("content-encoding", "aws-chunked", true),
        ("content-encoding", "none", true),
        ("content-type", "multipart/byteranges; boundary=x", false),
        ("content-type", "text/plain", true),
    ] {
        let found = resumed(206, &[("content-range", "bytes 400-999/1000"), (name, value)], Some(600));
        assert_eq!(found.is_ok(), fits, "{name}: {value}");
    }
    assert_eq!(resumed(416, &[], None), Err(MediaError::Changed));
    assert_eq!(resumed(200, &[("etag", "\"v2\"")], Some(1000)).expect("from the start").offset, 0);
}

#[test]
fn own_files() {
    let far = "https://api.aigateway.sh/v1";
    let near = "http://127.0.0.1:4000/v1";
    for (gateway, base, link, expected) in [
        (GatewayId::Aigateway, far, "https://media.aigateway.sh/v1/files/jobs/j/v.mp4", true),
        (GatewayId::Aigateway, far, "https://api.aigateway.sh/v1/files/jobs/j/v.mp4", true),
        (GatewayId::Aigateway, far, "https://media.aigateway.sh/v1/files/jobs/j/v.mp4?token=x", false),
        (GatewayId::Aigateway, far, "https://media.aigateway.sh/v1/files/jobs/j/v.mp4/public", false),
        (GatewayId::Aigateway, far, "https://media.aigateway.sh/v1/files/jobs/j/%2e%2e", false),
        (GatewayId::Aigateway, far, "https://media.aigateway.sh/v1/files/jobs/j/a%2Fb", false),
        (GatewayId::Aigateway, far, "https://media.aigateway.sh/video/v.mp4", false),
        (GatewayId::Aigateway, far, "https://media.aigateway.sh:8443/v1/files/jobs/j/v.mp4", false),
        (GatewayId::Aigateway, far, "http://media.aigateway.sh/v1/files/jobs/j/v.mp4", false),
        (GatewayId::Aigateway, far, "https://media.aigateway.sh.evil.example/v1/files/jobs/j/v.mp4", false),
        (GatewayId::Aigateway, far, "https://cdn.example.com/v1/files/jobs/j/v.mp4", false),
        (GatewayId::Aigateway, "https://other.example/v1", "https://media.aigateway.sh/v1/files/jobs/j/v.mp4", false),
        (GatewayId::Aigateway, "https://other.example/v1", "https://other.example/v1/files/jobs/j/v.mp4", true),
        (GatewayId::Aigateway, near, "http://127.0.0.1:5000/v1/files/jobs/j/v.mp4", true),
        (GatewayId::Aigateway, near, "https://cdn.example.com/v1/files/jobs/j/v.mp4", false),
        (GatewayId::Apiin, "https://apiin.one/api/v1", "https://apiin.one/v1/files/jobs/j/v.mp4", false),
    ] {
        let url = |text: &str| Url::parse(text).expect("a link");
        let expected = expected.then(|| ["files", "jobs", "j", "v.mp4"].map(str::to_owned));
        assert_eq!(own_file(gateway, &url(base), &url(link)), expected, "{link} at {base}");
    }
}
