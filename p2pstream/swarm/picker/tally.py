"""How it stands with every unit of a stream.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from p2pstream.content.ranges import Ranges

__all__ = ["Tally"]


class Tally:
    """A unit is free, taken (asked for, or being proven), or here.

    :param units: how many there are.
    :param here: those that need not be fetched.
    """

    def __init__(self, units: int, here: Ranges) -> None:
        self.units = units
        self.here = here
        self._proving = Ranges()
        #: Whatever is not free.
        self._taken = here
        #: How many times something became free.
        self.freed = 0

    @property
    def complete(self) -> bool:
        """Whether every unit is here."""
        return self.here.covers(0, self.units)

    @property
    def exhausted(self) -> bool:
        """Whether nothing is free."""
        return self._taken.covers(0, self.units)

    def is_known(self, unit: int) -> bool:
        """Whether it is here, or being proven."""
        return self.here.covers(unit, unit + 1) or self._proving.covers(unit, unit + 1)

    def is_free(self, unit: int) -> bool:
        """Whether it may be asked for."""
        return not self._taken.covers(unit, unit + 1)

    def next_free(self, first: int, stop: int, has: Ranges | None = None) -> int | None:
        """The first unit of ``[first, stop)`` that is free and, if that is given, in ``has``."""
        unit: int | None = first
        stop = min(stop, self.units)
        while unit is not None and unit < stop:
            free = self._taken.first_missing(unit)
            unit = free if has is None else has.first_present(free)
            if unit == free:
                return free if free < stop else None
        return None

    def free_until(self, first: int, stop: int, has: Ranges) -> int:
        """How far all are free, and in ``has``, from ``first``, which is; at most to ``stop``."""
        taken = self._taken.first_present(first)
        return min(stop, self.units, has.first_missing(first), self.units if taken is None else taken)

    def take(self, first: int, stop: int) -> None:
        """These are asked for."""
        self._taken = self._taken.add(first, stop)

    def free(self, unit: int) -> None:
        """Nobody is asked for it any more; it is free unless it came meanwhile."""
        if not self.is_known(unit):
            self._taken = self._taken.remove(unit, unit + 1)
            self.freed += 1

    def came(self, first: int, stop: int) -> None:
        """These are being proven."""
        self._proving = self._proving.add(first, stop)
        if not self._taken.covers(first, stop):
            self._taken = self._taken.add(first, stop)

    def proven(self, first: int, kept: Sequence[bool]) -> list[int]:
        """Of units that came these are kept; the others, which may be freed."""
        spoilt: list[int] = []
        for good, run in groupby(kept):
            stop = first + len(list(run))
            self._proving = self._proving.remove(first, stop)
            if good:
                self.here = self.here.add(first, stop)
                if not self._taken.covers(first, stop):
                    self._taken = self._taken.add(first, stop)
            else:
                spoilt.extend(range(first, stop))
            first = stop
        return spoilt

    def lost(self, first: int, stop: int) -> None:
        """Units that were here are not any more."""
        self.here = self.here.remove(first, stop)
