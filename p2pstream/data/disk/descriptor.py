"""An open file, safe to use from several threads."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from zope.interface import implementer

from p2pstream.content.text import printable
from p2pstream.data.disk.stamp import Stamp
from p2pstream.data.disk.troubles import telling
from p2pstream.data.portable import portable_only
from p2pstream.errors import Gone, StorageError
from p2pstream.interfaces import IFile

__all__ = ["DESCRIPTORS", "DiskFile", "open_file", "silent_flags"]

#: A FIFO, a terminal or a device must neither block us nor become our terminal.
silent_flags = os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY

#: Where Linux lets a file, or a folder, be named by its descriptor.
DESCRIPTORS = "/proc/self/fd"

# What Linux says when not all is in memory, or when the file system cannot tell.
_NOT_NOW = {errno.EAGAIN, errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS}


@implementer(IFile)
class DiskFile:
    """A descriptor with its name for people and the look it had when it was opened.

    The descriptor is given back once `close` was called *and* no thread is inside a
    call: a number that is closed under a writer may already name another file.
    """

    def __init__(self, descriptor: int, title: str) -> None:
        self.title = title
        self._descriptor = descriptor
        self._lock = Lock()
        self._users = 1
        self._open = True
        #: How the file stood when it was opened, or looked at again.
        self.stamp = Stamp.of(os.fstat(descriptor))

    def pread(self, offset: int, length: int) -> bytes:
        with self._in_use() as descriptor:
            parts = []
            while length and (part := os.pread(descriptor, length, offset)):
                parts.append(part)
                offset += len(part)
                length -= len(part)
            return parts[0] if len(parts) == 1 else b"".join(parts)

    def pread_into(self, offset: int, room: memoryview) -> bool:
        """Fill ``room`` from ``offset`` on; False: the file ends before."""
        with self._in_use() as descriptor:
            while room:
                count = os.preadv(descriptor, [room], offset)
                if not count:
                    return False
                offset += count
                room = room[count:]
            return True

    def at_hand(self, offset: int, length: int) -> bytes | None:
        """What of it can be had at once, without waiting for the disk; else None.

        Fewer bytes than asked are what is in memory; none at all are the end.
        """
        if not hasattr(os, "RWF_NOWAIT") or portable_only():
            return None
        room = bytearray(length)
        try:
            with self._in_use() as descriptor:
                count = os.preadv(descriptor, [room], offset, os.RWF_NOWAIT)
        except OSError as error:
            if error.errno in _NOT_NOW:
                return None
            raise
        return bytes(memoryview(room)[:count])

    def pwrite(self, offset: int, chunk: bytes | memoryview) -> None:
        view = memoryview(chunk)
        with self._in_use() as descriptor:
            while view:
                count = os.pwrite(descriptor, view, offset)
                offset += count
                view = view[count:]

    def fileno(self) -> int | None:
        return self._descriptor if self._open else None

    def size(self) -> int:
        with self._in_use() as descriptor:
            return os.fstat(descriptor).st_size

    def mode(self) -> int:
        """Its kind and its permissions, as `os.stat` has them; whatever its path names by now."""
        with self._in_use() as descriptor:
            return os.fstat(descriptor).st_mode

    def look_again(self) -> None:
        """What it is now is what `check` goes by from here on."""
        with self._in_use() as descriptor:
            self.stamp = Stamp.of(os.fstat(descriptor))

    def check(self) -> None:
        """Raise `errors.Gone` unless size and both time stamps are as when it was last looked at."""
        # Asked twice for each run of bytes that leaves, so without the lock: should it be closed just
        # now, and its number be another's already, that other looks changed.
        if not self._open:
            raise OSError(errno.EBADF, "it was closed")
        if Stamp.of(os.fstat(self._descriptor)) != self.stamp:
            raise Gone(f"{self.title} changed, or was replaced, since it was opened")

    def close(self) -> None:
        with self._lock:
            leaving, self._open = self._open, False
        if leaving:
            self._leave()

    def _leave(self) -> None:
        with self._lock:
            self._users -= 1
            last = not self._users
        if last:
            os.close(self._descriptor)

    @contextmanager
    def _in_use(self) -> Iterator[int]:
        with self._lock:
            if not self._open:
                raise OSError(errno.EBADF, "it was closed")
            self._users += 1
        try:
            yield self._descriptor
        finally:
            self._leave()


def open_file(path: str | os.PathLike[str]) -> DiskFile:
    """The user's own regular file, for reading.

    :raises errors.StorageError: when there is none, or it is something else.
    """
    title = printable(os.fspath(path))
    with telling("read", title):
        descriptor = os.open(path, os.O_RDONLY | silent_flags)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise StorageError(f"cannot read {title}: it is not a regular file")
    return DiskFile(descriptor, title)
