"""What signals mean to a role.

SIGINT and SIGTERM end it in good order, however often they come: Twisted's own
handlers would log an error with a traceback for the second one.  SIGHUP has what is
shared or listed looked at again, as daemons do; on a terminal, where it means that
the terminal is gone, it ends the role.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from types import FrameType
from typing import Any

__all__ = ["Signals"]


class Signals:
    """Our handlers, in front of those that the reactor installed.

    :param hung_up: what to do on SIGHUP.
    """

    def __init__(self, reactor: Any, hung_up: Callable[[], None]) -> None:
        self._reactor = reactor
        self._hung_up = hung_up
        self._before: dict[int, Any] = {}
        #: Gives True once: another signal may come between any two steps of what the first one does.
        self._first = iter((True,))

    def heed(self) -> None:
        """Obey SIGHUP from now on; without a terminal nobody else does, and it would kill us."""
        if hasattr(signal, "SIGHUP") and not os.isatty(0):
            signal.signal(signal.SIGHUP, self._hang_up)

    def install(self) -> None:
        """Take over; the reactor is running."""
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, self._end)
        if hasattr(signal, "SIGHUP") and os.isatty(0):
            signal.signal(signal.SIGHUP, self._end_of_terminal)

    def _end(self, number: int, frame: FrameType | None) -> None:
        before = self._before[number]
        if callable(before) and next(self._first, False):
            before(number, frame)

    def _end_of_terminal(self, number: int, frame: FrameType | None) -> None:
        self._end(signal.SIGTERM, frame)

    def _hang_up(self, number: int, frame: FrameType | None) -> None:
        self._reactor.callFromThread(self._hung_up)
