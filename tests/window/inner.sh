#!/usr/bin/env bash
# Runs inside xvfb-run and dbus-run-session: a desktop of a window manager, the accessibility bus and, when STORE is set,
# an unlocked password store; then a scenario that uses the real window like a person.
#
# Wants RUSHES (the program), LIBRARY (a folder for it), HOME (an empty folder), OUT (a folder for what is found),
# WINDOW_PATH (where the program finds other programs) and SCENARIO (the script).
set -euo pipefail

XDG_RUNTIME_DIR="$(mktemp -d)"
export XDG_RUNTIME_DIR LC_ALL=C.UTF-8 XDG_CURRENT_DESKTOP=GNOME LIBGL_ALWAYS_SOFTWARE=1 PYTHONDONTWRITEBYTECODE=1 GSETTINGS_BACKEND=memory
chmod 700 "$XDG_RUNTIME_DIR"
started=""
cleanup() {
    # Only what this script started, by its id.
    for id in $started; do kill "$id" 2>/dev/null || true; done
    rm -rf "$XDG_RUNTIME_DIR"
}
trap cleanup EXIT

# Services that the bus starts inherit the bus's environment, which was made before ours.
dbus-update-activation-environment DISPLAY XAUTHORITY HOME XDG_RUNTIME_DIR XDG_CURRENT_DESKTOP LC_ALL \
    GSETTINGS_BACKEND
openbox &
started="$!"
if [ -n "${STORE:-}" ]; then
    printf 'test-password' | gnome-keyring-daemon --foreground --unlock --components=secrets >/dev/null &
    started="$! $started"
    gdbus wait --session --timeout 20 org.freedesktop.secrets
fi
gdbus call --session --dest org.a11y.Bus --object-path /org/a11y/bus \
    --method org.freedesktop.DBus.Properties.Set org.a11y.Status IsEnabled '<true>' >/dev/null

# Debian's own python: pyatspi is a package of the system.
/usr/bin/python3 "$SCENARIO" || { cat "$OUT/window.log"; exit 1; }
