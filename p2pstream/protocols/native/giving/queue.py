"""The units that wait to be sent on one connection, over all its channels.  Pure."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heapify, heappop, heappush
from itertools import count
from math import inf
from typing import NamedTuple

from p2pstream.limits import Limits
from p2pstream.protocols.native.messages import NO_DEADLINE, Request
from p2pstream.protocols.native.taking.batch import Batch

__all__ = ["Queue", "Queued"]


class Queued(NamedTuple):
    """One request that was accepted; sorted as it is to be sent.  Times are monotonic seconds."""

    #: 1 in the order in which it is on screen, or at once; 2 soon, 3 whenever.
    order: int
    #: When it is on screen, if that is known, else its deadline.
    due: float
    arrival: int
    channel: int
    batch: Batch
    #: As on the wire.
    urgency: int
    #: When it is of no use any more; infinite for never.
    deadline: float
    #: From when on it is urgent; infinite for never.
    urgent_at: float
    #: 1 urgent, 2 wanted soon, 3 whenever; as it was looked at last.
    rank: int

    def rank_at(self, now: float) -> int:
        """The rank that it has by now."""
        return 1 if self.urgent_at <= now else self.rank


class Queue:
    """Gives out the most urgent; among equals the one that must be there first, then the oldest."""

    def __init__(self, limits: Limits) -> None:
        self._furthest = limits.native_deadline_ms
        self._urgent_s = limits.native_urgent_ms / 1000
        self._most = 4 * limits.native_units
        self._arrivals = count()
        self._heap: list[Queued] = []

    def accept(self, channel: int, asked: Request, now: float, due: float | None = None) -> Queued:
        """The request as an entry, which may be put in later.

        :param due: when whoever watches needs the first unit, as far as that was told.
        """
        within = asked.deadline_ms
        deadline = now + within / 1000 if NO_DEADLINE != within <= self._furthest else inf
        batch = Batch(asked.rid, asked.first, asked.count)
        return self._ranked(next(self._arrivals), channel, batch, asked.urgency, deadline, due, now)

    def put(self, entry: Queued) -> None:
        """It may be sent from now on."""
        if len(self._heap) > self._most:
            # Credit bounds what is alive; the rest was cancelled behind something urgent.
            self._heap = [other for other in self._heap if other.batch.left]
            heapify(self._heap)
        heappush(self._heap, entry)

    def rank(self, channel: int, due: Callable[[int], float | None], now: float) -> None:
        """Look again at what a channel asked for.

        :param due: as of `accept`, of a unit.
        """
        self._heap = [
            entry if entry.channel != channel else self._ranked(*entry[2:7], due(entry.batch.next(1)[0]), now)
            for entry in self._heap
            if entry.batch.left
        ]
        heapify(self._heap)

    def best(self) -> Queued | None:
        """The next to be sent; it stays until all of it is answered."""
        while self._heap and not self._heap[0].batch.left:
            heappop(self._heap)
        return self._heap[0] if self._heap else None

    def _ranked(
        self,
        arrival: int,
        channel: int,
        batch: Batch,
        urgency: int,
        deadline: float,
        due: float | None,
        now: float,
    ) -> Queued:
        at_once = not urgency and (
            # It is asked for a second time, or after a seek; or nobody is known to watch.
            deadline == inf or (due is None and deadline < now + self._urgent_s)
        )
        later = inf if due is None or urgency == 3 else due - self._urgent_s
        urgent_at = -inf if at_once else later
        rank = 3 if urgency == 3 else 1 if urgent_at <= now else 2
        # What becomes urgent while it waits must not stay behind what was when it came.
        order = rank if due is None or urgency == 3 else 1
        if due is None:
            # Wanted at once, nobody knows for when: as what is just urgent.
            due = now + self._urgent_s if at_once and deadline == inf else deadline
        return Queued(order, due, arrival, channel, batch, urgency, deadline, urgent_at, rank)
