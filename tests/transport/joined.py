"""Ways to join two connections, for the tests of what goes over them."""

from __future__ import annotations

import os
from typing import Any

from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import TCP4ClientEndpoint, TCP4ServerEndpoint
from twisted.internet.interfaces import IStreamClientEndpoint, IStreamServerEndpoint
from twisted.internet.protocol import Factory
from twisted.trial.unittest import SkipTest, TestCase

from p2pstream.testing.wires.link import MemoryLink
from p2pstream.transport.connection import Connection

__all__ = ["MemoryJoined", "TCPJoined", "allow_bulk", "factory_of"]


def factory_of(protocol: Any) -> Factory:
    """A factory that makes that protocol, once."""
    factory = Factory.forProtocol(lambda: protocol)
    factory.noisy = False
    return factory


def allow_bulk(case: TestCase) -> None:
    """Take the bulk road in ``case``, also where the whole suite is run without it."""
    if not hasattr(os, "sendfile"):
        raise SkipTest("this system has no sendfile")
    case.patch(os, "environ", {**os.environ, "P2PSTREAM_PORTABLE": "0"})


class TCPJoined:
    """Joins them over TCP on loopback."""

    reactor: Any = reactor

    def server(self) -> IStreamServerEndpoint:
        """Where the far one is accepted."""
        return TCP4ServerEndpoint(reactor, 0, interface="127.0.0.1")

    def client(self, port: int) -> IStreamClientEndpoint:
        """How the near one is dialled."""
        return TCP4ClientEndpoint(reactor, "127.0.0.1", port)

    def join(self, near: Connection, far: Connection) -> Deferred[None]:
        """Dial one, accept the other; the port is closed at once."""
        return Deferred.fromCoroutine(self._join(near, far))

    async def _join(self, near: Connection, far: Connection) -> None:
        accepted: Deferred[None] = Deferred()
        made = far.connectionMade

        def tell() -> None:
            made()
            accepted.callback(None)

        far.connectionMade = tell  # type: ignore[method-assign]
        port = await self.server().listen(factory_of(far))
        await self.client(port.getHost().port).connect(factory_of(near))
        await accepted
        await port.stopListening()


class MemoryJoined:
    """Joins them in memory, on the reactor's time."""

    reactor: Any = reactor
    slack = 1 << 20

    def join(self, near: Connection, far: Connection) -> Deferred[None]:
        """Both ends of a link that cuts where nobody expects it."""
        link = MemoryLink(reactor, segments=[1, 2, 3, 65_000], segment=30_011)
        link.connect(near, far)
        return Deferred.fromCoroutine(self._joined())

    async def _joined(self) -> None:
        """At once."""
