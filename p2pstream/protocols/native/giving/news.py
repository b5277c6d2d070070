"""What the other end has been told of the units that are here.  Pure."""

from __future__ import annotations

from collections.abc import Iterator

from p2pstream.content.ranges import Range, Ranges
from p2pstream.limits import LIMITS, Limits
from p2pstream.protocols.native.messages import Have, HaveMode

__all__ = ["News", "counted"]


class News:
    """Says what is new, in as few messages as will do.

    :param units: how many the stream has.
    """

    def __init__(self, units: int, limits: Limits = LIMITS) -> None:
        self._all = units
        self._limits = limits
        self._said = Ranges()

    def news(self, units: Ranges) -> Iterator[Have]:
        """The messages after which the other end knows that just these are here."""
        said, self._said = self._said, units
        if units == said:
            return
        if units.covers(0, self._all):
            yield Have(HaveMode.ALL)
            return
        new, gone = units.without(said), Ranges()
        if units.total - new.total < said.total:
            gone = said.without(units)
        added, removed = list(new), list(gone)
        if len(added) + len(removed) > self._limits.native_have_ranges:
            yield from self._bitmaps(units, added, removed)
            return
        if removed:
            yield Have(HaveMode.REMOVE, counted(removed))
        if added:
            yield Have(HaveMode.ADD, counted(added))

    def _bitmaps(self, units: Ranges, *changes: list[Range]) -> Iterator[Have]:
        """Bitmaps of all parts of the stream in which something changed."""
        most = self._limits.native_have_bits
        parts = {
            part
            for change in changes
            for pair in change
            for part in range(pair[0] // most, -(-pair[1] // most))
        }
        for part in sorted(parts):
            base, end = part * most, min((part + 1) * most, self._all)
            # The lowest bit of a number is the last unit, so each range is turned around.
            number = 0
            for start, stop in units:
                if start < end and stop > base:
                    low, high = max(start, base), min(stop, end)
                    number |= (1 << high - low) - 1 << end - high
            size = -(-(end - base) // 8)
            bitmap = (number << 8 * size - (end - base)).to_bytes(size, "big")
            yield Have(HaveMode.BITMAP, (), base, end - base, bitmap)


def counted(ranges: list[Range]) -> tuple[Range, ...]:
    """As `Have` wants them: the first, and how many."""
    return tuple((start, stop - start) for start, stop in ranges)
