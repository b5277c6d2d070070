"""Asking one web server: it is dialled whatever is asked for, and what it answers is bounded.

Twisted's client takes what comes before a body as long as that comes, and keeps it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from OpenSSL import SSL
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import wrapClientTLS
from twisted.internet.error import ConnectionClosed
from twisted.internet.interfaces import IProtocol, IProtocolFactory, IStreamClientEndpoint
from twisted.internet.ssl import optionsForClientTLS
from twisted.protocols.policies import ProtocolWrapper, WrappingFactory
from twisted.python.failure import Failure
from twisted.web.client import URI, Agent, HTTPConnectionPool, ResponseFailed
from twisted.web.http_headers import Headers
from twisted.web.iweb import IAgent, IAgentEndpointFactory, IBodyProducer, IResponse
from zope.interface import implementer

from p2pstream.content.addresses import Address
from p2pstream.content.text import printable
from p2pstream.errors import PeerError
from p2pstream.limits import Limits
from p2pstream.transport.ends import as_address

__all__ = ["OneServer", "reason_of"]


@implementer(IAgent)
class OneServer:
    """One request at a time.

    :param endpoint: where it is, without TLS.
    :param clock: a reactor.
    """

    def __init__(self, endpoint: IStreamClientEndpoint, clock: Any, limits: Limits) -> None:
        #: Whether a request is not answered yet.
        self.waits = False
        #: Whether more came before a body than may.
        self.floods = False
        #: Both ends of the newest connection.
        self.ends: tuple[Address | None, Address | None] = None, None
        self.limits = limits
        self._pool = HTTPConnectionPool(clock)
        self._pool.maxPersistentPerHost = 1
        self._agent = Agent.usingEndpointFactory(clock, OneEndpoint(endpoint, self), self._pool)

    def request(
        self,
        method: bytes,
        uri: bytes,
        headers: Headers | None = None,
        bodyProducer: IBodyProducer | None = None,
    ) -> Deferred[IResponse]:
        """See `IAgent`; fails with `PeerError` where it answers, and not as web servers do."""
        self.waits, self.floods = True, False
        asking: Deferred[IResponse] = self._agent.request(method, uri, headers, bodyProducer)
        return asking.addCallbacks(self._answered, self._failed)

    def close(self) -> Deferred[None]:
        """Keep no connection."""
        closing: Deferred[None] = self._pool.closeCachedConnections()
        return closing

    def _answered(self, response: IResponse) -> IResponse:
        self.waits = False
        return response

    def _failed(self, failure: Failure) -> Failure:
        self.waits = False
        if self.floods:
            most = self.limits.web_seed_head_bytes
            return Failure(PeerError(f"it answers more than {most} bytes, and nothing of a film"))
        return Failure(PeerError(reason_of(failure))) if failure.check(ResponseFailed) else failure


def reason_of(failure: Failure) -> str:
    """Why a request or a response failed, in words that are all ours or Twisted's."""
    fault = failure.value
    if not isinstance(fault, ResponseFailed):
        return printable(failure.getErrorMessage(), 120)
    reason = fault.reasons[0]
    if reason.check(ConnectionClosed):
        return "it hung up"
    if reason.check(SSL.Error):
        return printable(reason.getErrorMessage(), 120)
    return "what it answers is no HTTP"


@implementer(IAgentEndpointFactory)
class OneEndpoint:
    """Dials it, whatever is asked for."""

    def __init__(self, endpoint: IStreamClientEndpoint, server: OneServer) -> None:
        self._endpoint = endpoint
        self._server = server

    def endpointForURI(self, uri: URI) -> IStreamClientEndpoint:  # noqa: N802
        """Twisted: whom to ask."""
        endpoint = self._endpoint
        if uri.scheme == b"https":
            endpoint = wrapClientTLS(optionsForClientTLS(uri.host.decode("ascii")), endpoint)
        return BoundedEndpoint(endpoint, self._server)


@implementer(IStreamClientEndpoint)
class BoundedEndpoint:
    """Where a server is of whose answers only so much is taken."""

    def __init__(self, endpoint: IStreamClientEndpoint, server: OneServer) -> None:
        self._endpoint = endpoint
        self._server = server

    def connect(self, protocolFactory: IProtocolFactory) -> Deferred[IProtocol]:
        """Twisted: dial."""
        bounded = HeadBoundFactory(protocolFactory, self._server)
        dialling: Deferred[Any] = self._endpoint.connect(bounded)
        return dialling.addCallback(self._made)

    def _made(self, made: Any) -> IProtocol:
        self._server.ends = as_address(made.getHost()), as_address(made.getPeer())
        wrapped: IProtocol = made.wrappedProtocol
        return wrapped


class HeadBound(ProtocolWrapper):
    """Counts what comes after a request and before its answer."""

    factory: HeadBoundFactory
    _came = 0

    def write(self, data: bytes) -> None:
        """Twisted: part of a request."""
        self._came = 0
        super().write(data)

    def writeSequence(self, data: Iterable[bytes]) -> None:
        """Twisted: the same."""
        self._came = 0
        super().writeSequence(data)  # type: ignore[arg-type]

    def dataReceived(self, data: bytes) -> None:
        """Twisted: part of an answer."""
        server = self.factory.server
        self._came += len(data) if server.waits else 0
        if self._came > server.limits.web_seed_head_bytes:
            server.floods = True
            self.transport.abortConnection()  # type: ignore[union-attr]
        else:
            super().dataReceived(data)


class HeadBoundFactory(WrappingFactory):
    """Makes those."""

    noisy = False
    protocol = HeadBound

    def __init__(self, wrapped: IProtocolFactory, server: OneServer) -> None:
        super().__init__(wrapped)  # type: ignore[arg-type]
        self.server = server
