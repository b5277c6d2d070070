"""Writes a broadcast to the disk behind everybody's back, and gives up the room of what is old."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred
from twisted.logger import Logger

from p2pstream.content.keys import LiveKey
from p2pstream.data.live.files import EpochFiles
from p2pstream.data.live.journal import Slice
from p2pstream.data.turns import Turns
from p2pstream.errors import P2PStreamError, StorageError
from p2pstream.interfaces import IDisk, IWorkers
from p2pstream.limits import Limits

__all__ = ["Leaf", "WindowWriting"]

_log = Logger()

#: Its epoch, its number there, and its bytes.
Leaf = tuple[int, int, bytes]


class WindowWriting:
    """One job at a time; what is small is written together, and before whatever is read then.

    A disk that refuses costs the past and not the present: what is in memory stays there
    for as long as there is room, and the disk is tried again with whatever comes next.

    :param unwritten: told of leaves that will not be written; in the reactor thread.
    :ivar trouble: what the disk said last; None while it takes all.
    """

    def __init__(
        self,
        disk: IDisk,
        key: LiveKey,
        workers: IWorkers,
        unwritten: Callable[[list[Leaf]], None],
        limits: Limits,
    ) -> None:
        self._disk = disk
        self._key = key
        self._turns = Turns(workers)
        self._unwritten = unwritten
        self._limits = limits
        self._files: dict[int, EpochFiles] = {}
        #: Whether they were let go of: then none is opened any more.
        self._over = False
        self._leaves: list[Leaf] = []
        self._entries: list[Slice] = []
        # Bytes and slices that are not written, those on their way to the disk among them.
        self._waiting = self._waiting_entries = 0
        self.trouble: StorageError | None = None

    def put(self, epoch: int, leaf: int, content: bytes) -> None:
        """Have a leaf written; with too many bytes waiting, it is not."""
        if self._waiting + len(content) > self._limits.unwritten_bytes:
            self._unwritten([(epoch, leaf, content)])
            return
        self._waiting += len(content)
        self._leaves.append((epoch, leaf, content))
        if len(self._leaves) >= self._limits.live_write_leaves:
            self._flush()

    def put_entry(self, entry: Slice) -> None:
        """Have a slice written down; with more waiting than are in memory, it is not."""
        if self._waiting_entries >= self._limits.live_recent_slices:
            return
        self._waiting_entries += 1
        self._entries.append(entry)
        if len(self._entries) >= self._limits.live_write_leaves:
            self._flush()

    def record(self, entry: Slice, leaves: list[tuple[int, bytes]]) -> Deferred[None]:
        """Make a slice durable: first its bytes, then that they are there.

        :returns: fails with `errors.StorageError`.
        """
        return self._turns.run(self._record, entry, leaves)

    def read(self, epoch: int, start: int, stop: int) -> Deferred[bytes]:
        """Bytes of an epoch that were written.

        :returns: fails with `errors.StorageError`.
        """
        self._flush()
        return self._turns.run(lambda: self._opened(epoch).read(start, stop))

    def entry(self, epoch: int, leaf: int) -> Deferred[Slice | None]:
        """The slice that a leaf belongs to, if it was written down."""
        self._flush()
        return self._turns.run(lambda: self._opened(epoch).entry(leaf))

    def forget(self, epoch: int, leaf: int, over: list[int]) -> None:
        """Give back the room of all before a leaf, and of whole epochs before."""
        self._flush()
        self._quietly(self._turns.run(self._forget, epoch, leaf, over))

    def close(self, remove: bool = False) -> Deferred[None]:
        """Let go of the files, and leave nothing of them if ``remove``."""
        self._flush()
        return self._turns.run(self._close, remove)

    def _flush(self) -> None:
        """Have what waits written before whatever is done next."""
        if self._leaves or self._entries:
            leaves, self._leaves = self._leaves, []
            entries, self._entries = self._entries, []
            self._quietly(Deferred.fromCoroutine(self._write(leaves, entries)))

    async def _write(self, leaves: list[Leaf], entries: list[Slice]) -> None:
        try:
            await self._turns.run(self._put, leaves, entries)
            self.trouble = None
        except StorageError as fault:
            self._refused(fault, leaves)
        finally:
            self._waiting -= sum(len(content) for _, _, content in leaves)
            self._waiting_entries -= len(entries)

    def _refused(self, fault: StorageError, leaves: list[Leaf]) -> None:
        if self.trouble is None:
            _log.warn("{fault}; the broadcast goes on, and cannot be rewound as far", fault=fault)
        self.trouble = fault
        self._unwritten(leaves)

    def _put(self, leaves: list[Leaf], entries: list[Slice]) -> None:
        by_epoch: dict[int, list[tuple[int, bytes]]] = {}
        for epoch, leaf, content in leaves:
            by_epoch.setdefault(epoch, []).append((leaf, content))
        for epoch, some in by_epoch.items():
            self._opened(epoch).put_leaves(some)
        for entry in entries:
            self._opened(entry.head.epoch).put_entry(entry)

    def _record(self, entry: Slice, leaves: list[tuple[int, bytes]]) -> None:
        files = self._opened(entry.head.epoch)
        files.put_leaves(leaves)
        files.sync_leaves()
        files.put_entry(entry)
        files.sync_entries()

    def _forget(self, epoch: int, leaf: int, over: list[int]) -> None:
        for old in over:
            self._opened(old).remove()
            del self._files[old]
        if leaf:
            self._opened(epoch).forget(leaf)

    def _close(self, remove: bool) -> None:
        for files in self._files.values():
            files.remove() if remove else files.close()
        self._files.clear()
        self._over = True

    def _opened(self, epoch: int) -> EpochFiles:
        """In a worker."""
        if self._over:
            raise StorageError("cannot use the window of a broadcast: it was left")
        if epoch not in self._files:
            self._files[epoch] = EpochFiles(self._disk, self._key, epoch)
        return self._files[epoch]

    def _quietly(self, work: Deferred[Any]) -> None:
        work.addErrback(lambda failure: failure.trap(P2PStreamError) and None)
