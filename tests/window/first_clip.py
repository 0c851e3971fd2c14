"""A first start: types a shot, reads prices, generates a practice clip, and leaves the window idle."""

import time

import pyatspi
from person import Window, found, keep_found, key, picture

PROMPT = "A paper boat drifts down a rain-wet street at night"
IDLE_SECS = 30


def main():
    window = Window()
    window.field("Prompt")
    found["first_look_secs"] = round(time.monotonic() - window.began, 2)
    window.prompt(PROMPT)

    # Prices follow the settings at once, also where no key is known.
    keyless = lambda price: window.find(  # noqa: E731
        f"a Generate button with {price}", lambda role, name: name.startswith("Generate") and price in name
    ).name
    window.press("apiin")
    found["price_720p"] = keyless("90 cr")
    window.press("1080p")
    found["price_1080p"] = keyless("150 cr")
    window.press("720p")
    keyless("90 cr")
    window.press("practice")
    found["price_practice"] = keyless("free")

    clicked = time.monotonic()
    window.generate("free")
    card = window.card(PROMPT, "ready")
    found["card"] = card.name
    found["click_to_clip_secs"] = round(time.monotonic() - clicked, 2)
    found["start_to_clip_secs"] = round(time.monotonic() - window.began, 2)

    # An idle window paints no frame, not even for the cursor in the prompt.
    window.field("Prompt").queryComponent().grabFocus()
    found["idle_frames"] = window.idle_frames(IDLE_SECS)
    card = window.card(PROMPT, "ready")
    card.queryAction().doAction(0)
    card.queryComponent().grabFocus()
    picture("window.png")

    key("slash")
    window.wait_for(
        "the cursor in the search field",
        lambda: window.field("Search prompts").getState().contains(pyatspi.STATE_FOCUSED),
    )
    found["names"] = sorted({f"{role}: {name}" for _, role, name in window.nodes() if name})
    window.close()
    keep_found()


main()
