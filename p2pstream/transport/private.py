"""A socket in the private folder, where this user's programs find each other."""

from __future__ import annotations

import os
import socket
import stat
import struct
from contextlib import suppress
from typing import Any

from twisted.internet.endpoints import UNIXClientEndpoint
from twisted.internet.error import CannotListenError
from twisted.internet.interfaces import IListeningPort, IReactorUNIX, IStreamClientEndpoint

from p2pstream.content.refusals import reason
from p2pstream.data.state import StateFolder
from p2pstream.errors import CannotListen
from p2pstream.limits import LIMITS, Limits

__all__ = ["is_ours", "listen_privately", "private_endpoint"]


def listen_privately(
    reactor: Any, folder: StateFolder, path: str, factory: Any, limits: Limits = LIMITS
) -> IListeningPort:
    """Listen on a socket in the folder, in the place of one that somebody left behind who was killed.

    For who holds the lock of what lies there: then nobody else listens.

    :param factory: an `IProtocolFactory`.
    :raises CannotListen: this system cannot.
    """
    place = folder.locate(path)
    if not IReactorUNIX.providedBy(reactor):
        raise CannotListen("cannot listen for this user's programs: this system has no sockets in folders")
    try:
        with suppress(FileNotFoundError):
            os.unlink(place)
        port: IListeningPort = reactor.listenUNIX(place, factory, limits.resident_lines, mode=0o600)
    except CannotListenError as fault:
        raise CannotListen(f"cannot listen for this user's programs: {reason(fault.socketError)}") from fault
    except OSError as fault:
        raise CannotListen(f"cannot listen for this user's programs: {reason(fault)}") from fault
    return port


def private_endpoint(
    reactor: Any, folder: StateFolder, path: str, limits: Limits = LIMITS
) -> IStreamClientEndpoint | None:
    """What dials whoever listens there; None: nobody does.  Blocks for a moment."""
    place = folder.locate(path)
    try:
        found = os.lstat(place)
    except OSError:
        return None
    if not stat.S_ISSOCK(found.st_mode) or found.st_uid != os.geteuid():
        return None
    endpoint: IStreamClientEndpoint = UNIXClientEndpoint(reactor, place, limits.resident_answer_s)
    return endpoint


def is_ours(transport: Any) -> bool:
    """Whether a process of this user is at the other end.

    Where the system does not tell, the folder's permissions alone keep others out.
    """
    if not hasattr(socket, "SO_PEERCRED"):
        return True
    shape = struct.Struct("3i")
    said = transport.socket.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, shape.size)
    _, user, _ = shape.unpack(said)
    return bool(user == os.geteuid())
