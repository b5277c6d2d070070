"""Room that is had on the disk before what it is for has come, so that it lies in one piece."""

from __future__ import annotations

from collections.abc import Iterator

from p2pstream.content.keys import FileKey
from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT
from p2pstream.limits import Limits

__all__ = ["RoomAhead"]


class RoomAhead:
    """What of one stream there is room for, beyond what is here."""

    def __init__(self, key: FileKey, limits: Limits) -> None:
        self._key = key
        self._limits = limits
        #: Bytes that there was room for before they came.
        self._had = Ranges()

    def next(self, first: int, stop: int) -> tuple[int, int]:
        """What to have room for when units ``[first, stop)`` go on where others end: offset and length.

        The length is 0 where there is room already.
        """
        if self._had.covers(*self._key.span(first, stop)):
            return 0, 0
        start = first * UNIT
        beyond = min(start + self._limits.store_ahead_bytes, self._key.length)
        self._had = self._had.add(start, beyond)
        return start, beyond - start

    def unused(self, here: Ranges) -> Iterator[tuple[int, int]]:
        """Spans of units that there was room for, and that are not here."""
        for start, stop in self._had:
            yield from here.missing(start // UNIT, -(-stop // UNIT))
