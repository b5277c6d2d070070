"""How a link is cut into frames: ``len u24 | type u8 | channel u16 | body``, big-endian.  Pure."""

from __future__ import annotations

import struct

__all__ = ["ACCEPTOR_MAGIC", "DIALLER_MAGIC", "FRAME", "cut", "frame_head"]

#: 0x89 begins neither text nor HTTP nor TLS; CR LF 1A do not survive what mends text.
DIALLER_MAGIC = b"\x89P2PS\r\n\x1a"
ACCEPTOR_MAGIC = b"\x89P2PS\r\n\x1c"

#: The length's high byte and its low half, the type, the channel; ``len`` counts the body alone.
FRAME = struct.Struct(">BHBH")


def frame_head(type: int, channel: int, length: int) -> bytes:
    """The six bytes before a body of ``length`` bytes."""
    return FRAME.pack(length >> 16, length & 0xFFFF, type, channel)


def cut(text: str, most: int) -> bytes:
    """``text`` in UTF-8, and no more than ``most`` bytes of it: whole characters."""
    return text.encode("utf-8", "replace")[:most].decode("utf-8", "ignore").encode("utf-8")
