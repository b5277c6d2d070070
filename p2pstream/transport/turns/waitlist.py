"""Those who wait to send, and whose turn it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from zope.interface import implementer

from p2pstream.interfaces import IOutlet
from p2pstream.limits import Limits
from p2pstream.transport.alarm import Alarm
from p2pstream.transport.turns.portion import Portion
from p2pstream.transport.turns.rounds import Rounds
from p2pstream.transport.turns.tokens import GRAIN_S, Regular, Tokens
from p2pstream.transport.vigil import Timers

__all__ = ["SharedOutlet", "Sharing", "Waitlist"]


class Waitlist:
    """A token bucket, and those who wait for it.

    Whoever is called sends one piece, and its bytes are taken from the bucket when they
    went, so that it may be in debt by a piece.  One that is called and cannot send now
    holds up the others for a moment only.

    :param pace: of the bucket.
    :param urgent: what one peer may call urgent.
    :param shut_s: for how many seconds nobody may begin, whatever is in the bucket.
    """

    def __init__(
        self,
        clock: Timers,
        pace: Regular,
        urgent: Regular,
        limits: Limits,
        shut_s: Callable[[float], float] = lambda now: 0.0,
    ) -> None:
        self._shut_s = shut_s
        self._clock = clock
        self._patience_s = limits.uplink_patience_s
        self._urgent = urgent
        self._giver = limits.uplink_giver
        self._rounds: Rounds[Portion[SharedOutlet]] = Rounds(limits.uplink_quantum_bytes)
        self._portions: dict[bytes, Portion[SharedOutlet]] = {}
        #: Who was called last.
        self._called: Portion[SharedOutlet] | None = None
        self._alarm = Alarm(clock, self._call)
        #: When the next one is to be called.
        self._due = 0.0
        self.tokens = Tokens(pace, clock.seconds())

    @property
    def busy(self) -> bool:
        """Whether anybody waits for a turn."""
        return bool(self._rounds)

    def portion(self, peer: bytes | None = None) -> Portion[SharedOutlet]:
        """That of a peer; of nobody who is known, a new one."""
        portion = None if peer is None else self._portions.get(peer)
        if portion is None:
            portion = Portion(self._urgent, self._giver, self._clock.seconds())
            if peer is not None:
                self._portions[peer] = portion
        return portion

    def turn(self, outlet: SharedOutlet, rank: int, now: float) -> bool:
        """Whether it may send now; else it is called."""
        if not self._rounds and self.tokens.left(now) > 0 and not self._shut_s(now):
            return True
        alone = not self._rounds
        outlet.portion.join(outlet, rank, now)
        self._join(outlet.portion)
        if alone:
            self._set(now)
        return False

    def pay(self, outlet: SharedOutlet, count: int, now: float, counts: bool = True) -> None:
        """It has sent so much; unless it ``counts``, others may send as much as before."""
        if counts:
            self.tokens.settle(count, now)
        self._rounds.spend(outlet.portion, count)
        self._join(outlet.portion)
        if self._rounds:
            self._set(now)

    def said(self, count: int, now: float) -> None:
        """So much went that waits for nobody."""
        self.tokens.settle(count, now)

    def look(self, now: float) -> None:
        """Somebody may begin, perhaps."""
        if self._rounds:
            self._set(now)

    def leave(self, outlet: SharedOutlet, peer: bytes | None) -> None:
        """It is gone, or becomes part of another portion."""
        portion = outlet.portion
        portion.leave(outlet)
        if not portion.waits:
            self._rounds.rest(portion)
        if not portion.members:
            self._rounds.leave(portion)
            if peer is not None:
                del self._portions[peer]

    def release(self) -> None:
        """Nobody has to wait any more."""
        self._called = None
        while (portion := self._rounds.next()) is not None:
            while portion.waits:
                portion.next().nudge()

    def _join(self, portion: Portion[SharedOutlet]) -> None:
        if portion.waits:
            self._rounds.join(portion, portion.weight, portion.is_urgent)

    def _call(self, now: float) -> None:
        # Whoever was called and cannot send now holds up no other connection of the same peer.
        called, self._called = self._called, None
        if called is not None:
            self._join(called)
        # A busy machine calls late, and whoever is called has not to wait for that once more.
        wait_s = max(self.tokens.wait_s(min(now, self._due + GRAIN_S)), self._shut_s(now))
        portion = self._rounds.next() if not wait_s else None
        if portion is not None:
            wait_s, self._called = self._patience_s, portion
            urgent, outlet = portion.is_urgent, portion.next()
            outlet.call(urgent)
        if self._rounds or (portion is not None and portion.waits):
            self._set_in(wait_s, now)

    def _set(self, now: float) -> None:
        """Call the next one when there is something to send.

        Never at once: whoever has just sent may have more, and would be left out of the round.
        """
        self._set_in(self._wait_s(now), now)

    def _set_in(self, wait_s: float, now: float) -> None:
        self._due = now + max(wait_s, GRAIN_S)
        self._alarm.set(self._due)

    def _wait_s(self, now: float) -> float:
        return max(self.tokens.wait_s(now), self._shut_s(now))


class Sharing(Protocol):
    """An uplink whose outlets take turns."""

    waitlist: Waitlist

    def may_hurry(self, outlet: SharedOutlet) -> bool:
        """Whether something urgent of it need not wait for its turn."""

    def turn(self, outlet: SharedOutlet, rank: int) -> bool:
        """See `IOutlet.turn`; of one that was not called, and may not hurry."""

    def waits(self, outlet: SharedOutlet, rank: int) -> None:
        """See `IOutlet.waits`."""

    def pay(self, outlet: SharedOutlet, count: int, urgent: bool) -> None:
        """See `IOutlet.pay`; ``urgent``: it went sooner because it had called it that."""

    def said(self, count: int) -> None:
        """See `IOutlet.said`."""

    def went(self, outlet: SharedOutlet) -> None:
        """See `IOutlet.went`."""

    def leave(self, outlet: SharedOutlet, peer: bytes | None) -> None:
        """It is gone, or becomes part of another portion."""


@implementer(IOutlet)
class SharedOutlet:
    """The part of one connection whose bytes count."""

    __slots__ = ("_called", "_nudge", "_peer", "_uplink", "_urgent", "portion")

    limited = True

    def __init__(self, uplink: Sharing, nudge: Callable[[], None]) -> None:
        self._uplink = uplink
        self._nudge: Callable[[], None] | None = nudge
        self._called = self._urgent = False
        self._peer: bytes | None = None
        self.portion = uplink.waitlist.portion()
        self.portion.members += 1

    def belong(self, peer: bytes) -> None:
        """See `IOutlet`."""
        rides = self.portion.rides
        self._leave()
        self._peer, self.portion = peer, self._uplink.waitlist.portion(peer)
        self.portion.members += 1
        self.portion.rides = rides

    def rides(self, rides: bool) -> None:
        """See `IOutlet`."""
        self.portion.rides = rides

    def call(self, urgent: bool) -> None:
        """Its turn has come."""
        self._called, self._urgent = True, urgent
        self.nudge()

    def nudge(self) -> None:
        """It may ask again."""
        if self._nudge is not None:
            self._nudge()

    def turn(self, rank: int) -> bool:
        """See `IOutlet`."""
        if rank == 1 and self._uplink.may_hurry(self):
            self._urgent = True
            return True
        return self._called or self._uplink.turn(self, rank)

    def waits(self, rank: int) -> None:
        """See `IOutlet`."""
        if self._nudge is not None:
            self._uplink.waits(self, rank)

    def pay(self, count: int) -> None:
        """See `IOutlet`."""
        urgent, self._called, self._urgent = self._urgent, False, False
        self._uplink.pay(self, count, urgent)

    def said(self, count: int) -> None:
        """See `IOutlet`."""
        self._uplink.said(count)

    def went(self) -> None:
        """See `IOutlet`."""
        if self._nudge is not None:
            self._uplink.went(self)

    def close(self) -> None:
        """See `IOutlet`."""
        if self._nudge is not None:
            self._nudge = None
            self._leave()

    def _leave(self) -> None:
        self.portion.members -= 1
        self._uplink.leave(self, self._peer)
