"""A virtual display, and looking at it: when a window is there and has something in it."""

import ctypes
import os
import subprocess
import time

WIDTH, HEIGHT = 1440, 900
# Lines of pixels that are looked at: below any bar of a title, where a program has its contents.
LINES = range(140, 860, 48)
# Different pixels on those lines from which on a window shows something. An empty one has a handful.
CONTENT = 12
# From so many on the pictures of clips are among it: an interface alone has a third of that.
PICTURES = 400
LOOK_SECONDS = 0.002


class Image(ctypes.Structure):
    """The beginning of Xlib's XImage."""

    _fields_ = [("width", ctypes.c_int), ("height", ctypes.c_int), ("xoffset", ctypes.c_int), ("format", ctypes.c_int),
                ("data", ctypes.POINTER(ctypes.c_char))]


def _xlib():
    x = ctypes.CDLL("libX11.so.6")
    x.XOpenDisplay.restype = ctypes.c_void_p
    x.XOpenDisplay.argtypes = [ctypes.c_char_p]
    x.XDefaultRootWindow.restype = ctypes.c_ulong
    x.XDefaultRootWindow.argtypes = [ctypes.c_void_p]
    x.XGetImage.restype = ctypes.POINTER(Image)
    x.XGetImage.argtypes = [ctypes.c_void_p, ctypes.c_ulong, ctypes.c_int, ctypes.c_int, ctypes.c_uint, ctypes.c_uint,
                            ctypes.c_ulong, ctypes.c_int]
    x.XDestroyImage.argtypes = [ctypes.POINTER(Image)]
    x.XCloseDisplay.argtypes = [ctypes.c_void_p]
    return x


class Screen:
    """An Xvfb of our own, with a number that it chooses, for as long as a `with` block."""

    def __enter__(self):
        reading, writing = os.pipe()
        self.server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-nolisten", "tcp"],
            pass_fds=[writing], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(writing)
        with os.fdopen(reading) as told:
            self.name = f":{told.readline().strip()}"
        self.x = _xlib()
        self.display = self.x.XOpenDisplay(self.name.encode())
        if not self.display:
            raise RuntimeError("Xvfb did not start")
        self.root = self.x.XDefaultRootWindow(self.display)
        return self

    def __exit__(self, *_):
        self.x.XCloseDisplay(self.display)
        self.server.terminate()
        self.server.wait()

    def colors(self):
        """How many different pixels lie on the lines."""
        seen = set()
        for y in LINES:
            # All planes, as they are (ZPixmap).
            image = self.x.XGetImage(self.display, self.root, 0, y, WIDTH, 1, 0xFFFFFFFF, 2)
            seen.update(memoryview(ctypes.string_at(image.contents.data, 4 * WIDTH)).cast("I"))
            self.x.XDestroyImage(image)
        return len(seen)

    def wait_for_content(self, child, colors=CONTENT, seconds=300):
        """Waits until something stands on the screen, and returns when that was (seconds, monotonic)."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.colors() >= colors:
                return time.monotonic()
            if child.poll() is not None:
                raise RuntimeError(f"the window ended with {child.poll()}")
            time.sleep(LOOK_SECONDS)
        raise RuntimeError(f"nothing on the screen after {seconds} s")

    def wait_for_nothing(self, seconds=20):
        """Waits until the last window is gone."""
        end = time.monotonic() + seconds
        while self.colors() >= CONTENT:
            if time.monotonic() > end:
                raise RuntimeError("the last window does not go away")
            time.sleep(0.02)

    def wheel(self, notches, down=True):
        """Turns the wheel over the middle of the screen."""
        command = ["xdotool", "mousemove", str(WIDTH // 2), str(HEIGHT // 2), "click", "--repeat", str(notches), "--delay", "20",
                   "5" if down else "4"]
        subprocess.run(command, env={**os.environ, "DISPLAY": self.name}, check=True, stdin=subprocess.DEVNULL)
