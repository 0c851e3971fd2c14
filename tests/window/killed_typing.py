"""Somebody types into the prompt, and the program is killed at a random moment, KILLS times on the same library.

After each restart the form tells what was kept. What was typed is known key by key, with the time before each key was sent, so
what is told as lost is never less than what was.
"""

import os
import random
import subprocess
import threading
import time

import pyatspi
from person import Window, found, keep_found

KILLS = int(os.environ["KILLS"])
# The moments of the kills, in seconds after the first key.
SOONEST, LATEST = 0.2, 3.5
# The pace of a hand, in milliseconds between two keys.
FASTEST, SLOWEST = 20, 120
WORDS = "a paper boat drifts down a rain wet street at night "


def press(*arguments):
    return subprocess.run(["xdotool", *arguments], capture_output=True, text=True, check=True).stdout.strip()


def is_in_front(window):
    return press("getactivewindow", "getwindowpid") == str(window.process.pid)


def has_cursor(field):
    field.clear_cache()
    return field.getState().contains(pyatspi.STATE_FOCUSED)


def type_until_killed(window, number, chance):
    """Types a text that begins with `number` in place of what is there. Returns the keys with their times, and that of the kill."""
    field = window.field("Prompt")
    field.queryComponent().grabFocus()
    window.wait_for("the cursor in the prompt", lambda: is_in_front(window) and has_cursor(field))
    press("key", "ctrl+a")
    text = f"{number} {WORDS * 3}"
    keys, killed = [], []

    def kill():
        window.process.kill()
        killed.append(time.monotonic())

    timer = threading.Timer(chance.uniform(SOONEST, LATEST), kill)
    timer.start()
    for letter in text:
        if killed:
            break
        keys.append((time.monotonic(), letter))
        press("type", "--delay", str(chance.randint(FASTEST, SLOWEST)), letter)
    timer.join()
    window.process.wait()
    return [key for key in keys if key[0] <= killed[0]], killed[0]


def lost_keys(window, keys, before):
    """What of `keys` the restarted window does not have in its form, and what it has there."""
    typed, kept = "".join(letter for _, letter in keys), window.text_of("Prompt")
    if typed.startswith(kept):
        return keys[len(kept) :], kept
    if kept != before:
        window.fail(f"“{typed}”, its beginning or “{before}” instead of “{kept}”")
    return keys, kept


def main():
    seed = int.from_bytes(os.urandom(4), "big")
    chance = random.Random(seed)
    lost, counted, kept = [], 0, ""
    window = Window()
    for number in range(1, KILLS + 1):
        keys, killed = type_until_killed(window, number, chance)
        window = Window()
        gone, kept = lost_keys(window, keys, kept)
        lost.append(round((killed - gone[0][0]) * 1000) if gone else 0)
        counted += len(keys)
    window.close()
    found.update(seed=seed, kills=len(lost), keys=counted, worst_ms=max(lost), lost_ms=lost)
    keep_found()


main()
