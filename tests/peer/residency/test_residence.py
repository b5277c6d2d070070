"""Where a running peer is found."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IProtocolFactory
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.errors import CannotListen
from p2pstream.peer.residency.residence import Residence
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.wires.endpoints import MemoryEndpoint
from p2pstream.transport.turns.free import FreeUplink
from tests.protocols.resident.test_serving import Program


class NoDownloads:
    """Nothing is fetched."""

    def __init__(self) -> None:
        self.node: Any = self
        self.uplink = FreeUplink()
        self.closed = 0

    def open(self, wanted: Any, events: Any) -> Deferred[Any]:
        """Not yet."""
        return Deferred()

    def close(self) -> Deferred[None]:
        """Counted."""
        self.closed += 1
        return succeed(None)


class ResidenceTests(SynchronousTestCase):
    def setUp(self) -> None:
        """A peer."""
        self.clock, self.downloads = HeapClock(), NoDownloads()
        self.factories: list[IProtocolFactory] = []
        self.stopped = 0
        downloads: Any = self.downloads
        self.residence = Residence(downloads, self.clock, self.listen, trusted=lambda transport: True)

    def listen(self, factory: IProtocolFactory) -> Any:
        """As a port."""
        self.factories.append(factory)
        return self

    def stopListening(self) -> Deferred[None]:
        """Counted."""
        self.stopped += 1
        return succeed(None)

    def test_stops(self) -> None:
        """Nobody new is let in, who is there is let go, and what was fetched is kept."""
        self.residence.start()
        (factory,) = self.factories
        endpoint: Any = MemoryEndpoint(self.clock, lambda: factory.buildProtocol(None))  # type: ignore[arg-type,return-value]
        program = Program()
        endpoint.dial(program)
        self.clock.advance(0.01)
        self.successResultOf(self.residence.stop())
        self.clock.advance(0.01)
        self.assertEqual((self.stopped, self.downloads.closed, program.gone), (1, 1, True))

    def test_cannot_listen(self) -> None:
        """Then this user's programs fetch alone, and the peer runs."""

        def listen(factory: IProtocolFactory) -> Any:
            raise CannotListen("no")

        downloads: Any = self.downloads
        residence = Residence(downloads, self.clock, listen)
        residence.start()
        self.successResultOf(residence.stop())
        self.assertEqual(self.downloads.closed, 1)
