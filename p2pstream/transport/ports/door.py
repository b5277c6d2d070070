"""Accepting connections also when there are no descriptors for them."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from twisted.internet.address import IPv4Address
from twisted.internet.interfaces import IDelayedCall, IReactorTime

from p2pstream.content.addresses import Address
from p2pstream.content.refusals import reason
from p2pstream.data.disk import SHORT
from p2pstream.limits import LIMITS, Limits
from p2pstream.transport.ends import as_address
from p2pstream.transport.linger import reset_socket

__all__ = ["Door"]

#: What accept says when there is no memory for a socket, beside what files are short of.
_SHORT = SHORT | {errno.ENOBUFS}


class Door:
    """Stands in the place of a `twisted.internet.tcp.Port`'s socket.

    Who comes while the process has no descriptor left is reset at once.  Left waiting, they
    would believe themselves connected, and the port would be ready without end; Twisted's
    own way out closes them in good order, as if all had been said, and logs each of them.
    So one descriptor is kept aside and given back for as long as that takes.  Where not
    even that helps, for it is the machine that is short, the port rests for a moment.

    A crowd is let in little by little, for who is here has something to say, too: Twisted would
    let in a hundred in one turn, and ever more in the next ones.

    :param port: listening.
    :param refused: told, for all who were turned away together, who was the last and why.
    """

    def __init__(
        self, port: Any, clock: IReactorTime, refused: Callable[[str, str], None], limits: Limits = LIMITS
    ) -> None:
        self._port = port
        self._socket = port.socket
        self._clock = clock
        self._refused = refused
        self._limits = limits
        self._resting: IDelayedCall | None = None
        self._spare: int | None = None
        self._keep_spare()
        port.socket = self
        port.doRead = self._do_read

    def __getattr__(self, name: str) -> Any:
        return getattr(self._socket, name)

    def accept(self) -> tuple[socket.socket, Any]:
        """Twisted: the next connection; `BlockingIOError` when there is none to be had now."""
        try:
            accepted: tuple[socket.socket, Any] = self._socket.accept()
        except OSError as fault:
            if fault.errno not in _SHORT:
                raise
            self._turn_away(reason(fault))
            raise BlockingIOError(errno.EAGAIN, "those who came were turned away") from None
        return accepted

    def close(self) -> None:
        """Twisted: listen no more."""
        if self._resting is not None and self._resting.active():
            self._resting.cancel()
        self._give_spare()
        self._socket.close()

    def _do_read(self) -> None:
        """What the reactor calls when somebody waits."""
        self._port.numberAccepts = self._limits.accepted_at_once
        # The method of its class, over which we stand.
        type(self._port).doRead(self._port)

    def _turn_away(self, why: str) -> None:
        self._give_spare()
        turned: list[Address | None] = []
        try:
            # Who comes while they are reset is in a later turn's backlog.
            while len(turned) < self._limits.backlog:
                turned.append(self._reset_next())
        except BlockingIOError:
            pass
        except OSError:
            self._rest()
        self._keep_spare()
        if turned:
            more = f" (so were {len(turned) - 1} more)" if turned[1:] else ""
            self._refused(str(turned[-1] or "somebody"), why + more)

    def _reset_next(self) -> Address | None:
        connection, end = self._socket.accept()
        with connection:
            reset_socket(connection, True)
        return as_address(IPv4Address("TCP", *end[:2]))

    def _rest(self) -> None:
        self._port.stopReading()
        self._resting = self._clock.callLater(self._limits.accept_rest_s, self._wake)

    def _wake(self) -> None:
        # The first descriptor that is free again is for this.
        self._keep_spare()
        self._port.startReading()

    def _keep_spare(self) -> None:
        if self._spare is None:
            with suppress(OSError):
                self._spare = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)

    def _give_spare(self) -> None:
        spare, self._spare = self._spare, None
        if spare is not None:
            os.close(spare)
