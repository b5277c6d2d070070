"""Whose turn it is to send where nobody set a limit: everybody's, until somebody urgent has to wait."""

from __future__ import annotations

from zope.interface import implementer

from p2pstream.interfaces import IUplink
from p2pstream.limits import LIMITS, Limits
from p2pstream.transport.alarm import Alarm
from p2pstream.transport.turns.doorway import Doorway
from p2pstream.transport.turns.shared import SharedUplink
from p2pstream.transport.turns.throughput import Throughput
from p2pstream.transport.turns.tokens import Changing
from p2pstream.transport.turns.waitlist import SharedOutlet, Waitlist
from p2pstream.transport.vigil import Timers

__all__ = ["UnlimitedUplink"]

#: Bytes a second, and at once: as many as one likes.
_FREELY = 1e15


@implementer(IUplink)
class UnlimitedUplink(SharedUplink):
    """All send as they like, a few pieces at a time, and the network shares out what there is.

    But while what is urgent waits for the kernel, all who are not urgent have together half
    of what went through at best lately: the kernel has then room for the rest.  For a while
    after that they have a little more than all of it: so nothing piles up in the kernel
    again before what is urgent next, and that there is more than was known shows.

    Whoever holds others back pays for what they do not send meanwhile, from what he may call
    urgent: who is slow himself, or calls everything urgent, takes no more from others than that.
    """

    rate = None

    def __init__(self, clock: Timers, limits: Limits = LIMITS) -> None:
        super().__init__(clock, local=False)
        now = clock.seconds()
        self._limits = limits
        self._through = Throughput(
            limits.uplink_look_s, limits.uplink_memory_s, limits.uplink_look_bytes, now
        )
        self._pace, self._urgent = Changing(_FREELY, _FREELY), Changing(0.0, 0.0)
        self._doorway = Doorway(limits)
        self.waitlist = Waitlist(clock, self._pace, self._urgent, limits, self._shut_s)
        #: Those of whom something urgent waits; since when; and when they last paid for that.
        self._pressing: dict[SharedOutlet, None] = {}
        self._since = self._charged = now
        #: What each sent last, and when.
        self._recent: dict[SharedOutlet, tuple[int, float]] = {}
        #: Until when others are held back; None: they are not.
        self._until: float | None = None
        #: What of all that goes through those have together who are held back.
        self._part = 1.0
        self._alarm = Alarm(clock, self._look)
        self._allow(now)

    def may_hurry(self, outlet: SharedOutlet) -> bool:
        """Whether something urgent of it need not wait for its turn."""
        return outlet.portion.may_hurry(self._clock.seconds())

    def waits(self, outlet: SharedOutlet, rank: int) -> None:
        """See `IOutlet`."""
        if (outlet in self._pressing) is (rank == 1):
            return
        now = self._clock.seconds()
        self._charge(now)
        if rank != 1:
            self._pressing.pop(outlet, None)
        elif outlet.portion.may_hurry(now):
            if not self._pressing:
                self._since = now
            self._pressing[outlet] = None
        self._hold(now)

    def pay(self, outlet: SharedOutlet, count: int, urgent: bool) -> None:
        """It has sent so much."""
        now = self._clock.seconds()
        self._counted += count
        # Who sends again has room in the kernel: only now did the last piece leave.
        left, _ = self._recent.get(outlet, (0, now))
        self._through.add(left, now)
        self._recent[outlet] = count, now
        self._allow(now)
        if count:
            self._doorway.begin(outlet, count, urgent)
        # Of what goes while somebody presses, those who press pay for the time.
        paid = urgent and bool(self._pressing)
        self.waitlist.pay(outlet, count, now, self._until is not None and not paid)
        if urgent and not paid:
            outlet.portion.pay(count, now)

    def said(self, count: int) -> None:
        """See `IOutlet`: nobody said how much there is of it."""

    def went(self, outlet: SharedOutlet) -> None:
        """Its last piece is with the kernel."""
        if self._doorway.end(outlet):
            self.waitlist.look(self._clock.seconds())

    def leave(self, outlet: SharedOutlet, peer: bytes | None) -> None:
        """It is gone, or becomes part of another portion."""
        self.waits(outlet, 0)
        if self._doorway.end(outlet):
            self.waitlist.look(self._clock.seconds())
        self._recent.pop(outlet, None)
        self.waitlist.leave(outlet, peer)

    def _look(self, now: float) -> None:
        self._charge(now)
        self._hold(now)

    def _charge(self, now: float) -> None:
        """Have those who hold back others pay for it."""
        self._allow(now)
        limits, pressing = self._limits, list(self._pressing)
        kept = (now - self._charged) * self._rate * (1 - self._part)
        futile = self._is_futile(now)
        for outlet in pressing:
            outlet.portion.pay(int(kept / len(pressing)), now)
            if futile:
                outlet.portion.bar(now + limits.uplink_futile_s)
            if not outlet.portion.may_hurry(now):
                del self._pressing[outlet]
        self._charged = now

    def _allow(self, now: float) -> None:
        """Look what goes through, and how much of it one may call urgent."""
        limits = self._limits
        self._rate = rate = self._through.most(now)
        self._urgent.a_second = max(limits.uplink_urgent, rate * limits.uplink_urgent_part)
        self._urgent.burst = max(limits.uplink_urgent_bytes, self._urgent.a_second * limits.uplink_urgent_s)

    def _is_futile(self, now: float) -> bool:
        """Whether those for whom others wait do not take what these leave: it is not us who are slow."""
        whole = self._through.since - self._since >= self._limits.uplink_try_s
        less = self._through.last < self._rate * self._limits.uplink_futile_part
        return whole and less and self.waitlist.busy

    def _hold(self, now: float) -> None:
        """See whether others are to be held back, and to how much."""
        rate, limits = self._rate, self._limits
        # Before anything is known of what goes through, nobody is.
        if self._pressing and rate:
            if self._until is None:
                self._begin(rate, now)
            self._until = now + limits.uplink_linger_s
        elif self._until is not None and now >= self._until:
            self._until = None
            self._pace.a_second = self._pace.burst = _FREELY
            self.waitlist.release()
        if self._until is not None:
            self.waitlist.tokens.left(now)
            self._part = self._others_part(now) if self._pressing else limits.uplink_eased_part
            self._pace.a_second, self._pace.burst = rate * self._part, rate * limits.uplink_burst_s
        if self._until is not None or self._pressing:
            self._alarm.set(now + limits.uplink_hold_s)

    def _others_part(self, now: float) -> float:
        """What all who are not urgent have together: half, or less where they are fewer than half of all."""
        pressing = {outlet.portion for outlet in self._pressing}
        # Whoever comes has something, too.
        others = max(1, len({outlet.portion for outlet in self._senders(now)} - pressing))
        return min(self._limits.uplink_held_part, others / (others + len(pressing)))

    def _senders(self, now: float) -> set[SharedOutlet]:
        """Who sent something lately."""
        lately = now - self._limits.uplink_linger_s
        return {outlet for outlet, (_, when) in self._recent.items() if when > lately}

    def _shut_s(self, now: float) -> float:
        return self._doorway.wait_s(self._rate, now)

    def _begin(self, rate: float, now: float) -> None:
        """Others wait first for what they have put into the kernel, which is before what is urgent."""
        self._since = now
        senders = len(self._senders(now) - self._pressing.keys())
        before = self._doorway.inside(senders, rate) * self._limits.unsent_bytes
        tokens = self.waitlist.tokens
        tokens.pay(tokens.left(now) + min(before, rate / 2), now)
