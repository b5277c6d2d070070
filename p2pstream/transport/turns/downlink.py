"""How much one process asks for in a second, over all its connections."""

from __future__ import annotations

from collections.abc import Callable

from zope.interface import implementer

from p2pstream.content.addresses import Address, on_one_network
from p2pstream.content.units import UNIT
from p2pstream.interfaces import IDownlink
from p2pstream.limits import LIMITS, Limits
from p2pstream.transport.alarm import Alarm
from p2pstream.transport.turns.tokens import GRAIN_S, Steady, Tokens
from p2pstream.transport.vigil import Timers

__all__ = ["LimitedDownlink"]


@implementer(IDownlink)
class LimitedDownlink:
    """A token bucket, from which is taken what is asked for, and to which what was refused goes back.

    :param rate: bytes a second.
    :param local: whether what comes from this machine and its network counts, too.
    """

    def __init__(self, clock: Timers, rate: int, local: bool = False, limits: Limits = LIMITS) -> None:
        self._clock = clock
        self._local = local
        self._limits = limits
        self._rate = rate
        #: Bytes that were given back, beyond those that are there after a pause.
        self._back = 0.0
        self._tokens = Tokens(Steady(rate, rate * limits.uplink_burst_s), clock.seconds())
        #: Who waits for room, the one that has waited longest first.
        self._waiting: dict[Callable[[], None], None] = {}
        self._alarm = Alarm(clock, self._call)

    def counts(self, here: Address | None, there: Address | None) -> bool:
        """See `IDownlink`."""
        return self._local or not on_one_network(here, there)

    def room(self, wanted: Callable[[], None]) -> int:
        """See `IDownlink`."""
        now = self._clock.seconds()
        left = self._tokens.left(now)
        if left > 0:
            self._waiting.pop(wanted, None)
            return -int(-(left + self._back) // UNIT)
        self._waiting[wanted] = None
        self._alarm.set(now + self._tokens.wait_s(now) + GRAIN_S)
        return 0

    def asked(self, units: int) -> None:
        """See `IDownlink`."""
        now, cost = self._clock.seconds(), float(units * UNIT)
        if cost < 0:
            self._give_back(-cost, now)
            return
        back = min(cost, self._back)
        self._back -= back
        self._tokens.pay(cost - back, now)

    def leave(self, wanted: Callable[[], None]) -> None:
        """See `IDownlink`."""
        self._waiting.pop(wanted, None)

    def release(self) -> None:
        """There is no limit any more, or another: all who wait for room are called."""
        self._alarm.set(None)
        waiting, self._waiting = self._waiting, {}
        for wanted in waiting:
            wanted()

    def _give_back(self, cost: float, now: float) -> None:
        over = self._tokens.left(now) + cost - self._tokens.pace.burst
        self._back = min(self._back + max(0.0, over), self._rate * self._limits.downlink_back_s)
        self._tokens.pay(-cost, now)
        if self._waiting:
            self._alarm.set(now + self._tokens.wait_s(now) + GRAIN_S)

    def _call(self, now: float) -> None:
        while self._waiting and self._tokens.left(now) > 0:
            wanted = next(iter(self._waiting))
            del self._waiting[wanted]
            # If it is to wait again, it does so behind the others.
            wanted()
        if self._waiting:
            self._alarm.set(now + self._tokens.wait_s(now) + GRAIN_S)
