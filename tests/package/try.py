"""Installs and starts packages in a clean root of Debian: `./dev package --try`, as root.

Usage: try.py FILE… with the `.deb`, the `.tar.gz` and the `.AppImage` that packaging/package.py made. For each: the version, the
doctor, a clip of the practice gateway, and the window on a virtual display, of which a picture stays in target/package/pictures.
Nothing is installed outside of the root, and the network is used for Debian's packages only.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "target" / "package"
PICTURES = OUT / "pictures"
SUITE, MIRROR = "bookworm", "http://deb.debian.org/debian"
# A user without any right, so that no package works for root alone.
USER = 1000
# Free, offline, and short enough for a debug build.
CLIP = ["generate", "--gateway", "practice", "A paper boat in the rain"]


class Failed(Exception):
    """What a package did not do, in a sentence."""


def say(text):
    print(text, file=sys.stderr, flush=True)


def version():
    return re.search(r'^version = "(.+)"$', (ROOT / "Cargo.toml").read_text(encoding="utf-8"), re.MULTILINE)[1]


class Root:
    """A folder that holds a small Debian, entered by chroot."""

    def __init__(self, path):
        self.path = path

    def run(self, command, user=0, check=True, **variables):
        """Runs a command inside and returns what it said."""
        home = "/root" if user == 0 else "/home/tester"
        plain = {"HOME": home, "PATH": "/usr/local/bin:/usr/bin:/usr/sbin:/bin:/sbin", "LC_ALL": "C.UTF-8",
                 "DEBIAN_FRONTEND": "noninteractive", **variables}
        words = ["chroot", f"--userspec={user}:{user}", str(self.path), "/usr/bin/env", "-i",
                 *[f"{name}={value}" for name, value in plain.items()], *map(str, command)]
        ran = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=900)
        if check and ran.returncode != 0:
            raise Failed(f"`{' '.join(map(str, command))}` ended with {ran.returncode}:\n{ran.stdout[-2000:]}{ran.stderr[-2000:]}")
        return ran

    def start(self, command, log, **variables):
        """Starts a command inside as the user without rights; the caller ends it."""
        plain = {"HOME": "/home/tester", "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", **variables}
        words = ["chroot", f"--userspec={USER}:{USER}", str(self.path), "/usr/bin/env", "-i",
                 *[f"{name}={value}" for name, value in plain.items()], *map(str, command)]
        return subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def make_root():
    """A clean root with nothing of Rushes in it. What debootstrap made is kept for the next time."""
    base, path = OUT / f"root-{SUITE}", OUT / "root"
    if not (base / "made").exists():
        shutil.rmtree(base, ignore_errors=True)
        say(f"Making a clean root of {SUITE}: about two minutes, once.")
        subprocess.run(["debootstrap", "--variant=minbase", SUITE, base, MIRROR], check=True, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL)
        (base / "made").touch()
    if os.path.ismount(path / "proc"):
        subprocess.run(["umount", path / "proc"], check=True)
    shutil.rmtree(path, ignore_errors=True)
    subprocess.run(["cp", "-a", base, path], check=True)
    # An AppImage finds itself there.
    subprocess.run(["mount", "-t", "proc", "proc", path / "proc"], check=True)
    shutil.copy("/etc/resolv.conf", path / "etc/resolv.conf")
    shutil.copy("/etc/hosts", path / "etc/hosts")
    root = Root(path)
    root.run(["useradd", "--create-home", "--uid", USER, "tester"])
    root.run(["apt-get", "update", "-q"])
    return root


def expect(truth, sentence):
    if not truth:
        raise Failed(sentence)


def try_commands(root, program, name, **variables):
    """The version, the doctor, a clip, and the list of jobs, by a user without rights."""
    def ran(*words, **more):
        return root.run([*program, *words], user=USER, **{**variables, **more})

    said = ran("--version").stdout.strip()
    expect(said == f"rushes {version()}", f"--version says {said!r}")
    library = f"/home/tester/library-{name}"
    doctor = ran("--library", library, "doctor").stdout
    expect("database" in doctor, f"the doctor says nothing of the database:\n{doctor}")
    ran("--library", library, *CLIP)
    clips = sorted((root.path / library.lstrip("/") / "clips").rglob("*.mp4"))
    expect(len(clips) == 1, f"{len(clips)} clips instead of one")
    begin = clips[0].read_bytes()[:12]
    expect(begin[4:8] == b"ftyp" and clips[0].stat().st_size > 20_000, f"{clips[0].name} is no film")
    jobs = [json.loads(line) for line in ran("--library", library, "--json", "jobs").stdout.splitlines()]
    expect(len(jobs) == 1, f"{len(jobs)} jobs instead of one: {jobs}")
    wrong = root.run([*program, "no-such-command"], user=USER, check=False, **variables).returncode
    expect(wrong == 2, f"a wrong command ends with {wrong} instead of 2")
    return library, f"version, doctor, one clip of {clips[0].stat().st_size / 1e6:.1f} MB"


class Display:
    """A virtual display of its own, with a number that the server chooses."""

    def __enter__(self):
        reading, writing = os.pipe()
        self.server = subprocess.Popen(["Xvfb", "-displayfd", str(writing), "-screen", "0", "1440x900x24", "-nolisten", "tcp"],
                                       pass_fds=[writing], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
        os.close(writing)
        with os.fdopen(reading) as told:
            self.name = f":{told.readline().strip()}"
        expect(self.name != ":", "Xvfb did not start")
        return self

    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait()

    def picture(self, path):
        """Takes a picture of everything and returns how many colors it has."""
        subprocess.run(["import", "-display", self.name, "-window", "root", path], check=True, stdin=subprocess.DEVNULL)
        told = subprocess.run(["identify", "-format", "%k", path], check=True, capture_output=True, text=True)
        return int(told.stdout)

    def titles(self):
        told = subprocess.run(["xwininfo", "-display", self.name, "-root", "-tree"], capture_output=True, text=True)
        return re.findall(r'"([^"]+)"', told.stdout)


def try_window(root, program, library, name, **variables):
    """Opens the window on the library with one clip, waits for its card, and closes it."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    picture = PICTURES / f"{name}.png"
    log_path = PICTURES / f"{name}.log"
    with Display() as display, open(log_path, "wb") as log:
        # The user's display is open to them: Xvfb without a list of who may come lets everybody of this computer in.
        window = root.start([*program, "--library", library], log, DISPLAY=display.name, **variables)
        try:
            # A card with a film in it has thousands of colors, the empty window some hundred.
            began, colors = time.monotonic(), 0
            while colors < 2_000:
                expect(window.poll() is None, f"the window ended with {window.poll()}:\n{log_path.read_text()}")
                expect(time.monotonic() - began < 60, f"no card with a film after 60 s; see {picture}")
                time.sleep(0.2)
                colors = display.picture(picture) if "Rushes" in " ".join(display.titles()) else 0
            seconds = time.monotonic() - began
            expect(window.poll() is None, "the window closed by itself")
        finally:
            window.terminate()
            window.wait(timeout=30)
    said = log_path.read_text(errors="replace")
    expect("panicked" not in said, f"a part of the window broke:\n{said}")
    return f"window with its card after {seconds:.1f} s, {colors} colors ({picture.relative_to(ROOT)})"


