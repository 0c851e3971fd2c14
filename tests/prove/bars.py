"""The tests that print a line `bar R-40: 0 lost in 200 kills`, run with more runs than `./dev test` takes."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINE = re.compile(r"\bbar ([RSPF]-\d+[^:\n]*): (.+)")

# What `RUSHES_TEST_RUNS` says to a test, by a part of its name; the first that fits. It is the number of histories for the
# simulation, and how many times its usual number of runs another test makes.
TIMES = [("no_history", 1_000_000), ("window_while_somebody_types", 25), ("fallible_call", 20), ("many_starts", 5), ("random_damage", 5), ("", 10)]


def tests():
    """The names of the tests that print such a line, found in the sources."""
    found = set()
    for path in [*(ROOT / "src").rglob("*.rs"), *(ROOT / "tests" / "it").rglob("*.rs")]:
        lines = path.read_text().split("\n")
        for number, line in enumerate(lines):
            if not re.search(r'"bar ([RSPF]-\d|\{bar\})', line):
                continue
            # The nearest function above; where that is a helper, every test of the file.
            above = next((n for n in range(number, -1, -1) if re.match(r"\s*(pub )?(async )?fn \w+", lines[n])), None)
            is_test = above is not None and any("test]" in lines[n] for n in range(max(0, above - 3), above))
            if is_test:
                found.add(re.search(r"fn (\w+)", lines[above])[1])
            else:
                found |= {re.search(r"fn (\w+)", lines[n + 1])[1] for n in range(len(lines) - 1) if re.match(r"\s*#\[(tokio::)?test", lines[n]) and "fn " in lines[n + 1]}
    return sorted(found)


def times_of(name, divisor):
    return max(1, next(times for part, times in TIMES if part in name) // divisor)


def rows_of(text, name):
    """The rows for the lines in what a test or the fuzzer printed."""
    rows = []
    for bar, line in LINE.findall(text):
        ours, _, count = line.rpartition(" in ")
        rows.append((f"{bar} {name}".strip(), ours or line, count if ours else "", "–"))
    return rows


def fuzz(divisor):
    """The rows of the fuzzer, a million runs of each parser."""
    command = [ROOT / "dev", "fuzz", "--runs", str(max(1, 1_000_000 // divisor))]
    ran = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, errors="replace")
    return rows_of(ran.stdout, ""), [] if ran.returncode == 0 else [f"the fuzzer ended with {ran.returncode}"]


def rows(minutes, divisor, part=""):
    """The rows of the table from the tests with `part` in their names, and the names of those that failed."""
    rows, failures = [], []
    for name in (name for name in tests() if part in name):
        times = times_of(name, divisor)
        command = ["timeout", "-k", "5", f"{minutes}m", "cargo", "test", "--locked", "--lib", "--test", "it", name, "--", "--nocapture"]
        print(f"── {name} with RUSHES_TEST_RUNS={times}", file=sys.stderr, flush=True)
        # So many runs are worth the optimizer, without which the tests are built otherwise.
        env = {**os.environ, "RUSHES_TEST_RUNS": str(times), "CARGO_PROFILE_TEST_OPT_LEVEL": "2"}
        ran = subprocess.run(command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             text=True, errors="replace")
        # A test that was found by a helper of its file may print nothing.
        rows.extend(rows_of(ran.stdout, name.replace("_", " ")))
        if ran.returncode != 0:
            failures.append(f"{name} ended with {ran.returncode}")
            rows.append((name.replace("_", " "), "FAILED", "", "–"))
            print(ran.stdout[-3000:], file=sys.stderr)
    return rows, failures


if __name__ == "__main__":
    print("\n".join(tests()))
