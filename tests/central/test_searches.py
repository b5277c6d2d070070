"""Who searches next."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import CancelledError, Deferred, DeferredLock
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.central.searches import Searches
from p2pstream.limits import LIMITS
from p2pstream.protocols.central import messages as say
from p2pstream.testing.clock import HeapClock
from tests.central.rooms import CentralCase


class SearchesTests(SynchronousTestCase):
    def setUp(self) -> None:
        """Nobody searches."""
        self.clock = HeapClock()
        self.searches = Searches(self.clock)
        self.lines: dict[str, DeferredLock] = {}
        self.begun: list[str] = []
        self.running: Deferred[None] = Deferred()

    def ask(self, *names: str) -> list[Deferred[Any]]:
        """One search each; the same name is the same guest."""
        asked = []
        for name in names:
            line = self.lines.setdefault(name, DeferredLock())
            run = self.searches.run(line, lambda name=name: self.search(name))  # type: ignore[misc]
            asked.append(Deferred.fromCoroutine(run))
            # What is left unfinished would complain when it is collected, in another test.
            self.addCleanup(self.end, asked[-1])
        return asked

    def end(self, asked: Deferred[Any]) -> None:
        """Nobody waits for it any more."""
        asked.addErrback(lambda _: None)
        asked.cancel()

    def search(self, name: str) -> Deferred[None]:
        """It begins, and ends when it is told to."""
        self.begun.append(name)
        self.running = Deferred()
        return self.running

    def go_on(self, times: int) -> str:
        """Those that run end, one after the other; who has begun by then."""
        for _ in range(times):
            self.running.callback(None)
            self.clock.advance(0)
        return "".join(self.begun)

    def test_F44_who_asks_for_one(self) -> None:
        """Waits for two at most, however many ask for more."""
        self.ask(*"aaabbbcccddd")
        self.ask("x")
        self.assertEqual(self.go_on(2)[:3].count("x"), 1)

    def test_one_each(self) -> None:
        """Those who ask for more have one each, round about."""
        self.ask(*"aaaabbbbcccc")
        self.assertEqual(self.go_on(5), "abcabc")

    def test_by_turns(self) -> None:
        """Many who ask for one do not keep one who asks for more from it."""
        self.ask("a", *"aaxyz")
        self.assertLessEqual(self.go_on(4).rindex("a"), 4)

    def test_a_turn_of_its_own(self) -> None:
        """Whatever is found at once, another one begins in another turn."""
        self.ask("a", "b")
        self.running.callback(None)
        self.assertEqual(self.begun, ["a"])
        self.clock.advance(0)
        self.assertEqual(self.begun, ["a", "b"])

    def test_gone(self) -> None:
        """Who is gone is not waited for, and nobody waits for him."""
        _, waiting, _ = self.ask("a", "b", "c")
        waiting.cancel()
        self.failureResultOf(waiting, CancelledError)
        self.assertEqual(self.go_on(1), "ac")


class LookupTests(CentralCase):
    def test_F44_names_in_turns(self) -> None:
        """So many names are looked up on the disk in a turn, and one more in the next."""
        most, answered = LIMITS.central_turn_lookups, list[Any]()
        for number in range(most + 1):
            asked: Any = self.desk.ask(self.visit(number + 1), say.Resolve(3, 9, f"film {number}"))
            asked.addCallback(answered.append)
        self.assertEqual(len(answered), most)
        self.clock._step(self.clock._instant)
        self.assertEqual(len(answered), most + 1)
