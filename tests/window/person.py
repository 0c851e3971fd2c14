"""What the scenarios share: a window that is started, watched and used through the accessibility bus.

Every step waits for what it expects to see, and says what it saw instead when that does not come.
"""

import atexit
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pyatspi

PATIENCE_SECS = 60
CHOICES = ("radio button", "push button", "toggle button")
FIELDS = ("entry", "text", "password text")

OUT = Path(os.environ["OUT"])
LIBRARY = Path(os.environ["LIBRARY"])
found = {}


def keep_found():
    (OUT / "found.json").write_text(json.dumps(found, indent=2, ensure_ascii=False), encoding="utf-8")


def picture(name):
    subprocess.run(["import", "-window", "root", str(OUT / name)], check=False)


class Window:
    """One run of the program."""

    def __init__(self, *arguments, title="^Rushes( - .*)?$"):
        self.title = title
        self.began = time.monotonic()
        self.frame_log = OUT / "frames"
        self.log = open(OUT / "window.log", "ab")
        self.process = subprocess.Popen(
            [os.environ["RUSHES"], "--library", str(LIBRARY), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=self.log,
            env={**os.environ, "PATH": os.environ["WINDOW_PATH"], "RUSHES_FRAME_LOG": str(self.frame_log)},
        )
        atexit.register(self.kill)
        self.app = self.wait_for("the window on the accessibility bus", self.application)

    def application(self):
        for candidate in pyatspi.Registry.getDesktop(0):
            try:
                if candidate is not None and candidate.get_process_id() == self.process.pid:
                    return candidate
            except Exception:  # noqa: BLE001 - the bus raises errors of several types for what is gone
                continue
        return None

    def nodes(self):
        """All nodes with role and name; the tree may change meanwhile, so what is gone is left out."""
        stack = [self.application()]
        while stack:
            node = stack.pop()
            try:
                if node is None:
                    continue
                yield node, node.getRoleName(), node.name or ""
                stack.extend(node[index] for index in range(node.childCount))
            except Exception:  # noqa: BLE001 - see above
                continue

    def everything(self):
        """All that the bus tells: names, descriptions and texts."""
        told = []
        for node, role, name in self.nodes():
            told.append(f"{role}: {name}")
            try:
                told.append(node.description or "")
                told.append(node.queryText().getText(0, -1))
            except Exception:  # noqa: BLE001 - most nodes have no text
                continue
        return "\n".join(line for line in told if line)

    def fail(self, what):
        picture("failed.png")
        code = self.process.poll()
        seen = "\n".join(f"  {role}: {name}" for _, role, name in self.nodes())
        sys.exit(f"{what} did not come. Ended with: {code}. The window shows:\n{seen}")

    def wait_for(self, what, look):
        """Comes back with the first truthy answer of `look`."""
        deadline = time.monotonic() + PATIENCE_SECS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                answer = look()
            except Exception:  # noqa: BLE001 - a node may go between two questions about it
                answer = None
            if answer:
                return answer
            time.sleep(0.05)
        return self.fail(what)

    def find(self, what, fits):
        return self.wait_for(what, lambda: next((node for node, role, name in self.nodes() if fits(role, name)), None))

    def action(self, text):
        """The action of the control called `text`, else of one whose name begins or ends with it. Disabled ones have none."""

        def action():
            controls = [(node, name) for node, role, name in self.nodes() if role in CHOICES]
            begins = lambda name: name.lower().startswith(text.lower())  # noqa: E731
            controls.sort(key=lambda control: (control[1] != text, not begins(control[1])))
            for node, name in controls:
                if begins(name) or name.endswith(f": {text}"):
                    # The bus tells nobody that a control was enabled, so what is remembered of it may be old.
                    node.clear_cache()
                    try:
                        return node.queryAction()
                    except NotImplementedError:
                        continue
            return None

        return self.wait_for(f"a control {text} that can be pressed", action)

    def press(self, text):
        """Presses a control by its own action, as a screen reader does."""
        self.action(text).doAction(0)

    def field(self, name):
        return self.find(f"the field {name}", lambda role, its: its == name and role in FIELDS)

    def write(self, name, text):
        """Puts text into a field. Returns the field."""
        field = self.field(name)
        field.queryComponent().grabFocus()
        field.queryEditableText().setTextContents(text)
        return field

    def write_anywhere(self, begins, text):
        """Puts text into the field whose name begins so, without the keyboard."""
        field = self.find(f"the field {begins}", lambda role, name: name.startswith(begins) and role in FIELDS)
        field.queryEditableText().setTextContents(text)

    def text_of(self, name):
        return self.field(name).queryText().getText(0, -1)

    def label(self, text):
        """Something that is said and holds `text`."""
        return self.find(f"the words {text}", lambda role, name: role in ("label", "status bar", "text") and text in name)

    def prompt(self, text):
        self.write("Prompt", text)
        self.wait_for("the typed prompt", lambda: self.text_of("Prompt") == text)

    def generate_button(self, price):
        fits = lambda role, name: name.startswith("Generate") and price in name and "needs a key" not in name  # noqa: E731
        return self.find(f"a Generate button with {price}", fits)

    def generate(self, price):
        name = self.generate_button(price).name
        self.press(name)

    def card(self, prompt, state):
        fits = lambda role, name: role in CHOICES and name.startswith(prompt) and state.lower() in name.lower()  # noqa: E731
        return self.find(f"a card “{prompt}” that is {state}", fits)

    def frames(self):
        try:
            return self.frame_log.stat().st_size
        except FileNotFoundError:
            return 0

    def idle_frames(self, seconds):
        """Frames painted in so many seconds, once everything that moves has come to rest."""

        def rests():
            before = self.frames()
            time.sleep(1.5)
            return self.frames() == before and before > 0

        self.wait_for("a window that has come to rest", rests)
        before = self.frames()
        time.sleep(seconds)
        return self.frames() - before

    def on_screen(self):
        """Ids of the windows with this title. The search ends with nothing while another window goes, so it is repeated."""
        search = ["xdotool", "search", "--onlyvisible", "--name", self.title]
        return self.wait_for(
            "a window on the screen",
            lambda: subprocess.run(search, capture_output=True, text=True, check=True).stdout.split(),
        )

    def close(self):
        """Closes the window by the window manager's own key."""
        window = self.on_screen()[0]
        subprocess.run(["xdotool", "windowactivate", "--sync", window, "key", "alt+F4"], check=True, timeout=30)
        found["exit"] = self.process.wait(timeout=PATIENCE_SECS)

    def kill(self):
        self.process.kill()
        self.process.wait()


def key(*names):
    subprocess.run(["xdotool", "key", "--clearmodifiers", *names], check=True)
