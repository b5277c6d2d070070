"""Who has to make room in a store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from p2pstream.content.keys import FileKey
from p2pstream.content.text import size_text
from p2pstream.content.units import UNIT
from p2pstream.data.store.index import Index, discard
from p2pstream.data.store.places import Place
from p2pstream.data.store.quota import Quota
from p2pstream.data.store.stream import StoredStream
from p2pstream.data.store.window import KeptWindow
from p2pstream.data.turns import KeyedTurns, Turns
from p2pstream.errors import StorageError
from p2pstream.interfaces import IDisk, IWorkers
from p2pstream.limits import Limits

__all__ = ["Room"]

_log = Logger()
#: Into so many parts a quota is divided; one of them is given up in one go.
_PARTS = 16


class Room:
    """Keeps the streams of a store within its quota.

    Whole streams go that nobody uses, the least recently used first; then, inside those
    that are open, what lies outside the windows of their readers.  Where the disk has less
    room than the quota, the quota is what there is, until the disk is asked for more
    again, after a while.  What is pinned counts as the user's, who has disposed of it
    already: it never goes, and takes no part.

    :param streams: those that are open.
    :param doors: opening, ending and removing one stream happen one after another.
    """

    def __init__(
        self,
        disk: IDisk,
        workers: IWorkers,
        clock: IReactorTime,
        limit: int | None,
        streams: Mapping[FileKey, StoredStream],
        doors: KeyedTurns,
        limits: Limits,
    ) -> None:
        self.quota = Quota(limit, self._pinned)
        #: What lies in the store, as far as that is known.
        self.index = Index([])
        self._disk = disk
        self._workers = workers
        self._clock = clock
        self._limit = limit
        #: When the disk had less room than that; None: not lately.
        self._shrunk_at: float | None = None
        self._streams = streams
        self._doors = doors
        self._limits = limits
        self._turns = Turns(workers)
        self._tidying = False

    async def make(self, need: int, pinned: bool) -> None:
        """Take so many bytes of the quota, whoever has to go for that.

        :raises errors.StorageError: all that is there is in use.
        """
        if pinned:
            self.quota.used += need
            return
        if self._shrunk_at is not None:
            self._grow(self._shrunk_at)
        if not self.quota.take(need):
            await self._turns.take(self._make, need)
        elif not self.quota.has_room(self._step):
            self._tidy()

    async def free_disk(self, need: int) -> bool:
        """The disk is full: have more room there than there was; False: all is in use."""
        freed: bool = await self._turns.take(self._free_on_disk, need)
        return freed

    def resize(self, limit: int | None) -> None:
        """Keep no more than this from now on; what is too much goes soon."""
        self._limit = self.quota.limit = limit
        self._shrunk_at = None
        self._turns.take(self._fit).addBoth(self._tidied)

    def window(self, stream: StoredStream) -> KeptWindow:
        """Which units of a stream there is room for."""
        units, length, limit = stream.key.units, stream.key.length, self.quota.limit
        if limit is None or stream.keeping.pinned:
            return KeptWindow.whole(units)
        others = [each.key.length for each in self._streams.values() if not each.keeping.pinned]
        part = limit // max(1, len(others))
        if sum(others) <= limit or length <= part:
            return KeptWindow.whole(units)
        readers = [cursor.position // UNIT for cursor in stream.cursors]
        # A step is free for what comes, and another until what was passed has gone.
        room = max(1, (part - 2 * self._step) // UNIT)
        return KeptWindow.around(units, readers, room, self._limits.store_behind_bytes // UNIT)

    @property
    def _step(self) -> int:
        """How many bytes are given up in one go."""
        most = self._limits.store_evict_bytes
        return most if self.quota.limit is None else max(UNIT, min(most, self.quota.limit // _PARTS))

    async def _fit(self) -> None:
        while not self.quota.has_room(0) and await self._free(self._step):
            pass

    def _pinned(self) -> int:
        """How many bytes are pinned."""
        idle = sum(self.index.size(key) for key in self.index.own if key not in self._streams)
        return idle + sum(stream.keeping.size for stream in self._streams.values() if stream.keeping.pinned)

    def _tidy(self) -> None:
        """Give something up before somebody has to wait for that."""
        if not self._tidying:
            self._tidying = True
            self._turns.take(self._free, self._step).addBoth(self._tidied)

    def _tidied(self, outcome: Any) -> None:
        self._tidying = False
        if isinstance(outcome, Failure):
            _log.warn("{why}; the store may be fuller than it should", why=outcome.getErrorMessage())

    async def _make(self, need: int) -> None:
        while not self.quota.take(need):
            if not await self._free(need):
                limit = size_text(self.quota.limit or 0)
                raise StorageError(
                    f"the store is full: need {size_text(need)}, and all of its {limit} are in use;"
                    " end what is watched and fetched beside this, or give a larger --cache-size"
                )

    async def _free(self, need: int) -> bool:
        """Have more room than there was; False: all is in use."""
        return await self._discard_one() or await self._evict_some(need)

    async def _free_on_disk(self, need: int) -> bool:
        return await self._free(need) or (self._shrink(need) and await self._evict_some(need))

    def _shrink(self, need: int) -> bool:
        """Have what is watched do with what it has of the disk; False: it has too little."""
        there, limit = self.quota.counted - need, self.quota.limit
        if there < self._limits.store_cache_least or (limit is not None and there >= limit):
            return False
        self.quota.limit, self._shrunk_at = there, self._clock.seconds()
        return True

    def _grow(self, shrunk_at: float) -> None:
        """Have all of the quota again, if the disk was full long ago: somebody may have made room there."""
        if self._clock.seconds() - shrunk_at >= self._limits.store_grow_s:
            self.quota.limit, self._shrunk_at = self._limit, None

    async def _discard_one(self) -> bool:
        """Remove the stream that was not used for longest; False: all are in use."""
        for key in self.index:
            if (
                key not in self._streams
                and key not in self.index.own
                and await self._doors.take(key, self._discarded, key)
            ):
                return True
        return False

    async def _discarded(self, key: FileKey) -> bool:
        if key in self._streams or key not in self.index:
            return False
        if not await self._workers.run(discard, self._disk, Place(key)):
            return False
        self.quota.give(self.index.size(key))
        self.index.drop(key)
        return True

    async def _evict_some(self, need: int) -> bool:
        """Give up units outside the windows of some stream; False: there are none."""
        for key in self.index:
            stream = self._streams.get(key)
            if stream is None or stream.keeping.pinned:
                continue
            keeping, window = stream.keeping, self.window(stream)
            count = -(-max(need, self._step) // UNIT)
            # What somebody sends just now would be waited for.
            idle = keeping.reads.without_held(keeping.stock.own)
            units = window.spare(idle, count) or window.spare(keeping.stock.own, count)
            if units and await keeping.evict(units):
                return True
        return False
