"""The factory of connections that speak HTTP."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from twisted.web.server import Site as TwistedSite

from p2pstream.interfaces import INode
from p2pstream.protocols.http.channel import BoundedChannel
from p2pstream.protocols.http.places import Places
from p2pstream.protocols.http.request import BoundedRequest
from p2pstream.transport.turns.requests import RequestTurns

__all__ = ["Site"]


class Site(TwistedSite):
    """Serves what a node has.

    :param own: what this machine is called, in lower case; besides its addresses.
    """

    noisy = False

    def __init__(self, node: INode, own: Collection[str] = ()) -> None:
        super().__init__(Places(node), requestFactory=BoundedRequest, timeout=None, reactor=node.reactor)
        self.own = frozenset(own)
        #: Whose request is begun next.
        self.turns = RequestTurns(node.reactor, node.limits.http_turn_requests)
        self._node = node

    def protocol(self) -> BoundedChannel:  # type: ignore[override]
        """Twisted: a connection was accepted."""
        return BoundedChannel(self._node)

    def startFactory(self) -> None:
        """Twisted would keep a log of its own, and the time of day for it."""

    def stopFactory(self) -> None:
        """Whoever closed the port ends its connections."""

    def log(self, request: Any) -> None:
        """Events tell what happens."""
