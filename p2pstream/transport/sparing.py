"""Events that come in floods, told one a second."""

from __future__ import annotations

from twisted.internet.interfaces import IReactorTime

from p2pstream.interfaces import IEvents

__all__ = ["Sparing"]


class Sparing:
    """Tells of connections that were turned away, at most once a second for each event."""

    def __init__(self, events: IEvents, clock: IReactorTime, period_s: float = 1.0) -> None:
        self._events = events
        self._clock = clock
        self._period_s = period_s
        self._last: dict[str, float] = {}
        self._untold: dict[str, int] = {}

    def happened(self, event: str, address: str, reason: str) -> None:
        """Tell it, with how many were not told since the last one; or only count it."""
        now = self._clock.seconds()
        if now - self._last.get(event, -self._period_s) < self._period_s:
            self._untold[event] = self._untold.get(event, 0) + 1
            return
        self._last[event] = now
        untold = self._untold.pop(event, 0)
        if untold:
            reason += f" (and {untold} others before it)"
        self._events.happened(event, address=address, reason=reason)
