"""How units of one stream get onto the disk, are looked at again, and leave it.

Everything here is called in the reactor's thread; what blocks is done by `files.Files`
in workers.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence

from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger

from p2pstream.content.keys import HASH_BYTES, UNIT, FileKey
from p2pstream.content.ranges import Ranges
from p2pstream.content.text import count_text, printable
from p2pstream.data.store.checkpoints import Checkpoints
from p2pstream.data.store.files import Files, Kept, Run
from p2pstream.data.store.holds import Holds
from p2pstream.data.store.nodes import Nodes
from p2pstream.data.store.quota import Quota
from p2pstream.data.store.stock import Stock, both, common, without
from p2pstream.data.turns import Turns
from p2pstream.errors import SessionError, StorageError, Unproven
from p2pstream.interfaces import IWorkers
from p2pstream.limits import Limits

__all__ = ["Keeping"]

_log = Logger()


class Keeping:
    """The units of one open stream, and what is done to them.

    :param turns: one is taken for whatever syncs; all streams of a store share them.
    :param room: returns when so many bytes more may be kept; raises `errors.StorageError`.
    :ivar changed: called when units came or went.
    """

    def __init__(
        self,
        files: Files,
        nodes: Nodes,
        workers: IWorkers,
        turns: Turns,
        quota: Quota,
        room: Callable[[int], Awaitable[None]],
        clock: IReactorTime,
        limits: Limits,
    ) -> None:
        self.files = files
        self.nodes = nodes
        self.key: FileKey = files.key
        self.stock = Stock(files.key)
        self.changed: Callable[[], None] = lambda: None
        #: Whether nothing may be given up now.
        self.pinned = False
        #: Whether the bytes are the user's now.
        self.gone = False
        #: What is being read or sent.
        self.reads = Holds()
        self._writes = Holds()
        self._workers = workers
        self._quota = quota
        self._room = room
        self._limits = limits
        self._ended = False
        self._checkpoints = Checkpoints(files, nodes, self.stock, workers, turns, clock, limits)
        #: Bytes that there was room for before they came.
        self._ahead = Ranges()

    @property
    def size(self) -> int:
        """How many bytes are here."""
        return self.stock.size(self.stock.here)

    async def begin(self) -> None:
        """Find out what is here: what is claimed, and what was written after that and is good."""
        stock, files = self.stock, self.files
        stock.claimed = files.claimed
        stock.here = common(files.claimed, files.proven)
        stock.doubtful = both(files.fresh, without(files.claimed, files.proven))
        self._quota.used += stock.size(stock.here)
        await self.settle(common(stock.doubtful, files.proven))

    async def settle(self, units: Ranges) -> None:
        """Look at units that may be here, and whose hashes are known."""
        for first, stop in self._pieces(common(self.stock.doubtful, units)):
            await self._look(first, stop)

    def provable(self, layer: int, first: int, nodes: bytes) -> Ranges:
        """The units that a page of hashes may have proven."""
        shift = layer - self.key.unit_layer
        if shift:
            return Ranges()
        return Ranges([(first & ~1, min((first + len(nodes) // HASH_BYTES + 1) & ~1, self.key.units))])

    async def put(self, first: int, run: memoryview) -> Sequence[bool]:
        """As `IStoredStream.put_units`."""
        hashes = self._expected(first, run)
        stop = first + len(hashes)
        missing = self.stock.here.missing(first, stop)
        need, written = self.stock.size(missing), Ranges()
        # Nothing is held meanwhile: others may have to wait for us before there is room.
        await self._room(need)
        try:
            await self._writes.wait_for([(first, stop)])
            kept = await self._keep(first, run, hashes, missing)
            written = kept.written
        finally:
            self._quota.give(need - self.stock.size(written))
        if kept.failure is not None:
            kept.failure.raiseException()
        return kept.fits

    async def check(self, first: int, stop: int) -> None:
        """Hash those units that are here and were not looked at by this process yet."""
        here = common(self.stock.here, Ranges([(first, stop)]))
        for start, end in self._pieces(without(here, self.stock.checked)):
            await self._look(start, end)

    async def read(self, offset: int, length: int) -> bytes:
        """Bytes that are here."""
        let_go = self.reads.hold(offset // UNIT, -(-(offset + length) // UNIT))
        try:
            content: bytes = await self._workers.run(self.files.pread, offset, length)
        finally:
            let_go()
        if len(content) < length:
            raise StorageError("cannot read the store: somebody else cut one of its files")
        return content

    async def evict(self, units: Ranges) -> None:
        """Give these up: first what claims them, then the word to others, then the room.

        :raises errors.StorageError: they stay.
        """
        spans = list(units)
        await self._writes.wait_for(spans)
        holds = [self._writes.hold(*span) for span in spans]
        try:
            await self._give_up(units)
            await self.reads.wait_for(spans)
            for start, stop in spans:
                await self._workers.run(self.files.punch, start * UNIT, (stop - start) * UNIT)
        finally:
            for let_go in holds:
                let_go()

    async def end(self) -> None:
        """Take nothing more; make durable what came.

        :raises errors.StorageError: not all of it is.
        """
        await self.stop()
        try:
            if self.gone:
                return
            if self.stock.here or self.stock.doubtful:
                await self._checkpoints.now()
                await self._workers.run(self._give_back)
            else:
                await self._workers.run(self.files.remove)
        finally:
            await self._workers.run(self.files.close)

    async def release(self, path: str, replace: bool) -> None:
        """Move all bytes to ``path``; what is read goes on from there.

        :param replace: whether it may take the place of a file that is there.
        :raises errors.StorageError: some are missing, or damaged, or the disk refuses.
        """
        self.pinned = True
        try:
            await self._writes.wait_for_all()
            await self.check(0, self.key.units)
            await self._release(path, replace)
        finally:
            self.pinned = False

    async def _release(self, path: str, replace: bool) -> None:
        missing = self.key.units - self.stock.here.total
        if missing:
            raise StorageError(f"cannot write {printable(path)}: {count_text(missing, 'unit')} are missing")
        await self._checkpoints.release(path, replace)
        self._quota.give(self.size)
        self.gone = True

    async def stop(self) -> None:
        """Take nothing more, and wait for whoever reads or writes."""
        self._ended = True
        self._checkpoints.stop()
        await self._writes.wait_for_all()
        await self.reads.wait_for_all()

    def _pieces(self, units: Ranges) -> Iterator[tuple[int, int]]:
        """As much as a worker looks at in one go."""
        step = self._limits.store_check_units
        for start, stop in units:
            for first in range(start, stop, step):
                yield first, min(stop, first + step)

    def _give_back(self) -> None:
        """In a worker: room that was had for what did not come."""
        for start, stop in self._ahead:
            for first, last in self.stock.here.missing(start // UNIT, -(-stop // UNIT)):
                self.files.punch(first * UNIT, (last - first) * UNIT)

    def _expected(self, first: int, run: memoryview) -> list[bytes]:
        """What each unit of a run must hash to."""
        count = -(-len(run) // UNIT)
        if first < 0 or not count or min((first + count) * UNIT, self.key.length) != first * UNIT + len(run):
            raise ValueError(f"{len(run)} bytes from unit {first} on are no units of this stream")
        hashes = self.nodes.tree.unit_hashes(first, count)
        unproven = hashes.index(None) if None in hashes else -1
        if unproven >= 0:
            raise Unproven(f"the hash of unit {first + unproven} is not known")
        return [each for each in hashes if each is not None]

    async def _keep(self, first: int, run: memoryview, hashes: list[bytes], missing: Ranges) -> Kept:
        if self._ended:
            raise SessionError("units were put into a stream that was closed")
        stop = first + len(hashes)
        pieces = self.nodes.take()
        ahead = self._room_ahead(first, stop)
        let_go = self._writes.hold(first, stop)
        try:
            job = Run(first, run, hashes, without(missing, self.stock.here), pieces, ahead)
            kept: Kept = await self._workers.run(self.files.put, job)
            self.stock.arrived(kept.written)
        except BaseException:
            self.nodes.put_back(pieces)
            raise
        finally:
            # Only now: whoever waits looks at once at what is here.
            let_go()
        if kept.failure is not None:
            self.nodes.put_back(pieces)
        if kept.written:
            self._checkpoints.soon()
            self.changed()
        return kept

    def _room_ahead(self, first: int, stop: int) -> tuple[int, int]:
        """What to have room for, as offset and length, when a run goes on where another ended."""
        start = first * UNIT
        beyond = min(start + self._limits.store_ahead_bytes, self.key.length)
        goes_on = not first or self.stock.has(first - 1) or self._writes.touches(first - 1, first)
        begun = self._ahead.covers(start, min(stop * UNIT, self.key.length))
        if not goes_on or begun or not self._quota.has_room(beyond - start):
            return 0, 0
        self._ahead = self._ahead.add(start, beyond)
        return start, beyond - start

    async def _look(self, first: int, stop: int) -> None:
        """Hash units on the disk, and note which of them are what they should be."""
        hashes = self.nodes.tree.unit_hashes(first, stop - first)
        let_go = self.reads.hold(first, stop)
        try:
            fits = await self._workers.run(self.files.fits, first, hashes)
        finally:
            let_go()
        self._judge(
            Ranges([(first, stop)]), Ranges((first + n, first + n + 1) for n, fit in enumerate(fits) if fit)
        )

    def _judge(self, seen: Ranges, good: Ranges) -> None:
        """Believe what was seen, but for what came or went meanwhile."""
        stock = self.stock
        lost = without(without(common(stock.here, seen), good), stock.checked)
        came = common(stock.doubtful, good)
        stock.checked = both(stock.checked, common(stock.here, good))
        stock.doubtful = without(stock.doubtful, seen)
        stock.arrived(came)
        self._quota.used += stock.size(came)
        if lost:
            what = count_text(lost.total, "unit")
            _log.warn("{what} of {key} damaged on the disk: fetched again", what=what, key=self.key.text)
            self._quota.give(stock.size(lost))
            stock.lost(lost)
        if lost or came:
            self._checkpoints.soon()
            self.changed()

    async def _give_up(self, units: Ranges) -> None:
        stock = self.stock
        stock.leaving = units
        try:
            await self._checkpoints.disclaim()
        except BaseException:
            stock.leaving = Ranges()
            raise
        stock.lost(units)
        stock.leaving = Ranges()
        self._quota.give(stock.size(units))
        self.changed()
