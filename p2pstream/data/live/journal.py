"""How slices are written down, one after another.  Pure.

An entry, big-endian::

    length u32 | check 8 | head u16 and so many bytes | leaves u16 and 32 bytes each | peaks

``length`` counts what stands behind ``check``, which is the beginning of its SHA-256: what
was cut by a crash is no entry.  The peaks (`content.hashes.slices.Peaks`), 32 bytes each, are those
of the epoch up to the end of the slice; none where not all before it is known.
"""

from __future__ import annotations

from hashlib import sha256
from struct import Struct

from p2pstream.content.hashes.slices import Peaks, subtrees
from p2pstream.content.signed.heads import HEAD_MOST, Head
from p2pstream.content.units import HASH_BYTES
from p2pstream.errors import BadHead
from p2pstream.limits import LIMITS
from p2pstream.values import value

__all__ = ["ENTRY_HEAD_BYTES", "ENTRY_MOST", "Slice", "entry_bytes"]

_FORM = Struct(">I8s")
#: What is to be read to know how long an entry is.
ENTRY_HEAD_BYTES = _FORM.size
#: The most bytes of an entry: 2^32 leaves have 33 peaks.
ENTRY_MOST = ENTRY_HEAD_BYTES + 4 + HEAD_MOST + HASH_BYTES * (LIMITS.live_slice_leaves + 33)


@value
class Slice:
    """One slice: its head, its leaves' hashes, and the tree up to its end, where that is known."""

    head: Head
    leaves: bytes
    peaks: Peaks | None = None

    def encode(self) -> bytes:
        """As it is written."""
        peaks = self.peaks.nodes if self.peaks is not None else b""
        count = self.head.count.to_bytes(2, "big")
        body = len(self.head.raw).to_bytes(2, "big") + self.head.raw + count + self.leaves + peaks
        return _FORM.pack(len(body), sha256(body).digest()[:8]) + body

    @classmethod
    def decode(cls, raw: bytes) -> Slice | None:
        """The entry that ``raw`` is, all of it; None if it is none."""
        length, check = _FORM.unpack_from(raw)
        body = raw[_FORM.size :]
        if length != len(body) or sha256(body).digest()[:8] != check:
            return None
        size = int.from_bytes(body[:2], "big")
        try:
            head = Head.decode(body[2 : 2 + size])
        except BadHead:
            return None
        rest = body[2 + size + 2 :]
        leaves, nodes = rest[: head.count * HASH_BYTES], rest[head.count * HASH_BYTES :]
        return cls(head, leaves, _peaks(head.stop, nodes))


def entry_bytes(raw: bytes) -> int:
    """How many bytes an entry has that begins so; 0 where none does."""
    if len(raw) < ENTRY_HEAD_BYTES:
        return 0
    length: int = _FORM.unpack_from(raw)[0] + ENTRY_HEAD_BYTES
    return length if length <= ENTRY_MOST else 0


def _peaks(leaves: int, nodes: bytes) -> Peaks | None:
    if len(nodes) != HASH_BYTES * len(subtrees(0, leaves)):
        return None
    peaks = Peaks()
    peaks.add(0, leaves, nodes)
    return peaks
