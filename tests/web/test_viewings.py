"""How long a stream is fetched for players, and what they are told."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred, TimeoutError, fail
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer
from zope.interface.verify import verifyObject

from p2pstream.content.links import Link
from p2pstream.errors import NoSource, NotFound
from p2pstream.interfaces import IFetched, IFetches
from p2pstream.limits import LIMITS
from p2pstream.testing.clock import HeapClock
from p2pstream.web.viewings import Viewing, Viewings
from tests.web.fetched import FakeFetched

LINK = Link.parse("p2pstream://10.0.0.9/film.mp4")


@implementer(IFetches)
class Fetches:
    """Opens when the test says so."""

    def __init__(self) -> None:
        self.asked: list[Deferred[Any]] = []
        self.fault: Exception | None = None

    def fetch(self, link: Link) -> Deferred[Any]:
        """Wait for it."""
        if self.fault is not None:
            return fail(self.fault)
        self.asked.append(Deferred())
        return self.asked[-1]


class ViewingsTests(SynchronousTestCase):
    def setUp(self) -> None:
        """Nobody reads anything."""
        self.clock, self.fetches = HeapClock(), Fetches()
        self.viewings = Viewings(self.fetches, self.clock)

    def enter(self) -> Deferred[Viewing]:
        """One more wants to read."""
        return Deferred.fromCoroutine(self.viewings.enter(LINK))

    def test_fakes(self) -> None:
        """What stands in for the real ones has all that the interfaces promise."""
        self.assertTrue(verifyObject(IFetched, FakeFetched()))
        self.assertTrue(verifyObject(IFetches, self.fetches))

    def test_in_time(self) -> None:
        """Nobody waits for ever; the last who waited has it fetched no more."""
        waiting = self.enter()
        self.clock.advance(LIMITS.gateway_open_s - 0.1)
        self.assertNoResult(waiting)
        self.clock.advance(0.2)
        self.failureResultOf(waiting, TimeoutError)
        self.clock.advance(LIMITS.gateway_rest_s + 0.1)
        self.assertEqual(len(self.viewings), 0)
        self.assertTrue(self.fetches.asked[0].called)

    def test_several_wait(self) -> None:
        """All have it as soon as one would."""
        waiting, film = [self.enter() for _ in range(3)], FakeFetched()
        waiting[1].cancel()
        self.failureResultOf(waiting[1])
        self.fetches.asked[0].callback(film)
        viewings = [self.successResultOf(waiting[number]) for number in (0, 2)]
        self.assertEqual((viewings[0], viewings[0].stream, viewings[0].readers), (viewings[1], film, 2))
        self.assertEqual(len(self.fetches.asked), 1)
        for viewing in viewings:
            self.assertEqual(film.closed, 0)
            self.viewings.leave(viewing)
        self.clock.advance(LIMITS.gateway_rest_s - 0.1)
        self.assertEqual((film.closed, len(self.viewings)), (0, 1))
        self.clock.advance(0.2)
        self.assertEqual((film.closed, len(self.viewings), self.clock.getDelayedCalls()), (1, 0, []))

    def test_cannot_be_opened(self) -> None:
        """All who wait are told, and the next one tries anew."""
        waiting = [self.enter() for _ in range(2)]
        self.fetches.asked[0].errback(NotFound("nobody has it"))
        for each in waiting:
            self.failureResultOf(each, NotFound)
        self.fetches.fault = NotFound("still nobody")
        self.failureResultOf(self.enter(), NotFound)
        self.fetches.fault = None
        again = self.enter()
        self.fetches.asked[1].callback(FakeFetched())
        self.successResultOf(again)
        self.assertEqual(len(self.viewings), 1)

    def test_all_leave_while_it_is_opened(self) -> None:
        """Then it is not opened."""
        self.enter().addErrback(lambda _: None).cancel()
        self.clock.advance(LIMITS.gateway_rest_s)
        self.assertTrue(self.fetches.asked[0].called)
        self.assertEqual((len(self.viewings), self.clock.getDelayedCalls()), (0, []))

    def test_nothing_more_can_be_had(self) -> None:
        """Who reads it reads on as far as it goes; who comes then begins anew."""
        waiting, film, other = self.enter(), FakeFetched(), FakeFetched()
        self.fetches.asked[0].callback(film)
        film.done.errback(NoSource("all are gone"))
        self.assertEqual((film.closed, len(self.viewings)), (0, 0))
        later = self.enter()
        self.fetches.asked[1].callback(other)
        self.viewings.leave(self.successResultOf(waiting))
        self.assertEqual((film.closed, other.closed, self.successResultOf(later).stream), (1, 0, other))

    def test_lost_while_it_rests(self) -> None:
        """It is closed all the same."""
        waiting, film = self.enter(), FakeFetched()
        self.fetches.asked[0].callback(film)
        self.viewings.leave(self.successResultOf(waiting))
        film.done.errback(NoSource("all are gone"))
        self.clock.advance(LIMITS.gateway_rest_s)
        self.assertEqual((film.closed, self.clock.getDelayedCalls()), (1, []))

    def test_close(self) -> None:
        """With readers or without."""
        waiting, film = self.enter(), FakeFetched()
        self.fetches.asked[0].callback(film)
        viewing = self.successResultOf(waiting)
        self.viewings.close()
        self.assertEqual((film.closed, len(self.viewings)), (1, 0))
        self.viewings.leave(viewing)
        self.assertEqual(self.clock.getDelayedCalls(), [])
