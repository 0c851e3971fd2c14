"""From the start to an open clip by keys alone: no pointer, and the accessibility bus is only read."""

import subprocess
import time

import pyatspi
from person import LIBRARY, OUT, Window, found, keep_found, key, picture

PROMPT = "a paper boat on a wet street"


def write(text):
    subprocess.run(["xdotool", "type", "--delay", "30", text], check=True)


def focused(window):
    for node, role, name in window.nodes():
        if node.getState().contains(pyatspi.STATE_FOCUSED):
            return name or role
    return ""


def tab_to(window, fits, most=120):
    """Presses Tab until what has the focus fits. Returns its name."""
    before = None
    for _ in range(most):
        name = focused(window)
        if fits(name):
            return name
        key("Tab")
        # One step at a time: the bus hears of the focus a frame later.
        before = name
        deadline = time.monotonic() + 2
        while focused(window) == before and time.monotonic() < deadline:
            time.sleep(0.02)
    return window.fail(f"the focus on what was looked for, after {before},")


def run(window, words):
    """Finds a command in the palette and runs it."""
    key("ctrl+k")
    window.wait_for("the palette", lambda: focused(window).startswith("Search commands"))
    write(words)
    window.find(f"{words} in the palette", lambda role, name: role == "menu item" and words.lower() in name.lower())
    key("Return")
    window.wait_for("the palette to close", lambda: not focused(window).startswith("Search commands"))


def main():
    window = Window()
    subprocess.run(["xdotool", "mousemove", "1439", "899"], check=True)
    window.wait_for("the cursor in the prompt", lambda: focused(window) == "Prompt")
    run(window, "make it at practice")
    window.generate_button("free")
    tab_to(window, lambda name: name == "Prompt")
    write(PROMPT)
    window.wait_for("the typed prompt", lambda: window.text_of("Prompt") == PROMPT)
    for take in (1, 2):
        key("ctrl+Return")
        window.find(f"an order of take {take}", lambda role, name, take=take: name.startswith(PROMPT) and f"take {take}," in name)
    for take in (1, 2):
        window.find(f"take {take}", lambda role, name, take=take: name.startswith(PROMPT) and f"take {take}, Ready" in name)
    found["card"] = tab_to(window, lambda name: name.startswith(PROMPT) and ", take " in name)
    key("c")
    window.find("the comparison", lambda role, name: name == "Close the comparison")
    picture("compare.png")
    key("4")
    window.wait_for("four stars", lambda: stars(window) == 4)
    found["stars"] = 4
    key("Return")
    opened = OUT / "opened"
    window.wait_for("the player", lambda: opened.exists() and opened.read_text().strip())
    found["opened"] = opened.read_text().strip()
    found["is_a_clip"] = found["opened"].startswith(str(LIBRARY / "clips"))
    key("Escape")
    window.find("the gallery", lambda role, name: name == "Search prompts")
    window.close()
    keep_found()


def stars(window):
    """The most stars that any rating shows."""
    most = 0
    for node, role, name in window.nodes():
        if role == "slider" and name.startswith(("Stars of", "Rating of")):
            most = max(most, int(node.queryValue().currentValue))
    return most


main()
