"""The peer as a service, in memory."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random
from typing import Any

from twisted.internet.protocol import Factory
from twisted.internet.testing import MemoryReactorClock
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.peer.folders.shares import Shares
from p2pstream.peer.node import PeerNode
from p2pstream.peer.service import PeerService
from p2pstream.protocols.node import Means
from p2pstream.testing.node import HeardEvents, NodeContract
from p2pstream.testing.workers import HeldWorkers


class PeerServiceTests(NodeContract, SynchronousTestCase):
    def setUp(self) -> None:
        """A peer with one film, whose disk is as slow as the test wants."""
        self.folder = Path(self.mktemp()).resolve()
        self.folder.mkdir(parents=True)
        (self.folder / "film").write_bytes(b"x" * 1500)
        self.reactor = MemoryReactorClock()
        self.events = HeardEvents()
        self.workers = HeldWorkers()

    def service(self, host: str) -> PeerService:
        """The peer."""
        means = Means(self.reactor, self.events, self.workers, Random(0))
        shares = Shares(means, [str(self.folder)], "you")
        self.node = PeerNode(means, shares)
        service = PeerService(self.node, shares, Factory(), host, 2050, "10.0.0.7")
        self.addCleanup(service.stopService)
        return service

    def make_node(self) -> PeerNode:
        """What protocols are given, once the shares were looked at."""
        self.service("10.0.0.7").startService()
        self.workers.flush()
        return self.node

    def test_node(self) -> None:
        """Protocols see a node that opens what is shared, and knows of nobody else."""
        self.make_node()
        self.assertEqual(self.node.lookup("film"), ())
        self.assertIn("film", self.node.names)
        opening = self.node.open("film")
        self.workers.flush()
        data: Any = self.successResultOf(opening)
        self.assertEqual(data.length, 1500)
        data.close()

    def test_ready(self) -> None:
        """It listens at once, and says that it is ready when the shares were looked at."""
        self.service("10.0.0.7").startService()
        self.assertEqual([(host, port) for port, _, _, host in self.reactor.tcpServers], [("10.0.0.7", 2050)])
        self.assertEqual(self.events.named("listening"), [])
        self.workers.flush()
        self.assertEqual(
            self.events.named("listening"),
            [{"role": "p2p-peer", "address": "10.0.0.7:2050", "what": "shares 1 file, 1.5 kB"}],
        )
        self.assertEqual(
            self.events.named("share_open"), [{"path": str(self.folder), "names": 1, "who": "you"}]
        )

    def test_on_all_addresses(self) -> None:
        """Without an address it listens on all, and tells the one to others."""
        self.service("").startService()
        self.workers.flush()
        (told,) = self.events.named("listening")
        self.assertEqual(told["address"], "10.0.0.7:2050")
        self.assertTrue(told["what"].startswith("every other address of this machine, and shares 1 file"))

    def test_hang_up(self) -> None:
        """It looks at its shares again when it is asked to."""
        service = self.service("10.0.0.7")
        service.startService()
        self.workers.flush()
        (self.folder / "film").unlink()
        service.look_again()
        self.reactor.advance(0.1)
        self.workers.flush()
        self.assertNotIn("film", self.node.names)

    def test_stop(self) -> None:
        """After the stop nothing is left, also when that comes before the first look is done."""
        for flush in (True, False):
            service = self.service("10.0.0.7")
            service.startService()
            if flush:
                self.workers.flush()
            self.successResultOf(service.stopService())
            self.workers.flush()
            self.assertEqual((self.reactor.getDelayedCalls(), self.reactor.getReaders()), ([], []))
        self.assertEqual(len(self.events.named("listening")), 1)
        self.assertEqual(len(os.listdir(self.folder)), 1)
