"""Pictures as PNG files, made quickly rather than small."""

from __future__ import annotations

import struct
import zlib
from itertools import chain

__all__ = ["png"]

SIGNATURE = b"\x89PNG\r\n\x1a\n"
#: Eight bits each of red, green, blue and opacity; nothing unusual.
FORMAT = bytes((8, 6, 0, 0, 0))
#: Level 1 takes a fifth of the usual time and a quarter more room.
LEVEL = 1


def png(pixels: bytes, width: int, height: int) -> bytes:
    """Rows of red, green, blue and opacity as a PNG; the picture is made opaque."""
    opaque = bytearray(pixels)
    opaque[3::4] = b"\xff" * (width * height)
    line = width * 4
    rows = (opaque[at : at + line] for at in range(0, line * height, line))
    # Each row is preceded by its filter: 0, none.
    packed = zlib.compress(b"".join(chain.from_iterable((b"\0", row) for row in rows)), LEVEL)
    parts = ((b"IHDR", struct.pack(">II", width, height) + FORMAT), (b"IDAT", packed), (b"IEND", b""))
    return SIGNATURE + b"".join(_chunk(kind, body) for kind, body in parts)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
