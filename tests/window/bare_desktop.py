"""A desktop with no password store and no file picker: each says so, and there is another way."""

import os

from person import OUT, Window, found, keep_found, picture

KEY = os.environ["CANARY_APIIN"]
IDLE_SECS = 30
PROMPT = "A snail climbs a brass clock"


def main():
    window = Window()
    window.press("Settings")
    window.write("Key of apiin", KEY)
    window.press("Save the key of apiin")
    found["no_store"] = window.label("password store running").name
    picture("no-store.png")
    assert KEY not in window.everything(), "the accessibility bus tells the key"
    window.press("Use the key of apiin until the window closes")
    window.label("In memory, until the window closes")
    window.press("Close")

    window.press("apiin")
    window.prompt(PROMPT)
    window.generate("90 cr")
    found["card"] = window.card(PROMPT, "Ready").name

    window.press("Choose a start picture")
    found["no_picker"] = window.label("no file picker").name
    window.write("Path of the picture", str(OUT / "start.png"))
    window.press("Use")
    window.action("Remove start picture")
    card = window.card(PROMPT, "Ready")
    card.queryAction().doAction(0)
    card.queryComponent().grabFocus()
    found["idle_frames"] = window.idle_frames(IDLE_SECS)
    picture("window.png")
    assert KEY not in window.everything(), "the accessibility bus tells the key"
    window.close()
    keep_found()


main()
