"""`./dev prove`: one table of what Rushes promises, what was seen, in how many runs, and what others did in the same run.

Everything here talks to loopback only. The table goes to standard output and to `target/prove.md`.
"""

import argparse
import datetime
import subprocess
import sys
import time
from pathlib import Path

import bars
import downloads
import orders
from peers import PACKAGES

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / "target" / "prove-venv"
DOWNLOADER = "yt-dlp==2026.10.26"


def make_venv():
    """The peers in an environment of their own; returns their versions. What is not to be had is replaced by the newest."""
    python = VENV / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
    pip = [python, "-m", "pip", "--disable-pip-version-check", "-q"]
    for wanted in [*PACKAGES.values(), DOWNLOADER]:
        if subprocess.run([*pip, "install", wanted], stdin=subprocess.DEVNULL).returncode != 0:
            name = wanted.partition("==")[0]
            print(f"{wanted} is not to be had; taking another version", file=sys.stderr)
            subprocess.run([*pip, "install", name], check=True, stdin=subprocess.DEVNULL)
    code = "import sys, importlib.metadata as m; print(*[m.version(name) for name in sys.argv[1:]])"
    names = list(PACKAGES)
    found = subprocess.run([python, "-c", code, *names], capture_output=True, text=True, check=True).stdout.split()
    return python, dict(zip(names, found))


def commit():
    ran = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    return ran.stdout.strip() or "unknown"


def table(rows):
    head = [("Bar", "Rushes", "Runs", "Others in the same run"), ("---",) * 4]
    return "\n".join("| " + " | ".join(cell.replace("|", "/") for cell in row) + " |" for row in [*head, *rows])


def main():
    parser = argparse.ArgumentParser(prog="./dev prove", description=__doc__.split("\n")[0])
    parser.add_argument("parts", nargs="*", choices=["orders", "downloads", "tests", "fuzz", "typing", []],
                        help="only these parts; all without. typing is the one of the tests that kills the window while somebody types")
    parser.add_argument("--program", type=Path, default=ROOT / "target" / "debug" / "rushes")
    parser.add_argument("--times", type=int, default=4, help="runs of ours for each cell (4)")
    parser.add_argument("--divisor", type=int, default=1, help="divides the runs of the tests, for a shorter proof (1)")
    parser.add_argument("--minutes", type=int, default=240, help="time limit of one test (240)")
    options = parser.parse_args()
    parts, began = options.parts or ["orders", "downloads", "tests", "fuzz"], time.monotonic()
    rows, failures = [], []

    def add(results):
        rows.extend(results[0])
        failures.extend(results[1])

    if "orders" in parts or "downloads" in parts:
        python, versions = make_venv()
    if "orders" in parts:
        add(orders.rows(options.program, python, versions, options.times))
    if "downloads" in parts:
        add(downloads.rows(options.program, python, options.times))
    if "tests" in parts:
        add(bars.rows(options.minutes, options.divisor))
    if "typing" in parts:
        add(bars.rows(options.minutes, options.divisor, "window_while_somebody_types"))
    if "fuzz" in parts:
        add(bars.fuzz(options.divisor))
    seconds = time.monotonic() - began
    text = f"{table(rows)}\n\n{datetime.date.today()}, {commit()}, {seconds:.0f} s. \"0 in N\" is what was seen in N runs; it does not mean never.\n\n"
    text += "lost: the call ended with an error and kept nothing, although the gateway may have made a job for each order. too early: before the time that the gateway named.\n"
    text += "".join(f"\nFAILED: {failure}\n" for failure in failures)
    print(text)
    (ROOT / "target" / "prove.md").write_text(text)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
