"""Links that both ends use, whichever dialled; and how many stay for the other end alone."""

from __future__ import annotations

from typing import Any

from twisted.internet.address import IPv4Address
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT
from p2pstream.limits import LIMITS
from p2pstream.protocols.link.protocol import LinkFactory
from p2pstream.protocols.native.peering import Peering
from p2pstream.protocols.native.visits import Visitor, Visits
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import FakeNode
from p2pstream.testing.proofs.proven import proven_film
from p2pstream.testing.proofs.units import FilmStream, HeardUnits
from p2pstream.testing.wires.link import MemoryLink

FILM = proven_film(40 * UNIT)
OTHER = proven_film(3 * UNIT, seed=1)
ADDRESS = IPv4Address("TCP", "10.0.0.1", 2050)


class VisitsTests(SynchronousTestCase):
    def test_how_many_stay(self) -> None:
        """As many links as may; one more does not, until one of those has ended."""
        visits, most = Visits(), LIMITS.native_giving_links
        self.assertTrue(all(visits.keep(number) for number in range(most)))
        self.assertEqual((visits.keep(0), visits.keep(most)), (True, False))
        for _ in range(2):
            visits.part(0)
        self.assertEqual((visits.keep(most), visits.keep(most + 1)), (True, False))

    def test_who_is_told(self) -> None:
        """Those who fetch that stream, until they have it; whoever ends it twice ends nobody else's."""
        visits, heard = Visits(), list[str]()
        ends = [visits.follow(FILM.key, lambda visitor, who=who: heard.append(who)) for who in "ab"]  # type: ignore
        visitor: Any = object()
        visits.came(FILM.key, visitor)
        ends[0]()
        ends[0]()
        visits.came(FILM.key, visitor)
        self.assertEqual((heard, visits.seeks(FILM.key)), (["a", "b", "b"], True))
        ends[1]()
        visits.came(FILM.key, visitor)
        self.assertEqual((len(heard), visits.seeks(FILM.key)), (3, False))


class LinkTests(SynchronousTestCase):
    """One link, whose dialler is the near end."""

    def setUp(self) -> None:
        """Each has a half, and only the near end knows that it wants the other."""
        self.clock = HeapClock()
        link, protocols = MemoryLink(self.clock, delay=0.01), list[Any]()
        self.streams = [FilmStream(FILM, Ranges([(0, 20)])), FilmStream(FILM, Ranges([(20, 40)]))]
        self.peerings, self.visitors = list[Peering](), list[Visitor]()
        for stream, dialled in zip(self.streams, (True, False), strict=True):
            streams = {FILM.key: stream, OTHER.key: FilmStream(OTHER)} if dialled else {FILM.key: stream}
            node: Any = FakeNode(self.clock, shared={}, streams=streams)
            node.visits = Visits(node.limits)
            self.peerings.append(Peering(node, kept=not dialled))
            protocols.append(LinkFactory(node, self.peerings[-1].attend, dialled).buildProtocol(ADDRESS))
        self.near, self.far = self.peerings
        self.far._node.visits.follow(FILM.key, self.visitors.append)
        link.connect(*protocols)
        self.clock.advance(1)
        self.source = self.near.source(FILM.key)
        self.source.listen(HeardUnits(FILM))
        self.clock.advance(1)

    def taken(self) -> tuple[Any, HeardUnits]:
        """The far end takes the visitor for a source."""
        source, heard = self.visitors[0].come(), HeardUnits(FILM)
        source.listen(heard)
        return source, heard

    def test_the_dialler_is_a_source(self) -> None:
        """It is told with the id that it proved, and gives what is asked for; it is told once a second."""
        self.assertEqual([each.id for each in self.visitors], [self.near._node.identity.id])
        for stop, seconds, told in ((21, 0.1, 2), (22, LIMITS.native_visit_s - 0.2, 2), (23, 0.3, 3)):
            self.clock.advance(seconds)
            self.streams[0].has(Ranges([(0, stop)]))
            self.clock.advance(0.05)
            self.assertEqual(len(self.visitors), told)
        source, heard = self.taken()
        source.ask(0, 20)
        self.clock.advance(1)
        self.assertEqual(set(heard.content), set(range(20)))
        self.streams[0].has(Ranges([(0, 30)]))
        self.clock.advance(2)
        self.assertEqual(len(self.visitors), 3)

    def test_it_stays_for_the_other_end(self) -> None:
        """Until that wants nothing more, either; then it ends."""
        source, heard = self.taken()
        self.clock.advance(1)
        self.source.close()
        source.ask(0, 20)
        self.clock.advance(1)
        self.assertEqual(len(heard.content), 20)
        source.close()
        self.clock.advance(60)
        self.assertEqual(self.clock.getDelayedCalls(), [])
        self.assertTrue(self.near._node.visits.keep(self))

    def test_there_are_too_many(self) -> None:
        """It ends, though the other end wants more: nobody makes us hold links without end."""
        for number in range(LIMITS.native_giving_links):
            self.near._node.visits.keep(number)
        source, heard = self.taken()
        self.clock.advance(1)
        self.source.close()
        self.clock.advance(1)
        self.assertIsNotNone(heard.reason)
        self.assertEqual(list(source.units), [])

    def test_it_stays_for_another_stream(self) -> None:
        """A link that is kept busy with something else counts as well."""
        for number in range(LIMITS.native_giving_links - 1):
            self.near._node.visits.keep(number)
        other = self.far.source(OTHER.key)
        self.clock.advance(1)
        self.source.close()
        self.clock.advance(1)
        self.assertEqual(list(other.units), [(0, 3)])
        self.assertFalse(self.near._node.visits.keep("one more"))

    def test_there_are_too_many_for_another_stream(self) -> None:
        """It ends: whoever was dialled cannot stay by wanting something else."""
        for number in range(LIMITS.native_giving_links):
            self.near._node.visits.keep(number)
        other = self.far.source(OTHER.key)
        self.clock.advance(1)
        self.source.close()
        self.clock.advance(1)
        self.assertEqual(list(other.units), [])
