"""The store: which streams are open, who uses them, and who has to make room."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any

from twisted.internet.defer import Deferred, DeferredLock, succeed
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.content.keys import FileKey
from p2pstream.content.ranges import Ranges
from p2pstream.content.text import printable, size_text
from p2pstream.content.units import UNIT
from p2pstream.data.hasher import ThreadHasher
from p2pstream.data.store.files import Files
from p2pstream.data.store.guest import GuestFiles
from p2pstream.data.store.index import Index, discard, survey
from p2pstream.data.store.keeping import KeptUnits
from p2pstream.data.store.nodes import Nodes
from p2pstream.data.store.places import Place
from p2pstream.data.store.quota import Quota
from p2pstream.data.store.stream import State, StoredStream
from p2pstream.data.turns import Turns
from p2pstream.errors import SessionError, StorageError
from p2pstream.interfaces import IDisk, IHasher, IStore, IStoredStream, IWorkers
from p2pstream.limits import LIMITS, Limits

__all__ = ["Store"]

_log = Logger()


@implementer(IStore)
class Store:
    """Streams on one disk, all of them within a quota.

    Where the quota is used up, whole streams go that nobody uses, the least recently used
    first; then, inside those that are open, what lies well behind every reader.

    :param quota: bytes that all streams together may have; without it, what the disk has.
    :param hasher: proves what arrives; left out, the workers do.  Whoever made it closes it.
    """

    def __init__(
        self,
        disk: IDisk,
        workers: IWorkers,
        clock: IReactorTime,
        quota: int | None = None,
        limits: Limits = LIMITS,
        hasher: IHasher | None = None,
    ) -> None:
        self._disk = disk
        self._workers = workers
        self._hasher = hasher or ThreadHasher(workers, limits)
        self._clock = clock
        self._limits = limits
        self._quota = Quota(quota)
        self._index: Index | None = None
        self._streams: dict[FileKey, StoredStream] = {}
        self._closed = False
        #: Opening, ending and removing one stream happen one after another.
        self._doors: dict[FileKey, Turns] = defaultdict(partial(Turns, workers))
        self._surveying = DeferredLock()
        self._syncs = Turns(workers)
        self._evictions = Turns(workers)

    def ready(self) -> Deferred[None]:
        """Fires when it is known what is here; `open` waits for that by itself.

        :returns: fails with `errors.StorageError`; it is tried again when asked again.
        """
        return self._surveying.run(lambda: Deferred.fromCoroutine(self._survey()))

    def open(self, key: FileKey) -> Deferred[IStoredStream]:
        return _shielded(self._open(key))

    def release(self, key: FileKey, path: str, replace: bool = True) -> Deferred[None]:
        return _shielded(self._release(key, path, replace))

    def keys(self) -> Sequence[FileKey]:
        return list(self._index or ())

    def close(self) -> Deferred[None]:
        self._closed = True
        return _shielded(self._close())

    async def _survey(self) -> None:
        if self._index is None:
            self._index = Index(await self._workers.run(survey, self._disk))
            self._quota.used += self._index.total

    async def _open(self, key: FileKey) -> StoredStream:
        await self.ready()
        if key.length > self._limits.store_stream_bytes:
            most = size_text(self._limits.store_stream_bytes)
            raise StorageError(f"a stream of {size_text(key.length)} is more than the store takes: {most}")
        stream: StoredStream = await self._doors[key].take(_begin, lambda: self._opened(key))
        return stream

    async def _opened(self, key: FileKey) -> StoredStream:
        """In its turn: the stream, with one user more."""
        if self._closed:
            raise SessionError("a stream was opened in a store that is closed")
        stream = self._streams.get(key)
        if stream is None:
            stream = self._streams[key] = await self._load(key)
        stream.users += 1
        stream.keeping.files.used = self._known.use(key)
        return stream

    async def _load(self, key: FileKey) -> StoredStream:
        nodes = Nodes(key)
        files = await self._workers.run(_files, self._disk, key, nodes)
        keeping = KeptUnits(
            files,
            nodes,
            self._workers,
            self._hasher,
            self._syncs,
            self._quota,
            self._make_room,
            self._clock,
            self._limits,
        )
        before = 0 if files.is_guest else self._known.size(key)
        try:
            await keeping.begin()
        except BaseException:
            self._quota.give(keeping.size)
            await self._workers.run(files.close)
            raise
        # Counted by the stream itself for as long as it is open.
        self._quota.give(before)
        return StoredStream(keeping, self._workers, self._left, self._limits)

    def _left(self, stream: StoredStream) -> None:
        """One of its users is done with it."""
        if not stream.users:
            self._end(stream).addErrback(_not_durable)

    def _end(self, stream: StoredStream) -> Deferred[None]:
        """Nobody may use it any more; whoever opens the key again waits until it has ended."""
        if not stream.end(State.CLOSED):
            return succeed(None)
        if self._streams.get(stream.key) is stream:
            del self._streams[stream.key]
        return self._doors[stream.key].take(_begin, lambda: self._ended(stream))

    async def _ended(self, stream: StoredStream) -> None:
        keeping = stream.keeping
        try:
            await keeping.end()
        finally:
            self._note(keeping)

    def _note(self, keeping: KeptUnits) -> None:
        """What is left of a stream that ended."""
        if keeping.gone:
            return
        if keeping.files.is_guest:
            self._quota.give(keeping.size)
        elif keeping.size:
            self._known.resize(keeping.key, keeping.size)
        else:
            self._known.drop(keeping.key)

    async def _release(self, key: FileKey, path: str, replace: bool) -> None:
        await self.ready()
        if key not in self._known:
            raise StorageError(f"cannot write {printable(path)}: the store does not have that stream")
        await self._doors[key].take(_begin, lambda: self._released(key, path, replace))

    async def _released(self, key: FileKey, path: str, replace: bool) -> None:
        stream = self._streams.get(key)
        mine = stream or await self._load(key)
        try:
            await mine.keeping.release(path, replace)
            mine.end(State.RELEASED)
            self._streams.pop(key, None)
            if not mine.keeping.files.is_guest:
                self._known.drop(key)
        finally:
            if stream is None:
                mine.end(State.CLOSED)
                await self._ended(mine)

    async def _close(self) -> None:
        endings = [self._end(stream) for stream in list(self._streams.values())]
        for ending in endings:
            ending.addErrback(_not_durable)
        for ending in endings:
            await ending
        for door in list(self._doors.values()):
            await door.take(_begin, _nothing)

    async def _make_room(self, need: int) -> None:
        """Take so many bytes of the quota, whoever has to go for that."""
        if not self._quota.take(need):
            await self._evictions.take(_begin, lambda: self._evict_until(need))

    async def _evict_until(self, need: int) -> None:
        while not self._quota.take(need):
            if not await self._discard_one() and not await self._evict_some(need):
                limit = size_text(self._quota.limit or 0)
                raise StorageError(
                    f"the store is full: need {size_text(need)}, and all of its {limit} are in use"
                )

    async def _discard_one(self) -> bool:
        """Remove the stream that was not used for longest; False: all are in use."""
        for key in self._known:
            if key not in self._streams and await self._doors[key].take(
                _begin, partial(self._discarded, key)
            ):
                return True
        return False

    async def _discarded(self, key: FileKey) -> bool:
        if key in self._streams or key not in self._known:
            return False
        if not await self._workers.run(discard, self._disk, Place(key)):
            return False
        self._quota.give(self._known.size(key))
        self._known.drop(key)
        return True

    async def _evict_some(self, need: int) -> bool:
        """Give up units far behind every reader of some stream; False: there are none."""
        for key in self._known:
            stream = self._streams.get(key)
            if stream is None or stream.keeping.pinned:
                continue
            units = self._behind(stream, max(need, self._limits.store_evict_bytes))
            if units and await stream.keeping.evict(units):
                return True
        return False

    def _behind(self, stream: StoredStream, count: int) -> Ranges:
        """The first units of a stream, ``count`` bytes or so, that all its readers have long passed."""
        positions = [cursor.position for cursor in stream.cursors]
        stop = (min(positions) - self._limits.store_behind_bytes) // UNIT if positions else 0
        found = Ranges()
        for start, end in stream.keeping.stock.own:
            end = min(end, stop, start + -(-count // UNIT) - found.total)
            if start >= end:
                break
            found = found.add(start, end)
        return found

    @property
    def _known(self) -> Index:
        assert self._index is not None, "the store was not surveyed"
        return self._index


def _files(disk: IDisk, key: FileKey, nodes: Nodes) -> Files | GuestFiles:
    """In a worker: the stream's home, or, where another process holds that, a guest's place."""
    return Files.open(disk, key, nodes) or GuestFiles.open(disk, key, nodes)


def _begin(work: Callable[[], Coroutine[Any, Any, Any]]) -> Deferred[Any]:
    return Deferred.fromCoroutine(work())


async def _nothing() -> None:
    """A turn that only waits for those before it."""


def _shielded(work: Coroutine[Any, Any, Any]) -> Deferred[Any]:
    """Cancelling drops the result: what was begun on a disk is brought to its end."""
    done: Deferred[Any] = Deferred()
    Deferred.fromCoroutine(work).addBoth(done.callback)
    return done


def _not_durable(failure: Failure) -> None:
    _log.warn("{why}; what came last may have to be fetched again", why=failure.getErrorMessage())
