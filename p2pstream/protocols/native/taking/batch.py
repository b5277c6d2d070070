"""The units of one request, and which of them are unanswered.  Pure."""

from __future__ import annotations

__all__ = ["Batch"]


class Batch:
    """Consecutive units, each to be answered exactly once; both ends keep the same.

    One bit a unit: a request has 256 at most, so asking and answering a run is a few
    operations on one small number.

    :ivar left: the unanswered ones, the lowest bit being the first unit.
    """

    __slots__ = ("_count", "_first", "left", "rid")

    def __init__(self, rid: int, first: int, count: int) -> None:
        self.rid = rid
        self._first = first
        self._count = count
        self.left = (1 << count) - 1

    def holds(self, first: int, count: int) -> bool:
        """Whether all of these units are unanswered."""
        offset = first - self._first
        if offset < 0 or count < 1 or offset + count > self._count:
            return False
        mask = ((1 << count) - 1) << offset
        return self.left & mask == mask

    def answer(self, first: int, count: int) -> None:
        """These units are answered; all of them were not before."""
        self.left &= ~(((1 << count) - 1) << first - self._first)

    def next(self, most: int) -> tuple[int, int]:
        """The first unanswered units that are consecutive, ``most`` at most: first and number."""
        return self._first_run(self.left, most)

    def within(self, first: int, count: int) -> list[tuple[int, int]]:
        """The runs of unanswered units among these; of all if ``count`` is 0."""
        left = self.left
        if count:
            low = max(first - self._first, 0)
            high = min(max(first + count - self._first, low), self._count)
            left &= (1 << high) - (1 << low) if low < high else 0
        runs = []
        while left:
            start, length = self._first_run(left, self._count)
            runs.append((start, length))
            left &= ~(((1 << length) - 1) << start - self._first)
        return runs

    def _first_run(self, left: int, most: int) -> tuple[int, int]:
        low = (left & -left).bit_length() - 1
        ones = left >> low
        length = (~ones & ones + 1).bit_length() - 1
        return self._first + low, min(length, most)
