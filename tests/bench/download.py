"""One large film over loopback to a file: ours, from the first request for the film to its final name, beside curl and aria2."""

import http.server
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import procs
from table import ratio, spread

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "prove"))
import child  # noqa: E402
import orders  # noqa: E402


class Handler(http.server.BaseHTTPRequestHandler):
    """A gateway with one finished job, and the film behind its link, sent by the system itself."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def reply(self, body):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.reply(orders.JOB.encode() if isinstance(orders.JOB, str) else orders.JOB)

    def do_GET(self):
        if not self.path.startswith("/film"):
            link = f"http://127.0.0.1:{self.server.server_address[1]}/film.mp4?sig=1"
            return self.reply(json.dumps({"id": "job_1", "status": "completed", "result": {"url": link}, "code": 200,
                                          "message": "success", "data": {"task_id": "job_1", "status": "SUCCESS",
                                                                         "response": [link]}}).encode())
        if self.server.asked is None:
            self.server.asked = time.monotonic()
        size = self.server.film.stat().st_size
        asked = self.headers.get("Range", "")
        begin, end = 0, size - 1
        if asked.startswith("bytes="):
            first, _, last = asked[6:].partition("-")
            begin, end = int(first), min(int(last or end), end)
        self.send_response(206 if asked else 200)
        self.send_header("Content-Type", "video/mp4")
        self.send_header("ETag", '"v1"')
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Length", str(end - begin + 1))
        if asked:
            self.send_header("Content-Range", f"bytes {begin}-{end}/{size}")
        self.end_headers()
        self.wfile.flush()
        with open(self.server.film, "rb") as film:
            self.connection.sendfile(film, begin, end - begin + 1)

    do_HEAD = None


class Server:
    """The server for as long as a `with` block."""

    def __init__(self, film):
        self.film = film

    def __enter__(self):
        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.http.film, self.http.asked = self.film, None
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}"
        return self

    def __exit__(self, *_):
        self.http.shutdown()
        self.http.server_close()


def make_film(path, short, size):
    """A whole MP4 of so many bytes: a short film and a box of free space."""
    shutil.copy(short, path)
    with open(path, "r+b") as film:
        film.seek(0, os.SEEK_END)
        film.write((size - film.tell()).to_bytes(4, "big") + b"free")
        film.truncate(size)


def ours(program, film, folder):
    """Seconds until the film has its name, processor seconds of the whole program, and whether the file is right."""
    with tempfile.TemporaryDirectory(dir=folder) as name, Server(film) as server:
        rushes = child.Rushes(program, name, server.url)
        clips = Path(name) / "library" / "clips"
        done = []

        def watch():
            end = time.monotonic() + 600
            while time.monotonic() < end and not done:
                if clips.exists() and any(path.suffix == ".mp4" and not path.name.startswith(".") for path in clips.rglob("*")):
                    done.append(time.monotonic())
                time.sleep(0.002)

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        _, cpu, code, said = procs.timed([program, "generate", "a paper boat", "--gateway", "apiin", "--json"], env=rushes.env, cwd=name)
        watcher.join(timeout=5)
        found = rushes.films()
        if code != 0 or len(found) != 1 or found[0].stat().st_size < film.stat().st_size or not done:
            raise RuntimeError(f"ours ended with {code}, {len(found)} files: {said[-300:]}")
        return done[0] - server.http.asked, cpu


def theirs(command, film, folder):
    """The same for a tool; the file is flushed to the disk as ours is."""
    with tempfile.TemporaryDirectory(dir=folder) as name, Server(film) as server:
        words = [word.replace("@URL", f"{server.url}/film.mp4").replace("@DIR", name) for word in command]
        wall, cpu, code, said = procs.timed(words)
        sync_wall, sync_cpu, _, _ = procs.timed(["sync", f"{name}/film.mp4"])
        if code != 0 or (Path(name) / "film.mp4").stat().st_size != film.stat().st_size:
            raise RuntimeError(f"{command[0]} ended with {code}: {said[-300:]}")
        return wall + sync_wall, cpu + sync_cpu


# The second does what ours promises, that the sum of the bytes is known in the end; `sha256sum` takes five times as long as openssl.
TOOLS = {"curl": ["curl", "-sSo", "@DIR/film.mp4", "@URL"],
         "curl and openssl's sum": ["sh", "-c", "curl -sSo @DIR/film.mp4 @URL && openssl dgst -sha256 @DIR/film.mp4"],
         "aria2": ["aria2c", "-q", "-x1", "--file-allocation=none", "-d", "@DIR", "-o", "film.mp4", "@URL"]}
NEEDED = {"curl": ["curl"], "curl and openssl's sum": ["curl", "openssl"], "aria2": ["aria2c"]}


def rows(options, folder, table):
    """P-13: seconds and processor seconds. What our program does besides the download is measured with a small film and taken off."""
    mebibytes, rounds = (512, 3) if options.quick else (2_048, 7)
    # In memory where it fits: a virtual disk says more about itself than about the program.
    shared = Path("/dev/shm")
    fits = shared.is_dir() and shutil.disk_usage(shared).free > 3 * mebibytes << 20
    tools = {name: command for name, command in TOOLS.items() if all(shutil.which(program) for program in NEEDED[name])}
    for name in TOOLS.keys() - tools.keys():
        table.lack(name)
    short = folder / "film.mp4"
    if not short.exists():
        subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=s=1280x720:d=5:r=24", "-pix_fmt", "yuv420p",
                        "-movflags", "+faststart", short], check=True, stdin=subprocess.DEVNULL)
    with tempfile.TemporaryDirectory(dir=shared if fits else folder) as name:
        place = Path(name)
        film, small = place / "large.mp4", place / "small.mp4"
        make_film(film, short, mebibytes << 20)
        make_film(small, short, 8 << 20)
        walls, cpus = {tool: [] for tool in ["ours", *tools]}, {tool: [] for tool in ["ours", *tools]}
        for number in range(rounds + 1):
            besides = ours(options.binary, small, place)[1]
            measured = {"ours": ours(options.binary, film, place)}
            measured |= {tool: theirs(command, film, place) for tool, command in tools.items()}
            if number > 0:
                for tool, (wall, cpu) in measured.items():
                    walls[tool].append(wall)
                    cpus[tool].append(max(cpu - besides, 0.0) if tool == "ours" else cpu)
    where = "in memory" if fits else "to the disk"
    size = f"{mebibytes / 1024:g} GiB"
    beside = " · ".join(f"{tool} {spread(walls[tool], 's', 2)}: {ratio(walls['ours'], walls[tool])}" for tool in tools)
    table.add(f"one film of {size} over loopback, {where}, hashed and checked by ours alone", spread(walls["ours"], "s", 2), beside,
              "≤ 0.95× curl")
    beside = " · ".join(f"{tool} {spread(cpus[tool], 's', 2)}: {ratio(cpus['ours'], cpus[tool])}" for tool in tools)
    table.add("the same, processor seconds", spread(cpus["ours"], "s", 2), beside, "≤ 0.75× curl")
