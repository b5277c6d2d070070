"""Whose request is begun next."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.limits import LIMITS
from p2pstream.testing.clock import HeapClock
from p2pstream.transport.turns.requests import RequestTurns
from p2pstream.web.resource import WebResource
from tests.protocols.http.browser import Browser, SiteCase, request


class TurnTests(SynchronousTestCase):
    def setUp(self) -> None:
        """Two in a turn."""
        self.clock = HeapClock()
        self.turns = RequestTurns(self.clock, 2)
        self.begun: list[str] = []

    def ask(self, *names: str) -> None:
        """Requests of these names."""
        for name in names:
            self.turns.take(lambda name=name: self.begun.append(name))  # type: ignore[misc]

    def test_few(self) -> None:
        """Up to the bound nobody waits, and nothing is left when they are answered."""
        self.ask("a", "b")
        self.assertEqual(self.begun, ["a", "b"])
        self.clock.advance(0)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_one_more(self) -> None:
        """Waits for the next turn, and so do all who come behind it."""
        self.ask("a", "b", "c")
        self.clock.callLater(0, self.ask, "d", "e")
        self.assertEqual(self.begun, ["a", "b"])
        self.clock._step(0)
        self.assertEqual(self.begun, ["a", "b", "c"])
        self.clock.advance(0)
        self.assertEqual(self.begun, ["a", "b", "c", "d", "e"])
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_in_each_turn(self) -> None:
        """No turn has more than the bound, however many wait."""
        self.ask(*"abcdefg")
        counts = [len(self.begun)]
        while self.clock.getDelayedCalls():
            self.clock._step(0)
            counts.append(len(self.begun))
        self.assertEqual(counts, [2, 4, 6, 7, 7])

    def test_asked_meanwhile(self) -> None:
        """What an answer brings in comes behind those who wait."""
        self.turns.take(lambda: self.ask("again"))
        self.ask("b", "c", "d")
        self.clock.advance(0)
        self.assertEqual(self.begun, ["again", "b", "c", "d"])
        self.ask("a", "b")
        self.turns.take(lambda: self.ask("again"))
        self.ask("c", "d")
        self.clock.advance(0)
        self.assertEqual(self.begun[4:], ["a", "b", "c", "d", "again"])


class CountedPage(WebResource):
    """Notes who asks."""

    def __init__(self, asked: list[str]) -> None:
        super().__init__()
        self.asked = asked

    async def answer(self, request: Any) -> None:
        """Say little."""
        self.asked.append(request.address)
        await request.say(200)


class FloodTests(SiteCase):
    def flood(self, connections: int = 40) -> list[Browser]:
        """So many connections each ask 25 times at once."""
        self.asked: list[str] = []
        self.node.resources[b""] = CountedPage(self.asked)
        flood = [self.dial() for _ in range(connections)]
        for each in flood:
            each.transport.write(request() * 25)
        return flood

    def test_F39_many_that_ask_ahead(self) -> None:
        """Who comes then waits for one answer to each of them, and those of one turn, and for no more."""
        flood = self.flood()
        patient = self.dial(hosts=("10.0.0.9", "10.0.0.7"))
        patient.transport.write(request())
        self.clock.advance(0)
        place = next(at for at, who in enumerate(self.asked) if who.startswith("10.0.0.9:"))
        self.assertLessEqual(place, len(flood) + LIMITS.http_turn_requests)
        self.assertEqual({len(each.responses()) for each in flood}, {25})
        self.assertEqual(len(self.asked), 25 * len(flood) + 1)
        self.assertEqual(len(patient.responses()), 1)

    def test_F39_what_is_no_request(self) -> None:
        """Waits for a few of them in each turn of the reactor."""
        self.flood()
        between = [0]

        def look() -> None:
            between.append(len(self.asked))
            if between[-1] < 1000:
                self.clock.callLater(0, look)

        self.clock.callLater(0, look)
        self.clock.advance(0)
        steps = [after - before for before, after in pairwise(between)]
        self.assertLessEqual(max(steps), LIMITS.http_turn_requests)

    def test_who_leaves(self) -> None:
        """Is not answered when its turn comes."""
        flood = self.flood(LIMITS.http_turn_requests + 1)
        self.clock.run_until(lambda: self.asked)
        for each in flood:
            each.transport.abortConnection()
        self.clock.advance(0)
        self.assertLess(len(self.asked), 25)
        self.assert_clean()
