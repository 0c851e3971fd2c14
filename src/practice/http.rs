//! HTTP/1.1 by hand: requests are read whole, answers are written exactly as wished, also wrongly.

use std::{io, sync::Arc, time::Duration};

use percent_encoding::percent_decode_str;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// The head of a request may have this many bytes.
const HEAD_LIMIT: usize = 64 * 1024;
/// The body of a request may have this many bytes: a start picture of 20 MB as base64 fits.
pub(super) const BODY_LIMIT: usize = 32 * 1024 * 1024;
/// The line before a chunk may have this many bytes.
const CHUNK_LINE_LIMIT: usize = 1024;

/// Method, target and headers of a request.
#[derive(Clone, Debug)]
pub(super) struct Head {
    pub method: String,
    /// Path without the query, as it was sent.
    pub path: String,
    pub query: Option<String>,
    pub headers: Vec<(String, String)>,
    keep_alive: bool,
}

impl Head {
    /// Stands for a head that could not be read. The connection is closed after its answer.
    pub fn unknown() -> Self {
        Self { method: String::new(), path: String::new(), query: None, headers: Vec::new(), keep_alive: false }
    }

    /// The first header of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The path in its parts, percent-decoded, so that `pixverse%2Fv5.6` is one part.
    pub fn segments(&self) -> Vec<String> {
        let parts = self.path.split('/').skip(1);
        parts.map(|part| percent_decode_str(part).decode_utf8_lossy().into_owned()).collect()
    }

    /// The first value of this name in the query.
    pub fn query_value(&self, name: &str) -> Option<String> {
        let query = self.query.as_deref()?;
        url::form_urlencoded::parse(query.as_bytes()).find(|(n, _)| n == name).map(|(_, value)| value.into_owned())
    }
}

/// Why a request could not be read from a connection.
#[derive(Debug)]
pub(super) enum ReadError {
    /// The other side has closed the connection, or it broke.
    Closed,
    /// It is not HTTP as we read it; this is the status for it.
    Refused(u16),
}

impl From<io::Error> for ReadError {
    fn from(_: io::Error) -> Self {
        Self::Closed
    }
}

/// One connection with the bytes that were read and not used yet.
pub(super) struct Connection {
    stream: TcpStream,
    unread: Vec<u8>,
}

impl Connection {
    pub fn new(stream: TcpStream) -> Self {
        Self { stream, unread: Vec::new() }
    }

    async fn fill(&mut self) -> Result<(), ReadError> {
        let mut piece = [0; 16 * 1024];
        match self.stream.read(&mut piece).await? {
            0 => Err(ReadError::Closed),
            count => {
                self.unread.extend_from_slice(&piece[..count]);
                Ok(())
            }
        }
    }

