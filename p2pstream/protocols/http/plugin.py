"""HTTP as a plugin, found as everybody's is."""

from __future__ import annotations

import socket
from typing import Any
from urllib.parse import urlsplit

from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.interfaces import IProtocolFactory, IStreamClientEndpoint

from p2pstream.content.sniff import Sniff
from p2pstream.content.wants import Want, WebUnits
from p2pstream.errors import SessionError
from p2pstream.interfaces import INode
from p2pstream.protocols.http.one_server import OneServer
from p2pstream.protocols.http.seed import WebSeed
from p2pstream.protocols.http.site import Site
from p2pstream.protocols.http.sniff import sniff
from p2pstream.protocols.registry import ThinProtocol

__all__ = ["Http", "own_names", "protocol"]


def own_names() -> frozenset[str]:
    """What this machine is called: by itself, and on its network by multicast DNS."""
    host = socket.gethostname().lower()
    return frozenset({host, f"{host}.local"})


class Http(ThinProtocol):
    """A page, and what is shared; for browsers and players that know nothing of p2pstream."""

    name = "http"
    version = "1.1"
    alpn = "http/1.1"

    def sniff(self, prefix: bytes) -> Sniff:
        """As `protocols.http.sniff.sniff` says."""
        return sniff(prefix)

    def server_factory(self, node: INode) -> IProtocolFactory | None:
        """Serve what the node shares; nothing in a closed group, whose secret no browser can prove."""
        return Site(node, own_names().union(node.hostnames)) if node.secret is None else None

    def client_factory(self, node: INode, want: Want) -> IProtocolFactory:
        """Requests are many, and dial by themselves: see `connect`.

        :raises SessionError: always.
        """
        raise SessionError("a web server is asked by a source, which `connect` makes")

    def connect(self, endpoint: IStreamClientEndpoint, want: Want, node: INode) -> Deferred[Any]:
        """See `IStreamProtocol.connect`; for `wants.WebUnits` it fires with an `IUnitSource`, at once."""
        if not isinstance(want, WebUnits):
            return fail(SessionError("a web server knows addresses, and no names or keys"))
        agent = OneServer(endpoint, node.reactor, node.limits)
        url, server = want.url.encode("ascii"), urlsplit(want.url).netloc.rpartition("@")[2]
        return succeed(WebSeed(agent, url, server, want.key, node, agent.close))


protocol = Http()
