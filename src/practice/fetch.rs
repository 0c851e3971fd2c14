//! Fetches a picture from an address on this computer, as a gateway fetches one from the internet. Addresses anywhere else are
//! left alone: the practice gateway never leaves this computer.

use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use url::{Host, Position, Url};

/// Longest time for the whole picture.
const PATIENCE: Duration = Duration::from_secs(20);

/// Longest answer, in bytes.
const LIMIT: u64 = 64 << 20;

/// The field of an order that names a picture on this computer by its web address, and the address.
pub(super) fn near_picture(body: &[u8]) -> Option<(&'static str, Url)> {
    let fields: Value = serde_json::from_slice(body).ok()?;
    ["image_url", "image"].into_iter().find_map(|name| {
        let url: Url = fields.get(name)?.as_str()?.parse().ok()?;
        let is_near = matches!(url.host(), Some(Host::Ipv4(ip)) if ip.is_loopback());
        (is_near && url.scheme() == "http").then_some((name, url))
    })
}

/// The bytes of the picture at `url`; a clause that says why not otherwise.
pub(super) async fn picture(url: &Url) -> Result<Vec<u8>, String> {
    let answer = tokio::time::timeout(PATIENCE, answer_of(url)).await;
    let answer = answer.map_err(|_elapsed| "it does not come in time".to_owned())?;
    let answer = answer.map_err(|error| error.to_string())?;
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut head = httparse::Response::new(&mut headers);
    let Ok(httparse::Status::Complete(end)) = head.parse(&answer) else { return Err("no answer came".to_owned()) };
    if head.code != Some(200) {
        return Err(format!("HTTP {}", head.code.unwrap_or_default()));
    }
    let bytes = &answer[end..];
    let is_picture = [&b"\xff\xd8\xff"[..], b"\x89PNG"].iter().any(|begin| bytes.starts_with(begin));
    if is_picture { Ok(bytes.to_vec()) } else { Err("it is no picture".to_owned()) }
}

async fn answer_of(url: &Url) -> std::io::Result<Vec<u8>> {
    let host = format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or(80));
    let mut stream = TcpStream::connect(&host).await?;
    let path = &url[Position::BeforePath..Position::AfterQuery];
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(LIMIT).read_to_end(&mut answer).await?;
    Ok(answer)
}
