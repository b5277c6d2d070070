"""Data to a file descriptor, as fast as whoever reads it there: what ``-O`` does."""

from __future__ import annotations

import os
import select
import stat
from collections import deque
from threading import Event, Lock
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IConsumer, IPushProducer
from zope.interface import implementer

from p2pstream.commands.ending import unwritten
from p2pstream.commands.fetching.draining import read_all
from p2pstream.interfaces import IWorkers
from p2pstream.peer.streams import OpenStream

__all__ = ["Outlet", "pour"]

# How soon a writer to a pipe that nobody empties notices that it should give up.
_GLANCE_MS = 100


class Outlet:
    """Where bytes leave this process.  `push` and `close` may block: they are for workers."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = _own(descriptor)
        self._owned = self._descriptor != descriptor
        self._given_up = Event()
        # Held while writing: a number that is closed meanwhile may come to name another file.
        self._writing = Lock()

    def push(self, chunk: bytes) -> None:
        """Write all of it, or as much as there is time for before `give_up`.

        :raises BrokenPipeError: nobody reads any more.  Other `OSError` as the disk has it.
        """
        rest = memoryview(chunk)
        with self._writing:
            while rest and not self._given_up.is_set():
                try:
                    rest = rest[os.write(self._descriptor, rest) :]
                except BlockingIOError:
                    self._wait()

    def give_up(self) -> None:
        """End a `push` that waits for a reader; those that follow do nothing."""
        self._given_up.set()

    def close(self) -> None:
        """Give back what was opened here; the descriptor that was handed in stays open."""
        with self._writing:
            if self._owned:
                os.close(self._descriptor)

    def _wait(self) -> None:
        waiting = select.poll()
        waiting.register(self._descriptor, select.POLLOUT)
        waiting.poll(_GLANCE_MS)


def _own(descriptor: int) -> int:
    """The same pipe opened once more, so that it can be told not to block.

    Told so itself, the descriptor would surprise everybody who shares it: the shell, for
    one.  What is no pipe does not block for long, or cannot be opened twice.
    """
    if not stat.S_ISFIFO(os.fstat(descriptor).st_mode):
        return descriptor
    try:
        return os.open(f"/dev/fd/{descriptor}", os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return descriptor


@implementer(IConsumer)
class _Pump:
    """Hands chunks to a worker one at a time, and keeps the producer waiting meanwhile."""

    def __init__(self, outlet: Outlet, workers: IWorkers) -> None:
        self._outlet = outlet
        self._workers = workers
        self._chunks: deque[bytes] = deque()
        self._producer: IPushProducer | None = None
        self._pushing: Deferred[None] = succeed(None)
        self._busy = False
        self.fault: OSError | None = None

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        self._producer = producer

    def unregisterProducer(self) -> None:
        self._producer = None

    def write(self, data: bytes) -> None:
        self._chunks.append(data)
        if not self._busy:
            self._busy = True
            if self._producer is not None:
                self._producer.pauseProducing()
            self._pushing = Deferred.fromCoroutine(self._push())

    def emptied(self) -> Deferred[None]:
        """Fires when the last chunk has left, or none can any more."""
        return self._pushing

    async def _push(self) -> None:
        try:
            while self._chunks:
                await self._workers.run(self._outlet.push, self._chunks.popleft())
        except OSError as fault:
            self.fault = fault
            if self._producer is not None:
                self._producer.stopProducing()
            return
        self._busy = False
        if self._producer is not None:
            self._producer.resumeProducing()


async def pour(stream: OpenStream, descriptor: int, workers: IWorkers) -> None:
    """Write all of a stream to ``descriptor``.

    :raises BrokenPipeError: its reader is gone.
    :raises StorageError: a disk refused.
    :raises P2PStreamError: what its fetching failed with.
    """
    outlet = Outlet(descriptor)
    pump = _Pump(outlet, workers)
    try:
        await read_all(stream, pump)
        await pump.emptied()
    except Exception:
        if pump.fault is None:
            raise
    finally:
        outlet.give_up()
        await workers.run(outlet.close)
    if pump.fault is not None:
        raise unwritten(pump.fault)
