"""What the inside of the program costs, as rows: watching, gallery, playback, steps of the engine and of the history."""

import re
import subprocess
from pathlib import Path

import playing

ROOT = Path(__file__).resolve().parents[2]


def said_by(command, table, name):
    """What a command prints, or nothing when it fails."""
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


# Which lines become rows, whether their middle or their 99 of 100, and what is aimed at. Words that stand in few clips are found
# by the index, those of two letters by reading all.
GALLERY = [("a scrolled frame", 99, "≤ 1 ms at 1,000,000"), ("a rating until it is drawn", 99, "≤ 50 ms at 100,000"),
           ("the engine tells of a job", 99, "–"), ("search for “boat” until it is shown", 99, "≤ 5 ms at 100,000"),
           ("search for “b” until it is shown", 99, "≤ 5 ms at 100,000"), ("from nothing to the first frame", 50, "–")]


def told_by_gallery(said):
    """The milliseconds that `rig-gallery` prints, by what was measured, its share in percent, and the number of clips."""
    figures = {}
    sections = re.split(r"^(\d+) clips$", said, flags=re.MULTILINE)
    for size, section in zip(sections[1::2], sections[2::2]):
        for name, middle, most in re.findall(r"^  (\S.*?) +([\d.]+) ms(?:, 99 of 100 within ([\d.]+) ms)?$", section, re.MULTILINE):
            figures[name, 50, int(size)] = float(middle)
            if most:
                figures[name, 99, int(size)] = float(most)
    return figures


def gallery(options, rig, table, out):
    sizes = [10_000, 100_000] if options.quick else [10_000, 100_000, 1_000_000]
    said = said_by([rig / "rig-gallery", *map(str, sizes)], table, "gallery")
    (out / "gallery.txt").write_text(said)
    figures = told_by_gallery(said)
    for name, share, aim in GALLERY:
        told = [(size, figures[name, share, size]) for size in sizes if (name, share, size) in figures]
        if len(told) < len(sizes):
            table.failures.append(f"gallery: it does not say “{name}” of all sizes")
            continue
        (few, first), (many, last) = told[0], told[-1]
        grown = f"{last / first:.2f}× from {few:,} to {many:,}" if first > 0 else "–"
        within = ", 99 of 100 within" if share == 99 else ""
        table.add(f"gallery: {name}{within}", " · ".join(f"{size:,}: {value:.2f} ms" for size, value in told), grown, aim)


PLAYED = re.compile(r"^(\S.*):\n  (\d+) of (\d+) dropped at 30 frames/s, (\d+) frames/s .*\n  jump when .*?: (\d+) ms \(p50\) (\d+) ms \(p95\)",
                    re.MULTILINE)


def playback(rig, table, out):
    films = [playing.make(out, size, megabits) for _, size, megabits, _, _ in playing.FILMS]
    said = said_by([rig / "rig-playback", *films], table, "playback")
    (out / "playback.txt").write_text(said)
    for film, dropped, frames, fastest, half, most in PLAYED.findall(said):
        table.add(f"plays {film}, at 30 frames a second", f"{dropped} of {frames} frames dropped; up to {fastest} frames/s", "–", "none dropped")
        table.add(f"jumps in {film}, half within, 95 of 100 within", f"{half} ms, {most} ms", "–", "≤ 120 ms")


def rows(options, rig, table, parts, out):
    """Rows of what the inside of the program costs, and the whole text of each measure into a file."""
    if "watching" in parts:
        watching(table)
    if "gallery" in parts:
        gallery(options, rig, table, out)
    if "playback" in parts:
        playback(rig, table, out)
    if "steps" in parts:
        for name in ["engine", "history"]:
            said = said_by([rig / f"rig-{name}"], table, name)
            (out / f"{name}.txt").write_text(said)
            table.add(f"steps of the {name}", f"the figures are in target/bench/{name}.txt")
