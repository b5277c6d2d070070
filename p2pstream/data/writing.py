"""Received bytes on their way to a file, without ever blocking the reactor.

The network fills pooled buffers; one worker at a time writes what has gathered.  An
idle writer starts at once, so that a waiting player sees the first bytes at once; what
arrives while it is busy becomes one larger write.  Bytes count until they are
written: with too many of them the producer is paused.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol, cast

from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IProducer, IPushProducer
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.data.buffers import Buffer, Pool
from p2pstream.data.flow import Flow
from p2pstream.data.turns import Turns
from p2pstream.interfaces import IRoomyConsumer, IWorkers
from p2pstream.limits import LIMITS, Limits

__all__ = ["Landing", "WriteBehind", "WrittenBehind"]

_log = Logger()


class Landing(Protocol):
    """Where one run of bytes, from offset 0 on, goes."""

    failure: Failure | None

    def keep(self, offset: int, view: memoryview) -> None:
        """Write it.  Called in a worker, in order, never twice at once; may raise."""

    def kept(self, start: int, stop: int) -> None:
        """That range was written.  Called in the reactor's thread."""

    def broke(self, failure: Failure) -> None:
        """`keep` raised; nothing more will come.  Called once, in the reactor's thread."""


@dataclass
class Segment:
    """A part of a buffer that waits to be written."""

    landing: Landing
    offset: int
    buffer: Buffer
    start: int
    stop: int


class Disk(Enum):
    """Whether a worker has, or waits to have, something to write."""

    IDLE = auto()
    BUSY = auto()


