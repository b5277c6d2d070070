"""How a connection ends when nobody gets to end it."""

from __future__ import annotations

import socket
import struct
from contextlib import suppress

from twisted.internet.interfaces import ITransport

from p2pstream.transport.ends import plain_socket

__all__ = ["reset_on_close"]


def reset_on_close(transport: ITransport, on: bool) -> None:
    """Whether closing the socket, also by the kernel after a kill, is a reset.

    A killed process otherwise ends its connections in good order, which where a stream
    ends with its connection looks like the stream's end.  A good end needs this off
    first.  Harmless where there is no socket.
    """
    found = plain_socket(transport)
    if found is not None:
        with suppress(OSError):
            found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", on, 0))
