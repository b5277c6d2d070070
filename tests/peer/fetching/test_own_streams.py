"""What is fetched, for others to have meanwhile."""

from __future__ import annotations

from random import Random
from types import SimpleNamespace
from typing import Any

from p2pstream.content.keys import LiveKey
from p2pstream.content.listed import ALL, NATIVE, ListedPeer
from p2pstream.content.units import UNIT
from p2pstream.errors import Gone, NotShared, Unproven
from p2pstream.peer.fetching.own_streams import OwnStreams
from p2pstream.peer.player_node import PlayerNode
from p2pstream.peer.streams import Streams
from p2pstream.peer.ways import Ways
from p2pstream.protocols.node import Means
from p2pstream.testing.bytes.consumers import CollectingConsumer
from p2pstream.testing.workers import InlineWorkers
from tests.peer.fetching.test_proven import LINK, SEED, Central, ProvenCase, listed


class OwnStreamsTests(ProvenCase):
    def fetch(self, into: str | None = None) -> Any:
        """Begin to fetch the film; what others may have of it is in ``own``."""
        self.own, self.changes = OwnStreams(), list[int]()
        self.own.changed = lambda: self.changes.append(self.own.have(self.film.key))
        seed = ListedPeer(SEED, b"i" * 32, NATIVE, ALL)
        self.central = Central([listed(self.film, seed)])
        self.node = node = PlayerNode(Means(self.clock, self.heard, InlineWorkers(), Random(0)), self.own)
        streams = Streams(node, Ways(self.speech, self.store, lambda _: self.central), own=self.own)
        stream = self.successResultOf(streams.open(LINK, into))
        self.addCleanup(stream.close)
        return stream

    def test_broadcasts(self) -> None:
        """Each has its own names, which go with it; one that is only watched has none."""
        own, (ours, theirs) = OwnStreams(), [SimpleNamespace(key=LiveKey(bytes([n] * 32))) for n in (1, 2)]
        record: Any = object()
        own.join(ours, lambda: [record])  # type: ignore[arg-type]
        own.join(theirs)  # type: ignore[arg-type]
        self.assertEqual((list(own.streams()), list(own.names())), ([ours.key, theirs.key], [record]))
        own.leave(ours)  # type: ignore[arg-type]
        own.leave(ours)  # type: ignore[arg-type]
        self.assertEqual((list(own.streams()), list(own.names())), ([theirs.key], []))

    def test_nothing_yet(self) -> None:
        """It is not claimed, and nobody gets it."""
        self.fetch()
        self.assertEqual((list(self.own.streams()), list(self.own.names())), ([], []))
        self.failureResultOf(self.node.open_key(self.film.key), NotShared)

    def test_a_part(self) -> None:
        """What is here can be had, proven; it is told that there is something, and then that it is all."""
        stream = self.fetch()
        for peer in self.speech.peers:
            peer.step(2)
        self.clock.advance(0.05)
        self.assertEqual(list(self.own.streams()), [self.film.key])
        self.assertTrue(0 < self.own.have(self.film.key) < ALL)
        given = self.successResultOf(self.node.open_key(self.film.key))
        there = given.units.total
        self.assertTrue(0 < there < self.film.key.units)
        self.send_all(stream.done)
        self.assertEqual(given.units.total, self.film.key.units)
        self.assertEqual((len(self.changes), self.changes[-1]), (2, ALL))
        given.close()

    def test_dropped(self) -> None:
        """What its fetcher has done with is nobody's, which is told once."""
        stream = self.fetch()
        self.send_all(stream.done)
        before = len(self.changes)
        for _ in range(2):
            self.own.drop(self.film.key)
        self.assertEqual((list(self.own.streams()), self.changes[before:]), ([], [0]))
        self.failureResultOf(self.own.open(self.film.key), NotShared)

    def test_what_left_the_store(self) -> None:
        """A film that is kept elsewhere is given on, also to who had it open before."""
        stream = self.fetch(str(self.folder / "film.mp4"))
        for peer in self.speech.peers:
            peer.step(2)
        self.clock.advance(0.05)
        before = self.successResultOf(self.node.open_key(self.film.key))
        self.send_all(stream.done)
        self.successResultOf(stream.done)
        self.assertEqual(self.own.have(self.film.key), ALL)
        after = self.successResultOf(self.node.open_key(self.film.key))
        for given in (before, after):
            consumer = CollectingConsumer()
            self.successResultOf(given.read_to(consumer))
            self.assertEqual(bytes(consumer.collected), self.film.content)
            given.check()
            given.close()

    def test_what_its_user_changed(self) -> None:
        """A film that is kept elsewhere is given to nobody once it is changed there."""
        stream = self.fetch(str(self.folder / "film.mp4"))
        self.send_all(stream.done)
        self.successResultOf(stream.done)
        given = self.successResultOf(self.node.open_key(self.film.key))
        self.assertTrue(given.spans(0, UNIT))
        with open(self.folder / "film.mp4", "ab") as film:
            film.write(b"!")
        self.assertRaises(Gone, given.check)
        self.assertEqual((list(given.units), list(given.spans(0, UNIT))), ([], []))
        self.failureResultOf(given.hashes(0, 0, 4, 0), Unproven)
        self.assertEqual((list(self.own.streams()), len(self.changes)), ([], 3))
        self.failureResultOf(self.node.open_key(self.film.key), NotShared)
        given.close()

    def test_after_the_end(self) -> None:
        """A stream that is closed is not given, whatever the store has of it."""
        stream = self.fetch()
        self.send_all(stream.done)
        self.successResultOf(stream.close())
        self.assertEqual(list(self.own.streams()), [])
