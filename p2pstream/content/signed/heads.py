"""Heads: what a broadcast says of each slice of itself, signed by the channel's key.

A head, big-endian::

    ver u8 = 1 | flags u8 | epoch u32 | seq u64 | first u64 | n u16 | t_cap u64 | dur u32
    | rap i32 | prev 32 | k u8 | k roots of 32 | [SEGMENT: 16] | [FINAL: length u64, root 32] | signature 64

``[first, first + n)`` are the leaves of the slice, up to 256, and the ``k`` roots those of
its subtrees (`content.hashes.slices`).  ``t_cap`` is the source's clock in unix ms when the slice
began, ``dur`` how many ms it lasts, ``rap`` the byte of the slice at which somebody may begin
to watch, -1 for none.  ``prev`` is the SHA-256 of the head before; for the first of an
epoch that of the last of the epoch before, or zeros.

Where a segment for players of HTTP begins within the slice, what is said of it stands behind
the roots (`content.hls.starts`).

No leaves at all make a heartbeat.  The last head of an epoch has the length and the root of
all of it, and only its last leaf may be short.  The signature is over ``p2ps-head-1`` and
all that stands before it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import IntFlag
from functools import cached_property
from hashlib import sha256
from struct import Struct

from p2pstream.codes import Code
from p2pstream.content.hashes.slices import subtrees
from p2pstream.content.hls.starts import SEGMENT_START_BYTES, SegmentStart
from p2pstream.content.keys import FileKey
from p2pstream.content.signing import SIGNATURE_BYTES, Identity, verify
from p2pstream.content.units import HASH_BYTES, LEAF, ZERO_HASH
from p2pstream.errors import BadHead, BadKey
from p2pstream.limits import LIMITS

__all__ = ["HEAD_MOST", "NO_RAP", "Head", "HeadFlag", "leaf_number", "seq_of", "split_number"]

_VERSION = 1
_FORM = Struct(">BBIQQHQIi32sB")
_END = Struct(">Q32s")
_SEQ = slice(6, 14)
#: ``rap`` of a slice within which nobody may begin to watch.
NO_RAP = -1
_MOST_ROOTS = 16
_MOST_LEAF = 1 << 32
_MOST_MS = 1 << 63

#: The most bytes of a head.
HEAD_MOST = _FORM.size + _MOST_ROOTS * HASH_BYTES + SEGMENT_START_BYTES + _END.size + SIGNATURE_BYTES


class HeadFlag(IntFlag):
    """What is special about a slice."""

    #: Somebody may begin to watch within it.
    RAP = 1
    #: Timestamps do not go on from the slice before.
    DISCONTINUITY = 2
    #: Nothing follows in this epoch.
    FINAL = 4
    #: Nothing precedes it in this epoch.
    FIRST = 8
    #: A segment begins within it.
    SEGMENT = 16


_FLAGS = sum(HeadFlag)


@dataclass(frozen=True)
class Head:
    """A head as it was read: every field is what it may be; `check` says whether it was signed."""

    epoch: int
    #: Grows by one from head to head of an epoch, from 0 on.
    seq: int
    #: The slice: its first leaf, and how many it has.
    first: int
    count: int
    #: Unix ms, by the source's clock, which is nobody else's.
    captured_ms: int
    duration_ms: int = 0
    #: From the start of the slice.
    rap: int = NO_RAP
    prev: bytes = ZERO_HASH
    #: 32 bytes each.
    roots: bytes = b""
    discontinuity: bool = False
    #: The segment that begins within it; None: none does.
    segment: SegmentStart | None = None
    #: What the epoch turned out to be; None while it goes on.
    final: FileKey | None = None
    #: As it is sent, signature included; empty of one that is not signed yet.
    raw: bytes = field(default=b"", repr=False)

    @classmethod
    def decode(cls, raw: bytes) -> Head:
        """The head in ``raw``, all of it; its signature is not looked at yet.

        :raises BadHead: it is none.
        """
        if not _FORM.size + SIGNATURE_BYTES <= len(raw) <= HEAD_MOST:
            raise _bad(f"{len(raw)} bytes are not as many as it has")
        version, flags, epoch, seq, first, count, captured, lasts, rap, prev, number = _FORM.unpack_from(raw)
        if version != _VERSION or flags & ~_FLAGS:
            raise _bad(f"nothing is known of version {version} with flags {flags:02x}")
        rest = raw[_FORM.size : -SIGNATURE_BYTES]
        roots, end = rest[: number * HASH_BYTES], rest[number * HASH_BYTES :]
        segment, end = _segment(end) if flags & HeadFlag.SEGMENT else (None, end)
        if len(roots) != number * HASH_BYTES or len(end) != (_END.size if flags & HeadFlag.FINAL else 0):
            raise _bad("it does not end where it should")
        final = _final(*_END.unpack(end)) if end else None
        broken = bool(flags & HeadFlag.DISCONTINUITY)
        said = rap, prev, roots, broken, segment, final, bytes(raw)
        head = cls(epoch, seq, first, count, captured, lasts, *said)
        head._check_fields()
        if head._flags != flags:
            raise _bad(f"its flags {flags:02x} are not those of what it says")
        return head

    def signed(self, channel: Identity) -> Head:
        """The same, signed by the channel's key.

        :raises BadHead: a field is not what it may be; a bug of ours.
        """
        self._check_fields()
        body = self._body()
        return replace(self, raw=body + channel.sign("head", body))

    def check(self, public: bytes) -> None:
        """See whether the channel of that key signed it.

        :raises BadHead: somebody else made it.
        """
        if not verify(public, "head", self.raw[:-SIGNATURE_BYTES], self.raw[-SIGNATURE_BYTES:]):
            raise BadHead("a head of a live stream was not signed by its channel", Code.BAD_SIGNATURE)

    @property
    def stop(self) -> int:
        """The leaf after its last."""
        return self.first + self.count

    @property
    def place(self) -> tuple[int, int]:
        """Its epoch and its number in it: later ones are greater."""
        return self.epoch, self.seq

    @cached_property
    def digest(self) -> bytes:
        """What the next head names as the one before it."""
        return sha256(self.raw).digest()

    @property
    def length(self) -> int:
        """How many bytes its slice has."""
        if self.final is not None and self.count:
            return self.final.length - self.first * LEAF
        return self.count * LEAF

    def leaf_bytes(self, leaf: int) -> int:
        """How many bytes one of its leaves has."""
        return min(LEAF, self.first * LEAF + self.length - leaf * LEAF)

    @property
    def _flags(self) -> int:
        flags = HeadFlag.RAP if self.rap != NO_RAP else HeadFlag(0)
        flags |= HeadFlag.DISCONTINUITY if self.discontinuity else HeadFlag(0)
        flags |= HeadFlag.FINAL if self.final is not None else HeadFlag(0)
        flags |= HeadFlag.SEGMENT if self.segment is not None else HeadFlag(0)
        return flags | (HeadFlag.FIRST if not self.seq else HeadFlag(0))

    def _body(self) -> bytes:
        number = len(self.roots) // HASH_BYTES
        fields = self.first, self.count, self.captured_ms, self.duration_ms, self.rap, self.prev, number
        end = _END.pack(self.final.length, self.final.root) if self.final is not None else b""
        begun = self.segment.encode() if self.segment is not None else b""
        return _FORM.pack(_VERSION, self._flags, self.epoch, self.seq, *fields) + self.roots + begun + end

    def _check_fields(self) -> None:
        if self.count > LIMITS.live_slice_leaves or self.stop > _MOST_LEAF:
            raise _bad(f"a slice cannot have the {self.count} leaves from {self.first} on")
        if self.seq == 0 and self.first:
            raise _bad(f"an epoch does not begin at leaf {self.first}")
        if len(self.roots) != HASH_BYTES * len(subtrees(self.first, self.count)):
            raise _bad(f"{len(self.roots)} bytes are not the roots of its {self.count} leaves")
        if self.captured_ms + self.duration_ms >= _MOST_MS or self.seq >= _MOST_MS:
            raise _bad("a number of it is larger than any can be")
        if self.final is not None:
            self._check_final(self.final)
        if not NO_RAP <= self.rap < max(self.length, NO_RAP + 1):
            raise _bad(f"byte {self.rap} is not within it")
        if self.segment is not None and not (self.segment.byte < self.length and self.segment.fits):
            raise _bad("a segment that begins in it does not")

    def _check_final(self, final: FileKey) -> None:
        if final.leaves != self.stop:
            raise _bad(f"{final.length} bytes in all do not end with leaf {self.stop}")
        if not self.count and final.length % LEAF:
            raise _bad("its last leaf is short, and no slice of it is the last")


def seq_of(raw: bytes) -> int:
    """The number that bytes have if they are a head; nothing of them is looked at."""
    return int.from_bytes(raw[_SEQ], "big")


def leaf_number(epoch: int, leaf: int) -> int:
    """A leaf as it is called between peers: ``epoch u32 | leaf u32``."""
    return epoch << 32 | leaf


def split_number(number: int) -> tuple[int, int]:
    """The epoch of a leaf, and its place in it."""
    return number >> 32, number & 0xFFFFFFFF


def _segment(rest: bytes) -> tuple[SegmentStart, bytes]:
    if len(rest) < SEGMENT_START_BYTES:
        raise _bad("it ends where a segment should begin")
    return SegmentStart.decode(rest[:SEGMENT_START_BYTES]), rest[SEGMENT_START_BYTES:]


def _final(length: int, root: bytes) -> FileKey:
    try:
        return FileKey(root, length)
    except BadKey as fault:
        raise _bad(str(fault)) from None


def _bad(why: str) -> BadHead:
    return BadHead(f"a head of a live stream is not what it may be: {why}")
