"""Pickers for tests: of sources that have all, with room for all, unless a test says otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from random import Random
from typing import Any

from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT
from p2pstream.limits import LIMITS, Limits
from p2pstream.swarm.picker import Pick, Picker, Shelf

__all__ = ["ROOMY", "PickerCase", "spread"]

#: Sources are asked for something at once: what comes of it is seen sooner.
ROOMY = replace(LIMITS, ask_first_units=4, ask_watched_units=4, ask_opening_units=4000)


def spread(pick: Pick | None) -> set[int]:
    """The units of a pick."""
    return set(range(pick.first, pick.first + pick.count)) if pick else set()


class PickerCase:
    """One picker, its sources and its readers, on a clock that a test sets.

    :ivar has: what each source has.
    """

    def __init__(
        self, units: int = 1000, sources: Iterable[str] = "ab", limits: Limits = ROOMY, seed: int = 7
    ) -> None:
        self.units = units
        self.picker = Picker(units, Ranges(), Random(seed), limits)
        self.now = 0.0
        self.has: dict[Any, Ranges] = {}
        self.room: dict[Any, int] = {}
        self.readers: dict[str, int] = {}
        #: What each was asked for and has not answered, in that order.
        self.owed: dict[Any, list[int]] = {}
        for source in sources:
            self.join(source)
        # What a first tick does that is not of time.
        self.picker._spread.look(self.shelves)

    def join(self, source: Any, has: Ranges | None = None, local: bool = False) -> None:
        """One more, who has all."""
        self.picker.join(source, local)
        self.has[source] = Ranges([(0, self.units)]) if has is None else has
        self.room[source] = 256
        self.owed[source] = []

    def shelf(self, source: Any) -> Shelf:
        """What one offers."""
        has, wanted = self.has[source], self.picker.wanted
        whole = has.covers(0, self.units)
        return Shelf(has if wanted.covers(0, self.units) else has.common(wanted), self.room[source], whole)

    @property
    def shelves(self) -> dict[Any, Shelf]:
        """What all offer."""
        return {source: self.shelf(source) for source in self.has}

    def read(self, unit: int, reader: str = "reader") -> bool:
        """A reader is at a unit; whether that was a seek."""
        self.readers[reader] = unit * UNIT
        return self.look()

    def look(self) -> bool:
        """Look at the readers where they are."""
        return self.picker.look(list(self.readers.items()), self.now)

    def hurry(self, room: int = 256) -> list[tuple[Any, Pick]]:
        """What must be asked for in time."""
        return self._note(self.picker.hurry(self.shelves, room, self.now))

    def hedge(self, room: int = 256) -> list[tuple[Any, Pick]]:
        """What is asked for once more."""
        return self._note(self.picker.hedge(self.shelves, room, self.now))

    def pick(self, source: Any, room: int = 256) -> Pick | None:
        """What one is asked for beside that."""
        pick = self.picker.pick(source, self.shelf(source), room, self.now)
        self._note([(source, pick)] if pick else [])
        return pick

    def _note(self, picks: list[tuple[Any, Pick]]) -> list[tuple[Any, Pick]]:
        for source, pick in picks:
            self.owed[source] += range(pick.first, pick.first + pick.count)
            self.room[source] -= pick.count
        return picks

    def pass_time(self, seconds: float) -> None:
        """Time passes, and the picker is told, as often as it is in life."""
        end = self.now + seconds
        while self.now < end:
            self.now = min(self.now + LIMITS.picker_tick_s, end)
            self.picker.tick(self.shelves, self.now)
            self.look()

    def send(self, source: Any, first: int, count: int = 1) -> None:
        """A source sends units, which are right; others are told that they came."""
        self._answered(source, first, count)
        self.picker.arrived(source, first, count, self.now)
        self.picker.proven(first, [True] * count)

    def refuse(self, source: Any, first: int, count: int = 1) -> bool:
        """A source refuses units; whether we had taken them back."""
        self._answered(source, first, count)
        return self.picker.refused(source, first, count, self.now)

    def _answered(self, source: Any, first: int, count: int) -> None:
        for unit in range(first, first + count):
            self.owed[source].remove(unit)
        self.room[source] += count

    def steady(self, source: Any, count: int, each: float) -> None:
        """A source sends units for a while, one each so many seconds, and owes nothing then."""
        for _ in range(count):
            if not self.owed[source]:
                self.pick(source)
            self.now += each
            self.send(source, self.owed[source][0])
        while self.owed[source]:
            self.refuse(source, self.owed[source][0])
