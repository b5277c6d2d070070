"""How long the next run of units may be.  Pure."""

from __future__ import annotations

from collections import deque

from p2pstream.limits import Limits

__all__ = ["Pace"]


class Pace:
    """Measures what a connection sends, so that no frame takes longer than a moment.

    Whatever becomes urgent waits for the frame before it: at most as long as what was
    sent in that moment took.  Time in which nothing was to be sent does not count: one
    who asks for little, now and then, is not slow.
    """

    __slots__ = ("_began", "_limits", "_moment", "_sent", "_spent", "_units")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._moment = limits.native_run_s
        #: When what is being sent began to be.
        self._began = 0.0
        #: Seconds and units of the last frames, for a moment at least; and their sums.
        self._sent: deque[tuple[float, int]] = deque()
        self._spent = 0.0
        self._units = 0

    def sent(self, units: int, now: float) -> None:
        """So many units are with the kernel."""
        spent, self._began = now - self._began, now
        self._sent.append((spent, units))
        self._spent += spent
        self._units += units
        while self._is_enough_without_the_first():
            spent, units = self._sent.popleft()
            self._spent -= spent
            self._units -= units

    def run(self, urgent: bool, now: float) -> int:
        """The most units of one frame, which begins now."""
        self._began = now
        limits = self._limits
        most = limits.native_urgent_run_units if urgent else limits.native_run_units
        in_a_moment = self._units * min(1.0, self._moment / self._spent) if self._spent > 0 else self._units
        return max(1, min(round(in_a_moment), most))

    def _is_enough_without_the_first(self) -> bool:
        """Whether the others took a moment, or are more than the longest run within one."""
        spent, units = self._sent[0]
        left = self._spent - spent
        return left >= self._moment or self._units - units >= self._limits.native_run_units
