"""The store: which streams are open, who uses them, and who has to make room."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from typing import Any

from twisted.internet.defer import Deferred, DeferredLock, succeed
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.content.keys import FileKey
from p2pstream.content.text import printable, size_text
from p2pstream.data.hasher import ThreadHasher
from p2pstream.data.store.adopting import adopt
from p2pstream.data.store.files import Files
from p2pstream.data.store.guest import GuestFiles
from p2pstream.data.store.held import HeldStream
from p2pstream.data.store.index import Found, Index, news, survey
from p2pstream.data.store.keeping import KeptUnits
from p2pstream.data.store.nodes import Nodes
from p2pstream.data.store.room import Room
from p2pstream.data.store.stream import State, StoredStream
from p2pstream.data.store.upkeep import Upkeep
from p2pstream.data.turns import KeyedTurns, Turns
from p2pstream.errors import SessionError, StorageError
from p2pstream.interfaces import IDisk, IHasher, IHeldStream, IStore, IWorkers
from p2pstream.limits import LIMITS, Limits

__all__ = ["Store"]

_log = Logger()


@implementer(IStore)
class Store:
    """Streams on one disk, all of them within a quota; see `Room` for who has to go.

    :param quota: bytes that all streams together may have; without it, what the disk has.
    :param hasher: proves what arrives; left out, the workers do.  Whoever made it closes it.
    :param syncs: one at a time waits for the disk, and others who share these turns do not meanwhile.
    """

    def __init__(
        self,
        disk: IDisk,
        workers: IWorkers,
        clock: IReactorTime,
        quota: int | None = None,
        limits: Limits = LIMITS,
        hasher: IHasher | None = None,
        syncs: Turns | None = None,
    ) -> None:
        self._disk = disk
        self._workers = workers
        self._limits = limits
        self._surveyed = False
        self._streams: dict[FileKey, StoredStream] = {}
        self._closed = False
        #: Opening, ending and removing one stream happen one after another.
        self._doors = KeyedTurns()
        self._surveying = DeferredLock()
        self._room = room = Room(disk, workers, clock, quota, self._streams, self._doors, limits)
        self._quota = room.quota
        hasher, syncs = hasher or ThreadHasher(workers), syncs or Turns(workers)
        self._upkeep = Upkeep(workers, hasher, syncs, room.quota, room, clock, limits)

    def ready(self) -> Deferred[None]:
        """As `IStore` says; `open` waits for that by itself, and it is tried again when asked again."""
        return _shielded(self._ready())

    def open(self, key: FileKey, pinned: bool = False) -> Deferred[IHeldStream]:
        return _shielded(self._open(key, pinned))

    def release(self, key: FileKey, path: str, replace: bool = True) -> Deferred[None]:
        return _shielded(self._release(key, path, replace))

    def adopt(self, key: FileKey, path: str, leaves: bytes) -> Deferred[bool]:
        """Take in a file of ours that turned out to be that stream: see `adopting.adopt`.

        What is there of that stream already makes room for it.

        :returns: fires with whether it was; not if it is open here, or another process has it.
        """
        return _shielded(self._adopt(key, path, leaves))

    def keys(self) -> Sequence[FileKey]:
        return list(self._room.index)

    def resize(self, quota: int | None) -> None:
        """Let all streams together have so many bytes from now on."""
        self._room.resize(quota)

    def close(self) -> Deferred[None]:
        self._closed = True
        return _shielded(self._close())

    async def _ready(self) -> None:
        if not self._surveyed:
            await self._known()
            return
        for found in await self._workers.run(news, self._disk, frozenset(self._room.index)):
            await self._doors.take(found.key, self._noticed, found)

    async def _noticed(self, found: Found) -> None:
        """In its turn: another program put it in meanwhile."""
        if found.key not in self._streams and found.key not in self._room.index:
            self._room.index.use(found.key)
            self._room.index.resize(found.key, found.size)
            self._room.index.own |= {found.key} if found.own else set()
            self._quota.used += found.size

    def _known(self) -> Deferred[None]:
        """Fires when it is known what lay here at first."""
        return self._surveying.run(self._survey)

    async def _survey(self) -> None:
        if not self._surveyed:
            self._room.index = Index(await self._workers.run(survey, self._disk))
            self._quota.used += self._room.index.total
            self._surveyed = True

    async def _open(self, key: FileKey, pinned: bool) -> HeldStream:
        await self._known()
        if key.length > self._limits.store_stream_bytes:
            most = size_text(self._limits.store_stream_bytes)
            raise StorageError(f"a stream of {size_text(key.length)} is more than the store takes: {most}")
        stream: HeldStream = await self._doors.take(key, self._opened, key, pinned)
        return stream

    async def _opened(self, key: FileKey, pinned: bool) -> HeldStream:
        """In its turn: the stream, with one user more."""
        if self._closed:
            raise SessionError("a stream was opened in a store that is closed")
        stream = self._streams.get(key)
        if stream is None:
            stream = self._streams[key] = await self._load(key)
        stream.keeping.pins += pinned
        stream.keeping.files.used = self._room.index.use(key)
        return HeldStream(stream)

    async def _load(self, key: FileKey) -> StoredStream:
        nodes = Nodes(key)
        files = await self._workers.run(_files, self._disk, key, nodes)
        keeping = KeptUnits(files, nodes, self._upkeep)
        keeping.pins += key in self._room.index.own
        before = 0 if files.is_guest else self._room.index.size(key)
        try:
            await keeping.begin()
        except BaseException:
            self._quota.give(keeping.size)
            await self._workers.run(files.close)
            raise
        # Counted by the stream itself for as long as it is open.
        self._quota.give(before)
        return StoredStream(keeping, self._workers, self._left, self._limits, self._room.window)

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
        return self._doors.take(stream.key, self._ended, stream)

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
            self._room.index.resize(keeping.key, keeping.size)
        else:
            self._room.index.drop(keeping.key)

    async def _adopt(self, key: FileKey, path: str, leaves: bytes) -> bool:
        await self._known()
        taken: bool = await self._doors.take(key, self._adopted, key, path, leaves)
        return taken

    async def _adopted(self, key: FileKey, path: str, leaves: bytes) -> bool:
        if key in self._streams:
            return False
        was_there, before = key in self._room.index, self._room.index.size(key)
        used = self._room.index.use(key)
        taken: bool = False
        try:
            taken = await self._workers.run(adopt, self._disk, key, path, leaves, used)
        finally:
            if taken:
                self._room.index.resize(key, key.length)
                self._room.index.own.add(key)
                self._quota.used += key.length - before
            elif not was_there:
                self._room.index.drop(key)
        return taken

    async def _release(self, key: FileKey, path: str, replace: bool) -> None:
        await self._known()
        if key not in self._room.index:
            raise StorageError(f"cannot write {printable(path)}: the store does not have that stream")
        await self._doors.take(key, self._released, key, path, replace)

    async def _released(self, key: FileKey, path: str, replace: bool) -> None:
        stream = self._streams.get(key)
        mine = stream or await self._load(key)
        try:
            if key in self._room.index.own:
                await mine.keeping.whole(path)
                await self._workers.run(_copied, self._disk, key, path, replace)
                return
            await mine.keeping.release(path, replace)
            mine.end(State.RELEASED)
            self._streams.pop(key, None)
            if not mine.keeping.files.is_guest:
                self._room.index.drop(key)
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
        await self._doors.quiet()


def _files(disk: IDisk, key: FileKey, nodes: Nodes) -> Files | GuestFiles:
    """In a worker: the stream's home, or, where another process holds that, a guest's place."""
    return Files.open(disk, key, nodes) or GuestFiles.open(disk, key, nodes)


def _copied(disk: IDisk, key: FileKey, path: str, replace: bool) -> None:
    """In a worker: as a guest would have it, while the home stays as it is."""
    guest = GuestFiles.open(disk, key, Nodes(key))
    try:
        guest.release(path, replace)
    finally:
        guest.close()


def _shielded(work: Coroutine[Any, Any, Any]) -> Deferred[Any]:
    """Cancelling drops the result: what was begun on a disk is brought to its end."""
    done: Deferred[Any] = Deferred()
    Deferred.fromCoroutine(work).addBoth(_hand_over, done)
    return done


def _hand_over(result: Any, done: Deferred[Any]) -> None:
    if not done.called:
        done.callback(result)
    elif isinstance(result, HeldStream):
        result.close()  # whoever wanted it is gone, and cannot


def _not_durable(failure: Failure) -> None:
    _log.warn("{why}; what came last may have to be fetched again", why=failure.getErrorMessage())
