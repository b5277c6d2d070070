"""A central in memory, over which somebody else decides, and lines to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.interfaces import IStreamClientEndpoint
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer

from p2pstream.content.addresses import Address
from p2pstream.interfaces import ICentral, IGuest
from p2pstream.protocols.central.approach import KnownCentrals
from p2pstream.protocols.central.asking import CentralLine
from p2pstream.protocols.central.serving import serving_factory
from p2pstream.protocols.central.telling import Silent
from p2pstream.protocols.link import protocol
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import FakeNode
from p2pstream.testing.wires.endpoints import MemoryEndpoint

WHERE = Address("127.0.0.9", 2045)


@implementer(ICentral)
class ScriptedCentral:
    """Answers as the test says."""

    def __init__(self, answer: Callable[[IGuest, Any], Any]) -> None:
        self.answer = answer
        self.guests: list[IGuest] = []
        self.asked: list[Any] = []

    def joined(self, guest: IGuest) -> None:
        """See `ICentral.joined`."""
        self.guests.append(guest)

    def ask(self, guest: IGuest, request: Any) -> Any:
        """See `ICentral.ask`."""
        self.asked.append(request)
        return self.answer(guest, request)

    def left(self, guest: IGuest) -> None:
        """See `ICentral.left`."""
        self.guests.remove(guest)


class Heard(Silent):
    """A listener that keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def connected(self) -> None:
        """See `LineListener`."""
        self.told.append("connected")

    def lost(self, reason: str, answered: bool) -> None:
        """See `LineListener`."""
        self.told.append(reason)

    def leased(self, lease: Any) -> None:
        """See `LineListener`."""
        self.told.append(lease)

    def changed(self, name: str, key: bytes) -> None:
        """See `LineListener`."""
        self.told.append((name, key))

    def called(self, address: Address, nonce: bytes, key: bytes) -> None:
        """See `LineListener`."""
        self.told.append((address, nonce, key))


class CentralTestCase(SynchronousTestCase):
    """TLS is only seemingly there: the same bytes bind both ends of every connection."""

    bound = bytes(range(32))

    def setUp(self) -> None:
        """A clock, and nobody who answers yet."""
        self.patch(protocol, "binding", lambda transport: self.bound)
        self.clock = HeapClock()
        self.there = True
        self.absent: set[Address] = set()
        self.dialled: list[tuple[Address, bool]] = []
        self.links: list[Any] = []
        self.pins: dict[str, bytes] = {}

    def central(self, answer: Callable[[IGuest, Any], Any], node: Any = None) -> ScriptedCentral:
        """One that answers so, from now on, wherever is dialled."""
        self.node = node or FakeNode(self.clock, known={})
        self.scripted = ScriptedCentral(answer)
        self.factory = serving_factory(self.node, self.scripted)
        return self.scripted

    def endpoint(self, address: Address, tls: bool) -> IStreamClientEndpoint:
        """How it is dialled."""
        self.dialled.append((address, tls))
        answer = (
            (lambda: self.factory.buildProtocol(None)) if self.there and address not in self.absent else None
        )
        endpoint = MemoryEndpoint(self.clock, answer)
        self.links.append(endpoint.links)
        return endpoint

    def line(self, where: Address = WHERE, start: bool = True, node: Any = None) -> CentralLine:
        """A line, with its listener in ``heard``."""
        self.heard = Heard()
        line = CentralLine(
            where,
            node or FakeNode(self.clock),
            self.endpoint,
            KnownCentrals(self.pins),
            self.heard,
            lambda: 1_800_000_000_000,
        )
        self.addCleanup(line.close)
        if start:
            line.start()
            self.clock.advance(0)
        return line

    def cut(self) -> None:
        """Break all connections."""
        for links in self.links:
            for link in links:
                link.client.abortConnection()
        self.clock.advance(0)
