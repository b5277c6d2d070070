"""How much one process sends in a second, over all its connections, and whose turn it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from zope.interface import implementer

from p2pstream.content.addresses import Address
from p2pstream.content.units import UNIT
from p2pstream.interfaces import IOutlet, IUplink
from p2pstream.limits import LIMITS, Limits
from p2pstream.transport.alarm import Alarm
from p2pstream.transport.portion import Portion
from p2pstream.transport.rounds import Rounds
from p2pstream.transport.tokens import Steady, Tokens
from p2pstream.transport.vigil import Timers

__all__ = ["FreeUplink", "LimitedUplink", "shorter_runs", "uplink_for"]

#: Seconds; nothing is called sooner again, for a fraction of a byte.
_GRAIN_S = 0.001


@implementer(IUplink, IOutlet)
class FreeUplink:
    """There is no limit: everybody may send, and what went is counted."""

    limited = False

    def __init__(self) -> None:
        self.sent = 0

    def outlet(self, here: Address | None, there: Address | None, nudge: Callable[[], None]) -> FreeUplink:
        """See `IUplink`; the same for all connections."""
        return self

    def turn(self, rank: int) -> bool:
        """See `IOutlet`."""
        return True

    def pay(self, count: int) -> None:
        """See `IOutlet`."""
        self.sent += count

    def belong(self, peer: bytes) -> None:
        """See `IOutlet`."""

    def close(self) -> None:
        """See `IOutlet`."""


@implementer(IUplink)
class LimitedUplink:
    """A token bucket, and those who wait for it.

    Whoever is called sends one piece, and its bytes are taken from the bucket when they
    went, so that it may be in debt by a piece.  One that is called and cannot send now
    holds up the others for a moment only.

    :param rate: bytes a second.
    :param local: whether what is sent on this machine and its network counts, too.
    """

    def __init__(self, clock: Timers, rate: int, local: bool = False, limits: Limits = LIMITS) -> None:
        self._clock = clock
        self._local = local
        self._patience_s = limits.uplink_patience_s
        self._tokens = Tokens(Steady(rate, rate * limits.uplink_burst_s), clock.seconds())
        self._rounds: Rounds[Portion[LimitedOutlet]] = Rounds(limits.uplink_quantum_bytes)
        self._portions: dict[bytes, Portion[LimitedOutlet]] = {}
        #: Who was called last.
        self._called: Portion[LimitedOutlet] | None = None
        self._urgent = Steady(limits.uplink_urgent, limits.uplink_urgent_bytes)
        self._alarm = Alarm(clock, self._call)
        self._free = FreeUplink()
        self._counted = 0

    @property
    def sent(self) -> int:
        """See `IUplink`."""
        return self._counted + self._free.sent

    def outlet(
        self, here: Address | None, there: Address | None, nudge: Callable[[], None]
    ) -> LimitedOutlet | FreeUplink:
        """See `IUplink`."""
        local = here is not None and there is not None and here.is_local_to(there)
        return self._free if local and not self._local else LimitedOutlet(self, nudge)

    def portion(self, peer: bytes | None = None) -> Portion[LimitedOutlet]:
        """That of a peer; of nobody who is known, a new one."""
        portion = None if peer is None else self._portions.get(peer)
        if portion is None:
            portion = Portion(self._urgent, self._clock.seconds())
            if peer is not None:
                self._portions[peer] = portion
        return portion

    def turn(self, outlet: LimitedOutlet, rank: int) -> bool:
        """Whether it may send now; else it is called."""
        now = self._clock.seconds()
        if not self._rounds and self._tokens.left(now) > 0:
            return True
        alone = not self._rounds
        outlet.portion.join(outlet, rank, now)
        self._join(outlet.portion)
        if alone:
            self._set(now)
        return False

    def pay(self, outlet: LimitedOutlet, count: int, urgent: bool) -> None:
        """It has sent so much."""
        now = self._clock.seconds()
        self._counted += count
        self._tokens.pay(count, now)
        if urgent:
            outlet.portion.pay(count, now)
        self._rounds.spend(outlet.portion, count)
        self._join(outlet.portion)
        if self._rounds:
            self._set(now)

    def leave(self, outlet: LimitedOutlet, peer: bytes | None) -> None:
        """It is gone, or becomes part of another portion."""
        portion = outlet.portion
        portion.leave(outlet)
        if not portion.waits:
            self._rounds.rest(portion)
        if not portion.members:
            self._rounds.leave(portion)
            if peer is not None:
                del self._portions[peer]

    def _join(self, portion: Portion[LimitedOutlet]) -> None:
        if portion.waits:
            self._rounds.join(portion, portion.weight, portion.is_urgent)

    def _call(self, now: float) -> None:
        # Whoever was called and cannot send now holds up no other connection of the same peer.
        called, self._called = self._called, None
        if called is not None:
            self._join(called)
        wait_s = self._tokens.wait_s(now)
        portion = self._rounds.next() if not wait_s else None
        if portion is not None:
            wait_s, self._called = self._patience_s, portion
            urgent, outlet = portion.is_urgent, portion.next()
            outlet.call(urgent)
        if self._rounds or (portion is not None and portion.waits):
            self._alarm.set(now + max(wait_s, _GRAIN_S))

    def _set(self, now: float) -> None:
        """Call the next one when there is something to send.

        Never at once: whoever has just sent may have more, and would be left out of the round.
        """
        self._alarm.set(now + max(self._tokens.wait_s(now), _GRAIN_S))


@implementer(IOutlet)
class LimitedOutlet:
    """The part of one connection whose bytes count."""

    __slots__ = ("_called", "_nudge", "_peer", "_uplink", "_urgent", "portion")

    limited = True

    def __init__(self, uplink: LimitedUplink, nudge: Callable[[], None]) -> None:
        self._uplink = uplink
        self._nudge: Callable[[], None] | None = nudge
        self._called = self._urgent = False
        self._peer: bytes | None = None
        self.portion = uplink.portion()
        self.portion.members += 1

    def belong(self, peer: bytes) -> None:
        """See `IOutlet`."""
        self._leave()
        self._peer, self.portion = peer, self._uplink.portion(peer)
        self.portion.members += 1

    def call(self, urgent: bool) -> None:
        """Its turn has come."""
        self._called, self._urgent = True, urgent
        if self._nudge is not None:
            self._nudge()

    def turn(self, rank: int) -> bool:
        """See `IOutlet`."""
        return self._called or self._uplink.turn(self, rank)

    def pay(self, count: int) -> None:
        """See `IOutlet`."""
        urgent, self._called, self._urgent = self._urgent, False, False
        self._uplink.pay(self, count, urgent)

    def close(self) -> None:
        """See `IOutlet`."""
        if self._nudge is not None:
            self._nudge = None
            self._leave()

    def _leave(self) -> None:
        self.portion.members -= 1
        self._uplink.leave(self, self._peer)


def uplink_for(
    clock: Timers, rate: int | None, local: bool = False, limits: Limits = LIMITS
) -> FreeUplink | LimitedUplink:
    """As a person wishes it.

    :param rate: bytes a second; None for no limit.
    :param local: see `LimitedUplink`.
    """
    return FreeUplink() if rate is None else LimitedUplink(clock, rate, local, limits)


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
