"""The newest leaves of a broadcast, in memory: what is shown, forwarded and asked for most.  Pure."""

from __future__ import annotations

from collections import OrderedDict, deque

from p2pstream.data.live.journal import Slice

__all__ = ["RecentLeaves", "RecentSlices"]

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
        self._over: dict[Place, Slice] = {}

    def put(self, entry: Slice) -> None:
        """One more."""
        head = entry.head
        self._entries.append(entry)
        self._over.update(((head.epoch, leaf), entry) for leaf in range(head.first, head.stop))
        while len(self._entries) > self._most:
            old = self._entries.popleft().head
            for leaf in range(old.first, old.stop):
                self._over.pop((old.epoch, leaf), None)

    def over(self, epoch: int, leaf: int) -> Slice | None:
        """The slice that a leaf belongs to, if it is in memory."""
        return self._over.get((epoch, leaf))
