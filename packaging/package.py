"""`./dev package`: what users install, made from the release program, into `target/package`.

On Linux a Debian package, an AppImage and a tarball; on macOS a disk image; on Windows an installer and a zip. None of them is
signed. The same sources give the same bytes: dates come from SOURCE_DATE_EPOCH or the commit, and names are sorted.
"""

import argparse
import gzip
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import icons

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "target" / "package"
WORK = OUT / "work"
CARGO_DEB = "3.8.0"

# What starts an AppImage. The first needs no package of its own on the user's computer and is what a release carries; the
# second is the one of a crate, for computers that reach a registry only: it asks for libfuse2, or --appimage-extract-and-run.
RUNTIME_URL = "https://github.com/AppImage/type2-runtime/releases/download/20251108/runtime-x86_64"
RUNTIME_SHA256 = "2fca8b443c92510f1483a883f60061ad09b46b978b2631c807cd873a47ec260d"
CRATE_RUNTIME = ("appimage", "0.4.0", "assets/runtime-x86_64")
CRATE_RUNTIME_SHA256 = "328e0d745c5c6817048c27bc3e8314871703f8f47ffa81a37cb06cd95a94b323"

# No reversed domain as its name: the project has no domain.
APPSTREAM = ["appstreamcli", "validate", "--no-net", "--override=cid-desktopapp-is-not-rdns=info"]


class Trouble(Exception):
    """Something that keeps a package from being made, in a sentence."""


def say(text):
    print(text, file=sys.stderr, flush=True)


def run(command, **more):
    """Runs a command and ends where it fails."""
    try:
        return subprocess.run([str(word) for word in command], check=True, stdin=subprocess.DEVNULL, **more)
    except FileNotFoundError:
        raise Trouble(f"{command[0]} is missing.") from None
    except subprocess.CalledProcessError as failed:
        raise Trouble(f"`{' '.join(map(str, command))}` ended with {failed.returncode}.") from None


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def version():
    return re.search(r'^version = "(.+)"$', (ROOT / "Cargo.toml").read_text(encoding="utf-8"), re.MULTILINE)[1]


