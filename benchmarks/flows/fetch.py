"""Drives the real picker, as `p2pstream.swarm.orders` and `p2pstream.swarm.proven` do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from benchmarks.flows.link import Link
from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT
from p2pstream.swarm.picker import Pick, Picker, Shelf
from p2pstream.swarm.wanting import Wanting

if TYPE_CHECKING:
    from benchmarks.flows.peer import FlowPeer

__all__ = ["Fetch"]


class Fetch:
    """What one peer asks of whom.

    Units that come are proven at once.

    :ivar wasted: units that came and were here, ``spoilt`` those that were not what they should be.
    """

    def __init__(self, peer: FlowPeer) -> None:
        crowd = peer.crowd
        self._peer = peer
        self._limits = crowd.limits
        self._events = crowd.events
        self.picker = Picker(crowd.units, Ranges(), crowd.random, crowd.limits)
        self._wanting = Wanting(crowd.limits)
        self.links: dict[Link, None] = {}
        self.over = False
        self.wasted = self.spoilt = 0
        self._resting: set[Link] = set()
        self._settles: float | None = None
        self._events.after(crowd.random.uniform(0, crowd.tick_s), self._tick)

    def close(self) -> None:
        """Ask for nothing more."""
        self.over = True

    def met(self, link: Link) -> None:
        """There is one more."""
        self.links[link] = None
        self._look()
        self.picker.join(link)
        link.want(*self._wanting.at(self._events.now))
        self._hedge()
        self.fill(link)

    def left(self, link: Link) -> None:
        """It is gone."""
        if self.links.pop(link, self) is None:
            self.picker.leave(link)
            self._resting.discard(link)
            self._fill_all()

    def news(self, link: Link) -> None:
        """It has something more, and owes nothing."""
        if link in self.links:
            self.fill(link)

    def arrived(self, link: Link, unit: int, good: bool) -> None:
        """A unit came."""
        picker, now = self.picker, self._events.now
        if self.over or link not in self.links:
            return
        if picker.is_here(unit, 1):
            picker.unwanted(link, unit, 1, now)
            self.wasted += 1
        else:
            picker.arrived(link, unit, 1, now)
            picker.proven(unit, [good])
            for holder in picker.holders(unit) if good else ():
                holder.cancel(unit, 1)
            if not good:
                self.spoilt += 1
                self._peer.convict(link)
                return
            self._peer.gained(unit)
        self.fill(link)

    def refused(self, link: Link, first: int, count: int) -> None:
        """Units will not come from there."""
        if self.over or link not in self.links:
            return
        if self.picker.refused(link, first, count, self._events.now):
            self.fill(link)
        else:
            self._resting.add(link)

    def moved(self) -> None:
        """A reader moved."""
        self._look()
        if self.picker.hurries:
            self._hurry()
            self._hedge()

    def fill(self, link: Link) -> None:
        """Ask one for as much as it may be asked for, after what must be asked for in time."""
        if self.over:
            return
        if self.picker.hurries:
            self._hurry()
        self._fill(link)

    def _fill(self, link: Link) -> None:
        while link in self.links and link not in self._resting:
            pick = self.picker.pick(link, link.shelf, self._room, self._events.now)
            if pick is None:
                return
            link.ask(pick)

    def _fill_all(self) -> None:
        if self.over:
            return
        if self.picker.hurries:
            self._hurry()
        for link in list(self.links):
            self._fill(link)

    def _tick(self) -> None:
        peer = self._peer
        peer.look()
        if self.over and (not peer.there or not peer.readers):
            return
        self._events.after(peer.crowd.tick_s, self._tick)
        if self.over:
            return  # all is here, and somebody still watches
        peer.crew.look()
        self._resting.clear()
        self.picker.tick(self._shelves(), self._events.now)
        self._look()
        self._fill_all()
        self._hedge()

    def _look(self) -> None:
        now = self._events.now
        if self.picker.look(self._peer.readers, now, screens=("play",)):
            for link, first, count in self.picker.strays():
                link.cancel(first, count)
        settles = self.picker.settles()
        if settles is not None and settles != self._settles:
            self._events.at(settles, self.moved)
        self._settles = settles
        self._tell(now)

    def _tell(self, now: float) -> None:
        """Have those who give know what is on screen here."""
        watching, demand = self._peer.watching, self.picker.demand("play")
        rate, shown = (demand.rate, watching.shown) if watching and demand else (0.0, 0.0)
        if self._wanting.look(rate, int(shown), now):
            for link in self.links:
                link.want(*self._wanting.at(now))

    @property
    def _room(self) -> int:
        return self._limits.ask_bytes // UNIT - self.picker.outstanding

    def _shelves(self) -> dict[Any, Shelf]:
        return {link: link.shelf for link in self.links if link not in self._resting}

    def _hurry(self) -> None:
        room = self._room
        if room > 0 and not self.over:
            self._ask_all(self.picker.hurry(self._shelves(), room, self._events.now))

    def _hedge(self) -> None:
        room = self._room
        if room > 0 and not self.over:
            self._ask_all(self.picker.hedge(self._shelves(), room, self._events.now))

    def _ask_all(self, picks: Iterable[tuple[Link, Pick]]) -> None:
        for link, pick in picks:
            link.ask(pick)
