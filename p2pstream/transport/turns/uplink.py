"""How much one process sends in a second, over all its connections, and whose turn it is."""

from __future__ import annotations

from dataclasses import replace

from zope.interface import implementer

from p2pstream.content.units import UNIT
from p2pstream.interfaces import IUplink
from p2pstream.limits import LIMITS, Limits
from p2pstream.transport.turns.shared import SharedUplink
from p2pstream.transport.turns.tokens import Steady
from p2pstream.transport.turns.unlimited import UnlimitedUplink
from p2pstream.transport.turns.waitlist import SharedOutlet, Waitlist
from p2pstream.transport.vigil import Timers

__all__ = ["LimitedUplink", "shorter_runs", "uplink_for"]


@implementer(IUplink)
class LimitedUplink(SharedUplink):
    """So many bytes a second, and no more.

    :param rate: bytes a second.
    :param local: whether what is sent on this machine and its network counts, too.
    """

    def __init__(self, clock: Timers, rate: int, local: bool = False, limits: Limits = LIMITS) -> None:
        super().__init__(clock, local)
        self.rate: int | None = rate
        pace = Steady(rate, rate * limits.uplink_ahead_s)
        urgent = Steady(limits.uplink_urgent, limits.uplink_urgent_bytes)
        self.waitlist = Waitlist(clock, pace, urgent, limits)

    def may_hurry(self, outlet: SharedOutlet) -> bool:
        """What is urgent waits for its turn as well, which comes before those of others."""
        return False

    def waits(self, outlet: SharedOutlet, rank: int) -> None:
        """See `IOutlet`: the limit is what all wait for, and not the kernel."""

    def said(self, count: int) -> None:
        """See `IOutlet`: it leaves over the same way."""
        self.waitlist.said(count, self._clock.seconds())

    def went(self, outlet: SharedOutlet) -> None:
        """See `IOutlet`: what goes is in order as it is."""

    def pay(self, outlet: SharedOutlet, count: int, urgent: bool) -> None:
        """It has sent so much."""
        now = self._clock.seconds()
        self._counted += count
        if urgent:
            outlet.portion.pay(count, now)
        self.waitlist.pay(outlet, count, now)

    def leave(self, outlet: SharedOutlet, peer: bytes | None) -> None:
        """It is gone, or becomes part of another portion."""
        self.waitlist.leave(outlet, peer)


def uplink_for(
    clock: Timers, rate: int | None, local: bool = False, limits: Limits = LIMITS
) -> UnlimitedUplink | LimitedUplink:
    """As a person wishes it.

    :param rate: bytes a second; None for no limit.
    :param local: see `LimitedUplink`.
    """
    return UnlimitedUplink(clock, limits) if rate is None else LimitedUplink(clock, rate, local, limits)


def shorter_runs(limits: Limits, rate: int | None) -> Limits:
    """The bounds of one who sends ``rate`` bytes a second: no run takes all of it for long."""
    if rate is None:
        return limits
    most = max(1, int(rate * limits.native_run_s) // UNIT)
    return replace(
        limits,
        native_run_units=min(most, limits.native_run_units),
        native_urgent_run_units=min(most, limits.native_urgent_run_units),
    )
