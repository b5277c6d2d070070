"""Data that is still arriving: the network fills one side, readers read the other."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto

from twisted.internet.defer import Deferred, fail
from twisted.internet.interfaces import IConsumer, IProducer
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.content.ranges import Ranges, check_range
from p2pstream.data.arriving import Arriving
from p2pstream.data.disk import DiskFile, publish, telling, withdraw
from p2pstream.data.filling import Filling
from p2pstream.data.reading import read
from p2pstream.data.writing import WrittenBehind
from p2pstream.errors import RangeError, ReadStopped, SessionError
from p2pstream.interfaces import IArriving, IFile, IFileSpans, IRoomyConsumer, ISink, IWorkers
from p2pstream.limits import LIMITS, Limits

__all__ = ["PartialData"]


class State(Enum):
    """Whether more may come."""

    ARRIVING = auto()
    COMPLETE = auto()
    FAILED = auto()
    CLOSED = auto()


@implementer(IArriving, IFileSpans, ISink, IRoomyConsumer)
class PartialData(Arriving, WrittenBehind):
    """A stream on its way into ``file``, read by as many as like while it arrives.

    It is filled in order, as an `IConsumer`, or at any offset by `put`.  Every
    ``registerProducer`` begins a new *pass* from byte 0: what is there already is
    compared, not written.  A pass that differs is stopped (``stopProducing``) and
    `pass_failure` then holds the `errors.PeersDisagree`; the next pass may follow.
    Whoever drives the passes awaits `settled` after each.

    Readers see bytes once they are written.  After `abort`, or when the disk refuses,
    they still get what is there, and the failure where the bytes end.

    :param file: owned from here on, and closed by `close`; a `disk.Draft` takes its
        final name in `finish`.
    """

    seekable = True

    def __init__(self, file: IFile, workers: IWorkers, limits: Limits = LIMITS) -> None:
        super().__init__()
        self._file = file
        self._workers = workers
        self._limits = limits
        self._state = State.ARRIVING
        self._failure: Failure | None = None
        self._filling = Filling(file, workers, limits, self._arrived, self._give_up)
        self.writing = self._filling.writing
        self.length: int | None = None

    @property
    def have(self) -> Ranges:
        return self._filling.have

    @property
    def complete(self) -> bool:
        return self._state is State.COMPLETE

    @property
    def pass_failure(self) -> Failure | None:
        """Why the latest pass was stopped; None while it fits what is there."""
        return self._filling.pass_failure

    def read_to(self, consumer: IConsumer, start: int = 0, stop: int | None = None) -> Deferred[int]:
        check_range(start, stop, self.length)
        return read(self, consumer, start, stop, self._limits)

    def spans(self, start: int, stop: int) -> Sequence[tuple[int, int, int]]:
        check_range(start, stop, self.length)
        descriptor = self._file.fileno()
        there = min(stop, self.have.first_missing(start))
        return [] if descriptor is None or there == start else [(descriptor, start, there - start)]

    def check(self) -> None:
        """Never raises: nobody but us writes to the file."""

    def registerProducer(self, producer: IProducer, streaming: bool) -> None:
        """A pass begins."""
        self._filling.begin_pass()
        super().registerProducer(producer, streaming)

    def put(self, offset: int, chunk: bytes) -> Deferred[None]:
        """Fill in ``chunk`` at ``offset``; fires when it is written.

        :returns: fails with `errors.PeersDisagree` when other bytes are there, with
            `errors.StorageError` when the disk refuses.
        """
        if self._state is not State.ARRIVING:
            return fail(self._failure or SessionError("bytes were put into a stream that is complete"))
        check_range(offset, offset + len(chunk), None)
        return self._filling.put(offset, chunk)

    def settled(self) -> Deferred[int]:
        """Fires when all of the latest pass is written or compared, with its length.

        :returns: fails with what stopped the pass: see `pass_failure`.
        """
        return Deferred.fromCoroutine(self._settled())

    def finish(self) -> Deferred[None]:
        """The latest pass was the whole stream (or, without any, what was put).

        :returns: fails with `errors.PeersDisagree` when more than that is there (the
            next pass may try again), with `errors.SessionError` when bytes are
            missing, with `errors.StorageError` when it could not be kept.
        """
        return Deferred.fromCoroutine(self._finish())

    def abort(self, reason: Failure) -> Deferred[None]:
        self._give_up(reason)
        return Deferred.fromCoroutine(self._vanish())

    def close(self) -> Deferred[None]:
        """Free everything; readers fail with `errors.ReadStopped`, a draft vanishes."""
        if self._state is not State.CLOSED:
            failure = Failure(ReadStopped("the stream was closed"))
            self._give_up(failure)
            self._state, self._failure = State.CLOSED, failure
        return Deferred.fromCoroutine(self._free())

    def at_hand(self, start: int, stop: int) -> bytes | None:
        """As `reading.Supply` says."""
        there = min(stop, self.have.first_missing(start))
        if there == start or self._state is State.CLOSED or not isinstance(self._file, DiskFile):
            return None
        with telling("read", self._file.title):
            return self._file.at_hand(start, there - start)

    def later(self, start: int, stop: int) -> Deferred[bytes]:
        """As `reading.Supply` says."""
        return Deferred.fromCoroutine(self._read(start, stop))

    async def _read(self, start: int, stop: int) -> bytes:
        if not self._settles(start):
            await self._wait(start)
        there = min(stop, self.have.first_missing(start))
        if there > start and self._state is not State.CLOSED:
            return bytes(await self._workers.run(self._pread, start, there - start))
        if self._failure is not None:
            self._failure.raiseException()
        if self.length is not None and start > self.length:
            raise RangeError(f"the stream ends at byte {self.length}, before byte {start}")
        return b""

    def _pread(self, start: int, length: int) -> bytes:
        with telling("read", self._filling.title):
            return self._file.pread(start, length)

    def _settles(self, position: int) -> bool:
        return self._state is not State.ARRIVING or self.have.covers(position, position + 1)

    async def _settled(self) -> int:
        await self.writing.drained()
        if self.pass_failure is not None:
            self.pass_failure.raiseException()
        return self.writing.position

    async def _finish(self) -> None:
        await self.writing.drained()
        if self._failure is not None:
            self._failure.raiseException()
        if self.complete:
            raise SessionError("a stream was finished twice")
        self.length = self._filling.end()
        self._state = State.COMPLETE
        # Readers at the end go on at once; what follows may take a slow disk seconds.
        self._arrived()
        self._filling.close(Failure(SessionError("the stream is complete; nothing more can come")))
        await self._filling.alone(publish)

    async def _vanish(self) -> None:
        await self.writing.drained()
        await self._filling.alone(withdraw)

    async def _free(self) -> None:
        await self.writing.drained()
        try:
            await self._filling.alone(withdraw)
        finally:
            self._file.close()

    def _give_up(self, failure: Failure) -> None:
        if self._state is not State.ARRIVING:
            return
        self._state = State.FAILED
        self._failure = failure
        self._filling.give_up(failure)
        self._fail(failure)
