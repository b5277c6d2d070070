"""A central and who asks it, over real sockets and real TLS."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from random import Random
from typing import Any

from twisted.trial.unittest import TestCase

from p2pstream.central.desk import Desk
from p2pstream.central.directory import Directory
from p2pstream.central.leasing.leases import Leases
from p2pstream.central.mappings.table import Table
from p2pstream.central.names.catalogue_memory import MemoryCatalogue
from p2pstream.central.node import CentralNode
from p2pstream.content.addresses import Address
from p2pstream.content.listed import ALL, CLASSIC, NATIVE, Standing
from p2pstream.errors import Refused
from p2pstream.peer.dials import Dials
from p2pstream.protocols.central.approach import KnownCentrals
from p2pstream.protocols.central.asking import CentralLine
from p2pstream.protocols.central.plugin import protocol as central
from p2pstream.protocols.central.telling import Speaks
from p2pstream.protocols.classic.plugin import protocol as classic
from p2pstream.protocols.node import Means
from p2pstream.testing.node import FakeNode, HeardEvents
from p2pstream.testing.state.disks import MemoryDisk
from p2pstream.testing.workers import InlineWorkers
from p2pstream.transport.ports.port import SniffedFactory
from p2pstream.transport.secure.credentials import kept_credentials
from tests.central.rooms import KEYS, NOW, record
from tests.real.processes import free_loopback


class CentralLinksTests(TestCase):
    def setUp(self) -> None:
        """A central that listens."""
        from twisted.internet import reactor

        loop: Any = reactor
        self.reactor = loop
        directory = Directory(
            MemoryCatalogue(), Leases(Random(1)), Table(), self.reactor.seconds, lambda: NOW
        )
        means = Means(self.reactor, HeardEvents(), InlineWorkers(), Random(1))
        dials = Dials(self.reactor)
        endpoint = partial(dials, tls=True)
        desk = Desk(means, directory, endpoint, lambda: self.port.getHost().port)
        self.node = node = CentralNode(means, directory, desk)
        credentials = kept_credentials(MemoryDisk(), "tls", datetime.now(UTC))
        factory = SniffedFactory([central, classic], node, shown=lambda: credentials)
        self.port: Any = self.reactor.listenTCP(0, factory, interface=free_loopback())
        self.addCleanup(desk.stop)
        self.addCleanup(self.port.stopListening)

    def line(self) -> CentralLine:
        """A line to it, from somebody new."""
        host = self.port.getHost()
        where = Address(host.host, host.port)
        line = CentralLine(
            where, FakeNode(self.reactor), Dials(self.reactor), KnownCentrals(), None, lambda: NOW
        )
        self.addCleanup(line.close)
        line.start()
        return line

    async def test_from_a_claim_to_an_answer(self) -> None:
        """One publishes and announces; another finds the name, and whom to ask."""
        peer, viewer = self.line(), self.line()
        await peer.ready()
        await peer.publish(record("film.mp4"))
        lease = await peer.announce([KEYS[0]], Speaks(2051, NATIVE | CLASSIC))
        self.assertEqual((lease.taken, lease.observed and lease.observed.port), (1, 2051))
        await viewer.ready()
        (found,) = await viewer.resolve("FILM.mp4")
        self.assertEqual((found.key, found.standing, found.seeds), (KEYS[0], Standing.OWNER, 1))
        self.assertEqual([(each.address.port, each.have) for each in found.peers], [(2051, ALL)])
        self.assertEqual(len((await viewer.search("fil")).names), 1)
        await peer.withdraw([KEYS[0]])
        self.assertEqual(await viewer.peers(KEYS[0]), ())

    async def test_refusals(self) -> None:
        """What does not hold is refused over the wire, in words."""
        peer = self.line()
        await peer.ready()
        refused: Any = await self.assertFailure(peer.publish(record("film.mp4")[:-1]), Refused)
        self.assertEqual(refused.code, 11)
