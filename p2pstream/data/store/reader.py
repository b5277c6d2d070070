"""A store that other processes fill, read for who serves what lies in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from p2pstream.content.keys import FileKey
from p2pstream.content.ranges import Ranges
from p2pstream.data.disk import telling
from p2pstream.data.hasher import ThreadHasher
from p2pstream.data.store.guest import GuestFiles
from p2pstream.data.store.held import HeldStream
from p2pstream.data.store.keeping import KeptUnits
from p2pstream.data.store.nodes import Nodes
from p2pstream.data.store.places import places
from p2pstream.data.store.quota import Quota
from p2pstream.data.store.said import read_claims
from p2pstream.data.store.stream import State, StoredStream
from p2pstream.data.store.upkeep import Upkeep
from p2pstream.data.turns import KeyedTurns, Turns
from p2pstream.errors import NotShared, StorageError
from p2pstream.interfaces import IDisk, IWorkers
from p2pstream.limits import LIMITS, Limits

__all__ = ["StoreReader"]

_log = Logger()


class StoreReader:
    """Nothing in the store is changed; what is known of it is as old as the last `look`.

    What is opened is proven again: hashes from the key down, and each unit before it is
    first handed out.  It grows as the process that fetches it writes, and loses its units
    when that one moves it out, or gives it up.
    """

    def __init__(self, disk: IDisk, workers: IWorkers, clock: IReactorTime, limits: Limits = LIMITS) -> None:
        self._disk = disk
        self._workers = workers
        self._clock = clock
        self._limits = limits
        self._claimed: Mapping[FileKey, Ranges] = {}
        self._streams: dict[FileKey, StoredStream] = {}
        #: Opening and ending one stream happen one after another.
        self._doors = KeyedTurns()
        self._looking = Turns(workers)

    def keys(self) -> Sequence[FileKey]:
        """All streams of which something is there."""
        return list(self._claimed)

    def units(self, key: FileKey) -> Ranges:
        """What is there of a stream, as whoever fetches it says."""
        return self._claimed.get(key, Ranges())

    def look(self) -> Deferred[bool]:
        """Look what is there now; fires with whether that is something else.

        :returns: fails with `errors.StorageError`.
        """
        return self._looking.take(self._look)

    def open(self, key: FileKey) -> Deferred[HeldStream]:
        """The stream, as far as it is there; as `IStore.open`.

        :returns: fails with `errors.NotShared`, and with `errors.StorageError`.
        """
        if key not in self._claimed:
            return Deferred.fromCoroutine(_nothing(key))
        opened: Deferred[HeldStream] = self._doors.take(key, self._opened, key)
        return opened

    def doubt(self, key: FileKey) -> None:
        """Hash its units once more before they are handed out."""
        stream = self._streams.get(key)
        if stream is not None:
            stream.keeping.stock.checked = Ranges()

    def close(self) -> Deferred[None]:
        """End all streams; fires when nobody reads any more."""
        return Deferred.fromCoroutine(self._close())

    async def _look(self) -> bool:
        before = self._claimed
        self._claimed = await self._workers.run(_survey, self._disk, before)
        for stream in list(self._streams.values()):
            await self._doors.take(stream.key, self._looked_at, stream)
        return self._claimed != before

    async def _looked_at(self, stream: StoredStream) -> None:
        if self._streams.get(stream.key) is stream:
            await stream.keeping.look_again()

    async def _opened(self, key: FileKey) -> HeldStream:
        return HeldStream(self._streams.get(key) or await self._load(key))

    async def _load(self, key: FileKey) -> StoredStream:
        nodes = Nodes(key)
        files = await self._workers.run(GuestFiles.open, self._disk, key, nodes)
        workers, limits = self._workers, self._limits
        kept_with = ThreadHasher(workers), Turns(workers), Quota(None), NoRoom(), self._clock
        keeping = KeptUnits(files, nodes, Upkeep(workers, *kept_with, limits))
        try:
            await keeping.begin()
            if not keeping.stock.here and not keeping.stock.doubtful:
                await _nothing(key)
        except BaseException:
            await keeping.end()
            raise
        stream = self._streams[key] = StoredStream(keeping, self._workers, self._left, self._limits)
        return stream

    def _left(self, stream: StoredStream) -> None:
        if not stream.users:
            self._end(stream).addErrback(_not_ended)

    def _end(self, stream: StoredStream) -> Deferred[Any]:
        if stream.end(State.CLOSED):
            del self._streams[stream.key]
        return self._doors.take(stream.key, stream.keeping.end)

    async def _close(self) -> None:
        self._claimed = {}
        for stream in list(self._streams.values()):
            await self._end(stream).addErrback(_not_ended)


def _survey(disk: IDisk, before: Mapping[FileKey, Ranges]) -> Mapping[FileKey, Ranges]:
    found = {}
    with telling("read", "the store"):
        for place in places(disk):
            try:
                claims = read_claims(disk, place)
            except StorageError:
                # Damaged, or a newer program's: nothing is sure of it.
                continue
            if claims is not None and claims.units:
                found[place.key] = claims.units
    return before if before == found else found


async def _nothing(key: FileKey) -> HeldStream:
    raise NotShared(f"{key.text} is not shared here")


class NoRoom:
    """As `quota.MakesRoom`."""

    async def make(self, need: int, pinned: bool) -> None:
        """For nobody."""
        raise StorageError("nothing is put into a store that is only read")

    async def free_disk(self, need: int) -> bool:
        """Nothing here is ours to remove."""
        return False


def _not_ended(failure: Failure) -> None:
    _log.failure("a stream of the store did not end as it should", failure)
