"""Broadcasts in memory: neighbours without links, over uplinks that take their time, on one clock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from zope.interface import implementer

from p2pstream.interfaces import ILiveNeighbour, ILiveParty
from p2pstream.limits import LIMITS, Limits
from p2pstream.protocols.native.live.leaf_queue import LeafQueue

__all__ = ["DirectNeighbour", "LeafUplink", "introduce"]


class LeafUplink:
    """What one node sends leaves over, one after another, for all its neighbours in turn.

    :param rate: bytes a second.
    """

    def __init__(self, clock: Any, rate: float) -> None:
        self._clock = clock
        self._rate = rate
        self._senders: list[DirectNeighbour] = []
        self._busy = False
        #: Bytes that it sent.
        self.sent = 0

    def join(self, sender: DirectNeighbour) -> None:
        """One more neighbour."""
        self._senders.append(sender)

    def leave(self, sender: DirectNeighbour) -> None:
        """One is gone."""
        if sender in self._senders:
            self._senders.remove(sender)

    def wake(self) -> None:
        """There may be something to send."""
        if not self._busy:
            self._next()

    def _next(self) -> None:
        self._busy = False
        for at, sender in enumerate(self._senders):
            content = sender.pull()
            if content is not None:
                self._senders = self._senders[at + 1 :] + self._senders[: at + 1]
                self._busy = True
                self.sent += len(content[1])
                self._clock.callLater(len(content[1]) / self._rate, self._sent, sender, *content)
                return

    def _sent(self, sender: DirectNeighbour, number: int, content: bytes) -> None:
        sender.deliver("came", number, content)
        self._next()


@implementer(ILiveNeighbour)
class DirectNeighbour:
    """What one party knows of another: whatever is said is heard there a little later.

    :param ours: who has it as a neighbour.
    :param theirs: who it is.
    :param way_s: how long everything takes.
    :ivar spoil: changes the bytes of leaves on their way there; for parties that lie.
    """

    def __init__(
        self,
        clock: Any,
        ours: ILiveParty,
        theirs: ILiveParty,
        uplink: LeafUplink,
        way_s: float,
        limits: Limits,
    ) -> None:
        self.address = "memory"
        self.id = b""
        self.preferred = True
        self.uplink = theirs.uplink
        self.oldest = theirs.oldest
        self.other: DirectNeighbour | None = None
        self.spoil: Callable[[bytes], bytes] = bytes
        self._clock = clock
        self._ours = ours
        self._theirs = theirs
        self._out = uplink
        self._way_s = way_s
        self._queue = LeafQueue(limits)
        self._open = True
        uplink.join(self)

    def tell_slice(self, head: bytes, leaves: bytes) -> None:
        """See `ILiveNeighbour`."""
        self.deliver("heard_slice", head, leaves)

    def subscribe(self, mask: int) -> None:
        """See `ILiveNeighbour`."""
        self.deliver("subscribed", mask)

    def give(self, mask: int) -> None:
        """See `ILiveNeighbour`."""
        self.deliver("given", mask)

    def unsubscribe(self, mask: int) -> None:
        """See `ILiveNeighbour`."""
        self.deliver("unsubscribed", mask)

    def tell_leaves(self, mode: int, ranges: Sequence[tuple[int, int]]) -> None:
        """See `ILiveNeighbour`."""
        self.deliver("told_leaves", mode, tuple(ranges))

    def ask(self, number: int, within_ms: int) -> None:
        """See `ILiveNeighbour`."""
        self.deliver("asked", number, within_ms)

    def cancel(self, number: int) -> None:
        """See `ILiveNeighbour`."""
        if self.other is not None:
            self._clock.callLater(self._way_s, self.other.withdraw, number)

    def push(self, number: int) -> None:
        """See `ILiveNeighbour`."""
        self._queue.push(number)
        self._out.wake()

    def serve(self, number: int, within_ms: int) -> None:
        """See `ILiveNeighbour`."""
        self._queue.ask(number, self._clock.seconds() + within_ms / 1000)
        self._out.wake()

    def withdraw(self, number: int) -> None:
        """See `ILiveNeighbour`."""
        self._queue.withdraw(number)

    def turn_down(self, number: int, busy: bool) -> None:
        """See `ILiveNeighbour`."""
        self.deliver("turned_down", number, busy)

    def ask_slices(self, first: int, count: int) -> None:
        """See `ILiveNeighbour`."""
        self.deliver("asked_slices", first, count)

    def end_slices(self, first: int, code: int) -> None:
        """See `ILiveNeighbour`."""
        self.deliver("ended_slices", first, code)

    def leave(self, code: int) -> None:
        """See `ILiveNeighbour`."""
        if self._open:
            self._end()
            if self.other is not None:
                self._clock.callLater(self._way_s, self.other.lost, code)

    def lost(self, code: int) -> None:
        """The other end is gone: our side hears of it."""
        if self._open:
            self._end()
            self._ours.lost(self, code)

    def pull(self) -> tuple[int, bytes] | None:
        """The next leaf that is to be sent there."""
        while (found := self._queue.next(self._clock.seconds())) is not None:
            number, of_use = found
            content = self._ours.leaf(number) if of_use else None
            if content is not None:
                return number, self.spoil(content)
            self.turn_down(number, not of_use)
        return None

    def deliver(self, what: str, *said: Any) -> None:
        """Say something to the other end."""
        if self._open:
            self._clock.callLater(self._way_s, self._hear, what, *said)

    def _hear(self, what: str, *said: Any) -> None:
        other = self.other
        if other is not None and other._open:
            getattr(self._theirs, what)(other, *said)

    def _end(self) -> None:
        self._open = False
        self._out.leave(self)


def introduce(
    clock: Any,
    one: ILiveParty,
    other: ILiveParty,
    uplinks: tuple[LeafUplink, LeafUplink],
    way_s: float = 0.02,
    limits: Limits = LIMITS,
) -> tuple[DirectNeighbour, DirectNeighbour]:
    """Make two neighbours of each other; the first is what ``one`` knows of ``other``."""
    there = DirectNeighbour(clock, one, other, uplinks[0], way_s, limits)
    back = DirectNeighbour(clock, other, one, uplinks[1], way_s, limits)
    there.other, back.other = back, there
    one.met(there)
    other.met(back)
    return there, back
