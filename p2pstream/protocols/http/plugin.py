"""HTTP as a plugin, found as everybody's is."""

from __future__ import annotations

import socket

from twisted.internet.interfaces import IProtocolFactory

from p2pstream.content.sniff import Sniff
from p2pstream.content.wants import Want
from p2pstream.errors import SessionError
from p2pstream.interfaces import INode
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
        return Site(node, own_names()) if node.secret is None else None

    def client_factory(self, node: INode, want: Want) -> IProtocolFactory:
        """Nobody is asked in this way.

        :raises SessionError: always.
        """
        raise SessionError("nobody is dialled by http: it is served only")


protocol = Http()
