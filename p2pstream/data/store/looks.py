"""Units on the disk are looked at: before they are believed, and before they are first handed out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from twisted.logger import Logger

from p2pstream.content.ranges import Ranges
from p2pstream.content.text import count_text
from p2pstream.content.units import UNIT
from p2pstream.data.disk import telling
from p2pstream.data.store.files import Files
from p2pstream.data.store.guest import GuestFiles
from p2pstream.data.store.holds import Holds
from p2pstream.data.store.nodes import Nodes
from p2pstream.data.store.stock import Stock
from p2pstream.data.store.upkeep import Upkeep

__all__ = ["Looks"]

_log = Logger()


class Looks:
    """Hashes units in workers, and tells the stock of a stream what came of it.

    :param reads: what is being read.
    :param changed: called when units turned out to be here, or not to be.
    """

    def __init__(
        self,
        files: Files | GuestFiles,
        nodes: Nodes,
        stock: Stock,
        reads: Holds,
        changed: Callable[[], None],
        upkeep: Upkeep,
    ) -> None:
        self._files = files
        self._nodes = nodes
        self._stock = stock
        self._reads = reads
        self._changed = changed
        self._quota = upkeep.quota
        self._workers = upkeep.workers
        self._limits = upkeep.limits

    async def settle(self, units: Ranges) -> None:
        """Look at units that may be here, and whose hashes are known; meanwhile nobody is to fetch them."""
        stock, units = self._stock, self._stock.doubtful.common(units)
        stock.settling = stock.settling.union(units)
        try:
            for first, stop in self._pieces(units):
                await self._look(first, stop)
        finally:
            stock.settling = stock.settling.without(units)
            if units.without(stock.here):
                self._changed()

    async def check(self, first: int, stop: int) -> None:
        """Hash those units that are here and were not looked at by this process yet."""
        here = self._stock.here.common(Ranges([(first, stop)]))
        for start, end in self._pieces(here.without(self._stock.checked)):
            await self._look(start, end)

    async def check_gaps(self) -> None:
        """Hash those again of which the file lost bytes to something else, as far as its system tells."""
        gaps = await self._workers.run(_gaps, self._files)
        self._stock.checked = self._stock.checked.without(gaps)
        await self.check(0, self._stock.key.units)

    def _pieces(self, units: Ranges) -> Iterator[tuple[int, int]]:
        """As much as a worker looks at in one go."""
        step = self._limits.store_check_units
        for start, stop in units:
            for first in range(start, stop, step):
                yield first, min(stop, first + step)

    async def _look(self, first: int, stop: int) -> None:
        hashes = self._nodes.tree.unit_hashes(first, stop - first)
        let_go = self._reads.hold(first, stop)
        try:
            fits = await self._workers.run(self._files.fits, first, hashes)
        finally:
            let_go()
        good = Ranges((first + at, first + at + 1) for at, fit in enumerate(fits) if fit)
        self._judge(Ranges([(first, stop)]), good)

    def _judge(self, seen: Ranges, good: Ranges) -> None:
        """Believe what was seen, but for what came or went meanwhile."""
        stock = self._stock
        lost = stock.here.common(seen).without(good).without(stock.checked)
        came = stock.doubtful.common(good)
        stock.checked = stock.checked.union(stock.here.common(good))
        stock.doubtful = stock.doubtful.without(seen)
        stock.arrived(came)
        self._quota.used += stock.own_size(came)
        if lost:
            what = count_text(lost.total, "unit")
            _log.warn("{what} of {key} damaged on the disk: fetched again", what=what, key=stock.key.text)
            self._quota.give(stock.own_size(lost))
            stock.lost(lost)
        if lost or came:
            self._changed()


def _gaps(files: Files | GuestFiles) -> Ranges:
    """In a worker: the units that are not written whole.  Zeros may need no writing."""
    with telling("read", "the store"):
        parts = files.parts(0, files.key.length)
        gaps = [gap for file, start, stop in parts for gap in file.filled().missing(start, stop)]
    units = Ranges()
    for start, stop in gaps:
        units = units.add(start // UNIT, -(-stop // UNIT))
    return units
