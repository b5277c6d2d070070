"""Messages about what an end has, wants, and lets the other ask for.  Pure."""

from __future__ import annotations

from enum import IntEnum
from struct import Struct

from p2pstream.errors import PeerError
from p2pstream.limits import LIMITS
from p2pstream.protocols.native.bodies.body import (
    CountedRanges,
    Fixed,
    Message,
    impossible,
    pack_ranges,
    ranges_most,
    unpack_ranges,
)
from p2pstream.values import value

__all__ = ["Credit", "Have", "HaveMode", "Want"]

_BITS = Struct(">BQI")


class HaveMode(IntEnum):
    """What a `Have` does to what was known."""

    ADD = 0
    REPLACE = 1
    REMOVE = 2
    ALL = 3
    NONE = 4
    BITMAP = 5
    SOON = 6


@value
class Have(Message):
    """Which units the sender has, and proved."""

    type = 0x20
    sender = "has"
    most = max(ranges_most(LIMITS.native_have_ranges), _BITS.size + LIMITS.native_have_bits // 8)

    mode: HaveMode
    #: First unit and number of units, ascending; nothing twice.
    ranges: CountedRanges = ()
    #: Of a bitmap: the unit of its first bit (the highest of the first byte), how many bits, and they.
    base: int = 0
    bits: int = 0
    bitmap: bytes = b""

    def pack(self) -> bytes:
        """See `Message`."""
        if self.mode in (HaveMode.ALL, HaveMode.NONE):
            return bytes([self.mode])
        if self.mode is HaveMode.BITMAP:
            return _BITS.pack(self.mode, self.base, self.bits) + self.bitmap
        return pack_ranges(self.mode, self.ranges)

    @classmethod
    def unpack(cls, body: bytes) -> Have:
        """See `Message`."""
        try:
            mode = HaveMode(body[0] if body else -1)
        except ValueError:
            raise impossible(f"Have: there is no mode {body[:1].hex() or 'at all'}") from None
        if mode in (HaveMode.ALL, HaveMode.NONE):
            if len(body) != 1:
                raise PeerError(f"Have: {len(body) - 1} bytes stand behind its mode")
            return cls(mode)
        if mode is HaveMode.BITMAP:
            return cls._of_bitmap(body)
        return cls(mode, unpack_ranges("Have", body, LIMITS.native_have_ranges)[1])

    @classmethod
    def _of_bitmap(cls, body: bytes) -> Have:
        if len(body) < _BITS.size:
            raise PeerError(f"Have: {len(body)} bytes are no bitmap")
        _, base, bits = _BITS.unpack_from(body)
        bitmap = body[_BITS.size :]
        if not 1 <= bits <= LIMITS.native_have_bits or len(bitmap) != -(-bits // 8):
            raise PeerError(f"Have: {len(bitmap)} bytes cannot hold {bits} bits")
        if bits % 8 and bitmap[-1] & (0xFF >> bits % 8):
            raise impossible("Have: bits are set behind the last")
        return cls(HaveMode.BITMAP, (), base, bits, bitmap)


@value
class Want(Fixed):
    """How badly the sender wants units, so that the other end can rank and foresee."""

    type = 0x21
    sender = "wants"
    layout = Struct(">BIQ")

    interested: int
    #: kbit/s, 0 unknown.
    rate: int
    #: The unit that is on screen.
    position: int

    def check(self) -> None:
        """See `Fixed`."""
        if self.interested > 1:
            raise impossible(f"Want: interest is 0 or 1, not {self.interested}")


@value
class Credit(Fixed):
    """How many units its receiver may have outstanding on this channel; 0 also empties the queue."""

    type = 0x22
    sender = "has"
    layout = Struct(">HBH")

    units: int
    code: int = 0
    #: Seconds after which there may be more.
    wait: int = 0
