"""What is spoken on the port of a role."""

from __future__ import annotations

from p2pstream.interfaces import INode
from p2pstream.protocols.native.calls import Calls, WelcomingNative
from p2pstream.protocols.registry import Registry
from p2pstream.transport.credentials import Credentials
from p2pstream.transport.port import SniffedFactory

__all__ = ["PROVING", "speaking"]

#: The protocols that are spoken in a closed group.
PROVING = frozenset({"native", "central"})


def speaking(node: INode, credentials: Credentials | None, calls: Calls | None = None) -> SniffedFactory:
    """All protocols that are found; in a closed group those that can prove its secret.

    :param credentials: for TLS; None: it is not spoken.
    :param calls: peers that were called come here as well.
    """
    spoken = Registry(node.events).load()
    if node.secret is not None:
        spoken = tuple(protocol for protocol in spoken if protocol.name in PROVING)
    if calls is not None:
        welcoming = WelcomingNative(Calls(node, calls))
        spoken = tuple(welcoming if protocol.name == welcoming.name else protocol for protocol in spoken)
    return SniffedFactory(spoken, node, credentials=credentials)
