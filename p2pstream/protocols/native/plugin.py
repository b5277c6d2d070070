"""The native protocol as a plugin, found as everybody's is."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred, fail
from twisted.internet.interfaces import IProtocolFactory, IStreamClientEndpoint

from p2pstream.content.wants import Units, Want
from p2pstream.errors import SessionError
from p2pstream.interfaces import INode
from p2pstream.protocols.link.plugin import LinkPlugin
from p2pstream.protocols.link.protocol import LinkFactory
from p2pstream.protocols.native.links import dial_source, serving
from p2pstream.protocols.native.peering import Peering

__all__ = ["Native", "protocol"]


class Native(LinkPlugin):
    """Units of streams by their keys, from many peers at once, each of them proven."""

    name = "native"

    def server_factory(self, node: INode) -> IProtocolFactory | None:
        """Peers serve; on a central the same magic begins another family's links."""
        return None if node.role == "central" else serving(node)

    def client_factory(self, node: INode, want: Want) -> IProtocolFactory:
        """Links to one peer; `connect` makes a source of one.

        :raises SessionError: it is not units that are wanted.
        """
        _check(want)
        return LinkFactory(node, Peering(node).attend, dialled=True)

    def connect(self, endpoint: IStreamClientEndpoint, want: Want, node: INode) -> Deferred[Any]:
        """See `IStreamProtocol.connect`; for `wants.Units` it fires with an `IUnitSource`."""
        try:
            return dial_source(endpoint, _check(want), node)
        except SessionError as fault:
            return fail(fault)


def _check(want: Want) -> Units:
    if not isinstance(want, Units):
        raise SessionError("a native peer knows keys, and no names")
    return want


protocol = Native()
