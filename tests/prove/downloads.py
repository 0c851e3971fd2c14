"""Nine hostile servers for one film of about a mebibyte. Wrong is: no error, and other bytes under the final name."""

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import child
import orders
from server import Server

# Seconds that one cell may take. What is still being tried then has not ended with a wrong file.
CELL = 40
# Where the first transfer was cut before a resume, and where bodies are cut.
RESUME, CUT = 400_000, 600_000
TOOLS = ["curl", "wget", "aria2c", "yt-dlp"]


def make_film(path, seed):
    """A whole MP4 of about a mebibyte, another one for each seed."""
    noise = f"nullsrc=s=320x180:d=2:r=12,format=yuv420p,geq=lum='128+100*sin(X*Y/{seed + 40}+N)':cb=128:cr=128,noise=alls=60:allf=t:all_seed={seed}"
    command = ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", noise, "-c:v", "libx264", "-pix_fmt", "yuv420p",
               "-b:v", "4M", "-minrate", "4M", "-maxrate", "4M", "-bufsize", "1M", "-movflags", "+faststart", path]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    film = Path(path).read_bytes()
    # A box of free space makes every film equally long.
    room = (1 << 20) - len(film)
    if room < 8:
        raise RuntimeError(f"the film has {len(film)} bytes, which is too many")
    return film + room.to_bytes(4, "big") + b"free" + bytes(room - 8)


class Films:
    """The film, and what is in its place after it was changed on the server."""

    def __init__(self, folder):
        self.first = make_film(Path(folder) / "1.mp4", 1)
        self.second = make_film(Path(folder) / "2.mp4", 2)

    def is_right(self, data):
        """Whether bytes are one of the films; ours carries its recipe behind them."""
        return data[: len(self.first)] in (self.first, self.second)


TYPE = {"Content-Type": "video/mp4"}


def start_of(request):
    found = re.fullmatch(r"bytes=(\d+)-(\d*)", request.headers.get("range", ""))
    return int(found[1]) if found else None


def serve(request, answer, film, tag, cut=None, start=None, length=None):
    """A decent answer, `If-Range` included, but for the cut at an offset of the film, another start or another length."""
    head = {**TYPE, "ETag": f'"{tag}"', "Accept-Ranges": "bytes"}
    asked = start_of(request)
    if request.headers.get("if-range", f'"{tag}"') != f'"{tag}"':
        asked = None
    if asked is None:
        return answer.send(200, film if cut is None else film[:cut], head, stated=len(film))
    if asked >= len(film):
        return answer.send(416, b"", {**head, "Content-Range": f"bytes */{len(film)}"})
    begin = asked if start is None else start
    body = film[begin:] if length is None else film[begin : begin + length]
    head["Content-Range"] = f"bytes {begin}-{begin + len(body) - 1}/{len(film)}"
    sent = body if cut is None else film[begin : max(cut, begin)]
    return answer.send(206, sent, head, stated=len(body))


def chunked_and_cut(_, answer, film):
    answer.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nTransfer-Encoding: chunked\r\n\r\n")
    answer.wfile.write(b"%x\r\n" % len(film) + film[:CUT])


PAGE = b"<!DOCTYPE html><html><title>Sign in</title><body>Sign in to the network</body></html>"


def whole(request, answer, films, number):
    serve(request, answer, films.first, "v1")


# A case: whether bytes are here already, and the answer to the n-th request (from 0) after those.
CASES = {
    "cut once at 600 kB": (False, lambda r, a, films, n: serve(r, a, films.first, "v1", cut=CUT if n == 0 else None)),
    "cut at every try": (False, lambda r, a, films, n: serve(r, a, films.first, "v1", cut=CUT)),
    "changed before the resume": (True, lambda r, a, films, n: serve(r, a, films.second, "v2")),
    "ranges ignored": (True, lambda r, a, films, n: a.send(200, films.first, {**TYPE, "ETag": '"v1"'})),
    "206 with a wrong start": (True, lambda r, a, films, n: serve(r, a, films.first, "v1", start=300_000)),
    "206 that is too short": (True, lambda r, a, films, n: serve(r, a, films.first, "v1", length=100_000)),
    "chunked and cut": (False, lambda r, a, films, n: chunked_and_cut(r, a, films.first)),
    "no length, and cut": (False, lambda r, a, films, n: a.send(200, films.first[:CUT], TYPE, stated=-1)),
    "a page in place of the film": (False, lambda r, a, films, n: a.send(200, PAGE, {"Content-Type": "text/html"})),
}


def command_of(tool, python, url, folder):
    return {
        "curl": ["curl", "--fail", "-sS", "-C", "-", "--retry", "5", "--retry-all-errors", "--retry-delay", "1", "-o", folder / "film.mp4", url],
        "wget": ["wget", "-q", "-c", "-t", "5", "-T", "10", "--waitretry=1", "-O", folder / "film.mp4", url],
        "aria2c": ["aria2c", "-q", "-c", "-x1", "-m", "5", "--retry-wait=1", "--auto-file-renaming=false", "-d", folder, "-o", "film.mp4", url],
        "yt-dlp": [python.parent / "yt-dlp", "-q", "--no-config", "--no-cache-dir", "-c", "--retries", "5", "-o", folder / "film.mp4", url],
    }[tool]


