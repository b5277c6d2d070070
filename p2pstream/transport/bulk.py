"""The road past Python: ``sendfile`` out, ``recv_into`` in, on plain TCP.

`install` overrides ``doRead`` and ``doWrite`` on the connection *instance*, accepted or
dialled alike.  A duplicate of the descriptor would need no override, but would hide
aborts; so the descriptor stays where Twisted closes it, and an abort, which replaces
both methods, takes the road away with it.

What has nobody on the road (bytes for a plain consumer, a close, what the transport had
buffered before) goes through Twisted's own methods.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from twisted.internet import main
from twisted.internet.interfaces import IReactorFDSet, ITransport
from twisted.internet.tcp import Connection as TCPConnection

from p2pstream.data.portable import portable_only
from p2pstream.limits import Limits
from p2pstream.transport.outbox import Outbox
from p2pstream.transport.receiving import Receiving

__all__ = ["can_bulk", "install"]


def can_bulk(transport: ITransport) -> bool:
    """Whether ``transport`` is plain TCP of a reactor that watches descriptors."""
    return (
        isinstance(transport, TCPConnection)
        and not getattr(transport, "TLS", False)
        and IReactorFDSet.providedBy(transport.reactor)
        and hasattr(os, "sendfile")
        and not portable_only()
    )


def install(transport: Any, receiving: Receiving, limits: Limits, moved: Callable[[], None]) -> Outbox:
    """Have bulk reads and writes take the road.

    :param transport: one that `can_bulk`; its ``write`` is not to be used from now on.
    :param moved: called when the kernel took bytes.
    :returns: the only writer from now on.
    """
    outbox = Outbox(transport, limits, moved)
    transport.doRead = Intake(transport, receiving, limits).do_read
    transport.doWrite = outbox.do_write
    return outbox


class Intake:
    """Reads into what the receiver lends."""

    def __init__(self, transport: Any, receiving: Receiving, limits: Limits) -> None:
        self._socket = transport.socket
        self._read_plainly: Callable[[], Any] = transport.doRead
        self._receiving = receiving
        self._budget = limits.receive_bytes

    def do_read(self) -> Any:
        """What the reactor calls; the answers are those of Twisted's own ``doRead``."""
        room = self._receiving.lend()
        if room is None:
            return self._read_plainly()
        left = self._budget
        while room is not None:
            try:
                count = self._socket.recv_into(room)
            except (BlockingIOError, InterruptedError):
                return None
            except OSError:
                return main.CONNECTION_LOST
            if not count:
                return main.CONNECTION_DONE
            asked, left = len(room), left - count
            self._receiving.filled(count)
            # A short read has most likely taken all there was.
            room = self._receiving.lend() if count == asked and left > 0 else None
        return None
