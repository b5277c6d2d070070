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
from typing import Any, Protocol

from twisted.internet import main
from twisted.internet.interfaces import IReactorFDSet, ITransport
from twisted.internet.tcp import Connection as TCPConnection

from p2pstream.data.portable import portable_only
from p2pstream.limits import Limits
from p2pstream.transport.outbox import Outbox

__all__ = ["Lender", "can_bulk", "install"]

#: Bytes behind a full room that are read with it.
_SPILL = 512


class Lender(Protocol):
    """Who says where bytes are to be put: `receiving.Receiving` or `wire.Wire`."""

    def lend(self) -> memoryview | None:
        """Room for the next bytes, to be said `filled`; None: the protocol is to be told of them."""

    def filled(self, count: int) -> None:
        """``count`` bytes were put into the room that was lent."""


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
    lender: Lender,
    limits: Limits,
    moved: Callable[[], None],
    refill: Callable[[], None] = lambda: None,
    beyond: Callable[[bytes], None] | None = None,
) -> Outbox:
    """Have bulk reads and writes take the road.

    :param transport: one that `can_bulk`; its ``write`` is not to be used from now on.
    :param moved: called when the kernel took bytes.
    :param refill: see `Outbox`.
    :param beyond: told of the few bytes that came behind those that filled a room; left
        out, they are only read when nothing is lent.
    :returns: the only writer from now on.
    """
    outbox = Outbox(transport, limits, moved, refill)
    transport.doRead = Intake(transport, lender, limits, beyond).do_read
    transport.doWrite = outbox.do_write
    return outbox


class Intake:
    """Reads into what is lent; with it, what follows: most likely the head of the next frame."""

    def __init__(
        self,
        transport: Any,
        lender: Lender,
        limits: Limits,
        beyond: Callable[[bytes], None] | None = None,
    ) -> None:
        self._socket = transport.socket
        self._beyond = beyond
        self._spill = bytearray(0 if beyond is None else _SPILL)
        self._read_plainly: Callable[[], Any] = transport.doRead
        self._lender = lender
        self._budget = limits.receive_bytes

    def do_read(self) -> Any:
        """What the reactor calls; the answers are those of Twisted's own ``doRead``."""
        room = self._lender.lend()
        if room is None:
            return self._read_plainly()
        left = self._budget
        while room is not None:
            try:
                count = self._socket.recvmsg_into([room, self._spill])[0]
            except (BlockingIOError, InterruptedError):
                return None
            except OSError:
                return main.CONNECTION_LOST
            if not count:
                return main.CONNECTION_DONE
            asked, left = len(room), left - count
            self._lender.filled(min(count, asked))
            if count > asked and self._beyond is not None:
                self._beyond(bytes(self._spill[: count - asked]))
            # A short read has most likely taken all there was.
            room = self._lender.lend() if count == asked + len(self._spill) and left > 0 else None
        return None
