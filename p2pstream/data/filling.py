"""What comes into a `PartialData`, and whether it fits what is there.

A source that can only start at byte 0 is one *pass*.  When it dies, the next source
begins another pass: what is there already is compared instead of written, and a
source that differs is not believed.  Random access (`Filling.put`) obeys the same rule.
"""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from p2pstream.content.ranges import Ranges
from p2pstream.data.disk import DiskFile, telling
from p2pstream.data.turns import Turns
from p2pstream.data.writing import WriteBehind
from p2pstream.errors import PeersDisagree, SessionError
from p2pstream.interfaces import IFile, IWorkers
from p2pstream.limits import Limits

__all__ = ["Filling", "Pass"]


class Pass:
    """One source's bytes from 0 on; provides `writing.Landing`."""

    def __init__(self, filling: Filling, failure: Failure | None) -> None:
        self._filling = filling
        #: Why this pass is over before its end: `PeersDisagree`, or what ended the filling.
        self.failure = failure

    def keep(self, offset: int, view: memoryview) -> None:
        """As `writing.Landing` says."""
        self._filling.keep(offset, view)

    def kept(self, start: int, stop: int) -> None:
        """As `writing.Landing` says."""
        self._filling.kept(start, stop)

    def broke(self, failure: Failure) -> None:
        """As `writing.Landing` says."""
        self.failure = failure
        self._filling.broke(failure)


class Filling:
    """Writes what is missing, compares what is there, one worker at a time.

    :param changed: told when `have` grew.
    :param failed: told when nothing more can be written at all.
    """

    def __init__(
        self,
        file: IFile,
        workers: IWorkers,
        limits: Limits,
        changed: Callable[[], None],
        failed: Callable[[Failure], None],
    ) -> None:
        self._file = file
        #: What it is called in errors.
        self.title = file.title if isinstance(file, DiskFile) else "memory"
        self._workers = workers
        self._stride = limits.chunk_bytes
        self._changed = changed
        self._failed = failed
        self._turns = Turns(workers)
        self._failure: Failure | None = None
        self._passes = 0
        self._pass = Pass(self, None)
        #: The sequential side.
        self.writing = WriteBehind(self._pass, workers, self._turns, limits)
        self.have = Ranges()

    @property
    def pass_failure(self) -> Failure | None:
        """What ended the latest pass before its time."""
        return self._pass.failure

    def begin_pass(self) -> None:
        """What is written from now on is another source's, from byte 0."""
        self._pass = Pass(self, self._failure)
        self._passes += 1
        self.writing.restart(self._pass)

    def put(self, offset: int, chunk: bytes) -> Deferred[None]:
        """Write ``chunk`` at ``offset``, or compare it with what is there."""
        return self._turns.take(self._put, offset, chunk)

    def alone(self, work: Callable[[IFile], None]) -> Deferred[None]:
        """Have a worker do something to the file while nobody else writes to it."""
        return self._turns.run(work, self._file)

    def end(self) -> int:
        """Where the stream ends, if nothing more comes; all was written before.

        :raises errors.PeersDisagree: when the latest pass is shorter than what is there.
        :raises errors.SessionError: when bytes are missing.
        """
        if self._pass.failure is not None:
            self._pass.failure.raiseException()
        reach = max((stop for _, stop in self.have), default=0)
        stop = self.writing.position if self._passes else reach
        if stop < reach:
            raise PeersDisagree(stop)
        if not self.have.covers(0, stop):
            raise SessionError(f"the stream was ended while byte {self.have.first_missing(0)} was missing")
        return stop

    def close(self, failure: Failure) -> None:
        """Take no later pass."""
        self._failure = failure

    def give_up(self, failure: Failure) -> None:
        """Take nothing more, of this or a later pass."""
        self._failure = self._pass.failure = failure
        self.writing.drop()

    def keep(self, offset: int, view: memoryview) -> None:
        """In a worker: the part that is there must be the same, the rest is written.

        :raises errors.PeersDisagree: naming the first byte that differs.
        :raises errors.StorageError: when the disk refuses.
        """
        stop = offset + len(view)
        have = self.have
        missing, there = have.missing(offset, stop), have.common(Ranges([(offset, stop)]))
        with telling("write", self.title, stop):
            for start, end in there:
                self._compare(start, view[start - offset : end - offset])
            for start, end in missing:
                self._file.pwrite(start, view[start - offset : end - offset])

    def kept(self, start: int, stop: int) -> None:
        """That range is there now."""
        self.have = self.have.add(start, stop)
        self._changed()

    def broke(self, failure: Failure) -> None:
        """A worker could not keep something; if the disk is at fault, that is the end."""
        if not failure.check(PeersDisagree):
            self._failed(failure)

    async def _put(self, offset: int, chunk: bytes) -> None:
        if self._failure is not None:
            self._failure.raiseException()
        try:
            await self._workers.run(self.keep, offset, memoryview(chunk))
        except Exception:
            self.broke(Failure())
            raise
        self.kept(offset, offset + len(chunk))

    def _compare(self, offset: int, view: memoryview) -> None:
        for start in range(0, len(view), self._stride):
            theirs = bytes(view[start : start + self._stride])
            ours = self._file.pread(offset + start, len(theirs))
            if ours != theirs:
                pairs = enumerate(zip(ours, theirs, strict=False))
                first = next((at for at, (one, other) in pairs if one != other), len(ours))
                raise PeersDisagree(offset + start + first)
