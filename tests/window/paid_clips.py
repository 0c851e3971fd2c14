"""Keys in a real password store, paid clips at a gateway on loopback, an order of unknown fate, and a killed window.

The gateway belongs to the test that runs this: it loses the answer to the order about the envelope, and this script finds
that order's job id in the file `job_id`.
"""

import os
import sqlite3
import subprocess
import time

from person import LIBRARY, OUT, Window, found, keep_found, picture

APIIN_KEY = os.environ["CANARY_APIIN"]
AIGATEWAY_KEY = os.environ["CANARY_AIGATEWAY"]
PAID = "A lighthouse blinks at noon"
LOST = "An envelope sinks in a well"
KILLED = "A kite crosses a frozen lake"
DRAFT = "Words that nobody sent yet"


def kept_key(gateway):
    """What the password store holds, as another program sees it."""
    asked = ["secret-tool", "lookup", "service", "rushes", "username", gateway]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout


def no_key_is_told(window, when):
    told = window.everything()
    for secret in (APIIN_KEY, AIGATEWAY_KEY):
        assert secret not in told and secret[:-4] not in told, f"the accessibility bus tells a key {when}"


def save_key(window, gateway, secret):
    window.write(f"Key of {gateway}", secret)
    window.action(f"Save the key of {gateway}")
    typed = window.text_of(f"Key of {gateway}")
    assert len(typed) == len(secret) and set(typed) <= {"•", "*", "●"}, f"the key field tells {len(typed)} characters"
    no_key_is_told(window, "while it is typed")
    window.press(f"Save the key of {gateway}")
    shown = window.wait_for(
        "the stored key", lambda: next(text for text in stored_keys(window) if text.endswith(secret[-4:]))
    )
    assert secret[:-4] not in shown and set(shown[:-5].strip()) == {"•"}, shown
    no_key_is_told(window, "when it is saved")


def stored_keys(window):
    return [node.queryText().getText(0, -1) for node, _, name in window.nodes() if name == "Stored key"]


def keys(window):
    window.press("Settings")
    save_key(window, "apiin", APIIN_KEY)
    assert kept_key("apiin") == APIIN_KEY, "the password store does not hold the key"
    window.press("Test the key of apiin")
    answer = lambda role, name: role == "label" and ("Works" in name or "no free way" in name)  # noqa: E731
    found["apiin_test"] = window.find("the answer of apiin", answer).name
    picture("settings.png")
    window.press("Forget the key of apiin")
    window.field("Key of apiin")
    window.wait_for("an empty password store", lambda: kept_key("apiin") == "")

    save_key(window, "aigateway", AIGATEWAY_KEY)
    window.press("Test the key of aigateway")
    found["aigateway_test"] = window.find("the answer of aigateway", lambda role, name: "Works, wallet" in name).name
    window.press("Close")


def paid_clip(window):
    window.press("aigateway")
    found["price_5s"] = window.generate_button("$0.40").name
    window.press("8 s")
    found["price_8s"] = window.generate_button("$0.64").name
    window.prompt(PAID)
    clicked = time.monotonic()
    window.generate("$0.64")
    card = window.card(PAID, "Ready")
    found["paid_clip_secs"] = round(time.monotonic() - clicked, 2)
    found["paid_card"] = card.name
    card.queryAction().doAction(0)
    opened = OUT / "opened"
    window.press("Open")
    window.wait_for("the player", lambda: opened.exists() and opened.read_text().endswith("\n"))
    found["opened"] = opened.read_text().splitlines()[0]
    window.press("Show in folder")
    # The file manager is asked over the bus or by the opener; there is none on the bus of this desktop.
    window.wait_for("the file manager", lambda: len(opened.read_text().splitlines()) > 1)
    found["revealed"] = opened.read_text().splitlines()[1]
    assert "cannot be" not in window.everything(), "a complaint about opening"

    def colors():
        box = card.queryComponent().getExtents(0)
        crop = f"{box.width}x{box.height}+{box.x}+{box.y}"
        asked = ["import", "-window", "root", "-crop", crop, "-format", "%k", "info:"]
        return int(subprocess.run(asked, capture_output=True, text=True, check=True).stdout)

    # A card without its poster is flat: some dozen colors from the edges of its letters.
    found["poster_colors"] = window.wait_for("a drawn poster", lambda: (many := colors()) > 300 and many)
    picture("paid.png")


def unconfirmed(window):
    window.prompt(LOST)
    window.generate("$0.64")
    card = window.card(LOST, "Unconfirmed")
    found["unconfirmed_card"] = card.name
    card.queryAction().doAction(0)
    for action in ("Check again", "Submit again anyway", "Discard this card", "Open the dashboard"):
        assert window.action(action), action
    picture("unconfirmed.png")
    job_id = window.wait_for("the job id from the gateway", lambda: (OUT / "job_id").read_text())
    window.write("Job id from the dashboard", job_id)
    window.press("Watch it")
    found["adopted_card"] = window.card(LOST, "Ready").name


def kept_draft():
    database = next(LIBRARY.rglob("library.db"))
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        return connection.execute("SELECT value FROM kept WHERE key = 'draft'").fetchone()[0]


def killed(window):
    window.prompt(KILLED)
    window.generate("$0.64")
    window.find(
        "an order that was accepted",
        lambda role, name: name.startswith(KILLED) and ("At aigateway" in name or "Rendering" in name),
    )
    window.prompt(DRAFT)
    window.wait_for("the draft on disk", lambda: DRAFT in kept_draft())
    window.kill()
    window = Window()
    assert window.text_of("Prompt") == DRAFT, window.text_of("Prompt")
    window.generate_button("$0.64")
    found["card_after_kill"] = window.card(KILLED, "Ready").name
    picture("after-kill.png")
    return window


def picture_by_dialog(window):
    """The file dialog is a script named zenity that answers with a path at once: no real dialog is opened here."""
    window.press("Choose a start picture")
    window.action("Remove start picture")
    picture("picture.png")


def main():
    window = Window()
    keys(window)
    paid_clip(window)
    unconfirmed(window)
    window = killed(window)
    picture_by_dialog(window)
    window.close()
    keep_found()


main()
