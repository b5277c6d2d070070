"""Whole downloads from native peers into a store, on a network in memory and a stepped clock."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT
from p2pstream.content.wants import Units
from p2pstream.data.store import Store
from p2pstream.protocols.native.plugin import protocol as native
from p2pstream.swarm.proven import ProvenDownload
from p2pstream.testing.bytes.consumers import CollectingConsumer
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import FakeNode, HeardEvents
from p2pstream.testing.proofs.proven import proven_film
from p2pstream.testing.proofs.units import FilmStream
from p2pstream.testing.state.disks import MemoryDisk
from p2pstream.testing.wires.network import MemoryNetwork
from p2pstream.testing.workers import InlineWorkers
from p2pstream.transport.ports.port import SniffedFactory

FILM = proven_film(200 * UNIT - 100)
HOSTS = ("10.0.0.1", "10.0.0.2", "10.0.0.3")


class DownloadTests(SynchronousTestCase):
    """Seeds, parts of seeds, and one that lies."""

    def setUp(self) -> None:
        """A network without anybody, and an empty store."""
        self.clock = HeapClock()
        self.network = MemoryNetwork(self.clock)
        self.heard = HeardEvents()
        self.store = Store(MemoryDisk(), InlineWorkers(), self.clock)
        self.stream: Any = self.successResultOf(self.store.open(FILM.key))

    def seed(self, host: str, stream: FilmStream) -> None:
        """One more who has it."""
        node = FakeNode(self.clock, shared={}, streams={FILM.key: stream})
        self.successResultOf(self.network.server(host, 2050).listen(SniffedFactory([native], node)))

    def dial(self, address: Address) -> Deferred[Any]:
        """Connect to a peer."""
        endpoint = self.network.client(address.host, address.port, "10.0.9.9")
        return native.connect(endpoint, Units(FILM.key), FakeNode(self.clock, shared={}))

    def fetch(self, *hosts: str) -> None:
        """All of it, from these."""
        node = FakeNode(self.clock, shared={})
        node.events = self.heard
        download = ProvenDownload("film", self.stream, self.dial, node)
        done = download.run([Address(host, 2050) for host in hosts])
        self.clock.run_until(lambda: done.called, 120)
        self.successResultOf(done)
        consumer = CollectingConsumer()
        self.successResultOf(self.stream.read_to(consumer))
        self.assertTrue(bytes(consumer.collected) == FILM.content)

    def test_one_seed(self) -> None:
        """All units of one peer."""
        stream = FilmStream(FILM)
        self.seed(HOSTS[0], stream)
        self.fetch(HOSTS[0])
        self.clock.advance(1)
        self.assertEqual((stream.watched, stream.closed), (0, 1))

    def test_three_with_parts(self) -> None:
        """What one has not another has."""
        for host, part in zip(HOSTS, ((0, 90), (60, 150), (140, 200)), strict=True):
            self.seed(host, FilmStream(FILM, Ranges([part])))
        self.fetch(*HOSTS)

    def test_pollution(self) -> None:
        """The one who lies is left and named; the film is whole."""
        bad = FilmStream(FILM)
        content = bytearray(FILM.content)
        content[5 :: UNIT // 2] = bytes(byte ^ 1 for byte in content[5 :: UNIT // 2])
        bad._data = type(bad._data)(bytes(content))
        self.seed(HOSTS[0], bad)
        self.seed(HOSTS[1], FilmStream(FILM))
        self.fetch(*HOSTS[:2])
        self.assertEqual({lie["address"] for lie in self.heard.named("source_lied")}, {f"{HOSTS[0]}:2050"})

    def test_bad_hashes(self) -> None:
        """The same for one whose hashes are another film's."""
        bad = FilmStream(FILM)
        bad.film = proven_film(len(FILM.content), 1)
        self.seed(HOSTS[0], bad)
        self.seed(HOSTS[1], FilmStream(FILM))
        self.fetch(*HOSTS[:2])
        self.assertEqual({lie["address"] for lie in self.heard.named("source_lied")}, {f"{HOSTS[0]}:2050"})
