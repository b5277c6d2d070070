"""The units that wait to be sent on one connection, over all its channels.  Pure."""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from itertools import count
from math import inf
from typing import NamedTuple

from p2pstream.limits import Limits
from p2pstream.protocols.native.batch import Batch
from p2pstream.protocols.native.messages import NO_DEADLINE, Request

__all__ = ["Queue", "Queued"]


class Queued(NamedTuple):
    """One request that was accepted; sorted as it is to be sent."""

    #: 1 urgent, 2 wanted soon, 3 whenever.
    rank: int
    #: Monotonic seconds; infinite for none.
    deadline: float
    arrival: int
    channel: int
    batch: Batch


class Queue:
    """Gives out the most urgent; among equals the one that must be there first, then the oldest."""

    def __init__(self, limits: Limits) -> None:
        self._furthest = limits.native_deadline_ms
        self._urgent = limits.native_urgent_ms
        self._most = 4 * limits.native_units
        self._arrivals = count()
        self._heap: list[Queued] = []

    def accept(self, channel: int, asked: Request, now: float) -> Queued:
        """The request as an entry, which may be put in later."""
        within = asked.deadline_ms
        deadline = now + within / 1000 if within <= self._furthest else inf
        soon = within < self._urgent or within == NO_DEADLINE
        rank = 3 if asked.urgency == 3 else 1 if not asked.urgency and soon else 2
        batch = Batch(asked.rid, asked.first, asked.count)
        return Queued(rank, deadline, next(self._arrivals), channel, batch)

    def put(self, entry: Queued) -> None:
        """It may be sent from now on."""
        if len(self._heap) > self._most:
            # Credit bounds what is alive; the rest was cancelled behind something urgent.
            self._heap = [other for other in self._heap if other.batch.left]
            heapify(self._heap)
        heappush(self._heap, entry)

    def best(self) -> Queued | None:
        """The next to be sent; it stays until all of it is answered."""
        while self._heap and not self._heap[0].batch.left:
            heappop(self._heap)
        return self._heap[0] if self._heap else None
