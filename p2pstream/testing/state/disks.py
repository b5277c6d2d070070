"""A disk in memory."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence

from zope.interface import implementer

from p2pstream.content.ranges import Ranges
from p2pstream.content.text import printable
from p2pstream.data.state import parts_of
from p2pstream.errors import StorageError
from p2pstream.interfaces import IDisk, IStateFile

__all__ = ["Inode", "MemoryDisk", "MemoryStateFile"]


class Inode:
    """What a file is, whatever it is called and however often it is open."""

    def __init__(self, content: bytes = b"") -> None:
        self.content = bytearray(content)
        #: Which bytes take room; the rest are holes.
        self.filled = Ranges([(0, len(content))])
        self.holder: MemoryStateFile | None = None
        self.sharers: set[MemoryStateFile] = set()
        self.named = True

    def write(self, offset: int, chunk: bytes | memoryview) -> None:
        """Write anywhere; a gap becomes zeros."""
        self.resize(max(len(self.content), offset))
        self.content[offset : offset + len(chunk)] = chunk
        self.filled = self.filled.add(offset, offset + len(chunk))

    def punch(self, offset: int, length: int) -> None:
        """Zeros, which take no room."""
        stop = min(offset + length, len(self.content))
        if stop > offset:
            self.content[offset:stop] = bytes(stop - offset)
            self.filled = self.filled.remove(offset, stop)

    def resize(self, length: int) -> None:
        """Cut, or add zeros."""
        self.filled = self.filled.remove(length, max(length, len(self.content)))
        del self.content[length:]
        self.content.extend(bytes(length - len(self.content)))


@implementer(IStateFile)
class MemoryStateFile:
    """One opening of a node."""

    def __init__(self, node: Inode, disk: MemoryDisk) -> None:
        self._node: Inode | None = node
        self._disk = disk

    def pread(self, offset: int, length: int) -> bytes:
        """See `IFile`."""
        return bytes(self._opened().content[offset : offset + length])

    def pwrite(self, offset: int, chunk: bytes | memoryview) -> None:
        """See `IFile`."""
        self._disk.take(self._opened(), offset, len(chunk))
        self._opened().write(offset, chunk)

    def fileno(self) -> int | None:
        """See `IFile`."""
        return None

    def size(self) -> int:
        """See `IFile`."""
        return len(self._opened().content)

    def sync(self) -> None:
        """See `IStateFile`."""
        self._opened()

    def resize(self, length: int) -> None:
        """See `IStateFile`."""
        self._opened().resize(length)

    def allocate(self, offset: int, length: int) -> None:
        """See `IStateFile`; what was allocated is noted."""
        self._opened()
        self._disk.allocated.append((offset, length))

    def punch(self, offset: int, length: int) -> None:
        """See `IStateFile`."""
        self._opened().punch(offset, length)

    def filled(self) -> Ranges:
        """See `IStateFile`."""
        return self._opened().filled

    def lock(self, shared: bool = False) -> bool:
        """See `IStateFile`."""
        node = self._opened()
        others = node.sharers - {self} if not shared else set()
        if node.holder not in (None, self) or others or not node.named:
            return False
        self._unlock(node)
        if shared:
            node.sharers.add(self)
        else:
            node.holder = self
        return True

    def close(self) -> None:
        """See `IFile`."""
        if self._node is not None:
            self._unlock(self._node)
        self._node = None

    def _unlock(self, node: Inode) -> None:
        node.sharers.discard(self)
        if node.holder is self:
            node.holder = None

    def _opened(self) -> Inode:
        if self._node is None:
            raise OSError(errno.EBADF, "it was closed")
        return self._node


@implementer(IDisk)
class MemoryDisk:
    """A folder of state without a disk; safe for one thread.

    :param room: how many bytes fit in all; no end without.
    :ivar files: what stands under each path.
    :ivar released: what was moved out, by target.
    :ivar allocated: what was asked for ahead, in order.
    """

    def __init__(self, room: int | None = None) -> None:
        self.room = room
        self.files: dict[str, Inode] = {}
        self.released: dict[str, bytes] = {}
        self.allocated: list[tuple[int, int]] = []

    def open(self, path: str, make: bool = True) -> IStateFile:
        """See `IDisk`."""
        node = self.files.setdefault("/".join(parts_of(path)), Inode()) if make else self._node(path)
        return MemoryStateFile(node, self)

    def read(self, path: str, most: int) -> bytes:
        """See `IDisk`."""
        content = bytes(self._node(path).content)
        if len(content) > most:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
        return content

    def replace(self, path: str, content: bytes) -> None:
        """See `IDisk`."""
        fresh = Inode()
        self.take(fresh, 0, len(content))
        fresh.write(0, content)
        self._put("/".join(parts_of(path)), fresh)

    def remove(self, path: str) -> None:
        """See `IDisk`."""
        parts_of(path)
        node = self.files.pop(path, None)
        if node is not None:
            node.named = False

    def rename(self, path: str, onto: str) -> None:
        """See `IDisk`."""
        parts_of(onto)
        node = self._node(path)
        del self.files[path]
        self._put(onto, node)

    def release(self, path: str, target: str, replace: bool = True) -> None:
        """See `IDisk`."""
        if target in self.released and not replace:
            raise StorageError(f"cannot write {printable(target)}: there is a file of that name by now")
        self.released[target] = bytes(self._node(path).content)
        self.remove(path)

    def names(self, folder: str = "") -> Sequence[str]:
        """See `IDisk`."""
        depth = len(folder.split("/")) if folder else 0
        inside = (path.split("/") for path in self.files if path.startswith(f"{folder}/" if folder else ""))
        return sorted({parts[depth] for parts in inside})

    def free(self) -> int:
        """See `IDisk`."""
        return 1 << 50 if self.room is None else max(0, self.room - self._used())

    def take(self, node: Inode, offset: int, length: int) -> None:
        """Refuse what does not fit."""
        more = node.filled.missing(offset, offset + length).total
        if self.room is not None and more > self.room - self._used():
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _node(self, path: str) -> Inode:
        parts_of(path)
        if path not in self.files:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        return self.files[path]

    def _put(self, path: str, node: Inode) -> None:
        replaced = self.files.get(path)
        if replaced is not None and replaced is not node:
            replaced.named = False
        self.files[path] = node

    def _used(self) -> int:
        return sum(node.filled.total for node in self.files.values())
