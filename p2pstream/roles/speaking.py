"""What is spoken on the port of a role."""

from __future__ import annotations

from p2pstream.interfaces import INode, IStreamProtocol
from p2pstream.protocols.registry import Registry
from p2pstream.transport.ports.port import SniffedFactory
from p2pstream.transport.secure.credentials import Shown

__all__ = ["PROVING", "speaking"]

#: The protocols that are spoken in a closed group.
PROVING = frozenset({"native", "central"})


def speaking(node: INode, shown: Shown | None, own: IStreamProtocol | None = None) -> SniffedFactory:
    """All protocols that are found; in a closed group those that can prove its secret.

    :param shown: what TLS needs; None: it is not spoken.
    :param own: what is spoken here in place of the protocol of its name.
    """
    spoken = Registry(node.events).load()
    if node.secret is not None:
        spoken = tuple(protocol for protocol in spoken if protocol.name in PROVING)
    if own is not None:
        spoken = tuple(own if protocol.name == own.name else protocol for protocol in spoken)
    return SniffedFactory(spoken, node, shown=shown)
