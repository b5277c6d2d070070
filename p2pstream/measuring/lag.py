"""How late the reactor is: what blocks it, everybody waits for."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from twisted.internet.interfaces import IDelayedCall, IReactorTime

from p2pstream.interfaces import IMeter
from p2pstream.limits import LIMITS, Limits

__all__ = ["LagMeter"]

#: When somebody began to measure each reactor: all who do keep that beat, so that one turn is for all.
_beats: WeakKeyDictionary[IReactorTime, float] = WeakKeyDictionary()


class LagMeter:
    """Sets a timer again and again, and notes how much later than that it was called."""

    def __init__(self, clock: IReactorTime, meter: IMeter, limits: Limits = LIMITS) -> None:
        self._clock = clock
        self._meter = meter
        self._every_s = limits.lag_every_s
        self._due = 0.0
        self._call: IDelayedCall | None = None

    def start(self) -> None:
        """From now on."""
        now = self._clock.seconds()
        since = now - _beats.setdefault(self._clock, now)
        rest = self._every_s - since % self._every_s
        self._due = now + rest
        self._call = self._clock.callLater(rest, self._look)

    def stop(self) -> None:
        """No more; harmless when it never began."""
        call, self._call = self._call, None
        if call is not None and call.active():
            call.cancel()

    def _look(self) -> None:
        self._meter.observe("p2pstream_reactor_lag_seconds", max(0.0, self._clock.seconds() - self._due))
        self.start()