    /// Reads the head of the next request. `Closed` is the usual end of a connection.
    pub async fn read_head(&mut self) -> Result<Head, ReadError> {
        loop {
            let mut headers = [httparse::EMPTY_HEADER; 100];
            let mut request = httparse::Request::new(&mut headers);
            match request.parse(&self.unread).map_err(|error| {
                ReadError::Refused(if matches!(error, httparse::Error::TooManyHeaders) { 431 } else { 400 })
            })? {
                httparse::Status::Complete(length) => {
                    let (path, query) = match request.path.unwrap_or("/").split_once('?') {
                        Some((path, query)) => (path.to_owned(), Some(query.to_owned())),
                        None => (request.path.unwrap_or("/").to_owned(), None),
                    };
                    let headers: Vec<_> = request
                        .headers
                        .iter()
                        .map(|header| (header.name.to_owned(), String::from_utf8_lossy(header.value).into_owned()))
                        .collect();
                    let mut head = Head {
                        method: request.method.unwrap_or_default().to_owned(),
                        path,
                        query,
                        headers,
                        keep_alive: request.version == Some(1),
                    };
                    if head.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close")) {
                        head.keep_alive = false;
                    }
                    self.unread.drain(..length);
                    return Ok(head);
                }
                httparse::Status::Partial if self.unread.len() >= HEAD_LIMIT => return Err(ReadError::Refused(431)),
                httparse::Status::Partial => self.fill().await?,
            }
        }
    }

    /// Reads the body that belongs to `head`.
    pub async fn read_body(&mut self, head: &Head) -> Result<Vec<u8>, ReadError> {
        let is_chunked =
            head.header("transfer-encoding").is_some_and(|value| value.to_ascii_lowercase().contains("chunked"));
        let stated = match head.header("content-length") {
            Some(text) => Some(text.trim().parse::<usize>().ok().ok_or(ReadError::Refused(400))?),
            None => None,
        };
        if stated.is_some_and(|length| length > BODY_LIMIT) {
            return Err(ReadError::Refused(413));
        }
        if head.header("expect").is_some_and(|value| value.eq_ignore_ascii_case("100-continue")) {
            self.stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
        }
        if is_chunked { self.read_chunks().await } else { self.take(stated.unwrap_or(0)).await }
    }

    async fn take(&mut self, length: usize) -> Result<Vec<u8>, ReadError> {
        while self.unread.len() < length {
            self.fill().await?;
        }
        let rest = self.unread.split_off(length);
        Ok(std::mem::replace(&mut self.unread, rest))
    }

    async fn take_line(&mut self) -> Result<String, ReadError> {
        loop {
            if let Some(end) = self.unread.windows(2).position(|pair| pair == b"\r\n") {
                let line = self.take(end + 2).await?;
                return Ok(String::from_utf8_lossy(&line[..end]).into_owned());
            }
            if self.unread.len() > CHUNK_LINE_LIMIT {
                return Err(ReadError::Refused(400));
            }
            self.fill().await?;
        }
    }

    async fn read_chunks(&mut self) -> Result<Vec<u8>, ReadError> {
        let mut body = Vec::new();
        loop {
            let line = self.take_line().await?;
            let size = line.split(';').next().unwrap_or_default().trim();
            let size = usize::from_str_radix(size, 16).ok().ok_or(ReadError::Refused(400))?;
            if size > BODY_LIMIT || body.len() + size > BODY_LIMIT {
                return Err(ReadError::Refused(413));
            }
            if size == 0 {
                while !self.take_line().await?.is_empty() {}
                return Ok(body);
            }
            body.extend(self.take(size).await?);
            if !self.take_line().await?.is_empty() {
                return Err(ReadError::Refused(400));
            }
        }
    }

    /// Writes an answer as it is wished. `Ok(true)` when the connection can be used on.
    pub async fn write(&mut self, head: &Head, answer: &Answer) -> io::Result<bool> {
        if let Some(delay) = answer.delay {
            tokio::time::sleep(delay).await;
        }
        if answer.is_stalled {
            self.wait_for_the_other_side().await;
            return Ok(false);
        }
        let body: &[u8] = if head.method == "HEAD" || answer.status == 304 || answer.status == 204 {
            &[]
        } else {
            answer.body.bytes()
        };
        let is_last = answer.framing == Framing::UntilClose || !head.keep_alive;
        self.stream.write_all(answer.head_text(is_last).as_bytes()).await?;

        let sent = answer.cut_at.map_or(body.len(), |at| usize::try_from(at).unwrap_or(usize::MAX).min(body.len()));
        let (piece_bytes, pause) = answer.trickle.unwrap_or((256 * 1024, Duration::ZERO));
        for (index, piece) in body[..sent].chunks(piece_bytes.max(1)).enumerate() {
            if index > 0 && !pause.is_zero() {
                self.stream.flush().await?;
                tokio::time::sleep(pause).await;
            }
            if answer.framing == Framing::Chunked {
                // A chunk that is cut promises one more byte than it holds.
                let is_cut_here = answer.cut_at.is_some() && (index + 1) * piece_bytes.max(1) >= sent;
                let stated = piece.len() + usize::from(is_cut_here);
                self.stream.write_all(format!("{stated:x}\r\n").as_bytes()).await?;
                self.stream.write_all(piece).await?;
                if !is_cut_here {
                    self.stream.write_all(b"\r\n").await?;
                }
            } else {
                self.stream.write_all(piece).await?;
            }
        }
        if answer.framing == Framing::Chunked && answer.cut_at.is_none() {
            self.stream.write_all(b"0\r\n\r\n").await?;
        }
        self.stream.flush().await?;
        if answer.is_silent_at_cut {
            self.wait_for_the_other_side().await;
            return Ok(false);
        }
        let is_honest = match answer.framing {
            Framing::Stated(stated) => stated == body.len() as u64,
            Framing::Length | Framing::Chunked => true,
            Framing::UntilClose => false,
        };
        Ok(head.keep_alive && answer.cut_at.is_none() && is_honest)
    }

    /// Ends the connection in an orderly way, so that what was written arrives: closing with unread bytes would reset it.
    pub async fn close(mut self) {
        let is_shut = self.stream.shutdown().await.is_ok();
        if is_shut {
            // The other side may never close; the bytes that it still sends are of no interest.
            let mut sink = [0; 4096];
            let drain = async { while matches!(self.stream.read(&mut sink).await, Ok(count) if count > 0) {} };
            tokio::time::timeout(Duration::from_secs(2), drain).await.ok();
        }
    }

    async fn wait_for_the_other_side(&mut self) {
        let mut sink = [0; 4096];
        while matches!(self.stream.read(&mut sink).await, Ok(count) if count > 0) {}
    }
}

