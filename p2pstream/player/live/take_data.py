"""What one take plays: a part of a broadcast through which time goes on; its byte 0 is where it begins."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IConsumer
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.content.ranges import Ranges, check_range
from p2pstream.errors import ReadStopped
from p2pstream.interfaces import IArriving, ICursor, IWatched

__all__ = ["TakeData"]


@implementer(IArriving)
class TakeData:
    """From one byte on, up to where timestamps jump, be that known by now or later.

    :param begin: the first byte.
    """

    #: Whoever wants to be elsewhere has another take begin.
    seekable = False

    def __init__(self, data: IWatched, begin: int) -> None:
        self._data = data
        self._begin = begin

    @property
    def stop(self) -> int | None:
        """Where timestamps jump; None while that is not known, or not to come."""
        breaks = self._data.breaks
        at = bisect_right(breaks, self._begin)
        return breaks[at] if at < len(breaks) else None

    @property
    def length(self) -> int | None:
        """See `IData`."""
        stop = self.stop if self.stop is not None else self._data.length
        return None if stop is None else stop - self._begin

    @property
    def have(self) -> Ranges:
        """See `IArriving`."""
        return self._data.have.since(self._begin)

    @property
    def complete(self) -> bool:
        """See `IArriving`."""
        return self.length is not None and self.have.covers(0, self.length)

    def observe(self, changed: Callable[[], None]) -> Callable[[], None]:
        """See `IArriving`."""
        return self._data.observe(changed)

    def cursor(self, position: int, kind: str) -> ICursor:
        """See `IArriving`."""
        return self._data.cursor(self._begin + position, kind)

    def read_to(self, consumer: IConsumer, start: int = 0, stop: int | None = None) -> Deferred[int]:
        """See `IData`."""
        check_range(start, stop, None)
        cutting = _Cutting(consumer, start, lambda: self.length)
        end = None if stop is None else self._begin + stop
        reading: Deferred[Any] = self._data.read_to(cutting, self._begin + start, end)
        return reading.addCallbacks(lambda _: cutting.count, cutting.over)


@implementer(IConsumer)
class _Cutting:
    """Takes no more than there is of a take."""

    def __init__(self, consumer: IConsumer, start: int, length: Callable[[], int | None]) -> None:
        self._consumer = consumer
        self._start = start
        self._length = length
        self._producer: Any = None
        self._cut = False
        self.count = 0

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        """See `IConsumer`."""
        self._producer = producer
        self._consumer.registerProducer(producer, streaming)

    def unregisterProducer(self) -> None:
        """See `IConsumer`."""
        self._consumer.unregisterProducer()

    def write(self, data: bytes) -> None:
        """See `IConsumer`."""
        length = self._length()
        if length is not None:
            data = data[: max(0, length - self._start - self.count)]
        if data:
            self.count += len(data)
            self._consumer.write(data)
        if length is not None and self._start + self.count >= length and not self._cut:
            self._cut = True
            self._producer.stopProducing()

    def over(self, failure: Failure) -> int | Failure:
        """The read ended early; where it was cut, that is its end."""
        return self.count if self._cut and failure.check(ReadStopped) else failure
