"""The central family as a plugin: spoken where the node is a central."""

from __future__ import annotations

from typing import Any

from twisted.internet.interfaces import IProtocolFactory

from p2pstream.content.wants import Want
from p2pstream.errors import SessionError
from p2pstream.interfaces import ICentral, INode
from p2pstream.protocols.central.serving import serving_factory
from p2pstream.protocols.link.plugin import LinkPlugin

__all__ = ["Central", "protocol"]


class Central(LinkPlugin):
    """Announce, resolve, search, publish: frames on a link that is kept."""

    name = "central"

    def server_factory(self, node: INode) -> IProtocolFactory | None:
        """None where the node is no central."""
        central: Any = ICentral(node, None)
        return None if central is None else serving_factory(node, central)

    def client_factory(self, node: INode, want: Want) -> IProtocolFactory:
        """A central is asked over a connection that is kept: `client.CentralClient`."""
        raise SessionError("a central is asked through CentralClient")


protocol = Central()
