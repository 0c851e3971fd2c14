"""From the start to an open clip through the accessibility bus alone: no pointer and no keyboard, as with a switch or a
voice."""

import pyatspi
from person import LIBRARY, OUT, Window, found, keep_found, picture

PROMPT = "a paper boat on a wet street"


def main():
    window = Window()
    window.press("practice")
    window.prompt(PROMPT)
    for _ in range(2):
        window.generate("free")
    for take in (1, 2):
        window.find(f"take {take}", lambda role, name, take=take: name.startswith(PROMPT) and f"take {take}, Ready" in name)
    window.card(PROMPT, "take 1, ready").queryAction().doAction(0)
    window.press("Compare")
    window.find("the comparison", lambda role, name: name == "Close the comparison")
    picture("compare.png")

    def rating():
        sliders = [node for node, role, name in window.nodes() if role == "slider" and name.startswith("Stars of")]
        return sliders[0].queryValue() if sliders else None

    window.wait_for("a rating", rating).currentValue = 4
    window.wait_for("four stars", lambda: int(rating().currentValue) == 4)
    found["stars"] = int(rating().currentValue)
    window.press("Close the comparison")
    card = window.card(PROMPT, "take 1, ready")
    card.queryAction().doAction(0)
    window.press("Open")
    opened = OUT / "opened"
    window.wait_for("the player", lambda: opened.exists() and opened.read_text().strip())
    found["opened"] = opened.read_text().strip()
    found["is_a_clip"] = found["opened"].startswith(str(LIBRARY / "clips"))

    # Whatever can be pressed has a name.
    nameless = []
    for node, role, name in window.nodes():
        try:
            if not name.strip() and node.queryAction().nActions > 0 and node.getState().contains(pyatspi.STATE_FOCUSABLE):
                nameless.append(role)
        except NotImplementedError:
            continue
    found["nameless"] = nameless
    # The menu of the window closes it; a window manager's key is a key.
    window.press("Commands")
    window.write_anywhere("Search commands", "quit")
    window.find("Quit", lambda role, name: role == "menu item" and name.startswith("Quit")).queryAction().doAction(0)
    found["exit"] = window.process.wait(timeout=60)
    keep_found()


main()
