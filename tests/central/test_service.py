"""The central as a service, in memory."""

from __future__ import annotations

from pathlib import Path
from random import Random

from twisted.internet.interfaces import IStreamClientEndpoint
from twisted.internet.protocol import Factory
from twisted.internet.testing import MemoryReactorClock
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.central.desk import Desk
from p2pstream.central.directory import Directory
from p2pstream.central.leasing.leases import Leases
from p2pstream.central.mappings.mapping_file import MappingFile
from p2pstream.central.mappings.table import Table
from p2pstream.central.names.catalogue_memory import MemoryCatalogue
from p2pstream.central.node import CentralNode
from p2pstream.central.service import CentralService
from p2pstream.central.tending import Tending
from p2pstream.content.addresses import Address
from p2pstream.errors import NotShared
from p2pstream.protocols.node import Means
from p2pstream.testing.node import HeardEvents, NodeContract
from p2pstream.testing.workers import InlineWorkers


def no_endpoint(address: Address) -> IStreamClientEndpoint:
    """Nobody is dialled here."""
    raise AssertionError(address)


class CentralServiceTests(NodeContract, SynchronousTestCase):
    def setUp(self) -> None:
        """A central that knows one name."""
        self.path = Path(self.mktemp()).resolve()
        self.path.write_text("film 10.0.0.1")
        self.reactor = MemoryReactorClock()
        self.events = HeardEvents()
        table = Table()
        directory = Directory(MemoryCatalogue(), Leases(Random(0)), table, self.reactor.seconds, lambda: 0)
        mapping = MappingFile(str(self.path), True, table, self.events)
        mapping.load()
        means = Means(self.reactor, self.events, InlineWorkers(), Random(0), wall_ns=lambda: 0)
        desk = Desk(means, directory, no_endpoint, lambda: 2045)
        self.node = CentralNode(means, directory, desk)
        tending = Tending(means, directory, desk.watchers, None)
        self.service = CentralService(self.node, mapping, desk, tending, Factory(), "127.0.0.1", 2045)

    def make_node(self) -> CentralNode:
        """What protocols are given."""
        return self.node

    def test_node(self) -> None:
        """Protocols see a node that can look names up, and shares nothing."""
        self.assertEqual([str(address) for address in self.node.lookup("film")], ["10.0.0.1:2050"])
        self.assertEqual(list(self.node.lookup("other")), [])
        self.assertIn("film", self.node.names)
        self.failureResultOf(self.node.open("film"), NotShared)

    def test_start(self) -> None:
        """It listens, says so and what it knows, and follows its mapping."""
        self.service.startService()
        self.addCleanup(self.service.stopService)
        ((port, _, _, host),) = self.reactor.tcpServers
        self.assertEqual((host, port), ("127.0.0.1", 2045))
        (told,) = self.events.named("listening")
        self.assertEqual((told["role"], told["what"]), ("p2p-central", "knows 1 name"))
        self.path.write_text("film 10.0.0.2")
        self.reactor.pump([0.5] * 4)
        self.assertEqual(self.node.lookup("film")[0].host, "10.0.0.2")

    def test_hang_up(self) -> None:
        """It reads its mapping again when it is asked to."""
        self.service.startService()
        self.addCleanup(self.service.stopService)
        self.service.look_again()
        self.reactor.pump([0.5] * 3)
        self.assertEqual(len(self.events.named("mapping_read")), 2)

    def test_stop(self) -> None:
        """After the stop nothing is left."""
        self.service.startService()
        self.successResultOf(self.service.stopService())
        self.assertEqual(self.reactor.getDelayedCalls(), [])
