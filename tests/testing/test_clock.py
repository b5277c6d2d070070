"""The clock of tests and simulations."""

from __future__ import annotations

from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import LoopingCall
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from p2pstream.testing.clock import HeapClock


class HeapClockTests(SynchronousTestCase):
    """Time passes from call to call."""

    def setUp(self) -> None:
        """A clock at nought, and what it called."""
        self.clock = HeapClock()
        self.seen: list[tuple[str, float]] = []

    def note(self, what: str) -> None:
        """Keep what was called, and when."""
        self.seen.append((what, self.clock.seconds()))

    def test_interface(self) -> None:
        """It is what reactors are, for timers."""
        verifyObject(IReactorTime, self.clock)

    def test_seconds_inside_a_call(self) -> None:
        """Inside a call it is the moment that the call was set for, not the end of the advance."""
        self.clock.callLater(1, self.note, "one")
        self.clock.callLater(2.5, self.note, "two")
        self.clock.advance(10)
        self.assertEqual(self.seen, [("one", 1.0), ("two", 2.5)])
        self.assertEqual(self.clock.seconds(), 10.0)

    def test_calls_set_by_calls(self) -> None:
        """What a call sets becomes due within the same advance, in its turn."""
        self.clock.callLater(1, lambda: self.clock.callLater(1, self.note, "child"))
        self.clock.callLater(1.5, self.note, "between")
        self.clock.advance(3)
        self.assertEqual(self.seen, [("between", 1.5), ("child", 2.0)])

    def test_order_at_one_moment(self) -> None:
        """Calls for one moment are made in the order in which they were set."""
        for name in "abcdefgh":
            self.clock.callLater(1, self.note, name)
        self.clock.advance(1)
        self.assertEqual("".join(name for name, _ in self.seen), "abcdefgh")

    def test_bound(self) -> None:
        """A call is made at its moment and not a nanosecond before."""
        self.clock.callLater(1, self.note, "due")
        self.clock.advance(1 - 1e-9)
        self.assertEqual(self.seen, [])
        self.clock.advance(1e-9)
        self.assertEqual(self.seen, [("due", 1.0)])

    def test_tenths_add_up(self) -> None:
        """Ten steps of a tenth end where one of a second does."""
        self.clock.callLater(1, self.note, "due")
        for _ in range(10):
            self.clock.advance(0.1)
        self.assertEqual(self.seen, [("due", 1.0)])

    def test_never_early(self) -> None:
        """A call never sees a time before the one that was asked for, even by a rounding error."""
        moment = 0.1 + 0.2
        self.clock.callLater(moment, self.note, "due")
        self.clock.advance(0.3)
        self.assertEqual(self.seen, [("due", moment)])

    def test_reset_delay_cancel(self) -> None:
        """Moving a call forth or back, and cancelling it, work as on a reactor."""
        sooner = self.clock.callLater(5, self.note, "sooner")
        later = self.clock.callLater(1, self.note, "later")
        never = self.clock.callLater(2, self.note, "never")
        sooner.reset(1)
        later.delay(2)
        never.cancel()
        self.assertEqual(self.clock.getDelayedCalls(), [sooner, later])
        self.clock.advance(10)
        self.assertEqual(self.seen, [("sooner", 1.0), ("later", 3.0)])
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_looping_call(self) -> None:
        """A LoopingCall is exact."""
        loop = LoopingCall(self.note, "tick")
        loop.clock = self.clock
        loop.start(0.25)
        self.clock.advance(10)
        loop.stop()
        self.assertEqual(len(self.seen), 41)
        self.assertEqual(self.seen[-1][1], 10.0)

    def test_many_cancelled(self) -> None:
        """Calls that are cancelled leave nothing behind that grows."""
        for _ in range(10_000):
            self.clock.callLater(100, self.note, "never").cancel()
        self.assertLess(len(self.clock._queue), 3000)

    def test_runaway(self) -> None:
        """A call that sets itself for this very moment for ever is an error, not a hang."""

        def again() -> None:
            self.clock.callLater(0, again)

        again()
        self.assertRaises(RuntimeError, self.clock.advance, 1)

    def test_run_until(self) -> None:
        """Time stops as soon as what was waited for has come."""
        self.clock.callLater(1, self.note, "one")
        self.clock.callLater(2, self.note, "two")
        self.clock.run_until(lambda: self.seen)
        self.assertEqual(self.clock.seconds(), 1.0)
        self.assertRaises(AssertionError, self.clock.run_until, lambda: False, within=5)

    def test_no_past(self) -> None:
        """Nothing can be set for the past."""
        self.assertRaises(ValueError, self.clock.callLater, -1, self.note, "past")
