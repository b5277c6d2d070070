"""The disk of a simulated host: it takes its time, and forgets what was not synced."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from zope.interface import implementer

from p2pstream.interfaces import IDisk, IStateFile
from p2pstream.testing.state.disks import Inode, MemoryDisk, MemoryStateFile

__all__ = ["SimDisk"]

#: Seconds: any call, and a sync; bytes a second.  A middling SSD.
CALL_S, SYNC_S, RATE = 20e-6, 2e-3, 400e6


@implementer(IStateFile)
class SimFile(MemoryStateFile):
    """One opening; every call costs."""

    def __init__(self, node: Inode, disk: SimDisk) -> None:
        super().__init__(node, disk)
        self._inode = node
        self._sim = disk

    def pread(self, offset: int, length: int) -> bytes:
        """See `IFile`."""
        content = super().pread(offset, length)
        self._sim.spend(len(content) / RATE)
        return content

    def pwrite(self, offset: int, chunk: bytes | memoryview) -> None:
        """See `IFile`."""
        self._sim.spend(len(chunk) / RATE)
        node, stop = self._inode, offset + len(chunk)
        before, length = bytes(node.content[offset:stop]), len(node.content)
        super().pwrite(offset, chunk)
        if before != chunk or length < stop:
            self._sim.note(node, lambda: _restore(node, offset, before, length))

    def sync(self) -> None:
        """See `IStateFile`."""
        super().sync()
        self._sim.spend(SYNC_S)
        self._sim.synced(self._inode)


def _restore(node: Inode, offset: int, before: bytes, length: int) -> None:
    stop = offset + len(before)
    node.content[offset:stop] = before
    del node.content[max(length, stop) :]


@implementer(IDisk)
class SimDisk(MemoryDisk):
    """A `MemoryDisk`; names are durable at once, contents when they are synced."""

    title = "a simulated disk"

    def __init__(self) -> None:
        super().__init__()
        self._spent = 0.0
        #: By file: what undoes each change that was not synced, in order.
        self._unsynced: dict[Inode, list[Callable[[], None]]] = {}

    def open(self, path: str, make: bool = True) -> IStateFile:
        """See `IDisk`."""
        self.spend()
        opened = super().open(path, make)
        opened.close()
        return SimFile(self.files[path], self)

    def read(self, path: str, most: int) -> bytes:
        """See `IDisk`."""
        self.spend()
        return super().read(path, most)

    def replace(self, path: str, content: bytes) -> None:
        """See `IDisk`."""
        self.spend(SYNC_S)
        super().replace(path, content)

    def close(self) -> None:
        """A process needs it no more."""

    def spend(self, seconds: float = 0.0) -> None:
        """A call that takes so long, beside what any does."""
        self._spent += CALL_S + seconds

    def bill(self) -> float:
        """How long all calls since the last bill took."""
        spent, self._spent = self._spent, 0.0
        return spent

    def note(self, node: Inode, undo: Callable[[], None]) -> None:
        """Something changed that is not durable yet."""
        self._unsynced.setdefault(node, []).append(undo)

    def synced(self, node: Inode) -> None:
        """All of this file is durable."""
        self._unsynced.pop(node, None)

    def forget(self, chance: Random | None) -> None:
        """The power is cut: changes that were not synced are undone, or some by ``chance``."""
        for changes in self._unsynced.values():
            for undo in reversed(changes):
                if chance is None or chance.random() < 0.5:
                    undo()
        self._unsynced.clear()

    def let_go(self) -> None:
        """Whoever held a file is gone."""
        for node in self.files.values():
            node.holder = None
            node.sharers.clear()
