"""What to ask of whom.  Pure: told what happens and when, it answers with units.

A unit is free, asked for (of one source, of several when that is overdue), being
proven, or here.  Each source is asked for as much as it sends in a moment, earliest
first seen from the nearest reader: so a slow one holds little, and what it holds too
long is asked for again elsewhere, if a reader waits for it or nothing else is left to do.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT
from p2pstream.limits import LIMITS, Limits
from p2pstream.swarm.rates import Rate

__all__ = ["NOW", "SOON", "Pick", "Picker"]

#: How urgent a request is, as on the wire.
NOW, SOON = 0, 2


@dataclass(frozen=True)
class Pick:
    """Consecutive units to ask one source for."""

    first: int
    count: int
    urgency: int


@dataclass
class Outstanding:
    """What one source was asked for and has not answered."""

    #: When each unit was asked for.
    since: dict[int, float] = field(default_factory=dict)
    rate: Rate = field(default_factory=lambda: Rate(2.0))


class Picker:
    """Keeps count of the units of one stream.

    :param units: how many there are.
    :param here: those that need not be fetched.
    """

    def __init__(self, units: int, here: Ranges, limits: Limits = LIMITS) -> None:
        self._units = units
        self._limits = limits
        #: Whatever is not free.
        self._taken = here
        self._here = here
        self._proving = Ranges()
        self._sources: dict[Hashable, Outstanding] = {}

    @property
    def complete(self) -> bool:
        """Whether every unit is here."""
        return self._here.covers(0, self._units)

    @property
    def outstanding(self) -> int:
        """How many units are asked for, a unit asked of two sources twice."""
        return sum(len(asked.since) for asked in self._sources.values())

    def is_here(self, first: int, count: int) -> bool:
        """Whether all of these units are here."""
        return self._here.covers(first, first + count)

    def first_missing(self, position: int) -> int:
        """The first unit from ``position`` on that is not here."""
        return self._here.first_missing(position)

    def join(self, source: Hashable) -> None:
        """There is one more source."""
        self._sources[source] = Outstanding()

    def leave(self, source: Hashable) -> None:
        """A source is gone; what was asked of it alone is free again."""
        asked = self._sources.pop(source, Outstanding())
        self._free(asked.since)

    def pick(
        self, source: Hashable, has: Ranges, room: int, readers: Sequence[int], now: float
    ) -> Pick | None:
        """What to ask ``source`` for next; None when nothing now.

        :param has: the units that it says it has.
        :param room: how many units may be asked of it, by its credit and by our memory.
        :param readers: the units at which readers are; without any, the start counts.
        """
        asked = self._sources[source]
        most = min(room, self._depth(asked, now) - len(asked.since), self._limits.ask_units)
        if most <= 0:
            return None
        near = [
            (first - reader, first)
            for reader in readers
            if (first := self._next_free(reader, has)) is not None
        ]
        distance, first = min(near, default=(self._limits.urgent_units, self._next_free(0, has)))
        left = self._limits.urgent_units - distance
        if first is None or (left <= 0 and self._can_wait(asked, most)):
            return None
        if left <= 0:
            return self._take(asked, first, most, has, SOON, now)
        return self._take(asked, first, min(most, left), has, NOW, now)

    def pick_again(
        self, source: Hashable, has: Ranges, room: int, readers: Sequence[int], now: float
    ) -> Pick | None:
        """What others keep too long: a reader waits for it, or ``source`` has nothing else to do."""
        asked = self._sources[source]
        wanted = [self._here.first_missing(reader) for reader in readers]
        if not asked.since and self._next_free(0, has) is None:
            wanted += sorted({unit for other in self._sources.values() for unit in other.since})
        for first in wanted:
            stop, most = first, first + min(room, self._limits.overdue_units)
            while stop < most and has.covers(stop, stop + 1) and self._is_overdue(asked, stop, now):
                stop += 1
            if stop > first:
                asked.since.update(dict.fromkeys(range(first, stop), now))
                return Pick(first, stop - first, NOW)
        return None

    def owes(self, source: Hashable, now: float) -> float:
        """For how many seconds a source has owed the unit that was asked of it first; 0 when it owes none."""
        return now - min(self._sources[source].since.values(), default=now)

    def fastest(self, now: float) -> list[Any]:
        """All sources, those first that are best asked for what another keeps too long."""
        asked = self._sources
        return sorted(asked, key=lambda source: (-asked[source].rate.at(now), self.owes(source, now)))

    def holders(self, first: int, count: int = 1) -> list[Any]:
        """Who was asked for one of these units and has not answered."""
        units = range(first, first + count)
        return [source for source, asked in self._sources.items() if not asked.since.keys().isdisjoint(units)]

    def arrived(self, source: Hashable, first: int, count: int, now: float) -> None:
        """Units came, and are to be proven."""
        self._answered(source, first, count)
        self._proving = self._proving.add(first, first + count)
        asked = self._sources.get(source)
        if asked is not None:
            asked.rate.add(count * UNIT, now)

    def proven(self, first: int, kept: Sequence[bool]) -> None:
        """Of units that came these are kept; the others are free again."""
        for good, run in groupby(kept):
            stop = first + len(list(run))
            self._proving = self._proving.remove(first, stop)
            if good:
                self._here = self._here.add(first, stop)
                self._taken = self._taken.add(first, stop)
            else:
                self._free(range(first, stop))
            first = stop

    def refused(self, source: Hashable, first: int, count: int) -> None:
        """Units will not come from this source, or were not asked of it after all."""
        self._answered(source, first, count)
        self._free(range(first, first + count))

    def evicted(self, first: int, count: int) -> None:
        """Units that were here are not any more."""
        self._here = self._here.remove(first, first + count)
        self._free(range(first, first + count))

    def _is_overdue(self, asked: Outstanding, unit: int, now: float) -> bool:
        """Whether one more source may be asked for a unit."""
        times = [other.since[unit] for other in self._sources.values() if unit in other.since]
        if not times or unit in asked.since or now - max(times) < self._limits.overdue_s:
            return False
        # Who keeps it keeps it also when another has sent it.
        if self._is_known(unit):
            return False
        # Those who keep it for ever must not keep others from being asked.
        return sum(now - time < self._limits.copy_s for time in times) < self._limits.copies

    def _depth(self, asked: Outstanding, now: float) -> int:
        """How many units a source may owe us: what it sends in a moment, few at first."""
        moment = asked.rate.at(now) * self._limits.ask_ahead_s
        return max(self._limits.ask_first_units, round(moment / UNIT))

    def _can_wait(self, asked: Outstanding, most: int) -> bool:
        """Whether it is better to ask for more units at a time, a little later."""
        return most < self._limits.ask_again_units <= len(asked.since)

    def _next_free(self, position: int, has: Ranges) -> int | None:
        """The first unit from ``position`` on that is free, and that a source has."""
        unit: int | None = position
        while unit is not None:
            free = self._taken.first_missing(unit)
            unit = has.first_present(free)
            if unit == free:
                return unit if unit < self._units else None
        return None

    def _take(self, asked: Outstanding, first: int, most: int, has: Ranges, urgency: int, now: float) -> Pick:
        taken = self._taken.first_present(first)
        ends = (first + most, has.first_missing(first), self._units, self._units if taken is None else taken)
        stop = min(ends)
        self._taken = self._taken.add(first, stop)
        asked.since.update(dict.fromkeys(range(first, stop), now))
        return Pick(first, stop - first, urgency)

    def _answered(self, source: Hashable, first: int, count: int) -> None:
        asked = self._sources.get(source)
        if asked is not None:
            for unit in range(first, first + count):
                asked.since.pop(unit, None)

    def _free(self, units: Iterable[int]) -> None:
        """What nobody else was asked for, and is neither here nor being proven, may be asked for."""
        for unit in units:
            if not self._is_known(unit) and not self.holders(unit):
                self._taken = self._taken.remove(unit, unit + 1)

    def _is_known(self, unit: int) -> bool:
        """Whether it is here, or being proven."""
        return self._here.covers(unit, unit + 1) or self._proving.covers(unit, unit + 1)
