"""What the readers of a stream will need, and when.  Pure."""

from __future__ import annotations

from collections.abc import Container, Hashable, Iterable, Iterator
from math import ceil, exp, inf
from typing import NamedTuple

from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT
from p2pstream.limits import LIMITS, Limits

__all__ = ["Demand", "Demands", "Zone"]


#: So many times as fast as lately a film may go on for a moment, and nobody has sought.
_LEAP = 4


class Zone(NamedTuple):
    """Units before one reader: ``[first, urgent)`` must be in time, ``[urgent, window)`` come next."""

    demand: Demand
    first: int
    urgent: int
    window: int


class Demand:
    """One reader's position, how fast it goes on, and what that means for each unit.

    :ivar fresh: the first unit since it was opened, or since its last seek.
    :ivar shown: it is what is on screen.
    :ivar led: it reads ahead of what is on screen, which says what is urgent.
    """

    __slots__ = (
        "_kept",
        "_limits",
        "_looked",
        "_rate",
        "_seen",
        "_stood",
        "_stood_before",
        "_waits",
        "fresh",
        "led",
        "moved",
        "position",
        "shown",
        "sought",
        "wished",
    )

    def __init__(self, position: int, now: float, limits: Limits) -> None:
        self._limits = limits
        self._looked = now
        self._rate: float = limits.reader_rate
        #: For how many seconds its rate was seen.
        self._seen = 0.0
        #: Whether it has not moved for a while, or never where it is.
        self._stood = True
        #: Whether that was so when it went on last.
        self._stood_before = False
        self.position = self.wished = position
        #: When it went on last.
        self.moved = -inf
        self.fresh = position // UNIT
        #: When it was last sent elsewhere.
        self.sought = -inf
        self.led = self.shown = False
        #: The unit that it waits for, and since when.
        self._waits, self._kept = -1, now

    @property
    def unit(self) -> int:
        """The unit that it is in."""
        return self.position // UNIT

    @property
    def rate(self) -> float:
        """Bytes a second; one that pauses is expected to go on.

        What is on screen goes on evenly: what it did for a while it will do.
        """
        return max(self._rate, self._limits.reader_rate / (8 if self.shown else 2))

    def move(self, position: int, here: Ranges, now: float) -> bool:
        """It is at this byte now; whether that is a seek.

        Nobody has read what is not here: who passes over that has not got there by
        reading.  Seeks that follow each other quickly are served one at a time, the
        newest of them: `wished` is where it wants to be.
        """
        self.wished = position
        unit = position // UNIT
        if (
            self.position <= position
            and here.covers(self.position // UNIT, unit)
            and not self._leaps(position, now)
        ):
            self._read(position, here, now)
            # Of two looks at one moment the second says nothing of a rate, and nothing is to settle.
            self.wished = self.position
            return False
        if not here.covers(unit, unit + 1):
            if now < self.sought + self._limits.seek_settle_s:
                return False
            self.sought = now
        self.position, self.fresh, self._looked = position, unit, now
        self._stood, self._stood_before = True, False
        return True

    def _leaps(self, position: int, now: float) -> bool:
        """Whether what is on screen has sought over what is here: it is further on than it goes by itself."""
        limits = self._limits
        if not self.shown or self._seen < limits.screen_told_s:
            return False
        lasts = (position - self.position) / self.rate
        return lasts > limits.urgent_s + _LEAP * (now - self._looked)

    @property
    def is_known(self) -> bool:
        """Whether its rate was seen, and is not only expected."""
        return self._seen > 0

    def _read(self, position: int, here: Ranges, now: float) -> None:
        spent, moved = now - self._looked, position > self.position
        if self.shown and not moved:
            # It stands still, or nobody told where it is: when it goes on it is as fast as before.
            if spent >= self._limits.screen_told_s:
                self._looked, self._stood = now, True
            return
        stood, again = self.shown and self._stood and spent > 0, self._stood_before
        self._stood = self._stood and not stood
        self._stood_before = stood
        if stood and again:
            # Words of it are rare, and it went on between them.
            spent = now - self.moved
        elif stood:
            # Nobody knows since when: it is as fast as that at least.
            least = (position - self.position) / max(spent, self._limits.screen_told_s)
            self._rate = max(self._rate, least)
            self._looked, self.position, self.moved = now, position, now
            return
        # Who waits for a unit is as fast as the unit comes, and would be faster.
        if spent > 0 and (moved or here.covers(position // UNIT, position // UNIT + 1)):
            rate = (position - self.position) / spent
            left = exp(-spent / self._memory_s(rate))
            self._rate = self._rate * left + rate * (1 - left)
            self._seen += spent
        if spent > 0:
            self._looked = now
            self.position = position
            self.moved = now if moved else self.moved

    def _memory_s(self, rate: float) -> float:
        """Over how long its rate is averaged: that what is on screen goes on faster is believed soon.

        That it goes on more slowly is not: what is asked for early meanwhile is held against a bad time.
        """
        limits = self._limits
        if not self.shown or rate < self._rate:
            return limits.reader_memory_s
        return min(limits.reader_memory_s, limits.screen_told_s / 10 + self._seen)

    def waited(self, here: Ranges, now: float) -> float:
        """For how many seconds it has waited for the unit that it is in."""
        waits = -1 if here.covers(self.unit, self.unit + 1) else self.unit
        if waits != self._waits:
            self._waits, self._kept = waits, now
        return now - self._kept if waits >= 0 else 0.0

    def is_fresh(self, unit: int) -> bool:
        """Whether it is one of the first after it was opened, or after a seek."""
        return self.fresh <= unit < self.fresh + self._limits.fresh_units

    def due(self, unit: int, now: float, margin: float) -> float:
        """When a unit must be here."""
        if self.is_fresh(unit):
            return now
        return now + max(0.0, (unit * UNIT - self.position) / self.rate - margin)


class Demands:
    """All readers of a stream.

    :ivar margin: how long before it is read a unit must be here, in seconds.
    :ivar horizon: what is due within so many seconds is urgent.
    :ivar watched: whether anybody watches, who must not stand still; who only copies may:
        then one unit at a time is urgent, so that those who copy the same can feed each other.
    """

    def __init__(self, units: int, limits: Limits = LIMITS) -> None:
        self._units = units
        self._limits = limits
        self._demands: dict[Hashable, Demand] = {}
        #: Those of them that are what is on screen.
        self.screens: list[Demand] = []
        self.margin = limits.reader_margin_s
        self.horizon = limits.urgent_s
        self.watched = True
        #: Whether a reader has left, and nothing was made of that yet.
        self._left = False

    def __iter__(self) -> Iterator[Demand]:
        return iter(self._demands.values())

    def __bool__(self) -> bool:
        return bool(self._demands)

    def get(self, reader: Hashable) -> Demand | None:
        """That of one reader."""
        return self._demands.get(reader)

    def look(
        self,
        readers: Iterable[tuple[Hashable, int]],
        here: Ranges,
        now: float,
        screens: Container[Hashable] = (),
    ) -> bool:
        """These are all readers, and the bytes where they are; whether one of them has sought.

        :param screens: those of them that are what is on screen.
        """
        before, sought = self._demands, False
        self._demands = {}
        for reader, position in readers:
            demand = before.get(reader)
            if demand is None:
                demand = Demand(position, now, self._limits)
            elif position != demand.position or now > demand._looked:
                sought = demand.move(position, here, now) or sought
            self._demands[reader] = demand
            demand.shown = reader in screens
        self._left = self._left or any(reader not in self._demands for reader in before)
        if self._left and any(not here.covers(each.unit, each.unit + 1) for each in self._demands.values()):
            # Some go elsewhere by leaving and coming back.
            sought, self._left = True, False
        self.screens = [demand for demand in self._demands.values() if demand.shown]
        self._lead(here, now)
        return sought

    def _lead(self, here: Ranges, now: float) -> None:
        """Who reads on from what is on screen has the time until that is there."""
        for demand in self._demands.values():
            # A player's word on what is on screen is an estimate, unless that goes on.
            waits_long = demand.waited(here, now) >= self._limits.led_s
            demand.led = any(
                demand is not screen
                and screen.position <= demand.position
                and here.covers(screen.unit, demand.unit)
                and not (waits_long and now - screen.moved >= self._limits.screen_told_s)
                for screen in self.screens
            )

    def settles(self) -> float | None:
        """When a seek that waits is to be looked at again."""
        waiting = [demand.sought for demand in self._demands.values() if demand.wished != demand.position]
        return min(waiting) + self._limits.seek_settle_s if waiting else None

    def zones(self) -> list[Zone]:
        """What each reader needs."""
        limits, zones = self._limits, []
        for demand in self._demands.values():
            if demand.led:
                continue
            first = min(demand.position // UNIT, self._units)
            soon = ceil((self.horizon + self.margin) * demand.rate / UNIT)
            soon = max(limits.fresh_units, min(soon, limits.urgent_most_units)) if self.watched else 1
            ahead = ceil(limits.window_s * demand.rate / UNIT)
            ahead = max(limits.window_least_units, min(ahead, limits.window_most_units))
            zones.append(Zone(demand, first, min(first + soon, self._units), min(first + ahead, self._units)))
        return zones
