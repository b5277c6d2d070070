"""Which request is next, and how urgent it is."""

from __future__ import annotations

from math import inf

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.limits import LIMITS
from p2pstream.protocols.native.giving.queue import Queue
from p2pstream.protocols.native.messages import NO_DEADLINE, Request

NOW = 100.0
URGENT_S = LIMITS.native_urgent_ms / 1000


class QueueTests(SynchronousTestCase):
    """One connection's requests."""

    def setUp(self) -> None:
        """Nothing was asked for."""
        self.queue = Queue(LIMITS)

    def rank(self, urgency: int, deadline_ms: int = NO_DEADLINE, due: float | None = None) -> int:
        """Of a request that comes now, for one unit."""
        return self.queue.accept(1, Request(1, 0, 1, urgency, deadline_ms), NOW, due).rank

    def test_nobody_is_known_to_watch(self) -> None:
        """What is wanted now is urgent, unless it is of use for long; nothing else is."""
        bound = LIMITS.native_urgent_ms
        ranks = [self.rank(0), self.rank(0, bound - 1), self.rank(0, bound), self.rank(1), self.rank(3)]
        self.assertEqual(ranks, [1, 1, 2, 2, 3])

    def test_somebody_watches(self) -> None:
        """Urgent is what is on screen soon, however it was asked for, but what is for later."""
        soon, later = NOW + URGENT_S, NOW + URGENT_S + 0.001
        for urgency, deadline_ms in ((0, 8000), (1, NO_DEADLINE), (2, 8000)):
            self.assertEqual(self.rank(urgency, deadline_ms, soon), 1)
            self.assertEqual(self.rank(urgency, deadline_ms, later), 2)
        self.assertEqual((self.rank(3, NO_DEADLINE, soon), self.rank(0, NO_DEADLINE, later)), (3, 1))

    def test_order(self) -> None:
        """Among equals what is on screen first, though it is of use for ever."""
        asked = [Request(1, 7, 1, 0, NO_DEADLINE), Request(2, 8, 1, 0, 8000), Request(3, 6, 1, 2, 7000)]
        for one in asked:
            self.queue.put(self.queue.accept(1, one, NOW, NOW + one.first / 10))
        order = []
        while (best := self.queue.best()) is not None:
            order.append(best.batch.rid)
            best.batch.answer(*best.batch.next(1))
        self.assertEqual(order, [3, 1, 2])

    def test_deadlines_that_are_none(self) -> None:
        """Later than the bound it is wanted at any time."""
        furthest = LIMITS.native_deadline_ms
        deadlines = [
            self.queue.accept(1, Request(1, 0, 1, 1, within), NOW).deadline
            for within in (furthest, furthest + 1, NO_DEADLINE)
        ]
        self.assertEqual(deadlines, [NOW + furthest / 1000, inf, inf])

    def test_it_becomes_urgent(self) -> None:
        """What waits for long enough, when its time comes."""
        self.queue.put(self.queue.accept(1, Request(1, 7, 1, 2, 60_000), NOW, NOW + 10))
        best = self.queue.best()
        assert best is not None
        moments = (NOW, NOW + 9.999 - URGENT_S, NOW + 10 - URGENT_S, NOW + 50)
        self.assertEqual([best.rank_at(now) for now in moments], [2, 2, 1, 1])

    def test_what_becomes_urgent_is_not_overtaken(self) -> None:
        """What was asked for before it was urgent comes before what is on screen later."""
        early = self.queue.accept(1, Request(1, 0, 1, 0, 8000), NOW, NOW + URGENT_S + 1)
        late = self.queue.accept(1, Request(2, 1, 1, 0, 8000), NOW + 2, NOW + URGENT_S + 1.2)
        self.assertEqual((early.rank, late.rank), (2, 1))
        self.assertLess(early, late)

    def test_it_is_looked_at_again(self) -> None:
        """Where somebody watches is told late, or anew: what came before is sorted as what comes after."""
        for rid, first in ((1, 20), (2, 5), (3, 40)):
            self.queue.put(self.queue.accept(1, Request(rid, first, 4, 2, 9000), NOW, None))
        self.queue.put(self.queue.accept(2, Request(9, 0, 1, 0, NO_DEADLINE), NOW, None))
        self.queue.rank(1, lambda unit: NOW + (unit - 10) / 10 + URGENT_S, NOW)
        order = []
        while (best := self.queue.best()) is not None:
            order.append((best.batch.rid, best.rank))
            best.batch.answer(*best.batch.next(4))
        self.assertEqual(order, [(2, 1), (9, 1), (1, 2), (3, 2)])
