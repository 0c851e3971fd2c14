"""Messages of the desktop: none while the window is in front or where no service shows them; else one for all endings, and
a click on it shows the clip. Then the clip as a file on the clipboard."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from person import LIBRARY, OUT, Window, found, keep_found, key, picture

PROMPT = "a kite over a frozen lake"
NOTED = OUT / "notified"


def notices():
    return [json.loads(line) for line in NOTED.read_text().splitlines()] if NOTED.exists() else []


def active_name():
    done = subprocess.run(["xdotool", "getactivewindow", "getwindowname"], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def leave(window):
    """Another window comes and takes the focus. Returns its process."""
    other = subprocess.Popen(["xev", "-event", "owner_grab_button"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    window.wait_for("another window in front", lambda: active_name() and not active_name().startswith("Rushes"))
    return other


def come_back(window, other):
    other.terminate()
    other.wait()
    subprocess.run(["xdotool", "windowactivate", "--sync", window.on_screen()[0]], check=True, timeout=30)
    window.wait_for("the window in front", lambda: active_name().startswith("Rushes"))


def is_ready(count):
    return lambda role, name: name.startswith(PROMPT) and f"take {count}, Ready" in name


def main():
    window = Window()
    window.press("practice")
    window.prompt(PROMPT)

    # Nothing shows messages here: the question comes, the clip comes, and that is all.
    window.generate("free")
    window.find("a card", lambda role, name: name.startswith(PROMPT))
    other = leave(window)
    window.wait_for("the title to count", lambda: titles(window) == ["Rushes - 1 working"])
    found["title"] = titles(window)[0]
    window.find("the question", lambda role, name: "Tell me when clips are ready?" in name)
    picture("question.png")
    window.press("Yes")
    window.wait_for("the answer in the settings", lambda: "notifications = true" in (LIBRARY / "settings.toml").read_text())
    window.find("the first clip", is_ready(1))
    window.wait_for("a plain title", lambda: titles(window) == ["Rushes"])
    come_back(window, other)

    # With a service: two endings while the window is away are one message.
    service = subprocess.Popen([sys.executable, str(Path(__file__).parent / "message_service.py"), str(NOTED)])
    gdbus = ["gdbus", "wait", "--session", "--timeout", "20", "org.freedesktop.Notifications"]
    subprocess.run(gdbus, check=True)
    # In front, nothing is told.
    window.generate("free")
    window.find("the second clip", is_ready(2))
    time.sleep(6)
    found["told_in_front"] = len(notices())
    for _ in range(2):
        window.generate("free")
    other = leave(window)
    window.find("the fourth clip", is_ready(4))
    window.wait_for("a message", notices)
    time.sleep(6)
    found["notices"] = notices()
    picture("away.png")
    Path(str(NOTED) + ".press").write_text(str(found["notices"][0]["id"]))
    window.wait_for("the window in front after the click", lambda: active_name().startswith("Rushes"))
    found["is_in_front"] = True
    window.find("the details of the clip", lambda role, name: name == "Open")
    other.terminate()
    other.wait()
    service.terminate()
    service.wait()

    # The clip as a file.
    window.card(PROMPT, "take 4, ready").queryComponent().grabFocus()
    key("ctrl+shift+c")
    paste = ["xclip", "-selection", "clipboard", "-o", "-t"]

    def offered():
        done = subprocess.run([*paste, "TARGETS"], capture_output=True, text=True, check=False, timeout=20)
        return "text/uri-list" in done.stdout and done.stdout

    window.wait_for("files on the clipboard", offered)
    done = subprocess.run([*paste, "text/uri-list"], capture_output=True, text=True, check=True, timeout=20)
    found["uris"] = done.stdout.split()
    picture("copied.png")
    window.close()
    found["log"] = [line for line in (OUT / "window.log").read_text().splitlines() if "ERROR" in line or "panic" in line]
    keep_found()


def titles(window):
    ids = window.on_screen()
    named = [subprocess.run(["xdotool", "getwindowname", one], capture_output=True, text=True, check=False) for one in ids]
    return [one.stdout.strip() for one in named]


assert os.environ["DISPLAY"]
main()
