"""How much goes through a way that nobody described.  Pure; times are monotonic seconds."""

from __future__ import annotations

from math import exp

__all__ = ["Throughput"]


class Throughput:
    """Bytes a second, over one window after the other, and the most of them lately.

    What goes in one window only has filled a buffer: it counts when as much goes in the next.

    :param window_s: over which a rate is taken; over eight times as much, where little goes.
    :param least: bytes that are not little.
    :param memory_s: in which the most fades to a third, unless as much goes through again.
    """

    __slots__ = ("_count", "_least", "_memory", "_most", "_seen", "_window", "last", "since")

    def __init__(self, window_s: float, memory_s: float, least: int, now: float) -> None:
        self._window = window_s
        self._least = least
        self._memory = memory_s
        self._count = 0
        self._most, self._seen = 0.0, now
        #: In the last whole window; and when that ended.
        self.last = 0.0
        self.since = now

    def add(self, count: int, now: float) -> None:
        """So many bytes went."""
        self._look(now)
        self._count += count

    def most(self, now: float) -> float:
        """The most; 0 while nothing is known."""
        self._look(now)
        return self._most * exp((self._seen - now) / self._memory)

    def _look(self, now: float) -> None:
        spent = now - self.since
        if spent >= self._window and (self._count >= self._least or spent >= 8 * self._window):
            before, self.last = self.last, self._count / spent
            self._count, self.since = 0, now
            steady = min(before, self.last)
            if steady >= self._most * exp((self._seen - now) / self._memory):
                self._most, self._seen = steady, now