/// The bytes of an answer; films are shared, not copied.
#[derive(Clone, Debug)]
pub(super) enum Body {
    Owned(Vec<u8>),
    Part(Arc<Vec<u8>>, std::ops::Range<usize>),
}

impl Body {
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Owned(bytes) => bytes,
            Self::Part(bytes, range) => bytes.get(range.clone()).unwrap_or_default(),
        }
    }
}

/// How an answer tells where its body ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    /// A `Content-Length` with the true length.
    Length,
    /// A `Content-Length` with this number of bytes, true or not.
    Stated(u64),
    /// `Transfer-Encoding: chunked`, with an empty chunk at the end.
    Chunked,
    /// Nothing is stated: the body ends where the connection does.
    UntilClose,
}

/// An answer and the way in which it is written.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Body,
    pub framing: Framing,
    /// Pause before the first byte.
    pub delay: Option<Duration>,
    /// Stops before this byte of the body.
    pub cut_at: Option<u64>,
    /// At the cut the connection stays open.
    pub is_silent_at_cut: bool,
    /// No byte of the answer is ever sent; the connection stays open.
    pub is_stalled: bool,
    /// Bytes of a piece and the pause between pieces.
    pub trickle: Option<(usize, Duration)>,
}

impl Answer {
    pub fn new(status: u16, media_type: &str, body: Body) -> Self {
        Self {
            status,
            headers: vec![("content-type".to_owned(), media_type.to_owned())],
            body,
            framing: Framing::Length,
            delay: None,
            cut_at: None,
            is_silent_at_cut: false,
            is_stalled: false,
            trickle: None,
        }
    }

    pub fn json(status: u16, value: &serde_json::Value) -> Self {
        Self::new(status, "application/json", Body::Owned(value.to_string().into_bytes()))
    }

    pub fn html(status: u16, text: &str) -> Self {
        Self::new(status, "text/html; charset=utf-8", Body::Owned(text.as_bytes().to_vec()))
    }

    pub fn empty(status: u16) -> Self {
        Self { headers: Vec::new(), ..Self::new(status, "", Body::Owned(Vec::new())) }
    }

    pub fn with_header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    fn head_text(&self, is_last: bool) -> String {
        let mut text = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status));
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        match self.framing {
            // 304 and 204 have no body, and a length would be misread by some.
            Framing::Length if matches!(self.status, 204 | 304) => {}
            Framing::Length => text.push_str(&format!("content-length: {}\r\n", self.body.bytes().len())),
            Framing::Stated(length) => text.push_str(&format!("content-length: {length}\r\n")),
            Framing::Chunked => text.push_str("transfer-encoding: chunked\r\n"),
            Framing::UntilClose => {}
        }
        text.push_str(&format!("date: {}\r\n", httpdate::fmt_http_date(std::time::SystemTime::now())));
        if is_last {
            text.push_str("connection: close\r\n");
        }
        text.push_str("\r\n");
        text
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        202 => "Accepted",
        206 => "Partial Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        413 => "Content Too Large",
        416 => "Range Not Satisfiable",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Status",
    }
}
