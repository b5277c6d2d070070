"""Clients and servers that meet in memory, on one clock."""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.address import IPv4Address
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.error import CannotListenError, ConnectionRefusedError
from twisted.internet.interfaces import (
    IListeningPort,
    IProtocol,
    IProtocolFactory,
    IReactorTime,
    IStreamClientEndpoint,
    IStreamServerEndpoint,
)
from zope.interface import implementer

from p2pstream.testing.wires.link import MemoryLink

__all__ = ["MemoryClientEndpoint", "MemoryNetwork", "MemoryPort", "MemoryServerEndpoint"]

Place = tuple[str, int]


class MemoryNetwork:
    """Who listens where.

    :param make_link: what every connection goes over: given the hosts of its client and
        its server, a new `MemoryLink`.
    :ivar links: those of the connections so far, in order.
    """

    def __init__(
        self, clock: IReactorTime, make_link: Callable[[tuple[str, str]], MemoryLink] | None = None
    ) -> None:
        self.clock = clock
        self.links: list[MemoryLink] = []
        self._make_link = make_link or (lambda hosts: MemoryLink(clock, hosts=hosts))
        self._listening: dict[Place, MemoryPort] = {}

    def server(self, host: str, port: int) -> MemoryServerEndpoint:
        """An endpoint that listens there."""
        return MemoryServerEndpoint(self, (host, port))

    def client(self, host: str, port: int, source: str = "127.0.0.1") -> MemoryClientEndpoint:
        """An endpoint that dials there, from the host ``source``."""
        return MemoryClientEndpoint(self, (host, port), source)

    def listen(self, place: Place, factory: IProtocolFactory) -> MemoryPort:
        """Take connections to ``place``.

        :raises CannotListenError: somebody does already.
        """
        if place in self._listening:
            raise CannotListenError(*place, OSError("it is taken"))
        self._listening[place] = MemoryPort(self, place, factory)
        return self._listening[place]

    def leave(self, place: Place) -> None:
        """Nobody listens there any more."""
        self._listening.pop(place, None)

    def dial(self, place: Place, source: str, factory: IProtocolFactory) -> IProtocol:
        """Connect a protocol of ``factory`` to ``place``.

        :raises ConnectionRefusedError: nobody listens there, or wants this connection.
        """
        port = self._listening.get(place)
        server = port.factory.buildProtocol(IPv4Address("TCP", source, 40000)) if port else None
        client = factory.buildProtocol(IPv4Address("TCP", *place)) if server else None
        if server is None or client is None:
            raise ConnectionRefusedError(f"nobody answers at {place[0]}:{place[1]}")
        link = self._make_link((source, place[0]))
        self.links.append(link)
        link.connect(client, server)
        return client


@implementer(IListeningPort)
class MemoryPort:
    """A place that takes connections."""

    def __init__(self, network: MemoryNetwork, place: Place, factory: IProtocolFactory) -> None:
        self._network = network
        self._place = place
        self.factory = factory

    def startListening(self) -> None:
        """It listens already."""

    def stopListening(self) -> Deferred[None]:
        """Take no more connections."""
        self._network.leave(self._place)
        self.factory.doStop()
        return succeed(None)

    def getHost(self) -> IPv4Address:
        """Where it listens."""
        return IPv4Address("TCP", *self._place)


@implementer(IStreamServerEndpoint)
class MemoryServerEndpoint:
    """Listens at a place of a `MemoryNetwork`."""

    def __init__(self, network: MemoryNetwork, place: Place) -> None:
        self._network = network
        self._place = place

    def listen(self, protocolFactory: IProtocolFactory) -> Deferred[IListeningPort]:
        """Take connections until the port is stopped."""
        try:
            port: IListeningPort = self._network.listen(self._place, protocolFactory)
        except CannotListenError:
            return fail()
        protocolFactory.doStart()
        return succeed(port)


@implementer(IStreamClientEndpoint)
class MemoryClientEndpoint:
    """Dials a place of a `MemoryNetwork`; is answered, or refused, a moment later."""

    def __init__(self, network: MemoryNetwork, place: Place, source: str) -> None:
        self._network = network
        self._place = place
        self._source = source

    def connect(self, protocolFactory: IProtocolFactory) -> Deferred[IProtocol]:
        """Dial once."""
        connected: Deferred[IProtocol] = Deferred(lambda _: dialling.cancel())
        dialling = self._network.clock.callLater(0, self._dial, protocolFactory, connected)
        return connected

    def _dial(self, factory: IProtocolFactory, connected: Deferred[IProtocol]) -> None:
        factory.doStart()
        try:
            protocol = self._network.dial(self._place, self._source, factory)
        except ConnectionRefusedError:
            factory.doStop()
            connected.errback()
        else:
            connected.callback(protocol)
