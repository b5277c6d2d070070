"""Dialling in a simulated network."""

from __future__ import annotations

from typing import Any

from twisted.internet.address import IPv4Address
from twisted.internet.base import BaseConnector
from twisted.internet.error import ConnectionRefusedError
from twisted.internet.interfaces import IConnector
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.testing.sim.host import Host
from p2pstream.testing.sim.transport import SimTransport

__all__ = ["SimConnector"]

#: Seconds after which a dial that nobody answers is tried again (RFC 6298), each twice the last.
_AGAIN_S = 1.0


class Dialling:
    """One dial: there and back, or again and again without an answer."""

    def __init__(self, connector: SimConnector, source: Host, place: tuple[str, int]) -> None:
        self._connector = connector
        self._network = source.network
        self._source = source
        self._pulse = source.pulse
        self._place = place
        self._over = False
        self._try(_AGAIN_S)

    def failIfNotConnected(self, fault: BaseException) -> None:
        """Give up."""
        if not self._over:
            self._over = True
            self._connector.connectionFailed(Failure(fault))

    def _try(self, again_in: float) -> None:
        target = self._network.hosts.get(self._place[0])
        if self._over or self._pulse.over:
            return
        if target is None or not target.is_on or self._cut_from(target):
            self._network.after(again_in, self._try, 2 * again_in)
            return
        up, down = self._source.access, target.access
        self._network.after(up.up.delay + down.down.delay, self._knock, target)

    def _cut_from(self, target: Host) -> bool:
        network, source = self._network, self._source
        return network.is_cut(source, target) or network.is_cut(target, source)

    def _knock(self, target: Host) -> None:
        """The dial has come to the other host, which answers by itself."""
        if self._over or self._pulse.over:
            return
        port = self._network.port_at(*self._place) if target.is_on else None
        back = target.access.up.delay + self._source.access.down.delay
        if port is None:
            refused = ConnectionRefusedError()
            self._network.after(back, self._source.interrupt, self.failIfNotConnected, refused)
            return
        client, server = self._network.join(port, self._source, self._connector.reactor)
        target.interrupt(port.accept, server)
        self._network.after(back, self._source.interrupt, self._answered, client)

    def _answered(self, client: SimTransport) -> None:
        if self._over or not client.connected:
            self._source.refuse(client)
            self.failIfNotConnected(ConnectionRefusedError())
            return
        self._over = True
        protocol = self._connector.buildProtocol(client.getPeer())
        if protocol is None:
            self._source.refuse(client)
            return
        client.protocol = protocol
        client.connector = self._connector
        protocol.makeConnection(client)


@implementer(IConnector)
class SimConnector(BaseConnector):
    """As Twisted's own: with a time limit, and told to its factory."""

    def __init__(
        self, source: Host, place: tuple[str, int], factory: Any, timeout: float, reactor: Any
    ) -> None:
        self._source = source
        self._place = place
        super().__init__(factory, timeout, reactor)

    def getDestination(self) -> IPv4Address:
        """See `IConnector`."""
        return IPv4Address("TCP", *self._place)

    def _makeTransport(self) -> Any:
        return Dialling(self, self._source, self._place)
