"""Giving while fetching, in memory."""

from __future__ import annotations

from random import Random
from typing import Any

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.content.units import UNIT
from p2pstream.content.wants import Units
from p2pstream.errors import CannotListen
from p2pstream.limits import LIMITS
from p2pstream.peer.fetching.own_streams import OwnStreams
from p2pstream.peer.player_node import PlayerNode
from p2pstream.peer.upload import Upload
from p2pstream.protocols.central.approach import KnownCentrals
from p2pstream.protocols.native.plugin import protocol as native
from p2pstream.protocols.node import Means
from p2pstream.testing.bytes.consumers import CollectingConsumer
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import FakeNode, HeardEvents
from p2pstream.testing.proofs.proven import proven_film
from p2pstream.testing.proofs.units import FilmStream
from p2pstream.testing.wires.network import MemoryNetwork
from p2pstream.testing.workers import InlineWorkers

FILM = proven_film(3 * UNIT)
CENTRAL, PORT = Address("127.0.0.9", 2045), 50_000


class UploadTests(SynchronousTestCase):
    def setUp(self) -> None:
        """Somebody who has a film, and wants others to have it."""
        self.clock = HeapClock()
        self.network = MemoryNetwork(self.clock)
        self.heard = HeardEvents()
        self.own = own = OwnStreams()
        self.wanted = 0
        own.add(FilmStream(FILM))
        node = PlayerNode(Means(self.clock, self.heard, InlineWorkers(), Random(0)), own)
        self.node, self.dialled, self.full = node, list[Address](), False
        self.upload = Upload(node, own, [native], self.dial, KnownCentrals(), listening=self.listen)

    def dial(self, address: Address, tls: bool = False) -> Any:
        """To whoever is on the network in memory."""
        self.dialled.append(address)
        return self.network.client(address.host, address.port)

    def listen(self, host: str, port: int, factory: Any) -> Any:
        """There, on any free port."""
        if self.full:
            raise CannotListen("there is no port")
        self.assertEqual((host, port), ("", self.wanted))
        return self.successResultOf(self.network.server("127.0.0.1", PORT).listen(factory))

    def fetch(self) -> Any:
        """Somebody dials, and asks for the film."""
        end = self.network.client("127.0.0.1", PORT)
        dialled = native.connect(end, Units(FILM.key), FakeNode(self.clock, shared={}))
        self.clock.advance(1)
        return dialled

    def stop(self) -> None:
        """End; nothing is left."""
        stopped = Deferred.fromCoroutine(self.upload.stop())
        self.clock.advance(2)
        self.successResultOf(stopped)
        self.assertEqual(self.network._listening, {})

    def test_not_at_once(self) -> None:
        """What is fetched within a second is not worth a word."""
        self.upload.start([CENTRAL])
        self.clock.advance(LIMITS.upload_after_s - 0.01)
        self.assertEqual((self.network._listening, self.dialled), ({}, []))
        self.stop()
        self.clock.advance(10)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_others_get_it(self) -> None:
        """The central is told, and whoever dials is served; nobody at the keyboard hears of it."""
        self.upload.start([CENTRAL])
        self.clock.advance(LIMITS.upload_after_s + 0.1)
        self.assertEqual(self.dialled[0], CENTRAL)
        source, consumer = self.successResultOf(self.fetch()), CollectingConsumer()
        done = source.request(consumer)
        self.clock.advance(1)
        self.assertEqual(self.successResultOf(done), len(FILM.content))
        self.assertEqual(bytes(consumer.collected), FILM.content)
        self.assertEqual(self.node.uplink.sent, len(FILM.content))
        self.assertEqual(self.heard.heard, [])
        self.stop()
        self.failureResultOf(self.fetch())

    def test_a_chosen_port(self) -> None:
        """It is taken at once, before others are told of it; and all centrals are."""
        others = Address("127.0.0.8", 2045), Address("203.0.113.9", 2045)
        self.wanted = 6000
        self.upload = Upload(self.node, self.own, [native], self.dial, KnownCentrals(), 6000, self.listen)
        self.upload.start([CENTRAL, *others])
        self.successResultOf(self.upload.settled())
        self.successResultOf(self.upload.settled())
        self.assertEqual((self.upload.port, self.dialled), (PORT, []))
        self.clock.advance(LIMITS.upload_after_s + 0.1)
        self.assertEqual(set(self.dialled), {CENTRAL, *others})
        self.stop()

    def test_no_port(self) -> None:
        """It is watched all the same."""
        self.full = True
        self.upload.start([CENTRAL])
        settled = self.upload.settled()
        self.assertNoResult(settled)
        self.clock.advance(5)
        self.successResultOf(settled)
        self.assertEqual(self.dialled, [])
        self.assertIn("no port", str(self.successResultOf(self.upload.refused)))
        self.stop()
