"""One timer for a deadline that keeps moving."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.testing.clock import HeapClock
from p2pstream.transport.alarm import Alarm


class AlarmTests(SynchronousTestCase):
    """When it rings."""

    def setUp(self) -> None:
        """An alarm that notes when it rang."""
        self.clock = HeapClock(100.0)
        self.rang: list[float] = []
        self.alarm = Alarm(self.clock, self.rang.append)

    def test_rings_once(self) -> None:
        """At its moment, and then no more."""
        self.alarm.set(105.0)
        self.clock.advance(4.9)
        self.assertEqual(self.rang, [])
        self.clock.advance(10)
        self.assertEqual(self.rang, [105.0])
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_moved_back(self) -> None:
        """A later moment costs no new timer until the old one is due."""
        self.alarm.set(105.0)
        for second in range(1000):
            self.alarm.set(105.0 + second)
            self.assertEqual(len(self.clock.getDelayedCalls()), 1)
        self.clock.advance(2000)
        self.assertEqual(self.rang, [1104.0])

    def test_moved_forward(self) -> None:
        """An earlier moment counts."""
        self.alarm.set(105.0)
        self.alarm.set(101.0)
        self.clock.advance(10)
        self.assertEqual(self.rang, [101.0])

    def test_never(self) -> None:
        """Taken back, it leaves no timer."""
        self.alarm.set(105.0)
        self.alarm.set(None)
        self.assertEqual(self.clock.getDelayedCalls(), [])
        self.clock.advance(10)
        self.assertEqual(self.rang, [])

    def test_a_moment_that_has_passed(self) -> None:
        """It rings at the next turn, never inside the call."""
        self.alarm.set(50.0)
        self.assertEqual(self.rang, [])
        self.clock.advance(0)
        self.assertEqual(self.rang, [100.0])

    def test_set_again_while_ringing(self) -> None:
        """What rings may set it for the next time."""
        alarm = Alarm(self.clock, lambda now: (self.rang.append(now), alarm.set(now + 1))[0])
        alarm.set(101.0)
        self.clock.advance(3)
        self.assertEqual(self.rang, [101.0, 102.0, 103.0])
