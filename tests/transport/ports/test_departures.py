"""A crowd of connections that is lost at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from twisted.internet.interfaces import IFileDescriptor
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer

from p2pstream.limits import LIMITS
from p2pstream.protocols.http.plugin import protocol as http
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import FakeNode
from p2pstream.testing.wires.link import MemoryLink
from p2pstream.transport.ends import when_gone
from p2pstream.transport.linger import reset_now
from p2pstream.transport.ports.departures import Departures
from p2pstream.transport.ports.port import SniffedFactory
from p2pstream.web.streams import shared_streams
from tests.protocols.http.browser import FILM, Browser, request

MOST = LIMITS.departures


class Turns(Clock):
    """A reactor that does in one turn what was due when that began."""

    def turn(self) -> None:
        """The next."""
        due, self.calls = self.calls, []
        for each in due:
            each.func(*each.args)


@implementer(IFileDescriptor)
class Lost:
    """A transport that notes why it was lost."""

    def __init__(self) -> None:
        self.why: list[Any] = []

    def connectionLost(self, reason: Any) -> None:
        """It is."""
        self.why.append(reason)


class DepartureTests(SynchronousTestCase):
    def leave(self, count: int) -> list[int]:
        """So many leave; how many were ended at once, and after each turn that follows."""
        clock, ended = Turns(), list[int]()
        departures, found = Departures(clock, LIMITS), list[int]()
        for number in range(count):
            departures.depart(partial(ended.append, number))
        found.append(len(ended))
        while clock.getDelayedCalls():
            clock.turn()
            found.append(len(ended))
        self.assertEqual(ended, list(range(count)))
        return found

    def test_how_many(self) -> None:
        """A few end at once, with no timer left; of more, as many in each turn, in their order."""
        self.assertEqual(self.leave(MOST), [MOST])
        self.assertEqual(self.leave(MOST + 1), [MOST, MOST + 1])
        self.assertEqual(self.leave(3 * MOST + 1), [MOST, 2 * MOST, 3 * MOST, 3 * MOST + 1])

    def test_later(self) -> None:
        """Who leaves later does not count with those before."""
        clock, ended = Turns(), list[int]()
        departures = Departures(clock, LIMITS)
        for number in range(2 * MOST):
            departures.depart(lambda: ended.append(1))
            if number == MOST - 1:
                clock.advance(LIMITS.departures_s)
        self.assertEqual((len(ended), clock.getDelayedCalls()), (2 * MOST, []))

    def test_one_that_cannot_end(self) -> None:
        """It is told of, and holds up nobody."""
        clock, ended = Turns(), list[int]()
        departures = Departures(clock, replace(LIMITS, departures=1))
        for end in (lambda: None, lambda: ended[0], lambda: ended.append(1)):
            departures.depart(end)
        clock.turn()
        clock.turn()
        self.assertEqual((len(ended), len(self.flushLoggedErrors(IndexError))), (1, 1))

    def test_told_once(self) -> None:
        """However often it is found out meanwhile, and for the first reason; a reset waits for no turn."""
        for resets in (False, True):
            transport, waiting, told = Lost(), list[Callable[[], None]](), list[int]()
            when_gone(transport, told.append, 7, waiting.append)
            transport.connectionLost("first")
            transport.connectionLost("second")
            self.assertEqual((len(waiting), told, transport.why), (1, [], []))
            if resets:
                reset_now(transport)
            waiting[0]()
            self.assertEqual((told, len(transport.why)), ([7], 1))
            self.assertEqual(transport.why == ["first"], not resets)

    def test_F42_players(self) -> None:
        """All leave at once; each is told of in its turn, and all that was opened for them is closed."""
        node = FakeNode(clock := HeapClock(), shared={"film.mp4": FILM})
        node.resources.update(shared_streams(node))
        factory = SniffedFactory([http], node)
        factory.doStart()
        self.addCleanup(factory.doStop)
        players = [Browser() for _ in range(2 * MOST + 1)]
        for each in players:
            MemoryLink(clock).connect(each, factory.buildProtocol(None))  # type: ignore[arg-type]
            each.transport.pauseProducing()
            each.transport.write(request(b"/share/film.mp4"))
        clock.advance(0)
        self.assertEqual((node.lent, factory.connections), (len(players), len(players)))
        for each in players:
            each.transport.abortConnection()
        clock.advance(0)
        self.assertEqual(len(node.events.named("transfer_failed")), len(players))
        self.assertEqual((clock.getDelayedCalls(), node.lent, factory.connections), ([], 0, 0))