def epoch():
    """Seconds that every file in a package is dated with."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    if given.isdigit():
        return int(given)
    asked = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True)
    return int(asked.stdout) if asked.returncode == 0 and asked.stdout.strip().isdigit() else 0


def copy(source, target, mode=0o644):
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(mode)


def share(target):
    """Everything but the program, as it lies below a prefix such as /usr."""
    copy(ROOT / "packaging/rushes.desktop", target / "share/applications/rushes.desktop")
    copy(ROOT / "packaging/rushes.metainfo.xml", target / "share/metainfo/rushes.metainfo.xml")
    copy(ROOT / "assets/app/rushes.svg", target / "share/icons/hicolor/scalable/apps/rushes.svg")
    copy(ROOT / "assets/app/rushes.png", target / "share/icons/hicolor/256x256/apps/rushes.png")
    papers = ROOT / "packaging/papers"
    for page in sorted(papers.glob("*.1")):
        copy(page, target / "share/man/man1" / page.name)
    copy(papers / "rushes.bash", target / "share/bash-completion/completions/rushes")
    copy(papers / "_rushes", target / "share/zsh/site-functions/_rushes")
    copy(papers / "rushes.fish", target / "share/fish/vendor_completions.d/rushes.fish")
    copy(papers / "_rushes.ps1", target / "share/rushes/_rushes.ps1")
    documents(target / "share/doc/rushes")


def documents(target):
    for name in ["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE", "packaging/copyright",
                 "assets/fonts/OFL-Inter.txt", "assets/fonts/OFL-JetBrainsMono.txt"]:
        copy(ROOT / name, target / Path(name).name)
    copy(ROOT / "assets/icons/LICENSE", target / "LICENSE-LUCIDE")


def pack_tar(folder, out, date):
    """A tar.gz in which nothing depends on the computer or the moment."""
    def plain(entry):
        entry.mtime, entry.uid, entry.gid, entry.uname, entry.gname = date, 0, 0, "", ""
        entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
        return entry

    with open(out, "wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=date) as packed:
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as tar:
            tar.add(folder, folder.name, recursive=False, filter=plain)
            for path in sorted(folder.rglob("*")):
                tar.add(path, path.relative_to(folder.parent).as_posix(), recursive=False, filter=plain)


def pack_zip(folder, out, date):
    """A zip with sorted names and one date, in UTC."""
    import time
    moment = max(time.gmtime(date)[:6], (1980, 1, 1, 0, 0, 0))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder.parent).as_posix(), moment)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            packed.writestr(entry, path.read_bytes())


def check_texts(strict):
    """What says to a desktop what Rushes is has to be right, where the tools are that know."""
    for command in [[*APPSTREAM, ROOT / "packaging/rushes.metainfo.xml"],
                    ["desktop-file-validate", ROOT / "packaging/rushes.desktop"]]:
        if shutil.which(command[0]):
            run(command, stdout=sys.stderr)
        elif strict:
            raise Trouble(f"{command[0]} is missing.")
        else:
            say(f"{command[0]} is missing; its check is SKIPPED.")


def cargo_deb():
    """The path of cargo-deb, built where it is missing."""
    there = shutil.which("cargo-deb")
    own = ROOT / "target/tools/bin/cargo-deb"
    if there or own.exists():
        return there or own
    run(["cargo", "install", "--locked", "--version", CARGO_DEB, "--root", ROOT / "target/tools", "cargo-deb"])
    return own


def debian(binary, date, machine):
    """The package for Debian and Ubuntu; what is in it stands in Cargo.toml."""
    arch = {"x86_64": "amd64", "aarch64": "arm64"}[machine]
    out = OUT / f"rushes_{version()}_{arch}.deb"
    # cargo-deb looks for the program in a target folder. This one holds nothing else.
    copy(binary, WORK / "deb/release/rushes", 0o755)
    environment = {**os.environ, "CARGO_TARGET_DIR": str(WORK / "deb"), "SOURCE_DATE_EPOCH": str(date)}
    run([cargo_deb(), "--no-build", "--no-strip", "--locked", "--deb-revision=", "-o", out],
        cwd=ROOT, env=environment, stdout=sys.stderr)
    return out


def tarball(binary, date, machine):
    """The program with its papers, to be unpacked anywhere, as below ~/.local."""
    folder = WORK / f"rushes-{version()}-{machine}-linux"
    shutil.rmtree(folder, ignore_errors=True)
    copy(binary, folder / "bin/rushes", 0o755)
    share(folder)
    out = OUT / f"{folder.name}.tar.gz"
    pack_tar(folder, out, date)
    return out


def runtime(strict):
    """What starts an AppImage: the static one, else, where that is allowed, the one of a crate."""
    own = WORK / "runtime-x86_64"
    WORK.mkdir(parents=True, exist_ok=True)
    if not (own.exists() and sha256(own) == RUNTIME_SHA256):
        command = ["curl", "--proto", "=https", "--tlsv1.2", "-sSfL", "--max-time", "60", "-o", str(own), RUNTIME_URL]
        got = subprocess.run(command, stdin=subprocess.DEVNULL, stderr=None if strict else subprocess.DEVNULL).returncode
        if got == 0 and sha256(own) != RUNTIME_SHA256:
            raise Trouble(f"{RUNTIME_URL} is not the file that it was; its SHA-256 is {sha256(own)}.")
        if got != 0:
            own.unlink(missing_ok=True)
    if own.exists():
        return own
    if strict:
        raise Trouble("The runtime of AppImages cannot be fetched.")
    crate, number, name = CRATE_RUNTIME
    run(["cargo", "info", "--quiet", f"{crate}@{number}"], cwd="/", stdout=subprocess.DEVNULL)
    home = Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")
    found = sorted(home.glob(f"registry/src/*/{crate}-{number}/{name}"))
    if not found or sha256(found[0]) != CRATE_RUNTIME_SHA256:
        raise Trouble("No runtime for AppImages is to be had here.")
    say("The runtime of releases cannot be fetched from here. This AppImage has an older one, for trying it out only: it wants "
        "libfuse2, or --appimage-extract-and-run.")
    return found[0]


def appimage(binary, date, machine, strict):
    """One file that runs where it lies. It brings the program alone: GL and X belong to the user's computer."""
    folder = WORK / "Rushes.AppDir"
    shutil.rmtree(folder, ignore_errors=True)
    copy(binary, folder / "usr/bin/rushes", 0o755)
    share(folder / "usr")
    copy(ROOT / "packaging/rushes.desktop", folder / "rushes.desktop")
    copy(ROOT / "assets/app/rushes.png", folder / "rushes.png")
    (folder / ".DirIcon").symlink_to("rushes.png")
    (folder / "AppRun").symlink_to("usr/bin/rushes")
    squashed = WORK / "rushes.squashfs"
    squashed.unlink(missing_ok=True)
    # Dates are given as options: mksquashfs refuses options and the environment at once. gzip is what every runtime reads.
    environment = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    run(["mksquashfs", folder, squashed, "-root-owned", "-noappend", "-no-xattrs", "-no-progress", "-quiet", "-comp", "gzip",
         "-processors", "1", "-mkfs-time", date, "-all-time", date], env=environment, stdout=subprocess.DEVNULL)
    out = OUT / f"Rushes-{version()}-{machine}.AppImage"
    out.write_bytes(runtime(strict).read_bytes() + squashed.read_bytes())
    out.chmod(0o755)
    return out


