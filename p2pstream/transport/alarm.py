"""One timer that follows a deadline which keeps moving."""

from __future__ import annotations

from collections.abc import Callable

from p2pstream.transport.nobody import nobody
from p2pstream.transport.vigil import Timer, Timers

__all__ = ["Alarm"]


class Alarm:
    """Calls ``ring(now)`` at a moment that may be moved; at most one timer is pending.

    A timer that turns out to be early is set again, so that moving the moment back,
    as every byte does, costs nothing.

    :param reactor: whose ``callLater`` is used; a `vigil.Vigil` for one of many that wait long.
    """

    __slots__ = ("_moment", "_pending", "_reactor", "_ring")

    def __init__(self, reactor: Timers, ring: Callable[[float], None]) -> None:
        self._reactor = reactor
        self._ring = ring
        self._moment: float | None = None
        self._pending: Timer | None = None

    def set(self, moment: float | None) -> None:
        """Ring at ``moment`` on the reactor's clock; None for never."""
        self._moment = moment
        if self._pending is not None and (moment is None or moment < self._pending.getTime()):
            self._pending.cancel()
            self._pending = None
        if self._pending is None and moment is not None:
            wait = max(0.0, moment - self._reactor.seconds())
            self._pending = self._reactor.callLater(wait, self)

    def end(self) -> None:
        """Never ring again, and hold nobody: who is done with it goes with its last holder.

        What is in a circle stays until Python looks through everything, and meanwhile nobody is answered.
        """
        self.set(None)
        self._ring = nobody

    def __call__(self) -> None:
        """The timer: it may be early."""
        self._pending = None
        now = self._reactor.seconds()
        if self._moment is not None and now < self._moment:
            self.set(self._moment)
        elif self._moment is not None:
            self._moment = None
            self._ring(now)
