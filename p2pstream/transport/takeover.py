"""From one protocol to the next on the same connection."""

from __future__ import annotations

from typing import Any

from twisted.internet.interfaces import IHalfCloseableProtocol, IProtocol, ITransport
from twisted.protocols.policies import ProtocolWrapper

__all__ = ["take_over"]


def take_over(transport: ITransport, protocol: IProtocol, prefix: bytes = b"", ended: bool = False) -> None:
    """Give the connection to ``protocol``, as if it had been its own from the start.

    It is told of the connection, then of ``prefix``, the bytes that arrived already,
    unless it hung up at once.

    :param transport: of a socket, of TLS or in memory, with its protocol still connected.
    :param ended: the other end has said all it will, and that was told already.
    """
    held: Any = transport
    if isinstance(transport, ProtocolWrapper):
        held.wrappedProtocol = protocol
    else:
        held.protocol = protocol
    protocol.makeConnection(transport)
    if prefix and _goes_on(held, protocol):
        protocol.dataReceived(prefix)
    if ended and _goes_on(held, protocol):
        _end(held, protocol)


def _goes_on(transport: Any, protocol: IProtocol) -> bool:
    """Whether ``protocol`` still has the connection and wants to hear of it."""
    holder = "wrappedProtocol" if isinstance(transport, ProtocolWrapper) else "protocol"
    # Twisted's sockets tell of a loseConnection in public, of an abortConnection only so.
    leaving = transport.disconnecting or getattr(transport, "_aborting", False)
    return getattr(transport, holder, None) is protocol and not leaving


def _end(transport: Any, protocol: IProtocol) -> None:
    if IHalfCloseableProtocol.providedBy(protocol):
        protocol.readConnectionLost()
    else:
        transport.loseConnection()
