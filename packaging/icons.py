"""Icon files of Windows and macOS around one PNG of 256 × 256 pixels: both formats may simply hold it."""

import struct


def ico(png):
    """The program's picture for Windows: a directory with one entry, 0 meaning 256 pixels."""
    return struct.pack("<3H4B2H2I", 0, 1, 1, 0, 0, 0, 0, 1, 32, len(png), 22) + png


def icns(png):
    """The program's picture for macOS: `ic08` is a PNG of 256 × 256 pixels."""
    return b"icns" + struct.pack(">I", 16 + len(png)) + b"ic08" + struct.pack(">I", 8 + len(png)) + png