@implementer(IRoomyConsumer)
class WriteBehind:
    """The filling side of every sink: see the module.

    :param landing: where bytes go until `restart` says otherwise.
    :param turns: one is taken for each write; others that change the same file take theirs.
    """

    def __init__(
        self,
        landing: Landing,
        workers: IWorkers,
        turns: Turns,
        limits: Limits = LIMITS,
    ) -> None:
        self._landing = landing
        self._workers = workers
        self._turns = turns
        self._pool = Pool(limits)
        self._batch_bytes = max(1, limits.unwritten_bytes // 4)
        self._high = max(0, limits.unwritten_bytes - limits.receive_bytes)
        self._segments: deque[Segment] = deque()
        self._disk = Disk.IDLE
        self._drained: list[Deferred[None]] = []
        self._producer: IPushProducer | None = None
        self._flow = Flow.FLOWING
        #: Bytes of this run so far, written or not.
        self.position = 0
        #: Bytes of all runs that are not written yet.
        self.unwritten = 0

    def restart(self, landing: Landing) -> None:
        """What comes from now on is a new run, from offset 0, and goes to ``landing``."""
        self._landing = landing
        self.position = 0

    def registerProducer(self, producer: IProducer, streaming: bool) -> None:
        if self._producer is not None:
            raise RuntimeError("this sink has a producer already")
        if not streaming:
            raise ValueError("this sink takes push producers only")
        self._producer = cast(IPushProducer, producer)
        self._flow = Flow.FLOWING
        if self._landing.failure is not None:
            producer.stopProducing()
        else:
            self._throttle()

    def unregisterProducer(self) -> None:
        self._producer = None
        self._rest()

    def write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest and self._landing.failure is None:
            room = self.lend()
            count = min(len(room), len(rest))
            room[:count] = rest[:count]
            self.filled(count)
            rest = rest[count:]

    def lend(self) -> memoryview:
        return self._pool.room()

    def filled(self, count: int) -> None:
        buffer, start = self._pool.filled(count)
        if not count or self._landing.failure is not None:
            return
        self._append(buffer, start, start + count)
        self.position += count
        self.unwritten += count
        if self._disk is Disk.IDLE:
            self._write()
        self._throttle()

    def drained(self) -> Deferred[None]:
        """Fires when all that was taken so far, and what is taken meanwhile, is dealt with."""
        if self._disk is Disk.IDLE:
            return succeed(None)
        waiting: Deferred[None] = Deferred()
        self._drained.append(waiting)
        return waiting

    def drop(self) -> None:
        """Forget what no worker has begun to write."""
        while self._segments:
            self._release(self._segments.popleft())

    def _append(self, buffer: Buffer, start: int, stop: int) -> None:
        last = self._segments[-1] if self._segments else None
        if last and last.landing is self._landing and last.buffer is buffer and last.stop == start:
            last.stop = stop
        else:
            buffer.users += 1
            self._segments.append(Segment(self._landing, self.position, buffer, start, stop))

    def _write(self) -> None:
        self._disk = Disk.BUSY
        self._turns.take(self._write_gathered).addErrback(_report).addCallback(self._written)

    def _write_gathered(self) -> Deferred[None]:
        """Take what one landing has to write now, and have a worker write it."""
        batch: list[Segment] = []
        size = 0
        while self._segments and size < self._batch_bytes:
            if batch and self._segments[0].landing is not batch[0].landing:
                break
            batch.append(self._segments.popleft())
            size += batch[-1].stop - batch[-1].start
        return self._workers.run(_keep_all, batch).addCallback(self._tell, batch)

    def _tell(self, outcome: tuple[int, Failure | None], batch: list[Segment]) -> None:
        stop, failure = outcome
        for segment in batch:
            self._release(segment)
        if not batch:
            return
        landing, start = batch[0].landing, batch[0].offset
        if failure is not None:
            self._give_up(landing, failure)
        if stop > start:
            landing.kept(start, stop)

    def _written(self, _: None) -> None:
        if self._segments:
            self._write()
        else:
            self._disk = Disk.IDLE
            self._rest()
            drained, self._drained = self._drained, []
            for waiting in drained:
                waiting.callback(None)
        self._throttle()

    def _give_up(self, landing: Landing, failure: Failure) -> None:
        segments, self._segments = self._segments, deque()
        for segment in segments:
            if segment.landing is landing:
                self._release(segment)
            else:
                self._segments.append(segment)
        landing.broke(failure)
        if landing is self._landing and self._producer is not None:
            self._producer.stopProducing()

    def _release(self, segment: Segment) -> None:
        self.unwritten -= segment.stop - segment.start
        self._pool.release(segment.buffer)

    def _rest(self) -> None:
        if self._producer is None and self._disk is Disk.IDLE:
            self._pool.clear()

    def _throttle(self) -> None:
        """Pause while another full buffer would not fit the bound; resume at half of that."""
        if self._producer is None:
            return
        if self._flow is Flow.FLOWING and self.unwritten > self._high:
            self._flow = Flow.PAUSED
            self._producer.pauseProducing()
        elif self._flow is Flow.PAUSED and self.unwritten <= self._high // 2:
            self._flow = Flow.FLOWING
            self._producer.resumeProducing()


class WrittenBehind:
    """What is a consumer because its `WriteBehind` is one."""

    writing: WriteBehind

    def registerProducer(self, producer: IProducer, streaming: bool) -> None:
        """See `WriteBehind`."""
        self.writing.registerProducer(producer, streaming)

    def unregisterProducer(self) -> None:
        """See `WriteBehind`."""
        self.writing.unregisterProducer()

    def write(self, data: bytes) -> None:
        """See `WriteBehind`."""
        self.writing.write(data)

    def lend(self) -> memoryview:
        """See `WriteBehind`."""
        return self.writing.lend()

    def filled(self, count: int) -> None:
        """See `WriteBehind`."""
        self.writing.filled(count)


def _keep_all(batch: list[Segment]) -> tuple[int, Failure | None]:
    """In a worker: write in order, up to the first trouble; says how far it came."""
    stop = batch[0].offset if batch else 0
    for segment in batch:
        try:
            segment.landing.keep(segment.offset, segment.buffer.view[segment.start : segment.stop])
        except Exception:
            return stop, Failure()
        stop = segment.offset + segment.stop - segment.start
    return stop, None


def _report(failure: Failure) -> None:
    _log.failure("what was written could not be told", failure)
