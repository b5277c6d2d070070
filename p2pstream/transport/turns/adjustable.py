"""Limits of what is sent and asked for that may be changed while connections are open."""

from __future__ import annotations

from collections.abc import Callable

from zope.interface import implementer

from p2pstream.content.addresses import Address, on_one_network
from p2pstream.interfaces import IDownlink, IOutlet, IUplink
from p2pstream.limits import LIMITS, Limits
from p2pstream.transport.nobody import nobody
from p2pstream.transport.turns.downlink import LimitedDownlink
from p2pstream.transport.turns.shared import SharedUplink
from p2pstream.transport.turns.uplink import uplink_for
from p2pstream.transport.vigil import Timers

__all__ = ["AdjustableDownlink", "AdjustableUplink"]


@implementer(IUplink)
class AdjustableUplink:
    """An uplink whose limit may become another: all connections go on under the new one.

    :param rate: bytes a second; None for no limit.
    :param local: whether what is sent on this machine and its network counts, too.
    """

    def __init__(self, clock: Timers, rate: int | None, local: bool = False, limits: Limits = LIMITS) -> None:
        self._clock = clock
        self._limits = limits
        #: What was sent under earlier limits.
        self._before = 0
        self._outlets: dict[AdjustableOutlet, None] = {}
        self.inner: SharedUplink = uplink_for(clock, rate, local, limits)

    @property
    def sent(self) -> int:
        """See `IUplink`."""
        return self._before + self.inner.sent

    @property
    def rate(self) -> int | None:
        """See `IUplink`."""
        return self.inner.rate

    def outlet(
        self, here: Address | None, there: Address | None, nudge: Callable[[], None]
    ) -> AdjustableOutlet:
        """See `IUplink`."""
        outlet = AdjustableOutlet(self, on_one_network(here, there), nudge)
        self._outlets[outlet] = None
        return outlet

    def adjust(self, rate: int | None, local: bool = False) -> None:
        """Send so much from now on."""
        self._before += self.inner.sent
        self.inner = uplink_for(self._clock, rate, local, self._limits)
        for outlet in list(self._outlets):
            outlet.renew()

    def drop(self, outlet: AdjustableOutlet) -> None:
        """Its connection is gone."""
        self._outlets.pop(outlet, None)


@implementer(IOutlet)
class AdjustableOutlet:
    """The part of one connection, under whatever limit there is."""

    __slots__ = ("_inner", "_near", "_nudge", "_peer", "_rides", "_uplink", "limited")

    def __init__(self, uplink: AdjustableUplink, near: bool, nudge: Callable[[], None]) -> None:
        self._uplink = uplink
        self._near = near
        self._nudge = nudge
        self._peer: bytes | None = None
        self._rides = False
        self._take()

    def turn(self, rank: int) -> bool:
        """See `IOutlet`."""
        turn: bool = self._inner.turn(rank)
        return turn

    def waits(self, rank: int) -> None:
        """See `IOutlet`."""
        self._inner.waits(rank)

    def pay(self, count: int) -> None:
        """See `IOutlet`."""
        self._inner.pay(count)

    def said(self, count: int) -> None:
        """See `IOutlet`."""
        self._inner.said(count)

    def went(self) -> None:
        """See `IOutlet`."""
        self._inner.went()

    def belong(self, peer: bytes) -> None:
        """See `IOutlet`."""
        self._peer = peer
        self._inner.belong(peer)

    def rides(self, rides: bool) -> None:
        """See `IOutlet`."""
        self._rides = rides
        self._inner.rides(rides)

    def close(self) -> None:
        """See `IOutlet`."""
        self._uplink.drop(self)
        self._inner.close()
        # Who is nudged holds us: both go when nobody else does, and are no garbage.
        self._nudge = nobody

    def renew(self) -> None:
        """There is another limit: whoever waits asks again."""
        self._inner.close()
        self._take()
        if self._peer is not None:
            self._inner.belong(self._peer)
        self._inner.rides(self._rides)
        self._nudge()

    def _take(self) -> None:
        self._inner = self._uplink.inner.part(self._near, self._nudge)
        # Asked for every frame.
        self.limited: bool = self._inner.limited


@implementer(IDownlink)
class AdjustableDownlink:
    """A downlink whose limit may become another.

    :param rate: bytes a second; None for no limit.
    :param local: whether what comes from this machine and its network counts, too.
    """

    def __init__(self, clock: Timers, rate: int | None, local: bool = False, limits: Limits = LIMITS) -> None:
        self._clock = clock
        self._limits = limits
        self._local = local
        self._inner: LimitedDownlink | None = None
        self.adjust(rate, local)

    def counts(self, here: Address | None, there: Address | None) -> bool:
        """See `IDownlink`."""
        return self._local or not on_one_network(here, there)

    def room(self, wanted: Callable[[], None]) -> int:
        """See `IDownlink`."""
        return self._limits.native_units if self._inner is None else self._inner.room(wanted)

    def asked(self, units: int) -> None:
        """See `IDownlink`."""
        if self._inner is not None:
            self._inner.asked(units)

    def leave(self, wanted: Callable[[], None]) -> None:
        """See `IDownlink`."""
        if self._inner is not None:
            self._inner.leave(wanted)

    def adjust(self, rate: int | None, local: bool = False) -> None:
        """Ask for so much from now on; links that are open keep counting as they did."""
        before, self._local = self._inner, local
        self._inner = None if rate is None else LimitedDownlink(self._clock, rate, local, self._limits)
        if before is not None:
            before.release()
