"""What a central is told of a broadcast, and what it is asked."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.keys import LiveKey
from p2pstream.content.signed.heads import Head
from p2pstream.errors import NoCentral
from p2pstream.limits import LIMITS
from p2pstream.peer.live.edge import EdgeAsking, EdgeTelling
from tests.content.broadcasts import KEY, broadcast
from tests.live.casts import Cast

HEADS = broadcast(3)


class Part:
    """A part in a broadcast."""

    def __init__(self) -> None:
        self.key: LiveKey = KEY
        self.edge: Head | None = None
        self.hints: list[Head] = []

    def hint(self, head: Head) -> None:
        """Keep it."""
        self.hints.append(head)


class TellingTests(SynchronousTestCase):
    """A source and its centrals."""

    def test_every_two_seconds(self) -> None:
        """The newest head, once; a central that is away is told the next time."""
        clock, part, told = Clock(), Part(), list[bytes]()

        def tell(key: LiveKey, head: bytes) -> Deferred[Any]:
            told.append(head)
            return fail(NoCentral()) if len(told) == 1 else succeed(None)

        telling = EdgeTelling(part, clock, tell)
        telling.begin()
        for head in HEADS:
            part.edge = head
            clock.advance(LIMITS.live_tell_s)
            clock.advance(LIMITS.live_tell_s)
        self.assertEqual(told, [head.raw for head in HEADS])
        telling.close()
        telling.close()
        self.assertEqual(clock.getDelayedCalls(), [])


class AskingTests(SynchronousTestCase):
    """A viewer and its centrals."""

    def test_now_and_again(self) -> None:
        """At once, and every ten seconds; what is not known is no hint."""
        clock, part, answers = Clock(), Part(), [None, HEADS[0], HEADS[1]]
        asking = EdgeAsking(part, clock, lambda key: succeed(answers.pop(0)))
        asking.begin()
        for _ in range(2):
            clock.advance(LIMITS.live_stale_s)
        self.assertEqual(part.hints, HEADS[:2])
        asking.close()
        self.assertEqual(clock.getDelayedCalls(), [])

    def test_an_answer_that_comes_too_late(self) -> None:
        """Is dropped."""
        clock, part = Clock(), Part()
        answer: Deferred[Head | None] = Deferred()
        asking = EdgeAsking(part, clock, lambda key: answer)
        asking.begin()
        asking.close()
        self.assertEqual(part.hints, [])


class StaleTests(SynchronousTestCase):
    """An eclipse: all neighbours lag, and only the central knows better."""

    def test_neighbours_who_lag_are_left(self) -> None:
        """Beyond ten seconds, and not before."""
        cast = Cast()
        watcher = cast.watch(1)
        cast.run(3.0)
        edge = cast.source.lineage.edge
        assert edge is not None
        for neighbour in watcher.relay.neighbours.all():
            neighbour.tell_slice = neighbour.deliver = lambda *said: None  # type: ignore[attr-defined,method-assign]
        cast.source.neighbours.all()[0].tell_slice = lambda head, leaves: None  # type: ignore[method-assign]
        cast.run(9.0)
        newest = cast.source.lineage.edge
        assert newest is not None
        watcher.relay.hint(newest)
        self.assertEqual(len(watcher.relay.neighbours), 1)
        cast.run(3.0)
        newest = cast.source.lineage.edge
        assert newest is not None
        watcher.relay.hint(newest)
        self.assertEqual(len(watcher.relay.neighbours), 0)
