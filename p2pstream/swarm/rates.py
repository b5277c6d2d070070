"""How fast something arrives, over the last seconds."""

from __future__ import annotations

from collections import deque

__all__ = ["Rate"]


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
