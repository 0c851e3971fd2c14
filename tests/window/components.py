"""The window of `rushes --components`: every widget is there, the theme is the library's, and the library stays untouched."""

import subprocess

from person import OUT, Window, found, keep_found, key, picture

ROLES = ("push button", "toggle button", "radio button", "switch", "check box", "spin button", "slider", "menu item",
         "progress bar", "status bar", "entry", "text", "label", "separator", "split pane")


def color_at(name, x, y):
    told = subprocess.run(
        ["convert", str(OUT / name), "-format", f"%[hex:u.p{{{x},{y}}}]", "info:"], capture_output=True, text=True, check=True
    )
    return told.stdout[:6].lower()


def main():
    window = Window("--components", title="^Rushes components$")
    window.label("Seeds go up to 2 147 483 647")
    found["names"] = sorted({name for _, role, name in window.nodes() if name and role in ROLES})
    found["idle_frames"] = window.idle_frames(2)
    picture("window.png")
    found["corner"] = color_at("window.png", 12, 450)
    # The page is taller than the window.
    key("Tab")
    subprocess.run(["xdotool", "mousemove", "700", "500", "click", "--repeat", "60", "--delay", "10", "5"], check=True)
    window.idle_frames(0)
    picture("end.png")
    window.close()
    keep_found()


main()
