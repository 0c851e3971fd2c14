"""Windows beside each other on one virtual display: how soon they show something, what they cost idle, how much memory they hold."""

import os
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import procs
from screen import PICTURES, Screen
from table import ratio, spread

HERE = Path(__file__).resolve().parent
# What a program may still do after its first picture, before it counts as idle.
SETTLE = 6
SCROLLED = 120


@dataclass
class Program:
    """One program that opens a window."""

    name: str
    command: list
    env: dict[str, str] = field(default_factory=dict)
    starts: list[float] = field(default_factory=list)
    pictures: list[float] = field(default_factory=list)
    has_pictures: bool = False


def chromium_page(folder):
    """A page of 10,000 rows that are laid out only where they are seen."""
    rows = "".join(f"<p>Clip {row}: a paper boat drifts down a rain-wet street at night</p>" for row in range(10_000))
    page = folder / "page.html"
    page.write_text("<!doctype html><meta charset=utf-8><title>Page</title><style>p{margin:4px;content-visibility:auto;"
                    f"contain-intrinsic-size:auto 18px}}</style>{rows}")
    return page


def libraries(rig, folder, film, sizes, table):
    """A library for each size, made once and kept for the next run."""
    made = {}
    for size in sizes:
        path = folder / f"library-{size}"
        if not (path / "made").exists():
            shutil.rmtree(path, ignore_errors=True)
            print(f"Making a library of {size:,} clips.", flush=True)
            wall, _, code, said = procs.timed([rig / "rig-library", path, size, film], seconds=3_600)
            if code != 0:
                table.failures.append(f"the library of {size:,} clips could not be made: {said[-300:]}")
                continue
            (path / "made").write_text(f"{wall:.0f} s\n")
        made[size] = path
    return made


def programs(options, rig, folder, table, home):
    """Ours with every size of library, and the peers that are here."""
    film = folder / "film.mp4"
    if not film.exists():
        subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=s=1280x720:d=5:r=24", "-pix_fmt", "yuv420p",
                        "-movflags", "+faststart", film], check=True, stdin=subprocess.DEVNULL)
    sizes = [0, 10_000, 100_000] if options.quick else [0, 10_000, 100_000, 1_000_000]
    ours = []
    for size, path in libraries(rig, folder, film, sizes, table).items():
        command = [options.binary, "--library", path]
        ours.append((size, Program(f"Rushes, {size:,} clips", command, {"RUSHES_FRAME_LOG": str(home / "frames")},
                                   has_pictures=size > 0)))
    peers = [Program("bare eframe", [rig / "rig-bare"])]
    python = options.venv / "bin" / "python"
    if python.exists() and subprocess.run([python, "-c", "import PySide6"], capture_output=True).returncode == 0:
        peers.append(Program("PySide6", [python, HERE / "peers" / "pyside_list.py"], {"QT_QPA_PLATFORM": "xcb"}))
    else:
        table.lack("PySide6")
    if chromium := shutil.which("chromium"):
        # --no-sandbox: root has no sandbox there. No first-run pages, no network.
        peers.append(Program("Chromium --app", [
            chromium, "--no-sandbox", "--no-first-run", "--disable-background-networking", "--disable-component-update",
            "--disable-sync", f"--user-data-dir={home / 'chromium'}", "--window-size=1440,900", "--window-position=0,0",
            f"--app=file://{chromium_page(folder)}"]))
    else:
        table.lack("Chromium")
    return ours, peers


class Bench:
    """Starts programs one after the other on one display."""

    def __init__(self, screen, home):
        self.screen = screen
        self.env = {"PATH": os.environ["PATH"], "HOME": str(home), "DISPLAY": screen.name, "LC_ALL": "C.UTF-8",
                    "XDG_RUNTIME_DIR": str(home), "LIBGL_ALWAYS_SOFTWARE": "1"}

    def start(self, program):
        """Opens the window for as long as a `with` block, once the last one is gone."""
        self.screen.wait_for_nothing()
        return procs.started(program.command, env={**self.env, **program.env})

    def time_start(self, program):
        """Seconds until contents stand there, and until pictures of clips do, where there are any."""
        with self.start(program) as child:
            began = time.monotonic()
            content = self.screen.wait_for_content(child) - began
            return content, self.screen.wait_for_content(child, PICTURES) - began if program.has_pictures else None


def frames(program):
    log = program.env.get("RUSHES_FRAME_LOG")
    return Path(log).stat().st_size if log and Path(log).exists() else None


def starts(bench, ours, peers, rounds, table):
    """P-01 and P-02: every program in every round, so that what disturbs one round disturbs all of them."""
    everyone = [program for _, program in ours] + peers
    for number in range(rounds + 1):
        for program in everyone:
            seconds, pictures = bench.time_start(program)
            # The first round reads everything into the cache and makes indexes; it does not count.
            if number > 0:
                program.starts.append(seconds * 1_000)
                if pictures is not None:
                    program.pictures.append(pictures * 1_000)
    by_size = dict(ours)
    main = by_size.get(10_000)
    if main:
        beside = " · ".join(f"{peer.name} {spread(peer.starts, 'ms')}: {ratio(main.starts, peer.starts)}" for peer in peers)
        table.add("start to first content, 10,000 clips", spread(main.starts, "ms"), beside, "≤ 0.5× Chromium, ≤ 1.0× PySide6")
    empty = by_size.get(0)
    for size, program in by_size.items():
        if empty and size > 0:
            aim = {100_000: "≤ 1.15×", 1_000_000: "≤ 1.10×"}.get(size, "–")
            told = f"empty library {spread(empty.starts, 'ms')}: {ratio(program.starts, empty.starts)}"
            mine = f"{spread(program.starts, 'ms')}; with the pictures of its clips {spread(program.pictures, 'ms')}"
            table.add(f"start with {size:,} clips, beside an empty library", mine, told, aim)


