"""How fast something arrives, over the last seconds.  Pure."""

from __future__ import annotations

from collections import deque
from math import exp

__all__ = ["BusyRate", "Rate"]


class Rate:
    """Bytes a second over a sliding window.

    Counts are kept in slots of a tenth of the window, so that a million small arrivals
    cost no more memory than ten.

    :param window_s: how far back it looks, in seconds.
    """

    def __init__(self, window_s: float = 5.0) -> None:
        self._window = window_s
        self._slot = window_s / 10
        # Start of a slot, and the bytes that arrived in it; oldest first.
        self._slots: deque[tuple[float, int]] = deque()
        self._began: float | None = None

    def add(self, count: int, now: float) -> None:
        """``count`` bytes arrived at ``now``; times never go back."""
        if self._began is None:
            self._began = now
        if self._slots and now < self._slots[-1][0] + self._slot:
            start, before = self._slots.pop()
            self._slots.append((start, before + count))
        else:
            self._slots.append((now, count))
        self._forget(now)

    def at(self, now: float) -> float:
        """Bytes a second at ``now``; after less than a window, over the time there was."""
        if self._began is None:
            return 0.0
        self._forget(now)
        # The first arrival says nothing about a rate before a moment has passed.
        span = min(self._window, max(now - self._began, self._slot))
        return sum(count for _, count in self._slots) / span

    def _forget(self, now: float) -> None:
        while self._slots and self._slots[0][0] <= now - self._window:
            self._slots.popleft()


class BusyRate:
    """Bytes a second while something was owed: time in which nothing was is no slowness.

    Two averages that forget exponentially, one within a second and one within ten: who
    must be in time trusts the lower, who keeps a pipe full the higher.
    """

    __slots__ = ("_asked", "_fast", "_since", "_slow", "_told")

    def __init__(self) -> None:
        # Bytes, and seconds.
        self._fast = (0.0, 0.0)
        self._slow = (0.0, 0.0)
        #: Until when busy time was counted; None: nothing is owed.
        self._since: float | None = None
        #: When it was looked at last, and what was found; None: something happened since.
        self._asked: float | None = None
        self._told: tuple[float, float] | None = None

    def begin(self, now: float) -> None:
        """Something is owed from now on; harmless when something was already."""
        if self._since is None:
            self._since, self._asked = now, None

    def add(self, count: int, now: float) -> None:
        """``count`` bytes of it came."""
        fast, slow = self._lasted(now)
        self._fast, self._slow = (fast[0] + count, fast[1]), (slow[0] + count, slow[1])
        self._since, self._asked = now, None

    def rest(self, now: float) -> None:
        """Nothing is owed any more."""
        self._fast, self._slow = self._lasted(now)
        self._since = self._asked = None

    def forgive(self, seconds: float) -> None:
        """So much of the time was our own fault."""
        if self._since is not None:
            self._since += seconds
            self._asked = None

    def at(self, now: float) -> tuple[float, float] | None:
        """The lower and the higher of both; None while nothing has come."""
        if now != self._asked:
            self._asked, self._told = now, self._look(now)
        return self._told

    def _look(self, now: float) -> tuple[float, float] | None:
        if not self._slow[0]:
            return None
        fast, slow = self._lasted(now)
        if not slow[0]:
            return None
        # What comes with what it was asked with took no time; a clock does not tell less.
        quick, steady = fast[0] / max(fast[1], 1e-6), slow[0] / max(slow[1], 1e-6)
        return (quick, steady) if quick < steady else (steady, quick)

    def _lasted(self, now: float) -> tuple[tuple[float, float], tuple[float, float]]:
        if self._since is None or now <= self._since:
            return self._fast, self._slow
        lasted = now - self._since
        return _after(self._fast, lasted, 1.0), _after(self._slow, lasted, 10.0)


def _after(sums: tuple[float, float], lasted: float, memory: float) -> tuple[float, float]:
    left = exp(-lasted / memory)
    return sums[0] * left, sums[1] * left + lasted
