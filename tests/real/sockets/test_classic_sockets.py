"""What only a kernel can show of the classic protocol: how a socket ends."""

from __future__ import annotations

import socket
import struct
from typing import Any

from twisted.internet import reactor as global_reactor
from twisted.internet.defer import Deferred
from twisted.internet.protocol import Factory
from twisted.internet.threads import deferToThread
from twisted.trial.unittest import TestCase

from p2pstream.content.addresses import Address
from p2pstream.protocols.classic.lookup import LookupFactory
from p2pstream.protocols.classic.plugin import protocol
from p2pstream.protocols.classic.transfer import TransferFactory
from p2pstream.testing.node import FakeNode
from p2pstream.transport.ports.port import SniffedFactory
from tests.real.classic_client import Asking

reactor: Any = global_reactor
FILM = bytes(range(256)) * 40_000


class LingerTests(TestCase):
    """A reset until the last byte has left, an orderly end from then on."""

    def listen(self, factory: Factory) -> int:
        """A port of loopback's; the connections that it accepts are kept."""
        self.accepted: list[Any] = []
        build = factory.buildProtocol

        def keep(address: Any) -> Any:
            built = build(address)
            self.accepted.append(built)
            return built

        factory.buildProtocol = keep  # type: ignore[method-assign,assignment]
        port = reactor.listenTCP(0, factory, interface="127.0.0.1")
        self.addCleanup(port.stopListening)
        return int(port.getHost().port)

    def lingers(self) -> tuple[int, int]:
        """What the kernel would do with the last accepted connection if we died now."""
        held = self.accepted[-1].transport.getHandle()
        return struct.unpack("ii", held.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8))

    def fetch(self, port: int, name: str) -> Deferred[tuple[bytes, str]]:
        """All that a client gets, and how it ends."""

        def ask() -> tuple[bytes, str]:
            with Asking("127.0.0.1", port, name) as asking:
                return asking.rest()

        return deferToThread(ask)

    async def test_lookups_end_well(self) -> None:
        """Behind the sniffed port, which resets what is undecided, an answer arrives whole."""
        node = FakeNode(reactor, known={"film": [Address("127.0.0.5", 2050)]})
        for factory in (LookupFactory(node), SniffedFactory([protocol], node)):
            got = await self.fetch(self.listen(factory), "film")
            self.assertEqual(got, (b"127.0.0.5 ".ljust(100, b"\0"), "end"))

    async def test_transfers(self) -> None:
        """From accept on a death would be a reset; all that is shared still ends well."""
        node = FakeNode(reactor, shared={"film": FILM, "empty": b""})
        for factory in (TransferFactory(node), SniffedFactory([protocol], node)):
            port = self.listen(factory)
            self.assertEqual(await self.fetch(port, "film"), (FILM, "end"))
            self.assertEqual(await self.fetch(port, "empty"), (b"", "end"))
            self.assertEqual(await self.fetch(port, "nosuch"), (b"", "reset"))
            with Asking("127.0.0.1", port, "film") as slow:
                await deferToThread(slow.read, 1000)
                self.assertEqual(self.lingers(), (1, 0))
