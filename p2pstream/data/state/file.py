"""A file in the private folder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable

from zope.interface import implementer

from p2pstream.content.ranges import Ranges
from p2pstream.data.disk import DiskFile
from p2pstream.data.state import holes
from p2pstream.interfaces import IStateFile

__all__ = ["StateFile"]

#: Makes bytes and length durable; time stamps may lag.  Some systems only have the other.
_data_sync = getattr(os, "fdatasync", os.fsync)


@implementer(IStateFile)
class StateFile(DiskFile):
    """A `DiskFile` with what a store needs beyond reading and writing.

    :param settle: has its name durable.
    """

    def __init__(self, descriptor: int, title: str, settle: Callable[[], None]) -> None:
        super().__init__(descriptor, title)
        self._settle = settle
        self._allocates = self._punches = True

    def sync(self) -> None:
        with self._in_use() as descriptor:
            _data_sync(descriptor)
        self._settle()

    def resize(self, length: int) -> None:
        with self._in_use() as descriptor:
            os.ftruncate(descriptor, length)

    def allocate(self, offset: int, length: int) -> None:
        if self._allocates and length:
            with self._in_use() as descriptor:
                self._allocates = holes.allocate(descriptor, offset, length)

    def punch(self, offset: int, length: int) -> None:
        if self._punches and length:
            with self._in_use() as descriptor:
                self._punches = holes.punch(descriptor, offset, length)

    def filled(self) -> Ranges:
        with self._in_use() as descriptor:
            return holes.filled(descriptor)

    def lock(self, shared: bool = False) -> bool:
        with self._in_use() as descriptor:
            try:
                fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            # What was removed meanwhile is nobody's: the next one makes a new file.
            return os.fstat(descriptor).st_nlink > 0
