"""The readers' side of a broadcast."""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IConsumer
from twisted.python.failure import Failure

from p2pstream.content.ranges import Ranges, check_range
from p2pstream.content.units import LEAF
from p2pstream.data.arriving import Arriving
from p2pstream.data.live.horizon import Horizon
from p2pstream.data.live.recent import RecentLeaves
from p2pstream.data.live.timeline import Timeline
from p2pstream.data.live.writing import WindowWriting
from p2pstream.data.reading import read
from p2pstream.errors import Gone
from p2pstream.limits import Limits

__all__ = ["LiveReading", "Stuffing"]

#: What stands for ``length`` bytes that never came, from that byte of an epoch on.
Stuffing = Callable[[int, int], bytes]


class LiveReading(Arriving):
    """What is here of a broadcast, in memory or on the disk, and who waits for more.

    Whoever fills it sets `_writing`, and keeps the rest up to date.
    """

    _writing: WindowWriting

    def __init__(self, window_s: float, limits: Limits, stuffing: Stuffing, keeps_all: bool) -> None:
        super().__init__()
        self.length: int | None = None
        self.have = Ranges()
        self.timeline = Timeline()
        self._horizon = Horizon(window_s, limits, keeps_all)
        self._limits = limits
        self._stuffing = stuffing
        self._holes = Ranges()
        self._leaves = RecentLeaves(limits.live_recent_bytes)
        self._closed: Failure | None = None

    @property
    def start(self) -> int:
        """Where the oldest byte is that can be read."""
        return self._horizon.start

    @property
    def edge(self) -> int:
        """Where the newest slice ends."""
        return self.timeline.edge

    @property
    def waited(self) -> list[int]:
        """The positions that readers wait for."""
        return self._waiters.positions

    def read_to(self, consumer: IConsumer, start: int = 0, stop: int | None = None) -> Deferred[int]:
        check_range(start, stop, self.length)
        return read(self, consumer, start, stop, self._limits)

    def settled(self, start: int, stop: int) -> bool:
        """Whether nothing of ``[start, stop)`` is waited for: it is here, or was given up."""
        if start < self.start or self.have.covers(start, stop):
            return start >= self.start
        return all(self._holes.covers(*each) for each in self.have.missing(start, stop))

    def readable_to(self, start: int) -> int:
        """Where whoever reads from there on has to wait: all before it is here, or was given up."""
        for gap in self.have.missing(start, max(start, self.edge)):
            for waited, _ in self._holes.missing(*gap):
                return waited
        return max(start, self.edge)

    def later_leaf(self, epoch: int, leaf: int) -> Deferred[bytes]:
        """A leaf that is here, from the disk if need be.

        :returns: fails with `errors.Gone` where it is not here, with `errors.StorageError`.
        """
        return Deferred.fromCoroutine(self._later_leaf(epoch, leaf))

    def fail(self, fault: Exception) -> None:
        """Nothing more is to be believed: readers fail with that."""
        self._closed = self._closed or Failure(fault)
        self._fail(self._closed)

    def at_hand(self, start: int, stop: int) -> bytes | None:
        """As `reading.Supply` says: only what is in memory, for the disk may be slow."""
        if self._closed is not None or not self._is_here(start):
            return None
        epoch, leaf, byte = self.timeline.place(start)
        content = self._leaves.get(epoch, leaf)
        return content[byte : byte + stop - start] if content is not None else None

    def later(self, start: int, stop: int) -> Deferred[bytes]:
        """As `reading.Supply` says."""
        return Deferred.fromCoroutine(self._later(start, stop))

    async def _later(self, start: int, stop: int) -> bytes:
        if not self._settles(start):
            await self._wait(start)
        if self._closed is not None:
            self._closed.raiseException()
        if start < self.start:
            raise Gone(f"byte {start} of the broadcast is older than what is kept, from byte {self.start} on")
        if self.length is not None and start >= self.length:
            return b""
        epoch, leaf, byte = self.timeline.place(start)
        end = min(stop, self.timeline.stop(start), self.length or stop)
        if not self._is_here(start):
            return self._stuffing(leaf * LEAF + byte, end - start)
        content = await self._later_leaf(epoch, leaf)
        return content[byte : byte + end - start]

    async def _later_leaf(self, epoch: int, leaf: int) -> bytes:
        position = self.timeline.position(epoch, leaf)
        if position is None or not self._is_here(position):
            raise Gone(f"leaf {leaf} of epoch {epoch} is not here any more")
        content = self._leaves.get(epoch, leaf)
        if content is not None:
            return content
        stop = leaf * LEAF + self._leaf_stop(position) - position
        content = await self._writing.read(epoch, leaf * LEAF, stop)
        if not self._is_here(position):
            raise Gone(f"leaf {leaf} of epoch {epoch} is not here any more")
        return content

    def _is_here(self, position: int) -> bool:
        return self.have.covers(position, position + 1)

    def _leaf_stop(self, position: int) -> int:
        return min(self.timeline.stop(position), self.timeline.edge)

    def _settles(self, position: int) -> bool:
        over = self._closed is not None or position < self.start
        ended = self.length is not None and position >= self.length
        return over or ended or self._is_here(position) or self._holes.covers(position, position + 1)
