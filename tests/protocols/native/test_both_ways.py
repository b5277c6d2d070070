"""Two peers that each have a part of a film, and ask each other on one link."""

from __future__ import annotations

from typing import Any

from twisted.internet.address import IPv4Address
from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT
from p2pstream.errors import Refused
from p2pstream.protocols.link.protocol import LinkFactory
from p2pstream.protocols.native.peering import Peering
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import FakeNode
from p2pstream.testing.proofs.proven import proven_film
from p2pstream.testing.proofs.units import FilmStream, HeardUnits
from p2pstream.testing.wires.link import MemoryLink

FILM = proven_film(10 * UNIT)
ADDRESS = IPv4Address("TCP", "10.0.0.1", 2050)


class BothWaysTests(SynchronousTestCase):
    """Neither end is a server."""

    def connect(self, near: FilmStream | None, far: FilmStream | None) -> None:
        """Two peers that share these."""
        self.clock = HeapClock()
        self.link = MemoryLink(self.clock, delay=0.01)
        self.peerings = []
        protocols: list[Any] = []
        for stream, dialled in ((near, True), (far, False)):
            node: Any = FakeNode(self.clock, shared={}, streams={stream.key: stream} if stream else {})
            self.peerings.append(Peering(node))
            protocols.append(LinkFactory(node, self.peerings[-1].attend, dialled).buildProtocol(ADDRESS))
        self.link.connect(*protocols)
        self.near, self.far = self.peerings

    def listened(self, source: Any) -> HeardUnits:
        """A listener of a source."""
        listener = HeardUnits(FILM)
        source.listen(listener)
        return listener

    def half_each(self, at_once: bool) -> tuple[Any, Any, HeardUnits, HeardUnits]:
        """Each has a half, and each becomes the other's source."""
        self.connect(FilmStream(FILM, Ranges([(0, 5)])), FilmStream(FILM, Ranges([(5, 10)])))
        self.clock.advance(0 if at_once else 1)
        near = self.near.source(FILM.key)
        self.clock.advance(0 if at_once else 1)
        far = self.far.source(FILM.key)
        heard = self.listened(near), self.listened(far)
        self.clock.advance(1)
        return near, far, *heard

    def test_idle(self) -> None:
        """Nothing is kept for streams before one is spoken of, at either end."""
        self.connect(FilmStream(FILM), FilmStream(FILM))
        self.clock.advance(100)
        self.assertEqual([(one._files, one._live) for one in self.peerings], [(None, None)] * 2)
        self.near.source(FILM.key)
        self.clock.advance(1)
        self.assertNotIn(None, [one._files for one in self.peerings])

    def test_they_open_it_at_once_or_one_by_one(self) -> None:
        """There is one channel in the end, and both get what the other has."""
        for at_once in (True, False):
            near, far, from_far, from_near = self.half_each(at_once)
            self.assertEqual(near.channel, far.channel)
            self.assertEqual((list(near.units), list(far.units)), ([(5, 10)], [(0, 5)]))
            for source in (near, far):
                self.assertIs(self.successResultOf(source.when_ready()), source)
            near.ask(5, 5)
            far.ask(0, 5)
            self.clock.advance(1)
            self.assertEqual(set(from_far.content), {5, 6, 7, 8, 9})
            self.assertEqual(set(from_near.content), {0, 1, 2, 3, 4})

    def test_what_was_asked_on_the_channel_that_gave_way(self) -> None:
        """It is refused, to be asked again."""
        self.connect(FilmStream(FILM), FilmStream(FILM))
        self.near.source(FILM.key)
        far = self.far.source(FILM.key, True)
        listener = self.listened(far)
        page = far.ask_hashes(2, 0, 4, 2)
        far.ask(0, 2)
        self.clock.advance(1)
        self.failureResultOf(page, Refused)
        self.assertEqual((sorted(listener.answers), listener.content, listener.reason), ([0, 1], {}, None))
        far.ask(0, 2)
        self.clock.advance(1)
        self.assertEqual(set(listener.content), {0, 1})

    def test_one_leaves(self) -> None:
        """The other still gets what it asks for."""
        near, far, from_far, from_near = self.half_each(True)
        near.ask(5, 1)
        near.close()
        far.ask(0, 5)
        self.clock.advance(1)
        self.assertEqual((from_far.content, from_far.lent), ({}, 0))
        self.assertEqual(set(from_near.content), {0, 1, 2, 3, 4})
        self.assertIsNone(from_near.reason)
        far.spoilt(0, "it is wrong")
        self.clock.advance(1)
        files: list[Any] = [peering._files for peering in self.peerings]
        self.assertEqual([one.takes for one in files], [False, False])

    def test_one_who_has_nothing_may_ask_on_the_others_channel(self) -> None:
        """The channel that the other end opened serves both, though only one has anything."""
        self.connect(FilmStream(FILM), None)
        near, far = self.near.source(FILM.key), self.far.source(FILM.key)
        listener = self.listened(far)
        self.clock.advance(1)
        self.assertEqual(list(near.units), [])
        far.ask(0, 10)
        self.clock.advance(1)
        self.assertEqual(len(listener.content), 10)

    def test_a_stream_that_takes_long_to_open(self) -> None:
        """Who is gone meanwhile has it opened no more."""
        self.connect(None, None)
        cancelled: list[Any] = []
        opening: Deferred[Any] = Deferred(cancelled.append)
        self.far._node.open_key = lambda key: opening  # type: ignore[method-assign]
        self.near.source(FILM.key)
        self.clock.advance(1)
        self.assertEqual(cancelled, [])
        self.link.client.abortConnection()
        self.clock.advance(1)
        self.assertEqual(cancelled, [opening])

    def test_asked_while_the_stream_is_opened(self) -> None:
        """Requests and pages wait for it."""
        self.connect(None, None)
        opening: Deferred[Any] = Deferred()
        self.far._node.open_key = lambda key: opening  # type: ignore[method-assign]
        source = self.near.source(FILM.key, True)
        listener = self.listened(source)
        page = source.ask_hashes(2, 0, 4, 2)
        source.ask(0, 4)
        self.clock.advance(1)
        self.assertNoResult(page)
        opening.callback(FilmStream(FILM))
        self.clock.advance(1)
        self.assertEqual(self.successResultOf(page), FILM.tree.page(2, 0, 4, 2))
        self.assertEqual(len(listener.content), 4)
