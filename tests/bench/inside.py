"""What the benches of the crate print, as rows: watching, search, gallery, engine, playback."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def said_by(command, table, name):
    """What a command of cargo prints, or nothing when it fails."""
    ran = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if ran.returncode != 0:
        table.failures.append(f"{name}: {ran.stderr[-400:]}")
        return ""
    return ran.stdout


def watching(table):
    """P-16: a model with fixed seeds, so that one run says everything."""
    said = said_by(["cargo", "test", "--locked", "--test", "it", "watching::table::", "--", "--nocapture", "--test-threads=1"], table,
                   "watching")
    kinds = re.split(r"\nhalf within ", said)[1:]
    for kind in kinds:
        told = kind.split(":", 1)[0]
        sdk = re.search(r"bar P-16a: delay ([\d.]+)x of the aigateway SDK at its request count \(([\d.]+) of [\d.]+ looks, ([\d.]+) of ([\d.]+) s", kind)
        if sdk:
            ratio, looks, ours, theirs = sdk.groups()
            table.add(f"hearing of a finished clip, half within {told}, at {looks} looks a clip (a model)", f"{ours} s late on average",
                      f"aigateway's SDK {theirs} s: {ratio}×", "≤ 0.6×")
    if not kinds:
        table.failures.append("watching printed no table")


# Which lines of which bench become rows, and what is aimed at.
GALLERY = [("a scrolled frame, 99 of 100 within", "≤ 1 ms at a million"), ("first frame", "–"), ("one job changed", "–"),
           ("search for “boat”", "≤ 5 ms at 100,000"), ("search for “b”", "≤ 5 ms at 100,000")]


def gallery(options, table):
    sizes = ["10000", "100000"] if options.quick else ["10000", "100000", "1000000"]
    said = said_by(["cargo", "bench", "--locked", "--bench", "gallery", "--", *sizes], table, "gallery")
    sections = re.split(r"\n(\d+) clips\n", said)
    figures = {}
    for size, section in zip(sections[1::2], sections[2::2]):
        for name, value in re.findall(r"^  (.+?)\s+([\d.]+) ms$", section, re.MULTILINE):
            figures[name, int(size)] = float(value)
    for name, aim in GALLERY:
        told = [(size, figures[name, size]) for size in map(int, sizes) if (name, size) in figures]
        if len(told) > 1:
            (_, first), (_, last) = told[0], told[-1]
            grown = f"{last / first:.2f}× from {told[0][0]:,} to {told[-1][0]:,}" if first > 0 else "–"
            table.add(f"gallery: {name}", " · ".join(f"{size:,}: {value:.2f} ms" for size, value in told), grown, aim)


def rows(options, table, parts, out):
    """Rows of the benches, and their whole text into a file each."""
    if "watching" in parts:
        watching(table)
    if "inside" in parts:
        gallery(options, table)
        for bench in ["history", "engine", "playback"]:
            said = said_by(["cargo", "bench", "--locked", "--bench", bench], table, bench)
            if said:
                (out / f"{bench}.txt").write_text(said)
                table.add(f"bench `{bench}`", f"its figures are in target/bench/{bench}.txt")
