"""Films that play in the real window, and how many of their frames came too late to be shown."""

import os
import subprocess
import tempfile
import time
from pathlib import Path

import procs
from download import Server
from screen import Screen

import child

# 10 s of High profile with B-frames and one group of frames as long as the film, which is the worst case for jumps.
ENCODED = ["-vf", "noise=alls=8:allf=t", "-c:v", "libx264", "-profile:v", "high", "-preset", "medium", "-bf", "3", "-g", "300",
           "-pix_fmt", "yuv420p"]
RATE = 30


def make(folder, size, megabits):
    film = folder / f"{size}-{RATE}-{megabits}M.mp4"
    if not film.exists():
        part = film.with_suffix(".part.mp4")
        source = ["-f", "lavfi", "-i", f"testsrc2=s={size}:r={RATE}:d=10"]
        # Bounded as what is made to be streamed: without that the encoder gives the first ten frames a hundred times the bits.
        rate = ["-b:v", f"{megabits}M", "-maxrate", f"{megabits * 3 // 2}M", "-bufsize", f"{megabits}M"]
        subprocess.run(["ffmpeg", "-v", "error", "-y", *source, *ENCODED, *rate, part], check=True, stdin=subprocess.DEVNULL)
        part.rename(film)
    return film


def do(screen, *words):
    subprocess.run(["xdotool", *map(str, words)], env={**os.environ, "DISPLAY": screen.name}, check=True, stdin=subprocess.DEVNULL)


def watched(program, film, takes, hands, seconds):
    """Makes so many takes of a film, opens the window, and plays them with the pointer and the keyboard: `(shown, dropped)`,
    as the window itself counts them."""
    with tempfile.TemporaryDirectory() as name, Server(film) as server, Screen() as screen:
        rushes = child.Rushes(program, name, server.url)
        for _ in range(takes):
            made = rushes.generate("apiin", 120)
            if made.code != 0:
                raise RuntimeError(f"a clip could not be made: {made.err[-300:]}")
        frames = Path(name) / "frames"
        env = {**rushes.env, "DISPLAY": screen.name, "XDG_RUNTIME_DIR": name, "LIBGL_ALWAYS_SOFTWARE": "1", "LC_ALL": "C.UTF-8",
               "RUSHES_FRAME_LOG": str(frames)}
        with procs.started([program], env=env) as window:
            screen.wait_for_content(window)
            time.sleep(4)
            # Nobody here gives the keyboard to a window as a desktop does.
            do(screen, "search", "--onlyvisible", "--name", "Rushes", "windowfocus")
            for each in hands:
                do(screen, *each)
                time.sleep(1)
            before = frames.stat().st_size
            time.sleep(seconds)
            counted = frames.read_bytes()[before:]
            return counted.count(b"f"), counted.count(b"d")


# A click on the first card, then the keys of quick look, which plays; or all cards, compared, and played.
FIRST_CARD = ["mousemove", 460, 210, "click", 1]
FILMS = [("1080p", "1920x1080", 10, 1, [FIRST_CARD, ["key", "space"]]),
         ("four takes of 720p in compare", "1280x720", 5, 4, [FIRST_CARD, ["key", "ctrl+a"], ["key", "c"], ["key", "k"]])]


def rows(options, folder, table):
    """P-11: frames that came too late. Without a graphics card the window is painted by the processor as well."""
    seconds = 10 if options.quick else 30
    for name, size, megabits, takes, hands in FILMS:
        shown, dropped = watched(options.binary, make(folder, size, megabits), takes, hands, seconds)
        if shown + dropped < seconds * RATE / 2:
            table.failures.append(f"playing {name}: only {shown + dropped} frames had their turn in {seconds} s")
            continue
        table.add(f"plays {name} in the window for {seconds} s", f"{dropped} of {shown + dropped} frames dropped", "–", "none dropped")
