"""Plain web servers as sources: with ranges, without, and those that have something else."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from twisted.internet.protocol import Factory, Protocol
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.resource import Resource
from twisted.web.server import Site as TwistedSite
from zope.interface.verify import verifyObject

from p2pstream.content.ranges import Ranges
from p2pstream.content.shown import Bearing
from p2pstream.content.units import UNIT
from p2pstream.content.wants import Stream, WebUnits
from p2pstream.errors import Refused, SessionError, SourceLost
from p2pstream.interfaces import IUnitSource
from p2pstream.limits import LIMITS
from p2pstream.protocols.http.plugin import protocol
from p2pstream.protocols.http.seed import WebSeed
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import FakeNode
from p2pstream.testing.proofs.proven import proven_film
from p2pstream.testing.proofs.unit_sources import LimitedSourceContract
from p2pstream.testing.proofs.units import HeardUnits
from p2pstream.testing.wires.endpoints import MemoryEndpoint
from p2pstream.transport.turns.downlink import LimitedDownlink


class FilmResource(Resource):
    """One film; whether ranges are known, and what is said of it, is the test's."""

    isLeaf = True  # noqa: N815

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.content = content
        self.ranged = True
        self.status = 0
        self.place = b""
        self.asked: list[bytes | None] = []

    def render_GET(self, request: Any) -> bytes:  # noqa: N802
        """Twisted: all of it, or a part."""
        wanted = request.getHeader(b"range")
        self.asked.append(wanted)
        if self.status:
            request.setResponseCode(self.status)
            return b"no"
        if wanted is None or not self.ranged:
            return self.content
        first, last = map(int, wanted.removeprefix(b"bytes=").split(b"-"))
        request.setResponseCode(206)
        place = self.place or b"bytes %d-%d/%d" % (first, last, len(self.content))
        request.setHeader(b"Content-Range", place)
        return self.content[first : last + 1]


class SeedCase(SynchronousTestCase):
    film = proven_film(10 * UNIT + 77)

    def setUp(self) -> None:
        """A web server that has the film."""
        self.clock = HeapClock()
        self.node = FakeNode(self.clock)
        self.resource = FilmResource(self.film.content)
        self.site: Factory = TwistedSite(self.resource, reactor=self.clock)
        self.endpoint = MemoryEndpoint(self.clock, lambda: self.site.buildProtocol(None), capacity=10_000)  # type: ignore[arg-type, return-value]
        self.addCleanup(self.site.stopFactory)

    def make_source(self, units: Ranges | None = None) -> Any:
        """A source over it."""
        want = WebUnits(self.film.key, "http://films.example:8080/a%20film.mp4")
        return self.successResultOf(protocol.connect(self.endpoint, want, self.node))

    def heard(self) -> tuple[WebSeed, HeardUnits]:
        """A source, and its listener."""
        source, listener = self.make_source(), HeardUnits(self.film)
        source.listen(listener)
        return source, listener

    def move(self) -> None:
        """Have everything happen that can."""
        self.clock.advance(0.5)


class ContractTests(SeedCase, LimitedSourceContract):
    def heard(self, units: Ranges | None = None) -> Any:
        """See `SeedCase`."""
        self.node.downlink = self.downlink
        return super().heard()

    def test_provides_unit_source(self) -> None:
        """It has all of it, and proves nothing."""
        source, _ = self.heard()
        self.assertTrue(verifyObject(IUnitSource, source))
        self.assertEqual((source.key, source.ranged, source.proofs), (self.film.key, True, False))
        self.assertEqual((list(source.units), source.address), ([(0, 11)], "films.example:8080"))

    def test_only_what_it_has(self) -> None:
        """Nothing that is not there, and nothing twice."""
        source, _ = self.heard()
        source.ask(2, 3)
        for first, count in ((11, 1), (10, 2), (4, 1), (0, 0), (-1, 1)):
            self.assertRaises(ValueError, source.ask, first, count)

    def test_as_many_as_may_be_asked(self) -> None:
        """So many at once, and not one more until some came."""
        self.node.limits = replace(LIMITS, web_seed_units=4)
        source, _ = self.heard()
        self.assertEqual(source.room, 4)
        self.assertRaises(ValueError, source.ask, 0, 5)
        source.ask(0, 4)
        self.assertEqual(source.room, 0)
        self.assertRaises(ValueError, source.ask, 4, 1)
        self.move()
        self.assertEqual(source.room, 4)

    def test_hashes(self) -> None:
        """It has none."""
        source, _ = self.heard()
        self.failureResultOf(source.ask_hashes(2, 0, 8, 1), Refused)

    test_no_such_page = test_hashes


