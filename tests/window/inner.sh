#!/usr/bin/env bash
# Runs inside xvfb-run and dbus-run-session: a desktop of a window manager, a password store and the accessibility bus,
# the real window on it, and the driver that uses the window like a person.
#
# Wants RUSHES (the program), LIBRARY (a folder for it), OUT (a folder for what is found) and DRIVER (the script).
set -euo pipefail

HOME="$(mktemp -d)" XDG_RUNTIME_DIR="$(mktemp -d)"
export HOME XDG_RUNTIME_DIR LC_ALL=C.UTF-8 XDG_CURRENT_DESKTOP=GNOME LIBGL_ALWAYS_SOFTWARE=1
chmod 700 "$XDG_RUNTIME_DIR"
started=""
cleanup() {
    # Only what this script started, by its id.
    for id in $started; do kill "$id" 2>/dev/null || true; done
    rm -rf "$HOME" "$XDG_RUNTIME_DIR"
}
trap cleanup EXIT

# Services that the bus starts inherit the bus's environment, which was made before ours.
dbus-update-activation-environment DISPLAY XAUTHORITY HOME XDG_RUNTIME_DIR XDG_CURRENT_DESKTOP LC_ALL
openbox &
started="$!"
printf 'test-password' | gnome-keyring-daemon --unlock --components=secrets >/dev/null
gdbus call --session --dest org.a11y.Bus --object-path /org/a11y/bus \
    --method org.freedesktop.DBus.Properties.Set org.a11y.Status IsEnabled '<true>' >/dev/null

RUSHES_FRAME_LOG="$OUT/frames" "$RUSHES" --library "$LIBRARY" >"$OUT/window.log" 2>&1 </dev/null &
window="$!"
started="$window $started"
# Debian's own python: pyatspi is a package of the system.
/usr/bin/python3 "$DRIVER" "$window" "$OUT" || { cat "$OUT/window.log"; exit 1; }
