"""Our picture in the lists of televisions: a triangle, as on a key that plays, on a dark square.  Pure.

Televisions show PNG and JPEG, no SVG; this is drawn when the program starts, in a millisecond or two.
"""

from __future__ import annotations

import struct
import zlib

__all__ = ["icon_png"]

_PAPER, _INK = (24, 24, 28), (245, 166, 35)


def icon_png(size: int) -> bytes:
    """A PNG of that many pixels in height and width."""
    rows = b"".join(b"\0" + bytes(_row(size, y)) for y in range(size))
    head = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, parts))


def _row(size: int, y: int) -> list[int]:
    left, reach = round(size * 0.32), size * 0.28
    wide = size * 0.46 * (1 - abs(y + 0.5 - size / 2) / reach)
    inked = range(left, left + round(max(0.0, wide)))
    return [part for x in range(size) for part in (_INK if x in inked else _PAPER)]


def _chunk(part: tuple[bytes, bytes]) -> bytes:
    kind, body = part
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
