"""Files whose keys are not known yet, in the order in which they are hashed; computes only."""

from __future__ import annotations

import heapq

from p2pstream.peer.folders.offers import Offer

__all__ = ["Pending"]


class Pending:
    """Each offer once: the small ones first, none before its time.

    A small film is ready for all while a large one is still being read.
    """

    def __init__(self) -> None:
        self._due: dict[Offer, float] = {}
        self._later: list[tuple[float, Offer]] = []
        self._ready: list[tuple[int, Offer]] = []
        self._size = 0

    def __len__(self) -> int:
        return len(self._due)

    @property
    def size(self) -> int:
        """The bytes of all of them."""
        return self._size

    def put(self, offer: Offer, due: float) -> None:
        """From ``due`` on, monotonic seconds, it may be taken; an earlier word counts no more."""
        self.discard(offer)
        self._due[offer] = due
        self._size += offer.stamp.size
        heapq.heappush(self._later, (due, offer))

    def discard(self, offer: Offer) -> None:
        """It is no longer asked for; harmless when it never was."""
        if self._due.pop(offer, None) is not None:
            self._size -= offer.stamp.size

    def take(self, now: float) -> Offer | None:
        """The smallest whose time has come."""
        if self.delay(now) != 0.0:
            return None
        _, offer = heapq.heappop(self._ready)
        self.discard(offer)
        return offer

    def delay(self, now: float) -> float | None:
        """Seconds until there is something to take; None when there never will be."""
        while self._later and self._later[0][0] <= now:
            due, offer = heapq.heappop(self._later)
            if self._due.get(offer) == due:
                heapq.heappush(self._ready, (offer.stamp.size, offer))
        while self._ready and self._due.get(self._ready[0][1], now + 1) > now:
            heapq.heappop(self._ready)
        while self._later and self._due.get(self._later[0][1]) != self._later[0][0]:
            heapq.heappop(self._later)
        if self._ready:
            return 0.0
        return self._later[0][0] - now if self._later else None
