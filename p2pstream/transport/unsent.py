"""How much the kernel may hold that is not on its way."""

from __future__ import annotations

import socket
from contextlib import suppress

from twisted.internet.interfaces import ITransport

from p2pstream.transport.ends import plain_socket

__all__ = ["keep_little_unsent"]

# Linux's number; the socket module of Python 3.11 does not name it.
_TCP_NOTSENT_LOWAT = getattr(socket, "TCP_NOTSENT_LOWAT", 25)


def keep_little_unsent(transport: ITransport, most: int) -> None:
    """Have the kernel take no more while ``most`` bytes wait to be put on the wire.

    A reader that stalls then costs that much instead of megabytes, and one that does
    not is as fast: what is on its way is not counted.  Harmless without such a socket.
    """
    found = plain_socket(transport)
    if found is not None:
        with suppress(OSError):
            found.setsockopt(socket.IPPROTO_TCP, _TCP_NOTSENT_LOWAT, most)
