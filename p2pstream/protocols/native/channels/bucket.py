"""How often one peer may do something.  Pure."""

from __future__ import annotations

from p2pstream.codes import Code
from p2pstream.errors import PeerError
from p2pstream.limits import Limits
from p2pstream.transport.turns.tokens import Steady, Tokens

__all__ = ["Bucket"]


class Bucket:
    """So many a second, and some at once after a pause.

    Who asks for more is refused; who goes on asking for a multiple of it is a flood.

    :param what: for people: "requests".
    :param rate: how many a second.
    """

    def __init__(self, what: str, rate: float, now: float, limits: Limits) -> None:
        self._what = what
        self._tokens = Tokens(Steady(rate, rate * limits.native_burst_s), now)
        self._since = now
        self._refused = 0.0
        self._flood_s = limits.flood_s
        self._flood = rate * (limits.flood_factor - 1) * limits.flood_s

    def take(self, now: float, cost: float = 1.0) -> bool:
        """Whether it may be done now.

        :raises PeerError: it is a flood.
        """
        if self._tokens.take(now, cost):
            return True
        self._refuse(now, cost)
        return False

    def add(self, more: float, now: float) -> None:
        """Something else was done that earns so many more."""
        self._tokens.pay(-more, now)

    def _refuse(self, now: float, cost: float) -> None:
        if now - self._since >= self._flood_s:
            self._since, self._refused = now, 0.0
        self._refused += cost
        if self._refused > self._flood:
            raise PeerError(f"a flood of {self._what}: it was sent far more than may be", Code.RATE_LIMITED)
