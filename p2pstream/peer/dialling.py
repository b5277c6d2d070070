"""Connections to others: where they lead, and in words why they failed."""

from __future__ import annotations

from typing import Any

from twisted.internet import error
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import HostnameEndpoint, TCP4ClientEndpoint, TCP6ClientEndpoint
from twisted.internet.interfaces import IProtocol, IProtocolFactory, IStreamClientEndpoint
from zope.interface import implementer

from p2pstream.content.addresses import Address
from p2pstream.content.text import printable

_WHY = (
    (error.DNSLookupError, "there is no host of that name"),
    (error.ConnectionRefusedError, "connection refused"),
    (error.TimeoutError, "no answer"),
    (error.NoRouteError, "there is no way to that address from here"),
    (error.ConnectionClosed, "the connection broke"),
)


def why(fault: BaseException) -> str:
    """What ``fault`` means, for people."""
    for kind, words in _WHY:
        if isinstance(fault, kind):
            return words
    return printable(str(fault) or type(fault).__name__, 120)


@implementer(IStreamClientEndpoint)
class Dial:
    """An endpoint that remembers where it led.

    :param reactor: the whole of it; it resolves host names off its thread.
    :param timeout_s: for one address; a host name may have several.
    """

    def __init__(self, reactor: Any, address: Address, timeout_s: float) -> None:
        self._endpoint = _endpoint(reactor, address, timeout_s)
        #: The address that was reached; until then the one that is dialled.
        self.reached = address

    def connect(self, factory: IProtocolFactory) -> Deferred[IProtocol]:
        """See `IStreamClientEndpoint.connect`."""
        connecting: Deferred[IProtocol] = self._endpoint.connect(factory)
        return connecting.addCallback(self._remember)

    def _remember(self, protocol: IProtocol) -> IProtocol:
        # Whatever a stranger's protocol keeps its transport in, this is only a courtesy.
        transport = getattr(protocol, "transport", None)
        if transport is not None:
            peer = transport.getPeer()
            self.reached = Address(peer.host, peer.port)
        return protocol


def _endpoint(reactor: Any, address: Address, timeout_s: float) -> IStreamClientEndpoint:
    # A literal needs no resolver, and so no thread, which HostnameEndpoint would start.
    if address.ip is None:
        return HostnameEndpoint(reactor, address.host.encode("ascii"), address.port, timeout_s)
    kind = TCP4ClientEndpoint if address.is_ipv4 else TCP6ClientEndpoint
    return kind(reactor, address.host, address.port, timeout_s)
