"""The newest leaves of a broadcast, in memory: what is shown, forwarded and asked for most.  Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import OrderedDict, deque

from p2pstream.data.live.journal import Slice

__all__ = ["RecentLeaves", "RecentSlices"]

#: An epoch, and the number of a leaf there.
Place = tuple[int, int]


class RecentLeaves:
    """Leaves by epoch and number, no more bytes than there may be.

    :param most: bytes; the leaf that was put first goes first.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._leaves: OrderedDict[Place, bytes] = OrderedDict()
        #: How many bytes there are.
        self.size = 0

    def put(self, epoch: int, leaf: int, content: bytes) -> list[Place]:
        """One more; those that had to go."""
        self._leaves[epoch, leaf] = content
        self.size += len(content)
        gone = []
        while self.size > self._most:
            place, old = self._leaves.popitem(last=False)
            self.size -= len(old)
            gone.append(place)
        return gone

    def get(self, epoch: int, leaf: int) -> bytes | None:
        """Its bytes, if they are in memory."""
        return self._leaves.get((epoch, leaf))


class RecentSlices:
    """Slices by the leaves that they have, the newest so many."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._entries: deque[Slice] = deque()
        #: The places of their first leaves, which ascend: a name for each leaf would take megabytes.
        self._places: list[Place] = []
        self._at: dict[Place, Slice] = {}

    def put(self, entry: Slice) -> None:
        """One more."""
        self._entries.append(entry)
        if entry.head.count:
            place = _place(entry)
            if place not in self._at:
                insort(self._places, place)
            self._at[place] = entry
        while len(self._entries) > self._most:
            self._forget(self._entries.popleft())

    def over(self, epoch: int, leaf: int) -> Slice | None:
        """The slice that a leaf belongs to, if it is in memory."""
        behind = bisect_right(self._places, (epoch, leaf))
        entry = self._at[self._places[behind - 1]] if behind else None
        return entry if entry is not None and entry.head.epoch == epoch and leaf < entry.head.stop else None

    def _forget(self, entry: Slice) -> None:
        place = _place(entry)
        if self._at.get(place) is entry:
            del self._at[place]
            del self._places[bisect_left(self._places, place)]


def _place(entry: Slice) -> Place:
    return entry.head.epoch, entry.head.first
