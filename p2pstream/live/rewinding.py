"""Fetches what a reader goes back to, and was never here."""

from __future__ import annotations

from random import Random

from p2pstream.content.signed.heads import leaf_number, split_number
from p2pstream.data.live import LiveData
from p2pstream.limits import Limits
from p2pstream.live.mesh import Mesh
from p2pstream.live.neighbourhood import Neighbours

__all__ = ["Rewinding"]


class Rewinding:
    """Asks for the slices around readers who wait, then for their leaves, some ahead of them.

    What nobody has after a while is given up: such a reader goes on behind it.

    :ivar alone: the leaves that readers wait for, and no neighbour says it has.
    """

    def __init__(self, data: LiveData, mesh: Mesh, random: Random, limits: Limits) -> None:
        self._data = data
        self._mesh = mesh
        self._random = random
        self._limits = limits
        self._asked_at = 0.0
        self.alone: list[int] = []
        #: Since when a leaf is waited for whose slice is not known.
        self._since: dict[int, float] = {}

    def look(self, neighbours: Neighbours, before: int, now: float) -> None:
        """See who waits for bytes before that position, from which on the mesh brings all by itself."""
        unknown, waited = list[int](), list[int]()
        for position in self._data.waited:
            if self._data.start <= position < before:
                epoch, leaf, _ = self._data.timeline.place(position)
                waited.append(leaf_number(epoch, leaf))
                unknown += self._want(epoch, leaf, now)
        self.alone = [number for number in waited if not self._mesh.holders(number)]
        self._since = {number: self._since.get(number, now) for number in unknown}
        for number, since in self._since.items():
            if now - since >= self._limits.live_rewind_s:
                self._data.skip(*split_number(number))
        if unknown and len(neighbours) and now - self._asked_at >= self._limits.live_ask_s:
            self._asked_at = now
            first = unknown[0]
            able = neighbours.of(self._mesh.holders(first)) or neighbours.all()
            count = min(self._limits.live_ahead * 4, (1 << 32) - split_number(first)[1])
            self._random.choice(able).ask_slices(first, count)

    def _want(self, epoch: int, leaf: int, now: float) -> list[int]:
        """The leaves from there on, some ahead; those whose slice is not known."""
        unknown = []
        for each in range(leaf, leaf + self._limits.live_ahead):
            number = leaf_number(epoch, each)
            if self._data.has(epoch, each):
                continue
            if self._data.slice(epoch, each) is None:
                unknown.append(number)
            else:
                self._mesh.want(number, now + self._limits.live_rewind_s, now)
        return unknown
