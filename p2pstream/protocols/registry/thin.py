"""The two hooks that follow from the two factories."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IProtocol, IProtocolFactory, IStreamClientEndpoint, ITransport
from zope.interface import implementer

from p2pstream.content.sniff import Sniff
from p2pstream.content.wants import Want
from p2pstream.errors import SessionError
from p2pstream.interfaces import INode, IStreamProtocol
from p2pstream.transport.takeover import take_over

__all__ = ["ThinProtocol"]


@implementer(IStreamProtocol)
class ThinProtocol:
    """A base for a stream protocol that has nothing special to do when it accepts and dials."""

    name: str
    version: str
    fallback = False
    alpn = ""

    def sniff(self, prefix: bytes) -> Sniff:
        """See `IStreamProtocol.sniff`."""
        raise NotImplementedError

    def server_factory(self, node: INode) -> IProtocolFactory | None:
        """See `IStreamProtocol.server_factory`."""
        raise NotImplementedError

    def client_factory(self, node: INode, want: Want) -> IProtocolFactory:
        """See `IStreamProtocol.client_factory`; the protocols it makes are sources."""
        raise NotImplementedError

    def accept(self, transport: ITransport, prefix: bytes, node: INode) -> IProtocol:
        """See `IStreamProtocol.accept`."""
        factory = self.server_factory(node)
        if factory is None:
            raise SessionError(f"{self.name} has nothing to serve on a {node.role}")
        accepted: Any = factory.buildProtocol(transport.getPeer())
        take_over(transport, accepted, prefix)
        return accepted  # type: ignore[no-any-return]

    def connect(self, endpoint: IStreamClientEndpoint, want: Want, node: INode) -> Deferred[Any]:
        """See `IStreamProtocol.connect`."""
        return endpoint.connect(self.client_factory(node, want))
