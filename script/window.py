"""What a window shows, asked of the X server itself.

A program can believe that it draws; a picture fetched from the server is what a
person sees.  libX11 is loaded by name: every player with a window needs it anyway.
"""

from __future__ import annotations

import ctypes
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from ctypes import POINTER, byref, c_char, c_char_p, c_int, c_long, c_uint, c_ulong, c_void_p
from dataclasses import dataclass
from pathlib import Path

#: Every plane of a pixel, and whole pixels instead of planes.
ALL_PLANES, Z_PIXMAP = c_ulong(-1), 2
VIEWABLE = 2
#: A title is read up to so many units of four bytes.
TITLE_UNITS = 256


class _Image(ctypes.Structure):
    """The public beginning of Xlib's XImage."""

    _fields_ = (
        ("width", c_int),
        ("height", c_int),
        ("xoffset", c_int),
        ("format", c_int),
        ("data", POINTER(c_char)),
        ("byte_order", c_int),
        ("bitmap_unit", c_int),
        ("bitmap_bit_order", c_int),
        ("bitmap_pad", c_int),
        ("depth", c_int),
        ("bytes_per_line", c_int),
        ("bits_per_pixel", c_int),
    )


class _Attributes(ctypes.Structure):
    """The part of Xlib's XWindowAttributes that we read, with room for the rest."""

    _fields_ = (
        ("x", c_int),
        ("y", c_int),
        ("width", c_int),
        ("height", c_int),
        ("border_width", c_int),
        ("depth", c_int),
        ("visual", c_void_p),
        ("root", c_ulong),
        ("window_class", c_int),
        ("bit_gravity", c_int),
        ("win_gravity", c_int),
        ("backing_store", c_int),
        ("backing_planes", c_ulong),
        ("backing_pixel", c_ulong),
        ("save_under", c_int),
        ("colormap", c_ulong),
        ("map_installed", c_int),
        ("map_state", c_int),
        ("rest", c_long * 8),
    )


@dataclass(frozen=True)
class Picture:
    """Rows of four bytes a pixel: blue, green, red and one that means nothing."""

    width: int
    height: int
    pixels: bytes

    def save(self, path: Path) -> None:
        """Write it as a PNG."""
        rows = bytearray()
        stride = 4 * self.width
        for at in range(0, len(self.pixels), stride):
            row = self.pixels[at : at + stride]
            colours = bytearray(3 * self.width)
            colours[0::3], colours[1::3], colours[2::3] = row[2::4], row[1::4], row[0::4]
            # Filter 1, each byte less the one a pixel before it: smooth pictures shrink a lot.
            before = bytes(3) + colours[:-3]
            rows += b"\1" + bytes((byte - left) & 255 for byte, left in zip(colours, before, strict=True))
        header = struct.pack(">IIBBBBB", self.width, self.height, 8, 2, 0, 0, 0)
        chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks))


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _functions() -> ctypes.CDLL:
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = c_void_p
    x11.XDefaultRootWindow.argtypes = [c_void_p]
    x11.XDefaultRootWindow.restype = c_ulong
    x11.XInternAtom.argtypes = [c_void_p, c_char_p, c_int]
    x11.XInternAtom.restype = c_ulong
    x11.XQueryTree.argtypes = [c_void_p, c_ulong, *[c_void_p] * 4]
    x11.XGetWindowAttributes.argtypes = [c_void_p, c_ulong, c_void_p]
    x11.XGetWindowProperty.argtypes = [
        c_void_p, c_ulong, c_ulong, c_long, c_long, c_int, c_ulong, *[c_void_p] * 5
    ]  # fmt: skip
    x11.XGetImage.argtypes = [c_void_p, c_ulong, c_int, c_int, c_uint, c_uint, c_ulong, c_int]
    x11.XGetImage.restype = POINTER(_Image)
    x11.XDestroyImage.argtypes = [POINTER(_Image)]
    x11.XFree.argtypes = [c_void_p]
    x11.XCloseDisplay.argtypes = [c_void_p]
    return x11


#: Xlib ends the process on any error, and a window may vanish between two calls of ours.
_ERROR_HANDLER = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p)
_ignore_errors = _ERROR_HANDLER(lambda display, error: 0)


class Server:
    """A connection to the X server called ``name``; it sees windows that open from now on."""

    def __init__(self, name: str) -> None:
        self._x11 = _functions()
        self._x11.XSetErrorHandler(_ignore_errors)
        self._display = self._x11.XOpenDisplay(name.encode())
        if not self._display:
            raise OSError(f"no X server answers at {name}")
        self._root = self._x11.XDefaultRootWindow(self._display)
        self._title = self._x11.XInternAtom(self._display, b"_NET_WM_NAME", 0)
        self._old = set(self._below(self._root))

    def close(self) -> None:
        """Hang up."""
        self._x11.XCloseDisplay(self._display)

    def picture(self, title: str) -> Picture | None:
        """What the new window with this in its title shows; None while there is none to be seen.

        SFML tells X no process id, so the title is all that there is to go by.
        """
        for window in self._below(self._root):
            if window not in self._old and title in self._title_of(window):
                with suppress(ValueError):
                    return self._grab(window)
        return None

    def _below(self, window: int) -> Iterator[int]:
        """Every window below one, however deep: window managers wrap windows in their own."""
        root, parent, count = c_ulong(), c_ulong(), c_uint()
        children = POINTER(c_ulong)()
        if not self._x11.XQueryTree(
            self._display, window, byref(root), byref(parent), byref(children), byref(count)
        ):
            return
        found = children[: count.value]
        if children:
            self._x11.XFree(children)
        for child in found:
            yield child
            yield from self._below(child)

    def _title_of(self, window: int) -> str:
        kind, form, count, left = c_ulong(), c_int(), c_ulong(), c_ulong()
        value = POINTER(c_char)()
        self._x11.XGetWindowProperty(
            self._display, window, self._title, 0, TITLE_UNITS, 0, 0,
            byref(kind), byref(form), byref(count), byref(left), byref(value),
        )  # fmt: skip
        title = ctypes.string_at(value, count.value) if value else b""
        if value:
            self._x11.XFree(value)
        return title.decode("utf-8", "replace")

    def _grab(self, window: int) -> Picture:
        about = _Attributes()
        self._x11.XGetWindowAttributes(self._display, window, byref(about))
        if about.map_state != VIEWABLE:
            raise ValueError("the window is not on the screen")
        image = self._x11.XGetImage(
            self._display, window, 0, 0, about.width, about.height, ALL_PLANES, Z_PIXMAP
        )
        if not image:
            raise ValueError("a part of the window is off the screen")
        try:
            seen = image.contents
            if seen.bits_per_pixel != 32:
                raise ValueError("this display has no pixels of four bytes")
            pixels = ctypes.string_at(seen.data, seen.bytes_per_line * seen.height)
            return Picture(seen.width, seen.height, pixels)
        finally:
            self._x11.XDestroyImage(image)
