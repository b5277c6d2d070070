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
from typing import Any, Protocol

from twisted.internet import main
from twisted.internet.interfaces import IReactorFDSet, ITransport
from twisted.internet.tcp import Connection as TCPConnection

from p2pstream.data.portable import portable_only
from p2pstream.limits import Limits
from p2pstream.transport.roads.outbox import Outbox, Sender

__all__ = ["Rider", "can_bulk", "install"]

#: Bytes behind a full room that are read with it; each read leaves them before the next begins.
_SPILL = bytearray(512)
_NO_SPILL = bytearray()


class Rider(Sender, Protocol):
    """Who has bytes to send, and says where those that come are put: one object, for there are many.

    :ivar spills: whether it takes bytes beyond a room.
    """

    spills: bool

    def lend(self) -> memoryview | None:
        """Room for the next bytes, to be said `filled`; None: the protocol is to be told of them."""

    def filled(self, count: int, beyond: bytes) -> None:
        """``count`` bytes were put into the room that was lent, and a few came behind a full one."""


def can_bulk(transport: ITransport) -> bool:
    """Whether ``transport`` is plain TCP of a reactor that watches descriptors."""
    return (
        isinstance(transport, TCPConnection)
        and not getattr(transport, "TLS", False)
        and IReactorFDSet.providedBy(transport.reactor)
        and hasattr(os, "sendfile")
        and not portable_only()
    )


def install(
    transport: Any,
    rider: Rider,
    limits: Limits,
) -> Outbox:
    """Have bulk reads and writes take the road.

    :param transport: one that `can_bulk`; its ``write`` is not to be used from now on.
    :returns: the only writer from now on.
    """
    outbox = Outbox(transport, limits, rider)
    transport.doRead = Intake(transport, rider, limits).do_read
    transport.doWrite = outbox.do_write
    return outbox


class Intake:
    """Reads into what is lent; with it, what follows: most likely the head of the next frame."""

    __slots__ = ("_budget", "_rider", "_spill", "_transport")

    def __init__(self, transport: Any, rider: Rider, limits: Limits) -> None:
        self._transport = transport
        self._rider = rider
        self._spill = _SPILL if rider.spills else _NO_SPILL
        self._budget = limits.receive_bytes

    def do_read(self) -> Any:
        """What the reactor calls; the answers are those of Twisted's own ``doRead``."""
        room = self._rider.lend()
        if room is None:
            # The method of its class, over which we stand.
            return type(self._transport).doRead(self._transport)
        left = self._budget
        while room is not None:
            try:
                count = self._transport.socket.recvmsg_into([room, self._spill])[0]
            except (BlockingIOError, InterruptedError):
                return None
            except OSError:
                return main.CONNECTION_LOST
            if not count:
                return main.CONNECTION_DONE
            asked, left = len(room), left - count
            self._rider.filled(min(count, asked), bytes(self._spill[: max(0, count - asked)]))
            # A short read has most likely taken all there was.
            room = self._rider.lend() if count == asked + len(self._spill) and left > 0 else None
        return None
