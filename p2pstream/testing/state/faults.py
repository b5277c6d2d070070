"""A disk that fails when told."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from zope.interface import implementer

from p2pstream.content.ranges import Ranges
from p2pstream.interfaces import IDisk, IStateFile

__all__ = ["FaultyDisk"]

Result = TypeVar("Result")
Fails = Callable[[int, str], int | None]


@implementer(IStateFile)
class FaultyFile:
    """A file whose calls are counted with its disk's."""

    def __init__(self, file: IStateFile, disk: FaultyDisk) -> None:
        self._file = file
        self._disk = disk

    def pread(self, offset: int, length: int) -> bytes:
        """See `IFile`."""
        return self._disk.step("pread", self._file.pread, offset, length)

    def pwrite(self, offset: int, chunk: bytes | memoryview) -> None:
        """See `IFile`."""
        self._disk.step("pwrite", self._file.pwrite, offset, chunk)

    def fileno(self) -> int | None:
        """See `IFile`."""
        return self._file.fileno()

    def size(self) -> int:
        """See `IFile`."""
        return self._disk.step("size", self._file.size)

    def sync(self) -> None:
        """See `IStateFile`."""
        self._disk.step("sync", self._file.sync)

    def resize(self, length: int) -> None:
        """See `IStateFile`."""
        self._disk.step("resize", self._file.resize, length)

    def allocate(self, offset: int, length: int) -> None:
        """See `IStateFile`."""
        self._disk.step("allocate", self._file.allocate, offset, length)

    def punch(self, offset: int, length: int) -> None:
        """See `IStateFile`."""
        self._disk.step("punch", self._file.punch, offset, length)

    def filled(self) -> Ranges:
        """See `IStateFile`."""
        return self._disk.step("filled", self._file.filled)

    def lock(self, shared: bool = False) -> bool:
        """See `IStateFile`."""
        return self._file.lock(shared)

    def close(self) -> None:
        """See `IFile`."""
        self._file.close()


@implementer(IDisk)
class FaultyDisk:
    """Another disk, some of whose calls fail.

    :param fails: told the number of each call, from 1 on, and what it is; the error number
        that it is to fail with, or None.
    :ivar calls: what was called so far, in order.
    """

    def __init__(
        self, disk: IDisk, fails: Callable[[int, str], int | None] = lambda number, call: None
    ) -> None:
        self._disk = disk
        self.fails = fails
        self.calls: list[str] = []

    @classmethod
    def once(cls, disk: IDisk, number: int, error: int) -> FaultyDisk:
        """Only that call fails."""
        return cls(disk, lambda count, call: error if count == number else None)

    @classmethod
    def from_then_on(cls, disk: IDisk, number: int, error: int) -> FaultyDisk:
        """That call fails, and all after it."""
        return cls(disk, lambda count, call: error if count >= number else None)

    def step(self, call: str, work: Callable[..., Result], *args: Any) -> Result:
        """One call."""
        self.calls.append(call)
        error = self.fails(len(self.calls), call)
        if error is not None:
            raise OSError(error, os.strerror(error))
        return work(*args)

    def open(self, path: str, make: bool = True) -> IStateFile:
        """See `IDisk`."""
        return FaultyFile(self.step("open", self._disk.open, path, make), self)

    def read(self, path: str, most: int) -> bytes:
        """See `IDisk`."""
        return self.step("read", self._disk.read, path, most)

    def replace(self, path: str, content: bytes) -> None:
        """See `IDisk`."""
        self.step("replace", self._disk.replace, path, content)

    def remove(self, path: str) -> None:
        """See `IDisk`."""
        self.step("remove", self._disk.remove, path)

    def rename(self, path: str, onto: str) -> None:
        """See `IDisk`."""
        self.step("rename", self._disk.rename, path, onto)

    def release(self, path: str, target: str, replace: bool = True) -> None:
        """See `IDisk`."""
        self.step("release", self._disk.release, path, target, replace)

    def names(self, folder: str) -> Sequence[str]:
        """See `IDisk`."""
        return self.step("names", self._disk.names, folder)

    def free(self) -> int:
        """See `IDisk`."""
        return self._disk.free()
