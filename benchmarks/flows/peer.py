"""One peer: what it has, whom it asks, whom it gives to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.flows.crew import FlowCrew
from benchmarks.flows.fetch import Fetch
from benchmarks.flows.lines import Pipe, Uplink
from benchmarks.flows.link import Link
from benchmarks.flows.viewer import Habits, Watching
from p2pstream.content.addresses import Address
from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT
from p2pstream.protocols.native.taking.elsewhere import Elsewhere

if TYPE_CHECKING:
    from benchmarks.flows.crowd import Crowd

__all__ = ["FlowPeer", "Line"]


@dataclass(frozen=True)
class Line:
    """How fast a peer sends and is sent, in bytes a second, and where it is.

    :param site: those of one site are near each other.
    """

    up: float
    down: float
    site: int = 0


class FlowPeer:
    """A peer.

    :param whole: it has everything, and asks for nothing.
    """

    def __init__(self, crowd: Crowd, number: int, line: Line, whole: bool = False) -> None:
        self.crowd = crowd
        self.number = number
        self.line = line
        self.site = line.site
        self.address: Address = crowd.address(number, line.site)
        self.id = number.to_bytes(32, "big")
        self.place = (crowd.random.random(), crowd.random.random())
        self.gives, self.pollutes, self.silent = line.up > 0, False, False
        self.uplink = Uplink(crowd.events, line.up or 1.0, crowd.limits)
        self.downlink = Pipe(crowd.events, line.down)
        self.here = Ranges([(0, crowd.units)]) if whole else Ranges()
        self.given: dict[Link, None] = {}
        self.there = True
        self.joined = crowd.events.now
        self.whole_at: float | None = self.joined if whole else None
        self.watching: Watching | None = None
        self.fetch = None if whole else Fetch(self)
        self.crew = FlowCrew(self)
        self._told, self._told_at, self._telling = self.here, crowd.events.now, False
        self._listed = False
        #: What it gave, who has all: whoever comes is told that.
        self._lately = Elsewhere(crowd.limits)

    def watch(self, habits: Habits, position: float = 0.0) -> Watching:
        """Play from there on."""
        self.watching = Watching(self.crowd.units, habits, self.crowd.events.now, position)
        if self.fetch is not None:
            self.fetch.moved()
        return self.watching

    def seek(self, position: float) -> None:
        """Play from there on instead."""
        if self.watching is not None and self.fetch is not None:
            now = self.crowd.events.now
            self.watching.seek(position, now)
            self.watching.look(self.here, now)
            self.fetch.moved()

    @property
    def readers(self) -> list[tuple[str, int]]:
        """What is on screen, and where it reads."""
        watching = self.watching
        if watching is None or watching.ended is not None:
            return []
        return [("play", watching.on_screen), ("read", watching.position)]

    def look(self) -> None:
        """See what has become of the picture."""
        if self.watching is not None:
            self.watching.look(self.here, self.crowd.events.now)

    def gained(self, unit: int) -> None:
        """A unit is here now."""
        assert self.fetch is not None, "it fetches"
        self.here = self.fetch.picker.here
        if self.watching is not None and unit * UNIT <= self.watching.read < (unit + 1) * UNIT:
            self.look()
        now = self.crowd.events.now
        if self.fetch.picker.complete:
            self.whole_at = now
            self.look()
            self.crew.close()
            self.crowd.finished()
        if not self._telling:
            self._telling = True
            self.crowd.events.at(self._told_at + self.crowd.news_s, self._tell)
        if not self._listed:
            self._listed = True
            self.crowd.events.after(self.crowd.limits.upload_after_s, self.list)

    def list(self) -> None:
        """Tell the central what is here, now and again."""
        if self.there and self.gives and self.here:
            self.crowd.list(self)
            self.crowd.events.after(self.crowd.renew_s, self.list)

    def accept(self, link: Link) -> None:
        """Somebody is connected, and is told what is here."""
        self.given[link] = None
        self.crowd.events.after(link.delay, link.told, self._told)
        self._lately.add((), self.crowd.events.now)
        for start, stop in self._lately.units:
            link.hint(start, stop)

    def gives_to(self, link: Link) -> bool:
        """Whether it means to send anything."""
        return self.there and self.gives and not self.silent

    def hands(self, link: Link, first: int, stop: int) -> None:
        """One who has all says to the others what it gives to one."""
        if self.fetch is None:
            self._lately.add([(first, stop)], self.crowd.events.now)
            for other in self.given:
                if other is not link and not other.broken:
                    other.hint(first, stop)

    def convict(self, link: Link) -> None:
        """It lied."""
        self.crew.ban(link)

    def leave(self) -> None:
        """It is not there any more."""
        self.there = False
        self.crew.close()
        if self.watching is not None:
            self.watching.settle(self.crowd.events.now)

    def come_back(self) -> None:
        """It is there again, with what it had."""
        self.there = True

    def _tell(self) -> None:
        self._telling = False
        self._told, self._told_at = self.here, self.crowd.events.now
        if self.there:
            for link in self.given:
                self.crowd.events.after(link.delay, link.told, self._told)
            self.crew.tell()
