"""Which units the other end says it has.  Pure."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

from p2pstream.content.ranges import Ranges
from p2pstream.limits import LIMITS, Limits
from p2pstream.protocols.native.bodies.body import impossible
from p2pstream.protocols.native.messages import Have, HaveMode

__all__ = ["HaveMap", "cost"]

_ONES = re.compile("1+")


def cost(said: Have) -> float:
    """How many messages this one counts as: what is long takes long to take in."""
    return 1 + len(said.ranges) / 256 + said.bits / 8192


class HaveMap:
    """A set of units that a stranger writes: bounded, and cheap to change in place.

    With more ranges than it may remember it forgets the smallest: what it says is there
    is what the other end said.

    :param units: how many the stream has.
    """

    def __init__(self, units: int, limits: Limits = LIMITS) -> None:
        self._all = units
        self._most = limits.native_map_ranges
        self._starts: list[int] = []
        self._stops: list[int] = []
        self._value: Ranges | None = Ranges()

    @property
    def units(self) -> Ranges:
        """The units, as a value."""
        if self._value is None:
            self._value = Ranges.of_edges(self._starts, self._stops)
        return self._value

    def take(self, said: Have) -> None:
        """Change it as the other end says.

        :raises PeerError: it says that it has units that do not exist.
        """
        end = sum(said.ranges[-1]) if said.ranges else said.base + said.bits
        if end > self._all:
            raise impossible(f"Have: there is no unit {end - 1} among {self._all}")
        if said.mode is HaveMode.SOON:
            return
        self._value = None
        self._change(said)
        if len(self._starts) > self._most:
            self._forget()

    def _change(self, said: Have) -> None:
        mode = said.mode
        if mode is HaveMode.REMOVE:
            for first, count in said.ranges:
                self._remove(first, first + count)
            return
        if mode is HaveMode.BITMAP:
            self._remove(said.base, said.base + said.bits)
            self._insert(said.base, _set_bits(said))
            return
        if mode is not HaveMode.ADD:
            self._starts, self._stops = [], []
        for first, count in [(0, self._all)] if mode is HaveMode.ALL and self._all else said.ranges:
            self._add(first, first + count)

    def _add(self, start: int, stop: int) -> None:
        first, last = bisect_left(self._stops, start), bisect_right(self._starts, stop)
        if first < last:
            start, stop = min(start, self._starts[first]), max(stop, self._stops[last - 1])
        self._starts[first:last] = [start]
        self._stops[first:last] = [stop]

    def _remove(self, start: int, stop: int) -> None:
        first, last = bisect_right(self._stops, start), bisect_left(self._starts, stop)
        if first >= last:
            return
        kept = [(self._starts[first], start), (stop, self._stops[last - 1])]
        kept = [pair for pair in kept if pair[0] < pair[1]]
        self._starts[first:last] = [pair[0] for pair in kept]
        self._stops[first:last] = [pair[1] for pair in kept]

    def _insert(self, base: int, ranges: list[tuple[int, int]]) -> None:
        """Ranges that lie where nothing is; only their edges may touch what is there."""
        if not ranges:
            return
        place = bisect_left(self._starts, base)
        self._starts[place:place] = [start for start, _ in ranges]
        self._stops[place:place] = [stop for _, stop in ranges]
        for edge in (place + len(ranges), place):
            if 0 < edge < len(self._starts) and self._stops[edge - 1] == self._starts[edge]:
                del self._starts[edge], self._stops[edge - 1]

    def _forget(self) -> None:
        pairs = sorted(zip(self._starts, self._stops, strict=True), key=lambda pair: pair[0] - pair[1])
        kept = sorted(pairs[: self._most * 3 // 4])
        self._starts = [start for start, _ in kept]
        self._stops = [stop for _, stop in kept]


def _set_bits(said: Have) -> list[tuple[int, int]]:
    written = f"{int.from_bytes(said.bitmap, 'big'):0{8 * len(said.bitmap)}b}"
    return [(said.base + ones.start(), said.base + ones.end()) for ones in _ONES.finditer(written)]