def theirs(tool, python, case, films):
    """One download by a tool: `(verdict, whether If-Range was sent)`."""
    resumes, step = CASES[case]
    # yt-dlp looks at the beginning with a request of its own before it fetches; only what comes after counts, where it
    # matters which request is which.
    probes = 1 if tool == "yt-dlp" and (resumes or "once" in case) else 0

    def answer(request, answer, earlier):
        if request.method == "HEAD":
            return answer.send(200, b"", TYPE, stated=len(films.first))
        number = len(earlier) - probes
        return whole(request, answer, films, number) if number < 0 else step(request, answer, films, number)

    with tempfile.TemporaryDirectory() as name, Server(answer) as server:
        folder = Path(name)
        final = folder / "film.mp4"
        if resumes:
            (folder / "film.mp4.part" if tool == "yt-dlp" else final).write_bytes(films.first[:RESUME])
        ran = child.run(command_of(tool, python, f"{server.url}/film.mp4", folder), CELL, cwd=folder)
        is_right = final.exists() and films.is_right(final.read_bytes())
        if ran.code == 0:
            verdict = "right" if is_right else "WRONG FILE"
        else:
            verdict = "error" if ran.code is not None else f"still trying after {CELL} s"
        if not server.seen:
            raise RuntimeError(f"{tool} asked for nothing: {ran.err[-300:]}")
        return verdict, any("if-range" in request.headers for request in server.seen)


def ours(program, gateway, case, films):
    """One clip of ours from the order to the file: `(verdict, whether If-Range was sent)`."""
    resumes, step = CASES[case]

    def answer(request, answer, earlier):
        if request.method == "POST":
            return answer.send(200, orders.JOB)
        if not request.path.startswith("/film"):
            link = f"{server.url}/film.mp4?sig=1"
            body = {"id": "job_1", "status": "completed", "result": {"url": link}, "code": 200, "message": "success",
                    "data": {"task_id": "job_1", "status": "SUCCESS", "response": [link]}}
            return answer.send(200, orders.json.dumps(body).encode())
        number = sum(1 for other in earlier if other.path.startswith("/film")) - (1 if resumes else 0)
        if number < 0:
            return serve(request, answer, films.first, "v1", cut=RESUME)
        return step(request, answer, films, number)

    with tempfile.TemporaryDirectory() as folder, Server(answer) as server:
        rushes = child.Rushes(program, folder, server.url)
        ran = rushes.generate(gateway, CELL)
        asked = [request for request in server.seen if request.path.startswith("/film")]
        if not asked:
            raise RuntimeError(f"ours asked for no film: {ran.out[-300:]} {ran.err[-300:]}")
        found, jobs = rushes.films(), rushes.jobs()
        if len(jobs) != 1 or len(server.of("POST")) != 1:
            raise RuntimeError(f"{len(server.of('POST'))} orders, jobs {jobs}")
        sums = {hashlib.sha256(film).hexdigest() for film in (films.first, films.second)}
        is_bad = any(not films.is_right(path.read_bytes()) for path in found) or any(job.get("sha256") not in sums for job in jobs if job["state"] == "ready")
        if is_bad:
            verdict = "WRONG FILE"
        elif jobs[0]["state"] == "ready" and len(found) == 1:
            verdict = "right"
        else:
            verdict = f"no file, {jobs[0]['state']}"
        return verdict, any("if-range" in request.headers for request in asked)


def version_of(tool, python):
    path = python.parent / "yt-dlp" if tool == "yt-dlp" else tool
    first = subprocess.run([path, "--version"], capture_output=True, text=True, stdin=subprocess.DEVNULL).stdout.split("\n")[0]
    return re.search(r"\d[\d.]*\d", first)[0]


def rows(program, python, times):
    """The rows of the table, one for each case and two for the sums, and what failed."""
    tools = [tool for tool in TOOLS if tool == "yt-dlp" or shutil.which(tool)]
    rows, failures, wrong, asks = [], [f"{tool} is not here" for tool in TOOLS if tool not in tools], {}, {}
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(6) as pool:
        films = Films(folder)
        cells = {}
        for case in CASES:
            for tool in tools:
                cells[case, tool] = [pool.submit(theirs, tool, python, case, films)]
            cells[case, "ours"] = [pool.submit(ours, program, ["apiin", "aigateway"][n % 2], case, films) for n in range(times)]

        def seen(case, name):
            verdicts = set()
            for future in cells[case, name]:
                try:
                    verdict, is_asked = future.result()
                except Exception as problem:  # A cell that cannot be filled is shown as such, and ends the run with 1.
                    failures.append(f"{name}, {case}: {problem}")
                    verdict, is_asked = f"not measured ({problem})", False
                verdicts.add(verdict)
                wrong[name] = wrong.get(name, 0) + (verdict == "WRONG FILE")
                asks[name] = asks.get(name, False) or is_asked
            return " / ".join(sorted(verdicts))

        for case in CASES:
            beside = " · ".join(f"{tool}: {seen(case, tool)}" for tool in tools)
            rows.append((f"R-20 download: {case}", seen(case, "ours"), str(times), beside))
        versions = {tool: version_of(tool, python) for tool in tools}
    beside = " · ".join(f"{tool} {versions[tool]}: {wrong[tool]} in {len(CASES)}" for tool in tools)
    rows.append(("R-20 wrong files without an error", f"{wrong['ours']} in {times * len(CASES)}", str(times * len(CASES)), beside))
    beside = " · ".join(f"{tool}: {'yes' if asks[tool] else 'no'}" for tool in tools)
    rows.append(("sends If-Range", "yes" if asks["ours"] else "no", str(times * len(CASES)), beside))
    if wrong["ours"]:
        failures.append(f"ours named {wrong['ours']} wrong files")
    return rows, failures


if __name__ == "__main__":
    began = time.monotonic()
    for row in rows(sys.argv[1], Path(sys.argv[2]), 2)[0]:
        print(" | ".join(row))
    print(f"{time.monotonic() - began:.0f} s")
