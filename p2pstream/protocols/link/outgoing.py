"""What waits to be sent on a link, other than runs of units.  Pure."""

from __future__ import annotations

from typing import Any, NamedTuple

from p2pstream.protocols.link.family import Bulk, Family, Frame
from p2pstream.protocols.link.framing import frame_head

__all__ = ["Load", "Outgoing", "load_of"]


class Load(NamedTuple):
    """A `Bulk` on its way: bytes, and then ``[start, stop)`` of some data."""

    header: bytes
    data: Any
    start: int
    stop: int
    #: What it was made of.
    bulk: Bulk
    family: Family


class Outgoing:
    """Control frames, in order.

    Those of families may have to wait until enough is known of the other end.
    """

    __slots__ = ("_held", "_ready", "queued")

    def __init__(self) -> None:
        # Lists: few wait for long, and one that is empty is small.
        self._ready: list[bytes] = []
        self._held: list[bytes] | None = []
        #: Bytes that wait, held ones too.
        self.queued = 0

    def put(self, frame: Frame) -> None:
        """A frame of a family."""
        content = frame_head(frame.type, frame.channel, len(frame.body)) + frame.body
        self.queued += len(content)
        (self._ready if self._held is None else self._held).append(content)

    def put_own(self, content: bytes) -> None:
        """Bytes of the link itself: they need not wait for the other end."""
        self.queued += len(content)
        self._ready.append(content)

    def release(self) -> None:
        """Nothing needs to wait any more."""
        if self._held is not None:
            self._ready += self._held
            self._held = None

    def take(self, most: int) -> bytes:
        """What is to be sent now: some ``most`` bytes, or one frame if that is longer."""
        if len(self._ready) == 1:
            taken = self._ready.pop()
            self.queued -= len(taken)
            return taken
        size = places = 0
        for frame in self._ready:
            if places and size + len(frame) > most:
                break
            size += len(frame)
            places += 1
        taken = b"".join(self._ready[:places])
        del self._ready[:places]
        self.queued -= size
        return taken

    def clear(self) -> None:
        """Nothing of it is to be sent."""
        self._ready.clear()
        self._held = None
        self.queued = 0


def load_of(family: Family, bulk: Bulk) -> Load:
    """``bulk`` with all that goes before its bytes."""
    length = len(bulk.head) + bulk.stop - bulk.start
    header = frame_head(bulk.type, bulk.channel, length) + bulk.head
    return Load(header, bulk.data, bulk.start, bulk.stop, bulk, family)
