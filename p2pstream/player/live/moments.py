"""When what lies where in a broadcast was captured, as far as is known.  Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from operator import itemgetter
from typing import NamedTuple

from p2pstream.content.mpegts import PACKET

__all__ = ["Beginning", "Moments"]


class Beginning(NamedTuple):
    """Where one begins to watch: a byte, and when it was captured, unix ms by the source's clock."""

    position: int
    captured_ms: float


class Moments:
    """Places and times of one broadcast at one moment; between those that are known lies a straight line.

    :param raps: where one may begin, oldest first: byte and time; one at least.  A day has many: they are
        not copied.
    :param start: the oldest byte.
    :param edge: the newest one, and when it was captured.
    """

    def __init__(self, raps: Sequence[tuple[int, int]], start: int, edge: Beginning) -> None:
        self._raps = raps
        first, last = Beginning(*raps[0]), max(edge, Beginning(*raps[-1]))
        lasts, length = last.captured_ms - first.captured_ms, last.position - first.position
        #: Bytes a ms; 0 while unknown.
        self._rate = length / lasts if lasts > 0 else 0.0
        self._edge = last
        self._start = min(start, first.position)
        #: When the oldest byte was captured.
        self.oldest_ms = self.captured(self._start) if self._rate else first.captured_ms
        #: When the newest one was.
        self.newest_ms = last.captured_ms

    def captured(self, position: int) -> float:
        """When a byte was captured."""
        at = bisect_right(self._raps, position, key=itemgetter(0))
        if not at:
            known = Beginning(*self._raps[0])
            return known.captured_ms - (known.position - position) / self._rate if self._rate else known[1]
        before = Beginning(*self._raps[at - 1])
        after = Beginning(*self._raps[at]) if at < len(self._raps) else self._edge
        length = after.position - before.position
        part = (position - before.position) / length if length else 0.0
        return before.captured_ms + part * (after.captured_ms - before.captured_ms)

    def beginning(self, captured_ms: float) -> Beginning:
        """The last place before that time at which one may begin; the oldest if there is none.

        Of the past of which nobody told yet it is judged where that is.
        """
        at = bisect_right(self._raps, captured_ms, key=itemgetter(1))
        if at:
            return Beginning(*self._raps[at - 1])
        first = Beginning(*self._raps[0])
        if not self._rate:
            return first
        back = (first.captured_ms - captured_ms) * self._rate
        # Where nothing better is known one begins at a packet.
        packets = min(int(back) // PACKET + 1, (first.position - self._start) // PACKET)
        position = first.position - packets * PACKET
        return Beginning(position, self.captured(position)) if packets > 0 else first

    def to_join(self, delay_s: float) -> Beginning:
        """Where to begin for the edge: half of the delay is left for what has to come."""
        return self.beginning(max(self.newest_ms - delay_s * 500, self._raps[0][1]))
