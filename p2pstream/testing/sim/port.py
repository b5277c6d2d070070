"""A port of a simulated host on which somebody listens."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Any

from twisted.internet.address import IPv4Address
from twisted.internet.defer import Deferred, succeed
from twisted.internet.error import CannotListenError
from twisted.internet.interfaces import IListeningPort, IProtocolFactory
from zope.interface import implementer

if TYPE_CHECKING:
    from p2pstream.testing.sim.host import Host
    from p2pstream.testing.sim.network import SimNetwork
    from p2pstream.testing.sim.transport import SimTransport

__all__ = ["SimPort"]


@implementer(IListeningPort)
class SimPort:
    """Gives every connection a protocol of its factory."""

    def __init__(
        self, network: SimNetwork, host: Host, port: int, factory: IProtocolFactory, reactor: Any
    ) -> None:
        self._network = network
        self.host = host
        self.factory = factory
        self.reactor = reactor
        #: IP address and port.
        self.place = host.ip, port

    def startListening(self) -> None:
        """See `IListeningPort`."""
        if not self._network.bind(self):
            raise CannotListenError(*self.place, OSError(errno.EADDRINUSE, "it is taken"))
        self.factory.doStart()

    def stopListening(self) -> Deferred[None]:
        """See `IListeningPort`."""
        self._network.unbind(self)
        self.factory.doStop()
        return succeed(None)

    def getHost(self) -> IPv4Address:
        """See `IListeningPort`."""
        return IPv4Address("TCP", *self.place)

    def accept(self, server: SimTransport) -> None:
        """The process takes a connection; one that it does not want is reset."""
        if not server.connected:
            return
        protocol = self.factory.buildProtocol(server.getPeer())
        if protocol is None:
            self.host.refuse(server)
            return
        server.protocol = protocol
        protocol.makeConnection(server)
