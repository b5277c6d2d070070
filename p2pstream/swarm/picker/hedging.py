"""How much may be asked of several at once.  Pure."""

from __future__ import annotations

from p2pstream.content.units import UNIT
from p2pstream.limits import LIMITS, Limits

__all__ = ["HedgeBudget"]


class HedgeBudget:
    """A bucket of bytes that copies of requests are paid from.

    It begins with some, gains a little with time and with every byte that was of use,
    and is paid back for a copy that was cancelled before it was sent.  What copies cost
    in all is then a small part of what came, whoever keeps what he was asked for.
    """

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._bytes: float = limits.hedge_bytes
        #: Until when time was counted; None: it has not begun.
        self._then: float | None = None

    def room(self, now: float) -> int:
        """How many copies of a unit may be asked for."""
        if self._then is not None:
            self._gain(max(0.0, now - self._then) * self._limits.hedge_rate)
        self._then = now
        return int(self._bytes // UNIT)

    def spend(self, units: int) -> None:
        """So many copies were asked for."""
        self._bytes -= units * UNIT

    def refund(self, units: int) -> None:
        """So many copies were taken back before they were sent."""
        self._gain(units * UNIT)

    def useful(self, units: int) -> None:
        """So many units became part of what is here."""
        self._gain(units * UNIT * self._limits.hedge_part)

    def _gain(self, count: float) -> None:
        self._bytes = min(self._bytes + count, self._limits.hedge_most_bytes)
