"""From a shared file to its key: every leaf and unit hashed by workers, then the tree above."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from twisted.internet.defer import Deferred, DeferredList
from twisted.python.failure import Failure

from p2pstream.content.hash_nodes import leaf_hashes, parents
from p2pstream.content.keys import FileKey, height
from p2pstream.content.merkle import Tree
from p2pstream.content.units import HASH_BYTES, LEAF, UNIT
from p2pstream.data.disk import DiskFile, Stamp, telling
from p2pstream.errors import Gone
from p2pstream.interfaces import IWorkers
from p2pstream.limits import LIMITS, Limits

__all__ = ["Hashed", "hash_file"]


@dataclass(frozen=True)
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
    most.  Cancelling ends it after the spans that were begun.

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

    async def run(self) -> Hashed:
        """Hash all of it."""
        lanes = [Deferred.fromCoroutine(self._lane()) for _ in range(self._limits.workers)]
        for _, outcome in await DeferredList(lanes, consumeErrors=True):
            if isinstance(outcome, Failure):
                outcome.raiseException()
        tree = await self._workers.run(Tree.of_units, self._length, bytes(self._units))
        await self._workers.run(self._check)
        return Hashed(self._file.stamp, tree)

    async def _lane(self) -> None:
        """One span after another."""
        while self._starts:
            start = self._starts.popleft()
            stop = min(self._length, start + self._span)
            try:
                hashes = await self._workers.run(self._hash, start, stop)
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
        view, hashes = memoryview(room), []
        with telling("read", self._file.title):
            while start < stop:
                part = view[: min(self._read, stop - start)]
                if not self._file.pread_into(start, part):
                    raise Gone(f"{self._file.title} became shorter while it was hashed")
                hashes.append(leaf_hashes(part))
                start += len(part)
        self._rooms.append(room)
        nodes = b"".join(hashes)
        for layer in range(self._layer):
            nodes = parents(nodes, layer)
        return nodes

    def _check(self) -> None:
        with telling("read", self._file.title):
            self._file.check()
