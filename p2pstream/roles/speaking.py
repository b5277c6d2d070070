"""What is spoken on the port of a role."""

from __future__ import annotations

from p2pstream.interfaces import INode
from p2pstream.protocols.registry import Registry
from p2pstream.transport.credentials import Credentials
from p2pstream.transport.port import SniffedFactory

__all__ = ["PROVING", "speaking"]

#: The protocols that are spoken in a closed group.
PROVING = frozenset({"native", "central"})


def speaking(node: INode, credentials: Credentials | None) -> SniffedFactory:
    """All protocols that are found; in a closed group those that can prove its secret.

    :param credentials: for TLS; None: it is not spoken.
    """
    spoken = Registry(node.events).load()
    if node.secret is not None:
        spoken = tuple(protocol for protocol in spoken if protocol.name in PROVING)
    return SniffedFactory(spoken, node, credentials=credentials)
