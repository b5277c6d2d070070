"""What a head says of a segment that begins within its slice."""

from __future__ import annotations

from struct import Struct

from p2pstream.values import value

__all__ = ["SEGMENT_START_BYTES", "SegmentStart"]

_FORM = Struct(">IIII")

#: How many bytes it has in a head.
SEGMENT_START_BYTES = _FORM.size
_MOST = 1 << 32


@value
class SegmentStart:
    """Big-endian: ``byte u32 | number u32 | breaks u32 | lasted u32``."""

    #: At which byte of the slice it begins.
    byte: int
    #: Grows by one from segment to segment of an epoch; the first has the unix second at which it was cut,
    #: so that those of a later epoch are greater.
    number: int
    #: Grows by one, from 0, with each segment whose times do not go on from the one before: hls.js 1.7 walks
    #: along all smaller ones, so that it must be small.
    breaks: int
    #: How long the segment before it is, by the clock of the stream; ms, 0 for the first.
    lasted_ms: int

    @classmethod
    def decode(cls, raw: bytes) -> SegmentStart:
        """What stands in these 16 bytes."""
        return cls(*_FORM.unpack(raw))

    def encode(self) -> bytes:
        """As it stands in a head."""
        return _FORM.pack(self.byte, self.number, self.breaks, self.lasted_ms)

    @property
    def fits(self) -> bool:
        """Whether every number of it is one that can be written."""
        return all(0 <= each < _MOST for each in (self.byte, self.number, self.breaks, self.lasted_ms))
