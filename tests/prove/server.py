"""A small HTTP/1.1 server on loopback that can do what no decent server does. It lives as long as its `with` block."""

import socketserver
import threading
import time
from dataclasses import dataclass, field


@dataclass
class Request:
    """A request that was read whole, with the time (seconds) at which its last byte came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    at: float = field(default_factory=time.monotonic)


class Answer:
    """What an answering function gets: the connection, to be used as wildly as the case asks."""

    def __init__(self, wfile):
        self.wfile = wfile

    def send(self, status, body=b"", headers=None, stated=None):
        """A whole answer. `stated` is the length that the head claims; `None` for the true one, `-1` for no length."""
        head = {"Content-Type": "application/json", **(headers or {})}
        if stated != -1:
            head.setdefault("Content-Length", str(len(body) if stated is None else stated))
        lines = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in head.items()), "Connection: close"]
        self.wfile.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)


class _Handler(socketserver.StreamRequestHandler):
    timeout = 30

    def handle(self):
        try:
            request = self._read()
            if request is not None:
                self.server.owner.take(request, Answer(self.wfile))
        except OSError:
            pass  # The other side is gone: that is its business.

    def _read(self):
        first = self.rfile.readline(65536).decode("latin-1").split()
        if len(first) != 3:
            return None
        headers = {}
        while line := self.rfile.readline(65536).strip():
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.strip().lower()] = value.strip()
        if "100-continue" in headers.get("expect", "").lower():
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if "chunked" in headers.get("transfer-encoding", ""):
            body = b""
            while size := int(self.rfile.readline(1024).split(b";")[0], 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            length = int(headers.get("content-length", 0))
            body = self.rfile.read(length)
            if len(body) < length:
                return None  # Not a whole order, so it does not count.
        return Request(first[0], first[1], headers, body)


class _Tcp(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64


class Server:
    """Answers each request by `answer(request, answer, earlier)`, where `earlier` are the requests of the same method
    before this one, and keeps what it saw in `seen`."""

    def __init__(self, answer):
        self.answer = answer
        self.seen = []
        self._lock = threading.Lock()

    def take(self, request, answer):
        with self._lock:
            earlier = [other for other in self.seen if other.method == request.method]
            self.seen.append(request)
        self.answer(request, answer, earlier)

    def of(self, method):
        """The requests of a method, in their order."""
        with self._lock:
            return [request for request in self.seen if request.method == method]

    @property
    def url(self):
        return f"http://127.0.0.1:{self._tcp.server_address[1]}"

    def __enter__(self):
        self._tcp = _Tcp(("127.0.0.1", 0), _Handler)
        self._tcp.owner = self
        threading.Thread(target=self._tcp.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._tcp.shutdown()
        self._tcp.server_close()
