"""Makes the links between peers: of those who dial us, and to whom we dial for one stream."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IStreamClientEndpoint

from p2pstream.content.wants import Units
from p2pstream.interfaces import INode
from p2pstream.protocols.link.events import Authenticated, Greeted
from p2pstream.protocols.link.messages import Auth
from p2pstream.protocols.link.protocol import LinkFactory
from p2pstream.protocols.native.events import Acquainted, Arrived, HashesCame, Ready, UnitsChanged
from p2pstream.protocols.native.giving.handouts import Handouts
from p2pstream.protocols.native.messages import Credit, Hashes, HashRequest, Have, Open, Opened, Request
from p2pstream.protocols.native.peering import Peering
from p2pstream.protocols.native.taking.source import NativeSource
from p2pstream.values import make_ready

__all__ = ["dial_source", "serving"]

#: Values that are met between the first word with a source and its first bytes.
_FIRST_MET = (
    Auth, Greeted, Authenticated, Open, Opened, Have, Credit, HashRequest, Hashes, Request, Ready, Acquainted,
    UnitsChanged, HashesCame, Arrived,
)  # fmt: skip


def serving(node: INode) -> LinkFactory:
    """Makes the links of those who dial this peer."""
    handouts = Handouts(node.reactor, node.limits)
    return LinkFactory(node, lambda link: Peering(node, handouts=handouts).attend(link))


def dial_source(endpoint: IStreamClientEndpoint, want: Units, node: INode) -> Deferred[NativeSource]:
    """Dial a peer for one stream.

    :returns: fires when it has said that it has the stream; at once when it is a seed, so
        that what is asked then leaves with the first segment.  Fails with `errors.Refused`
        when it has not, and as endpoints and links do.
    """
    return Deferred.fromCoroutine(_dial(endpoint, want, node))


async def _dial(endpoint: IStreamClientEndpoint, want: Units, node: INode) -> NativeSource:
    peering = Peering(node, kept=False)
    factory = LinkFactory(node, peering.attend, dialled=True, expected=want.id)
    connecting = endpoint.connect(factory)
    # Whoever waits for the first bytes waits for the network first.
    make_ready(_FIRST_MET)
    link: Any = await connecting
    try:
        await peering.when_up()
        source = peering.source(want.key, want.seed)
        return source if want.seed else await source.when_ready()
    except BaseException:
        link.abort("it was given up here")
        raise
