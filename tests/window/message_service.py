"""A service for messages of the desktop that shows nothing: it notes each as a line of JSON in the given file, and presses
the one whose number comes to stand in the file beside it, `.press`."""

import json
import sys
from pathlib import Path

from gi.repository import Gio, GLib

NOTED = Path(sys.argv[1])
INTERFACE = """
<node><interface name="org.freedesktop.Notifications">
  <method name="Notify">
    <arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/>
    <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="as" direction="in"/>
    <arg type="a{sv}" direction="in"/><arg type="i" direction="in"/><arg type="u" direction="out"/>
  </method>
  <signal name="ActionInvoked"><arg type="u"/><arg type="s"/></signal>
</interface></node>
"""
PATH = "/org/freedesktop/Notifications"
NAME = "org.freedesktop.Notifications"
count = 0


def called(_connection, _sender, _path, _interface, _method, parameters, invocation):
    global count
    app, replaces, icon, title, text, actions, hints, expires = parameters.unpack()
    count += 1
    note = {"id": count, "app": app, "title": title, "text": text, "actions": actions, "expires": expires}
    with NOTED.open("a", encoding="utf-8") as file:
        file.write(json.dumps(note) + "\n")
    invocation.return_value(GLib.Variant("(u)", (count,)))


def on_bus(connection, _name):
    node = Gio.DBusNodeInfo.new_for_xml(INTERFACE)
    connection.register_object(PATH, node.interfaces[0], called, None, None)
    press = Path(str(NOTED) + ".press")

    def look():
        if press.exists() and press.read_text().strip():
            number = int(press.read_text())
            press.unlink()
            signal = GLib.Variant("(us)", (number, "default"))
            connection.emit_signal(None, PATH, NAME, "ActionInvoked", signal)
        return True

    GLib.timeout_add(50, look)


Gio.bus_own_name(Gio.BusType.SESSION, NAME, Gio.BusNameOwnerFlags.NONE, on_bus, None, None)
GLib.MainLoop().run()
