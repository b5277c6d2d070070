"""Rows of whole numbers, so small that those of a day are nothing beside a program.  Pure."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from typing import Any, TypeVar, cast, overload

__all__ = ["NumberRows"]

_Row = TypeVar("_Row", bound=tuple[int, ...])


class NumberRows(Sequence[_Row]):
    """They ascend by their first numbers, of which each is there once; a number takes eight bytes.

    :param width: how many numbers a row has, each from 0 to 2^64 - 1.
    :param most: rows; of more the first is forgotten.
    """

    def __init__(self, width: int, most: int) -> None:
        self._columns = [array("Q") for _ in range(width)]
        self._most = most

    def __len__(self) -> int:
        return len(self._columns[0])

    @overload
    def __getitem__(self, place: int) -> _Row: ...

    @overload
    def __getitem__(self, place: slice) -> list[_Row]: ...

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return list(zip(*(column[place] for column in self._columns), strict=True))
        return cast(_Row, tuple([column[place] for column in self._columns]))

    def __repr__(self) -> str:
        return f"<{len(self)} rows>"

    def column(self, number: int) -> Sequence[int]:
        """All numbers at that place of a row; not to be changed."""
        return self._columns[number]

    def put(self, row: _Row) -> None:
        """One more, in its place, the last one as a rule; what is known of its first number stays."""
        firsts = self._columns[0]
        place = bisect_left(firsts, row[0]) if firsts and firsts[-1] >= row[0] else len(firsts)
        if place < len(firsts) and firsts[place] == row[0]:
            return
        for column, number in zip(self._columns, row, strict=True):
            column.insert(place, number)
        if len(firsts) > self._most:
            self._drop(len(firsts) - self._most)

    def forget(self, first: int) -> None:
        """Those before that number are of no use any more."""
        self._drop(bisect_left(self._columns[0], first))

    def _drop(self, count: int) -> None:
        for column in self._columns if count else ():
            del column[:count]
