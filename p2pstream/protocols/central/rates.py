"""How often something may be asked.  Pure; times are monotonic seconds."""

from __future__ import annotations

from dataclasses import dataclass

from p2pstream.limits import LIMITS, Limits
from p2pstream.protocols.central.messages import Announce, Beckon, Publish, Request, Withdraw

__all__ = ["Allowance", "RateLimit", "rate_of"]


@dataclass(frozen=True)
class RateLimit:
    """So many a second, and so many at once after a pause."""

    #: Which requests share it.
    what: str
    a_second: float
    burst: float

    def times(self, factor: float) -> RateLimit:
        """Many times as often."""
        return RateLimit(self.what, self.a_second * factor, self.burst * factor)

    def flood(self, limits: Limits) -> RateLimit:
        """What only a flood goes beyond: a multiple, for some seconds."""
        a_second = self.a_second * limits.central_excess
        return RateLimit(self.what, a_second, self.burst + a_second * limits.central_excess_s)


def rate_of(request: Request, limits: Limits = LIMITS) -> RateLimit:
    """How often one may ask so."""
    if isinstance(request, Announce | Withdraw):
        return RateLimit("announces", limits.central_announces, limits.central_announces_burst)
    if isinstance(request, Publish):
        return RateLimit("publishes", limits.central_publishes, limits.central_publishes_burst)
    if isinstance(request, Beckon):
        return RateLimit("beckons", limits.central_beckons, limits.central_beckons_burst)
    return RateLimit("lookups", limits.central_lookups, limits.central_lookups_burst)


class Allowance:
    """What is left of a rate."""

    __slots__ = ("_at", "_left", "rate")

    def __init__(self, rate: RateLimit, now: float) -> None:
        self.rate = rate
        self._left = rate.burst
        self._at = now

    def take(self, now: float) -> bool:
        """One more; whether it may be."""
        self._left = min(self.rate.burst, self._left + (now - self._at) * self.rate.a_second)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
