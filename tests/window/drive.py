"""Uses the real window like a person, through the accessibility bus: types a shot, reads prices, generates, waits.

Arguments: process id of the window, folder for what is found. Writes `found.json` and `window.png` there. Every step
waits for what it expects to see and says what it saw instead when that does not come.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

import pyatspi

PROMPT = "A paper boat drifts down a rain-wet street at night"
PATIENCE_SECS = 60
# Longer than any animation and any cursor blink.
IDLE_SECS = 10


def nodes(root):
    """All nodes below `root`; the tree may change meanwhile, so what is gone is left out."""
    stack = [root]
    while stack:
        node = stack.pop()
        try:
            if node is None:
                continue
            yield node, node.getRoleName(), node.name or ""
            stack.extend(node[index] for index in range(node.childCount))
        except Exception:  # noqa: BLE001 - the bus raises GLib errors of several types for nodes that are gone
            continue


def application(process):
    for candidate in pyatspi.Registry.getDesktop(0):
        try:
            if candidate is not None and candidate.get_process_id() == process:
                return candidate
        except Exception:  # noqa: BLE001 - see above
            continue
    return None


def wait_for(what, look):
    """Comes back with the first truthy answer of `look`."""
    deadline = time.monotonic() + PATIENCE_SECS
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    app = application(int(sys.argv[1]))
    seen = "\n".join(f"  {role}: {name}" for _, role, name in nodes(app)) if app else "  no application"
    screenshot("failed.png")
    sys.exit(f"{what} did not come. The window shows:\n{seen}")


def find(app, what, fits):
    return wait_for(what, lambda: next((node for node, role, name in nodes(app) if fits(role, name)), None))


def screenshot(name):
    subprocess.run(["import", "-window", "root", str(Path(sys.argv[2]) / name)], check=False)


def click(node):
    """Presses a control by its own action, as a screen reader does."""
    node.queryAction().doAction(0)


def is_choice(role):
    return role in ("radio button", "push button", "toggle button")


def generate_button(app, price):
    return find(app, f"a Generate button with {price}", lambda role, name: name.startswith("Generate") and price in name)


def frames(out):
    try:
        return (out / "frames").stat().st_size
    except FileNotFoundError:
        return 0


def main():
    process, out = int(sys.argv[1]), Path(sys.argv[2])
    began = time.monotonic()
    found = {}
    app = wait_for("the window on the accessibility bus", lambda: application(process))

    prompt = find(app, "the prompt field", lambda role, name: name == "Prompt" and role in ("entry", "text"))
    found["first_look_secs"] = round(time.monotonic() - began, 2)
    prompt.queryComponent().grabFocus()
    prompt.queryEditableText().setTextContents(PROMPT)
    wait_for("the typed prompt", lambda: prompt.queryText().getText(0, -1) == PROMPT)

    # Prices follow the settings at once, also where no key is known.
    click(find(app, "the tile of apiin", lambda role, name: is_choice(role) and name.startswith("apiin")))
    found["price_720p"] = generate_button(app, "90 cr").name
    click(find(app, "the choice 1080p", lambda role, name: is_choice(role) and name.endswith(": 1080p")))
    found["price_1080p"] = generate_button(app, "150 cr").name
    click(find(app, "the choice 720p", lambda role, name: is_choice(role) and name.endswith(": 720p")))
    generate_button(app, "90 cr")
    click(find(app, "the choice of practice", lambda role, name: is_choice(role) and name.lower().startswith("practice")))
    button = generate_button(app, "free")
    found["price_practice"] = button.name

    clicked = time.monotonic()
    click(button)
    card = find(
        app,
        "a card that is ready",
        lambda role, name: is_choice(role) and PROMPT in name and "ready" in name.lower(),
    )
    found["card"] = card.name
    found["first_clip_secs"] = round(time.monotonic() - clicked, 2)
    found["since_start_secs"] = round(time.monotonic() - began, 2)
    click(card)
    # The focus leaves the prompt, so no cursor blinks.
    card.queryComponent().grabFocus()

    # Idle means no frame at all, once everything that moves has come to rest.
    def rests():
        before = frames(out)
        time.sleep(1.5)
        return frames(out) == before and before > 0

    wait_for("a window that has come to rest", rests)
    before = frames(out)
    time.sleep(IDLE_SECS)
    found["idle_frames"] = frames(out) - before
    found["idle_secs"] = IDLE_SECS
    screenshot("window.png")
    found["names"] = sorted({f"{role}: {name}" for _, role, name in nodes(app) if name})
    (out / "found.json").write_text(json.dumps(found, indent=2, ensure_ascii=False), encoding="utf-8")


main()
