//! A raw HTTP server on loopback that says whatever a test wants: no answer of it has to make sense.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

/// What was asked: the method, the path with its query, the whole head of the request, and its body.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: String,
    pub path: String,
    head: String,
    /// The bytes behind the head.
    pub body: Vec<u8>,
}

impl Asked {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let fields = self.head.lines().filter_map(|line| line.split_once(':'));
        fields.filter(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next()
    }
}

/// The port of a server that answers each request with the bytes that `reply` makes of it, and then closes the connection.
/// It ends with the process of the test.
pub fn serve(reply: impl Fn(&Asked, u16) -> Vec<u8> + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let reply = Arc::new(reply);
    let accept = move || {
        for stream in listener.incoming().filter_map(Result::ok) {
            let reply = Arc::clone(&reply);
            let answer = move || {
                // A client that hangs up gets no answer.
                talk(stream, |asked| reply(asked, port));
            };
            named("answer", answer);
        }
    };
    named("server", accept);
    port
}

fn named(name: &str, work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().name(name.to_owned()).spawn(work).expect("a thread");
}

fn talk(mut stream: TcpStream, reply: impl Fn(&Asked) -> Vec<u8>) -> Option<()> {
    stream.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
    let (mut bytes, mut piece) = (Vec::new(), [0; 4096]);
    let head_end = loop {
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at + 4;
        }
        let count = stream.read(&mut piece).ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&piece[..count]);
    };
    let head = String::from_utf8_lossy(&bytes[..head_end]).into_owned();
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    while bytes.len() < head_end + length.unwrap_or(0) {
        let count = stream.read(&mut piece).ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&piece[..count]);
    }
    let mut words = head.split_whitespace();
    let asked = Asked {
        method: words.next()?.to_owned(),
        path: words.next()?.to_owned(),
        head: head.clone(),
        body: bytes.split_off(head_end),
    };
    stream.write_all(&reply(&asked)).ok()?;
    stream.shutdown(std::net::Shutdown::Write).ok()
}

/// An answer with the right length, and these headers, each with its line end.
pub fn answer(status: u16, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let head = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// A JSON answer, with more headers.
pub fn json(status: u16, headers: &str, body: &serde_json::Value) -> Vec<u8> {
    answer(status, &format!("Content-Type: application/json\r\n{headers}"), body.to_string())
}
