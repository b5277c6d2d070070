"""What the kernel is told about a connection."""

from __future__ import annotations

import socket
from contextlib import suppress

from twisted.internet.interfaces import ITransport

from p2pstream.transport.ends import as_address, plain_socket

__all__ = ["tune"]

# Linux's number; the socket module of Python 3.11 does not name it.
_TCP_NOTSENT_LOWAT = getattr(socket, "TCP_NOTSENT_LOWAT", 25)


def tune(transport: ITransport, most_unsent: int) -> None:
    """Have the kernel hold little that is not on its way, and not pace what stays on this machine.

    A reader that stalls then costs ``most_unsent`` bytes instead of megabytes, and one
    that does not is as fast: what is on its way is not counted.  Harmless without a socket.
    """
    found = plain_socket(transport)
    if found is None:
        return
    with suppress(OSError):
        found.setsockopt(socket.IPPROTO_TCP, _TCP_NOTSENT_LOWAT, most_unsent)
    if _stays_here(transport) and hasattr(socket, "TCP_CONGESTION"):
        # Where BBR is the default, a timer for every few segments halves the rate of a
        # road that has no queue; Reno is there always, for everybody.
        with suppress(OSError):
            found.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"reno")


def _stays_here(transport: ITransport) -> bool:
    """Whether the other end is on this machine."""
    own, other = as_address(transport.getHost()), as_address(transport.getPeer())
    if own is None or other is None:
        return False
    return other.scope == "loopback" or own.host == other.host