def costs(bench, ours, peers, seconds, table):
    """P-03, P-05 and P-06: memory when idle, memory after scrolling, and what an idle window does."""
    memory, scrolled, idle = {}, {}, {}
    for program in [program for _, program in ours] + peers:
        with bench.start(program) as child:
            bench.screen.wait_for_content(child)
            time.sleep(SETTLE)
            memory[program.name] = procs.pss(child.pid)
            before, painted, began = procs.effort(child.pid), frames(program), time.monotonic()
            time.sleep(seconds)
            (cpu, switches), took = procs.spent(before, procs.effort(child.pid)), time.monotonic() - began
            idle[program.name] = (cpu / took * 60_000, switches / took * 60,
                                  None if painted is None else frames(program) - painted)
            bench.screen.wheel(SCROLLED)
            bench.screen.wheel(SCROLLED, down=False)
            time.sleep(SETTLE)
            scrolled[program.name] = procs.pss(child.pid)
    by_size = {size: program.name for size, program in ours}

    def beside(figures, name, unit):
        mine = figures[name]
        return " · ".join(f"{peer.name} {figures[peer.name]:.0f} {unit}: {ratio([mine], [figures[peer.name]])}" for peer in peers)

    shown = by_size.get(100_000, by_size.get(10_000))
    table.add("memory (PSS), empty library", f"{memory[by_size[0]]:.0f} MB", beside(memory, by_size[0], "MB"))
    table.add(f"memory after scrolling there and back, {shown.removeprefix('Rushes, ')}", f"{scrolled[shown]:.0f} MB",
              beside(scrolled, shown, "MB"), "≤ 120 MB, ≤ 0.5× Chromium")
    for size, name in by_size.items():
        if size > 0:
            grown, later = memory[name] - memory[by_size[0]], scrolled[name] - scrolled[by_size[0]]
            table.add(f"memory with {size:,} clips, more than with none", f"{grown:+.0f} MB; {later:+.0f} MB after scrolling", "–",
                      "≤ 24 MB" if size >= 100_000 else "–")
    name = by_size.get(10_000, by_size[0])
    cpu, switches, painted = idle[name]
    told = " · ".join(f"{peer.name} {idle[peer.name][0]:.0f} ms, {idle[peer.name][1]:.0f} switches" for peer in peers)
    table.add(f"idle, in a minute (seen for {seconds} s)", f"{cpu:.0f} ms of processor, {switches:.0f} switches, {painted} frames",
              told, "≤ 60 ms, ≤ 10 switches, 0 frames")


def size_of(path):
    return path.stat().st_size if path.is_file() else sum(one.lstat().st_size for one in path.rglob("*") if one.is_file())


def sizes(options, rig, table):
    """P-22: what lies on the disk, and what it is linked with."""
    ours = size_of(options.binary) / 1e6
    linked = subprocess.run(["ldd", options.binary], capture_output=True, text=True).stdout
    names = sorted({line.split()[0].split(".so")[0] for line in linked.splitlines() if "=>" in line})
    told = []
    told.append(("bare eframe", size_of(rig / "rig-bare") / 1e6))
    if shutil.which("dpkg-query"):
        asked = subprocess.run(["dpkg-query", "-W", "-f", "${Installed-Size}\n", "chromium", "chromium-common"],
                               capture_output=True, text=True)
        if asked.returncode == 0:
            told.append(("Chromium's two packages", sum(int(line) for line in asked.stdout.split()) * 1024 / 1e6))
    for tree in options.venv.glob("lib/python*/site-packages"):
        if (tree / "PySide6").exists():
            told.append(("PySide6 and shiboken6", sum(size_of(tree / name) for name in ["PySide6", "shiboken6"]) / 1e6))
    beside = " · ".join(f"{name} {size:.0f} MB: {ours / size:.2f}×" for name, size in told)
    table.add(f"program on the disk, linked with {', '.join(names)}", f"{ours:.1f} MB", beside, "≤ 20 MB")


def rows(options, rig, folder, table, parts):
    """All rows about windows."""
    if "size" in parts:
        sizes(options, rig, table)
    if not {"start", "idle"} & set(parts):
        return
    with tempfile.TemporaryDirectory() as name, Screen() as screen:
        home = Path(name)
        ours, peers = programs(options, rig, folder, table, home)
        bench = Bench(screen, home)
        if "start" in parts:
            starts(bench, ours, peers, 3 if options.quick else 15, table)
        if "idle" in parts:
            costs(bench, ours, peers, 15 if options.quick else 60, table)
