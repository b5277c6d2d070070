"""What neighbours ask for that is not in memory: leaves and slices of the window."""

from __future__ import annotations

from collections import Counter

from p2pstream.codes import Code
from p2pstream.content.signed.heads import leaf_number, split_number
from p2pstream.data.live import LiveData
from p2pstream.errors import P2PStreamError
from p2pstream.interfaces import ILiveNeighbour
from p2pstream.limits import Limits
from p2pstream.live.neighbourhood import Neighbours

__all__ = ["LiveShelf"]


class LiveShelf:
    """Read from the disk before their turn, for a few at a time."""

    def __init__(self, data: LiveData, neighbours: Neighbours, limits: Limits) -> None:
        self._data = data
        self._neighbours = neighbours
        self._limits = limits
        self._held: dict[int, bytes] = {}
        #: For how many of its questions each neighbour is read to at the moment.
        self._telling: Counter[ILiveNeighbour] = Counter()

    def take(self, number: int) -> bytes | None:
        """A leaf whose turn has come; None if it is not at hand."""
        held = self._held.pop(number, None)
        return held if held is not None else self._data.leaf(*split_number(number))

    async def tell(self, neighbour: ILiveNeighbour, first: int, count: int) -> None:
        """The slices of these leaves, as far as they are known; of those who ask for more at once, none."""
        if self._telling[neighbour] >= self._limits.live_asks:
            neighbour.end_slices(first, Code.NO_DATA_YET)
            return
        self._telling[neighbour] += 1
        try:
            await self._tell(neighbour, first, count)
        finally:
            self._telling[neighbour] -= 1
            if not self._telling[neighbour]:
                del self._telling[neighbour]

    async def _tell(self, neighbour: ILiveNeighbour, first: int, count: int) -> None:
        number, code = first, Code.OK
        while number < first + count and neighbour in self._neighbours:
            entry = await self._data.later_slice(*split_number(number))
            if entry is None:
                code, number = Code.NO_DATA_YET, number + 1
                continue
            neighbour.tell_slice(entry.head.raw, entry.leaves)
            number = leaf_number(entry.head.epoch, entry.head.stop)
        if neighbour in self._neighbours:
            neighbour.end_slices(first, code)

    async def serve(self, neighbour: ILiveNeighbour, number: int, within_ms: int) -> None:
        """From the disk: a few wait in memory for their turn."""
        try:
            content = await self._data.later_leaf(*split_number(number))
        except P2PStreamError:
            if neighbour in self._neighbours:
                neighbour.turn_down(number, False)
            return
        while len(self._held) >= self._limits.live_push_leaves:
            del self._held[next(iter(self._held))]
        self._held[number] = content
        if neighbour in self._neighbours:
            neighbour.serve(number, within_ms)
