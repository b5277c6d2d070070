"""How often something may be asked.  Pure; times are monotonic seconds."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from p2pstream.limits import LIMITS, Limits
from p2pstream.protocols.central.messages import REQUESTS, Announce, Beckon, Publish, Request, Withdraw
from p2pstream.values import value

__all__ = ["Frequency", "frequencies"]


@value
class Frequency:
    """So many a second, and so many at once after a pause."""

    #: Which requests share it.
    what: str
    a_second: float
    burst: float

    def times(self, factor: float) -> Frequency:
        """Many times as often."""
        return Frequency(self.what, self.a_second * factor, self.burst * factor)

    def flood(self, limits: Limits) -> Frequency:
        """What only a flood goes beyond: a multiple, for some seconds."""
        a_second = self.a_second * limits.central_excess
        return Frequency(self.what, a_second, self.burst + a_second * limits.central_excess_s)


@lru_cache(8)
def frequencies(limits: Limits = LIMITS) -> Mapping[type[Request], Frequency]:
    """How often one may ask, by what is asked; the same for all links, so it is made once."""
    announces = Frequency("announces", limits.central_announces, limits.central_announces_burst)
    lookups = Frequency("lookups", limits.central_lookups, limits.central_lookups_burst)
    return {
        **dict.fromkeys(REQUESTS.values(), lookups),
        Announce: announces,
        Withdraw: announces,
        Publish: Frequency("publishes", limits.central_publishes, limits.central_publishes_burst),
        Beckon: Frequency("beckons", limits.central_beckons, limits.central_beckons_burst),
    }
