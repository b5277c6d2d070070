"""How units of one stream get onto the disk, are looked at again, and leave it.

Everything here is called in the reactor's thread; what blocks is done by `files.Files`
in workers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from p2pstream.content.keys import FileKey
from p2pstream.content.ranges import Ranges
from p2pstream.content.text import count_text, printable
from p2pstream.content.units import UNIT
from p2pstream.data.store.ahead import RoomAhead
from p2pstream.data.store.checkpoints import Checkpoints
from p2pstream.data.store.files import CUT, Files
from p2pstream.data.store.guest import GuestFiles
from p2pstream.data.store.holds import Holds
from p2pstream.data.store.looks import Looks
from p2pstream.data.store.nodes import Nodes
from p2pstream.data.store.runs import Kept, Run, matching
from p2pstream.data.store.stock import Stock
from p2pstream.data.store.upkeep import Upkeep
from p2pstream.errors import SessionError, StorageError

__all__ = ["KeptUnits"]


class KeptUnits:
    """The units of one open stream, and what is done to them.

    :ivar changed: called when units came or went.
    """

    def __init__(self, files: Files | GuestFiles, nodes: Nodes, upkeep: Upkeep) -> None:
        self.files = files
        self.nodes = nodes
        self.key: FileKey = files.key
        self.stock = Stock(files.key)
        self.changed: Callable[[], None] = lambda: None
        #: For how many reasons nothing may be given up.
        self.pins = 0
        #: Whether the bytes are the user's now.
        self.gone = False
        #: What is being read or sent.
        self.reads = Holds()
        self._writes = Holds()
        self._workers = upkeep.workers
        self.hasher = upkeep.hasher
        self._quota = upkeep.quota
        self._room = upkeep.room
        self._ended = False
        self._checkpoints = Checkpoints(files, nodes, self.stock, upkeep)
        self._looks = Looks(files, nodes, self.stock, self.reads, self._came_or_went, upkeep)
        self.settle, self.check = self._looks.settle, self._looks.check
        self._ahead = RoomAhead(files.key, upkeep.limits)

    @property
    def pinned(self) -> bool:
        """Whether nothing may be given up now."""
        return self.pins > 0

    @property
    def size(self) -> int:
        """How many bytes we keep."""
        return self.stock.own_size(self.stock.here)

    async def begin(self) -> None:
        """Find out what is here: what is claimed, and what was written after that and is good."""
        stock, files = self.stock, self.files
        stock.claimed = files.claimed
        stock.here = files.claimed.common(files.proven)
        stock.doubtful = files.fresh.union(files.claimed.without(files.proven))
        stock.lent = files.claimed.union(files.fresh) if files.is_guest else Ranges()
        self._quota.used += self.size
        await self.settle(stock.doubtful.common(files.proven))

    async def look_again(self) -> None:
        """Find out what else lies in the home, or that it is gone; for a guest that puts nothing itself.

        :raises errors.StorageError: the disk refuses.
        """
        stock, files, nodes = self.stock, self.files, Nodes(self.key)
        assert isinstance(files, GuestFiles), "the home is ours"
        what = await self._workers.run(files.load, nodes)
        if what is None:
            stock.doubtful = Ranges()
            stock.lost(stock.here)
            self.changed()
            return
        self.nodes.tree = nodes.tree
        fresh = what.fresh.without(stock.here)
        here = stock.here.union(what.claimed.common(files.proven))
        stock.lent = here.union(fresh)
        if here != stock.here:
            stock.here = here
            self.changed()
        stock.doubtful = fresh
        await self.settle(fresh.common(files.proven))

    async def put(self, first: int, run: memoryview) -> Sequence[bool]:
        """As `IStoredStream.put_units`."""
        hashes = self.nodes.expected(first, len(run))
        stop = first + len(hashes)
        missing = self.stock.here.missing(first, stop)
        need, written = self.stock.size(missing), Ranges()
        # Nothing is held meanwhile: others may have to wait for us before there is room.
        await self._room.make(need, self.pinned)
        try:
            await self._writes.wait_for([(first, stop)])
            kept = await self._keep(first, run, hashes, missing)
            written = kept.written
            # Where what was just written had to go for it, this would have no end.
            while kept.full and await self._room.free_disk(need) and not written.without(self.stock.here):
                kept = await self._keep(first, run, hashes, missing)
                written = written.union(kept.written)
        finally:
            self._quota.give(need - self.stock.size(written))
        if kept.failure is not None:
            kept.failure.raiseException()
        return kept.fits

    async def read(self, offset: int, length: int) -> bytes:
        """Bytes that are here."""
        let_go = self.reads.hold(offset // UNIT, -(-(offset + length) // UNIT))
        try:
            content: bytes = await self._workers.run(self.files.pread, offset, length)
        finally:
            let_go()
        if len(content) < length:
            raise StorageError(CUT)
        return content

    async def evict(self, units: Ranges) -> bool:
        """Give these up: first what claims them, then the word to others, then the room.

        :returns: False: another process reads here.
        :raises errors.StorageError: they stay.
        """
        let_in = await self._workers.run(self.files.alone)
        if let_in is None:
            return False
        try:
            await self._evict(units)
        finally:
            let_in()
        return True

    async def _evict(self, units: Ranges) -> None:
        spans = list(units)
        await self._writes.wait_for(spans)
        holds = [self._writes.hold(*span) for span in spans]
        try:
            await self._give_up(units)
            try:
                await self.reads.wait_for(spans)
                for start, stop in spans:
                    await self._workers.run(self.files.punch, start * UNIT, (stop - start) * UNIT)
            finally:
                # Not before the disk has it: others write at once into what is free.
                self._quota.give(self.stock.size(units))
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
        self.pins += 1
        try:
            await self.whole(path)
            await self._checkpoints.release(path, replace)
            self._quota.give(self.size)
            self.gone = True
        finally:
            self.pins -= 1

    async def whole(self, path: str) -> None:
        """See that all is here that is to be at ``path``.

        :raises errors.StorageError: some is missing, or damaged.
        """
        await self._writes.wait_for_all()
        await self._looks.check_gaps()
        missing = self.key.units - self.stock.here.total
        if missing:
            raise StorageError(f"cannot write {printable(path)}: {count_text(missing, 'unit')} are missing")

    async def stop(self) -> None:
        """Take nothing more, and wait for whoever reads or writes."""
        self._ended = True
        self._checkpoints.stop()
        await self._writes.wait_for_all()
        await self.reads.wait_for_all()

    def _give_back(self) -> None:
        """In a worker: room that was had for what did not come."""
        for first, stop in self._ahead.unused(self.stock.here):
            self.files.punch(first * UNIT, (stop - first) * UNIT)

    async def _keep(self, first: int, run: memoryview, hashes: list[bytes], missing: Ranges) -> Kept:
        if self._ended:
            raise SessionError("units were put into a stream that was closed")
        stop = first + len(hashes)
        let_go = self._writes.hold(first, stop)
        try:
            missing = missing.without(self.stock.here)

            def put(found: bytes) -> Kept:
                return self.files.put(Run(first, run, matching(found, hashes), missing))

            kept: Kept = await self.hasher.unit_hashes(run, self.key.unit_layer, put)
            self.stock.arrived(kept.written)
            self.stock.lent = self.stock.lent.without(kept.written)
            if kept.written:
                self._checkpoints.soon()
                self.changed()
                await self._write_beside(first, stop)
        finally:
            # Only now: whoever waits looks at once at what is here.
            let_go()
        return kept

    async def _write_beside(self, first: int, stop: int) -> None:
        """What goes with units, after them: somebody waits for these."""
        pieces, ahead = self.nodes.take(), self._room_ahead(first, stop)
        if not pieces and not ahead[1]:
            return
        try:
            await self._workers.run(self.files.write_beside, pieces, ahead)
        except StorageError:
            # The next checkpoint writes it, or says why it cannot.
            self.nodes.put_back(pieces)
        except BaseException:
            self.nodes.put_back(pieces)
            raise

    def _room_ahead(self, first: int, stop: int) -> tuple[int, int]:
        """What to have room for, as offset and length, when a run goes on where another ended."""
        goes_on = not first or self.stock.has(first - 1) or self._writes.touches(first - 1, first)
        # Where it does not fit as a whole, room that is not used yet would be missing elsewhere.
        fits = self.pinned or self._quota.has_room(self.key.length - self.size)
        return self._ahead.next(first, stop) if goes_on and fits else (0, 0)

    def _came_or_went(self) -> None:
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
        self.changed()
