"""What is due when, to the second, without a timer for each.  Pure."""

from __future__ import annotations

import heapq
from collections import deque

__all__ = ["Wheel"]


class Wheel:
    """Keys and peers, each to be looked at in some second.

    An entry is never moved: whoever looks puts it in again when its time has been put off.
    """

    def __init__(self) -> None:
        # Pairs one after the other, because a tuple for each would cost as much as a lease.
        self._seconds: dict[int, deque[bytes | int]] = {}
        self._order: list[int] = []

    def put(self, second: int, key: bytes, peer: int) -> None:
        """Look at these in that second."""
        entries = self._seconds.get(second)
        if entries is None:
            entries = self._seconds[second] = deque()
            heapq.heappush(self._order, second)
        entries.append(key)
        entries.append(peer)

    def take(self, second: int) -> tuple[bytes, int] | None:
        """One that was to be looked at in that second or before; None when there is none."""
        while self._order and self._order[0] <= second:
            entries = self._seconds[self._order[0]]
            if entries:
                key, peer = entries.popleft(), entries.popleft()
                assert isinstance(key, bytes) and isinstance(peer, int)
                return key, peer
            del self._seconds[heapq.heappop(self._order)]
        return None
