"""How a connection ends when nobody gets to end it."""

from __future__ import annotations

import socket
import struct
from contextlib import suppress
from typing import Any

from twisted.internet.error import ConnectionAborted
from twisted.internet.interfaces import IFileDescriptor, ITransport
from twisted.python.failure import Failure

from p2pstream.transport.ends import innermost, plain_socket

__all__ = ["reset_now", "reset_on_close", "reset_socket"]


def reset_on_close(transport: ITransport, on: bool) -> None:
    """Whether closing the socket, also by the kernel after a kill, is a reset.

    A killed process otherwise ends its connections in good order, which where a stream
    ends with its connection looks like the stream's end.  A good end needs this off
    first.  Harmless where there is no socket.
    """
    found = plain_socket(transport)
    if found is not None:
        reset_socket(found, on)


def reset_socket(found: socket.socket, on: bool) -> None:
    """The same of a socket that belongs to no transport."""
    with suppress(OSError):
        found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", on, 0))


def reset_now(transport: Any) -> None:
    """Reset; the descriptor is free when this returns, if the transport has one.

    ``abortConnection`` frees it a turn later, and many connections are accepted in one
    turn: those that are turned away would use up all descriptors meanwhile.  Not for use
    inside what the transport itself calls, except while its protocol is being made.
    """
    beneath = innermost(transport)
    if IFileDescriptor.providedBy(beneath):
        lost = beneath.connectionLost
        # Where it is told in turns of who is lost, `ends.when_gone`, there is no time for that.
        getattr(lost, "at_once", lost)(Failure(ConnectionAborted()))
    else:
        beneath.abortConnection()
