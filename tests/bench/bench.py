"""`./dev bench`: how quick, small and quiet Rushes is, beside others in the same run, as one table.

Runs are alternated: every program in every round, after one round that does not count. A figure is the median with the smallest
and the largest run; a ratio compares the runs of one round. Peers that cannot be had are named as missing. Everything talks to
loopback only. The table goes to standard output and to `target/bench/table.md`.
"""

import argparse
import datetime
import os
import platform
import subprocess
import sys
import time
from pathlib import Path

import download
import inside
import playing
import posters
import windows
from table import Table

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "target" / "bench"
# What takes minutes and is left out of a quick run unless it is named.
INSIDE = ["gallery", "playback", "steps"]
PARTS = ["size", "start", "idle", "posters", "download", "playing", "watching", *INSIDE]
PEER = "PySide6-Essentials==6.12.0"


def make_venv(folder, table):
    """PySide6 in an environment of its own; another version where the usual one is not to be had."""
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    if subprocess.run([python, "-c", "import PySide6"], capture_output=True).returncode == 0:
        return
    pip = [python, "-m", "pip", "--disable-pip-version-check", "-q", "install", "--only-binary", ":all:"]
    if not any(subprocess.run([*pip, wanted], stdin=subprocess.DEVNULL).returncode == 0 for wanted in [PEER, PEER.partition("==")[0]]):
        table.lack("PySide6")


def build(options):
    """The release program, unless one is given, and the rig."""
    target = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target")
    if not options.binary:
        subprocess.run(["cargo", "build", "--locked", "--release"], cwd=ROOT, check=True)
        options.binary = target / "release" / "rushes"
    manifest = ROOT / "tests/bench/rig/Cargo.toml"
    # Built like the program itself: a debug build would make posters at half the pace.
    subprocess.run(["cargo", "build", "--locked", "--release", "--manifest-path", manifest, "--target-dir", target], cwd=ROOT, check=True)
    return target / "release"


def versions():
    told = []
    for command in [["chromium", "--version", "--no-sandbox"], ["ffmpegthumbnailer", "-v"], ["curl", "--version"], ["aria2c", "--version"]]:
        try:
            ran = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        except FileNotFoundError:
            continue
        words = (ran.stdout or ran.stderr).strip().splitlines()
        told += [" ".join(words[0].split()[:3])] if words else []
    code = "import importlib.metadata as m; print('PySide6', m.version('PySide6-Essentials'))"
    ran = subprocess.run([OUT / "venv/bin/python", "-c", code], capture_output=True, text=True) if (OUT / "venv").exists() else None
    if ran and ran.returncode == 0:
        told.append(ran.stdout.strip())
    return ", ".join(told)


def main():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__.split("\n")[0])
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help=f"only these parts of: {', '.join(PARTS)}; all without")
    parser.add_argument("--quick", action="store_true", help="few runs, short waits, no million clips, and without the inside of the program")
    parser.add_argument("--binary", type=Path, help="a release program that is there already, in place of building one")
    options = parser.parse_args()
    parts = options.parts or [part for part in PARTS if not (options.quick and part in INSIDE)]
    OUT.mkdir(parents=True, exist_ok=True)
    options.venv, table, began = OUT / "venv", Table(), time.monotonic()
    if options.binary:
        options.binary = options.binary.resolve()
    rig = build(options)
    if {"size", "start", "idle"} & set(parts):
        make_venv(options.venv, table)

    def attempt(name, work, *arguments):
        """One part that cannot be measured does not keep the others from being."""
        print(f"── {name}", file=sys.stderr, flush=True)
        try:
            work(*arguments)
        except (RuntimeError, OSError, subprocess.SubprocessError, KeyError) as problem:
            table.failures.append(f"{name}: {problem}")

    if {"size", "start", "idle"} & set(parts):
        attempt("windows", windows.rows, options, rig, OUT, table, parts)
    if "posters" in parts:
        attempt("posters", posters.rows, options, rig, OUT, table)
    if "download" in parts:
        attempt("download", download.rows, options, OUT, table)
    if "playing" in parts:
        attempt("playing", playing.rows, options, OUT, table)
    if {"watching", *INSIDE} & set(parts):
        attempt("inside", inside.rows, options, rig, table, parts, OUT)
    ran = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    where = f"{os.cpu_count()} cores, {platform.system()}, no graphics card" if platform.system() == "Linux" else platform.platform()
    text = f"{table.markdown()}\n\n{datetime.date.today()}, {ran.stdout.strip() or 'unknown'}, {where}, "
    text += f"{time.monotonic() - began:.0f} s{', quick' if options.quick else ''}. Beside: {versions()}. "
    text += "Medians with the smallest and the largest run; ratios compare runs of one round.\n"
    text += f"\nMissing here, so not compared: {', '.join(table.missing)}.\n" if table.missing else ""
    text += "".join(f"\nFAILED: {failure}\n" for failure in table.failures)
    print(text)
    (OUT / "table.md").write_text(text)
    sys.exit(1 if table.failures else 0)


if __name__ == "__main__":
    main()
