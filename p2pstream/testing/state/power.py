"""A disk that forgets what was not synced when its power is cut."""

from __future__ import annotations

import errno
from collections.abc import Callable, Sequence
from functools import partial
from random import Random

from zope.interface import implementer

from p2pstream.content.ranges import Ranges
from p2pstream.data.state import parts_of
from p2pstream.interfaces import IDisk, IStateFile
from p2pstream.testing.state.disks import Inode, MemoryDisk, MemoryStateFile

__all__ = ["PowerCutDisk"]

#: What a disk writes whole or not at all.
SECTOR = 512

Change = Callable[[Inode], None]


class CachedNode(Inode):
    """What is in the cache, and what came to it since the last sync."""

    def __init__(self) -> None:
        super().__init__()
        self.durable = b""
        self.unsynced: list[Change] = []

    def survivors(self, chance: Random) -> bytes:
        """What the disk has after a cut: some of what was not synced, torn, in any order."""
        node = Inode(self.durable)
        kept = [change for change in self.unsynced if chance.random() < chance.choice((0.1, 0.5, 0.9))]
        chance.shuffle(kept)
        for change in kept:
            change(node)
        return bytes(node.content)


@implementer(IStateFile)
class CachedFile(MemoryStateFile):
    """One opening; every call is a moment at which the power may go."""

    def __init__(self, node: CachedNode, disk: PowerCutDisk, path: str) -> None:
        super().__init__(node, disk)
        self._cached = node
        self._power = disk.step
        self._settle = partial(disk.settle, path)

    def pread(self, offset: int, length: int) -> bytes:
        """See `IFile`."""
        self._power()
        return super().pread(offset, length)

    def pwrite(self, offset: int, chunk: bytes | memoryview) -> None:
        """See `IFile`."""
        content = bytes(chunk)
        for start in range(0, len(content), SECTOR):
            self._change(_write(offset + start, content[start : start + SECTOR]))
        self._power()
        super().pwrite(offset, content)

    def sync(self) -> None:
        """See `IStateFile`."""
        self._power()
        self._opened()
        self._cached.durable, self._cached.unsynced = bytes(self._cached.content), []
        self._power()
        self._settle()

    def resize(self, length: int) -> None:
        """See `IStateFile`."""
        self._change(lambda node: node.resize(length))
        self._power()
        super().resize(length)

    def punch(self, offset: int, length: int) -> None:
        """See `IStateFile`."""
        stop = min(offset + length, len(self._cached.content))
        for start in range(offset, stop, SECTOR):
            self._change(_write(start, bytes(min(SECTOR, stop - start))))
        self._power()
        super().punch(offset, length)

    def filled(self) -> Ranges:
        """See `IStateFile`."""
        self._power()
        return super().filled()

    def _change(self, change: Change) -> None:
        self._cached.unsynced.append(change)


def _write(offset: int, content: bytes) -> Change:
    return lambda node: node.write(offset, content)


@implementer(IDisk)
class PowerCutDisk(MemoryDisk):
    """A `MemoryDisk` behind a write-back cache.

    :param moments: after so many the power goes, and every later call fails; never without.
    :ivar passed: how many moments there were.
    """

    def __init__(self, moments: int | None = None) -> None:
        super().__init__()
        self.moments = moments
        self.passed = 0
        #: Names that were given or taken and not synced: what stood there before.
        self._unsynced: dict[str, Inode | None] = {}

    def step(self) -> None:
        """A moment passes."""
        if self.moments is not None and self.passed >= self.moments:
            raise OSError(errno.EIO, "the power is off")
        self.passed += 1

    def after_the_cut(self, chance: Random) -> PowerCutDisk:
        """The disk as it is found when the power is back."""
        found = PowerCutDisk()
        names: dict[str, Inode | None] = dict(self.files)
        for path, before in self._unsynced.items():
            if chance.random() < 0.5:
                names[path] = before
        for path, node in names.items():
            if isinstance(node, CachedNode):
                copy = CachedNode()
                copy.durable = node.survivors(chance)
                copy.write(0, copy.durable)
                found.files[path] = copy
        return found

    def open(self, path: str, make: bool = True) -> IStateFile:
        """See `IDisk`."""
        self.step()
        path = "/".join(parts_of(path))
        if path not in self.files and make:
            self._name(path, CachedNode())
        node = self._node(path)
        assert isinstance(node, CachedNode)
        return CachedFile(node, self, path)

    def settle(self, path: str) -> None:
        """All names that lie beside it are durable."""
        folder = path.rpartition("/")[0]
        for each in [each for each in self._unsynced if each.rpartition("/")[0] == folder]:
            del self._unsynced[each]

    def read(self, path: str, most: int) -> bytes:
        """See `IDisk`."""
        self.step()
        return super().read(path, most)

    def replace(self, path: str, content: bytes) -> None:
        """See `IDisk`."""
        self.step()
        node = CachedNode()
        node.write(0, content)
        node.durable = bytes(content)
        self._name("/".join(parts_of(path)), node)
        self.settle(path)

    def remove(self, path: str) -> None:
        """See `IDisk`."""
        self.step()
        parts_of(path)
        if path in self.files:
            self._name(path, None)
            self.settle(path)

    def rename(self, path: str, onto: str) -> None:
        """See `IDisk`."""
        self.step()
        node = self._node(path)
        parts_of(onto)
        # At once, for whoever looks; a file system keeps such a pair in one transaction.
        self._name(onto, node)
        self.settle(onto)
        self._name(path, None)
        self.settle(path)

    def release(self, path: str, target: str, replace: bool = True) -> None:
        """See `IDisk`."""
        self.step()
        super().release(path, target, replace)

    def names(self, folder: str = "") -> Sequence[str]:
        """See `IDisk`."""
        self.step()
        return super().names(folder)

    def _name(self, path: str, node: Inode | None) -> None:
        """Give or take a name: visible at once, durable when its folder is synced."""
        self._unsynced.setdefault(path, self.files.get(path))
        if node is None:
            self.files.pop(path).named = False
        else:
            self._put(path, node)
        self.step()
