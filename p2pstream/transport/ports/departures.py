"""Connections that are lost in a crowd: what they leave behind ends little by little."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger

from p2pstream.limits import Limits

__all__ = ["Departures"]

_log = Logger()


class Departures:
    """Tells of a few lost connections at once, and of a crowd so many in each turn of the reactor.

    To end what goes on in one takes up to half a millisecond; when two hundred players go at
    the same moment, as with the network between, everybody else would wait for all of them.
    Nobody need know that a connection was lost a few turns ago.

    :param clock: whose turns these are.
    """

    def __init__(self, clock: IReactorTime, limits: Limits) -> None:
        self._clock = clock
        self._most = limits.departures
        self._span_s = limits.departures_s
        self._waiting: deque[Callable[[], None]] = deque()
        #: When the first of the last few left, and how many did since.
        self._since, self._count = float("-inf"), 0

    def depart(self, end: Callable[[], None]) -> None:
        """One left; ``end`` is called now or soon."""
        now = self._clock.seconds()
        if now - self._since >= self._span_s:
            self._since, self._count = now, 0
        self._count += 1
        if self._count <= self._most and not self._waiting:
            end()
            return
        if not self._waiting:
            self._clock.callLater(0, self._go_on)
        self._waiting.append(end)

    def _go_on(self) -> None:
        part = [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]
        if self._waiting:
            self._clock.callLater(0, self._go_on)
        for end in part:
            try:
                end()
            except Exception:
                _log.failure("a connection that was lost could not be ended")
