"""The segments of a broadcast, as far as they are known here."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable

from p2pstream.content.hls.starts import SegmentStart
from p2pstream.content.number_rows import NumberRows
from p2pstream.limits import LIMITS, Limits
from p2pstream.values import value

__all__ = ["MediaSegment", "Segments"]


@value
class MediaSegment:
    """One of them; equal at every peer but for where its bytes lie."""

    epoch: int
    number: int
    breaks: int
    #: Where its bytes are.
    start: int
    stop: int
    #: The source's clock when its slice began; unix ms.
    captured_ms: int
    lasted_ms: int

    @property
    def name(self) -> str:
        """What it is called, for ever."""
        return f"{self.epoch}-{self.number}.ts"


#: Where one begins: position, epoch, unix ms, and the numbers of its `SegmentStart`.
_Begun = tuple[int, int, int, int, int, int, int]
_POSITION, _EPOCH, _CAPTURED, _NUMBER = 0, 1, 2, 4
_NAME = re.compile(r"(\d{1,10})-(\d{1,10})\.ts", re.ASCII)


class Segments:
    """Put together from where they begin; those come in any order, and the oldest are forgotten."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._listed = limits.live_listed_segments
        self._longest_ms = round(limits.live_segment_most_s * 1000)
        self._begun: NumberRows[_Begun] = NumberRows(7, limits.live_segments)
        self._end: tuple[int, int, int] | None = None

    @property
    def ended(self) -> bool:
        """Whether no more will follow."""
        return self._end is not None

    @property
    def newest(self) -> SegmentStart | None:
        """Where the last one begins; None: none was begun."""
        return SegmentStart(*self._begun[-1][3:]) if self._begun else None

    def lasting(self, until_ms: int) -> int | None:
        """How long the last one is if that is when it ended; unix ms.  None: none was begun."""
        return self._lasting(self._begun[-1][_CAPTURED], until_ms) if self._begun else None

    def add(self, position: int, epoch: int, captured_ms: int, start: SegmentStart) -> None:
        """One begins at that byte."""
        numbers = start.byte, start.number, start.breaks, start.lasted_ms
        self._begun.put((position, epoch, captured_ms, *numbers))

    def end(self, position: int, epoch: int, captured_ms: int) -> None:
        """The last one ends there, and with it the broadcast."""
        self._end = self._end or (position, epoch, captured_ms)

    def forget(self, position: int) -> None:
        """Those that begin before it are not to be had any more."""
        self._begun.forget(position)

    def entry(self, is_here: Callable[[int, int], bool]) -> int | None:
        """Where somebody begins who wants the newest: the last place of which something is here."""
        places = reversed(self._begun.column(_POSITION))
        return next((each for each in places if is_here(each, each + 1)), None)

    def after(self, position: int) -> int:
        """How many begin behind that byte."""
        return len(self._begun) - bisect_right(self._begun.column(_POSITION), position)

    def find(self, name: str) -> MediaSegment | None:
        """The one of that name, if it is known where it begins and ends."""
        told = _NAME.fullmatch(name)
        if told is None:
            return None
        epoch, number = int(told[1]), int(told[2])
        # Both ascend: a day has too many to look at each.
        epochs, numbers = self._begun.column(_EPOCH), self._begun.column(_NUMBER)
        first, stop = bisect_left(epochs, epoch), bisect_right(epochs, epoch)
        place = bisect_left(numbers, number, first, stop)
        found = self._at(place) if place < stop else None
        return found if found is not None and found.name == name else None

    def row(self, is_here: Callable[[int, int], bool]) -> list[MediaSegment]:
        """Those that players are told of: the newest that follow each other and are here, the oldest first.

        :param is_here: whether nothing of ``[start, stop)`` is still to come.
        """
        found: list[MediaSegment] = []
        for place in range(len(self._begun) - 1, -1, -1):
            one = self._at(place)
            follows = not found or (one is not None and one.stop == found[-1].start)
            if one is None or not follows or not is_here(one.start, one.stop):
                if found:
                    break
                continue
            found.append(one)
            if len(found) == self._listed:
                break
        found.reverse()
        return found

    def _at(self, place: int) -> MediaSegment | None:
        """The one that begins there, if what comes next is where it ends."""
        position, epoch, captured_ms, _, number, breaks, _ = self._begun[place]
        if place + 1 < len(self._begun):
            stop, next_epoch, _, _, next_number, _, lasted_ms = self._begun[place + 1]
            follows = next_number == number + 1
        elif self._end is not None:
            (stop, next_epoch, ended_ms), follows = self._end, True
            lasted_ms = self._lasting(captured_ms, ended_ms)
        else:
            return None
        if not follows or epoch != next_epoch:
            return None
        return MediaSegment(epoch, number, breaks, position, stop, captured_ms, lasted_ms)

    def _lasting(self, captured_ms: int, until_ms: int) -> int:
        return min(max(until_ms - captured_ms, 1), self._longest_ms)
