"""What peers say to each other about broadcasts: the table of all messages.  Pure.

Bodies are big-endian, all of them fixed structures.  A leaf is called by its number,
``epoch u32 | leaf u32`` as one u64, and no range crosses an epoch.  What a body may be on
its own is checked here; what it may be in a given state, in `session`.
"""

from __future__ import annotations

from struct import Struct

from p2pstream.content.keys import LiveKey
from p2pstream.content.signed.heads import HEAD_MOST
from p2pstream.content.units import HASH_BYTES, LEAF
from p2pstream.errors import BadKey, PeerError
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

__all__ = [
    "CEILINGS", "LEAF_HEAD", "LEAF_TYPE", "TABLE", "AskLeaf", "AskSlices", "CancelledLeaf", "Given", "Leaves",
    "NoLeaf", "NoSlices", "SliceSaid", "Sub", "TuneIn", "TuneOut", "Tuned", "Unsub", "decode",
]  # fmt: skip

#: The frame that brings a leaf: its number, and its bytes.
LEAF_TYPE = 0x49
LEAF_HEAD = Struct(">Q")

_OF_KEY = Struct(">32sIQ")


@value
class SliceSaid(Message):
    """A head, and the hashes of its leaves."""

    type = 0x40
    sender = "has"
    most = 2 + HEAD_MOST + LIMITS.live_slice_leaves * HASH_BYTES

    head: bytes
    leaves: bytes

    def pack(self) -> bytes:
        """See `Message`."""
        return len(self.head).to_bytes(2, "big") + self.head + self.leaves

    @classmethod
    def unpack(cls, body: bytes) -> SliceSaid:
        """See `Message`."""
        size = int.from_bytes(body[:2], "big")
        head, leaves = body[2 : 2 + size], body[2 + size :]
        if len(body) < 2 or len(head) != size or len(leaves) % HASH_BYTES:
            raise PeerError(f"SliceSaid: {len(body)} bytes are no head and hashes")
        return cls(head, leaves)


@value
class Sub(Fixed):
    """These sub-streams are to be pushed, beside those that are already; and every head is to be told."""

    type = 0x41
    sender = "wants"
    layout = Struct(">H")

    mask: int


@value
class Given(Fixed):
    """The answer to `Sub`: which of those are pushed from now on."""

    type = 0x42
    sender = "has"
    layout = Struct(">H")

    mask: int


@value
class Unsub(Fixed):
    """These sub-streams are not to be pushed any more; or are not, if whoever pushes them says it."""

    type = 0x43
    sender = "either"
    layout = Struct(">H")

    mask: int


@value
class TuneIn(Message):
    """A channel about this broadcast is to be opened; its number is that of the frame."""

    type = 0x44
    sender = "either"
    most = 1 + _OF_KEY.size

    key: LiveKey
    #: kbit/s that the sender can give on; 0: nothing.
    uplink: int = 0
    #: The oldest leaf that it has, by its number; 0 without any.
    oldest: int = 0

    def pack(self) -> bytes:
        """See `Message`."""
        return b"\x02" + _OF_KEY.pack(self.key.public, self.uplink, self.oldest)

    @classmethod
    def unpack(cls, body: bytes) -> TuneIn:
        """See `Message`."""
        if len(body) != cls.most or body[0] != 2:
            raise PeerError(f"TuneIn: {len(body)} bytes name no broadcast")
        public, uplink, oldest = _OF_KEY.unpack_from(body, 1)
        try:
            return cls(LiveKey(public), uplink, oldest)
        except BadKey as fault:
            raise impossible(f"TuneIn: {fault}") from None


@value
class Tuned(Fixed):
    """The broadcast is here, too: from now on both are neighbours."""

    type = 0x45
    sender = "either"
    layout = Struct(">IQ")

    uplink: int = 0
    oldest: int = 0


@value
class TuneOut(Fixed):
    """The channel ends; what is unanswered on it stays so.  Answered with the same."""

    type = 0x46
    sender = "either"
    layout = Struct(">B")

    code: int


@value
class Leaves(Message):
    """Leaves are here (mode 0), on their way here (1), or here no more (2)."""

    type = 0x47
    sender = "has"
    most = ranges_most(LIMITS.live_told_ranges)

    mode: int
    #: First leaf and number of leaves, ascending; nothing twice.
    ranges: CountedRanges

    def pack(self) -> bytes:
        """See `Message`."""
        return pack_ranges(self.mode, self.ranges)

    @classmethod
    def unpack(cls, body: bytes) -> Leaves:
        """See `Message`."""
        mode, ranges = unpack_ranges("Leaves", body, LIMITS.live_told_ranges)
        if mode > 2:
            raise impossible(f"Leaves: there is no mode {mode}")
        for first, length in ranges:
            if first >> 32 != first + length - 1 >> 32:
                raise impossible(f"Leaves: there is no range of {length} leaves at {first}")
        return cls(mode, ranges)


@value
class AskLeaf(Fixed):
    """A leaf is wanted, within so many ms; answered by its bytes, or by `NoLeaf`."""

    type = 0x48
    sender = "wants"
    layout = Struct(">QI")

    number: int
    within_ms: int


@value
class NoLeaf(Fixed):
    """A leaf that was asked for is not sent."""

    type = 0x4A
    sender = "has"
    layout = Struct(">QB")

    number: int
    code: int


@value
class CancelledLeaf(Fixed):
    """A leaf is not wanted any more; it need not be answered."""

    type = 0x4B
    sender = "wants"
    layout = Struct(">Q")

    number: int


@value
class AskSlices(Fixed):
    """The slices that these leaves belong to are wanted; answered by each `SliceSaid`, then by `NoSlices`."""

    type = 0x4C
    sender = "wants"
    layout = Struct(">QH")

    first: int
    count: int

    def check(self) -> None:
        """See `Fixed`."""
        if (
            not 1 <= self.count <= LIMITS.live_asked_leaves
            or self.first >> 32 != self.first + self.count - 1 >> 32
        ):
            raise impossible(f"AskSlices: there are no slices of {self.count} leaves at {self.first}")


@value
class NoSlices(Fixed):
    """No more slices follow to an `AskSlices`, which began at this leaf; code 0 if all were sent."""

    type = 0x4D
    sender = "has"
    layout = Struct(">QB")

    first: int
    code: int


#: Every message but the leaves themselves, by frame type.
TABLE: dict[int, type[Message]] = {
    kind.type: kind
    for kind in (
        SliceSaid, Sub, Given, Unsub, TuneIn, Tuned, TuneOut, Leaves, AskLeaf, NoLeaf, CancelledLeaf,
        AskSlices, NoSlices,
    )
}  # fmt: skip

#: The most bytes of a frame's body, by type.
CEILINGS: dict[int, int] = {type: kind.most for type, kind in TABLE.items()} | {
    LEAF_TYPE: LEAF_HEAD.size + LEAF
}


def decode(type: int, body: bytes) -> Message:
    """What a frame of one of our types says.

    :raises PeerError: nothing that it may say.
    """
    return TABLE[type].unpack(body)
