"""From a shared file to its key: every leaf and unit hashed by workers, then the tree above."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from functools import partial

from twisted.internet.defer import Deferred, DeferredList
from twisted.python.failure import Failure

from p2pstream.content.hashes.hash_nodes import span_hashes
from p2pstream.content.hashes.merkle import Tree
from p2pstream.content.keys import FileKey, height
from p2pstream.content.units import HASH_BYTES, LEAF, UNIT
from p2pstream.data.disk import DiskFile, Stamp, telling
from p2pstream.data.hasher.file import FileHasher, can_read_apart
from p2pstream.errors import Gone
from p2pstream.interfaces import IWorkers
from p2pstream.limits import LIMITS, Limits
from p2pstream.values import value

__all__ = ["Hashed", "hash_file"]


@value
class Hashed:
    """What a file is, if it stood the same before and after.

    :param stamp: how it stood.
    :param tree: from the unit layer up; leaves are computed again when they are asked for.
    """

    stamp: Stamp
    tree: Tree

    @property
    def key(self) -> FileKey:
        """What identifies its bytes."""
        return self.tree.key


def hash_file(
    file: DiskFile,
    workers: IWorkers,
    progress: Callable[[int], None] = lambda done: None,
    limits: Limits = LIMITS,
) -> Deferred[Hashed]:
    """Hash an open file; it stays open.

    As many spans at once as there are workers; others who need these wait for a span at
    most.  Of a large file each has a process of its own hash its spans: threads would wait
    for each other.  Cancelling ends it after the spans that were begun.

    :param progress: told how many bytes are done, now and then.
    :returns: fails with `errors.Gone` when the file changed meanwhile, with
        `errors.StorageError` when it cannot be read.
    """
    return Deferred.fromCoroutine(_Hashing(file, workers, progress, limits).run())


class _Hashing:
    """One file being hashed."""

    def __init__(
        self, file: DiskFile, workers: IWorkers, progress: Callable[[int], None], limits: Limits
    ) -> None:
        self._file = file
        self._workers = workers
        self._progress = progress
        self._limits = limits
        self._length = file.stamp.size
        self._layer = min(2, height(self._length))
        self._span = max(UNIT, limits.hash_span_bytes // UNIT * UNIT)
        self._read = max(LEAF, limits.hash_read_bytes // LEAF * LEAF)
        self._units = bytearray(-(-self._length // UNIT) * HASH_BYTES)
        self._starts = deque(range(0, self._length, self._span))
        #: Room to read into, used again and again, one for each worker at most.
        self._rooms: deque[bytearray] = deque()
        self._done = 0
        #: What the workers wait for, instead of hashing, each for its own.
        self._apart: dict[int, FileHasher] = {}

    async def run(self) -> Hashed:
        """Hash all of it."""
        lanes = [Deferred.fromCoroutine(self._lane(way)) for way in self._ways()]
        try:
            for _, outcome in await DeferredList(lanes, consumeErrors=True):
                if isinstance(outcome, Failure):
                    outcome.raiseException()
        finally:
            if self._apart:
                # In one go: whoever stops closes the workers as soon as nothing is to be done.
                await self._workers.run(self._close)
        tree = await self._workers.run(Tree.of_units, self._length, bytes(self._units))
        await self._workers.run(self._check)
        return Hashed(self._file.stamp, tree)

    def _ways(self) -> Iterator[Callable[[int, int], bytes]]:
        """How each of the workers comes by the hashes of a span."""
        apart = self._length >= self._limits.hash_file_apart_bytes and can_read_apart()
        for number in range(self._limits.workers):
            yield partial(self._hash_apart, number) if apart else self._hash

    async def _lane(self, way: Callable[[int, int], bytes]) -> None:
        """One span after another."""
        while self._starts:
            start = self._starts.popleft()
            stop = min(self._length, start + self._span)
            try:
                hashes = await self._workers.run(way, start, stop)
            except BaseException:
                self._starts.clear()
                raise
            first = start // UNIT * HASH_BYTES
            self._units[first : first + len(hashes)] = hashes
            self._done += stop - start
            self._progress(self._done)

    def _hash(self, start: int, stop: int) -> bytes:
        """In a worker: the hashes of the units in one span."""
        room = self._rooms.pop() if self._rooms else bytearray(self._read)
        with telling("read", self._file.title):
            hashes = span_hashes(self._file.pread_into, start, stop, self._layer, memoryview(room))
        if not hashes:
            raise Gone(f"{self._file.title} became shorter while it was hashed")
        self._rooms.append(room)
        return hashes

    def _hash_apart(self, number: int, start: int, stop: int) -> bytes:
        """In a worker: the same, if possible by its process."""
        descriptor = self._file.fileno()
        if number not in self._apart and descriptor is not None:
            self._apart[number] = FileHasher(descriptor, self._limits)
        apart = self._apart.get(number)
        hashes = apart.hashes(start, stop, self._layer) if apart is not None else b""
        return hashes or self._hash(start, stop)

    def _close(self) -> None:
        for apart in list(self._apart.values()):
            apart.close()

    def _check(self) -> None:
        with telling("read", self._file.title):
            self._file.check()