def disk_image(binary):
    """An application in a disk image, for both kinds of Mac. Not signed with a certificate."""
    folder = WORK / "dmg"
    shutil.rmtree(folder, ignore_errors=True)
    contents = folder / "Rushes.app/Contents"
    copy(binary, contents / "MacOS/rushes", 0o755)
    plist = (ROOT / "packaging/macos/Info.plist").read_text(encoding="utf-8").replace("@VERSION@", version())
    (contents / "Info.plist").write_text(plist, encoding="utf-8")
    (contents / "Resources").mkdir()
    (contents / "Resources/rushes.icns").write_bytes(icons.icns((ROOT / "assets/app/rushes.png").read_bytes()))
    documents(contents / "Resources/documents")
    # Macs with a processor of Apple run nothing without any signature; `-` is one that names nobody.
    run(["codesign", "--force", "--sign", "-", folder / "Rushes.app"])
    (folder / "Applications").symlink_to("/Applications")
    out = OUT / f"Rushes-{version()}-macos.dmg"
    run(["hdiutil", "create", "-volname", "Rushes", "-srcfolder", folder, "-ov", "-format", "UDZO", out])
    return out


def installer(binary, date):
    """A zip, and an installer made by the WiX toolset 3, neither of them signed."""
    folder = WORK / f"rushes-{version()}-x86_64-windows"
    shutil.rmtree(folder, ignore_errors=True)
    copy(binary, folder / "rushes.exe", 0o755)
    copy(ROOT / "packaging/papers/_rushes.ps1", folder / "_rushes.ps1")
    documents(folder / "documents")
    packed = OUT / f"{folder.name}.zip"
    pack_zip(folder, packed, date)
    (WORK / "rushes.ico").write_bytes(icons.ico((ROOT / "assets/app/rushes.png").read_bytes()))
    tools = Path(os.environ["WIX"]) / "bin" if "WIX" in os.environ else Path()
    out = OUT / f"{folder.name}.msi"
    run([tools / "candle.exe", "-nologo", "-arch", "x64", f"-dVersion={version()}", f"-dFolder={folder}",
         f"-dIcon={WORK / 'rushes.ico'}", "-o", WORK / "rushes.wixobj", ROOT / "packaging/windows/rushes.wxs"])
    run([tools / "light.exe", "-nologo", "-spdb", "-o", out, WORK / "rushes.wixobj"])
    return [packed, out]


def build():
    """Builds the release program and returns its path. On a Mac it is one for both kinds of processor."""
    target = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target")
    if sys.platform == "darwin":
        kinds = ["aarch64-apple-darwin", "x86_64-apple-darwin"]
        for kind in kinds:
            run(["cargo", "build", "--locked", "--release", "--target", kind], cwd=ROOT)
        both = WORK / "rushes-both"
        WORK.mkdir(parents=True, exist_ok=True)
        run(["lipo", "-create", "-output", both, *[target / kind / "release/rushes" for kind in kinds]])
        return both
    run(["cargo", "build", "--locked", "--release"], cwd=ROOT)
    return target / "release" / ("rushes.exe" if os.name == "nt" else "rushes")


def make(binary, strict):
    """Makes every package of this system and returns their paths."""
    date, machine = epoch(), platform.machine()
    if sys.platform == "darwin":
        return [disk_image(binary)]
    if os.name == "nt":
        return installer(binary, date)
    check_texts(strict)
    made = [debian(binary, date, machine), tarball(binary, date, machine)]
    if machine == "x86_64":
        made.append(appimage(binary, date, machine, strict))
    else:
        say(f"AppImage: SKIPPED, because there is no pinned runtime for {machine}.")
    return made


def main():
    parser = argparse.ArgumentParser(prog="./dev package", description=__doc__.split("\n")[0])
    parser.add_argument("--binary", type=Path, help="a release program that is there already, in place of building one")
    parser.add_argument("--strict", action="store_true",
                        help="fail where something could be made only for trying it out; for releases")
    parser.add_argument("--try", action="store_true", dest="tries",
                        help="install and start every package in a clean root (Linux, as root)")
    options = parser.parse_args()
    try:
        shutil.rmtree(WORK, ignore_errors=True)
        OUT.mkdir(parents=True, exist_ok=True)
        binary = options.binary.resolve() if options.binary else build()
        if not binary.is_file():
            raise Trouble(f"There is no program at {binary}.")
        made = sorted(make(binary, options.strict), key=lambda path: path.name)
        sums = "".join(f"{sha256(path)}  {path.name}\n" for path in made)
        (OUT / "SHA256SUMS").write_bytes(sums.encode())
    except Trouble as trouble:
        say(f"No package was made: {trouble}")
        sys.exit(1)
    for path in made:
        print(f"{path.stat().st_size / 1e6:7.1f} MB  {path.relative_to(ROOT)}")
    if options.tries:
        sys.stdout.flush()
        command = [sys.executable, "-B", ROOT / "tests/package/try.py", *made]
        sys.exit(subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL).returncode)


if __name__ == "__main__":
    main()