def try_deb(root, package):
    """Installs by apt without recommended packages, tries everything, removes, and looks whether anything is left."""
    shutil.copy(package, root.path / "tmp")
    before = files_of(root)
    root.run(["apt-get", "install", "-y", "-q", "--no-install-recommends", f"/tmp/{package.name}"])
    listed = root.run(["dpkg", "-L", "rushes"]).stdout.split()
    for expected in ["/usr/bin/rushes", "/usr/share/applications/rushes.desktop", "/usr/share/metainfo/rushes.metainfo.xml",
                     "/usr/share/icons/hicolor/256x256/apps/rushes.png", "/usr/share/man/man1/rushes.1.gz",
                     "/usr/share/bash-completion/completions/rushes", "/usr/share/doc/rushes/copyright"]:
        expect(expected in listed, f"{expected} is not in the package: {listed}")
    root.run(["bash", "-n", "/usr/share/bash-completion/completions/rushes"])
    library, commands = try_commands(root, ["rushes"], "deb")
    window = try_window(root, ["rushes"], library, "deb")
    root.run(["apt-get", "remove", "-y", "-q", "rushes"])
    left = sorted(path for path in files_of(root) - before if "rushes" in path and not path.startswith("tmp/"))
    left = [path for path in left if not path.startswith(("var/lib/dpkg", "var/log", "home/"))]
    expect(not left, f"left behind after removal: {left}")
    return f"{commands}; {window}; removed without a trace"


def files_of(root):
    return {path.relative_to(root.path).as_posix() for top in ["usr", "etc", "var", "tmp"]
            for path in (root.path / top).rglob("*")}


def try_tar(root, package):
    """Unpacks into the user's own folder."""
    shutil.copy(package, root.path / "tmp")
    root.run(["tar", "-xzf", f"/tmp/{package.name}", "-C", "/home/tester"], user=USER)
    folder = "/home/tester/" + package.name.removesuffix(".tar.gz")
    program = [f"{folder}/bin/rushes"]
    library, commands = try_commands(root, program, "tarball")
    return f"{commands}; {try_window(root, program, library, 'tarball')}"


def try_appimage(root, package):
    """Runs from the file itself. A clean root has no FUSE, so that it unpacks itself for each start."""
    shutil.copy(package, root.path / "home/tester")
    program = [f"/home/tester/{package.name}"]
    variables = {"APPIMAGE_EXTRACT_AND_RUN": "1"}
    library, commands = try_commands(root, program, "appimage", **variables)
    return f"{commands}; {try_window(root, program, library, 'appimage', **variables)}"


def why_not():
    """What keeps this from being tried here, if anything."""
    if sys.platform != "linux":
        return "clean roots are made on Linux only"
    if os.geteuid() != 0:
        return "chroot and debootstrap need root; try it with: sudo ./dev package --try"
    missing = [name for name in ["debootstrap", "Xvfb", "import", "identify", "xwininfo"] if not shutil.which(name)]
    return f"missing: {', '.join(missing)}" if missing else None


def main():
    packages = [Path(name) for name in sys.argv[1:]]
    if reason := why_not():
        say(f"The packages cannot be tried here: {reason}.")
        sys.exit(1)
    root = make_root()
    try:
        failures = try_all(root, packages)
    finally:
        subprocess.run(["umount", root.path / "proc"], check=False)
    sys.exit(1 if failures else 0)


def try_all(root, packages):
    """Tries all packages and returns how many failed."""
    failures = 0
    # The package first: what it depends on stays, and the other two need the same.
    for ending, attempt in [(".deb", try_deb), (".tar.gz", try_tar), (".AppImage", try_appimage)]:
        for package in (package for package in packages if package.name.endswith(ending)):
            try:
                print(f"passed  {package.name}: {attempt(root, package)}", flush=True)
            except (Failed, subprocess.SubprocessError) as failed:
                failures += 1
                print(f"FAILED  {package.name}: {failed}", flush=True)
    return failures


if __name__ == "__main__":
    main()
