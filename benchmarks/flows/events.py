"""What happens when: a million events in a few seconds, the same on every run."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from itertools import count
from typing import Any

__all__ = ["Events"]


class Events:
    """Calls, each at its moment; those of one moment in the order in which they were set.

    Nothing is cancelled: whoever is called looks whether it still matters.

    :ivar now: seconds.
    """

    def __init__(self) -> None:
        self.now = 0.0
        self._heap: list[tuple[float, int, Callable[..., Any], tuple[Any, ...]]] = []
        self._order = count()

    def at(self, when: float, call: Callable[..., Any], *args: Any) -> None:
        """Call then; a moment that has passed is now."""
        heapq.heappush(self._heap, (max(when, self.now), next(self._order), call, args))

    def after(self, seconds: float, call: Callable[..., Any], *args: Any) -> None:
        """Call in so many seconds."""
        self.at(self.now + seconds, call, *args)

    def run(self, until: float, over: Callable[[], bool] = lambda: False) -> None:
        """Let time pass, to ``until`` or until ``over()``."""
        heap = self._heap
        while heap and heap[0][0] <= until:
            if over():
                return
            self.now, _, call, args = heapq.heappop(heap)
            call(*args)
        self.now = max(self.now, until)
