"""What sources are told of whoever watches here.  Pure."""

from __future__ import annotations

from p2pstream.content.units import UNIT
from p2pstream.limits import LIMITS, Limits

__all__ = ["Wanting"]


class Wanting:
    """Which unit is on screen, and how fast that goes on; and when this must be told again.

    Those who were told count on by themselves: they are told anew when they are wrong by a
    while, or about the rate, and not all the time.

    """

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        #: What they were told, in bytes a second and bytes, and when.
        self._rate = self._position = 0.0
        self._told = self._rests = 0.0

    def at(self, now: float) -> tuple[int, int]:
        """Bytes a second, and the unit on screen, as they believe; 0 and 0 when nobody watches."""
        return int(self._rate), int(self._expected(now)) // UNIT

    def look(self, rate: float, position: int, now: float) -> bool:
        """Whether this is to be told: then it is what `at` says.

        :param rate: bytes a second; 0: nobody watches.
        :param position: the byte on screen.
        """
        wrong, limits = self._wrong(rate, position, now), self._limits
        if not wrong or (now < self._rests and wrong < limits.urgent_s):
            return False
        self._rate, self._position, self._told = rate, position if rate else 0, now
        self._rests = now + limits.want_s
        return True

    def _expected(self, now: float) -> float:
        return self._position + self._rate * (now - self._told)

    def _wrong(self, rate: float, position: int, now: float) -> float:
        """By how many seconds those are wrong who were told; 0: not by enough."""
        limits = self._limits
        if not rate or not self._rate:
            return limits.urgent_s if rate != self._rate else 0.0
        seconds = abs(self._expected(now) - position) / rate
        other = abs(rate - self._rate) > self._rate * limits.want_part
        return max(seconds, limits.want_s) if other or seconds >= limits.want_s else 0.0
