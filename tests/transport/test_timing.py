"""Time that never steps."""

from __future__ import annotations

import time

from twisted.internet import selectreactor
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.transport.timing import make_monotonic, wall_ms


class SteppedClock:
    """A wall clock that people set."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def seconds(self) -> float:
        """What it shows."""
        return time.monotonic() + self.ahead


class MakeMonotonicTests(SynchronousTestCase):
    """A reactor of its own, on a wall clock that is set back."""

    def setUp(self) -> None:
        """A reactor as Twisted makes it."""
        self.reactor = selectreactor.SelectReactor()
        self.wall = SteppedClock()
        self.reactor.seconds = self.wall.seconds
        self.addCleanup(self.reactor.disconnectAll)
        self.rung: list[str] = []

    def ring(self) -> bool:
        """Set a timer, set the wall clock back an hour; whether the timer still comes in time."""
        self.reactor.callLater(0.01, self.rung.append, "now")
        self.wall.ahead -= 3600
        end = time.monotonic() + 0.1
        while time.monotonic() < end and not self.rung:
            self.reactor.runUntilCurrent()
            self.reactor.doIteration(0.005)
        return bool(self.rung)

    def test_a_clock_set_back_stops_no_timer(self) -> None:
        """Made monotonic, a timer comes when it should, whatever the wall clock does."""
        make_monotonic(self.reactor)
        self.assertTrue(self.ring())

    def test_without_it_timers_freeze(self) -> None:
        """This is what it is for."""
        self.assertFalse(self.ring())
        for call in self.reactor.getDelayedCalls():
            call.cancel()

    def test_too_late(self) -> None:
        """A timer that is set already is meant for a moment on the other clock."""
        call = self.reactor.callLater(1, self.rung.append, "later")
        self.assertRaises(RuntimeError, make_monotonic, self.reactor)
        call.cancel()

    def test_twice(self) -> None:
        """Done twice, also with timers set in between, it is done once."""
        make_monotonic(self.reactor)
        call = self.reactor.callLater(1, self.rung.append, "later")
        make_monotonic(self.reactor)
        call.cancel()


class WallTests(SynchronousTestCase):
    """The time of day."""

    def test_unix_milliseconds(self) -> None:
        """A whole number, of the system's clock."""
        before, now, after = time.time_ns(), wall_ms(), time.time_ns()
        self.assertTrue(before // 10**6 <= now <= after // 10**6)
