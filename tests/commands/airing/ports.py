"""A reactor whose ports are in memory: what listens is there to be connected to, and nothing else."""

from __future__ import annotations

from errno import EADDRINUSE
from typing import Any

from twisted.internet.address import IPv4Address
from twisted.internet.defer import Deferred, succeed
from twisted.internet.error import CannotListenError

from p2pstream.testing.clock import HeapClock
from p2pstream.testing.wires.link import MemoryLink
from tests.protocols.classic.test_lookup import Talker

__all__ = ["Ports"]

#: The first number that is given where none is asked for.
_FIRST = 40_000


class Port:
    """One that listens."""

    def __init__(self, number: int, open_ports: dict[int, Any], what: Any, stop: str) -> None:
        self._number = number
        self._open = open_ports
        self._stop: Any = getattr(what, stop)
        open_ports[number] = what

    def getHost(self) -> IPv4Address:
        """Twisted: where it is."""
        return IPv4Address("TCP", "127.0.0.1", self._number)

    def stopListening(self) -> Deferred[None]:
        """Twisted: it listens no more."""
        del self._open[self._number]
        self._stop()
        return succeed(None)


class Ports(HeapClock):
    """Its clock is stepped.

    :ivar tcp: the factories that listen, by number.
    :ivar udp: the protocols that do.
    """

    def __init__(self) -> None:
        super().__init__()
        self.tcp: dict[int, Any] = {}
        self.udp: dict[int, Any] = {}

    def listenTCP(self, number: int, factory: Any, backlog: int = 50, interface: str = "") -> Port:
        """Twisted: connections are made by `said`."""
        factory.doStart()
        return Port(number or _FIRST + len(self.tcp), self.tcp, factory, "doStop")

    def listenUDP(  # noqa: N802
        self, number: int, protocol: Any, interface: str = "", **options: int
    ) -> Port:
        """Twisted: a test calls `datagramReceived`."""
        if number in self.udp:
            raise CannotListenError(interface, number, OSError(EADDRINUSE, "in use"))
        protocol.startProtocol()
        return Port(number, self.udp, protocol, "stopProtocol")

    def said(self, factory: Any, raw: bytes, half: bool = False) -> bytes:
        """What is answered to that until the end.

        :param half: say that nothing more comes.
        """
        link, client = MemoryLink(self), Talker()
        link.connect(client, factory.buildProtocol(None))
        link.client.write(raw)
        if half:
            link.client.loseWriteConnection()
        for _ in range(200):
            if client.lost is None:
                self.advance(0.1)
        return client.heard
