"""Turns at one thing, and at each of many."""

from __future__ import annotations

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.data.turns import KeyedTurns, Turns
from p2pstream.testing.workers import InlineWorkers


class Work:
    """Notes who began, and is done when it is told."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.going: dict[str, Deferred[None]] = {}

    async def do(self, name: str) -> str:
        """Begin; the name, once it is done."""
        self.begun.append(name)
        self.going[name] = Deferred()
        await self.going[name]
        return name


class TurnsTests(SynchronousTestCase):
    """`Turns`."""

    def setUp(self) -> None:
        """A file, and what is done to it."""
        self.turns, self.work = Turns(InlineWorkers()), Work()

    def test_one_at_a_time(self) -> None:
        """A coroutine has its turn until it returns, and those who came later wait for that."""
        first, second = (self.turns.take(self.work.do, name) for name in ("first", "second"))
        self.assertEqual(self.work.begun, ["first"])
        self.work.going["first"].callback(None)
        self.assertEqual((self.successResultOf(first), self.work.begun), ("first", ["first", "second"]))
        self.work.going["second"].callback(None)
        self.assertEqual(self.successResultOf(second), "second")

    def test_given_up(self) -> None:
        """Who gives up while it is under way does not let the next one in."""
        first, _ = self.turns.take(self.work.do, "first"), self.turns.take(self.work.do, "second")
        first.addErrback(lambda _: None).cancel()
        self.assertEqual(self.work.begun, ["first"])
        self.work.going["first"].callback(None)
        self.assertEqual(self.work.begun, ["first", "second"])
        self.work.going["second"].callback(None)


class KeyedTurnsTests(SynchronousTestCase):
    """`KeyedTurns`."""

    def setUp(self) -> None:
        """Nobody is anywhere."""
        self.doors, self.work = KeyedTurns(), Work()

    def _end(self, *names: str) -> None:
        for name in names:
            self.work.going[name].callback(None)

    def test_each_by_itself(self) -> None:
        """At one door they wait for each other, and for nobody at another."""
        for key, name in ((1, "a"), (1, "b"), (2, "c")):
            self.doors.take(key, self.work.do, name)
        self.assertEqual(self.work.begun, ["a", "c"])
        self._end("a")
        self.assertEqual(self.work.begun, ["a", "c", "b"])
        self._end("b", "c")

    def test_nothing_is_kept(self) -> None:
        """Of a door at which nobody is nothing is left, also where it went wrong, or was given up."""
        waiting = [self.doors.take(key, self.work.do, str(key)) for key in range(3)]
        behind = self.doors.take(0, self.work.do, "behind")
        waiting[1].addErrback(lambda _: None).cancel()
        self.assertEqual(len(self.doors), 3)
        self.work.going["2"].errback(ValueError("it broke"))
        self.failureResultOf(waiting[2], ValueError)
        self._end("0", "1")
        self.assertEqual((len(self.doors), self.work.begun[-1]), (1, "behind"))
        self._end("behind")
        self.assertEqual((len(self.doors), self.successResultOf(behind)), (0, "behind"))

    def test_who_comes_when_one_is_through(self) -> None:
        """Who comes as another leaves is in nobody's way, and nobody in his."""
        again = self.doors.take(1, self.work.do, "a").addCallback(
            lambda _: self.doors.take(1, self.work.do, "b")
        )
        self._end("a")
        self.assertEqual((self.work.begun, len(self.doors)), (["a", "b"], 1))
        self._end("b")
        self.assertEqual((self.successResultOf(again), len(self.doors)), ("b", 0))

    def test_quiet(self) -> None:
        """It is quiet when all are through who were there, whoever comes then."""
        for key, name in ((1, "a"), (1, "b"), (2, "c")):
            self.doors.take(key, self.work.do, name)
        quiet = Deferred.fromCoroutine(self.doors.quiet())
        self._end("a", "b")
        self.assertNoResult(quiet)
        self._end("c")
        self.assertIsNone(self.successResultOf(quiet))