class RangedTests(SeedCase):
    def test_neighbours(self) -> None:
        """What lies together is asked for together, what is urgent first; over one connection."""
        source, listener = self.heard()
        source.ask(8, 1)
        source.ask(2, 3, 2)
        source.ask(6, 1, 0)
        source.ask(5, 1, 0)
        self.move()
        self.assertEqual(listener.answers, Counter((2, 3, 4, 5, 6, 8)))
        spans = [(8, 9), (5, 7), (2, 5)]
        wanted = [b"bytes=%d-%d" % (first * UNIT, last * UNIT - 1) for first, last in spans]
        self.assertEqual((self.resource.asked, len(self.endpoint.links)), (wanted, 1))

    def test_looked_at(self) -> None:
        """Whoever looks sees what it gives, until it is left."""
        source, _ = self.heard()
        source.ask(2, 3)
        self.move()
        (seen,) = self.node.moved.shown(9)
        self.assertEqual((seen.direction, seen.protocol, seen.moved), (Bearing.IN, "http", 3 * UNIT))
        source.close()
        self.assertEqual([(total.moved, total.open) for total in self.node.moved.totals()], [(3 * UNIT, 0)])

    def test_nothing_is_left(self) -> None:
        """When it is closed, so is its connection, and no timer waits."""
        source, listener = self.heard()
        source.ask(0, 2)
        self.move()
        source.close()
        self.move()
        self.assertFalse(self.endpoint.links[0].client.connected)
        self.site.stopFactory()
        self.assertEqual((self.clock.getDelayedCalls(), listener.lent), ([], 0))

    def test_a_reader_goes_elsewhere(self) -> None:
        """What nobody wants any more is broken off, and what is wanted now comes."""
        self.endpoint._link["delay"] = 0.05
        source, listener = self.heard()
        source.ask(0, 8)
        self.clock.advance(0.3)
        source.cancel(0, 8)
        source.ask(10, 1, 0)
        self.clock.advance(30)
        self.assertIn(10, listener.content)
        self.assertLess(len(listener.content), 6)
        self.assertEqual((set(listener.answers), listener.lent, listener.reason), ({*range(8), 10}, 0, None))

    def test_something_else_is_there(self) -> None:
        """It is left, and it is said why."""
        film = self.film.content
        for change, words in (
            (lambda: setattr(self.resource, "content", film[:-1]), "of 655436 bytes, and the film of 655437"),
            (lambda: setattr(self.resource, "status", 404), "it answered 404 Not Found"),
            (lambda: setattr(self.resource, "place", b"bytes 5-9/655437"), "another part"),
            (lambda: setattr(self.resource, "place", b"x"), "another part"),
        ):
            self.setUp()
            change()
            source, listener = self.heard()
            source.ask(0, 2)
            self.move()
            assert listener.reason is not None
            self.assertTrue(listener.reason.check(SourceLost))
            self.assertIn(words, listener.reason.getErrorMessage())
            self.assertEqual(list(source.units), [])

    def test_limit_on_the_local_network(self) -> None:
        """It does not count there, unless that is asked for; which is known when it was dialled."""
        near, far = ("192.168.1.9", "192.168.1.3"), ("203.0.113.9", "198.51.100.3")
        rest = LIMITS.web_seed_units - 1
        for hosts, local, most in ((near, False, rest), (near, True, 0), (far, False, 0)):
            self.setUp()
            self.endpoint._link.update(hosts=hosts, delay=0.01)
            self.node.downlink = LimitedDownlink(self.clock, LIMITS.uplink_least, local)
            source, listener = self.heard()
            self.assertEqual(source.room, 1)
            source.ask(0, 1)
            self.assertEqual(source.room, 0)
            self.clock.advance(0.05)
            self.assertEqual((source.room, listener.changes), (most, int(most > 0)))
            source.close()

    def test_silence(self) -> None:
        """It is not waited for without end."""
        self.endpoint = MemoryEndpoint(self.clock, Protocol)
        source, listener = self.heard()
        source.ask(0, 2)
        self.clock.advance(LIMITS.link_stall_s + 1)
        assert listener.reason is not None
        self.assertIn("it sent nothing for 20 s", listener.reason.getErrorMessage())

    def test_nobody_there(self) -> None:
        """It is lost as others are."""
        self.endpoint = MemoryEndpoint(self.clock, None)
        source, listener = self.heard()
        source.ask(0, 2)
        self.move()
        self.assertIsNotNone(listener.reason)

    def test_other_wants(self) -> None:
        """It knows no names."""
        self.failureResultOf(protocol.connect(self.endpoint, Stream("film"), self.node), SessionError)


class SequentialTests(SeedCase):
    def setUp(self) -> None:
        """One that knows no ranges."""
        super().setUp()
        self.resource.ranged = False

    def test_all(self) -> None:
        """What is asked for is taken out of what passes by."""
        source, listener = self.heard()
        source.ask(3, 2)
        source.ask(8, 3)
        self.move()
        self.assertEqual(listener.answers, Counter((3, 4, 8, 9, 10)))
        for unit in (3, 4, 8, 9, 10):
            self.assertEqual(listener.content[unit], bytes(self.film.units(unit, unit + 1)))
        self.assertEqual((source.ranged, len(self.resource.asked)), (False, 1))

    def test_what_is_behind(self) -> None:
        """It says that it has only what is still to come; what is behind comes when it begins anew."""
        source, listener = self.heard()
        source.ask(2, 1)
        self.clock.advance(0.1)
        (ahead,) = source.units
        self.assertGreater(ahead[0], 2)
        self.assertRaises(ValueError, source.ask, 0, 1)
        self.clock.advance(LIMITS.web_seed_rest_s)
        self.assertEqual((list(source.units), listener.reason), ([(0, 11)], None))
        source.ask(0, 2)
        self.move()
        self.assertEqual(listener.answers, Counter((2, 0, 1)))
        self.assertGreater(listener.changes, 0)
        source.close()
        self.clock.advance(5)

    def test_goes_on(self) -> None:
        """What is asked for soon enough comes from the same response, however long that is."""
        source, listener = self.heard()
        for unit in range(11):
            source.ask(unit, 1)
            self.clock.advance(LIMITS.web_seed_rest_s / 2)
        self.assertEqual((listener.answers, len(self.resource.asked)), (Counter(range(11)), 2))
