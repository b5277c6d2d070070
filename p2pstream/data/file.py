"""Files as data: the ancestor's ``FileData(path, READ)`` and ``FileData(path, WRITE)``."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import Enum, auto
from typing import Any, Literal, overload

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IConsumer
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.content.ranges import check_range
from p2pstream.data.disk import DiskFile, open_draft, open_file, publish, telling, withdraw
from p2pstream.data.reading import read
from p2pstream.data.turns import Turns
from p2pstream.data.writing import WriteBehind, WrittenBehind
from p2pstream.errors import Gone
from p2pstream.interfaces import IFileSpans, IOpened, IRoomyConsumer, ISink, IWorkers
from p2pstream.limits import LIMITS, Limits

__all__ = ["READ", "WRITE", "FileData", "FileReader", "FileWriter", "Mode"]


class Mode(Enum):
    """Which way a `FileData` goes."""

    READ = auto()
    WRITE = auto()


READ: Literal[Mode.READ] = Mode.READ
WRITE: Literal[Mode.WRITE] = Mode.WRITE

Openable = str | os.PathLike[str] | DiskFile


class FileData:
    """A file: with `READ` an `IOpened` (see `FileReader`), with `WRITE` an `ISink` (`FileWriter`).

    A path is opened here and now, which may block for as long as the disk takes;
    where that matters a `DiskFile` is opened in a worker first.

    :raises errors.StorageError: at once, when it cannot be read, or can never be written.
    """

    @overload
    def __new__(
        cls, file: Openable, mode: Literal[Mode.READ], workers: IWorkers, limits: Limits = ...
    ) -> FileReader: ...
    @overload
    def __new__(
        cls, file: Openable, mode: Literal[Mode.WRITE], workers: IWorkers, limits: Limits = ...
    ) -> FileWriter: ...
    def __new__(cls, file: Openable, mode: Mode, workers: IWorkers, limits: Limits = LIMITS) -> Any:
        kind = FileReader if mode is Mode.READ else FileWriter
        return object.__new__(kind)


@implementer(IOpened, IFileSpans)
class FileReader(FileData):
    """A file that stays as it is; a read of one that changes meanwhile fails with `errors.Gone`."""

    seekable = True

    def __init__(self, file: Openable, mode: Mode, workers: IWorkers, limits: Limits = LIMITS) -> None:
        self._file = file if isinstance(file, DiskFile) else open_file(file)
        self._workers = workers
        self._limits = limits
        self.length: int | None = self._file.size()

    @property
    def title(self) -> str:
        """What it is called in errors."""
        return self._file.title

    def read_to(self, consumer: IConsumer, start: int = 0, stop: int | None = None) -> Deferred[int]:
        check_range(start, stop, self.length)
        # The length is a promise: a file that grew meanwhile is not read beyond it.
        return read(self, consumer, start, self.length if stop is None else stop, self._limits)

    def spans(self, start: int, stop: int) -> Sequence[tuple[int, int, int]]:
        check_range(start, stop, self.length)
        descriptor = self._file.fileno()
        return [] if descriptor is None or start == stop else [(descriptor, start, stop - start)]

    def check(self) -> None:
        try:
            self._file.check()
        except OSError as error:
            raise Gone(f"{self.title} cannot be read any more") from error

    def close(self) -> None:
        """Give the descriptor back; a read under way fails with `errors.Gone`."""
        self._file.close()

    def at_hand(self, start: int, stop: int) -> bytes | None:
        """As `reading.Supply` says."""
        with self._unchanged():
            return self._file.at_hand(start, stop - start)

    def later(self, start: int, stop: int) -> Deferred[bytes]:
        """As `reading.Supply` says."""
        return self._workers.run(self._pread, start, stop)

    def _pread(self, start: int, stop: int) -> bytes:
        with self._unchanged():
            return self._file.pread(start, stop - start)

    @contextmanager
    def _unchanged(self) -> Iterator[None]:
        try:
            with telling("read", self.title):
                yield
        finally:
            # Looked at after the bytes were read: what they were read from was still
            # the same.  A file that went away is the better explanation of an error.
            self.check()


@implementer(ISink, IRoomyConsumer)
class FileWriter(WrittenBehind, FileData):
    """A file that is whole under its final name after `finish`, or was never there."""

    def __init__(self, file: Openable, mode: Mode, workers: IWorkers, limits: Limits = LIMITS) -> None:
        self._file = file if isinstance(file, DiskFile) else open_draft(file)
        self._turns = Turns(workers)
        self.writing = WriteBehind(self, workers, self._turns, limits)
        #: Why no more can be written; None while all is well.
        self.failure: Failure | None = None

    def finish(self) -> Deferred[None]:
        return Deferred.fromCoroutine(self._finish())

    def abort(self, reason: Failure) -> Deferred[None]:
        self.failure = self.failure or reason
        self.writing.drop()
        return Deferred.fromCoroutine(self._vanish())

    def keep(self, offset: int, view: memoryview) -> None:
        """As `writing.Landing` says."""
        with telling("write", self._file.title, offset + len(view)):
            self._file.pwrite(offset, view)

    def kept(self, start: int, stop: int) -> None:
        """As `writing.Landing` says."""

    def broke(self, failure: Failure) -> None:
        """As `writing.Landing` says."""
        self.failure = failure

    async def _finish(self) -> None:
        try:
            await self.writing.drained()
            if self.failure is not None:
                self.failure.raiseException()
            await self._turns.run(publish, self._file)
        except BaseException:
            await self._vanish()
            raise
        self._file.close()

    async def _vanish(self) -> None:
        await self.writing.drained()
        try:
            await self._turns.run(withdraw, self._file)
        finally:
            self._file.close()
