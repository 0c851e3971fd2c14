//! A media host that does what a test says, byte by byte, and writes down what it was asked for.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

/// A request for the film.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Its number, from 0.
    pub number: usize,
    /// Path and query.
    pub path: String,
    /// The first byte of the range that is asked for.
    pub from: Option<u64>,
    /// The header `If-Range`.
    pub if_range: Option<String>,
}

/// What the host does next on a connection. After the last step it closes it.
pub enum Step {
    /// Sends these bytes.
    Send(Vec<u8>),
    /// Sends these bytes again and again, with this pause after each time, for as long as somebody listens.
    Repeat(Vec<u8>, Duration),
    /// Sends these bytes this many times.
    Times(Vec<u8>, usize),
    /// Waits.
    Pause(Duration),
    /// Sends nothing more and leaves the connection open.
    Hold,
}

pub struct Host {
    port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
    sent: Arc<AtomicU64>,
}

impl Host {
    /// A host that answers each request as `answer` says. It stops with its runtime.
    pub async fn start(answer: impl Fn(&Asked) -> Vec<Step> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let (asked, sent) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicU64::new(0)));
        let (log, count, answer) = (Arc::clone(&asked), Arc::clone(&sent), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&log), Arc::clone(&count), Arc::clone(&answer)));
            }
        });
        Self { port, asked, sent }
    }

    pub fn link(&self, path: &str) -> Url {
        format!("http://127.0.0.1:{}{path}", self.port).parse().expect("an address")
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("no panic while locked").clone()
    }

    /// All bytes that were sent, heads of answers included.
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::SeqCst)
    }

    /// Whether each request for a range said of which file.
    pub fn was_asked_well(&self) -> bool {
        self.asked().iter().all(|asked| asked.from.is_some() == asked.if_range.is_some())
    }
}

async fn serve<F>(mut stream: TcpStream, log: Arc<Mutex<Vec<Asked>>>, sent: Arc<AtomicU64>, answer: Arc<F>)
where
    F: Fn(&Asked) -> Vec<Step> + Send + Sync,
{
    let Some(asked) = read_head(&mut stream, &log).await else { return };
    for step in answer(&asked) {
        match step {
            Step::Send(bytes) => {
                for piece in bytes.chunks(64 << 10) {
                    // Whoever listens may hang up at any time.
                    if stream.write_all(piece).await.is_err() {
                        return;
                    }
                    sent.fetch_add(piece.len() as u64, Ordering::SeqCst);
                }
            }
            Step::Repeat(bytes, pause) => {
                while stream.write_all(&bytes).await.is_ok() {
                    sent.fetch_add(bytes.len() as u64, Ordering::SeqCst);
                    if !pause.is_zero() {
                        tokio::time::sleep(pause).await;
                    }
                }
                return;
            }
            Step::Times(bytes, count) => {
                for _ in 0..count {
                    if stream.write_all(&bytes).await.is_err() {
                        return;
                    }
                    sent.fetch_add(bytes.len() as u64, Ordering::SeqCst);
                }
            }
            Step::Pause(pause) => tokio::time::sleep(pause).await,
            Step::Hold => {
                // Ends when the other side hangs up.
                drop(stream.read(&mut [0; 64]).await);
                return;
            }
        }
    }
    drop(stream.shutdown().await);
    // What the other side has still to say is taken, so that the end of the connection is an end and no reset.
    let mut rest = [0; 256];
    while matches!(stream.read(&mut rest).await, Ok(count) if count > 0) {}
}

async fn read_head(stream: &mut TcpStream, log: &Mutex<Vec<Asked>>) -> Option<Asked> {
    let mut bytes = Vec::new();
    let mut piece = [0; 2048];
    while !bytes.ends_with(b"\r\n\r\n") {
        match stream.read(&mut piece).await {
            Ok(count) if count > 0 => bytes.extend_from_slice(&piece[..count]),
            _ => return None,
        }
    }
    let head = String::from_utf8_lossy(&bytes).into_owned();
    let header = |name: &str| {
        head.lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim().to_owned())
    };
    let from = header("range").and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok());
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut log = log.lock().expect("no panic while locked");
    let asked = Asked { number: log.len(), path, from, if_range: header("if-range") };
    log.push(asked.clone());
    Some(asked)
}

/// How an answer shows where its body ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// `Content-Length`.
    Stated,
    /// Chunks.
    Marked,
    /// The end of the connection.
    Closed,
}

/// An answer with this head and body. `cut` sends only so many bytes of the body and then closes.
pub fn answer(status: u16, headers: &str, body: &[u8], framing: Framing, cut: Option<usize>) -> Vec<Step> {
    let cut = cut.unwrap_or(body.len()).min(body.len());
    let mut bytes = format!("HTTP/1.1 {status} X\r\nConnection: close\r\n{headers}").into_bytes();
    match framing {
        Framing::Stated => {
            bytes.extend_from_slice(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
            bytes.extend_from_slice(&body[..cut]);
        }
        Framing::Closed => {
            bytes.extend_from_slice(b"\r\n");
            bytes.extend_from_slice(&body[..cut]);
        }
        Framing::Marked => {
            bytes.extend_from_slice(b"Transfer-Encoding: chunked\r\n\r\n");
            for chunk in body[..cut].chunks(1000) {
                bytes.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
                bytes.extend_from_slice(chunk);
                bytes.extend_from_slice(b"\r\n");
            }
            if cut == body.len() {
                bytes.extend_from_slice(b"0\r\n\r\n");
            }
        }
    }
    vec![Step::Send(bytes)]
}

/// What an honest host answers: the film, or the rest of it where the validator is that of the film.
pub fn honest(asked: &Asked, film: &[u8], tag: &str, framing: Framing) -> Vec<Step> {
    let tagged = format!("Content-Type: video/mp4\r\nETag: {tag}\r\n");
    match asked.from {
        Some(from) if asked.if_range.as_deref() == Some(tag) => match film.get(from as usize..) {
            Some(rest) if !rest.is_empty() => {
                let range = format!("{tagged}Content-Range: bytes {from}-{}/{}\r\n", film.len() - 1, film.len());
                answer(206, &range, rest, framing, None)
            }
            _ => {
                answer(416, &format!("{tagged}Content-Range: bytes */{}\r\n", film.len()), b"no", Framing::Stated, None)
            }
        },
        _ => answer(200, &tagged, film, framing, None),
    }
}
