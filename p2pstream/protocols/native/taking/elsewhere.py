"""What the other end says that it gives to others, who will have it soon.  Pure."""

from __future__ import annotations

from collections.abc import Iterable

from p2pstream.content.ranges import Range, Ranges
from p2pstream.limits import LIMITS, Limits

__all__ = ["Elsewhere"]


class Elsewhere:
    """Units of one stream, for a while: who was given them may be gone, or give nothing."""

    __slots__ = ("_began", "_limits", "_old", "_young", "units")

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._began = 0.0
        self._old = self._young = Ranges()
        self.units = Ranges()

    def add(self, said: Iterable[Range], now: float) -> None:
        """These, too; what was said long ago is forgotten."""
        limits = self._limits
        if now - self._began >= limits.elsewhere_s or len(self._young) >= limits.elsewhere_ranges:
            self._old, self._young, self._began = self._young, Ranges(), now
            self.units = self._old
        more = list(said)
        self._young = self._young.union(more)
        self.units = self.units.union(more)
