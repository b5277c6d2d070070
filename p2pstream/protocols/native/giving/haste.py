"""How much of what one peer asks for goes before what others do.  Pure."""

from __future__ import annotations

from p2pstream.limits import Limits
from p2pstream.transport.turns.tokens import Changing, Tokens

__all__ = ["Haste"]


class Haste:
    """As much as is needed where somebody watches, as the other end tells, and a little more.

    Who tells of nobody, and calls everything urgent all the same, has a seek's worth now and
    then.  Who tells what is not so is bounded by `IUplink`.
    """

    def __init__(self, now: float, limits: Limits) -> None:
        self._limits = limits
        #: By channel, in bytes a second.
        self._told: dict[int, float] = {}
        self._pace = Changing(limits.native_haste, limits.native_haste_bytes)
        self._tokens = Tokens(self._pace, now)

    def told(self, channel: int, rate: float, now: float) -> None:
        """So many bytes a second are watched of a channel's stream; 0: nobody watches."""
        self._tokens.left(now)
        self._told[channel] = rate
        self._set()

    def end(self, channel: int) -> None:
        """This channel is over."""
        if self._told.pop(channel, 0.0):
            self._set()

    def _set(self) -> None:
        limits = self._limits
        rate = limits.native_haste_part * sum(self._told.values())
        self._pace.a_second = max(limits.native_haste, rate)
        self._pace.burst = max(limits.native_haste_bytes, rate * limits.native_haste_s)

    def may(self, now: float) -> bool:
        """Whether what is urgent goes first now."""
        return self._tokens.left(now) > 0

    def pay(self, count: int, now: float) -> None:
        """So many bytes went as urgent."""
        self._tokens.pay(count, now)
