"""What comes by itself, held for one reading until it is taken."""

from __future__ import annotations

from collections import deque
from typing import Any

from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.interfaces import IConsumer
from twisted.python.failure import Failure
from zope.interface import implementer

__all__ = ["Inflow"]


@implementer(IConsumer)
class Inflow:
    """A `reading.Supply` that push producers fill, one after another, in order.

    :param start: the first byte that comes.
    :param most: so many bytes wait, and a chunk; then the producer is paused.
    :ivar at: the next byte that is to come.
    """

    def __init__(self, start: int, most: int) -> None:
        self.at = start
        self._most = most
        self._chunks: deque[bytes] = deque()
        self._held = 0
        self._producer: Any = None
        self._paused = False
        #: Who waits for the next bytes, and of which.
        self._waiting: Deferred[bytes] | None = None
        self._wanted = (start, start)
        self._over: Failure | bool = False

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        """See `IConsumer`."""
        self._producer, self._paused = producer, False
        self._look()

    def unregisterProducer(self) -> None:
        """See `IConsumer`; another may come."""
        self._producer = None

    def write(self, data: bytes) -> None:
        """See `IConsumer`."""
        if data:
            self.at += len(data)
            self._held += len(data)
            self._chunks.append(data)
            self._answer()
            self._look()

    def end(self, failure: Failure | None = None) -> None:
        """Nothing more comes; harmless when done twice."""
        if not self._over:
            self._over = failure or True
            self._answer()

    def at_hand(self, start: int, stop: int) -> bytes | None:
        """As `reading.Supply` says."""
        if self._chunks:
            return self._take(stop - start)
        if isinstance(self._over, Failure):
            self._over.raiseException()
        return b"" if self._over else None

    def later(self, start: int, stop: int) -> Deferred[bytes]:
        """As `reading.Supply` says."""
        try:
            chunk = self.at_hand(start, stop)
        except Exception:
            return fail()
        if chunk is not None:
            return succeed(chunk)
        waiting: Deferred[bytes] = Deferred(lambda _: self._forget())
        self._waiting, self._wanted = waiting, (start, stop)
        return waiting

    def _forget(self) -> None:
        self._waiting = None

    def _answer(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self.later(*self._wanted).chainDeferred(waiting)

    def _take(self, most: int) -> bytes:
        chunk = self._chunks.popleft()
        if len(chunk) > most:
            self._chunks.appendleft(chunk[most:])
            chunk = chunk[:most]
        self._held -= len(chunk)
        self._look()
        return chunk

    def _look(self) -> None:
        """Pause whoever fills it, or have them go on: half is left then."""
        full = self._held >= self._most or (self._paused and self._held > self._most // 2)
        if self._producer is not None and full is not self._paused:
            self._paused = full
            (self._producer.pauseProducing if full else self._producer.resumeProducing)()
