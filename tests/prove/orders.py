"""One order against a gateway that reads it and then fails: how often is it sent, and does anybody still know of it?"""

import email.utils
import json
import signal
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import child
from peers import PACKAGES
from server import Server

# Seconds that one cell of the table may take, that the peers wait for an answer, and after which a late answer comes.
CELL, PATIENCE, LATE = 40, 4, 15
# What the header of a throttled answer asks for, in seconds.
THROTTLE = 4

JOB = json.dumps({"id": "job_1", "status": "queued", "request_id": "job_1", "code": 200, "message": "success",
                  "data": {"task_id": "job_1", "status": "IN_PROGRESS"}}).encode()


def error(kind):
    return json.dumps({"error": {"message": kind, "type": kind, "code": kind}, "code": 500, "message": kind}).encode()


def late(_, answer, __):
    time.sleep(LATE)
    answer.send(200, JOB)


def throttled(_, answer, __):
    # Dates have whole seconds: one more, so that nobody who obeys comes too early.
    date = email.utils.formatdate(time.time() + THROTTLE + 1, usegmt=True)
    answer.send(429, error("rate_limit_exceeded"), {"Retry-After": date})


PAGE = b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"

# Each fault strikes after the body was read whole. In all but the throttled one the gateway may have made the job.
FAULTS = {
    "connection closed, no reply": lambda request, answer, earlier: None,
    "200 with half of the JSON": lambda request, answer, earlier: answer.send(200, JOB[:20], stated=len(JOB)),
    "500": lambda request, answer, earlier: answer.send(500, error("server_error")),
    "502 from a proxy": lambda request, answer, earlier: answer.send(502, PAGE, {"Content-Type": "text/html"}),
    "503 with Retry-After": lambda request, answer, earlier: answer.send(503, error("unavailable"), {"Retry-After": "1"}),
    "429 with a date": throttled,
    "409": lambda request, answer, earlier: answer.send(409, error("conflict")),
    "answer after the time-out": late,
}


def gateway(fault):
    def answer(request, answer, earlier):
        if request.method == "POST":
            return FAULTS[fault](request, answer, earlier)
        # Whoever has an id may ask: the job is being made for ever.
        return answer.send(200, JOB)

    return Server(answer)


def told(fault, posts, is_known):
    """A cell: how many orders arrived, and whether the client knows of a job."""
    count = len(posts)
    if fault == "429 with a date":
        early = sum(1 for one, two in zip(posts, posts[1:]) if two.at - one.at < THROTTLE)
        return f"{count} sent, {early} too early"
    return f"{count} sent, {'known' if is_known else 'lost'}"


def peer(python, name, fault):
    """One call of a peer: `(cell, orders)`."""
    with gateway(fault) as server:
        command = [python, Path(__file__).with_name("peers.py"), name, server.url, PATIENCE]
        ran = child.run(command, CELL, cwd=tempfile.gettempdir())
        posts = server.of("POST")
        if not posts:
            raise RuntimeError(f"{name} sent nothing: {ran.err[-400:]}")
        cell = told(fault, posts, ran.code == 0 and ran.out.startswith("id "))
        return cell + (f" (ended after {CELL} s)" if ran.code is None else ""), len(posts)


def ours(program, gateway_name, fault):
    """One `generate` of ours, then what the program shows of it: `(cell, orders)`."""
    with tempfile.TemporaryDirectory() as folder, gateway(fault) as server:
        rushes = child.Rushes(program, folder, server.url)
        # A throttled order waits and goes out again, and a job that is being made is watched for ever: both are ended.
        is_endless = fault in ("429 with a date", "answer after the time-out")
        rushes.generate(gateway_name, LATE + 12 if is_endless else CELL, signal.SIGINT)
        posts, jobs = server.of("POST"), rushes.jobs()
        states = [job["state"] for job in jobs]
        if len(states) != 1:
            raise RuntimeError(f"{fault}: jobs are {jobs}")
        wanted = {"429 with a date": ["queued"], "answer after the time-out": ["waiting", "generating", "unconfirmed"]}
        if states[0] not in wanted.get(fault, ["unconfirmed"]):
            raise RuntimeError(f"{fault}: the job is {states[0]}: {jobs}")
        return f"{told(fault, posts, True).replace('known', states[0])}", len(posts)


def rows(program, python, versions, times):
    """The rows of the table, one for each fault and one for the sum."""
    cells, failures = {}, []
    with ThreadPoolExecutor(6) as pool:
        for fault in FAULTS:
            for name in PACKAGES:
                cells[fault, name] = [pool.submit(peer, python, name, fault)]
            cells[fault, "ours"] = [pool.submit(ours, program, ["apiin", "aigateway"][n % 2], fault) for n in range(times)]
    rows, sums = [], {}

    def seen(fault, name):
        results = []
        for future in cells[fault, name]:
            try:
                results.append(future.result())
            except Exception as problem:  # A cell that cannot be filled is shown as such, and ends the run with 1.
                failures.append(f"{name}, {fault}: {problem}")
                results.append((f"not measured ({problem})", 0))
        # A throttled order was refused, so sending it again is right, and no part of the sum.
        if "429" not in fault:
            sums[name] = sums.get(name, 0) + sum(count for _, count in results) / len(results)
        return " / ".join(sorted({cell for cell, _ in results}))

    for fault in FAULTS:
        beside = " · ".join(f"{name}: {seen(fault, name)}" for name in PACKAGES)
        rows.append((f"R-03 order: {fault}", seen(fault, "ours"), str(times), beside))
    beside = " · ".join(f"{name} {versions[name]}: {sums[name]:.0f}" for name in PACKAGES)
    rows.append(("R-03 orders sent for one, over the 7 unclear faults", f"{sums['ours']:g}", str(7 * times), beside))
    if sums["ours"] != 7:
        failures.append(f"ours sent {sums['ours']} orders over 7 faults")
    return rows, failures


if __name__ == "__main__":
    for row in rows(sys.argv[1], sys.argv[2], dict.fromkeys(PACKAGES, "?"), 2)[0]:
        print(" | ".join(row))
