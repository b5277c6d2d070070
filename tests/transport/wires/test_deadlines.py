"""Two moments, and one alarm."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.testing.clock import HeapClock
from p2pstream.transport.wires.deadlines import Deadlines


class DeadlinesTests(SynchronousTestCase):
    """On a clock that is stepped."""

    def test_the_earlier(self) -> None:
        """It rings at the earlier of both, whichever that is, and wherever it is moved to."""
        clock, rung = HeapClock(), list[float]()
        deadlines = Deadlines(clock, lambda now: rung.append(round(now - began, 3)))
        cases = (3, None, [3]), (None, 2, [2]), (3, 2, [2]), (2, 3, [2]), (None, None, [])
        for look, stall, expected in cases:
            began, rung[:] = clock.seconds(), []
            deadlines.look(began + 9)
            deadlines.stall(None if stall is None else began + stall)
            deadlines.look(None if look is None else began + look)
            clock.advance(4)
            self.assertEqual(rung, expected, (look, stall))
            deadlines.look(None)
            deadlines.stall(None)
            self.assertEqual(clock.getDelayedCalls(), [])
