"""Posters of a folder of films: ours, two threads, beside ffmpegthumbnailer, two processes at a time."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import procs
from table import ratio, spread

SIDE = 320
# Sizes, lengths and kinds of the films that clips and other MP4s have. Half of them have their tables at the end.
FILMS = [("1280x720", 5, "testsrc2"), ("1280x720", 8, "mandelbrot"), ("1920x1080", 5, "testsrc2"), ("1920x1080", 10, "mandelbrot"),
         ("720x1280", 8, "testsrc2"), ("1080x1080", 5, "testsrc2"), ("2560x1440", 5, "testsrc2"), ("3840x2160", 5, "testsrc2")]


def films(folder, count):
    """So many films in a folder, made once: a few that differ, and links to them."""
    source = folder / "films"
    source.mkdir(parents=True, exist_ok=True)
    for number, (size, seconds, kind) in enumerate(FILMS):
        film = source / f"{number}.mp4"
        if not film.exists():
            place = ["-movflags", "+faststart"] if number % 2 else []
            part = source / f"{number}.part.mp4"
            subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", f"{kind}=s={size}:r=24", "-f", "lavfi", "-i", "sine", "-t",
                            str(seconds), "-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-c:a", "aac", *place, part],
                           check=True, stdin=subprocess.DEVNULL)
            part.rename(film)
    many = folder / f"films-{count}"
    shutil.rmtree(many, ignore_errors=True)
    many.mkdir()
    for number in range(count):
        os.link(source / f"{number % len(FILMS)}.mp4", many / f"{number:04}.mp4")
    return many


def rows(options, rig, folder, table):
    """P-10: films a second, and how many posters there are in the end."""
    peer = shutil.which("ffmpegthumbnailer")
    if not peer:
        table.lack("ffmpegthumbnailer")
    count, rounds = (40, 3) if options.quick else (200, 7)
    many = films(folder, count)
    ours, theirs, made, their_made = [], [], set(), set()
    for number in range(rounds + 1):
        with tempfile.TemporaryDirectory() as mine, tempfile.TemporaryDirectory() as other:
            wall, _, code, said = procs.timed([rig / "rig-posters", many, mine, SIDE])
            if code != 0:
                table.failures.append(f"our posters: {said[-300:]}")
                return
            made.add(len(list(Path(mine).glob("*.jpg"))))
            command = f"ls {many} | xargs -P2 -I@ ffmpegthumbnailer -i {many}/@ -o {other}/@.png -s {SIDE}"
            other_wall = procs.timed(["sh", "-c", command])[0] if peer else 0
            their_made.add(len(list(Path(other).glob("*.png"))))
            if number > 0:
                ours.append(wall)
                theirs.append(other_wall)
    mine = f"{spread([count / wall for wall in ours], 'a second')}, {min(made)} of {count} made"
    beside = "–"
    if peer:
        # How many times as many: theirs to ours in seconds.
        beside = (f"ffmpegthumbnailer {spread([count / wall for wall in theirs], 'a second')}, {min(their_made)} made: ours "
                  f"{ratio(theirs, ours, 1)} as many")
    table.add(f"posters of {count} films from 720p to 4K, two at a time", mine, beside, "≥ 5×")
