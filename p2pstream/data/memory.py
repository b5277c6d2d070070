"""Bytes in memory."""

from __future__ import annotations

import errno
from threading import Lock

from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IConsumer
from zope.interface import implementer

from p2pstream.content.ranges import check_range
from p2pstream.data.reading import read
from p2pstream.interfaces import IData, IFile
from p2pstream.limits import LIMITS, Limits

__all__ = ["BufferData", "MemoryFile"]


@implementer(IData)
class BufferData:
    """Bytes that are there already, as an `IData`."""

    seekable = True

    def __init__(self, content: bytes, limits: Limits = LIMITS) -> None:
        self._content = bytes(content)
        self._limits = limits
        self.length: int | None = len(self._content)

    def read_to(self, consumer: IConsumer, start: int = 0, stop: int | None = None) -> Deferred[int]:
        check_range(start, stop, self.length)
        return read(self, consumer, start, stop, self._limits)

    def at_hand(self, start: int, stop: int) -> bytes:
        """As `reading.Supply` says."""
        return self._content[start:stop]

    def later(self, start: int, stop: int) -> Deferred[bytes]:
        """As `reading.Supply` says."""
        return succeed(self.at_hand(start, stop))


@implementer(IFile)
class MemoryFile:
    """A file that is not on a disk."""

    def __init__(self, content: bytes = b"") -> None:
        self._content = bytearray(content)
        self._lock = Lock()
        self._open = True

    def pread(self, offset: int, length: int) -> bytes:
        with self._lock:
            self._check_open()
            return bytes(memoryview(self._content)[offset : offset + length])

    def pwrite(self, offset: int, chunk: bytes | memoryview) -> None:
        with self._lock:
            self._check_open()
            gap = offset - len(self._content)
            if gap > 0:
                self._content += bytes(gap)
            self._content[offset : offset + len(chunk)] = chunk

    def fileno(self) -> int | None:
        return None

    def size(self) -> int:
        with self._lock:
            self._check_open()
            return len(self._content)

    def close(self) -> None:
        with self._lock:
            self._open = False
            self._content = bytearray()

    def _check_open(self) -> None:
        if not self._open:
            raise OSError(errno.EBADF, "it was closed", "memory")
