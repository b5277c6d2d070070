"""What sources are asked for by one download, as far as proofs, credit and memory allow."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from twisted.internet.interfaces import IReactorTime

from p2pstream.content.keys import FileKey
from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT
from p2pstream.interfaces import INode, IStoredStream, IUnitSource
from p2pstream.limits import Limits
from p2pstream.swarm.pages import PagePicker
from p2pstream.swarm.picker import NOW, Pick, Picker, Shelf
from p2pstream.swarm.roster import Roster
from p2pstream.swarm.runs import Runs
from p2pstream.swarm.wanting import Wanting
from p2pstream.transport.alarm import Alarm

__all__ = ["Orders"]


class Orders:
    """Does what the picker says, whenever something happened that it should know.

    :param useless: called with a source that proves nothing, and why.
    :param lying: called with a source, a unit and the fault, when a page was proven wrong.
    """

    def __init__(
        self,
        stream: IStoredStream,
        roster: Roster,
        node: INode,
        useless: Callable[[IUnitSource, str], None],
        lying: Callable[[IUnitSource, int, str], None],
    ) -> None:
        limits: Limits = node.limits
        key: FileKey = stream.key
        self._stream: Any = stream
        #: How many units there are.
        self._every = key.units
        self._roster = roster
        self._clock: IReactorTime = node.reactor
        self._limits = limits
        self.picker = Picker(key.units, stream.units, node.random, limits)
        self._wanting = Wanting(limits)
        self.runs = Runs(key, stream.hasher, limits)
        self._pages = PagePicker(stream, self.fill_all, useless, lying, limits)
        self._settling = Alarm(node.reactor, lambda now: self._moved())
        #: Nothing is asked for by itself while this is set.
        self.paused = True
        #: Those on our network.
        self._local: set[IUnitSource] = set()
        #: Sources that refused something since the last tick.
        self._resting: set[IUnitSource] = set()
        #: Those that would be asked for more if there were memory, who waited longest first.
        self._short: dict[IUnitSource, None] = {}
        self._shrunk = False
        self._ignore: list[Callable[[], None]] = []

    def begin(self) -> None:
        """Ask, from now on, and watch the readers and the store."""
        self.paused = False
        self._ignore = [self._stream.cursors.watch(self._moved), self._stream.watch(self._changed)]
        self._look()

    def end(self) -> None:
        """Ask for nothing more."""
        self.paused = True
        self._settling.set(None)
        for ignore in self._ignore:
            ignore()
        self._ignore = []

    def met(self, source: IUnitSource, local: bool = False) -> None:
        """There is one more; ``local``: on our network."""
        self.picker.join(source, local)
        if local:
            self._local.add(source)
        source.want(*self._wanting.at(self._clock.seconds()))
        self._hedge()
        self.fill(source)

    def left(self, source: IUnitSource) -> None:
        """It is gone."""
        self.picker.leave(source)
        self._pages.forget(source)
        self._short.pop(source, None)
        self._local.discard(source)
        self._resting.discard(source)

    def is_alone_with(self, source: IUnitSource) -> bool:
        """Whether it has a unit that is not here, and that no other source has."""
        units = source.units.without(self.picker.here)
        for other in self._roster.sources:
            if other is not source and units:
                units = units.without(other.units)
        return bool(units)

    def rest(self, source: IUnitSource) -> None:
        """It refuses: asked at once it would refuse at once, as fast as the wire goes."""
        self._resting.add(source)

    def give_back(self, run: memoryview) -> None:
        """There is memory again: for those who waited longest for it, until there is little."""
        self.runs.give_back(run)
        while (source := next(iter(self._short), None)) is not None:
            del self._short[source]
            self.fill(source)
            if source in self._short:
                return

    def sent(self, source: IUnitSource) -> None:
        """It sent something: if it waits for memory, it is asked for more when that is written."""
        if source not in self._short:
            self.fill(source)

    def changed(self, source: IUnitSource) -> None:
        """It has more, or may be asked for more; who owes something is looked at when it comes."""
        if not self.picker.owed(source):
            self.fill(source)

    def fill_all(self) -> None:
        """Ask each for as much as it may be asked for."""
        if self.picker.hurries:
            self._hurry()
        for source in self._roster.sources:
            self._fill(source)

    def fill(self, source: IUnitSource) -> None:
        """Ask a source for as much as it may be asked for, after what must be asked for in time."""
        if self.picker.hurries:
            self._hurry()
        self._fill(source)

    def tick(self) -> None:
        """Time passed."""
        now = self._clock.seconds()
        self._resting.clear()
        if self._shrunk:
            self._shrunk = False
            self._forget()
        self.picker.tick(self._shelves(), now)
        self._look()
        self.fill_all()
        self._hedge()

    def cancel(self, first: int, count: int) -> None:
        """These came: whoever else was asked for them is told."""
        for holder in self.picker.holders(first, count):
            holder.cancel(first, count)

    def _fill(self, source: IUnitSource) -> None:
        while self._is_asked(source):
            memory = self.runs.room(self.picker.outstanding)
            if memory < self._limits.ask_again_units:
                self._short[source] = None
            if memory <= 0:
                return
            shelf, now = self._shelf(source), self._clock.seconds()
            if self._local and source not in self._local:
                local = {each: self._shelf(each) for each in self._local if self._is_asked(each)}
                shelf = self.picker.spare(source, shelf, local, now)
            pick = self.picker.pick(source, shelf, memory, now)
            if pick is None or not self._ask(source, pick):
                return

    def _is_asked(self, source: IUnitSource) -> bool:
        """Whether anything is to be asked of a source now."""
        there = self._roster.address(source) is not None
        return there and not self.paused and source not in self._resting

    def _shelf(self, source: IUnitSource, wanted: Ranges | None = None) -> Shelf:
        """What a source has of what there is room for."""
        units, every = source.units, self._every
        wanted = self._wanted() if wanted is None else wanted
        whole = units.covers(0, every)
        if not wanted.covers(0, every):
            units = wanted if whole else units.common(wanted)
        return Shelf(units, source.room, whole, source.elsewhere)

    def _shelves(self) -> dict[Any, Shelf]:
        wanted = self._wanted()
        return {
            source: self._shelf(source, wanted) for source in self._roster.sources if self._is_asked(source)
        }

    def _wanted(self) -> Ranges:
        """What there is room for; the picker is told."""
        wanted: Ranges = self._stream.wanted
        self.picker.wanted = wanted
        return wanted

    def _hurry(self) -> None:
        room = self.runs.room(self.picker.outstanding)
        if room > 0 and not self.paused:
            self._ask_all(self.picker.hurry(self._shelves(), room, self._clock.seconds()))

    def _hedge(self) -> None:
        room = self.runs.room(self.picker.outstanding)
        if room > 0 and not self.paused:
            self._ask_all(self.picker.hedge(self._shelves(), room, self._clock.seconds()))

    def _ask_all(self, picks: Iterable[tuple[IUnitSource, Pick]]) -> None:
        for source, pick in picks:
            if self._roster.address(source) is not None:
                self._ask(source, pick)

    def _ask(self, source: IUnitSource, pick: Pick) -> bool:
        """Ask for what was picked, as far as proofs allow; whether that was all of it."""
        now = self._clock.seconds()
        count = self._pages.allowed(source, pick.first, pick.count, now, pick.urgency == NOW)
        if self._roster.address(source) is None:
            return False  # it proved useless
        if count < pick.count:
            self.picker.unasked(source, pick.first + count, pick.count - count, now)
        if count:
            within = None if pick.within is None else int(1000 * pick.within)
            source.ask(pick.first, count, pick.urgency, within)
            self._pages.ahead(source, pick.first + count + self._limits.page_hashes // 2, now)
        return count == pick.count

    def _moved(self) -> None:
        """A reader moved, came or went."""
        if self.paused:
            return
        sought = self._look()
        if sought or self.picker.hurries:
            self._hurry()
            self._hedge()

    def _look(self) -> bool:
        """Look where the readers are; whether one of them is elsewhere now."""
        now = self._clock.seconds()
        readers = [(cursor, cursor.position) for cursor in self._stream.cursors]
        screens = [cursor for cursor, _ in readers if cursor.kind == "play"]
        sought = self.picker.look(readers, now, bool(screens), screens)
        if sought:
            for source, first, count in self.picker.strays():
                source.cancel(first, count)
        self._settling.set(self.picker.settles())
        self._tell(now)
        return sought

    def _tell(self, now: float) -> None:
        """Have sources know how urgent it is, who send to others, too."""
        rate, position = self._on_screen()
        if self._wanting.look(rate, position, now):
            for source in self._roster.sources:
                source.want(*self._wanting.at(now))

    def _on_screen(self) -> tuple[float, int]:
        """Of those who watch, whose picture stands still first: how fast, and at which byte."""
        here, least = self.picker.here, None
        for cursor in self._stream.cursors:
            demand = self.picker.demand(cursor)
            if cursor.kind == "play" and demand is not None:
                held = here.first_missing(cursor.position // UNIT) * UNIT - cursor.position
                if least is None or held / demand.rate < least[0]:
                    least = held / demand.rate, demand.rate, cursor.position
        return least[1:] if least is not None else (0.0, 0)

    def _changed(self) -> None:
        self._shrunk = True

    def _forget(self) -> None:
        """Take note of what the store gave up."""
        for start, stop in self.picker.here.without(self._stream.units):
            self.picker.evicted(start, stop - start)
