"""One peer asks another: requests that travel, a queue that orders them, units that come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.flows.lines import Pipe
from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT
from p2pstream.protocols.native.giving.queue import Queue, Queued
from p2pstream.protocols.native.messages import NO_DEADLINE, Request
from p2pstream.protocols.native.taking.elsewhere import Elsewhere
from p2pstream.swarm.picker import Pick, Shelf

if TYPE_CHECKING:
    from benchmarks.flows.peer import FlowPeer

__all__ = ["Link"]


class Link:
    """A connection, used in one direction; the sender's `Queue` is the real one.

    :param delay: seconds of a message, one way.
    :ivar units: what the giver has, as far as the taker was told.
    :ivar owed: units that were asked for and not answered.
    :ivar served: whether anything came.
    """

    __slots__ = (
        "_entries", "_events", "_hints", "_limits", "_queue", "_rid", "_watching", "broken", "delay",
        "elsewhere", "giver", "heard", "owed", "rides", "served", "taker", "units", "whole",
    )  # fmt: skip

    def __init__(self, taker: FlowPeer, giver: FlowPeer, delay: float) -> None:
        self.taker = taker
        self.giver = giver
        self.delay = delay
        self._events = taker.crowd.events
        self._limits = taker.crowd.limits
        self._queue = Queue(self._limits)
        self._entries: list[Queued] = []
        self._rid = 0
        #: What the giver knows of who watches: bytes a second, the unit on screen, and when; 0: nobody.
        self._watching = 0, 0, 0.0
        self.broken = self.served = False
        self.rides = not taker.gives
        self.owed = 0
        self.heard = self._events.now
        self.units = Ranges()
        self.whole = False
        #: What the giver says that it gives to others; and what it did not say yet.
        self.elsewhere = Elsewhere(self._limits)
        self._hints = Ranges()

    @property
    def shelf(self) -> Shelf:
        """What there is to be asked for."""
        room = self._limits.native_units - self.owed
        return Shelf(self.units, room, self.whole, self.elsewhere.units)

    # The taker's end.

    def told(self, units: Ranges) -> None:
        """The giver has these."""
        idle = not self.owed
        self.units = units
        self.whole = units.covers(0, self.taker.crowd.units)
        if not self.broken and idle and self.taker.fetch is not None:
            self.taker.fetch.news(self)

    def ask(self, pick: Pick) -> None:
        """Ask for what was picked."""
        self._rid += 1
        self.owed += pick.count
        within = NO_DEADLINE if pick.within is None else int(1000 * pick.within)
        asked = Request(self._rid, pick.first, pick.count, pick.urgency, within)
        self._events.after(self.delay, self._asked, asked)

    def want(self, rate: int, unit: int) -> None:
        """Tell of whoever watches, as `IUnitSource.want`."""
        self._events.after(self.delay, self._watched, rate, unit)

    def cancel(self, first: int, count: int) -> None:
        """These are not wanted any more."""
        self._events.after(self.delay, self._cancelled, first, count)

    def _came(self, unit: int) -> None:
        self.owed -= 1
        self.heard, self.served = self._events.now, True
        if not self.broken and self.taker.fetch is not None:
            self.taker.fetch.arrived(self, unit, not self.giver.pollutes)

    def _refused(self, first: int, count: int) -> None:
        self.owed -= count
        if not self.broken and self.taker.fetch is not None:
            self.taker.fetch.refused(self, first, count)

    # The giver's end; a `Sending`.

    @property
    def rank(self) -> int:
        """See `Sending`."""
        best = self._queue.best()
        return best.rank_at(self._events.now) if best is not None else 0

    def pull(self) -> int | None:
        """See `Sending`."""
        while (entry := self._queue.best()) is not None:
            if entry.deadline > self._events.now:
                first, _ = entry.batch.next(1)
                entry.batch.answer(first, 1)
                return first
            self._reject(entry, 0, 0)
        return None

    def leaves(self, unit: int) -> None:
        """See `Sending`."""
        self._pass(unit, self.taker.crowd.road(self.giver, self.taker))

    def _pass(self, unit: int, road: tuple[Pipe, ...]) -> None:
        """Through one pipe after the other, then the rest of the way."""
        if self.broken or not self.giver.there:
            return
        if road:
            road[0].carry(self._pass, unit, road[1:])
        else:
            self._events.after(self.delay, self._arrives, unit)

    def _arrives(self, unit: int) -> None:
        if not self.broken:
            self.taker.downlink.carry(self._came, unit)

    def _asked(self, asked: Request) -> None:
        if self.broken or not self.giver.gives_to(self):
            return
        entry = self._queue.accept(0, asked, self._events.now, self._due(asked.first))
        self._entries = [each for each in self._entries if each.batch.left]
        self._entries.append(entry)
        self._queue.put(entry)
        self.giver.hands(self, asked.first, asked.first + asked.count)
        self.giver.uplink.wake(self)

    def hint(self, first: int, stop: int) -> None:
        """Others are being given these: the taker is told so, soon."""
        if not self._hints:
            self._events.after(self.taker.crowd.news_s, self._hint)
        self._hints = self._hints.add(first, stop)

    def _hint(self) -> None:
        hints, self._hints = self._hints, Ranges()
        self._events.after(self.delay, self._hinted, hints)

    def _hinted(self, hints: Ranges) -> None:
        self.elsewhere.add(hints, self._events.now)

    def _watched(self, rate: int, unit: int) -> None:
        now = self._events.now
        self._watching = rate, unit, now
        self._queue.rank(0, self._due, now)
        self.giver.uplink.wake(self)

    def _due(self, unit: int) -> float | None:
        """When a unit is on screen, as far as that was told."""
        rate, shown, then = self._watching
        return then + (unit - shown) * UNIT / rate if rate else None

    def _cancelled(self, first: int, count: int) -> None:
        for entry in self._entries:
            self._reject(entry, first, count)

    def _reject(self, entry: Queued, first: int, count: int) -> None:
        for start, number in entry.batch.within(first, count):
            entry.batch.answer(start, number)
            if not self.broken:
                self._events.after(self.delay, self._refused, start, number)
