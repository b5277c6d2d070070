"""Events as lines of the log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.logger import Logger
from zope.interface import implementer

from p2pstream.events import EVENTS, sentence
from p2pstream.interfaces import IEvents
from p2pstream.limits import LIMITS, Limits
from p2pstream.transport.turns.tokens import Steady, Tokens

__all__ = ["LoggedEvents"]


@implementer(IEvents)
class LoggedEvents:
    """Logs the sentence of every event, unless one kind comes too often.

    Of each kind some are logged at once and then one a second, so that whoever makes
    us tell something cannot fill the disk; of what lasts, one a minute.  How many were left
    out is told with the next.

    :param seconds: monotonic time.
    """

    def __init__(self, program: str, seconds: Callable[[], float], limits: Limits = LIMITS) -> None:
        self._log = Logger(namespace=program)
        self._seconds = seconds
        self._pace = Steady(1.0, limits.told_burst)
        self._lasting = Steady(1 / limits.told_lasting_s, 1)
        self._tokens: dict[str, Tokens] = {}
        self._left_out: dict[str, int] = {}

    def happened(self, event: str, **fields: Any) -> None:
        """As `IEvents` says."""
        try:
            if self._may_tell(event):
                left_out = self._left_out.pop(event, 0)
                more = f" ({left_out} more of these were left out)" if left_out else ""
                self._log.info("{told}{more}", told=sentence(event, fields), more=more)
            else:
                self._left_out[event] = self._left_out.get(event, 0) + 1
        except Exception:
            # An event that is told wrongly is our bug, and no reason to end a transfer.
            self._log.failure("cannot tell of {event}", event=event)

    def _may_tell(self, event: str) -> bool:
        now = self._seconds()
        if event not in self._tokens:
            pace = self._lasting if EVENTS[event].lasting else self._pace
            self._tokens[event] = Tokens(pace, now)
        return self._tokens[event].take(now)
