"""Readers that wait."""

from __future__ import annotations

from twisted.internet.defer import CancelledError
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.data.observers import Observers
from p2pstream.data.waiting import Waiters


class WaitersTests(SynchronousTestCase):
    """Each is woken once, for its own byte."""

    def setUp(self) -> None:
        """Nobody waits."""
        self.waiters = Waiters()

    def test_woken_for_the_right_byte(self) -> None:
        """Those whose byte came are woken; the rest waits on."""
        first, second = self.waiters.wait(5), self.waiters.wait(9)
        self.waiters.wake(lambda position: position < 7)
        self.successResultOf(first)
        self.assertNoResult(second)
        self.waiters.wake(lambda position: True)
        self.successResultOf(second)

    def test_leaves(self) -> None:
        """One that gives up waits no more; the others do."""
        leaving, staying = self.waiters.wait(1), self.waiters.wait(1)
        leaving.cancel()
        self.failureResultOf(leaving, CancelledError)
        self.assertEqual(self.waiters.positions, [1])
        self.waiters.wake(lambda position: True)
        self.successResultOf(staying)
        self.assertEqual(self.waiters.positions, [])

    def test_never_comes(self) -> None:
        """All of them are told when their bytes will never come."""
        waiting = [self.waiters.wait(1), self.waiters.wait(2)]
        self.waiters.fail(Failure(ZeroDivisionError()))
        for each in waiting:
            self.failureResultOf(each, ZeroDivisionError)
        self.assertEqual(self.waiters.positions, [])


class ObserversTests(SynchronousTestCase):
    """Whoever wants to know is told."""

    def test_in_order_until_taken_back(self) -> None:
        """Observers are called in order; one may take itself, or another, back meanwhile."""
        seen: list[str] = []
        observers = Observers()

        def first() -> None:
            seen.append("first")
            end_second()

        observers.add(first)
        end_second = observers.add(lambda: seen.append("second"))
        observers.add(lambda: seen.append("third"))
        observers.notify()
        self.assertEqual(seen, ["first", "third"])

    def test_careless_observer(self) -> None:
        """One that raises is logged; the others are told all the same."""
        seen: list[str] = []
        observers = Observers()
        observers.add(lambda: 1 // 0)  # type: ignore[arg-type, return-value]
        observers.add(lambda: seen.append("told"))
        observers.notify()
        self.assertEqual(seen, ["told"])
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)
