"""Who was late, and what follows from it.  Pure."""

from __future__ import annotations

from collections import deque
from math import inf

from p2pstream.limits import LIMITS, Limits

__all__ = ["Conduct"]


class Conduct:
    """What is held against one source; it is forgotten when the source does better.

    One that was late twice within a while is asked for nothing that is urgent, for half a
    minute at first, then for twice as long each time.
    """

    __slots__ = ("_barred", "_limits", "_misses", "_pause", "missed")

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._misses: deque[float] = deque(maxlen=limits.misses)
        self._pause: float = limits.bar_s
        self._barred = -inf
        #: When it was late last, whoever's fault that was.
        self.missed = -inf

    def miss(self, now: float) -> None:
        """It was late, and others were not."""
        self._misses.append(now)
        full = len(self._misses) == self._limits.misses
        if full and now - self._misses[0] < self._limits.misses_s:
            self._barred, self._pause = now + self._pause, min(2 * self._pause, self._limits.bar_most_s)
            self._misses.clear()

    def is_barred(self, now: float) -> bool:
        """Whether it is to be asked for nothing that is urgent."""
        return now < self._barred

    def forgive(self, seconds: float) -> None:
        """So much of the time was our own fault."""
        self._misses.clear()
