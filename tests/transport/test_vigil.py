"""One timer for many that wait long."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.testing.clock import HeapClock
from p2pstream.transport.alarm import Alarm
from p2pstream.transport.vigil import Vigil


class VigilTests(SynchronousTestCase):
    """When it calls."""

    def setUp(self) -> None:
        """A vigil, and what it called when."""
        self.clock = HeapClock(100.25)
        self.vigil = Vigil(self.clock)
        self.called: list[tuple[str, float]] = []

    def call(self, name: str, delay: float) -> object:
        """Have a call noted."""
        return self.vigil.callLater(delay, lambda: self.called.append((name, self.clock.seconds())))

    def test_soon_is_exact(self) -> None:
        """What is near has a timer of its own."""
        self.call("soon", 1.9)
        self.clock.advance(5)
        self.assertEqual(self.called, [("soon", 102.15)])

    def test_far_off_is_early(self) -> None:
        """By less than a second, and in the order in which it was asked for."""
        self.call("a", 30.7)
        self.call("b", 30.0)
        self.assertEqual(len(self.clock.getDelayedCalls()), 1)
        self.clock.advance(60)
        self.assertEqual(self.called, [("a", 130.0), ("b", 130.0)])
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_the_first_counts(self) -> None:
        """Whoever comes first is waited for, also when it was asked for last."""
        self.call("late", 50.0)
        self.call("early", 10.0)
        self.assertEqual(len(self.clock.getDelayedCalls()), 1)
        self.clock.advance(100)
        self.assertEqual([name for name, _ in self.called], ["early", "late"])

    def test_cancelled(self) -> None:
        """It leaves nothing behind."""
        first, second = self.vigil.callLater(10.0, self.fail), self.vigil.callLater(10.0, self.fail)
        first.cancel()
        self.assertEqual(len(self.clock.getDelayedCalls()), 1)
        second.cancel()
        self.assertEqual(self.clock.getDelayedCalls(), [])
        self.clock.advance(60)

    def test_cancelled_by_one_of_the_same_moment(self) -> None:
        """It is not called any more."""
        self.vigil.callLater(10.0, lambda: second.cancel())
        second = self.vigil.callLater(10.0, self.fail)
        self.clock.advance(60)

    def test_one_that_fails(self) -> None:
        """The others are called all the same."""
        self.vigil.callLater(10.0, lambda: 1 // 0)
        self.call("other", 10.0)
        self.clock.advance(60)
        self.assertEqual([name for name, _ in self.called], ["other"])
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)


class AlarmTests(SynchronousTestCase):
    """Alarms on a vigil ring as on a reactor: at their moment."""

    def setUp(self) -> None:
        """A thousand of them."""
        self.clock = HeapClock(7.5)
        self.rang: list[float] = []
        vigil = Vigil(self.clock)
        self.alarms = [Alarm(vigil, self.rang.append) for _ in range(1000)]

    def test_each_at_its_moment(self) -> None:
        """Though few timers are pending at any time."""
        for number, alarm in enumerate(self.alarms):
            alarm.set(20.0 + number / 64)
        self.assertEqual(len(self.clock.getDelayedCalls()), 1)
        self.clock.advance(12)
        self.assertLess(len(self.clock.getDelayedCalls()), 140)
        self.clock.advance(60)
        self.assertEqual(self.rang, [20.0 + number / 64 for number in range(1000)])

    def test_moved(self) -> None:
        """Later or earlier, as often as one likes; it counts where it is last."""
        alarm = self.alarms[0]
        for moment in (60.0, 90.0, 30.0, 31.0, 12.25):
            alarm.set(moment)
        self.clock.advance(100)
        self.assertEqual(self.rang, [12.25])
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_taken_back(self) -> None:
        """No timer is left, and none rings."""
        for alarm in self.alarms:
            alarm.set(60.0)
        for alarm in self.alarms:
            alarm.set(None)
        self.assertEqual(self.clock.getDelayedCalls(), [])
        self.clock.advance(100)
        self.assertEqual(self.rang, [])
