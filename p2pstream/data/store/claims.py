"""Which units a file on disk is sure to have: the small file that says so.

Sealed (`data.state.seal`): kind ``units``, version 1.  The body is the key (41 bytes),
when the stream was last used among others of its store (u64, big-endian), and a bit a
unit, the first in the highest bit of the first byte.
"""

from __future__ import annotations

import re

from p2pstream.content.keys import FileKey
from p2pstream.content.ranges import Ranges
from p2pstream.data.state import Damaged, seal, unseal
from p2pstream.values import value

__all__ = ["Claims", "claims_bytes"]

_KIND, _VERSION = "units", 1
_HEAD = 41 + 8
_SEAL = 128
_RUN = re.compile("1+")


@value
class Claims:
    """What was durable at the last checkpoint.

    :param used: larger than that of every stream that was used before.
    """

    key: FileKey
    units: Ranges
    used: int

    def encode(self) -> bytes:
        """The whole file."""
        body = self.key.encode() + self.used.to_bytes(8, "big") + _to_bits(self.units, self.key.units)
        return seal(_KIND, _VERSION, body)

    @classmethod
    def decode(cls, key: FileKey, raw: bytes, title: str) -> Claims:
        """What the file of ``key`` says.

        :raises Damaged: it is not whole, or another's.
        :raises errors.StorageError: a newer program wrote it.
        """
        body = unseal(_KIND, _VERSION, raw, title)
        bits = body[_HEAD:]
        if body[:41] != key.encode() or len(bits) != -(-key.units // 8):
            raise Damaged(f"{title} is another stream's")
        units = _from_bits(bits)
        if any(stop > key.units for _, stop in units):
            raise Damaged(f"{title} claims units that do not exist")
        return cls(key, units, int.from_bytes(body[41:_HEAD], "big"))


def claims_bytes(key: FileKey) -> int:
    """The most bytes that the file may have."""
    return _SEAL + _HEAD + -(-key.units // 8)


def _to_bits(units: Ranges, count: int) -> bytes:
    parts, at = [], 0
    for start, stop in units:
        parts.append("0" * (start - at) + "1" * (stop - start))
        at = stop
    size = -(-count // 8)
    parts.append("0" * (8 * size - at))
    return int("".join(parts) or "0", 2).to_bytes(size, "big")


def _from_bits(raw: bytes) -> Ranges:
    text = format(int.from_bytes(raw, "big"), f"0{8 * len(raw)}b") if raw else ""
    return Ranges(run.span() for run in _RUN.finditer(text))
