"""How long the next run of units may be.  Pure."""

from __future__ import annotations

from collections import deque

from p2pstream.limits import Limits

__all__ = ["Pace"]


class Pace:
    """Measures what a connection sends, so that no frame takes longer than a moment.

    Whatever becomes urgent waits for the frame before it: at most as long as what was
    sent in that moment took.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._moment = limits.native_run_s
        self._sent: deque[tuple[float, int]] = deque()
        self._units = 0

    def sent(self, units: int, now: float) -> None:
        """So many units are with the kernel."""
        self._sent.append((now, units))
        self._units += units

    def run(self, urgent: bool, now: float) -> int:
        """The most units of one frame now."""
        while self._sent and self._sent[0][0] < now - self._moment:
            self._units -= self._sent.popleft()[1]
        limits = self._limits
        most = limits.native_urgent_run_units if urgent else limits.native_run_units
        return max(1, min(self._units, most))
