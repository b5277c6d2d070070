"""The length of a film in Matroska and WebM: elements in elements (RFC 8794; RFC 9559, 5.1.2)."""

from __future__ import annotations

import math
import struct

from p2pstream.content.durations.asking import Asking
from p2pstream.limits import Limits

__all__ = ["MAGIC", "elements_duration"]

#: What such a file begins with: the identity of its first element.
MAGIC = b"\x1a\x45\xdf\xa3"
_SEGMENT, _CLUSTER, _INFO = 0x18538067, 0x1F43B675, 0x1549A966
_SCALE, _DURATION = 0x2AD7B1, 0x4489
#: Nanoseconds of a tick, where that is not said.
_USUAL_SCALE = 1_000_000
#: Bytes of an identity, and of a size.
_HEAD = 4 + 8


def elements_duration(length: int, limits: Limits) -> Asking[int]:
    """Milliseconds; 0: it is not said before the pictures."""
    at = 0
    while at < length:
        head = yield at, min(length, at + _HEAD)
        identity, size, taken = _element(head)
        if not taken or identity == _CLUSTER:
            return 0
        at += taken
        if identity == _INFO:
            told = yield at, min(length, at + min(size, limits.duration_bytes))
            return _told(told)
        if identity != _SEGMENT:
            at += size
    return 0


def _told(info: bytes) -> int:
    scale, ticks = _USUAL_SCALE, 0.0
    at = 0
    while at < len(info):
        identity, size, taken = _element(info[at : at + _HEAD])
        if not taken:
            break
        at += taken
        value = info[at : at + size]
        if identity == _SCALE:
            scale = int.from_bytes(value[:8], "big")
        elif identity == _DURATION and len(value) in (4, 8):
            (ticks,) = struct.unpack(">f" if len(value) == 4 else ">d", value)
        at += size
    milliseconds = ticks * scale / 1_000_000
    return int(milliseconds) if math.isfinite(milliseconds) else 0


def _element(head: bytes) -> tuple[int, int, int]:
    """Its identity, its size, and how many bytes say both; none of them where it is none."""
    identity, said = _number(head, 4, True)
    size, more = _number(head[said:], 8, False)
    return (identity, size, said + more) if said and more else (0, 0, 0)


def _number(raw: bytes, most: int, marked: bool) -> tuple[int, int]:
    """A number of variable size, with the bit that ends its length or without; and its bytes."""
    taken = 9 - raw[0].bit_length() if raw and raw[0] else most + 1
    if taken > min(most, len(raw)):
        return 0, 0
    number = int.from_bytes(raw[:taken], "big")
    return number if marked else number - (1 << 7 * taken), taken
