"""A set of half-open ranges: have, asked, wanted are all set arithmetic."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate
from operator import sub

__all__ = ["Range", "Ranges", "check_range"]

Range = tuple[int, int]

#: With so many it is not worth while to look first for what two have in common.
_FEW = 8


class Ranges:
    """An immutable set of integers, kept as ascending ranges that never touch.

    Adding at the end, which is what arriving bytes do, costs the same however many
    ranges there are; so does each pair of many that ascend.
    """

    __slots__ = ("_starts", "_stops")

    def __init__(self, pairs: Iterable[Range] = ()) -> None:
        starts: list[int] = []
        stops: list[int] = []
        late: list[Range] = []
        for start, stop in pairs:
            if _empty(start, stop):
                continue
            if stops and start < starts[-1]:
                late.append((start, stop))
            elif stops and start <= stops[-1]:
                stops[-1] = max(stops[-1], stop)
            else:
                starts.append(start)
                stops.append(stop)
        self._starts, self._stops = tuple(starts), tuple(stops)
        for start, stop in late:
            joined = self.add(start, stop)
            self._starts, self._stops = joined._starts, joined._stops

    @classmethod
    def of_edges(cls, starts: Iterable[int], stops: Iterable[int]) -> Ranges:
        """Where each range starts, and where it stops: they ascend and never touch, which nobody looks at."""
        return cls._of(tuple(starts), tuple(stops))

    @classmethod
    def _of(cls, starts: tuple[int, ...], stops: tuple[int, ...]) -> Ranges:
        made = cls.__new__(cls)
        made._starts, made._stops = starts, stops
        return made

    def add(self, start: int, stop: int) -> Ranges:
        """These ranges and ``[start, stop)``; neighbours melt into one."""
        if start >= stop and _empty(start, stop):
            return self
        first = bisect_left(self._stops, start)
        last = bisect_right(self._starts, stop)
        if first < last:
            start = min(start, self._starts[first])
            stop = max(stop, self._stops[last - 1])
        return self._of(
            (*self._starts[:first], start, *self._starts[last:]),
            (*self._stops[:first], stop, *self._stops[last:]),
        )

    def union(self, pairs: Iterable[Range]) -> Ranges:
        """These ranges and those: of many at once, in about the time of reading both."""
        more = list(pairs)
        if not more:
            return self
        if len(more) > len(self):
            return Ranges(sorted((*self, *more)))
        starts, stops = list(self._starts), list(self._stops)
        for start, stop in more:
            if start >= stop and _empty(start, stop):
                continue
            first, last = bisect_left(stops, start), bisect_right(starts, stop)
            if first < last:
                start, stop = min(start, starts[first]), max(stop, stops[last - 1])
            starts[first:last], stops[first:last] = [start], [stop]
        return self._of(tuple(starts), tuple(stops))

    def common(self, others: Ranges) -> Ranges:
        """What is in both: a step for each range of the one that has fewer."""
        few, many = (self, others) if len(self) <= len(others) else (others, self)
        starts, stops = list[int](), list[int]()
        for start, stop in few:
            first, last = bisect_right(many._stops, start), bisect_left(many._starts, stop)
            if first < last:
                begin = len(starts)
                starts += many._starts[first:last]
                stops += many._stops[first:last]
                starts[begin], stops[-1] = max(starts[begin], start), min(stops[-1], stop)
        return self._of(tuple(starts), tuple(stops))

    def without(self, others: Ranges) -> Ranges:
        """What is in here only: of two that are nearly the same, a step for each range that is not."""
        if not self._starts or not others._starts:
            return self
        mine = self
        if len(self._starts) > _FEW and len(others._starts) > _FEW:
            mine = Ranges(sorted(set(self).difference(others)))
            if not mine._starts:
                return mine
        return mine.common(others.missing(mine._starts[0], mine._stops[-1]))

    def remove(self, start: int, stop: int) -> Ranges:
        """These ranges without ``[start, stop)``."""
        if start >= stop and _empty(start, stop):
            return self
        first = bisect_right(self._stops, start)
        last = bisect_left(self._starts, stop)
        if first >= last:
            return self
        left = [(self._starts[first], start)] if self._starts[first] < start else []
        right = [(stop, self._stops[last - 1])] if stop < self._stops[last - 1] else []
        kept = left + right
        return self._of(
            (*self._starts[:first], *(pair[0] for pair in kept), *self._starts[last:]),
            (*self._stops[:first], *(pair[1] for pair in kept), *self._stops[last:]),
        )

    def __contains__(self, number: int) -> bool:
        index = bisect_right(self._starts, number) - 1
        return index >= 0 and number < self._stops[index]

    def covers(self, start: int, stop: int) -> bool:
        """Whether every integer of ``[start, stop)`` is in here."""
        if start >= stop:
            return _empty(start, stop)
        # They never touch, so one of them must have all of it.
        index = bisect_right(self._starts, start) - 1
        return index >= 0 and self._stops[index] >= stop

    def first_missing(self, position: int) -> int:
        """The smallest integer not below ``position`` that is not in here."""
        index = bisect_right(self._starts, position) - 1
        if index >= 0 and position < self._stops[index]:
            return self._stops[index]
        return position

    def first_present(self, position: int) -> int | None:
        """The smallest integer not below ``position`` that is in here; None when there is none."""
        index = bisect_right(self._stops, position)
        return max(position, self._starts[index]) if index < len(self._starts) else None

    def missing(self, start: int, stop: int) -> Ranges:
        """What of ``[start, stop)`` is not in here."""
        if start >= stop and _empty(start, stop):
            return self._of((), ())
        first, last = bisect_right(self._stops, start), bisect_left(self._starts, stop)
        starts, stops = [start, *self._stops[first:last]], [*self._starts[first:last], stop]
        if stops[0] <= starts[0]:
            del starts[0], stops[0]
        if stops and stops[-1] <= starts[-1]:
            del starts[-1], stops[-1]
        return self._of(tuple(starts), tuple(stops))

    def nth(self, number: int) -> int:
        """The integer before which there are so many in here; there must be one."""
        counts: list[int] = list(accumulate(map(sub, self._stops, self._starts)))
        index = bisect_right(counts, number)
        return self._stops[index] - (counts[index] - number)

    def since(self, position: int) -> Ranges:
        """What lies behind ``position``, counted from there."""
        return Ranges((max(0, start - position), stop - position) for start, stop in self if stop > position)

    @property
    def total(self) -> int:
        """How many integers there are."""
        return sum(self._stops) - sum(self._starts)

    def __iter__(self) -> Iterator[Range]:
        return iter(zip(self._starts, self._stops, strict=True))

    def __len__(self) -> int:
        return len(self._starts)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Ranges):
            return NotImplemented
        return (self._starts, self._stops) == (other._starts, other._stops)

    def __hash__(self) -> int:
        return hash((self._starts, self._stops))

    def __repr__(self) -> str:
        return f"Ranges({list(self)})"


def check_range(start: int, stop: int | None, length: int | None) -> None:
    """Raise `ValueError` for a range that cannot be, as far as is known now.

    :param stop: None: up to the end, wherever that is.
    :param length: of all that there is; None: nobody knows.
    """
    last = start if stop is None else stop
    if start < 0 or last < start:
        raise ValueError(f"[{start}, {last}) is no range")
    if length is not None and last > length:
        raise ValueError(f"[{start}, {last}) does not lie within {length} bytes")


def _empty(start: int, stop: int) -> bool:
    if stop < start:
        raise ValueError(f"the range [{start}, {stop}) is reversed")
    return start == stop
